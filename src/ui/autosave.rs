//! Unsaved changes survive a crash: they are written every few seconds and offered at the next start.

use std::fs;
use std::path::PathBuf;

use directories::ProjectDirs;

/// When and where unsaved changes are written.
#[derive(Debug)]
pub(crate) struct Autosave {
    path: Option<PathBuf>,
    /// Whether changes of before wait to be taken back or thrown away. They are not overwritten meanwhile.
    offer: bool,
    written: usize,
    written_at: f64,
}

/// Seconds between two writes.
const EVERY_SECS: f64 = 3.0;

impl Autosave {
    /// Writes there; nowhere if `None`.
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        let offer = path.as_ref().is_some_and(|path| path.is_file());
        Self { path, offer, written: 0, written_at: 0.0 }
    }

    /// The changes of before, if there are any that were not thrown away.
    pub(crate) fn offered(&self) -> Option<PathBuf> {
        self.path.clone().filter(|_| self.offer)
    }

    /// Where to write now, if `unsaved` changes are more or fewer than what was written.
    pub(crate) fn due(&mut self, now: f64, unsaved: usize) -> Option<PathBuf> {
        if unsaved == 0 || unsaved == self.written || now - self.written_at < EVERY_SECS {
            return None;
        }
        // Whoever changes something now has decided against what was offered.
        self.offer = false;
        (self.written, self.written_at) = (unsaved, now);
        self.path.clone()
    }

    /// Everything is saved, or thrown away.
    pub(crate) fn discard(&mut self) {
        (self.offer, self.written) = (false, 0);
        if let Some(path) = &self.path {
            // A file that was never written is as good as removed.
            let _ = fs::remove_file(path);
        }
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
    fn what_is_there_at_the_start_is_offered_until_it_is_thrown_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("unsaved.ron");
        fs::write(&path, "()").expect("written");
        let mut autosave = Autosave::new(Some(path.clone()));
        assert_eq!(autosave.offered(), Some(path.clone()));
        autosave.discard();
        assert_eq!((autosave.offered(), path.exists()), (None, false));
    }
}
