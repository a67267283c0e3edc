//! What a run leaves on disk, however it ends, and what the program says to whoever called it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use scalelab::base::{Domain, Stream};
use scalelab::engine::recorded::{RunHead, Told};
use scalelab::scenario::{Host, load};

/// Simulated, with a change every half second and an objective that any run meets.
const SIMULATED: &str = r#"(
  version: 1, title: "kill me", seed: 3, duration: "60s", mode: Simulate,
  pools: { "api": (groups: [(place: Modelled(link: Lan), instance: Custom(cores: 2, usd_per_hour: 0.1), count: 2)]) },
  jobs: { "request": (stages: [(name: "handle", pool: "api", work: Service(Exponential(mean: "20ms")))]) },
  traffic: [(job: "request", arrivals: Open(load: [(over: "0s", to: 100)]))],
  timeline: [(at: "10ms", do: Note("a")), (at: "1s", do: Note("b")), (at: "5s", do: Note("c")), (at: "9s", do: Note("d"))],
  objectives: [(name: "mean", expr: "latency.mean < 10s")],
)"#;

/// Live: small chunks, so that there are many events.
const LIVE: &str = r#"(
  version: 1, title: "kill me, too", seed: 3, duration: "60s", mode: Live,
  pools: { "machines": (groups: [(place: Threads, instance: Custom(cores: 1, usd_per_hour: 0.1)),
                                 (place: Modelled(link: Lan), instance: Custom(cores: 1, usd_per_hour: 0.1))]) },
  jobs: { "mean": (stages: [(name: "map", pool: "machines", work: Kernel(ArrayMean(shape: (400, 400), chunk: (100, 100)))),
                            (name: "answer", pool: "machines", after: [("map", Gather)], work: Kernel(Combine(fan_in: 16)))]) },
  traffic: [(job: "mean", keys: Uniform(n: 4), arrivals: Closed(clients: 3, think: "2ms"))],
)"#;

#[test]
fn a_kill_at_any_moment_leaves_a_readable_run() {
    let temp = Temp::new();
    let mut dice = Stream::new(77, Domain::Swarm, [0; 4]);
    let mut alive = 0;
    for round in 0..16 {
        let (is_live, out) = (round % 4 == 3, temp.path(&format!("run-{round}")));
        let file = temp.file("scenario.ron", if is_live { LIVE } else { SIMULATED });
        let pace: &[&str] = if is_live { &[] } else { &["--pace", "20"] };
        let mut run = scalelab();
        run.arg("run").arg(&file).arg("--out").arg(&out).args(pace).args(["--quiet"]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        // From before anything is written to well into the run.
        pause(Duration::from_micros(dice.below(if round < 8 { 12_000 } else { 600_000 })));
        run.kill().expect("it can be killed");
        run.wait().expect("it ends");
        if out.exists() {
            alive += 1;
            check_readable(&out, is_live);
        }
    }
    println!("{alive} of 16 had begun to write");
    assert!(alive >= 8, "most were killed before they began: {alive}");
}

fn check_readable(dir: &Path, is_live: bool) {
    let read = |name: &str| fs::read_to_string(dir.join(name)).unwrap_or_else(|err| panic!("{name}: {err}"));
    let head: RunHead = serde_json::from_str(&read("run.json")).expect("run.json is whole");
    assert_eq!((head.state.as_str(), head.hash), ("running", None));
    let host = Host { cores: 2, cpu: "test".to_owned() };
    for name in ["scenario.ron", "replay.ron"] {
        load(&read(name), name, &host).unwrap_or_else(|errors| panic!("{errors}"));
    }
    assert!(!read("latency.hlog").lines().any(str::is_empty));
    let trace = dir.with_extension("trace.json");
    let output = scalelab().arg("export").arg(dir).arg("--to").arg(&trace).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let trace = fs::read_to_string(&trace).expect("it was written");
    serde_json::from_str::<Vec<serde_json::Value>>(&trace).unwrap_or_else(|err| panic!("{err}: {trace}"));
    let metrics = read("metrics.csv");
    assert!(metrics.ends_with('\n'), "half a line: {metrics:?}");
    let columns = |line: &str| line.split(',').count();
    let header = metrics.lines().next().expect("a header");
    assert!(metrics.lines().all(|line| columns(line) == columns(header)), "{metrics}");
    if is_live {
        let events = read("events.jsonl");
        // The last line may have been cut.
        let whole = events.rfind('\n').map_or("", |end| &events[..end]);
        for line in whole.lines() {
            serde_json::from_str::<Told>(line).unwrap_or_else(|err| panic!("{err}: {line}"));
        }
    } else {
        let output = scalelab().arg("replay").arg(dir).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("60.0 s, seed 3"), "{}", text(&output.stdout));
    }
}

#[test]
fn a_directory_that_exists_is_refused() {
    let temp = Temp::new();
    let (file, out) = (temp.file("scenario.ron", SIMULATED), temp.path("there"));
    fs::create_dir(&out).expect("made");
    let output = scalelab().arg("run").arg(&file).arg("--out").arg(&out).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let expected = format!(
        "error: {}: there is something there already; name a directory that does not exist yet\n",
        out.display()
    );
    assert_eq!(text(&output.stderr), expected);
    assert_eq!(fs::read_dir(&out).expect("it is there").count(), 0, "it was touched");
}

#[test]
fn a_place_where_nothing_can_be_written_is_refused() {
    let temp = Temp::new();
    let file = temp.file("scenario.ron", SIMULATED);
    let mut places = vec![file.join("run")];
    if cfg!(target_os = "linux") {
        // Read-only even for the system's administrator.
        places.push(PathBuf::from("/proc/run"));
    }
    for out in places {
        let output = scalelab().arg("run").arg(&file).arg("--out").arg(&out).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{}", out.display());
        let stderr = text(&output.stderr);
        assert!(stderr.starts_with("error: ") && stderr.lines().count() == 1, "{stderr}");
        assert!(output.stdout.is_empty());
    }
}

/// No file may grow beyond a few kilobytes, which is what a full disk looks like to the program.
#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_writing_and_not_the_run() {
    let temp = Temp::new();
    let (file, out) = (temp.file("scenario.ron", SIMULATED), temp.path("run"));
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" run \"$1\" --out \"$2\" --quiet --format json";
    let mut process = Command::new("sh");
    process.args(["-c", script, env!("CARGO_BIN_EXE_scalelab")]).arg(&file).arg(&out);
    let output = process.output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("the run went on, what was written until then stands"), "{stderr}");
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the result is on stdout");
    assert_eq!(summary["duration_secs"], 60.0, "the run went on to its end");
    check_readable(&out, false);
}

#[cfg(unix)]
#[test]
fn of_two_writers_of_one_directory_one_is_refused() {
    let temp = Temp::new();
    let file = temp.file("scenario.ron", SIMULATED);
    for round in 0..6 {
        let out = temp.path(&format!("run-{round}"));
        let writers: Vec<_> = (0..2)
            .map(|_| {
                let mut run = scalelab();
                run.arg("run").arg(&file).arg("--out").arg(&out).args(["--quiet", "--format", "json"]);
                run.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts")
            })
            .collect();
        let ends: Vec<_> = writers.into_iter().map(|run| run.wait_with_output().expect("it ends")).collect();
        let mut codes: Vec<_> = ends.iter().map(|end| end.status.code()).collect();
        codes.sort_unstable();
        assert_eq!(codes, [Some(0), Some(1)], "{ends:?}");
        let refused = ends.iter().find(|end| end.status.code() == Some(1)).map(|end| text(&end.stderr));
        assert!(refused.is_some_and(|why| why.contains("there is something there already")), "{ends:?}");
        let head = fs::read_to_string(out.join("run.json")).expect("the other wrote it");
        assert_eq!(serde_json::from_str::<RunHead>(&head).expect("it is whole").state, "finished");
        let left = fs::read_dir(temp.path("")).expect("it is there").flatten();
        let half: Vec<_> = left.filter(|entry| entry.file_name().to_string_lossy().ends_with(".new")).collect();
        assert!(half.is_empty(), "half a directory stays: {half:?}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_what_was_done() {
    let temp = Temp::new();
    for (name, text_of, args) in [("simulated", SIMULATED, &["--pace", "5"][..]), ("live", LIVE, &[])] {
        let (file, out) = (temp.file("scenario.ron", text_of), temp.path(name));
        let mut process = scalelab();
        process.arg("run").arg(&file).arg("--out").arg(&out).args(args).args(["--format", "json"]);
        let run = process.stdout(Stdio::piped()).spawn().expect("it starts");
        while !out.join("run.json").exists() {
            pause(Duration::from_millis(5));
        }
        pause(Duration::from_millis(400));
        let killed = Command::new("kill").args(["-INT", &run.id().to_string()]).status().expect("kill runs");
        assert!(killed.success());
        let output = run.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{name}");
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("stdout is a summary");
        let written = fs::read_to_string(out.join("summary.json")).expect("it was written");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).expect("it is whole"), summary);
        let secs = summary["duration_secs"].as_f64().expect("a number");
        assert!((0.1..50.0).contains(&secs), "{name}: {secs} s");
        let head = fs::read_to_string(out.join("run.json")).expect("it is there");
        let head: RunHead = serde_json::from_str(&head).expect("it is whole");
        assert_eq!((head.state.as_str(), head.hash.as_deref()), ("finished", summary["hash"].as_str()));
    }
}

#[test]
fn exit_codes_say_what_happened() {
    let temp = Temp::new();
    let file = temp.file("scenario.ron", SIMULATED);
    let impossible = temp.file("impossible.ron", &SIMULATED.replace("latency.mean < 10s", "latency.mean < 1us"));
    let invalid = temp.file("invalid.ron", &SIMULATED.replace("version: 1", "version: one"));
    let path = |path: &Path| path.display().to_string();
    let cases: [(i32, Vec<String>); 7] = [
        (0, vec!["run".to_owned(), path(&file)]),
        (0, vec!["validate".to_owned(), path(&file)]),
        (1, vec!["replay".to_owned(), path(&temp.path("nowhere"))]),
        (2, vec!["run".to_owned(), "--no-such-option".to_owned()]),
        (3, vec!["run".to_owned(), path(&invalid)]),
        (3, vec!["validate".to_owned(), path(&file), path(&invalid)]),
        (99, vec!["run".to_owned(), path(&impossible)]),
    ];
    // 4 (a replay that diverged) is shown in determinism.rs, 130 above.
    for (code, args) in cases {
        let output = scalelab().args(&args).output().expect("it runs");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output.stderr));
        assert_eq!(output.stdout.is_empty(), matches!(code, 1 | 2) || args[0] == "run" && code == 3, "{args:?}");
    }
}

fn scalelab() -> Command {
    let mut process = Command::new(env!("CARGO_BIN_EXE_scalelab"));
    process.stdin(Stdio::null());
    process
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A directory that is gone afterwards.
struct Temp(tempfile::TempDir);

impl Temp {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("written");
        path
    }
}

fn pause(duration: Duration) {
    #[expect(clippy::disallowed_methods, reason = "the program is at work meanwhile")]
    std::thread::sleep(duration);
}
