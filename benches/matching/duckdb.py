"""Joins the events of a folder with the values of indicators in it, in one thread, and prints lines of a table.

It finds equal values only: no networks, no names below domains, no LIKE, no validity.
"""

import sys
import time

import duckdb

folder = sys.argv[1]
db = duckdb.connect()
db.execute("SET threads = 1")
db.execute("SET enable_progress_bar = false")
text = "delim = '\t', quote = '', escape = '', header = false"
db.execute(f"CREATE TABLE indicators AS SELECT * FROM read_csv('{folder}/values.csv', {text}, columns = {{'value': 'VARCHAR'}})")
db.execute(
    f"CREATE TABLE fields AS SELECT * FROM read_csv('{folder}/fields.csv', {text},"
    " columns = {'event': 'INTEGER', 'value': 'VARCHAR'})"
)
db.execute(f"CREATE TABLE lines AS SELECT json FROM read_ndjson_objects('{folder}/lines.json')")
events = db.execute("SELECT count(*) FROM lines").fetchone()[0]

FIELDS = "SELECT count(*) FROM fields JOIN indicators USING (value)"
LINES = """
SELECT count(*) FROM (
    SELECT unnest(list_concat(
        json_extract_string(json, [
            '$."id.orig_h"', '$."id.resp_h"', '$.query', '$.answers[0]', '$.answers[1]', '$.host',
            '$.EventData.Image', '$.EventData.ParentImage', '$.EventData.CommandLine', '$.EventData.DestinationIp']),
        ['http://' || (json->>'$.host') || (json->>'$.uri')],
        regexp_extract_all(lower(json->>'$.EventData.Hashes'), '=([0-9a-f]+)', 1))) AS value FROM lines)
JOIN indicators USING (value)
"""

for name, query in (("lines", LINES), ("fields", FIELDS)):
    best = None
    for _ in range(3):
        start = time.process_time()
        hits = db.execute(query).fetchone()[0]
        seconds = time.process_time() - start
        best = min(seconds, best or seconds)
    print(f"| DuckDB {duckdb.__version__}, join of {name}, {hits} hits | {events / best / 1e6:.3f} M/s, {1e9 * best / events:.0f} ns | |")
