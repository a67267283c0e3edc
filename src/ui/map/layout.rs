//! Where everything stands on the map: arrivals to the left, the queue, the machines, the end to the right.

use eframe::egui::{Pos2, Rect, pos2, vec2};

use crate::base::WorkerId;
use crate::metrics::snapshot::WorkerView;

/// Where everything stands.
pub(crate) struct Layout {
    /// The way of arriving dots.
    pub(crate) arrivals: Rect,
    /// Where dots wait.
    pub(crate) queue: Rect,
    /// Where finished dots go.
    pub(crate) done: Rect,
    /// One card for each machine that has room, in order of the snapshot.
    pub(crate) machines: Vec<MachineCard>,
    /// Machines that have no room.
    pub(crate) hidden: usize,
    /// The line that all dots set out on.
    pub(crate) axis_y: f32,
}

/// The place of a machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MachineCard {
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

/// Size of a full card.
const CARD: (f32, f32) = (176.0, 62.0);
/// A card is no wider than this.
const CARD_WIDTH_MAX: f32 = 300.0;
/// Side of a cell.
const CELL: f32 = 14.0;
/// Between two cards.
const GAP: f32 = 8.0;
/// Height of the captions at the top.
const CAPTION: f32 = 18.0;

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
            hidden: 0,
            axis_y: f32::midpoint(rect.top() + CAPTION, rect.bottom()),
        };
        layout.place_machines(park, workers);
        layout
    }

    /// Full cards where they fit, else cells where they fit; what does not fit is counted.
    fn place_machines(&mut self, park: Rect, workers: &[WorkerView]) {
        let area = Rect::from_min_max(pos2(park.left(), park.top() + CAPTION + 4.0), park.max);
        let columns = (((area.width() + GAP) / (CARD.0 + GAP)) as usize).max(1);
        let rows = (((area.height() + GAP) / (CARD.1 + GAP)) as usize).max(1);
        let n = workers.len();
        if n <= columns * rows {
            // As few columns as the rows allow, so that one machine has the middle to itself.
            let columns = n.div_ceil(rows).max(1);
            let rows = n.div_ceil(columns).max(1);
            let card_width = ((area.width() + GAP) / columns as f32 - GAP).min(CARD_WIDTH_MAX);
            let card = vec2(card_width, CARD.1);
            let used_height = rows as f32 * (CARD.1 + GAP) - GAP;
            let used_width = columns as f32 * (card_width + GAP) - GAP;
            let top_left = area.center() - vec2(used_width, used_height) / 2.0;
            self.grid(workers, columns, top_left, card + vec2(GAP, GAP), card, Detail::Full);
        } else {
            let columns = ((area.width() / (CELL + 2.0)) as usize).max(1);
            let rows = ((area.height() / (CELL + 2.0)) as usize).max(1);
            let shown = n.min(columns * rows);
            self.hidden = n - shown;
            let cell = vec2(CELL, CELL);
            self.grid(&workers[..shown], columns, area.min, cell + vec2(2.0, 2.0), cell, Detail::Cell);
        }
    }

    fn grid(
        &mut self,
        workers: &[WorkerView],
        columns: usize,
        top_left: Pos2,
        pitch: eframe::egui::Vec2,
        size: eframe::egui::Vec2,
        detail: Detail,
    ) {
        for (ix, worker) in workers.iter().enumerate() {
            let at = top_left + pitch * vec2((ix % columns) as f32, (ix / columns) as f32);
            let rect = Rect::from_min_size(at, size);
            self.machines.push(MachineCard { worker: worker.worker, rect, detail });
        }
    }

    /// The position in the snapshot of the machine at a point.
    pub(crate) fn machine_at(&self, at: Pos2) -> Option<usize> {
        self.machines.iter().position(|card| card.rect.contains(at))
    }

    /// The place of a machine, if it has one.
    pub(crate) fn card(&self, worker: WorkerId) -> Option<&MachineCard> {
        self.machines.iter().find(|card| card.worker == worker)
    }
}
