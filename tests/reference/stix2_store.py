"""Reads a folder that this project wrote as a store of stix2, and writes what it has into another one.

    python3 stix2_store.py FROM TO

Prints a line for each version of each object, sorted: its identifier, and its instant or nothing.
"""

import sys

import stix2

source, target = sys.argv[1:]
store = stix2.FileSystemSource(source, allow_custom=True)
sink = stix2.FileSystemSink(target, allow_custom=True)
lines = []
seen = {thing["id"] for thing in store.query()}
for identifier in seen:
    for thing in store.all_versions(identifier):
        sink.add(thing)
        modified = thing.get("modified")
        lines.append(f"{identifier} {modified.isoformat() if modified else ''}")
print("\n".join(sorted(lines)))
