//! The timeline: what changes during the run, in the order of the file.

use super::commands::{command, written};
use super::read::{Cx, all, choice, limit, list, record, span};
use crate::base::Time;
use crate::scenario::syntax::Node;
use crate::scenario::{By, Entry, Scenario};

/// Who can have changed something, by name.
const BY: [(&str, By); 5] = [
    ("Person", By::Person),
    ("Cli", By::Cli),
    ("Timeline", By::Timeline),
    ("Policy", By::Policy),
    ("Nature", By::Nature),
];

/// `[(at: "5m", do: Set("pools.api.balance", RoundRobin)), …]`
pub(super) fn timeline(node: &Node, cx: &mut Cx) -> Option<Vec<Entry>> {
    let nodes = list(node, "entries of the timeline", limit!(TIMELINE_MAX), cx)?;
    all(nodes.iter().map(|node| {
        let fields = record(node, "an entry of the timeline", &["at", "do", "by"], cx)?;
        let at = fields.required("at", span, cx);
        let command = fields.required("do", command, cx);
        let by = match fields.node("by") {
            Some(node) => choice(node, "one who changes things", &BY, cx),
            None => Some(By::Timeline),
        };
        Some(Entry { at: Time::ZERO + at?, command: command?, by: by? })
    }))
}

/// An entry as a file has it.
pub(in crate::scenario) fn entry_written(entry: &Entry, scenario: &Scenario) -> String {
    let by = match BY.iter().find(|(_, by)| *by == entry.by) {
        Some((name, by)) if *by != By::Timeline => format!(", by: {name}"),
        _ => String::new(),
    };
    format!("(at: \"{}\", do: {}{by})", entry.at, written(&entry.command, scenario))
}
