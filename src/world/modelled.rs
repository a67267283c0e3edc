//! Modelled machines: cores of a speed that contend with each other, behind a link, with a boot time.

use smallvec::SmallVec;

use super::fault::{Cut, Hurt, Struck, collecting};
use super::hand::Hand;
use super::link;
use super::sharing::Sharing;
use crate::base::{AttemptId, Bytes, Domain, GroupIx, PoolId, Span, Stream, Time, WorkerId};
use crate::cluster::Leg;
use crate::scenario::{Collective, Contention, Group, Link, Place, Profile, Scenario, ServeOrder};

/// A machine as nature has it.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) pool: PoolId,
    pub(super) group: GroupIx,
    /// `None` for this computer: nothing lies between.
    link: Option<Box<Link>>,
    /// Messages are there at once.
    is_near: bool,
    contention: Contention,
    /// With as many busy cores its tasks were measured; only what is beyond is contention.
    levels: u32,
    /// What stands for the threads of this computer.
    pub(super) hand: Option<Box<Hand>>,
    /// How many times as long as on a core of speed 1 a task takes that is alone.
    alone: f64,
    /// Nothing is wrong with it, and nothing is asked of its memory: what is looked at for every attempt.
    pub(super) is_calm: bool,
    /// It neither hears nor answers.
    pub(super) down: bool,
    /// What has gone wrong and is not over, in the order in which it struck.
    pub(super) struck: Vec<Struck>,
    /// What that comes to.
    pub(super) hurt: Option<Box<Hurt>>,
    pub(super) paused_until: Option<Time>,
    pub(super) cut: Option<Cut>,
    /// Bytes of memory, where that is known and tasks are said to hold any; and what they hold.
    memory: Option<f64>,
    held: f64,
    /// When it has booted, or is back after it broke.
    pub(super) ready_at: Option<Time>,
    /// When it has got its new size.
    pub(super) resized_at: Option<Time>,
    link_stream: Stream,
    /// When its card has taken in all that it is fetching.
    card_free: Time,
    /// When its card has sent all that others fetch from it.
    card_sent: Time,
    /// When the last of those that it is about to fetch from has sent it.
    awaited: Time,
    boot_stream: Stream,
    cores: u32,
    slots: Slots,
    /// What runs there, where attempts share the cores.
    pub(super) sharing: Option<Box<Sharing>>,
}

/// Work on a core, or interrupted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub(super) attempt: AttemptId,
    pub(super) worker: WorkerId,
    /// Bytes of memory that it holds.
    pub(super) holds: f32,
    pub(super) on: On,
}

/// Where the work of an attempt is.
#[derive(Clone, Copy, Debug)]
pub(super) enum On {
    /// On this core, from then until then, with success or without, at this many times the span that it would need on a free core of speed 1.
    Core { slot: u16, ok: bool, began: Time, until: Time, slowness: f64 },
    /// On all cores, with others.
    Shared,
    /// On none: so much is left of it.
    Nothing { left: Span },
}

/// Which cores are free; the lowest is taken first.
#[derive(Clone, Debug, Default)]
struct Slots {
    /// A bit for each core, 64 in a word; most machines have one word.
    busy: SmallVec<[u64; 1]>,
}

impl Machine {
    pub(super) fn new(
        scenario: &Scenario,
        seed: u64,
        worker: WorkerId,
        pool: PoolId,
        group: GroupIx,
        cores: u32,
    ) -> Self {
        let spec = &scenario.pools[pool.ix()].groups[group.ix()];
        let number = u64::from(worker.0);
        let (link, contention, measured) = match &spec.place {
            Place::Threads => (None, None, scenario.profile.as_ref()),
            Place::Modelled { link } => {
                (Some(Box::new(link.clone())), Some(scenario.pools[pool.ix()].contention), None)
            }
        };
        let measured_contention = || measured.map_or(Contention::NONE, |profile| profile.contention);
        let dispatch = measured.and_then(|profile| profile.dispatch.clone());
        let hand = scenario.is_handed_ahead(pool, group).then(|| Box::new(Hand::new(dispatch)));
        let mut machine = Self {
            pool,
            group,
            link,
            is_near: spec.place.is_near(),
            contention: contention.unwrap_or_else(measured_contention),
            levels: measured.map_or(1, Profile::levels),
            hand,
            alone: 1.0 / spec.instance.speed,
            is_calm: true,
            down: false,
            struck: Vec::new(),
            hurt: None,
            paused_until: None,
            cut: None,
            memory: memory_of(scenario, spec),
            held: 0.0,
            ready_at: None,
            resized_at: None,
            link_stream: Stream::new(seed, Domain::Link, [number, 0, 0, 0]),
            card_free: Time::ZERO,
            card_sent: Time::ZERO,
            awaited: Time::ZERO,
            boot_stream: Stream::new(seed, Domain::Boot, [number, 0, 0, 0]),
            cores,
            slots: Slots::default(),
            sharing: (scenario.pools[pool.ix()].serve.order == ServeOrder::ProcessorSharing).then(Box::default),
        };
        machine.set_cores(cores);
        machine.look();
        machine
    }

    /// Whether it is this computer.
    pub(super) fn is_local(&self) -> bool {
        self.link.is_none()
    }

    pub(super) fn set_cores(&mut self, cores: u32) {
        self.cores = cores;
        // Cores that are taken away finish what they run.
        self.slots.busy.resize(self.slots.busy.len().max((cores as usize).div_ceil(64)), 0);
    }

    /// Has its new size, unless it broke meanwhile or this was planned before another change; returns whether it has.
    pub(super) fn come_resized(&mut self, now: Time) -> bool {
        !self.down && self.resized_at.take_if(|planned| *planned == now).is_some()
    }

    /// Is there from now on, unless this was planned before it broke again; returns whether it is.
    pub(super) fn come_up(&mut self, now: Time) -> bool {
        let planned = self.ready_at == Some(now);
        if planned {
            self.ready_at = None;
            self.down = false;
        }
        planned
    }

    /// How long it boots this time.
    pub(super) fn boot(&mut self, scenario: &Scenario) -> Span {
        Span::from_secs_f64(scenario.pools[self.pool.ix()].startup.sample(&mut self.boot_stream))
    }

    /// How long it then loads what it needs, until it serves.
    pub(super) fn warm(&mut self, scenario: &Scenario) -> Span {
        Span::from_secs_f64(scenario.pools[self.pool.ix()].warm.sample(&mut self.boot_stream))
    }

    /// Whether messages are there at once.
    pub(super) fn is_near(&self) -> bool {
        self.is_near
    }

    /// How long a message of this size is on its way.
    #[inline]
    pub(super) fn delay(&mut self, bytes: Bytes) -> Span {
        if self.is_near {
            return Span::ZERO;
        }
        let delay = self.link.as_ref().map_or(Span::ZERO, |link| link::delay(link, bytes, &mut self.link_stream));
        match &self.hurt {
            None => delay,
            Some(hurt) => delay + hurt.delay(&mut self.link_stream),
        }
    }

    /// When it has sent so much to another, after all that it is sending already. What it made outlives it, so nothing is
    /// waited for where it never comes back.
    pub(super) fn send_out(&mut self, now: Time, bytes: Bytes) -> Time {
        let now = now + self.held_up(now).unwrap_or(Span::ZERO);
        let Some(bandwidth) = self.link.as_ref().and_then(|link| link.bandwidth) else { return now };
        self.card_sent = now.max(self.card_sent) + Span::from_secs_f64(bytes.0 as f64 / bandwidth);
        self.card_sent
    }

    /// What it is about to fetch is not sent before.
    pub(super) fn awaits(&mut self, sent: Time) {
        self.awaited = self.awaited.max(sent);
    }

    /// How long it takes until it has fetched so much from others, after what it is fetching already: its card takes in one
    /// after the other, and the last of the senders is waited for. Then it takes part in the exchange.
    pub(super) fn fetch_delay(&mut self, now: Time, bytes: Bytes, exchange: Option<(Collective, u32, Bytes)>) -> Span {
        let Some(link) = &self.link else { return Span::ZERO };
        let bandwidth = link.bandwidth;
        let mut done = now;
        if bytes.0 > 0 {
            let latency = self.delay(Bytes(0));
            let transfer = bandwidth.map_or(0.0, |per_sec| bytes.0 as f64 / per_sec);
            let taken_in = (now + latency).max(self.card_free) + Span::from_secs_f64(transfer);
            done = taken_in.max(std::mem::take(&mut self.awaited) + latency);
            self.card_free = taken_in;
        }
        if let Some((by, ranks, each)) = exchange {
            let latency = self.delay(Bytes(0)).secs();
            done += Span::from_secs_f64(by.secs(ranks, each.0 as f64, bandwidth, latency));
        }
        done.since(now)
    }

    /// Sees whether anything is the matter with it.
    pub(super) fn look(&mut self) {
        let is_struck = self.hurt.is_some() || self.cut.is_some() || self.paused_until.is_some();
        self.is_calm = !is_struck && self.memory.is_none();
    }

    /// How much later a message is that is sent now, since the machine is cut off for a moment, or stands still and does not
    /// answer; `None` if it never comes.
    pub(super) fn hold_back(&self, now: Time, leg: Leg) -> Option<Span> {
        let paused = self.paused_until.filter(|_| leg == Leg::Reply).map_or(Span::ZERO, |until| until.since(now));
        self.held_up(now).map(|cut| paused.max(cut))
    }

    /// How much later anything comes through, since the machine is cut off for a moment; `None` if it never does.
    pub(super) fn held_up(&self, now: Time) -> Option<Span> {
        match self.cut {
            Some(cut) if cut.is_missed => None,
            Some(cut) => Some(cut.until.since(now)),
            None => Some(Span::ZERO),
        }
    }

    /// A task takes memory, or gives it back.
    #[inline]
    pub(super) fn hold(&mut self, bytes: f32) {
        self.held = (self.held + f64::from(bytes)).max(0.0);
    }

    /// How many times as long as on one free core of speed 1 a task takes while `busy` cores are at work.
    #[inline]
    pub(super) fn slowness(&self, busy: u32) -> f64 {
        let mut slowness = if self.contention.is_none() || busy <= self.levels {
            self.alone
        } else {
            self.alone * self.contention.share(self.levels) / self.contention.share(busy)
        };
        if self.is_calm {
            return slowness;
        }
        if let Some(hurt) = &self.hurt {
            // Cores are shared alike with somebody else's threads.
            let wanted = f64::from(busy + hurt.threads) / f64::from(self.cores.max(1));
            slowness *= hurt.slow * wanted.max(1.0);
        }
        if let Some(memory) = self.memory {
            let left = self.hurt.as_ref().map_or(1.0, |hurt| hurt.memory);
            slowness *= collecting(self.held, memory * left);
        }
        slowness
    }

    /// Work done per nanosecond for each of so many attempts that share the cores.
    pub(super) fn shared_rate(&self, attempts: usize) -> f64 {
        if self.paused_until.is_some() {
            return 0.0;
        }
        let attempts = attempts.max(1) as u32;
        let busy = attempts.min(self.cores.max(1));
        f64::from(busy) / f64::from(attempts) / self.slowness(busy)
    }

    #[inline]
    pub(super) fn take_slot(&mut self) -> u16 {
        self.slots.take()
    }

    #[inline]
    pub(super) fn free_slot(&mut self, now: Time, slot: u16) {
        self.slots.free(slot);
        if let Some(hand) = &mut self.hand {
            hand.free(now);
        }
    }

    /// Cores.
    pub(super) fn cores(&self) -> u32 {
        self.cores
    }

    /// How much longer a task that begins now occupies its core, since it has to be handed over.
    #[inline]
    pub(super) fn handing_over(&mut self, now: Time) -> Span {
        match &self.hand {
            Some(hand) => hand.cost(now, &mut self.link_stream),
            None => Span::ZERO,
        }
    }

    pub(super) fn free_all_slots(&mut self) {
        self.slots.busy.fill(0);
        self.held = 0.0;
        self.hand.iter_mut().for_each(|hand| hand.clear());
    }
}

/// The memory of a machine of this group; `None` where it is unknown, or where no task holds any.
fn memory_of(scenario: &Scenario, group: &Group) -> Option<f64> {
    let is_held = scenario.jobs.iter().any(|job| job.stages.iter().any(|stage| stage.memory.0 > 0));
    group.instance.memory.filter(|_| is_held).map(|memory| memory.0 as f64)
}

impl Slots {
    fn take(&mut self) -> u16 {
        let word = self.busy.iter().position(|word| *word != u64::MAX).unwrap_or_else(|| {
            self.busy.push(0);
            self.busy.len() - 1
        });
        let bit = self.busy[word].trailing_ones();
        self.busy[word] |= 1 << bit;
        (word as u32 * 64 + bit) as u16
    }

    fn free(&mut self, slot: u16) {
        self.busy[usize::from(slot) / 64] &= !(1 << (slot % 64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_core_is_taken_first() {
        let mut slots = Slots::default();
        assert_eq!((0..130).map(|_| slots.take()).collect::<Vec<_>>(), (0..130).collect::<Vec<_>>());
        slots.free(64);
        slots.free(3);
        assert_eq!((slots.take(), slots.take(), slots.take()), (3, 64, 130));
    }
}
