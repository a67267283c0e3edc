//! The store of runs: what was run, with what, and what came of it. One SQLite file, which several programs may write at once.
//!
//! ```text
//! runs      id, parent, title, mode, seed, state, started, duration, lineage (scenario, build, host, profile, hash), dir
//! metrics   run, name, value      figures of the summary
//! params    run, name, value      fields of the scenario, by their path
//! tags      run, name, value      words of a person
//! ```

mod query;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

pub use self::query::QueryError;
use crate::experiment::figures::Figure;
use crate::experiment::mirror::calibrate::machine;
use crate::metrics::summary::Summary;
use crate::scenario::{self, Host, Scenario};

/// Version of the tables. A newer one is refused.
const VERSION: i64 = 1;
/// How long one writer waits for another.
const PATIENCE: Duration = Duration::from_secs(10);
/// Names where no other file is meant.
const FILE: &str = "runs.sqlite";
/// Names a file of runs for all commands.
pub const PLACE_VARIABLE: &str = "SCALELAB_RUNS";
/// Digits of the name of a run.
const ID_DIGITS: usize = 10;
/// Largest scenario, tag or parameter that is kept.
const TEXT_BYTES_MAX: usize = 4 << 20;

const TABLES: &str = "
    CREATE TABLE runs (
        id TEXT PRIMARY KEY, parent TEXT REFERENCES runs(id) ON DELETE CASCADE, title TEXT NOT NULL, mode TEXT NOT NULL,
        seed TEXT NOT NULL, state TEXT NOT NULL, started INTEGER NOT NULL, duration REAL, scenario_sha256 TEXT NOT NULL,
        scenario TEXT NOT NULL, build TEXT NOT NULL, host TEXT NOT NULL, profile TEXT, hash TEXT, dir TEXT
    ) STRICT;
    CREATE TABLE metrics (run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, name TEXT NOT NULL, value REAL NOT NULL,
        PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE params (run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE tags (run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
    CREATE INDEX runs_by_parent ON runs (parent);
    CREATE INDEX runs_by_start ON runs (started);
";

/// The store.
pub struct Runs {
    connection: Connection,
}

/// Where a run comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lineage {
    /// The scenario as text, as it was run.
    pub scenario: String,
    /// What ran it.
    pub build: String,
    /// On what.
    pub host: String,
    /// When and where the profile of the scenario was measured, if it has one.
    pub profile: Option<String>,
}

impl Lineage {
    /// That of a scenario that is run here, by this build; what its profile says is not in it.
    pub fn of(scenario: &str, host: &Host) -> Self {
        let machine = machine(&host.cpu, host.cores);
        Self { scenario: scenario.to_owned(), build: super::about::build(), host: machine, profile: None }
    }
}

/// A run to be kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewRun {
    /// The run that it is a part of.
    pub parent: Option<String>,
    /// Title.
    pub title: String,
    /// `live`, `simulate` or, of several, `sweep`.
    pub mode: String,
    /// The seed.
    pub seed: u64,
    /// `running`, `finished` or `interrupted`.
    pub state: String,
    /// When it began, in seconds since 1970.
    pub started: u64,
    /// Run time, in seconds.
    pub duration: Option<f64>,
    /// Where it comes from.
    pub lineage: Lineage,
    /// Hash of everything that happened, where it is one run.
    pub hash: Option<String>,
    /// Where its run directory is.
    pub dir: Option<PathBuf>,
    /// Figures.
    pub metrics: BTreeMap<String, f64>,
    /// Fields of the scenario.
    pub params: BTreeMap<String, String>,
    /// Words of a person.
    pub tags: BTreeMap<String, String>,
}

/// A run that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRun {
    /// Its name.
    pub id: String,
    /// What is known of it.
    pub run: NewRun,
}

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RunsError {
    /// The file.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database.
    #[error("the store of runs {path}: {source}")]
    Database {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A newer program made it.
    #[error(
        "the store of runs {0} is of version {1}, and this scalelab knows up to {VERSION}: update scalelab, or name another file in {PLACE_VARIABLE}"
    )]
    Newer(PathBuf, i64),
    /// What is searched for.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// There is no such run, or more than one.
    #[error("{0}")]
    Which(String),
    /// No place is known.
    #[error("this system names no place for data: name a file in {PLACE_VARIABLE}")]
    NoPlace,
    /// Something is too large to be kept.
    #[error("{0} has {1} bytes, more than {TEXT_BYTES_MAX}, the limit TEXT_BYTES_MAX")]
    TooLarge(&'static str, usize),
}

impl NewRun {
    /// A run that is over, with its figures and the fields of its scenario.
    pub fn of(summary: &Summary, scenario: &Scenario, lineage: Lineage, started: u64) -> Self {
        let metrics =
            Figure::ALL.into_iter().filter_map(|figure| Some((figure.name().to_owned(), figure.of(summary)?)));
        let verdict = ("saturation".to_owned(), summary.saturation.state.word().to_owned());
        Self {
            title: summary.title.clone(),
            mode: summary.mode.clone(),
            seed: summary.seed,
            state: "finished".to_owned(),
            started,
            duration: Some(summary.duration_secs),
            hash: Some(summary.hash.clone()),
            metrics: metrics.chain(objectives(summary)).filter(|(_, value)| value.is_finite()).collect(),
            params: scenario::fields(&lineage.scenario, scenario).into_iter().collect(),
            tags: BTreeMap::from([verdict]),
            lineage,
            parent: None,
            dir: None,
        }
    }
}

/// What objectives measured, and whether they were met, as 0 or 1.
fn objectives(summary: &Summary) -> impl Iterator<Item = (String, f64)> {
    summary.objectives.iter().flat_map(|objective| {
        let measured = objective.measured.map(|value| (format!("objective.{}", objective.name), value));
        let met = (format!("met.{}", objective.name), f64::from(u8::from(objective.met)));
        measured.into_iter().chain([met])
    })
}

impl Runs {
    /// The file that is meant where no other is named: `SCALELAB_RUNS`, or one in the data directory of the platform.
    ///
    /// # Errors
    /// When the platform has no such directory.
    pub fn default_place() -> Result<PathBuf, RunsError> {
        if let Some(named) = std::env::var_os(PLACE_VARIABLE).filter(|named| !named.is_empty()) {
            return Ok(named.into());
        }
        let dirs = directories::ProjectDirs::from("", "", "scalelab").ok_or(RunsError::NoPlace)?;
        Ok(dirs.data_dir().join(FILE))
    }

    /// Opens a store, and makes it where there is none.
    ///
    /// # Errors
    /// When it cannot be opened or made, or a newer program made it.
    pub fn open(path: &Path) -> Result<Self, RunsError> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| RunsError::Io { path: parent.to_owned(), source })?;
        }
        let database = |source| RunsError::Database { path: path.to_owned(), source };
        let mut connection = Connection::open(path).map_err(database)?;
        connection.busy_timeout(PATIENCE).map_err(database)?;
        let version = prepare(&mut connection).map_err(database)?;
        if version > VERSION {
            return Err(RunsError::Newer(path.to_owned(), version));
        }
        Ok(Self { connection })
    }

    /// Keeps a run, as a whole or not at all; returns its name.
    ///
    /// # Errors
    /// When it cannot be written, or something of it is too large.
    pub fn add(&mut self, run: &NewRun) -> Result<String, RunsError> {
        let texts = run.params.values().chain(run.tags.values()).map(String::len);
        if run.lineage.scenario.len() > TEXT_BYTES_MAX {
            return Err(RunsError::TooLarge("the scenario", run.lineage.scenario.len()));
        }
        if let Some(large) = texts.max().filter(|bytes| *bytes > TEXT_BYTES_MAX) {
            return Err(RunsError::TooLarge("a tag or a parameter", large));
        }
        self.within(|transaction| {
            let id = free_id(transaction, run)?;
            transaction.execute(
                "INSERT INTO runs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                params![
                    id,
                    run.parent,
                    run.title,
                    run.mode,
                    run.seed.to_string(),
                    run.state,
                    run.started as i64,
                    run.duration,
                    scenario::sha256(&run.lineage.scenario),
                    run.lineage.scenario,
                    run.lineage.build,
                    run.lineage.host,
                    run.lineage.profile,
                    run.hash,
                    run.dir.as_ref().map(|dir| dir.display().to_string()),
                ],
            )?;
            let mut metric = transaction.prepare("INSERT INTO metrics VALUES (?1, ?2, ?3)")?;
            for (name, value) in run.metrics.iter().filter(|(_, value)| value.is_finite()) {
                metric.execute(params![id, name, value])?;
            }
            for (table, pairs) in [("params", &run.params), ("tags", &run.tags)] {
                let mut pair = transaction.prepare(&format!("INSERT INTO {table} VALUES (?1, ?2, ?3)"))?;
                for (name, value) in pairs {
                    pair.execute(params![id, name, value])?;
                }
            }
            Ok(id)
        })
    }

    /// Says how a run ended that was kept before its end.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(&mut self, id: &str, state: &str) -> Result<(), RunsError> {
        self.within(|transaction| {
            transaction.execute("UPDATE runs SET state = ?2 WHERE id = ?1", params![id, state]).map(drop)
        })
    }

    /// The runs for which a query holds, the newest first; with those that are a part of another or without.
    ///
    /// # Errors
    /// When the query is none, or the store cannot be read.
    pub fn search(&self, query: &str, with_nested: bool, limit: usize) -> Result<Vec<KeptRun>, RunsError> {
        let (condition, values) = query::compile(query)?;
        let nested = if with_nested { "1" } else { "runs.parent IS NULL" };
        let sql = format!(
            "SELECT id FROM runs WHERE {nested} AND ({condition}) ORDER BY started DESC, runs.rowid DESC LIMIT {limit}"
        );
        let ids = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self.connection.prepare(&sql)?;
            statement.query_map(params_from_iter(values.iter()), |row| row.get(0))?.collect()
        };
        let ids = ids().map_err(|err| self.broken(err))?;
        ids.iter().map(|id| self.get(id)).collect()
    }

    /// The run with this name, or with the only one that begins so.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn find(&self, begins: &str) -> Result<KeptRun, RunsError> {
        let ids = || -> rusqlite::Result<Vec<String>> {
            let mut statement =
                self.connection.prepare("SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2")?;
            statement.query_map([begins], |row| row.get(0))?.collect()
        };
        match ids().map_err(|err| self.broken(err))?.as_slice() {
            [id] => self.get(id),
            [] => Err(RunsError::Which(format!("no run is called {begins:?}: `scalelab runs` lists them"))),
            _ => Err(RunsError::Which(format!("several runs begin with {begins:?}: write more of the name"))),
        }
    }

    /// The parts of a run, in the order in which they were kept.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn parts(&self, id: &str) -> Result<Vec<KeptRun>, RunsError> {
        let ids = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self.connection.prepare("SELECT id FROM runs WHERE parent = ?1 ORDER BY rowid")?;
            statement.query_map([id], |row| row.get(0))?.collect()
        };
        ids().map_err(|err| self.broken(err))?.iter().map(|id| self.get(id)).collect()
    }

    /// Sets a tag of a run, or removes it where there is no value.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tag(&mut self, id: &str, name: &str, value: Option<&str>) -> Result<(), RunsError> {
        if let Some(large) = value.map(str::len).filter(|bytes| *bytes > TEXT_BYTES_MAX) {
            return Err(RunsError::TooLarge("the tag", large));
        }
        self.within(|transaction| {
            transaction.execute("DELETE FROM tags WHERE run = ?1 AND name = ?2", params![id, name])?;
            if let Some(value) = value {
                transaction.execute("INSERT INTO tags VALUES (?1, ?2, ?3)", params![id, name, value])?;
            }
            Ok(())
        })
    }

    /// Forgets a run with its parts. Its run directory stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remove(&mut self, id: &str) -> Result<(), RunsError> {
        self.within(|transaction| transaction.execute("DELETE FROM runs WHERE id = ?1", [id]).map(drop))
    }

    fn get(&self, id: &str) -> Result<KeptRun, RunsError> {
        let pairs = |table: &str| -> rusqlite::Result<Vec<(String, String)>> {
            let mut statement = self.connection.prepare(&format!("SELECT name, value FROM {table} WHERE run = ?1"))?;
            statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        let read = || -> rusqlite::Result<KeptRun> {
            let mut run = self.connection.query_row("SELECT * FROM runs WHERE id = ?1", [id], run_of)?;
            let mut statement = self.connection.prepare("SELECT name, value FROM metrics WHERE run = ?1")?;
            run.metrics = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
            run.params = pairs("params")?.into_iter().collect();
            run.tags = pairs("tags")?.into_iter().collect();
            Ok(KeptRun { id: id.to_owned(), run })
        };
        read().map_err(|err| self.broken(err))
    }

    /// All of it or nothing.
    fn within<T>(
        &mut self,
        write: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, RunsError> {
        let path = self.path();
        let all = || -> rusqlite::Result<T> {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let done = write(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        all().map_err(|source| RunsError::Database { path, source })
    }

    fn broken(&self, source: rusqlite::Error) -> RunsError {
        RunsError::Database { path: self.path(), source }
    }

    fn path(&self) -> PathBuf {
        self.connection.path().map_or_else(PathBuf::new, PathBuf::from)
    }
}

/// Makes the tables where there are none; returns the version of those that are there.
fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    connection.pragma_update(None, "foreign_keys", true)?;
    // Readers go on while somebody writes, and a kill leaves what was committed.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()?;
        return Ok(VERSION);
    }
    Ok(version)
}

/// A name that no other run has: a part of the hash of what makes this one what it is.
fn free_id(connection: &Connection, run: &NewRun) -> rusqlite::Result<String> {
    let about = format!("{:?} {} {} {}", run, std::process::id(), run.started, run.seed);
    for round in 0_u32.. {
        let id = scenario::sha256(&format!("{about} {round}"))[..ID_DIGITS].to_owned();
        let taken: Option<i64> =
            connection.query_row("SELECT 1 FROM runs WHERE id = ?1", [&id], |row| row.get(0)).optional()?;
        if taken.is_none() {
            return Ok(id);
        }
    }
    unreachable!("there are fewer runs than rounds")
}

fn run_of(row: &Row<'_>) -> rusqlite::Result<NewRun> {
    let seed: String = row.get("seed")?;
    let started: i64 = row.get("started")?;
    Ok(NewRun {
        parent: row.get("parent")?,
        title: row.get("title")?,
        mode: row.get("mode")?,
        seed: seed.parse().unwrap_or_default(),
        state: row.get("state")?,
        started: u64::try_from(started).unwrap_or_default(),
        duration: row.get("duration")?,
        lineage: Lineage {
            scenario: row.get("scenario")?,
            build: row.get("build")?,
            host: row.get("host")?,
            profile: row.get("profile")?,
        },
        hash: row.get("hash")?,
        dir: row.get::<_, Option<String>>("dir")?.map(PathBuf::from),
        ..NewRun::default()
    })
}
