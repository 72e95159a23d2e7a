"""Runs the queries of the crate's documentation on core rows in a Parquet file, in several engines.

Spark is one of them if the package pyspark is there: it has 500 MB, and needs Java.

usage: engines.py DOCUMENTATION ROWS.parquet LOGS.json

LOGS is a list of [entry, src_ip, host]. Prints a JSON line for each engine: its name, its release, and what each of the four
queries finds, in the order of its columns as text.
"""

import importlib.util
import ipaddress
import json
import re
import sys

import chdb.session
import datafusion
import duckdb
import polars
import pyarrow

# The queries by their headings, and how many columns tell what a query finds.
QUERIES = ("Active values of a type", "Join with logs by value", "Join with logs by network", "Only the newest versions")
COLUMNS = ("entry", "src_ip", "host")


def documented(documentation):
    with open(documentation, encoding="utf-8") as file:
        text = "".join(line.removeprefix("//!").removeprefix(" ") for line in file if line.startswith("//!"))
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^#+ |\Z)", text, re.DOTALL | re.MULTILINE))
    blocks = {name: re.findall(r"```sql\n(.*?)```", body, re.DOTALL) for name, body in sections.items()}
    queries = [blocks[name][0] for name in QUERIES]
    keys_of_ipv4, keys_of_both = blocks["Join with logs by network"][1:]
    names = re.findall(r"^\| (\w+) \| (?:`(CREATE [^`]*)`|``(CREATE .*?) ``) \|$", text, re.MULTILINE)
    names = {engine: plain or quoted for engine, plain, quoted in names}
    return queries, keys_of_ipv4, keys_of_both, names


def ip_key(text):
    address = ipaddress.ip_address(text)
    return ("0" * 20 + "ffff" if address.version == 4 else "") + address.packed.hex()


def quoted(path):
    return "'" + path.replace("'", "''") + "'"


def show(engine, release, found):
    found = [sorted([["" if cell is None else str(cell) for cell in row] for row in rows]) for rows in found]
    print(json.dumps({"engine": engine, "release": release, "found": found}))


def with_duckdb(queries, keys, name, path, logs):
    connection = duckdb.connect()
    connection.execute(name.replace("'rows.parquet'", quoted(path)))
    connection.execute("CREATE TABLE raw_logs (entry INTEGER, src_ip VARCHAR, host VARCHAR)")
    connection.executemany("INSERT INTO raw_logs VALUES (?, ?, ?)", logs)
    connection.execute(f"CREATE VIEW logs AS {keys}")
    show("duckdb", duckdb.__version__, [connection.sql(query).fetchall() for query in queries])


def with_datafusion(queries, keys, name, path, logs):
    context = datafusion.SessionContext()
    context.sql(name.replace("'rows.parquet'", quoted(path)))
    columns = zip(*logs)
    table = pyarrow.table([pyarrow.array(column) for column in columns], names=COLUMNS)
    context.register_record_batches("raw_logs", [table.to_batches()])
    context.sql(f"CREATE VIEW logs AS {keys}")
    rows = lambda frame: [list(row.values()) for row in frame.to_pylist()]
    show("datafusion", datafusion.__version__, [rows(context.sql(query)) for query in queries])


def with_polars(queries, path, logs):
    frame = polars.LazyFrame([[*row, ip_key(row[1])] for row in logs], schema=[*COLUMNS, "ip_key"], orient="row")
    context = polars.SQLContext(hits=polars.scan_parquet(path), logs=frame)
    show("polars", polars.__version__, [context.execute(query).collect().rows() for query in queries])


def with_clickhouse(queries, keys, name, path, logs):
    session = chdb.session.Session()
    session.query("CREATE DATABASE feed")
    session.query("USE feed")
    session.query(name.replace("'rows.parquet'", quoted(path)))
    session.query("CREATE TABLE raw_logs (entry Int32, src_ip String, host String) ENGINE = Memory")
    values = ", ".join(f"({entry}, {quoted(ip)}, {quoted(host)})" for entry, ip, host in logs)
    session.query(f"INSERT INTO raw_logs VALUES {values}")
    session.query(f"CREATE VIEW logs AS {keys}")
    rows = lambda text: [json.loads(line) for line in text.splitlines()]
    found = [rows(str(session.query(query, "JSONCompactEachRow"))) for query in queries]
    show("clickhouse", chdb.__version__, found)


def with_spark(queries, keys, name, path, logs):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    spark.sql(name.replace("`rows.parquet`", f"`{path}`"))
    spark.createDataFrame(logs, "entry int, src_ip string, host string").createOrReplaceTempView("raw_logs")
    # The documentation names this one difference.
    spark.sql(f"CREATE TEMPORARY VIEW logs AS {keys.replace('to_hex', 'hex')}")
    show("spark", spark.version, [spark.sql(query).collect() for query in queries])


def main(documentation, path, logs):
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    queries, keys_of_ipv4, keys_of_both, names = documented(documentation)
    with open(logs, encoding="utf-8") as file:
        logs = json.load(file)
    with_duckdb(queries, keys_of_ipv4, names["DuckDB"], path, logs)
    with_datafusion(queries, keys_of_ipv4, names["DataFusion"], path, logs)
    with_polars(queries, path, logs)
    with_clickhouse(queries, keys_of_both, names["ClickHouse"], path, logs)
    if importlib.util.find_spec("pyspark"):
        with_spark(queries, keys_of_ipv4, names["Spark"], path, logs)


if __name__ == "__main__":
    main(*sys.argv[1:])
