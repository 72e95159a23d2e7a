"""Looks up the columns of field maps in published schemas.

usage: map_columns.py MAPS NODE_MODULES

MAPS is the folder of the maps, NODE_MODULES a folder with the npm package @elastic/ecs. The tables of Defender, Sentinel
and ASIM are those of pysigma-backend-kusto, and the classes of OCSF those of ocsf-json-schema. Standard output has one
line of JSON for each map: its name, the number of columns that were looked up, and faults.
"""

import importlib
import json
import pathlib
import re
import sys

KUSTO = {
    "integer": {"int", "long", "integer"},
    "text": {"string", "enumerated", "md5", "sha1", "sha256", "sha512", "url", "guid", "sid"},
    "ip": {"string", "ip address", "ip"},
    "time": {"datetime", "date/time"},
    "list": {"dynamic"},
}
# A parser with the table that it reads, whose columns it passes on.
ASIM = {
    "imNetworkSession": ("imNetworkSession", "ASimNetworkSessionLogs"),
    "imDns": ("_Im_Dns", "ASimDnsActivityLogs"),
    "imWebSession": ("imWebSession", "ASimWebSessionLogs"),
    "imFileEvent": ("imFileEvent", "ASimFileEventLogs"),
    "imProcessCreate": ("imProcessCreate", "ASimProcessEventLogs"),
    "imRegistry": ("imRegistry", "ASimRegistryEventLogs"),
}
# All tables of a workspace have these.
STANDARD = {"_ItemId": "string", "TimeGenerated": "datetime"}


def kusto_tables(pipeline):
    module = importlib.import_module(f"sigma.pipelines.{pipeline}.tables")
    constants = [value for name, value in vars(module).items() if isinstance(value, dict) and name.isupper()]
    # The other ones are about the tables.
    tables = max(constants, key=len)
    common = {name: "string" for name in getattr(module, "SENTINEL_ASIM_COMMON_FIELDS", {}).get("COMMON", ())}
    types = lambda columns: {name: kind["data_type"].lower() for name, kind in columns.items()}
    return {name: common | types(columns) for name, columns in tables.items()}


def columns(table):
    """The columns of a table with their types."""
    if "time" in table:
        yield table["time"], "time"
    for name in [table["id"]] if "id" in table else []:
        yield name, None
    for name in table["scopes"].values():
        yield name, None
    for observable in table["objects"]:
        for value in observable["columns"].values():
            for column in value if isinstance(value, list) else [value]:
                if isinstance(column, str):
                    yield column, "text"
                elif column.get("list"):
                    yield column["column"], f"list {column['list'] if column['list'] is not True else ''}".strip()
                else:
                    yield column["column"], column.get("type", "text")


def kusto_faults(content, tables):
    for table in content["tables"]:
        names = ASIM.get(table["table"], (table["table"],))
        known = dict(STANDARD)
        for name in names:
            known = tables.get(name, {}) | known
        if len(known) == len(STANDARD):
            yield f"there is no table {table['table']}"
        for name, kind in columns(table):
            if name not in known:
                yield f"{table['table']} has no column {name}"
            elif kind and known[name] not in KUSTO[kind.split()[0]]:
                yield f"{table['table']}.{name} is {known[name]}, not {kind}"


def ecs_faults(content, modules):
    text = (pathlib.Path(modules) / "@elastic/ecs/generated/ecs_flat.ts").read_text(encoding="utf-8")
    fields = {}
    for entry in re.split(r"\n  (?='?[\w@.]+'?: \{)", text):
        name = re.match(r"'?([\w@.]+)'?: \{", entry)
        kind = re.search(r"\n    type: '(\w+)'", entry)
        if name and kind:
            fields[name[1]] = kind[1], "normalize: ['array']" in entry
    texts = {"keyword", "wildcard", "match_only_text", "text"}
    types = {"text": texts, "ip": {"ip"}, "integer": {"long", "integer"}, "time": {"date"}, "list": texts | {"ip"}}
    for table in content["tables"]:
        for name, kind in columns(table):
            found, is_array = fields.get(name, (None, False))
            # A field of a list of objects has a value for each of them.
            outer = name.split(".")
            is_nested = any(fields.get(".".join(outer[:length]), ("", 0))[0] == "nested" for length in range(1, len(outer)))
            if not found:
                yield f"there is no field {name}"
            elif kind and found not in types[kind.split()[0]]:
                yield f"{name} is {found}, not {kind}"
            elif kind and (is_array or is_nested) != kind.startswith("list"):
                yield f"{name} is {'' if is_array or is_nested else 'not '}a list"


def ocsf_faults(content):
    import ocsf_json_schema

    folder = pathlib.Path(ocsf_json_schema.__file__).parent / "ocsf"
    releases = [path for path in folder.glob("*.json") if re.fullmatch(r"[\d.]+", path.stem)]
    newest = max(releases, key=lambda path: [int(part) for part in path.stem.split(".")])
    schema = json.loads(newest.read_text(encoding="utf-8"))

    def attribute(attributes, path):
        first, _, rest = path.partition(".")
        found = attributes.get(first)
        if not found or not rest:
            return found
        kind = found.get("object_type")
        inner = schema["objects"].get(kind) or schema["objects"].get(f"win/{kind}") or {}
        return attribute(inner.get("attributes", {}), rest)

    for table in content["tables"]:
        name = table["table"]
        event = schema["classes"].get(name) or schema["classes"].get(f"win/{name}")
        if not event:
            yield f"there is no class {name}"
            continue
        for path, kind in columns(table):
            found = attribute(event["attributes"], path)
            member = kind.split()[1] if kind and kind.startswith("list ") else None
            if not found or (member and not attribute(event["attributes"], f"{path}.{member}")):
                yield f"{name} has no attribute {path}"
            elif kind and bool(found.get("is_array")) != kind.startswith("list"):
                yield f"{name}.{path} is {'' if found.get('is_array') else 'not '}a list"
            elif kind == "integer" and found.get("type") not in ("integer_t", "long_t", "port_t"):
                yield f"{name}.{path} is {found.get('type')}"


def main(maps, modules):
    sentinel = kusto_tables("azuremonitor")
    faults = {
        "defender": lambda content: kusto_faults(content, kusto_tables("microsoftxdr")),
        "sentinel": lambda content: kusto_faults(content, sentinel),
        "asim": lambda content: kusto_faults(content, sentinel | kusto_tables("sentinelasim")),
        "ecs": lambda content: ecs_faults(content, modules),
        "ocsf": ocsf_faults,
    }
    for name, of in faults.items():
        content = json.loads((pathlib.Path(maps) / f"{name}.json").read_text(encoding="utf-8"))
        count = sum(len(set(columns(table))) for table in content["tables"])
        print(json.dumps({"map": name, "columns": count, "faults": sorted(set(of(content)))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
