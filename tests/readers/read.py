"""Reads back what `scalelab` writes, with readers that scalelab did not write, and compares what they find with the summary.

    read.py FOLDER    with run/ (a run directory), packed.slrun, export.* (of that run), stream.jsonl, stream.csv, runs.sqlite

Perfetto's own trace processor looks at the trace, too, where TRACE_PROCESSOR names it and its Python package is there.
"""

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import html5lib
import junitparser
import pandas
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader
from markdown_it import MarkdownIt

LONGEST = 3_600_000_000_000


def main(folder):
    summary = json.loads((folder / "run/summary.json").read_text())
    steps = [metrics, histograms, percentiles, trace, page, markdown, junit, packed, streams, store, notebook]
    for step in steps:
        print(f"  {step.__name__}: {step(folder, summary)}")


def close(found, expected, share, what):
    assert abs(found - expected) <= share * max(abs(expected), 1e-12), f"{what}: {found}, expected {expected}"


def metrics(folder, summary):
    """pandas and Arrow: the same table as CSV, JSON lines and Parquet, and it adds up to what the summary says."""
    csv = pandas.read_csv(folder / "export.csv")
    jsonl = pandas.read_json(folder / "export.jsonl", lines=True)
    parquet = pandas.read_parquet(folder / "export.parquet")
    pandas.testing.assert_frame_equal(csv, parquet, check_dtype=False)
    pandas.testing.assert_frame_equal(csv, jsonl[csv.columns], check_dtype=False)
    assert csv["time_secs"].is_monotonic_increasing and len(csv) >= 10, csv
    warm = csv[csv["time_secs"] > summary["warmup_secs"] + 3]
    close(warm["completed_per_sec"].mean(), summary["throughput_jobs_per_sec"], 0.05, "throughput")
    return f"{len(csv)} lines, {len(csv.columns)} columns, thrice the same"


def histograms(folder, summary):
    """HdrHistogram for Python: the intervals add up to every job that completed."""
    reference = HdrHistogram(1, LONGEST, 3)
    reader = HistogramLogReader(str(folder / "export.hlog"), reference)
    together, count = HdrHistogram(1, LONGEST, 3), 0
    while (interval := reader.get_next_interval_histogram()) is not None:
        together.add(interval)
        count += 1
    reader.close()
    assert together.get_total_count() == summary["totals"]["jobs"]["completed"], together.get_total_count()
    if summary["warmup_secs"] == 0:
        close(together.get_value_at_percentile(99) / 1e9, summary["latency_secs"]["p99"], 0.002, "p99")
        close(together.get_mean_value() / 1e9, summary["latency_secs"]["mean"], 0.002, "mean")
    return f"{count} intervals, {together.get_total_count()} latencies"


def percentiles(folder, summary):
    """The text form has the percentiles of the interval log."""
    lines = (folder / "export.hgrm").read_text().splitlines()
    assert lines[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"], lines[0]
    rows = [[float(cell) for cell in line.split()] for line in lines[2:] if not line.startswith("#")]
    assert rows == sorted(rows, key=lambda row: (row[0], row[1])), "values and percentiles grow together"
    assert rows[-1][1] == 1.0 and rows[-1][2] == summary["totals"]["jobs"]["completed"], rows[-1]
    for value, percentile, _, *rest in rows:
        assert not rest or abs(rest[0] - 1 / (1 - percentile)) < 0.01 * rest[0], (value, percentile, rest)
    assert any(line.startswith("#[Max") and "Total count" in line for line in lines)
    return f"{len(rows)} percentiles"


def trace(folder, summary):
    """Trace Event Format: slices of a track do not overlap, spans are closed, jobs are all there."""
    events = json.loads((folder / "export.trace.json").read_text())
    tracks, spans, kinds = defaultdict(list), defaultdict(list), defaultdict(int)
    for event in events:
        kinds[event["ph"]] += 1
        if event["ph"] == "X":
            tracks[event["pid"], event["tid"]].append((event["ts"], event["dur"]))
        elif event["ph"] in "be":
            spans[event["cat"], event["id"]].append((event["ph"], event["ts"]))
    names = {(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name"}
    assert set(tracks) <= names, "each core that worked has a name"
    for track, slices in tracks.items():
        slices.sort()
        for (start, lasts), (following, _) in zip(slices, slices[1:]):
            # Microseconds as doubles are good to a nanosecond.
            assert start + lasts <= following + 0.002, f"{track}: {start} + {lasts} > {following}"
    for span, ends in spans.items():
        assert [phase for phase, _ in ends] == ["b", "e"] and ends[0][1] <= ends[1][1] + 0.002, (span, ends)
    jobs = sum(category == "job" for category, _ in spans)
    account = summary["totals"]["jobs"]
    assert jobs == account["arrived"] - account["in_flight"], (jobs, account)
    assert kinds["C"] > 0 and kinds["i"] > 0, dict(kinds)
    return f"{sum(map(len, tracks.values()))} slices on {len(tracks)} cores, {jobs} jobs; trace processor: {perfetto(folder, jobs)}"


def perfetto(folder, jobs):
    processor = os.environ.get("TRACE_PROCESSOR")
    if processor is None:
        return "not here"
    from perfetto.trace_processor import TraceProcessor, TraceProcessorConfig

    with TraceProcessor(trace=str(folder / "export.trace.json"), config=TraceProcessorConfig(bin_path=processor)) as found:
        counted = next(iter(found.query("select count(*) as jobs from slice where category = 'job'"))).jobs
        assert counted == jobs, (counted, jobs)
        errors = list(found.query("select name, value from stats where severity = 'error' and value > 0"))
        assert not errors, [(error.name, error.value) for error in errors]
    return "agrees"


def page(folder, summary):
    """html5lib in strict mode takes the page, which fetches nothing."""
    text = (folder / "export.html").read_text()
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    assert document.find("head/title").text == summary["title"]
    addresses = [element.get(name) for element in document.iter() for name in ("src", "href") if element.get(name)]
    assert not addresses and "url(" not in text and "@import" not in text, addresses
    pictures = [element for element in document.iter() if str(element.tag).endswith("svg")]
    assert len(pictures) == 4, len(pictures)
    return f"{len(pictures)} pictures, {len(document.findall('body/table'))} tables, nothing fetched"


def markdown(folder, summary):
    """CommonMark with tables: what looks like a table is one."""
    tokens = MarkdownIt("commonmark").enable("table").parse((folder / "export.md").read_text())
    tables = sum(token.type == "table_open" for token in tokens)
    heading = next(tokens[ix + 1].children for ix, token in enumerate(tokens) if token.type == "heading_open")
    assert "".join(part.content for part in heading) == summary["title"], heading
    assert tables == (3 if summary["objectives"] else 2), tables
    return f"{tables} tables"


def junit(folder, summary):
    """junitparser counts what the file says it counts."""
    suites = junitparser.JUnitXml.fromfile(str(folder / "export.xml"))
    cases = [case for suite in suites for case in suite]
    assert len(cases) == suites.tests == len(summary["objectives"]) + len(summary["checks"]), len(cases)
    missed = sum(not objective["met"] and objective["fails_run"] for objective in summary["objectives"])
    assert sum(any(isinstance(result, junitparser.Failure) for result in case.result) for case in cases) == missed
    return f"{len(cases)} cases, {missed} failures"


def packed(folder, summary):
    """Any ZIP program opens a packed run; its files are those of the directory."""
    with zipfile.ZipFile(folder / "packed.slrun") as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        assert names == {path.name for path in (folder / "run").iterdir()}, names
        for name in names:
            assert archive.read(name) == (folder / "run" / name).read_bytes(), name
    return f"{len(names)} files"


def streams(folder, summary):
    """What stood on stdout while the run went on is what the run wrote."""
    lines = [json.loads(line) for line in (folder / "stream.jsonl").read_text().splitlines()]
    assert [lines[0]["type"], lines[-1]["type"]] == ["start", "summary"], lines[0]
    assert {line["type"] for line in lines[1:-1]} == {"row"}
    assert lines[-1]["summary"]["hash"] == summary["hash"], "the same run"
    rows = pandas.DataFrame([line["row"] for line in lines[1:-1]])
    csv = pandas.read_csv(folder / "stream.csv")
    pandas.testing.assert_frame_equal(rows, csv, check_dtype=False)
    pandas.testing.assert_frame_equal(csv, pandas.read_csv(folder / "export.csv"), check_dtype=False)
    return f"{len(rows)} lines, twice the same"


def store(folder, summary):
    """SQLite's own library reads the store of runs."""
    with sqlite3.connect(folder / "runs.sqlite") as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        found = connection.execute("select id, hash from runs where parent is null and mode = 'simulate'").fetchall()
        assert [hash for _, hash in found] == [summary["hash"]], found
        p99 = connection.execute("select value from metrics where run = ? and name = 'p99'", found[0][:1]).fetchone()[0]
        close(p99, summary["latency_secs"]["p99"], 1e-12, "p99")
        parts = connection.execute(
            "select count(*) from runs join runs parents on runs.parent = parents.id where parents.mode = 'sweep'"
        ).fetchone()[0]
        assert parts == 2, parts
    return f"1 run, a sweep with {parts} parts"


def notebook(folder, summary):
    """nbconvert executes the notebook beside its CSV."""
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "executed.ipynb"]
    environment = os.environ | {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    done = subprocess.run([*command, str(folder / "export.ipynb")], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    cells = json.loads((folder / "executed.ipynb").read_text())["cells"]
    outputs = [output for cell in cells if cell["cell_type"] == "code" for output in cell["outputs"]]
    pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert pictures == 4, pictures
    return f"{len(cells)} cells, {pictures} pictures"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
