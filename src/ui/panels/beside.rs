//! One piece of work of a view that goes on beside the window, so that drawing never waits for it.

use crossbeam_channel::{Receiver, bounded};
use eframe::egui::Context;

use crate::base::os;

/// Work of which there is at most one piece at a time, and what came of it.
pub(super) struct Beside<T> {
    receiver: Option<Receiver<T>>,
}

impl<T> Default for Beside<T> {
    fn default() -> Self {
        Self { receiver: None }
    }
}

impl<T: Send + 'static> Beside<T> {
    /// Begins; what was begun before is no longer waited for. Returns why there is no thread, if there is none.
    pub(super) fn begin(&mut self, ctx: &Context, job: impl FnOnce() -> T + Send + 'static) -> Result<(), String> {
        let (sender, receiver) = bounded(1);
        self.receiver = Some(receiver);
        let ctx = ctx.clone();
        let run = move || {
            // Who no longer waits misses nothing.
            let _ = sender.send(job());
            ctx.request_repaint();
        };
        let begun = os::spawn("window-view", run);
        begun.map(drop).map_err(|err| {
            self.receiver = None;
            err.to_string()
        })
    }

    /// Whether something is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.receiver.is_some()
    }

    /// What came of it, once.
    pub(super) fn take(&mut self) -> Option<T> {
        use crossbeam_channel::TryRecvError;
        match self.receiver.as_ref()?.try_recv() {
            Ok(result) => {
                self.receiver = None;
                Some(result)
            }
            Err(TryRecvError::Disconnected) => {
                self.receiver = None;
                None
            }
            Err(TryRecvError::Empty) => None,
        }
    }
}
