//! What a worker runs next.

mod fifo;

use fifo::Fifo;

use crate::scenario::ServeOrder;

/// Who waits, in an order of service.
#[derive(Clone, Debug)]
pub enum Queue<T> {
    /// First come, first served.
    Fifo(Fifo<T>),
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new(order: ServeOrder) -> Self {
        match order {
            ServeOrder::Fifo => Self::Fifo(Fifo::default()),
        }
    }

    /// Adds one who waits.
    pub fn push(&mut self, waiting: T) {
        match self {
            Self::Fifo(queue) => queue.push(waiting),
        }
    }

    /// Takes the next one to be served.
    pub fn pop(&mut self) -> Option<T> {
        match self {
            Self::Fifo(queue) => queue.pop(),
        }
    }
}
