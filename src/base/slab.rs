//! A slab with generations: constant-time insert and remove, and a key that outlives its entry is known to be stale.
//!
//! (The crates that offer this need `unsafe` in the code that declares a key type, which this crate forbids.)

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The key of an entry: a position and the generation of what lives there. `M` keeps keys of different kinds apart.
pub struct Key<M> {
    index: u32,
    generation: u32,
    mark: PhantomData<fn() -> M>,
}

/// Entries of `T` under keys marked `M`. What is removed stays where it lies until its place is used again, so that
/// memory it owns can be, too.
#[derive(Clone, Debug)]
pub struct Slab<M, T> {
    entries: Vec<Entry<T>>,
    free: Vec<u32>,
    mark: PhantomData<fn() -> M>,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    /// Odd while it lives; counted up when it begins and when it ends.
    generation: u32,
    value: T,
}

impl<M, T> Default for Slab<M, T> {
    fn default() -> Self {
        Self { entries: Vec::new(), free: Vec::new(), mark: PhantomData }
    }
}

impl<M, T> Slab<M, T> {
    /// How many entries live.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// Whether nothing lives here.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts a value in and returns its key.
    ///
    /// # Panics
    /// With more than 2^32 entries alive, which the limits of a scenario exclude.
    #[inline]
    pub fn insert(&mut self, value: T) -> Key<M> {
        if let Some(index) = self.free.pop() {
            let entry = &mut self.entries[index as usize];
            entry.value = value;
            entry.generation = entry.generation.wrapping_add(1);
            return Key::new(index, entry.generation);
        }
        self.push(value)
    }

    /// A new entry in the place of one that ended, for the caller to make anew, or of a `blank` one where there is none.
    ///
    /// # Panics
    /// As [`insert`](Self::insert).
    #[inline]
    pub fn renew(&mut self, blank: impl FnOnce() -> T) -> (Key<M>, &mut T) {
        let key = if let Some(index) = self.free.pop() {
            let entry = &mut self.entries[index as usize];
            entry.generation = entry.generation.wrapping_add(1);
            Key::new(index, entry.generation)
        } else {
            self.push(blank())
        };
        (key, &mut self.entries[key.index()].value)
    }

    fn push(&mut self, value: T) -> Key<M> {
        let index = u32::try_from(self.entries.len()).expect("a slab holds at most 2^32 entries");
        self.entries.push(Entry { generation: 1, value });
        Key::new(index, 1)
    }

    /// The entry under `key`, or `None` if it is gone.
    #[inline]
    pub fn get(&self, key: Key<M>) -> Option<&T> {
        let entry = self.entries.get(key.index as usize)?;
        (entry.generation == key.generation).then_some(&entry.value)
    }

    /// The entry under `key` for change, or `None` if it is gone.
    #[inline]
    pub fn get_mut(&mut self, key: Key<M>) -> Option<&mut T> {
        let entry = self.entries.get_mut(key.index as usize)?;
        (entry.generation == key.generation).then_some(&mut entry.value)
    }

    /// Ends an entry: its key and all copies of it are stale from now on. What it was can be read, and taken from, until
    /// its place is used again.
    #[inline]
    pub fn remove(&mut self, key: Key<M>) -> Option<&mut T> {
        let entry = self.entries.get_mut(key.index as usize)?;
        if entry.generation != key.generation {
            return None;
        }
        entry.generation = entry.generation.wrapping_add(1);
        self.free.push(key.index);
        Some(&mut entry.value)
    }

    /// All living entries in order of their position.
    pub fn iter(&self) -> impl Iterator<Item = (Key<M>, &T)> {
        self.entries.iter().enumerate().filter_map(|(index, entry)| {
            let key = Key::new(index as u32, entry.generation);
            key.is_alive().then_some((key, &entry.value))
        })
    }
}

impl<M, T> std::ops::Index<Key<M>> for Slab<M, T> {
    type Output = T;
    /// # Panics
    /// When the key is stale: a bug of the caller.
    #[inline]
    fn index(&self, key: Key<M>) -> &T {
        self.get(key).expect("a stale key")
    }
}

impl<M, T> std::ops::IndexMut<Key<M>> for Slab<M, T> {
    #[inline]
    fn index_mut(&mut self, key: Key<M>) -> &mut T {
        self.get_mut(key).expect("a stale key")
    }
}

impl<M> Key<M> {
    fn new(index: u32, generation: u32) -> Self {
        Self { index, generation, mark: PhantomData }
    }

    /// Whether it is the key of something that lives, or has lived; that of nothing is not.
    fn is_alive(self) -> bool {
        self.generation % 2 == 1
    }

    /// The position alone: dense, used again after removal.
    pub fn index(self) -> usize {
        self.index as usize
    }

    /// Both halves as one number, for files and hashes.
    pub fn bits(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    /// The key with these [`bits`](Self::bits); that of nothing where no key has such.
    pub fn from_bits(bits: u64) -> Self {
        let key = Self::new(bits as u32, (bits >> 32) as u32);
        if key.is_alive() { key } else { Self::default() }
    }
}

/// The key of nothing that ever lives: its place is none of a slab.
impl<M> Default for Key<M> {
    fn default() -> Self {
        Self::new(u32::MAX, 0)
    }
}
impl<M> Clone for Key<M> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<M> Copy for Key<M> {}
impl<M> PartialEq for Key<M> {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}
impl<M> Eq for Key<M> {}
impl<M> PartialOrd for Key<M> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<M> Ord for Key<M> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bits().cmp(&other.bits())
    }
}
impl<M> Hash for Key<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits().hash(state);
    }
}
impl<M> fmt::Debug for Key<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.index, self.generation)
    }
}
impl<M> serde::Serialize for Key<M> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.bits())
    }
}
impl<'de, M> serde::Deserialize<'de> for Key<M> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self::from_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Mark {}

    #[test]
    fn a_key_is_stale_after_removal_even_when_the_place_is_used_again() {
        let mut slab: Slab<Mark, &str> = Slab::default();
        let old = slab.insert("old");
        assert_eq!(slab.remove(old), Some(&mut "old"));
        let new = slab.insert("new");
        assert_eq!(old.index(), new.index());
        assert_eq!(slab.get(old), None);
        assert_eq!(slab.remove(old), None);
        assert_eq!(slab.get(new), Some(&"new"));
        assert_eq!(slab.len(), 1);
        assert_eq!(Key::from_bits(new.bits()), new);
        assert_eq!(slab.get(Key::from_bits(0)), None, "no entry has this key, ever");
    }

    #[test]
    fn memory_of_what_ended_is_used_again() {
        let mut slab: Slab<Mark, Vec<u32>> = Slab::default();
        let (first, numbers) = slab.renew(Vec::new);
        numbers.extend(0..100);
        assert_eq!(slab.remove(first).map(|numbers| numbers.len()), Some(100));
        assert_eq!(slab.remove(first), None);
        let (second, numbers) = slab.renew(|| panic!("there is a place"));
        assert_eq!((numbers.len(), numbers.capacity() >= 100), (100, true), "for the caller to make anew");
        assert_eq!((slab.get(first), slab.len(), slab.iter().count()), (None, 1, 1));
        assert!(slab.get(second).is_some());
    }
}
