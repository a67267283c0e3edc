//! Everything that can be done, in one list: the palette shows it, keys are read by it, and help names them from it.

use std::path::PathBuf;

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers, Theme, ThemePreference};

use super::bars::top::{PACES, neighbour, pace_name};
use super::command::{Export, Overlay, UiCommand};
use super::frame::Rate;
use super::knobs::Knobs;
use super::panels::KINDS;
use super::plots::export::ENTRIES;
use super::session::Session;
use super::shell::{LayoutName, ShellWish, Shown, Switch};
use super::text;
use super::text::catalogue::KNOBS;
use super::time_range::{TimeChange, TimeRange};
use super::twin::TWINS_MAX;
use crate::base::figures::clock;
use crate::base::{Span, Time};
use crate::metrics::snapshot::RunState;
use crate::scenario::{Mode, bundled};

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Action {
    /// What it belongs to.
    pub(crate) group: &'static str,
    /// What it does.
    pub(crate) name: String,
    /// The keys that do it.
    pub(crate) keys: Option<KeyboardShortcut>,
    /// What is asked for.
    pub(crate) wish: UiCommand,
}

/// What decides what can be done.
pub(crate) struct Situation<'a> {
    /// What is open.
    pub(crate) session: &'a Session,
    /// How the window stands.
    pub(crate) shell: Shown<'a>,
    /// Its colours.
    pub(crate) theme: Theme,
    /// Whether one machine is looked at alone.
    pub(crate) has_focus: bool,
    /// The stretch of time that is looked at.
    pub(crate) time: &'a TimeRange,
    /// Whether there is a message.
    pub(crate) has_notice: bool,
    /// The column of knobs.
    pub(crate) knobs: &'a Knobs,
}

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
/// The keys of the palette, which work whatever is open.
pub(crate) const PALETTE_KEYS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::P);
/// The latest instant that can be typed: a week.
const INSTANT_MAX: f64 = 7.0 * 86_400.0;
/// Keys of the layouts, in their order.
const DIGITS: [Key; 5] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];

/// Machines that are named one by one.
const MACHINES_MAX: usize = 64;

/// Everything that can be done now, what is done most first.
pub(crate) fn all(now: &Situation<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    run(now, &mut actions);
    futures(now, &mut actions);
    look(now, &mut actions);
    parts(now, &mut actions);
    files(now, &mut actions);
    turns(now, &mut actions);
    let knob = |name| action(text::GROUP_KNOB, text::do_knob(name), None, shell(ShellWish::ExplainKnob(name)));
    actions.extend(KNOBS.iter().map(|knob_of| knob(knob_of.name)));
    actions
}

/// What keys are called; a sign is its own name.
pub(crate) fn keys_name(ctx: &Context, keys: &KeyboardShortcut) -> String {
    match keys.logical_key {
        Key::Period => ".".to_owned(),
        Key::OpenBracket => "[".to_owned(),
        Key::CloseBracket => "]".to_owned(),
        _ => ctx.format_shortcut(keys),
    }
}

fn action(group: &'static str, name: impl Into<String>, keys: Option<KeyboardShortcut>, wish: UiCommand) -> Action {
    Action { group, name: name.into(), keys, wish }
}

fn shell(wish: ShellWish) -> UiCommand {
    UiCommand::Shell(wish)
}

fn key(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::NONE, key))
}

fn ctrl(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::COMMAND, key))
}

/// The run and its clock.
fn run(now: &Situation<'_>, actions: &mut Vec<Action>) {
    let session = now.session;
    let is_paused = session.snapshot().is_some_and(|snapshot| snapshot.state == RunState::Paused);
    let mode = session.opened().scenario.mode;
    let mut add = |name: &str, keys, wish| actions.push(action(text::GROUP_RUN, name, keys, wish));
    let pause = if is_paused { text::DO_RESUME } else { text::DO_PAUSE };
    add(pause, key(Key::Space), UiCommand::TogglePause);
    add(text::DO_RESTART, ctrl(Key::R), UiCommand::Restart);
    add(text::KEEP_RUN, None, UiCommand::KeepRun(None));
    add(text::DO_UNDO, ctrl(Key::Z), UiCommand::Undo);
    add(text::DO_REDO, Some(KeyboardShortcut::new(CTRL_SHIFT, Key::Z)), UiCommand::Redo);
    let (other, name) =
        if mode == Mode::Live { (Mode::Simulate, text::DO_SIMULATE) } else { (Mode::Live, text::DO_LIVE) };
    add(name, ctrl(Key::M), UiCommand::SetMode(other));
    if mode == Mode::Simulate {
        let pace = session.pace();
        add(text::DO_SLOWER, key(Key::OpenBracket), UiCommand::SetPace(neighbour(pace, false)));
        add(text::DO_FASTER, key(Key::CloseBracket), UiCommand::SetPace(neighbour(pace, true)));
        for pace in PACES {
            add(&text::do_pace(&pace_name(pace)), None, UiCommand::SetPace(pace));
        }
    }
}

/// Two futures of a run that is simulated.
fn futures(now: &Situation<'_>, actions: &mut Vec<Action>) {
    let mut add = |name: &str, keys, wish| actions.push(action(text::GROUP_RUN, name, keys, wish));
    let Some(snapshot) = now.session.snapshot().filter(|snapshot| snapshot.mode == Mode::Simulate) else { return };
    // Where the cursor is, or else the newest instant.
    let at = now.time.hover.map_or(snapshot.at, |secs| Time::ZERO + Span::from_secs_f64(secs)).min(snapshot.at);
    add(&text::do_fork(&clock(at.secs(), true)), ctrl(Key::F), UiCommand::Fork(at));
    let twins = now.session.twins();
    if twins.len() < TWINS_MAX {
        for twin in &snapshot.scenario.twins {
            add(&text::beside(&twin.title), None, UiCommand::LayBeside(Some(twin.name.clone())));
        }
        add(&text::beside(text::AS_OPENED), None, UiCommand::LayBeside(None));
    }
    if !twins.is_empty() {
        add(text::DO_COMPARE, None, UiCommand::CompareFutures);
        add(text::DO_END_FORK, None, UiCommand::EndFork);
    }
}

/// Every turn of the knobs in the column.
fn turns(now: &Situation<'_>, actions: &mut Vec<Action>) {
    let Some(snapshot) = now.session.snapshot() else { return };
    let turns = now.knobs.turns(snapshot, &now.session.standing());
    let turn = |(name, commands)| action(text::GROUP_KNOB, name, None, UiCommand::Turn(commands));
    actions.extend(turns.into_iter().map(turn));
}

/// What is looked at, and how.
fn look(now: &Situation<'_>, actions: &mut Vec<Action>) {
    let Shown { kept, views, filled, .. } = now.shell;
    let mut add = |name: &str, keys, wish| actions.push(action(text::GROUP_LOOK, name, keys, wish));
    add(text::DO_FOLLOW, key(Key::Period), UiCommand::Time(TimeChange::Follow));
    add(text::DO_FIT, key(Key::F), UiCommand::Time(TimeChange::Fit));
    add(text::DO_PALETTE, Some(PALETTE_KEYS), UiCommand::Toggle(Overlay::Palette));
    add(text::DO_KNOBS, ctrl(Key::K), UiCommand::Toggle(Overlay::AllKnobs));
    add(text::DO_HELP, key(Key::F1), UiCommand::Toggle(Overlay::Help));
    for (layout, digit) in LayoutName::ALL.into_iter().zip(DIGITS) {
        if layout != LayoutName::Own || kept.own.is_some() {
            add(&text::do_layout(layout), ctrl(digit), shell(ShellWish::Layout(layout)));
        }
    }
    add(text::KEEP_LAYOUT, None, shell(ShellWish::KeepLayout));
    if now.time.selected().is_some() {
        add(text::UNSELECT, key(Key::Escape), UiCommand::Time(TimeChange::Unselect));
    }
    if filled.is_some() {
        add(text::UNFILL, key(Key::Escape), shell(ShellWish::Fill(None)));
    }
    for kind in KINDS {
        let (title, name) = (text::view_title(kind.key), kind.key.to_owned());
        let is_shown = views.contains(&name);
        if is_shown {
            add(&text::do_fill(title), None, shell(ShellWish::Fill(Some(name.clone()))));
        }
        let wish = if is_shown { ShellWish::CloseView(name) } else { ShellWish::ShowView(name) };
        add(&text::do_view(title, is_shown), None, shell(wish));
    }
    for switch in Switch::ALL {
        let is_on = kept.switches.is_on(switch);
        let keys = if switch == Switch::Presenter { key(Key::F5) } else { None };
        // The rate of drawing has a command of its own, which help uses as well.
        let wish = match switch {
            Switch::Quiet => UiCommand::SetRate(if is_on { Rate::Smooth } else { Rate::Quiet }),
            _ => shell(ShellWish::Turn(switch)),
        };
        add(&text::do_switch(switch, is_on), keys, wish);
    }
    let other = if now.theme == Theme::Dark { ThemePreference::Light } else { ThemePreference::Dark };
    add(text::DO_THEME, ctrl(Key::L), UiCommand::SetTheme(other));
    add(text::DO_THEME_SYSTEM, None, UiCommand::SetTheme(ThemePreference::System));
}

/// What is looked at alone, and what is taken out of the views.
fn parts(now: &Situation<'_>, actions: &mut Vec<Action>) {
    let views = now.shell.views;
    let mut add = |name: &str, keys, wish| actions.push(action(text::GROUP_LOOK, name, keys, wish));
    for kind in KINDS.iter().filter(|kind| views.contains(&kind.key.to_owned())) {
        for (what, wanted) in ENTRIES {
            let name = text::do_export(text::view_title(kind.key), what);
            add(&name, None, UiCommand::Export(Export::Of(kind.key, wanted)));
        }
    }
    let workers = now.session.snapshot().map(|snapshot| snapshot.workers.as_slice()).unwrap_or_default();
    for worker in workers.iter().take(MACHINES_MAX) {
        add(&text::do_look_at(&worker.name), None, UiCommand::Focus(Some(worker.worker)));
    }
    if now.has_focus {
        add(text::ALL_MACHINES, None, UiCommand::Focus(None));
    }
}

/// Files and scenarios.
fn files(now: &Situation<'_>, actions: &mut Vec<Action>) {
    actions.push(action(text::GROUP_FILE, text::DO_OPEN, ctrl(Key::O), UiCommand::Toggle(Overlay::Open)));
    actions.push(action(text::GROUP_FILE, text::DO_SAVE, ctrl(Key::S), UiCommand::Toggle(Overlay::Save)));
    actions.push(action(text::GROUP_FILE, text::DO_QUIT, ctrl(Key::Q), UiCommand::Quit));
    if now.has_notice {
        actions.push(action(text::GROUP_LOOK, text::DO_CLOSE_NOTICE, None, UiCommand::DismissNotice));
    }
    let recent = &now.shell.kept.recent;
    for path in recent {
        actions.push(action(text::GROUP_RECENT, path, None, UiCommand::Open(PathBuf::from(path))));
    }
    if !recent.is_empty() {
        actions.push(action(text::GROUP_RECENT, text::FORGET_RECENT, None, shell(ShellWish::ForgetRecent)));
    }
    for scenario in bundled::ALL {
        let wish = UiCommand::OpenBuiltIn { name: scenario.name, twin: None };
        actions.push(action(text::GROUP_SCENARIO, scenario.question(), None, wish));
    }
}

/// Those that a query finds, best first. Without a query, all of them in their order.
pub(crate) fn found<'a>(actions: &'a [Action], query: &str) -> Vec<&'a Action> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let mut scored: Vec<(u32, &Action)> = actions
        .iter()
        .filter_map(|action| Some((score(&action.name.to_lowercase(), &action.group.to_lowercase(), &words)?, action)))
        .collect();
    scored.sort_by_key(|(score, _)| *score);
    scored.into_iter().map(|(_, action)| action).collect()
}

/// Forking at an instant that is typed, as in `fork 5:30`, where the run can be forked.
pub(crate) fn typed(actions: &[Action], query: &str) -> Option<Action> {
    let fork = actions.iter().find(|action| matches!(action.wish, UiCommand::Fork(_)))?;
    let secs = query.split_whitespace().find_map(instant)?;
    let at = Time::ZERO + Span::from_secs_f64(secs);
    Some(Action { name: text::do_fork(&clock(secs, true)), wish: UiCommand::Fork(at), ..fork.clone() })
}

/// Seconds of `5:30`, `5:30.5` or `1:05:30`.
fn instant(word: &str) -> Option<f64> {
    let parts: Vec<&str> = word.split(':').collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|own| own.is_ascii_digit() || own == '.');
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(is_number) {
        return None;
    }
    let secs = parts.iter().try_fold(0.0, |sum, part| Some(sum * 60.0 + part.parse::<f64>().ok()?))?;
    (secs <= INSTANT_MAX).then_some(secs)
}

/// How badly a name and its group fit the words of a query; `None` if they do not.
fn score(name: &str, group: &str, words: &[String]) -> Option<u32> {
    words.iter().try_fold(0, |sum, word| {
        let begins = |text: &str| text.split(|letter: char| !letter.is_alphanumeric()).any(|own| own.starts_with(word));
        let badness = if begins(name) {
            u32::from(!name.starts_with(word.as_str()))
        } else if begins(group) {
            2
        } else if name.contains(word.as_str()) {
            4
        } else if is_hidden_in(word, name) {
            16
        } else {
            return None;
        };
        Some(sum + badness)
    })
}

/// Whether the letters of a word come in this order close behind the beginning of a word, as `slwr` in `slower`. Two
/// letters are in everything.
fn is_hidden_in(word: &str, name: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let names: Vec<char> = name.chars().collect();
    let begins = |at: usize| at == 0 || !names[at - 1].is_alphanumeric();
    let follows = |at: usize| {
        let near = &names[at..(at + 2 * letters.len()).min(names.len())];
        let mut left = near.iter();
        near.first() == letters.first() && letters.iter().all(|letter| left.any(|own| own == letter))
    };
    letters.len() > 2 && (0..names.len()).any(|at| begins(at) && follows(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(query: &str) -> Vec<String> {
        let make = |group, name: &str| action(group, name, None, UiCommand::Undo);
        let actions = [
            make("Look", "Follow the live end"),
            make("Run", "Slower (simulated runs)"),
            make("Run", "Run live, by the clock"),
            make("Knob", "Explain: Circuit breaker"),
        ];
        found(&actions, query).into_iter().map(|action| action.name.clone()).collect()
    }

    #[test]
    fn words_are_found_by_how_they_begin_and_what_begins_with_them_comes_first() {
        assert_eq!(names("").len(), 4);
        assert_eq!(names("run"), ["Run live, by the clock", "Slower (simulated runs)"]);
        assert_eq!(names("end foll"), ["Follow the live end"]);
        assert_eq!(names("knob bre"), ["Explain: Circuit breaker"]);
        assert_eq!(names("zebra"), [""; 0]);
    }

    #[test]
    fn an_instant_can_be_typed() {
        let secs = ["5:30", "0:07.5", "1:05:30", "5:", ":30", "5", "a:b", "1:2:3:4", "99999999:00"].map(instant);
        assert_eq!(secs[..3], [Some(330.0), Some(7.5), Some(3_930.0)]);
        assert_eq!(secs[3..], [None; 6]);
        let fork = action("Run", "Fork", None, UiCommand::Fork(Time::ZERO));
        let typed = |actions: &[Action], query| typed(actions, query).map(|action| action.wish);
        let at = UiCommand::Fork(Time::ZERO + Span::from_secs_f64(330.0));
        assert_eq!(typed(std::slice::from_ref(&fork), "fork 5:30"), Some(at));
        assert_eq!(typed(&[fork], "fork"), None);
        assert_eq!(typed(&[], "fork 5:30"), None, "what cannot be forked");
    }

    #[test]
    fn letters_left_out_are_forgiven_from_three_on() {
        assert_eq!(names("slwr"), ["Slower (simulated runs)"]);
        assert_eq!(names("crct brkr"), ["Explain: Circuit breaker"]);
        assert_eq!(names("xq"), [""; 0]);
        assert_eq!(names("fed"), [""; 0], "letters from all over a sentence are no word");
    }
}
