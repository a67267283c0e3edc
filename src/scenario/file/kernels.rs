//! Real work, as a file has it.

use super::jobs::makes_partials;
use super::read::{Cx, Fields, Limit, limit, record, variant, whole, whole32};
use crate::base::StageIx;
use crate::scenario::listing::names;
use crate::scenario::syntax::{Args, Kind, Node};
use crate::scenario::{Edge, Kernel, Leaves, Network, Stage, Work, limits};

/// Rows for each group of a table, on average: the rarest has half of that.
const ROWS_A_GROUP: u64 = 100;

/// `ArrayMean(shape: (10_000, 10_000), chunk: (1_000, 1_000))`
pub(super) fn kernel(node: &Node, cx: &mut Cx) -> Option<Kernel> {
    let chosen = variant(node, "a kernel", &names(&Kernel::ALL), cx)?;
    match chosen.name {
        "ArrayMean" => {
            let fields = chosen.fields(&["shape", "chunk"], cx)?;
            let (shape, chunk) = tiled(&fields, cx)?;
            in_memory(chunk[0].saturating_mul(chunk[1]), &fields, "chunk", cx)?;
            Some(Kernel::ArrayMean { shape, chunk })
        }
        "Mandelbrot" => {
            let fields = chosen.fields(&["shape", "chunk", "iterations"], cx)?;
            let read = |node: &Node, cx: &mut Cx| whole32(node, "iterations", 1, limit!(ITERATIONS_MAX), cx);
            let (tiled, iterations) = (tiled(&fields, cx), fields.required("iterations", read, cx));
            let ((shape, chunk), iterations) = (tiled?, iterations?);
            in_time(chunk[0].saturating_mul(chunk[1]).saturating_mul(u64::from(iterations)), &fields, "chunk", cx)?;
            Some(Kernel::Mandelbrot { shape, chunk, iterations })
        }
        "MatrixProduct" => {
            let fields = chosen.fields(&["shape", "inner", "chunk"], cx)?;
            let read = |node: &Node, cx: &mut Cx| whole(node, "the inner size", 1, limit!(ARRAY_SIDE_MAX), cx);
            let (tiled, inner) = (tiled(&fields, cx), fields.required("inner", read, cx));
            let ((shape, chunk), inner) = (tiled?, inner?);
            let [rows, columns] = chunk;
            // The block, and a slab of each matrix.
            let sides = rows.saturating_add(columns).saturating_mul(inner.min(Kernel::SLAB));
            in_memory(rows.saturating_mul(columns).saturating_add(sides), &fields, "chunk", cx)?;
            in_time(rows.saturating_mul(columns).saturating_mul(inner), &fields, "chunk", cx)?;
            Some(Kernel::MatrixProduct { shape, inner, chunk })
        }
        "Inference" => {
            let fields = chosen.fields(&["rows", "batch", "features", "classes"], cx)?;
            inference(&fields, cx)
        }
        "GroupBy" => {
            let fields = chosen.fields(&["rows", "chunk", "groups"], cx)?;
            let (rows, chunk, groups) = table(&fields, cx)?;
            let sums = 3 * u64::from(groups);
            in_memory(made(chunk).saturating_mul(3).saturating_add(sums), &fields, "chunk", cx)?;
            Some(Kernel::GroupBy { rows, chunk, groups })
        }
        "MergeGroups" => {
            let fields = chosen.fields(&["groups"], cx)?;
            let known = cx.table.as_ref().map(|table| u64::from(table.groups));
            let groups = counted(&fields, "groups", known, limit!(GROUPS_OF_ROWS_MAX), cx)? as u32;
            Some(Kernel::MergeGroups { groups })
        }
        "Features" => {
            let fields = chosen.fields(&["rows", "chunk", "groups", "categories"], cx)?;
            let known = cx.table.as_ref().map(|table| u64::from(table.categories));
            let categories = counted(&fields, "categories", known, limit!(FEATURES_MAX), cx);
            let ((rows, chunk, groups), categories) = (table(&fields, cx)?, categories? as u32);
            in_memory(made(chunk).saturating_mul(4 + u64::from(categories)), &fields, "chunk", cx)?;
            Some(Kernel::Features { rows, chunk, groups, categories })
        }
        "Train" => {
            let (samples, batch, network) = training(&chosen.fields(&["samples", "batch", "network"], cx)?, cx)?;
            Some(Kernel::Train { samples, batch, epoch: 1, network })
        }
        "Evaluate" => {
            let (samples, batch, network) = training(&chosen.fields(&["samples", "batch", "network"], cx)?, cx)?;
            Some(Kernel::Evaluate { samples, batch, network })
        }
        "Combine" => {
            let read = |node: &Node, cx: &mut Cx| whole32(node, "partial results", 2, limit!(TASKS_PER_JOB_MAX), cx);
            let fan_in = chosen.fields(&["fan_in"], cx)?.required("fan_in", read, cx)?;
            Some(Kernel::Combine { fan_in })
        }
        _ => chosen.unit(cx).map(|()| Kernel::Empty),
    }
}

fn inference(fields: &Fields<'_>, cx: &mut Cx) -> Option<Kernel> {
    let points = |node: &Node, cx: &mut Cx| whole(node, "points", 1, limit!(ARRAY_SIDE_MAX), cx);
    let (rows, batch) = (fields.required("rows", points, cx), fields.required("batch", points, cx));
    let features = fields.required("features", features, cx);
    let read = |node: &Node, cx: &mut Cx| whole32(node, "classes", 2, limit!(FEATURES_MAX), cx);
    let classes = fields.required("classes", read, cx);
    let (rows, batch, features, classes) = (rows?, batch?, features?, classes?);
    if batch > rows {
        return cx.wrong(fields.node("batch")?.head(), "a batch is larger than all `rows`", "make it smaller");
    }
    if classes > features {
        let what = format!("{classes} classes of points with {features} coordinates");
        return cx.wrong(fields.node("classes")?.head(), what, "have at most as many classes as features");
    }
    let wide = u64::from(features) * 3 + u64::from(classes);
    in_memory(batch.saturating_mul(wide), fields, "batch", cx)?;
    Some(Kernel::Inference { rows, batch, features, classes })
}

/// `samples`, `batch` and `network: (features: 16, hidden: 32, classes: 4)`
fn training(fields: &Fields<'_>, cx: &mut Cx) -> Option<(u64, u64, Network)> {
    let read = |node: &Node, cx: &mut Cx| whole(node, "samples", 1, limit!(SAMPLES_MAX), cx);
    let (samples, batch) = (fields.required("samples", read, cx), fields.required("batch", read, cx));
    let network = fields.required("network", network, cx);
    let (samples, batch, network) = (samples?, batch?, network?);
    if batch > samples {
        return cx.wrong(fields.node("batch")?.head(), "a batch is larger than all `samples`", "make it smaller");
    }
    let wide = u64::from(network.features) + 2 * (u64::from(network.hidden) + u64::from(network.classes)) + 1;
    in_memory(batch.saturating_mul(wide).saturating_add(2 * network.weights() as u64), fields, "batch", cx)?;
    Some((samples, batch, network))
}

fn network(node: &Node, cx: &mut Cx) -> Option<Network> {
    let fields = record(node, "a network", &["features", "hidden", "classes"], cx)?;
    let size = |node: &Node, cx: &mut Cx| whole32(node, "units", 2, limit!(FEATURES_MAX), cx);
    let (features, hidden) = (fields.required("features", size, cx), fields.required("hidden", size, cx));
    let (features, hidden, classes) = (features?, hidden?, fields.required("classes", size, cx)?);
    if classes > features {
        let what = format!("{classes} classes of points with {features} coordinates");
        return cx.wrong(fields.node("classes")?.head(), what, "have at most as many classes as features");
    }
    Some(Network { features, hidden, classes })
}

/// Training that goes on from a stage that trains is an epoch later.
pub(super) fn in_turn(kernel: Kernel, after: &[(StageIx, Edge)], before: &[Option<Stage>]) -> Kernel {
    let Kernel::Train { samples, batch, network, .. } = kernel else { return kernel };
    let epochs = after.iter().filter_map(|(from, _)| match before[from.ix()].as_ref()?.work {
        Work::Kernel(Kernel::Train { epoch, .. }) => Some(epoch),
        _ => None,
    });
    Kernel::Train { samples, batch, epoch: 1 + epochs.max().unwrap_or(0), network }
}

/// One task for each chunk, or for each run of `fan_in` partial results.
pub(super) fn kernel_tasks(
    kernel: Kernel,
    stated: Option<u32>,
    at: &Node,
    after: &[(StageIx, Edge)],
    before: &[Option<Stage>],
    cx: &mut Cx,
) -> Option<u32> {
    if kernel.takes_results() {
        takes_what_fits(kernel, at, after, before, cx)?;
    }
    let count = match kernel.leaves() {
        Leaves::Nothing => 1,
        Leaves::Partials { chunks } => chunks.unwrap_or(u64::from(stated.unwrap_or(1))),
        Leaves::Combined { fan_in } => {
            let &[(previous, Edge::Gather)] = after else {
                let hint = "write after: [(\"map\", Gather)] with the stage that makes them";
                return cx.wrong(at.head(), "`Combine` needs the partial results of exactly one stage", hint);
            };
            // What was wrong with the stage before has been said.
            let previous = before[previous.ix()].as_ref()?;
            if !makes_partials(&previous.work) {
                let what = format!("stage {:?} makes no partial results to combine", previous.name);
                return cx.wrong(
                    at.head(),
                    what,
                    "gather from a stage whose kernel makes them, as ArrayMean or Combine",
                );
            }
            u64::from(previous.tasks.div_ceil(fan_in))
        }
    };
    if let Kernel::Train { samples, network, .. } = kernel {
        let steps = samples.div_ceil(count.max(1)).saturating_mul(network.weights() as u64);
        let most = limits::CHUNK_STEPS_MAX;
        if steps > most {
            let what = format!("a shard of up to {steps} steps is more than {most}, the limit CHUNK_STEPS_MAX");
            return cx.wrong(at.head(), what, "have more `tasks`, or fewer samples");
        }
    }
    match u32::try_from(count) {
        Ok(count) if count <= limits::TASKS_PER_JOB_MAX => Some(count),
        _ => {
            let what =
                format!("{count} tasks are more than {}, the limit TASKS_PER_JOB_MAX", limits::TASKS_PER_JOB_MAX);
            cx.wrong(at.head(), what, "use larger chunks")
        }
    }
}

/// A kernel that takes what others left is after exactly one stage, and that one leaves what it can use.
fn takes_what_fits(
    kernel: Kernel,
    at: &Node,
    after: &[(StageIx, Edge)],
    before: &[Option<Stage>],
    cx: &mut Cx,
) -> Option<()> {
    let (wanted, edge) = match kernel {
        Kernel::MergeGroups { .. } => ("GroupBy", "Shuffle"),
        Kernel::Train { .. } | Kernel::Evaluate { .. } => ("Train", "AllReduce"),
        _ => ("MergeGroups", "Broadcast"),
    };
    let hint = format!("write after: [(\"…\", {edge})] with a stage of the kernel {wanted}, and of the same sizes");
    let &[(previous, crossing)] = after else {
        return cx.wrong(at.head(), format!("this kernel takes what one stage of {wanted} left"), hint);
    };
    let previous = before[previous.ix()].as_ref()?;
    let left = match &previous.work {
        Work::Kernel(left) => Some(*left),
        Work::Service(_) => None,
    };
    let fits = match (left, kernel) {
        (Some(Kernel::GroupBy { groups, .. }), Kernel::MergeGroups { groups: own }) => groups == own,
        (Some(Kernel::MergeGroups { groups }), Kernel::Features { groups: own, rows, .. }) => {
            // Every row met the groups of the same table.
            let first = previous.after.first().and_then(|(first, _)| before[first.ix()].as_ref());
            let grouped = first.map(|first| &first.work);
            let is_same = |work: &Work| matches!(work, Work::Kernel(Kernel::GroupBy { rows: all, .. }) if *all == rows);
            groups == own && grouped.is_some_and(is_same)
        }
        (
            Some(Kernel::Train { network, .. }),
            Kernel::Train { network: own, .. } | Kernel::Evaluate { network: own, .. },
        ) => network == own,
        _ => false,
    };
    if !fits || crossing == Edge::Nothing {
        let what = format!("stage {:?} leaves nothing that this kernel can use", previous.name);
        return cx.wrong(at.head(), what, hint);
    }
    Some(())
}

/// `rows`, `chunk` and `groups` of a table.
fn table(fields: &Fields<'_>, cx: &mut Cx) -> Option<(u64, u64, u32)> {
    let own = cx.table.as_ref().map(|table| (table.rows(), u64::from(table.groups)));
    let rows = counted(fields, "rows", own.map(|own| own.0), limit!(ARRAY_SIDE_MAX), cx);
    let read = |node: &Node, cx: &mut Cx| whole(node, "rows", 1, limit!(ARRAY_SIDE_MAX), cx);
    let chunk = fields.required("chunk", read, cx);
    let groups = counted(fields, "groups", own.map(|own| own.1), limit!(GROUPS_OF_ROWS_MAX), cx);
    let (rows, chunk, groups) = (rows?, chunk?, groups? as u32);
    if chunk > rows {
        return cx.wrong(fields.node("chunk")?.head(), "a chunk is larger than all `rows`", "make it smaller");
    }
    if own.is_none() && rows < ROWS_A_GROUP * u64::from(groups) {
        let what = format!("{rows} rows are too few for {groups} groups: some would be empty");
        let hint = format!("have at least {ROWS_A_GROUP} rows for each group");
        return cx.wrong(fields.node("groups")?.head(), what, hint);
    }
    Some((rows, chunk, groups))
}

/// Rows that are made for a chunk of so many, at most.
fn made(chunk: u64) -> u64 {
    chunk.saturating_add(2 * Kernel::ROWS_AT_ONCE)
}

/// How many of something a made table has; a person's own says so itself, and nobody says otherwise.
fn counted(fields: &Fields<'_>, name: &'static str, own: Option<u64>, most: Limit, cx: &mut Cx) -> Option<u64> {
    let Some(own) = own else {
        if cx.lacks_table {
            // What the table would say is not known, and why has been said.
            return None;
        }
        let node = fields.required(name, |node, _| Some(node.clone()), cx)?;
        return whole(&node, name, 1, most, cx);
    };
    let Some(node) = fields.node(name) else { return Some(own) };
    let stated = whole(node, name, 1, most, cx)?;
    if stated != own {
        let what = format!("the table has {own} {name}, not {stated}");
        return cx.wrong(node.head(), what, format!("leave `{name}` out: the table says it"));
    }
    Some(own)
}

/// `shape` and `chunk`, of which the second is no larger than the first.
fn tiled(fields: &Fields<'_>, cx: &mut Cx) -> Option<([u64; 2], [u64; 2])> {
    let (shape, chunk) = (fields.required("shape", extent, cx), fields.required("chunk", extent, cx));
    let (shape, chunk) = (shape?, chunk?);
    if chunk[0] > shape[0] || chunk[1] > shape[1] {
        let at = fields.node("chunk")?.head();
        return cx.wrong(at, "a chunk is larger than its array", "make it at most as large as `shape`");
    }
    Some((shape, chunk))
}

/// `(rows, columns)`
fn extent(node: &Node, cx: &mut Cx) -> Option<[u64; 2]> {
    match &node.kind {
        Kind::Struct { name: None, args: Args::Positional(pair) } if pair.len() == 2 => {
            let read = |node: &Node, cx: &mut Cx| whole(node, "rows or columns", 1, limit!(ARRAY_SIDE_MAX), cx);
            let (rows, columns) = (read(&pair[0], cx), read(&pair[1], cx));
            Some([rows?, columns?])
        }
        _ => cx.expected(node, "rows and columns", "write (10_000, 10_000)"),
    }
}

/// A power of two.
fn features(node: &Node, cx: &mut Cx) -> Option<u32> {
    let features = whole32(node, "features", 2, limit!(FEATURES_MAX), cx)?;
    if !features.is_power_of_two() {
        let near = features.next_power_of_two();
        return cx.wrong(node.head(), format!("{features} features are no power of two"), format!("write {near}"));
    }
    Some(features)
}

/// Whether a chunk of so many doubles fits into memory.
fn in_memory(doubles: u64, fields: &Fields<'_>, field: &str, cx: &mut Cx) -> Option<()> {
    let (size, most) = (doubles.saturating_mul(8), limits::CHUNK_BYTES_MAX);
    if size > most.0 {
        let what = format!("a chunk of {size} bytes is more than {most}, the limit CHUNK_BYTES_MAX");
        return cx.wrong(fields.node(field)?.head(), what, "use smaller chunks");
    }
    Some(())
}

/// Whether a chunk of so many steps ends in a reasonable time.
fn in_time(steps: u64, fields: &Fields<'_>, field: &str, cx: &mut Cx) -> Option<()> {
    let most = limits::CHUNK_STEPS_MAX;
    if steps > most {
        let what = format!("a chunk of up to {steps} steps is more than {most}, the limit CHUNK_STEPS_MAX");
        return cx.wrong(fields.node(field)?.head(), what, "use smaller chunks");
    }
    Some(())
}
