//! The bytes of cached results. The cluster decides what is kept and knows only names; what is behind a name lies here.
//!
//! A modelled machine has no bytes to keep: only what live workers computed is stored. How much there is, is bounded by
//! the caches of the cluster, which says `Drop` for every name that it forgets.

use std::collections::BTreeMap;

use crate::base::WorkerId;
use crate::cluster::ResultId;
use crate::workload::Partial;

/// Cached results by worker and name.
#[derive(Clone, Debug, Default)]
pub struct Store {
    results: BTreeMap<(WorkerId, ResultId), Partial>,
}

impl Store {
    /// Keeps a result at a worker; what had this name there before is replaced.
    pub fn store(&mut self, worker: WorkerId, result: ResultId, partial: Partial) {
        self.results.insert((worker, result), partial);
    }

    /// The result of this name at a worker, if its bytes are there.
    pub fn get(&self, worker: WorkerId, result: ResultId) -> Option<Partial> {
        self.results.get(&(worker, result)).cloned()
    }

    /// Forgets one result; a name that is not there is no error.
    pub fn drop_result(&mut self, worker: WorkerId, result: ResultId) {
        self.results.remove(&(worker, result));
    }

    /// Forgets all that a worker held: it broke, or was given back.
    pub fn clear(&mut self, worker: WorkerId) {
        self.results.retain(|(holder, _), _| *holder != worker);
    }

    /// How many results are kept.
    pub fn len(&self) -> usize {
        self.results.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{JobType, StageIx};

    fn name(task: u32) -> ResultId {
        ResultId { kind: JobType(0), stage: StageIx(0), task, key: 7 }
    }

    #[test]
    fn each_worker_has_its_own_results_until_they_are_dropped() {
        let (one, two) = (WorkerId(1), WorkerId(2));
        let partial = |count| Partial::Mean { count, sum: 0.5 };
        let mut store = Store::default();
        store.store(one, name(0), partial(1));
        store.store(one, name(1), partial(2));
        store.store(two, name(0), partial(3));
        assert_eq!(store.get(one, name(0)), Some(partial(1)));
        assert_eq!(store.get(two, name(0)), Some(partial(3)));
        assert_eq!(store.get(two, name(1)), None);

        store.drop_result(one, name(0));
        store.drop_result(one, name(0));
        assert_eq!((store.get(one, name(0)), store.len()), (None, 2));

        store.clear(one);
        assert_eq!((store.get(one, name(1)), store.get(two, name(0))), (None, Some(partial(3))));
    }
}
