//! Files: opening, saving and the system's dialogs, each on a thread of its own, so that the window never blocks.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use eframe::egui::{ColorImage, Context, Pos2, Rect, vec2};

use super::command::Overlay;
use super::export::{Content, Over};
use super::session::Opened;
use super::text;
use crate::base::os;
use crate::interop::record::{self, PACK_ENDING, RecordError};
use crate::interop::runs::Runs;
use crate::scenario::bundled::{self, Bundled};
use crate::scenario::{
    self, Entry, Host, Scenario, ScenarioErrors, load, load_file, save_with_timeline, scenario_path,
};

/// What came of a file.
pub(crate) enum Done {
    /// It was read and is right.
    Opened(Opened),
    /// So was what stands at this path.
    OpenedFrom(PathBuf, Opened),
    /// The unsaved changes of before were read; they came from this file, if from any.
    Restored(Opened),
    /// Everything done is in this file.
    Saved(PathBuf),
    /// The run is in the store under this name.
    Kept(String),
    /// What a plot shows is in this file.
    Exported(PathBuf),
    /// A view as it was on the screen.
    Captured {
        /// Its pixels.
        image: Arc<ColorImage>,
        /// Of which view.
        view: String,
        /// Which stretch it shows, in seconds.
        stretch: (f64, f64),
    },
    /// A person picked this path for that purpose.
    Picked(Overlay, PathBuf),
    /// A person closed the dialog.
    Dismissed,
    /// It did not work: what, and what to do.
    Failed(String),
}

/// Whether the system's dialog is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// For nothing.
    Nothing,
    /// Its dialog is open, or hangs.
    ForDialog,
}

/// Work with files that goes on beside the window.
pub(crate) struct Files {
    ctx: Context,
    host: Host,
    sender: Sender<Done>,
    receiver: Receiver<Done>,
    /// When the dialog was opened, in seconds of the window.
    dialog_since: Option<f64>,
}

/// How scenario files end.
const SCENARIO_ENDING: &str = "ron";
/// After so long a dialog that says nothing is taken for dead, and another may be tried.
const DIALOG_SECS_MAX: f64 = 120.0;
/// Results that can wait: more work than this is never under way.
const RESULTS_MAX: usize = 16;

impl Files {
    /// For this window on this computer.
    pub(crate) fn new(ctx: &Context, host: Host) -> Self {
        let (sender, receiver) = bounded(RESULTS_MAX);
        Self { ctx: ctx.clone(), host, sender, receiver, dialog_since: None }
    }

    /// What came of a file since the last call.
    pub(crate) fn next(&mut self) -> Option<Done> {
        let done = self.receiver.try_recv().ok()?;
        if matches!(done, Done::Picked(..) | Done::Dismissed) {
            self.dialog_since = None;
        }
        Some(done)
    }

    /// The computer that scenarios are read on.
    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// Whether the system's dialog is waited for, at this time of the window in seconds.
    pub(crate) fn waiting(&self, now: f64) -> Waiting {
        match self.dialog_since {
            Some(since) if now - since < DIALOG_SECS_MAX => Waiting::ForDialog,
            _ => Waiting::Nothing,
        }
    }

    /// Opens the system's dialog.
    pub(crate) fn browse(&mut self, purpose: Overlay, start: &str, now: f64) {
        if self.waiting(now) == Waiting::ForDialog {
            return;
        }
        self.dialog_since = Some(now);
        let start = PathBuf::from(start);
        self.work(move |_| {
            let mut dialog = rfd::FileDialog::new();
            if purpose != Overlay::Export {
                dialog = dialog.add_filter(text::SCENARIO_FILES, &[SCENARIO_ENDING]);
            }
            if let Some(folder) = start.parent().filter(|folder| folder.is_dir()) {
                dialog = dialog.set_directory(folder);
            }
            if let Some(name) = start.file_name() {
                dialog = dialog.set_file_name(name.to_string_lossy());
            }
            let picked = if purpose == Overlay::Open { dialog.pick_file() } else { dialog.save_file() };
            picked.map_or(Done::Dismissed, |path| Done::Picked(purpose, path))
        });
    }

    /// Reads a scenario.
    pub(crate) fn open(&self, path: PathBuf) {
        self.work(move |host| opened_from(path, host));
    }

    /// Reads what was dropped, if it is anything that can be read.
    pub(crate) fn open_dropped(&self, path: PathBuf) {
        self.work(move |host| {
            let is_named = path.extension().is_some_and(|ending| ending == SCENARIO_ENDING || ending == PACK_ENDING);
            if is_named || path.is_dir() {
                opened_from(path, host)
            } else {
                Done::Failed(text::dropped_unknown(&path.display().to_string()))
            }
        });
    }

    /// Reads a built-in scenario, or a twin of it.
    pub(crate) fn open_built_in(&self, name: &'static str, twin: Option<String>) {
        let Some(found) = bundled::find(name) else { return };
        self.work(move |host| match read_built_in(found, twin.as_deref(), host) {
            Ok(opened) => Done::Opened(opened),
            Err(errors) => Done::Failed(errors.to_string()),
        });
    }

    /// Reads the scenario of a run that is kept in this store.
    pub(crate) fn open_kept(&self, store: PathBuf, run: String) {
        self.work(move |host| match read_kept(&store, &run, host) {
            Ok(opened) => Done::Opened(opened),
            Err(what) => Done::Failed(what),
        });
    }

    /// Reads the unsaved changes of before.
    pub(crate) fn restore(&self, autosave: PathBuf) {
        self.work(move |host| match load_file(&autosave, host) {
            Ok((source, scenario)) => Done::Restored(Opened { scenario: Arc::new(scenario), source, path: None }),
            Err(errors) => Done::Failed(errors.to_string()),
        });
    }

    /// Writes the scenario with everything done as its timeline. The file of the scenario itself is not rewritten.
    pub(crate) fn save(&self, work: Unsaved, path: PathBuf, over: Over) {
        self.work(move |host| match work.text(host).and_then(|text| write_new(&path, text.as_bytes(), over)) {
            Ok(()) => Done::Saved(path),
            Err(what) => Done::Failed(text::cannot_save(&path.display().to_string(), &what)),
        });
    }

    /// Writes what a plot shows.
    pub(crate) fn export(&self, content: Content, path: PathBuf, over: Over) {
        self.work(move |_| match content.bytes().and_then(|bytes| write_new(&path, &bytes, over)) {
            Ok(()) => Done::Exported(path),
            Err(what) => Done::Failed(text::cannot_save(&path.display().to_string(), &what)),
        });
    }

    /// Reads a part of the screen back once the next frame is on it.
    pub(crate) fn capture(&self, ctx: &Context, place: Rect, view: String, stretch: (f64, f64)) {
        let (ctx_after, sender, scale) = (ctx.clone(), self.sender.clone(), ctx.pixels_per_point());
        ctx.request_screenshot(move |whole| {
            let all = Rect::from_min_size(Pos2::ZERO, vec2(whole.width() as f32, whole.height() as f32) / scale);
            let image = Arc::new(whole.region(&place.intersect(all), Some(scale)));
            let _ = sender.try_send(Done::Captured { image, view, stretch });
            ctx_after.request_repaint();
        });
    }

    /// Writes what is not saved where it survives a crash.
    pub(crate) fn autosave(&self, work: Unsaved, path: PathBuf) {
        let quiet = move |host: &Host| {
            let made = path.parent().map_or(Ok(()), fs::create_dir_all).map_err(|err| err.to_string());
            made.and_then(|()| work.text(host)).and_then(|text| write_whole(&path, text.as_bytes())).err()
        };
        self.spawn(move |host, sender| {
            if let Some(what) = quiet(host) {
                let _ = sender.try_send(Done::Failed(text::cannot_autosave(&what)));
            }
        });
    }

    pub(crate) fn work(&self, job: impl FnOnce(&Host) -> Done + Send + 'static) {
        // A full channel means that the window no longer listens; then nobody misses the result.
        self.spawn(move |host, sender| drop(sender.try_send(job(host))));
    }

    fn spawn(&self, job: impl FnOnce(&Host, &Sender<Done>) + Send + 'static) {
        let (ctx, host, sender) = (self.ctx.clone(), self.host.clone(), self.sender.clone());
        let run = move || {
            job(&host, &sender);
            ctx.request_repaint();
        };
        if let Err(err) = os::spawn("window-files", run) {
            let _ = self.sender.try_send(Done::Failed(text::no_thread(&err.to_string())));
        }
    }
}

fn opened_from(path: PathBuf, host: &Host) -> Done {
    match read(&path, host) {
        Ok(opened) => Done::OpenedFrom(path, opened),
        Err(errors) => Done::Failed(errors.to_string()),
    }
}

/// Reads a scenario file, or what a run directory or a packed run recorded.
///
/// # Errors
/// When it is neither, or refused.
pub(crate) fn read(path: &Path, host: &Host) -> Result<Opened, ScenarioErrors> {
    if path.extension().is_some_and(|ending| ending == PACK_ENDING) {
        let origin = path.display().to_string();
        let refused = |err: RecordError| ScenarioErrors::whole(&origin, err.to_string(), None);
        let source = record::scenario_text(path).map_err(refused)?;
        let scenario = load(&source, &origin, host)?;
        return Ok(Opened { scenario: Arc::new(scenario), source, path: None });
    }
    let path = scenario_path(path)?;
    let (source, scenario) = load_file(&path, host)?;
    Ok(Opened { scenario: Arc::new(scenario), source, path: Some(path) })
}

/// Reads a built-in scenario, or its twin of this name.
///
/// # Errors
/// When it has no such twin.
pub(crate) fn read_built_in(found: Bundled, twin: Option<&str>, host: &Host) -> Result<Opened, ScenarioErrors> {
    let changes = match twin {
        Some(name) => scenario::twin(found.text, Some(name), found.name, host)?.map_or(Vec::new(), |twin| twin.set),
        None => Vec::new(),
    };
    let (source, scenario) = scenario::set(found.text, &changes, found.name, host)?;
    Ok(Opened { scenario: Arc::new(scenario), source, path: None })
}

/// Reads the scenario of a run that is kept; a part of a sweep with what the sweep set for it.
///
/// # Errors
/// In a sentence, when there is no such run, or its scenario is refused by this version.
fn read_kept(store: &Path, run: &str, host: &Host) -> Result<Opened, String> {
    let runs = Runs::open(store).map_err(|err| err.to_string())?;
    let kept = runs.find(run).map_err(|err| err.to_string())?.run;
    let mut changes = Vec::new();
    if let Some(parent) = &kept.parent {
        let over = runs.find(parent).map_err(|err| err.to_string())?.run.params;
        let set = |path: &String| kept.params.get(path).map(|value| format!("{path}={value}"));
        changes.extend(over.keys().filter_map(set));
    }
    let (source, scenario) =
        scenario::set(&kept.lineage.scenario, &changes, run, host).map_err(|errors| errors.to_string())?;
    Ok(Opened { scenario: Arc::new(scenario), source, path: None })
}

/// What a person did and no file holds.
#[derive(Clone, Debug)]
pub(crate) struct Unsaved {
    /// Text of the scenario file.
    pub(crate) source: String,
    /// The scenario as it runs.
    pub(crate) scenario: Arc<Scenario>,
    /// Everything done.
    pub(crate) timeline: Vec<Entry>,
}

impl Unsaved {
    /// The text of a file that holds it, read again to be sure that it can be.
    pub(crate) fn text(&self, host: &Host) -> Result<String, String> {
        let saved =
            save_with_timeline(&self.source, &self.timeline, &self.scenario).map_err(|errors| errors.to_string())?;
        load(&saved, text::SAVED_SCENARIO, host).map_err(|errors| errors.to_string())?;
        Ok(saved)
    }
}

/// Writes a file that was not there, or one that a person gave up.
fn write_new(path: &Path, bytes: &[u8], over: Over) -> Result<(), String> {
    if over == Over::Agreed {
        return write_whole(path, bytes);
    }
    let mut file = fs::File::create_new(path).map_err(|err| match err.kind() {
        std::io::ErrorKind::AlreadyExists => text::EXPORT_EXISTS.to_owned(),
        _ => err.to_string(),
    })?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|err| {
        // Half a file would stand in the way of the next try.
        let _ = fs::remove_file(path);
        err.to_string()
    })
}

/// Writes beside the target and moves it there, so that a kill leaves the old file or the new one, never half of one.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let mut name = path.file_name().ok_or_else(|| text::NOT_A_FILE.to_owned())?.to_owned();
    name.push(".part");
    let beside = path.with_file_name(name);
    let written = fs::File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|err| err.to_string())
}
