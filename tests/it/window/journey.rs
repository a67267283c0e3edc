//! What a person does from end to end, in a real window, with a mouse and a keyboard: open, turn knobs, pause, look back,
//! fork, compare, take numbers out, save, quit, come back and find it again. Each step is seen in what it left: a file, the
//! name of the window, or what is on the screen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::thread::sleep;
use std::time::Duration;

use image::{GenericImageView, RgbaImage};
use scalelab::scenario::{By, Command, Entry, bundled, load_file};

use super::real::{DATA_WAIT, END_WAIT, Ended, missing, new_display, program, screenshot, within};
use crate::fixture;

/// Left, top, width and height of a part of the window at 1280x720.
type Place = (u32, u32, u32, u32);
/// The name of what is open: bright, but where something lies over the window.
const NAME: Place = (8, 14, 300, 22);
/// Both plots of the layout that is there at first.
const PLOTS: Place = (330, 375, 930, 145);
/// The first numbers of the table that compares two futures: what is finished, what failed, half of the jobs.
const FINISHED: Place = (640, 145, 120, 60);
/// The same rows, whatever stands in them.
const TABLE: Place = (288, 120, 480, 60);
/// A corner where nothing hears of the pointer.
const NOWHERE: (i32, i32) = (640, 706);

/// Who sits in front of the window.
struct Person {
    display: String,
    folder: PathBuf,
    window: String,
    program: Ended,
}

impl Person {
    /// Starts the program with nothing but its own files of before, and takes the keyboard.
    fn sits_down(display: &str, folder: &Path) -> Self {
        let args = ["--renderer", "glow", "--theme", "dark", "--size", "1280x720"];
        let mut command = program(display, &folder.join("data"), args);
        let program = Ended(command.current_dir(folder).spawn().expect("the program starts"));
        let mut person =
            Self { display: display.to_owned(), folder: folder.to_owned(), window: String::new(), program };
        person.window = within(DATA_WAIT, "a window", || {
            let found = person.asks(&["search", "--onlyvisible", "--name", "· scalelab"]);
            found.lines().next().map(str::to_owned)
        });
        person.does(&["windowfocus", &person.window]);
        within(DATA_WAIT, "the name of what is open", || (!person.is_covered()).then_some(()));
        person
    }

    /// What xdotool says.
    fn asks(&self, words: &[&str]) -> String {
        let output = Process::new("xdotool").args(words).env("DISPLAY", &self.display).output().expect("xdotool runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn does(&self, words: &[&str]) {
        let status = Process::new("xdotool").args(words).env("DISPLAY", &self.display).status().expect("xdotool runs");
        assert!(status.success(), "xdotool {words:?}");
    }

    fn presses(&self, keys: &str) {
        self.does(&["key", keys]);
    }

    fn points(&self, (x, y): (i32, i32)) {
        self.does(&["mousemove", &x.to_string(), &y.to_string()]);
    }

    fn clicks(&self, at: (i32, i32), button: &str) {
        self.points(at);
        self.does(&["click", button]);
    }

    /// Drags in steps, as a hand does.
    fn drags(&self, from: (i32, i32), to: (i32, i32)) {
        self.points(from);
        self.does(&["mousedown", "1"]);
        for step in 1..=4 {
            let at = |from: i32, to: i32| from + (to - from) * step / 4;
            self.points((at(from.0, to.0), at(from.1, to.1)));
            rest(150);
        }
        self.does(&["mouseup", "1"]);
    }

    /// Opens something over the window, types, and enters.
    fn enters(&self, keys: &str, words: &str) {
        self.presses(keys);
        self.fills_in(words);
    }

    /// Types into what lies over the window, over what stands there, and enters. What stands there may do.
    fn fills_in(&self, words: &str) {
        within(DATA_WAIT, "something over the window", || self.is_covered().then_some(()));
        if !words.is_empty() {
            self.presses("ctrl+a");
            self.does(&["type", "--delay", "20", words]);
        }
        self.presses("Return");
        within(DATA_WAIT, &format!("an end of {words:?}"), || (!self.is_covered()).then_some(()));
    }

    /// Does what is found by these words among everything that can be done.
    fn wants(&self, words: &str) {
        self.enters("ctrl+p", words);
    }

    fn sees(&self, place: Place) -> RgbaImage {
        let (left, top, width, height) = place;
        screenshot(&self.display, &self.folder.join("seen.png")).view(left, top, width, height).to_image()
    }

    /// What is there once it no longer changes.
    fn sees_still(&self, place: Place) -> RgbaImage {
        let mut before = self.sees(place);
        within(DATA_WAIT, "a picture that stands still", || {
            rest(700);
            let now = self.sees(place);
            let is_still = now == before;
            before = now;
            is_still.then(|| before.clone())
        })
    }

    /// Whether something lies over the window: then even the name of what is open is dim.
    fn is_covered(&self) -> bool {
        self.sees(NAME).pixels().all(|pixel| pixel[1] < 190)
    }

    fn reads_title(&self) -> String {
        self.asks(&["getwindowname", &self.window])
    }

    fn waits_for_title(&self, title: &str) {
        within(DATA_WAIT, title, || (self.reads_title() == title).then_some(()));
    }

    /// What a person did, as it is kept for the case of a crash.
    fn unsaved(&self) -> Vec<Entry> {
        by_person(&self.folder.join("data/scalelab/unsaved.ron"))
    }

    fn waits_for_unsaved(&self, what: &str, is_it: impl Fn(&Command) -> bool) {
        within(DATA_WAIT, what, || self.unsaved().iter().any(|entry| is_it(&entry.command)).then_some(()));
    }

    /// Takes a plot out of the window by the menu that it opens at the pointer; `entry` counts from 0.
    fn exports(&self, plot: (i32, i32), entry: i32, path: &Path) {
        self.clicks(plot, "3");
        rest(600);
        self.clicks((plot.0 + 50, plot.1 + 20 + 31 * entry), "1");
        self.fills_in(&path.display().to_string());
        within(DATA_WAIT, "the file", || path.is_file().then_some(()));
        self.wants("close the message");
        self.points(NOWHERE);
    }

    /// Leaves by the keyboard; the program must end in peace.
    fn quits(mut self) {
        self.presses("ctrl+q");
        let end = within(END_WAIT, "the end", || self.program.0.try_wait().expect("it can be asked"));
        assert!(end.success(), "it ended with {end}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a hand is no faster, and what moves shows itself only in time")]
fn rest(millis: u64) {
    sleep(Duration::from_millis(millis));
}

/// The entries of a scenario's timeline that a person made; none where the file is not whole yet.
fn by_person(path: &Path) -> Vec<Entry> {
    let Ok((_, scenario)) = load_file(path, &fixture::host()) else { return Vec::new() };
    scenario.timeline.into_iter().filter(|entry| entry.by == By::Person).collect()
}

/// A folder that stays when the test fails, with the last thing that was seen in it.
fn fresh_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journey");
    // There is none at first.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("data")).expect("a folder");
    eprintln!("what was seen last is {}/seen.png", folder.display());
    folder
}

/// A scenario with traffic, a goal and keys, long enough for a slow computer.
fn scenario_file(folder: &Path) -> PathBuf {
    let hedge = bundled::ALL.iter().find(|known| known.name == "hedge").expect("a built-in scenario");
    let mut text = hedge.text.to_owned();
    for (from, to) in [("\"120s\"", "\"2400s\""), ("to: 600)", "to: 30)"), ("count: 20", "count: 3")] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let path = folder.join("asked.ron");
    fs::write(&path, text).expect("written");
    path
}

/// The rows of a table as numbers, below the names of its columns.
fn table(path: &Path) -> (Vec<String>, Vec<Vec<Option<f64>>>) {
    let text = fs::read_to_string(path).expect("the table");
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().expect("names");
    let rows: Vec<Vec<_>> = lines.map(|line| line.iter().map(|cell| cell.parse().ok()).collect()).collect();
    assert!(rows.len() > 20 && rows.iter().all(|row: &Vec<Option<f64>>| row.len() == head.len()), "{text}");
    (head, rows)
}

fn opens_and_turns_five_knobs(person: &Person, path: &Path) {
    person.enters("ctrl+o", &path.display().to_string());
    person.waits_for_title("Does asking twice cut the tail? · scalelab");
    // What is turned is kept every three seconds: with the last knob the run is long past the stretch that plots show.
    person.wants("pace 10");
    // The slider of traffic and the button for one machine more.
    person.drags((77, 141), (131, 141));
    person.waits_for_title("• Does asking twice cut the tail? · scalelab");
    person.waits_for_unsaved(
        "traffic",
        |command| matches!(command, Command::SetTrafficFactor { factor, .. } if *factor > 1.5),
    );
    person.clicks((244, 230), "1");
    person.waits_for_unsaved("machines", |command| matches!(command, Command::SetCount { count: 4, .. }));
    person.wants("send work least outstanding");
    person.waits_for_unsaved("the balancer", |command| matches!(command, Command::SetBalance { .. }));
    person.wants("cache lru");
    person.waits_for_unsaved("the cache", |command| matches!(command, Command::SetCache { .. }));
    person.wants("goal 500");
    person.waits_for_unsaved("the goal", |command| matches!(command, Command::SetBound { bound, .. } if *bound == 0.5));
    person.points(NOWHERE);
}

fn pauses_and_looks_back(person: &Person) {
    person.presses("space");
    let live = person.sees_still(PLOTS);
    // By the strip of events, then a stretch of a plot, which Escape lets go of.
    person.drags((400, 660), (900, 660));
    person.points(NOWHERE);
    let back = person.sees_still(PLOTS);
    assert!(back != live, "the plots show an earlier stretch");
    person.does(&["keydown", "shift"]);
    person.drags((420, 440), (600, 440));
    person.does(&["keyup", "shift"]);
    person.points(NOWHERE);
    let selected = person.sees_still(PLOTS);
    assert!(selected != back, "a stretch is selected");
    person.presses("Escape");
    within(DATA_WAIT, "no selection", || (person.sees(PLOTS) == back).then_some(()));
    let until = |name: &str| {
        let path = person.folder.join(name);
        person.exports((560, 440), 1, &path);
        let (head, rows) = table(&path);
        assert!(head[0].contains("time") && head.iter().any(|name| name.contains("arriving")), "{head:?}");
        rows.last().and_then(|row| row[0]).expect("a time")
    };
    let then = until("back.csv");
    person.presses("period");
    within(DATA_WAIT, "the live end", || (person.sees(PLOTS) == live).then_some(()));
    let now = until("live.csv");
    assert!((5.0..20.0).contains(&(now - then)), "from {now} s back to {then} s");
}

fn forks_and_compares(person: &Person) {
    person.presses("ctrl+f");
    person.presses("ctrl+2");
    let alike = person.sees_still(FINISHED);
    person.wants("traffic less");
    person.presses("space");
    within(DATA_WAIT, "another future", || (person.sees(FINISHED) != alike).then_some(()));
    rest(1_500);
    person.presses("space");
    let now = person.sees_still(TABLE);
    person.wants("how sure");
    within(DATA_WAIT * 3, "what replications say", || (person.sees(TABLE) != now).then_some(()));
}

/// Two futures as numbers, and a picture of them.
fn exports_both(person: &Person) {
    let path = person.folder.join("futures.csv");
    person.exports((560, 500), 1, &path);
    let (head, rows) = table(&path);
    let column = |words: &str| head.iter().position(|name| name.contains(words)).expect(words);
    let (a, b) = (column("as it was"), column("finished"));
    let pairs = rows.iter().filter_map(|row| Some((row[a]?, row[b]?)));
    assert!(pairs.clone().any(|(a, b)| a == b) && pairs.clone().any(|(a, b)| a != b), "one past and two futures");
    let path = person.folder.join("futures.svg");
    person.exports((1_060, 500), 2, &path);
    let picture = fs::read_to_string(&path).expect("the picture");
    assert!(picture.contains("</svg>") && picture.contains("Latency"));
    let path = person.folder.join("futures.png");
    person.exports((1_060, 500), 3, &path);
    assert!(image::open(&path).expect("a picture").width() > 200);
}

#[test]
fn a_person_goes_all_the_way() {
    if let Some(words) = missing(&[("Xvfb", "xvfb"), ("import", "imagemagick"), ("xdotool", "xdotool")]) {
        panic!("{words}");
    }
    let (_server, display) = new_display();
    let folder = fresh_folder();
    let path = scenario_file(&folder);
    let person = Person::sits_down(&display, &folder);
    opens_and_turns_five_knobs(&person, &path);
    pauses_and_looks_back(&person);
    forks_and_compares(&person);
    exports_both(&person);

    let saved = folder.join("asked-changed.ron");
    person.enters("ctrl+s", "");
    within(DATA_WAIT, "the scenario with what was done", || saved.is_file().then_some(()));
    person.waits_for_title("Does asking twice cut the tail? · scalelab");
    let done = by_person(&saved);
    let is_there = |is_it: fn(&Command) -> bool| done.iter().any(|entry| is_it(&entry.command));
    assert!(is_there(|command| matches!(command, Command::SetTrafficFactor { .. })));
    assert!(is_there(|command| matches!(command, Command::SetCount { .. })));
    assert!(is_there(|command| matches!(command, Command::SetBalance { .. })));
    assert!(is_there(|command| matches!(command, Command::SetCache { .. })));
    assert!(is_there(|command| matches!(command, Command::SetBound { .. })));
    person.quits();
    let kept = fs::read_to_string(folder.join("data/scalelab/window.ron")).expect("what survives");
    assert!(kept.contains("layout: Compare") && kept.contains(&saved.display().to_string()), "{kept}");

    let person = Person::sits_down(&display, &folder);
    person.waits_for_title("Can this computer keep up? · scalelab");
    person.wants("asked-changed");
    person.waits_for_title("Does asking twice cut the tail? · scalelab");
    // A copy goes beside the file that is open, and holds what that holds.
    person.enters("ctrl+s", "");
    let again = folder.join("asked-changed-changed.ron");
    within(DATA_WAIT, "a copy of what was found", || again.is_file().then_some(()));
    assert_eq!(by_person(&again), done, "it has everything that was done");
    person.quits();
}
