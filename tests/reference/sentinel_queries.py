"""Runs the queries of the crate's documentation over the tables of Microsoft Sentinel, in DuckDB.

usage: sentinel_queries.py SOURCE...

The Kusto queries of the documentation in each SOURCE are translated by the package duckdb-kql. Standard input is as for
sentinel_rules.py; `parameters` are values of names that queries leave to the reader. Standard output has one JSON line
for each query: the rows that it finds, sorted, with texts in place of everything else.
"""

import json
import re
import sys

import duckdb_kql


def queries(source):
    with open(source, encoding="utf-8") as file:
        lines = (re.match(r"\s*//[!/] ?(.*)", line) for line in file)
        text = "\n".join(line.group(1) for line in lines if line)
    return re.findall(r"```kusto\n(.*?)```", text, re.DOTALL)


def main(*sources):
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    case = json.load(sys.stdin)
    connection = duckdb_kql.connect()
    for table, content in case["tables"].items():
        names = [name for name, _ in content["columns"]]
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in content['columns'])})")
        rows = [[row.get(name) for name in names] for row in content["rows"]]
        rows = [[json.dumps(cell) if isinstance(cell, (dict, list)) else cell for cell in row] for row in rows]
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
    connection.execute("CREATE TABLE CommonSecurityLog (TimeGenerated TIMESTAMPTZ, DestinationIP VARCHAR)")
    logs = [(case["now"], address) for address in case["logs"]["address"]]
    connection.executemany("INSERT INTO CommonSecurityLog VALUES (?::TIMESTAMPTZ - INTERVAL 30 MINUTE, ?)", logs)
    given = "".join(f"let {name} = {json.dumps(value)};\n" for name, value in case["parameters"].items())
    for source in sources:
        for query in queries(source):
            found = duckdb_kql.kql(connection, given + query, query_now=case["now"]).fetchall()
            print(json.dumps(sorted([["" if cell is None else str(cell) for cell in row] for row in found])))


if __name__ == "__main__":
    main(*sys.argv[1:])
