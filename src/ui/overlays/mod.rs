//! What can lie over the window: one thing at a time, closed by Escape.

mod all_knobs;
mod files;
mod help;
mod palette;
mod recent;
mod resilience;
mod shelf;
mod table;

use eframe::egui::{Button, Context, Frame, Id, Layout, Margin, Modal, Ui};

use super::actions::Action;
use super::command::{Overlay, UiCommand};
use super::files::Waiting;
use super::frame::Rate;
use super::standing::Standing;
use super::text;
use super::tokens::{Palette, Sizes};
use crate::base::PoolId;
use crate::interop::figure::Figure;
use crate::scenario::{Host, Scenario};

/// Space around what lies over the window.
const MARGIN: i8 = 18;

/// What the overlays remember while they are open.
#[derive(Debug, Default)]
pub(crate) struct Overlays {
    query: String,
    path: String,
    shelf: shelf::Shelf,
    palette: palette::Palette,
    table: Option<table::Table>,
}

/// What an overlay is handed: it must also work where there is no run.
pub(crate) struct Scene<'a> {
    /// Colours.
    pub(crate) palette: &'a Palette,
    /// Sizes.
    pub(crate) size: &'a Sizes,
    /// Whether the system's file dialog is open.
    pub(crate) waiting: Waiting,
    /// How often the window is drawn.
    pub(crate) rate: Rate,
    /// Everything that can be done; empty where nothing shows it.
    pub(crate) actions: &'a [Action],
    /// Files that were opened or saved lately, the newest first.
    pub(crate) recent: &'a [String],
    /// This computer, as scenarios refer to it.
    pub(crate) host: &'a Host,
    /// What runs, if anything does.
    pub(crate) run: Option<Running<'a>>,
}

/// What overlays know of the run.
pub(crate) struct Running<'a> {
    /// What is run.
    pub(crate) scenario: &'a Scenario,
    /// The pool whose knobs are in the column.
    pub(crate) pool: PoolId,
    /// What the knobs stand at.
    pub(crate) standing: &'a Standing,
}

impl Overlays {
    /// Fills the path field of a file dialog.
    pub(crate) fn set_path(&mut self, path: String) {
        self.path = path;
    }

    /// Looks for a knob.
    pub(crate) fn look_for_knob(&mut self, name: &str) {
        name.clone_into(&mut self.query);
    }

    /// Begins anew what is typed into the palette.
    pub(crate) fn clear_palette(&mut self) {
        self.palette = palette::Palette::default();
    }

    /// What stands in the path field.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The numbers that the table shows.
    pub(crate) fn set_table(&mut self, figure: &Figure) {
        self.table = Some(table::Table::of(figure));
    }

    /// Draws what is open; returns what a person wants.
    pub(crate) fn ui(&mut self, ctx: &Context, scene: &Scene<'_>, open: Overlay) -> Option<UiCommand> {
        let mut wish = None;
        let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(MARGIN));
        let modal = Modal::new(Id::unique(("overlay", open as u8))).frame(frame).show(ctx, |ui| match open {
            Overlay::AllKnobs => wish = all_knobs::ui(ui, scene, &mut self.query),
            Overlay::Help => wish = help::ui(ui, scene),
            Overlay::Palette => wish = self.palette.ui(ui, scene),
            Overlay::Table => table::ui(ui, scene, self.table.as_ref()),
            Overlay::Save | Overlay::Export => wish = files::ui(ui, scene, open, &mut self.path),
            Overlay::Open => {
                wish = files::ui(ui, scene, open, &mut self.path);
                wish = recent::ui(ui, scene).or(wish.take());
                wish = self.shelf.ui(ui, scene).or(wish.take());
            }
        });
        if modal.should_close() {
            wish = wish.or(Some(UiCommand::CloseOverlay));
        }
        wish
    }
}

/// The first line of an overlay: its title, and the way out.
fn title_ui(ui: &mut Ui, title: &str) {
    ui.horizontal(|ui| {
        ui.heading(title);
        ui.with_layout(Layout::right_to_left(eframe::egui::Align::Center), |ui| {
            if ui.add(Button::new(text::CLOSE)).clicked() {
                ui.close();
            }
        });
    });
    ui.add_space(6.0);
}
