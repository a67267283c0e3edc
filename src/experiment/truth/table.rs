//! Tables of known facts: JSON files with `meta` and `cases`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::formulas::input::Input;

/// A table larger than this is refused.
const BYTES_MAX: u64 = 64 << 20;

/// Words that make a case one to be shown rather than judged.
const HEARSAY: [&str; 4] = ["recalled", "not verified", "secondary", "prose"];

/// Why a table could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file could not be opened or read.
    #[error("{}: {err}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        err: std::io::Error,
    },
    /// The file is not JSON.
    #[error("{}: {err}", path.display())]
    NotJson {
        /// Which file.
        path: PathBuf,
        /// Where and what.
        err: serde_json::Error,
    },
    /// The file is JSON, but no table.
    #[error("{}: {what}", path.display())]
    NoTable {
        /// Which file.
        path: PathBuf,
        /// What is missing.
        what: String,
    },
}

/// A table of cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Name of its file, without folders.
    pub file: String,
    /// Its cases, in order.
    pub cases: Vec<Case>,
}

/// One case: an input and what is known to come out.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its number in the table.
    pub index: u64,
    /// What it is about; decides who can answer.
    pub kind: String,
    /// What goes in.
    pub input: Input,
    /// What comes out, one entry for each number.
    pub expected: Vec<Quantity>,
    /// Relative error that the table itself admits.
    pub error_bound: f64,
    /// Relative tolerance that a published figure states.
    pub tolerance: Option<f64>,
    /// Why it is to be shown rather than judged, in the words of the table.
    pub hearsay: Option<String>,
    /// Remarks.
    pub notes: String,
    /// Other entries of the case.
    pub other: Input,
    /// Where its table was read from.
    pub folder: Option<PathBuf>,
}

/// One number that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Its name.
    pub name: String,
    /// Its place in a list (from zero) or its key in a map.
    pub at: Option<String>,
    /// The value.
    pub value: Expected,
}

/// A value that is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// A number, with half a unit of its last printed digit.
    Number {
        /// The number.
        value: f64,
        /// What rounding may have taken away or added.
        half_unit: f64,
    },
    /// One word, a sequence or a name.
    Word(String),
    /// A sentence, to be read by people.
    Prose(String),
    /// Yes or no.
    Flag(bool),
    /// Explicitly none.
    Nothing,
}

impl Table {
    /// Reads a table from a file.
    pub fn read(path: &Path) -> Result<Self, TableError> {
        let unreadable = |err| TableError::Unreadable { path: path.to_owned(), err };
        let no_table = |what: String| TableError::NoTable { path: path.to_owned(), what };
        let bytes = fs::metadata(path).map_err(unreadable)?.len();
        if bytes > BYTES_MAX {
            return Err(no_table(format!("{bytes} bytes are more than the {BYTES_MAX} allowed")));
        }
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let value: Value =
            serde_json::from_str(&text).map_err(|err| TableError::NotJson { path: path.to_owned(), err })?;
        let mut table = Self::parse(file, &value).map_err(no_table)?;
        table.cases.iter_mut().for_each(|case| case.folder = path.parent().map(Path::to_owned));
        Ok(table)
    }

    /// Reads a table from the text of a file with this name.
    pub fn of_text(file: &str, text: &str) -> Result<Self, TableError> {
        let path = PathBuf::from(file);
        let value: Value = serde_json::from_str(text).map_err(|err| TableError::NotJson { path: path.clone(), err })?;
        Self::parse(file.to_owned(), &value).map_err(|what| TableError::NoTable { path, what })
    }

    /// Reads the tables of a folder whose names begin with one of these topics, in the order of their names.
    pub fn read_folder(folder: &Path, topics: &[&str]) -> Result<Vec<Self>, TableError> {
        let unreadable = |err| TableError::Unreadable { path: folder.to_owned(), err };
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            paths.push(entry.map_err(unreadable)?.path());
        }
        paths.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".json") && topics.iter().any(|topic| name.starts_with(topic))
        });
        paths.sort();
        if paths.is_empty() {
            let what = format!("no table of {} is in this folder", topics.join(", "));
            return Err(TableError::NoTable { path: folder.to_owned(), what });
        }
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// Reads a table from JSON; the error says what is missing.
    pub fn parse(file: String, value: &Value) -> Result<Self, String> {
        let cases = value.get("cases").and_then(Value::as_array).ok_or("it has no list of cases")?;
        let cases = cases.iter().enumerate().map(|(n, case)| {
            Case::parse(case).map_err(|what| format!("case number {} of the list has no {what}", n + 1))
        });
        Ok(Self { file, cases: cases.collect::<Result<_, _>>()? })
    }

    /// The first case of this kind whose input has this entry as the beginning of its own.
    pub fn case_named(&self, kind: &str, name: &str) -> Option<&Case> {
        self.cases
            .iter()
            .find(|case| case.kind == kind && case.input.text("name").is_ok_and(|own| own.starts_with(name)))
    }
}

impl Case {
    fn parse(case: &Value) -> Result<Self, &'static str> {
        let object = case.as_object().ok_or("entries")?;
        let expected = object.get("expected").and_then(Value::as_object).ok_or("expected")?;
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let tolerance = expected.get("tolerance_percent").and_then(Value::as_f64);
        Ok(Self {
            index: object.get("index").and_then(Value::as_u64).ok_or("index")?,
            kind: object.get("kind").and_then(Value::as_str).ok_or("kind")?.to_owned(),
            input: Input::new(object.get("input").and_then(Value::as_object).ok_or("input")?.clone()),
            // The tolerance is about the other entries, not one of them.
            expected: flatten(expected).into_iter().filter(|quantity| quantity.name != "tolerance_percent").collect(),
            error_bound: object.get("numeric_error_bound").and_then(Value::as_f64).unwrap_or(0.0),
            tolerance: tolerance.map(|percent| percent / 100.0),
            hearsay: hearsay(object),
            notes: text("notes"),
            other: Input::new(object.clone()),
            folder: None,
        })
    }

    /// The expected number with this name, if there is just one.
    pub fn expected_number(&self, name: &str) -> Option<f64> {
        let quantity = self.expected.iter().find(|quantity| quantity.name == name && quantity.at.is_none())?;
        if let Expected::Number { value, .. } = quantity.value { Some(value) } else { None }
    }
}

impl Quantity {
    /// Its place as a number, for lists and for maps with numbers as keys.
    pub fn place<T: std::str::FromStr>(&self) -> Option<T> {
        self.at.as_ref()?.parse().ok()
    }

    /// Name and place, as people read it: `mean_numbers[2]`.
    pub fn label(&self) -> String {
        self.at.as_ref().map_or_else(|| self.name.clone(), |at| format!("{}[{at}]", self.name))
    }
}

/// One entry for each scalar; lists and maps are taken apart.
fn flatten(expected: &Map<String, Value>) -> Vec<Quantity> {
    let mut quantities = Vec::new();
    for (name, value) in expected {
        collect(name, None, value, &mut quantities);
    }
    quantities
}

fn collect(name: &str, at: Option<&str>, value: &Value, into: &mut Vec<Quantity>) {
    let below = |key: &str| at.map_or_else(|| key.to_owned(), |at| format!("{at}.{key}"));
    let value = match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| collect(name, Some(&below(&n.to_string())), item, into));
            return;
        }
        Value::Object(entries) => {
            entries.iter().for_each(|(key, item)| collect(name, Some(&below(key)), item, into));
            return;
        }
        Value::Number(number) => match number.as_f64() {
            Some(value) => Expected::Number { value, half_unit: half_unit(&number.to_string()) },
            None => Expected::Prose(number.to_string()),
        },
        Value::String(text) if text.contains(char::is_whitespace) => Expected::Prose(text.clone()),
        Value::String(text) => Expected::Word(text.clone()),
        Value::Bool(flag) => Expected::Flag(*flag),
        Value::Null => Expected::Nothing,
    };
    into.push(Quantity { name: name.to_owned(), at: at.map(str::to_owned), value });
}

/// Half a unit of the last digit of a number as it is printed: 0.005 for `1.23`, 0.5 for `1884`.
fn half_unit(printed: &str) -> f64 {
    let (mantissa, exponent) = printed.split_once(['e', 'E']).unwrap_or((printed, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
    let exponent: i32 = exponent.parse().unwrap_or(0);
    0.5 * 10f64.powi(exponent - decimals)
}

/// The words of the table that say it does not vouch for a case.
fn hearsay(case: &Map<String, Value>) -> Option<String> {
    if case.get("verified") == Some(&Value::Bool(false)) {
        return Some("not verified".to_owned());
    }
    let texts = ["exactness", "verified", "notes", "source"].map(|key| case.get(key).and_then(Value::as_str));
    texts.into_iter().flatten().find(|text| HEARSAY.iter().any(|word| text.contains(word))).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_and_maps_become_one_quantity_for_each_number() {
        let expected =
            json!({"a": 1.5, "b": [1, 2], "c": {"8": 3.0, "x": {"y": 1}}, "d": "aab", "e": "in words", "f": null});
        let got = flatten(expected.as_object().expect("an object"));
        let labels: Vec<String> = got.iter().map(Quantity::label).collect();
        assert_eq!(labels, ["a", "b[0]", "b[1]", "c[8]", "c[x.y]", "d", "e", "f"]);
        assert_eq!(got[0].value, Expected::Number { value: 1.5, half_unit: 0.05 });
        assert_eq!(got[2].place(), Some(1));
        assert_eq!(got[5].value, Expected::Word("aab".to_owned()));
        assert_eq!((&got[6].value, &got[7].value), (&Expected::Prose("in words".to_owned()), &Expected::Nothing));
    }

    #[test]
    fn half_a_unit_of_the_last_digit() {
        for (printed, expected) in [("1884", 0.5), ("0.02773", 5e-6), ("90.0", 0.05), ("1e-6", 5e-7), ("1.5e3", 50.0)] {
            assert!((half_unit(printed) / expected - 1.0).abs() < 1e-12, "{printed}");
        }
    }

    #[test]
    fn what_the_table_does_not_vouch_for_is_hearsay() {
        let case = |extra: Value| {
            let mut case = json!({"index": 1, "kind": "k", "input": {}, "expected": {"tolerance_percent": 2, "x": 1}});
            case.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
            Case::parse(&case).expect("a case")
        };
        assert!(case(json!({"source": "formula recalled"})).hearsay.is_some());
        assert!(case(json!({"verified": false})).hearsay.is_some());
        assert!(case(json!({"exactness": "exact", "verified": true})).hearsay.is_none());
        let plain = case(json!({}));
        assert_eq!((plain.tolerance, plain.expected.len()), (Some(0.02), 1));
    }

    #[test]
    fn a_table_without_its_parts_says_which() {
        let parse = |value: Value| Table::parse("t.json".to_owned(), &value).expect_err("no table");
        assert_eq!(parse(json!({})), "it has no list of cases");
        assert!(parse(json!({"cases": [{"index": 3, "kind": "x"}]})).contains("number 1"));
    }
}
