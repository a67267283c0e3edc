//! The machines knob: out (more of them) or up (larger ones), at the same price where that can be.

use eframe::egui::{Button, Label, RichText, TextWrapMode, Ui, vec2};

use super::sizes::{Offer, Sizes};
use super::title_ui;
use crate::base::figures::{dollars, plural, secs};
use crate::base::{GroupIx, PoolId, os};
use crate::scenario::limits::WORKERS_MAX;
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
struct Stand<'a> {
    pool: PoolId,
    group: GroupIx,
    written: &'a Group,
    sizes: Sizes<'a>,
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
            Direction::Out => out_ui(ui, ctx, &stand),
            Direction::Up => up_ui(ui, ctx, &stand),
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
        let sizes = Sizes::of(group_written);
        Some(Stand { pool, group, written: group_written, sizes, startup_secs, resize_secs, count, cores })
    })
}

impl Stand<'_> {
    fn name(&self) -> &str {
        if self.written.is_local() { text::THIS_COMPUTER } else { self.sizes.name(self.cores) }
    }

    /// What an hour of one machine costs.
    fn price_text(&self) -> String {
        let usd = self.sizes.fleet(1, self.cores).usd_per_hour;
        usd.map_or_else(|| text::PRICE_UNKNOWN.to_owned(), |usd| text::per_hour(&dollars(usd)))
    }
}

fn out_ui(ui: &mut Ui, ctx: &Ctx<'_>, stand: &Stand<'_>) {
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
    note_ui(ui, ctx, &text::each_machine(&stand.price_text(), &secs(stand.startup_secs)));
    same_price_ui(ui, ctx, stand, Direction::Out);
}

fn up_ui(ui: &mut Ui, ctx: &Ctx<'_>, stand: &Stand<'_>) {
    let local = stand.written.is_local();
    // Catalogues sell the sizes they have; threads of this computer come one by one, as far as there are cores.
    let hardware = os::cores() as u32;
    let (smaller, larger) = if local {
        ((stand.cores > 1).then(|| stand.cores - 1), (stand.cores < hardware).then(|| stand.cores + 1))
    } else {
        (stand.sizes.smaller(stand.cores), stand.sizes.larger(stand.cores))
    };
    let value = plural(u64::from(stand.cores), "core", "cores");
    let (less, more) = (text::fewer_cores(stand.name()), text::more_cores(stand.name()));
    let stepper = Stepper {
        value: &value,
        less: &less,
        more: &more,
        can_less: smaller.is_some(),
        can_more: larger.is_some(),
        width: 84.0,
    };
    row_ui(ui, ctx, stand.name(), |ui| {
        let chosen = stepper.ui(ui, ctx).and_then(|step| if step == Step::More { larger } else { smaller });
        if let Some(cores) = chosen {
            ctx.turn(Command::Resize { pool: stand.pool, group: stand.group, cores });
        }
    });
    if local {
        let full = larger.is_none();
        note_ui(ui, ctx, &if full { text::hardware_limit(hardware) } else { text::hardware_room(hardware) });
        return;
    }
    note_ui(ui, ctx, &text::restart_note(&stand.price_text(), &secs(stand.resize_secs)));
    let (cores, name) = stand.sizes.ceiling();
    let ceiling = plural(u64::from(cores), "core", "cores");
    note_ui(ui, ctx, &if larger.is_none() { text::at_ceiling(name, &ceiling) } else { text::ceiling(name, &ceiling) });
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

/// The other direction at the same price, or at the nearest, as one step.
fn same_price_ui(ui: &mut Ui, ctx: &Ctx<'_>, stand: &Stand<'_>, looking: Direction) {
    let now = stand.sizes.fleet(stand.count, stand.cores);
    let Some(Offer { fleet, is_same }) = stand.sizes.other_way(now, looking) else { return };
    let (pool, group) = (stand.pool, stand.group);
    let price = |usd: Option<f64>| usd.map(|usd| text::per_hour(&dollars(usd)));
    let machines = text::machines_of(fleet.count, stand.sizes.name(fleet.cores), fleet.cores);
    let words = text::other_way(is_same, &machines, price(fleet.usd_per_hour), price(now.usd_per_hour));
    let button = Button::new(RichText::new(&words).size(ctx.size.small)).wrap_mode(TextWrapMode::Wrap);
    let size = vec2(ui.available_width(), ctx.size.control + 10.0);
    let button = ui.add_sized(size, button).on_hover_text(text::SAME_PRICE_HINT);
    if button.accessible_name(words.replace('\n', ", ")).clicked() {
        let commands = vec![
            Command::SetCount { pool, group, count: fleet.count },
            Command::Resize { pool, group, cores: fleet.cores },
        ];
        ctx.ask(UiCommand::Turn(commands));
    }
}
