//! Questions: what is to be run?
//!
//! A scenario is a RON file that a person writes; [`Scenario`] is what is left of it after every check, with no
//! impossible state inside. Everything that changes during a run is a [`Command`], whoever gives it.
//!
//! Invariants: a `Scenario` that exists is valid; every index in it points at something; every limit of [`limits`] holds.

pub mod command;
pub mod dist;
pub mod limits;
pub mod model;

pub use command::{By, Command, Entry, Fault};
pub use dist::Dist;
pub use model::*;
