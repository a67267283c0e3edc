//! The views as they stand: a tree of tiles, or one view that has all the room.

use egui_tiles::{Tile, Tree};

use super::kept::Kept;
use super::layouts::LayoutName;
use super::shape::{Part, Shape};
use crate::ui::panels::KINDS;

/// The views as they stand.
#[derive(Default)]
pub(crate) struct Arranged {
    tree: Option<Tree<String>>,
    /// The height that it has, in points.
    height: f32,
    /// The view that has all the room.
    filled: Option<String>,
    /// Whether a person moved something since this was asked last.
    is_edited: bool,
    /// Views that belong to what is on now.
    called_for: Vec<&'static str>,
}

/// What a view that is added takes, as a share of what is there already.
const ADDED: f32 = 0.6;
/// Least height of a view in points, and of that of cost, which is three lines.
const LOW: (f32, f32) = (150.0, 84.0);

impl Arranged {
    /// The tree in a window that has so much height for views, and whether it is moved in this frame.
    /// `called_for` are views that belong to what is on: a built-in layout has them beside others.
    pub(super) fn parts(
        &mut self,
        kept: &Kept,
        height: f32,
        called_for: Vec<&'static str>,
    ) -> (&mut Tree<String>, &mut bool) {
        // A built-in layout that nobody moved anything in fits itself to the window.
        let is_as_built_in = kept.views.is_none() && kept.layout != LayoutName::Own && !self.is_edited;
        if is_as_built_in && ((height - self.height).abs() > 1.0 || called_for != self.called_for) {
            self.tree = None;
        }
        (self.height, self.called_for) = (height, called_for);
        let called_for = if is_as_built_in { self.called_for.as_slice() } else { &[] };
        let tree = self.tree.get_or_insert_with(|| {
            plant(&called_for.iter().fold(shape(kept, height), |shape, key| behind(shape, key)))
        });
        (tree, &mut self.is_edited)
    }

    /// Whether a person moved something since this was asked last.
    pub(crate) fn take_edited(&mut self) -> bool {
        std::mem::take(&mut self.is_edited)
    }

    /// Arranges the views as they are kept, with the next frame.
    pub(crate) fn renew(&mut self) {
        (self.tree, self.filled) = (None, None);
    }

    /// How the views stand; nothing before the first frame.
    pub(crate) fn shape(&self) -> Option<Shape> {
        self.tree.as_ref().map(|tree| Shape::of(tree).unwrap_or(Shape::Column(Vec::new())))
    }

    /// Which views are shown, in the order of the list of kinds.
    pub(crate) fn shown(&self) -> Vec<String> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let is_shown = |key: &str| tree.tiles.tiles().any(|tile| matches!(tile, Tile::Pane(pane) if pane == key));
        KINDS.iter().map(|kind| kind.key).filter(|key| is_shown(key)).map(str::to_owned).collect()
    }

    /// The view that has all the room, if one has.
    pub(crate) fn filled(&self) -> Option<&str> {
        self.filled.as_deref()
    }

    /// Gives a view all the room, or takes it back.
    pub(crate) fn fill(&mut self, key: Option<String>) {
        self.filled = key;
    }

    /// Shows a view that is not there: below the others, or where that would leave them too low, over one of them.
    pub(crate) fn show(&mut self, key: &str) {
        if let Some(shape) = self.shape().filter(|_| is_known(key)) {
            let below = with(shape.clone(), key);
            let more = if has_room(&below, self.height) { below } else { over_largest(shape, key) };
            self.tree = Some(plant(&more));
            (self.filled, self.is_edited) = (None, true);
        }
    }

    /// Shows a view no longer.
    pub(crate) fn close(&mut self, key: &str) {
        if let Some(shape) = self.shape() {
            self.tree = Some(plant(&without(&shape, key).unwrap_or(Shape::Column(Vec::new()))));
            (self.filled, self.is_edited) = (None, true);
        }
    }
}

/// Whether there is such a view.
pub(crate) fn is_known(key: &str) -> bool {
    KINDS.iter().any(|kind| kind.key == key)
}

/// How the views are to stand: as they were left, or else as the layout has them.
fn shape(kept: &Kept, height: f32) -> Shape {
    let own = kept.own.clone().filter(|_| kept.layout == LayoutName::Own);
    let built_in = || kept.layout.built_in(height).or_else(|| LayoutName::default().built_in(height));
    kept.views.clone().or(own).or_else(built_in).unwrap_or(Shape::Column(Vec::new()))
}

fn plant(shape: &Shape) -> Tree<String> {
    shape.tree(is_known)
}

/// A view more, below the others.
fn with(shape: Shape, key: &str) -> Shape {
    let mut parts = match shape {
        Shape::Column(parts) => parts,
        other => vec![Part { share: 1.0, is: other }],
    };
    // Lines of text need the height that they have; the others give way.
    let is_lines = |part: &Part| part.is == Shape::view("cost");
    let giving: f32 = parts.iter().filter(|part| !is_lines(part)).map(|part| part.share).sum();
    let share = if giving > 0.0 { giving * ADDED } else { 1.0 };
    parts.iter_mut().filter(|part| is_lines(part)).for_each(|part| part.share *= 1.0 + ADDED);
    parts.push(Part { share, is: Shape::view(key) });
    Shape::Column(parts)
}

/// Whether every view is high enough to be read in a window with so much height for them.
fn has_room(shape: &Shape, height: f32) -> bool {
    match shape {
        Shape::View(key) => height >= if key == "cost" { LOW.1 } else { LOW.0 },
        Shape::Row(parts) => parts.iter().all(|part| has_room(&part.is, height)),
        Shape::Tabs(_, parts) => parts.iter().all(|part| has_room(part, height)),
        Shape::Column(parts) => {
            let whole: f32 = parts.iter().map(|part| part.share).sum();
            parts.iter().all(|part| has_room(&part.is, height * part.share / whole.max(f32::MIN_POSITIVE)))
        }
    }
}

/// A view more, over the largest of the others; the map gives way last, since it says where everything is.
fn over_largest(mut shape: Shape, key: &str) -> Shape {
    let mut places = Vec::new();
    note_areas(&mut shape, 1.0, &mut places);
    let size = |(area, place): &(f32, &mut Shape)| match &**place {
        Shape::View(own) if own == "map" => 0.0,
        _ => *area,
    };
    let largest = places.into_iter().max_by(|one, other| size(one).total_cmp(&size(other)));
    match largest {
        Some((_, Shape::Tabs(active, parts))) => {
            *active = parts.len();
            parts.push(Shape::view(key));
        }
        Some((_, place)) => *place = Shape::Tabs(1, vec![place.clone(), Shape::view(key)]),
        None => return with(shape, key),
    }
    shape
}

/// A view more, as a tab behind the one of curves that it belongs to; where that is not there, the layout stays as it is.
fn behind(shape: Shape, key: &str) -> Shape {
    let beside = if key == "cache" { "latency" } else { "traffic" };
    let in_parts =
        |parts: Vec<Part>| parts.into_iter().map(|part| Part { share: part.share, is: behind(part.is, key) }).collect();
    match shape {
        Shape::View(own) if own == beside => Shape::Tabs(0, vec![Shape::View(own), Shape::view(key)]),
        Shape::Row(parts) => Shape::Row(in_parts(parts)),
        Shape::Column(parts) => Shape::Column(in_parts(parts)),
        other => other,
    }
}

/// The views, and what stands over each other in one place, with their share of the room.
fn note_areas<'a>(shape: &'a mut Shape, area: f32, places: &mut Vec<(f32, &'a mut Shape)>) {
    match shape {
        Shape::Row(parts) | Shape::Column(parts) => {
            let whole: f32 = parts.iter().map(|part| part.share).sum();
            for part in parts {
                note_areas(&mut part.is, area * part.share / whole.max(f32::MIN_POSITIVE), places);
            }
        }
        place => places.push((area, place)),
    }
}

/// A view less; nothing if it was the last.
fn without(shape: &Shape, key: &str) -> Option<Shape> {
    let parts_without = |parts: &[Part]| -> Vec<Part> {
        let part = |part: &Part| without(&part.is, key).map(|is| Part { share: part.share, is });
        parts.iter().filter_map(part).collect()
    };
    let left = match shape {
        Shape::View(own) => return (own != key).then(|| shape.clone()),
        Shape::Row(parts) => Shape::Row(parts_without(parts)),
        Shape::Column(parts) => Shape::Column(parts_without(parts)),
        Shape::Tabs(active, parts) => {
            let left: Vec<Shape> = parts.iter().filter_map(|part| without(part, key)).collect();
            Shape::Tabs((*active).min(left.len().saturating_sub(1)), left)
        }
    };
    let is_empty = match &left {
        Shape::View(_) => false,
        Shape::Row(parts) | Shape::Column(parts) => parts.is_empty(),
        Shape::Tabs(_, parts) => parts.is_empty(),
    };
    (!is_empty).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_stands_below_and_goes_again() {
        let explore = LayoutName::Explore.built_in(500.0).expect("it is built in");
        let more = with(explore.clone(), "runs");
        let Shape::Column(parts) = &more else { panic!("{more:?} is no column") };
        let added = parts.last().expect("parts");
        assert_eq!(added.is, Shape::view("runs"));
        let height = |shape: &Shape| {
            let Shape::Column(parts) = shape else { panic!("{shape:?} is no column") };
            let whole: f32 = parts.iter().map(|part| part.share).sum();
            let cost = parts.iter().find(|part| part.is == Shape::view("cost")).expect("cost");
            cost.share / whole
        };
        assert!(height(&more) > 0.95 * height(&explore), "three lines stay three lines");
        assert!(!format!("{:?}", without(&more, "runs")).contains("runs"));
        let row = with(Shape::view("map"), "cost");
        assert_eq!(row, Shape::column([(1.0, Shape::view("map")), (0.6, Shape::view("cost"))]));
    }

    #[test]
    fn where_a_view_below_would_leave_the_others_too_low_it_stands_over_the_largest() {
        let mut arranged = Arranged::default();
        for (height, tabs) in [(900.0, 0), (540.0, 1)] {
            arranged.renew();
            arranged.parts(&Kept::default(), height, Vec::new());
            arranged.show("tasks");
            let shape = format!("{:?}", arranged.shape().expect("a layout"));
            assert_eq!(shape.matches("Tabs").count(), tabs, "{height}: {shape}");
            assert!(arranged.shown().contains(&"tasks".to_owned()) && arranged.shown().contains(&"map".to_owned()));
        }
        arranged.show("cache");
        let shape = arranged.shape().expect("a layout");
        assert!(!format!("{shape:?}").contains("[View(\"map\")"), "the map stands alone: {shape:?}");
        assert_eq!(
            over_largest(Shape::view("map"), "cost"),
            Shape::Tabs(1, vec![Shape::view("map"), Shape::view("cost")])
        );
    }

    #[test]
    fn what_is_on_has_its_view_behind_the_curves_that_it_belongs_to() {
        let mut arranged = Arranged::default();
        let shown = |arranged: &mut Arranged, called_for: &[&'static str]| {
            arranged.parts(&Kept::default(), 540.0, called_for.to_vec());
            arranged.shown().join(" ")
        };
        assert_eq!(shown(&mut arranged, &[]), "map traffic latency cost");
        assert_eq!(shown(&mut arranged, &["autoscaler", "cache"]), "map traffic latency cost autoscaler cache");
        let shape = arranged.shape().expect("a layout");
        assert!(format!("{shape:?}").contains(r#"Tabs(0, [View("latency"), View("cache")])"#), "{shape:?}");
        assert_eq!(shown(&mut arranged, &["cache"]), "map traffic latency cost cache");
        arranged.close("cost");
        assert_eq!(shown(&mut arranged, &["autoscaler"]), "map traffic latency cache", "a layout of one's own stays");
    }

    #[test]
    fn the_last_view_leaves_nothing() {
        let nested = Shape::row([(1.0, Shape::Tabs(1, vec![Shape::view("map"), Shape::view("cost")]))]);
        let left = without(&nested, "cost").expect("the map");
        assert_eq!(left, Shape::row([(1.0, Shape::Tabs(0, vec![Shape::view("map")]))]));
        assert_eq!(without(&left, "map"), None);
    }

    #[test]
    fn every_built_in_layout_has_a_view_that_exists() {
        for name in LayoutName::ALL {
            let Some(shape) = name.built_in(500.0) else { continue };
            assert!(Shape::of(&plant(&shape)).is_some(), "{name:?}");
        }
    }
}
