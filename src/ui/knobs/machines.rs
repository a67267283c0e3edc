//! The machines knob: out (more of them) or up (larger ones), at the same price where that can be.

use eframe::egui::{Button, Label, RichText, TextWrapMode, Ui, vec2};

use super::title_ui;
use crate::base::figures::{dollars, plural, secs};
use crate::base::{GroupIx, PoolId, os};
use crate::scenario::limits::{CORES_MAX, WORKERS_MAX};
use crate::scenario::{Command, Group, Pool};
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::segmented::{Choice, segmented_ui};
use crate::ui::widgets::stepper::{Step, Stepper};
use crate::ui::widgets::words::soft;

/// Which way a pool is scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Direction {
    /// More machines.
    #[default]
    Out,
    /// Larger machines.
    Up,
}

/// A group and what its knobs stand at.
#[derive(Clone, Copy)]
struct Stand<'a> {
    pool: PoolId,
    group: GroupIx,
    written: &'a Group,
    startup_secs: f64,
    resize_secs: f64,
    count: u32,
    cores: u32,
}

/// Shows the switch and one row for each group that can be scaled that way.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId, direction: &mut Direction) {
    let Some(written) = ctx.snapshot.scenario.pools.get(pool.ix()) else { return };
    title_ui(ui, ctx, text::KNOB_MACHINES, &text::per_hour(&dollars(ctx.snapshot.cost.per_hour)));
    let choices = [
        Choice { label: text::OUT, name: text::OUT_NAME, hint: text::OUT_HINT },
        Choice { label: text::UP, name: text::UP_NAME, hint: text::UP_HINT },
    ];
    let on = usize::from(*direction == Direction::Up);
    if let Some(picked) = segmented_ui(ui, ctx, ui.available_width(), &choices, on) {
        *direction = if picked == 1 { Direction::Up } else { Direction::Out };
    }
    for stand in stands(ctx, pool, written) {
        ui.push_id(("group", stand.group.0), |ui| match direction {
            Direction::Out if stand.written.is_local() => {}
            Direction::Out => out_ui(ui, ctx, stand),
            Direction::Up => up_ui(ui, ctx, stand),
        });
    }
    if *direction == Direction::Out && written.groups.iter().all(Group::is_local) {
        ui.label(soft(ctx, text::NO_OTHER_MACHINES));
    }
}

fn stands<'a>(ctx: &'a Ctx<'_>, pool: PoolId, written: &'a Pool) -> impl Iterator<Item = Stand<'a>> {
    written.groups.iter().enumerate().filter_map(move |(ix, group_written)| {
        let group = GroupIx(ix as u16);
        let (count, cores) = ctx.standing.group(pool, group)?;
        let (startup_secs, resize_secs) = (written.startup.mean(), written.resize.secs());
        Some(Stand { pool, group, written: group_written, startup_secs, resize_secs, count, cores })
    })
}

impl Stand<'_> {
    fn name(&self) -> &str {
        if self.written.is_local() { text::THIS_COMPUTER } else { &self.written.instance.name }
    }

    /// What one machine of `cores` costs an hour: the price per core stays what it was.
    fn price(&self, cores: u32) -> Option<f64> {
        let per_core = self.written.instance.price.usd_per_hour? / f64::from(self.written.instance.cores.max(1));
        Some(per_core * f64::from(cores))
    }

    fn price_text(&self, cores: u32) -> String {
        self.price(cores).map_or_else(|| text::PRICE_UNKNOWN.to_owned(), |usd| text::per_hour(&dollars(usd)))
    }

    /// A switch to the other direction at the same price, if there is one: n x c cores become 1 x nc, and back.
    fn same_price(&self, direction: Direction) -> Option<(String, Vec<Command>)> {
        let (pool, group) = (self.pool, self.group);
        let (count, cores) = match direction {
            Direction::Out if self.count > 1 => {
                (1, self.count.checked_mul(self.cores).filter(|cores| *cores <= CORES_MAX)?)
            }
            Direction::Up if self.cores > self.written.instance.cores => {
                let each = self.written.instance.cores.max(1);
                let whole = self.cores.is_multiple_of(each);
                (self.count.checked_mul(self.cores / each).filter(|count| whole && *count <= WORKERS_MAX)?, each)
            }
            _ => return None,
        };
        let price = self.price(cores).map_or_else(String::new, |usd| dollars(usd * f64::from(count)));
        let words = text::same_price(&plural(u64::from(count), "machine", "machines"), cores, &price);
        Some((words, vec![Command::SetCount { pool, group, count }, Command::Resize { pool, group, cores }]))
    }
}

fn out_ui(ui: &mut Ui, ctx: &Ctx<'_>, stand: Stand<'_>) {
    let value = plural(u64::from(stand.count), "machine", "machines");
    let (less, more) = (text::fewer_machines(stand.name()), text::more_machines_of(stand.name()));
    let stepper = Stepper {
        value: &value,
        less: &less,
        more: &more,
        can_less: stand.count > 0,
        can_more: stand.count < WORKERS_MAX,
        width: 84.0,
    };
    row_ui(ui, ctx, stand.name(), |ui| {
        if let Some(step) = stepper.ui(ui, ctx) {
            let count = if step == Step::More { stand.count + 1 } else { stand.count.saturating_sub(1) };
            ctx.turn(Command::SetCount { pool: stand.pool, group: stand.group, count });
        }
    });
    note_ui(ui, ctx, &text::each_machine(&stand.price_text(stand.cores), &secs(stand.startup_secs)));
    same_price_ui(ui, ctx, stand, Direction::Out);
}

fn up_ui(ui: &mut Ui, ctx: &Ctx<'_>, stand: Stand<'_>) {
    let local = stand.written.is_local();
    let cores_max = if local { os::cores() as u32 } else { CORES_MAX };
    let value = plural(u64::from(stand.cores), "core", "cores");
    let (less, more) = (text::fewer_cores(stand.name()), text::more_cores(stand.name()));
    let stepper = Stepper {
        value: &value,
        less: &less,
        more: &more,
        can_less: stand.cores > 1,
        can_more: stand.cores < cores_max,
        width: 84.0,
    };
    row_ui(ui, ctx, stand.name(), |ui| {
        if let Some(step) = stepper.ui(ui, ctx) {
            // Catalogues sell sizes that double; threads of this computer come one by one.
            let cores = match (step, local) {
                (Step::More, true) => stand.cores + 1,
                (Step::Less, true) => stand.cores - 1,
                (Step::More, false) => stand.cores.saturating_mul(2).min(cores_max),
                (Step::Less, false) => (stand.cores / 2).max(1),
            };
            ctx.turn(Command::Resize { pool: stand.pool, group: stand.group, cores });
        }
    });
    let note = match local {
        true if stand.cores >= cores_max => text::hardware_limit(cores_max),
        true => text::hardware_room(cores_max),
        false => text::restart_note(&stand.price_text(stand.cores), &secs(stand.resize_secs)),
    };
    note_ui(ui, ctx, &note);
    same_price_ui(ui, ctx, stand, Direction::Up);
}

/// The name of a group to the left, its stepper to the right.
fn row_ui(ui: &mut Ui, ctx: &Ctx<'_>, name: &str, stepper: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let stepper_width = 2.0 * ctx.size.control + 88.0;
        let room = (ui.available_width() - stepper_width - ui.spacing().item_spacing.x).max(20.0);
        ui.allocate_ui(vec2(room, ctx.size.control), |ui| {
            ui.set_min_width(room);
            ui.add(Label::new(RichText::new(name)).wrap_mode(TextWrapMode::Truncate));
        });
        stepper(ui);
    });
}

fn note_ui(ui: &mut Ui, ctx: &Ctx<'_>, words: &str) {
    ui.add(Label::new(soft(ctx, words)).wrap_mode(TextWrapMode::Truncate)).on_hover_text(words);
}

fn same_price_ui(ui: &mut Ui, ctx: &Ctx<'_>, stand: Stand<'_>, direction: Direction) {
    if let Some((words, commands)) = stand.same_price(direction) {
        let button = Button::new(RichText::new(words).size(ctx.size.small)).wrap_mode(TextWrapMode::Truncate);
        if ui
            .add_sized(vec2(ui.available_width(), ctx.size.control - 3.0), button)
            .on_hover_text(text::SAME_PRICE_HINT)
            .clicked()
        {
            ctx.ask(UiCommand::Turn(commands));
        }
    }
}
