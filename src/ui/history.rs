//! Turns that can be taken back.

use crate::scenario::Command;

/// Turns that can be taken back, and turns that were.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
}

/// Whether a turn begins something or goes on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A step of its own.
    New,
    /// The same knobs further, as while a slider is dragged: one step with the turn before.
    Further,
}

/// What a person did at once, and what brings back what was before.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    forward: Vec<Command>,
    back: Vec<Command>,
}

/// Steps that are remembered; the oldest goes first.
const STEPS_MAX: usize = 200;

impl History {
    /// Remembers a turn. What was taken back before can no longer be turned again.
    pub fn push(&mut self, forward: Vec<Command>, back: Vec<Command>, turn: Turn) {
        let same = |step: &&mut Step| {
            let pairs = step.forward.iter().zip(&forward);
            step.forward.len() == forward.len() && pairs.into_iter().all(|(one, two)| one.is_same_knob(two))
        };
        if let Some(step) = self.done.last_mut().filter(|_| turn == Turn::Further).filter(same) {
            step.forward = forward;
            return;
        }
        if back.is_empty() {
            return;
        }
        if self.done.len() == STEPS_MAX {
            self.done.remove(0);
        }
        self.done.push(Step { forward, back });
        self.undone.clear();
    }

    /// The commands that take the last turn back.
    pub fn undo(&mut self) -> Option<Vec<Command>> {
        let step = self.done.pop()?;
        let back = step.back.clone();
        self.undone.push(step);
        Some(back)
    }

    /// The commands that turn again what was taken back.
    pub fn redo(&mut self) -> Option<Vec<Command>> {
        let step = self.undone.pop()?;
        let forward = step.forward.clone();
        self.done.push(step);
        Some(forward)
    }

    /// Whether there is a turn to take back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is a turn to do again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    fn note(text: &str) -> Vec<Command> {
        vec![Command::Note(text.to_owned())]
    }

    #[test]
    fn a_new_turn_forgets_what_was_taken_back() {
        let mut history = History::default();
        history.push(note("a"), note("not a"), Turn::New);
        history.push(note("b"), note("not b"), Turn::New);
        assert_eq!(history.undo(), Some(note("not b")));
        assert_eq!(history.redo(), Some(note("b")));
        assert_eq!(history.undo(), Some(note("not b")));
        history.push(note("c"), note("not c"), Turn::New);
        assert_eq!((history.redo(), history.undo(), history.undo()), (None, Some(note("not c")), Some(note("not a"))));
        assert!(!history.can_undo());
    }

    #[test]
    fn a_slider_that_is_dragged_is_one_step() {
        let factor = |factor| vec![Command::SetTrafficFactor { source: SourceId(0), factor }];
        let mut history = History::default();
        history.push(note("a"), note("not a"), Turn::New);
        history.push(factor(1.2), factor(1.0), Turn::Further);
        history.push(factor(1.4), factor(1.2), Turn::Further);
        history.push(factor(1.6), factor(1.4), Turn::Further);
        assert_eq!((history.undo(), history.redo()), (Some(factor(1.0)), Some(factor(1.6))));
        history.push(factor(1.8), factor(1.6), Turn::New);
        assert_eq!((history.undo(), history.undo()), (Some(factor(1.6)), Some(factor(1.0))));
        assert_eq!(history.undo(), Some(note("not a")));
    }

    #[test]
    fn what_cannot_be_taken_back_is_no_step_and_old_steps_go() {
        let mut history = History::default();
        history.push(note("a"), vec![], Turn::New);
        assert!(!history.can_undo());
        for i in 0..STEPS_MAX + 5 {
            history.push(note("x"), note(&i.to_string()), Turn::New);
        }
        let mut steps = 0;
        while history.undo().is_some() {
            steps += 1;
        }
        assert_eq!(steps, STEPS_MAX);
    }
}
