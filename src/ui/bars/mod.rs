//! The bars around the views: what runs, what it means, what happened, what came out.

pub(crate) mod answer;
pub(crate) mod events;
pub(crate) mod notice;
pub(crate) mod top;
pub(crate) mod verdict;
pub(crate) mod view_menu;
