//! Questions: what is to be run?
//!
//! A scenario is a RON file that a person writes; [`Scenario`] is what is left of it after every check, with no
//! impossible state inside. Everything that changes during a run is a [`Command`], whoever gives it.
//!
//! Invariants: a `Scenario` that exists is valid; every index in it points at something; every limit of [`limits`] holds.

pub mod bundled;
pub mod catalogue;
mod check;
pub mod command;
mod demand;
pub mod dist;
mod edge;
mod errors;
mod fault;
mod fields;
mod file;
mod fit;
mod kernel;
mod label;
mod layout;
pub mod limits;
mod link;
mod listing;
mod load;
mod market;
pub mod model;
mod overlay;
mod policies;
mod process;
mod profile;
mod quantity;
mod reference;
mod resilience;
mod scale;
mod sizes;
mod syntax;
mod table;

pub use command::{By, Command, Entry};
pub use demand::{DemandLaws, Draw};
pub use dist::Dist;
pub use edge::{Collective, Edge, Via};
pub use errors::{Place as TextPlace, Problem, ScenarioErrors};
pub use fault::{Fault, RandomFault, Strike, Victim};
pub use fields::fields;
pub use file::VERSION;
pub use kernel::{Kernel, Leaves, Network};
pub use layout::Layout;
pub use listing::{Listed, POLICIES, listed, name_of};
pub use load::{Host, load, load_file, read_text, scenario_path, sha256};
pub use market::{Billing, Market};
pub use model::*;
pub use overlay::{save_with_timeline, set, twin, values};
pub use policies::*;
pub use process::{BurstState, Process};
pub use profile::{Agreement, Dispatch, MachineLimits, Profile, SizeTimes, TaskTimes};
pub use reference::{explain, reference};
pub use resilience::*;
pub use scale::*;
pub use sizes::{ceiling, price_per_hour, sizes};
pub use table::{OwnTable, TableSource};
