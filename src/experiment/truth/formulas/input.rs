//! The entries of a case, read with errors that name what is missing.

use serde_json::{Map, Value};

use super::Refusal;

/// Entries by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input(Map<String, Value>);

impl Input {
    /// These entries.
    pub fn new(entries: Map<String, Value>) -> Self {
        Self(entries)
    }

    /// Whether there is an entry with this name.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// A number.
    pub fn number(&self, key: &str) -> Result<f64, Refusal> {
        self.get(key)?.as_f64().ok_or_else(|| unreadable(key, "a number"))
    }

    /// A number, or this one where there is none.
    pub fn number_or(&self, key: &str, otherwise: f64) -> Result<f64, Refusal> {
        if self.has(key) { self.number(key) } else { Ok(otherwise) }
    }

    /// A whole number from 0 to 2^32 - 1, also when it is written with a decimal point.
    pub fn count(&self, key: &str) -> Result<u32, Refusal> {
        let number = self.number(key)?;
        let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        if is_whole { Ok(number as u32) } else { Err(unreadable(key, "a whole number")) }
    }

    /// A whole number, or this one where there is none.
    pub fn count_or(&self, key: &str, otherwise: u32) -> Result<u32, Refusal> {
        if self.has(key) { self.count(key) } else { Ok(otherwise) }
    }

    /// A text.
    pub fn text(&self, key: &str) -> Result<&str, Refusal> {
        self.get(key)?.as_str().ok_or_else(|| unreadable(key, "a text"))
    }

    /// A list of texts.
    pub fn texts(&self, key: &str) -> Result<Vec<&str>, Refusal> {
        let items = self.get(key)?.as_array().and_then(|items| items.iter().map(Value::as_str).collect());
        items.ok_or_else(|| unreadable(key, "a list of texts"))
    }

    /// A list of numbers.
    pub fn numbers(&self, key: &str) -> Result<Vec<f64>, Refusal> {
        numbers(self.get(key)?).ok_or_else(|| unreadable(key, "a list of numbers"))
    }

    /// A list of lists of numbers.
    pub fn matrix(&self, key: &str) -> Result<Vec<Vec<f64>>, Refusal> {
        let rows = self.get(key)?.as_array().and_then(|rows| rows.iter().map(numbers).collect());
        rows.ok_or_else(|| unreadable(key, "a list of lists of numbers"))
    }

    /// A list of entries.
    pub fn items(&self, key: &str) -> Result<Vec<Self>, Refusal> {
        let items = self.get(key)?.as_array().and_then(|items| items.iter().map(Self::of_value).collect());
        items.ok_or_else(|| unreadable(key, "a list of entries"))
    }

    /// Entries below this one; `None` where there are explicitly none.
    pub fn entries(&self, key: &str) -> Result<Option<Self>, Refusal> {
        let value = self.get(key)?;
        match value.is_null() {
            true => Ok(None),
            false => Self::of_value(value).map(Some).ok_or_else(|| unreadable(key, "entries")),
        }
    }

    /// Whether there is an entry that is not explicitly nothing.
    pub fn is_given(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| !value.is_null())
    }

    /// Yes or no.
    pub fn flag(&self, key: &str) -> Result<bool, Refusal> {
        self.get(key)?.as_bool().ok_or_else(|| unreadable(key, "true or false"))
    }

    /// A whole number with a sign.
    pub fn integer(&self, key: &str) -> Result<i64, Refusal> {
        self.get(key)?.as_i64().ok_or_else(|| unreadable(key, "a whole number"))
    }

    /// A list of whole numbers, of which some may be explicitly nothing.
    pub fn integers(&self, key: &str) -> Result<Vec<Option<i64>>, Refusal> {
        let whole = |value: &Value| if value.is_null() { Some(None) } else { value.as_i64().map(Some) };
        let items = self.get(key)?.as_array().and_then(|items| items.iter().map(whole).collect());
        items.ok_or_else(|| unreadable(key, "a list of whole numbers"))
    }

    fn of_value(value: &Value) -> Option<Self> {
        value.as_object().cloned().map(Self)
    }

    fn get(&self, key: &str) -> Result<&Value, Refusal> {
        self.0.get(key).ok_or_else(|| Refusal::Missing { key: key.to_owned() })
    }
}

fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(Value::as_f64).collect()
}

fn unreadable(key: &str, needs: &str) -> Refusal {
    Refusal::Unreadable { key: key.to_owned(), needs: needs.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_are_read_or_named() {
        let value =
            json!({"rate": 0.5, "servers": 4.0, "half": 1.5, "list": [1, 2], "rows": [[1], [2, 3]], "word": "x"});
        let input = Input::new(value.as_object().expect("an object").clone());
        assert_eq!((input.number("rate"), input.count("servers")), (Ok(0.5), Ok(4)));
        assert_eq!((input.numbers("list"), input.matrix("rows").map(|rows| rows.len())), (Ok(vec![1.0, 2.0]), Ok(2)));
        assert_eq!((input.number_or("none", 3.0), input.count_or("none", 3)), (Ok(3.0), Ok(3)));
        assert_eq!(input.number("none"), Err(Refusal::Missing { key: "none".to_owned() }));
        assert!(input.count("half").is_err() && input.numbers("word").is_err() && input.text("rate").is_err());
    }
}
