//! Which scenario shows which kind of case.
//!
//! A kind is added by a function that writes the scenario of a case as the text of a file and says which meter answers
//! which quantity ([`Plan`]), and one line in [`cover`]. What the scenario language cannot say yet has a line of its own,
//! with what is missing: it is listed and never counted as agreeing.
//!
//! Time is in units of the tables, one to a second. Seeds are fixed beforehand.

mod attempts;
mod clients;
mod disciplines;
mod dispatchers;
mod draft;
mod measure;
mod networks;
mod queues;
mod runs;

pub use measure::{Measure, Target};
pub use runs::{Simulated, simulate};

use super::formulas::Refusal;
use super::table::{Case, Quantity};
use super::{caches, faults, pickers, scalers};

/// The seed of case 0; each case has its own, that many further.
const FIRST_SEED: u64 = 1_000;

/// How much is simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Replications before precision is looked at.
    pub replications: u64,
    /// How long a replication is measured, in relaxation times of the system.
    pub relaxations: f64,
    /// Jobs of a replication, at least.
    pub jobs_min: f64,
    /// Jobs of a case over all its replications, about, at most.
    pub jobs_max: f64,
    /// Machines that stand for infinitely many.
    pub many: u32,
    /// Whether half-widths have to reach their targets.
    pub is_precise: bool,
}

impl Effort {
    /// Until every half-width is as small as the rules ask for.
    pub const FULL: Self =
        Self { replications: 16, relaxations: 100.0, jobs_min: 5e4, jobs_max: 4e8, many: 10_000, is_precise: true };

    /// A look at each kind, with wide intervals.
    pub const QUICK: Self =
        Self { replications: 8, relaxations: 50.0, jobs_min: 4_000.0, jobs_max: 1e6, many: 400, is_precise: false };
}

/// What simulation says of a case.
pub enum Coverage {
    /// It is simulated.
    Planned(Box<Plan>),
    /// There is nothing to simulate: a formula is all there is.
    Formula,
    /// It is asked of the policy itself.
    Policy,
    /// The scenario language cannot say it yet: what is missing.
    NotYet(&'static str),
    /// The case is of a known kind, but cannot be read.
    Refused(Refusal),
    /// Nobody knows this kind.
    Unknown,
}

/// A case as a scenario.
pub struct Plan {
    /// The text of the scenario file.
    pub text: String,
    /// The seed of its replications.
    pub seed: u64,
    /// Jobs of one replication, about.
    pub jobs: f64,
    /// Half-width asked of every mean, relative.
    pub width: f64,
    /// Relative difference that the method has by design.
    pub bias: f64,
    /// Replications to begin with, where the effort's own number would be more than is needed.
    pub replications: Option<u64>,
    /// Meters whose means are known beforehand: what is luck in them is taken out of the answers.
    pub controls: Vec<(Measure, f64)>,
    /// Times at which the distribution function of the wait is asked for, in seconds.
    pub wait_at: Vec<f64>,
    /// What answers each quantity; `None` for one that nobody knows.
    pub target: Targets,
}

/// What answers the quantities of a case.
pub type Targets = Box<dyn Fn(&Quantity) -> Option<Target> + Send + Sync>;

/// Why a case has no plan.
enum Gap {
    NotYet(&'static str),
    Refused(Refusal),
}

impl From<Refusal> for Gap {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The plan of a case, or why there is none.
type Planned = Result<Plan, Gap>;

/// What simulation can say of a case.
pub fn cover(case: &Case, effort: &Effort) -> Coverage {
    let planned = match case.kind.as_str() {
        "M/M/1" | "M/M/c" => queues::multi_server(case, effort),
        "M/M/c/c" => queues::loss(case, effort),
        "M/M/c/K" | "M/M/1/K" => queues::finite(case, effort),
        "M/G/1 FCFS" => queues::general_service(case, effort),
        "M/D/1 wait distribution" | "M/D/1" | "M/D/c" => queues::constant_service(case, effort),
        "GI/M/1" => queues::general_arrivals(case, effort),
        "machine repairman M/M/c//N" => networks::repairman(case, effort),
        "closed network, exact MVA" => networks::closed(case, effort),
        "tandem M/M/1 queues (FCFS)" => networks::tandem(case, effort),
        "fan-out without queueing" => networks::fan_out(case, effort),
        "fork-join n=2" | "fork-join n>2" => networks::fork_join(case, effort),
        "random d choices, infinitely many servers" => dispatchers::supermarket(case, effort),
        "exact small system" => dispatchers::small_system(case, effort),
        "round robin over n servers" => dispatchers::round_robin(case, effort),
        "central queue (work conserving reference)" => dispatchers::central_queue(case, effort),
        "M/G/1 PS" | "M/M/1 PS" => disciplines::sharing(case, effort),
        "M/M/1 SRPT" | "M/G/1 SRPT" => disciplines::shortest_remaining(case, effort),
        "M/M/1 two priorities, non-preemptive" | "M/G/1 two priorities, non-preemptive" => {
            disciplines::priorities(case, effort, "None")
        }
        "M/M/1 two priorities, preemptive" | "M/M/1 two priorities, preemptive resume" => {
            disciplines::priorities(case, effort, "Resume")
        }
        "M/M/c+M (Erlang A)" => clients::impatient(case, effort),
        "M/M/1/1 with classical retrials" => clients::retrials(case, effort),
        "retry amplification" => attempts::retries(case, effort),
        "retry amplification in a call chain" => attempts::retry_chain(case, effort),
        "open Jackson network" => networks::jackson(case, effort),
        "M/M/1 with Bernoulli feedback" => networks::feedback(case, effort),
        "one hedge after a delay, no queueing" => attempts::hedge(case, effort),
        "n immediate copies, first answer wins, no queueing" => attempts::copies(case, effort),
        "Redundancy-d (cancel on completion)" => attempts::redundancy(case, effort),
        kind if is_formula(kind) => return Coverage::Formula,
        _ if faults::knows(case) => return Coverage::Policy,
        kind if pickers::knows(kind) || scalers::knows(kind) || caches::knows(kind) => return Coverage::Policy,
        _ => return Coverage::Unknown,
    };
    match planned {
        Ok(plan) => Coverage::Planned(Box::new(plan)),
        Err(Gap::NotYet(what)) => Coverage::NotYet(what),
        Err(Gap::Refused(refusal)) => Coverage::Refused(refusal),
    }
}

/// Kinds that say something of numbers alone, or of a limit that no run reaches.
fn is_formula(kind: &str) -> bool {
    let kinds = [
        "IRM exact and approximate",
        "Che approximation",
        "G/G/1 Kingman approximation",
        "Halfin-Whitt square-root staffing",
        "consistent hash ring, churn",
        "modulo hashing, churn",
        "USL data set and fit",
        "USL overhead",
        "USL efficiency",
        "USL formula",
        "USL prediction",
        "Amdahl and Gustafson",
        "Karp-Flatt serial fraction",
        "published scaling efficiency",
        "published throughput",
        "collective bus-bandwidth factor",
        "fan-out tail",
        "retry-storm threshold",
    ];
    kinds.contains(&kind) || kind.ends_with("all-reduce cost model")
}
