//! When and where what survives is written: soon after it changed, by one thread at a time, beside the file first.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use directories::ProjectDirs;
use eframe::egui::Context;

use super::kept::{Found, Kept};
use crate::base::os;
use crate::ui::files::write_whole;
use crate::ui::text;

/// Writes what survives.
#[derive(Debug)]
pub(crate) struct Keeper {
    path: Option<PathBuf>,
    /// What stands in the file, or was given to the thread that writes it.
    written: Kept,
    /// Since when something else is so, in seconds of the window.
    changed_at: Option<f64>,
    writing: Option<Receiver<Result<(), String>>>,
}

/// Between a change and its writing: one drag of a border is many changes.
const AFTER_SECS: f64 = 0.5;
/// How long the last write is waited for when the window closes.
const CLOSE_WAIT: Duration = Duration::from_millis(500);

impl Keeper {
    /// Keeps what survives there, or nowhere. Returns what was there, and what there is to say about that.
    pub(crate) fn open(path: Option<PathBuf>) -> (Self, Kept, Option<String>) {
        let found = path.as_deref().map_or_else(|| Found::Whole(Kept::default()), Kept::read);
        let (path, kept, words) = match found {
            Found::Whole(kept) => (path, kept, None),
            Found::Aside(why, aside) => {
                let words = text::window_file_aside(&why, &aside.display().to_string());
                (path, Kept::default(), Some(words))
            }
            Found::InTheWay(why) => {
                let at = path.map_or_else(String::new, |path| path.display().to_string());
                (None, Kept::default(), Some(text::window_file_in_the_way(&at, &why)))
            }
        };
        let keeper = Self { path, written: kept.clone(), changed_at: None, writing: None };
        (keeper, kept, words)
    }

    /// Writes what changed, if it is due; returns what there is to say.
    pub(crate) fn keep(&mut self, ctx: &Context, kept: &Kept) -> Option<String> {
        let failed = self.ended();
        if self.path.is_none() || *kept == self.written {
            self.changed_at = None;
            return failed;
        }
        let now = ctx.input(|input| input.time);
        let since = *self.changed_at.get_or_insert(now);
        if now - since < AFTER_SECS {
            ctx.request_repaint_after(Duration::from_secs_f64(AFTER_SECS));
        } else if self.writing.is_none() {
            self.changed_at = None;
            return self.write(ctx, kept).or(failed);
        }
        failed
    }

    /// Writes what is not written yet and waits for it a moment: the window closes.
    pub(crate) fn close(&mut self, ctx: &Context, kept: &Kept) {
        self.wait();
        if *kept != self.written && self.write(ctx, kept).is_none() {
            self.wait();
        }
    }

    fn wait(&mut self) {
        if let Some(writing) = self.writing.take() {
            // Nobody is left to be told what came of it.
            let _ = writing.recv_timeout(CLOSE_WAIT);
        }
    }

    /// What there is to say of a write that ended.
    fn ended(&mut self) -> Option<String> {
        let result = self.writing.as_ref()?.try_recv().ok()?;
        self.writing = None;
        result.err().map(|what| text::cannot_keep_window(&what))
    }

    fn write(&mut self, ctx: &Context, kept: &Kept) -> Option<String> {
        let path = self.path.clone()?;
        // One that fails is said once, and tried again only with the next change.
        self.written = kept.clone();
        let (kept, ctx) = (kept.clone(), ctx.clone());
        let (sender, receiver) = bounded(1);
        let job = move || {
            let made = path.parent().map_or(Ok(()), fs::create_dir_all).map_err(|err| err.to_string());
            let done = made.and_then(|()| kept.text()).and_then(|text| write_whole(&path, text.as_bytes()));
            // A window that closed no longer listens.
            let _ = sender.try_send(done);
            ctx.request_repaint();
        };
        match os::spawn("window-keeper", job) {
            Ok(_) => self.writing = Some(receiver),
            Err(err) => return Some(text::no_thread(&err.to_string())),
        }
        None
    }
}

/// Where the platform keeps such data: `~/.local/share/scalelab/window.ron` on Linux.
pub(crate) fn default_path() -> Option<PathBuf> {
    ProjectDirs::from("", "", "scalelab").map(|dirs| dirs.data_local_dir().join("window.ron"))
}
