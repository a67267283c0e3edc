//! The window: its parts, and how they stand. What it does each frame before drawing is in `logic`.

use std::cell::RefCell;
use std::path::PathBuf;

use eframe::egui::{Align, CentralPanel, Context, Frame, Layout, Margin, Panel, Ui};

use super::bars::notice::{Kind, Notice};
use super::bars::{answer, events, top, verdict as verdict_bar};
use super::command::{Export, Overlay, UiCommand};
use super::ctx::{Chrome, Ctx};
use super::files::Files;
use super::frame::{Frames, Meter, Rate};
use super::knobs::Knobs;
use super::launch::ThemeChoice;
use super::one_machine::OneMachine;
use super::overlays::{Overlays, Running, Scene};
use super::panels::{KINDS, runs_of};
use super::plots::export::Exports;
use super::session::Session;
use super::shell::arranged::Arranged;
use super::shell::keeper::Keeper;
use super::shell::kept::Kept;
use super::shell::tiles::{self, Views};
use super::shell::{Shown, drop};
use super::standing::Standing;
use super::text;
use super::time_range::TimeRange;
use super::tokens::{Palette, Sizes, Tokens};
use super::waker::Waker;
use crate::analysis::verdict::Verdict;
use crate::base::WorkerId;
use crate::scenario::Host;

/// The window.
pub struct App {
    pub(super) session: Session,
    pub(super) verdict: Option<Verdict>,
    pub(super) time: TimeRange,
    /// The machine that was picked, if one was.
    pub(super) focus: Option<WorkerId>,
    /// What is told of it.
    pub(super) one: Option<OneMachine>,
    /// Runs that were kept from this window.
    pub(super) runs_kept: u64,
    pub(super) overlay: Option<Overlay>,
    pub(super) overlays: Overlays,
    pub(super) notice: Option<Notice>,
    /// What is to be written once it is known where to.
    pub(super) exporting: Option<super::export::Content>,
    /// What is asked of which view when it is drawn next.
    pub(super) asked: Option<(&'static str, super::plots::Wanted)>,
    pub(super) files: Files,
    pub(super) waker: Waker,
    pub(super) wishes: RefCell<Vec<UiCommand>>,
    pub(super) autosave: super::autosave::Autosave,
    /// What the system was told that the window is called.
    pub(super) named: Option<String>,
    /// When the window closes by itself, in seconds of the window.
    pub(super) quit_at: Option<f64>,
    pub(super) frames: Frames,
    pub(super) meter: Meter,
    pub(super) rate: Rate,
    pub(super) tokens: Tokens,
    /// What of the window survives, and who writes it.
    pub(super) kept: Kept,
    pub(super) keeper: Keeper,
    /// The theme that was asked for, until the window has it.
    pub(super) theme_asked: Option<ThemeChoice>,
    /// What there is to say about that.
    pub(super) shell_words: Option<String>,
    pub(super) arranged: Arranged,
    /// Whether a knob was turned in the newest frame.
    pub(super) is_turning: bool,
    pub(super) knobs: Knobs,
    views: Views,
}

/// What a window is made with.
pub struct Parts {
    /// What is open.
    pub session: Session,
    /// Wakes it.
    pub waker: Waker,
    /// The computer it stands on.
    pub host: Host,
    /// Where unsaved changes are kept; nowhere if `None`.
    pub autosave: Option<PathBuf>,
    /// Where layout, theme, options and recent files are kept; nowhere if `None`.
    pub window_file: Option<PathBuf>,
    /// The theme that was asked for; that of the last time if that is the system's.
    pub theme: ThemeChoice,
    /// Colours and sizes.
    pub tokens: Tokens,
    /// After how many seconds it closes by itself.
    pub quit_after: Option<f64>,
}

impl App {
    /// Makes the window.
    pub fn new(ctx: &Context, parts: Parts) -> Self {
        parts.tokens.install(ctx);
        let (keeper, mut kept, shell_words) = Keeper::open(parts.window_file);
        if let Some(path) = &parts.session.opened().path {
            kept.note_recent(path);
        }
        let rate = if kept.switches.quiet { Rate::Quiet } else { Rate::Smooth };
        let views = KINDS.iter().map(|kind| (kind.key, (kind.make)()));
        let mut app = Self {
            session: parts.session,
            verdict: None,
            time: TimeRange::default(),
            focus: None,
            runs_kept: 0,
            one: None,
            overlay: None,
            overlays: Overlays::default(),
            notice: None,
            exporting: None,
            asked: None,
            files: Files::new(ctx, parts.host),
            waker: parts.waker,
            wishes: RefCell::default(),
            autosave: super::autosave::Autosave::new(parts.autosave),
            named: None,
            quit_at: parts.quit_after,
            frames: Frames::default(),
            meter: Meter::default(),
            rate,
            tokens: parts.tokens,
            kept,
            theme_asked: Some(parts.theme),
            keeper,
            shell_words,
            arranged: Arranged::default(),
            is_turning: false,
            knobs: Knobs::default(),
            views: views.collect(),
        };
        app.offer_restore();
        app.read_snapshot();
        app
    }

    /// What is open.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The stretch of time that is looked at.
    pub fn time(&self) -> &TimeRange {
        &self.time
    }

    /// What lies over the window.
    pub fn overlay(&self) -> Option<Overlay> {
        self.overlay
    }

    /// Whether it is about to close by itself.
    pub(crate) fn is_closing(&self, ctx: &Context) -> bool {
        self.quit_at.is_some_and(|at| ctx.input(|input| input.time) >= at)
    }

    /// Whether a knob was turned in the frame that was just drawn.
    pub(crate) fn is_turning(&self) -> bool {
        self.is_turning
    }

    /// Looks at the runs of this store, instead of at those of the one that all commands use.
    pub fn look_at_runs(&mut self, store: PathBuf) {
        let (key, view) = runs_of(store);
        self.views.insert(key, view);
    }

    /// Gives all the room to the view of this kind; an unknown kind leaves everything as it is.
    pub fn show_only(&mut self, key: &str) {
        if self.views.contains_key(key) {
            self.arranged.fill(Some(key.to_owned()));
        }
    }

    /// Draws everything.
    pub fn show(&mut self, ui: &mut Ui) {
        let palette = self.tokens.palette(ui.theme());
        let size = self.tokens.size;
        let standing = self.session.standing();
        ui.painter().rect_filled(ui.max_rect(), 0.0, palette.canvas);
        drop::ui(ui.ctx(), &palette, &size);
        self.notices_ui(ui, bar(&size, 6, 0));
        self.overlay_ui(ui.ctx(), &palette, &standing);
        let shown = self.arranged.shown();
        let filled = self.arranged.filled().map(str::to_owned);
        let shell =
            Shown { kept: &self.kept, views: &shown, filled: filled.as_deref(), is_changed: self.kept.views.is_some() };
        let exports = Exports::of(self.asked.take());
        let Self { session, verdict, time, focus, runs_kept, one, wishes, knobs, views, arranged, frames, .. } = self;
        let (Some(snapshot), Some(verdict)) = (session.snapshot(), verdict.as_ref()) else {
            nothing_ui(ui, wishes);
            return;
        };
        OneMachine::keep(one, *focus, snapshot);
        let ctx = Ctx {
            snapshot,
            before: session.series_before(),
            watch_before: session.watch_before(),
            twins: session.twins(),
            comparison: session.comparison(),
            focus: *focus,
            one: one.as_ref(),
            verdict,
            standing: &standing,
            time,
            palette: &palette,
            size: &size,
            contrast: self.tokens.contrast,
            motion: self.tokens.motion,
            shell,
            chrome: Chrome { runs_kept: *runs_kept, ..chrome(session, frames) },
            exports: &exports,
            wishes,
        };
        around_ui(ui, &ctx, knobs);
        let edge = size.gap as i8;
        CentralPanel::default().frame(bar(&size, edge, edge)).show(ui, |ui| tiles::ui(ui, &ctx, arranged, views));
        if exports.is_left() {
            ctx.ask(UiCommand::Export(Export::NoNumbers));
        }
        if !wishes.borrow().is_empty() {
            // What was asked for is done before the next frame, so there must be one.
            ui.ctx().request_repaint();
        }
        self.turn_at_once();
    }

    /// Draws what lies over the window.
    fn overlay_ui(&mut self, ctx: &Context, palette: &Palette, standing: &Standing) {
        let Some(open) = self.overlay else { return };
        let actions = if matches!(open, Overlay::Palette | Overlay::Help) { self.actions(ctx) } else { Vec::new() };
        let run = self.session.snapshot().map(|snapshot| Running {
            scenario: &snapshot.scenario,
            pool: self.knobs.pool(snapshot.scenario.pools.len()),
            standing,
        });
        let scene = Scene {
            palette,
            size: &self.tokens.size,
            waiting: self.files.waiting(ctx.input(|input| input.time)),
            rate: self.rate,
            actions: &actions,
            recent: &self.kept.recent,
            host: self.files.host(),
            run,
        };
        if let Some(wish) = self.overlays.ui(ctx, &scene, open) {
            self.wishes.borrow_mut().push(wish);
        }
    }

    /// Says what broke, and what else there is to say.
    fn notices_ui(&mut self, ui: &mut Ui, frame: Frame) {
        let palette = self.tokens.palette(ui.theme());
        let failure = self.session.failure().map(|what| Notice {
            kind: Kind::Failure,
            words: text::engine_failed(what),
            actions: vec![(text::RESTART, UiCommand::Restart)],
        });
        let shell = self.shell_notice();
        let notices = [("failure", failure.as_ref()), ("shell", shell.as_ref()), ("notice", self.notice.as_ref())];
        for (id, notice) in notices {
            let Some(notice) = notice else { continue };
            let panel = Panel::bottom(id).frame(frame).show_separator_line(false);
            let wish = panel.show(ui, |ui| notice.ui(ui, &palette, &self.tokens.size)).inner;
            self.wishes.borrow_mut().extend(wish);
        }
    }
}

/// A frame as wide as the window, with so much room above and below.
fn bar(size: &Sizes, top: i8, bottom: i8) -> Frame {
    let edge = size.gap as i8;
    Frame::new().inner_margin(Margin { left: edge, right: edge, top, bottom })
}

/// Draws what stands around the views: less of it for a room, and hardly anything around a view that has all the room.
fn around_ui(ui: &mut Ui, ctx: &Ctx<'_>, knobs: &mut Knobs) {
    let (size, edge) = (ctx.size, ctx.size.gap as i8);
    let is_filled = ctx.shell.filled.is_some();
    Panel::top("top")
        .frame(bar(size, edge, 0))
        .show_separator_line(false)
        .exact_size(40.0)
        .show(ui, |ui| top::ui(ui, ctx));
    let line = Panel::top("verdict").frame(bar(size, 4, 0)).show_separator_line(false);
    line.show(ui, |ui| verdict_bar::ui(ui, ctx));
    if !is_filled && !ctx.shell.kept.switches.presenter {
        let status = Panel::bottom("answer").frame(bar(size, 3, 5)).show_separator_line(false).exact_size(28.0);
        status.show(ui, |ui| answer::ui(ui, ctx));
        let strip = Panel::bottom("events").frame(bar(size, 0, 0)).show_separator_line(false);
        strip.show(ui, |ui| events::ui(ui, ctx));
    }
    if is_filled {
        return;
    }
    let column = Panel::left("knobs")
        .frame(Frame::new().inner_margin(Margin { left: edge, right: 0, top: edge, bottom: edge }))
        .show_separator_line(false)
        .resizable(false);
    column.exact_size(size.knobs_width).show(ui, |ui| {
        super::widgets::card::card(ctx).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            knobs.ui(ui, ctx);
        });
    });
}

fn chrome<'a>(session: &'a Session, frames: &Frames) -> Chrome<'a> {
    let file = session.opened().path.as_ref().and_then(|path| path.file_name()).and_then(|name| name.to_str());
    Chrome {
        pace: session.pace(),
        can_undo: session.history().can_undo(),
        can_redo: session.history().can_redo(),
        unsaved: session.unsaved(),
        file,
        window_share: frames.share(),
        runs_kept: 0,
    }
}

/// What stands in the window while there is no run.
fn nothing_ui(ui: &mut Ui, wishes: &RefCell<Vec<UiCommand>>) {
    CentralPanel::default().show(ui, |ui| {
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.add_space(ui.available_height() * 0.4);
            ui.heading(text::NOTHING_RUNS);
            ui.add_space(8.0);
            if ui.button(text::OPEN).clicked() {
                wishes.borrow_mut().push(UiCommand::Toggle(Overlay::Open));
                ui.ctx().request_repaint();
            }
        });
    });
}
