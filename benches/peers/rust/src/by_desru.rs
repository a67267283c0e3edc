//! desru: closures in a heap of times.

use std::cell::RefCell;
use std::rc::Rc;

use desru::{Event, EventScheduler};

use crate::station::{Served, Station};
use crate::{Measured, timed};

type Shared = Rc<RefCell<Station>>;

pub(crate) fn run(customers: u64, seed: u64) -> Measured {
    let station: Shared = Rc::new(RefCell::new(Station::new(customers, seed)));
    let (secs, ()) = timed(|| {
        let mut scheduler = EventScheduler::new();
        arrivals(&mut scheduler, &station);
        let seen = station.clone();
        // Nothing of what happened is kept, as nothing is elsewhere.
        scheduler.run(Box::new(move |_| seen.borrow().is_done()), Some(Box::new(|_, _| false)));
    });
    station.borrow().measured(secs)
}

fn arrivals(scheduler: &mut EventScheduler, station: &Shared) {
    let Some(gap) = station.borrow_mut().gap() else { return };
    let shared = station.clone();
    let arrive = move |scheduler: &mut EventScheduler| {
        let served = shared.borrow_mut().arrive(scheduler.current_time);
        serve(scheduler, &shared, served);
        arrivals(scheduler, &shared);
        None
    };
    scheduler.schedule(Event::new(scheduler.current_time + gap, Some(Box::new(arrive)), None));
}

fn serve(scheduler: &mut EventScheduler, station: &Shared, served: Option<Served>) {
    let Some(Served { lasts, came }) = served else { return };
    let shared = station.clone();
    let finish = move |scheduler: &mut EventScheduler| {
        let next = shared.borrow_mut().finish(scheduler.current_time, came);
        serve(scheduler, &shared, next);
        None
    };
    scheduler.schedule(Event::new(scheduler.current_time + lasts, Some(Box::new(finish)), None));
}
