r"""Runs queries of EQL, of Lucene and of Sigma on tables, and reads their literals: part of queries.py.

EQL runs in the engine of the package eql, which is changed in five points to what Elasticsearch does: comparisons keep
case unless they have a tilde, expressions describe the whole value, `?` is a wildcard, and a field with several values
passes if one of them does; and a code such as `\u{0007}` ends at its first brace. The query string of Lucene is parsed by luqum and rules of Sigma by pySigma; what they mean is
evaluated here, since neither has an engine.
"""

import datetime
import ipaddress
import re


def records(tables):
    """Rows as dictionaries, without absent values and empty lists."""
    for table in tables:
        for row in table["rows"]:
            cells = zip((name for name, _ in table["columns"]), row)
            yield table["name"], {name: value for name, value in cells if value is not None and value != []}


def seconds(record, column):
    return datetime.datetime.fromisoformat(record[column]).timestamp()


def some(value, test):
    return any(map(test, value if isinstance(value, list) else [value]))


# --- EQL ---


def eql_setup():
    import eql
    from eql import ast, engine, functions, parser, utils

    if getattr(eql, "is_set_up", False):
        return eql
    eql.is_set_up = True
    utils.CASE_INSENSITIVE = False

    def string_test(make):
        def get_callback(cls, _, *literals):
            test = make([literal.value for literal in literals])
            return lambda source, *_: None if source is None else some(source, test)

        return classmethod(get_callback)

    def matching(expressions):
        compiled = [re.compile(text, re.DOTALL) for text in expressions]
        return lambda value: any(regex.fullmatch(value) for regex in compiled)

    def like(patterns):
        return matching([re.escape(text).replace(r"\*", ".*").replace(r"\?", ".") for text in patterns])

    def in_networks(networks):
        networks = [ipaddress.ip_network(text) for text in networks]
        return lambda value: any(ipaddress.ip_address(value) in network for network in networks)

    functions.Match.get_callback = string_test(matching)
    functions.Wildcard.get_callback = string_test(like)
    functions.CidrMatch.get_callback = string_test(in_networks)
    for name in ("Match", "Wildcard", "CidrMatch"):
        getattr(functions, name).optimize = classmethod(lambda cls, arguments: ast.FunctionCall(cls.name, arguments))

    def convert_comparison(self, node):
        left, right, compare = self.convert(node.left), self.convert(node.right), node.function
        is_different = node.comparator == ast.Comparison.NE

        def callback(scope):
            one, other = left(scope), right(scope)
            if one is None or other is None:
                return None
            if is_different:
                return not some(one, lambda value: value == other)
            return some(one, lambda value: compare(value, other))

        return callback

    def convert_in_set(self, node):
        is_blind = isinstance(node, BlindInSet)
        fold = (lambda value: value.lower() if isinstance(value, str) else value) if is_blind else (lambda value: value)
        values, get = {fold(literal.value) for literal in node.container}, self.convert(node.expression)

        def callback(scope):
            value = get(scope)
            return None if value is None else some(value, lambda own: fold(own) in values)

        return callback

    class BlindInSet(ast.InSet):
        __slots__ = ast.InSet.__slots__

    def in_set(self, node, plain=parser.LarkToEQL.in_set):
        info = plain(self, node)
        if node.children[1].value == "in~":
            info.node = BlindInSet(info.node.expression, info.node.container)
        return info

    def unescape(text):
        letters = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
        code = r"\\(?:u\{([0-9A-Fa-f]{2,8})\}|(.))"
        return re.sub(code, lambda match: chr(int(match[1], 16)) if match[1] else letters[match[2]], text)

    # A brace after a code is not part of it.
    ast.String.unescape = staticmethod(unescape)
    parser.LarkToEQL.in_set = in_set
    engine.PythonEngine._convert_comparison = convert_comparison
    engine.PythonEngine._convert_in_set = convert_in_set
    engine.PythonEngine._convert_blind_in_set = convert_in_set
    return eql


def eql_parse(text):
    eql = eql_setup()
    with eql.parser.elasticsearch_syntax, eql.parser.allow_sample, eql.parser.allow_runs:
        return eql.parse_query(text, implied_any=False)


def eql_runner(tables):
    eql = eql_setup()
    events = []
    for _, record in records(tables):
        data = {}
        for name, value in record.items():
            node = data
            *outer, last = name.split(".")
            for part in outer:
                node = node.setdefault(part, {})
            node[last] = value
        events.append(eql.Event("any", int(seconds(record, "@timestamp") * 10_000_000), data))
    events.sort(key=lambda event: event.time)

    def run(text):
        found = []
        engine = eql.PythonEngine({"hooks": [found.append], "flatten": False})
        engine.add_query(eql_parse(text))
        is_joined = text.startswith(("sequence", "sample"))
        # A key of a join is not null.
        own = [event for event in events if not is_joined or event.data.get("host", {}).get("name")]
        engine.stream_events(own, finalize=True)
        rows = []
        for result in found:
            own = [event.data for event in result.events]
            rows.extend({"scope": data["host"]["name"]} for data in own[:1] if is_joined)
            rows.extend({"row_id_": data["row_id_"]} for data in own if not is_joined)
        return rows

    return run


def eql_literals(text):
    eql = eql_setup()
    # Values that come twice are to be read twice.
    eql.optimizer.Optimizer._walk_in_set = staticmethod(lambda node: node)
    query = eql_parse(text)
    return [node.value for node in query if isinstance(node, eql.ast.String)]


# --- Lucene ---


def lucene_text(node):
    """The text of a phrase, or of a bound of a range."""
    from luqum.tree import Phrase

    text = node.value
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL) if isinstance(node, Phrase) else text


def lucene_test(kinds, text):
    from luqum import tree
    from luqum.parser import parser

    def typed(name, value):
        return int(value) if kinds.get(name) == "integer" else value

    def value_test(name, node):
        if isinstance(node, tree.Regex):
            # A slash is escaped for the parser of queries.
            regex = re.compile(node.value[1:-1], re.DOTALL)
            return lambda value: regex.fullmatch(value) is not None
        if isinstance(node, tree.Range):
            low, high = lucene_text(node.low), lucene_text(node.high)
            if name == "@timestamp":
                low, high = (own.replace("Z", ".000Z") if "." not in own else own for own in (low, high))

            def in_range(value):
                # Times with and without a fraction are not in the order of their texts.
                value = value.replace("Z", ".000Z") if name == "@timestamp" and "." not in value else value
                is_above = low == "*" or value > typed(name, low) or (node.include_low and value == typed(name, low))
                is_below = high == "*" or value < typed(name, high) or (node.include_high and value == typed(name, high))
                return is_above and is_below

            return in_range
        wanted = lucene_text(node)
        if kinds.get(name) == "ip" and "/" in wanted:
            network = ipaddress.ip_network(wanted)
            return lambda value: ipaddress.ip_address(value) in network
        return lambda value: value == typed(name, wanted)

    def test(node, name=None):
        if isinstance(node, tree.SearchField):
            if node.name == "*":
                return lambda record: True
            if node.name == "_exists_":
                own = node.expr.value
                return lambda record: own in record
            return test(node.expr, re.sub(r"\\(.)", r"\1", node.name))
        if isinstance(node, (tree.Group, tree.FieldGroup)):
            return test(node.expr, name)
        if isinstance(node, (tree.AndOperation, tree.OrOperation)):
            tests = [test(child, name) for child in node.children]
            joined = all if isinstance(node, tree.AndOperation) else any
            return lambda record: joined(own(record) for own in tests)
        if isinstance(node, tree.Not):
            inner = test(node.children[0], name)
            return lambda record: not inner(record)
        own = value_test(name, node)
        return lambda record: name in record and some(record[name], own)

    return test(parser.parse(text))


def lucene_runner(tables):
    kinds = {name: kind for table in tables for name, kind in table["columns"]}
    kinds |= {name: "ip" for name in kinds if name.rsplit(".", 1)[-1] in ("ip", "resolved_ip")}
    rows = [record for _, record in records(tables)]

    def run(text):
        test = lucene_test(kinds, text)
        return [{"row_id_": record["row_id_"]} for record in rows if test(record)]

    return run


def lucene_literals(text):
    from luqum.parser import parser
    from luqum.tree import Phrase

    found = []

    def walk(node):
        if isinstance(node, Phrase):
            found.append(lucene_text(node))
        for child in node.children:
            walk(child)

    walk(parser.parse(text))
    return found


# --- Sigma ---


def sigma_collection(text):
    from sigma.collection import SigmaCollection

    # Events have the name of a table in place of a source.
    text = re.sub(r"^logsource: (\w+)$", r"logsource: {category: \1}", text, flags=re.MULTILINE)
    collection = SigmaCollection.from_yaml(text)
    if collection.errors:
        raise ValueError(collection.errors)
    return collection


def sigma_value_test(value):
    from sigma import types

    if isinstance(value, types.SigmaExists):
        return None
    if isinstance(value, types.SigmaString):
        special = {types.SpecialChars.WILDCARD_MULTI: ".*", types.SpecialChars.WILDCARD_SINGLE: "."}
        text = "".join(special[part] if part in special else re.escape(part) for part in value.s)
        flags = re.DOTALL if isinstance(value, types.SigmaCasedString) else re.DOTALL | re.IGNORECASE
        regex = re.compile(text, flags)
        return lambda own: isinstance(own, str) and regex.fullmatch(own) is not None
    if isinstance(value, types.SigmaNumber):
        return lambda own: own == value.number
    if isinstance(value, types.SigmaCIDRExpression):
        return lambda own: ipaddress.ip_address(own) in value.network
    if isinstance(value, types.SigmaRegularExpression):
        names = {"IGNORECASE": re.IGNORECASE, "MULTILINE": re.MULTILINE, "DOTALL": re.DOTALL}
        flags = 0
        for flag in value.flags:
            flags |= names[flag.name]
        regex = re.compile(value.regexp.original if hasattr(value.regexp, "original") else value.regexp, flags)
        return lambda own: regex.search(own) is not None
    if isinstance(value, types.SigmaCompareExpression):
        operators = {"LT": "__lt__", "LTE": "__le__", "GT": "__gt__", "GTE": "__ge__"}
        compare = operators[value.op.name]
        return lambda own: getattr(own, compare)(value.number.number)
    if isinstance(value, types.SigmaBool):
        return lambda own: own == value.boolean
    raise ValueError(f"a value of type {type(value).__name__}")


def sigma_test(node):
    from sigma import conditions, types

    if isinstance(node, conditions.ConditionAND):
        tests = [sigma_test(own) for own in node.args]
        return lambda record: all(test(record) for test in tests)
    if isinstance(node, conditions.ConditionOR):
        tests = [sigma_test(own) for own in node.args]
        return lambda record: any(test(record) for test in tests)
    if isinstance(node, conditions.ConditionNOT):
        inner = sigma_test(node.args[0])
        return lambda record: not inner(record)
    field, value = node.field, node.value
    if isinstance(value, types.SigmaExists):
        return lambda record: (field in record) == value.exists
    test = sigma_value_test(value)
    return lambda record: field in record and some(record[field], test)


def sigma_runner(tables):
    all_rows = list(records(tables))
    times = ("UtcTime", "TimeCreated", "timestamp")

    def rows_of(rule):
        source = rule.logsource
        name = source.category or source.service
        test = sigma_test(rule.detection.parsed_condition[0].parsed)
        return [record for table, record in all_rows if table == name and test(record)]

    def correlated(rule, rules):
        found = set()
        names = [own.reference for own in rule.rules]
        scope = rule.aliases.aliases["scope"].mapping
        columns = {own.reference: column for own, column in scope.items()}
        by_scope = {}
        for place, name in enumerate(names):
            for record in rows_of(rules[name]):
                key = record.get(columns[name])
                if key is not None:
                    by_scope.setdefault(key, []).append((seconds(record, next(name for name in times if name in record)), place))
        for key, events in by_scope.items():
            for start, _ in events:
                own = sorted((time, place) for time, place in events if start <= time <= start + rule.timespan.seconds)
                if rule.type.name == "EVENT_COUNT":
                    is_found = len(own) >= rule.condition.count
                elif rule.type.name == "TEMPORAL":
                    is_found = {place for _, place in own} == set(range(len(names)))
                else:
                    place = 0
                    for _, other in own:
                        place += other == place
                    is_found = place == len(names)
                if is_found:
                    found.add(key)
        return [{"scope": key} for key in found]

    def run(text):
        from sigma.correlations import SigmaCorrelationRule

        collection = sigma_collection(text)
        rules = {rule.name: rule for rule in collection.rules}
        correlations = [rule for rule in collection.rules if isinstance(rule, SigmaCorrelationRule)]
        if correlations:
            return [row for rule in correlations for row in correlated(rule, rules)]
        return [{"row_id_": record["row_id_"]} for rule in collection.rules for record in rows_of(rule)]

    return run


def sigma_literals(text):
    from sigma import types

    found = []
    for rule in sigma_collection(text).rules:
        if not hasattr(rule, "detection"):
            continue
        for detection in rule.detection.detections.values():
            for item in detection.detection_items:
                for value in item.value:
                    if isinstance(value, types.SigmaString):
                        found.append("".join(part if isinstance(part, str) else "<wildcard>" for part in value.s))
    return found


RUNNERS = {"eql": eql_runner, "lucene": lucene_runner, "sigma": sigma_runner}
LITERALS = {"eql": eql_literals, "lucene": lucene_literals, "sigma": sigma_literals}


def main():
    """Reads the literals of the queries of one language: one line of JSON for each query."""
    import json
    import sys

    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    work = json.load(sys.stdin)
    read = LITERALS[work["language"]]
    for query in work["queries"]:
        try:
            print(json.dumps(read(query)))
        except Exception as error:  # What a parser refuses is an answer, too.
            print(json.dumps({"error": f"{type(error).__name__}: {error}"[:400]}))


if __name__ == "__main__":
    main()
