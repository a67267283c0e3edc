//! The window: its parts, and how they stand. What it does each frame before drawing is in `logic`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use eframe::egui::{self, Align, CentralPanel, Context, Frame, Layout, Margin, Panel, Ui};
use egui_tiles::{Behavior, Container, Linear, LinearDir, Tile, TileId, Tiles, Tree, UiResponse};

use super::bars::notice::{Kind, Notice};
use super::bars::{answer, events, top, verdict as verdict_bar};
use super::command::{Overlay, UiCommand};
use super::ctx::{Chrome, Ctx};
use super::files::Files;
use super::frame::{Frames, Meter, Rate};
use super::knobs::Knobs;
use super::overlays::{Overlays, Running, Scene};
use super::panels::{KINDS, View, runs_of};
use super::session::Session;
use super::text;
use super::time_range::TimeRange;
use super::tokens::Tokens;
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
    pub(super) overlay: Option<Overlay>,
    pub(super) overlays: Overlays,
    pub(super) notice: Option<Notice>,
    pub(super) files: Files,
    pub(super) waker: Waker,
    pub(super) wishes: RefCell<Vec<UiCommand>>,
    pub(super) autosave: super::autosave::Autosave,
    /// When the window closes by itself, in seconds of the window.
    pub(super) quit_at: Option<f64>,
    pub(super) frames: Frames,
    pub(super) meter: Meter,
    pub(super) rate: Rate,
    tokens: Tokens,
    knobs: Knobs,
    views: BTreeMap<&'static str, Box<dyn View>>,
    /// Made for the height of the first frame.
    tree: Option<Tree<String>>,
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
    /// Colours and sizes.
    pub tokens: Tokens,
    /// After how many seconds it closes by itself.
    pub quit_after: Option<f64>,
}

impl App {
    /// Makes the window.
    pub fn new(ctx: &Context, parts: Parts) -> Self {
        parts.tokens.install(ctx);
        let views = KINDS.iter().map(|kind| (kind.key, (kind.make)()));
        let mut app = Self {
            session: parts.session,
            verdict: None,
            time: TimeRange::default(),
            focus: None,
            overlay: None,
            overlays: Overlays::default(),
            notice: None,
            files: Files::new(ctx, parts.host),
            waker: parts.waker,
            wishes: RefCell::default(),
            autosave: super::autosave::Autosave::new(parts.autosave),
            quit_at: parts.quit_after,
            frames: Frames::default(),
            meter: Meter::default(),
            rate: Rate::default(),
            tokens: parts.tokens,
            knobs: Knobs::default(),
            views: views.collect(),
            tree: None,
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

    /// Looks at the runs of this store, instead of at those of the one that all commands use.
    pub fn look_at_runs(&mut self, store: PathBuf) {
        let (key, view) = runs_of(store);
        self.views.insert(key, view);
    }

    /// Fills the place of the views with the one of this kind; an unknown kind leaves everything as it is.
    pub fn show_only(&mut self, key: &str) {
        if self.views.contains_key(key) {
            let mut tiles = Tiles::default();
            let pane = tiles.insert_pane(key.to_owned());
            self.tree = Some(Tree::new(egui::Id::unique("views"), pane, tiles));
        }
    }

    /// Draws everything.
    pub fn show(&mut self, ui: &mut Ui) {
        let palette = self.tokens.palette(ui.theme());
        let size = self.tokens.size;
        let standing = self.session.standing();
        let edge = size.gap as i8;
        ui.painter().rect_filled(ui.max_rect(), 0.0, palette.canvas);
        let bar = |top: i8, bottom: i8| Frame::new().inner_margin(Margin { left: edge, right: edge, top, bottom });
        self.notices_ui(ui, bar(6, 0));
        let waiting = self.files.waiting(ui.input(|input| input.time));
        let run = self.session.snapshot().map(|snapshot| Running {
            scenario: &snapshot.scenario,
            pool: self.knobs.pool(snapshot.scenario.pools.len()),
            standing: &standing,
        });
        let scene = Scene { palette: &palette, size: &size, waiting, rate: self.rate, host: self.files.host(), run };
        if let Some(wish) = self.overlay.and_then(|open| self.overlays.ui(ui.ctx(), &scene, open)) {
            self.wishes.borrow_mut().push(wish);
        }
        let Self { session, verdict, time, focus, wishes, knobs, views, tree, frames, .. } = self;
        let (Some(snapshot), Some(verdict)) = (session.snapshot(), verdict.as_ref()) else {
            nothing_ui(ui, wishes);
            return;
        };
        let ctx = Ctx {
            snapshot,
            before: session.series_before(),
            watch_before: session.watch_before(),
            twin: session.twin(),
            focus: *focus,
            verdict,
            standing: &standing,
            time,
            palette: &palette,
            size: &size,
            chrome: chrome(session, frames),
            wishes,
        };
        Panel::top("top")
            .frame(bar(edge, 0))
            .show_separator_line(false)
            .exact_size(40.0)
            .show(ui, |ui| top::ui(ui, &ctx));
        let line = Panel::top("verdict").frame(bar(4, 0)).show_separator_line(false);
        line.show(ui, |ui| verdict_bar::ui(ui, &ctx));
        let status = Panel::bottom("answer").frame(bar(3, 5)).show_separator_line(false).exact_size(28.0);
        status.show(ui, |ui| answer::ui(ui, &ctx));
        let strip = Panel::bottom("events").frame(bar(0, 0)).show_separator_line(false);
        strip.show(ui, |ui| events::ui(ui, &ctx));
        let column = Panel::left("knobs")
            .frame(Frame::new().inner_margin(Margin { left: edge, right: 0, top: edge, bottom: edge }))
            .show_separator_line(false)
            .resizable(false);
        column.exact_size(size.knobs_width).show(ui, |ui| {
            super::widgets::card::card(&ctx).show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                knobs.ui(ui, &ctx);
            });
        });
        let centre = Frame::new().inner_margin(Margin { left: edge, right: edge, top: edge, bottom: edge });
        CentralPanel::default().frame(centre).show(ui, |ui| {
            let tree = tree.get_or_insert_with(|| default_layout(ui.available_height()));
            tree.ui(&mut Views { views, ctx: &ctx }, ui);
        });
        if !wishes.borrow().is_empty() {
            // What was asked for is done before the next frame, so there must be one.
            ui.ctx().request_repaint();
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
        for (id, notice) in [("failure", failure.as_ref()), ("notice", self.notice.as_ref())] {
            let Some(notice) = notice else { continue };
            let panel = Panel::top(id).frame(frame).show_separator_line(false);
            let wish = panel.show(ui, |ui| notice.ui(ui, &palette, &self.tokens.size)).inner;
            self.wishes.borrow_mut().extend(wish);
        }
    }
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

/// Height of the cost view: three lines.
const COST_HEIGHT: f32 = 92.0;

/// The map above, traffic and latency side by side, cost below, in so much height.
fn default_layout(height: f32) -> Tree<String> {
    let mut tiles = Tiles::default();
    let mut pane = |key: &str| tiles.insert_pane(key.to_owned());
    let (map, traffic, latency, cost) = (pane("map"), pane("traffic"), pane("latency"), pane("cost"));
    let curves = tiles.insert_horizontal_tile(vec![traffic, latency]);
    let mut rows = Linear::new(LinearDir::Vertical, vec![map, curves, cost]);
    let cost_share = (COST_HEIGHT / height.max(1.0)).clamp(0.05, 0.3);
    for (tile, share) in [(map, 0.47 * (1.0 - cost_share)), (curves, 0.53 * (1.0 - cost_share)), (cost, cost_share)] {
        rows.shares.set_share(tile, share);
    }
    let root = tiles.insert_new(Tile::Container(Container::Linear(rows)));
    Tree::new(egui::Id::unique("views"), root, tiles)
}

/// Draws the views in their tiles.
struct Views<'a> {
    views: &'a mut BTreeMap<&'static str, Box<dyn View>>,
    ctx: &'a Ctx<'a>,
}

impl Behavior<String> for Views<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, key: &mut String) -> UiResponse {
        let Some(view) = self.views.get_mut(key.as_str()) else { return UiResponse::None };
        let header = super::widgets::card::card(self.ctx).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            ui.push_id(key.as_str(), |ui| view.ui(ui, self.ctx)).inner
        });
        if header.inner.drag_started() { UiResponse::DragStarted } else { UiResponse::None }
    }

    fn tab_title_for_pane(&mut self, key: &String) -> egui::WidgetText {
        text::view_title(key).into()
    }

    fn retain_pane(&mut self, key: &String) -> bool {
        // A layout of before may name a view that is gone.
        self.views.contains_key(key.as_str())
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        self.ctx.size.gap
    }

    fn resize_stroke(&self, style: &egui::Style, state: egui_tiles::ResizeState) -> egui::Stroke {
        match state {
            egui_tiles::ResizeState::Idle => egui::Stroke::NONE,
            _ => egui::Stroke::new(2.0, style.visuals.hyperlink_color),
        }
    }
}
