//! Identifiers. Small ones index into the scenario; keyed ones carry a generation, so that a stale one is known.

use super::slab::Key;
use super::time::Time;

macro_rules! index_id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl $name {
            /// As an index into a slice.
            pub fn ix(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index_id!(
    /// A pool of the scenario, by position.
    PoolId(u16)
);
index_id!(
    /// A group of machines within its pool, by position.
    GroupIx(u16)
);
index_id!(
    /// A kind of job of the scenario, by position.
    JobType(u16)
);
index_id!(
    /// A traffic source of the scenario, by position.
    SourceId(u16)
);
index_id!(
    /// A stage within its job, by position.
    StageIx(u16)
);
index_id!(
    /// A machine; numbers are never used twice in a run.
    WorkerId(u32)
);

/// A job in flight.
pub type JobId = Key<JobMark>;
/// A task in flight.
pub type TaskId = Key<TaskMark>;
/// An attempt in flight.
pub type AttemptId = Key<AttemptMark>;

/// Marks keys of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobMark {}
/// Marks keys of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskMark {}
/// Marks keys of attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttemptMark {}

/// A job that comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Arrival {
    /// Its number over the whole run, from 0.
    pub serial: u64,
    /// Its kind.
    pub job: JobType,
    /// Where it comes from.
    pub source: SourceId,
    /// The key (or data seed) it asks for.
    pub key: u64,
    /// When it was meant to arrive: latency counts from here (no coordinated omission).
    pub intended: Time,
    /// When its client leaves if none of it has begun by then; [`Time::NEVER`] waits for ever.
    #[serde(default = "never", skip_serializing_if = "is_never")]
    pub leaves: Time,
}

fn never() -> Time {
    Time::NEVER
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_never(time: &Time) -> bool {
    *time == Time::NEVER
}
