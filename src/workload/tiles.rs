//! A grid cut into tiles, numbered row by row: the chunks of what works on something with rows and columns.
//!
//! Tiles at the lower and right edge are smaller where the tile does not divide the grid.

/// A grid and its tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tiles {
    shape: [u64; 2],
    tile: [u64; 2],
}

impl Tiles {
    /// Rows and columns of the grid, and of a tile; all at least 1, as a scenario checks. A tile is no larger than the grid.
    pub(super) fn new(shape: [u64; 2], tile: [u64; 2]) -> Self {
        let fit = |axis: usize| tile[axis].clamp(1, shape[axis].max(1));
        Self { shape, tile: [fit(0), fit(1)] }
    }

    /// Rows and columns of the grid.
    pub(super) fn shape(&self) -> [u64; 2] {
        self.shape
    }

    /// Rows and columns of the largest tile.
    pub(super) fn tile(&self) -> [u64; 2] {
        self.tile
    }

    /// Cells of the largest tile.
    pub(super) fn cells_max(&self) -> u64 {
        self.tile[0] * self.tile[1]
    }

    /// How many tiles there are.
    pub(super) fn count(&self) -> u64 {
        self.shape[0].div_ceil(self.tile[0]) * self.shape[1].div_ceil(self.tile[1])
    }

    /// The row and the column where a tile begins.
    ///
    /// # Panics
    /// When the grid has no such tile.
    pub(super) fn origin(&self, tile: u32) -> [u64; 2] {
        let across = self.shape[1].div_ceil(self.tile[1]);
        let position = [u64::from(tile) / across, u64::from(tile) % across];
        std::array::from_fn(|axis| {
            let start = position[axis] * self.tile[axis];
            assert!(start < self.shape[axis], "there are {} chunks, no chunk {tile}", self.count());
            start
        })
    }

    /// Rows and columns of a tile.
    ///
    /// # Panics
    /// When the grid has no such tile.
    pub(super) fn extent(&self, tile: u32) -> [usize; 2] {
        let origin = self.origin(tile);
        std::array::from_fn(|axis| self.tile[axis].min(self.shape[axis] - origin[axis]) as usize)
    }

    /// Cells of a tile.
    ///
    /// # Panics
    /// When the grid has no such tile.
    pub(super) fn cells(&self, tile: u32) -> u64 {
        let [rows, columns] = self.extent(tile);
        rows as u64 * columns as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_the_grid_with_smaller_ones_at_the_edges() {
        let tiles = Tiles::new([10, 7], [4, 3]);
        let extents: Vec<_> = (0..9).map(|tile| tiles.extent(tile)).collect();
        assert_eq!(tiles.count(), 9);
        assert_eq!(extents, [[4, 3], [4, 3], [4, 1], [4, 3], [4, 3], [4, 1], [2, 3], [2, 3], [2, 1]]);
        assert_eq!((tiles.origin(0), tiles.origin(2), tiles.origin(7)), ([0, 0], [0, 6], [8, 3]));
        assert_eq!((0..9).map(|tile| tiles.cells(tile)).sum::<u64>(), 10 * 7);
    }

    #[test]
    #[should_panic(expected = "no chunk 9")]
    fn a_tile_outside_the_grid_is_refused() {
        Tiles::new([10, 7], [4, 3]).extent(9);
    }

    #[test]
    fn a_tile_larger_than_the_grid_is_the_grid() {
        let tiles = Tiles::new([3, 5], [100, 100]);
        assert_eq!((tiles.count(), tiles.extent(0), tiles.cells_max()), (1, [3, 5], 15));
    }
}
