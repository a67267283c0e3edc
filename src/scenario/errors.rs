//! What is wrong with a scenario: every problem at its line and column, with the line itself, a caret and a hint.

use std::fmt;

use super::syntax::{Range, SyntaxError};

/// Problems shown at once; how many more there are is said.
const SHOWN_MAX: usize = 40;
/// Characters of a source line shown around a caret.
const EXCERPT_CHARS: usize = 110;

/// Why a scenario is refused.
///
/// Its [`Display`](fmt::Display) is what a person reads, one block a problem:
///
/// ```text
/// shop.ron:7:20: no pool is called "apii"
///     7 |     (name: "a", pool: "apii", work: …
///       |                       ^^^^^^
///       = did you mean "api"?
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioErrors {
    /// The file, or what else the text came from.
    pub origin: String,
    /// In the order of the text; at least one.
    pub problems: Vec<Problem>,
    /// Problems beyond those.
    pub more: usize,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the text; `None` when the text could not be read at all.
    pub place: Option<Place>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The line, or the part of a long one around the place.
    pub excerpt: String,
    /// Characters of the excerpt before the caret.
    pub before: usize,
    /// Characters under the caret.
    pub width: usize,
}

/// A problem before its place is looked up.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) at: Range,
    pub(super) what: String,
    pub(super) hint: Option<String>,
}

impl ScenarioErrors {
    /// One problem with the text as a whole.
    pub fn whole(origin: &str, what: String, hint: Option<&str>) -> Self {
        let problem = Problem { place: None, what, hint: hint.map(str::to_owned) };
        Self { origin: origin.to_owned(), problems: vec![problem], more: 0 }
    }

    /// All problems found in a text.
    pub(super) fn of(origin: &str, text: &str, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| (finding.at.start, finding.at.end));
        findings.dedup_by(|one, two| one.at == two.at && one.what == two.what);
        let more = findings.len().saturating_sub(SHOWN_MAX);
        findings.truncate(SHOWN_MAX);
        let problem =
            |found: Finding| Problem { place: Some(Place::of(text, &found.at)), what: found.what, hint: found.hint };
        Self { origin: origin.to_owned(), problems: findings.into_iter().map(problem).collect(), more }
    }
}

impl From<SyntaxError> for Finding {
    fn from(err: SyntaxError) -> Self {
        Self { at: err.at, what: err.what, hint: err.hint }
    }
}

impl Place {
    fn of(text: &str, at: &Range) -> Self {
        let start = floor_char(text, at.start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |len| start + len);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let column = text[line_start..start].chars().count();
        let width = text[start..floor_char(text, at.end).clamp(start, line_end)].trim_end().chars().count();
        // A long line is cut to a window around the caret.
        let skipped = if line.chars().count() <= EXCERPT_CHARS { 0 } else { column.saturating_sub(EXCERPT_CHARS / 2) };
        let excerpt: String = line.chars().skip(skipped).take(EXCERPT_CHARS).collect();
        let before = column - skipped;
        let width = width.clamp(1, EXCERPT_CHARS.saturating_sub(before).max(1));
        Self { line: 1 + text[..start].matches('\n').count(), column: column + 1, excerpt, before, width }
    }
}

/// The nearest character boundary at or before a byte.
fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl fmt::Display for ScenarioErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (ix, problem) in self.problems.iter().enumerate() {
            if ix > 0 {
                writeln!(f)?;
            }
            problem.write(f, &self.origin)?;
        }
        match self.problems.len() + self.more {
            0 | 1 => Ok(()),
            count if self.more > 0 => write!(f, "\n{count} problems, the first {SHOWN_MAX} shown"),
            count => write!(f, "\n{count} problems"),
        }
    }
}

impl Problem {
    fn write(&self, f: &mut fmt::Formatter<'_>, origin: &str) -> fmt::Result {
        let Some(place) = &self.place else {
            write!(f, "{origin}: {}", self.what)?;
            return self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\n      = {hint}"));
        };
        writeln!(f, "{origin}:{}:{}: {}", place.line, place.column, self.what)?;
        writeln!(f, "{:5} | {}", place.line, place.excerpt)?;
        // Tabs stay tabs, so that the caret stands below its place however wide they are.
        let blank = |next| if next == '\t' { '\t' } else { ' ' };
        let indent: String =
            place.excerpt.chars().map(blank).chain(std::iter::repeat(' ')).take(place.before).collect();
        write!(f, "      | {indent}{}", "^".repeat(place.width))?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\n      = {hint}"))
    }
}

impl std::error::Error for ScenarioErrors {}

/// `did you mean …?` when one of the known words is near, else what is known.
pub(super) fn suggest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(word, &known) {
        return format!("did you mean {near}?");
    }
    const LISTED_MAX: usize = 12;
    let listed = known[..known.len().min(LISTED_MAX)].join(", ");
    match known.len() {
        0 => "there is none".to_owned(),
        1..=LISTED_MAX => format!("known: {listed}"),
        count => format!("known: {listed} and {} more", count - LISTED_MAX),
    }
}

/// The known word within a few slips of the given one.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let slips_max = 1 + word.chars().count().min(64) / 4;
    let near = known.iter().map(|name| (slips(word, name), *name)).min_by_key(|(slips, _)| *slips)?;
    (near.0 <= slips_max).then_some(near.1)
}

/// Levenshtein distance, capitals counting as small letters, of at most 64 characters.
fn slips(one: &str, two: &str) -> usize {
    let lower = |text: &str| text.chars().take(64).flat_map(char::to_lowercase).collect::<Vec<_>>();
    let (one, two) = (lower(one), lower(two));
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in two.iter().enumerate() {
            let cost = (diagonal + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (one, two, expected) in
            [("", "abc", 3), ("api", "apii", 1), ("RoundRobbin", "roundrobin", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!(slips(one, two), expected, "{one} {two}");
        }
        assert_eq!(nearest("balence", &["balance", "cache"]), Some("balance"));
        assert_eq!(nearest("zzz", &["balance", "cache"]), None);
    }

    #[test]
    fn the_caret_stands_below_its_place() {
        let text = "one\n\tpool: \"äpii\", x\r\nend";
        let at = text.find("\"äpii\"").unwrap();
        let found = Finding { at: at..at + 7, what: "no".to_owned(), hint: Some("yes?".to_owned()) };
        let shown = ScenarioErrors::of("f.ron", text, vec![found]).to_string();
        assert_eq!(shown, "f.ron:2:8: no\n    2 | \tpool: \"äpii\", x\n      | \t      ^^^^^^\n      = yes?");
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let text = format!("{}X{}", "a".repeat(5_000), "b".repeat(5_000));
        let place = Place::of(&text, &(5_000..5_001));
        assert_eq!(place.excerpt.chars().count(), EXCERPT_CHARS);
        assert_eq!(place.excerpt.chars().nth(place.before), Some('X'));
        assert_eq!(place.column, 5_001);
    }
}
