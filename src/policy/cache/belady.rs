//! The clairvoyant bound: what is asked for the latest in future goes first (Belady, IBM Systems Journal 1966). It has to be
//! told the future, so it is there for traces only.

use std::collections::BinaryHeap;

use hashbrown::HashTable;

use super::lists::Name;

/// How many accesses to these names a cache of this capacity misses that knows the future.
pub fn misses<K: Name>(names: &[K], capacity: u32) -> u64 {
    let (next, distinct) = next_uses(names);
    let mut is_kept = vec![false; distinct];
    // The numbers of distinct names, by when each is asked for next; older entries of a name are left in and ignored.
    let mut latest: BinaryHeap<(u32, u32)> = BinaryHeap::new();
    let (mut kept, mut misses) = (0, 0);
    for &(number, next) in &next {
        if !is_kept[number as usize] {
            misses += 1;
            if kept == capacity {
                while let Some((_, victim)) = latest.pop() {
                    if is_kept[victim as usize] {
                        is_kept[victim as usize] = false;
                        break;
                    }
                }
            } else {
                kept += 1;
            }
            is_kept[number as usize] = true;
        }
        latest.push((next, number));
    }
    misses
}

/// For each access the number of its name and when that is asked for next; and how many names there are.
fn next_uses<K: Name>(names: &[K]) -> (Vec<(u32, u32)>, usize) {
    let mut numbers: HashTable<(u32, u32)> = HashTable::new();
    let mut known: Vec<K> = Vec::new();
    let mut uses = vec![(0, u32::MAX); names.len()];
    for (at, &name) in names.iter().enumerate() {
        let found = numbers.find_mut(name.hash(), |(number, _)| known[*number as usize] == name);
        let number = if let Some((number, last)) = found {
            uses[*last as usize].1 = at as u32;
            *last = at as u32;
            *number
        } else {
            known.push(name);
            let number = known.len() as u32 - 1;
            numbers.insert_unique(name.hash(), (number, at as u32), |(number, _)| known[*number as usize].hash());
            number
        };
        uses[at].0 = number;
    }
    (uses, known.len())
}
