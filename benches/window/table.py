"""Reads the documents that `--measure-frames` left in a folder, and prints the table of the README."""

import json
import pathlib
import sys

MIB = 1024 * 1024


def frames(found):
    millis, parts = found["frames"]["outside_renderer_ms"], found["frames"]
    each = ", ".join(
        f"{name} {parts[key]['p99']:.2f}"
        for name, key in [
            ("logic", "logic_ms"),
            ("views", "ui_ms"),
            ("end of pass", "end_of_pass_ms"),
            ("tessellation", "tessellation_ms"),
        ]
    )
    return f"p50 {millis['p50']:.2f}, p99 {millis['p99']:.2f}, max {millis['max']:.2f} ms ({parts['drawn']} frames; p99 of {each})"


def start(found):
    begin = found["start"]
    return (
        f"{begin['without_driver_secs'] * 1000:.0f} ms, and {begin['driver_secs'] * 1000:.0f} for display and driver, "
        f"{begin['wait_secs'] * 1000:.0f} + {(begin['render_secs'] or 0) * 1000:.0f} for toolkit and renderer"
    )


def idle(found):
    idle = found["idle"]
    causes = f" ({'; '.join(idle['causes'])})" if idle["causes"] else ""
    return f"{idle['frames']} frames in {idle['secs']:.0f} s{causes}"


def share(found):
    share = found["share_of_a_core"]
    return f"{share['window_threads'] * 100:.1f} % with software rendering, {share['drawing_thread'] * 100:.1f} % its own thread"


def knob(found):
    millis = found["knob_to_mark_ms"]
    return f"p50 {millis['p50']:.0f}, max {millis['max']:.0f} ms" if millis else "no knob was turned"


def memory(found):
    memory = found["memory"]
    settled, last = memory["settled"], memory["last"]
    hours = lambda reading: f"{reading['run_secs'] / 3600:.2f} h"
    return (
        f"{settled['bytes'] / MIB:.1f} MiB after {settled['secs']:.0f} s ({hours(settled)} of run), "
        f"{last['bytes'] / MIB:.1f} after {last['secs']:.0f} s ({hours(last)}): {memory['growth_bytes'] / MIB:+.1f}; "
        f"at most {memory['peak_bytes'] / MIB:.1f}"
    )


ROWS = [
    ("frames64", "a frame outside the renderer, 64 machines, ten minutes of history", "p99 < 4 ms", frames),
    ("frames1000", "the same with 1,000 machines", "p99 < 8 ms", frames),
    ("start", "first frame, `dask-mean`, live", "500 ms", start),
    ("start64", "first frame, 64 machines, simulated", "500 ms", start),
    ("knob", "from a knob to the frame with its mark", "100 ms", knob),
    ("paused", "frames while a run stands still", "0", idle),
    ("over", "frames after a run is over", "0", idle),
    ("quiet", "share of a core in quiet mode", "5 %", share),
    ("hour", "memory over an hour of run time, as fast as possible", "flat", memory),
    ("memory", "memory, as fast as possible without end", "flat", memory),
]

folder = pathlib.Path(sys.argv[1])
print("| what | at most | measured |\n|---|---|---|")
for name, what, bound, told in ROWS:
    path = folder / f"{name}.json"
    if path.exists():
        print(f"| {what} | {bound} | {told(json.loads(path.read_text()))} |")
