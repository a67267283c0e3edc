//! Words of the shell: layouts, switches, what survives, what is dropped, and everything that can be done.

use crate::ui::shell::{LayoutName, Switch};

pub(crate) const VIEW_MENU: &str = "View";
pub(crate) const VIEW_MENU_HINT: &str = "Layouts, views, and how the window looks";
pub(crate) const LAYOUTS: &str = "Layouts";
pub(crate) const VIEWS: &str = "Views";
pub(crate) const WINDOW: &str = "Window";
pub(crate) const KEEP_LAYOUT: &str = "Keep this as my own";
pub(crate) const KEEP_LAYOUT_HINT: &str =
    "Views are moved by their titles and sized by their borders; this keeps them as they stand";
pub(crate) const NO_OWN_LAYOUT: &str = "There is none yet: move the views, then keep them as your own";
pub(crate) const CHANGED: &str = "changed";
pub(crate) const FILL: &str = "Fill the window";
pub(crate) const UNFILL: &str = "Back to the layout";
pub(crate) const CLOSE_VIEW: &str = "Close this view";
pub(crate) const SEVERAL_VIEWS: &str = "Several";
pub(crate) const NO_VIEW: &str = "Every view is closed; the View menu shows them again";
pub(crate) const DROP_HERE: &str = "Let go to open it; the run that is on the screen ends";
pub(crate) const WINDOW_FILE_TOO_LONG: &str = "it is far too long";
pub(crate) const PALETTE_TITLE: &str = "Do anything";
pub(crate) const PALETTE_SEARCH: &str = "Search everything that can be done";
pub(crate) const PALETTE_NONE: &str = "Nothing that can be done has these words";
pub(crate) const RECENT_TITLE: &str = "Opened or saved lately:";
pub(crate) const FORGET_RECENT: &str = "Forget these files";
pub(crate) const HELP_PLOTS: [(&str, &str); 3] = [
    ("Drag, scroll", "On a plot: move through time, zoom"),
    ("Shift+drag", "On a plot: the numbers of that stretch"),
    ("Tab, then ← →", "Read a plot at a time; Home, End: its ends"),
];

pub(crate) const GROUP_RUN: &str = "Run";
pub(crate) const GROUP_LOOK: &str = "Look";
pub(crate) const GROUP_FILE: &str = "File";
pub(crate) const GROUP_RECENT: &str = "Recent";
pub(crate) const GROUP_SCENARIO: &str = "Scenario";
pub(crate) const GROUP_KNOB: &str = "Knob";

pub(crate) const DO_PAUSE: &str = "Pause";
pub(crate) const DO_RESUME: &str = "Go on";
pub(crate) const DO_RESTART: &str = "Restart: start the run again (replay)";
pub(crate) const DO_UNDO: &str = "Undo: take the last turn of a knob back";
pub(crate) const DO_REDO: &str = "Redo: turn it again";
pub(crate) const DO_LIVE: &str = "Run live, by the clock on the wall";
pub(crate) const DO_SIMULATE: &str = "Simulate, by a virtual clock";
pub(crate) const DO_SLOWER: &str = "Slower (simulated runs)";
pub(crate) const DO_FASTER: &str = "Faster (simulated runs)";
pub(crate) const DO_FOLLOW: &str = "Follow the live end";
pub(crate) const DO_FIT: &str = "Fit the whole run";
pub(crate) const DO_PALETTE: &str = "Do anything…";
pub(crate) const DO_OPEN: &str = "Open…";
pub(crate) const DO_SAVE: &str = "Save…";
pub(crate) const DO_HELP: &str = "Help: keys and words";
pub(crate) const DO_KNOBS: &str = "All knobs…";
pub(crate) const DO_THEME: &str = "Dark or light colours";
pub(crate) const DO_THEME_SYSTEM: &str = "Colours as the system has them";

/// What a layout is called.
pub(crate) fn layout_name(layout: LayoutName) -> &'static str {
    match layout {
        LayoutName::Explore => "Explore",
        LayoutName::Compare => "Compare",
        LayoutName::Teach => "Teach",
        LayoutName::Plan => "Plan",
        LayoutName::Own => "My own",
    }
}

/// What a layout is for.
pub(crate) fn layout_hint(layout: LayoutName) -> &'static str {
    match layout {
        LayoutName::Explore => "What happens, how long it takes, what it costs",
        LayoutName::Compare => "Two runs beside each other",
        LayoutName::Teach => "A lesson beside what it speaks of",
        LayoutName::Plan => "How many machines, and at what price",
        LayoutName::Own => "As you kept it",
    }
}

/// What picking a layout is called in the list of everything.
pub(crate) fn do_layout(layout: LayoutName) -> String {
    format!("Layout: {}", layout_name(layout))
}

/// What a switch is called.
pub(crate) fn switch_name(switch: Switch) -> &'static str {
    match switch {
        Switch::Presenter => "Presenter mode",
        Switch::ReducedMotion => "Reduced motion",
        Switch::HighContrast => "High contrast",
        Switch::Quiet => "Quiet mode",
    }
}

/// What a switch does.
pub(crate) fn switch_hint(switch: Switch) -> &'static str {
    match switch {
        Switch::Presenter => "Large type, thick lines, little around the views: for a room",
        Switch::ReducedMotion => "Nothing glides or breathes; dots on the map stand where their numbers put them",
        Switch::HighContrast => "Stronger text and lines on black or white",
        Switch::Quiet => "Draws twice a second, to leave the cores to the work",
    }
}

/// What turning a switch is called in the list of everything.
pub(crate) fn do_switch(switch: Switch, is_on: bool) -> String {
    format!("{}: turn it {}", switch_name(switch), if is_on { "off" } else { "on" })
}

/// What showing or closing a view is called in the list of everything.
pub(crate) fn do_view(title: &str, is_shown: bool) -> String {
    format!("{} the view: {title}", if is_shown { "Close" } else { "Show" })
}

/// What giving a view all the room is called in the list of everything.
pub(crate) fn do_fill(title: &str) -> String {
    format!("Fill the window with: {title}")
}

/// What picking a pace is called in the list of everything.
pub(crate) fn do_pace(pace: &str) -> String {
    format!("Pace {pace}")
}

/// What explaining a knob is called in the list of everything.
pub(crate) fn do_knob(name: &str) -> String {
    format!("Explain: {name}")
}

/// The menu of a view.
pub(crate) fn view_menu_of(title: &str) -> String {
    format!("{title}: fill the window, close, export")
}

/// A layout that was changed since it was picked.
pub(crate) fn layout_changed(name: &str) -> String {
    format!("{name} · {CHANGED}")
}

/// What stands to the right in a row of the list of everything.
pub(crate) fn palette_right(group: &str, keys: &str) -> String {
    format!("{group}   {keys}")
}

/// One row of the list of everything, for those who do not see it.
pub(crate) fn palette_row(name: &str, group: &str, keys: &str) -> String {
    if keys.is_empty() { format!("{name}, {group}") } else { format!("{name}, {group}, {keys}") }
}

/// Why several things cannot be dropped.
pub(crate) fn dropped_several(n: usize) -> String {
    format!("{n} files at once: drop one scenario (.ron), one run directory or one packed run (.slrun)")
}

/// Why something that was dropped cannot be opened.
pub(crate) fn dropped_unknown(path: &str) -> String {
    format!("{path} is no scenario (.ron), no run directory and no packed run (.slrun)")
}

/// That the file of the window is of another version.
pub(crate) fn other_version(is: u32, known: u32) -> String {
    format!("it is of version {is}, this program knows version {known}")
}

/// That the file of the window could not be read, and where it is now.
pub(crate) fn window_file_aside(why: &str, aside: &str) -> String {
    format!("Layout and options of the last time could not be read ({why}); the file is kept as {aside}")
}

/// That the file of the window can be neither read nor moved.
pub(crate) fn window_file_in_the_way(path: &str, why: &str) -> String {
    format!("{path} can be neither read nor moved ({why}); layout and options of this time will not be kept")
}

/// Why the state of the window is not kept.
pub(crate) fn cannot_keep_window(what: &str) -> String {
    format!("Layout and options cannot be kept: {what}")
}
