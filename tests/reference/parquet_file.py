"""Reads Parquet files with pyarrow and with DuckDB.

usage: parquet_file.py FILE.parquet [FILE.parquet ...]

Prints JSON lines: for each reader and file one with the reader's name and release, the number of rows and the schema, and
then one for each row, without the columns that have no value. Times are microseconds since 1970.
"""

import json
import sys

import duckdb
import pyarrow
import pyarrow.parquet


def dump(value):
    # What is no number to JSON goes out as text.
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        value = str(value)
    print(json.dumps(value))


def rows_of(names, rows):
    for row in rows:
        dump({name: value for name, value in zip(names, row) if value is not None})


def with_pyarrow(path):
    table = pyarrow.parquet.read_table(path)
    schema = {field.name: str(field.type) for field in table.schema}
    dump({"reader": "pyarrow", "release": pyarrow.__version__, "rows": table.num_rows, "schema": schema})
    columns = []
    for field, column in zip(table.schema, table.columns):
        if pyarrow.types.is_timestamp(field.type):
            column = column.cast(pyarrow.int64())
        columns.append(column.to_pylist())
    rows_of(table.schema.names, zip(*columns))


def with_duckdb(connection, path):
    relation = connection.sql("SELECT * FROM read_parquet($path)", params={"path": path})
    schema = {name: str(kind) for name, kind in zip(relation.columns, relation.types)}
    count = connection.execute("SELECT count(*) FROM read_parquet($path)", {"path": path}).fetchone()[0]
    dump({"reader": "duckdb", "release": duckdb.__version__, "rows": count, "schema": schema})
    wanted = (
        f'epoch_us("{name}")' if kind == "TIMESTAMP WITH TIME ZONE" else f'"{name}"' for name, kind in schema.items()
    )
    query = f"SELECT {', '.join(wanted)} FROM read_parquet($path)"
    rows_of(schema, connection.execute(query, {"path": path}).fetchall())


def main(*paths):
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    connection = duckdb.connect()
    for path in paths:
        with_pyarrow(path)
        with_duckdb(connection, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
