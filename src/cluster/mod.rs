//! Control: what does the control plane do next?

mod event;

pub use event::{Action, Actions, Arrival, Call, Control, Event, Fact, Leg, Outcome, ResultId, Timer, WorkerState};
