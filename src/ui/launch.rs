//! How the window opens: what it needs is checked first, and where one renderer fails the other is tried.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use eframe::egui::{self, Ui, ViewportBuilder};
use eframe::{Frame, NativeOptions, Renderer};

use super::app::{App, Parts};
use super::frame::Reading;
use super::measure::{Hook, Measured, Shared};
use super::session::{Beginning, Opened, Session};
use super::shell::keeper;
use super::text;
use super::tokens::Tokens;
use super::waker::Waker;
use super::{autosave, files};
use crate::base::{Span, Time};
use crate::engine::handle::Pace;
use crate::scenario::{Host, Mode, ScenarioErrors, bundled};

/// What the window is opened with.
#[derive(Clone, Debug)]
pub struct WindowArgs {
    /// The scenario: a file, a run directory, or the name of a built-in one; the first built-in one if `None`.
    pub scenario: Option<PathBuf>,
    /// What draws.
    pub renderer: RendererChoice,
    /// After how many seconds the window closes by itself.
    pub quit_after: Option<f64>,
    /// Live or simulated, whatever the scenario says.
    pub mode: Option<Mode>,
    /// Run seconds in a second of a simulated run; as fast as possible where that is infinite.
    pub pace: Option<f64>,
    /// A simulated run gets to this second as fast as possible, and goes on from there at its pace.
    pub from: Option<f64>,
    /// Whether frames are timed, and those of how many seconds are set aside first.
    pub measure: Option<f64>,
    /// Colours.
    pub theme: ThemeChoice,
    /// Width and height of the window in points.
    pub size: Option<(f32, f32)>,
    /// The computer it stands on.
    pub host: Host,
    /// Closes it from outside.
    pub stop: StopSignal,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// The scenario is refused: everything that is wrong with it.
    #[error("{0}")]
    Scenario(#[from] ScenarioErrors),
    /// There is no display, or nothing draws on it: what is missing, and what to do.
    #[error("{0}")]
    Display(String),
}

/// What draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RendererChoice {
    /// wgpu, and glow where that fails.
    #[default]
    Auto,
    /// Vulkan, Metal, DirectX or OpenGL through wgpu.
    Wgpu,
    /// OpenGL.
    Glow,
}

/// Which colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As it was left, at first as the system has it.
    #[default]
    System,
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
}

/// Also the name of the `.desktop` file, so that desktops find the icon.
const APP_ID: &str = "scalelab";
/// Width and height where nothing else is asked for.
const SIZE: (f32, f32) = (1280.0, 720.0);
/// Below this the knobs would be cut off.
const SIZE_MIN: (f32, f32) = (960.0, 600.0);
/// How long the end of the run is waited for when the window closes.
const STOP_WAIT: Duration = Duration::from_millis(1_500);

/// Opens the window and returns when it is closed. The run is stopped by then. What was measured is returned, where
/// that was asked for.
///
/// # Errors
/// When the scenario is refused, there is no display, or neither renderer works: what is missing, and what to do.
pub fn run(args: &WindowArgs) -> Result<Option<Measured>, WindowError> {
    let measure = args.measure.map(Shared::begin);
    let opened = opened(args)?;
    check_display()?;
    let tokens = Tokens::built_in().expect("a test keeps the built-in tokens whole");
    let renderers: &[Renderer] = match args.renderer {
        RendererChoice::Auto => &[Renderer::Wgpu, Renderer::Glow],
        RendererChoice::Wgpu => &[Renderer::Wgpu],
        RendererChoice::Glow => &[Renderer::Glow],
    };
    let mut failures = Vec::new();
    for renderer in renderers {
        let (opened, tokens) = (opened.clone(), tokens.clone());
        let (wanted, timed, title) = (args.clone(), measure.clone(), opened.scenario.title.clone());
        let create: eframe::AppCreator<'_> =
            Box::new(move |creation| Ok(Box::new(Window::new(&creation.egui_ctx, opened, tokens, wanted, timed))));
        if let Some(measure) = &measure {
            measure.with(|measure| measure.hand_over(Reading::now()));
        }
        match eframe::run_native(text::WINDOW_TITLE, options(args, *renderer), create) {
            Ok(()) => return Ok(measure.map(|measure| measure.measured(renderer.to_string(), title, &args.host))),
            Err(err) => {
                log::warn!("{renderer}: {err}");
                failures.push(format!("{renderer}: {err}"));
            }
        }
        eprintln!("{}", text::renderer_failed(failures.last().map_or("", String::as_str)));
    }
    Err(WindowError::Display(text::no_renderer(&failures.join("; "))))
}

/// Reads the scenario that was asked for: a file, or else a built-in one of that name.
fn opened(args: &WindowArgs) -> Result<Opened, ScenarioErrors> {
    let named = |path: &PathBuf| bundled::find(&path.to_string_lossy()).filter(|_| !path.exists());
    let built_in = match &args.scenario {
        None => Some(bundled::ALL[0]),
        Some(path) => named(path),
    };
    let mut opened = match (built_in, &args.scenario) {
        (None, Some(path)) => files::read(path, &args.host)?,
        (found, _) => files::read_built_in(found.unwrap_or(bundled::ALL[0]), None, &args.host)?,
    };
    if let Some(mode) = args.mode {
        let mut scenario = (*opened.scenario).clone();
        Session::set_mode(&mut scenario, mode);
        opened.scenario = Arc::new(scenario);
    }
    Ok(opened)
}

/// On Linux a window needs a display server; opening one without it would end in a panic far below.
fn check_display() -> Result<(), WindowError> {
    let has = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !has("DISPLAY") && !has("WAYLAND_DISPLAY") {
        return Err(WindowError::Display(text::NO_DISPLAY.to_owned()));
    }
    Ok(())
}

fn options(args: &WindowArgs, renderer: Renderer) -> NativeOptions {
    let (width, height) = args.size.unwrap_or(SIZE);
    let viewport = ViewportBuilder::default()
        .with_app_id(APP_ID)
        .with_title(text::WINDOW_TITLE)
        .with_inner_size([width, height])
        .with_min_inner_size([SIZE_MIN.0.min(width), SIZE_MIN.1.min(height)]);
    NativeOptions { viewport, renderer, centered: false, ..NativeOptions::default() }
}

/// Closes the window from outside, from any thread.
#[derive(Clone, Default)]
pub struct StopSignal {
    asked: Arc<AtomicBool>,
    window: Arc<Mutex<Option<egui::Context>>>,
}

impl StopSignal {
    /// Closes the window as soon as it can be.
    pub fn stop(&self) {
        self.asked.store(true, Ordering::Relaxed);
        if let Some(ctx) = self.window.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            ctx.request_repaint();
        }
    }
}

impl std::fmt::Debug for StopSignal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("StopSignal").field(&self.asked).finish()
    }
}

/// The window as the system runs it.
struct Window {
    app: App,
    stop: StopSignal,
    ctx: egui::Context,
    measure: Option<Shared>,
    /// Whether the frame that is drawn has something to react to.
    has_input: bool,
}

impl Window {
    fn new(ctx: &egui::Context, opened: Opened, tokens: Tokens, args: WindowArgs, measure: Option<Shared>) -> Self {
        let from = Reading::now();
        *args.stop.window.lock().unwrap_or_else(PoisonError::into_inner) = Some(ctx.clone());
        let waker = Waker::new(ctx);
        let pace = args.pace.map(|pace| if pace.is_finite() { Pace::Times(pace) } else { Pace::AsFastAsPossible });
        let beginning = Beginning { pace, from: args.from.map(|secs| Time::ZERO + Span::from_secs_f64(secs)) };
        let parts = Parts {
            session: Session::begin(opened, Pace::Times(1.0), beginning, &waker),
            waker,
            host: args.host,
            autosave: autosave::default_path(),
            theme: args.theme,
            window_file: keeper::default_path(),
            tokens,
            quit_after: args.quit_after,
        };
        let window = Self { app: App::new(ctx, parts), stop: args.stop, ctx: ctx.clone(), measure, has_input: false };
        if let Some(measure) = &window.measure {
            ctx.add_plugin(Hook(measure.clone()));
            measure.with(|measure| measure.created(from, Reading::now()));
        }
        window
    }
}

impl eframe::App for Window {
    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        if let Some(measure) = &self.measure {
            self.has_input = !input.events.is_empty();
            measure.frame_begins();
        }
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut Frame) {
        self.app.note_frame(ctx, frame.info().cpu_usage);
        let before = self.measure.as_ref().map(|_| self.app.session().snapshot().map(Arc::as_ptr));
        self.app.tick(ctx);
        if let (Some(measure), Some(before)) = (&self.measure, before) {
            let is_new = self.app.session().snapshot().map(Arc::as_ptr) != before;
            let whole = frame.info().cpu_usage.map(f64::from);
            measure.ticked(ctx, &mut self.app, whole, is_new || self.has_input);
        }
        if self.stop.asked.load(Ordering::Relaxed) {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        self.app.show(ui);
        if let Some(measure) = &self.measure {
            measure.with(|measure| measure.shown(Reading::now(), self.app.is_turning()));
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.app.close_shell(&self.ctx);
        if let Some(ended) = self.app.session().stop() {
            // Whoever does not end in time ends with the process.
            let _ = ended.recv_timeout(STOP_WAIT);
        }
    }
}
