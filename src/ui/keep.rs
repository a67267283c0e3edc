//! Keeping what a simulated run came to in the store of runs, where it can be found, sorted and compared again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::app::App;
use super::files::{Done, Unsaved};
use super::text;
use crate::base::{Time, os};
use crate::engine::handle::{Handle, Options, Pace};
use crate::interop::runs::{Lineage, NewRun, Runs};
use crate::metrics::snapshot::Mode;
use crate::scenario::{Host, Scenario};

impl App {
    /// Keeps the run as far as it has come, in this store or in that which all commands use.
    pub(super) fn keep_run(&mut self, store: Option<PathBuf>) {
        let Some(snapshot) = self.session.snapshot() else { return };
        let (mode, at) = (snapshot.mode, snapshot.at);
        if mode == Mode::Live {
            self.say(text::KEEP_LIVE.to_owned());
        } else if at == Time::ZERO {
            self.say(text::KEEP_NOTHING.to_owned());
        } else {
            // What is kept is the run on the screen, without what was done in one before it.
            let work = Unsaved { timeline: self.session.timeline_until(at), ..self.unsaved() };
            self.say(text::KEEPING.to_owned());
            self.files.work(move |host| match kept(&work, at, store.as_deref(), host) {
                Ok(id) => Done::Kept(id),
                Err(why) => Done::Failed(text::cannot_keep(&why)),
            });
        }
    }
}

/// Runs it once more, as far as it has come: a simulated run is a function of what it is made of, so it is the same run.
fn kept(work: &Unsaved, at: Time, store: Option<&Path>, host: &Host) -> Result<String, String> {
    let (lineage, started) = (Lineage::of(&work.text(host)?, host), os::unix_secs());
    let is_over = work.scenario.duration.is_some_and(|end| at >= Time::ZERO + end);
    let scenario = Scenario {
        timeline: work.timeline.iter().filter(|entry| entry.at <= at).cloned().collect(),
        duration: Some(at.since(Time::ZERO)),
        ..(*work.scenario).clone()
    };
    let options = Options { pace: Pace::AsFastAsPossible, background: true, ..Options::default() };
    let handle = Handle::start(Arc::new(scenario), options).map_err(|err| err.to_string())?;
    let finished = handle.join().map_err(|err| err.to_string())?;
    let mut run = NewRun::of(&finished.summary, &work.scenario, lineage, started);
    if !is_over {
        "interrupted".clone_into(&mut run.state);
    }
    let place = match store {
        Some(place) => place.to_owned(),
        None => Runs::default_place().map_err(|err| err.to_string())?,
    };
    Runs::open(&place).and_then(|mut runs| runs.add(&run)).map_err(|err| err.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;
    use crate::scenario::{self, bundled};

    #[test]
    fn what_is_kept_is_the_run_as_far_as_it_came() {
        let host = Host { cores: 2, cpu: String::new() };
        let found = bundled::ALL.iter().find(|scenario| scenario.name == "hedge").expect("it is built in");
        let scenario = Arc::new(scenario::load(found.text, found.name, &host).expect("a scenario"));
        let timeline = scenario.timeline.clone();
        let work = Unsaved { source: found.text.to_owned(), scenario: Arc::clone(&scenario), timeline };
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("runs.sqlite");
        let at = Time::ZERO + Span::from_secs(5);
        let id = kept(&work, at, Some(&store), &host).expect("kept");
        let run = Runs::open(&store).expect("a store").find(&id).expect("it is there").run;
        assert_eq!(
            (run.title.as_str(), run.mode.as_str(), run.state.as_str()),
            (scenario.title.as_str(), "simulate", "interrupted")
        );
        assert_eq!((run.duration, run.seed), (Some(5.0), scenario.seed));
        let again = kept(&work, at, Some(&store), &host).expect("kept once more");
        let again = Runs::open(&store).expect("a store").find(&again).expect("it is there").run;
        assert_eq!((run.hash, run.metrics), (again.hash, again.metrics), "the same run");
    }
}
