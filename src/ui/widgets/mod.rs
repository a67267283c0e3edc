//! Small parts that several panels use.

pub(crate) mod badge;
pub(crate) mod card;
pub(crate) mod icon;
pub(crate) mod list;
pub(crate) mod segmented;
pub(crate) mod share_bar;
pub(crate) mod stepper;
pub(crate) mod words;
