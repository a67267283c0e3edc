//! This computer in a live run: its threads, the results they leave, and what becomes of them.

use std::sync::Arc;

use super::World;
use super::answers::Answers;
use super::modelled::Machine;
use super::store::Store;
use super::threads::background::Background;
use super::threads::neighbours::Neighbours;
use super::threads::{FromThread, Haste, Inputs, Origin, Threads, ThreadsError, time_chunk};
use crate::base::{AttemptId, JobType, Span, StageIx, Time, WorkerId, os};
use crate::cluster::{Call, Event, ResultId};
use crate::scenario::{Place, Scenario, Work};
use crate::workload::{Chunk, Partial, Workbook};

/// Chunks of each stage that are timed before the clock starts, so that modelled machines have something to go by.
const TIMED_CHUNKS: u32 = 3;

/// What a live run has besides modelled machines.
pub(super) struct Live {
    /// Gone when the run is over, or where no pool uses threads.
    threads: Option<Threads>,
    pub(super) answers: Answers,
    store: Store,
    /// What the attempt that just finished left.
    newest: Option<(Call, Partial)>,
    neighbours: Neighbours,
}

impl World {
    /// Times a few chunks of each stage on this thread. Call it before the clock starts.
    pub fn calibrate(&mut self) {
        let workbook = Workbook::of(&self.scenario.jobs);
        let Ok(mut scratch) = workbook.scratch() else { return };
        for (kind, job) in self.scenario.jobs.iter().enumerate() {
            for (stage_ix, stage) in job.stages.iter().enumerate() {
                let (kind, stage_ix) = (JobType(kind as u16), StageIx(stage_ix as u16));
                if !matches!(stage.work, Work::Kernel(_)) {
                    continue;
                }
                for task in 0..TIMED_CHUNKS.min(stage.tasks) {
                    let chunk = Chunk { kind, stage: stage_ix, task };
                    let span = time_chunk(&workbook, self.seed, chunk, &mut scratch);
                    self.service.measure(kind, stage_ix, span);
                }
            }
        }
    }

    /// Starts this computer's threads. What they finish goes to `deliver`; `origin` is when the run began.
    ///
    /// # Errors
    /// When the system has no thread left to give.
    pub fn go_live(
        &mut self,
        origin: Origin,
        background: bool,
        deliver: impl Fn(FromThread, Haste) + Send + Clone + 'static,
    ) -> Result<(), ThreadsError> {
        let workbook = Arc::new(Workbook::of(&self.scenario.jobs));
        let threads = match local_cores(&self.scenario) {
            Some(cores) => {
                let cores_max = cores.max(os::cores() as u32);
                Some(Threads::start(&workbook, self.seed, cores, cores_max, origin, deliver)?)
            }
            None => None,
        };
        let background = if background { Background::start(workbook.clone(), self.seed).ok() } else { None };
        let answers = Answers::new(workbook, self.seed, background);
        self.live =
            Some(Live { threads, answers, store: Store::default(), newest: None, neighbours: Neighbours::default() });
        Ok(())
    }

    /// A thread has finished; returns what the cluster is to be told.
    pub fn thread_finished(&mut self, done: FromThread, began: Time, ended: Time) -> Event {
        // By its own clock: run time stands still in a pause.
        let span = Span(done.ended_nanos.saturating_sub(done.began_nanos));
        let local = self.machines.iter().position(Machine::is_local).map(|ix| WorkerId(ix as u32));
        let errs = local.is_some_and(|worker| self.errs(worker, &done.call).is_some());
        let ok = done.partial.is_some() && !errs && !self.service.fails(&done.call);
        if let (Some(live), Some(partial)) = (&mut self.live, done.partial.filter(|_| ok)) {
            // A law is asked for what it says; what it came to here would be asked for again, and grow from time to time.
            let work = &self.scenario.jobs[done.call.kind.ix()].stages[done.call.stage.ix()].work;
            if matches!(work, Work::Kernel(_)) {
                self.service.measure(done.call.kind, done.call.stage, span);
            }
            live.answers.computed(&done.call, partial.clone());
            live.newest = Some((done.call, partial));
        }
        Event::AttemptFinished { attempt: done.attempt, began, ended, slot: done.slot, ok }
    }

    /// Floating-point operations of a task, by kind of job, by stage; zero where they depend on what is found on the way, and nothing
    /// at all where nothing is done for real.
    pub fn operations(&self) -> Vec<Vec<f64>> {
        let Some(live) = &self.live else { return Vec::new() };
        live.answers.operations(&self.scenario.jobs)
    }

    /// Seconds that threads were kept from a core by others; `None` where there are none, or the system does not tell.
    pub fn threads_waited_secs(&self) -> Option<f64> {
        self.live.as_ref()?.threads.as_ref()?;
        os::run_queue_secs(Threads::is_name)
    }

    /// Ends the threads within one chunk.
    pub fn stop_threads(&mut self) {
        if let Some(live) = &mut self.live {
            live.threads = None;
            live.neighbours.set(0);
        }
    }

    /// Computes, at full speed, what completed jobs still wait for. `progress` hears how many chunks are left.
    pub fn finish_pending(&mut self, progress: impl FnMut(u64) -> bool) {
        if let Some(live) = &mut self.live {
            live.answers.poll();
            live.answers.finish_pending(os::cores(), progress);
        }
    }

    /// Takes in what the background computed.
    pub fn poll(&mut self) {
        if let Some(live) = &mut self.live {
            live.answers.poll();
        }
    }

    /// What is known of answers, in a live run.
    pub fn answers(&self) -> Option<&Answers> {
        self.live.as_ref().map(|live| &live.answers)
    }

    /// Answers that were given up.
    pub fn answers_given_up(&self) -> u64 {
        self.answers().map_or(0, |answers| answers.tally().given_up)
    }

    #[inline]
    pub(super) fn is_live(&self, worker: WorkerId) -> bool {
        self.live.is_some() && self.machines[worker.ix()].is_local()
    }
}

impl Live {
    pub(super) fn execute(&mut self, attempt: AttemptId, call: Call, inputs: Inputs) {
        if let Some(threads) = &mut self.threads {
            threads.execute(attempt, call, inputs);
        }
    }

    /// Calls an attempt off. A thread that runs it says so itself when it is done.
    pub(super) fn cancel(&mut self, now: Time, attempt: AttemptId) -> Option<Event> {
        let is_held = self.threads.as_mut().is_some_and(|threads| threads.cancel(attempt));
        is_held.then_some(Event::AttemptFinished { attempt, began: now, ended: now, slot: 0, ok: false })
    }

    pub(super) fn inputs(&self, call: &Call, work: &Work, demand: impl FnOnce() -> Span) -> Inputs {
        match work {
            Work::Service(_) => Inputs::Busy(demand()),
            Work::Kernel(_) => self.answers.inputs(call),
        }
    }

    /// Keeps what the attempt that just finished left.
    pub(super) fn keep(&mut self, worker: WorkerId, call: &Call, result: ResultId) {
        if let Some((newest, partial)) = &self.newest
            && newest == call
        {
            self.store.store(worker, result, partial.clone());
        }
    }

    /// A kept result answers a call.
    pub(super) fn recycle(&mut self, worker: WorkerId, call: &Call, result: ResultId) {
        if let Some(partial) = self.store.get(worker, result) {
            self.answers.computed(call, partial);
        }
    }

    /// What one holder keeps another one keeps, too, if it is there.
    pub(super) fn copy(&mut self, from: WorkerId, to: WorkerId, result: ResultId) {
        if let Some(partial) = self.store.get(from, result) {
            self.store.store(to, result, partial);
        }
    }

    pub(super) fn drop_result(&mut self, worker: WorkerId, result: ResultId) {
        self.store.drop_result(worker, result);
    }

    pub(super) fn drop_all(&mut self, worker: WorkerId) {
        self.store.clear(worker);
    }

    pub(super) fn set_cores(&mut self, cores: u32) {
        self.threads.iter_mut().for_each(|threads| threads.set_cores(cores));
    }

    /// What faults come to: tasks take so many times as long, so many threads compete, and nothing moves.
    pub(super) fn feel(&mut self, slow: f64, neighbours: u32, is_paused: bool) {
        self.neighbours.set(neighbours);
        if let Some(threads) = &mut self.threads {
            threads.set_slow(slow);
            threads.set_paused(is_paused);
        }
    }

    /// What it holds and runs is lost, and what it kept.
    pub(super) fn break_down(&mut self, worker: WorkerId) {
        self.threads.iter_mut().for_each(|threads| threads.set_down(true));
        self.store.clear(worker);
    }

    pub(super) fn come_up(&mut self) {
        self.threads.iter_mut().for_each(|threads| threads.set_down(false));
    }
}

/// Cores of the local worker, if there is one.
fn local_cores(scenario: &Scenario) -> Option<u32> {
    let mut groups = scenario.pools.iter().flat_map(|pool| &pool.groups);
    groups.find(|group| group.place == Place::Threads).map(|group| group.instance.cores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{JobId, JobType};
    use crate::scenario::{Host, load};

    const TWO_STAGES: &str = r#"(version: 1, title: "t", duration: "1s", mode: Live,
      pools: { "p": (groups: [(place: Threads, instance: Custom(cores: 1, usd_per_hour: 0.1))]) },
      jobs: { "j": (stages: [(name: "law", pool: "p", work: Service("10us")), (name: "real", pool: "p", work: Kernel(Empty))]) },
      traffic: [(job: "j", arrivals: Closed(clients: 1, think: "1s"))])"#;

    #[test]
    fn a_kernel_is_as_long_as_it_was_measured_and_a_law_stays_what_it_says() {
        let host = Host { cores: 1, cpu: "test".to_owned() };
        let scenario = load(TWO_STAGES, "test", &host).unwrap_or_else(|errors| panic!("{errors}"));
        let mut world = World::new(Arc::new(scenario), 1);
        #[expect(clippy::disallowed_methods, reason = "a run has to begin some time")]
        let origin = std::time::Instant::now();
        world.go_live(origin, false, |_, _| {}).expect("a thread");
        let call = |stage| Call {
            job: JobId::from_bits(0),
            serial: 0,
            kind: JobType(0),
            stage: StageIx(stage),
            task: 0,
            visit: 0,
            tries: 0,
            key: 0,
        };
        for stage in [0, 1] {
            let done = FromThread {
                attempt: AttemptId::from_bits(1 << 32),
                call: call(stage),
                slot: 0,
                began_nanos: 0,
                ended_nanos: 70_000,
                partial: Some(Partial::Nothing),
            };
            world.thread_finished(done, Time::ZERO, Time(70_000));
        }
        let demands = [0, 1].map(|stage| world.service.demand(&call(stage)));
        assert_eq!(demands, [Span::from_micros(10), Span::from_micros(70)]);
    }
}
