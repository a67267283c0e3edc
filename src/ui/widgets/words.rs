//! Text in the four voices of the window: strong, plain, soft and small.

use eframe::egui::{Color32, FontId, RichText};

use crate::ui::ctx::Ctx;
use crate::ui::tokens::strong;

/// A heading, or the name of a thing.
pub(crate) fn heading(ctx: &Ctx<'_>, text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(ctx.size.heading, strong())).color(ctx.palette.text)
}

/// A number that is meant to be read from afar.
pub(crate) fn figure(ctx: &Ctx<'_>, text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(ctx.size.figure, strong())).color(ctx.palette.text)
}

/// A number or word that stands out in a line.
pub(crate) fn value(ctx: &Ctx<'_>, text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(ctx.size.small + 0.5, strong())).color(ctx.palette.text)
}

/// An explanation.
pub(crate) fn soft(ctx: &Ctx<'_>, text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::proportional(ctx.size.small)).color(ctx.palette.soft)
}

/// The same in another colour.
pub(crate) fn tinted(ctx: &Ctx<'_>, text: impl Into<String>, colour: impl Into<Color32>) -> RichText {
    RichText::new(text).font(FontId::proportional(ctx.size.small)).color(colour)
}
