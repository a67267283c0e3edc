//! The fields of a scenario by their paths, for who searches and compares runs.

use super::Scenario;
use super::limits::FIELDS_MAX;
use super::syntax::{Args, Field, Kind, Node, parse};

/// What says nothing of how a run was set up, or far too much.
const LEFT_OUT: [&str; 7] = ["version", "title", "seed", "timeline", "twins", "profile", "objectives"];

/// Each field as its path and its value as it is written, `("pools.api.balance", "PowerOfTwo")`; a choice with values is one field. Where
/// there is one pool its fields go without its name, too: `balance`. What the text leaves out of the decisions of a pool is told as it
/// is by default. A text that is no scenario has none, and no more than [`FIELDS_MAX`] are told.
pub fn fields(text: &str, scenario: &Scenario) -> Vec<(String, String)> {
    let Ok(tree) = parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    let Kind::Struct { args: Args::Named(top), .. } = &tree.root.kind else { return found };
    for field in top.iter().filter(|field| !LEFT_OUT.contains(&field.name.as_str())) {
        collect(text, &field.name, &field.value, &mut found);
    }
    for pool in &scenario.pools {
        let defaults = [
            ("balance", format!("{:?}", pool.balance)),
            ("serve", format!("{:?}", pool.serve.order)),
            ("cache", format!("{:?}", pool.cache)),
            ("scale", "Off".to_owned()),
        ];
        for (decision, value) in defaults {
            let path = format!("pools.{}.{decision}", pool.name);
            let is_written =
                tree.root.child("pools").and_then(|pools| pools.child(&pool.name)?.child(decision)).is_some();
            if !is_written {
                found.push((path, value));
            }
        }
    }
    if let Some([only]) = tree.root.child("pools").and_then(pools) {
        let prefix = format!("pools.{}.", only.name);
        let own =
            found.iter().filter_map(|(path, value)| Some((path.strip_prefix(&prefix)?.to_owned(), value.clone())));
        let own: Vec<_> = own.collect();
        found.extend(own);
    }
    found.truncate(FIELDS_MAX);
    found
}

fn pools(node: &Node) -> Option<&[Field]> {
    match &node.kind {
        Kind::Map(pools) => Some(pools),
        _ => None,
    }
}

fn collect(text: &str, path: &str, node: &Node, found: &mut Vec<(String, String)>) {
    if found.len() >= FIELDS_MAX {
        return;
    }
    match &node.kind {
        Kind::Map(fields) | Kind::Struct { name: None, args: Args::Named(fields) } => {
            for field in fields {
                collect(text, &format!("{path}.{}", field.name), &field.value, found);
            }
        }
        Kind::List(nodes) => {
            for (ix, node) in nodes.iter().enumerate() {
                collect(text, &format!("{path}.{ix}"), node, found);
            }
        }
        Kind::Text { value, .. } => found.push((path.to_owned(), value.clone())),
        Kind::Number(number) => found.push((path.to_owned(), number.clone())),
        Kind::Struct { .. } => {
            // On one line, whatever the file does.
            let written = text[node.span.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
            found.push((path.to_owned(), written));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Host, load};

    #[test]
    fn fields_have_their_paths_and_those_of_the_only_pool_short_ones() {
        let text = r#"(version: 1, title: "t", seed: 3, duration: "2m", mode: Simulate,
            pools: {"api": (balance: PowerOfD(d: 3,
                by: Ewma), groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 1.0), count: 1_000)])},
            jobs: {"j": (stages: [(name: "s", pool: "api", work: Service("1ms"))])},
            traffic: [(job: "j", arrivals: Open(load: [(over: "0s", to: 1)]))],
            timeline: [(at: "1s", do: Note("x"))])"#;
        let scenario = load(text, "a test", &Host { cores: 1, cpu: String::new() }).expect("it is valid");
        let fields = fields(text, &scenario);
        let of = |path: &str| fields.iter().find(|(own, _)| own == path).map(|(_, value)| value.as_str());
        assert_eq!(of("pools.api.balance"), Some("PowerOfD(d: 3, by: Ewma)"));
        assert_eq!(of("balance"), of("pools.api.balance"));
        assert_eq!((of("groups.0.count"), of("duration")), (Some("1000"), Some("2m")));
        assert_eq!((of("seed"), of("timeline.0.at")), (None, None));
        assert_eq!((of("serve"), of("cache"), of("scale")), (Some("Fifo"), Some("Off"), Some("Off")));
        assert!(super::fields("nonsense (", &scenario).is_empty());
    }
}
