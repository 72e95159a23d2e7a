"""A feed into a table, as in the guide `feed_to_table`, with the libraries of Python."""

import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import stix2
from stix2patterns.v21.pattern import Pattern
from taxii2client.v21 import Collection, as_pages

FIELDS = ["stix_id", "modified", "state", "confidence", "labels", "provider", "path", "operator", "value", "pattern"]


def state(indicator):
    now = datetime.now(timezone.utc)
    if indicator.get("revoked"):
        return "revoked"
    if "valid_until" in indicator and indicator.valid_until <= now:
        return "expired"
    return "pending" if indicator.valid_from > now else "active"


def rows(page, names):
    """A row for each comparison. It says neither whether the value means something alone nor what is negated."""
    for text in page.get("objects", []):
        try:
            own = stix2.parse(text, allow_custom=True)
            if own["type"] != "indicator":
                names[own["id"]] = own.get("name")
                continue
            comparisons = Pattern(own.pattern).inspect().comparisons
        except Exception as error:
            print(f"{text.get('id')}: {error}", file=sys.stderr)
            continue
        head = {
            "stix_id": own.id,
            "modified": own.modified,
            "state": state(own),
            "confidence": own.get("confidence"),
            "labels": own.get("labels", []),
            "provider": names.get(own.get("created_by_ref")),
            "pattern": own.pattern,
        }
        for object_type, tests in comparisons.items():
            for path, operator, value in tests:
                path = object_type + ":" + ".".join(map(str, path))
                yield head | {"path": path, "operator": operator, "value": value}


def write(rows, folder):
    table = pa.table({name: [row[name] for row in rows] for name in FIELDS})
    pq.write_table(table, folder / "rows.unfinished")
    os.rename(folder / "rows.unfinished", folder / f"rows-{len(list(folder.iterdir()))}.parquet")


def replace(path, text):
    """Replaces a file as a whole."""
    new = path.with_suffix(".new")
    with open(new, "w") as file:
        file.write(text)
        os.fsync(file.fileno())
    os.rename(new, path)


def poll(url, folder, user=None, password=None):
    path, names = folder / "state.json", {}
    since = json.loads(path.read_text()) if path.exists() else {}
    collection = Collection(url, user=user, password=password)
    newest = since.get("added_after", "")
    for page in as_pages(collection.get_objects, per_request=500, **since):
        write(list(rows(page, names)), folder)
        manifest = collection.get_manifest(**since)
        newest = max([newest] + [record["date_added"] for record in manifest.get("objects", [])])
    # Only a walk that came to its end has a date to go on from: a crash before it reads all pages again.
    replace(path, json.dumps({"added_after": newest} if newest else {}))


if __name__ == "__main__":
    try:
        poll(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
    except KeyboardInterrupt:
        pass
