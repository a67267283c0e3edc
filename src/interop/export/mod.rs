//! A run written as others read it: one file, whose ending says what it is.

mod hgrm;
mod notebook;
#[cfg(feature = "parquet")]
mod parquet;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::interop::record::{Record, RecordError, beside, pack};
use crate::interop::report::{Curves, Form, Report};
use crate::interop::rows::Rows;

/// How a run is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people and build servers.
    Report(Form),
    /// The lines of the run, comma-separated.
    Csv,
    /// The same, a JSON object each.
    Jsonl,
    /// The same as a table of nullable doubles.
    Parquet,
    /// The summary.
    Json,
    /// Latencies by the second (HdrHistogram interval log).
    Hlog,
    /// Percentiles of latency over the whole run, in milliseconds (HdrHistogram's text form).
    Hgrm,
    /// What ran when on which core (Perfetto, Chrome).
    Trace,
    /// A Jupyter notebook, and the lines as CSV beside it.
    Notebook,
    /// The whole run in one file.
    Pack,
}

/// Endings, and what they mean. Where one ends with another, the longer stands first.
pub const ENDINGS: [(&str, Format, &str); 13] = [
    (".html", Format::Report(Form::Html), "a page that stands by itself"),
    (".md", Format::Report(Form::Markdown), "the same as Markdown"),
    (".xml", Format::Report(Form::JUnit), "objectives and laws as tests (JUnit)"),
    (".csv", Format::Csv, "a line for each second"),
    (".jsonl", Format::Jsonl, "the same, a JSON object each"),
    (".parquet", Format::Parquet, "the same as Parquet"),
    (".trace.json", Format::Trace, "what ran when on which core (Perfetto, Chrome)"),
    (".trace", Format::Trace, "the same"),
    (".json", Format::Json, "the summary"),
    (".hlog", Format::Hlog, "latencies by the second (HdrHistogram)"),
    (".hgrm", Format::Hgrm, "percentiles of latency in milliseconds (HdrHistogram)"),
    (".ipynb", Format::Notebook, "a Jupyter notebook, with its CSV beside it"),
    (".slrun", Format::Pack, "the whole run in one file"),
];

/// Why a run was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The run.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The file.
    #[error("cannot write {path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// This build cannot.
    #[error("this build of scalelab does not write {0}: build it with the feature `{1}`")]
    NotBuilt(&'static str, &'static str),
}

impl Format {
    /// What a file name asks for by its ending.
    pub fn of_file(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        ENDINGS.iter().find(|(ending, ..)| name.ends_with(ending)).map(|(_, format, _)| *format)
    }
}

/// Writes a run to a file, which is replaced if it is there; returns what was written. A kill leaves the old file or the new one.
///
/// # Errors
/// When the run has not what the format needs, or a file cannot be read or written.
pub fn export(record: &Record, format: Format, to: &Path) -> Result<Vec<PathBuf>, ExportError> {
    let bytes = match format {
        Format::Pack => {
            pack(record, to)?;
            return Ok(vec![to.to_owned()]);
        }
        Format::Notebook => {
            let csv = to.with_extension("csv");
            let name = csv.file_name().unwrap_or_default().to_string_lossy().into_owned();
            write(&csv, &whole_lines(need(record, "metrics.csv")?))?;
            write(to, notebook::written(record, &name)?.as_bytes())?;
            return Ok(vec![to.to_owned(), csv]);
        }
        Format::Report(form) => report(record, form)?.into_bytes(),
        Format::Csv => whole_lines(need(record, "metrics.csv")?),
        Format::Jsonl => rows(record)?.jsonl().into_bytes(),
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::written(&rows(record)?)
            .map_err(|err| ExportError::Io { path: to.to_owned(), source: io::Error::other(err) })?,
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => return Err(ExportError::NotBuilt("Parquet", "parquet")),
        Format::Json => need(record, "summary.json")?,
        Format::Hlog => whole_lines(need(record, "latency.hlog")?),
        Format::Hgrm => hgrm::written(&need(record, "latency.hlog")?)
            .map_err(|what| record.damaged("latency.hlog", &what))?
            .into_bytes(),
        Format::Trace => trace(need(record, "trace.json")?),
    };
    write(to, &bytes)?;
    Ok(vec![to.to_owned()])
}

/// Writes a file beside its place and moves it there.
///
/// # Errors
/// When it cannot be written.
pub fn write(to: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let beside = beside(to);
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, to));
    written.map_err(|source| {
        drop(fs::remove_file(&beside));
        ExportError::Io { path: to.to_owned(), source }
    })
}

fn report(record: &Record, form: Form) -> Result<String, ExportError> {
    let why =
        "the run was killed before its end; its lines can be exported as .csv, .jsonl, .hgrm, .trace.json and .ipynb";
    let summary = record.summary()?.ok_or_else(|| record.missing("summary.json", why))?;
    let (rows, findings, scenario) = (rows(record)?, record.findings()?, record.scenario()?);
    let head = record.head();
    let host = format!("{}, {} cores", head.host, head.cores);
    let curves = Curves::of_rows(&rows);
    Ok(Report { summary: &summary, curves: &curves, findings: &findings, scenario: &scenario, host: &host }
        .written(form))
}

fn rows(record: &Record) -> Result<Rows, ExportError> {
    let text = String::from_utf8_lossy(&need(record, "metrics.csv")?).into_owned();
    Ok(Rows::read(&text).map_err(|what| record.damaged("metrics.csv", &what))?)
}

fn need(record: &Record, name: &'static str) -> Result<Vec<u8>, ExportError> {
    let why = match name {
        "summary.json" => "the run was killed before its end",
        _ => "it was written by a version of scalelab that did not write it, or somebody removed it",
    };
    Ok(record.file(name)?.ok_or_else(|| record.missing(name, why))?)
}

/// Without a last line that was being written when the run was killed.
fn whole_lines(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    bytes.truncate(end);
    bytes
}

/// A trace whose array is closed, as that of a run that was killed is not.
fn trace(bytes: Vec<u8>) -> Vec<u8> {
    let mut whole = whole_lines(bytes);
    if !whole.ends_with(b"]\n") || serde_json::from_slice::<serde::de::IgnoredAny>(&whole).is_err() {
        whole.extend_from_slice(b"]\n");
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_format() {
        assert_eq!(Format::of_file("run.trace.json"), Some(Format::Trace));
        assert_eq!(Format::of_file("RUN.JSON"), Some(Format::Json));
        assert_eq!(Format::of_file("a/report.html"), Some(Format::Report(Form::Html)));
        assert_eq!((Format::of_file("run"), Format::of_file("run.pdf")), (None, None));
    }

    #[test]
    fn a_trace_that_was_cut_is_closed_and_a_whole_one_is_left() {
        let whole = b"[{\"args\":[1]}\n,{\"a\":[2]}\n]\n".to_vec();
        assert_eq!(trace(whole.clone()), whole);
        assert_eq!(trace(b"[{\"a\":1}\n,{\"b\":[2]}\n,{\"c\"".to_vec()), b"[{\"a\":1}\n,{\"b\":[2]}\n]\n");
    }
}
