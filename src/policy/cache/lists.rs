//! What caches are made of: entries by name, each in one of a few lists from the newest to the oldest.

use hashbrown::HashTable;

use crate::base::streams::mix;

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// What can be kept: something with a hash whose bits are well mixed.
pub trait Name: Copy + Eq {
    /// The hash.
    fn hash(self) -> u64;
}

impl Name for u64 {
    #[inline]
    fn hash(self) -> u64 {
        mix(self)
    }
}

/// Entries by name in so many lists.
#[derive(Clone, Debug)]
pub(super) struct Lists<K, const N: usize> {
    index: HashTable<u32>,
    nodes: Vec<Node<K>>,
    free: Vec<u32>,
    ends: [Ends; N],
}

#[derive(Clone, Copy, Debug)]
struct Node<K> {
    name: K,
    newer: u32,
    older: u32,
    list: u32,
    mark: u32,
}

#[derive(Clone, Copy, Debug)]
struct Ends {
    newest: u32,
    oldest: u32,
    len: u32,
}

impl<K: Name, const N: usize> Lists<K, N> {
    pub(super) fn new() -> Self {
        let empty = Ends { newest: NONE, oldest: NONE, len: 0 };
        Self { index: HashTable::new(), nodes: Vec::new(), free: Vec::new(), ends: [empty; N] }
    }

    /// Entries of a list.
    pub(super) fn len(&self, list: usize) -> u32 {
        self.ends[list].len
    }

    /// The node of a name.
    #[inline]
    pub(super) fn find(&self, name: K) -> Option<u32> {
        self.index.find(name.hash(), |&node| self.nodes[node as usize].name == name).copied()
    }

    /// Adds a name that is not there, as the newest of a list.
    #[inline]
    pub(super) fn add(&mut self, name: K, list: usize, mark: u32) -> u32 {
        let new = Node { name, newer: NONE, older: NONE, list: list as u32, mark };
        let node = if let Some(node) = self.free.pop() {
            self.nodes[node as usize] = new;
            node
        } else {
            self.nodes.push(new);
            self.nodes.len() as u32 - 1
        };
        let nodes = &self.nodes;
        self.index.insert_unique(name.hash(), node, |&node| nodes[node as usize].name.hash());
        self.link(node, list);
        node
    }

    /// Removes a node; returns its name.
    #[inline]
    pub(super) fn remove(&mut self, node: u32) -> K {
        let name = self.nodes[node as usize].name;
        self.unlink(node);
        if let Ok(entry) = self.index.find_entry(name.hash(), |&other| other == node) {
            entry.remove();
        }
        self.free.push(node);
        name
    }

    /// Makes a node the newest of a list.
    #[inline]
    pub(super) fn move_to(&mut self, node: u32, list: usize) {
        if self.ends[list].newest == node {
            return;
        }
        self.unlink(node);
        self.link(node, list);
    }

    /// The oldest of a list, or [`NONE`].
    pub(super) fn oldest(&self, list: usize) -> u32 {
        self.ends[list].oldest
    }

    /// The next newer node of its list, or [`NONE`].
    pub(super) fn newer(&self, node: u32) -> u32 {
        self.nodes[node as usize].newer
    }

    /// The list of a node.
    pub(super) fn list(&self, node: u32) -> usize {
        self.nodes[node as usize].list as usize
    }

    /// What its policy remembers of a node.
    pub(super) fn mark(&mut self, node: u32) -> &mut u32 {
        &mut self.nodes[node as usize].mark
    }

    /// The name of a node.
    pub(super) fn name(&self, node: u32) -> K {
        self.nodes[node as usize].name
    }

    #[inline]
    fn unlink(&mut self, node: u32) {
        let Node { newer, older, list, .. } = self.nodes[node as usize];
        let ends = &mut self.ends[list as usize];
        ends.len -= 1;
        match newer {
            NONE => ends.newest = older,
            _ => self.nodes[newer as usize].older = older,
        }
        match older {
            NONE => ends.oldest = newer,
            _ => self.nodes[older as usize].newer = newer,
        }
    }

    #[inline]
    fn link(&mut self, node: u32, list: usize) {
        let ends = &mut self.ends[list];
        let before = ends.newest;
        ends.newest = node;
        ends.len += 1;
        if before == NONE {
            ends.oldest = node;
        } else {
            self.nodes[before as usize].newer = node;
        }
        let own = &mut self.nodes[node as usize];
        (own.newer, own.older, own.list) = (NONE, before, list as u32);
    }
}
