//! The rules: who may import whom, and which door leads to what. `check` holds any set of sources against them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::scan::{Path, Scan, module_of, scan};

/// A file and its text; the path begins at the project's root.
pub(super) type Source = (String, String);

/// Lines of a file, at most.
const LINES_MAX: usize = 500;

/// Where the words of the window stand.
const WINDOW_WORDS: &str = "src/ui/text";

/// What only some may name. A trailing `*` stands for any ending of the first name.
struct Fence {
    /// Paths behind the fence.
    what: &'static [&'static str],
    /// Files and folders that may.
    may: &'static [&'static str],
    /// Why.
    reason: &'static str,
}

const FENCES: &[Fence] = &[
    Fence {
        what: &["egui*", "eframe", "rfd", "winit", "wgpu", "glow"],
        may: &["src/ui/", "src/main.rs"],
        reason: "the program is complete without its window",
    },
    Fence {
        what: &["tokio*", "hyper*", "reqwest", "ureq", "axum", "tiny_http", "std::net"],
        may: &["src/world/dask.rs", "src/interop/"],
        reason: "the network is reached in two places",
    },
    Fence {
        what: &["rayon*"],
        may: &["src/experiment/", "src/workload/"],
        reason: "a run has one engine thread; parallel are many runs, or the inside of a kernel",
    },
    Fence {
        what: &["gemm*"],
        may: &["src/workload/product.rs"],
        reason: "what is unsafe about it is checked in one place",
    },
    Fence {
        what: &["ndarray*"],
        may: &["src/workload/", "src/analysis/"],
        reason: "arrays are for kernels and for fits",
    },
    Fence {
        what: &["std::time::Instant", "std::time::SystemTime", "std::time::UNIX_EPOCH"],
        may: &["src/engine/clock.rs", "src/world/threads.rs", "src/base/os.rs", "src/ui/frame.rs"],
        reason: "time is an argument; two files read it, and the window times its frames",
    },
    Fence {
        what: &[
            "std::thread::Builder",
            "std::thread::available_parallelism",
            "std::thread::current",
            "std::thread::park",
            "std::thread::park_timeout",
            "std::thread::scope",
            "std::thread::sleep",
            "std::thread::spawn",
            "std::thread::yield_now",
        ],
        may: &["src/base/os.rs", "src/engine/clock.rs", "src/world/threads.rs"],
        reason: "threads are named and made through base/os.rs",
    },
    Fence {
        what: &["base::os"],
        may: &["src/base/", "src/engine/", "src/world/", "src/experiment/", "src/cli/", "src/ui/", "src/main.rs"],
        reason: "what depends on this machine stays out of the core",
    },
    Fence {
        what: &["core_affinity"],
        may: &["src/world/threads.rs"],
        reason: "live workers are pinned where they are made",
    },
    Fence {
        what: &["clap*", "ctrlc", "anyhow"],
        may: &["src/cli/", "src/main.rs"],
        reason: "the library has typed errors and knows no terminal",
    },
    Fence {
        what: &["std::fs", "std::env", "std::process", "std::io"],
        may: &[
            "src/base/os.rs",
            "src/scenario/",
            "src/world/",
            "src/engine/",
            "src/experiment/",
            "src/interop/",
            "src/lesson/",
            "src/cli/",
            "src/ui/",
            "src/main.rs",
        ],
        reason: "control, demand and meaning do no I/O",
    },
];

/// Folders whose numbers must not depend on the machine: elementary functions go through `libm` there.
const EXACT: &[&str] = &["base", "scenario", "traffic", "policy", "cluster", "engine", "metrics", "world"];
/// Functions of `f64` whose last bits differ between platforms.
const INEXACT: &[&str] = &[
    "acos", "asin", "atan", "atan2", "cbrt", "cos", "cosh", "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log10",
    "log2", "powf", "powi", "sin", "sin_cos", "sinh", "tan", "tanh",
];

/// Folders that see symptoms, never causes.
const BLIND: &[&str] = &["policy", "cluster"];

/// A rule that does not hold.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    /// Where.
    pub(super) path: String,
    /// On which line; 0 for the file as a whole.
    pub(super) line: usize,
    /// What, and why not.
    pub(super) message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Which folder may import what: `analysis -> base metrics::snapshot` line by line.
pub(super) struct Table(BTreeMap<String, Vec<Vec<String>>>);

impl Table {
    /// Reads the block of ARCHITECTURE.md whose lines have an arrow, so that page and test cannot disagree.
    pub(super) fn of_page(page: &str) -> Self {
        let is_table = |block: &&str| block.lines().any(|line| line.starts_with("base ") && line.contains("->"));
        let block = page.split("```").find(is_table).unwrap_or_default();
        let rows = block.lines().filter_map(|line| line.split_once("->"));
        let names = |path: &str| path.split("::").map(str::to_owned).collect();
        Self(rows.map(|(who, whom)| (who.trim().to_owned(), whom.split_whitespace().map(names).collect())).collect())
    }

    /// The folders it speaks of.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether `who` may name `names`. A row that says `cluster::event` also allows what `cluster` re-exports of it.
    fn allows(&self, who: &str, names: &[String], exports: &BTreeMap<Vec<String>, BTreeSet<String>>) -> bool {
        let Some(row) = self.0.get(who) else { return false };
        names.first().is_some_and(|first| first == who)
            || row.iter().any(|allowed| {
                let is_inside = names.starts_with(allowed);
                let is_passed_on = names.len() > 1
                    && allowed.len() == 2
                    && names[0] == allowed[0]
                    && exports.get(allowed).is_some_and(|exports| exports.contains(&names[1]));
                is_inside || is_passed_on
            })
    }
}

/// Holds the sources below `src/` against every rule, and returns what breaks one, in order of the files.
pub(super) fn check(table: &Table, sources: &[Source]) -> Vec<Violation> {
    let mut broken = Vec::new();
    let mut scans = Vec::new();
    for (path, text) in sources {
        let module = module_of(path);
        match scan(&module, text) {
            Ok(scan) => scans.push((path, module, scan)),
            Err(err) => broken.push(violation(path, 0, format!("is not Rust: {err}"))),
        }
    }
    let tests: Vec<_> = scans.iter().flat_map(|(_, _, scan)| scan.test_modules.iter().cloned()).collect();
    let exports =
        scans.iter().map(|(_, module, scan)| (module.clone(), scan.exports.iter().cloned().collect())).collect();
    for (path, module, scan) in &scans {
        if !tests.iter().any(|test| module.starts_with(test)) {
            check_imports(path, module, scan, table, &exports, &mut broken);
            check_fences(path, scan, &mut broken);
            check_words(path, module, scan, &mut broken);
        }
    }
    broken.extend(too_long(sources));
    broken.sort();
    broken.dedup();
    broken
}

/// Files with more than 500 lines: rooms that want dividing.
pub(super) fn too_long(sources: &[Source]) -> Vec<Violation> {
    let lengths = sources.iter().map(|(path, text)| (path, text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > LINES_MAX);
    long.map(|(path, lines)| violation(path, 0, format!("has {lines} lines, {LINES_MAX} at most"))).collect()
}

fn check_imports(
    path: &str,
    module: &[String],
    scan: &Scan,
    table: &Table,
    exports: &BTreeMap<Vec<String>, BTreeSet<String>>,
    broken: &mut Vec<Violation>,
) {
    // lib.rs only declares the folders; main.rs is a crate of its own above them.
    let folder = match (path, module.first()) {
        ("src/lib.rs", _) => return,
        ("src/main.rs", _) => "main",
        (_, Some(folder)) => folder,
        (_, None) => return,
    };
    if !table.folders().any(|known| known == folder) {
        broken.push(violation(path, 0, format!("the table of ARCHITECTURE.md has no folder `{folder}`")));
        return;
    }
    for named in scan.paths.iter().filter(|named| named.ours) {
        if named.names.is_empty() {
            broken.push(violation(
                path,
                named.line,
                "names the crate's root, which hides what is used of it".to_owned(),
            ));
        } else if !table.allows(folder, &named.names, exports) {
            let message = format!("`{folder}` may not import `{}`", named.names.join("::"));
            broken.push(violation(path, named.line, message));
        }
    }
}

fn check_fences(path: &str, scan: &Scan, broken: &mut Vec<Violation>) {
    for fence in FENCES.iter().filter(|fence| !fence.may.iter().any(|may| path.starts_with(may))) {
        for named in &scan.paths {
            if fence.what.iter().any(|what| is_behind(named, what)) {
                let message = format!("`{}` is fenced: {}", named.names.join("::"), fence.reason);
                broken.push(violation(path, named.line, message));
            }
        }
    }
}

/// Whether `named` is `what`, lies in it, or imports the whole of which `what` is a part.
fn is_behind(named: &Path, what: &str) -> bool {
    let what: Vec<&str> = what.split("::").collect();
    let is_ours = what[0] == "base";
    let matches = |(name, what): (&String, &&str)| match what.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == what,
    };
    let is_part = named.names.iter().zip(&what).all(matches);
    let reaches = named.names.len() >= what.len() || (named.imported && !named.names.is_empty());
    named.ours == is_ours && is_part && reaches
}

fn check_words(path: &str, module: &[String], scan: &Scan, broken: &mut Vec<Violation>) {
    let in_folders = |folders: &[&str]| module.first().is_some_and(|folder| folders.contains(&folder.as_str()));
    if in_folders(BLIND) {
        for word in scan.words.iter().filter(|word| names_fault(&word.text)) {
            let message = format!("`{}` names a fault; a policy sees symptoms, never causes", word.text);
            broken.push(violation(path, word.line, message));
        }
    }
    if in_folders(EXACT) {
        let functions =
            scan.paths.iter().filter(|named| !named.ours && named.names[0] == "f64" && named.names.len() == 2);
        let functions = functions.map(|named| (named.line, &named.names[1]));
        for (line, name) in scan.calls.iter().map(|call| (call.line, &call.text)).chain(functions) {
            if INEXACT.contains(&name.as_str()) {
                let message = format!("`{name}` differs between platforms in its last bits: use libm");
                broken.push(violation(path, line, message));
            }
        }
    }
    if path.starts_with("src/ui/") && !path.starts_with(WINDOW_WORDS) {
        for text in scan.strings.iter().filter(|text| is_prose(&text.text)) {
            let message = format!("{} is for people: such words stand in {WINDOW_WORDS}.rs", text.text);
            broken.push(violation(path, text.line, message));
        }
    }
}

/// Whether one of the words in a name is "fault", as in `SlowFault` or `fault_rate` and unlike in `Default`.
fn names_fault(name: &str) -> bool {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter == '_' || letter.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.iter().any(|word| matches!(word.trim_matches('_'), "fault" | "faults"))
}

/// Whether a literal holds two words with a space between them, placeholders apart.
fn is_prose(literal: &str) -> bool {
    let mut depth = 0_u32;
    let mut plain = String::new();
    for letter in literal.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    let words = plain.split(' ').filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() > 1);
    words.count() > 1
}

fn violation(path: &str, line: usize, message: String) -> Violation {
    Violation { path: path.to_owned(), line, message }
}
