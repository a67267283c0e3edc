//! The layouts that are built in. A view that does not exist is left out of them.

use serde::{Deserialize, Serialize};

use super::shape::Shape;

/// A layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LayoutName {
    /// What happens, how it feels, what it costs.
    #[default]
    Explore,
    /// Two runs beside each other.
    Compare,
    /// A lesson beside what it speaks of.
    Teach,
    /// How many machines, and at what price.
    Plan,
    /// As a person arranged and kept it.
    Own,
}

/// Height of the cost view: three lines.
const COST_HEIGHT: f32 = 92.0;

impl LayoutName {
    /// Every layout.
    pub const ALL: [Self; 5] = [Self::Explore, Self::Compare, Self::Teach, Self::Plan, Self::Own];

    /// What it looks like in so much height; `None` for a person's own.
    pub(crate) fn built_in(self, height: f32) -> Option<Shape> {
        let view = Shape::view;
        let curves = || Shape::row([(1.0, view("traffic")), (1.0, view("latency"))]);
        let shape = match self {
            Self::Explore => {
                // Lines of text need the same height in every window.
                let cost = (COST_HEIGHT / height.max(1.0)).clamp(0.05, 0.3);
                Shape::column([
                    (0.47 * (1.0 - cost), view("map")),
                    (0.53 * (1.0 - cost), curves()),
                    (cost, view("cost")),
                ])
            }
            Self::Compare => Shape::column([(0.55, view("compare")), (0.45, curves())]),
            Self::Teach => Shape::column([
                (0.36, view("map")),
                (0.32, Shape::row([(1.0, view("latency")), (1.0, view("scaling"))])),
                (0.32, view("library")),
            ]),
            Self::Plan => Shape::column([
                (0.6, Shape::row([(1.0, view("scaling")), (1.0, view("runs"))])),
                (0.4, Shape::row([(1.0, view("cost")), (1.0, view("library"))])),
            ]),
            Self::Own => return None,
        };
        Some(shape)
    }
}
