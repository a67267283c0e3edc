//! Who gets the next attempt.
//!
//! Picking is apart from measuring: the cluster keeps the [`Roster`] up to date (who may be picked, and how loaded each
//! seems from here), a picker chooses from it. Laws that every picker keeps, tested below for all of them:
//! it picks only members; it is a function of its history and its stream; it allocates nothing per pick.

mod bounded_loads;
mod central;
mod hashing;
mod join_idle;
mod least_connections;
mod least_outstanding;
pub mod maglev;
mod modulo_hash;
mod power_of_d;
mod power_of_two;
mod random;
mod rendezvous;
mod ring_hash;
mod roster;
mod round_robin;
mod smooth_round_robin;

pub use roster::{Roster, Seat};

use crate::base::{Stream, WorkerId};
use crate::scenario::{Balance, Drawing};

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
        use Picker::{BoundedLoads, Maglev, ModuloHash, Rendezvous, RingHash};
        matches!(self.picker, ModuloHash | RingHash(_) | BoundedLoads(_) | Maglev(_) | Rendezvous)
    }

    /// Takes a worker in. `slots` is how many attempts it serves at a time, `load` what is outstanding there already,
    /// `weight` how much of the work it should get, relative to others (at least 1).
    pub fn join(&mut self, worker: WorkerId, slots: u32, load: u32, weight: u32) -> Seat {
        let seat = self.roster.join(worker, slots, load, weight);
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

    /// Who gets the next attempt, which is about `key`; `None` where nobody may be picked.
    #[inline]
    pub fn pick(&mut self, key: u64) -> Option<WorkerId> {
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
        }?;
        Some(self.roster.worker(seat))
    }

    /// Who gets a copy of what these workers have: another one; `None` where there is none.
    pub fn pick_avoiding(&mut self, taken: &[WorkerId], key: u64) -> Option<WorkerId> {
        /// Picks before the members are looked through.
        const TRIES: usize = 32;
        let picked = (0..TRIES).find_map(|_| self.pick(key).filter(|worker| !taken.contains(worker)));
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
            Balance::PowerOfD { d, draw } => Self::PowerOfD(d, draw),
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
        }
    }

    fn joined(&mut self, roster: &Roster, seat: Seat) {
        match self {
            Self::RoundRobin(picker) => picker.joined(roster, seat),
            Self::LeastOutstanding(picker) => picker.joined(roster, seat),
            Self::PowerOfTwo(_) | Self::Random | Self::PowerOfD(..) | Self::ModuloHash | Self::Rendezvous => {}
            Self::Central(picker) => picker.changed(roster, seat),
            Self::JoinIdle(picker) => picker.joined(roster, seat),
            Self::SmoothRoundRobin(picker) => picker.joined(seat),
            Self::LeastConnections(picker) => picker.joined(seat),
            Self::RingHash(picker) => picker.changed(),
            Self::BoundedLoads(picker) => picker.joined(roster, seat),
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
            | Self::Rendezvous => {}
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
            | Self::Rendezvous => {}
            Self::JoinIdle(picker) => picker.load_changed(roster, seat, before),
            Self::BoundedLoads(picker) => picker.load_changed(roster, seat, before),
            Self::LeastOutstanding(picker) => picker.load_changed(roster, seat, before),
            Self::Central(picker) => picker.changed(roster, seat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;

    const ALL: [Balance; 15] = [
        Balance::RoundRobin,
        Balance::LeastOutstanding,
        Balance::PowerOfTwo,
        Balance::CentralQueue,
        Balance::Random,
        Balance::PowerOfD { d: 3, draw: Drawing::Distinct },
        Balance::PowerOfD { d: 3, draw: Drawing::WithReplacement },
        Balance::JoinIdle,
        Balance::SmoothRoundRobin,
        Balance::LeastConnections,
        Balance::ModuloHash,
        Balance::RingHash { virtual_nodes: 20 },
        Balance::BoundedLoads { percent: 125, virtual_nodes: 20 },
        Balance::Maglev { table: 251 },
        Balance::Rendezvous,
    ];

    fn balancer(balance: Balance, workers: u32) -> (Balancer, Vec<Seat>) {
        let mut balancer = Balancer::new(balance, Stream::new(1, Domain::Balance, [0; 4]));
        let seats = (0..workers).map(|id| balancer.join(WorkerId(id), 2, 0, 1)).collect();
        (balancer, seats)
    }

    #[test]
    fn nobody_is_picked_from_an_empty_roster() {
        for balance in ALL {
            let (mut balancer, seats) = balancer(balance, 1);
            assert_eq!(balancer.pick(0), Some(WorkerId(0)), "{balance:?}");
            balancer.leave(seats[0]);
            assert_eq!(balancer.pick(0), None, "{balance:?}");
        }
    }

    #[test]
    fn only_members_are_picked_whatever_happens() {
        for balance in ALL {
            let (mut balancer, mut seats) = balancer(balance, 8);
            let mut present: Vec<u32> = (0..8).collect();
            let mut loads = [0u32; 8];
            let mut chaos = Stream::new(5, Domain::Swarm, [0; 4]);
            for _ in 0..5_000 {
                let who = chaos.below(8) as usize;
                match chaos.below(3) {
                    0 if present.contains(&(who as u32)) => {
                        balancer.leave(seats[who]);
                        present.retain(|&id| id != who as u32);
                    }
                    0 => {
                        seats[who] = balancer.join(WorkerId(who as u32), 2, loads[who], 1);
                        present.push(who as u32);
                    }
                    1 if present.contains(&(who as u32)) => {
                        loads[who] = chaos.below(5) as u32;
                        balancer.set_load(seats[who], loads[who]);
                    }
                    _ => match balancer.pick(chaos.bits()) {
                        Some(worker) => assert!(present.contains(&worker.0), "{balance:?}"),
                        None => assert!(
                            present.is_empty()
                                || (balance == Balance::CentralQueue
                                    && present.iter().all(|&id| loads[id as usize] >= 2)),
                            "{balance:?}"
                        ),
                    },
                }
            }
        }
    }

    #[test]
    fn round_robin_takes_turns() {
        let (mut balancer, _) = balancer(Balance::RoundRobin, 3);
        let picked: Vec<_> = (0..7).map(|_| balancer.pick(0).expect("members").0).collect();
        assert_eq!(picked, [0, 1, 2, 0, 1, 2, 0]);
    }

    #[test]
    fn least_outstanding_picks_a_minimum_and_breaks_ties_evenly() {
        let (mut balancer, seats) = balancer(Balance::LeastOutstanding, 4);
        for (seat, load) in seats.iter().zip([3, 1, 1, 2]) {
            balancer.set_load(*seat, load);
        }
        let mut counts = [0; 4];
        for _ in 0..10_000 {
            counts[balancer.pick(0).expect("members").0 as usize] += 1;
        }
        assert_eq!((counts[0], counts[3]), (0, 0));
        assert!((counts[1] - 5_000i32).abs() < 250, "{counts:?}");
    }

    #[test]
    fn power_of_two_never_picks_the_most_loaded_of_distinct_loads() {
        let (mut balancer, seats) = balancer(Balance::PowerOfTwo, 3);
        for (seat, load) in seats.iter().zip([7, 0, 3]) {
            balancer.set_load(*seat, load);
        }
        let mut counts = [0u32; 3];
        for _ in 0..9_000 {
            counts[balancer.pick(0).expect("members").0 as usize] += 1;
        }
        // Three pairs alike: the idle one wins two of them, the middle one the third.
        assert_eq!(counts[0], 0);
        assert!((f64::from(counts[1]) / 9_000.0 - 2.0 / 3.0).abs() < 0.03, "{counts:?}");
    }

    #[test]
    fn random_draws_everybody_alike_and_an_idle_one_is_preferred() {
        let count = |balance: Balance, loads: [u32; 4]| {
            let (mut balancer, seats) = balancer(balance, 4);
            seats.iter().zip(loads).for_each(|(seat, load)| balancer.set_load(*seat, load));
            let mut counts = [0i32; 4];
            (0..12_000).for_each(|_| counts[balancer.pick(0).expect("members").0 as usize] += 1);
            counts
        };
        let near = |counts: [i32; 4], expected: [i32; 4]| {
            counts.iter().zip(expected).all(|(count, expected)| (count - expected).abs() <= expected / 10)
        };
        assert!(near(count(Balance::Random, [0, 1, 2, 9]), [3_000; 4]));
        assert!(near(count(Balance::JoinIdle, [0, 4, 0, 7]), [6_000, 0, 6_000, 0]));
        assert!(near(count(Balance::JoinIdle, [1, 4, 2, 7]), [3_000; 4]));
        // Three distinct of four: the least loaded is among them in three draws of four, then the next.
        let distinct = count(Balance::PowerOfD { d: 3, draw: Drawing::Distinct }, [5, 1, 3, 9]);
        assert!(near(distinct, [0, 9_000, 3_000, 0]), "{distinct:?}");
        // Two with replacement of four: (16 - 9) / 16, (9 - 4) / 16, (4 - 1) / 16, 1 / 16.
        let again = count(Balance::PowerOfD { d: 2, draw: Drawing::WithReplacement }, [1, 2, 3, 4]);
        assert!(near(again, [5_250, 3_750, 2_250, 750]), "{again:?}");
    }

    #[test]
    fn weights_are_respected_in_the_long_run() {
        for balance in
            [Balance::SmoothRoundRobin, Balance::LeastConnections, Balance::RingHash { virtual_nodes: 1_000 }]
        {
            let mut balancer = Balancer::new(balance, Stream::new(1, Domain::Balance, [0; 4]));
            let seats: Vec<Seat> = [1, 2, 5]
                .iter()
                .enumerate()
                .map(|(id, weight)| balancer.join(WorkerId(id as u32), 1, 0, *weight))
                .collect();
            let (mut counts, mut loads) = ([0u32; 3], [0u32; 3]);
            for key in 0..8_000 {
                let picked = balancer.pick(key).expect("members").ix();
                (counts[picked], loads[picked]) = (counts[picked] + 1, loads[picked] + 1);
                balancer.set_load(seats[picked], loads[picked]);
            }
            // Points of a ring are where they fall.
            let tolerance = if matches!(balance, Balance::RingHash { .. }) { 300 } else { 1 };
            for (count, expected) in counts.iter().zip([1_000, 2_000, 5_000]) {
                assert!(count.abs_diff(expected) <= tolerance, "{balance:?}: {counts:?}");
            }
        }
    }

    #[test]
    fn the_same_key_goes_to_the_same_member_and_few_move_when_one_leaves() {
        let balances = [
            (Balance::RingHash { virtual_nodes: 160 }, 0.0),
            (Balance::Rendezvous, 0.0),
            (Balance::Maglev { table: 65_537 }, 0.02),
            (Balance::ModuloHash, 1.0),
        ];
        for (balance, moved_max) in balances {
            let (mut balancer, seats) = balancer(balance, 10);
            let keys = 0..10_000u64;
            let before: Vec<_> = keys.clone().map(|key| balancer.pick(key)).collect();
            assert_eq!(keys.clone().map(|key| balancer.pick(key)).collect::<Vec<_>>(), before, "{balance:?}");
            balancer.leave(seats[3]);
            let stays = keys.zip(&before).filter(|(_, before)| **before != Some(WorkerId(3)));
            let (moved, all) = stays.fold((0, 0), |(moved, all), (key, before)| {
                (moved + u32::from(balancer.pick(key) != *before), all + 1)
            });
            let share = f64::from(moved) / f64::from(all);
            let fits = if moved_max == 0.0 { moved == 0 } else { share > 0.0 && share <= moved_max };
            assert!(fits, "{balance:?}: {share} of the keys of others move");
        }
    }

    #[test]
    fn nobody_has_more_than_the_bound() {
        let (mut balancer, seats) = balancer(Balance::BoundedLoads { percent: 110, virtual_nodes: 20 }, 10);
        let mut loads = [0u32; 10];
        for key in 0..1_000 {
            let bound = balancer.load_bound().expect("there is one");
            let picked = balancer.pick(key % 7).expect("members").ix();
            loads[picked] += 1;
            balancer.set_load(seats[picked], loads[picked]);
            assert!(u64::from(loads[picked]) <= bound, "{loads:?} over {bound}");
        }
        assert_eq!(loads.iter().max(), Some(&110), "{loads:?}");
    }

    #[test]
    fn copies_go_to_others_while_there_are_any() {
        for balance in ALL.into_iter().filter(|balance| *balance != Balance::CentralQueue) {
            let (mut balancer, _) = balancer(balance, 3);
            for _ in 0..100 {
                let copy = balancer.pick_avoiding(&[WorkerId(0), WorkerId(2)], 0);
                assert_eq!(copy, Some(WorkerId(1)), "{balance:?}");
            }
            assert_eq!(balancer.pick_avoiding(&[WorkerId(0), WorkerId(1), WorkerId(2)], 0), None, "{balance:?}");
        }
    }

    #[test]
    fn a_changed_picker_keeps_members_and_loads() {
        let (mut balancer, seats) = balancer(Balance::RoundRobin, 2);
        balancer.set_load(seats[0], 9);
        balancer.set_picker(Balance::LeastOutstanding);
        assert!((0..10).all(|_| balancer.pick(0) == Some(WorkerId(1))));
    }
}
