//! Faults: what goes wrong, until when, and what a health check notices of it.
//!
//! Several can strike one machine at a time; what they come to together is worked out anew when one comes or goes.

use super::World;
use super::modelled::Machine;
use crate::base::{Agenda, Domain, Span, Stream, Time, WorkerId};
use crate::cluster::{Call, Event};
use crate::scenario::Strike;

/// How long it takes until a machine that does not answer is given up. Assumed: one heartbeat a second.
pub const DETECTION: Span = Span::from_secs(1);
/// After which a message that was lost is sent again, the first time (the shortest timer of TCP in Linux; RFC 6298 doubles it).
const RESENT_AFTER: Span = Span::from_millis(200);
/// How often a message is sent at most (`tcp_retries2` of Linux).
const SENT_MAX: u32 = 15;
/// Work of a collection for each byte that is in use, by which the memory that is free is divided: a collector that copies
/// costs so much of the work that fills what is free (Jones, Hosking and Moss, "The garbage collection handbook", 2011).
/// Assumed: with half of the memory in use it takes a twentieth of the time.
const COLLECTING: f64 = 0.05;
/// A machine whose memory is full takes so many times as long at most (assumed: it swaps).
const THRASHING: f64 = 20.0;

/// A fault that has struck a machine and is not over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Struck {
    id: u32,
    pub(super) strike: Strike,
    until: Time,
}

/// What all faults of a machine come to that concern its work and its link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hurt {
    /// Each task takes so many times as long.
    pub(super) slow: f64,
    /// Threads of others.
    pub(super) threads: u32,
    /// The share of memory that is left.
    pub(super) memory: f64,
    errors: f64,
    fails_after: Option<Span>,
    delay: Span,
    jitter: Span,
    loss: f64,
}

/// Nothing comes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) until: Time,
    /// Whether it lasts long enough for the machine to be missed; what is sent meanwhile is then lost.
    pub(super) is_missed: bool,
}

impl Hurt {
    const NONE: Self = Self {
        slow: 1.0,
        threads: 0,
        memory: 1.0,
        errors: 0.0,
        fails_after: None,
        delay: Span::ZERO,
        jitter: Span::ZERO,
        loss: 0.0,
    };

    fn of(struck: &[Struck]) -> Option<Box<Self>> {
        let mut all = Self::NONE;
        for struck in struck {
            match struck.strike {
                Strike::Slow { factor } => all.slow *= factor,
                Strike::Neighbour { threads } => all.threads += threads,
                Strike::Memory { share } => all.memory *= 1.0 - share,
                Strike::Errors { share, after } => {
                    all.errors = 1.0 - (1.0 - all.errors) * (1.0 - share);
                    all.fails_after = after.or(all.fails_after);
                }
                Strike::Link { delay, jitter, loss } => {
                    (all.delay, all.jitter) = (all.delay + delay, all.jitter + jitter);
                    all.loss = 1.0 - (1.0 - all.loss) * (1.0 - loss);
                }
                Strike::Break | Strike::Restart | Strike::Preempt | Strike::Pause | Strike::Partition => {}
            }
        }
        (all != Self::NONE).then(|| Box::new(all))
    }

    /// How much later a message is for it.
    pub(super) fn delay(&self, stream: &mut Stream) -> Span {
        let mut delay = self.delay;
        if !self.jitter.is_zero() {
            delay += self.jitter.scaled(stream.unit());
        }
        let mut again = RESENT_AFTER;
        for _ in 1..SENT_MAX {
            if self.loss == 0.0 || stream.unit() > self.loss {
                break;
            }
            delay += again;
            again = again + again;
        }
        delay
    }
}

/// How many times as long work takes where so much of the memory is in use: collections take a share of the time that grows
/// as what is in use over what is free.
pub(super) fn collecting(used: f64, memory: f64) -> f64 {
    let free = memory - used;
    if free <= 0.0 { THRASHING } else { (1.0 + COLLECTING * used / free).min(THRASHING) }
}

impl World {
    /// Something goes wrong with a machine until `until`. Returns what [`repair`](Self::repair) is told then, and when it
    /// will be over: a machine that breaks boots afterwards. Nothing, where it cannot happen to this machine.
    pub fn inject(
        &mut self,
        now: Time,
        worker: WorkerId,
        strike: Strike,
        until: Time,
        agenda: &mut impl Agenda<Event>,
    ) -> Option<(u32, Time)> {
        let machine = &mut self.machines[worker.ix()];
        if (strike == Strike::Preempt && machine.is_local()) || (strike.needs_link() && machine.is_near()) {
            return None;
        }
        let until = if strike == Strike::Restart { now } else { until };
        self.faults += 1;
        machine.struck.push(Struck { id: self.faults, strike, until });
        let mut over = until;
        match strike {
            Strike::Break | Strike::Restart => over = self.break_down(now, worker, until, agenda),
            Strike::Preempt => self.preempt(until, until.since(now), worker, agenda),
            Strike::Pause => self.stand_still(now, worker, until, agenda),
            Strike::Partition => self.cut_off(now, worker, until, agenda),
            Strike::Slow { .. } | Strike::Errors { .. } | Strike::Link { .. } | Strike::Memory { .. } => {}
            Strike::Neighbour { .. } => {}
        }
        self.feel(now, worker, agenda);
        Some((self.faults, over))
    }

    /// A fault of a machine is over; returns whether it was still there.
    pub fn repair(&mut self, now: Time, worker: WorkerId, id: u32, agenda: &mut impl Agenda<Event>) -> bool {
        let machine = &mut self.machines[worker.ix()];
        let before = machine.struck.len();
        machine.struck.retain(|struck| struck.id != id);
        if machine.struck.len() == before {
            return false;
        }
        // One that was missed is let in by `joins`.
        machine.cut = machine.cut.filter(|cut| cut.until > now || cut.is_missed);
        machine.paused_until = machine.paused_until.filter(|until| *until > now);
        self.feel(now, worker, agenda);
        true
    }

    /// What the faults of a machine come to from now on.
    fn feel(&mut self, now: Time, worker: WorkerId, agenda: &mut impl Agenda<Event>) {
        let machine = &mut self.machines[worker.ix()];
        machine.hurt = Hurt::of(&machine.struck);
        machine.look();
        let (slow, threads) = machine.hurt.as_ref().map_or((1.0, 0), |hurt| (hurt.slow, hurt.threads));
        let is_paused = machine.paused_until.is_some();
        if self.is_live(worker) {
            self.live.iter_mut().for_each(|live| live.feel(slow, threads, is_paused));
        }
        self.reshare(now, worker, agenda);
    }

    /// It stops, and boots when the fault is over, not before it was missed. Returns when it is back.
    fn break_down(&mut self, now: Time, worker: WorkerId, until: Time, agenda: &mut impl Agenda<Event>) -> Time {
        if self.is_live(worker) {
            self.live.iter_mut().for_each(|live| live.break_down(worker));
        }
        self.machines[worker.ix()].down = true;
        self.drop_running(worker);
        let machine = &mut self.machines[worker.ix()];
        let back = until.max(now + DETECTION) + machine.boot(&self.scenario) + machine.warm(&self.scenario);
        machine.ready_at = Some(back);
        agenda.plan(now + DETECTION, Event::WorkerLost(worker));
        agenda.plan(back, Event::WorkerReady(worker));
        back
    }

    /// No message comes through until then. One that boots, or that broke, joins when it can be reached.
    fn cut_off(&mut self, now: Time, worker: WorkerId, until: Time, agenda: &mut impl Agenda<Event>) {
        let machine = &mut self.machines[worker.ix()];
        let known = machine.cut.unwrap_or(Cut { until, is_missed: false });
        let is_missed = known.is_missed || until.since(now) >= DETECTION;
        let until = until.max(known.until);
        machine.cut = Some(Cut { until, is_missed });
        if is_missed && (machine.ready_at.is_none() || known.is_missed) && !machine.down {
            machine.ready_at = Some(machine.ready_at.map_or(until, |at| at.max(until)));
            agenda.plan(now + DETECTION, Event::WorkerLost(worker));
            agenda.plan(until, Event::WorkerReady(worker));
        }
    }

    /// Whether a machine that is there now joins: not one that is cut off still, which does so when that is over.
    pub(super) fn joins(&mut self, now: Time, worker: WorkerId, agenda: &mut impl Agenda<Event>) -> bool {
        let machine = &mut self.machines[worker.ix()];
        if !machine.come_up(now) {
            return false;
        }
        match machine.cut {
            Some(cut) if cut.until > now && cut.is_missed => {
                machine.ready_at = Some(cut.until);
                agenda.plan(cut.until, Event::WorkerReady(worker));
                false
            }
            Some(_) => {
                // What it still works on was given up long ago, and it is told so.
                machine.cut = None;
                machine.look();
                self.drop_running(worker);
                true
            }
            None => true,
        }
    }

    /// Whether a call ends with an error for the faults of its machine, and how long that takes if not as long as otherwise.
    pub(super) fn errs(&self, worker: WorkerId, call: &Call) -> Option<Option<Span>> {
        let hurt = self.machines[worker.ix()].hurt.as_ref().filter(|hurt| hurt.errors > 0.0)?;
        let about = u64::from(call.stage.0) << 32 | u64::from(call.task);
        let name = [call.serial, about, u64::from(call.tries) << 32 | u64::from(call.visit), u64::from(worker.0)];
        let errs = Stream::new(self.seed, Domain::Fault, name).unit() <= hurt.errors;
        errs.then_some(hurt.fails_after)
    }

    /// Whether a machine is missed still, or again: it was cut off, and not only for a moment.
    pub(super) fn is_missed(&self, worker: WorkerId) -> bool {
        let machine = &self.machines[worker.ix()];
        machine.down || machine.cut.is_some_and(|cut| cut.is_missed)
    }
}

impl Machine {
    /// What is wrong with it: what struck last.
    pub(super) fn strike(&self) -> Option<Strike> {
        self.struck.last().map(|struck| struck.strike)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fuller_memory_is_collected_more_often() {
        assert!((collecting(0.5, 1.0) - 1.05).abs() < 1e-12);
        assert!((collecting(0.9, 1.0) - 1.45).abs() < 1e-12);
        assert_eq!((collecting(0.0, 1.0), collecting(1.0, 1.0), collecting(2.0, 1.0)), (1.0, THRASHING, THRASHING));
    }

    #[test]
    fn what_is_lost_is_sent_again_later_each_time() {
        let hurt = Hurt { loss: 0.5, ..Hurt::NONE };
        let mut stream = Stream::new(1, Domain::Link, [0; 4]);
        let n = 40_000;
        let delays: Vec<u64> = (0..n).map(|_| hurt.delay(&mut stream).0 / 1_000_000).collect();
        let share = |delay| delays.iter().filter(|own| **own == delay).count() as f64 / f64::from(n);
        for (delay, expected) in [(0, 0.5), (200, 0.25), (600, 0.125), (1_400, 0.0625)] {
            assert!((share(delay) - expected).abs() < 0.012, "{delay} ms: {}", share(delay));
        }
    }
}
