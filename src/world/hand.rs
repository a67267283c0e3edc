//! What stands for the threads of this computer in a simulated run: they are told what to do next before they are done, and take it
//! up by themselves, in the order in which it came.
//!
//! What that costs is as the profile of the scenario says. A thread that finds its next task in its own hand takes it for little. One
//! that is sent a task first has to be woken, and the engine before it; and a core that rested is slower afterwards.

use std::collections::VecDeque;

use super::World;
use super::running::Begin;
use crate::base::{Agenda, AttemptId, Span, Stream, Time, WorkerId};
use crate::cluster::{Call, Event};
use crate::scenario::Dispatch;

/// The hand of a machine.
#[derive(Clone, Debug)]
pub(super) struct Hand {
    waiting: VecDeque<(AttemptId, Call)>,
    /// Attempts on its cores.
    running: u32,
    /// When a core became free the last time.
    freed_at: Option<Time>,
    /// Whether what begins was in the hand before.
    is_held: bool,
    costs: Option<Dispatch>,
}

impl Hand {
    pub(super) fn new(costs: Option<Dispatch>) -> Self {
        Self { waiting: VecDeque::new(), running: 0, freed_at: None, is_held: false, costs }
    }

    pub(super) fn free(&mut self, now: Time) {
        self.running -= 1;
        self.freed_at = Some(now);
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.running = 0;
    }

    /// How much longer than its work the task that begins now occupies its core.
    pub(super) fn cost(&self, now: Time, stream: &mut Stream) -> Span {
        let Some(Dispatch { idle, rested, next, held }) = &self.costs else { return Span::ZERO };
        if self.is_held {
            return Span::from_secs_f64(held.sample(stream));
        }
        let rest = self.freed_at.map_or(f64::INFINITY, |freed| now.since(freed).secs());
        let cooled = if *rested > 0.0 { (rest / rested).min(1.0) } else { f64::from(u8::from(rest > 0.0)) };
        Span::from_secs_f64(next.sample(stream) + cooled * idle.sample(stream))
    }
}

impl World {
    /// A machine with a hand is told to begin an attempt, now or when it comes to it.
    pub(super) fn take_in_hand(
        &mut self,
        now: Time,
        &Begin { worker, attempt, call, .. }: &Begin<'_>,
        agenda: &mut impl Agenda<Event>,
    ) {
        let machine = &mut self.machines[worker.ix()];
        let cores = machine.cores();
        let Some(hand) = &mut machine.hand else { return };
        if hand.running >= cores || !hand.waiting.is_empty() {
            hand.waiting.push_back((attempt, *call));
            return;
        }
        (hand.running, hand.is_held) = (hand.running + 1, false);
        let busy = hand.running;
        self.begin(now, &Begin { worker, attempt, call, busy }, agenda);
    }

    /// Free cores of a machine take up what is in its hand.
    pub(super) fn take_up(&mut self, now: Time, worker: WorkerId, agenda: &mut impl Agenda<Event>) {
        loop {
            let machine = &mut self.machines[worker.ix()];
            let cores = machine.cores();
            let Some(hand) = machine.hand.as_mut().filter(|hand| hand.running < cores) else { return };
            let Some((attempt, call)) = hand.waiting.pop_front() else { return };
            (hand.running, hand.is_held) = (hand.running + 1, true);
            let busy = hand.running;
            self.begin(now, &Begin { worker, attempt, call: &call, busy }, agenda);
        }
    }

    /// Calls an attempt off. One that runs goes on, as a thread does, and says so itself when it is done.
    pub(super) fn call_off(&mut self, now: Time, worker: WorkerId, attempt: AttemptId) -> Option<Event> {
        let hand = self.machines[worker.ix()].hand.as_mut()?;
        let place = hand.waiting.iter().position(|(held, _)| *held == attempt)?;
        hand.waiting.remove(place);
        Some(Event::AttemptFinished { attempt, began: now, ended: now, slot: 0, ok: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;
    use crate::scenario::Dist;

    #[test]
    fn handing_over_costs_little_to_who_has_the_next_task_in_hand() {
        let micros = |micros| Time::ZERO + Span::from_micros(micros);
        let law = |micros: f64| Dist::Quantiles(vec![micros * 1e-6]);
        let mut stream = Stream::new(1, Domain::Link, [0; 4]);
        let mut cost = |is_held, freed: Option<u64>| {
            let mut hand = Hand::new(Some(Dispatch { idle: law(60.0), rested: 10e-6, next: law(9.0), held: law(1.0) }));
            (hand.is_held, hand.freed_at) = (is_held, freed.map(micros));
            hand.cost(micros(90), &mut stream)
        };
        assert_eq!(cost(true, Some(90)), Span::from_micros(1));
        assert_eq!(cost(false, Some(90)), Span::from_micros(9));
        assert_eq!(cost(false, Some(85)), Span::from_micros(9 + 30));
        assert_eq!(cost(false, Some(3)), Span::from_micros(9 + 60));
        assert_eq!(cost(false, None), Span::from_micros(9 + 60));
        assert_eq!(Hand::new(None).cost(micros(90), &mut stream), Span::ZERO);
    }
}
