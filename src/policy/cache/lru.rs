//! Least recently used: what was not asked for the longest time goes first.
//!
//! A doubly linked list through a vector, newest first, beside an ordered index. Worked number: capacity 2 and the
//! names 1 2 1 3 2 give a hit on the second 1, then 3 replaces 2 and 2 replaces 1.

use std::collections::BTreeMap;

use super::Kept;

const NONE: u32 = u32::MAX;

/// The state of an LRU cache.
#[derive(Clone, Debug)]
pub struct Lru<K> {
    capacity: u32,
    index: BTreeMap<K, u32>,
    nodes: Vec<Node<K>>,
    newest: u32,
    oldest: u32,
}

#[derive(Clone, Debug)]
struct Node<K> {
    name: K,
    newer: u32,
    older: u32,
}

impl<K: Copy + Ord> Lru<K> {
    pub(super) fn new(capacity: u32) -> Self {
        Self { capacity: capacity.max(1), index: BTreeMap::new(), nodes: Vec::new(), newest: NONE, oldest: NONE }
    }

    pub(super) fn find(&mut self, name: K) -> bool {
        let Some(&node) = self.index.get(&name) else { return false };
        self.unlink(node);
        self.link_newest(node);
        true
    }

    pub(super) fn insert(&mut self, name: K) -> Kept<K> {
        if self.find(name) {
            return Kept::Already;
        }
        if (self.nodes.len() as u32) < self.capacity {
            let node = self.nodes.len() as u32;
            self.nodes.push(Node { name, newer: NONE, older: NONE });
            self.index.insert(name, node);
            self.link_newest(node);
            return Kept::Added;
        }
        let node = self.oldest;
        let evicted = self.nodes[node as usize].name;
        self.unlink(node);
        self.index.remove(&evicted);
        self.nodes[node as usize].name = name;
        self.index.insert(name, node);
        self.link_newest(node);
        Kept::Replaced(evicted)
    }

    fn unlink(&mut self, node: u32) {
        let Node { newer, older, .. } = self.nodes[node as usize];
        match newer {
            NONE => self.newest = older,
            _ => self.nodes[newer as usize].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            _ => self.nodes[older as usize].newer = newer,
        }
    }

    fn link_newest(&mut self, node: u32) {
        let before = self.newest;
        self.nodes[node as usize].newer = NONE;
        self.nodes[node as usize].older = before;
        match before {
            NONE => self.oldest = node,
            _ => self.nodes[before as usize].newer = node,
        }
        self.newest = node;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Domain, Stream};

    #[test]
    fn the_worked_number() {
        let mut cache = Lru::new(2);
        assert_eq!((cache.insert(1), cache.insert(2)), (Kept::Added, Kept::Added));
        assert!(cache.find(1));
        assert_eq!(cache.insert(3), Kept::Replaced(2));
        assert_eq!(cache.insert(2), Kept::Replaced(1));
        assert_eq!(cache.insert(2), Kept::Already);
    }

    #[test]
    fn it_agrees_with_a_list_kept_by_hand() {
        let mut stream = Stream::new(9, Domain::Swarm, [0; 4]);
        for capacity in [1, 2, 7] {
            let (mut cache, mut list) = (Lru::new(capacity), Vec::new());
            for _ in 0..5_000 {
                let name = stream.below(12);
                let expected = list.contains(&name);
                list.retain(|&other| other != name);
                list.insert(0, name);
                list.truncate(capacity as usize);
                assert_eq!(cache.find(name), expected);
                cache.insert(name);
            }
        }
    }
}
