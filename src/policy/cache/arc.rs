//! ARC: one list of what was asked for once, one of what was asked for more often, and names of what left each; what is asked
//! for after it left says which of the two should be longer (Megiddo and Modha, "ARC: a self-tuning, low overhead replacement
//! cache", FAST 2003). The step of the adaptation is a real number.

use super::lists::{Lists, Name};
use super::{Kept, Replace};

/// Once, more often, and names of what left each.
const T1: usize = 0;
const T2: usize = 1;
const B1: usize = 2;
const B2: usize = 3;

/// An ARC.
#[derive(Clone, Debug)]
pub(super) struct Arc<K> {
    capacity: u32,
    /// How long the first list should be.
    target: f64,
    lists: Lists<K, 4>,
}

impl<K: Name> Arc<K> {
    pub(super) fn new(capacity: u32) -> Self {
        Self { capacity, target: 0.0, lists: Lists::new() }
    }

    /// The paper's REPLACE: the oldest of one of the lists leaves, its name stays.
    fn replace(&mut self, is_in_b2: bool) -> K {
        let t1 = f64::from(self.lists.len(T1));
        let from_first = t1 >= 1.0 && (t1 > self.target || (is_in_b2 && t1 == self.target));
        let (from, to) = if from_first || self.lists.len(T2) == 0 { (T1, B1) } else { (T2, B2) };
        let oldest = self.lists.oldest(from);
        self.lists.move_to(oldest, to);
        self.lists.name(oldest)
    }

    fn drop_oldest(&mut self, list: usize) -> K {
        self.lists.remove(self.lists.oldest(list))
    }
}

impl<K: Name> Replace<K> for Arc<K> {
    fn find(&mut self, name: K) -> bool {
        let Some(node) = self.lists.find(name) else { return false };
        let is_there = matches!(self.lists.list(node), T1 | T2);
        if is_there {
            self.lists.move_to(node, T2);
        }
        is_there
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let c = self.capacity;
        let [t1, t2, b1, b2] = [T1, T2, B1, B2].map(|list| self.lists.len(list));
        if let Some(ghost) = self.lists.find(name) {
            let is_in_b2 = self.lists.list(ghost) == B2;
            let ratio = |other: u32, own: u32| (f64::from(other) / f64::from(own.max(1))).max(1.0);
            self.target = if is_in_b2 {
                (self.target - ratio(b1, b2)).max(0.0)
            } else {
                (self.target + ratio(b2, b1)).min(f64::from(c))
            };
            let evicted = (t1 + t2 >= c).then(|| self.replace(is_in_b2));
            self.lists.move_to(ghost, T2);
            return Kept::from(evicted);
        }
        let mut evicted = None;
        if t1 + b1 == c {
            if t1 < c {
                self.drop_oldest(B1);
                evicted = (t1 + t2 >= c).then(|| self.replace(false));
            } else {
                evicted = Some(self.drop_oldest(T1));
            }
        } else if t1 + t2 + b1 + b2 >= c {
            if t1 + t2 + b1 + b2 >= 2 * c {
                self.drop_oldest(B2);
            }
            evicted = (t1 + t2 >= c).then(|| self.replace(false));
        }
        self.lists.add(name, T1, 0);
        Kept::from(evicted)
    }
}
