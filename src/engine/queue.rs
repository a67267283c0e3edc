//! What is due when: a heap ordered by (time, class, sequence), so that equal times keep the order of planning.
//!
//! Entries of the timeline come before everything else of their instant. A person's command takes effect at an instant
//! at which nothing else has happened yet, so a replay, which plans it from the start, finds the same order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::base::{Time, WorkerId};
use crate::cluster::Event;
use crate::scenario::{Entry, Fault};
use crate::traffic::Tick;

/// Something that is due.
#[derive(Clone, Debug)]
pub(super) enum Due {
    /// The cluster is to be told something, if it still happens.
    Event(Event),
    /// A job arrives.
    Arrival(Tick),
    /// Something changes.
    Entry(Box<Entry>),
    /// A fault is over.
    Repair(WorkerId, Fault),
    /// The recorder closes a tick.
    Tick,
    /// What this machine can do has been measured.
    ProbeEnds,
}

/// Everything planned.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Planned>,
    sequence: u64,
}

#[derive(Clone, Debug)]
struct Planned {
    /// Time in the upper half; class and sequence in the lower.
    key: Reverse<u128>,
    due: Due,
}

/// Everything but the timeline comes after it.
const LATER_CLASS: u64 = 1 << 63;

impl Queue {
    pub(super) fn push(&mut self, at: Time, due: Due) {
        let class = if matches!(due, Due::Entry(_)) { 0 } else { LATER_CLASS };
        self.sequence += 1;
        let key = u128::from(at.0) << 64 | u128::from(class | self.sequence);
        self.heap.push(Planned { key: Reverse(key), due });
    }

    pub(super) fn next_at(&self) -> Option<Time> {
        self.heap.peek().map(Planned::at)
    }

    pub(super) fn pop(&mut self) -> Option<(Time, Due)> {
        self.heap.pop().map(|planned| (planned.at(), planned.due))
    }
}

impl Planned {
    fn at(&self) -> Time {
        Time((self.key.0 >> 64) as u64)
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Planned {}
impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Planned {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{By, Command};

    #[test]
    fn equal_times_keep_their_order_but_the_timeline_goes_first() {
        let mut queue = Queue::default();
        queue.push(Time(5), Due::Tick);
        queue.push(Time(5), Due::ProbeEnds);
        let entry = Entry { at: Time(5), command: Command::Note(String::new()), by: By::Person };
        queue.push(Time(5), Due::Entry(Box::new(entry)));
        queue.push(Time(1), Due::ProbeEnds);
        assert_eq!(queue.next_at(), Some(Time(1)));
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(_, due)| std::mem::discriminant(&due)).collect();
        let expected = [
            Due::ProbeEnds,
            Due::Entry(Box::new(Entry { at: Time(5), command: Command::Note(String::new()), by: By::Person })),
            Due::Tick,
            Due::ProbeEnds,
        ];
        assert_eq!(order, expected.iter().map(std::mem::discriminant).collect::<Vec<_>>());
    }
}
