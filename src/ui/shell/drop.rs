//! What is dropped onto the window is opened.

use std::path::PathBuf;

use eframe::egui::{Align2, Context, FontId, Id, LayerId, Order, StrokeKind};

use crate::ui::text;
use crate::ui::tokens::{Palette, Sizes, strong};

/// What came of a drop.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Dropped {
    /// This is to be opened.
    Path(PathBuf),
    /// Nothing is: why.
    Refused(String),
}

/// What was dropped in this frame.
pub(crate) fn dropped(ctx: &Context) -> Option<Dropped> {
    let files = ctx.input(|input| input.raw.dropped_files.clone());
    match files.as_slice() {
        [] => None,
        [one] => Some(Dropped::Path(one.path().to_owned())),
        several => Some(Dropped::Refused(text::dropped_several(several.len()))),
    }
}

/// Says over everything what letting go would do, while something is held over the window.
pub(crate) fn ui(ctx: &Context, palette: &Palette, size: &Sizes) {
    let held = ctx.input(|input| input.raw.hovered_files.len());
    if held == 0 {
        return;
    }
    let rect = ctx.content_rect();
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::unique("drop")));
    painter.rect_filled(rect, 0.0, palette.canvas.0.gamma_multiply(0.86));
    let frame = rect.shrink(size.pad);
    painter.rect_stroke(frame, size.radius, (2.0, palette.accent.0), StrokeKind::Inside);
    let words = if held == 1 { text::DROP_HERE.to_owned() } else { text::dropped_several(held) };
    painter.text(rect.center(), Align2::CENTER_CENTER, words, FontId::new(size.title, strong()), palette.text.0);
}
