//! The program itself, in a real window under a display of its own.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use image::{GenericImageView, RgbaImage};

/// The area of the window's two plots at 1280x720: left, top, width, height.
pub(super) const PLOTS: (u32, u32, u32, u32) = (330, 375, 930, 145);
/// How long the plots may take to hold data: two seconds of measuring, and a slow machine.
pub(super) const DATA_WAIT: Duration = Duration::from_secs(60);
/// How long the program may take to end.
pub(super) const END_WAIT: Duration = Duration::from_secs(10);

/// A program that is ended with the test, however that ends.
pub(super) struct Ended(pub(super) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_there(program: &str) -> bool {
    let null = || Stdio::null();
    Command::new(program).arg("-version").stdin(null()).stdout(null()).stderr(null()).status().is_ok()
}

/// What a test with a real window needs, and the packages that bring it.
const NEEDED: [(&str, &str); 2] = [("Xvfb", "xvfb"), ("import", "imagemagick")];

/// Which of these programs are missing, and how to get them.
pub(super) fn missing(needed: &[(&str, &str)]) -> Option<String> {
    let missing: Vec<_> = needed.iter().filter(|(program, _)| !is_there(program)).collect();
    let names = |pick: fn(&(&str, &str)) -> String| missing.iter().map(|one| pick(one)).collect::<Vec<_>>().join(" ");
    let words =
        format!("not found: {}; apt-get install {}", names(|one| one.0.to_owned()), names(|one| one.1.to_owned()));
    (!missing.is_empty()).then_some(words)
}

/// A display that nobody else has; `None`, with the reason printed, where there is no Xvfb and this is no CI.
fn display() -> Option<(Ended, String)> {
    if let Some(words) = missing(&NEEDED) {
        assert!(std::env::var_os("CI").is_none(), "{words}");
        eprintln!("skipped: {words}");
        return None;
    }
    Some(new_display())
}

/// A display that nobody else has.
pub(super) fn new_display() -> (Ended, String) {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp", "-noreset"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb starts");
    let mut number = String::new();
    let stdout = server.stdout.take().expect("it was piped");
    let server = Ended(server);
    BufReader::new(stdout).read_line(&mut number).expect("Xvfb says its number");
    (server, format!(":{}", number.trim()))
}

pub(super) fn screenshot(display: &str, path: &Path) -> RgbaImage {
    let status = Command::new("import").args(["-window", "root"]).arg(path).env("DISPLAY", display).status();
    assert!(status.expect("import runs").success());
    image::open(path).expect("a picture").to_rgba8()
}

/// Colours in the area of the plots, and how many of its points have something like a curve's colour.
fn coloured(picture: &RgbaImage) -> usize {
    let (left, top, width, height) = PLOTS;
    let area = picture.view(left, top, width, height);
    let saturated = |[red, green, blue, _]: [u8; 4]| red.max(green).max(blue) - red.min(green).min(blue) > 60;
    area.pixels().filter(|(_, _, point)| saturated(point.0)).count()
}

pub(super) fn different(a: &RgbaImage, b: &RgbaImage) -> usize {
    let (left, top, width, height) = PLOTS;
    let points = (left..left + width).flat_map(|x| (top..top + height).map(move |y| (x, y)));
    points.filter(|(x, y)| a.get_pixel(*x, *y) != b.get_pixel(*x, *y)).count()
}

#[expect(clippy::disallowed_methods, reason = "a program that runs by the clock is watched by the clock")]
pub(super) fn within<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        sleep(Duration::from_millis(250));
    }
}

pub(super) fn program(display: &str, data: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_scalelab"));
    program.args(args).env("DISPLAY", display).env("XDG_DATA_HOME", data).env("XDG_RUNTIME_DIR", data);
    program.env("WINIT_X11_SCALE_FACTOR", "1").env_remove("WAYLAND_DISPLAY");
    program
}

#[test]
#[expect(clippy::disallowed_methods, reason = "two looks must lie a second apart")]
fn the_window_opens_moves_and_ends_when_asked() {
    let Some((_server, display)) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program(&display, folder.path(), ["--renderer", "glow", "--theme", "dark", "--size", "1280x720"]);
    let mut running = Ended(command.spawn().expect("the program starts"));
    let (first_path, second_path) = (folder.path().join("first.png"), folder.path().join("second.png"));
    let first = within(DATA_WAIT, "curves in the plots", || {
        assert!(running.0.try_wait().expect("it can be asked").is_none(), "the program ended by itself");
        let picture = screenshot(&display, &first_path);
        (coloured(&picture) > 500).then_some(picture)
    });
    sleep(Duration::from_secs(1));
    let second = screenshot(&display, &second_path);
    let moved = different(&first, &second);
    assert!(moved > 50, "{moved} points of the plots changed within a second");

    let status = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
    let end = within(END_WAIT, "the end of the program", || running.0.try_wait().expect("it can be asked"));
    assert!(end.success(), "it ended with {end}");
}

#[test]
fn the_window_closes_by_itself_when_told_to() {
    let Some((_server, display)) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program(&display, folder.path(), ["--renderer", "glow", "--quit-after", "1"]);
    let mut running = Ended(command.spawn().expect("the program starts"));
    let end = within(DATA_WAIT, "the end of the program", || running.0.try_wait().expect("it can be asked"));
    assert!(end.success(), "it ended with {end}");
}

#[test]
fn what_the_window_cost_is_written_when_it_closes() {
    let Some((_server, display)) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let args = ["open", "mm1", "--renderer", "glow", "--from", "30", "--measure-frames=0", "--quit-after", "6"];
    let output = program(&display, folder.path(), args).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("stdout is one document");
    let number =
        |path: &str| told.pointer(path).and_then(serde_json::Value::as_f64).unwrap_or_else(|| panic!("{path}"));
    assert_eq!((number("/version"), told["renderer"].as_str()), (1.0, Some("glow")));
    assert!(number("/frames/drawn") > 3.0 && number("/run_secs") > 30.0 && number("/workers") >= 1.0, "{told}");
    let [logic, ui, end, tessellation] =
        ["logic", "ui", "end_of_pass", "tessellation"].map(|part| number(&format!("/frames/{part}_ms/mean")));
    let outside = number("/frames/outside_renderer_ms/mean");
    assert!((logic + ui + end + tessellation - outside).abs() < 0.01 * outside, "{told}");
    assert!(number("/frames/outside_renderer_ms/p50") <= number("/frames/outside_renderer_ms/max"));
    let parts = ["load", "read", "driver", "make", "wait", "frame", "render"];
    let sum: f64 = parts.iter().map(|part| number(&format!("/start/{part}_secs"))).sum();
    assert!((sum - number("/start/total_secs")).abs() < 1e-6 && number("/start/driver_secs") > 0.0, "{told}");
    assert!(number("/memory/last/bytes") > 1e6 && number("/share_of_a_core/drawing_thread") > 0.0, "{told}");
    assert!(told["knob_to_mark_ms"].is_null(), "no knob was turned: {told}");
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_display_it_says_what_to_do() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_scalelab")).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output();
    let output = output.expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("there is no display") && said.contains("scalelab run") && said.contains("xvfb"), "{said}");
}
