//! Every sentence of the window, in one place. Sentence case; a word a person uses first, the field's term beside it.

mod bars;
pub(crate) mod catalogue;
mod compare;
mod knobs;
mod library;
mod overlays;
mod plots;
mod policies;
mod prices;
mod runs;
mod scaling;
mod shell;
mod turns;
mod views;

pub(crate) use bars::*;
pub(crate) use compare::*;
pub(crate) use knobs::*;
pub(crate) use library::*;
pub(crate) use overlays::*;
pub(crate) use plots::*;
pub(crate) use policies::*;
pub(crate) use prices::*;
pub(crate) use runs::*;
pub(crate) use scaling::*;
pub(crate) use shell::*;
pub(crate) use turns::*;
pub(crate) use views::*;
