//! The shell: how do the views stand in the window, how does it look, and what of that survives?
//!
//! What is kept is plain data ([`kept`]), written beside the window ([`keeper`]); what is drawn is a tree of tiles
//! ([`arranged`]), which is made from a [`shape`] and read back into one. Neither knows what a view shows.

pub(crate) mod arranged;
pub(crate) mod drop;
pub(crate) mod keeper;
pub(crate) mod kept;
pub(crate) mod layouts;
pub(crate) mod shape;
pub(crate) mod tiles;
pub(crate) mod wish;

pub use layouts::LayoutName;
pub use wish::{ShellWish, Switch};

use eframe::egui::{Context, ThemePreference};

use self::kept::{Kept, ThemeName};
use super::tokens::{Contrast, Motion, Tokens};

/// What parts of the window are told about it.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// What survives: layout, theme, switches, recent files.
    pub(crate) kept: &'a Kept,
    /// Views that are shown.
    pub(crate) views: &'a [String],
    /// The view that has all the room, if one has.
    pub(crate) filled: Option<&'a str>,
    /// Whether the layout was changed since it was picked.
    pub(crate) is_changed: bool,
}

/// Makes the window look as it is kept.
pub(crate) fn install(ctx: &Context, kept: &Kept, tokens: &mut Tokens) {
    let switches = kept.switches;
    tokens.contrast = if switches.high_contrast { Contrast::High } else { Contrast::Plain };
    tokens.motion = if switches.reduced_motion { Motion::Reduced } else { Motion::Plain };
    tokens.set_presenting(switches.presenter);
    tokens.restyle(ctx);
    ctx.set_zoom_factor(tokens.zoom());
}

impl From<ThemeName> for ThemePreference {
    fn from(name: ThemeName) -> Self {
        match name {
            ThemeName::System => Self::System,
            ThemeName::Dark => Self::Dark,
            ThemeName::Light => Self::Light,
        }
    }
}

impl From<ThemePreference> for ThemeName {
    fn from(theme: ThemePreference) -> Self {
        match theme {
            ThemePreference::System => Self::System,
            ThemePreference::Dark => Self::Dark,
            ThemePreference::Light => Self::Light,
        }
    }
}
