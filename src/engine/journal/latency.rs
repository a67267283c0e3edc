//! `latency.hlog`: latencies of completed jobs, a histogram a second, in the interval log of HdrHistogram (format 1.3, histograms V2 and
//! compressed). Values are nanoseconds; times of a line are seconds of run time.

use std::io;
use std::time::Duration;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::IntervalLogWriterBuilder;

use crate::base::{Span, Time, os};
use crate::metrics::latency_histogram;

/// Latencies since the last line.
pub(super) struct Intervals {
    open: Histogram<u64>,
    since: Time,
    serializer: V2DeflateSerializer,
}

impl Intervals {
    /// What the file begins with.
    pub(super) fn header(title: &str, unix_secs: u64) -> String {
        let (title, date) = (title.replace(['\n', '\r'], " "), os::utc_text(unix_secs));
        format!(
            "#[Latencies of completed jobs in nanoseconds, from the intended arrival on: {title}]\n\
             #[Histogram log format version 1.3]\n\
             #[StartTime: {unix_secs}.000 (seconds since epoch), {date}]\n\
             \"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"
        )
    }

    pub(super) fn new() -> Self {
        Self { open: latency_histogram(), since: Time::ZERO, serializer: V2DeflateSerializer::new() }
    }

    #[inline]
    pub(super) fn record(&mut self, latency: Span) {
        self.open.saturating_record(latency.0);
    }

    /// The line of everything since the last one, with its end.
    pub(super) fn line(&mut self, now: Time) -> io::Result<Vec<u8>> {
        let (start, lasts) = (self.since.since(Time::ZERO), now.since(self.since));
        let (start, lasts) = (Duration::from_nanos(start.0), Duration::from_nanos(lasts.0));
        let mut line = Vec::new();
        let mut log = IntervalLogWriterBuilder::new().begin_log_with(&mut line, &mut self.serializer)?;
        log.write_histogram(&self.open, start, lasts, None).map_err(|err| io::Error::other(err.to_string()))?;
        self.open.reset();
        self.since = now;
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    use super::*;

    #[test]
    fn each_line_has_what_was_recorded_since_the_one_before() {
        let mut intervals = Intervals::new();
        intervals.record(Span::from_millis(5));
        let first = intervals.line(Time(1_000_000_000)).expect("memory takes it");
        let second = intervals.line(Time(2_500_000_000)).expect("memory takes it");
        let text = [&first[..], &second[..]].concat();
        let seen: Vec<_> = IntervalLogIterator::new(&text)
            .map(|entry| match entry.expect("it is one") {
                LogEntry::Interval(interval) => {
                    let bytes = base64_of(interval.encoded_histogram());
                    let own: Histogram<u64> =
                        Deserializer::new().deserialize(&mut Cursor::new(bytes)).expect("it is one");
                    (interval.start_timestamp().as_millis(), interval.duration().as_millis(), own.len(), own.max())
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(seen.len(), 2);
        assert_eq!((seen[0].0, seen[0].1, seen[0].2), (0, 1_000, 1));
        assert!(seen[0].3.abs_diff(5_000_000) < 5_000, "{seen:?}");
        assert_eq!((seen[1].0, seen[1].1, seen[1].2), (1_000, 1_500, 0));
    }

    fn base64_of(text: &str) -> Vec<u8> {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.decode(text).expect("it is base64")
    }
}
