//! Twins: two strategies on the same luck. Arrivals, keys and demands of a replication are the same for both (common
//! random numbers), so that what differs is the strategy, and few replications show it (Law, chapter 11).

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::figures::Figure;
use super::replications;
use crate::analysis::intervals::{Interval, Moments, mean_interval, paired_change, paired_difference};
use crate::base::figures::share;
use crate::engine::handle::EngineError;
use crate::metrics::summary::Summary;
use crate::scenario::Scenario;

/// The share of intervals that hold the truth.
const CONFIDENCE: f64 = 0.95;

/// How two strategies compare.
#[derive(Clone, Debug, PartialEq)]
pub struct Twins {
    /// Replications of each.
    pub replications: u64,
    /// What is left out at the beginning of each run.
    pub warmup_secs: f64,
    /// Each figure that both have.
    pub figures: Vec<Compared>,
    /// The verdict in words, with numbers.
    pub sentence: String,
}

/// One figure of both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Which.
    pub figure: Figure,
    /// Of the first.
    pub first: Interval,
    /// Of the second.
    pub second: Interval,
    /// Second less first, over pairs.
    pub difference: Interval,
    /// The same over the first: -0.18 says 18 % less. `None` where the first is zero.
    pub change: Option<Interval>,
}

/// Simulates both under the seeds of the first, and compares them pair by pair. `figure` is what the verdict is about.
///
/// # Errors
/// When one of them is live.
pub fn compare(first: &Scenario, second: &Scenario, count: u64, figure: Figure) -> Result<Twins, EngineError> {
    compare_until(first, second, count, figure, &AtomicBool::new(false))
}

/// The same; when `stop` becomes true it ends with the pairs that were done.
///
/// # Errors
/// When one of them is live.
pub fn compare_until(
    first: &Scenario,
    second: &Scenario,
    count: u64,
    figure: Figure,
    stop: &AtomicBool,
) -> Result<Twins, EngineError> {
    let (first, _) = replications::without_transient(first)?;
    let (second, _) = replications::without_transient(second)?;
    // Both leave out what either needs to forget how it began, so that they speak of the same stretch of time.
    let warmup = first.warmup.max(second.warmup);
    let fits = |scenario: &Scenario| scenario.duration.is_none_or(|duration| warmup < duration);
    let warmup = if fits(&first) && fits(&second) { warmup } else { first.warmup.min(second.warmup) };
    let seed = first.seed;
    let alike = |scenario: Scenario| Scenario { seed, warmup, ..scenario };
    let (first, second) = (alike(first), alike(second));
    let pair = |number: u64| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let one = |scenario: &Scenario| replications::replicate_one(scenario, number, |finished| finished.summary);
        Some(one(&first).and_then(|first| Ok((first, one(&second)?))))
    };
    let pairs: Vec<(Summary, Summary)> =
        (0..count.max(2)).into_par_iter().filter_map(pair).collect::<Result<_, EngineError>>()?;
    let count = pairs.len() as u64;
    let (first, second): (Vec<Summary>, Vec<Summary>) = pairs.into_iter().unzip();
    let figures: Vec<Compared> =
        Figure::ALL.into_iter().filter_map(|figure| Compared::of(figure, &first, &second)).collect();
    let sentence = sentence(&figures, figure, count);
    Ok(Twins { replications: count, warmup_secs: warmup.secs(), figures, sentence })
}

impl Compared {
    /// A figure over pairs in which both have it.
    fn of(figure: Figure, first: &[Summary], second: &[Summary]) -> Option<Self> {
        let pairs = first.iter().zip(second).filter_map(|(a, b)| Some((figure.of(a)?, figure.of(b)?)));
        let (first, second): (Vec<f64>, Vec<f64>) = pairs.unzip();
        Some(Self {
            figure,
            first: mean_interval(&Moments::of(&first), CONFIDENCE)?,
            second: mean_interval(&Moments::of(&second), CONFIDENCE)?,
            difference: paired_difference(&first, &second, CONFIDENCE)?,
            change: paired_change(&first, &second, CONFIDENCE),
        })
    }

    /// Whether the difference is more than chance: as a share where there is one, which is steadier when replications
    /// differ more from each other than the twins do.
    pub fn is_real(&self) -> bool {
        !self.change.as_ref().unwrap_or(&self.difference).contains(0.0)
    }

    /// "18 % ± 2 % faster at p99", or that nothing shows.
    fn words(&self) -> String {
        let (less, more, place) = self.figure.words();
        let Some(change) = self.change else {
            return format!("{}{place} without comparison", if self.is_real() { more } else { "alike" });
        };
        let (size, error) = (percent(change.estimate.abs()), percent(change.half_width()));
        if self.is_real() {
            let word = if change.estimate < 0.0 { less } else { more };
            let error = if change.half_width() > 0.0 { format!(" ± {error}") } else { String::new() };
            format!("{size}{error} {word}{place}")
        } else if change.half_width() == 0.0 {
            format!("neither {less} nor {more}{place}")
        } else {
            let sign = if change.estimate < 0.0 { "−" } else { "+" };
            format!("neither {less} nor {more}{place} as far as this shows ({sign}{size} ± {error})")
        }
    }
}

fn sentence(figures: &[Compared], asked: Figure, count: u64) -> String {
    let find = |figure: Figure| figures.iter().find(|compared| compared.figure == figure);
    let mut parts: Vec<String> = Vec::new();
    parts.extend(find(asked).map(Compared::words));
    if asked != Figure::Cost {
        // Nothing is cheaper that is free.
        parts.extend(find(Figure::Cost).filter(|cost| cost.change.is_some()).map(Compared::words));
    }
    let said = if parts.is_empty() { "not to be compared: nothing completed".to_owned() } else { parts.join(" and ") };
    let errors = find(Figure::Errors).filter(|errors| asked != Figure::Errors && errors.is_real());
    let errors = errors.map_or(String::new(), |errors| {
        format!(", and {} of its jobs fail against {}", share(errors.second.estimate), share(errors.first.estimate))
    });
    format!("B is {said}{errors}; {count} replications")
}

/// A share with one decimal below ten percent, where it counts.
fn percent(value: f64) -> String {
    let percent = value * 100.0;
    if percent < 9.95 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(figure: Figure, first: &[f64], second: &[f64]) -> Compared {
        let interval = |values: &[f64]| mean_interval(&Moments::of(values), CONFIDENCE).expect("two values");
        Compared {
            figure,
            first: interval(first),
            second: interval(second),
            difference: paired_difference(first, second, CONFIDENCE).expect("pairs"),
            change: paired_change(first, second, CONFIDENCE),
        }
    }

    #[test]
    fn the_verdict_has_a_direction_and_an_error_for_each_figure() {
        let figures = [
            compared(Figure::P99, &[0.10, 0.20, 0.30], &[0.083, 0.164, 0.245]),
            compared(Figure::Cost, &[1.0, 1.0, 1.0], &[0.69, 0.69, 0.69]),
        ];
        // The ratio estimate of paired values: deviations of 0.001, 0 and -0.001 from -18 % give 4.303 x 0.29 %.
        assert_eq!(
            sentence(&figures, Figure::P99, 3),
            "B is 18 % ± 1.2 % faster at p99 and 31 % cheaper; 3 replications"
        );
    }

    #[test]
    fn what_chance_explains_is_said_to_be_no_difference() {
        let figures = [compared(Figure::Mean, &[1.0, 1.2, 0.8], &[1.1, 1.0, 0.9])];
        let said = sentence(&figures, Figure::Mean, 3);
        assert!(said.starts_with("B is neither faster nor slower on average as far as this shows (+0.0 % ±"), "{said}");
    }

    #[test]
    fn jobs_that_fail_are_not_passed_over() {
        let figures = [
            compared(Figure::P99, &[1.0, 1.1, 0.9], &[0.5, 0.56, 0.44]),
            compared(Figure::Errors, &[0.0, 0.0, 0.0], &[0.11, 0.12, 0.13]),
        ];
        let said = sentence(&figures, Figure::P99, 3);
        assert!(said.ends_with("faster at p99, and 12 % of its jobs fail against 0 %; 3 replications"), "{said}");
    }
}
