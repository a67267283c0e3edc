//! What a load generator would have reported that waits for each answer before it asks again.
//!
//! Latency counts from when a job was meant to come in. Such a generator begins to count when it asks, and while the system stands still
//! it does not ask: all but one of the requests that would have waited are missing from its numbers (coordinated omission; Gil Tene,
//! *How NOT to Measure Latency*, 2013). After one stall of S seconds in a lightly loaded run of T the 99th percentile is about
//! S - 0.01 T, and it reports none of it.

use super::latency::LatencyMeter;
use super::snapshot::LatencyView;
use super::window::LatencyWindow;
use crate::base::{SourceId, Time};
use crate::scenario::{Arrivals, Scenario};

/// The numbers of that generator, one for each source that does not wait itself.
#[derive(Clone, Debug)]
pub(super) struct OmissionMeter {
    /// When its last answer came; `None` for clients that wait anyway, who omit nothing.
    answered: Vec<Option<Time>>,
    whole: LatencyMeter,
    /// Where somebody watches: merging it takes time at every tick.
    window: Option<Box<LatencyWindow>>,
}

impl OmissionMeter {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let source = |source: &crate::scenario::Source| match source.arrivals {
            Arrivals::Open { .. } => Some(Time::ZERO),
            Arrivals::Closed { .. } => None,
        };
        let answered = scenario.traffic.iter().map(source).collect();
        Self { answered, whole: LatencyMeter::new(), window: None }
    }

    /// A job was answered that was meant to come in at `intended`.
    #[inline]
    pub(super) fn record(&mut self, now: Time, source: SourceId, intended: Time) {
        if let Some(answered) = &mut self.answered[source.ix()] {
            let latency = now.since(intended.max(*answered));
            *answered = now;
            self.whole.record(latency);
            if let Some(window) = &mut self.window {
                window.record(latency);
            }
        }
    }

    pub(super) fn end_warmup(&mut self) {
        self.whole.clear();
    }

    /// Somebody watches from now on.
    pub(super) fn watch(&mut self) {
        self.window.get_or_insert_with(|| Box::new(LatencyWindow::new()));
    }

    /// A part of the window has passed.
    pub(super) fn seal(&mut self) {
        self.window.iter_mut().for_each(|window| window.seal());
    }

    /// The 99th percentile of the last 2.5 s; `None` where nobody watches, or nothing was answered.
    pub(super) fn recent_p99(&self) -> Option<f64> {
        self.window.as_ref().map(|window| window.view()).filter(|view| view.count > 0).map(|view| view.p99)
    }

    /// Its percentile curve, over the run without its warm-up.
    pub(super) fn curve(&self) -> Vec<(f64, f64)> {
        self.whole.curve()
    }

    /// Over the run without its warm-up; `None` where no source goes on while nobody answers.
    pub(super) fn whole(&self) -> Option<LatencyView> {
        (self.whole.count() > 0).then(|| self.whole.view())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::Span;
    use crate::scenario::{Host, load};

    #[test]
    fn a_stall_is_one_slow_answer_to_who_waits_for_each() {
        let text = r#"(version: 1, title: "t", duration: "1s",
          pools: { "p": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.1))]) },
          jobs: { "j": (stages: [(name: "s", pool: "p", work: Service("1ms"))]) },
          traffic: [(job: "j", arrivals: Open(load: [(over: "0s", to: 10)])), (job: "j", arrivals: Closed(clients: 1, think: "1s"))])"#;
        let host = Host { cores: 1, cpu: "test".to_owned() };
        let scenario = load(text, "test", &host).unwrap_or_else(|errors| panic!("{errors}"));
        let mut meter = OmissionMeter::new(&Arc::new(scenario));
        let at = |millis| Time::ZERO + Span::from_millis(millis);
        // Meant for 100, 200, … ms, all answered at 1 s, one after the other.
        for number in 1..=9 {
            meter.record(at(1_000 + number), SourceId(0), at(100 * number));
        }
        meter.record(at(2_000), SourceId(1), at(0));
        let view = meter.whole().expect("nine answers");
        assert_eq!((view.count, view.max), (9, 0.901));
        assert!((view.p50 - 0.001).abs() < 1e-5, "{view:?}");
    }
}
