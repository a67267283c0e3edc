//! Caches, asked what they miss of a trace: through the code that a pool runs.
//!
//! Generated traces are made here; real ones are read where the tables stand, or beside this project, and are never part of it.
//! A case whose trace is not there is shown and not judged.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::formulas::Refusal;
use super::simulate::Simulated;
use super::table::{Case, Expected};
use super::{Answer, Quantity};
use crate::base::streams::mix;
use crate::policy::cache::{CacheState, belady};
use crate::scenario::limits::TRACE_REQUESTS_MAX;
use crate::scenario::{Cache, Eviction};

/// Where real traces are where the tables do not bring them along.
const BESIDE: &str = "../shared/truth/traces";
/// What a cache may differ by where nobody confirmed the table: half a point of miss ratio.
const HALF_A_POINT: f64 = 0.005;
/// The step of the generator of the tables (SplitMix64).
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
/// Names and seed of generated traces.
const ZIPF_NAMES: u32 = 10_000;
const ZIPF_SEED: u64 = 42;

/// The names of a trace.
type Trace = Arc<Vec<u64>>;

/// Whether a kind of case is about a cache.
pub(super) fn knows(kind: &str) -> bool {
    kind == "trace replay"
}

/// What a cache misses in a case; `None` for a kind that is not about one.
pub(super) fn ask(case: &Case) -> Option<Result<Simulated, Refusal>> {
    knows(&case.kind).then(|| replay(case))
}

fn replay(case: &Case) -> Result<Simulated, Refusal> {
    let policy = case.input.text("policy")?.to_owned();
    let entries = case.input.count("cache_size_objects")?;
    let requests = case.input.number("requests")?;
    let name = case.input.text("trace")?;
    let Some(trace) = trace(name, requests as u64, case.folder.as_deref())? else {
        return Ok(shown(case, "its trace is not here"));
    };
    if trace.len() as f64 != requests {
        let why = format!("the trace {name} has {} requests, not {requests}", trace.len());
        return Err(Refusal::Scenario { why });
    }
    let misses = match eviction(&policy) {
        Some(by) => misses(by, entries, &trace),
        None if policy == "Belady" => belady::misses(&trace, entries),
        // The table's program counts neither what the window hits nor what was seen before it was kept, where the paper counts
        // every request; half of the cases differ by more than half a point for that, either way.
        None if policy == "WTinyLFU" => {
            return Ok(shown(
                case,
                "the table's program counts only what its main cache sees, the paper every request",
            ));
        }
        None => return Err(Refusal::Policy { text: policy }),
    };
    let is_confirmed = case.other.flag("confirmed_by_second_implementation").unwrap_or(false);
    let answer = |quantity: &Quantity| {
        let (value, half_a_point) = match quantity.name.as_str() {
            "misses" => (misses as f64, HALF_A_POINT * requests),
            "miss_ratio" => (misses as f64 / requests, HALF_A_POINT),
            _ => return None,
        };
        let Expected::Number { value: known, .. } = quantity.value else { return None };
        Some(if is_confirmed {
            Answer::Exact(value)
        } else {
            Answer::Approximate { value, error: half_a_point / known.max(f64::MIN_POSITIVE) }
        })
    };
    let answers = case.expected.iter().filter_map(|quantity| Some((quantity.label(), answer(quantity)?)));
    Ok(Simulated::new(0, 1, answers.collect()))
}

fn shown(case: &Case, why: &'static str) -> Simulated {
    let answers = case.expected.iter().map(|quantity| (quantity.label(), Answer::Shown(why)));
    Simulated::new(0, 1, answers.collect::<BTreeMap<_, _>>())
}

/// The policy of this name in the tables.
fn eviction(name: &str) -> Option<Eviction> {
    Some(match name {
        "FIFO" => Eviction::Fifo,
        "LRU" => Eviction::Lru,
        "Clock" => Eviction::Clock,
        "LFU" => Eviction::Lfu,
        "TwoQ" => Eviction::TwoQ,
        "ARC" => Eviction::Arc,
        "LIRS" => Eviction::Lirs,
        "Sieve" => Eviction::Sieve,
        "S3FIFO" => Eviction::S3Fifo,
        "SLRU" => Eviction::Slru,
        _ => return None,
    })
}

fn misses(by: Eviction, entries: u32, trace: &[u64]) -> u64 {
    let mut cache = CacheState::new(Cache::Keep { by, entries });
    trace.iter().map(|&name| u64::from(!cache.access(name))).sum()
}

/// A trace by its name in the tables; `None` where it is not here. Those of before are kept in mind.
fn trace(name: &str, requests: u64, folder: Option<&Path>) -> Result<Option<Trace>, Refusal> {
    static KNOWN: Mutex<BTreeMap<(String, u64), Option<Trace>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (name.to_owned(), requests);
    if let Some(trace) = known.get(&key) {
        return Ok(trace.clone());
    }
    let trace = match name.strip_prefix("zipf_").and_then(|alpha| alpha.parse().ok()) {
        Some(alpha) => Some(zipf(alpha, requests)),
        None => read(name, folder)?,
    };
    let trace = trace.map(Arc::new);
    known.insert(key, trace.clone());
    Ok(trace)
}

/// Ranks from 1 with a weight of rank^-alpha, as the tables' own generator draws them.
fn zipf(alpha: f64, requests: u64) -> Vec<u64> {
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=ZIPF_NAMES)
        .map(|rank| {
            sum += libm::pow(f64::from(rank), -alpha);
            sum
        })
        .collect();
    let shares: Vec<f64> = sums.iter().map(|partial| partial / sum).collect();
    let mut state = ZIPF_SEED;
    let draw = |_| {
        state = state.wrapping_add(STEP);
        let uniform = (mix(state) >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = shares.partition_point(|share| *share <= uniform).min(shares.len() - 1) + 1;
        rank as u64
    };
    (0..requests.min(TRACE_REQUESTS_MAX)).map(draw).collect()
}

fn read(name: &str, folder: Option<&Path>) -> Result<Option<Vec<u64>>, Refusal> {
    let places = folder.map(|folder| folder.join("traces")).into_iter().chain([PathBuf::from(BESIDE)]);
    let file = format!("{name}.u32.xz");
    let Some(path) = places.map(|place| place.join(&file)).find(|path| path.is_file()) else { return Ok(None) };
    let broken = |err: std::io::Error| Refusal::Scenario { why: format!("{}: {err}", path.display()) };
    let packed = File::open(&path).map_err(broken)?;
    let mut bytes = Vec::new();
    let mut unpacked = lzma_rust2::XzReader::new(packed, false).take(4 * TRACE_REQUESTS_MAX);
    unpacked.read_to_end(&mut bytes).map_err(broken)?;
    let words = bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
    Ok(Some(words.map(u64::from).collect()))
}
