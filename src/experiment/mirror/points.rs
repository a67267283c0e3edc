//! What a simulation predicts that no calibration looked at.

use super::subject::{Subject, lasting};

/// One experiment, made for real and in simulation.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its name.
    pub name: String,
    /// What is set in the scenario.
    pub set: Vec<String>,
    /// How jobs come in.
    pub kind: Kind,
}

/// How jobs come in, and so what there is to be measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// At random, so many a second.
    Open {
        /// Jobs a second.
        jobs_per_sec: f64,
    },
    /// From clients that wait for their answer and think.
    Closed {
        /// How many.
        clients: u32,
        /// Seconds.
        think_secs: f64,
    },
    /// So many as good as at once.
    Burst {
        /// Jobs.
        jobs: f64,
    },
}

/// What is left out at the beginning of each run.
pub(super) const WARMUP_SECS: f64 = 1.0;
/// Shares of what all cores can do at which jobs come in at random.
const UTILISATIONS: [f64; 3] = [0.5, 0.7, 0.85];
/// All jobs of a burst come in within this time.
const BURST_SECS: f64 = 0.1;
/// A burst takes this share of the time of a run to be worked off, as far as is known before.
const BURST_SHARE: f64 = 0.5;

/// The points for a computer with so many cores that does `jobs_per_sec` of them with all of them at work. Those that another
/// size of chunks needs are left out where `halved` says that none was measured.
pub(super) fn points(subject: &Subject, cores: u32, jobs_per_sec: f64, halved: &[i32], secs: f64) -> Vec<Point> {
    let point = |name: String, kind: Kind, arrivals: Vec<String>, more: Vec<String>| {
        let set = [subject.bare(cores), lasting(secs, WARMUP_SECS), arrivals, more].concat();
        Point { name, set, kind }
    };
    let closed = |name: String, clients: u32, think_secs: f64, more: Vec<String>| {
        let nanos = (think_secs * 1e9).round();
        let arrivals = subject.arrivals(&format!("Closed(clients: {clients}, think: \"{nanos}ns\")"));
        point(name, Kind::Closed { clients, think_secs }, arrivals, more)
    };
    let mut points: Vec<Point> = Vec::new();
    for share in UTILISATIONS {
        let jobs_per_sec = share * jobs_per_sec;
        let name = format!("at random, {:.0} % of capacity", share * 100.0);
        points.push(point(name, Kind::Open { jobs_per_sec }, subject.poisson(jobs_per_sec), Vec::new()));
    }
    for &times in halved {
        if let Some(chunks) = subject.chunks(times) {
            let name = match times {
                finer if finer > 0 => format!("chunks of 1/{} the size", 1 << finer),
                coarser => format!("chunks {} times the size", 1 << -coarser),
            };
            points.push(closed(name, 1, 0.0, chunks));
        }
    }
    let clients = 2 * cores;
    let think_secs = f64::from(clients) / jobs_per_sec / 2.0;
    points.push(closed(format!("{clients} clients that think"), clients, think_secs, Vec::new()));
    points.push(burst(subject, cores, jobs_per_sec, secs));
    points
}

/// A few jobs to warm up, a pause, and many at once.
fn burst(subject: &Subject, cores: u32, jobs_per_sec: f64, secs: f64) -> Point {
    let jobs = (BURST_SHARE * secs * jobs_per_sec).round().max(1.0);
    let sources = subject.scenario.traffic.len() as f64;
    let (before, at_once) = (0.3 * jobs_per_sec / sources, jobs / sources / BURST_SECS);
    let (warm, pause) = (WARMUP_SECS / 2.0, WARMUP_SECS / 2.0);
    let steps =
        [(0.0, before), (warm, before), (0.0, 0.0), (pause, 0.0), (0.0, at_once), (BURST_SECS, at_once), (0.0, 0.0)];
    let steps = steps.map(|(over, to)| format!("(over: \"{}ms\", to: {to})", (over * 1e3).round())).join(", ");
    let arrivals = subject.arrivals(&format!("Open(process: Regular, load: [{steps}])"));
    let set = [subject.bare(cores), lasting(secs, WARMUP_SECS), arrivals].concat();
    Point { name: format!("{jobs} jobs at once"), set, kind: Kind::Burst { jobs } }
}
