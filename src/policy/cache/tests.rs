//! Laws that every cache keeps, and what each does.

use std::collections::BTreeSet;

use super::*;
use crate::base::{Domain, Stream};

fn cache(by: Eviction, entries: u32) -> CacheState<u64> {
    CacheState::new(Cache::Keep { by, entries })
}

/// What misses of these names, one after the other.
fn misses(by: Eviction, entries: u32, names: &[u64]) -> Vec<u64> {
    let mut cache = cache(by, entries);
    names.iter().copied().filter(|name| !cache.access(*name)).collect()
}

#[test]
fn what_is_kept_is_found_until_it_is_evicted_and_never_more_than_there_is_room_for() {
    for (name, by) in Eviction::ALL {
        for entries in [1, 2, 3, 7, 50] {
            let mut cache = cache(by, entries);
            let mut kept = BTreeSet::new();
            let mut stream = Stream::new(3, Domain::Swarm, [u64::from(entries); 4]);
            for _ in 0..5_000 {
                let asked = stream.below(30) * stream.below(4);
                let hit = cache.find(asked);
                assert_eq!(hit, kept.contains(&asked), "{name} of {entries}");
                if !hit {
                    match cache.insert(asked) {
                        Kept::Added => {}
                        Kept::Replaced(gone) => assert!(kept.remove(&gone), "{name} of {entries} evicts {gone}"),
                        other => panic!("{name} of {entries}: {other:?}"),
                    }
                    kept.insert(asked);
                }
                let most = if by == Eviction::Unbounded { usize::MAX } else { entries as usize };
                assert!(kept.len() <= most, "{name} of {entries} keeps {kept:?}");
            }
        }
    }
}

#[test]
fn worked_numbers() {
    assert_eq!(misses(Eviction::Lru, 2, &[1, 2, 1, 3, 2]), [1, 2, 3, 2]);
    assert_eq!(misses(Eviction::Fifo, 2, &[1, 2, 1, 3, 1]), [1, 2, 3, 1]);
    // 1 has had a second chance, so 2 goes.
    assert_eq!(misses(Eviction::Clock, 2, &[1, 2, 1, 3, 1]), [1, 2, 3]);
    // The hand leaves 1, which was used, evicts 2, and stands before 3.
    assert_eq!(misses(Eviction::Sieve, 2, &[1, 2, 1, 3, 1, 4, 1]), [1, 2, 3, 4]);
    assert_eq!(misses(Eviction::Lfu, 2, &[1, 1, 2, 3, 1, 2]), [1, 2, 3, 2]);
    // A scan does not push out what was used twice.
    let scan: Vec<u64> = [1, 2, 1, 2].into_iter().chain(100..120).chain([1, 2]).collect();
    assert!(misses(Eviction::Lru, 10, &scan).ends_with(&[1, 2]));
    for by in [Eviction::Arc, Eviction::Lirs, Eviction::WTinyLfu, Eviction::Slru, Eviction::Lfu] {
        assert!(!misses(by, 10, &scan).ends_with(&[1, 2]), "{by:?}");
    }
    // Twelve names round and round in ten places: nine stay, and three take turns in the tenth.
    let round: Vec<u64> = (0..120).map(|turn| turn % 12).collect();
    assert_eq!(misses(Eviction::Lru, 10, &round).len(), 120);
    assert_eq!(misses(Eviction::Lirs, 10, &round).len(), 12 + 9 * 3);
    assert_eq!(belady::misses(&[1, 2, 3, 1, 2, 4, 1, 2], 2), 6);
}

#[test]
fn nobody_beats_the_bounds() {
    let mut stream = Stream::new(8, Domain::Swarm, [0; 4]);
    let names: Vec<u64> = (0..20_000).map(|_| stream.below(200) * stream.below(3)).collect();
    let unbounded = misses(Eviction::Unbounded, 1, &names).len() as u64;
    assert_eq!(unbounded, names.iter().collect::<BTreeSet<_>>().len() as u64);
    for entries in [1, 5, 40, 150] {
        let bound = belady::misses(&names, entries);
        for (name, by) in Eviction::ALL.into_iter().filter(|(_, by)| *by != Eviction::Unbounded) {
            let own = misses(by, entries, &names).len() as u64;
            assert!(own >= bound && bound >= unbounded, "{name} of {entries}: {own}, bound {bound}");
        }
    }
}
