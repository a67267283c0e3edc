//! Changes to the text of a scenario that leave its comments where they are: `--set`, and saving a run.

use std::fmt::Write as _;

use super::errors::{Finding, ScenarioErrors, suggest};
use super::file::timeline::entry_written;
use super::load::{Refused, findings_or_scenario};
use super::syntax::{Args, Field, Kind, Node, Range, Tree, parse, parse_value};
use super::{Entry, Host, Mode, Scenario, Twin, limits};

/// Sets values in the text of a scenario, `PATH=VALUE` each, and reads the result.
///
/// Paths are those of the file, as `pools.api.balance`, `pools.api.groups.0.count`, `traffic.0.factor`,
/// `objectives.p99.bound`, `seed`, `duration` and `mode`. A value is RON; quotes may be left out where a text is
/// expected, as in `duration=2m`. All are set before anything is checked, so that their order does not matter.
///
/// # Errors
/// With what is wrong with the assignments, the n-th of which is line n of `--set`; or, when each of them is right by
/// itself, with what does not fit together in the scenario that results.
pub fn set(
    text: &str,
    assignments: &[impl AsRef<str>],
    origin: &str,
    host: &Host,
) -> Result<(String, Scenario), ScenarioErrors> {
    let written = assignments.iter().map(|one| one.as_ref().replace(['\n', '\r'], " ")).collect::<Vec<_>>().join("\n");
    let mut overlay = Overlay::new(text, origin)?;
    let mut findings = Vec::new();
    let mut line_start = 0;
    for line in written.split('\n').filter(|line| !line.is_empty()) {
        if let Err(mut finding) = overlay.assign(line, line_start) {
            finding.at = finding.at.start + line_start..finding.at.end + line_start;
            findings.push(finding);
        }
        line_start += line.len() + 1;
    }
    if findings.is_empty() {
        match findings_or_scenario(&overlay.text, host) {
            Ok(scenario) => return Ok((overlay.text, scenario)),
            Err(Refused::Whole(what, hint)) => return Err(ScenarioErrors::whole(origin, what, Some(hint))),
            Err(Refused::Findings(in_file)) => {
                findings = in_file.iter().filter_map(|finding| overlay.in_assignment(finding)).collect();
                if findings.is_empty() {
                    let origin = if written.is_empty() { origin.to_owned() } else { format!("{origin} with --set") };
                    return Err(ScenarioErrors::of(&origin, &overlay.text, in_file));
                }
            }
        }
    }
    Err(ScenarioErrors::of("--set", &written, findings))
}

/// Values with commas between them, in brackets or without: `1, 2, 4` or `[Off, Lru(entries: 400)]`, each as a file has it.
/// What is no RON is taken word by word, as `1m,2m` is.
///
/// # Errors
/// When brackets, quotes or the like are left open.
pub fn values(text: &str) -> Result<Vec<String>, ScenarioErrors> {
    let text = if text.starts_with('[') { text.to_owned() } else { format!("[{text}]") };
    match parse_value(&text) {
        Ok(Node { kind: Kind::List(nodes), .. }) => {
            Ok(nodes.iter().map(|node| text[node.span.clone()].to_owned()).collect())
        }
        Err(_) if !text.contains(['"', '(', '{', '\\']) => {
            let words = text.trim_matches(['[', ']']).split(',').map(|word| word.trim().to_owned());
            Ok(words.filter(|word| !word.is_empty()).collect())
        }
        Ok(_) => Err(ScenarioErrors::whole("the values", format!("{text} is no list"), Some("write 1, 2, 4"))),
        Err(err) => Err(ScenarioErrors::of("the values", &text, vec![err.into()])),
    }
}

/// The twin of a scenario by its name, or its first one where none is named; `None` where it has none. [`set`] makes it.
///
/// # Errors
/// When there is no twin of this name, or the text is no scenario.
pub fn twin(text: &str, name: Option<&str>, origin: &str, host: &Host) -> Result<Option<Twin>, ScenarioErrors> {
    let twins = super::load(text, origin, host)?.twins;
    let Some(name) = name else { return Ok(twins.into_iter().next()) };
    if let Some(twin) = twins.iter().find(|twin| twin.name == name) {
        return Ok(Some(twin.clone()));
    }
    let hint = suggest(name, twins.iter().map(|twin| twin.name.as_str()));
    Err(ScenarioErrors::whole(origin, format!("it has no twin called {name:?}"), Some(&hint)))
}

/// The text of a scenario with what happened in a run as its timeline, and with the mode and the seed that it had.
///
/// Comments stay, those inside an old timeline at the head of the new one. What results reads as an equal scenario with
/// these entries.
///
/// # Errors
/// When the text is no scenario, or the result would be larger than a scenario file may be.
pub fn save_with_timeline(text: &str, entries: &[Entry], scenario: &Scenario) -> Result<String, ScenarioErrors> {
    let mut overlay = Overlay::new(text, "the scenario")?;
    let mode = if scenario.mode == Mode::Live { "Live" } else { "Simulate" };
    let mut list = String::from("[\n");
    for comment in overlay.comments_in("timeline") {
        let _ = writeln!(list, "    {comment}");
    }
    for entry in entries {
        let _ = writeln!(list, "    {},", entry_written(entry, scenario));
    }
    list.push_str("  ]");
    for (name, value) in [("mode", mode), ("seed", scenario.seed.to_string().as_str()), ("timeline", &list)] {
        let refuse = |finding| ScenarioErrors::of("the scenario", text, vec![finding]);
        overlay.put(name, value).map_err(refuse)?;
    }
    if overlay.text.len() as u64 > limits::FILE_BYTES_MAX.0 || entries.len() > limits::TIMELINE_MAX {
        let what = format!(
            "with {} entries of its timeline this scenario is larger than {} or {} entries, the limits FILE_BYTES_MAX and TIMELINE_MAX",
            entries.len(),
            limits::FILE_BYTES_MAX,
            limits::TIMELINE_MAX
        );
        return Err(ScenarioErrors::whole("the scenario", what, Some("save a shorter run")));
    }
    Ok(overlay.text)
}

/// A text, its tree, and which parts of it came from which assignment.
struct Overlay {
    text: String,
    tree: Tree,
    marks: Vec<Mark>,
}

/// A value that an assignment put in.
struct Mark {
    /// In the text.
    value: Range,
    /// The field's name, if that was put in too.
    name: Range,
    /// The value in the assignments.
    value_written: Range,
    /// The path in the assignments.
    path_written: Range,
}

impl Overlay {
    fn new(text: &str, origin: &str) -> Result<Self, ScenarioErrors> {
        let tree = parse(text).map_err(|err| ScenarioErrors::of(origin, text, vec![err.into()]))?;
        Ok(Self { text: text.to_owned(), tree, marks: Vec::new() })
    }

    /// `PATH=VALUE`; places in what fails are offsets in the assignment.
    fn assign(&mut self, assignment: &str, offset: usize) -> Result<(), Finding> {
        let fail = |at: Range, what: String, hint: &str| Finding { at, what, hint: Some(hint.to_owned()) };
        let Some((path, value)) = assignment.split_once('=') else {
            let what = "expected PATH=VALUE".to_owned();
            return Err(fail(0..assignment.len(), what, "write pools.api.balance=RoundRobin"));
        };
        let path_end = path.len();
        let path = path.trim_end().replace('[', ".").replace(']', "");
        let start = path_end + 1 + (value.len() - value.trim_start().len());
        let value = value.trim();
        let value = match parse_value(value) {
            // A bare word where a text stands is that text.
            Ok(Node { kind: Kind::Struct { name: Some(_), args: Args::None }, .. }) if self.holds_text(&path) => {
                quoted(value)
            }
            Ok(_) => value.to_owned(),
            Err(_) if !value.is_empty() && !value.contains(['"', '(', '[', '{', '\\']) => quoted(value),
            Err(err) => {
                return Err(Finding { at: start + err.at.start..start + err.at.end, what: err.what, hint: err.hint });
            }
        };
        let (name, value) = self.put(&path, &value)?;
        let written = offset + start..offset + assignment.trim_end().len().max(start);
        self.marks.push(Mark { value, name, value_written: written, path_written: offset..offset + path_end });
        Ok(())
    }

    fn holds_text(&self, path: &str) -> bool {
        let mut node = Some(&self.tree.root);
        for step in path.split('.') {
            node = node.and_then(|node| node.child(step));
        }
        node.is_some_and(|node| node.text().is_some())
    }

    /// Replaces the value of a path, or adds it to a group that is there. Returns where its name, if it was added, and
    /// its value stand.
    fn put(&mut self, path: &str, value: &str) -> Result<(Range, Range), Finding> {
        let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
        let mut node = &self.tree.root;
        let mut at = 0;
        for step in parents.split('.').filter(|_| !parents.is_empty()) {
            node = node.child(step).ok_or_else(|| missing(node, step, at))?;
            at += step.len() + 1;
        }
        if let Some(child) = node.child(last) {
            let span = child.span.clone();
            return Ok((span.start..span.start, self.replace(span, value)));
        }
        let (Kind::Struct { args, .. }, false) = (&node.kind, last.is_empty()) else {
            return Err(missing(node, last, at));
        };
        let last_field_end = match args {
            Args::Named(fields) => fields.last().map(|field| field.value.span.end),
            Args::Positional(nodes) if nodes.is_empty() => None,
            _ => return Err(missing(node, last, at)),
        };
        let close = node.span.end - 1;
        let added = self.add(last_field_end, close, &format!("{last}: {value}"));
        let name = added.start..added.start + last.len();
        Ok((name, added.start + last.len() + 2..added.end))
    }

    /// Adds a field before the closing bracket at `close`; returns where it stands.
    fn add(&mut self, last_field_end: Option<usize>, mut close: usize, field: &str) -> Range {
        if let Some(end) = last_field_end
            && !self.comma_follows(end)
        {
            self.replace(end..end, ",");
            close += 1;
        }
        let line_start = self.text[..close].rfind('\n').map_or(0, |newline| newline + 1);
        if line_start > 0 && self.text[line_start..close].trim().is_empty() {
            let indent = format!("{}  ", &self.text[line_start..close]);
            let added = self.replace(line_start..line_start, &format!("{indent}{field},\n"));
            return added.start + indent.len()..added.end - 2;
        }
        let added = self.replace(close..close, &format!(" {field}"));
        added.start + 1..added.end
    }

    /// Whether a comma follows, after blanks and comments.
    fn comma_follows(&self, mut at: usize) -> bool {
        loop {
            let rest = &self.text[at..];
            at += rest.len() - rest.trim_start().len();
            match self.tree.comments.iter().find(|comment| comment.start == at) {
                Some(comment) => at = comment.end,
                None => return self.text[at..].starts_with(','),
            }
        }
    }

    /// Replaces a part of the text; returns where the new part stands.
    fn replace(&mut self, at: Range, new: &str) -> Range {
        self.text.replace_range(at.clone(), new);
        self.marks.retain(|mark| mark.value.end <= at.start || mark.value.start >= at.end);
        let moved = |place: usize| if place >= at.end { place - at.end + at.start + new.len() } else { place };
        for mark in &mut self.marks {
            for range in [&mut mark.value, &mut mark.name] {
                *range = moved(range.start)..moved(range.end);
            }
        }
        // What was put in is RON itself, so the whole stays readable; if it were not, the check after it would say so.
        if let Ok(tree) = parse(&self.text) {
            self.tree = tree;
        }
        at.start..at.start + new.len()
    }

    /// A finding about something that an assignment put in, as a place in the assignments.
    fn in_assignment(&self, finding: &Finding) -> Option<Finding> {
        let inside = |range: &Range| finding.at.start >= range.start && finding.at.end <= range.end;
        let mark =
            self.marks.iter().find(|mark| inside(&mark.value) || (!mark.name.is_empty() && inside(&mark.name)))?;
        let at = if inside(&mark.value) {
            let written = &mark.value_written;
            let place = |at: usize| (written.start + at - mark.value.start).min(written.end);
            place(finding.at.start)..place(finding.at.end)
        } else {
            mark.path_written.clone()
        };
        Some(Finding { at, ..finding.clone() })
    }

    /// The comments inside a field of the scenario.
    fn comments_in(&self, name: &str) -> Vec<&str> {
        let Some(node) = self.tree.root.child(name) else { return Vec::new() };
        let inside = |comment: &&Range| node.span.start <= comment.start && comment.end <= node.span.end;
        self.tree.comments.iter().filter(inside).map(|comment| self.text[comment.clone()].trim_end()).collect()
    }
}

fn missing(node: &Node, step: &str, at: usize) -> Finding {
    let at = at..at + step.len();
    let names = |fields: &[Field]| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    let known = match &node.kind {
        Kind::Map(fields) | Kind::Struct { args: Args::Named(fields), .. } => names(fields),
        Kind::List(nodes) | Kind::Struct { args: Args::Positional(nodes), .. } => {
            let name = |(ix, node): (usize, &Node)| {
                node.child("name").and_then(Node::text).map_or(ix.to_string(), str::to_owned)
            };
            nodes.iter().enumerate().map(name).collect()
        }
        Kind::Number(_) | Kind::Text { .. } | Kind::Struct { args: Args::None, .. } => {
            let hint = Some("set it as a whole".to_owned());
            return Finding { at, what: format!("{} has no part called {step:?}", node.found()), hint };
        }
    };
    let hint = suggest(step, known.iter().map(String::as_str));
    Finding { at, what: format!("this scenario has nothing called {step:?} there"), hint: Some(hint) }
}

fn quoted(text: &str) -> String {
    super::file::commands::quoted(text)
}
