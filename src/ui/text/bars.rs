//! Words of the bars.

use crate::base::figures::{clock, figure, plural, secs};
use crate::metrics::snapshot::{By, Mark};
use crate::metrics::summary::Check;

pub(crate) const WINDOW_TITLE: &str = "scalelab";
pub(crate) const PAUSE: &str = "Pause";
pub(crate) const RESUME: &str = "Resume";
pub(crate) const PAUSE_HINT: &str = "Stands still or goes on (space)";
pub(crate) const PAUSED_AT: &str = "Paused · ";
pub(crate) const RESTART: &str = "Restart";
pub(crate) const RESTART_HINT: &str =
    "Starts the scenario again from the beginning; what is on the screen stays behind it in grey";
pub(crate) const CLOCK_HINT: &str = "Run time: minutes and seconds since the start, without pauses";
pub(crate) const LIVE: &str = "Live";
pub(crate) const LIVE_HINT: &str =
    "Wall clock: threads of this computer compute for real, remote machines are modelled beside them. Starts again";
pub(crate) const SIMULATE: &str = "Simulate";
pub(crate) const SIMULATE_HINT: &str =
    "Virtual clock: everything is modelled, the same seed gives the same run, and time can fly. Starts again";
pub(crate) const LIVE_PACE: &str = "×1";
pub(crate) const LIVE_PACE_HINT: &str = "A live run goes by the clock on the wall; a simulated one can go faster";
pub(crate) const PACE: &str = "Pace";
pub(crate) const PACE_HINT: &str = "Virtual seconds in each second ([ slower, ] faster)";
pub(crate) const PACE_MAX: &str = "max";
pub(crate) const OPEN: &str = "Open…";
pub(crate) const OPEN_HINT: &str = "Opens a scenario file";
pub(crate) const SAVE: &str = "Save…";
pub(crate) const OPEN_ANYWAY: &str = "Open anyway";
pub(crate) const CANCEL: &str = "Stay here";
pub(crate) const SAVE_UNSAVED: &str = "Save… •";
pub(crate) const THEME_LIGHT: &str = "Light";
pub(crate) const THEME_DARK: &str = "Dark";
pub(crate) const THEME_HINT: &str = "Switches to these colours";
pub(crate) const HELP: &str = "Help";
pub(crate) const HELP_HINT: &str = "Keys and words";
pub(crate) const CLOSE: &str = "Close";
pub(crate) const FOLLOW: &str = "Follow live";
pub(crate) const FOLLOWING: &str = "Following";
pub(crate) const FOLLOW_HINT: &str = "Dragging a plot lets go of the live end; this goes back to it (.)";
pub(crate) const NO_EVENTS: &str = "What you change is marked here";
pub(crate) const NO_ANSWER: &str = "No answer yet";
pub(crate) const NO_ANSWER_SIMULATED: &str = "Simulated: time passes as if, nothing is computed";
pub(crate) const ANSWER: &str = "Answer";
pub(crate) const BEHIND_HINT: &str = "The engine is behind the clock it should keep: this computer is too busy";
pub(crate) const DROPPED_HINT: &str = "A limit was reached; what came beyond it is counted, not kept";
pub(crate) const NOTHING_RUNS: &str = "Nothing runs";
pub(crate) const RUN_IS_GONE: &str = "the run ended without a word";
pub(crate) const RUN_IS_BUSY: &str = "it is too busy to hear what was asked; start it again";
pub(crate) const SCENARIO: &str = "scenario";
pub(crate) const RESTORE: &str = "Restore";
pub(crate) const DISCARD: &str = "Discard";
pub(crate) const RESTORE_OFFER: &str = "There are unsaved changes of the last time";
pub(crate) const RESTORED: &str =
    "Restored: the scenario runs again with everything that was changed, at the same times";
pub(crate) const SAVED_SCENARIO: &str = "the saved scenario";
pub(crate) const NOT_A_FILE: &str = "this is not the name of a file";
pub(crate) const NO_DISPLAY: &str = "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).\n\
     `scalelab run` does the same without one; to open the window here, start it from a desktop session, use\n\
     `ssh -X`, or run it under a virtual display: apt-get install xvfb && xvfb-run scalelab";

pub(crate) const WINDOW_SHARE_HINT: &str = "What drawing takes of one core, from the work that is measured. It is drawn less often where that is \
     more than a quarter; \"?\" has a quiet mode, and `scalelab run` needs no window at all";

/// How far apart the values of curves are.
pub(crate) fn value_every(tick: &str) -> String {
    format!("a value every {tick}")
}

/// What curves wait for.
pub(crate) fn value_hint(wait: &str) -> String {
    format!(
        "A long simulated run has about 6,000 values, so curves and rates move every {wait} at this pace. A faster pace \
         ({PACE_MAX} is the fastest), or a shorter duration in the scenario, shows sooner what a knob has done"
    )
}

/// What the window takes of one core.
pub(crate) fn window_share(of_core: f64) -> String {
    format!("window {:.0} % of a core", of_core * 100.0)
}

/// What the save button will do.
pub(crate) fn save_hint(file: Option<&str>, unsaved: usize) -> String {
    let of = file.map_or_else(String::new, |file| format!(" of {file}"));
    match unsaved {
        0 => format!("Saves a copy{of} with everything done as its timeline; nothing is unsaved"),
        1 => format!("Saves a copy{of} with everything done as its timeline; 1 change is unsaved"),
        n => format!("Saves a copy{of} with everything done as its timeline; {n} changes are unsaved"),
    }
}

/// A mark, in full.
pub(crate) fn mark_details(mark: &Mark) -> String {
    let who = match mark.by {
        By::Person => "by you",
        By::Cli => "by the command line",
        By::Timeline => "by the scenario's timeline",
        By::Policy => "by the run itself",
        By::Nature => "by chance",
    };
    let until = mark.until.map_or_else(String::new, |until| format!(", for {}", secs(until.since(mark.at).secs())));
    format!("{} at {}{until}, {who}", mark.label, clock(mark.at.secs(), true))
}

/// The events in a sentence.
pub(crate) fn events_summary(events: &str, newest: Option<(&str, String)>) -> String {
    match newest {
        Some((label, at)) => format!("Events: {events}, the newest is {label} at {at}"),
        None => format!("Events: {NO_EVENTS}"),
    }
}

/// The newest answer.
pub(crate) fn answer(job: &str, serial: &str, value: f64) -> String {
    let mut chars = job.chars();
    let name: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    format!("{name} of job {serial} = {value:.6}")
}

/// The newest answer beside what is known exactly.
pub(crate) fn answer_against(value: &str, exact: f64, errors: f64, right: bool) -> String {
    if right {
        format!("{value}; within 4 standard errors of {exact} ({errors:.1})")
    } else {
        format!("{value}; {errors:.1} standard errors from {exact}: this is wrong")
    }
}

/// Chunks that are still to be computed.
pub(crate) fn answer_pending(chunks: &str) -> String {
    format!("· answer pending: {chunks}")
}

/// Answers outside four standard errors.
pub(crate) fn wrong_answers(n: &str) -> String {
    format!("· {n} wrong")
}

/// The engine's lag.
pub(crate) fn behind(lag: &str) -> String {
    format!("{lag} behind the clock")
}

/// What was dropped, and how often.
pub(crate) fn dropped(what: &str, times: u64) -> String {
    format!("{what}: {times} dropped")
}

/// Why there is no run.
pub(crate) fn engine_failed(what: &str) -> String {
    format!("The run broke off: {what}")
}

/// Why a knob cannot be turned that way.
pub(crate) fn refused(why: &str) -> String {
    format!("That cannot be turned: {why}")
}

/// Where everything done was saved.
pub(crate) fn saved(path: &str) -> String {
    format!("Saved to {path}")
}

/// The name of a saved scenario.
pub(crate) fn saved_name(stem: &str, number: u32) -> String {
    let number = if number > 1 { format!("-{number}") } else { String::new() };
    format!("{stem}-changed{number}.ron")
}

/// Why a file could not be written.
pub(crate) fn cannot_save(path: &str, what: &str) -> String {
    format!("{path} could not be written: {what}")
}

/// Why changes are not kept.
pub(crate) fn cannot_autosave(what: &str) -> String {
    format!("Unsaved changes cannot be kept for a crash: {what}")
}

/// Why nothing can be done with files.
pub(crate) fn no_thread(what: &str) -> String {
    format!("The system has no thread left: {what}")
}

/// Why one renderer did not work.
pub(crate) fn renderer_failed(what: &str) -> String {
    format!("the window could not be opened with {what}")
}

/// Why none did.
pub(crate) fn no_renderer(failures: &str) -> String {
    format!(
        "no renderer works here ({failures}).\nOn Debian or Ubuntu: apt-get install libegl1 libgl1-mesa-dri \
         libxkbcommon-x11-0 libxcursor1 libxi6. `scalelab run` needs none of these"
    )
}

/// The laws that hold in every run, with both sides of each.
pub(crate) fn laws(laws: &[Check]) -> String {
    let line = |law: &Check| {
        let sign = if law.holds { "holds" } else { "BROKEN, a fault of this program" };
        format!("{}: {} and {} ({sign})", law.law, figure(law.measured), figure(law.expected))
    };
    laws.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What another scenario would take the place of.
pub(crate) fn would_lose(changes: usize) -> String {
    format!("{} of yours would be lost: no file holds what you did here", plural(changes as u64, "change", "changes"))
}

/// What is no part of a run that begins again.
pub(crate) fn restarted_without(changes: usize) -> String {
    let changes = plural(changes as u64, "change", "changes");
    format!("It runs as the file has it, without {changes} of yours: Save writes a file that has them")
}
