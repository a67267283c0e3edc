//! The scenarios that are built in load, survive what people do to them, and can be written back.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use scalelab::base::{Bytes, GroupIx, PoolId, Provenance, SourceId, Span, StageIx, Stream, Time};
use scalelab::scenario::{
    Arrivals, Backoff, Balance, Breaker, Budget, By, Cache, Command, Entry, Eviction, Fault, Gate, Host, Late, Mode,
    Outliers, Place, RateSpec, Resilience, Retry, Scenario, Strike, Victim, bundled, limits, load, save_with_timeline,
    set,
};

fn host() -> Host {
    Host { cores: 2, cpu: "a processor".to_owned() }
}

fn loaded(text: &str) -> Scenario {
    load(text, "test.ron", &host()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn dask() -> (&'static str, Scenario) {
    let text = bundled::find("dask-mean").expect("it is built in").text;
    (text, loaded(text))
}

#[test]
fn every_bundled_scenario_loads_is_listed_and_opens_with_its_question() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(bundled::find(name).map(|bundled| bundled.text), Some(text.as_str()), "{name}");
        let scenario = loaded(&text);
        assert!(scenario.question.contains('?') && scenario.question.contains("What to look for"), "{name}");
        // The text is RON for everybody else too.
        let ron: Result<serde::de::IgnoredAny, _> = ron::from_str(&text);
        assert!(ron.is_ok(), "{name}: {ron:?}");
        seen += 1;
    }
    assert_eq!(seen, bundled::ALL.len());
}

#[test]
fn the_first_scenario_is_what_it_says() {
    let (_, scenario) = dask();
    assert_eq!((scenario.mode, scenario.duration, scenario.seed), (Mode::Live, Some(Span::from_secs(60)), 42));
    assert!(scenario.question.starts_with("Can this computer keep up?\n\nThe mean of"), "{}", scenario.question);
    let [pool] = scenario.pools.as_slice() else { panic!("one pool") };
    assert_eq!((pool.prefetch, pool.resilience.retry.attempts_max, pool.serve.queue_max), (8, 4, 100_000));
    let [this, remote] = pool.groups.as_slice() else { panic!("two groups") };
    assert_eq!((&this.place, this.instance.cores, this.count), (&Place::Threads, 2, 1));
    let price = &this.instance.price;
    assert_eq!((price.usd_per_hour, price.provenance), (Some(0.08925), Provenance::Assumed));
    assert!(price.source.starts_with("this computer, billed as c7i.large: "), "{}", price.source);
    assert_eq!(
        (&*remote.instance.name, remote.instance.cores, remote.instance.memory),
        ("c7i.large", 2, Some(Bytes(4 << 30)))
    );
    let tasks: Vec<u32> = scenario.jobs[0].stages.iter().map(|stage| stage.tasks).collect();
    assert_eq!(tasks, [100, 10, 1]);
    let Arrivals::Open { load, .. } = &scenario.traffic[0].arrivals else { panic!("open") };
    assert_eq!(load[1].to, RateSpec::Auto(1.3));
}

#[test]
fn edge_chunks_count() {
    let text = dask().0.replace("chunk: (1_000, 1_000)", "chunk: (3_000, 10_000)").replace("fan_in: 10", "fan_in: 2");
    let tasks: Vec<u32> = loaded(&text).jobs[0].stages.iter().map(|stage| stage.tasks).collect();
    assert_eq!(tasks, [4, 2, 1]);
}

#[test]
fn a_stage_calls_stages_below_it() {
    let slow = bundled::find("slow-worker").expect("it is built in").text;
    let stages = "(name: \"handle\", pool: \"api\", work: Service(Exponential(mean: \"20ms\")), calls: [\"store\", \"store\"]), \
                  (name: \"store\", pool: \"api\", work: Service(\"1ms\"))";
    let text = slow.replace("(name: \"handle\", pool: \"api\", work: Service(Exponential(mean: \"20ms\")))", stages);
    let scenario = loaded(&text);
    assert_eq!(scenario.jobs[0].stages[0].calls, [StageIx(1), StageIx(1)]);
}

#[test]
fn damaged_scenarios_are_refused_or_read_but_never_panic() {
    let damage = ['(', ')', '[', ']', '{', '}', '"', ',', ':', '\\', '-', '9', 'x', '/', '*', 'é', '\0', '\n'];
    for bundled in bundled::ALL {
        let text = bundled.text;
        let mut stream = Stream::new(2, scalelab::base::Domain::Swarm, [0; 4]);
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            for mutated in [
                text[..at].to_owned(),
                format!("{}{}{}", &text[..at], damage[stream.below(damage.len() as u64) as usize], &text[at..]),
                text[..at].to_owned() + text[at..].strip_prefix(|_: char| true).unwrap_or(""),
            ] {
                match load(&mutated, bundled.name, &host()) {
                    Ok(_) => {
                        let ron: Result<serde::de::IgnoredAny, _> = ron::from_str(&mutated);
                        assert!(ron.is_ok(), "{} damaged at byte {at} is read but is not RON: {ron:?}", bundled.name);
                    }
                    Err(errors) => assert!(!errors.problems.is_empty() && !errors.to_string().is_empty()),
                }
            }
        }
    }
}

/// One of every command, and of every way a value can be written.
fn commands() -> Vec<Command> {
    let (pool, group) = (PoolId(0), GroupIx(1));
    let balances = Balance::EXAMPLES
        .into_iter()
        .chain(Balance::plain().iter().copied())
        .filter(|balance| *balance != Balance::CentralQueue && !balance.knows_sizes());
    let mut commands: Vec<Command> = balances.map(|balance| Command::SetBalance { pool, balance }).collect();
    let caches = Eviction::ALL.into_iter().map(|(_, by)| {
        let entries = if by == Eviction::Unbounded { limits::CACHE_ENTRIES_MAX as u32 } else { 400 };
        Command::SetCache { pool, cache: Cache::Keep { by, entries } }
    });
    commands.extend(caches);
    commands.extend(resiliences().map(|resilience| Command::SetResilience { pool, resilience: Arc::new(resilience) }));
    commands.extend([
        Command::SetCache { pool, cache: Cache::Off },
        Command::SetCount { pool, group, count: 3 },
        Command::Resize { pool, group, cores: 8 },
        Command::SetTrafficFactor { source: SourceId(0), factor: 1.0 / 3.0 },
        Command::SetBound { objective: 0, bound: 0.25 },
        Command::SetBound { objective: 0, bound: 0.1 + 0.2 + 1e-13 },
        Command::Inject {
            fault: Fault { strike: Strike::Break, victim: Victim::Machine(pool, 0) },
            lasts: Span(1_500_000_001),
        },
        Command::Inject {
            fault: Fault { strike: Strike::Slow { factor: 5.0 }, victim: Victim::Machine(pool, 1) },
            lasts: Span::from_secs(90),
        },
        Command::SetCapacity { jobs_per_sec: 142.512_345_678_9 },
        Command::Note("timeline: [ \"quoted\" \\ and\tmore\n// not a comment, é \u{1}".to_owned()),
        Command::Note(String::new()),
    ]);
    commands
}

/// One with each of what can be chosen, one with nothing, and one with much at once.
fn resiliences() -> impl Iterator<Item = Resilience> {
    let tries = |backoff, budget| Retry { attempts_max: 3, backoff, budget, of_refused: true };
    let usual = Resilience::default;
    let late =
        Late::plain().iter().map(move |late| Resilience { late: *late, timeout: Some(Span(1_500_000)), ..usual() });
    let backoffs = Backoff::plain().iter().map(move |own| Resilience { retry: tries(*own, None), ..usual() });
    let budgets =
        Budget::plain().iter().map(move |own| Resilience { retry: tries(Backoff::None, Some(*own)), ..usual() });
    let breakers = Breaker::plain().iter().map(move |own| Resilience { breaker: Some(*own), ..usual() });
    let outliers = Outliers::plain().iter().map(move |own| Resilience { outliers: Some(*own), ..usual() });
    let much = Resilience { admit: Gate::plain().to_vec(), breaker: Some(Breaker::HYSTRIX), ..usual() };
    late.chain(backoffs).chain(budgets).chain(breakers).chain(outliers).chain([usual(), much])
}

fn entries() -> Vec<Entry> {
    let by = [By::Person, By::Cli, By::Timeline, By::Policy, By::Nature];
    let entry = |(ix, command)| Entry { at: Time(ix as u64 * 1_000_000_007), command, by: by[ix % by.len()] };
    commands().into_iter().enumerate().map(entry).collect()
}

#[test]
fn every_command_is_written_as_it_is_read() {
    let (text, scenario) = dask();
    let saved = save_with_timeline(text, &entries(), &scenario).unwrap();
    assert_eq!(loaded(&saved), Scenario { timeline: entries(), ..scenario });
    let ron: Result<serde::de::IgnoredAny, _> = ron::from_str(&saved);
    assert!(ron.is_ok(), "{ron:?}\n{saved}");
}

#[test]
fn what_is_done_to_a_monolith_is_written_as_it_is_read() {
    let group = "(place: Modelled(link: Lan), instance: \"c7i.large\", count: 2)";
    let text = format!(
        "(version: 1, title: \"t\", duration: \"1s\", mode: Simulate, layout: Monolith,
          pools: {{ \"a\": (groups: [{group}]), \"b\": (groups: [{group}, {group}]) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"b\", work: Service(\"1ms\"))]) }},
          traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 1)]))])"
    );
    let scenario = loaded(&text);
    assert_eq!((scenario.pools.len(), scenario.pools[0].groups.len()), (1, 3));
    let strike = |position| Command::Inject {
        fault: Fault { victim: Victim::Machine(PoolId(0), position), strike: Strike::Break },
        lasts: Span::from_millis(5),
    };
    let pool = PoolId(0);
    let commands = [
        Command::SetCount { pool, group: GroupIx(2), count: 3 },
        Command::SetCount { pool, group: GroupIx(0), count: 4 },
        Command::Resize { pool, group: GroupIx(1), cores: 1 },
        Command::SetBalance { pool, balance: Balance::RoundRobin },
        strike(1),
        strike(2),
        strike(5),
        strike(6),
    ];
    let timeline: Vec<Entry> =
        commands.into_iter().map(|command| Entry { at: Time(5), command, by: By::Person }).collect();
    let saved = save_with_timeline(&text, &timeline, &scenario).unwrap();
    assert!(saved.contains("pools.b.groups.1.count") && saved.contains("(\"b\", 3)"), "{saved}");
    assert_eq!(loaded(&saved), Scenario { timeline, ..scenario });
}

#[test]
fn saving_keeps_comments_and_takes_the_mode_and_seed_of_the_run() {
    let (text, scenario) = dask();
    let ran = Scenario { mode: Mode::Simulate, seed: 7, timeline: entries(), ..scenario };
    let saved = save_with_timeline(text, &ran.timeline, &ran).unwrap();
    assert_eq!(loaded(&saved), ran);
    for comment in text.lines().filter(|line| line.trim_start().starts_with("//")) {
        assert!(saved.contains(comment), "{comment}");
    }
    // Saving what was saved changes nothing.
    assert_eq!(save_with_timeline(&saved, &ran.timeline, &ran).unwrap(), saved);
}

#[test]
fn an_old_timeline_is_replaced_and_only_that() {
    let note = Entry { at: Time(5), command: Command::Note("new".to_owned()), by: By::Person };
    for text in [
        // The word stands in comments and texts too; the last field has no comma; a comment follows it.
        "// timeline: [no]\n(version: 1, /* timeline: [ */ title: \"timeline: [x]\", duration: \"1s\", pools: {\"a\": (groups: [(place: Modelled(), instance: \"c7i.large\")])},\n jobs: {\"j\": (stages: [(name: \"s\", pool: \"a\", work: Service(\"1ms\"))])},\n timeline: [\n // why: \"timeline: [\"\n (at: \"0s\", do: Note(\"old // ]\")), ], traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 1)]))] // end\n)",
        // No timeline, all on one line.
        "(version: 1, title: \"t\", duration: \"1s\", pools: {\"a\": (groups: [(place: Modelled(), instance: \"c7i.large\")])}, jobs: {\"j\": (stages: [(name: \"s\", pool: \"a\", work: Service(\"1ms\"))])}, traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 1)]))])",
    ] {
        let scenario = loaded(text);
        let saved = save_with_timeline(text, std::slice::from_ref(&note), &scenario).unwrap();
        assert_eq!(loaded(&saved), Scenario { timeline: vec![note.clone()], ..scenario }, "{saved}");
        assert!(!saved.contains("old"), "{saved}");
        for comment in ["// timeline: [no]", "/* timeline: [ */", "// why: \"timeline: [\"", "// end"] {
            assert_eq!(saved.contains(comment), text.contains(comment), "{comment}\n{saved}");
        }
    }
}

#[test]
fn values_are_set_from_the_command_line() {
    let (text, before) = dask();
    let sets = [
        "pools.machines.balance=PowerOfTwo",
        "pools.machines.cache = Lru(entries: 400)",
        "pools.machines.groups[1].count=3",
        "pools.machines.groups.1.instance=c7i.4xlarge",
        "traffic.0.factor=2",
        "objectives.p99.bound=250ms",
        "seed=7",
        "duration=2m",
        "mode=Simulate",
        "title=Other",
    ];
    let (changed, scenario) = set(text, &sets, "dask-mean.ron", &host()).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!((scenario.seed, scenario.duration, scenario.mode), (7, Some(Span::from_secs(120)), Mode::Simulate));
    let pool = &scenario.pools[0];
    assert_eq!(
        (pool.balance, pool.cache, pool.groups[1].count),
        (Balance::PowerOfTwo, Cache::Keep { by: Eviction::Lru, entries: 400 }, 3)
    );
    assert_eq!((pool.groups[1].instance.cores, scenario.title.as_str()), (16, "Other"));
    assert_eq!(scenario.objectives[0].bound.to_bits(), 0.25_f64.to_bits());
    let Arrivals::Open { load, .. } = &scenario.traffic[0].arrivals else { panic!("open") };
    assert_eq!(load[0].to, RateSpec::Auto(1.2));
    assert_eq!(loaded(&changed), scenario);
    assert_eq!(scenario.question, before.question);
}

#[test]
fn what_cannot_be_set_points_at_the_assignment() {
    let check = |sets: &[&str], expected: &str| {
        let errors = set(dask().0, sets, "dask-mean.ron", &host()).unwrap_err();
        assert_eq!(errors.to_string(), expected.trim_start_matches('\n'), "{sets:?}");
    };
    check(
        &["seed=7", "pools.machines.balance=RoundRobbin"],
        "
--set:2:24: `RoundRobbin` is not a balancer
    2 | pools.machines.balance=RoundRobbin
      |                        ^^^^^^^^^^^
      = did you mean RoundRobin?",
    );
    check(
        &["pools.machine.balance=RoundRobin"],
        "
--set:1:7: this scenario has nothing called \"machine\" there
    1 | pools.machine.balance=RoundRobin
      |       ^^^^^^^
      = did you mean machines?",
    );
    check(
        &["pools.machines.balence=RoundRobin"],
        "
--set:1:1: a pool has no field `balence`
    1 | pools.machines.balence=RoundRobin
      | ^^^^^^^^^^^^^^^^^^^^^^
      = did you mean balance?",
    );
    check(
        &["duration=2 weeks"],
        "
--set:1:10: \"2 weeks\" is not a length of time: no unit is called \"weeks\"
    1 | duration=2 weeks
      |          ^^^^^^^
      = write a number and its unit, as in \"80ms\"; units of time are ns, us, ms, s, m and h",
    );
    check(
        &["seed"],
        "
--set:1:1: expected PATH=VALUE
    1 | seed
      | ^^^^
      = write pools.api.balance=RoundRobin",
    );
    check(
        &["pools.machines.cache=Lru(entries: 4"],
        "
--set:1:25: this `(` is never closed
    1 | pools.machines.cache=Lru(entries: 4
      |                         ^
      = a `)` is missing",
    );
}

#[test]
fn commands_that_do_not_fit_are_refused_while_it_runs() {
    let (_, scenario) = dask();
    let refusal = |command: &Command| scenario.refusal(command, &[vec![1, 1]], &host());
    for command in commands() {
        assert_eq!(refusal(&command), None, "{command:?}");
    }
    let (pool, group) = (PoolId(0), GroupIx(0));
    for command in [
        Command::SetBalance { pool, balance: Balance::CentralQueue },
        Command::SetBalance { pool: PoolId(9), balance: Balance::RoundRobin },
        Command::SetCache { pool: PoolId(9), cache: Cache::Off },
        Command::SetCount { pool, group, count: 2 },
        Command::SetCount { pool, group: GroupIx(1), count: u32::MAX },
        Command::SetCount { pool, group: GroupIx(7), count: 1 },
        Command::Resize { pool, group, cores: 3 },
        Command::Resize { pool, group: GroupIx(1), cores: 0 },
        Command::SetTrafficFactor { source: SourceId(0), factor: f64::NAN },
        Command::SetTrafficFactor { source: SourceId(1), factor: 1.0 },
        Command::SetBound { objective: 1, bound: 1.0 },
        Command::Inject { fault: Fault { strike: Strike::Break, victim: Victim::Machine(pool, 2) }, lasts: Span(1) },
        Command::SetCapacity { jobs_per_sec: f64::INFINITY },
    ] {
        assert!(refusal(&command).is_some(), "{command:?}");
    }
}

/// Stages that take what those before them left.
const FEATURES: &str = r#"
  (name: "group", pool: "p", work: Kernel(GroupBy(rows: 1_000_000, chunk: 10_000, groups: 1_000))),
  (name: "merge", pool: "p", tasks: 4, after: [("group", Shuffle)], work: Kernel(MergeGroups(groups: 1_000))),
  (name: "features", pool: "p", after: [("merge", Broadcast)],
   work: Kernel(Features(rows: 1_000_000, chunk: 10_000, groups: 1_000, categories: 8))),
  (name: "all", pool: "p", after: [("features", Gather)], work: Kernel(Combine(fan_in: 1_000))),"#;

/// The same for training.
const TRAINING: &str = r#"
  (name: "train", pool: "p", tasks: 4,
   work: Kernel(Train(samples: 20_000, batch: 50, network: (features: 16, hidden: 32, classes: 4)))),
  (name: "held-out", pool: "p", after: [("train", AllReduce)],
   work: Kernel(Evaluate(samples: 10_000, batch: 1_000, network: (features: 16, hidden: 32, classes: 4)))),
  (name: "all", pool: "p", after: [("held-out", Gather)], work: Kernel(Combine(fan_in: 1_000))),"#;

#[test]
fn every_policy_that_is_listed_can_be_written() {
    // A list of its own, or below other fields.
    let written = |decision: &str, value: String| match decision.rsplit_once('.') {
        Some(("resilience", "admit")) => format!("resilience: (admit: [{value}])"),
        Some(("resilience.retry", field)) => format!("resilience: (retry: ({field}: {value}))"),
        Some(("resilience", field)) => format!("resilience: ({field}: {value})"),
        _ => format!("{decision}: {value}"),
    };
    for (decision, listed) in scalelab::scenario::POLICIES {
        for (choice, what, source) in listed {
            assert!(!what.is_empty() && !source.is_empty(), "{choice}");
            let value = match (decision, choice.split_once('(')) {
                // Somebody is struck.
                ("fault", Some((name, values))) => format!("{name}(pool: \"p\", {values}"),
                ("fault", None) => format!("{choice}(pool: \"p\")"),
                _ => (*choice).to_owned(),
            };
            let mut next = String::new();
            let (pool, more) = match decision {
                "edge" => {
                    next = format!("(name: \"next\", pool: \"p\", after: [(\"s\", {value})], work: Service(\"1ms\"))");
                    (String::new(), String::new())
                }
                "fault" => {
                    (String::new(), format!("timeline: [(at: \"0s\", do: Inject(fault: {value}, for: \"1s\"))]"))
                }
                "kernel" => {
                    // What makes partial results needs somebody who combines them, and the other way round.
                    let stage = |name: &str, after: &str, kernel: &str| {
                        let after =
                            if after.is_empty() { String::new() } else { format!("after: [(\"{after}\", Gather)],") };
                        format!("(name: \"{name}\", pool: \"p\", {after} work: Kernel({kernel})),")
                    };
                    let mean = "ArrayMean(shape: (2, 2), chunk: (1, 1))";
                    next = match scalelab::scenario::name_of(&(choice, what, source)) {
                        "Empty" => stage("next", "", &value),
                        "GroupBy" => stage("next", "", &value) + &stage("all", "next", "Combine(fan_in: 1_000)"),
                        "MergeGroups" | "Features" => {
                            assert!(FEATURES.contains(&value), "{value}");
                            FEATURES.to_owned()
                        }
                        "Train" | "Evaluate" => {
                            assert!(TRAINING.contains(&value), "{value}");
                            TRAINING.to_owned()
                        }
                        "Combine" => stage("map", "", mean) + &stage("next", "map", &value),
                        _ => stage("next", "", &value) + &stage("all", "next", "Combine(fan_in: 1_000)"),
                    };
                    (String::new(), String::new())
                }
                _ => (written(decision, value), String::new()),
            };
            let link = if decision == "fault" { "Lan" } else { "None" };
            // Real work is measured before it is modelled.
            let (mode, place) = match decision {
                "kernel" => ("Live", "Threads".to_owned()),
                _ => ("Simulate", format!("Modelled(link: {link})")),
            };
            let text = format!(
                "(version: 1, title: \"t\", duration: \"1s\", mode: {mode},
                  pools: {{ \"p\": (groups: [(place: {place}, instance: \"c7i.large\")], {pool}) }},
                  jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", memory: \"1MiB\", work: Service(\"1ms\")), {next}]) }},
                  traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 1)]))], {more})"
            );
            let host = Host { cores: 2, cpu: "test".to_owned() };
            let loaded = load(&text, "a test", &host);
            assert!(
                loaded.is_ok(),
                "{decision}: {choice}\n{text}\n{}",
                loaded.err().map_or_else(String::new, |err| err.to_string())
            );
        }
    }
}
