#!/usr/bin/env python3
"""Makes the same table of indicators with programs in other languages, and prints one line for each that is installed.

    cargo run --release -- --feed feed.json
    python3 others.py feed.json

The table has id, pattern, valid_from, valid_until and created of each indicator. None of them parses the pattern, so
compare with the time that stixkit takes to read, not to make rows. Each runs in a process of its own, whose start
counts, and the best of three runs is printed with the most memory that it had.
"""

import os
import shutil
import subprocess
import sys
import time

RUNS = 3

PROGRAMS = {
    "Python json": """
import json, sys
rows = [(o.get("id"), o.get("pattern"), o.get("valid_from"), o.get("valid_until"), o.get("created"))
        for o in json.load(open(sys.argv[1]))["objects"] if o.get("type") == "indicator"]
""",
    "Python stix2": """
import stix2, sys
rows = [(o.id, o.pattern, o.valid_from, o.get("valid_until"), o.created)
        for o in stix2.parse(open(sys.argv[1]), allow_custom=True).objects if o.type == "indicator"]
""",
    "Polars": """
import polars, sys
frame = polars.read_json(sys.argv[1]).select("objects").explode("objects").unnest("objects")
rows = frame.filter(polars.col("type") == "indicator").select("id", "pattern", "valid_from", "valid_until", "created")
""",
    "DuckDB": """
import duckdb, sys
rows = duckdb.sql("SELECT unnest(objects, recursive := false) AS o FROM read_json(?, maximum_object_size = 1000000000)",
                  params=[sys.argv[1]]).filter("o.type = 'indicator'").fetchall()
""",
}
JQ = '.objects[] | select(.type == "indicator") | [.id, .pattern, .valid_from, .valid_until, .created] | @csv'


def measure(command):
    """Seconds of the fastest run and the largest memory, or None if the program fails."""
    best = None
    for _ in range(RUNS):
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        if status != 0:
            return None
        if best is None or seconds < best[0]:
            best = seconds, usage.ru_maxrss / 1024
    return best


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    feed = sys.argv[1]
    commands = {name: [sys.executable, "-c", program, feed] for name, program in PROGRAMS.items()}
    if shutil.which("jq"):
        commands["jq"] = ["jq", "-r", JQ, feed]
    print("| program | seconds | MiB |\n|---|--:|--:|")
    for name, command in commands.items():
        result = measure(command)
        print(f"| {name} | {result[0]:.2f} | {result[1]:.0f} |" if result else f"| {name} | not installed, or fails | |")


if __name__ == "__main__":
    main()
