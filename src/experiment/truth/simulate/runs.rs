//! Replications of a case, until every mean is known as well as the rules ask for, or a cap is reached.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::measure::{Figure, Sample};
use super::{Effort, Measure, Plan, Target};
use crate::base::Span;
use crate::engine;
use crate::experiment::replications;
use crate::experiment::truth::table::{Case, Expected, Quantity};
use crate::experiment::truth::{Answer, Solution};
use crate::metrics::study::StudyAsk;
use crate::scenario::{self, Host, Scenario};

/// Replications of a case, at most.
const REPLICATIONS_MAX: u64 = 4_096;
/// The half-width asked of what is neither skewed nor near saturation.
const NARROW: f64 = 0.02;
/// How much more than needed is run, since what is needed is itself estimated.
const MARGIN: f64 = 1.15;

/// What the simulation of a case came to.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// The seed of its first replication.
    pub seed: u64,
    /// Replications.
    pub replications: u64,
    /// The answer to each quantity that is known, by label.
    answers: BTreeMap<String, Answer>,
}

impl Simulated {
    /// What so many runs from this seed answered, by the label of each quantity.
    pub(in crate::experiment::truth) fn new(seed: u64, replications: u64, answers: BTreeMap<String, Answer>) -> Self {
        Self { seed, replications, answers }
    }

    /// The same as what answers quantities.
    pub fn solution(&self) -> Solution {
        let answers = self.answers.clone();
        Box::new(move |quantity| answers.get(&quantity.label()).cloned())
    }
}

/// Simulates a case. Replications run in parallel; their number decides, never their threads.
///
/// # Errors
/// In words, when the scenario that was written is not one: a bug of the builder.
pub fn simulate(case: &Case, plan: &Plan, effort: &Effort) -> Result<Simulated, String> {
    // What is only shown is not worth the time of what is judged.
    let effort = if case.hearsay.is_some() { &Effort { is_precise: false, ..*effort } } else { effort };
    let host = Host { cores: 1, cpu: "none".to_owned() };
    let scenario =
        scenario::load(&plan.text, &case.kind, &host).map_err(|errors| format!("{errors}\n{}", plan.text))?;
    let wait_at = plan.wait_at.iter().map(|secs| Span::from_secs_f64(*secs)).collect();
    let ask = StudyAsk { wait_at, ..StudyAsk::default() };
    let asked: Vec<(&Quantity, Target)> =
        case.expected.iter().filter_map(|quantity| Some((quantity, (plan.target)(quantity)?))).collect();
    let first = plan.replications.unwrap_or(effort.replications).min(effort.replications);
    let cap = (effort.jobs_max / plan.jobs.max(1.0)) as u64;
    let cap = cap.clamp(first, REPLICATIONS_MAX);
    let mut rows: Vec<Row> = Vec::new();
    let mut wanted = first;
    loop {
        rows.extend(replicate(&scenario, &ask, &asked, &plan.controls, rows.len() as u64..wanted)?);
        let excess = widest(plan, &asked, &rows);
        if !effort.is_precise || excess <= 1.0 || wanted >= cap {
            break;
        }
        // Half-widths shrink with the root of the number; more than four times as many are looked at again on the way.
        let needed = wanted as f64 * (excess * excess * MARGIN).min(4.0);
        wanted = (needed.ceil() as u64).clamp(wanted + 1, cap);
    }
    let answers = asked.iter().enumerate().filter_map(|(place, (quantity, target))| {
        let answer = answer(plan, target, quantity, &column(&rows, place), effort)?;
        Some((quantity.label(), answer))
    });
    Ok(Simulated { seed: plan.seed, replications: wanted, answers: answers.collect() })
}

/// What one replication came to.
struct Row {
    /// For each quantity asked for.
    figures: Vec<Option<Figure>>,
    /// How far each control was from its known mean.
    deviations: Vec<f64>,
}

/// Replications with these numbers, a row each.
fn replicate(
    scenario: &Scenario,
    ask: &StudyAsk,
    asked: &[(&Quantity, Target)],
    controls: &[(Measure, f64)],
    numbers: std::ops::Range<u64>,
) -> Result<Vec<Row>, String> {
    let one = |number: u64| {
        let seeded = Scenario { seed: replications::seed(scenario.seed, number), ..scenario.clone() };
        let finished = engine::simulate_studied(Arc::new(seeded), Some(ask.clone())).map_err(|err| err.to_string())?;
        let study = finished.study.ok_or("the run was not looked at more closely")?;
        let figures = asked.iter().map(|(_, target)| target.measure().and_then(|measure| measure.of(&study)));
        let deviation = |(measure, known): &(Measure, f64)| measure.of(&study).map_or(0.0, |figure| figure[0] - known);
        Ok(Row { figures: figures.collect(), deviations: controls.iter().map(deviation).collect() })
    };
    numbers.into_par_iter().map(one).collect()
}

/// How many times as wide as asked for the widest interval is.
fn widest(plan: &Plan, asked: &[(&Quantity, Target)], rows: &[Row]) -> f64 {
    let excess = asked.iter().enumerate().map(|(place, (quantity, target))| {
        known(quantity).map_or(0.0, |known| target.excess(&column(rows, place), known, plan.width))
    });
    excess.fold(0.0, f64::max)
}

fn answer(plan: &Plan, target: &Target, quantity: &Quantity, sample: &Sample, effort: &Effort) -> Option<Answer> {
    if target.measure().is_some() && sample.figures.len() < 2 {
        return None;
    }
    let answer = target.answer(sample, plan.bias);
    let known = known(quantity).unwrap_or(0.0);
    match answer {
        Answer::Sampled { value, std_error, degrees, .. }
            if effort.is_precise && target.excess(sample, known, plan.width) > 1.0 =>
        {
            Some(Answer::Imprecise { value, std_error, degrees })
        }
        // The few largest of a skewed sample decide its variance, and a short run may have none of them.
        Answer::Sampled { .. } if !effort.is_precise && target.is_variance() && plan.width > NARROW => {
            Some(Answer::Shown("it is too skewed to be told from so short a run"))
        }
        Answer::Sampled { .. } if !effort.is_precise && target.is_too_small(sample, known) => {
            Some(Answer::Shown("it is too small to be told from chance in so short a run"))
        }
        answer => Some(answer),
    }
}

fn column(rows: &[Row], place: usize) -> Sample {
    let known = || rows.iter().filter_map(|row| Some((row.figures[place]?, &row.deviations)));
    Sample {
        figures: known().map(|(figure, _)| figure).collect(),
        deviations: known().map(|(_, d)| d.clone()).collect(),
    }
}

fn known(quantity: &Quantity) -> Option<f64> {
    match quantity.value {
        Expected::Number { value, .. } => Some(value),
        _ => None,
    }
}
