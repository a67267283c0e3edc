//! What is due when: a heap ordered by (time, class, sequence), so that equal times keep the order of planning.
//!
//! Entries of the timeline come before everything else of their instant. A person's command takes effect at an instant
//! at which nothing else has happened yet, so a replay, which plans it from the start, finds the same order.

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

/// Everything planned: a heap with four children to a node, so that the smallest of four is found within one cache line.
/// What is due lies still in a slab beside it.
///
/// What is taken from the top leaves a hole there, which the next push fills: most events plan one other, and then the
/// heap is walked once instead of twice (replace-top).
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    /// Time, class, sequence, and where what is due lies; from the highest bits to the lowest.
    keys: Vec<u128>,
    /// Whether the top is vacant.
    has_hole: bool,
    due: Vec<Option<Due>>,
    free: Vec<u32>,
    sequence: u64,
}

/// Bits of a place: more than a hundred million things can be planned at a time.
const PLACE_BITS: u32 = 27;
/// Bits of a sequence number; when they are used up, what is planned is numbered anew.
const SEQUENCE_BITS: u32 = 36;
/// Everything but the timeline comes after it.
const LATER_CLASS: u64 = 1 << (PLACE_BITS + SEQUENCE_BITS);
/// Children of a node.
const CHILDREN: usize = 4;

impl Queue {
    pub(super) fn push(&mut self, at: Time, due: Due) {
        let class = if matches!(due, Due::Entry(_)) { 0 } else { LATER_CLASS };
        if self.sequence == 1 << SEQUENCE_BITS {
            self.number_anew();
        }
        let place = if let Some(place) = self.free.pop() {
            self.due[place as usize] = Some(due);
            place
        } else {
            self.due.push(Some(due));
            self.due.len() as u32 - 1
        };
        assert!(place < 1 << PLACE_BITS, "the limits of a scenario keep what is planned below this");
        let key = u128::from(at.0) << 64 | u128::from(class | self.sequence << PLACE_BITS | u64::from(place));
        self.sequence += 1;
        if std::mem::take(&mut self.has_hole) {
            self.sink(key);
        } else {
            self.keys.push(key);
            self.rise(key);
        }
    }

    pub(super) fn next_at(&mut self) -> Option<Time> {
        self.fill();
        self.keys.first().map(|key| time_of(*key))
    }

    pub(super) fn pop(&mut self) -> Option<(Time, Due)> {
        self.fill();
        let key = *self.keys.first()?;
        self.has_hole = true;
        let place = key as u32 & ((1 << PLACE_BITS) - 1);
        self.free.push(place);
        self.due[place as usize].take().map(|due| (time_of(key), due))
    }

    /// Moves the last key into the hole at the top, if there is one.
    fn fill(&mut self) {
        if std::mem::take(&mut self.has_hole)
            && let Some(last) = self.keys.pop()
            && !self.keys.is_empty()
        {
            self.sink(last);
        }
    }

    /// Moves the last key towards the top until its parent is smaller.
    fn rise(&mut self, key: u128) {
        let keys = self.keys.as_mut_slice();
        let mut at = keys.len() - 1;
        while at > 0 {
            let parent = (at - 1) / CHILDREN;
            if keys[parent] < key {
                break;
            }
            keys[at] = keys[parent];
            at = parent;
        }
        keys[at] = key;
    }

    /// Moves a key from the top downwards until its children are larger.
    fn sink(&mut self, key: u128) {
        let keys = self.keys.as_mut_slice();
        let mut at = 0;
        loop {
            let first = at * CHILDREN + 1;
            let end = keys.len().min(first + CHILDREN);
            let (mut smallest, mut child) = (key, at);
            for (ix, &other) in keys.iter().enumerate().take(end).skip(first) {
                if other < smallest {
                    (smallest, child) = (other, ix);
                }
            }
            if child == at {
                break;
            }
            keys[at] = smallest;
            at = child;
        }
        keys[at] = key;
    }

    /// Gives what is planned the smallest numbers, in the order it has. Sorted keys are a heap.
    fn number_anew(&mut self) {
        self.fill();
        self.keys.sort_unstable();
        let kept = u128::from(u64::MAX) << 64 | u128::from(LATER_CLASS) | ((1 << PLACE_BITS) - 1);
        for (number, key) in self.keys.iter_mut().enumerate() {
            *key = *key & kept | (number as u128) << PLACE_BITS;
        }
        self.sequence = self.keys.len() as u64;
    }
}

fn time_of(key: u128) -> Time {
    Time((key >> 64) as u64)
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

    #[test]
    fn numbers_that_are_used_up_are_given_anew_and_the_order_stays() {
        let mut queue = Queue { sequence: (1 << SEQUENCE_BITS) - 3, ..Queue::default() };
        for at in [9, 5, 5, 1, 5, 5] {
            queue.push(Time(at), if at == 5 { Due::Tick } else { Due::ProbeEnds });
        }
        assert!(queue.sequence < 10, "{}", queue.sequence);
        queue.push(Time(5), Due::ProbeEnds);
        let order: Vec<_> =
            std::iter::from_fn(|| queue.pop()).map(|(at, due)| (at.0, matches!(due, Due::Tick))).collect();
        assert_eq!(order, [(1, false), (5, true), (5, true), (5, true), (5, true), (5, false), (9, false)]);
    }

    #[test]
    fn it_sorts_whatever_comes() {
        let mut stream = crate::base::Stream::new(4, crate::base::Domain::Swarm, [0; 4]);
        let (mut queue, mut last) = (Queue::default(), Time::ZERO);
        for round in 0..20_000 {
            if round % 3 > 0 || queue.next_at().is_none() {
                queue.push(Time(last.0 + stream.below(50)), Due::Tick);
            } else {
                let (at, _) = queue.pop().expect("there is something");
                assert!(at >= last);
                last = at;
            }
        }
        let rest: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(at, _)| at).collect();
        assert!(rest.is_sorted() && rest[0] >= last && queue.next_at().is_none());
    }
}
