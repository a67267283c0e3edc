//! How the engine's thread asks for a repaint: not more often than the window can bear.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use eframe::egui::Context;

use super::frame::{Frames, Rate};

/// Asks for repaints.
#[derive(Clone)]
pub struct Waker {
    ctx: Context,
    delay_nanos: Arc<AtomicU64>,
}

impl Waker {
    /// For this window.
    pub fn new(ctx: &Context) -> Self {
        let waker = Self { ctx: ctx.clone(), delay_nanos: Arc::default() };
        waker.set_delay(Frames::default().delay(Rate::Smooth, true));
        waker
    }

    /// Between two repaints from now on.
    pub(crate) fn set_delay(&self, delay: Duration) {
        self.delay_nanos.store(delay.as_nanos() as u64, Ordering::Relaxed);
    }

    /// Between two repaints, as of now.
    pub fn delay(&self) -> Duration {
        Duration::from_nanos(self.delay_nanos.load(Ordering::Relaxed))
    }

    /// What the engine calls after every new picture.
    pub fn for_engine(&self) -> Box<dyn Fn() + Send> {
        let waker = self.clone();
        Box::new(move || waker.ctx.request_repaint_after(waker.delay()))
    }
}
