//! NexoSim: a model that schedules events on itself, on one thread.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::station::{Served, Station};
use crate::{Measured, timed};

#[derive(Serialize, Deserialize)]
pub(crate) struct Servers {
    /// Here it lies while the simulation runs.
    #[serde(skip)]
    station: Option<Box<Station>>,
    /// And here when it is over.
    #[serde(skip)]
    done: Arc<Mutex<Option<Box<Station>>>>,
}

#[Model]
impl Servers {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.next(cx);
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        let now = secs(cx);
        let served = self.station.as_mut().and_then(|station| station.arrive(now));
        self.serve(served, cx);
        self.next(cx);
    }

    #[nexosim(schedulable)]
    async fn finish(&mut self, came: f64, cx: &Context<Self>) {
        let now = secs(cx);
        let served = self.station.as_mut().and_then(|station| station.finish(now, came));
        self.serve(served, cx);
        if self.station.as_ref().is_some_and(|station| station.is_done()) {
            *self.done.lock().expect("nobody panics") = self.station.take();
        }
    }

    fn next(&mut self, cx: &Context<Self>) {
        if let Some(gap) = self.station.as_mut().and_then(|station| station.gap()) {
            cx.schedule_event(later(gap), schedulable!(Self::arrive), ()).expect("later than now");
        }
    }

    fn serve(&mut self, served: Option<Served>, cx: &Context<Self>) {
        if let Some(Served { lasts, came }) = served {
            cx.schedule_event(later(lasts), schedulable!(Self::finish), came).expect("later than now");
        }
    }
}

pub(crate) fn run(customers: u64, seed: u64) -> Measured {
    let done = Arc::new(Mutex::new(None));
    let servers = Servers { station: Some(Box::new(Station::new(customers, seed))), done: done.clone() };
    let mailbox = Mailbox::new();
    let bench = SimInit::with_num_threads(1).add_model(servers, mailbox, "servers");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("a bench");
    let (secs, ()) = timed(|| while done.lock().expect("nobody panics").is_none() {
        simulation.step().expect("a step");
    });
    let station = done.lock().expect("nobody panics").take().expect("it is over");
    station.measured(secs)
}

fn secs(cx: &Context<Servers>) -> f64 {
    cx.time().duration_since(MonotonicTime::EPOCH).as_secs_f64()
}

/// Never at once, which is refused.
fn later(secs: f64) -> Duration {
    Duration::from_secs_f64(secs).max(Duration::from_nanos(1))
}
