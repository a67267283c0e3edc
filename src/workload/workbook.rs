//! The work of a whole scenario: which kernel each stage runs, and the tree that makes an answer of their partial results.
//!
//! The *leaves* of a kind of job are the chunks that its answer is made of, numbered stage by stage and chunk by chunk. Most make
//! or read their data themselves; some take what other stages left as well, which have lower numbers.
//! The tree above them is that of the job's `Combine` stages (see `combine.rs`); what the last of them leaves, from left
//! to right, is the whole. A job without such chunks has no leaves and no answer.

use std::collections::{BTreeMap, TryReserveError};
use std::iter;

use super::combine::fold;
use super::{Answer, Data, Kernel, Partial, Scratch};
use crate::base::{JobType, StageIx};
use crate::scenario::{self, Edge, Leaves, Work};

/// What every task of a scenario really does.
pub struct Workbook {
    jobs: Vec<JobPlan>,
    scratch_doubles: usize,
}

/// One task of one kind of job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The kind of job.
    pub kind: JobType,
    /// The stage.
    pub stage: StageIx,
    /// The task within its stage.
    pub task: u32,
}

struct JobPlan {
    stages: Vec<StagePlan>,
    /// Doubles that the partial results of all leaves take.
    doubles: usize,
    /// The stages whose chunks the answer is made of, each with the number of its first leaf.
    leaf_stages: Vec<(StageIx, u32)>,
    leaves: u32,
    /// The stage that leaves the whole.
    result: Option<StageIx>,
}

struct StagePlan {
    kernel: Option<Box<dyn Kernel + Send>>,
    tasks: u32,
    /// Doubles that what a task leaves takes.
    partial_doubles: usize,
    role: Role,
}

/// Nodes of the tree that were computed already: without them a graph of diamonds would be walked once for each path.
type Nodes = BTreeMap<(StageIx, u32), Option<Partial>>;

/// What a stage is to the answer.
enum Role {
    /// Nothing.
    None,
    /// Its tasks are leaves, from this number on if the answer is made of them; each takes all that these stages leave.
    Leaf { first: Option<u32>, takes: Vec<StageIx> },
    /// Its tasks are nodes over what the stages in `gathers` leave, one after the other, `fan_in` to each node.
    Node { fan_in: u32, gathers: Vec<StageIx> },
}

impl Workbook {
    /// The work of these kinds of jobs: [`JobType`] is the position, as in the scenario that they are of.
    pub fn of(jobs: &[scenario::Job]) -> Self {
        let jobs: Vec<JobPlan> = jobs.iter().map(JobPlan::of).collect();
        let kernels = jobs.iter().flat_map(|job| &job.stages).filter_map(|stage| stage.kernel.as_ref());
        let scratch_doubles = kernels.map(|kernel| kernel.scratch_doubles()).max().unwrap_or(0);
        Self { jobs, scratch_doubles }
    }

    /// Memory for a thread that computes chunks of this workbook.
    ///
    /// # Errors
    /// When there is not that much memory.
    pub fn scratch(&self) -> Result<Scratch, TryReserveError> {
        Scratch::with_doubles(self.scratch_doubles)
    }

    /// Does one task for real. A task without a kernel leaves nothing.
    ///
    /// # Panics
    /// When the scenario has no such task.
    pub fn run(&self, seed: u64, data_seed: u64, chunk: Chunk, inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let stage = self.stage(chunk.kind, chunk.stage);
        assert!(chunk.task < stage.tasks, "the stage has {} tasks, no task {}", stage.tasks, chunk.task);
        let Some(kernel) = &stage.kernel else { return Partial::Nothing };
        let partial = kernel.run(Data { seed, data_seed, chunk: chunk.task }, inputs, scratch);
        let takes_all = stage.takes().is_empty() || self.inputs(chunk).count() == inputs.len();
        if takes_all { partial } else { Partial::Nothing }
    }

    /// Bytes of input that a task reads, and its floating-point operations.
    ///
    /// # Panics
    /// When the scenario has no such task.
    pub fn size(&self, chunk: Chunk) -> (u64, Option<u64>) {
        let kernel = self.stage(chunk.kind, chunk.stage).kernel.as_ref();
        kernel.map_or((0, Some(0)), |kernel| (kernel.bytes(chunk.task), kernel.flops(chunk.task)))
    }

    /// Doubles that the partial results of all leaves of a job take.
    pub fn doubles(&self, kind: JobType) -> usize {
        self.jobs[kind.ix()].doubles
    }

    /// How many chunks the answer of a job is made of; none if it has no answer.
    pub fn leaves(&self, kind: JobType) -> u32 {
        self.jobs[kind.ix()].leaves
    }

    /// The number of this chunk among the leaves of its kind, if it is one.
    pub fn leaf(&self, chunk: Chunk) -> Option<u32> {
        match self.stage(chunk.kind, chunk.stage).role {
            Role::Leaf { first: Some(first), .. } => Some(first + chunk.task),
            Role::Leaf { first: None, .. } | Role::Node { .. } | Role::None => None,
        }
    }

    /// The chunk that is this leaf.
    ///
    /// # Panics
    /// When there are not that many leaves.
    pub fn leaf_chunk(&self, kind: JobType, leaf: u32) -> Chunk {
        let job = &self.jobs[kind.ix()];
        assert!(leaf < job.leaves, "the job has {} leaves, no leaf {leaf}", job.leaves);
        let after = job.leaf_stages.partition_point(|(_, first)| *first <= leaf);
        let (stage, first) = job.leaf_stages[after - 1];
        Chunk { kind, stage, task: leaf - first }
    }

    /// What a task takes: the tasks of other stages, from left to right. Empty for leaves that need nothing but their data.
    pub fn inputs(&self, chunk: Chunk) -> impl Iterator<Item = Chunk> + '_ {
        self.jobs[chunk.kind.ix()].inputs(chunk.stage, chunk.task).map(move |(stage, task)| Chunk {
            stage,
            task,
            ..chunk
        })
    }

    /// What a leaf takes, from what other leaves left; `None` while one of those is not known.
    ///
    /// # Panics
    /// When there are not that many leaves.
    pub fn taken(&self, kind: JobType, leaf: u32, known: impl Fn(u32) -> Option<Partial>) -> Option<Vec<Partial>> {
        let mut nodes = Nodes::new();
        let job = &self.jobs[kind.ix()];
        self.inputs(self.leaf_chunk(kind, leaf))
            .map(|input| job.partial(input.stage, input.task, &known, &mut nodes))
            .collect()
    }

    /// What a task leaves, from what the leaves left; `None` while one of those below it is not known.
    ///
    /// # Panics
    /// When the scenario has no such task.
    pub fn partial(&self, chunk: Chunk, leaf: impl Fn(u32) -> Option<Partial>) -> Option<Partial> {
        self.jobs[chunk.kind.ix()].partial(chunk.stage, chunk.task, &leaf, &mut Nodes::new())
    }

    /// What all leaves together leave, by way of the tree; `None` while one of them is not known, or if there are none.
    pub fn whole(&self, kind: JobType, leaf: impl Fn(u32) -> Option<Partial>) -> Option<Partial> {
        let job = &self.jobs[kind.ix()];
        let result = job.result?;
        let mut nodes = Nodes::new();
        let partials = (0..job.stages[result.ix()].tasks).map(|task| job.partial(result, task, &leaf, &mut nodes));
        Some(fold(partials.collect::<Option<Vec<_>>>()?.into_iter()))
    }

    /// The answer of a job whose leaves left this together.
    pub fn answer(&self, kind: JobType, whole: Partial) -> Option<Answer> {
        let job = &self.jobs[kind.ix()];
        let (stage, _) = job.leaf_stages.last()?;
        job.stages[stage.ix()].kernel.as_ref()?.answer(whole)
    }

    /// What a whole job leaves, computed by this thread alone, chunk after chunk: what every other way must equal.
    pub fn reference(&self, seed: u64, data_seed: u64, kind: JobType, scratch: &mut Scratch) -> Option<Partial> {
        let mut partials: Vec<Partial> = Vec::new();
        for leaf in 0..self.leaves(kind) {
            let taken = self.taken(kind, leaf, |leaf| partials.get(leaf as usize).cloned())?;
            partials.push(self.run(seed, data_seed, self.leaf_chunk(kind, leaf), &taken, scratch));
        }
        self.whole(kind, |leaf| partials.get(leaf as usize).cloned())
    }

    fn stage(&self, kind: JobType, stage: StageIx) -> &StagePlan {
        &self.jobs[kind.ix()].stages[stage.ix()]
    }
}

impl JobPlan {
    fn of(job: &scenario::Job) -> Self {
        let stages = job.stages.iter().map(StagePlan::of).collect();
        let mut plan = Self { stages, doubles: 0, leaf_stages: Vec::new(), leaves: 0, result: None };
        // The last stage that says something about data leaves the answer.
        let candidates = (0..plan.stages.len()).rev().map(|position| StageIx(position as u16));
        let result =
            candidates.map(|stage| (stage, plan.leaf_stages_below(stage))).find(|(_, below)| !below.is_empty());
        let Some((result, below)) = result else { return plan };
        plan.result = Some(result);
        for stage in below {
            let Self { stages, doubles, leaf_stages, leaves, .. } = &mut plan;
            let own = &mut stages[stage.ix()];
            if let Role::Leaf { first, .. } = &mut own.role {
                *first = Some(*leaves);
            }
            leaf_stages.push((stage, *leaves));
            *leaves += own.tasks;
            *doubles += own.tasks as usize * own.partial_doubles;
        }
        plan
    }

    /// The stages whose chunks are below this one in the tree, in order of their position.
    fn leaf_stages_below(&self, top: StageIx) -> Vec<StageIx> {
        // A stage comes after all that it waits for, so one pass downwards meets each after all above it.
        let mut is_below = vec![false; self.stages.len()];
        is_below[top.ix()] = true;
        let mut leaf_stages = Vec::new();
        for position in (0..=top.ix()).rev() {
            match &self.stages[position].role {
                Role::Leaf { takes, .. } if is_below[position] => {
                    leaf_stages.push(StageIx(position as u16));
                    takes.iter().for_each(|stage| is_below[stage.ix()] = true);
                }
                Role::Node { gathers, .. } if is_below[position] => {
                    gathers.iter().for_each(|stage| is_below[stage.ix()] = true);
                }
                Role::Leaf { .. } | Role::Node { .. } | Role::None => {}
            }
        }
        leaf_stages.reverse();
        leaf_stages
    }

    fn inputs(&self, stage: StageIx, task: u32) -> impl Iterator<Item = (StageIx, u32)> + '_ {
        let (skip, take, from) = match &self.stages[stage.ix()].role {
            Role::Node { fan_in, gathers } => (task as usize * *fan_in as usize, *fan_in as usize, gathers.as_slice()),
            Role::Leaf { takes, .. } => (0, usize::MAX, takes.as_slice()),
            Role::None => (0, 0, [].as_slice()),
        };
        let all = from.iter().flat_map(|from| iter::zip(iter::repeat(*from), 0..self.stages[from.ix()].tasks));
        all.skip(skip).take(take)
    }

    fn partial(
        &self,
        stage: StageIx,
        task: u32,
        leaf: &dyn Fn(u32) -> Option<Partial>,
        nodes: &mut Nodes,
    ) -> Option<Partial> {
        match &self.stages[stage.ix()].role {
            Role::Leaf { first, .. } => leaf((*first)? + task),
            Role::Node { .. } => {
                if let Some(known) = nodes.get(&(stage, task)) {
                    return known.clone();
                }
                let inputs = self.inputs(stage, task);
                let partials = inputs.map(|(stage, task)| self.partial(stage, task, leaf, nodes));
                let node = partials.collect::<Option<Vec<_>>>().map(|partials| fold(partials.into_iter()));
                nodes.insert((stage, task), node.clone());
                node
            }
            Role::None => Some(Partial::Nothing),
        }
    }
}

impl StagePlan {
    /// The stages that a leaf takes results of.
    fn takes(&self) -> &[StageIx] {
        if let Role::Leaf { takes, .. } = &self.role { takes } else { &[] }
    }

    fn of(stage: &scenario::Stage) -> Self {
        let kernel = match stage.work {
            Work::Service(_) => None,
            Work::Kernel(kernel) => Some(kernel),
        };
        let gathers = stage.after.iter().filter(|(_, edge)| *edge == Edge::Gather).map(|(from, _)| *from);
        let role = match kernel.map_or(Leaves::Nothing, scenario::Kernel::leaves) {
            Leaves::Combined { fan_in } => Role::Node { fan_in: fan_in.max(1), gathers: gathers.collect() },
            Leaves::Partials { .. } => {
                let takes = kernel.is_some_and(scenario::Kernel::takes_results);
                let data = stage.after.iter().filter(|(_, edge)| takes && *edge != Edge::Nothing);
                Role::Leaf { first: None, takes: data.map(|(from, _)| *from).collect() }
            }
            Leaves::Nothing => Role::None,
        };
        let partial_doubles = kernel.map_or(0, scenario::Kernel::partial_doubles);
        let kernel = kernel.map(|kernel| super::of(kernel, stage.tasks, stage.table.as_ref()));
        Self { kernel, tasks: stage.tasks, partial_doubles, role }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MEAN, job, stage, workbook};
    use super::*;
    use crate::scenario::Kernel as Asked;

    const TEN_MEANS: Asked = Asked::ArrayMean { shape: [10, 1], chunk: [1, 1] };
    const KIND: JobType = JobType(0);

    fn workbook_of(stages: Vec<scenario::Stage>) -> Workbook {
        Workbook::of(&[job(stages)])
    }

    fn tasks_of(workbook: &Workbook, stage: u16, task: u32) -> Vec<(u16, u32)> {
        let chunk = Chunk { kind: MEAN, stage: StageIx(stage), task };
        workbook.inputs(chunk).map(|input| (input.stage.0, input.task)).collect()
    }

    #[test]
    fn the_tree_is_the_one_drawn() {
        let workbook = workbook();
        assert_eq!(workbook.leaves(MEAN), 10);
        assert_eq!(tasks_of(&workbook, 1, 0), [(0, 0), (0, 1), (0, 2), (0, 3)]);
        assert_eq!(tasks_of(&workbook, 1, 2), [(0, 8), (0, 9)]);
        assert_eq!(tasks_of(&workbook, 2, 0), [(1, 0), (1, 1), (1, 2)]);
        assert_eq!(tasks_of(&workbook, 0, 0), []);
    }

    #[test]
    fn the_whole_is_added_in_the_order_of_the_tree() {
        // Thirds do not add up alike in every order.
        let leaf = |leaf: u32| Some(Partial::Mean { count: 1, sum: 1.0 / f64::from(leaf + 3) });
        let third = |n: u32| 1.0 / f64::from(n + 3);
        let by_hand = (((third(0) + third(1)) + third(2)) + third(3))
            + (((third(4) + third(5)) + third(6)) + third(7))
            + (third(8) + third(9));
        let whole = workbook().whole(MEAN, leaf).expect("all leaves are known");
        assert!(whole.same_bits(&Partial::Mean { count: 10, sum: by_hand }), "{whole:?}");
        assert_eq!(workbook().whole(MEAN, |n| if n == 7 { None } else { leaf(n) }), None);
        let node = Chunk { kind: MEAN, stage: StageIx(1), task: 2 };
        assert!(workbook().partial(node, |n| if n == 7 { None } else { leaf(n) }).is_some(), "it does not need leaf 7");
    }

    #[test]
    fn leaves_of_several_stages_are_numbered_stage_by_stage() {
        let combine = Asked::Combine { fan_in: 100 };
        let workbook = workbook_of(vec![
            stage(TEN_MEANS, 10, &[]),
            stage(Asked::Empty, 3, &[]),
            stage(TEN_MEANS, 10, &[]),
            stage(combine, 1, &[0, 1, 2]),
            stage(Asked::Empty, 1, &[3]),
        ]);
        assert_eq!(workbook.leaves(KIND), 20);
        for leaf in 0..20 {
            assert_eq!(workbook.leaf(workbook.leaf_chunk(KIND, leaf)), Some(leaf));
        }
        assert_eq!(workbook.leaf_chunk(KIND, 13), Chunk { kind: KIND, stage: StageIx(2), task: 3 });
        let whole = workbook.whole(KIND, |_| Some(Partial::Mean { count: 1, sum: 0.5 }));
        assert_eq!(whole, Some(Partial::Mean { count: 20, sum: 10.0 }));
    }

    #[test]
    fn a_job_without_data_has_no_answer() {
        let workbook = workbook_of(vec![stage(Asked::Empty, 5, &[]), stage(Asked::Combine { fan_in: 5 }, 1, &[0])]);
        assert_eq!((workbook.leaves(KIND), workbook.whole(KIND, |_| None)), (0, None));
    }

    #[test]
    fn a_graph_of_diamonds_is_walked_once() {
        let mut stages = vec![stage(TEN_MEANS, 1, &[])];
        for position in 1..32u16 {
            stages.push(stage(Asked::Combine { fan_in: 100 }, 1, &(0..position).collect::<Vec<_>>()));
        }
        let whole = workbook_of(stages).whole(KIND, |_| Some(Partial::Mean { count: 1, sum: 0.5 }));
        assert_eq!(whole, Some(Partial::Mean { count: 1 << 30, sum: f64::from(1 << 29) }));
    }
}
