//! Which formula answers which kind of case.
//!
//! A kind is added by a function that reads the input and returns a [`Solution`], and one line in [`solve`].

mod caching;
mod dispatchers;
pub mod input;
pub(super) mod law_text;
mod networks;
mod parallel;
pub(super) mod queues;
mod scaling;

use super::table::{Case, Table};
use super::{Answer, Quantity, Solution};
use crate::analysis::Unsolvable;

/// Why a case of a known kind has no answers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// An entry is missing.
    #[error("the input has no {key}")]
    Missing {
        /// Which.
        key: String,
    },
    /// An entry is not what it should be.
    #[error("{key} in the input is not {needs}")]
    Unreadable {
        /// Which.
        key: String,
        /// What it should be.
        needs: String,
    },
    /// A law is described in unknown words.
    #[error("the law {text:?} is not known")]
    Law {
        /// The words.
        text: String,
    },
    /// A policy is described in unknown words.
    #[error("the policy {text:?} is not known")]
    Policy {
        /// The words.
        text: String,
    },
    /// The scenario of a case is not one, or its run broke.
    #[error("{why}")]
    Scenario {
        /// What was said.
        why: String,
    },
    /// The model has no answer for this input.
    #[error(transparent)]
    Unsolvable(#[from] Unsolvable),
}

/// The answers of one case, or why there are none.
type Answers = Result<Solution, Refusal>;

/// The answers to a case by formula; `None` for a kind that no formula knows.
pub fn solve(case: &Case, table: &Table) -> Option<Answers> {
    let input = &case.input;
    Some(match case.kind.as_str() {
        "M/M/1" | "M/M/c" => queues::multi_server(input),
        "M/M/c/c" => queues::loss(input),
        "M/M/c/K" | "M/M/1/K" => queues::finite(input),
        "M/M/c+M (Erlang A)" => queues::abandonment(input),
        "M/G/1 FCFS" => queues::general_service(input),
        "M/D/1 wait distribution" | "M/D/1" | "M/D/c" => queues::constant_service(input),
        "M/G/1 PS" | "M/M/1 PS" => queues::sharing(input),
        "M/M/1 SRPT" | "M/G/1 SRPT" => queues::shortest_remaining(input),
        "M/M/1 two priorities, non-preemptive" | "M/G/1 two priorities, non-preemptive" => queues::priorities(input),
        "M/M/1 two priorities, preemptive" | "M/M/1 two priorities, preemptive resume" => queues::preemption(input),
        "GI/M/1" => queues::general_arrivals(input),
        "G/G/1 Kingman approximation" => queues::kingman(input),
        "M/M/1/1 with classical retrials" => queues::retrials(input),
        "Halfin-Whitt square-root staffing" => queues::square_root_staffing(input),
        "machine repairman M/M/c//N" => queues::repairman(input),
        "retry amplification" => parallel::retries(input),
        "retry amplification in a call chain" => parallel::retry_chain(input),
        "retry-storm threshold" => parallel::retry_storm(input),
        "fan-out tail" => parallel::fan_out_tail(input),
        "fork-join n=2" | "fork-join n>2" => parallel::fork_join(case),
        "fan-out without queueing" => parallel::fan_out(input),
        "one hedge after a delay, no queueing" => parallel::hedge(input),
        "n immediate copies, first answer wins, no queueing" => parallel::copies(input),
        "Redundancy-d (cancel on completion)" => parallel::redundancy(input),
        "tandem M/M/1 queues (FCFS)" => networks::tandem(input),
        "open Jackson network" => networks::jackson(input),
        "M/M/1 with Bernoulli feedback" => networks::feedback(input),
        "closed network, exact MVA" => networks::closed(input),
        "random d choices, infinitely many servers" => dispatchers::supermarket(input),
        "exact small system" => dispatchers::small_system(case),
        "round robin over n servers" => dispatchers::round_robin(input),
        "central queue (work conserving reference)" => dispatchers::central_queue(input),
        "consistent hash ring, churn" | "modulo hashing, churn" => dispatchers::churn(case),
        "USL data set and fit" | "USL overhead" | "USL efficiency" => scaling::usl_fit(case, table),
        "IRM exact and approximate" | "Che approximation" => caching::independent(case),
        "USL formula" | "USL prediction" => scaling::usl(case),
        "Amdahl and Gustafson" => scaling::serial_fraction(input),
        "Karp-Flatt serial fraction" => scaling::karp_flatt(input),
        "published scaling efficiency" | "published throughput" => scaling::published(case),
        "collective bus-bandwidth factor" => scaling::bus_factor(input),
        kind if kind.ends_with("all-reduce cost model") => scaling::all_reduce(kind, input)?,
        _ => return None,
    })
}

/// A solution that answers by name.
fn answers(answer: impl Fn(&Quantity) -> Option<Answer> + 'static) -> Answers {
    Ok(Box::new(answer))
}

/// A solution whose answers are numbers with names, to the precision of formulas.
fn numbers(number: impl Fn(&str) -> Option<f64> + 'static) -> Answers {
    answers(move |quantity| if quantity.at.is_none() { number(&quantity.name).map(Answer::Exact) } else { None })
}

/// A level and what it is of: `p99_wait` is (0.99, "wait"), `p999` is (0.999, "").
pub(super) fn percentile(name: &str) -> Option<(f64, &str)> {
    let (digits, of) = name.strip_prefix('p')?.split_once('_').unwrap_or((name.strip_prefix('p')?, ""));
    if digits.len() < 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((format!("0.{digits}").parse().ok()?, of))
}

/// The number at the end of a name, where an underscore may stand for the point: `cdf_at_2` or `…_of_size_0_5`.
pub(super) fn suffix_number(name: &str, prefix: &str) -> Option<f64> {
    name.strip_prefix(prefix)?.replacen('_', ".", 1).parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_levels_and_places() {
        assert_eq!(percentile("p99_wait"), Some((0.99, "wait")));
        assert_eq!(percentile("p999"), Some((0.999, "")));
        assert_eq!(percentile("p95_with"), Some((0.95, "with")));
        assert_eq!((percentile("prob_wait"), percentile("p_wait"), percentile("p5")), (None, None, None));
        assert_eq!(suffix_number("cdf_at_2", "cdf_at_"), Some(2.0));
        assert_eq!(suffix_number("mean_response_of_size_0_5", "mean_response_of_size_"), Some(0.5));
        assert_eq!(suffix_number("cdf_at_x", "cdf_at_"), None);
    }
}
