//! One binary for all behaviour that shows from outside; a module each.

mod kernels;
