//! Truth: does a number of ours agree with what is known exactly?
//!
//! Tables of known facts ([`table`]) are compared with answers, case by case and quantity by quantity ([`judge`]).
//! Answers come from the formulas of `analysis` ([`formulas`]), or from simulations of the same cases; both are judged by the same rules,
//! which stand in `tests/data/truth/README.md`.
//!
//! ```text
//! table file -> Table -> Case -> Quantity ──┐
//!                          └──> Answer ─────┴──> Examined ──(Holm over the run)──> Judged: a verdict for each case
//! ```
//!
//! Invariants: every case of a table gets exactly one verdict; a kind or a quantity that nobody knows is a verdict of
//! its own and never a silent pass.

pub mod formulas;
pub mod judge;
pub mod table;

pub use judge::{Answer, Examined, Judged, Outcome, Report, Verdict};
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
