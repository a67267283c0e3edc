//! Unsaved changes survive a crash: they are written every few seconds and offered at the next start.

use std::fs;
use std::path::PathBuf;

use directories::ProjectDirs;

/// When and where unsaved changes are written.
#[derive(Debug)]
pub(crate) struct Autosave {
    path: Option<PathBuf>,
    before: Before,
    written: usize,
    written_at: f64,
}

/// What became of the changes of the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// There are none.
    None,
    /// They wait in a file of their own to be taken back or thrown away.
    Offered,
    /// They run; their file goes when they are saved.
    Restored,
}

/// Seconds between two writes.
const EVERY_SECS: f64 = 3.0;

impl Autosave {
    /// Writes there; nowhere if `None`. What is there already is set aside and offered.
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        let mut autosave = Self { path, before: Before::None, written: 0, written_at: 0.0 };
        if let (Some(path), Some(aside)) = (&autosave.path, autosave.aside()) {
            if path.is_file() {
                // Where it cannot be moved it is not offered, and is overwritten only when something is changed.
                let _ = fs::rename(path, &aside);
            }
            if aside.is_file() {
                autosave.before = Before::Offered;
            }
        }
        autosave
    }

    /// Where the changes of the last time are.
    fn aside(&self) -> Option<PathBuf> {
        self.path.as_ref().map(|path| path.with_extension("before.ron"))
    }

    /// The changes of the last time, if there are any that were not thrown away.
    pub(crate) fn offered(&self) -> Option<PathBuf> {
        self.aside().filter(|_| self.before == Before::Offered)
    }

    /// Where to write now, if `unsaved` changes are more or fewer than what was written.
    pub(crate) fn due(&mut self, now: f64, unsaved: usize) -> Option<PathBuf> {
        if unsaved == 0 || unsaved == self.written || now - self.written_at < EVERY_SECS {
            return None;
        }
        (self.written, self.written_at) = (unsaved, now);
        self.path.clone()
    }

    /// The changes of the last time run again.
    pub(crate) fn set_restored(&mut self) {
        self.before = Before::Restored;
    }

    /// Throws the changes of the last time away.
    pub(crate) fn discard(&mut self) {
        self.before = Before::None;
        remove(self.aside());
    }

    /// Everything that runs is saved.
    pub(crate) fn set_saved(&mut self) {
        self.written = 0;
        remove(self.path.clone());
        if self.before == Before::Restored {
            self.discard();
        }
    }
}

fn remove(path: Option<PathBuf>) {
    if let Some(path) = path {
        // A file that was never written is as good as removed.
        let _ = fs::remove_file(path);
    }
}

/// Where the platform keeps such data: `~/.local/share/scalelab/unsaved.ron` on Linux.
pub(crate) fn default_path() -> Option<PathBuf> {
    ProjectDirs::from("", "", "scalelab").map(|dirs| dirs.data_local_dir().join("unsaved.ron"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_written_once_and_not_more_often_than_every_few_seconds() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("unsaved.ron");
        let mut autosave = Autosave::new(Some(path.clone()));
        assert_eq!(autosave.offered(), None);
        assert_eq!(autosave.due(10.0, 0), None);
        assert_eq!(autosave.due(10.0, 1), Some(path.clone()));
        assert_eq!(autosave.due(20.0, 1), None);
        assert_eq!(autosave.due(12.0, 2), None);
        assert_eq!(autosave.due(13.5, 2), Some(path));
    }

    #[test]
    fn what_is_there_at_the_start_is_set_aside_and_offered_until_it_is_thrown_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("unsaved.ron");
        fs::write(&path, "()").expect("written");
        let mut autosave = Autosave::new(Some(path.clone()));
        let aside = autosave.offered().expect("an offer");
        assert!(aside.exists() && !path.exists());
        assert_eq!(autosave.due(10.0, 1), Some(path.clone()), "new changes are kept beside it");
        autosave.set_saved();
        assert!(aside.exists(), "saving something else throws nothing away");
        assert_eq!(Autosave::new(Some(path.clone())).offered(), Some(aside.clone()), "it is offered again");
        autosave.discard();
        assert_eq!((autosave.offered(), aside.exists()), (None, false));
    }

    #[test]
    fn what_was_restored_is_kept_until_it_is_saved() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("unsaved.ron");
        fs::write(&path, "()").expect("written");
        let mut autosave = Autosave::new(Some(path));
        let aside = autosave.offered().expect("an offer");
        autosave.set_restored();
        assert!(autosave.offered().is_none() && aside.exists());
        autosave.set_saved();
        assert!(!aside.exists());
    }
}
