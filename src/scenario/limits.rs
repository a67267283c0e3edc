//! Every limit of a scenario, in one place. An error that refuses a scenario names the limit.

use crate::base::{Bytes, Span};

/// Largest scenario file.
pub const FILE_BYTES_MAX: Bytes = Bytes(4 << 20);
/// Deepest nesting of a scenario file.
pub const NESTING_MAX: usize = 64;
/// Machines in a scenario, over all pools, at any time.
pub const WORKERS_MAX: u32 = 100_000;
/// Cores of one machine.
pub const CORES_MAX: u32 = 1_024;
/// Pools in a scenario.
pub const POOLS_MAX: usize = 64;
/// Groups in a pool.
pub const GROUPS_MAX: usize = 16;
/// Kinds of jobs in a scenario.
pub const JOB_TYPES_MAX: usize = 64;
/// Stages in a job.
pub const STAGES_MAX: usize = 32;
/// Tasks in a job, over all its stages.
pub const TASKS_PER_JOB_MAX: u32 = 1_000_000;
/// Traffic sources in a scenario.
pub const SOURCES_MAX: usize = 64;
/// Steps of load of a traffic source.
pub const LOAD_STEPS_MAX: usize = 1_000;
/// Arrivals per second of a traffic source.
pub const RATE_MAX: f64 = 1e7;
/// Clients of a closed source.
pub const CLIENTS_MAX: u32 = 1_000_000;
/// Keys of a key space.
pub const KEYS_MAX: u64 = 10_000_000;
/// Waiting attempts of one queue.
pub const QUEUE_MAX: u32 = 10_000_000;
/// Entries of one cache.
pub const CACHE_ENTRIES_MAX: u64 = 100_000_000;
/// Bytes of one chunk of a kernel.
pub const CHUNK_BYTES_MAX: Bytes = Bytes(1 << 30);
/// Points of a sweep, and values of each of its axes.
pub const SWEEP_POINTS_MAX: usize = 10_000;
/// Lookups of caches that bounds are worked out for: the first ones of a run.
pub const LOOKUPS_KEPT_MAX: usize = 200_000;
/// Iterations of a point of a kernel.
pub const ITERATIONS_MAX: u32 = 1_000_000;
/// Steps of one chunk of a kernel (iterations of all its points, or multiplications): what a core has in a few minutes.
pub const CHUNK_STEPS_MAX: u64 = 100_000_000_000;
/// Units of a layer of a network, and categories.
pub const FEATURES_MAX: u32 = 1_024;
/// Partial results of one job, all together.
pub const PARTIALS_BYTES_MAX: Bytes = Bytes(128 << 20);
/// Samples of an epoch of training, and points that are held out.
pub const SAMPLES_MAX: u64 = 1_000_000_000;
/// Results that the tasks of a stage take of others, all together.
pub const TAKEN_MAX: u64 = 1_000_000;
/// Groups of the rows of a table.
pub const GROUPS_OF_ROWS_MAX: u32 = 100_000;
/// The largest seed.
pub const SEED_MAX: u64 = u64::MAX;
/// Rows or columns of an array.
pub const ARRAY_SIDE_MAX: u64 = 1_000_000_000;
/// Longest run.
pub const DURATION_MAX: Span = Span::from_secs(366 * 24 * 3_600);
/// Faults that come by chance in a scenario.
pub const RANDOM_FAULTS_MAX: usize = 64;
/// The shortest time between two faults that come by chance.
pub const RANDOM_FAULT_EVERY_MIN: Span = Span::from_millis(10);
/// Twins of a scenario.
pub const TWINS_MAX: usize = 16;
/// Changes of a twin.
pub const CHANGES_MAX: usize = 64;
/// Entries of a timeline.
pub const TIMELINE_MAX: usize = 10_000;
/// Objectives of a scenario.
pub const OBJECTIVES_MAX: usize = 64;
/// Characters of a name or title.
pub const NAME_CHARS_MAX: usize = 200;
/// Fields of a scenario that are kept with a run, by their paths.
pub const FIELDS_MAX: usize = 2_000;
/// Characters of a query for runs.
pub const QUERY_CHARS_MAX: usize = 10_000;
/// Attempts of one task.
pub const ATTEMPTS_MAX: u32 = 1_000;
/// The same without the first.
pub const RETRIES_MAX: u32 = ATTEMPTS_MAX - 1;
/// Retries, tokens or quota of a budget.
pub const BUDGET_MAX: u32 = 1_000_000;
/// Calls or answers that a breaker or outlier detection looks at.
pub const BREAKER_CALLS_MAX: u32 = 100_000;
/// Gates of a pool.
pub const GATES_MAX: usize = 8;
/// Copies of one task besides its first attempt.
pub const COPIES_MAX: u32 = 64;
/// Requests of a trace.
pub const TRACE_REQUESTS_MAX: u64 = 100_000_000;
/// Keys that a balancer remembers.
pub const KEYS_REMEMBERED_MAX: u32 = 10_000_000;
/// Probes that a balancer keeps.
pub const PROBES_MAX: u32 = 1_000;
/// Workers that a balancer draws for one pick.
pub const CHOICES_MAX: u32 = 16;
/// The largest priority; the smallest is as far below zero.
pub const PRIORITY_MAX: i16 = 1_000;
/// Stages that a routed job passes at most, those it comes back to counted again; then it fails.
pub const ROUTE_STAGES_MAX: u32 = 10_000;
/// Clients of a source that were refused and will come back; more are turned away for good.
pub const ORBIT_MAX: usize = 1_000_000;
/// Weight of a machine.
pub const WEIGHT_MAX: u32 = 1_000;
/// Points of a machine on a hash ring, for each unit of its weight.
pub const VIRTUAL_NODES_MAX: u32 = 10_000;
/// Points of all machines of a pool on a hash ring (Envoy's largest ring).
pub const RING_MAX: u64 = 8_388_608;
/// Entries of a Maglev table (Envoy's largest).
pub const MAGLEV_MAX: u32 = 5_000_011;
/// Load of a machine in percent of the mean, where it is bounded.
pub const BOUND_PERCENT_MAX: u32 = 10_000;
/// Rules of a behavior, steps of an autoscaler.
pub const SCALE_RULES_MAX: usize = 16;
/// Entries of a schedule of sizes.
pub const SCHEDULE_MAX: usize = 1_000;
/// Looks in a row that an autoscaler may be told to wait for.
pub const SCALE_LOOKS_MAX: u32 = 10_000;
/// Looks of a season of a forecast.
pub const SEASON_LOOKS_MAX: u64 = 100_000;
/// Machines that autoscalers order in one run; from there on they keep what there is.
pub const MACHINES_ORDERED_MAX: usize = 1_000_000;
/// The shortest life of a spot machine before its notice.
pub const SPOT_LIFE_MIN: Span = Span::from_secs(1);
/// The shortest time between two looks of an autoscaler.
pub const SCALE_PERIOD_MIN: Span = Span::from_millis(100);
/// Attempts that a worker holds per core besides what it runs.
pub const PREFETCH_MAX: u32 = 1_000;
/// A file with a person's own table.
pub const TABLE_BYTES_MAX: Bytes = Bytes(8 << 30);
/// Rows of a person's own table.
pub const TABLE_ROWS_MAX: usize = 50_000_000;
/// Points at which a profile was compared with live runs.
pub const COMPARED_POINTS_MAX: usize = 1_000;
/// Sizes of chunks of one stage of a profile.
pub const PROFILE_SIZES_MAX: usize = 100;
/// Quantiles of one stage of a profile.
pub const QUANTILES_MAX: usize = 10_000;
/// Exponentials that an Erlang law adds up.
pub const ERLANG_MAX: u32 = 10_000;
/// Phases of a mixture, states of a source that comes in bursts.
pub const PHASES_MAX: usize = 100;
/// Waiting attempts of a queue where a scenario says nothing.
pub const QUEUE_DEFAULT: u32 = 1_000;
/// Entries of a Maglev table where a scenario says nothing (the paper's, and Envoy's).
pub const MAGLEV_DEFAULT: u32 = 65_537;
/// Workers that least request draws where a scenario says nothing (Envoy).
pub const CHOICES_DEFAULT: u32 = 2;
/// How much what is outstanding counts for least request where a scenario says nothing (Envoy).
pub const BIAS_DEFAULT: f64 = 1.0;
/// How fast peak EWMA forgets a latency where a scenario says nothing (Finagle).
pub const DECAY_DEFAULT: Span = Span::from_secs(10);
/// Attempts of one task, the first among them, where a scenario says nothing (Dask allows 3 failures).
pub const ATTEMPTS_DEFAULT: u32 = 4;
/// Entries that a live worker holds per core besides what it runs, where a scenario says nothing.
pub const PREFETCH_DEFAULT: u32 = 2;
