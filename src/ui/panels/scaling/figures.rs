//! The same in figures: points with their efficiency, laws with their parameters, and how well the twin is known.

use eframe::egui::{Grid, Label, Ui};

use super::model::{Fitted, Model, SIZES_MIN};
use crate::base::Provenance;
use crate::base::figures::{figure, per_sec, share};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::badge::badge_ui;
use crate::ui::widgets::words::{soft, value};

/// Shows the figures.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, model: &Model) {
    ui.spacing_mut().item_spacing.y = 4.0;
    points_ui(ui, ctx, model);
    laws_ui(ui, ctx, model);
    own_ui(ui, ctx, model);
    ui.add_space(4.0);
    let profile = ctx.snapshot.scenario.profile.as_ref();
    let file = ctx.chrome.file.unwrap_or(text::SCALING_FILE);
    heading_ui(ui, ctx, text::SCALING_TWIN, profile.map(|_| Provenance::Calibrated.word()));
    ui.add(Label::new(soft(ctx, text::scaling_twin(profile, file))).wrap());
}

fn heading_ui(ui: &mut Ui, ctx: &Ctx<'_>, title: &str, word: Option<&str>) {
    ui.horizontal(|ui| {
        ui.label(value(ctx, title));
        if let Some(word) = word {
            badge_ui(ui, ctx, word);
        }
    });
}

fn points_ui(ui: &mut Ui, ctx: &Ctx<'_>, model: &Model) {
    heading_ui(ui, ctx, text::SCALING_SEEN_TITLE, Some(ctx.provenance()));
    if model.sizes() < SIZES_MIN {
        ui.add(Label::new(soft(ctx, text::scaling_needs(SIZES_MIN, model.sizes()))).wrap());
    }
    if model.seen.is_empty() && model.calibrated.is_empty() {
        return;
    }
    Grid::new("points").num_columns(5).spacing([10.0, 2.0]).min_col_width(0.0).show(ui, |ui| {
        for head in text::SCALING_HEADS {
            ui.label(soft(ctx, head));
        }
        ui.end_row();
        let efficiency = |n: f64, x: f64| model.efficiency(n, x).map_or_else(|| text::NO_VALUE.to_owned(), share);
        for (size, seen) in &model.seen {
            let throughput = seen.throughput();
            let known = text::scaling_seen_for(seen.secs, size.machines);
            row_ui(
                ui,
                ctx,
                [size.cores.to_string(), per_sec(throughput), efficiency(f64::from(size.cores), throughput), known],
            );
        }
        for (n, x) in &model.calibrated {
            row_ui(ui, ctx, [figure(*n), per_sec(*x), efficiency(*n, *x), Provenance::Calibrated.word().to_owned()]);
        }
    });
}

fn row_ui(ui: &mut Ui, ctx: &Ctx<'_>, [cores, throughput, efficiency, known]: [String; 4]) {
    for number in [cores, throughput, efficiency] {
        ui.label(value(ctx, number));
    }
    ui.label(soft(ctx, known));
    ui.end_row();
}

fn laws_ui(ui: &mut Ui, ctx: &Ctx<'_>, model: &Model) {
    let Some((_, fitted)) = &model.laws else { return };
    ui.add_space(4.0);
    let word = match fitted {
        Fitted::Run => ctx.provenance(),
        Fitted::Profile => Provenance::Calibrated.word(),
    };
    heading_ui(ui, ctx, text::SCALING_LAWS, Some(word));
    for line in laws_in_words(model) {
        ui.add(Label::new(soft(ctx, line)).wrap());
    }
}

/// The laws that fit, each in a line; nothing where none does.
pub(super) fn laws_in_words(model: &Model) -> Vec<String> {
    let Some((laws, _)) = &model.laws else { return Vec::new() };
    let law = &laws.usl.law;
    let with = |value: f64, half_width: Option<f64>| text::scaling_parameter(value, half_width);
    let [alpha, beta, gamma] = laws.half_widths.map_or([None; 3], |all| all.map(Some));
    let mut lines = vec![text::scaling_usl(
        &with(law.alpha, alpha),
        &with(law.beta, beta),
        &with(law.gamma, gamma),
        law.peak_n().map(figure).as_deref(),
    )];
    lines.extend(
        laws.amdahl.map(|fit| text::scaling_amdahl(fit.law.alpha, fit.law.contention_limit().map(per_sec).as_deref())),
    );
    lines.extend(laws.gustafson.map(|fit| text::scaling_gustafson(fit.serial_fraction)));
    lines
}

fn own_ui(ui: &mut Ui, ctx: &Ctx<'_>, model: &Model) {
    ui.add_space(4.0);
    let Some(own) = &model.own else {
        heading_ui(ui, ctx, text::SCALING_OWN, None);
        ui.add(Label::new(soft(ctx, text::SCALING_NO_OWN)).wrap());
        return;
    };
    heading_ui(ui, ctx, text::SCALING_OWN, Some(own.provenance.word()));
    let words = text::scaling_own(own.law.alpha, own.law.beta, &per_sec(own.law.gamma), own.cores);
    ui.add(Label::new(soft(ctx, words)).wrap());
}
