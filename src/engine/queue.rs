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

/// Everything planned: a heap with four children to a node, whose keys lie together so that the smallest of four is
/// found within one cache line. What is due lies still in a slab beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    /// Time in the upper half; class and sequence in the lower.
    keys: Vec<u128>,
    /// For each key, where what is due lies.
    places: Vec<u32>,
    due: Vec<Option<Due>>,
    free: Vec<u32>,
    sequence: u64,
}

/// Everything but the timeline comes after it.
const LATER_CLASS: u64 = 1 << 63;
/// Children of a node.
const CHILDREN: usize = 4;

impl Queue {
    pub(super) fn push(&mut self, at: Time, due: Due) {
        let class = if matches!(due, Due::Entry(_)) { 0 } else { LATER_CLASS };
        self.sequence += 1;
        let key = u128::from(at.0) << 64 | u128::from(class | self.sequence);
        let place = if let Some(place) = self.free.pop() {
            self.due[place as usize] = Some(due);
            place
        } else {
            self.due.push(Some(due));
            self.due.len() as u32 - 1
        };
        self.keys.push(key);
        self.places.push(place);
        self.rise(self.keys.len() - 1, key, place);
    }

    pub(super) fn next_at(&self) -> Option<Time> {
        self.keys.first().map(|key| time_of(*key))
    }

    pub(super) fn pop(&mut self) -> Option<(Time, Due)> {
        let (&key, &place) = (self.keys.first()?, self.places.first()?);
        if let (Some(last_key), Some(last_place)) = (self.keys.pop(), self.places.pop())
            && !self.keys.is_empty()
        {
            self.sink(last_key, last_place);
        }
        self.free.push(place);
        self.due[place as usize].take().map(|due| (time_of(key), due))
    }

    /// Moves a key from `at` towards the top until its parent is smaller.
    fn rise(&mut self, mut at: usize, key: u128, place: u32) {
        while at > 0 {
            let parent = (at - 1) / CHILDREN;
            if self.keys[parent] < key {
                break;
            }
            self.keys[at] = self.keys[parent];
            self.places[at] = self.places[parent];
            at = parent;
        }
        self.keys[at] = key;
        self.places[at] = place;
    }

    /// Moves a key from the top downwards until its children are larger.
    fn sink(&mut self, key: u128, place: u32) {
        let mut at = 0;
        loop {
            let first = at * CHILDREN + 1;
            let children = &self.keys[first.min(self.keys.len())..(first + CHILDREN).min(self.keys.len())];
            let smallest = children.iter().enumerate().min_by_key(|(_, key)| **key);
            let Some((child, smallest)) = smallest.filter(|(_, smallest)| **smallest < key) else { break };
            self.keys[at] = *smallest;
            self.places[at] = self.places[first + child];
            at = first + child;
        }
        self.keys[at] = key;
        self.places[at] = place;
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
