//! How each pool stands over time.

use crate::base::{Span, Time};
use crate::cluster::WorkerState;
use crate::metrics::looks::Gauges;
use crate::metrics::series::Series;

/// Series of a pool, one value at each look.
#[derive(Clone, Debug)]
pub struct PoolSeries {
    /// Busy cores over ready cores at that instant.
    pub busy: Series,
    /// Attempts that wait, in its own queue and at its machines.
    pub waiting: Series,
    /// Machines that take work.
    pub ready: Series,
    /// Machines that take work, and those that boot, warm up or restart.
    pub ordered: Series,
}

impl PoolSeries {
    /// Empty; a value every so often.
    pub fn new(every: Span) -> Self {
        let new = || Series::new(every);
        Self { busy: new(), waiting: new(), ready: new(), ordered: new() }
    }

    /// Looks at the machines of pool `ix`; `start` is when the stretch began that ends now.
    pub(super) fn look(&mut self, start: Time, ix: usize, gauges: &Gauges) {
        let members = || gauges.workers.iter().filter(|gauge| gauge.pool.ix() == ix);
        let ready = || members().filter(|gauge| gauge.state == WorkerState::Ready);
        let is_coming = |state| matches!(state, WorkerState::Booting | WorkerState::Warming | WorkerState::Resizing);
        let coming = members().filter(|gauge| is_coming(gauge.state)).count();
        let (cores, busy) = ready().fold((0, 0), |sum, gauge| (sum.0 + gauge.cores, sum.1 + gauge.busy));
        let share = if cores == 0 { 0.0 } else { (f64::from(busy) / f64::from(cores)).min(1.0) };
        let waiting = members().map(|gauge| u64::from(gauge.queue)).sum::<u64>()
            + gauges.waiting_in_pools.get(ix).map_or(0, |waiting| u64::from(*waiting));
        self.busy.push(start, share);
        self.waiting.push(start, waiting as f64);
        self.ready.push(start, ready().count() as f64);
        self.ordered.push(start, (ready().count() + coming) as f64);
    }
}
