"""Runs queries of ES|QL and SPL on tables: part of queries.py.

No engine and no parser of these languages can be installed, so the commands and functions that translations consist of are
read and evaluated here, as the documentation of the languages describes them.
"""

import datetime
import ipaddress
import re

import query_languages

TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:\\.|[^"\\])*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>(?:[@A-Za-z_][\w@]*|`[^`]*`)(?:\.(?:[@A-Za-z_][\w@]*|`[^`]*`))*)
    |(?P<quoted>'[^']*')|(?P<sign>==|!=|<=|>=|[<>(),.\-\[\]=*]))""",
    re.VERBOSE | re.DOTALL,
)


def tokens(text, is_spl):
    place, found = 0, []
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if not match:
            raise ValueError(f"no token at {text[place:place + 40]!r}")
        place = match.end()
        kind, own = match.lastgroup, match.group(match.lastgroup)
        if kind == "name" and is_spl and "." in own:
            parts = own.split(".")
            found += [token for part in parts for token in (("sign", "."), ("name", part))][1:]
        else:
            found.append((kind, own))
    return found


def text_of(literal, is_spl):
    inner = literal[1:-1]
    if is_spl:
        return re.sub(r'\\([\\"])', r"\1", inner)
    letters = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}

    def unescape(match):
        if match[1] not in letters:
            raise ValueError(f"an unknown escape {match[0]}")
        return letters[match[1]]

    if "\n" in inner or "\r" in inner:
        raise ValueError("a line break in a string")
    return re.sub(r"\\(.)", unescape, inner, flags=re.DOTALL)


class Reader:
    """Reads an expression into a function of a record."""

    def __init__(self, text, is_spl, functions):
        self.tokens, self.place, self.is_spl, self.functions = tokens(text, is_spl), 0, is_spl, functions

    def peek(self, *words):
        kind, own = self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")
        is_it = kind in ("name", "sign") and own in words
        self.place += is_it
        return is_it

    def expect(self, word):
        if not self.peek(word):
            raise ValueError(f"{word} expected, and not {self.tokens[self.place:self.place + 3]}")

    def whole(self):
        own = self.either()
        if self.place < len(self.tokens):
            raise ValueError(f"unexpected {self.tokens[self.place:self.place + 3]}")
        return own

    def either(self):
        parts = [self.both()]
        while self.peek("OR"):
            parts.append(self.both())
        if len(parts) == 1:
            return parts[0]

        def test(record):
            found = [part(record) for part in parts]
            return True if True in found else None if None in found else False

        return test

    def both(self):
        parts = [self.negation()]
        while self.peek("AND"):
            parts.append(self.negation())
        if len(parts) == 1:
            return parts[0]

        def test(record):
            found = [part(record) for part in parts]
            return False if False in found else None if None in found else True

        return test

    def negation(self):
        if not self.peek("NOT"):
            return self.comparison()
        inner = self.negation()

        def test(record):
            value = inner(record)
            return None if value is None else not value

        return test

    def comparison(self):
        left = self.sum()
        if self.peek("IS"):
            is_not = self.peek("NOT")
            self.expect("NULL")
            return lambda record: (left(record) is None) != is_not
        if self.peek("RLIKE"):
            regex = re.compile(self.primary()(None), re.DOTALL)
            return lambda record: single(left(record), lambda value: regex.fullmatch(value) is not None)
        if self.peek("IN"):
            values = self.arguments()
            return lambda record: single(left(record), lambda value: any(value == own(record) for own in values))
        for sign in ("==", "!=", "<=", ">=", "<", ">"):
            if self.peek(sign):
                right = self.sum()
                return lambda record: compared(left(record), right(record), sign, self.is_spl)
        return left

    def sum(self):
        left = self.primary()
        while True:
            if self.peek("-"):
                left = minus(left, self.primary())
            elif self.is_spl and self.peek("."):
                left = joined(left, self.primary())
            elif self.tokens[self.place : self.place + 1] and self.tokens[self.place][0] == "number":
                # `x-5` of SPL has a sign and no blank.
                left = minus(left, (lambda number: lambda record: -number)(float(self.tokens[self.place][1])))
                self.place += 1
            else:
                return left

    def arguments(self):
        self.expect("(")
        found = []
        while not self.peek(")"):
            found.append(self.either())
            self.peek(",")
        return found

    def primary(self):
        if self.peek("("):
            inner = self.either()
            self.expect(")")
            return inner
        if self.peek("["):
            found = []
            while not self.peek("]"):
                found.append(self.primary())
                self.peek(",")
            return lambda record: [own(record) for own in found]
        kind, own = self.tokens[self.place]
        self.place += 1
        if kind == "string":
            text = text_of(own, self.is_spl)
            return lambda record: text
        if kind == "number":
            number = float(own) if "." in own else int(own)
            if self.peek("seconds"):
                number = datetime.timedelta(seconds=number)
            return lambda record: number
        if kind not in ("name", "quoted"):
            raise ValueError(f"unexpected {own}")
        if self.tokens[self.place : self.place + 1] == [("sign", "(")]:
            function, arguments = self.functions[own], self.arguments()
            return lambda record: function(record, *[part(record) for part in arguments])
        if own in ("true", "false"):
            return lambda record: own == "true"
        name = own.replace("`", "").strip("'")
        return lambda record: record.get(name)


def minus(left, right):
    return lambda record: None if left(record) is None or right(record) is None else left(record) - right(record)


def joined(left, right):
    return lambda record: left(record) + right(record)


def single(value, test):
    """Nothing is known of several values."""
    return None if value is None or isinstance(value, list) else test(value)


def as_number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def compared(left, right, sign, is_spl):
    if left is None or right is None or isinstance(left, list) or isinstance(right, list):
        return None
    if is_spl and as_number(left) is not None and as_number(right) is not None:
        left, right = as_number(left), as_number(right)
    if sign in ("==", "!="):
        return (left == right) == (sign == "==")
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


def in_network(value, network):
    def test(own):
        try:
            return ipaddress.ip_address(own) in ipaddress.ip_network(network)
        except ValueError:
            return False

    return single(value, test)


def case(record, *arguments):
    pairs = list(zip(arguments[::2], arguments[1::2]))
    return next((value for test, value in pairs if test is True), None)


def values(value):
    return value if isinstance(value, list) else [value]


def date_trunc(_, span, time):
    return datetime.datetime.fromtimestamp(time.timestamp() // span.total_seconds() * span.total_seconds(), time.tzinfo)


def mapped(change):
    def function(_, value):
        return None if value is None else [change(own) for own in value] if isinstance(value, list) else change(value)

    return function


ESQL = {
    "STARTS_WITH": lambda _, value, text: single(value, lambda own: own.startswith(text)),
    "ENDS_WITH": lambda _, value, text: single(value, lambda own: own.endswith(text)),
    "CIDR_MATCH": lambda _, value, network: in_network(value, network),
    "TO_IP": mapped(str), "TO_STRING": mapped(str), "TO_LOWER": mapped(str.lower),
    "TO_DATETIME": mapped(datetime.datetime.fromisoformat),
    "MV_CONCAT": lambda _, value, text: None if value is None else text.join(values(value)),
    "MV_APPEND": lambda _, one, other: None if one is None or other is None else values(one) + values(other),
    "DATE_TRUNC": date_trunc, "CASE": case,
    "COALESCE": lambda _, *found: next((value for value in found if value is not None), None),
}
SPL = {
    "match": lambda _, value, text: single(value, lambda own: re.search(python_regex(text), str(own)) is not None),
    "mvfind": lambda _, value, text: next(
        (place for place, own in enumerate(values(value)) if own is not None and re.search(python_regex(text), own)), None
    ),
    "isnotnull": lambda _, value: value is not None, "isnull": lambda _, value: value is None,
    "lower": mapped(str.lower), "tonumber": lambda _, value: as_number(value),
    "cidrmatch": lambda _, network, value: in_network(value, network),
    "urldecode": lambda _, text: bytes(int(code, 16) for code in text.split("%")[1:]).decode(),
    "if": lambda _, test, one, other: one if test is True else other, "null": lambda _: None, "case": case,
    "false": lambda _: False, "searchmatch": lambda record, text: record["table_"] == text,
    "mvappend": lambda _, *found: list(found),
}


def python_regex(text):
    return text.replace(r"\z", r"\Z")


def split(text, separator):
    """Splits outside of strings and parentheses."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r'"(?:\\.|[^"\\])*"|[()\[\]]|' + re.escape(separator), text, re.DOTALL):
        own = match.group()
        depth += (own in "([") - (own in ")]")
        if own == separator and depth == 0:
            parts.append(text[start : match.start()].strip())
            start = match.end()
    return [*parts, text[start:].strip()]


AGGREGATES = {"min": min, "max": max, "count": len}


def aggregated(rows, text, functions, is_spl):
    """The values of `count(x) as n, …` or `n = COUNT(x), …` of rows."""
    found = {}
    for part in split(text, ","):
        if is_spl:
            own = re.fullmatch(r"(\w+)(?:\((\w+)\))?(?: as (\w+))?", part)
            kind, argument, name = own[1], own[2], own[3] or own[1]
        else:
            own = re.fullmatch(r"(\w+) = (\w+)\((.*)\)", part, re.DOTALL)
            kind, argument, name = own[2].lower(), own[3], own[1]
        if argument in (None, "*"):
            found[name] = len(rows)
        else:
            read = Reader(argument, is_spl, functions).whole()
            known = [value for value in map(read, rows) if value is not None]
            found[name] = len(known) if kind == "count" else AGGREGATES[kind](known, default=None)
    return found


def grouped(rows, names):
    groups = {}
    for row in rows:
        keys = [()]
        for name in names:
            keys = [(*key, value) for key in keys for value in values(row.get(name))]
        for key in keys:
            groups.setdefault(key, []).append(row)
    return groups


def esql_command(rows, word, text):
    read = lambda text: Reader(text, False, ESQL).whole()
    if word == "WHERE":
        test = read(text)
        return [row for row in rows if test(row) is True]
    if word == "EVAL":
        for part in split(text, ","):
            name, expression = part.split(" = ", 1)
            own = read(expression)
            rows = [{**row, name: own(row)} for row in rows]
        return rows
    if word == "MV_EXPAND":
        return [{**row, text: value} for row in rows for value in values(row.get(text))]
    if word == "STATS":
        aggregates, names = text.rsplit(" BY ", 1)
        names = [name.strip() for name in names.split(",")]
        groups = grouped(rows, names).items()
        return [{**dict(zip(names, key)), **aggregated(own, aggregates, ESQL, False)} for key, own in groups]
    if word in ("LIMIT", "FROM"):
        return rows
    raise ValueError(f"an unknown command {word}")


def spl_command(rows, word, text):
    read = lambda text: Reader(text, True, SPL).whole()
    if word == "where":
        test = read(text)
        return [row for row in rows if test(row) is True]
    if word == "eval":
        for part in split(text, ","):
            name, expression = part.split("=", 1)
            own = read(expression)
            rows = [{**row, name: own(row)} for row in rows]
        return rows
    if word == "mvexpand":
        return [{**row, text: value} for row in rows for value in values(row.get(text))]
    if word == "sort":
        names = text.removeprefix("0 ").split(", ")
        return sorted(rows, key=lambda row: [row[name] for name in names])
    if word == "search":
        tables = re.findall(r"[\w.]+", text.replace(" OR ", " "))
        return [row for row in rows if row["table_"] in tables]
    aggregates, names = text.rsplit(" by ", 1)
    if word == "stats":
        groups = grouped([row for row in rows if row.get(names) is not None], [names]).items()
        return [{names: key[0], **aggregated(own, aggregates, SPL, True)} for key, own in groups]
    if word == "eventstats":
        groups = {key: aggregated(own, aggregates, SPL, True) for (key,), own in grouped(rows, [names]).items()}
        return [{**row, **groups[row.get(names)]} for row in rows]
    if word == "streamstats":
        window = re.match(r"time_window=(\d+)s ", aggregates)
        aggregates = aggregates[window.end() :] if window else aggregates
        found, seen = [], {}
        for row in rows:
            own = seen.setdefault(row.get(names), [])
            own.append(row)
            recent = [other for other in own if not window or other["_time"] >= row["_time"] - int(window[1])]
            found.append({**row, **aggregated(recent, aggregates, SPL, True)})
        return found
    raise ValueError(f"an unknown command {word}")


def runner(command, prepared):
    def start(tables):
        rows = [prepared(table, record) for table, record in query_languages.records(tables)]

        def run(text):
            found = rows
            for part in split(text, "|"):
                word, _, rest = part.partition(" ")
                found = command(found, word, rest.strip())
            return found

        return run

    return start


def esql_row(_, record):
    row = {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in record.items()}
    return {**row, "@timestamp": datetime.datetime.fromisoformat(record["@timestamp"])}


def spl_row(table, record):
    # All fields are texts.
    row = {name: str(value) if isinstance(value, int) else value for name, value in record.items()}
    return {**row, "table_": table, "_time": datetime.datetime.fromisoformat(record["_time"]).timestamp()}


RUNNERS = {"esql": runner(esql_command, esql_row), "spl": runner(spl_command, spl_row)}
