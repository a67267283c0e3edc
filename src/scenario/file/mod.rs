//! The sections of a scenario file, one a page: each turns its part of the tree into its part of the [`Scenario`].
//!
//! Here stands what can be said of a value where it stands; what concerns several parts at once is in `check`.

mod balance;
pub(super) mod commands;
pub(super) mod faults;
pub(super) mod guards;
mod instance;
pub(super) mod jobs;
mod kernels;
mod law;
mod objectives;
mod pools;
mod process;
mod profile;
pub(super) mod read;
mod resilience;
mod route;
mod scale;
mod serve;
mod sized;
mod table;
pub(super) mod timeline;
mod traffic;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use self::read::{Cx, Fields, Limit, Names, Reader, all, choice, limit, list, map, record, span, text, whole};
use super::syntax::{Kind, Node, Tree, parse_value};
use super::{
    Backoff, Balance, Breaker, Budget, Cache, Gate, Host, Late, Layout, Listed, Mode, Outliers, Scenario, Sensitivity,
    Strike, Twin,
};
use crate::base::Span;

/// The version of the layout that this program writes, and the newest it reads.
pub const VERSION: u64 = 1;

const FIELDS: [&str; 17] = [
    "version",
    "title",
    "seed",
    "duration",
    "warmup",
    "mode",
    "sensitivity",
    "layout",
    "pools",
    "table",
    "jobs",
    "traffic",
    "timeline",
    "faults",
    "objectives",
    "twins",
    "profile",
];
/// The seed where the file says nothing.
const SEED_DEFAULT: u64 = 42;

/// Whether the file is of a version that this program reads; if not, nothing else in it is looked at.
pub(super) fn version(root: &Node, cx: &mut Cx) -> Option<()> {
    let Kind::Struct { name: None, .. } = root.kind else {
        return cx.expected(root, "a scenario (…)", "it begins with `(version: 1, title: \"…\", …)`");
    };
    let Some(node) = root.child("version") else {
        let hint = format!("add `version: {VERSION},` after the opening bracket");
        return cx.wrong(root.head(), "a scenario says which version of the layout it has", hint);
    };
    let any = Limit { name: "of any version", max: u64::MAX };
    match whole(node, "versions", 0, any, cx)? {
        VERSION => Some(()),
        0 => {
            cx.wrong(node.span.clone(), "there never was a version 0", format!("this program reads version {VERSION}"))
        }
        newer => {
            let what =
                format!("version {newer} of the layout is newer than this program, which reads version {VERSION}");
            cx.wrong(node.span.clone(), what, "a newer scalelab reads it")
        }
    }
}

/// The scenario of a tree, its timeline in the order of the file. `None` when something was noted.
pub(super) fn scenario(text_of_file: &str, tree: &Tree, cx: &mut Cx) -> Option<Scenario> {
    let fields = record(&tree.root, "a scenario", &FIELDS, cx)?;
    cx.names = names(&fields);
    let title = fields.required("title", text, cx);
    let seed = fields.or("seed", SEED_DEFAULT, |node, cx| whole(node, "seed", 0, limit!(SEED_MAX), cx), cx);
    let duration = fields.maybe("duration", span, cx);
    let warmup = fields.or("warmup", Span::ZERO, span, cx);
    let mode = fields.or("mode", Mode::default(), mode, cx);
    let sensitivity = fields.or("sensitivity", Sensitivity::default(), sensitivity, cx);
    let layout = fields.or("layout", Layout::default(), layout, cx);
    let profile = fields.maybe("profile", profile::profile, cx);
    if let (Some(Mode::Simulate), Some(Some(profile))) = (mode, &profile) {
        cx.cores_of_this = profile.cores;
    }
    let pools = fields.required("pools", pools::pools, cx);
    let table = fields.maybe("table", table::table, cx);
    (cx.table, cx.lacks_table) = (table.clone().flatten(), table.is_none());
    let jobs = fields.required("jobs", jobs::jobs, cx);
    let traffic = fields.required("traffic", traffic::traffic, cx);
    let timeline = fields.or("timeline", Vec::new(), timeline::timeline, cx);
    let faults = fields.or("faults", Vec::new(), faults::random, cx);
    let twins = fields.or("twins", Vec::new(), twins, cx);
    let objectives = fields.or("objectives", Vec::new(), objectives::objectives, cx);
    Some(Scenario {
        title: title?,
        question: question(text_of_file, tree),
        seed: seed?,
        duration: duration?,
        warmup: warmup?,
        mode: mode?,
        sensitivity: sensitivity?,
        layout: layout?,
        merged: Vec::new(),
        pools: pools?,
        jobs: jobs?,
        traffic: traffic?,
        timeline: timeline?,
        faults: faults?,
        twins: twins?,
        zones: cx.names.zones.clone(),
        objectives: objectives?,
        profile: profile?,
        table: table?,
    })
}

/// `Live`, `Simulate`
fn mode(node: &Node, cx: &mut Cx) -> Option<Mode> {
    choice(node, "a mode", &[("Live", Mode::Live), ("Simulate", Mode::Simulate)], cx)
}

/// `Microservices`, `Monolith`
fn layout(node: &Node, cx: &mut Cx) -> Option<Layout> {
    let known = [("Microservices", Layout::Microservices), ("Monolith", Layout::Monolith)];
    choice(node, "a layout of services", &known, cx)
}

/// `Low`, `Normal`, `High`
fn sensitivity(node: &Node, cx: &mut Cx) -> Option<Sensitivity> {
    use Sensitivity::{High, Low, Normal};
    choice(node, "a sensitivity", &[("Low", Low), ("Normal", Normal), ("High", High)], cx)
}

/// `{ "cured": (title: "a retry budget", set: ["pools.api.resilience.retry=(max: 2, budget: 0.1)"]) }`; what each change says
/// is looked at when the twin is asked for.
fn twins(node: &Node, cx: &mut Cx) -> Option<Vec<Twin>> {
    let fields = map(node, "twins", limit!(TWINS_MAX), cx)?;
    all(fields.iter().map(|field| {
        let own = record(&field.value, "a twin", &["title", "set"], cx)?;
        let title = own.required("title", text, cx);
        let nodes = own.need("set", cx).and_then(|node| list(node, "changes", limit!(CHANGES_MAX), cx));
        let set = nodes.and_then(|nodes| all(nodes.iter().map(|node| change(node, cx))));
        Some(Twin { name: field.name.clone(), title: title?, set: set? })
    }))
}

fn change(node: &Node, cx: &mut Cx) -> Option<String> {
    match node.text() {
        Some(text) if text.contains('=') => Some(text.to_owned()),
        _ => cx.expected(node, "a change", "write \"pools.api.balance=RoundRobin\""),
    }
}

/// What can be referred to, gathered before anything is checked, so that one bad pool is not reported by every stage.
fn names(fields: &Fields<'_>) -> Names {
    let keys = |name: &str| match fields.node(name).map(|node| &node.kind) {
        Some(Kind::Map(fields)) => fields.as_slice(),
        _ => &[],
    };
    let len = |node: Option<&Node>| match node.map(|node| &node.kind) {
        Some(Kind::List(nodes)) => nodes.len(),
        _ => 0,
    };
    let jobs: Vec<String> = keys("jobs").iter().map(|field| field.name.clone()).collect();
    let objectives = fields.node("objectives").map_or_else(Vec::new, |node| objectives::names(node, &jobs));
    let pools = keys("pools").iter().map(|field| (field.name.clone(), len(field.value.child("groups")))).collect();
    let zones: BTreeSet<&str> = keys("pools").iter().flat_map(|field| zones(&field.value)).collect();
    let zones = zones.into_iter().map(str::to_owned).collect();
    Names { pools, jobs, sources: len(fields.node("traffic")), objectives, zones }
}

/// The names of the zones of a pool's groups.
fn zones(pool: &Node) -> Vec<&str> {
    match pool.child("groups").map(|node| &node.kind) {
        Some(Kind::List(nodes)) => nodes.iter().filter_map(|group| group.child("zone")?.text()).collect(),
        _ => Vec::new(),
    }
}

/// The comment that opens the file, without its slashes.
fn question(text: &str, tree: &Tree) -> String {
    let opening = tree.comments.iter().take_while(|span| span.end <= tree.root.span.start);
    let lines = opening.flat_map(|span| text[span.clone()].lines());
    let bare = lines.map(|line| line.trim().trim_start_matches(['/', '*']).trim_end_matches("*/").trim());
    bare.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// What is listed for a decision, each with its plain values.
fn plain<T>(list: &[Listed], read: Reader<T>) -> Vec<T> {
    let mut cx = Cx::new(&Host { cores: 1, cpu: String::new() }, Names::default());
    let chosen: Vec<T> = list.iter().filter_map(|(written, ..)| read(&parse_value(written).ok()?, &mut cx)).collect();
    assert_eq!(chosen.len(), list.len(), "each choice that is listed can be read: {:?}", cx.findings);
    chosen
}

/// What is listed for a decision as values, read once.
macro_rules! plain {
    ($($of:ident: $read:expr,)*) => {$(
        impl $of {
            /// Each that is listed, in that order, with its plain values.
            pub fn plain() -> &'static [Self] {
                static PLAIN: LazyLock<Vec<$of>> = LazyLock::new(|| plain(&$of::ALL, $read));
                &PLAIN
            }
        }
    )*};
}

plain! {
    Balance: balance::balance,
    Cache: pools::cache,
    Strike: faults::alone,
    Late: resilience::late,
    Backoff: resilience::backoff,
    Budget: resilience::budget,
    Breaker: guards::breaker,
    Outliers: guards::outliers,
    Gate: guards::gate,
}
