//! The answer line: what came out of the work, and whether it is right.

use eframe::egui::{Align, Label, Layout, TextWrapMode, Ui};

use crate::base::figures::{count, plural, secs};
use crate::metrics::snapshot::{Answer, Mode, RunState, Snapshot};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::words::{soft, tinted};

/// The engine may be so far behind its clock before that is worth a word.
const LAG_SHOWN_SECS: f64 = 0.05;

/// A knob has an effect that can be seen within this, or the window says what it waits for.
const WORDLESS_SECS: f64 = 3.0;

/// Shows the line.
pub(crate) fn ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let answers = &ctx.snapshot.answers;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if let Some(share) = ctx.chrome.window_share.filter(|_| ctx.is_moving()) {
            ui.label(soft(ctx, text::window_share(share))).on_hover_text(text::WINDOW_SHARE_HINT);
        }
        let lag = ctx.snapshot.lag.secs();
        if lag > LAG_SHOWN_SECS {
            ui.label(tinted(ctx, text::behind(&secs(lag)), ctx.palette.warn)).on_hover_text(text::BEHIND_HINT);
        }
        if let Some(wait) = value_wait_secs(ctx.snapshot) {
            let tick = secs(ctx.snapshot.series.offered.tick().secs());
            ui.label(soft(ctx, text::value_every(&tick))).on_hover_text(text::value_hint(&secs(wait)));
        }
        for (what, times) in &ctx.snapshot.dropped {
            ui.label(tinted(ctx, text::dropped(what, *times), ctx.palette.warn)).on_hover_text(text::DROPPED_HINT);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let line = |words: String| Label::new(soft(ctx, words)).wrap_mode(TextWrapMode::Truncate);
            match &answers.newest {
                Some(answer) => {
                    let (words, right) = answer_words(ctx, answer);
                    if right {
                        ui.add(line(words));
                    } else {
                        ui.label(tinted(ctx, words, ctx.palette.bad));
                    }
                }
                None if answers.pending_chunks == 0 => {
                    ui.add(line(no_answer(ctx).to_owned()));
                }
                None => {}
            }
            if answers.pending_chunks > 0 {
                ui.add(line(text::answer_pending(&plural(answers.pending_chunks, "chunk", "chunks"))));
            }
            if answers.wrong > 0 {
                ui.label(tinted(ctx, text::wrong_answers(&count(answers.wrong)), ctx.palette.bad));
            }
        });
    });
}

/// How long curves wait for their next value, where that is longer than a person waits without a word.
fn value_wait_secs(snapshot: &Snapshot) -> Option<f64> {
    let is_moving = matches!(snapshot.state, RunState::Running | RunState::Probing { .. });
    let wait = snapshot.series.offered.tick().secs() / snapshot.pace?;
    (is_moving && wait > WORDLESS_SECS).then_some(wait)
}

/// Why there is no answer.
fn no_answer(ctx: &Ctx<'_>) -> &'static str {
    if ctx.snapshot.mode == Mode::Simulate { text::NO_ANSWER_SIMULATED } else { text::NO_ANSWER }
}

/// The newest answer in words, and whether it is as it should be.
fn answer_words(ctx: &Ctx<'_>, answer: &Answer) -> (String, bool) {
    let name = ctx.snapshot.answers.first.first().map_or(text::ANSWER, |(name, _)| name.as_str());
    let value = text::answer(name, &count(answer.serial), answer.value);
    let (Some(exact), Some(std_error)) = (answer.exact, answer.std_error.filter(|error| *error > 0.0)) else {
        return (value, true);
    };
    let errors = (answer.value - exact).abs() / std_error;
    let right = errors <= 4.0;
    (text::answer_against(&value, exact, errors, right), right)
}
