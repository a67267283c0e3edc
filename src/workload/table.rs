//! A table of rows, made chunk by chunk: what features are made of. It is the same table however it is cut: rows are made in blocks,
//! of which a chunk takes those that it has a part in.
//!
//! A row has a group (a shop, a user), a number and a category. Groups are uneven: group g of n has the share of rows of
//! u with n u^2 in [g, g + 1), u uniform, so that the first ones are large. Numbers differ from group to group in mean and spread.

use std::ops::Range;
use std::sync::Arc;

use super::{Data, fill_uniform};
use crate::base::{Domain, Stream};
use crate::scenario::{self, OwnTable};

/// Uniform doubles that a row is made of.
const DRAWS: usize = 3;

/// Rows that are made at once.
const BLOCK: usize = scenario::Kernel::ROWS_AT_ONCE as usize;

/// A table, and how it is cut.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Where it is not made but a person's own.
    pub(super) own: Option<Arc<OwnTable>>,
    pub(super) rows: u64,
    pub(super) chunk: u64,
    pub(super) groups: usize,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) group: usize,
    pub(super) number: f64,
    /// Uniform on (0, 1): what a category is drawn with.
    pub(super) category: f64,
}

impl Table {
    /// Rows of a chunk.
    ///
    /// # Panics
    /// When there is no such chunk.
    pub(super) fn rows_of(&self, chunk: u32) -> usize {
        let begin = u64::from(chunk) * self.chunk;
        assert!(begin < self.rows, "{} rows in chunks of {} have no chunk {chunk}", self.rows, self.chunk);
        self.chunk.min(self.rows - begin) as usize
    }

    /// Doubles of memory that reading a chunk needs.
    pub(super) fn doubles(&self) -> usize {
        if self.own.is_some() { 0 } else { (self.chunk as usize / BLOCK + 2) * BLOCK * DRAWS }
    }

    /// Reads a chunk, a made one into this memory, and shows each of its rows.
    pub(super) fn each(&self, data: Data, memory: &mut [f64], show: impl FnMut(Row)) {
        let begin = (u64::from(data.chunk) * self.chunk) as usize;
        let rows = begin..begin + self.rows_of(data.chunk);
        match &self.own {
            None => self.make(data, rows, memory).for_each(show),
            Some(own) => rows.map(|ix| own_row(own, ix)).for_each(show),
        }
    }

    /// Makes these rows.
    fn make<'a>(&self, data: Data, rows: Range<usize>, memory: &'a mut [f64]) -> impl Iterator<Item = Row> + use<'a> {
        let (begin, rows) = (rows.start, rows.len());
        let (first, skip) = (begin / BLOCK, begin % BLOCK);
        let blocks = (skip + rows).div_ceil(BLOCK);
        let memory = &mut memory[..blocks * BLOCK * DRAWS];
        for (block, values) in memory.chunks_exact_mut(BLOCK * DRAWS).enumerate() {
            let name = [data.data_seed, (first + block) as u64, 0, 0];
            fill_uniform(&mut Stream::new(data.seed, Domain::Data, name), values);
        }
        let groups = self.groups;
        let (drawn, _) = memory.as_chunks::<DRAWS>();
        drawn[skip..skip + rows].iter().map(move |&[first, second, category]| {
            let group = ((groups as f64 * first * first) as usize).min(groups - 1);
            let (mean, spread) = ((group % 17) as f64, (1 + group % 5) as f64);
            Row { group, number: mean + spread * (second - 0.5), category }
        })
    }
}

fn own_row(table: &OwnTable, ix: usize) -> Row {
    let (group, number, category) = table.row(ix);
    // In the middle of its share, so that whoever asks for the category finds it.
    let category = (f64::from(category) + 0.5) / f64::from(table.categories);
    Row { group: group as usize, number, category }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_their_shares_and_the_last_chunk_the_rest() {
        let table = Table { own: None, rows: 100_500, chunk: 1_000, groups: 4 };
        let mut counts = [0_u32; 4];
        let mut memory = vec![0.0; table.doubles()];
        for chunk in 0..101 {
            table.each(Data { seed: 1, data_seed: 2, chunk }, &mut memory, |row| counts[row.group] += 1);
        }
        assert_eq!((counts.iter().sum::<u32>(), table.rows_of(100)), (100_500, 500));
        // Of four groups the first has the square root of a quarter.
        for (group, count) in counts.into_iter().enumerate() {
            let share = ((group + 1) as f64 / 4.0).sqrt() - (group as f64 / 4.0).sqrt();
            let error = (share * (1.0 - share) / 100_500.0).sqrt();
            assert!((f64::from(count) / 100_500.0 - share).abs() < 4.0 * error, "group {group}: {count}");
        }
    }

    #[test]
    fn it_is_the_same_table_however_it_is_cut() {
        let rows = |chunk: u64| {
            let table = Table { own: None, rows: 5_000, chunk, groups: 30 };
            let mut memory = vec![0.0; table.doubles()];
            let chunks = 0..5_000_u64.div_ceil(chunk) as u32;
            let mut rows = Vec::new();
            chunks
                .for_each(|chunk| table.each(Data { seed: 1, data_seed: 2, chunk }, &mut memory, |row| rows.push(row)));
            rows
        };
        let whole = rows(5_000);
        assert_eq!(whole.len(), 5_000);
        for chunk in [1, 7, 1_000, 1_024, 1_025, 3_000] {
            assert_eq!(rows(chunk), whole, "chunks of {chunk}");
        }
    }
}
