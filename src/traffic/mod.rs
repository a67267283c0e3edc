//! Demand: when do jobs arrive, and which keys do they ask for?
//!
//! Each source has streams of its own, so what it asks for depends on nothing that the system does (open sources), or
//! only on when the system answers (closed ones). The engine holds the pending [`Tick`]s in its event queue and gives
//! them back when they are due.

mod bursts;
mod keys;
mod load;
mod orbit;

use bursts::Bursts;
use keys::KeySampler;
use load::Load;
use orbit::{Client, Orbit};

use crate::base::{Agenda, Arrival, Domain, SourceId, Span, Stream, Time};
use crate::scenario::{Arrivals, Dist, Process, Scenario, Source};

/// A client whose job came to nothing at the very instant at which it asked thinks at least this long (assumed): if it
/// asked again at once, it would do so for ever, and time would stand still.
const PAUSE_MIN: Span = Span::from_millis(1);

/// A client that was refused stays away at least this long (assumed), for the same reason.
const AWAY_MIN: Span = Span::from_micros(1);

/// A due date of a source. One that was overtaken by a change of load is known by its generation and ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    source: SourceId,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// The next job, or the next change of load, as planned by this generation.
    Next { generation: u32 },
    /// The client at this place of the orbit comes back.
    Return { place: u32 },
}

/// A job that is over, as its source sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Where it came from.
    pub source: SourceId,
    /// Its number over the whole run.
    pub serial: u64,
    /// What it asked for.
    pub key: u64,
    /// When it was meant to arrive.
    pub intended: Time,
    /// What its client got.
    pub how: Parting,
}

/// What a client got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// An answer, or an error that asking again would not mend.
    Served,
    /// It was refused.
    Refused,
}

/// All sources of a scenario.
#[derive(Clone, Debug)]
pub struct Traffic {
    sources: Vec<SourceState>,
    /// Number of the next job.
    serial: u64,
    /// Clients that were refused and will come back.
    in_orbit: usize,
}

#[derive(Clone, Debug)]
struct SourceState {
    id: SourceId,
    spec: Source,
    gaps: Stream,
    keys: KeySampler,
    key_stream: Stream,
    patience: Stream,
    away: Stream,
    orbit: Orbit,
    generation: u32,
    flow: Flow,
    /// In the place of the flow while this machine is measured: clients that ask again at once.
    probe: Option<u32>,
    /// The first job of the flow; earlier ones came from the probe.
    first_serial: u64,
}

#[derive(Clone, Debug)]
enum Flow {
    Open { load: Load, process: Process, bursts: Option<Bursts> },
    Closed { clients: u32, think: Dist, factor: f64, active: u32 },
}

impl Traffic {
    /// The sources before anything has arrived.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let one = |(ix, spec): (usize, &Source)| SourceState {
            id: SourceId(ix as u16),
            spec: spec.clone(),
            gaps: Stream::new(seed, Domain::Arrivals, [ix as u64, 0, 0, 0]),
            keys: KeySampler::new(spec.keys),
            key_stream: Stream::new(seed, Domain::Keys, [ix as u64, 0, 0, 0]),
            patience: Stream::new(seed, Domain::Patience, [ix as u64, 0, 0, 0]),
            away: Stream::new(seed, Domain::Patience, [ix as u64, 1, 0, 0]),
            orbit: Orbit::default(),
            generation: 0,
            flow: match &spec.arrivals {
                Arrivals::Open { process, load } => Flow::Open {
                    load: Load::new(load),
                    process: process.clone(),
                    bursts: match process {
                        Process::Mmpp(states) => {
                            Some(Bursts::new(states, Stream::new(seed, Domain::Arrivals, [ix as u64, 1, 0, 0])))
                        }
                        _ => None,
                    },
                },
                Arrivals::Closed { clients, think } => {
                    Flow::Closed { clients: *clients, think: think.clone(), factor: 1.0, active: 0 }
                }
            },
            probe: None,
            first_serial: 0,
        };
        Self { sources: scenario.traffic.iter().enumerate().map(one).collect(), serial: 0, in_orbit: 0 }
    }

    /// Begins. `agenda` receives what is due when.
    pub fn start(&mut self, now: Time, agenda: &mut impl Agenda<Tick>) {
        for source in &mut self.sources {
            source.begin(now, self.serial, agenda);
        }
    }

    /// Begins with `clients` impatient clients in the place of each source; [`start`](Self::start) ends that.
    pub fn start_probe(&mut self, now: Time, clients: u32, agenda: &mut impl Agenda<Tick>) {
        for source in &mut self.sources {
            source.probe = Some(clients);
            (0..clients).for_each(|_| agenda.plan(now, source.tick()));
        }
    }

    /// What arrives now that `tick` is due; plans what comes after it.
    #[inline]
    pub fn arrive(&mut self, now: Time, tick: Tick, agenda: &mut impl Agenda<Tick>) -> Option<Arrival> {
        let source = &mut self.sources[tick.source.ix()];
        let client = match tick.what {
            What::Return { place } => {
                let client = source.orbit.leave(place)?;
                self.in_orbit -= 1;
                client
            }
            What::Next { .. } if tick != source.tick() || source.changes_state(now, agenda) => return None,
            What::Next { .. } => {
                let client = Client { key: source.keys.sample(&mut source.key_stream), intended: now };
                if source.probe.is_none() {
                    source.plan_next(now, agenda);
                }
                client
            }
        };
        let arrival = source.ask(now, self.serial, client);
        self.serial += 1;
        Some(arrival)
    }

    /// A job is over. A client that was refused may come back; a client of a closed source thinks, and asks again.
    #[inline]
    pub fn job_ended(&mut self, now: Time, job: &Departure, agenda: &mut impl Agenda<Tick>) {
        let source = &mut self.sources[job.source.ix()];
        let tick = source.tick();
        let serial = job.serial;
        let soonest = if now > job.intended { now } else { now + PAUSE_MIN };
        if source.probe.is_some() {
            agenda.plan(soonest, tick);
        } else if job.how == Parting::Refused && source.goes_away(now, job, agenda) {
            self.in_orbit += 1;
        } else if let Flow::Closed { clients, think, factor, active } = &mut source.flow
            && serial >= source.first_serial
        {
            if *active > wanted(*clients, *factor) {
                *active -= 1;
            } else {
                let thought = now + Span::from_secs_f64(think.sample(&mut source.gaps));
                agenda.plan(thought.max(soonest), tick);
            }
        }
    }

    /// Clients that were refused and will come back.
    pub fn in_orbit(&self) -> usize {
        self.in_orbit
    }

    /// Multiplies the load of an open source, or the clients of a closed one.
    pub fn set_factor(&mut self, now: Time, id: SourceId, value: f64, agenda: &mut impl Agenda<Tick>) {
        let source = &mut self.sources[id.ix()];
        match &mut source.flow {
            Flow::Open { load, .. } => load.set_factor(now, value),
            Flow::Closed { factor, .. } => *factor = value,
        }
        source.replan(now, agenda);
    }

    /// Says how many jobs per second a share of 1 stands for in `Auto` rates.
    pub fn set_capacity(&mut self, now: Time, jobs_per_sec: f64, agenda: &mut impl Agenda<Tick>) {
        for source in &mut self.sources {
            if let Flow::Open { load, .. } = &mut source.flow {
                load.set_capacity(now, jobs_per_sec);
                source.replan(now, agenda);
            }
        }
    }

    /// Jobs per second that open sources ask for now.
    pub fn offered(&self, now: Time) -> f64 {
        let rate = |source: &SourceState| match &source.flow {
            Flow::Open { load, .. } if source.probe.is_none() => load.rate(now),
            _ => 0.0,
        };
        self.sources.iter().map(rate).sum()
    }
}

impl SourceState {
    #[inline]
    fn tick(&self) -> Tick {
        Tick { source: self.id, what: What::Next { generation: self.generation } }
    }

    /// A client asks, now.
    #[inline]
    fn ask(&mut self, now: Time, serial: u64, client: Client) -> Arrival {
        let leaves = match &self.spec.patience {
            Some(law) => now + Span::from_secs_f64(law.sample(&mut self.patience)),
            None => Time::NEVER,
        };
        let Client { key, intended } = client;
        Arrival { serial, job: self.spec.job, source: self.id, key, intended, leaves }
    }

    /// A refused client stays away for a while, if clients of this source do so; returns whether it does.
    fn goes_away(&mut self, now: Time, job: &Departure, agenda: &mut impl Agenda<Tick>) -> bool {
        let Some(law) = &self.spec.comes_back else { return false };
        let Some(place) = self.orbit.enter(Client { key: job.key, intended: job.intended }) else { return false };
        // Never at the same instant: it would be refused for ever, and time would stand still.
        let back = now + Span::from_secs_f64(law.sample(&mut self.away)).max(AWAY_MIN);
        agenda.plan(back, Tick { source: self.id, what: What::Return { place } });
        true
    }

    fn begin(&mut self, now: Time, serial: u64, agenda: &mut impl Agenda<Tick>) {
        self.probe = None;
        self.first_serial = serial;
        self.generation += 1;
        if let Flow::Open { load, process, bursts } = &mut self.flow {
            load.begin(now, gap(process, &mut self.gaps));
            if let Some(bursts) = bursts {
                bursts.stay(now);
                load.set_burst(now, bursts.factor());
            }
        }
        self.replan(now, agenda);
    }

    /// Whether what was due now is the end of a burst, or its begin; the gap that runs goes on at the new rate.
    fn changes_state(&mut self, now: Time, agenda: &mut impl Agenda<Tick>) -> bool {
        let Flow::Open { load, bursts: Some(bursts), .. } = &mut self.flow else { return false };
        if self.probe.is_some() || now < bursts.until() {
            return false;
        }
        bursts.change(now);
        load.set_burst(now, bursts.factor());
        self.replan(now, agenda);
        true
    }

    /// Plans again after a change of load; what was planned before is overtaken.
    fn replan(&mut self, now: Time, agenda: &mut impl Agenda<Tick>) {
        if self.probe.is_some() {
            return;
        }
        match &mut self.flow {
            Flow::Open { load, bursts, .. } => {
                self.generation += 1;
                if let Some(at) = next_due(load, bursts.as_ref()) {
                    agenda.plan(at, self.tick());
                }
            }
            Flow::Closed { clients, think, factor, active } => {
                // New clients come from thinking, so that they do not all ask at the same instant.
                let new = wanted(*clients, *factor).saturating_sub(*active);
                *active += new;
                for _ in 0..new {
                    let at = now + Span::from_secs_f64(think.sample(&mut self.gaps));
                    let what = What::Next { generation: self.generation };
                    agenda.plan(at, Tick { source: self.id, what });
                }
            }
        }
    }

    #[inline]
    fn plan_next(&mut self, now: Time, agenda: &mut impl Agenda<Tick>) {
        if let Flow::Open { load, process, bursts } = &mut self.flow {
            load.begin(now, gap(process, &mut self.gaps));
            if let Some(at) = next_due(load, bursts.as_ref()) {
                agenda.plan(at, self.tick());
            }
        }
    }
}

/// A gap between arrivals in units of its mean.
#[inline]
fn gap(process: &Process, stream: &mut Stream) -> f64 {
    match process {
        Process::Poisson | Process::Mmpp(_) => stream.exponential(),
        Process::Regular => 1.0,
        Process::Renewal(gaps) => gaps.sample(stream),
    }
}

/// When the next job arrives, or the state of a source that comes in bursts changes, whichever is first.
#[inline]
fn next_due(load: &Load, bursts: Option<&Bursts>) -> Option<Time> {
    let arrival = load.next_arrival();
    let Some(bursts) = bursts else { return arrival };
    Some(arrival.map_or(bursts.until(), |arrival| arrival.min(bursts.until())))
}

/// How many clients a closed source should have.
fn wanted(clients: u32, factor: f64) -> u32 {
    (f64::from(clients) * factor).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::JobType;
    use crate::scenario::{Host, Keys, load};

    /// The first clients of a closed source that do not think, and what asks when.
    fn impatient() -> (Traffic, Vec<(Time, Tick)>) {
        let host = Host { cores: 1, cpu: String::new() };
        let mut scenario = load(crate::scenario::bundled::ALL[0].text, "test", &host).expect("a bundled scenario");
        let arrivals = Arrivals::Closed { clients: 1, think: Dist::Constant(0.0) };
        let (patience, comes_back) = (None, None);
        let keys = Keys::Uniform { n: 1 };
        scenario.traffic = vec![Source { job: JobType(0), keys, arrivals, patience, comes_back }];
        let mut ticks = Vec::new();
        let mut traffic = Traffic::new(&scenario, 1);
        traffic.start(Time::ZERO, &mut ticks);
        (traffic, ticks)
    }

    #[test]
    fn a_client_that_is_refused_at_once_lets_time_pass() {
        let (mut traffic, ticks) = impatient();
        let mut next = Vec::new();
        let arrival = traffic.arrive(Time(5), ticks[0].1, &mut next).expect("a client asks");
        let Arrival { source, serial, key, intended, .. } = arrival;
        let departure = Departure { source, serial, key, intended, how: Parting::Served };
        traffic.job_ended(Time(5), &departure, &mut next);
        assert_eq!(next.pop().map(|(at, _)| at), Some(Time(5) + PAUSE_MIN));
        traffic.job_ended(Time(6), &departure, &mut next);
        assert_eq!(next.pop().map(|(at, _)| at), Some(Time(6)));
    }
}
