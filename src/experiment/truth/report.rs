//! What a run of cases came to: one line for each of them, for people and for programs.

use std::fmt;

use serde_json::{Map, Value, json};

use super::Answer;
use super::judge::{Compared, Verdict};
use super::table::Expected;
use crate::analysis::student;

/// A case with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Name of the table.
    pub file: String,
    /// Number of the case in it.
    pub index: u64,
    /// What the case is about.
    pub kind: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, where it is not agreement.
    pub reason: String,
    /// Its quantities.
    pub compared: Vec<Compared>,
    /// The same by formula, where `compared` was simulated and a formula knows the case, too.
    pub by_formula: Vec<Compared>,
    /// Where `compared` comes from.
    pub method: Method,
}

/// Where the answers to a case come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// From a formula.
    Formula,
    /// From replications of a scenario.
    Simulation {
        /// The seed of the first of them.
        seed: u64,
        /// How many.
        replications: u64,
    },
}

impl Judged {
    /// The verdict of a simulated case and of the same case by formula, as one: it agrees only if both do.
    #[must_use]
    pub fn with_formula(self, formula: Self) -> Self {
        let weight = |verdict: Verdict| match verdict {
            Verdict::Disagrees => 4,
            Verdict::UnknownKind => 3,
            Verdict::NotYetCovered => 2,
            Verdict::Agrees => 1,
            Verdict::Documented => 0,
        };
        if formula.is_unknown_kind() {
            return self;
        }
        let worse = weight(formula.verdict) > weight(self.verdict);
        let (verdict, reason) = if worse {
            (formula.verdict, format!("by formula: {}", formula.reason))
        } else {
            (self.verdict, self.reason)
        };
        Self { verdict, reason, by_formula: formula.compared, ..self }
    }

    /// The verdict of a case by formula, when simulation cannot say it yet.
    #[must_use]
    pub fn without_simulation(self, missing: &str) -> Self {
        match self.verdict {
            Verdict::Disagrees | Verdict::Documented => self,
            // A formula that knows the kind, but not all of its quantities, is a gap of ours.
            Verdict::UnknownKind if !self.is_unknown_kind() => self,
            _ => Self { verdict: Verdict::NotYetCovered, reason: format!("missing: {missing}"), ..self },
        }
    }

    /// Whether nobody answered any of its quantities.
    fn is_unknown_kind(&self) -> bool {
        self.verdict == Verdict::UnknownKind && self.compared.iter().all(|compared| compared.answer.is_none())
    }
}

/// What a run of cases came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// One for each case, in order.
    pub cases: Vec<Judged>,
    /// Sampled quantities.
    pub sampled: usize,
    /// Those inside their 99 % interval; at least 97 % of them should be.
    pub sampled_inside: usize,
}

impl Report {
    /// How many cases have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.cases.iter().filter(|case| case.verdict == verdict).count()
    }

    /// Whether no case disagrees or is unknown, and samples lie where samples should: at most 3 % of them outside their
    /// 99 % interval, or one where that is less than one.
    pub fn passes(&self) -> bool {
        let outside = self.sampled - self.sampled_inside;
        self.count(Verdict::Disagrees) + self.count(Verdict::UnknownKind) == 0
            && outside as f64 <= (0.03 * self.sampled as f64).max(1.0)
    }
}

impl Judged {
    /// One JSON object: file, index, kind, what was expected, what was answered, the interval of samples (99 %), the
    /// verdict and its reason.
    pub fn to_json(&self) -> Value {
        let expected: Map<String, Value> =
            self.compared.iter().map(|one| (one.quantity.label(), one.quantity.value.to_json())).collect();
        let answers = || self.compared.iter().filter_map(|one| Some((one.quantity.label(), one.answer.as_ref()?)));
        let measured: Map<String, Value> = answers().map(|(label, answer)| (label, answer.to_json())).collect();
        let interval: Map<String, Value> =
            answers().filter_map(|(label, answer)| Some((label, json!(answer.interval()?)))).collect();
        let mut line = json!({
            "file": self.file,
            "index": self.index,
            "kind": self.kind,
            "expected": expected,
            "measured": measured,
            "interval": interval,
            "verdict": self.verdict.to_string(),
            "reason": self.reason,
        });
        match self.method {
            Method::Formula => line["method"] = json!("formula"),
            Method::Simulation { seed, replications } => {
                line["method"] = json!("simulation");
                (line["seed"], line["replications"]) = (json!(seed), json!(replications));
                let formula = self.by_formula.iter();
                let formula = formula.filter_map(|one| Some((one.quantity.label(), one.answer.as_ref()?.to_json())));
                line["formula"] = Value::Object(formula.collect());
            }
        }
        line
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, index, kind, verdict, reason, .. } = self;
        write!(f, "{verdict:<12} {file} {index:>3} {kind}")?;
        if reason.is_empty() { Ok(()) } else { write!(f, ": {reason}") }
    }
}

impl Expected {
    fn to_json(&self) -> Value {
        match self {
            Self::Number { value, .. } => json!(value),
            Self::Word(text) | Self::Prose(text) => json!(text),
            Self::Flag(flag) => json!(flag),
            Self::Nothing => Value::Null,
        }
    }
}

impl Answer {
    fn to_json(&self) -> Value {
        match self {
            Self::Exact(value)
            | Self::Published(value)
            | Self::Approximate { value, .. }
            | Self::Sampled { value, .. }
            | Self::Below { value, .. }
            | Self::Above { value, .. }
            | Self::Imprecise { value, .. } => json!(value),
            Self::Word(word) => json!(word),
            Self::Flag(flag) => json!(flag),
            Self::Unbounded | Self::Shown(_) => Value::Null,
        }
    }

    /// The 99 % interval of a sample.
    fn interval(&self) -> Option<[f64; 2]> {
        let (Self::Sampled { value, std_error, degrees, .. }
        | Self::Below { value, std_error, degrees }
        | Self::Above { value, std_error, degrees }
        | Self::Imprecise { value, std_error, degrees }) = self
        else {
            return None;
        };
        let half = student::quantile(0.995, *degrees)? * std_error;
        Some([value - half, value + half])
    }
}
