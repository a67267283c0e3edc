//! Truth: does a number of ours agree with what is known exactly?
//!
//! Tables of known facts ([`table`]) are compared with answers, case by case and quantity by quantity ([`mod@judge`]).
//! Answers come from the formulas of `analysis` ([`formulas`]), from simulations of the same cases ([`simulate`]), and for
//! pure rules of picking from the picker itself; all are judged by the same rules, which stand in `tests/data/truth/README.md`.
//!
//! ```text
//! table file -> Table -> Case -> Quantity ──┐
//!                          └──> Answer ─────┴──> Examined ──(Holm over the run)──> Judged: a verdict for each case
//! ```
//!
//! Invariants: every case of a table gets exactly one verdict; a kind or a quantity that nobody knows is a verdict of
//! its own and never a silent pass.

pub mod bundled;
mod caches;
mod faults;
pub mod formulas;
pub mod judge;
mod pickers;
pub mod report;
mod scalers;
pub mod simulate;
pub mod table;

use rayon::prelude::*;

pub use judge::{Answer, Examined, Outcome, Verdict};
pub use report::{Judged, Method, Report};
pub use simulate::{Effort, Simulated};
pub use table::{Case, Expected, Quantity, Table, TableError};

/// What answers the quantities of one case: `None` for a quantity it does not know.
pub type Solution = Box<dyn Fn(&Quantity) -> Option<Answer>>;

/// Judges every case of the tables against the formulas of `analysis`.
pub fn judge_by_formulas(tables: &[Table]) -> Report {
    let examined = tables.iter().flat_map(|table| {
        table.cases.iter().map(|case| Examined::new(&table.file, case, formulas::solve(case, table)))
    });
    judge::conclude(examined.collect())
}

/// Judges every case of the tables against the formulas and, where the scenario language can say it, against simulations
/// of it. Simulations run in parallel, and come to the same at any number of threads. `heard` is told what each
/// simulated case came to, as soon as it is known and in no particular order.
pub fn judge(tables: &[Table], effort: &Effort, heard: &(dyn Fn(&Case, &simulate::Simulated) + Sync)) -> Report {
    let cases: Vec<(&Table, &Case)> =
        tables.iter().flat_map(|table| table.cases.iter().map(move |case| (table, case))).collect();
    let simulated: Vec<Covered> = cases.par_iter().map(|(_, case)| Covered::of(case, effort, heard)).collect();
    let mut examined = Vec::new();
    for ((table, case), covered) in cases.iter().zip(&simulated) {
        examined.push(Examined::new(&table.file, case, formulas::solve(case, table)));
        examined.extend(covered.examine(&table.file, case));
    }
    // One correction over all samples of the run; then the two verdicts of a case become one.
    let Report { cases: judged, sampled, sampled_inside } = judge::conclude(examined);
    let mut judged = judged.into_iter();
    let merged = simulated.iter().filter_map(|covered| {
        let formula = judged.next()?;
        Some(match covered {
            Covered::Formula => formula,
            Covered::Missing(what) => formula.without_simulation(what),
            Covered::Simulated(run) => {
                let Simulated { seed, replications, .. } = **run;
                let method = Method::Simulation { seed, replications };
                Judged { method, ..judged.next()? }.with_formula(formula)
            }
            Covered::Unread(_) | Covered::Unknown => judged.next()?.with_formula(formula),
        })
    });
    Report { cases: merged.collect(), sampled, sampled_inside }
}

/// What simulation had to say of a case.
enum Covered {
    Simulated(Box<Simulated>),
    Formula,
    Missing(&'static str),
    Unread(formulas::Refusal),
    Unknown,
}

impl Covered {
    fn of(case: &Case, effort: &Effort, heard: &(dyn Fn(&Case, &Simulated) + Sync)) -> Self {
        let plan = match simulate::cover(case, effort) {
            simulate::Coverage::Planned(plan) => plan,
            simulate::Coverage::Formula => return Self::Formula,
            simulate::Coverage::Policy => {
                return match faults::ask(case, effort)
                    .or_else(|| scalers::ask(case))
                    .or_else(|| caches::ask(case))
                    .unwrap_or_else(|| pickers::ask(case, effort))
                {
                    Ok(run) => {
                        heard(case, &run);
                        Self::Simulated(Box::new(run))
                    }
                    Err(refusal) => Self::Unread(refusal),
                };
            }
            simulate::Coverage::NotYet(what) => return Self::Missing(what),
            simulate::Coverage::Refused(refusal) => return Self::Unread(refusal),
            simulate::Coverage::Unknown => return Self::Unknown,
        };
        match simulate::simulate(case, &plan, effort) {
            Ok(run) => {
                heard(case, &run);
                Self::Simulated(Box::new(run))
            }
            Err(why) => Self::Unread(formulas::Refusal::Scenario { why }),
        }
    }

    fn examine(&self, file: &str, case: &Case) -> Option<Examined> {
        match self {
            Self::Formula | Self::Missing(_) => None,
            Self::Simulated(run) => Some(Examined::new(file, case, Some(Ok(run.solution())))),
            Self::Unread(refusal) => Some(Examined::new(file, case, Some(Err(refusal.clone())))),
            Self::Unknown => Some(Examined::new(file, case, None)),
        }
    }
}
