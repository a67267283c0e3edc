//! simrs: a component that sends events to itself.

use std::time::Duration;

use simrs::{Component, ComponentId, Key, Scheduler, Simulation, State};

use crate::station::{Served, Station};
use crate::{Measured, timed};

#[derive(Debug)]
enum Event {
    Arrive,
    Finish { came: f64 },
}

struct Servers {
    station: Key<Station>,
}

impl Component for Servers {
    type Event = Event;

    fn process_event(
        &self,
        own: ComponentId<Event>,
        event: &Event,
        scheduler: &mut Scheduler,
        state: &mut State,
    ) {
        let now = scheduler.time().as_secs_f64();
        let station = state.get_mut(self.station).expect("it was put there");
        let served = match *event {
            Event::Arrive => {
                let served = station.arrive(now);
                if let Some(gap) = station.gap() {
                    scheduler.schedule(Duration::from_secs_f64(gap), own, Event::Arrive);
                }
                served
            }
            Event::Finish { came } => station.finish(now, came),
        };
        if let Some(Served { lasts, came }) = served {
            scheduler.schedule(Duration::from_secs_f64(lasts), own, Event::Finish { came });
        }
    }
}

pub(crate) fn run(customers: u64, seed: u64) -> Measured {
    let mut simulation = Simulation::default();
    let mut station = Station::new(customers, seed);
    let first = station.gap().expect("there are customers");
    let station = simulation.state.insert(station);
    let servers = simulation.add_component(Servers { station });
    simulation.schedule(Duration::from_secs_f64(first), servers, Event::Arrive);
    let (secs, ()) = timed(|| while simulation.step() {});
    simulation.state.get(station).expect("it was put there").measured(secs)
}
