"""Runs queries on tables: a line of JSON for each query, with the ids of the rows that it found, or an error.

The input is JSON: `engine`, `tables` (`name`, `columns` as pairs of name and type, `rows` as lists, the first column
is `row_id_`) and `queries`.
"""

import json
import sys


def duckdb_runner(tables):
    import duckdb

    types = {"text": "VARCHAR", "ip": "VARCHAR", "integer": "BIGINT", "list": "VARCHAR[]", "time": "TIMESTAMP"}
    connection = duckdb.connect()
    for table in tables:
        columns = ", ".join(f'"{name}" {types[kind]}' for name, kind in table["columns"])
        connection.execute(f'CREATE TABLE "{table["name"]}" ({columns})')
        marks = ", ".join("?" for _ in table["columns"])
        connection.executemany(f'INSERT INTO "{table["name"]}" VALUES ({marks})', table["rows"])

    def run(text):
        result = connection.execute(text)
        first = [column[0] for column in result.description]
        return [row[first.index("row_id_") if "row_id_" in first else 0] for row in result.fetchall()]

    return run


def datafusion_runner(tables):
    import datafusion
    import pyarrow

    types = {
        "text": pyarrow.string(), "ip": pyarrow.string(), "integer": pyarrow.int64(),
        "list": pyarrow.list_(pyarrow.string()), "time": pyarrow.string(),
    }
    context = datafusion.SessionContext()
    for table in tables:
        schema = pyarrow.schema([(name, types[kind]) for name, kind in table["columns"]])
        rows = list(zip(*table["rows"]))
        arrays = [pyarrow.array(values, kind.type) for values, kind in zip(rows, schema)]
        batch = pyarrow.record_batch(arrays, schema=schema)
        context.register_record_batches(table["name"], [[batch]])

    def run(text):
        return [row["row_id_"] for row in context.sql(text).to_pylist()]

    return run


def clickhouse_runner(tables, is_kusto):
    from chdb import session

    types = {"text": "String", "ip": "String", "integer": "Int64", "list": "Array(String)", "time": "DateTime64(6, 'UTC')"}
    runner = session.Session()
    # Strings of Kusto are never null.
    wrap = (lambda kind: types[kind]) if is_kusto else (
        lambda kind: types[kind] if kind == "list" else f"Nullable({types[kind]})"
    )
    runner.query("CREATE DATABASE d ENGINE = Atomic; USE d")
    for table in tables:
        kinds = [(name, "Nullable(Int64)" if kind == "integer" else wrap(kind)) for name, kind in table["columns"]]
        columns = ", ".join(f"`{name}` {kind}" for name, kind in kinds)
        runner.query(f"CREATE TABLE d.`{table['name']}` ({columns}) ENGINE = Memory")
        names = [name for name, _ in table["columns"]]
        rows = "\n".join(
            json.dumps({name: value for name, value in zip(names, row) if value is not None}, ensure_ascii=False)
            for row in table["rows"]
        )
        runner.query(f"INSERT INTO d.`{table['name']}` FORMAT JSONEachRow {rows}")
    if is_kusto:
        runner.query("SET allow_experimental_kusto_dialect = 1")
        runner.query("SET dialect = 'kusto'")

    def run(text):
        if is_kusto:
            text += "\n| project row_id_"
        answer = runner.query(text, "JSONEachRow").bytes().decode()
        return [row.get("row_id_", row.get("scope_key")) for row in map(json.loads, answer.splitlines())]

    return run


def main():
    work = json.load(sys.stdin)
    engine, tables = work["engine"], work["tables"]
    run = {
        "duckdb": duckdb_runner,
        "datafusion": datafusion_runner,
        "clickhouse": lambda tables: clickhouse_runner(tables, False),
        "kusto": lambda tables: clickhouse_runner(tables, True),
    }[engine](tables)
    for query in work["queries"]:
        try:
            print(json.dumps(sorted(set(run(query)))))
        except Exception as error:  # what an engine refuses is an answer
            print(json.dumps({"error": f"{type(error).__name__}: {error}"[:600]}))


main()
