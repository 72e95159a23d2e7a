"""Prints objects with one fault each, and what the reference validator says about them.

    python3 stix2_validator_mutations.py STRIDE

The package `stix2` makes the objects, as in `stix2_objects.py`. For each type, the smallest and the largest object of
each version that the validator accepts are taken, and of what is made of them each STRIDEth one is printed. A line of
the output has `version`, `instance`, `test`, which names the property and the fault, and `rules`, which are as in
`stix2_validator_verdicts.py`.
"""

import json
import sys
import uuid

import stix2.base
import stix2_objects
from stix2 import v20, v21
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


def candidates(generator, cls):
    """Objects of a type: those with what is required, and those with all that can be together."""
    generator.mode = "full"
    if cls is v21.ObservedData:
        # To find out by trial takes longer than all the rest.
        generator.known_gaps[cls] = [("object_refs",), ("objects",)]
    full = [set(generator.optional(cls)).difference(gap) for gap in generator.gaps(cls)]
    made = [generator.make(cls, names) for names in full * 3]
    for object in [one for _, one in generator.minimal_cases(cls)] + made:
        if object is None:
            continue
        instance = json.loads(object.serialize())
        # The validator refuses each marking with a language.
        marked = [marking for marking in instance.pop("granular_markings", []) if "marking_ref" in marking]
        if marked:
            instance["granular_markings"] = marked
        yield instance


def bases():
    """The version, the type and an object."""
    for version, package in (("2.1", v21), ("2.0", v20)):
        generator = stix2_objects.Generator(version, package)
        # An observable of STIX 2.0 is a part of observed data.
        observables = package.OBJ_MAP_OBSERVABLE.values() if version == "2.1" else ()
        for cls in (*observables, *package.OBJ_MAP.values()):
            if cls is package.Bundle:
                continue
            by_size = sorted(candidates(generator, cls), key=lambda instance: len(json.dumps(instance)))
            # Only in objects without a fault is it the fault that counts.
            good = lambda instances: next((one for one in instances if not verdict(one, version)), None)
            for base in (good(by_size), good(reversed(by_size))):
                if base:
                    yield version, cls._type, base


uuid.uuid4 = stix2_objects.new_uuid
stix2.base.get_timestamp = lambda: stix2_objects.NOW
stride = int(sys.argv[1])
seen = set()
for version, name, base in bases():
    for what, instance in mutations(base):
        line = json.dumps({"version": version, "instance": instance}, sort_keys=True)
        if line in seen:
            continue
        seen.add(line)
        if len(seen) % stride == 0:
            case = {"version": version, "instance": instance, "test": f"{version} {name}: {what}"}
            print(json.dumps({**case, "rules": sorted(verdict(instance, version))}))
