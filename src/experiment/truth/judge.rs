//! Judging: does an answer agree with what is known?
//!
//! | answer | agrees when |
//! |---|---|
//! | a number | it is within 1e-9, or the error the table admits, relative |
//! | a published figure | it rounds to what was printed (or is within 1e-5), or lies within the tolerance the table states |
//! | an approximation | it lies within its own stated error |
//! | a sample of what is known only as a bound | it is not on the wrong side of it, by the same correction |
//! | a sample that is not known as well as asked for | never |
//! | a sample | Holm's correction over the whole run does not reject it at 1 %; known values below 0.01: within 0.002 |

use std::fmt;

use super::Solution;
use super::formulas::Refusal;
use super::report::{Judged, Method, Report};
use super::table::{Case, Expected, Quantity};
use crate::analysis::{intervals, student};

/// Relative precision asked of a formula.
const FORMULA: f64 = 1e-9;
/// Relative precision to which others publish a fit: iterations stop there, whatever number of digits is printed.
const PUBLISHED_FIT: f64 = 1e-5;
/// Rounding left where the exact value is zero.
const ZERO: f64 = 1e-14;
/// Chance that a run of nothing but true samples rejects any of them.
const LEVEL: f64 = 0.01;
/// Below this a sampled quantity is compared absolutely…
const SMALL: f64 = 0.01;
/// …with this tolerance.
const SMALL_TOLERANCE: f64 = 0.002;

/// What someone says one quantity is.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A number, to the precision of formulas.
    Exact(f64),
    /// A number that the table shows as it was published, rounded.
    Published(f64),
    /// A number whose method has a stated relative error.
    Approximate {
        /// The number.
        value: f64,
        /// Its relative error.
        error: f64,
    },
    /// The mean of samples, on either side: measured by us, or the table's own simulation of what we compute.
    Sampled {
        /// The mean.
        value: f64,
        /// Its standard error, in the unit of the mean.
        std_error: f64,
        /// Degrees of freedom of that error; infinite where it is known.
        degrees: f64,
        /// Relative difference from the known value that the method has by design (finitely many servers for infinitely many).
        bias: f64,
    },
    /// The mean of samples of something for which the table has a bound from above.
    Below {
        /// The mean.
        value: f64,
        /// Its standard error.
        std_error: f64,
        /// Degrees of freedom of that error.
        degrees: f64,
    },
    /// The mean of samples of something for which the table has a bound from below.
    Above {
        /// The mean.
        value: f64,
        /// Its standard error.
        std_error: f64,
        /// Degrees of freedom of that error.
        degrees: f64,
    },
    /// The mean of samples whose interval is wider than the rules allow.
    Imprecise {
        /// The mean.
        value: f64,
        /// Its standard error.
        std_error: f64,
        /// Degrees of freedom of that error.
        degrees: f64,
    },
    /// A name or a sequence.
    Word(String),
    /// Yes or no.
    Flag(bool),
    /// There is no finite value.
    Unbounded,
    /// Nothing that could be computed, only shown; and why.
    Shown(&'static str),
}

/// The verdict on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every quantity that can be judged agrees.
    Agrees,
    /// At least one does not, or the case has no answer.
    Disagrees,
    /// Nothing to judge: shown, and neither passed nor failed.
    Documented,
    /// The formulas that there are agree, but nothing can simulate it yet, or ask its picker: neither passed nor failed.
    NotYetCovered,
    /// Nobody knows this kind of case, or one of its quantities.
    UnknownKind,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Agrees => "agrees",
            Self::Disagrees => "disagrees",
            Self::Documented => "documented",
            Self::NotYetCovered => "not-yet-covered",
            Self::UnknownKind => "unknown-kind",
        })
    }
}

/// What became of one quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It agrees.
    Agrees,
    /// It does not.
    Disagrees,
    /// It is a sample; the chance to see one as far away, were the known value true.
    Sampled {
        /// That chance.
        p_value: f64,
    },
    /// It is a sample that is not known as well as asked for.
    Imprecise,
    /// It was only shown.
    Shown(&'static str),
    /// Nobody knows it.
    Unknown,
}

/// One quantity with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What is known.
    pub quantity: Quantity,
    /// What was answered.
    pub answer: Option<Answer>,
    /// How they compare.
    pub outcome: Outcome,
}

/// A case whose quantities were compared; its verdict waits for the whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    file: String,
    index: u64,
    kind: String,
    hearsay: Option<String>,
    refusal: Option<String>,
    is_known: bool,
    compared: Vec<Compared>,
}

impl Examined {
    /// Compares a case with its solution: `None` for a kind that nobody knows.
    pub fn new(file: &str, case: &Case, solution: Option<Result<Solution, Refusal>>) -> Self {
        let is_known = solution.is_some();
        let (solution, refusal) = match solution {
            Some(Ok(solution)) => (Some(solution), None),
            Some(Err(refusal)) => (None, Some(refusal.to_string())),
            None => (None, None),
        };
        let compared = case.expected.iter().map(|quantity| {
            let answer = solution.as_ref().and_then(|solution| solution(quantity));
            let outcome = compare(case, quantity, answer.as_ref());
            Compared { quantity: quantity.clone(), answer, outcome }
        });
        Self {
            file: file.to_owned(),
            index: case.index,
            kind: case.kind.clone(),
            hearsay: case.hearsay.clone(),
            refusal,
            is_known,
            compared: compared.collect(),
        }
    }

    fn p_values(&self) -> impl Iterator<Item = f64> {
        self.compared.iter().filter_map(|compared| match compared.outcome {
            Outcome::Sampled { p_value } => Some(p_value),
            _ => None,
        })
    }
}

/// Gives every case its verdict, with Holm's correction over all samples of the run.
pub fn conclude(examined: Vec<Examined>) -> Report {
    let p_values: Vec<f64> = examined.iter().flat_map(Examined::p_values).collect();
    let mut rejected = intervals::holm_rejected(&p_values, LEVEL).into_iter();
    let cases = examined.into_iter().map(|case| judge(case, &mut rejected)).collect();
    let sampled_inside = p_values.iter().filter(|&&p_value| p_value >= 0.01).count();
    Report { cases, sampled: p_values.len(), sampled_inside }
}

fn judge(case: Examined, rejected: &mut impl Iterator<Item = bool>) -> Judged {
    let mut failed = Vec::new();
    let mut unknown = Vec::new();
    let mut imprecise = Vec::new();
    let mut judged = 0;
    for compared in &case.compared {
        let label = compared.quantity.label();
        match compared.outcome {
            Outcome::Agrees => judged += 1,
            Outcome::Disagrees => failed.push(label),
            Outcome::Sampled { .. } if rejected.next() == Some(true) => failed.push(label),
            Outcome::Sampled { .. } => judged += 1,
            Outcome::Imprecise => imprecise.push(label),
            Outcome::Unknown => unknown.push(label),
            Outcome::Shown(_) => {}
        }
    }
    let only_shown = || {
        case.compared.iter().find_map(|compared| match compared.outcome {
            Outcome::Shown(why) => Some(why.to_owned()),
            _ => None,
        })
    };
    let (verdict, reason) = if let Some(hearsay) = case.hearsay {
        (Verdict::Documented, hearsay)
    } else if !case.is_known {
        (Verdict::UnknownKind, "nobody knows this kind".to_owned())
    } else if let Some(refusal) = case.refusal {
        (Verdict::Disagrees, refusal)
    } else if !failed.is_empty() {
        (Verdict::Disagrees, format!("differs in {}", failed.join(", ")))
    } else if !imprecise.is_empty() {
        (Verdict::Disagrees, format!("the interval is too wide of {}", imprecise.join(", ")))
    } else if !unknown.is_empty() {
        (Verdict::UnknownKind, format!("nobody knows {}", unknown.join(", ")))
    } else if judged > 0 {
        (Verdict::Agrees, String::new())
    } else {
        (Verdict::Documented, only_shown().unwrap_or_else(|| "it expects nothing".to_owned()))
    };
    let Examined { file, index, kind, compared, .. } = case;
    Judged { file, index, kind, verdict, reason, compared, by_formula: Vec::new(), method: Method::Formula }
}

/// How one answer compares with what is known.
fn compare(case: &Case, quantity: &Quantity, answer: Option<&Answer>) -> Outcome {
    if let Expected::Prose(_) = quantity.value {
        return Outcome::Shown("it is said in words");
    }
    let holds = |holds: bool| if holds { Outcome::Agrees } else { Outcome::Disagrees };
    match (answer, &quantity.value) {
        (None, _) => Outcome::Unknown,
        (Some(Answer::Shown(why)), _) => Outcome::Shown(why),
        (Some(Answer::Word(word)), Expected::Word(known)) => holds(word == known),
        (Some(Answer::Flag(flag)), Expected::Flag(known)) => holds(flag == known),
        (Some(Answer::Unbounded), Expected::Nothing) => Outcome::Agrees,
        (Some(Answer::Unbounded), Expected::Word(word)) => holds(word.to_lowercase().starts_with("inf")),
        (Some(Answer::Exact(value)), Expected::Number { value: known, .. }) => {
            let tolerance = FORMULA.max(case.error_bound).max(case.tolerance.unwrap_or(0.0));
            holds(is_near(*value, *known, tolerance) || is_zero(*value, *known))
        }
        (Some(Answer::Published(value)), Expected::Number { value: known, half_unit }) => {
            let rounds = (value - known).abs() <= half_unit * (1.0 + FORMULA);
            holds(case.tolerance.map_or(rounds || is_near(*value, *known, PUBLISHED_FIT), |tolerance| {
                is_near(*value, *known, tolerance)
            }))
        }
        (Some(Answer::Approximate { value, error }), Expected::Number { value: known, .. }) => {
            holds(is_near(*value, *known, *error))
        }
        (Some(Answer::Sampled { value, std_error, degrees, bias }), Expected::Number { value: known, .. }) => {
            if known.abs() < SMALL {
                return holds((value - known).abs() <= SMALL_TOLERANCE);
            }
            let away = ((value - known).abs() - bias * known.abs()).max(0.0);
            let t = if away == 0.0 { 0.0 } else { away / std_error };
            Outcome::Sampled { p_value: student::two_sided(t, *degrees) }
        }
        (Some(Answer::Below { value, std_error, degrees }), Expected::Number { value: bound, .. }) => {
            beyond(value - bound, *std_error, *degrees)
        }
        (Some(Answer::Above { value, std_error, degrees }), Expected::Number { value: bound, .. }) => {
            beyond(bound - value, *std_error, *degrees)
        }
        (Some(Answer::Imprecise { .. }), Expected::Number { .. }) => Outcome::Imprecise,
        _ => Outcome::Disagrees,
    }
}

/// A sample that may lie on the wrong side of a bound only by chance.
fn beyond(excess: f64, std_error: f64, degrees: f64) -> Outcome {
    let t = if excess <= 0.0 { 0.0 } else { excess / std_error };
    Outcome::Sampled { p_value: student::two_sided(t, degrees) }
}

fn is_near(value: f64, known: f64, relative: f64) -> bool {
    // Below the smallest normal number there are fewer digits than asked for.
    (value - known).abs() <= (relative * known.abs()).max(f64::MIN_POSITIVE)
}

/// Exactly zero here, and zero but for rounding there.
fn is_zero(value: f64, known: f64) -> bool {
    value == 0.0 && known.abs() <= ZERO
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::experiment::truth::Table;

    /// The verdict on one case, whose extra entries and expectation are given, when every quantity has this answer.
    fn verdict_on(extra: &Value, expected: &Value, answer: impl Fn(&Quantity) -> Option<Answer> + 'static) -> Verdict {
        let mut case = json!({"index": 1, "kind": "k", "input": {}, "expected": expected});
        case.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
        let table = Table::parse("t".to_owned(), &json!({ "cases": [case] })).expect("a table");
        let examined = Examined::new("t", &table.cases[0], Some(Ok(Box::new(answer))));
        let report = conclude(vec![examined]);
        assert_eq!(report.cases.len(), 1);
        report.cases[0].verdict
    }

    #[test]
    fn formulas_are_held_to_nine_digits_or_to_the_bound_of_the_case() {
        let exact = |value: f64| move |_: &Quantity| Some(Answer::Exact(value));
        assert_eq!(verdict_on(&json!({}), &json!({"x": 2.0}), exact(2.0 + 1e-9)), Verdict::Agrees);
        assert_eq!(verdict_on(&json!({}), &json!({"x": 2.0}), exact(2.0 + 3e-9)), Verdict::Disagrees);
        let bound = json!({"numeric_error_bound": 1e-6});
        assert_eq!(verdict_on(&bound, &json!({"x": 2.0}), exact(2.0 + 1e-6)), Verdict::Agrees);
        assert_eq!(verdict_on(&json!({}), &json!({"x": 0.0}), exact(1e-12)), Verdict::Disagrees);
        assert_eq!(verdict_on(&json!({}), &json!({"x": 1e-16}), exact(0.0)), Verdict::Agrees);
        assert_eq!(verdict_on(&json!({}), &json!({"x": 2.0}), exact(f64::NAN)), Verdict::Disagrees);
    }

    #[test]
    fn published_figures_must_round_to_what_was_printed() {
        let published = |value: f64| move |_: &Quantity| Some(Answer::Published(value));
        assert_eq!(verdict_on(&json!({}), &json!({"x": 0.0277}), published(0.027_728)), Verdict::Agrees);
        assert_eq!(verdict_on(&json!({}), &json!({"x": 0.0277}), published(0.027_78)), Verdict::Disagrees);
        let tolerant = json!({"x": 995.6486, "tolerance_percent": 0.02});
        assert_eq!(verdict_on(&json!({}), &tolerant, published(995.7)), Verdict::Agrees);
        assert_eq!(verdict_on(&json!({}), &tolerant, published(996.0)), Verdict::Disagrees);
    }

    #[test]
    fn what_nobody_knows_is_neither_passed_nor_skipped() {
        let one = |quantity: &Quantity| (quantity.name == "x").then_some(Answer::Exact(1.0));
        assert_eq!(verdict_on(&json!({}), &json!({"x": 1, "y": 2}), one), Verdict::UnknownKind);
        let case = json!({"cases": [{"index": 1, "kind": "k", "input": {}, "expected": {"x": 1}}]});
        let table = Table::parse("t".to_owned(), &case).expect("a table");
        let report = conclude(vec![Examined::new("t", &table.cases[0], None)]);
        assert!(report.count(Verdict::UnknownKind) == 1 && !report.passes());
        let refused = Examined::new("t", &table.cases[0], Some(Err(Refusal::Missing { key: "servers".to_owned() })));
        assert_eq!(conclude(vec![refused]).cases[0].verdict, Verdict::Disagrees);
    }

    #[test]
    fn hearsay_and_prose_are_shown_whatever_is_answered() {
        let wrong = |_: &Quantity| Some(Answer::Exact(7.0));
        let recalled = json!({"source": "recalled"});
        assert_eq!(verdict_on(&recalled, &json!({"x": 1}), wrong), Verdict::Documented);
        assert_eq!(verdict_on(&json!({}), &json!({"x": "a rule in words"}), wrong), Verdict::Documented);
        assert_eq!(verdict_on(&json!({}), &json!({"x": "a rule in words", "y": 1}), wrong), Verdict::Disagrees);
        assert_eq!(verdict_on(&json!({}), &json!({}), wrong), Verdict::Documented);
    }

    #[test]
    fn samples_are_rejected_only_over_the_whole_run() {
        let sampled =
            |value: f64| move |_: &Quantity| Some(Answer::Sampled { value, std_error: 0.1, degrees: 19.0, bias: 0.0 });
        // Three standard errors away: rejected alone, not among ten others.
        assert_eq!(verdict_on(&json!({}), &json!({"x": 5.0}), sampled(5.3)), Verdict::Disagrees);
        let many = json!({"x": 5.0, "list": [5.3, 5.3, 5.3, 5.3, 5.3, 5.3, 5.3, 5.3, 5.3, 5.3]});
        assert_eq!(verdict_on(&json!({}), &many, sampled(5.3)), Verdict::Agrees);
        // Small quantities absolutely.
        assert_eq!(verdict_on(&json!({}), &json!({"x": 0.001}), sampled(0.0029)), Verdict::Agrees);
        assert_eq!(verdict_on(&json!({}), &json!({"x": 0.001}), sampled(0.0031)), Verdict::Disagrees);
        // A stated bias counts before chance does.
        let biased = |_: &Quantity| Some(Answer::Sampled { value: 5.4, std_error: 0.1, degrees: 19.0, bias: 0.08 });
        assert_eq!(verdict_on(&json!({}), &json!({"x": 5.0}), biased), Verdict::Agrees);
    }

    #[test]
    fn words_and_infinity_are_compared_as_such() {
        let word = |_: &Quantity| Some(Answer::Word("aab".to_owned()));
        assert_eq!(verdict_on(&json!({}), &json!({"x": "aab"}), word), Verdict::Agrees);
        assert_eq!(verdict_on(&json!({}), &json!({"x": "aba"}), word), Verdict::Disagrees);
        let unbounded = |_: &Quantity| Some(Answer::Unbounded);
        assert_eq!(verdict_on(&json!({}), &json!({"x": null, "y": "infinite"}), unbounded), Verdict::Agrees);
        assert_eq!(verdict_on(&json!({}), &json!({"x": 1e9}), unbounded), Verdict::Disagrees);
    }

    #[test]
    fn a_line_of_json_has_what_the_command_promises() {
        let table = json!({"cases": [{"index": 4, "kind": "k", "input": {}, "expected": {"x": 5.0}}]});
        let table = Table::parse("t.json".to_owned(), &table).expect("a table");
        let sampled = |_: &Quantity| Some(Answer::Sampled { value: 5.1, std_error: 0.1, degrees: 19.0, bias: 0.0 });
        let report = conclude(vec![Examined::new("t.json", &table.cases[0], Some(Ok(Box::new(sampled))))]);
        let line = report.cases[0].to_json();
        assert_eq!((&line["file"], &line["index"], &line["verdict"]), (&json!("t.json"), &json!(4), &json!("agrees")));
        assert_eq!((&line["expected"]["x"], &line["measured"]["x"]), (&json!(5.0), &json!(5.1)));
        assert!(line["interval"]["x"][0].as_f64().is_some_and(|low| low < 4.82 && low > 4.81), "{line}");
        assert_eq!((report.sampled, report.sampled_inside), (1, 1));
    }
}
