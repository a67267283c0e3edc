//! Who gets the next attempt.
//!
//! Picking is apart from measuring: the cluster keeps the [`Roster`] up to date (who may be picked, and how loaded each
//! seems from here), a picker chooses from it. Laws that every picker keeps, tested below for all of them:
//! it picks only members; it is a function of its history and its stream; it allocates nothing per pick.

mod bounded_loads;
mod cache_aware;
mod central;
mod hashing;
mod join_idle;
mod least_connections;
mod least_outstanding;
pub mod least_request;
mod local;
pub mod maglev;
mod measured;
mod modulo_hash;
pub mod peak_ewma;
mod power_of_d;
mod power_of_two;
mod prequal;
mod random;
mod rendezvous;
mod ring_hash;
mod roster;
mod round_robin;
pub mod slow_start;
mod smooth_round_robin;

pub use measured::Report;
pub use roster::{Roster, Seat};

use smallvec::SmallVec;

use crate::base::{Span, Stream, Time, WorkerId};
use crate::scenario::{Balance, Drawing, Measure};

/// A roster with a picker over it.
#[derive(Clone, Debug)]
pub struct Balancer {
    roster: Roster,
    picker: Picker,
    stream: Stream,
}

#[derive(Clone, Debug)]
enum Picker {
    RoundRobin(round_robin::RoundRobin),
    LeastOutstanding(least_outstanding::LeastOutstanding),
    PowerOfTwo(power_of_two::PowerOfTwo),
    Central(central::Central),
    Random,
    PowerOfD(u32, Drawing),
    JoinIdle(join_idle::JoinIdle),
    SmoothRoundRobin(smooth_round_robin::SmoothRoundRobin),
    LeastConnections(least_connections::LeastConnections),
    ModuloHash,
    RingHash(ring_hash::Ring),
    BoundedLoads(bounded_loads::BoundedLoads),
    Maglev(maglev::Maglev),
    Rendezvous,
    LeastRequest(least_request::LeastRequest),
    PeakEwma(peak_ewma::PeakEwma),
    Measured(measured::Measured),
    Prequal(prequal::Prequal),
    CacheAware(cache_aware::CacheAware),
    Local(local::Local),
}

impl Balancer {
    /// A balancer without members; `stream` feeds its random choices.
    pub fn new(balance: Balance, stream: Stream) -> Self {
        Self { roster: Roster::default(), picker: Picker::new(balance), stream }
    }

    /// Changes the picker; members and their loads stay.
    pub fn set_picker(&mut self, balance: Balance) {
        self.picker = Picker::new(balance);
        for &seat in self.roster.members() {
            self.picker.joined(&self.roster, seat);
        }
    }

    /// Whether attempts wait in one queue for the whole pool instead of being sent at once.
    pub fn is_central(&self) -> bool {
        matches!(self.picker, Picker::Central(_))
    }

    /// Whether it looks at keys.
    pub fn needs_key(&self) -> bool {
        use Picker::{BoundedLoads, CacheAware, Local, Maglev, ModuloHash, Rendezvous, RingHash};
        let by_data =
            matches!(self.picker, ModuloHash | RingHash(_) | BoundedLoads(_) | CacheAware(_) | Maglev(_) | Rendezvous);
        by_data || matches!(self.picker, Local(_))
    }

    /// Takes a worker in. `slots` is how many attempts it serves at a time, `load` what is outstanding there already,
    /// `weight` how much of the work it should get, relative to others (at least 1).
    pub fn join(&mut self, now: Time, worker: WorkerId, slots: u32, load: u32, weight: u32) -> Seat {
        let seat = self.roster.join(now, worker, slots, load, weight);
        self.picker.joined(&self.roster, seat);
        seat
    }

    /// Lets a worker go: it is not picked any more.
    pub fn leave(&mut self, seat: Seat) {
        self.picker.leaving(&self.roster, seat);
        self.roster.leave(seat);
    }

    /// Tells how many attempts are outstanding at a member, as seen from here.
    #[inline]
    pub fn set_load(&mut self, seat: Seat, load: u32) {
        let before = self.roster.load(seat);
        self.roster.set_load(seat, load);
        self.picker.load_changed(&self.roster, seat, before);
    }

    /// Whether it wants to be told how long answers took.
    #[inline]
    pub fn needs_latency(&self) -> bool {
        match &self.picker {
            Picker::PeakEwma(_) => true,
            Picker::Measured(picker) => matches!(picker.by(), Measure::Ewma { .. } | Measure::PeakEwma { .. }),
            _ => false,
        }
    }

    /// Tells that a member has answered, so long after it was asked.
    pub fn answered(&mut self, now: Time, seat: Seat, latency: Span) {
        match &mut self.picker {
            Picker::PeakEwma(picker) => picker.answered(now, seat, latency),
            Picker::Measured(picker) => picker.answered(now, seat, latency),
            _ => {}
        }
    }

    /// Whether workers are to say with each answer how they are.
    #[inline]
    pub fn needs_report(&self) -> bool {
        match &self.picker {
            Picker::Measured(picker) => matches!(picker.by(), Measure::Utilisation | Measure::QueueLength),
            _ => false,
        }
    }

    /// Tells what a member said of itself with an answer.
    pub fn reported(&mut self, seat: Seat, report: Report) {
        if let Picker::Measured(picker) = &mut self.picker {
            picker.reported(seat, report);
        }
    }

    /// Whether its key is the place of what a task needs, not what that is.
    #[inline]
    pub fn is_by_place(&self) -> bool {
        matches!(&self.picker, Picker::Local(_))
    }

    /// Whether machines say themselves when they are free, or a central queue knows.
    #[inline]
    pub fn is_told_by_machines(&self) -> bool {
        matches!(&self.picker, Picker::Central(_) | Picker::JoinIdle(_))
    }

    /// Whether it has to know how large each demand is: an oracle.
    #[inline]
    pub fn needs_demand(&self) -> bool {
        matches!(&self.picker, Picker::Measured(picker) if picker.by() == Measure::WorkLeft)
    }

    /// Tells that so much work, spread over its cores, was sent to a member.
    pub fn sent(&mut self, now: Time, seat: Seat, work: Span) {
        if let Picker::Measured(picker) = &mut self.picker {
            picker.sent(now, seat, work);
        }
    }

    /// Whether it asks members how they are.
    #[inline]
    pub fn is_probing(&self) -> bool {
        matches!(self.picker, Picker::Prequal(_))
    }

    /// Whom it asks after this pick, each at random.
    pub fn probes(&mut self) -> SmallVec<[WorkerId; 4]> {
        let Picker::Prequal(picker) = &mut self.picker else { return SmallVec::new() };
        let (members, count) = (self.roster.members(), picker.asks());
        if members.is_empty() {
            return SmallVec::new();
        }
        let mut any = || self.roster.worker(members[self.stream.below(members.len() as u64) as usize]);
        (0..count).map(|_| any()).collect()
    }

    /// Tells what a member answered that was asked: attempts in flight there, and how long such attempts take.
    pub fn probed(&mut self, now: Time, seat: Seat, in_flight: u32, latency: Span) {
        if let Picker::Prequal(picker) = &mut self.picker {
            picker.probed(now, &self.roster, seat, in_flight, latency);
        }
    }

    /// Who gets the next attempt, which is about `key`; `None` where nobody may be picked.
    #[inline]
    pub fn pick(&mut self, now: Time, key: u64) -> Option<WorkerId> {
        let seat = match &mut self.picker {
            Picker::RoundRobin(picker) => picker.pick(&self.roster),
            Picker::LeastOutstanding(picker) => picker.pick(&mut self.stream),
            Picker::PowerOfTwo(picker) => picker.pick(&self.roster, &mut self.stream),
            Picker::Central(picker) => picker.pick(),
            Picker::Random => random::pick(&self.roster, &mut self.stream),
            Picker::PowerOfD(d, drawing) => power_of_d::pick(*d, *drawing, &self.roster, &mut self.stream),
            Picker::JoinIdle(picker) => picker.pick(&self.roster, &mut self.stream),
            Picker::SmoothRoundRobin(picker) => picker.pick(&self.roster),
            Picker::LeastConnections(picker) => picker.pick(&self.roster),
            Picker::ModuloHash => modulo_hash::pick(&self.roster, key),
            Picker::RingHash(picker) => picker.pick(&self.roster, key),
            Picker::BoundedLoads(picker) => picker.pick(&self.roster, key),
            Picker::Maglev(picker) => picker.pick(&self.roster, key),
            Picker::Rendezvous => rendezvous::pick(&self.roster, key),
            Picker::LeastRequest(picker) => picker.pick(now, &self.roster, &mut self.stream),
            Picker::PeakEwma(picker) => picker.pick(now, &self.roster, &mut self.stream),
            Picker::Measured(picker) => picker.pick(now, &self.roster, &mut self.stream),
            Picker::Prequal(picker) => picker.pick(now, &self.roster, &mut self.stream),
            Picker::CacheAware(picker) => picker.pick(&self.roster, key, &mut self.stream),
            Picker::Local(picker) => picker.pick(&self.roster, key, &mut self.stream),
        }?;
        Some(self.roster.worker(seat))
    }

    /// Who gets a copy of what these workers have: another one; `None` where there is none.
    pub fn pick_avoiding(&mut self, now: Time, taken: &[WorkerId], key: u64) -> Option<WorkerId> {
        /// Picks before the members are looked through.
        const TRIES: usize = 32;
        let picked = (0..TRIES).find_map(|_| self.pick(now, key).filter(|worker| !taken.contains(worker)));
        let members = self.roster.members();
        picked.or_else(|| {
            let others = || members.iter().map(|&seat| self.roster.worker(seat)).filter(|one| !taken.contains(one));
            let count = others().count() as u64;
            if count == 0 { None } else { others().nth(self.stream.below(count) as usize) }
        })
    }

    /// For each member, in order of their numbers, its share of all keys; `None` where the picker has no ring.
    pub fn shares(&mut self) -> Option<Vec<f64>> {
        match &mut self.picker {
            Picker::RingHash(ring) => Some(ring.shares(&self.roster)),
            _ => None,
        }
    }

    /// What a member may have at most once one more attempt is placed; `None` where the picker has no bound.
    pub fn load_bound(&self) -> Option<u64> {
        match &self.picker {
            Picker::BoundedLoads(picker) => Some(picker.most(&self.roster)),
            _ => None,
        }
    }

    /// For each member, in order of their numbers, what it has gained by its weight and not lost by being picked; `None`
    /// where the picker does not go by weights.
    pub fn current_weights(&self) -> Option<Vec<i64>> {
        match &self.picker {
            Picker::SmoothRoundRobin(picker) => Some(picker.current(&self.roster)),
            _ => None,
        }
    }

    /// Whether anybody is a member.
    pub fn is_empty(&self) -> bool {
        self.roster.members().is_empty()
    }
}

impl Picker {
    fn new(balance: Balance) -> Self {
        match balance {
            Balance::RoundRobin => Self::RoundRobin(round_robin::RoundRobin::default()),
            Balance::LeastOutstanding => Self::LeastOutstanding(least_outstanding::LeastOutstanding::default()),
            Balance::PowerOfTwo => Self::PowerOfTwo(power_of_two::PowerOfTwo),
            Balance::CentralQueue => Self::Central(central::Central::default()),
            Balance::Random => Self::Random,
            Balance::PowerOfD { d, draw, by: Measure::Outstanding } => Self::PowerOfD(d, draw),
            Balance::PowerOfD { d, draw, by } => Self::Measured(measured::Measured::new(by, Some((d, draw)))),
            Balance::Local { percent } => Self::Local(local::Local::new(percent)),
            Balance::CacheAware { percent, entries } => {
                Self::CacheAware(cache_aware::CacheAware::new(percent, entries))
            }
            Balance::LeastLoaded { by } => Self::Measured(measured::Measured::new(by, None)),
            Balance::Prequal { pool, probes_percent, removed_percent, quantile_percent, age_millis } => {
                let share = |percent: u32| f64::from(percent) / 100.0;
                Self::Prequal(prequal::Prequal::new(prequal::Settings {
                    pool,
                    probes: share(probes_percent),
                    removed: share(removed_percent),
                    quantile: share(quantile_percent),
                    age: Span::from_millis(u64::from(age_millis)),
                }))
            }
            Balance::JoinIdle => Self::JoinIdle(join_idle::JoinIdle::default()),
            Balance::SmoothRoundRobin => Self::SmoothRoundRobin(smooth_round_robin::SmoothRoundRobin::default()),
            Balance::LeastConnections => Self::LeastConnections(least_connections::LeastConnections::default()),
            Balance::ModuloHash => Self::ModuloHash,
            Balance::RingHash { virtual_nodes } => Self::RingHash(ring_hash::Ring::new(virtual_nodes)),
            Balance::BoundedLoads { percent, virtual_nodes } => {
                Self::BoundedLoads(bounded_loads::BoundedLoads::new(percent, virtual_nodes))
            }
            Balance::Maglev { table } => Self::Maglev(maglev::Maglev::new(table)),
            Balance::Rendezvous => Self::Rendezvous,
            Balance::LeastRequest { choices, bias_percent, slow_start_millis } => {
                Self::LeastRequest(least_request::LeastRequest::new(choices, bias_percent, slow_start_millis))
            }
            Balance::PeakEwma { decay_millis } => Self::PeakEwma(peak_ewma::PeakEwma::new(decay_millis)),
        }
    }

    fn joined(&mut self, roster: &Roster, seat: Seat) {
        match self {
            Self::RoundRobin(picker) => picker.joined(roster, seat),
            Self::LeastOutstanding(picker) => picker.joined(roster, seat),
            Self::PowerOfTwo(_)
            | Self::Random
            | Self::PowerOfD(..)
            | Self::ModuloHash
            | Self::Prequal(_)
            | Self::Rendezvous => {}
            Self::Central(picker) => picker.changed(roster, seat),
            Self::JoinIdle(picker) => picker.joined(roster, seat),
            Self::SmoothRoundRobin(picker) => picker.joined(seat),
            Self::LeastConnections(picker) => picker.joined(seat),
            Self::RingHash(picker) => picker.changed(),
            Self::BoundedLoads(picker) => picker.joined(roster, seat),
            Self::LeastRequest(picker) => picker.changed(roster, seat),
            Self::PeakEwma(picker) => picker.joined(seat),
            Self::Measured(picker) => picker.joined(roster, seat),
            Self::CacheAware(picker) => picker.joined(roster, seat),
            Self::Local(picker) => picker.joined(roster, seat),
            Self::Maglev(picker) => picker.changed(),
        }
    }

    fn leaving(&mut self, roster: &Roster, seat: Seat) {
        match self {
            Self::RoundRobin(picker) => picker.leaving(roster, seat),
            Self::LeastOutstanding(picker) => picker.leaving(roster, seat),
            Self::PowerOfTwo(_)
            | Self::Random
            | Self::PowerOfD(..)
            | Self::SmoothRoundRobin(_)
            | Self::LeastConnections(_)
            | Self::ModuloHash
            | Self::PeakEwma(_)
            | Self::Measured(_)
            | Self::Rendezvous => {}
            Self::Prequal(picker) => picker.leaving(seat),
            Self::CacheAware(picker) => picker.leaving(roster, seat),
            Self::Local(picker) => picker.leaving(roster, seat),
            Self::LeastRequest(picker) => picker.changed(roster, seat),
            Self::Central(picker) => picker.leaving(seat),
            Self::JoinIdle(picker) => picker.leaving(roster, seat),
            Self::RingHash(picker) => picker.changed(),
            Self::BoundedLoads(picker) => picker.leaving(roster, seat),
            Self::Maglev(picker) => picker.changed(),
        }
    }

    fn load_changed(&mut self, roster: &Roster, seat: Seat, before: u32) {
        match self {
            Self::RoundRobin(_)
            | Self::PowerOfTwo(_)
            | Self::Random
            | Self::PowerOfD(..)
            | Self::SmoothRoundRobin(_)
            | Self::LeastConnections(_)
            | Self::ModuloHash
            | Self::RingHash(_)
            | Self::Maglev(_)
            | Self::LeastRequest(_)
            | Self::PeakEwma(_)
            | Self::Measured(_)
            | Self::Prequal(_)
            | Self::Rendezvous => {}
            Self::JoinIdle(picker) => picker.load_changed(roster, seat, before),
            Self::CacheAware(picker) => picker.load_changed(roster, seat, before),
            Self::Local(picker) => picker.load_changed(roster, seat, before),
            Self::BoundedLoads(picker) => picker.load_changed(roster, seat, before),
            Self::LeastOutstanding(picker) => picker.load_changed(roster, seat, before),
            Self::Central(picker) => picker.changed(roster, seat),
        }
    }
}

#[cfg(test)]
mod tests;
