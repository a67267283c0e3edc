//! How the window opens: what it needs is checked first, and where one renderer fails the other is tried.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use eframe::egui::{self, Color32, ThemePreference, Ui, ViewportBuilder};
use eframe::{Frame, NativeOptions, Renderer};

use super::app::{App, Parts};
use super::autosave;
use super::session::{Opened, Session};
use super::text;
use super::tokens::Tokens;
use super::waker::Waker;
use crate::engine::handle::Pace;
use crate::scenario::{Host, Mode, bundled, load, load_file};

/// What the window is opened with.
#[derive(Clone, Debug)]
pub struct WindowArgs {
    /// The scenario: a file, or the name of a built-in one; the first built-in one if `None`.
    pub scenario: Option<PathBuf>,
    /// What draws.
    pub renderer: RendererChoice,
    /// After how many seconds the window closes by itself.
    pub quit_after: Option<f64>,
    /// Live or simulated, whatever the scenario says.
    pub mode: Option<Mode>,
    /// Colours.
    pub theme: ThemeChoice,
    /// Width and height of the window in points.
    pub size: Option<(f32, f32)>,
    /// The computer it stands on.
    pub host: Host,
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
    /// As the system has it.
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

/// Opens the window and returns when it is closed. The run is stopped by then.
///
/// # Errors
/// When the scenario is refused, there is no display, or neither renderer works: what is missing, and what to do.
pub fn run(args: WindowArgs) -> anyhow::Result<()> {
    let opened = opened(&args)?;
    check_display()?;
    let tokens = Tokens::built_in().context(text::THEME_BROKEN)?;
    let stopped = Arc::new(Stopped::default());
    let on_signal = Arc::clone(&stopped);
    // Only a second handler in one process is refused, and then the first one ends the program.
    let _ = ctrlc::set_handler(move || on_signal.stop());
    let renderers: &[Renderer] = match args.renderer {
        RendererChoice::Auto => &[Renderer::Wgpu, Renderer::Glow],
        RendererChoice::Wgpu => &[Renderer::Wgpu],
        RendererChoice::Glow => &[Renderer::Glow],
    };
    let mut failures = Vec::new();
    for renderer in renderers {
        let (opened, tokens, stopped) = (opened.clone(), tokens.clone(), Arc::clone(&stopped));
        let wanted = args.clone();
        let create: eframe::AppCreator<'_> =
            Box::new(move |creation| Ok(Box::new(Window::new(&creation.egui_ctx, opened, tokens, &wanted, stopped))));
        match eframe::run_native(text::WINDOW_TITLE, options(&args, *renderer), create) {
            Ok(()) => return Ok(()),
            Err(err) => failures.push(format!("{renderer}: {err}")),
        }
        eprintln!("{}", text::renderer_failed(failures.last().map_or("", String::as_str)));
    }
    bail!(text::no_renderer(&failures.join("; ")));
}

/// Reads the scenario that was asked for.
fn opened(args: &WindowArgs) -> anyhow::Result<Opened> {
    let refused = |errors: crate::scenario::ScenarioErrors| anyhow::anyhow!("{errors}");
    let built_in = |found: bundled::Bundled| {
        let scenario = load(found.text, found.name, &args.host).map_err(refused)?;
        anyhow::Ok((found.text.to_owned(), scenario, None))
    };
    let (source, mut scenario, path) = match &args.scenario {
        None => built_in(bundled::ALL[0])?,
        Some(path) if !path.exists() && bundled::find(&path.to_string_lossy()).is_some() => {
            let found = bundled::find(&path.to_string_lossy()).context(text::NOT_A_FILE)?;
            built_in(found)?
        }
        Some(path) => {
            let (source, scenario) = load_file(path, &args.host).map_err(refused)?;
            (source, scenario, Some(path.clone()))
        }
    };
    if let Some(mode) = args.mode {
        Session::set_mode(&mut scenario, mode);
    }
    Ok(Opened { scenario: Arc::new(scenario), source, path })
}

/// On Linux a window needs a display server; opening one without it would end in a panic far below.
fn check_display() -> anyhow::Result<()> {
    let has = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !has("DISPLAY") && !has("WAYLAND_DISPLAY") {
        bail!(text::NO_DISPLAY);
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

/// Whether the system asked the program to end, and whom to tell.
#[derive(Default)]
struct Stopped {
    asked: AtomicBool,
    window: Mutex<Option<egui::Context>>,
}

impl Stopped {
    fn stop(&self) {
        self.asked.store(true, Ordering::Relaxed);
        if let Some(ctx) = self.window.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            ctx.request_repaint();
        }
    }
}

/// The window as the system runs it.
struct Window {
    app: App,
    stopped: Arc<Stopped>,
    background: Color32,
}

impl Window {
    fn new(ctx: &egui::Context, opened: Opened, tokens: Tokens, args: &WindowArgs, stopped: Arc<Stopped>) -> Self {
        ctx.set_theme(match args.theme {
            ThemeChoice::System => ThemePreference::System,
            ThemeChoice::Dark => ThemePreference::Dark,
            ThemeChoice::Light => ThemePreference::Light,
        });
        *stopped.window.lock().unwrap_or_else(PoisonError::into_inner) = Some(ctx.clone());
        let waker = Waker::new(ctx);
        let parts = Parts {
            session: Session::start(opened, Pace::Times(1.0), &waker),
            waker,
            host: args.host.clone(),
            autosave: autosave::default_path(),
            tokens,
            quit_after: args.quit_after,
        };
        let background = parts.tokens.palette(ctx.theme()).canvas.0;
        Self { app: App::new(ctx, parts), stopped, background }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut Frame) {
        self.app.tick(ctx);
        if self.stopped.asked.load(Ordering::Relaxed) {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        self.app.show(ui);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.background.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(ended) = self.app.session().stop() {
            // Whoever does not end in time ends with the process.
            let _ = ended.recv_timeout(STOP_WAIT);
        }
    }
}
