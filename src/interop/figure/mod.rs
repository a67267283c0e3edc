//! What a plot shows, as data: the numbers that are drawn, to be written as CSV, SVG or read as a table.

mod axis;
mod svg;

pub use axis::{Axis, Side};

/// What a plot shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is of, in one word.
    pub name: String,
    /// What stands above it: scenario, what is shown, what kind of knowledge it is.
    pub title: String,
    /// From left to right.
    pub across: Side,
    /// Upwards.
    pub up: Side,
    /// What is filled behind the curves.
    pub areas: Areas,
    /// Curves, from back to front.
    pub lines: Vec<Line>,
    /// A bound to compare with, and its words.
    pub goal: Option<(f64, String)>,
    /// Events within the stretch, oldest first.
    pub notes: Vec<Note>,
}

/// Rectangles, and what is known of each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Areas {
    /// What is known of each that stands in the table.
    pub columns: Vec<String>,
    /// From back to front.
    pub all: Vec<Area>,
}

/// A rectangle.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// From where to where it reaches across.
    pub across: (f64, f64),
    /// From where to where it reaches upwards.
    pub up: (f64, f64),
    /// Its colour: red, green and blue.
    pub colour: [u8; 3],
    /// Its row of the table; empty for what belongs to another rectangle.
    pub row: Vec<Entry>,
}

/// What stands in a place of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A number.
    Number(f64),
    /// Words.
    Words(String),
    /// There is nothing to say.
    Nothing,
}

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its colour: red, green and blue.
    pub colour: [u8; 3],
    /// How it is drawn.
    pub look: Look,
    /// Its points, in pieces without gaps.
    pub runs: Vec<Vec<(f64, f64)>>,
}

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// From point to point.
    Joined,
    /// As points alone.
    Points,
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// When, in seconds.
    pub at: f64,
    /// Until when, for what lasts.
    pub until: Option<f64>,
    /// What.
    pub label: String,
}

impl Figure {
    /// The names of all columns of its table.
    pub fn columns(&self) -> Vec<String> {
        if !self.areas.columns.is_empty() {
            return self.areas.columns.clone();
        }
        let named = self.lines.iter().map(|line| format!("{} [{}]", line.name, self.up.name));
        [self.across.column.clone()].into_iter().chain(named).collect()
    }

    /// Its table: a row for each rectangle; where there are none, for each place across at which any curve has a point: that place,
    /// and the value of each curve that has one there.
    pub fn rows(&self) -> Vec<Vec<Entry>> {
        if !self.areas.columns.is_empty() {
            return self.areas.all.iter().map(|area| area.row.clone()).filter(|row| !row.is_empty()).collect();
        }
        let points = |line: &Line| {
            let mut points: Vec<(f64, f64)> = line.runs.iter().flatten().copied().collect();
            points.sort_by(|one, other| one.0.total_cmp(&other.0));
            points
        };
        let lines: Vec<Vec<(f64, f64)>> = self.lines.iter().map(points).collect();
        let mut places: Vec<f64> = lines.iter().flatten().map(|point| point.0).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let mut next = vec![0; lines.len()];
        let row = |place: f64| {
            let value = |(line, next): (&Vec<(f64, f64)>, &mut usize)| match line.get(*next) {
                Some((at, value)) if *at == place => {
                    *next += 1;
                    Entry::Number(*value)
                }
                _ => Entry::Nothing,
            };
            let values: Vec<Entry> = lines.iter().zip(&mut next).map(value).collect();
            [Entry::Number(place)].into_iter().chain(values).collect()
        };
        places.into_iter().map(row).collect()
    }

    /// The rows as comma-separated values in full precision. Where there is nothing to say, a field is empty.
    pub fn csv(&self) -> String {
        let head: Vec<String> = self.columns().iter().map(|name| field(name)).collect();
        let mut text = head.join(",") + "\n";
        for row in self.rows() {
            let fields = row.iter().map(|entry| match entry {
                Entry::Number(value) => value.to_string(),
                Entry::Words(words) => field(words),
                Entry::Nothing => String::new(),
            });
            text += &(fields.collect::<Vec<_>>().join(",") + "\n");
        }
        text
    }

    /// The stretch of the run that it shows, in seconds; `None` if it is not over time.
    pub fn stretch(&self) -> Option<(f64, f64)> {
        (self.across.axis == Axis::Clock).then_some(self.across.range)
    }

    /// The figure as a picture (SVG).
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub fn svg(&self) -> Result<String, String> {
        svg::drawn(self).map_err(|err| err.to_string())
    }
}

/// A field, quoted where that is needed (RFC 4180).
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(name: &str, axis: Axis, range: (f64, f64)) -> Side {
        Side { name: name.to_owned(), column: "time_secs".to_owned(), axis, range }
    }

    fn figure(axis: Axis) -> Figure {
        let line = |name: &str, runs| Line { name: name.to_owned(), colour: [0, 114, 178], look: Look::Joined, runs };
        Figure {
            name: "Latency".to_owned(),
            title: "A test: latency (modelled)".to_owned(),
            across: side("run time", Axis::Clock, (0.0, 3.0)),
            up: side("seconds", axis, (0.01, 1.0)),
            areas: Areas::default(),
            lines: vec![
                line("half, \"p50\"", vec![vec![(0.0, 0.1), (0.1, 0.123_456_789_012_345_66)], vec![(2.0, 0.3)]]),
                line("p99 <1 %>", vec![vec![(0.1, 0.9)]]),
            ],
            goal: Some((0.5, "goal p99 < 500 ms".to_owned())),
            notes: vec![Note { at: 1.0, until: Some(1.5), label: "Slow & ill".to_owned() }],
        }
    }

    #[test]
    fn rows_hold_every_point_in_full_and_nothing_else() {
        let text = figure(Axis::Linear).csv();
        let expected = "time_secs,\"half, \"\"p50\"\" [seconds]\",p99 <1 %> [seconds]\n\
            0,0.1,\n0.1,0.12345678901234566,0.9\n2,0.3,\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn rectangles_are_the_rows_where_there_are_any() {
        let mut figure = figure(Axis::Names(vec!["core 0".to_owned(), "core 1".to_owned()]));
        let row = vec![Entry::Words("a, b".to_owned()), Entry::Number(0.25), Entry::Nothing];
        figure.up.range = (0.0, 2.0);
        let area = |row| Area { across: (1.0, 2.0), up: (0.0, 1.0), colour: [1, 2, 3], row };
        figure.areas = Areas {
            columns: ["task", "began_secs", "core"].map(str::to_owned).to_vec(),
            all: vec![area(Vec::new()), area(row)],
        };
        assert_eq!(figure.csv(), "task,began_secs,core\n\"a, b\",0.25,\n");
        let picture = figure.svg().expect("a picture");
        assert!(picture.contains("core 1") && picture.matches("#010203").count() == 2, "{picture}");
    }

    #[test]
    fn a_picture_says_what_it_shows() {
        let names = Axis::Names(vec!["only".to_owned()]);
        for axis in [Axis::Linear, Axis::Logarithmic, Axis::Share, names] {
            let text = figure(axis.clone()).svg().expect("a picture");
            for words in
                ["A test: latency (modelled)", "goal p99 &lt; 500 ms", "Slow &amp; ill", "run time", "p99 &lt;1 %"]
            {
                assert!(text.contains(words), "{axis:?} lacks {words}: {text}");
            }
        }
    }

    #[test]
    fn what_holds_nothing_or_no_number_is_drawn_all_the_same() {
        for axis in [Axis::Clock, Axis::Nines, Axis::Logarithmic, Axis::Names(Vec::new())] {
            let mut empty = figure(Axis::Logarithmic);
            empty.lines[0].runs = vec![vec![], vec![(0.0, f64::NAN), (1.0, f64::INFINITY)]];
            (empty.across.axis, empty.across.range, empty.up.range) = (axis, (0.0, 0.0), (0.0, f64::NAN));
            assert!(empty.svg().is_ok());
        }
    }
}
