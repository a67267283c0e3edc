//! A run told to people (HTML, Markdown) and to build servers (JUnit).

mod chart;
mod curves;
mod html;
mod junit;
mod markdown;

use std::str::FromStr;

pub use self::curves::Curves;
use crate::analysis::insight::Finding;
use crate::base::figures::{self, count, dollars, per_sec, secs, share};
use crate::experiment::figures::Figure;
use crate::metrics::snapshot::Outcome;
use crate::metrics::summary::{FigureSummary, ObjectiveResult, Summary};

/// What a report is made of.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The result.
    pub summary: &'a Summary,
    /// How it went on; empty where there is more than one run.
    pub curves: &'a Curves,
    /// The kinds of trouble that were found.
    pub findings: &'a [Finding],
    /// The text of the scenario, as it was run.
    pub scenario: &'a str,
    /// What ran it: `AMD EPYC, 2 cores`.
    pub host: &'a str,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One page with its pictures inside, for a browser and a printer.
    Html,
    /// For a repository or a ticket.
    Markdown,
    /// Objectives and laws as tests, for a build server.
    JUnit,
}

impl Form {
    /// The form that a file name asks for by its ending.
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        ending.parse().ok()
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(ending: &str) -> Result<Self, String> {
        match ending.to_ascii_lowercase().as_str() {
            "html" | "htm" => Ok(Self::Html),
            "md" | "markdown" => Ok(Self::Markdown),
            "xml" => Ok(Self::JUnit),
            _ => Err("a report ends in .html, .md or .xml (JUnit)".to_owned()),
        }
    }
}

impl Report<'_> {
    /// The whole report.
    pub fn written(&self, form: Form) -> String {
        match form {
            Form::Html => html::page(self),
            Form::Markdown => markdown::text(self),
            Form::JUnit => junit::suite(self),
        }
    }

    /// What carried the run out and what its numbers are.
    fn provenance(&self) -> String {
        let Summary { mode, seed, duration_secs, warmup_secs, .. } = self.summary;
        let what = match mode.as_str() {
            "live" => "live: this computer measured, other machines modelled",
            _ => "simulated: everything modelled",
        };
        let left_out =
            if *warmup_secs > 0.0 { format!(", the first {} left out", secs(*warmup_secs)) } else { String::new() };
        let runs = self
            .summary
            .replications
            .as_ref()
            .map_or_else(String::new, |all| format!("{} replications of ", all.count));
        format!(
            "{what}; {runs}{} of run time{left_out}; seed {seed}; scalelab {} on {}",
            secs(*duration_secs),
            env!("CARGO_PKG_VERSION"),
            self.host
        )
    }

    /// The verdict in a sentence.
    fn verdict(&self) -> String {
        let saturation = &self.summary.saturation;
        let of = if self.summary.replications.is_some() { " (in the first replication)" } else { "" };
        format!("{}: {}{of}", saturation.state.word(), saturation.evidence)
    }

    /// Names and values of what was measured; of replications their means, each with the half-width of its 95 % interval.
    fn figures(&self) -> Vec<(&'static str, String)> {
        if let Some(together) = &self.summary.replications {
            let known =
                Figure::ALL.into_iter().filter_map(|figure| Some((figure, together.figures.get(figure.field())?)));
            let half = |own: &FigureSummary| (own.high - own.low) / 2.0;
            let row = |(figure, own): (Figure, &FigureSummary)| {
                (figure.label(), format!("{} ± {}", figure.written(own.mean), figure.written(half(own))))
            };
            return known.map(row).collect();
        }
        let Summary { totals, latency_secs: latency, cost, .. } = self.summary;
        let mut rows = vec![
            ("jobs arrived", count(totals.jobs.arrived)),
            ("jobs completed", count(totals.jobs.of(Outcome::Completed))),
            ("jobs failed in any way", count(totals.jobs.errors())),
            ("throughput", per_sec(self.summary.throughput_jobs_per_sec)),
            ("latency, mean", secs(latency.mean)),
            ("latency, p50", secs(latency.p50)),
            ("latency, p95", secs(latency.p95)),
            ("latency, p99", secs(latency.p99)),
            ("latency, longest", secs(latency.max)),
        ];
        if let Some(omitting) = &self.summary.latency_omitting_secs {
            rows.push(("p99 as who waits reports it", secs(omitting.p99)));
        }
        rows.push(("utilisation", share(self.summary.utilisation)));
        if let Some(work) = &self.summary.work {
            rows.push(("read", figures::bytes_per_sec(work.bytes_per_sec)));
        }
        let per_1000 = cost.per_1000_jobs.map_or_else(|| "–".to_owned(), dollars);
        rows.extend([
            ("cost an hour", dollars(cost.per_hour)),
            ("billed", dollars(cost.billed)),
            ("of it idle", dollars(cost.idle)),
            ("of it wasted", dollars(cost.wasted)),
            ("cost of 1,000 jobs", per_1000),
        ]);
        rows
    }

    /// Answers of real work, by kind of job.
    fn answers(&self) -> Vec<(&str, String)> {
        let answered = self.summary.jobs.iter().filter_map(|(name, job)| Some((name.as_str(), job.answer?)));
        answered.map(|(name, answer)| (name, answer.to_string())).collect()
    }
}

/// What became of an objective, in words, and what was measured, with its interval where there is one.
fn outcome(objective: &ObjectiveResult) -> (&'static str, String) {
    let word = match (objective.met, objective.fails_run, objective.is_sure()) {
        (true, _, Some(false)) => "met, but not for sure",
        (true, ..) => "met",
        (false, true, Some(false)) => "missed, but not for sure",
        (false, true, _) => "missed",
        (false, false, _) => "missed (a warning)",
    };
    let measured = objective.measured.map_or_else(|| "nothing was measured".to_owned(), figures::figure);
    let half = objective
        .interval
        .map_or_else(String::new, |(low, high)| format!(" ± {}", figures::figure((high - low) / 2.0)));
    (word, measured + &half)
}

/// With what XML and HTML read as markup written so that they do not.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for next in text.chars() {
        match next {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not even as a reference does XML allow these.
            control if control < ' ' && !matches!(control, '\n' | '\t' | '\r') => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_title_stays_a_title() {
        assert_eq!(escaped("a <b> & \"c\"\u{1}"), "a &lt;b&gt; &amp; &quot;c&quot;\u{fffd}");
    }

    #[test]
    fn the_ending_says_the_form() {
        assert_eq!(Form::of_file("a/report.HTML"), Some(Form::Html));
        assert_eq!(Form::of_file("junit.xml"), Some(Form::JUnit));
        assert_eq!(Form::of_file("notes.md"), Some(Form::Markdown));
        assert_eq!((Form::of_file("notes"), Form::of_file("notes.pdf")), (None, None));
    }
}
