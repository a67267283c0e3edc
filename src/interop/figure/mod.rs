//! What a plot shows, as data: the numbers that are drawn, to be written as CSV, SVG or read as a table.

mod svg;

/// What a plot shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is of, in one word.
    pub name: String,
    /// What stands above it: scenario, what is shown, what kind of knowledge it is.
    pub title: String,
    /// The unit of its values.
    pub unit: String,
    /// How values are laid out.
    pub axis: Axis,
    /// Beginning and end of the stretch, in seconds of run time.
    pub times: (f64, f64),
    /// Smallest and largest value that have room.
    pub values: (f64, f64),
    /// Curves, from back to front.
    pub lines: Vec<Line>,
    /// A bound to compare with, and its words.
    pub goal: Option<(f64, String)>,
    /// Events within the stretch, oldest first.
    pub notes: Vec<Note>,
}

/// How values are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Evenly.
    Linear,
    /// By their logarithms.
    Logarithmic,
}

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its colour: red, green and blue.
    pub colour: [u8; 3],
    /// Its points, time in seconds and value, in pieces without gaps.
    pub runs: Vec<Vec<(f64, f64)>>,
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

/// What the first column is called.
const TIME: &str = "time_secs";

impl Figure {
    /// The names of all columns, the time first.
    pub fn columns(&self) -> Vec<String> {
        let named = self.lines.iter().map(|line| format!("{} [{}]", line.name, self.unit));
        [TIME.to_owned()].into_iter().chain(named).collect()
    }

    /// A row for each time at which any curve has a point: that time, and the value of each curve that has one then.
    pub fn rows(&self) -> Vec<(f64, Vec<Option<f64>>)> {
        let points = |line: &Line| line.runs.iter().flatten().copied().collect::<Vec<_>>();
        let lines: Vec<Vec<(f64, f64)>> = self.lines.iter().map(points).collect();
        let mut times: Vec<f64> = lines.iter().flatten().map(|point| point.0).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let mut next = vec![0; lines.len()];
        let mut row = |time: f64| {
            let value = |(line, next): (&Vec<(f64, f64)>, &mut usize)| {
                let (_, value) = line.get(*next).filter(|point| point.0 == time)?;
                *next += 1;
                Some(*value)
            };
            (time, lines.iter().zip(&mut next).map(value).collect())
        };
        times.into_iter().map(&mut row).collect()
    }

    /// The rows as comma-separated values in full precision. A curve without a point at a time has an empty field.
    pub fn csv(&self) -> String {
        let head: Vec<String> = self.columns().iter().map(|name| field(name)).collect();
        let mut text = head.join(",") + "\n";
        for (time, values) in self.rows() {
            text += &time.to_string();
            for value in values {
                text.push(',');
                text += &value.map_or_else(String::new, |value| value.to_string());
            }
            text.push('\n');
        }
        text
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

    fn figure(axis: Axis) -> Figure {
        let line = |name: &str, runs| Line { name: name.to_owned(), colour: [0, 114, 178], runs };
        Figure {
            name: "Latency".to_owned(),
            title: "A test: latency (modelled)".to_owned(),
            unit: "seconds".to_owned(),
            axis,
            times: (0.0, 3.0),
            values: (0.01, 1.0),
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
    fn a_picture_says_what_it_shows() {
        for axis in [Axis::Linear, Axis::Logarithmic] {
            let text = figure(axis).svg().expect("a picture");
            for words in
                ["A test: latency (modelled)", "goal p99 &lt; 500 ms", "Slow &amp; ill", "run time", "p99 &lt;1 %"]
            {
                assert!(text.contains(words), "{axis:?} lacks {words}: {text}");
            }
        }
    }

    #[test]
    fn what_holds_nothing_or_no_number_is_drawn_all_the_same() {
        let mut empty = figure(Axis::Logarithmic);
        empty.lines[0].runs = vec![vec![], vec![(0.0, f64::NAN), (1.0, f64::INFINITY)]];
        (empty.times, empty.values) = ((0.0, 0.0), (0.0, f64::NAN));
        assert!(empty.svg().is_ok());
    }
}
