//! What only pictures show agrees with the meters that everybody sees, and is not measured where nobody looks.

use std::sync::Arc;

use scalelab::base::Span;
use scalelab::engine::handle::{Finished, Handle, Options, Pace};
use scalelab::metrics::snapshot::{Mode, Outcome};
use scalelab::scenario::{Host, bundled, load};

/// A bundled scenario, simulated to its end for somebody who looks at every picture, or for nobody.
fn finished(name: &str, is_watched: bool) -> Finished {
    let host = Host { cores: 2, cpu: "a processor".to_owned() };
    let text = bundled::ALL.iter().find(|known| known.name == name).expect("a built-in scenario").text;
    let mut scenario = load(text, name, &host).unwrap_or_else(|errors| panic!("{errors}"));
    scenario.mode = Mode::Simulate;
    scenario.duration = Some(Span::from_secs(40));
    let waker = is_watched.then(|| Box::new(|| {}) as Box<dyn Fn() + Send>);
    let options = Options { waker, pace: Pace::AsFastAsPossible, ..Options::default() };
    Handle::start(Arc::new(scenario), options).expect("it starts").join().expect("it ends")
}

#[test]
fn every_completed_job_is_in_the_heat_map_where_its_latency_is() {
    let finished = finished("mm1", true);
    let watch = &finished.snapshot.watch;
    let counted: u64 = watch.heat.columns().iter().flat_map(|column| column.counts).map(u64::from).sum();
    let completed = finished.snapshot.totals.jobs.ended[Outcome::Completed as usize];
    let newest = completed - counted;
    assert!(counted > 0 && newest < 200, "{counted} of {completed}: all but those of the last half second");
    let longest = (0..scalelab::metrics::watch::CELLS)
        .rev()
        .find(|cell| watch.heat.columns().iter().any(|column| column.counts[*cell] > 0))
        .expect("some job took some time");
    let (low, _) = scalelab::metrics::watch::Heat::bounds(longest);
    let max = finished.snapshot.series.p99.finest().map(|cell| cell.max).fold(0.0, f64::max);
    assert!(low <= max * 3.0, "the slowest column {low} s is not far above the slowest p99 {max} s");
    let p99 = watch.percentiles.iter().find(|(quantile, _)| *quantile >= 0.99).expect("a curve").1;
    let whole = finished.snapshot.latency_whole.p99;
    assert!((p99 / whole - 1.0).abs() < 0.03, "{p99} on the curve, {whole} in the summary");
}

#[test]
fn a_task_lives_in_order_and_a_core_works_on_one_at_a_time() {
    let finished = finished("mmc", true);
    let watch = &finished.snapshot.watch;
    assert!(watch.tasks.len() > 1_000);
    let mut free: std::collections::BTreeMap<_, scalelab::base::Time> = std::collections::BTreeMap::new();
    for bar in watch.tasks.iter() {
        assert!(bar.sent <= bar.delivered && bar.delivered <= bar.began && bar.began <= bar.ended, "{bar:?}");
        let core = (bar.worker, bar.core.expect("each has a core of its own"));
        let since = free.insert(core, bar.ended).unwrap_or_default();
        assert!(since <= bar.began, "{bar:?} began before its core was free at {since:?}");
    }
    assert!(watch.laws.len() == 3 && watch.laws.iter().all(|law| law.holds), "{:?}", watch.laws);
    assert_eq!(watch.pools.len(), 1);
    let busy: Vec<f64> = watch.pools[0].busy.finest().map(|cell| cell.mean).collect();
    let mean = busy.iter().sum::<f64>() / busy.len() as f64;
    let utilisation = finished.summary.utilisation;
    assert!((mean - utilisation).abs() < 0.15, "{mean} at 80 looks, {utilisation} over all time");
}

#[test]
fn nobody_pays_for_pictures_that_nobody_looks_at_and_they_change_nothing() {
    let (seen, unseen) = (finished("mmc", true), finished("mmc", false));
    assert_eq!(seen.summary.hash, unseen.summary.hash);
    let watch = &unseen.snapshot.watch;
    assert!(watch.tasks.is_empty() && watch.heat.columns().is_empty() && watch.laws.is_empty());
}
