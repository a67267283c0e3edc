//! What a person asks of the shell.

use super::layouts::LayoutName;
use crate::ui::command::UiCommand;

/// One wish.
#[derive(Clone, Debug, PartialEq)]
pub enum ShellWish {
    /// Arrange the views like this.
    Layout(LayoutName),
    /// Keep the views as they stand as a person's own layout.
    KeepLayout,
    /// Show this view.
    ShowView(String),
    /// Show it no longer.
    CloseView(String),
    /// Give this view all the room, or take it back.
    Fill(Option<String>),
    /// Turn this on or off.
    Turn(Switch),
    /// Show what is said about this knob.
    ExplainKnob(&'static str),
    /// Forget which files were opened.
    ForgetRecent,
    /// Hide what was said about the shell.
    DismissNotice,
    /// Close the palette and do what was picked in it.
    Picked(Box<UiCommand>),
}

/// What can be turned on and off about the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Large type, thick lines, little around the views.
    Presenter,
    /// Nothing moves but what is measured.
    ReducedMotion,
    /// Stronger colours.
    HighContrast,
    /// Drawn twice a second.
    Quiet,
}

impl Switch {
    /// Every switch.
    pub const ALL: [Self; 4] = [Self::Presenter, Self::ReducedMotion, Self::HighContrast, Self::Quiet];
}
