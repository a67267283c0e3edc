//! Noisy neighbours of a live run: threads that keep this computer's cores busy for nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::base::os;

/// Threads that burn cores until they are told to stop. They compete as any other process does: by the system's scheduler.
#[derive(Debug, Default)]
pub struct Neighbours {
    burning: Vec<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Neighbours {
    /// From now on there are so many. Where the system gives no more threads, there are fewer.
    pub fn set(&mut self, threads: u32) {
        while self.burning.len() > threads as usize {
            let Some((stop, handle)) = self.burning.pop() else { break };
            stop.store(true, Ordering::Relaxed);
            // It only counts, and cannot panic.
            let _ = handle.join();
        }
        while self.burning.len() < threads as usize {
            let stop = Arc::new(AtomicBool::new(false));
            let seen = Arc::clone(&stop);
            let name = format!("neighbour-{}", self.burning.len());
            let burn = move || {
                while !seen.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            };
            let Ok(handle) = os::spawn(&name, burn) else { return };
            self.burning.push((stop, handle));
        }
    }
}

impl Drop for Neighbours {
    fn drop(&mut self) {
        self.set(0);
    }
}
