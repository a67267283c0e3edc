//! Where everything stands on the map: arrivals to the left, the queue, the machines, the end to the right.

use std::collections::BTreeMap;

use eframe::egui::{Pos2, Rect, pos2, vec2};

use crate::base::{PoolId, WorkerId};
use crate::metrics::snapshot::WorkerView;

/// Where everything stands.
pub(crate) struct Layout {
    /// The way of arriving dots.
    pub(crate) arrivals: Rect,
    /// Where dots wait.
    pub(crate) queue: Rect,
    /// Where finished dots go.
    pub(crate) done: Rect,
    /// One card for each machine that has room, pool by pool.
    pub(crate) machines: Vec<MachineCard>,
    /// Where the name of each pool stands, if there are several.
    pub(crate) pools: Vec<(PoolId, Pos2)>,
    /// Machines that have no room.
    pub(crate) hidden: usize,
    /// The line that all dots set out on.
    pub(crate) axis_y: f32,
    /// Where the machines stand.
    park: Rect,
    /// Cards side by side.
    columns: usize,
}

/// The place of a machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MachineCard {
    /// Its position in the snapshot.
    pub(crate) ix: usize,
    /// Which.
    pub(crate) worker: WorkerId,
    /// Its place.
    pub(crate) rect: Rect,
    /// How much there is to tell.
    pub(crate) detail: Detail,
}

/// How much there is to tell of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Name, cores, utilisation, queue, state.
    Full,
    /// A cell filled by its utilisation.
    Cell,
}

/// Size of a full card, at least.
const CARD: (f32, f32) = (176.0, 50.0);
/// A card is no higher than this.
const CARD_HEIGHT_MAX: f32 = 80.0;
/// A card is no wider than this.
const CARD_WIDTH_MAX: f32 = 380.0;
/// Side of a cell, at least.
const CELL: f32 = 14.0;
/// Side of a cell, at most.
const CELL_MAX: f32 = 50.0;
/// Sizes of cells differ by this.
const CELL_STEP: f32 = 4.0;
/// Between two cells.
const CELL_GAP: f32 = 2.0;
/// Between two cards: room for a way.
const GAP: f32 = 10.0;
/// Height of the captions at the top.
const CAPTION: f32 = 16.0;
/// Height of the name of a pool above its machines, and space between two pools.
const NAME: (f32, f32) = (15.0, 7.0);
/// An area this high has room for words below the cells.
const WORDS_FROM: f32 = 60.0;
/// A pool has at least this height; where several have less, all machines stand together.
const POOL_HEIGHT_MIN: f32 = 36.0;

impl Layout {
    /// Divides `rect`.
    pub(crate) fn of(rect: Rect, workers: &[WorkerView]) -> Self {
        let width = rect.width();
        let x = |share: f32| rect.left() + share * width;
        let column = |from: f32, to: f32| Rect::from_min_max(pos2(x(from), rect.top()), pos2(x(to), rect.bottom()));
        let (arrivals, queue) = (column(0.0, 0.16), column(0.17, 0.38));
        let (park, done) = (column(0.43, 0.885), column(0.91, 1.0));
        let mut layout = Self {
            arrivals,
            queue,
            done,
            machines: Vec::new(),
            pools: Vec::new(),
            hidden: 0,
            axis_y: f32::midpoint(rect.top() + CAPTION, rect.bottom()),
            park,
            columns: 1,
        };
        let machines: Vec<(usize, &WorkerView)> = workers.iter().enumerate().collect();
        let pools = in_pools(&machines);
        let band = (park.height() + NAME.1) / pools.len().max(1) as f32 - NAME.1;
        if pools.len() < 2 || band < POOL_HEIGHT_MIN {
            layout.place_machines(park, &machines);
            return layout;
        }
        for (row, (pool, own)) in pools.into_iter().enumerate() {
            let top = park.top() + row as f32 * (band + NAME.1);
            let area = Rect::from_min_max(pos2(park.left(), top + NAME.0), pos2(park.right(), top + band));
            let first = layout.machines.len();
            layout.place_machines(area, &own);
            let corner = layout.machines.get(first).map_or(area.left_top(), |card| card.rect.left_top());
            layout.pools.push((pool, corner - vec2(0.0, NAME.0)));
        }
        layout
    }

    /// Full cards where they fit, else cells where they fit; what does not fit is counted.
    fn place_machines(&mut self, area: Rect, workers: &[(usize, &WorkerView)]) {
        let columns = (((area.width() + GAP) / (CARD.0 + GAP)) as usize).max(1);
        let rows = (((area.height() + GAP) / (CARD.1 + GAP)) as usize).max(1);
        let n = workers.len();
        if n <= columns * rows && area.height() >= CARD.1 {
            // As few columns as the rows allow, so that one machine has the middle to itself.
            let columns = n.div_ceil(rows).max(1);
            let rows = n.div_ceil(columns).max(1);
            let card_width = ((area.width() + GAP) / columns as f32 - GAP).min(CARD_WIDTH_MAX);
            let card_height = ((area.height() + GAP) / rows as f32 - GAP).clamp(CARD.1, CARD_HEIGHT_MAX);
            let card = vec2(card_width, card_height);
            let used_height = rows as f32 * (card_height + GAP) - GAP;
            let used_width = columns as f32 * (card_width + GAP) - GAP;
            let top_left = area.center() - vec2(used_width, used_height) / 2.0;
            self.grid(workers, columns, top_left, card + vec2(GAP, GAP), card, Detail::Full);
        } else {
            let fit = places(area, CELL);
            // Below what does not fit it is said how many more there are.
            let below = if fit.0 * fit.1 < n && area.height() > WORDS_FROM { CAPTION } else { 0.0 };
            self.cells(Rect::from_min_max(area.min, area.max - vec2(0.0, below)), workers);
        }
    }

    /// Cells as large as they can be, so that few are seen as well as many; what does not fit is counted.
    fn cells(&mut self, area: Rect, workers: &[(usize, &WorkerView)]) {
        let n = workers.len();
        let sides = (0..=((CELL_MAX - CELL) / CELL_STEP) as u32).map(|step| CELL_MAX - CELL_STEP * step as f32);
        let fits = |side: &f32| {
            let (most, rows) = places(area, *side);
            *side <= area.height() && most * rows >= n
        };
        let side = sides.into_iter().find(fits).unwrap_or(CELL);
        let (most, rows) = places(area, side);
        let shown = n.min(most * rows);
        self.hidden += n - shown;
        let columns = shown.div_ceil(shown.div_ceil(most).max(1)).max(1);
        let pitch = side + CELL_GAP;
        let used = vec2(columns as f32, shown.div_ceil(columns) as f32) * pitch - vec2(CELL_GAP, CELL_GAP);
        let top_left = area.center() - used / 2.0;
        self.grid(&workers[..shown], columns, top_left, vec2(pitch, pitch), vec2(side, side), Detail::Cell);
    }

    fn grid(
        &mut self,
        workers: &[(usize, &WorkerView)],
        columns: usize,
        top_left: Pos2,
        pitch: eframe::egui::Vec2,
        size: eframe::egui::Vec2,
        detail: Detail,
    ) {
        self.columns = self.columns.max(columns);
        for (place, (ix, worker)) in workers.iter().enumerate() {
            let at = top_left + pitch * vec2((place % columns) as f32, (place / columns) as f32);
            let rect = Rect::from_min_size(at, size);
            self.machines.push(MachineCard { ix: *ix, worker: worker.worker, rect, detail });
        }
    }

    /// The way of a dot from the queue through a point of a machine to the end. Where machines stand side by side, it goes
    /// along the gap above the card, so that it crosses no other.
    pub(crate) fn way(&self, card: &MachineCard, through: Pos2) -> Vec<Pos2> {
        let rect = card.rect;
        let (start, end) = (pos2(self.queue.right(), self.axis_y), pos2(self.done.right(), self.axis_y));
        let corner = pos2(self.done.left(), self.axis_y);
        let (enter, leave) = (pos2(rect.left(), through.y), pos2(rect.right(), through.y));
        if self.columns == 1 {
            return vec![start, enter, through, leave, corner, end];
        }
        let lane = rect.top() - GAP / 2.0;
        let (before, after) = (pos2(rect.left() - GAP / 2.0, lane), pos2(rect.right() + GAP / 2.0, lane));
        let (into_park, out_of_park) = (pos2(self.park.left(), lane), pos2(self.park.right(), lane));
        vec![start, into_park, before, enter, through, leave, after, out_of_park, corner, end]
    }

    /// The position in the snapshot of the machine at a point.
    pub(crate) fn machine_at(&self, at: Pos2) -> Option<usize> {
        self.machines.iter().find(|card| card.rect.contains(at)).map(|card| card.ix)
    }

    /// Where the machines of a pool stand, if any has a place.
    pub(crate) fn area_of(&self, pool: PoolId, workers: &[WorkerView]) -> Option<Rect> {
        let is_own = |card: &&MachineCard| workers.get(card.ix).is_some_and(|worker| worker.pool == pool);
        self.machines.iter().filter(is_own).map(|card| card.rect).reduce(Rect::union)
    }

    /// The place of a machine, if it has one.
    pub(crate) fn card(&self, worker: WorkerId) -> Option<&MachineCard> {
        self.machines.iter().find(|card| card.worker == worker)
    }
}

/// How many cells of a side have room beside each other, and above each other; one at least.
fn places(area: Rect, side: f32) -> (usize, usize) {
    let along = |length: f32| (((length + CELL_GAP) / (side + CELL_GAP)) as usize).max(1);
    (along(area.width()), along(area.height()))
}

/// The machines of each pool that has any, in order of the pools.
fn in_pools<'w>(machines: &[(usize, &'w WorkerView)]) -> BTreeMap<PoolId, Vec<(usize, &'w WorkerView)>> {
    let mut pools: BTreeMap<PoolId, Vec<_>> = BTreeMap::new();
    for machine in machines {
        pools.entry(machine.1.pool).or_default().push(*machine);
    }
    pools
}
