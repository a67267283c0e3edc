//! Maglev hashing (Eisenbud et al., "Maglev: a fast and reliable software network load balancer", NSDI 2016): a table of
//! a prime number of entries, which members fill in turn, each in an order of its own; a key's hash is looked up in it.
//! Entries of two members differ by one at most, and few of those that stay move when one leaves.

use super::{Roster, Seat, hashing};

#[derive(Clone, Debug)]
pub(super) struct Maglev {
    size: u32,
    table: Vec<Seat>,
    is_stale: bool,
}

impl Maglev {
    pub(super) fn new(size: u32) -> Self {
        Self { size, table: Vec::new(), is_stale: true }
    }

    pub(super) fn pick(&mut self, roster: &Roster, key: u64) -> Option<Seat> {
        if std::mem::take(&mut self.is_stale) {
            let members = roster.members();
            let hashes = members.iter().map(|&seat| {
                let worker = roster.worker(seat);
                [hashing::of_member(worker, 0), hashing::of_member(worker, 1)]
            });
            let filled = fill(&hashes.collect::<Vec<_>>(), self.size);
            self.table = filled.into_iter().map(|member| members[member as usize]).collect();
        }
        let place = hashing::of_key(key) % u64::from(self.size);
        self.table.get(place as usize).copied()
    }

    pub(super) fn changed(&mut self) {
        self.is_stale = true;
    }
}

/// The table: for each entry the position of its member. `hashes` gives two for each member, from which its order of the
/// entries follows; `size` is prime. Empty without members.
pub fn fill(hashes: &[[u64; 2]], size: u32) -> Vec<u32> {
    /// An entry that nobody has.
    const VACANT: u32 = u32::MAX;
    if hashes.is_empty() {
        return Vec::new();
    }
    let size64 = u64::from(size);
    let steps: Vec<u64> = hashes.iter().map(|[_, skip]| skip % (size64 - 1).max(1) + 1).collect();
    let mut next: Vec<u64> = hashes.iter().map(|[offset, _]| offset % size64).collect();
    let mut table = vec![VACANT; size as usize];
    let mut left = size;
    loop {
        for (member, (next, step)) in next.iter_mut().zip(&steps).enumerate() {
            while table[*next as usize] != VACANT {
                *next = (*next + step) % size64;
            }
            table[*next as usize] = member as u32;
            left -= 1;
            if left == 0 {
                return table;
            }
        }
    }
}
