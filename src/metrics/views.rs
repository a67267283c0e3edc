//! What a viewer is shown of the meters: rates, pools, machines, and the lines of `metrics.csv`.

use super::latency::LatencyMeter;
use super::looks::{Gauges, Look, Work};
use super::recorder::Recorder;
use super::series::Series;
use super::snapshot::{CostView, LatencyView, PoolView, RatesView, ScalingView, SeriesSet, WorkerView};
use super::watch::WatchView;
use crate::base::{PoolId, Provenance, Time};
use crate::cluster::{Totals, WorkerGauge, WorkerState};
use crate::scenario::{Mode, Place};

/// Decisions of an autoscaler that a picture holds: the newest.
const DECISIONS_SHOWN: usize = 120;

impl Recorder {
    /// Rates over the last 2.5 s.
    pub fn recent(&self) -> RatesView {
        let ticks = self.smoothing_ticks();
        let mean = |series: &Series| {
            let (sum, count) =
                series.finest().rev().take(ticks).fold((0.0, 0u32), |(sum, n), cell| (sum + cell.mean, n + 1));
            sum / f64::from(count.max(1))
        };
        let levels: Vec<f64> = self.series.in_flight.finest().rev().take(ticks + 1).map(|cell| cell.last).collect();
        let growth = match (levels.first(), levels.last()) {
            (Some(newest), Some(oldest)) if levels.len() > 1 => {
                (newest - oldest) / ((levels.len() - 1) as f64 * self.tick.secs())
            }
            _ => 0.0,
        };
        RatesView {
            offered: mean(&self.series.offered),
            completed: mean(&self.series.completed),
            errors: mean(&self.series.errors),
            shed: mean(&self.series.shed),
            retries: mean(&self.series.retries),
            tasks: mean(&self.series.tasks),
            bytes: mean(&self.series.bytes),
            backlog_growth: growth,
        }
    }

    /// The series so far.
    pub fn series(&self) -> SeriesSet {
        self.series.clone()
    }

    /// Latency over the last 2.5 s.
    pub fn latency_recent(&self) -> LatencyView {
        self.window.view()
    }

    /// Latency over the whole run without its warm-up, all kinds of jobs together.
    pub(super) fn latency_all(&self) -> LatencyMeter {
        let mut kinds = self.kinds.iter();
        let mut all = kinds.next().map_or_else(LatencyMeter::new, |kind| kind.latency.clone());
        for kind in kinds {
            all.merge(&kind.latency);
        }
        all
    }

    /// Latency over the whole run without its warm-up.
    pub fn latency_whole(&self) -> LatencyView {
        match self.kinds.as_slice() {
            [only] => only.latency.view(),
            _ => self.latency_all().view(),
        }
    }

    /// The hash of everything that has happened.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// Latencies that were too long for their histogram.
    pub fn latencies_too_long(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.latency.too_long()).sum()
    }

    /// Marks that were dropped.
    pub fn marks_dropped(&self) -> u64 {
        self.marks.dropped()
    }

    /// Dollars until `now`.
    pub fn cost(&self, now: Time) -> CostView {
        let counted = self.kinds.iter().map(|kind| kind.latency.count()).sum();
        self.cost.view(now, (counted, self.billed_at_warm))
    }

    /// What only pictures show; nothing where nobody watches.
    pub fn watched(&mut self, now: Time, totals: &Totals, in_progress: u64, busy_area: u64) -> WatchView {
        let Some(mut watch) = self.watch.take() else { return WatchView::default() };
        let jobs = self.kinds.iter().map(|kind| kind.latency.count()).sum();
        let make = || match self.kinds.as_slice() {
            [only] => [only.latency.curve(), self.omission.curve()],
            _ => [self.latency_all().curve(), self.omission.curve()],
        };
        let [percentiles, percentiles_omitting] = watch.curves(jobs, make);
        let laws = self.checks(now, totals, busy_area, in_progress);
        let view = WatchView { percentiles, percentiles_omitting, laws, ..watch.view(self.part()) };
        self.watch = Some(watch);
        view
    }

    /// What the autoscaler of each pool last decided.
    pub fn scaling(&self) -> Vec<Option<ScalingView>> {
        let pools = (0..self.scenario.pools.len()).map(|ix| self.scaling.of(PoolId(ix as u16)));
        let view = |own: &super::scaling::PoolDecisions| {
            let last = own.recent.back()?.clone();
            let recent = own.recent.iter().rev().take(DECISIONS_SHOWN).rev().cloned().collect();
            Some(ScalingView { last, recent, decisions: own.decisions, ups: own.ups, downs: own.downs })
        };
        pools.map(|own| own.and_then(view)).collect()
    }

    /// One view for each pool.
    pub fn pools(&self, now: Time, gauges: &Gauges) -> Vec<PoolView> {
        let view = |(ix, &waiting): (usize, &u32)| {
            let members = || gauges.workers.iter().filter(|gauge| gauge.pool.ix() == ix);
            let ready = || members().filter(|gauge| gauge.state == WorkerState::Ready);
            let cores: u32 = ready().map(|gauge| gauge.cores).sum();
            let busy: f64 = ready().map(|gauge| self.utilisation(now, gauge) * f64::from(gauge.cores)).sum();
            let (lookups, hits) =
                self.lookups[ix].cells.iter().fold((0, 0), |(all, hit), cell| (all + cell.0, hit + cell.1));
            PoolView {
                pool: PoolId(ix as u16),
                waiting: u64::from(waiting) + members().map(|gauge| u64::from(gauge.queue)).sum::<u64>(),
                utilisation: if cores == 0 { 0.0 } else { busy / f64::from(cores) },
                hit_ratio: (lookups > 0).then(|| hits as f64 / lookups as f64),
            }
        };
        gauges.waiting_in_pools.iter().enumerate().map(view).collect()
    }

    /// One view for each machine, without what only the world knows of it.
    pub fn workers(&self, now: Time, gauges: &Gauges) -> Vec<WorkerView> {
        let mut positions = vec![0; self.scenario.pools.len()];
        let view = |gauge: &WorkerGauge| {
            let position = positions[gauge.pool.ix()];
            positions[gauge.pool.ix()] += 1;
            let group = &self.scenario.pools[gauge.pool.ix()].groups[gauge.group.ix()];
            let local = group.place == Place::Threads;
            let name =
                if local { "This computer".to_owned() } else { format!("{} #{}", group.instance.name, position) };
            WorkerView {
                worker: gauge.worker,
                pool: gauge.pool,
                group: gauge.group,
                position,
                name,
                provenance: match (local, self.scenario.mode) {
                    (true, Mode::Live) => Provenance::Measured,
                    _ => Provenance::Modelled,
                },
                state: gauge.state,
                ready_at: None,
                fault: None,
                is_left_out: gauge.is_left_out,
                cores: gauge.cores,
                busy: gauge.busy,
                queue: gauge.queue,
                utilisation: self.utilisation(now, gauge),
                completed: gauge.completed,
                failed: gauge.failed,
                tasks_per_sec: self.rate(now, gauge, |work| work.completed as f64),
                bytes_per_sec: self.rate(now, gauge, |work| work.volume.bytes),
                operations_per_sec: self.rate(now, gauge, |work| work.volume.operations),
            }
        };
        gauges.workers.iter().map(view).collect()
    }

    /// Busy cores over cores in the smoothing window.
    fn utilisation(&self, now: Time, gauge: &WorkerGauge) -> f64 {
        let core_nanos = self.rate(now, gauge, |work| work.busy_area as f64);
        (core_nanos / 1e9 / f64::from(gauge.cores.max(1))).min(1.0)
    }

    /// Growth per second of something a machine has done, since the oldest look that saw it.
    fn rate(&self, now: Time, gauge: &WorkerGauge, of: impl Fn(&Work) -> f64) -> f64 {
        let seen = |look: &Look| look.machines.get(gauge.worker.ix()).copied().flatten().map(|work| (look.at, work));
        let Some((since, before)) = self.looks.iter().find_map(seen) else { return 0.0 };
        let done = self.work_of(gauge);
        let secs = now.since(since).secs();
        if secs > 0.0 { (of(&done) - of(&before)) / secs } else { 0.0 }
    }
}
