//! Real work, as a file has it.

use super::jobs::makes_partials;
use super::read::{Cx, Fields, limit, variant, whole, whole32};
use crate::base::StageIx;
use crate::scenario::listing::names;
use crate::scenario::syntax::{Args, Kind, Node};
use crate::scenario::{Edge, Kernel, Leaves, Stage, limits};

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
            let sides = rows.saturating_add(columns).saturating_mul(inner.min(256));
            in_memory(rows.saturating_mul(columns).saturating_add(sides), &fields, "chunk", cx)?;
            in_time(rows.saturating_mul(columns).saturating_mul(inner), &fields, "chunk", cx)?;
            Some(Kernel::MatrixProduct { shape, inner, chunk })
        }
        "Inference" => {
            let fields = chosen.fields(&["rows", "batch", "features", "classes"], cx)?;
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
            in_memory(batch.saturating_mul(wide), &fields, "batch", cx)?;
            Some(Kernel::Inference { rows, batch, features, classes })
        }
        "Combine" => {
            let read = |node: &Node, cx: &mut Cx| whole32(node, "partial results", 2, limit!(TASKS_PER_JOB_MAX), cx);
            let fan_in = chosen.fields(&["fan_in"], cx)?.required("fan_in", read, cx)?;
            Some(Kernel::Combine { fan_in })
        }
        _ => chosen.unit(cx).map(|()| Kernel::Empty),
    }
}

/// One task for each chunk, or for each run of `fan_in` partial results.
pub(super) fn kernel_tasks(
    kernel: Kernel,
    at: &Node,
    after: &[(StageIx, Edge)],
    before: &[Option<Stage>],
    cx: &mut Cx,
) -> Option<u32> {
    let count = match kernel.leaves() {
        Leaves::Nothing => 1,
        Leaves::Partials { chunks } => chunks,
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
    match u32::try_from(count) {
        Ok(count) if count <= limits::TASKS_PER_JOB_MAX => Some(count),
        _ => {
            let what =
                format!("{count} tasks are more than {}, the limit TASKS_PER_JOB_MAX", limits::TASKS_PER_JOB_MAX);
            cx.wrong(at.head(), what, "use larger chunks")
        }
    }
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
