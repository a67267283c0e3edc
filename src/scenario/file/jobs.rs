//! Jobs: small graphs of stages. A stage waits only for stages above it, so there can be no cycle.

use super::kernels::{in_turn, kernel, kernel_tasks};
use super::law::law;
use super::read::{Cx, all, choice, limit, list, map, name, number, record, span, variant, whole32};
use super::route;
use crate::base::{Bytes, PoolId, StageIx};
use crate::scenario::errors::suggest;
use crate::scenario::listing::names;
use crate::scenario::syntax::{Args, Field, Kind, Node};
use crate::scenario::{Collective, Edge, Job, Kernel, Leaves, Stage, Via, Work, limits};

const JOB: [&str; 4] = ["priority", "deadline", "start", "stages"];
const STAGE: [&str; 11] =
    ["name", "memory", "pool", "after", "then", "work", "errors", "calls", "tasks", "bytes_in", "bytes_out"];
/// What a request for a chunk takes on the wire: names and numbers.
const KERNEL_REQUEST: Bytes = Bytes(128);
/// What one partial result takes: a sum and a count.
const PARTIAL: Bytes = Bytes(16);
/// Request and reply of a service where the file says nothing (assumed).
const SERVICE_MESSAGE: Bytes = Bytes(1024);

/// `{ "NAME": (stages: […]) }`
pub(super) fn jobs(node: &Node, cx: &mut Cx) -> Option<Vec<Job>> {
    let fields = map(node, "jobs", limit!(JOB_TYPES_MAX), cx)?;
    if fields.is_empty() {
        return cx.wrong(node.head(), "there is no job", "add { \"request\": (stages: […]) }");
    }
    all(fields.iter().map(|field| job(field, cx)))
}

fn job(field: &Field, cx: &mut Cx) -> Option<Job> {
    let fields = record(&field.value, "a job", &JOB, cx)?;
    let priority = fields.or("priority", 0, priority, cx);
    let deadline = fields.maybe("deadline", span, cx);
    let node = fields.need("stages", cx)?;
    let nodes = list(node, "stages", limit!(STAGES_MAX), cx)?;
    if nodes.is_empty() {
        return cx.wrong(node.head(), "a job needs a stage", "add (name: …, pool: …, work: …)");
    }
    let names: Vec<Option<&str>> = nodes.iter().map(|node| node.child("name").and_then(Node::text)).collect();
    // Later stages count on earlier ones, so a stage that failed keeps its place.
    let mut stages: Vec<Option<Stage>> = Vec::new();
    for (ix, node) in nodes.iter().enumerate() {
        let stage = stage(node, ix, &names, &stages, cx);
        stages.push(stage);
    }
    let start = fields.node("start").map(|node| route::start(node, &names, cx));
    let stages: Vec<Stage> = stages.into_iter().collect::<Option<_>>()?;
    let tasks = tasks_of_a_job(&stages);
    if tasks > u64::from(limits::TASKS_PER_JOB_MAX) {
        let what = format!(
            "{tasks} tasks in one job are more than {}, the limit TASKS_PER_JOB_MAX",
            limits::TASKS_PER_JOB_MAX
        );
        return cx.wrong(field.name_span.clone(), what, "use larger chunks, or fewer calls");
    }
    let entry = match start {
        Some(entry) => entry?,
        // Where only ways on are written, the first stage is where a job enters.
        None if stages.iter().any(|stage| !stage.then.is_empty()) => vec![(StageIx(0), 1.0)],
        None => Vec::new(),
    };
    Some(Job { name: field.name.clone(), priority: priority?, deadline: deadline?, entry, stages })
}

/// The tasks of all stages, those that are called among them, once for each call.
fn tasks_of_a_job(stages: &[Stage]) -> u64 {
    let called = |ix: usize| stages.iter().any(|stage| stage.calls.iter().any(|call| call.ix() == ix));
    let mut runs: Vec<u64> =
        (0..stages.len()).map(|ix| if called(ix) { 0 } else { u64::from(stages[ix].tasks) }).collect();
    for (ix, stage) in stages.iter().enumerate() {
        // Calls go down the list, so this stage's own number is final.
        for call in &stage.calls {
            runs[call.ix()] = runs[call.ix()].saturating_add(runs[ix]);
        }
    }
    runs.into_iter().fold(0, u64::saturating_add)
}

fn stage(node: &Node, ix: usize, names: &[Option<&str>], before: &[Option<Stage>], cx: &mut Cx) -> Option<Stage> {
    let fields = record(node, "a stage", &STAGE, cx)?;
    let name = fields.required("name", name, cx);
    if let (Some(name), Some(at)) = (&name, fields.node("name"))
        && names[..ix].contains(&Some(name))
    {
        cx.wrong::<()>(at.span.clone(), format!("two stages of this job are called {name:?}"), "rename one");
    }
    let pool = fields.required("pool", pool, cx);
    let after = match fields.node("after") {
        Some(node) => after(node, ix, names, cx),
        None => Some(Vec::new()),
    };
    let calls = match fields.node("calls") {
        Some(node) => calls(node, ix, names, cx),
        None => Some(Vec::new()),
    };
    let then = match fields.node("then") {
        Some(node) => route::then(node, names, cx),
        None => Some(Vec::new()),
    };
    let errors = fields.or("errors", 0.0, |node, cx| number(node, "a share of attempts", 0.0, 1.0, cx), cx);
    let work = fields.required("work", work, cx);
    let count = |node: &Node, cx: &mut Cx| whole32(node, "tasks", 1, limit!(TASKS_PER_JOB_MAX), cx);
    let stated = fields.maybe("tasks", count, cx);
    let (work, after) = (work?, after?);
    let work = match work {
        Work::Kernel(kernel) => Work::Kernel(in_turn(kernel, &after, before)),
        Work::Service(_) => work,
    };
    let tasks = match &work {
        Work::Service(_) | Work::Kernel(Kernel::Empty) => stated?.unwrap_or(1),
        Work::Kernel(kernel) => {
            let is_stated = kernel.leaves() == Leaves::Partials { chunks: None };
            if let Some(node) = fields.node("tasks").filter(|_| !is_stated) {
                let hint = "leave `tasks` out: there is one task for each chunk, or for each `fan_in` partial results";
                return cx.wrong(node.head(), "the kernel decides how many tasks there are", hint);
            }
            let at = fields.node("work").unwrap_or(node);
            kernel_tasks(*kernel, stated?, at, &after, before, cx)?
        }
    };
    let (input, output) = message_defaults(&work);
    let memory = fields.or("memory", Bytes(0), super::read::bytes, cx);
    let bytes_in = fields.or("bytes_in", input, super::read::bytes, cx);
    let bytes_out = fields.or("bytes_out", output, super::read::bytes, cx);
    let (name, pool, calls, bytes_in, bytes_out) = (name?, pool?, calls?, bytes_in?, bytes_out?);
    Some(Stage {
        name,
        pool,
        after,
        tasks,
        table: cx.table.clone().filter(|_| matches!(&work, Work::Kernel(kernel) if kernel.reads_table())),
        work,
        then: then?,
        errors: errors?,
        calls,
        inlined: Vec::new(),
        memory: memory?,
        bytes_in,
        bytes_out,
    })
}

/// How important a job is.
fn priority(node: &Node, cx: &mut Cx) -> Option<i16> {
    let most = f64::from(limits::PRIORITY_MAX);
    let value = number(node, "a priority", -most, most, cx)?;
    if value.fract() != 0.0 {
        return cx.expected(node, "a whole number", "larger goes first, as in 10");
    }
    Some(value as i16)
}

/// The name of a pool.
pub(super) fn pool(node: &Node, cx: &mut Cx) -> Option<PoolId> {
    let Some(name) = node.text() else { return cx.expected(node, "the name of a pool", "write \"…\"") };
    match cx.names.pools.iter().position(|(pool, _)| pool == name) {
        Some(ix) => Some(PoolId(u16::try_from(ix).ok()?)),
        None => {
            let hint = suggest(name, cx.names.pools.iter().map(|(name, _)| name.as_str()));
            cx.wrong(node.span.clone(), format!("no pool is called {name:?}"), hint)
        }
    }
}

/// `[("map", Gather), …]`
fn after(node: &Node, ix: usize, names: &[Option<&str>], cx: &mut Cx) -> Option<Vec<(StageIx, Edge)>> {
    let nodes = list(node, "stages to wait for", limit!(STAGES_MAX), cx)?;
    let edges = all(nodes.iter().map(|node| edge(node, ix, names, cx)))?;
    for (position, (stage, _)) in edges.iter().enumerate() {
        if edges[..position].iter().any(|(before, _)| before == stage) {
            return cx.wrong(nodes[position].head(), "this stage is waited for twice", "keep one of the two");
        }
    }
    Some(edges)
}

fn edge(node: &Node, ix: usize, names: &[Option<&str>], cx: &mut Cx) -> Option<(StageIx, Edge)> {
    let Kind::Struct { name: None, args: Args::Positional(pair) } = &node.kind else {
        return cx.expected(node, "a stage and what crosses from it", "write (\"map\", Gather)");
    };
    let [stage, edge] = pair.as_slice() else {
        return cx.wrong(node.head(), "expected a stage and what crosses from it", "write (\"map\", Gather)");
    };
    let edge = crossing(edge, cx);
    let Some(wanted) = stage.text() else { return cx.expected(stage, "the name of a stage", "write \"…\"") };
    match names.iter().position(|name| *name == Some(wanted)) {
        Some(position) if position < ix => Some((StageIx(u16::try_from(position).ok()?), edge?)),
        Some(position) if position == ix => {
            cx.wrong(stage.span.clone(), "a stage cannot wait for itself", "a stage waits for stages above it")
        }
        Some(_) => {
            let what = format!("{wanted:?} comes below: waiting for it would make a cycle or needs another order");
            cx.wrong(stage.span.clone(), what, "a stage waits for stages above it; move that one up")
        }
        None => {
            let hint = suggest(wanted, names[..ix].iter().flatten().copied());
            cx.wrong(stage.span.clone(), format!("no stage of this job is called {wanted:?}"), hint)
        }
    }
}

/// `Gather`, `Broadcast(via: Tasks)`, `Shuffle(skew: 0.8)`, `AllReduce(by: Tree)`
fn crossing(node: &Node, cx: &mut Cx) -> Option<Edge> {
    let chosen = variant(node, "what crosses an edge", &names(&Edge::ALL), cx)?;
    let via = |node: &Node, cx: &mut Cx| choice(node, "a way", &[("Peers", Via::Peers), ("Tasks", Via::Tasks)], cx);
    match chosen.name {
        "Nothing" => chosen.unit(cx).map(|()| Edge::Nothing),
        "Gather" => chosen.unit(cx).map(|()| Edge::Gather),
        "Broadcast" => {
            let fields = chosen.fields(&["via"], cx)?;
            Some(Edge::Broadcast { via: fields.or("via", Via::Peers, via, cx)? })
        }
        "Shuffle" => {
            let fields = chosen.fields(&["via", "skew"], cx)?;
            let skew = |node: &Node, cx: &mut Cx| number(node, "an exponent of skew", 0.0, 10.0, cx);
            let (via, skew) = (fields.or("via", Via::Peers, via, cx), fields.or("skew", 0.0, skew, cx));
            Some(Edge::Shuffle { via: via?, skew: skew? })
        }
        _ => {
            let fields = chosen.fields(&["by"], cx)?;
            let by = |node: &Node, cx: &mut Cx| {
                let known = [("Ring", Collective::Ring), ("Tree", Collective::Tree)];
                choice(node, "an order of combining", &known, cx)
            };
            Some(Edge::AllReduce { by: fields.or("by", Collective::Ring, by, cx)? })
        }
    }
}

/// The position of a stage of this job by its name.
pub(super) fn stage_named(node: &Node, names: &[Option<&str>], cx: &mut Cx) -> Option<usize> {
    let Some(wanted) = node.text() else { return cx.expected(node, "the name of a stage", "write \"…\"") };
    names.iter().position(|name| *name == Some(wanted)).or_else(|| {
        let hint = suggest(wanted, names.iter().flatten().copied());
        cx.wrong(node.span.clone(), format!("no stage of this job is called {wanted:?}"), hint)
    })
}

/// `["store", …]`: stages below, so that no call can come back to its caller.
fn calls(node: &Node, ix: usize, names: &[Option<&str>], cx: &mut Cx) -> Option<Vec<StageIx>> {
    let nodes = list(node, "stages to call", limit!(STAGES_MAX), cx)?;
    all(nodes.iter().map(|node| match stage_named(node, names, cx)? {
        position if position > ix => Some(StageIx(u16::try_from(position).ok()?)),
        position => {
            let called = names[position].unwrap_or_default();
            let what = format!("{called:?} is not below the stage that calls it");
            cx.wrong(node.span.clone(), what, "a stage calls stages below it; move that one down")
        }
    }))
}

fn work(node: &Node, cx: &mut Cx) -> Option<Work> {
    let chosen = variant(node, "work", &["Service", "Kernel"], cx)?;
    if chosen.name == "Service" {
        return law(chosen.one("Service(Exponential(mean: \"18ms\"))", cx)?, cx).map(Work::Service);
    }
    kernel(chosen.one("Kernel(Combine(fan_in: 10))", cx)?, cx).map(Work::Kernel)
}

/// Whether tasks of this work make partial results of one answer.
pub(in crate::scenario) fn makes_partials(work: &Work) -> bool {
    matches!(work, Work::Kernel(kernel) if kernel.leaves() != Leaves::Nothing)
}

/// What a task sends and gets where the file says nothing.
fn message_defaults(work: &Work) -> (Bytes, Bytes) {
    let Work::Kernel(kernel) = work else { return (SERVICE_MESSAGE, SERVICE_MESSAGE) };
    match kernel.leaves() {
        Leaves::Nothing => (KERNEL_REQUEST, Bytes(0)),
        Leaves::Partials { .. } => (KERNEL_REQUEST, Bytes(8 * kernel.partial_doubles() as u64)),
        Leaves::Combined { fan_in } => (Bytes(KERNEL_REQUEST.0 + PARTIAL.0 * u64::from(fan_in)), PARTIAL),
    }
}
