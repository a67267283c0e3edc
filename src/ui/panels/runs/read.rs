//! What is read of the store of runs, beside the window.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::interop::runs::{KeptRun, Runs, RunsError};
use crate::ui::text;

/// Runs that are listed: the newest.
pub(super) const ROWS_MAX: usize = 1_000;

/// A run as it is listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) mode: String,
    pub(super) seed: u64,
    pub(super) state: String,
    pub(super) started: u64,
    pub(super) metrics: BTreeMap<String, f64>,
    pub(super) params: BTreeMap<String, String>,
    pub(super) opens: Opens,
}

/// What a click on a run opens.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Opens {
    /// The directory that it wrote.
    Directory(PathBuf),
    /// The scenario as the store has it: the directory that it wrote is gone, or there never was one.
    #[default]
    Scenario,
    /// What a sweep is made of.
    Parts,
}

impl Opens {
    /// What it is called in the table.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Self::Directory(_) => text::RUNS_OPENS_DIRECTORY,
            Self::Scenario => text::RUNS_OPENS_SCENARIO,
            Self::Parts => text::RUNS_OPENS_PARTS,
        }
    }

    /// The same in full, under the pointer.
    pub(super) fn meaning(&self) -> String {
        match self {
            Self::Directory(dir) => text::runs_directory_meaning(&dir.display().to_string()),
            Self::Scenario => text::RUNS_SCENARIO_MEANING.to_owned(),
            Self::Parts => text::RUNS_PARTS_MEANING.to_owned(),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Found {
    /// The newest first.
    pub(super) rows: Vec<Row>,
    /// Whether there are more than are listed.
    pub(super) is_cut: bool,
    /// The file of the store.
    pub(super) place: PathBuf,
}

/// Reads the runs for which a query holds, of this file or of that which all commands use. A store that does not exist is
/// empty, and is not made by looking at it.
///
/// # Errors
/// In a sentence, when the query is none or the store cannot be read.
pub(super) fn list(place: Option<&Path>, query: &str) -> Result<Found, String> {
    read(place, query, false)
}

/// Reads the parts of a run.
///
/// # Errors
/// In a sentence, when the store cannot be read.
pub(super) fn parts(place: &Path, id: &str) -> Result<Found, String> {
    // The name of a run is made of digits and letters.
    let id: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    read(Some(place), &format!("parent='{id}'"), true)
}

fn read(place: Option<&Path>, query: &str, with_nested: bool) -> Result<Found, String> {
    let place = match place {
        Some(place) => place.to_owned(),
        None => Runs::default_place().map_err(|err| err.to_string())?,
    };
    if !place.exists() {
        return Ok(Found { place, ..Found::default() });
    }
    let runs = Runs::open(&place).map_err(|err| err.to_string())?;
    // One more than is shown, to know whether there are more.
    let mut kept = runs.search(query, with_nested, ROWS_MAX + 1).map_err(|err| in_words(&err))?;
    let is_cut = kept.len() > ROWS_MAX;
    kept.truncate(ROWS_MAX);
    Ok(Found { rows: kept.into_iter().map(row).collect(), is_cut, place })
}

fn row(kept: KeptRun) -> Row {
    let run = kept.run;
    let opens = match run.dir.filter(|dir| dir.is_dir()) {
        _ if run.mode == "sweep" => Opens::Parts,
        Some(dir) => Opens::Directory(dir),
        None => Opens::Scenario,
    };
    Row {
        id: kept.id,
        title: run.title,
        mode: run.mode,
        seed: run.seed,
        state: run.state,
        started: run.started,
        metrics: run.metrics,
        params: run.params,
        opens,
    }
}

/// What is wrong with a query in one line: the mark below it would stand below something else here.
fn in_words(err: &RunsError) -> String {
    let words = err.to_string();
    match err {
        RunsError::Query(_) => {
            let (what, hint) = (words.lines().next().unwrap_or_default(), words.lines().last().unwrap_or_default());
            text::runs_query_refused(what, hint.trim_start_matches("= "))
        }
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::runs::NewRun;

    #[test]
    fn a_store_that_does_not_exist_is_empty_and_is_not_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("runs.sqlite");
        let found = list(Some(&place), "").expect("empty");
        assert!(found.rows.is_empty() && !found.is_cut && found.place == place && !place.exists());
    }

    #[test]
    fn runs_say_what_a_click_opens_and_parts_are_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("runs.sqlite");
        let mut runs = Runs::open(&place).expect("a store");
        let run = |title: &str, mode: &str, dir: Option<PathBuf>| NewRun {
            title: title.to_owned(),
            mode: mode.to_owned(),
            dir,
            ..NewRun::default()
        };
        runs.add(&run("kept", "live", Some(folder.path().to_owned()))).expect("kept");
        runs.add(&run("gone", "live", Some(folder.path().join("gone")))).expect("kept");
        let sweep = runs.add(&run("sweep", "sweep", None)).expect("kept");
        runs.add(&NewRun { parent: Some(sweep.clone()), ..run("part", "simulate", None) }).expect("kept");
        let found = list(Some(&place), "").expect("read");
        let opens: Vec<_> = found.rows.iter().map(|row| (row.title.as_str(), row.opens.clone())).collect();
        let directory = Opens::Directory(folder.path().to_owned());
        assert_eq!(opens, [("sweep", Opens::Parts), ("gone", Opens::Scenario), ("kept", directory)]);
        let parts = parts(&place, &sweep).expect("read");
        assert_eq!(parts.rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["part"]);
    }

    #[test]
    fn what_is_wrong_with_a_query_is_said_in_one_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("runs.sqlite");
        drop(Runs::open(&place).expect("a store"));
        let refused = list(Some(&place), "p99 < 1").expect_err("no such field");
        assert!(refused.contains("`p99` is nothing that runs have") && refused.contains("metrics.NAME"), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
}
