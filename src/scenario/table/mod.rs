//! A person's own table: a group, a number and a category of each row, read from CSV or Parquet.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::limits;

#[cfg(feature = "parquet")]
mod parquet;

/// Which file, and which of its columns are what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSource {
    /// Where the file is: a whole path, or one from where the program was started. Parquet where it ends in `.parquet`, else CSV with
    /// names in its first line.
    pub file: String,
    /// The column that rows are grouped by.
    pub group: String,
    /// The column of numbers.
    pub number: String,
    /// The column of categories.
    pub category: String,
}

/// The rows of a table, column by column.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnTable {
    /// Where it came from.
    pub source: TableSource,
    /// How many groups there are.
    pub groups: u32,
    /// How many categories there are.
    pub categories: u32,
    /// Rows that have no number, and are left out.
    pub left_out: u64,
    columns: Columns,
}

/// Groups and categories are numbered as they come. Of numbers their mean is taken away, which standardised ones do not feel: large
/// numbers that differ little would lose what they differ by in sums of squares.
#[derive(Clone, Debug, Default, PartialEq)]
struct Columns {
    group: Vec<u32>,
    number: Vec<f64>,
    category: Vec<u32>,
}

impl OwnTable {
    /// Reads a file.
    ///
    /// # Errors
    /// With what is wrong, in words that name the file and, where there is one, the row.
    pub fn read(source: &TableSource) -> Result<Self, String> {
        let path = Path::new(&source.file);
        let about = fs::metadata(path).map_err(|err| format!("cannot read {}: {err}", path.display()))?;
        if about.len() > limits::TABLE_BYTES_MAX.0 {
            let most = limits::TABLE_BYTES_MAX;
            return Err(format!("{} is larger than {most}, the limit TABLE_BYTES_MAX", path.display()));
        }
        let is_parquet = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
        let table = if is_parquet { parquet::read(source) } else { read_csv(source) };
        table.map_err(|why| format!("{}: {why}", path.display()))
    }

    /// Rows.
    pub fn rows(&self) -> u64 {
        self.columns.group.len() as u64
    }

    /// Group, number less the mean of all, and category of a row.
    ///
    /// # Panics
    /// When there is no such row.
    #[inline]
    pub fn row(&self, ix: usize) -> (u32, f64, u32) {
        let Columns { group, number, category } = &self.columns;
        (group[ix], number[ix], category[ix])
    }
}

/// Takes in rows one by one.
struct Builder {
    source: TableSource,
    groups: Names,
    categories: Names,
    columns: Columns,
    left_out: u64,
}

/// Numbers names as they come.
struct Names {
    known: BTreeMap<String, u32>,
    most: u32,
    limit: &'static str,
}

impl Names {
    fn number(&mut self, name: &str) -> Result<u32, String> {
        if let Some(number) = self.known.get(name) {
            return Ok(*number);
        }
        let next = self.known.len() as u32;
        if next >= self.most {
            return Err(format!("there are more than {}, the limit {}", self.most, self.limit));
        }
        self.known.insert(name.to_owned(), next);
        Ok(next)
    }
}

impl Builder {
    fn new(source: &TableSource) -> Self {
        let names = |most, limit| Names { known: BTreeMap::new(), most, limit };
        Self {
            source: source.clone(),
            groups: names(limits::GROUPS_OF_ROWS_MAX, "GROUPS_OF_ROWS_MAX"),
            categories: names(limits::FEATURES_MAX, "FEATURES_MAX"),
            columns: Columns::default(),
            left_out: 0,
        }
    }

    /// A row; `place` says where it stands.
    fn row(&mut self, place: u64, group: &str, number: Option<f64>, category: &str) -> Result<(), String> {
        let at = |column: &str, why: String| format!("row {place}, column {column:?}: {why}");
        let Some(number) = number.filter(|number| !number.is_nan()) else {
            self.left_out += 1;
            return Ok(());
        };
        if !number.is_finite() {
            return Err(at(&self.source.number, format!("{number} is not finite")));
        }
        if self.columns.group.len() >= limits::TABLE_ROWS_MAX {
            return Err(format!("it has more than {} rows, the limit TABLE_ROWS_MAX", limits::TABLE_ROWS_MAX));
        }
        let group = self.groups.number(group).map_err(|why| at(&self.source.group, why))?;
        let category = self.categories.number(category).map_err(|why| at(&self.source.category, why))?;
        self.columns.group.push(group);
        self.columns.number.push(number);
        self.columns.category.push(category);
        Ok(())
    }

    fn finish(mut self) -> Result<OwnTable, String> {
        let numbers = &mut self.columns.number;
        if numbers.is_empty() {
            return Err(format!("it has no row with a number in {:?}", self.source.number));
        }
        let mean = numbers.iter().map(|number| number / 1e3).sum::<f64>() / numbers.len() as f64 * 1e3;
        numbers.iter_mut().for_each(|number| *number -= mean);
        Ok(OwnTable {
            groups: self.groups.known.len() as u32,
            categories: self.categories.known.len() as u32,
            left_out: self.left_out,
            columns: self.columns,
            source: self.source,
        })
    }
}

fn no_column(name: &str, there: &[&str]) -> String {
    format!("it has no column {name:?}; its columns are {}", there.join(", "))
}

fn read_csv(source: &TableSource) -> Result<OwnTable, String> {
    let mut reader = csv::Reader::from_path(&source.file).map_err(|err| err.to_string())?;
    let names = reader.headers().map_err(|err| err.to_string())?.clone();
    let there: Vec<&str> = names.iter().collect();
    let place = |name: &String| there.iter().position(|own| own == name).ok_or_else(|| no_column(name, &there));
    let (group, number, category) = (place(&source.group)?, place(&source.number)?, place(&source.category)?);
    let mut builder = Builder::new(source);
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|err| err.to_string())? {
        let line = record.position().map_or(0, csv::Position::line);
        let text = record[number].trim();
        let value = match text {
            "" => None,
            text => match text.parse::<f64>() {
                Ok(value) => Some(value),
                Err(_) => return Err(format!("line {line}, column {:?}: {text:?} is no number", source.number)),
            },
        };
        builder.row(line, &record[group], value, &record[category])?;
    }
    builder.finish()
}

/// What this build says of a Parquet file.
#[cfg(not(feature = "parquet"))]
mod parquet {
    pub(super) fn read(_: &super::TableSource) -> Result<super::OwnTable, String> {
        Err("this build of scalelab reads no Parquet: save the table as CSV, or build it with the feature `parquet`"
            .to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(name: &str, text: &str) -> Result<OwnTable, String> {
        let file = std::env::temp_dir().join(format!("scalelab-table-{}-{name}.csv", std::process::id()));
        fs::write(&file, text).expect("a file");
        let source = TableSource {
            file: file.display().to_string(),
            group: "shop".to_owned(),
            number: "price".to_owned(),
            category: "kind".to_owned(),
        };
        let table = OwnTable::read(&source);
        fs::remove_file(&file).expect("it is there");
        table
    }

    #[test]
    fn names_are_numbered_as_they_come_and_rows_without_a_number_are_left_out() {
        let table =
            csv("good", "kind,price,shop\nbig,1000001,a\nsmall,1000003,b\nbig,,a\nbig,1000002,a\n").expect("a table");
        assert_eq!((table.rows(), table.groups, table.categories, table.left_out), (3, 2, 2, 1));
        assert_eq!([0, 1, 2].map(|ix| table.row(ix)), [(0, -1.0, 0), (1, 1.0, 1), (0, 0.0, 0)]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let cases = [
            ("columns", "kind,cost,shop\n", "it has no column \"price\"; its columns are kind, cost, shop"),
            ("number", "kind,price,shop\nbig,1,a\nbig,dear,a\n", "line 3, column \"price\": \"dear\" is no number"),
            ("finite", "kind,price,shop\nbig,inf,a\n", "inf is not finite"),
            ("empty", "kind,price,shop\nbig,,a\n", "it has no row with a number"),
            ("short", "kind,price,shop\nbig,1\n", "found record with 2 fields"),
        ];
        for (name, text, expected) in cases {
            let why = csv(name, text).expect_err(name);
            assert!(why.contains(expected), "{name}: {why}");
        }
        let nowhere = TableSource {
            file: "/nowhere/at/all.parquet".to_owned(),
            group: String::new(),
            number: String::new(),
            category: String::new(),
        };
        assert!(OwnTable::read(&nowhere).expect_err("it is not there").contains("cannot read /nowhere/at/all.parquet"));
    }
}
