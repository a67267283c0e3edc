//! What the pages promise is what the program has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use scalelab::base::Bytes;
use scalelab::scenario::limits;

#[test]
fn the_limits_of_the_readme_are_those_of_the_code() {
    let readme = read("README.md");
    let file = format!("{} MiB, nested {} deep", mebibytes(limits::FILE_BYTES_MAX), limits::NESTING_MAX);
    let four_kinds = limits::POOLS_MAX;
    assert_eq!(
        [limits::JOB_TYPES_MAX, limits::SOURCES_MAX, limits::OBJECTIVES_MAX],
        [four_kinds; 3],
        "one row says all four"
    );
    let queue = format!(
        "{} ({} where a scenario says nothing)",
        grouped(limits::QUEUE_MAX.into()),
        grouped(limits::QUEUE_DEFAULT.into())
    );
    let rows = [
        ("a scenario file", file),
        ("machines", grouped(limits::WORKERS_MAX.into())),
        ("cores of a machine", grouped(limits::CORES_MAX.into())),
        ("pools, kinds of jobs, traffic sources, objectives", format!("{four_kinds} each")),
        ("groups in a pool", limits::GROUPS_MAX.to_string()),
        ("stages in a job", limits::STAGES_MAX.to_string()),
        ("tasks in a job", grouped(limits::TASKS_PER_JOB_MAX.into())),
        ("arrivals of a source", format!("{} per second", grouped(limits::RATE_MAX as u64))),
        ("steps of load of a source", grouped(limits::LOAD_STEPS_MAX as u64)),
        ("clients of a closed source", grouped(limits::CLIENTS_MAX.into())),
        ("refused clients of a source that will come back", grouped(limits::ORBIT_MAX as u64)),
        ("stages that a routed job passes", grouped(limits::ROUTE_STAGES_MAX.into())),
        ("copies of a task", limits::COPIES_MAX.to_string()),
        ("retries, tokens or quota of a budget", grouped(limits::BUDGET_MAX.into())),
        ("calls or answers that a breaker or outlier detection looks at", grouped(limits::BREAKER_CALLS_MAX.into())),
        ("twins of a scenario", limits::TWINS_MAX.to_string()),
        ("changes of a twin", limits::CHANGES_MAX.to_string()),
        ("faults that come by chance", limits::RANDOM_FAULTS_MAX.to_string()),
        ("gates of a pool", limits::GATES_MAX.to_string()),
        ("workers drawn for one pick", limits::CHOICES_MAX.to_string()),
        ("probes that a balancer keeps", grouped(limits::PROBES_MAX.into())),
        ("requests of a trace", grouped(limits::TRACE_REQUESTS_MAX)),
        ("a table of your own", own_table()),
        ("sizes of chunks of a stage in a profile", limits::PROFILE_SIZES_MAX.to_string()),
        ("keys that a balancer remembers", grouped(limits::KEYS_REMEMBERED_MAX.into())),
        ("weight of a machine", grouped(limits::WEIGHT_MAX.into())),
        ("points of a machine on a hash ring, for each unit of weight", grouped(limits::VIRTUAL_NODES_MAX.into())),
        ("points of a hash ring (with more machines each has fewer)", grouped(limits::RING_MAX)),
        ("entries of a Maglev table", grouped(limits::MAGLEV_MAX.into())),
        ("load of a machine in percent of the mean, where it is bounded", grouped(limits::BOUND_PERCENT_MAX.into())),
        ("rules or steps of an autoscaler", limits::SCALE_RULES_MAX.to_string()),
        ("sizes in a schedule", grouped(limits::SCHEDULE_MAX as u64)),
        ("looks in a row that an autoscaler waits for", grouped(limits::SCALE_LOOKS_MAX.into())),
        ("looks in a season of a forecast", grouped(limits::SEASON_LOOKS_MAX)),
        ("looks of an autoscaler", format!("one in {}", limits::SCALE_PERIOD_MIN)),
        ("machines that autoscalers order in a run", grouped(limits::MACHINES_ORDERED_MAX as u64)),
        ("keys of a key space", grouped(limits::KEYS_MAX)),
        ("waiting attempts of a queue", queue),
        ("entries of a cache", grouped(limits::CACHE_ENTRIES_MAX)),
        ("points of a sweep", grouped(limits::SWEEP_POINTS_MAX as u64)),
        ("lookups that bounds of caches are worked out for", grouped(limits::LOOKUPS_KEPT_MAX as u64)),
        ("a run", format!("{} days", limits::DURATION_MAX.secs() / 86_400.0)),
        ("entries of a timeline", grouped(limits::TIMELINE_MAX as u64)),
        ("a name or title", format!("{} characters", limits::NAME_CHARS_MAX)),
    ];
    for (of, at_most) in rows.into_iter().chain(limits_of_work()) {
        let row = format!("| {of} | {at_most} |");
        assert!(readme.contains(&row), "README.md lacks the row {row}");
    }
}

/// What kernels are held to.
fn limits_of_work() -> [(&'static str, String); 8] {
    [
        ("iterations of a point of a kernel", grouped(limits::ITERATIONS_MAX.into())),
        (
            "steps of a chunk of a kernel: iterations of all points, or multiplications",
            grouped(limits::CHUNK_STEPS_MAX),
        ),
        ("units of a layer of a network, and categories", grouped(limits::FEATURES_MAX.into())),
        ("samples of an epoch of training", grouped(limits::SAMPLES_MAX)),
        ("results that the tasks of a stage take of another, all together", grouped(limits::TAKEN_MAX)),
        ("groups of the rows of a table", grouped(limits::GROUPS_OF_ROWS_MAX.into())),
        ("partial results of a job, all together", format!("{} MiB", mebibytes(limits::PARTIALS_BYTES_MAX))),
        ("a chunk of a kernel", format!("{} GiB", mebibytes(limits::CHUNK_BYTES_MAX) / 1_024)),
    ]
}

/// `1000000` as `1,000,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn own_table() -> String {
    let gibibytes = mebibytes(limits::TABLE_BYTES_MAX) / 1_024;
    let (rows, groups) = (grouped(limits::TABLE_ROWS_MAX as u64), grouped(limits::GROUPS_OF_ROWS_MAX.into()));
    format!("{gibibytes} GiB, {rows} rows, {groups} groups, {} categories", grouped(limits::FEATURES_MAX.into()))
}

fn mebibytes(bytes: Bytes) -> u64 {
    bytes.0 >> 20
}

/// Every package that scalelab names is in the notices with the version that is built in, and nothing that is built in no more.
#[test]
fn the_notices_are_of_these_packages() {
    let (manifest, lock) = (read("Cargo.toml"), read("Cargo.lock"));
    let package = |block: &str| {
        let of = |key: &str| {
            block
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{key} = ")))
                .map(|text| text.trim_matches('"').to_owned())
        };
        Some((of("name")?, of("version")?))
    };
    let locked: BTreeSet<(String, String)> = lock.split("[[package]]").filter_map(package).collect();
    let notices = scalelab::interop::about::notices();
    let list = notices.split("=====").next().expect("it begins with a list");
    let named: BTreeSet<(String, String)> = list
        .lines()
        .filter_map(|line| line.split_once(": ")?.0.split_once(' '))
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect();
    let stale: Vec<_> = named.difference(&locked).filter(|(name, _)| name != "scalelab").collect();
    assert!(stale.is_empty(), "{stale:?} are not built in: run assets/notices.py");
    let section = manifest.split("\n[").find_map(|part| part.strip_prefix("dependencies]")).expect("it has some");
    let direct: Vec<&str> = section
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .map(|pair| pair.0)
        .collect();
    for name in &direct {
        assert!(named.iter().any(|(own, _)| own == name), "{name} is not in the notices: run assets/notices.py");
    }
    assert!(direct.len() > 30 && named.len() > 300, "{} of {}", direct.len(), named.len());
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|err| panic!("{path}: {err}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
