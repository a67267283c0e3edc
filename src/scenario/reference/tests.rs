//! The reference is held against the readers of files.

use std::collections::{BTreeMap, BTreeSet};

use super::language::SCENARIO;
use super::{Choice, Field, Is, Place, Record, doc, explain, meaning, names, next, reference};
use crate::scenario::syntax::{Args, Kind, Node, parse};
use crate::scenario::{Host, bundled, set};

/// A scenario in which everything that has defaults is there.
const TEXT: &str = r#"(
  version: 1, title: "t", duration: "10m", mode: Simulate,
  pools: {
    "p": (
      groups: [(place: Modelled(link: None), instance: Custom(cores: 4, usd_per_hour: 1.0))],
    ),
    "q": (groups: [(place: Modelled(link: None), instance: "c7i.large", count: 2)]),
  },
  jobs: {
    "j": (stages: [(name: "s", pool: "p", work: Service("1ms")), (name: "t", pool: "q", after: [("s", Nothing)], work: Service("1ms"))]),
  },
  traffic: [(job: "j", arrivals: Open(load: [(over: "0s", to: 1)]))],
)"#;

fn host() -> Host {
    Host { cores: 2, cpu: String::new() }
}

/// Every record and choice that can be reached, once.
fn walk(record: &'static Record, seen: &mut Vec<&'static Record>, choices: &mut Vec<&'static Choice>) {
    if seen.iter().any(|own| std::ptr::eq(*own, record)) {
        return;
    }
    seen.push(record);
    for field in record.fields {
        match field.is {
            Is::Value(_) => {}
            Is::Record(own) | Is::List(own) | Is::Map(own) => walk(own, seen, choices),
            Is::Choice(choice) | Is::Choices(choice) => {
                if !choices.iter().any(|own| std::ptr::eq(*own, choice)) {
                    choices.push(choice);
                }
                choice.values.iter().for_each(|own| walk(own, seen, choices));
            }
        }
    }
}

fn everything() -> (Vec<&'static Record>, Vec<&'static Choice>) {
    let (mut records, mut choices) = (Vec::new(), Vec::new());
    walk(&SCENARIO, &mut records, &mut choices);
    (records, choices)
}

#[test]
fn everything_has_a_doc_comment() {
    let (records, choices) = everything();
    for record in &records {
        assert!(!doc(record.doc).is_empty(), "{} ({})", record.what, record.doc);
        for Field { name, doc: own, .. } in record.fields {
            assert!(!doc(own).is_empty(), "{}.{name} ({own})", record.what);
        }
    }
    for choice in &choices {
        assert!(!names(choice).is_empty(), "{}", choice.what);
        for value in choice.values {
            assert!(names(choice).contains(&value.what), "{} of {}", value.what, choice.what);
        }
        for name in choice.names {
            assert!(!meaning(choice, name).is_empty(), "{name} of {}", choice.what);
        }
    }
    assert!(records.len() > 80, "{}", records.len());
}

/// Sets a field to what it is by default, and to what it can never be: the first changes nothing, and the second is refused, but not
/// because nobody knows such a field. Returns what is wrong.
fn check_default(path: &str, with: impl Fn(&str) -> Vec<String>, field: &Field) -> Option<String> {
    let read = |own: &str| set(TEXT, &with(own), "a test", &host()).map(|(_, scenario)| scenario);
    let without = read("").unwrap_or_else(|errors| panic!("{path}: {errors}"));
    // Other defaults depend on something, and are told in words.
    let is_written = !field.otherwise.contains(' ')
        && (field.otherwise.starts_with(|first: char| first.is_ascii_digit() || "\"([{".contains(first))
            || names_of(field.is).iter().any(|name| field.otherwise.split('(').next() == Some(name)));
    if is_written {
        let same = read(&format!("{}: {}", field.name, field.otherwise.replace(',', "_")));
        match same {
            Err(errors) => return Some(format!("{path}.{}: {errors}", field.name)),
            Ok(same) if same != without => {
                return Some(format!("{path}.{} is not {} by default", field.name, field.otherwise));
            }
            Ok(_) => {}
        }
    }
    let wrong = read(&format!("{}: Nonsense(of: 7)", field.name)).expect_err("nothing is written so").to_string();
    wrong.contains("has no field").then(|| format!("{path} knows no {}: {wrong}", field.name))
}

fn names_of(is: Is) -> Vec<&'static str> {
    match is {
        Is::Choice(choice) => names(choice),
        _ => Vec::new(),
    }
}

#[test]
fn defaults_of_pools_groups_and_the_rest_are_what_leaving_them_out_comes_to() {
    let mut wrong = Vec::new();
    for place in ["", "pools.p", "pools.p.groups.0", "jobs.j", "jobs.j.stages.0", "traffic.0"] {
        let record = match find(place) {
            Place::Record(record) => record,
            Place::Field(field) => panic!("{place} is a field: {}", field.name),
        };
        for field in record.fields.iter().filter(|field| !field.otherwise.is_empty()) {
            let path = if place.is_empty() { String::new() } else { format!("{place}.") };
            // `--set` has the path and the value apart.
            let with = |own: &str| {
                own.split_once(": ").map(|(name, value)| format!("{path}{name}={value}")).into_iter().collect()
            };
            wrong.extend(check_default(place, with, field));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn defaults_of_caching_and_copies_are_what_leaving_them_out_comes_to() {
    let mut wrong = Vec::new();
    for (place, outer, inner, needs) in [
        ("pools.q.caching", "pools.q.caching", "", "ttl: \"60s\", shared: Lru(entries: 9)"),
        ("pools.q.contention", "pools.q.contention", "", ""),
        ("pools.q.resilience.retry", "pools.q.resilience", "retry", ""),
        ("pools.q.resilience.copies", "pools.q.resilience", "copies", "more: 2"),
        ("pools.q.resilience", "pools.q.resilience", "", ""),
    ] {
        let Place::Field(Field { is: Is::Record(record), .. }) = find(place) else { panic!("{place} is no record") };
        let given = |field: &&Field| !field.otherwise.is_empty() && !needs.contains(&format!("{}:", field.name));
        for field in record.fields.iter().filter(given) {
            let with = |own: &str| {
                let own = if own.is_empty() || needs.is_empty() { own.to_owned() } else { format!(", {own}") };
                let written = format!("({needs}{own})");
                vec![if inner.is_empty() {
                    format!("{outer}={written}")
                } else {
                    format!("{outer}=({inner}: {written})")
                }]
            };
            wrong.extend(check_default(place, with, field));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn defaults_of_choices_are_what_leaving_them_out_comes_to() {
    let with_needs: BTreeMap<&str, &str> = BTreeMap::from([
        ("Hpa", "max: 4, cpu: 0.5"),
        // A bound in one direction, while the other one is looked at.
        ("Steps", "max: 4, up: [(0.7, 1)]"),
        ("Schedule", "max: 4, sizes: [(\"0s\", 2)]"),
        ("PowerOfD", "d: 3"),
        ("Spot", "life: Exponential(mean: \"6h\")"),
        ("TokenBucket", "rate: 5"),
        ("Keda", "max: 4, queue: 3"),
        ("TargetTracking", "max: 4, cpu: 0.5"),
        ("Predictive", "max: 4, cpu: 0.5"),
        ("Mixed", "max: 4, cpu: 0.5"),
        ("Pid", "max: 4, cpu: 0.5"),
        ("Kpa", "max: 4"),
        ("RayServe", "max: 4"),
        ("DaskAdaptive", "max: 4"),
    ]);
    // A catalogued machine, whose sizes autoscalers look up.
    let places = [
        "pools.q.balance",
        "pools.q.serve",
        "pools.q.scale",
        "pools.q.resilience.breaker",
        "pools.q.resilience.outliers",
        "pools.q.resilience.admit",
        "pools.q.resilience.retry.budget",
        "pools.q.resilience.retry.backoff",
        "pools.p.groups.0.market",
        "pools.q.groups.0.billing",
    ];
    let (mut checked, mut wrong) = (0, Vec::new());
    for place in places {
        let Place::Field(field) = find(place) else { panic!("{place} is no field") };
        let (choice, is_list) = match field.is {
            Is::Choice(choice) => (choice, false),
            Is::Choices(choice) => (choice, true),
            _ => panic!("{place} is no choice"),
        };
        for value in choice.values {
            let needs = with_needs.get(value.what).copied().unwrap_or_default();
            let given = |field: &&Field| !field.otherwise.is_empty() && !needs.contains(&format!("{}:", field.name));
            for field in value.fields.iter().filter(given) {
                let with = |own: &str| {
                    let own = if own.is_empty() || needs.is_empty() { own.to_owned() } else { format!(", {own}") };
                    let written = format!("{}({needs}{own})", value.what);
                    let written = if is_list { format!("[{written}]") } else { written };
                    // What is not there yet is set as a whole.
                    vec![match place.split_once("resilience.") {
                        Some((pool, of)) => match of.split_once('.') {
                            Some((outer, inner)) => format!("{pool}resilience=({outer}: ({inner}: {written}))"),
                            None => format!("{pool}resilience=({of}: {written})"),
                        },
                        None => format!("{place}={written}"),
                    }]
                };
                wrong.extend(check_default(&format!("{place}.{}", value.what), with, field));
                checked += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 80, "{checked}");
}

fn find(path: &str) -> Place {
    let mut at = Place::Record(&SCENARIO);
    let mut steps = path.split('.').filter(|step| !step.is_empty());
    while let Some(step) = steps.next() {
        at = next(at, step, &mut steps).unwrap_or_else(|hint| panic!("{path}: {hint}"));
    }
    at
}

/// Every path with a named value in the scenarios that are built in.
fn paths(node: &Node, path: &str, found: &mut BTreeSet<String>) {
    let step = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match &node.kind {
        Kind::Struct { name, args: Args::Named(fields) } => {
            let own = name.as_ref().map_or_else(|| path.to_owned(), |name| step(name));
            for field in fields {
                let at = if own.is_empty() { field.name.clone() } else { format!("{own}.{}", field.name) };
                found.insert(at.clone());
                paths(&field.value, &at, found);
            }
        }
        Kind::Map(fields) => fields.iter().for_each(|field| paths(&field.value, &step("NAME"), found)),
        Kind::List(nodes) => nodes.iter().for_each(|node| paths(node, &step("0"), found)),
        _ => {}
    }
}

#[test]
fn whatever_the_scenarios_that_are_built_in_say_is_explained() {
    // What stands in words: laws, processes, commands that name a path, quantiles of profiles.
    let in_words = |path: &str| {
        let laws = [
            "Exponential",
            "LogNormal",
            "Gamma",
            "Erlang",
            "HyperExponential",
            "BoundedPareto",
            "Weibull",
            "Mmpp",
            "Renewal",
        ];
        laws.iter().any(|law| path.contains(&format!(".{law}.")))
            || path.contains(".Resize.")
            || path.starts_with("profile.service.")
            || ["worker", "pool", "zone"]
                .iter()
                .any(|victim| path.contains(".fault.") && path.ends_with(&format!(".{victim}")))
    };
    let mut all = BTreeSet::new();
    for scenario in bundled::ALL {
        paths(&parse(scenario.text).expect("it is RON").root, "", &mut all);
    }
    assert!(all.len() > 80, "{all:?}");
    let unknown: Vec<String> = all
        .into_iter()
        .filter(|path| !in_words(path))
        .filter_map(|path| explain(&path).err().map(|err| format!("{path}: {err}")))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn a_path_is_told_and_a_wrong_one_is_mended() {
    let balance = explain("pools.api.balance").expect("it is there");
    assert!(balance.starts_with("pools.api.balance: a balancer\n  Who gets the next attempt."), "{balance}");
    assert!(
        balance.contains("PowerOfTwo") && balance.contains("Mitzenmacher") && balance.contains("left out: RoundRobin"),
        "{balance}"
    );
    assert!(explain("").expect("the file").contains("objectives"));
    assert!(explain("pools.api.groups.0").expect("a group").contains("usd_per_gb_out"));
    assert!(explain("pools.api.scale.Hpa.sync").expect("a field").contains("How often it decides."));
    assert!(explain("pools.api.resilience.admit.CoDel").expect("a gate").contains("interval"));
    let wrong = explain("pools.api.balanse").expect_err("it is misspelt");
    assert!(
        wrong.contains("nothing stands at `pools.api.balanse`") && wrong.contains("did you mean balance?"),
        "{wrong}"
    );
    assert!(explain("seed.x").expect_err("a number has no fields").contains("a whole number"));
}

#[test]
fn the_page_tells_of_every_record() {
    let page = reference();
    let (records, _) = everything();
    assert!(
        page.matches("\n## ").count() >= records.len() - 2,
        "{} of {}",
        page.matches("\n## ").count(),
        records.len()
    );
    assert_eq!(page, include_str!("../../../SCENARIOS.md"), "write it anew: scalelab explain --all > SCENARIOS.md");
}
