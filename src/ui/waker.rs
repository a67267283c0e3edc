//! How the engine's thread asks for a repaint: not more often than the eye needs, and less while nobody looks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use eframe::egui::Context;

/// Between two repaints while the window has the keyboard: 30 a second.
const FOCUSED_MS: u64 = 33;
/// While it has not: 10 a second.
const UNFOCUSED_MS: u64 = 100;

/// Asks for repaints.
#[derive(Clone)]
pub struct Waker {
    ctx: Context,
    delay_ms: Arc<AtomicU64>,
}

impl Waker {
    /// For this window.
    pub fn new(ctx: &Context) -> Self {
        Self { ctx: ctx.clone(), delay_ms: Arc::new(AtomicU64::new(FOCUSED_MS)) }
    }

    /// Takes note of who has the keyboard.
    pub fn set_focused(&self, focused: bool) {
        self.delay_ms.store(if focused { FOCUSED_MS } else { UNFOCUSED_MS }, Ordering::Relaxed);
    }

    /// Between two repaints, as of now.
    pub fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.load(Ordering::Relaxed))
    }

    /// What the engine calls after every new picture.
    pub fn for_engine(&self) -> Box<dyn Fn() + Send> {
        let waker = self.clone();
        Box::new(move || waker.ctx.request_repaint_after(waker.delay()))
    }
}
