//! Kinds of jobs for tests.

use super::Workbook;
use crate::base::{Bytes, JobType, PoolId, StageIx};
use crate::scenario::{Edge, Job, Kernel, Stage, Work};

/// The mean of ten chunks of 40 x 40 by the tree that is drawn in `combine.rs`; stages 0, 1 and 2.
pub(crate) const MEAN: JobType = JobType(0);
/// One empty task.
pub(crate) const EMPTY: JobType = JobType(1);

/// The work of both kinds of jobs.
pub(crate) fn workbook() -> Workbook {
    let mean = Kernel::ArrayMean { shape: [400, 40], chunk: [40, 40] };
    let combine = Kernel::Combine { fan_in: 4 };
    Workbook::of(&[
        job(vec![stage(mean, 10, &[]), stage(combine, 3, &[0]), stage(combine, 1, &[1])]),
        job(vec![stage(Kernel::Empty, 1, &[])]),
    ])
}

pub(crate) fn job(stages: Vec<Stage>) -> Job {
    Job { name: String::new(), priority: 0, deadline: None, entry: Vec::new(), stages }
}

/// A stage that gathers what those in `after` leave.
pub(crate) fn stage(kernel: Kernel, tasks: u32, after: &[u16]) -> Stage {
    Stage {
        name: String::new(),
        pool: PoolId(0),
        after: after.iter().map(|from| (StageIx(*from), Edge::Gather)).collect(),
        tasks,
        table: None,
        work: Work::Kernel(kernel),
        then: Vec::new(),
        errors: 0.0,
        calls: Vec::new(),
        inlined: Vec::new(),
        memory: Bytes(0),
        bytes_in: Bytes(0),
        bytes_out: Bytes(0),
    }
}
