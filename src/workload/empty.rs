//! Nothing at all: what is left of a task is the path that it took.

use super::{Data, Kernel, Partial, Scratch};

/// No work.
pub struct Empty;

impl Kernel for Empty {
    fn run(&self, _data: Data, _inputs: &[Partial], _scratch: &mut Scratch) -> Partial {
        Partial::Nothing
    }

    fn bytes(&self, _chunk: u32) -> u64 {
        0
    }

    fn flops(&self, _chunk: u32) -> Option<u64> {
        Some(0)
    }
}
