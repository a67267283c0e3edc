//! Miss-ratio curves: what caches of several sizes miss of a trace, policy by policy.

use std::collections::BTreeMap;
use std::io::Read;

use rayon::prelude::*;

use crate::policy::cache::{CacheState, belady};
use crate::scenario::limits::TRACE_REQUESTS_MAX;
use crate::scenario::{Cache, Eviction};

/// Who asked for what, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// What was asked for: numbers in order of first appearance, from 0.
    pub names: Vec<u64>,
    /// How large each answer is, in bytes; 1 where the trace does not say.
    pub bytes: Vec<u64>,
    /// How many different names there are.
    pub distinct: u64,
}

/// Why a trace could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// A line is no line of a CSV file.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// A size is none.
    #[error("line {line}: {text:?} is no size: write whole bytes, or leave the column out")]
    Size {
        /// Where.
        line: u64,
        /// What stands there.
        text: String,
    },
    /// There are too many requests.
    #[error("it has more than {TRACE_REQUESTS_MAX} requests, the limit TRACE_REQUESTS_MAX: cut it")]
    TooLong,
    /// There are none.
    #[error("it has no requests: write a line with a key, or a key and a size in bytes, for each")]
    Empty,
}

impl Trace {
    /// Reads lines of a key, or of a key and a size in bytes. A first line whose size is no number is taken for a heading.
    ///
    /// # Errors
    /// When a line is no such line, or there are none or too many.
    pub fn read(from: impl Read) -> Result<Self, TraceError> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(from);
        let mut numbers: BTreeMap<String, u64> = BTreeMap::new();
        let mut trace = Self::default();
        let mut record = csv::StringRecord::new();
        let mut lines = 0;
        while reader.read_record(&mut record)? {
            lines += 1;
            let Some(key) = record.get(0) else { continue };
            let size = record.get(1).filter(|text| !text.is_empty()).map(|text| (text, text.parse()));
            let bytes = match size {
                None if lines == 1 && is_heading(key) => continue,
                None => 1,
                Some((_, Ok(bytes))) => bytes,
                Some((_, Err(_))) if lines == 1 => continue,
                Some((text, Err(_))) => {
                    let line = record.position().map_or(lines, csv::Position::line);
                    return Err(TraceError::Size { line, text: text.to_owned() });
                }
            };
            if trace.names.len() as u64 >= TRACE_REQUESTS_MAX {
                return Err(TraceError::TooLong);
            }
            let next = numbers.len() as u64;
            let number = match numbers.get(key) {
                Some(number) => *number,
                None => *numbers.entry(key.to_owned()).or_insert(next),
            };
            trace.names.push(number);
            trace.bytes.push(bytes);
        }
        trace.distinct = numbers.len() as u64;
        if trace.names.is_empty() { Err(TraceError::Empty) } else { Ok(trace) }
    }
}

/// Whether a key of a first line is what people call such a column.
fn is_heading(key: &str) -> bool {
    ["key", "id", "name", "object", "obj_id"].contains(&key.to_lowercase().as_str())
}

/// What decides about eviction in a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// A cache that a pool can have.
    Of(Eviction),
    /// The clairvoyant bound.
    Belady,
}

impl Policy {
    /// All of them by name.
    pub fn all() -> Vec<(&'static str, Self)> {
        let own = Eviction::ALL.into_iter().map(|(name, by)| (name, Self::Of(by)));
        own.chain([("Belady", Self::Belady)]).collect()
    }
}

/// What one cache missed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Missed {
    /// Who decided.
    pub policy: Policy,
    /// Entries of the cache.
    pub entries: u32,
    /// Share of requests.
    pub requests: f64,
    /// Share of bytes; `None` for the bound, which is one of requests only.
    pub bytes: Option<f64>,
}

/// What each policy misses with each number of entries, in that order. In parallel; the same at any number of threads.
pub fn miss_ratios(trace: &Trace, policies: &[Policy], entries: &[u32]) -> Vec<Missed> {
    let pairs: Vec<(Policy, u32)> =
        policies.iter().flat_map(|&policy| entries.iter().map(move |&entries| (policy, entries))).collect();
    pairs.into_par_iter().map(|(policy, entries)| missed(trace, policy, entries)).collect()
}

fn missed(trace: &Trace, policy: Policy, entries: u32) -> Missed {
    let requests = trace.names.len() as f64;
    let Policy::Of(by) = policy else {
        let misses = belady::misses(&trace.names, entries) as f64;
        return Missed { policy, entries, requests: misses / requests, bytes: None };
    };
    let mut cache = CacheState::new(Cache::Keep { by, entries });
    let (mut misses, mut missed, mut all) = (0_u64, 0_u128, 0_u128);
    for (&name, &bytes) in trace.names.iter().zip(&trace.bytes) {
        all += u128::from(bytes);
        if !cache.access(name) {
            misses += 1;
            missed += u128::from(bytes);
        }
    }
    let bytes = (all > 0).then(|| missed as f64 / all as f64);
    Missed { policy, entries, requests: misses as f64 / requests, bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_read_with_and_without_sizes_and_headings() {
        let read = |text: &str| Trace::read(text.as_bytes());
        let trace = read("key,size\na,10\nb,30\na,10\n").expect("a trace");
        assert_eq!((trace.names, trace.bytes, trace.distinct), (vec![0, 1, 0], vec![10, 30, 10], 2));
        let trace = read("7\n8\n7\n").expect("a trace");
        assert_eq!((trace.names, trace.bytes, trace.distinct), (vec![0, 1, 0], vec![1, 1, 1], 2));
        assert!(matches!(read(""), Err(TraceError::Empty)));
        let wrong = read("a,1\nb,many\n").expect_err("no size").to_string();
        assert!(wrong.contains("line 2") && wrong.contains("\"many\""), "{wrong}");
    }

    #[test]
    fn requests_and_bytes_are_missed_apart() {
        let trace = Trace { names: vec![0, 1, 0, 0], bytes: vec![10, 70, 10, 10], distinct: 2 };
        let all = miss_ratios(&trace, &[Policy::Of(Eviction::Lru), Policy::Belady], &[2]);
        assert_eq!((all[0].requests, all[0].bytes), (0.5, Some(0.8)));
        assert_eq!((all[1].requests, all[1].bytes), (0.5, None));
    }
}
