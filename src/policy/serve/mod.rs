//! What a worker runs next.

mod fifo;
mod oldest_job;

use fifo::Fifo;
use oldest_job::OldestJob;

use crate::scenario::ServeOrder;

/// Who waits, in an order of service.
#[derive(Clone, Debug)]
pub enum Queue<T> {
    /// First come, first served.
    Fifo(Fifo<T>),
    /// The oldest job first.
    OldestJob(OldestJob<T>),
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new(order: ServeOrder) -> Self {
        match order {
            ServeOrder::Fifo => Self::Fifo(Fifo::default()),
            ServeOrder::OldestJob => Self::OldestJob(OldestJob::default()),
        }
    }

    /// Adds one who waits, of the job with this number over the whole run.
    pub fn push(&mut self, job: u64, waiting: T) {
        match self {
            Self::Fifo(queue) => queue.push(waiting),
            Self::OldestJob(queue) => queue.push(job, waiting),
        }
    }

    /// Takes the next one to be served.
    pub fn pop(&mut self) -> Option<T> {
        match self {
            Self::Fifo(queue) => queue.pop(),
            Self::OldestJob(queue) => queue.pop(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_of_service_serve_everybody_once_in_their_order() {
        for (order, expected) in [(ServeOrder::Fifo, "abcd"), (ServeOrder::OldestJob, "bdac")] {
            let mut queue = Queue::new(order);
            for (job, waiting) in [(7, 'a'), (2, 'b'), (7, 'c'), (2, 'd')] {
                queue.push(job, waiting);
            }
            assert_eq!(std::iter::from_fn(|| queue.pop()).collect::<String>(), expected, "{order:?}");
        }
    }
}
