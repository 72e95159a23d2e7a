"""Parses SQL by sqlglot, or reads literals by the parser of an engine.

The input is JSON: `dialect` with whole `queries`, or `engine` with `queries` that are literals. The output has one line
of JSON for each query: the texts of its literals, or an error.
"""

import base64
import json
import sys

# So many literals are read at once.
MANY = 100


def sqlglot_reader(dialect):
    import sqlglot
    from sqlglot import exp

    def read(text):
        statements = sqlglot.parse(text, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
        if len(statements) != 1:
            raise ValueError(f"{len(statements)} statements")
        return [literal.this for literal in statements[0].find_all(exp.Literal) if literal.is_string]

    return lambda texts: map(read, texts)


def engine_reader(engine):
    if engine == "duckdb":
        import duckdb

        connection = duckdb.connect()
        return lambda texts: [[cell] for cell in connection.execute(f"SELECT {', '.join(texts)}").fetchone()]
    if engine == "datafusion":
        import datafusion

        context = datafusion.SessionContext()

        def read(texts):
            columns = ", ".join(f"{text} AS x{number}" for number, text in enumerate(texts))
            return [[cell] for cell in context.sql(f"SELECT {columns}").to_pylist()[0].values()]

        return read
    from chdb import session

    runner = session.Session()

    def read(texts):
        columns = ", ".join(f"base64Encode({text}) AS x{number}" for number, text in enumerate(texts))
        row = json.loads(runner.query(f"SELECT {columns}", "JSONEachRow").bytes().decode())
        return [[base64.b64decode(cell).decode()] for cell in row.values()]

    return read


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    work = json.load(sys.stdin)
    read = sqlglot_reader(work["dialect"]) if "dialect" in work else engine_reader(work["engine"])

    def one(text):
        try:
            return list(read([text]))[0]
        except Exception as error:  # What a parser refuses is an answer, too.
            return {"error": f"{type(error).__name__}: {error}"[:400]}

    for start in range(0, len(work["queries"]), MANY):
        texts = work["queries"][start : start + MANY]
        try:
            answers = list(read(texts))
            if len(answers) != len(texts):
                raise ValueError("another number of literals")
        except Exception:
            answers = map(one, texts)
        for answer in answers:
            print(json.dumps(answer))


if __name__ == "__main__":
    main()
