#!/usr/bin/env python3
"""Writes assets/notices.txt.xz: the licences of everything that is built into scalelab. Run it after Cargo.lock has changed.

    assets/notices.py
"""

import json
import lzma
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Hosts of registries are of no use to who reads a licence.
REGISTRY = re.compile(r"https?://(www\.)?crates\.io\S*|crates\.io")


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    packages = {package["id"]: package for package in found["packages"]}
    nodes = {node["id"]: node for node in found["resolve"]["nodes"]}
    reached, coming = set(), [found["resolve"]["root"]]
    while coming:
        own = coming.pop()
        for dependency in nodes[own]["deps"]:
            # What tests and build scripts need is not built in.
            if dependency["pkg"] not in reached and any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                reached.add(dependency["pkg"])
                coming.append(dependency["pkg"])
    used = sorted((packages[own] for own in reached), key=lambda package: (package["name"], package["version"]))
    texts, lines = {}, []
    for package in used:
        numbers = []
        for path in sorted(Path(package["manifest_path"]).parent.iterdir()):
            if re.match(r"(?i)(licen[cs]e|copying|copyright|notice|unlicense)", path.name) and path.is_file():
                text = REGISTRY.sub("the registry", path.read_text(errors="replace")).strip()
                numbers.append(texts.setdefault(" ".join(text.split()), (len(texts) + 1, text))[0])
        lines.append(f"{package['name']} {package['version']}: {package['license'] or 'see its text'} {numbers or ''}".rstrip())
    out = ["scalelab is built with these packages. Numbers name the texts below.", "", *lines]
    for number, text in texts.values():
        out += ["", "=" * 80, f"[{number}]", "", text]
    data = "\n".join(out).encode() + b"\n"
    (ROOT / "assets/notices.txt.xz").write_bytes(lzma.compress(data, preset=9))
    print(f"{len(used)} packages, {len(texts)} texts, {len(data)} bytes")


main()
