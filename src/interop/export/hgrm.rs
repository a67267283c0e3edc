//! The percentile distribution of HdrHistogram as text: what its plotters read. Values are milliseconds.

use std::fmt::Write;
use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

/// Nanoseconds of a latency in a millisecond.
const NANOS_PER_MILLI: f64 = 1e6;
/// Lines for each halving of the distance to 100 %, as the original has by default.
const TICKS_PER_HALF: u32 = 5;

/// The distribution of all intervals of a log together. A last line that was cut is left out.
pub(super) fn written(log: &[u8]) -> Result<String, String> {
    let whole = log.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    let mut all = Histogram::<u64>::new(3).map_err(|err| err.to_string())?;
    let mut deserializer = Deserializer::new();
    for entry in IntervalLogIterator::new(&log[..whole]) {
        let LogEntry::Interval(interval) = entry.map_err(|err| format!("it is no interval log: {err:?}"))? else {
            continue;
        };
        let bytes = STANDARD.decode(interval.encoded_histogram()).map_err(|err| err.to_string())?;
        let own = deserializer.deserialize(&mut Cursor::new(bytes)).map_err(|err| err.to_string())?;
        all.add::<&Histogram<u64>>(&own).map_err(|err| err.to_string())?;
    }
    Ok(text_of(&all))
}

fn text_of(all: &Histogram<u64>) -> String {
    let millis = |nanos: f64| nanos / NANOS_PER_MILLI;
    let mut out = format!("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    let mut seen = 0;
    // Writing into a string cannot fail.
    for step in all.iter_quantiles(TICKS_PER_HALF) {
        seen += step.count_since_last_iteration();
        let (value, quantile) = (millis(step.value_iterated_to() as f64), step.quantile_iterated_to());
        let _ = if quantile < 1.0 {
            writeln!(out, "{value:>12.3} {quantile:>2.12} {seen:>10} {:>14.2}", 1.0 / (1.0 - quantile))
        } else {
            writeln!(out, "{value:>12.3} {quantile:>2.12} {seen:>10}")
        };
    }
    let (mean, deviation) = if all.is_empty() { (0.0, 0.0) } else { (millis(all.mean()), millis(all.stdev())) };
    let (max, total) = (millis(all.max() as f64), all.len());
    let buckets = all.buckets();
    let _ = writeln!(out, "#[Mean    = {mean:>12.3}, StdDeviation   = {deviation:>12.3}]");
    let _ = writeln!(out, "#[Max     = {max:>12.3}, Total count    = {total:>12}]");
    let _ = writeln!(out, "#[Buckets = {buckets:>12}, SubBuckets     = {:>12}]", 2_048);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_latencies_have_their_percentiles() {
        let mut all = Histogram::<u64>::new(3).expect("a constant");
        for millis in 1..=1_000_u64 {
            all.record(millis * 1_000_000).expect("it fits");
        }
        let text = text_of(&all);
        let line = |of: &str| text.lines().find(|line| line.contains(of)).unwrap_or_else(|| panic!("{of}: {text}"));
        let half: Vec<f64> =
            line("0.500000000000").split_whitespace().map(|cell| cell.parse().expect("a number")).collect();
        assert!((half[0] - 500.0).abs() < 0.6 && half[2] == 500.0 && half[3] == 2.0, "{half:?}");
        let last: Vec<&str> = line("1.000000000000").split_whitespace().collect();
        assert_eq!((last.len(), last[2]), (3, "1000"));
        assert!(line("#[Max").contains("1000.") && line("Total count").contains("1000]"), "{text}");
    }

    #[test]
    fn what_is_no_log_is_refused_and_an_empty_one_is_empty() {
        assert!(written(b"1,2,nonsense\n").is_err());
        assert!(written(b"").expect("nothing was measured").contains("Total count    =            0]"));
    }
}
