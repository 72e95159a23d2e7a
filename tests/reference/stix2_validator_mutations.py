"""Prints objects with one fault each.

    python3 stix2_validator_mutations.py STRIDE < OBJECTS

Each line of the input is an object with `name`, `version` and `object`, as `stix2_objects.py` prints them. For each
type, the smallest and the largest object of each version that the reference validator accepts are taken, and of what
is made of them each STRIDEth one is printed. A line of the output has `version`, `instance` and `test`, which names
the property and the fault.
"""

import json
import sys

from stix2_validator_verdicts import verdict

TEXTS = ["", "Foo bar", "foo--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "2020-02-30T00:00:00.000Z", "2020-01-01T00:00:00Z"]
NUMBERS = [-1, 1.5, 100000]


def faults(value):
    """Values to write instead of a value, with their names."""
    if value is not None and value != "":
        yield "null", None
    if isinstance(value, bool):
        yield from (("text", "true"), ("number", 1))
    elif isinstance(value, (int, float)):
        yield from ((f"number {number}", number) for number in NUMBERS)
        yield from (("text", "1"), ("list", [1]))
    elif isinstance(value, str):
        yield from ((f"text {text!r}", text) for text in TEXTS)
        yield from (("upper case", value.upper()), ("number", 1), ("list", [value]))
    elif isinstance(value, list):
        yield from (("no elements", []), ("text", "a"), ("map", {"a": 1}))
        first = value[0] if value else None
        yield from ((f"element {name}", [element]) for name, element in faults(first) if name != "list")
        if isinstance(first, dict):
            for name in first:
                rest = {key: one for key, one in first.items() if key != name}
                yield f"element without {name}", [rest]
                yield from ((f"element, {name} {what}", [{**first, name: one}]) for what, one in faults(first[name]))
    elif isinstance(value, dict):
        yield from (("no members", {}), ("text", "a"), ("list", [1]), ("odd name", {**value, "a b": "c"}))
        for name in value:
            yield f"without {name}", {key: one for key, one in value.items() if key != name}
            yield f"{name} is text", {**value, name: "Foo bar"}
            yield f"{name} is a number", {**value, name: 1}


def mutations(object):
    yield "nothing", object
    yield "property foo", {**object, "foo": 1}
    yield "property x_foo", {**object, "x_foo": 1}
    yield "property X", {**object, "X": 1}
    yield "no empty list", {**object, "x_foo": []}
    for name in object:
        yield f"without {name}", {key: one for key, one in object.items() if key != name}
        yield from ((f"{name} {what}", {**object, name: one}) for what, one in faults(object[name]))


candidates = {}
for line in sys.stdin:
    case = json.loads(line)
    if "object" not in case:
        continue
    instance = case["object"]
    if case["version"] == "2.0" and "created" not in instance:
        # An observable of STIX 2.0 is a part of observed data.
        continue
    # The validator refuses each marking with a language.
    marked = [marking for marking in instance.pop("granular_markings", []) if "marking_ref" in marking]
    if marked:
        instance["granular_markings"] = marked
    candidates.setdefault((case["version"], case["name"].split("/")[0]), []).append(instance)

stride = int(sys.argv[1])
printed = set()
for (version, name), instances in candidates.items():
    by_size = sorted(instances, key=lambda instance: len(json.dumps(instance)))
    # Only in objects without a fault is it the fault that counts.
    good = lambda instances: next((one for one in instances if not verdict(one, version)), None)
    for base in (good(by_size), good(reversed(by_size))):
        for what, instance in mutations(base) if base else ():
            line = json.dumps({"version": version, "instance": instance}, sort_keys=True)
            if line in printed:
                continue
            printed.add(line)
            if len(printed) % stride == 0:
                print(json.dumps({"version": version, "instance": instance, "test": f"{version} {name}: {what}"}))
