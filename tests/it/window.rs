//! The window: every control does what it says, and what is shown can also be read without seeing it.

mod controls;
mod drawn;
mod files;
mod footprint;
mod journey;
mod looking;
mod pictures;
mod plots;
mod real;
mod shell;
mod typing;
mod views;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use scalelab::engine::handle::Request;
use scalelab::metrics::snapshot::Snapshot;
use scalelab::scenario::Command;
use scalelab::ui::{App, Parts, Session, ThemeChoice, Tokens, Waker};

use crate::fixture;

/// The window on a picture made by hand.
struct Window {
    harness: Harness<'static, App>,
}

/// Frames after which what was asked for is done and drawn: one to ask, one to do it, one to be sure.
const FRAMES: usize = 4;

impl Window {
    fn on(snapshot: Snapshot) -> Self {
        Self::with(snapshot, None)
    }

    fn with(snapshot: Snapshot, autosave: Option<std::path::PathBuf>) -> Self {
        Self::made(snapshot, autosave, None)
    }

    /// One whose layout and options survive in this file.
    fn kept(window_file: &std::path::Path) -> Self {
        Self::made(fixture::calm(), None, Some(window_file.to_owned()))
    }

    fn made(snapshot: Snapshot, autosave: Option<std::path::PathBuf>, window_file: Option<std::path::PathBuf>) -> Self {
        let tokens = Tokens::built_in().expect("assets/theme.ron");
        let installed = tokens.clone();
        let ctx = eframe::egui::Context::default();
        let parts = Parts {
            session: Session::fixed(snapshot, fixture::TEXT),
            waker: Waker::new(&ctx),
            host: fixture::host(),
            autosave,
            window_file,
            theme: ThemeChoice::System,
            tokens,
            quit_after: None,
        };
        let app = App::new(&ctx, parts);
        let builder = Harness::builder().with_size(eframe::egui::vec2(1280.0, 720.0));
        let harness = builder.with_context_setup(move |ctx| installed.install(ctx)).build_ui_state(
            |ui, app: &mut App| {
                app.tick(&ui.ctx().clone());
                app.show(ui);
            },
            app,
        );
        let mut window = Self { harness };
        window.frames();
        window
    }

    /// Shows one view alone.
    fn show_only(&mut self, view: &str) {
        self.harness.state_mut().show_only(view);
        self.frames();
    }

    fn frames(&mut self) {
        self.harness.run_steps(FRAMES);
    }

    fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.frames();
    }

    fn click_button(&mut self, label: &str) {
        self.harness.get_by_role_and_label(eframe::egui::accesskit::Role::Button, label).click();
        self.frames();
    }

    /// Picks an entry of a list that opens.
    fn pick(&mut self, list: &str, entry: &str) {
        self.harness.get_by_role_and_label(eframe::egui::accesskit::Role::ComboBox, list).click();
        self.frames();
        self.click_button(entry);
    }

    fn slide(&mut self, label: &str, value: f64) {
        self.harness.get_by_role_and_label(eframe::egui::accesskit::Role::Slider, label).set_value_accesskit(value);
        self.frames();
    }

    fn has(&self, label: &str) -> bool {
        self.harness.query_all_by_label(label).next().is_some()
    }

    fn has_part(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).next().is_some()
    }

    /// What the engine was asked since the last call.
    fn sent(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.harness.state_mut().session().fixed_run().expect("a picture").sent)
    }

    /// The commands among it; it must be nothing else.
    fn turned(&mut self) -> Vec<Command> {
        let command = |request| match request {
            Request::Command(command) => command,
            other => panic!("{other:?} is no command"),
        };
        self.sent().into_iter().map(command).collect()
    }

    /// Replaces the picture.
    fn show(&mut self, snapshot: Snapshot) {
        self.harness.state_mut().session().fixed_run().expect("a picture").snapshot = snapshot.into();
        self.frames();
    }
}
