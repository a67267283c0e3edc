//! The ledger of jobs, tasks and attempts: at every instant each line balances.
//!
//! arrived = completed + failed + shed + timed out + cancelled + abandoned + lost + in flight

use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::base::PoolId;

/// Jobs, tasks and attempts by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Jobs.
    pub jobs: Account,
    /// Tasks.
    pub tasks: Account,
    /// Attempts.
    pub attempts: Account,
}

/// What the caches of the workers of a pool were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheUse {
    /// Whose.
    pub pool: PoolId,
    /// How often any was asked.
    pub lookups: u64,
    /// How often it had what it was asked for, and that was not too old.
    pub hits: u64,
    /// What no other caches could have done for the first of these.
    pub bounds: CacheBounds,
}

/// Bounds of what caches can do, for the first lookups of a run, at the workers where they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheBounds {
    /// How many those are.
    pub lookups: u64,
    /// Hits among them.
    pub hits: u64,
    /// What would have been hits if everything was kept for ever.
    pub unbounded: u64,
    /// The same with caches of this size that know the future (Belady 1966); `None` where their size changed.
    pub clairvoyant: Option<u64>,
}

/// One line of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Came in.
    pub arrived: u64,
    /// In the order of [`Outcome::ALL`].
    pub ended: [u64; Outcome::ALL.len()],
    /// Neither ended nor forgotten, counted apart from the two above.
    pub in_flight: u64,
}

impl Account {
    /// One more came in.
    #[inline]
    pub(super) fn arrive(&mut self) {
        self.arrived += 1;
    }

    /// One ended in this way.
    #[inline]
    pub(super) fn end(&mut self, outcome: Outcome) {
        self.ended[outcome as usize] += 1;
    }

    /// How many ended in this way.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.ended[outcome as usize]
    }

    /// How many ended in anything but success.
    pub fn errors(&self) -> u64 {
        self.ended.iter().sum::<u64>() - self.of(Outcome::Completed)
    }

    /// Whether the line balances.
    pub fn balances(&self) -> bool {
        self.arrived == self.ended.iter().sum::<u64>() + self.in_flight
    }
}

/// A line by name: `{"arrived": 3, "completed": 1, …, "in_flight": 2}`.
impl Serialize for Account {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(2 + Outcome::ALL.len()))?;
        map.serialize_entry("arrived", &self.arrived)?;
        for outcome in Outcome::ALL {
            map.serialize_entry(outcome.name(), &self.of(outcome))?;
        }
        map.serialize_entry("in_flight", &self.in_flight)?;
        map.end()
    }
}

/// Names that are not known are passed over, and what is not there is none.
impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let counts = std::collections::BTreeMap::<String, u64>::deserialize(deserializer)?;
        let of = |name: &str| counts.get(name).copied().unwrap_or_default();
        let ended = Outcome::ALL.map(|outcome| of(outcome.name()));
        Ok(Self { arrived: of("arrived"), ended, in_flight: of("in_flight") })
    }
}
