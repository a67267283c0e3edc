//! Time: when does what happen? One loop for a virtual clock that jumps and a wall clock that waits.

pub mod handle;
