//! What the window does before each frame, also while it is hidden: fetch the newest picture, do what was asked.

use std::path::Path;

use eframe::egui::{Context, ViewportCommand};

use super::app::App;
use super::bars::notice::{Kind, Notice};
use super::command::{Export, Overlay, UiCommand};
use super::export::Over;
use super::files::{Done, Unsaved};
use super::frame::{AWAITED, spent_secs};
use super::history::Turn;
use super::plots::look::is_hovered;
use super::session::Session;
use super::text;
use super::time_range::{HoverBy, TimeChange};
use super::tokens::Motion;
use crate::analysis::verdict::verdict;
use crate::base::os;
use crate::experiment::mirror::concern;
use crate::scenario::Command;

/// Results of work with files that are looked at before a frame: the rest waits for the next.
const DONE_PER_FRAME: usize = 8;

impl App {
    /// Does everything that is due.
    pub fn tick(&mut self, ctx: &Context) {
        self.install_once(ctx);
        self.keys(ctx);
        self.take_dropped(ctx);
        self.read_snapshot();
        for _ in 0..DONE_PER_FRAME {
            let Some(done) = self.files.next() else { break };
            self.file_done(done);
        }
        let wishes = std::mem::take(&mut *self.wishes.borrow_mut());
        for wish in wishes {
            self.run(ctx, wish);
        }
        let focused = ctx.input(|input| input.viewport().focused.unwrap_or(true));
        let delay = self.frames.delay(self.rate, focused);
        self.waker.set_delay(if self.session.is_awaited() { delay.min(AWAITED) } else { delay });
        if self.time.hover_by == HoverBy::Pointer && !is_hovered(ctx) {
            self.time.change(TimeChange::Hover(None));
        }
        self.keep_unsaved(ctx);
        self.keep_shell(ctx);
        self.name_window(ctx);
        self.quit_when_due(ctx);
        if self.session.is_moving() && self.tokens.motion == Motion::Plain {
            // Dots move between two pictures.
            ctx.request_repaint_after(delay);
        }
    }

    /// Takes note of what the frame before cost; `drawing_secs` is the time of the thread that draws.
    pub(crate) fn note_frame(&mut self, ctx: &Context, drawing_secs: Option<f32>) {
        let now = ctx.input(|input| input.time);
        if let Some(cost) = self.meter.cost(now, drawing_secs.map(f64::from), spent_secs) {
            self.frames.note(now, cost);
        }
    }

    /// Takes the newest picture and says what it means, once.
    pub(super) fn read_snapshot(&mut self) {
        let is_new = self.session.refresh();
        if let Some(snapshot) = self.session.snapshot() {
            self.time.set_live(snapshot.at.secs());
            let is_first = self.verdict.is_none();
            if is_new || is_first {
                self.verdict = Some(verdict(snapshot));
            }
            if is_first && let Some(words) = concern(&snapshot.scenario, self.files.host(), os::unix_secs()) {
                self.say(words);
            }
        }
    }

    pub(super) fn run(&mut self, ctx: &Context, wish: UiCommand) {
        if wish.opens() && self.session.is_dirty() {
            self.ask_first(wish);
        } else {
            self.carry_out(ctx, wish);
        }
    }

    /// Another scenario takes the place of changes that no file holds: a person decides.
    fn ask_first(&mut self, wish: UiCommand) {
        let anyway = UiCommand::Anyway(Box::new(wish));
        let save = UiCommand::Toggle(Overlay::Save);
        self.overlay = None;
        self.notice = Some(Notice {
            kind: Kind::Info,
            words: text::would_lose(self.session.unsaved()),
            actions: vec![(text::SAVE, save), (text::OPEN_ANYWAY, anyway), (text::CANCEL, UiCommand::DismissNotice)],
        });
    }

    fn carry_out(&mut self, ctx: &Context, wish: UiCommand) {
        match wish {
            UiCommand::Turn(commands) => self.turn(commands, Turn::New),
            UiCommand::TurnFurther(commands) => self.turn(commands, Turn::Further),
            UiCommand::Undo => self.session.undo(),
            UiCommand::Redo => self.session.redo(),
            UiCommand::TogglePause => self.session.toggle_pause(),
            UiCommand::SetPace(pace) => self.session.set_pace(pace),
            UiCommand::SetMode(mode) => {
                self.session.restart(mode, &self.waker);
                // What is said of a run is looked at anew.
                self.verdict = None;
                self.read_snapshot();
            }
            UiCommand::Restart => self.restart(),
            UiCommand::Time(change) => self.time.change(change),
            UiCommand::Fork(at) => {
                let forked = self.session.fork(at, &self.waker).map_err(|why| text::cannot_fork(&why));
                self.stands_beside(forked);
            }
            UiCommand::LayBeside(twin) => {
                let laid = self.session.lay_strategy_beside(twin.as_deref(), self.files.host(), &self.waker);
                self.stands_beside(laid);
            }
            UiCommand::EndFork => self.session.end_fork(),
            UiCommand::CompareFutures => {
                let begun = self.session.compare_futures();
                self.stands_beside(begun);
            }
            UiCommand::Focus(worker) => self.focus = worker,
            UiCommand::SetTheme(theme) => self.set_theme(ctx, theme),
            UiCommand::SetRate(rate) => self.set_rate(rate),
            UiCommand::Shell(wish) => self.run_shell(ctx, wish),
            UiCommand::Toggle(overlay) => self.toggle(overlay),
            UiCommand::CloseOverlay => self.overlay = None,
            UiCommand::Open(path) => self.files.open(path),
            UiCommand::OpenDropped(path) => self.files.open_dropped(path),
            UiCommand::Anyway(wish) => {
                self.notice = None;
                self.carry_out(ctx, *wish);
            }
            UiCommand::OpenBuiltIn { name, twin } => self.files.open_built_in(name, twin),
            UiCommand::OpenKept { store, run } => self.files.open_kept(store, run),
            UiCommand::KeepRun(store) => self.keep_run(store),
            UiCommand::Save(path, over) => self.files.save(self.unsaved(), path, over),
            UiCommand::Browse(purpose) => {
                let start = match purpose {
                    Overlay::Export => self.overlays.path().to_owned(),
                    _ => self.suggested_path(purpose),
                };
                self.files.browse(purpose, &start, ctx.input(|input| input.time));
            }
            UiCommand::Export(wish) => self.export(ctx, wish),
            UiCommand::Restore => {
                self.notice = None;
                if let Some(path) = self.autosave.offered() {
                    self.files.restore(path);
                }
            }
            UiCommand::Discard => {
                self.notice = None;
                self.autosave.discard();
            }
            UiCommand::DismissNotice => self.notice = None,
            UiCommand::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    /// Turns what was asked for in a frame when all of it is drawn, not before the next: the engine does it while this one is
    /// painted, so that the next shows it.
    pub(super) fn turn_at_once(&mut self) {
        let is_turn = |wish: &mut UiCommand| matches!(wish, UiCommand::Turn(_) | UiCommand::TurnFurther(_));
        let turns: Vec<_> = self.wishes.borrow_mut().extract_if(.., is_turn).collect();
        self.is_turning = !turns.is_empty();
        for wish in turns {
            match wish {
                UiCommand::Turn(commands) => self.turn(commands, Turn::New),
                UiCommand::TurnFurther(commands) => self.turn(commands, Turn::Further),
                _ => {}
            }
        }
    }

    /// Says why nothing came of it, or shows what now stands beside the run.
    fn stands_beside(&mut self, done: Result<(), String>) {
        done.err().into_iter().for_each(|why| self.say(why));
        self.read_snapshot();
    }

    /// Runs the scenario again, and says what is no part of that.
    fn restart(&mut self) {
        let lost = self.session.unsaved();
        self.session.restart(self.session.opened().scenario.mode, &self.waker);
        if lost > 0 {
            self.say(text::restarted_without(lost));
        }
    }

    fn turn(&mut self, commands: Vec<Command>, turn: Turn) {
        if let Err(why) = self.session.turn(commands, turn, self.files.host()) {
            self.say(text::refused(&why));
        }
    }

    pub(super) fn toggle(&mut self, overlay: Overlay) {
        self.overlay = (self.overlay != Some(overlay)).then_some(overlay);
        self.overlays.clear_palette();
        if matches!(self.overlay, Some(Overlay::Open | Overlay::Save)) {
            self.overlays.set_path(self.suggested_path(overlay));
        }
    }

    /// Where a file could go: beside the one that is open, never over it.
    fn suggested_path(&self, purpose: Overlay) -> String {
        let path = self.session.opened().path.clone();
        match (purpose, path) {
            (Overlay::Save, Some(path)) => {
                let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
                free_beside(&path, &stem)
            }
            (Overlay::Save, None) => free_beside(Path::new(text::SCENARIO), text::SCENARIO),
            (_, Some(path)) => path.display().to_string(),
            (_, None) => String::new(),
        }
    }

    pub(super) fn unsaved(&self) -> Unsaved {
        let opened = self.session.opened();
        Unsaved {
            source: opened.source.clone(),
            scenario: std::sync::Arc::clone(&opened.scenario),
            timeline: self.session.timeline(),
        }
    }

    fn file_done(&mut self, done: Done) {
        match done {
            Done::Opened(opened) => {
                self.overlay = None;
                self.start(opened);
            }
            Done::OpenedFrom(path, opened) => {
                self.kept.note_recent(&path);
                self.overlay = None;
                self.start(opened);
            }
            Done::Restored(opened) => {
                self.autosave.set_restored();
                self.start(opened);
                self.say(text::RESTORED.to_owned());
            }
            Done::Saved(path) => {
                self.overlay = None;
                self.say(text::saved(&path.display().to_string()));
                self.kept.note_recent(&path);
                self.session.set_saved(path);
                self.autosave.set_saved();
            }
            Done::Picked(purpose, path) => {
                let wish = match purpose {
                    Overlay::Save => UiCommand::Save(path, Over::Agreed),
                    Overlay::Export => UiCommand::Export(Export::Write(path, Over::Agreed)),
                    _ => UiCommand::Open(path),
                };
                self.wishes.borrow_mut().push(wish);
            }
            done @ (Done::Captured { .. } | Done::Exported(_)) => self.export_done(done),
            Done::Kept(id) => {
                self.runs_kept += 1;
                self.say(text::kept_as(&id));
            }
            Done::Dismissed => {}
            Done::Failed(what) => {
                self.notice = Some(Notice {
                    kind: Kind::Failure,
                    words: what,
                    actions: vec![(text::CLOSE, UiCommand::DismissNotice)],
                });
            }
        }
    }

    fn start(&mut self, opened: super::session::Opened) {
        self.session.stop();
        self.session = Session::start(opened, self.session.pace(), &self.waker);
        (self.verdict, self.time, self.focus) = (None, super::time_range::TimeRange::default(), None);
        self.read_snapshot();
    }

    pub(super) fn say(&mut self, words: String) {
        self.notice = Some(Notice { kind: Kind::Info, words, actions: vec![(text::CLOSE, UiCommand::DismissNotice)] });
    }

    /// Offers the unsaved changes of before, if there are any.
    pub(super) fn offer_restore(&mut self) {
        if self.autosave.offered().is_some() {
            self.notice = Some(Notice {
                kind: Kind::Info,
                words: text::RESTORE_OFFER.to_owned(),
                actions: vec![(text::RESTORE, UiCommand::Restore), (text::DISCARD, UiCommand::Discard)],
            });
        }
    }

    fn keep_unsaved(&mut self, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        if let Some(path) = self.autosave.due(now, self.session.unsaved()) {
            self.files.autosave(self.unsaved(), path);
        }
    }

    /// Calls the window by what is open, where that changed.
    fn name_window(&mut self, ctx: &Context) {
        let title = text::window_title(&self.session.opened().scenario.title, self.session.unsaved());
        if self.named.as_ref() != Some(&title) {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.named = Some(title);
        }
    }

    fn quit_when_due(&mut self, ctx: &Context) {
        let Some(at) = self.quit_at else { return };
        let left = at - ctx.input(|input| input.time);
        if left <= 0.0 {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        } else {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(left));
        }
    }
}

/// A name for what was changed, beside a file, that no file has yet.
fn free_beside(path: &Path, stem: &str) -> String {
    let names = (1..=NAMES_TRIED).map(|number| path.with_file_name(text::saved_name(stem, number)));
    let free = names.clone().find(|name| !name.exists()).or_else(|| names.clone().next());
    free.map_or_else(String::new, |name| name.display().to_string())
}

/// Names that are tried before a person has to think of one.
const NAMES_TRIED: u32 = 100;
