//! View: how is a run seen and steered?
//!
//! The window sees the newest snapshot, collects wishes while it draws, and carries them out before the next frame. It owns
//! nothing but what is open and what is looked at.
//!
//! Invariants: it never blocks; what it derives from a snapshot it derives once; a part that draws changes nothing but its
//! own view state; every colour and size is a token, every sentence stands in `text` (those of the knobs in their
//! catalogue).
//!
//! ```text
//!  engine --Snapshot--> session --> logic (tick) --> Ctx --> bars, knobs, views
//!                          ^                                   |
//!                          +-------- wishes (UiCommand) <------+
//! ```

mod actions;
mod app;
mod autosave;
mod bars;
mod command;
mod contrast;
mod ctx;
mod export;
mod files;
mod frame;
mod history;
mod keep;
mod knobs;
mod launch;
mod logic;
mod map;
mod measure;
mod one_machine;
mod overlays;
mod panels;
mod plots;
mod session;
mod shell;
mod standing;
mod steer;
mod stream;
mod text;
mod time_range;
mod tokens;
mod twin;
mod waker;
mod widgets;

pub use app::{App, Parts};
pub use command::{Export, Overlay, UiCommand};
pub use export::{Form, Over};
pub use frame::Rate;
pub use history::{History, Turn};
pub use launch::{RendererChoice, StopSignal, ThemeChoice, WindowArgs, WindowError, run};
pub use measure::Measured;
pub use panels::views;
pub use plots::Wanted;
pub use session::{Beginning, Fixed, Opened, Run, Session};
pub use shell::{LayoutName, ShellWish, Switch};
pub use standing::Standing;
pub use time_range::{Follow, HoverBy, TimeChange, TimeRange};
pub use tokens::{Palette, Rgb, Sizes, Tokens};
pub use waker::Waker;
