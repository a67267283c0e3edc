//! Priorities: the most important first, and within one priority first come, first served (Cobham, "Priority assignment
//! in waiting line problems", Operations Research 1954).
//!
//! Two kinds of jobs in M/M/1 of service 1 that arrive at 0.4 each, without preemption: the important ones wait
//! 0.8 / (1 - 0.4) = 1.33, the others 0.8 / ((1 - 0.4) (1 - 0.8)) = 6.67.

use super::Standing;

pub(super) fn rank(standing: &Standing) -> u64 {
    // The largest priority has the smallest rank.
    (i64::from(i16::MAX) - i64::from(standing.priority)) as u64
}
