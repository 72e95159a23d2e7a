"""Runs queries on tables: one line of JSON for each query, with what it found in each row, or an error.

The input is JSON: `engine`, `tables` (`name`, `columns` as pairs of name and type, `nested`, `rows` as lists) and
`queries`. Types are `text`, `integer`, `time`, `list` of texts, and `list NAME` of structs with that member. Of a row
the columns `row_id_`, `scope_key`, `scope` and `indicator` are printed, as far as it has them.
"""

import json
import sys

import query_languages
import query_pipes

PRINTED = ("row_id_", "scope_key", "scope", "indicator")


def tree(table):
    """The columns as a tree: names of a nested table are paths."""
    root = {}
    for name, kind in table["columns"]:
        *outer, last = name.split(".") if table["nested"] else [name]
        node = root
        for part in outer:
            node = node.setdefault(part, {})
        node[last] = kind
    return root


def records(table):
    for row in table["rows"]:
        record = {}
        for (name, kind), value in zip(table["columns"], row):
            *outer, last = name.split(".") if table["nested"] else [name]
            node = record
            for part in outer:
                node = node.setdefault(part, {})
            if kind.startswith("list ") and value is not None:
                value = [{kind[5:]: element} for element in value]
            node[last] = value
        yield record


def arrow_tables(tables):
    import datetime

    import pyarrow

    plain = {
        "text": pyarrow.string(), "integer": pyarrow.int64(), "time": pyarrow.timestamp("us"),
        "list": pyarrow.list_(pyarrow.string()),
    }

    def type_of(node):
        if isinstance(node, dict):
            return pyarrow.struct([(name, type_of(inner)) for name, inner in node.items()])
        if node.startswith("list "):
            return pyarrow.list_(pyarrow.struct([(node[5:], pyarrow.string())]))
        return plain[node]

    def timed(record):
        return {
            name: datetime.datetime.fromisoformat(value) if columns.get(name) == "time" and value else value
            for name, value in record.items()
        }

    for table in tables:
        columns = tree(table)
        schema = pyarrow.schema([(name, type_of(kind)) for name, kind in columns.items()])
        yield table["name"], pyarrow.Table.from_pylist([timed(record) for record in records(table)], schema=schema)


def rows_of_duckdb(connection, tables, ask):
    for name, content in arrow_tables(tables):
        connection.register("content", content)
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM content')

    def run(text):
        result = ask(connection, text)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row)) for row in result.fetchall()]

    return run


def duckdb_runner(tables):
    import duckdb

    return rows_of_duckdb(duckdb.connect(), tables, lambda connection, text: connection.execute(text))


def duckdb_kql_runner(tables):
    import duckdb_kql

    return rows_of_duckdb(duckdb_kql.connect(), tables, duckdb_kql.kql)


def datafusion_runner(tables):
    import datafusion

    context = datafusion.SessionContext()
    for name, content in arrow_tables(tables):
        context.register_record_batches(name, [content.to_batches()])

    return lambda text: context.sql(text).to_pylist()


def clickhouse_runner(tables, is_kusto):
    from chdb import session

    # Texts of Kusto are never null.
    plain = {"text": "String" if is_kusto else "Nullable(String)", "integer": "Nullable(Int64)"}
    plain |= {"time": "Nullable(DateTime64(6, 'UTC'))", "list": "Array(String)"}

    def type_of(node):
        if isinstance(node, dict):
            return "Tuple(" + ", ".join(f"`{name}` {type_of(inner)}" for name, inner in node.items()) + ")"
        if node.startswith("list "):
            return f"Array(Tuple(`{node[5:]}` Nullable(String)))"
        return plain[node]

    def without_null(value):
        if isinstance(value, dict):
            return {name: without_null(inner) for name, inner in value.items() if inner is not None}
        return value

    runner = session.Session()
    runner.query("CREATE DATABASE d ENGINE = Atomic; USE d")
    for table in tables:
        columns = ", ".join(f"`{name}` {type_of(kind)}" for name, kind in tree(table).items())
        runner.query(f"CREATE TABLE d.`{table['name']}` ({columns}) ENGINE = Memory")
        rows = "\n".join(json.dumps(without_null(record), ensure_ascii=False) for record in records(table))
        runner.query(f"INSERT INTO d.`{table['name']}` SETTINGS date_time_input_format = 'best_effort' FORMAT JSONEachRow {rows}")
    if is_kusto:
        runner.query("SET allow_experimental_kusto_dialect = 1")
        runner.query("SET dialect = 'kusto'")

    def run(text):
        if is_kusto:
            text += "\n| project row_id_"
        answer = runner.query(text, "JSONEachRow").bytes().decode()
        return [json.loads(line) for line in answer.splitlines()]

    return run


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    work = json.load(sys.stdin)
    runners = {
        "duckdb": duckdb_runner,
        "duckdb-kql": duckdb_kql_runner,
        "datafusion": datafusion_runner,
        "clickhouse": lambda tables: clickhouse_runner(tables, False),
        "kusto": lambda tables: clickhouse_runner(tables, True),
        **query_languages.RUNNERS,
        **query_pipes.RUNNERS,
    }
    run = runners[work["engine"]](work["tables"])
    known = {}
    for query in work["queries"]:
        if query not in known:
            try:
                rows = run(query)
                found = {" ".join(str(row[name]) for name in PRINTED if name in row) for row in rows}
                known[query] = json.dumps(sorted(found))
            except Exception as error:  # What an engine refuses is an answer, too.
                known[query] = json.dumps({"error": f"{type(error).__name__}: {error}"[:600]})
        print(known[query])


if __name__ == "__main__":
    main()
