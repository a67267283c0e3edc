//! What a worker runs next.

mod fifo;
mod lifo;
mod oldest_job;
mod priority;
mod ranked;
mod shortest;

use fifo::Fifo;
use lifo::Lifo;
use ranked::Ranked;

use crate::base::Span;
use crate::scenario::ServeOrder;

/// What an order of service may know of one who waits or runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The number of its job over the whole run.
    pub job: u64,
    /// How important its job is; larger goes first.
    pub priority: i16,
    /// What is left of its demand; zero where the order does not ask for it.
    pub left: Span,
}

/// Who waits, in an order of service.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    order: ServeOrder,
    waiting: Waiting<T>,
}

#[derive(Clone, Debug)]
enum Waiting<T> {
    Fifo(Fifo<T>),
    Lifo(Lifo<T>),
    Ranked(Ranked<T>),
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new(order: ServeOrder) -> Self {
        let waiting = match order {
            // Under processor sharing nobody waits.
            ServeOrder::Fifo | ServeOrder::ProcessorSharing => Waiting::Fifo(Fifo::default()),
            ServeOrder::Lifo => Waiting::Lifo(Lifo::default()),
            ServeOrder::OldestJob
            | ServeOrder::Priority(_)
            | ServeOrder::ShortestFirst
            | ServeOrder::ShortestRemaining => Waiting::Ranked(Ranked::default()),
        };
        Self { order, waiting }
    }

    /// Adds one who waits.
    pub fn push(&mut self, standing: &Standing, one: T) {
        match &mut self.waiting {
            Waiting::Fifo(queue) => queue.push(one),
            Waiting::Lifo(queue) => queue.push(one),
            Waiting::Ranked(queue) => queue.push(rank(self.order, standing), one),
        }
    }

    /// Adds one that was interrupted: it goes ahead of its equals.
    pub fn push_first(&mut self, standing: &Standing, one: T) {
        match &mut self.waiting {
            Waiting::Fifo(queue) => queue.push_first(one),
            Waiting::Lifo(queue) => queue.push(one),
            Waiting::Ranked(queue) => queue.push_first(rank(self.order, standing), one),
        }
    }

    /// Takes the next one to be served.
    pub fn pop(&mut self) -> Option<T> {
        match &mut self.waiting {
            Waiting::Fifo(queue) => queue.pop(),
            Waiting::Lifo(queue) => queue.pop(),
            Waiting::Ranked(queue) => queue.pop(),
        }
    }

    /// How many are in it.
    pub fn len(&self) -> usize {
        match &self.waiting {
            Waiting::Fifo(queue) => queue.len(),
            Waiting::Lifo(queue) => queue.len(),
            Waiting::Ranked(queue) => queue.len(),
        }
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes out those that `keep` says no to.
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        match &mut self.waiting {
            Waiting::Fifo(queue) => queue.retain(keep),
            Waiting::Lifo(queue) => queue.retain(keep),
            Waiting::Ranked(queue) => queue.retain(keep),
        }
    }
}

/// Whether a newcomer takes the core of one that runs, where the order interrupts at all.
pub fn takes_over(order: ServeOrder, newcomer: &Standing, running: &Standing) -> bool {
    order.preempts() && rank(order, newcomer) < rank(order, running)
}

/// Where one stands in an order of service that ranks: the smallest is served first.
pub fn rank(order: ServeOrder, standing: &Standing) -> u64 {
    match order {
        ServeOrder::OldestJob => oldest_job::rank(standing),
        ServeOrder::Priority(_) => priority::rank(standing),
        ServeOrder::ShortestFirst | ServeOrder::ShortestRemaining => shortest::rank(standing),
        ServeOrder::Fifo | ServeOrder::Lifo | ServeOrder::ProcessorSharing => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Preemption;

    const ALL: [(ServeOrder, &str); 8] = [
        (ServeOrder::Fifo, "abcd"),
        (ServeOrder::Lifo, "dcba"),
        (ServeOrder::OldestJob, "bdac"),
        (ServeOrder::Priority(Preemption::None), "cabd"),
        (ServeOrder::Priority(Preemption::Resume), "cabd"),
        (ServeOrder::ShortestFirst, "dacb"),
        (ServeOrder::ShortestRemaining, "dacb"),
        (ServeOrder::ProcessorSharing, "abcd"),
    ];

    fn queue(order: ServeOrder) -> Queue<char> {
        let mut queue = Queue::new(order);
        for (job, priority, left, one) in [(7, 0, 4, 'a'), (2, -3, 9, 'b'), (7, 5, 4, 'c'), (2, -3, 1, 'd')] {
            queue.push(&Standing { job, priority, left: Span(left) }, one);
        }
        queue
    }

    #[test]
    fn orders_of_service_serve_everybody_once_in_their_order() {
        for (order, expected) in ALL {
            let mut queue = queue(order);
            assert_eq!(queue.len(), 4, "{order:?}");
            assert_eq!(std::iter::from_fn(|| queue.pop()).collect::<String>(), expected, "{order:?}");
            assert!(queue.is_empty(), "{order:?}");
        }
    }

    #[test]
    fn who_is_taken_out_is_not_served_and_the_others_keep_their_order() {
        for (order, expected) in ALL {
            let mut queue = queue(order);
            queue.retain(|one| *one != 'a');
            let rest: String = expected.chars().filter(|one| *one != 'a').collect();
            assert_eq!(std::iter::from_fn(|| queue.pop()).collect::<String>(), rest, "{order:?}");
        }
    }

    #[test]
    fn who_was_interrupted_goes_ahead_of_its_equals() {
        for (order, expected) in ALL {
            let mut queue = queue(order);
            queue.push_first(&Standing { job: 7, priority: 0, left: Span(4) }, 'x');
            let served: String = std::iter::from_fn(|| queue.pop()).collect();
            let (x, a) = (served.find('x'), served.find('a'));
            assert!(x < a, "{order:?}: {served}");
            assert_eq!(served.replace('x', ""), expected, "{order:?}");
        }
    }

    #[test]
    fn only_orders_that_interrupt_do_and_only_for_somebody_strictly_ahead() {
        let one = |priority, left| Standing { job: 1, priority, left: Span(left) };
        let (urgent, small, plain) = (one(3, 9), one(0, 2), one(0, 9));
        for (order, _) in ALL {
            assert!(!takes_over(order, &plain, &plain), "{order:?}");
            let by_priority = order == ServeOrder::Priority(Preemption::Resume);
            assert_eq!(takes_over(order, &urgent, &plain), by_priority, "{order:?}");
            assert_eq!(takes_over(order, &small, &plain), order == ServeOrder::ShortestRemaining, "{order:?}");
        }
    }
}
