//! The views: one file each, registered in one list that layouts and tests go through.

mod autoscaler;
mod beside;
mod cache;
mod compare;
mod cost;
mod latency;
mod library;
mod map;
mod runs;
mod scaling;
mod tasks;
mod traffic;

use std::path::PathBuf;

use eframe::egui::{Response, Ui};

use super::ctx::Ctx;

/// A view. It holds only how it is looked at; what it shows comes in the [`Ctx`].
pub(crate) trait View {
    /// Draws everything, the first line included, and returns that line: the view can be dragged by it.
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response;
}

/// A kind of view.
pub(crate) struct Kind {
    /// Its name in a layout. Layouts that are saved keep it, so it never changes.
    pub(crate) key: &'static str,
    /// Makes one.
    pub(crate) make: fn() -> Box<dyn View>,
}

/// Every kind of view.
pub(crate) const KINDS: &[Kind] = &[
    Kind { key: "map", make: || Box::<map::MapView>::default() },
    Kind { key: "traffic", make: || Box::new(traffic::TrafficView) },
    Kind { key: "latency", make: || Box::<latency::LatencyView>::default() },
    Kind { key: "cost", make: || Box::new(cost::CostView) },
    Kind { key: "autoscaler", make: || Box::<autoscaler::AutoscalerView>::default() },
    Kind { key: "cache", make: || Box::<cache::CacheView>::default() },
    Kind { key: "compare", make: || Box::<compare::CompareView>::default() },
    Kind { key: "tasks", make: || Box::<tasks::TasksView>::default() },
    Kind { key: "scaling", make: || Box::<scaling::ScalingView>::default() },
    Kind { key: "library", make: || Box::<library::LibraryView>::default() },
    Kind { key: "runs", make: || Box::<runs::RunsView>::default() },
];

/// The names of all views, as layouts keep them.
pub fn views() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.key)
}

/// The view of runs on this store, instead of the one that all commands use.
pub(crate) fn runs_of(store: PathBuf) -> (&'static str, Box<dyn View>) {
    ("runs", Box::new(runs::RunsView::of(store)))
}
