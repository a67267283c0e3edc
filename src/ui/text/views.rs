//! Words of the views.

use super::knobs::percentile;
use crate::base::Time;
use crate::base::figures::{bytes_per_sec, clock, count, per_sec, plural, secs, share};
use crate::metrics::snapshot::{MachineLimits, Outcome, WorkerState, WorkerView};
use crate::metrics::watch::{TASKS_MAX, TaskBar};

pub(crate) const MEASURED_AND_MODELLED: &str = "measured + modelled";
pub(crate) const NO_VALUE: &str = "–";
pub(crate) const MAP_TITLE: &str = "Map";
pub(crate) const MAP_ARRIVING: &str = "arrive";
pub(crate) const MAP_DONE: &str = "finish";
pub(crate) const TRAFFIC_TITLE: &str = "Traffic, jobs/s";
pub(crate) const ARRIVING: &str = "arriving";
pub(crate) const FINISHED: &str = "finished";
pub(crate) const FAILED: &str = "failed";
pub(crate) const LATENCY_TITLE: &str = "Latency, time from arrival to answer";
pub(crate) const P50: &str = "half (p50)";
pub(crate) const P95: &str = "slowest 5 % (p95)";
pub(crate) const P99: &str = "slowest 1 % (p99)";
pub(crate) const BEFORE: &str = "run before (before)";
pub(crate) const P99_OMITTING: &str = "p99 as who waits reports it (who waits)";
pub(crate) const OMISSION: &str = "who waits";
pub(crate) const OMISSION_MEANING: &str = "Show what a load generator would report that waits for each answer before it asks again.\n\
    While everything stands still it does not ask, so the requests that would have waited are missing from\n\
    its numbers: coordinated omission. The other curves count from when each job was meant to come in.";
pub(crate) const LATENCY_SHORT: &str = "Latency";
pub(crate) const LATENCY_CURVES: &str = "time";
pub(crate) const LATENCY_CURVES_HINT: &str = "Percentiles over time";
pub(crate) const LATENCY_HEAT: &str = "heat";
pub(crate) const LATENCY_HEAT_HINT: &str = "Heat map: how many jobs took how long, over time";
pub(crate) const LATENCY_PERCENTILES: &str = "curve";
pub(crate) const LATENCY_PERCENTILES_HINT: &str =
    "Percentile curve: how long the slowest share of all jobs took, each step to the right a tenth of those before";
pub(crate) const THIS_RUN: &str = "this run";
pub(crate) const AS_WHO_WAITS: &str = "as who waits for each answer reports it";
pub(crate) const WHOLE_RUN: &str = "whole run without its warm-up";
pub(crate) const HEAT_FEW: &str = "1 job";
pub(crate) const HEAT_MEANING: &str =
    "Colour by the square root of the number of jobs in each cell, so that few are seen beside many";
pub(crate) const TASKS_TITLE: &str = "Tasks, one row for each core";
pub(crate) const TASK_WAY: &str = "on its way (transfer)";
pub(crate) const TASK_WAITS: &str = "waits";
pub(crate) const TASK_ERROR: &str = "error";
pub(crate) const NO_TASKS: &str = "No task has ended yet";
pub(crate) const NO_TASKS_HERE: &str = "No task that is still remembered was at work in this stretch: follow live (.)";
pub(crate) const PICK_A_TASK: &str = "Click a task to read its life";
pub(crate) const ALL_MACHINES: &str = "Show all machines";
pub(crate) const EDGE_GATHER: &str = "gather";
pub(crate) const EDGE_BROADCAST: &str = "broadcast";
pub(crate) const EDGE_SHUFFLE: &str = "shuffle";
pub(crate) const EDGE_ALL_REDUCE: &str = "all-reduce";
pub(crate) const EDGE_CALLS: &str = "calls";
pub(crate) const EDGE_THEN: &str = "then";
pub(crate) const MORE_STAGES: &str = "…";
pub(crate) const ONE_CAME: &str = "arriving";
pub(crate) const COST_TITLE: &str = "Cost";
pub(crate) const COST_PER_HOUR: &str = "an hour now";
pub(crate) const COST_SO_FAR: &str = "so far";
pub(crate) const COST_PER_1000: &str = "per 1,000 jobs";
pub(crate) const COST_USEFUL: &str = "useful";
pub(crate) const COST_IDLE: &str = "idle";
pub(crate) const COST_BOOT: &str = "boot + drain";
pub(crate) const COST_WASTED: &str = "wasted";
pub(crate) const COST_EGRESS: &str = "egress";

/// The title of a view in a tab.
pub(crate) fn view_title(key: &str) -> &str {
    match key {
        "map" => MAP_TITLE,
        "traffic" => "Traffic",
        "latency" => "Latency",
        "cost" => COST_TITLE,
        "tasks" => "Tasks",
        "compare" => "Compare",
        "autoscaler" => "Autoscaler",
        "cache" => "Cache",
        "library" => "Library",
        "runs" => "Runs",
        "scaling" => "Scaling",
        other => other,
    }
}

/// What a word beside a number means.
pub(crate) fn provenance_meaning(word: &str) -> &'static str {
    match word {
        "measured" => "Read off this computer in this run",
        "calibrated" => "Fitted to measurements made before this run",
        "modelled" => "Computed by the simulator",
        "assumed" => "A stated guess",
        _ => "This computer is measured; remote machines are modelled from what was measured here",
    }
}

/// That the numbers beside the curves are raw.
pub(crate) fn raw_at(time: &str) -> String {
    format!("raw at {time}")
}

/// The volume of work.
pub(crate) fn volume(tasks: &str, bytes: &str) -> String {
    format!("{} tasks/s, {bytes}", tasks.trim_end_matches("/s"))
}

/// Traffic in a sentence.
pub(crate) fn traffic_summary(
    offered: &str,
    completed: &str,
    errors: &str,
    shed: Option<String>,
    retries: Option<String>,
) -> String {
    let shed = shed.map_or_else(String::new, |shed| format!(", {shed} of these are refused"));
    let retries = retries.map_or_else(String::new, |retries| format!(", {retries} tasks are tried again"));
    format!("Traffic over time: {offered} jobs arrive, {completed} are finished, {errors} fail{shed}{retries}")
}

/// The words beside the line of the goal.
pub(crate) fn goal_line(quantile: f64, bound: &str) -> String {
    format!("goal {} < {bound}", percentile(quantile))
}

/// Latency in a sentence.
pub(crate) fn latency_summary(p50: &str, p95: &str, p99: &str, goal: Option<&str>) -> String {
    let goal = goal.map_or_else(String::new, |goal| format!("; {goal}"));
    format!(
        "Latency over time: half of the jobs take at most {p50}, the slowest 5 % {p95}, the slowest 1 % {p99}{goal}"
    )
}

/// Cost in a sentence.
pub(crate) fn cost_summary(per_hour: &str, so_far: &str, per_1000: &str, word: &str) -> String {
    format!("Cost: {per_hour} an hour now, {so_far} so far, {per_1000} per 1,000 jobs ({word})")
}

/// What a dot is.
pub(crate) fn one_dot(jobs: u64) -> String {
    format!("1 dot = {}", plural(jobs, "job", "jobs"))
}

/// Machines without room on the map.
pub(crate) fn more_machines(n: usize) -> String {
    format!("and {} more", plural(n as u64, "machine", "machines"))
}

/// What stands above the queue, after how many they are.
pub(crate) fn jobs_inside(n: u64) -> &'static str {
    if n == 1 { "job inside" } else { "jobs inside" }
}

/// What waits.
pub(crate) fn tasks_wait(n: u64) -> String {
    format!("{} {}", plural(n, "task", "tasks"), wait(n))
}

fn wait(n: u64) -> &'static str {
    if n == 1 { "waits" } else { "wait" }
}

/// The map in a sentence.
pub(crate) fn map_summary(inside: u64, waiting: u64, ready: u64, finished: &str) -> String {
    format!(
        "Map: {} inside, {}, {} at work, {finished} finished",
        plural(inside, "job", "jobs"),
        tasks_wait(waiting),
        plural(ready, "machine", "machines"),
    )
}

/// What a machine does, where it does not serve.
pub(crate) fn machine_state(worker: &WorkerView, now: Time) -> String {
    let left = worker.ready_at.map(|at| at.since(now).secs()).filter(|left| *left > 0.0);
    let left = left.map_or_else(String::new, |left| format!(" {}", secs((left * 10.0).ceil() / 10.0)));
    match worker.state {
        WorkerState::Booting => format!("booting{left}"),
        WorkerState::Warming => format!("warming up{left}"),
        WorkerState::Ready => "at work".to_owned(),
        WorkerState::Draining => "draining".to_owned(),
        WorkerState::Resizing => format!("restarting{left}"),
        WorkerState::Down => format!("down{left}"),
        WorkerState::Retired => "given back".to_owned(),
    }
}

/// The queue of a machine.
pub(crate) fn queue_of(n: u64) -> String {
    format!("{} {}", count(n), wait(n))
}

/// A machine that nothing is sent to for what it answered.
pub(crate) const LEFT_OUT: &str = "left out";

/// A machine, in full.
pub(crate) fn machine_details(
    worker: &WorkerView,
    limits: Option<MachineLimits>,
    why: Option<(Outcome, f64)>,
) -> String {
    let details = format!(
        "{} ({})\n{} of {} cores busy now, {} over 2.5 s\n{} wait\n{} tasks done, {} now",
        worker.name,
        worker.provenance.word(),
        worker.busy,
        worker.cores,
        share(worker.utilisation),
        plural(u64::from(worker.queue), "task", "tasks"),
        count(worker.completed),
        per_sec(worker.tasks_per_sec),
    );
    let of = |done: f64, limit: fn(&MachineLimits) -> f64| {
        limits.map_or(String::new(), |limits| format!(" ({} of what it can at most)", share(done / limit(&limits))))
    };
    let mut details = details;
    if worker.bytes_per_sec > 0.0 {
        let of = of(worker.bytes_per_sec, |limits| limits.read_bytes_per_sec);
        details += &format!("\n{} read{of}", bytes_per_sec(worker.bytes_per_sec));
    }
    if worker.operations_per_sec > 0.0 {
        let of = of(worker.operations_per_sec, |limits| limits.operations_per_sec);
        details += &format!("\n{:.1} GFLOP/s{of}", worker.operations_per_sec / 1e9);
    }
    if let Some((outcome, rate)) = why {
        details += &format!("\n{}: {}", trouble(outcome, rate), trouble_meaning(outcome));
    }
    details + "\nClick: see its tasks alone"
}

/// What the lightest colour of the heat map means.
pub(crate) fn heat_most(jobs: u32) -> String {
    plural(u64::from(jobs), "job", "jobs")
}

/// The heat map in a sentence.
pub(crate) fn heat_summary(extent: Option<(String, String)>) -> String {
    match extent {
        Some((low, high)) => format!("Heat map of latency over time: jobs took from {low} to {high}"),
        None => "Heat map of latency over time: no job has ended in this stretch".to_owned(),
    }
}

/// The percentile curve in a sentence.
pub(crate) fn percentiles_summary(p50: &str, p99: &str, max: &str) -> String {
    format!(
        "Percentile curve of the whole run: half of the jobs took at most {p50}, the slowest 1 % {p99}, the slowest of all {max}"
    )
}

/// How many tasks are shown, and since when they are remembered, if older ones are not.
pub(crate) fn tasks_shown(shown: u64, oldest: Option<&str>) -> String {
    let since = oldest.map_or_else(String::new, |oldest| format!(", remembered since {oldest}"));
    format!("{} in view{since}", plural(shown, "task", "tasks"))
}

/// The task stream in a sentence.
pub(crate) fn tasks_summary(shown: u64, rows: u64) -> String {
    format!("Task stream: {} in view on {}", plural(shown, "task", "tasks"), plural(rows, "core", "cores"))
}

/// The life of a task, a line for each part.
pub(crate) fn task_life(bar: TaskBar, stage: &str) -> String {
    let again = if bar.tries > 0 { format!(", attempt {}", bar.tries + 1) } else { String::new() };
    let core = bar.core.map_or_else(String::new, |core| format!(" on core {core}"));
    let part = |from: Time, to: Time| secs(to.since(from).secs());
    let how = match bar.outcome {
        Outcome::Completed if bar.cached => "answered by the cache".to_owned(),
        outcome => outcome.name().replace('_', " "),
    };
    format!(
        "{stage}, task {} of job {}{again}\non its way {}, waited {}, worked {}{core}\n{how} at {}",
        bar.task,
        count(bar.serial),
        part(bar.sent, bar.delivered),
        part(bar.delivered, bar.began),
        part(bar.began, bar.ended),
        clock(bar.ended.secs(), true),
    )
}

/// A machine that was given back.
pub(crate) fn gone_machine(number: u32) -> String {
    format!("machine {number} (gone)")
}

/// A core of a machine.
pub(crate) fn core_of(name: &str, core: u16) -> String {
    format!("{name} · {core}")
}

/// Rows without room.
pub(crate) fn more_rows(n: usize) -> String {
    format!("and {} without room here: click a machine on the map", plural(n as u64, "core", "cores"))
}

/// How attempts end badly at a machine, in a few words.
pub(crate) fn trouble(outcome: Outcome, rate: f64) -> String {
    let word = match outcome {
        Outcome::Completed => "done",
        Outcome::Failed => "fails",
        Outcome::Shed => "refuses",
        Outcome::TimedOut => "too late",
        Outcome::Cancelled => "called off",
        Outcome::Abandoned => "given up",
        Outcome::Lost => "lost",
    };
    format!("{word} {}", per_sec(rate))
}

/// Why that happens.
fn trouble_meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "nothing is wrong",
        Outcome::Failed => "attempts end with an error there",
        Outcome::Shed => "its queue is full, or an attempt was too late to be begun",
        Outcome::TimedOut => "answers do not come within the timeout of the pool",
        Outcome::Cancelled => "another attempt was first, or the job had ended",
        Outcome::Abandoned => "clients do not wait that long",
        Outcome::Lost => "it went down with the work it held",
    }
}

/// How busy a pool is, and what waits for it where that is not said elsewhere.
pub(crate) fn saturation(utilisation: f64, waiting: Option<u64>) -> String {
    let waiting = waiting.map_or_else(String::new, |waiting| format!(", {}", queue_of(waiting)));
    format!("{} busy{waiting}", share(utilisation))
}

/// How many tasks are remembered.
pub(crate) fn tasks_kept() -> String {
    format!("The newest {} tasks are remembered one by one", count(TASKS_MAX as u64))
}

/// What is shown of one machine, and how far back.
pub(crate) fn one_meaning() -> String {
    let kept = count(TASKS_MAX as u64);
    format!(
        "Of one machine, tasks are shown, not jobs: as far back as they are remembered one by one ({kept} of all machines)"
    )
}

/// The traffic of one machine.
pub(crate) fn one_traffic(name: &str) -> String {
    format!("Traffic of {name}, tasks/s")
}

/// The latency of one machine.
pub(crate) fn one_latency(name: &str) -> String {
    format!("Latency of {name}, time of a task")
}

/// The traffic of one machine in a sentence.
pub(crate) fn one_traffic_summary(name: &str, [came, finished, failed]: &[String; 3]) -> String {
    format!("Traffic of {name} over time: {came} tasks arrive, {finished} are finished, {failed} fail")
}

/// The latency of one machine in a sentence.
pub(crate) fn one_latency_summary(name: &str, [p50, p95, p99]: &[String; 3]) -> String {
    format!("Latency of the tasks of {name} over time: half take at most {p50}, 95 % {p95}, 99 % {p99}")
}

/// Looking at one machine alone.
pub(crate) fn do_look_at(name: &str) -> String {
    format!("Look at one machine: {name}")
}

/// What leads from one stage to the next.
pub(crate) fn edge_arrow(what: &str) -> String {
    if what.is_empty() { "→".to_owned() } else { format!("{what} →") }
}
