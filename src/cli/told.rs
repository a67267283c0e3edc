//! A run told to people, in a few lines of text.

use std::collections::BTreeMap;

use crate::analysis::insight::{self, Finding};
use crate::base::figures;
use crate::engine::handle::Finished;
use crate::metrics::scaling::PoolDecisions;
use crate::metrics::snapshot::LatencyView;
use crate::metrics::summary::{CacheSummary, Check, ObjectiveResult, Replications, Saturation, Summary, WorkSummary};
use crate::scenario::MachineLimits;

/// A wait that a load generator omits is spoken of where it makes p99 more than so many times as long.
const OMISSION_SHOWN: f64 = 1.5;

/// The summary for people.
pub(super) fn run(finished: &Finished) -> String {
    use std::fmt::Write;
    let Summary { title, mode, seed, duration_secs, totals, latency_secs, cost, jobs, objectives, .. } =
        &finished.summary;
    let summary = &finished.summary;
    let (times, source) = match mode.as_str() {
        "live" => ("live", "this computer measured, other machines modelled"),
        _ => ("simulated", "modelled"),
    };
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(out, "{title}\n  {times}, {duration_secs:.1} s, seed {seed} ({source})");
    for (name, job) in jobs {
        if let Some(answer) = &job.first_answer {
            let error = answer.std_error.map_or(String::new(), |error| format!(" (standard error {error:.1e})"));
            let _ = writeln!(out, "  answer      {name}: {}{error}", answer.value);
        }
    }
    if let Some(capacity) = summary.capacity_jobs_per_sec {
        let how = if mode == "live" { "measured" } else { "calibrated" };
        let _ = writeln!(out, "  capacity    {capacity:.1} jobs/s ({how} at the start)");
    }
    let _ = writeln!(
        out,
        "  jobs        {} arrived, {} completed, {} failed in any way, {} in flight",
        totals.jobs.arrived,
        totals.jobs.of(crate::cluster::Outcome::Completed),
        totals.jobs.errors(),
        totals.jobs.in_flight,
    );
    let _ = writeln!(
        out,
        "  throughput  {:.1} jobs/s, {:.1} tasks/s",
        summary.throughput_jobs_per_sec, summary.throughput_tasks_per_sec
    );
    let _ = writeln!(
        out,
        "  latency     mean {:.4} s, p50 {:.4} s, p95 {:.4} s, p99 {:.4} s, max {:.4} s",
        latency_secs.mean, latency_secs.p50, latency_secs.p95, latency_secs.p99, latency_secs.max
    );
    out += &text_of_omission(latency_secs.p99, summary.latency_omitting_secs.as_ref());
    let _ = writeln!(out, "  utilisation {:.1} %", summary.utilisation * 100.0);
    out += &text_of_work(summary.work.as_ref(), summary.duration_secs);
    let per_1000 = cost.per_1000_jobs.map_or("no jobs yet".to_owned(), |usd| format!("${usd:.5} per 1,000 jobs"));
    let price = cost.provenance.map_or("", |provenance| provenance.word());
    let _ = writeln!(
        out,
        "  cost        ${:.4}/h, ${:.6} billed, {per_1000} (idle ${:.6}, wasted ${:.6}, egress ${:.6}; prices {price})",
        cost.per_hour, cost.billed, cost.idle, cost.wasted, cost.egress
    );
    if summary.preempted > 0 {
        let _ =
            writeln!(out, "  preempted   {} machines taken away, ${:.6} not charged", summary.preempted, cost.forgiven);
    }
    out.push_str(&text_of_moved(summary.fetched_bytes, summary.local_bytes));
    out.push_str(&text_of_scaling(&summary.scaling));
    out.push_str(&text_of_caches(&summary.caches));
    out.push_str(&text_of_resilience(&summary.resilience));
    out += &text_of_objectives(objectives);
    let Saturation { state, sensitivity, evidence, .. } = &summary.saturation;
    let sensitivity = format!("{sensitivity:?}").to_lowercase();
    let _ = writeln!(out, "  verdict     {}: {evidence} (sensitivity {sensitivity})", state.word());
    for Finding { name, evidence, .. } in insight::diagnose(&finished.snapshot) {
        let _ = writeln!(out, "  found       {name}: {evidence}");
    }
    out.push_str(&text_of_checks(&summary.checks));
    if let Some(Ok(dir)) = &finished.written {
        let _ = writeln!(out, "  written     {}", dir.display());
    }
    out
}

/// Replications for people.
pub(super) fn replications(summary: &Summary, together: &Replications) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(
        out,
        "{}\n  {} replications of {:.1} s from seed {} (stopped by {}); the first {:.1} s of each left out by {}",
        summary.title,
        together.count,
        summary.duration_secs,
        summary.seed,
        together.stopped_by,
        together.warmup_secs,
        together.warmup_by,
    );
    let percent = together.confidence * 100.0;
    for (name, figure) in &together.figures {
        let half = (figure.high - figure.low) / 2.0;
        let relative =
            if figure.mean == 0.0 { String::new() } else { format!(" ({:.2} %)", half / figure.mean.abs() * 100.0) };
        let _ = writeln!(out, "  {name:<24} {:>14.6} ± {half:.6}{relative} at {percent:.0} %", figure.mean);
    }
    out.push_str(&text_of_checks(&summary.checks));
    for objective in &summary.objectives {
        let verdict = if objective.met { "met" } else { "MISSED" };
        let measured = objective.measured.map_or("nothing measured".to_owned(), |value| format!("{value:.6}"));
        let _ =
            writeln!(out, "  objective   {} ({}): {measured} on average, {verdict}", objective.name, objective.asked);
    }
    out
}

/// What a load generator would have reported that waits for each answer, where that hides much.
fn text_of_omission(p99: f64, omitting: Option<&LatencyView>) -> String {
    match omitting {
        Some(view) if view.p99 * OMISSION_SHOWN < p99 => {
            format!("  omission    a generator that waits for each answer would have reported p99 {:.4} s\n", view.p99)
        }
        _ => String::new(),
    }
}

/// How much real work was done, beside what this computer can do.
fn text_of_work(work: Option<&WorkSummary>, duration_secs: f64) -> String {
    let Some(WorkSummary { bytes_per_sec, operations_per_sec, limits, waited_for_a_core_secs }) = work else {
        return String::new();
    };
    let of = |done: f64, limit: fn(&MachineLimits) -> f64, what: &str| {
        limits.map_or(String::new(), |limits| format!(" ({:.0} % of {what})", done / limit(&limits) * 100.0))
    };
    let read = of(*bytes_per_sec, |limits| limits.read_bytes_per_sec, "what memory gives");
    let mut line = format!("  work        {} read{read}", figures::bytes_per_sec(*bytes_per_sec));
    if *operations_per_sec > 0.0 {
        let share = of(*operations_per_sec, |limits| limits.operations_per_sec, "what cores can do");
        line += &format!(", {:.2} GFLOP/s{share}", operations_per_sec / 1e9);
    }
    if let Some(waited) = waited_for_a_core_secs {
        line += &format!(", threads kept from a core {:.2} % of the time", waited / duration_secs.max(1e-9) * 100.0);
    }
    line + "\n"
}

/// How often each autoscaler decided, and why.
fn text_of_scaling(scaling: &BTreeMap<String, PoolDecisions>) -> String {
    let line = |(pool, own): (&String, &PoolDecisions)| {
        let PoolDecisions { decisions, ups, downs, resizes, reasons, slowest_order_secs, .. } = own;
        let slowest = slowest_order_secs
            .map_or(String::new(), |secs| format!(", slowest order {secs:.1} s from decision to ready"));
        let resized = if *resizes > 0 { format!(", {resizes} of another size") } else { String::new() };
        let reasons: Vec<String> = reasons.iter().map(|(why, count)| format!("{count} {}", why.name())).collect();
        let reasons = reasons.join(", ");
        format!("  autoscaler  {pool}: {decisions} decisions, {ups} up, {downs} down{resized}{slowest} ({reasons})\n")
    };
    scaling.iter().map(line).collect()
}

/// What crossed from stage to stage, where anything did.
fn text_of_moved(fetched: u64, local: u64) -> String {
    if fetched + local == 0 {
        return String::new();
    }
    let share = local as f64 / (fetched + local) as f64 * 100.0;
    format!(
        "  moved       {:.3} GB fetched by workers from each other, {share:.1} % was where it was needed\n",
        fetched as f64 / 1e9
    )
}

/// What caches were good for, and what they could have been.
fn text_of_caches(caches: &BTreeMap<String, CacheSummary>) -> String {
    let line = |(pool, own): (&String, &CacheSummary)| {
        let CacheSummary { lookups, hit_ratio, bounds } = own;
        let share = |hits: u64| format!("{:.1} %", hits as f64 / bounds.lookups.max(1) as f64 * 100.0);
        let clairvoyant = bounds
            .clairvoyant
            .map_or(String::new(), |hits| format!(", {} with these that know the future", share(hits)));
        let of = if bounds.lookups < *lookups { format!(" of the first {}", bounds.lookups) } else { String::new() };
        format!(
            "  cache       {pool}: {:.1} % of {lookups} lookups hit; could be {} with caches without bound{clairvoyant}{of}\n",
            hit_ratio * 100.0,
            share(bounds.unbounded),
        )
    };
    caches.iter().map(line).collect()
}

/// What pools did about failures and about too much.
fn text_of_resilience(resilience: &BTreeMap<String, BTreeMap<String, u64>>) -> String {
    let line = |(pool, counts): (&String, &BTreeMap<String, u64>)| {
        let counts: Vec<String> = counts.iter().map(|(what, n)| format!("{n} {}", what.replace('_', " "))).collect();
        format!("  resilience  {pool}: {}\n", counts.join(", "))
    };
    resilience.iter().map(line).collect()
}

/// What was asked, and what came of it.
fn text_of_objectives(objectives: &[ObjectiveResult]) -> String {
    let line = |objective: &ObjectiveResult| {
        let verdict = if objective.met { "met" } else { "MISSED" };
        let measured = objective.measured.map_or("nothing measured".to_owned(), |value| format!("{value:.6}"));
        format!("  objective   {} ({}): {measured}, {verdict}\n", objective.name, objective.asked)
    };
    objectives.iter().map(line).collect()
}

/// What became of the laws that hold in every run.
fn text_of_checks(checks: &[Check]) -> String {
    let broken: Vec<_> = checks.iter().filter(|check| !check.holds).collect();
    if broken.is_empty() {
        return "  checks      Little's law, the utilisation law and conservation hold\n".to_owned();
    }
    let line = |check: &&Check| {
        format!(
            "  CHECK FAILED {} (found {}, should be {}): a bug of scalelab\n",
            check.law, check.measured, check.expected
        )
    };
    broken.iter().map(line).collect()
}
