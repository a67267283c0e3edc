#!/usr/bin/env bash
# Everything that must hold, in one command. Each step prints how long it took; the first that fails stops the check.
# Needs Rust (rust-toolchain.toml says which). On Debian it installs the few packages that are missing.
set -eu
cd "$(dirname "$0")"

# A C linker; what counts instructions; then what a window, its screenshots, its software renderer and hands to use it need
# on a machine without a display.
packages=(gcc libc6-dev xvfb xdotool imagemagick libxcursor1 libxi6 libxkbcommon-x11-0 libegl1 valgrind python3-venv)
# How long a live scenario runs, and when any of them has hung.
scenario_duration=5s scenario_timeout=60s
# Every case known exactly, to the precision asked for, takes six minutes on two cores; a slow machine may take longer.
truth_timeout=16m

# The window's tests start an X server of their own and draw in software, so that their pixels are the same everywhere.
unset DISPLAY WAYLAND_DISPLAY
export WGPU_BACKEND=gl LIBGL_ALWAYS_SOFTWARE=1 RUSTDOCFLAGS="-D warnings" RUST_BACKTRACE=1
export CARGO_TERM_PROGRESS_WHEN=never

program=${CARGO_TARGET_DIR:-target}/release/scalelab
output=$(mktemp)
trap 'rm -f "$output"' EXIT

main() {
  # The two feature sets share their dependencies, and the development profile serves both clippy and the tests:
  # only the release build compiles everything a second time.
  step "system packages" install_packages
  step "format" cargo fmt --check
  step "clippy" cargo clippy --locked --all-targets -- -D warnings
  step "clippy, headless" cargo clippy --locked --all-targets --no-default-features -- -D warnings
  step "documentation" cargo doc --locked --no-deps
  step "tests" cargo test --locked
  step "tests, headless" cargo test --locked --no-default-features
  step "release build" cargo build --locked --release
  step "scenarios are valid" "$program" validate scenarios/*.ron
  step "bad input is refused" refuse_bad_input
  step "random scenarios keep their books" "$program" swarm --seeds 10000
  step "simulation agrees with theory" timeout "$truth_timeout" "$program" truth --quiet
  step "instructions stay as they were" benches/gate/run
  step "real and simulated are laid over each other" lay_over_each_other
  step "other programs read what a run writes" read_back
  # The two that are the same to the pixel in every run; the others show what the window saw as the run went by.
  step "pictures are as the window is" assets/screenshots/run --check explore-dark-1280x720 compare-light-1280x720
  for scenario in scenarios/*.ron; do
    step "run $scenario" run_scenario "$scenario"
  done
  echo "check: all passed in $SECONDS s"
}

# Runs a step and says how long it took; ends the check when it fails.
step() {
  local name=$1 start=$SECONDS code=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || code=$?
  if [ "$code" -ne 0 ]; then
    echo "check: FAILED at \"$name\" with exit code $code after $((SECONDS - start)) s" >&2
    exit 1
  fi
  echo "-- $name: $((SECONDS - start)) s"
}

install_packages() {
  command -v dpkg-query >/dev/null || { echo "not Debian: taking for granted what ${packages[*]} bring"; return 0; }
  local missing=() package
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || { echo "all there"; return 0; }
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "missing: ${missing[*]} (apt-get install them as root)" >&2; return 1; }
    as_root=(sudo)
  fi
  ${as_root[@]+"${as_root[@]}"} apt-get update -qq || return 1
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Exit code 3 for every broken scenario, 2 for a word the program does not know.
refuse_bad_input() {
  local file
  for file in tests/data/bad/*.ron; do
    expect_code 3 "$program" validate "$file" || return 1
  done
  expect_code 2 "$program" --no-such-option
}

expect_code() {
  local expected=$1 code=0
  shift
  timeout "$scenario_timeout" "$@" >"$output" 2>&1 || code=$?
  [ "$code" -eq "$expected" ] || { cat "$output"; echo "expected exit code $expected, got $code: $*" >&2; return 1; }
}

# Measures this computer for a second a run, predicts it and lays both over each other: that it runs to its end and writes what it says.
# How well they agree depends on what else the machine does, and is not judged here.
lay_over_each_other() {
  local folder
  folder=$(mktemp -d)
  "$program" calibrate inference --seconds 1 --quiet --out "$folder/profiled.ron" &&
    "$program" validate "$folder/profiled.ron" &&
    "$program" twin "$folder/profiled.ron" --seconds 1 --quiet --plot "$folder/twin.svg" &&
    "$program" extend "$folder/profiled.ron" --plot "$folder/extend.svg" &&
    grep -q '</svg>' "$folder/twin.svg" && grep -q '</svg>' "$folder/extend.svg" &&
    "$program" run "$folder/profiled.ron" --mode simulate --duration 10s --quiet --report "$folder/report.html" --report "$folder/junit.xml" &&
    grep -q '</html>' "$folder/report.html" && grep -q '</testsuites>' "$folder/junit.xml"
  local code=$?
  rm -r "$folder"
  return "$code"
}

# Every format, read by programs of others in a Python environment of its own (tests/readers).
read_back() {
  local folder readers=${READERS:-${CARGO_TARGET_DIR:-target}/readers}
  if [ ! -x "$readers/bin/python" ] || ! "$readers/bin/python" -c "import pandas, nbconvert, hdrh" 2>/dev/null; then
    python3 -m venv "$readers" && "$readers/bin/pip" install --quiet --disable-pip-version-check -r tests/readers/requirements.txt || return 1
  fi
  folder=$(mktemp -d)
  write_everything "$folder" >"$output" && "$readers/bin/python" tests/readers/read.py "$folder"
  local code=$?
  [ "$code" -eq 0 ] || cat "$output"
  rm -r "$folder"
  return "$code"
}

# One run in every format, what it streams, and a store with it and a sweep.
write_everything() {
  local run=("$program" run rush --quiet --duration 60s) format
  local -x SCALELAB_RUNS=$1/runs.sqlite
  "${run[@]}" --out "$1/run" --track --tag why=readers || [ $? -eq 99 ] || return 1
  "${run[@]}" --format jsonl >"$1/stream.jsonl" || [ $? -eq 99 ] || return 1
  "${run[@]}" --format csv >"$1/stream.csv" || [ $? -eq 99 ] || return 1
  "$program" sweep mm1 --over seed=1,2 --replications 2 --track --quiet || return 1
  "$program" pack "$1/run" --to "$1/packed.slrun" || return 1
  for format in html md xml csv jsonl parquet trace.json hlog hgrm ipynb; do
    "$program" export "$1/run" --to "$1/export.$format" || return 1
  done
}

# A headless run, whole where it is simulated and short where it is live: exit code 0, or 99 where it misses an
# objective; stdout is one JSON document.
run_scenario() {
  local code=0
  local duration=()
  if grep -q 'mode: Live' "$1"; then duration=(--duration "$scenario_duration"); fi
  timeout "$scenario_timeout" "$program" run "$1" ${duration[@]+"${duration[@]}"} --format json >"$output" || code=$?
  case $code in
    0) ;;
    99) echo "an objective failed, which is an answer, too" ;;
    *) return "$code" ;;
  esac
  [ "$(head -c 1 "$output")" = "{" ] && [ "$(tail -n 1 "$output" | tail -c 2)" = "}" ] ||
    { head -c 400 "$output"; echo "stdout is not a JSON document" >&2; return 1; }
}

main
