//! What of the window survives, as it stands in `window.ron`.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::layouts::LayoutName;
use super::shape::Shape;
use super::wish::Switch;

/// What survives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    version: u32,
    /// Colours.
    pub(crate) theme: ThemeName,
    /// The layout that was picked last.
    pub(crate) layout: LayoutName,
    /// How the views stand, where that is not how that layout has them.
    pub(crate) views: Option<Shape>,
    /// A person's own layout.
    pub(crate) own: Option<Shape>,
    /// What is on.
    pub(crate) switches: Switches,
    /// Files that were opened or saved, the newest first.
    pub(crate) recent: Vec<String>,
}

/// A theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ThemeName {
    /// As the system has it.
    #[default]
    System,
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
}

/// What is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that a person turns by itself")]
pub(crate) struct Switches {
    /// Large type, thick lines, little around the views.
    pub(crate) presenter: bool,
    /// Nothing moves but what is measured.
    pub(crate) reduced_motion: bool,
    /// Stronger colours.
    pub(crate) high_contrast: bool,
    /// Drawn twice a second.
    pub(crate) quiet: bool,
}

/// What this program writes, and the newest that it reads.
const VERSION: u32 = 1;
/// Recent files.
pub(crate) const RECENT_MAX: usize = 12;
/// A file of the window is never longer than this many bytes.
const BYTES_MAX: u64 = 256 * 1024;
/// Names that are tried for a file that cannot be read.
const ASIDE_MAX: u32 = 20;

impl Default for Kept {
    fn default() -> Self {
        Self {
            version: VERSION,
            theme: ThemeName::default(),
            layout: LayoutName::default(),
            views: None,
            own: None,
            switches: Switches::default(),
            recent: Vec::new(),
        }
    }
}

impl Switches {
    /// Whether this is on.
    pub(crate) fn is_on(self, switch: Switch) -> bool {
        match switch {
            Switch::Presenter => self.presenter,
            Switch::ReducedMotion => self.reduced_motion,
            Switch::HighContrast => self.high_contrast,
            Switch::Quiet => self.quiet,
        }
    }

    /// Turns it on or off.
    pub(crate) fn turn(&mut self, switch: Switch) {
        let slot = match switch {
            Switch::Presenter => &mut self.presenter,
            Switch::ReducedMotion => &mut self.reduced_motion,
            Switch::HighContrast => &mut self.high_contrast,
            Switch::Quiet => &mut self.quiet,
        };
        *slot = !*slot;
    }
}

/// What came of reading the file.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    /// It was read, or there is none yet.
    Whole(Kept),
    /// It cannot be read and stands under another name now: why, and where.
    Aside(String, PathBuf),
    /// It cannot be read and stays where it is, so nothing may be written: why.
    InTheWay(String),
}

impl Kept {
    /// Reads the file. What cannot be read is kept under another name, so that nothing is lost.
    pub(crate) fn read(path: &Path) -> Found {
        let why = match text_of(path) {
            Ok(None) => return Found::Whole(Self::default()),
            Ok(Some(text)) => match Self::parse(&text) {
                Ok(kept) => return Found::Whole(kept),
                Err(why) => why,
            },
            Err(why) => why,
        };
        match set_aside(path) {
            Some(aside) => Found::Aside(why, aside),
            None => Found::InTheWay(why),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut kept: Self = ron::from_str(text).map_err(|err| err.to_string())?;
        if kept.version != VERSION {
            return Err(crate::ui::text::other_version(kept.version, VERSION));
        }
        kept.recent.truncate(RECENT_MAX);
        Ok(kept)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// In a sentence, if it cannot be written as text.
    pub(crate) fn text(&self) -> Result<String, String> {
        ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default())
            .map(|text| text + "\n")
            .map_err(|err| err.to_string())
    }

    /// Takes note of a file that was opened or saved. One whose name is no text cannot be written down.
    pub(crate) fn note_recent(&mut self, path: &Path) {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let Some(name) = whole.to_str() else { return };
        self.recent.retain(|known| known != name);
        self.recent.insert(0, name.to_owned());
        self.recent.truncate(RECENT_MAX);
    }
}

/// The text of a file; `None` if there is no file.
fn text_of(path: &Path) -> Result<Option<String>, String> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(err) if err.kind() == ErrorKind::NotFound => return Ok(None),
        Err(err) => return Err(err.to_string()),
    };
    let mut text = String::new();
    let read = file.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(|err| err.to_string())?;
    if read as u64 > BYTES_MAX {
        return Err(crate::ui::text::WINDOW_FILE_TOO_LONG.to_owned());
    }
    Ok(Some(text))
}

/// Moves a file to the first name that is free.
fn set_aside(path: &Path) -> Option<PathBuf> {
    let name = |n: u32| path.with_extension(format!("unreadable-{n}.ron"));
    let free = (1..=ASIDE_MAX).map(name).find(|aside| aside.symlink_metadata().is_err())?;
    fs::rename(path, &free).ok().map(|()| free)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let kept = Kept {
            theme: ThemeName::Light,
            layout: LayoutName::Own,
            own: Some(Shape::row([(1.0, Shape::view("map")), (2.5, Shape::view("cost"))])),
            switches: Switches { presenter: true, ..Switches::default() },
            recent: vec!["/a \"b\".ron".to_owned()],
            ..Kept::default()
        };
        assert_eq!(Kept::parse(&kept.text().expect("text")), Ok(kept));
    }

    #[test]
    fn a_file_of_before_lacks_what_came_later_and_one_of_later_is_not_guessed_at() {
        let before = Kept::parse("(version: 1, theme: Dark, gone: 3)").expect("it is read");
        assert_eq!(before, Kept { theme: ThemeName::Dark, ..Kept::default() });
        assert!(Kept::parse("(version: 2, theme: Dark)").is_err_and(|why| why.contains('2')));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_kept_under_another_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("window.ron");
        assert_eq!(Kept::read(&path), Found::Whole(Kept::default()));
        for (n, broken) in [(1, "(version: 1, theme: Bl"), (2, "\u{0}"), (3, "(version: 9)")] {
            fs::write(&path, broken).expect("written");
            let Found::Aside(_, aside) = Kept::read(&path) else { panic!("{broken} was read") };
            assert_eq!(aside, folder.path().join(format!("window.unreadable-{n}.ron")));
            assert_eq!(fs::read_to_string(&aside).expect("it is there"), broken);
            assert!(!path.exists());
        }
        fs::write(&path, vec![b' '; BYTES_MAX as usize + 1]).expect("written");
        assert!(matches!(Kept::read(&path), Found::Aside(..)));
        fs::create_dir(&path).expect("a folder in its place");
        assert!(matches!(Kept::read(&path), Found::Aside(..)));
    }

    #[test]
    fn deep_files_are_refused_and_not_followed_to_the_end() {
        let deep = format!("(version: 1, own: Some({}))", "Tabs(0, [".repeat(20_000));
        assert!(Kept::parse(&deep).is_err());
    }

    #[test]
    fn the_newest_file_comes_first_and_once() {
        let mut kept = Kept::default();
        (0..20).for_each(|n| kept.note_recent(Path::new(&format!("/{n}.ron"))));
        kept.note_recent(Path::new("/15.ron"));
        assert_eq!(kept.recent.len(), RECENT_MAX);
        assert!(kept.recent[0].ends_with("15.ron") && kept.recent[1].ends_with("19.ron"));
        assert_eq!(kept.recent.iter().filter(|name| name.ends_with("15.ron")).count(), 1);
    }
}
