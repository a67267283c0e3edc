//! A layout as data: views in rows, columns and tabs, each with its share of the room.
//!
//! It is what a file keeps. The tree of the toolkit holds numbers of tiles that mean nothing the next time.

use std::collections::BTreeSet;

use eframe::egui::Id;
use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

/// A part of a layout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Shape {
    /// A view, by its key.
    View(String),
    /// Side by side.
    Row(Vec<Part>),
    /// One below the other.
    Column(Vec<Part>),
    /// One at a time; the first number says which.
    Tabs(usize, Vec<Shape>),
}

/// A part and its share of the room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// Relative to its neighbours.
    pub(crate) share: f32,
    /// What it is.
    pub(crate) is: Shape,
}

/// Shares that a file may ask for: below the first nothing could be seen.
const SHARES: std::ops::RangeInclusive<f32> = 0.02..=50.0;

impl Shape {
    /// A view.
    pub(crate) fn view(key: &str) -> Self {
        Self::View(key.to_owned())
    }

    /// Parts side by side, each with its share.
    pub(crate) fn row<const N: usize>(parts: [(f32, Self); N]) -> Self {
        Self::Row(parts.map(|(share, is)| Part { share, is }).into())
    }

    /// Parts one below the other, each with its share.
    pub(crate) fn column<const N: usize>(parts: [(f32, Self); N]) -> Self {
        Self::Column(parts.map(|(share, is)| Part { share, is }).into())
    }

    /// The tree that the toolkit draws. A view that is not `known`, or that was there already, is left out.
    pub(crate) fn tree(&self, known: impl Fn(&str) -> bool) -> Tree<String> {
        let mut tiles = Tiles::default();
        let root = Planter { tiles: &mut tiles, known: &known, seen: BTreeSet::new() }.plant(self);
        match root {
            Some(root) => Tree::new(tree_id(), root, tiles),
            None => Tree::empty(tree_id()),
        }
    }

    /// What a tree looks like; `None` when it is empty.
    pub(crate) fn of(tree: &Tree<String>) -> Option<Self> {
        read(&tree.tiles, tree.root()?)
    }
}

fn tree_id() -> Id {
    Id::unique("views")
}

/// Puts tiles into a tree.
struct Planter<'a, F> {
    tiles: &'a mut Tiles<String>,
    known: &'a F,
    seen: BTreeSet<String>,
}

impl<F: Fn(&str) -> bool> Planter<'_, F> {
    fn plant(&mut self, shape: &Shape) -> Option<TileId> {
        match shape {
            Shape::View(key) => {
                let is_new = (self.known)(key) && self.seen.insert(key.clone());
                is_new.then(|| self.tiles.insert_pane(key.clone()))
            }
            Shape::Row(parts) => self.plant_linear(LinearDir::Horizontal, parts),
            Shape::Column(parts) => self.plant_linear(LinearDir::Vertical, parts),
            Shape::Tabs(active, parts) => {
                let planted: Vec<Option<TileId>> = parts.iter().map(|part| self.plant(part)).collect();
                let mut tabs = Tabs::new(planted.iter().flatten().copied().collect());
                if let Some(active) = planted.get(*active).copied().flatten() {
                    tabs.set_active(active);
                }
                (!tabs.children.is_empty()).then(|| self.tiles.insert_new(Tile::Container(Container::Tabs(tabs))))
            }
        }
    }

    fn plant_linear(&mut self, direction: LinearDir, parts: &[Part]) -> Option<TileId> {
        let planted: Vec<(TileId, f32)> =
            parts.iter().filter_map(|part| Some((self.plant(&part.is)?, part.share))).collect();
        let mut linear = Linear::new(direction, planted.iter().map(|(tile, _)| *tile).collect());
        for (tile, share) in planted {
            // What is no number is as good as no wish.
            let share = if share.is_finite() { share.clamp(*SHARES.start(), *SHARES.end()) } else { 1.0 };
            linear.shares.set_share(tile, share);
        }
        (!linear.children.is_empty()).then(|| self.tiles.insert_new(Tile::Container(Container::Linear(linear))))
    }
}

fn read(tiles: &Tiles<String>, id: TileId) -> Option<Shape> {
    let part = |child: &TileId, share: f32| read(tiles, *child).map(|is| Part { share, is });
    match tiles.get(id)? {
        Tile::Pane(key) => Some(Shape::View(key.clone())),
        Tile::Container(Container::Linear(linear)) => {
            let parts: Vec<Part> =
                linear.children.iter().filter_map(|child| part(child, linear.shares[*child])).collect();
            let is_row = linear.dir == LinearDir::Horizontal;
            (!parts.is_empty()).then_some(if is_row { Shape::Row(parts) } else { Shape::Column(parts) })
        }
        Tile::Container(Container::Tabs(tabs)) => {
            let active = tabs.children.iter().position(|child| Some(*child) == tabs.active).unwrap_or(0);
            let parts: Vec<Shape> = tabs.children.iter().filter_map(|child| read(tiles, *child)).collect();
            (!parts.is_empty()).then_some(Shape::Tabs(active, parts))
        }
        // Nothing here makes one; its views stay, one below the other.
        Tile::Container(Container::Grid(grid)) => {
            let parts: Vec<Part> = grid.children().filter_map(|child| part(child, 1.0)).collect();
            (!parts.is_empty()).then_some(Shape::Column(parts))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested() -> Shape {
        let tabs = Shape::Tabs(1, vec![Shape::view("cost"), Shape::view("latency")]);
        Shape::column([(0.4, Shape::view("map")), (0.6, Shape::row([(1.0, Shape::view("traffic")), (2.0, tabs)]))])
    }

    #[test]
    fn a_shape_becomes_a_tree_and_comes_back() {
        assert_eq!(Shape::of(&nested().tree(|_| true)), Some(nested()));
    }

    #[test]
    fn what_is_not_known_or_there_twice_is_left_out() {
        let tree = nested().tree(|key| key == "map" || key == "cost");
        let left = Shape::column([
            (0.4, Shape::view("map")),
            (0.6, Shape::row([(2.0, Shape::Tabs(0, vec![Shape::view("cost")]))])),
        ]);
        assert_eq!(Shape::of(&tree), Some(left));
        let twice = Shape::row([(1.0, Shape::view("map")), (1.0, Shape::view("map"))]);
        assert_eq!(Shape::of(&twice.tree(|_| true)), Some(Shape::row([(1.0, Shape::view("map"))])));
        assert_eq!(Shape::of(&nested().tree(|_| false)), None);
    }

    #[test]
    fn shares_of_a_file_that_make_no_sense_do_no_harm() {
        let odd = Shape::row([
            (f32::NAN, Shape::view("map")),
            (-3.0, Shape::view("cost")),
            (f32::INFINITY, Shape::view("traffic")),
        ]);
        let sane = Shape::row([(1.0, Shape::view("map")), (0.02, Shape::view("cost")), (1.0, Shape::view("traffic"))]);
        assert_eq!(Shape::of(&odd.tree(|_| true)), Some(sane));
    }
}
