//! A slider that is dragged: the run follows it, but is not flooded by it.

use std::time::Duration;

use eframe::egui::{Response, Ui};

use crate::scenario::Command;
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;

/// While it is dragged a slider is sent at most this often, in seconds: as fast as a person sees an answer.
const EVERY_SECS: f64 = 0.1;

/// What a slider stands at while it is moved.
#[derive(Debug, Default)]
pub(super) struct Slide {
    /// What was chosen, which what stands does not show yet.
    value: Option<f64>,
    /// What was sent of this drag last, and when in seconds of the window.
    sent: Option<(f64, f64)>,
}

/// What there is to do with what was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Due {
    Nothing,
    /// Again in so many seconds.
    Later(f64),
    /// Send this; `true` where it goes on with what was sent before.
    Send(f64, bool),
}

impl Slide {
    /// What is chosen while it is moved.
    pub(super) fn value(&self) -> Option<f64> {
        self.value
    }

    /// Takes note of what was chosen, and asks for it when that is due. `commands` are those that set it.
    pub(super) fn follow(
        &mut self,
        (ui, ctx): (&Ui, &Ctx<'_>),
        response: &Response,
        chosen: Option<f64>,
        commands: impl Fn(f64) -> Vec<Command>,
    ) {
        self.value = chosen.or(self.value);
        let held = response.dragged() || response.is_pointer_button_down_on();
        match self.due(ui.input(|input| input.time), held) {
            Due::Nothing => {}
            Due::Later(secs) => ui.ctx().request_repaint_after(Duration::from_secs_f64(secs)),
            Due::Send(value, false) => ctx.ask(UiCommand::Turn(commands(value))),
            Due::Send(value, true) => ctx.ask(UiCommand::TurnFurther(commands(value))),
        }
    }

    fn due(&mut self, now: f64, held: bool) -> Due {
        let fresh = self.value.filter(|value| self.sent.is_none_or(|(sent, _)| sent != *value));
        let wait = self.sent.filter(|_| held).map_or(0.0, |(_, at)| at + EVERY_SECS - now);
        let due = match fresh {
            None => Due::Nothing,
            Some(_) if wait > 0.0 => Due::Later(wait),
            Some(value) => Due::Send(value, self.sent.is_some()),
        };
        if let Due::Send(value, _) = due {
            self.sent = Some((value, now));
        }
        if !held {
            *self = Self::default();
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drag_is_sent_at_once_then_at_most_every_tenth_of_a_second_and_to_its_end() {
        let mut slide = Slide::default();
        let mut at = |value: f64, now: f64, held: bool| {
            slide.value = Some(value);
            slide.due(now, held)
        };
        assert_eq!(at(1.1, 10.0, true), Due::Send(1.1, false));
        assert_eq!(at(1.1, 10.03, true), Due::Nothing);
        let Due::Later(secs) = at(1.2, 10.06, true) else { panic!("it is too early") };
        assert!((secs - 0.04).abs() < 1e-9, "{secs}");
        assert_eq!(at(1.3, 10.11, true), Due::Send(1.3, true));
        assert_eq!(at(1.4, 10.12, false), Due::Send(1.4, true), "the end is always sent");
        assert_eq!(at(1.5, 10.13, false), Due::Send(1.5, false), "another drag begins");
    }
}
