//! A row for each core of each machine, and in it what the core did, oldest first.

use std::collections::BTreeMap;

use crate::base::{Time, WorkerId};
use crate::metrics::watch::TaskBar;

/// A core of a machine.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    /// Machine.
    pub(crate) worker: WorkerId,
    /// Core; where the dispatcher does not know which, the first lane that was free.
    pub(crate) lane: u16,
    /// What it did, in order of its beginnings.
    pub(crate) bars: Vec<&'a TaskBar>,
}

/// Lanes of a machine whose cores are not told apart.
const LANES_MAX: usize = 16;

/// Rows of what touches `from..to`, of one machine or of all. What no core worked on (a kept result, a refusal) is in the first lane.
pub(crate) fn rows<'a>(
    bars: impl Iterator<Item = &'a TaskBar>,
    (from, to): (f64, f64),
    only: Option<WorkerId>,
) -> Vec<Row<'a>> {
    let mut machines: BTreeMap<WorkerId, BTreeMap<u16, Vec<&TaskBar>>> = BTreeMap::new();
    let mut free: BTreeMap<WorkerId, Vec<Time>> = BTreeMap::new();
    let is_seen = |bar: &&TaskBar| bar.ended.secs() >= from && bar.began.secs() <= to;
    for bar in bars.filter(|bar| only.is_none_or(|only| bar.worker == only)).filter(is_seen) {
        let lane = bar.core.unwrap_or_else(|| lane(free.entry(bar.worker).or_default(), bar));
        machines.entry(bar.worker).or_default().entry(lane).or_default().push(bar);
    }
    let rows = machines.into_iter().flat_map(|(worker, lanes)| {
        lanes.into_iter().map(move |(lane, mut bars)| {
            bars.sort_by_key(|bar| (bar.began, bar.ended));
            Row { worker, lane, bars }
        })
    });
    rows.collect()
}

/// The first lane that was free when a bar began.
fn lane(free_from: &mut Vec<Time>, bar: &TaskBar) -> u16 {
    let open = free_from.iter().position(|time| *time <= bar.began);
    let lane = open.unwrap_or_else(|| free_from.len().min(LANES_MAX - 1));
    if lane == free_from.len() {
        free_from.push(bar.ended);
    } else {
        free_from[lane] = free_from[lane].max(bar.ended);
    }
    lane as u16
}

/// What a bar did before its core took it up, as far as the core was idle then: on its way from, waiting from, in seconds.
pub(crate) fn before(bar: &TaskBar, free_since: Time) -> (f64, f64) {
    let way = bar.sent.max(free_since).min(bar.began);
    let wait = bar.delivered.max(free_since).min(bar.began);
    (way.secs(), wait.secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{JobType, StageIx};
    use crate::metrics::snapshot::Outcome;

    fn bar(worker: u32, core: Option<u16>, millis: [u64; 4]) -> TaskBar {
        let [sent, delivered, began, ended] = millis.map(|millis| Time(millis * 1_000_000));
        TaskBar {
            worker: WorkerId(worker),
            core,
            kind: JobType(0),
            stage: StageIx(0),
            serial: 0,
            task: 0,
            tries: 0,
            sent,
            delivered,
            began,
            ended,
            outcome: Outcome::Completed,
            cached: false,
        }
    }

    #[test]
    fn each_core_has_a_row_and_one_machine_can_be_looked_at_alone() {
        let bars = [bar(1, Some(0), [0, 1, 2, 3]), bar(0, Some(1), [0, 1, 2, 9]), bar(0, Some(0), [0, 1, 4, 9])];
        let found = |only| {
            let rows = rows(bars.iter(), (0.0, 1.0), only);
            rows.iter().map(|row| (row.worker.0, row.lane)).collect::<Vec<_>>()
        };
        assert_eq!(found(None), [(0, 0), (0, 1), (1, 0)]);
        assert_eq!(found(Some(WorkerId(1))), [(1, 0)]);
        assert!(rows(bars.iter(), (2.0, 3.0), None).is_empty());
    }

    #[test]
    fn what_overlaps_on_unknown_cores_stands_in_lanes_of_its_own() {
        let bars = [bar(0, None, [0, 0, 0, 10]), bar(0, None, [0, 0, 5, 12]), bar(0, None, [0, 0, 10, 20])];
        let rows = rows(bars.iter(), (0.0, 1.0), None);
        assert_eq!(rows.iter().map(|row| (row.lane, row.bars.len())).collect::<Vec<_>>(), [(0, 2), (1, 1)]);
        let crowd: Vec<_> = (0..100).map(|start| bar(0, None, [0, 0, start, 1_000])).collect();
        assert_eq!(super::rows(crowd.iter(), (0.0, 2.0), None).len(), LANES_MAX);
    }

    #[test]
    fn only_an_idle_core_waits_for_a_task() {
        let task = bar(0, Some(0), [10, 14, 20, 30]);
        assert_eq!(before(&task, Time(0)), (0.010, 0.014));
        assert_eq!(before(&task, Time(16_000_000)), (0.016, 0.016));
        assert_eq!(before(&task, Time(25_000_000)), (0.020, 0.020));
    }
}
