//! A file that only grows, by whole lines, up to so many bytes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Lines are kept back until there are so many bytes, or until somebody flushes.
const BUFFER: usize = 1 << 16;

/// Whole lines: what a kill leaves ends with one, or with a part of the very last.
pub(super) struct Lines {
    out: BufWriter<File>,
    bytes: u64,
    bytes_max: u64,
    /// Lines for which there was no room.
    pub(super) dropped: u64,
}

impl Lines {
    /// Goes on with a file that is there.
    pub(super) fn append(path: &Path, bytes_max: u64) -> io::Result<Self> {
        let file = File::options().append(true).open(path)?;
        Ok(Self { out: BufWriter::with_capacity(BUFFER, file), bytes: 0, bytes_max, dropped: 0 })
    }

    /// Adds a line, which brings its end with it; where there is no room it is counted.
    pub(super) fn push(&mut self, line: &[u8]) -> io::Result<()> {
        if self.bytes >= self.bytes_max {
            self.dropped += 1;
            return Ok(());
        }
        self.bytes += line.len() as u64;
        // A line that does not fit goes out as a whole with those before it.
        if self.out.buffer().len() + line.len() > BUFFER {
            self.out.flush()?;
        }
        self.out.write_all(line)
    }

    /// Adds the last line, for which there is always room.
    pub(super) fn last(&mut self, line: &[u8]) -> io::Result<()> {
        self.out.write_all(line)?;
        self.out.flush()
    }

    /// Hands what was kept back to the system.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
