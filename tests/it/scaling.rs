//! Pools that grow and shrink by themselves: as their sources do, with every delay on the way.

use std::sync::Arc;

use scalelab::engine;
use scalelab::metrics::scaling::{Decided, PoolDecisions, Reason};
use scalelab::metrics::summary::Summary;
use scalelab::scenario::{Host, Scaler, load};

/// A quiet stretch, a rush, and quiet again; 40 ms a request on machines of two cores that boot for 30 s.
fn run(scale: &str, count: u32, timeline: &str) -> Summary {
    run_under(
        scale,
        count,
        timeline,
        "(over: \"5m\", to: 20), (over: \"0s\", to: 150), (over: \"10m\", to: 150), (over: \"0s\", to: 20)",
    )
}

fn run_under(scale: &str, count: u32, timeline: &str, load_steps: &str) -> Summary {
    let text = format!(
        "(version: 1, title: \"a rush\", seed: 3, duration: \"35m\", mode: Simulate,
          pools: {{ \"api\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 2, usd_per_hour: 0.1),
              count: {count})], balance: LeastOutstanding, serve: Fifo(queue_max: 100_000), startup: \"30s\", scale: {scale}) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"api\", work: Service(Exponential(mean: \"40ms\")))]) }},
          traffic: [(job: \"j\", arrivals: Open(process: Poisson, load: [{load_steps}]))], timeline: [{timeline}])"
    );
    let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("a scenario");
    engine::simulate(Arc::new(scenario)).expect("a simulated run").summary
}

fn decided(summary: &Summary) -> &PoolDecisions {
    summary.scaling.get("api").expect("an autoscaler that decided")
}

/// Decisions that changed the size.
fn changes(summary: &Summary) -> Vec<&Decided> {
    decided(summary).recent.iter().filter(|decided| decided.size != decided.before).collect()
}

#[test]
fn an_hpa_follows_a_rush_with_all_delays_and_stays_up_for_its_stabilisation() {
    let summary = run("Hpa(min: 2, max: 20, cpu: 0.6)", 2, "");
    let changes = changes(&summary);
    let first = changes[0];
    // The rush begins at 300 s; what is scraped at 315 s is decided on at 330 s, and there 30 s later.
    assert_eq!((first.seen_secs, first.at_secs, first.all_ready_secs), (Some(315.0), 330.0, Some(360.0)), "{first:?}");
    assert!(first.measured.is_some_and(|busy| busy > 0.99), "{first:?}");
    assert_eq!((first.ordered, first.ready), (first.size - 2, first.size - 2));
    // 150 requests/s keep 6 cores busy: 5 machines at 60 %, within the tolerance of 10 %.
    let most = changes.iter().map(|change| change.size).max();
    assert!(most.is_some_and(|most| most >= 5), "{changes:?}");
    // The rush ends at 900 s: nothing goes before 300 s later.
    let gone: Vec<f64> =
        changes.iter().filter(|change| change.size < change.before).map(|change| change.at_secs).collect();
    let back = changes.last().expect("it comes back");
    assert!(back.size == 2 && back.at_secs >= 1_200.0, "{gone:?} {back:?}");
    let reasons = &decided(&summary).reasons;
    assert!(
        [Reason::Damped, Reason::Stabilised, Reason::Tolerated].iter().all(|why| reasons.contains_key(why)),
        "{reasons:?}"
    );
}

#[test]
fn rules_of_a_behavior_slow_it_down() {
    let rules = "behavior: (up: (policies: [Pods(1, \"60s\")]), down: (select: Disabled))";
    let summary = run(&format!("Hpa(min: 2, max: 20, cpu: 0.6, {rules})"), 2, "");
    let changes = changes(&summary);
    assert!(changes.len() >= 3 && changes.iter().all(|change| change.size == change.before + 1), "{changes:?}");
    let gaps: Vec<f64> = changes.windows(2).map(|pair| pair[1].at_secs - pair[0].at_secs).collect();
    assert!(gaps.iter().all(|gap| *gap >= 60.0), "{gaps:?}");
    assert!(decided(&summary).reasons.contains_key(&Reason::ScaleUpLimit));
}

#[test]
fn what_is_switched_off_does_nothing_and_goes_on_later() {
    let off = "(at: \"1m\", do: Set(\"pools.api.scale\", Off)), (at: \"10m\", do: Set(\"pools.api.scale\", On))";
    let summary = run("Hpa(min: 2, max: 20, cpu: 0.6)", 2, off);
    let changes = changes(&summary);
    assert!(changes.first().is_some_and(|first| first.at_secs > 600.0), "{changes:?}");
}

#[test]
fn knative_goes_to_nothing_and_is_woken_by_what_waits() {
    // Requests for the first 2 minutes, nothing for 5, then again.
    let load = "(over: \"2m\", to: 20), (over: \"0s\", to: 0), (over: \"5m\", to: 0), (over: \"0s\", to: 20), (over: \"1m\", to: 20)";
    let summary = run_under("Kpa(min: 0, max: 10, target: 2)", 1, "", load);
    let changes = changes(&summary);
    let asleep = changes.iter().find(|change| change.size == 0).expect("it sleeps");
    // The stable window of 60 s has to be empty, then 30 s of grace pass.
    assert!((210.0..=216.0).contains(&asleep.at_secs), "{asleep:?}");
    let woken = changes.iter().find(|change| change.before == 0).expect("it wakes");
    // The first request comes within a second or two, and does not wait for a look.
    assert!((420.0..=422.0).contains(&woken.at_secs) && woken.first_ready_secs.is_some(), "{woken:?}");
    assert_eq!(summary.totals.jobs.errors(), 0, "what waits at the activator is served");
}

#[test]
fn keda_sleeps_after_its_cooldown_and_wakes_at_its_next_poll() {
    let load = "(over: \"2m\", to: 20), (over: \"0s\", to: 0), (over: \"10m\", to: 0), (over: \"0s\", to: 20)";
    let summary = run_under("Keda(min: 0, max: 10, queue: 2)", 1, "", load);
    let changes = changes(&summary);
    let asleep = changes.iter().find(|change| change.size == 0).expect("it sleeps");
    assert!((390.0..=450.0).contains(&asleep.at_secs) && asleep.why == Reason::Idle, "{asleep:?}");
    let woken = changes.iter().find(|change| change.before == 0).expect("it wakes");
    assert!(woken.why == Reason::Woken && (720.0..=750.0).contains(&woken.at_secs), "{woken:?}");
}

#[test]
fn ray_waits_half_a_minute_for_more_and_ten_for_fewer() {
    let summary = run("RayServe(min: 1, max: 20)", 1, "");
    let changes = changes(&summary);
    let up = changes.iter().find(|change| change.at_secs > 300.0).expect("more");
    assert!(up.size > up.before && (330.0..=350.0).contains(&up.at_secs), "{up:?}");
    let down = changes.iter().find(|change| change.size < change.before).expect("fewer");
    assert!(down.at_secs - up.at_secs >= 600.0, "{down:?}");
}

#[test]
fn dask_adds_at_once_and_removes_after_three_looks() {
    let summary = run("DaskAdaptive(min: 1, max: 20, target_duration: \"2s\")", 2, "");
    let all = &decided(&summary).recent;
    let waits = all.iter().filter(|one| one.why == Reason::Stabilised).count();
    let changes = changes(&summary);
    assert!(waits >= 2 && changes.iter().any(|change| change.size < change.before), "{changes:?}");
    let up = changes.iter().find(|change| change.at_secs >= 300.0).expect("more");
    assert!(up.size > up.before && up.at_secs <= 305.0, "{up:?}");
}

#[test]
fn dask_adds_where_results_fill_the_memory() {
    // Four results of 400 MiB lie at two machines of 1 GiB each until the one task is done that needs them.
    let text = "(version: 1, title: \"a full memory\", seed: 3, duration: \"60s\", mode: Simulate,
      pools: { \"api\": (groups: [(place: Modelled(link: None),
          instance: Custom(cores: 2, memory: \"1GiB\", usd_per_hour: 0.1), count: 2)], startup: \"2s\",
          scale: DaskAdaptive(min: 2, max: 20)) },
      jobs: { \"j\": (stages: [
        (name: \"read\", pool: \"api\", tasks: 4, bytes_out: \"400MiB\", work: Service(\"1s\")),
        (name: \"join\", pool: \"api\", tasks: 1, after: [(\"read\", Shuffle)], work: Service(\"30s\"))]) },
      traffic: [(job: \"j\", arrivals: Closed(clients: 1, think: \"10s\"))])";
    let scenario = load(text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("a scenario");
    let summary = engine::simulate(Arc::new(scenario)).expect("a simulated run").summary;
    let changes: Vec<_> = changes(&summary).iter().map(|change| (change.before, change.size)).collect();
    // 78 % of the memory: twice as many. Nothing else is to do for them, but two could not hold twice what is there; when it
    // is no longer needed they go, and come again for the next job.
    assert_eq!(changes, [(2, 4), (4, 2), (2, 4)], "{:?}", decided(&summary));
}

#[test]
fn aws_waits_for_its_alarms_and_for_new_machines_to_warm_up() {
    let summary = run("TargetTracking(min: 2, max: 20, cpu: 0.5)", 2, "");
    let changes = changes(&summary);
    // The rush begins at 300 s: three datapoints of a minute above the target.
    assert_eq!((changes[0].at_secs, changes[0].before, changes[0].size), (480.0, 2, 4), "{changes:?}");
    // New machines count 300 s after they are there, at 510 s.
    assert!(changes[1].at_secs >= 810.0, "{changes:?}");
    let steps = run("Steps(min: 2, max: 20, up: [(0.6, 1), (0.9, 3)], down: [(0.3, 1)])", 2, "");
    let first = self::changes(&steps)[0];
    assert_eq!((first.at_secs, first.before, first.size), (360.0, 2, 5), "{first:?}");
}

#[test]
fn a_schedule_is_kept_and_a_forecast_goes_ahead_of_a_ramp() {
    let summary = run("Schedule(max: 20, sizes: [(\"0s\", 2), (\"4m\", 6), (\"16m\", 2)])", 2, "");
    let sizes: Vec<(f64, u32)> = changes(&summary).iter().map(|change| (change.at_secs, change.size)).collect();
    assert_eq!(sizes, [(240.0, 6), (960.0, 2)]);
    // A ramp of 0.2 requests/s each second: the forecast is a minute ahead of what comes in.
    let ramp = "(over: \"30m\", to: 360)";
    let summary = run_under("Predictive(min: 1, max: 30, cpu: 0.6)", 1, "", &format!("(over: \"0s\", to: 1), {ramp}"));
    let ahead: Vec<f64> = decided(&summary)
        .recent
        .iter()
        .filter(|one| (600.0..1_700.0).contains(&one.at_secs))
        .filter_map(|one| Some(one.measured? - one.at_secs * 0.2))
        .collect();
    let mean = ahead.iter().sum::<f64>() / ahead.len() as f64;
    assert!(ahead.len() >= 10 && (8.0..16.0).contains(&mean), "12 requests/s ahead, not {mean}: {ahead:?}");
}

#[test]
fn every_autoscaler_gives_the_same_run_again_and_keeps_within_its_bounds() {
    let settings = |name: &str| match name {
        "Hpa" => "cpu: 0.5, in_flight: 3, queue: 4",
        "Kpa" => "target: 3",
        "Keda" => "queue: 4",
        "TargetTracking" | "Predictive" | "Pid" => "cpu: 0.5",
        "Mixed" => "cpu: 0.5, sizes: [2, 3]",
        "Vertical" => "sizes: [2, 4, 8], history: \"5m\", half_life: \"5m\"",
        "Steps" => "up: [(0.6, 9)], down: [(0.5, 9)]",
        "Schedule" => "sizes: [(\"0s\", 0), (\"5m\", 40)], every: \"10m\"",
        _ => "",
    };
    for name in Scaler::ALL.iter().map(scalelab::scenario::name_of) {
        let scale = format!("{name}(min: 2, max: 5, {})", settings(name));
        let (one, two) = (run(&scale, 2, ""), run(&scale, 2, ""));
        assert_eq!(one.hash, two.hash, "{name}");
        let decisions = decided(&one);
        assert!(decisions.decisions > 0 && decisions.ups + decisions.resizes > 0, "{name}: {decisions:?}");
        for change in changes(&one) {
            assert!((2..=5).contains(&change.size), "{name}: {change:?}");
        }
    }
}

/// Cores of each machine when it changed, and when.
fn resizes(summary: &Summary) -> Vec<(f64, u32)> {
    let resized = decided(summary).recent.iter().filter(|decided| decided.cores[0] != decided.cores[1]);
    resized.map(|decided| (decided.at_secs, decided.cores[1])).collect()
}

#[test]
fn a_vertical_autoscaler_restarts_machines_with_what_they_use() {
    // 150 requests/s of 40 ms keep 6 cores busy: two machines of 2 cores are too small, of 4 cores just enough (3 and
    // 15 % are below 4).
    let scale = "Vertical(sizes: [2, 4, 8, 16], history: \"5m\", half_life: \"5m\")";
    let load = "(over: \"0s\", to: 150), (over: \"1h\", to: 150)";
    let summary = run_under(scale, 2, "", load);
    let changed = resizes(&summary);
    assert!(changed.first().is_some_and(|(_, cores)| *cores == 4), "{changed:?}");
    assert!(changed.iter().all(|(_, cores)| (4..=8).contains(cores)), "{changed:?}");
    // While one machine is away for a minute each, nothing more is decided.
    let reasons = &decided(&summary).reasons;
    assert!(reasons.contains_key(&Reason::Restarting), "{reasons:?}");
    assert_eq!(decided(&summary).ups + decided(&summary).downs, 0, "how many there are is not for it to say");
    // With little to do they become small, once the history is long enough to be sure.
    let summary =
        run_under("Vertical(sizes: [1, 2, 4], history: \"5m\", half_life: \"5m\")", 2, "", "(over: \"0s\", to: 10)");
    let changed = resizes(&summary);
    assert!(matches!(changed.as_slice(), [(at, 1)] if *at >= 120.0), "{changed:?}");
}

#[test]
fn what_is_cheaper_for_the_load_to_come_is_ordered_out_or_up() {
    // A price in proportion to the cores: out, which needs no restart.
    let load = "(over: \"5m\", to: 20), (over: \"0s\", to: 150), (over: \"10m\", to: 150), (over: \"0s\", to: 20)";
    let out = run_under("Mixed(max: 20, cpu: 0.6, sizes: [2, 4, 8])", 2, "", load);
    assert!(resizes(&out).is_empty() && changes(&out).iter().any(|change| change.size >= 5), "{:?}", decided(&out));
    // Where there may be no more than two, up.
    let up = run_under("Mixed(max: 2, cpu: 0.6, sizes: [2, 4, 8])", 2, "", load);
    let changed = resizes(&up);
    assert!(changed.iter().any(|(at, cores)| *cores == 8 && *at > 300.0), "{changed:?}");
    assert!(changed.last().is_some_and(|(_, cores)| *cores == 2), "{changed:?}");
}

#[test]
fn a_controller_comes_to_its_target() {
    let load = "(over: \"0s\", to: 150), (over: \"1h\", to: 150)";
    let summary = run_under("Pid(min: 1, max: 20, cpu: 0.6)", 2, "", load);
    let late: Vec<u32> = changes(&summary).iter().filter(|one| one.at_secs > 900.0).map(|one| one.size).collect();
    // 6 busy cores at 60 % of 2 a machine: 5 machines.
    assert!(late.iter().all(|size| (4..=6).contains(size)), "{late:?}");
    assert!(changes(&summary).last().is_some_and(|last| (4..=6).contains(&last.size)));
}
