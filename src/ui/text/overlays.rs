//! Words of what lies over the window.

pub(crate) const ALL_KNOBS_TITLE: &str = "All knobs";
pub(crate) const SEARCH_KNOBS: &str = "Search knobs";
pub(crate) const NO_KNOB_FOUND: &str = "No knob has all these words";
pub(crate) const TURN_NOW: &str = "while it runs";
pub(crate) const NONE: &str = "none";
pub(crate) const NOT_DONE: &str = "nothing of the kind is done";
pub(crate) const TURN_BEFORE: &str = "in the scenario file";
pub(crate) const OPEN_TITLE: &str = "Open a scenario";
pub(crate) const OPEN_WHAT: &str =
    "Path of a scenario file (.ron) or of a run directory. The run that is on the screen ends.";
pub(crate) const OPEN_VERB: &str = "Open";
pub(crate) const BUILT_IN: &str =
    "Or one that is built in, by the question it asks; below it what can be changed about it:";
pub(crate) const SAVE_TITLE: &str = "Save the scenario";
pub(crate) const SAVE_WHAT: &str = "A new file with the scenario, its comments, and everything done as its timeline.";
pub(crate) const SAVE_VERB: &str = "Save";
pub(crate) const PATH: &str = "Path of the file";
pub(crate) const BROWSE: &str = "Browse…";
pub(crate) const BROWSE_HINT: &str = "Opens the system's dialog";
pub(crate) const DIALOG_OPEN: &str = "The system's dialog should be open; if none appears, type the path here.";
pub(crate) const SCENARIO_FILES: &str = "Scenarios";
pub(crate) const HELP_TITLE: &str = "Help";
pub(crate) const HELP_INTRO: &str =
    "Jobs arrive, wait, and pass through machines. Turn a knob on the left, watch the line at the top.";
pub(crate) const HELP_KEYS_TITLE: &str = "Keys";
pub(crate) const QUIET: &str = "Quiet: draw twice a second, to leave the cores to the work";
pub(crate) const ABOUT_TITLE: &str = "About";
pub(crate) const HELP_WORDS_TITLE: &str = "Words beside numbers";
pub(crate) const HELP_WORDS: &[(&str, &str)] = &[
    ("measured", "read off this computer in this run"),
    ("calibrated", "fitted to measurements made before this run"),
    ("modelled", "computed by the simulator"),
    ("assumed", "a stated guess"),
];

/// Where a knob stands in the file, and where its rule comes from.
pub(crate) fn knob_source(path: &str, source: &str) -> String {
    format!("{path}  ·  {source}")
}

/// What this program is, a row each.
pub(crate) fn about(build: &str, log: Option<&str>) -> [(&'static str, String); 3] {
    [
        ("scalelab", build.to_owned()),
        ("licences", "MIT or Apache-2.0; of what it is built with: scalelab about --notices".to_owned()),
        ("log", log.map_or_else(|| "none is written".to_owned(), str::to_owned)),
    ]
}
