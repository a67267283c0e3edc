//! The lines of a run: `metrics.csv` read back, by the names of its columns.

/// Lines of numbers under names; what was not known is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Names of the columns, as they stand in the file.
    pub columns: Vec<String>,
    /// One for each line.
    pub lines: Vec<Vec<Option<f64>>>,
}

/// Most columns of such a file.
const COLUMNS_MAX: usize = 1_000;

impl Rows {
    /// Reads `metrics.csv`. A last line without its end was being written when the run was killed, and is left out.
    ///
    /// # Errors
    /// With the line that is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut reader = csv::Reader::from_reader(whole.as_bytes());
        let columns: Vec<String> = reader.headers().map_err(|err| err.to_string())?.iter().map(str::to_owned).collect();
        if columns.len() > COLUMNS_MAX {
            return Err(format!("{} columns are more than {COLUMNS_MAX}, the limit COLUMNS_MAX", columns.len()));
        }
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|err| err.to_string())?;
            let number = |(ix, cell): (usize, &str)| match cell {
                "" => Ok(None),
                cell => cell.parse::<f64>().map(Some).map_err(|_| {
                    let line = record.position().map_or(0, csv::Position::line);
                    format!("line {line}: {cell:?} in column {} is no number", columns[ix])
                }),
            };
            lines.push(record.iter().enumerate().map(number).collect::<Result<_, _>>()?);
        }
        Ok(Self { columns, lines })
    }

    /// The values of a column; nothing where there is none of this name.
    pub fn column(&self, name: &str) -> impl Iterator<Item = Option<f64>> {
        let ix = self.columns.iter().position(|column| column == name);
        self.lines.iter().filter_map(move |line| line.get(ix?).copied())
    }

    /// A JSON object for each line, with a line end after each.
    pub fn jsonl(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|name| serde_json::json!(name).to_string()).collect();
        // In the order of the columns, which a map of values would lose.
        let object = |line: &Vec<Option<f64>>| {
            let pairs = names.iter().zip(line).map(|(name, value)| format!("{name}:{}", serde_json::json!(value)));
            format!("{{{}}}\n", pairs.collect::<Vec<_>>().join(","))
        };
        self.lines.iter().map(object).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_line_is_left_out_and_a_wrong_one_is_named() {
        let rows = Rows::read("time_secs,p99_secs,new\n1,,5\n2,0.5,6\n3,0.").expect("rows");
        assert_eq!(rows.lines, [[Some(1.0), None, Some(5.0)], [Some(2.0), Some(0.5), Some(6.0)]]);
        assert_eq!(rows.column("p99_secs").collect::<Vec<_>>(), [None, Some(0.5)]);
        assert_eq!(rows.column("nothing").count(), 0);
        assert_eq!(rows.jsonl().lines().next(), Some(r#"{"time_secs":1.0,"p99_secs":null,"new":5.0}"#));
        assert_eq!(Rows::read(""), Ok(Rows { columns: Vec::new(), lines: Vec::new() }));
        let wrong = Rows::read("a,b\n1,2\n1,x\n").expect_err("x is no number");
        assert_eq!(wrong, "line 3: \"x\" in column b is no number");
        assert!(Rows::read("a,b\n1\n").is_err(), "a line too short");
    }
}
