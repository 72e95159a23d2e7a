#!/usr/bin/env python3
"""Answers questions about an ATT&CK bundle with mitreattack-python and stix2, as far as they are installed.

    python3 graph.py FILE

Prints JSON: for each program the seconds that loading takes, and for each question its answer (how many) and seconds.
`cargo run --release --bin graph` runs it and compares.
"""

import json
import sys
import time

path = sys.argv[1]
found = {}


def timed(work):
    start = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - start


def mitreattack():
    from mitreattack.stix20 import MitreAttackData

    data, load = timed(lambda: MitreAttackData(path))
    everything = {thing["id"]: thing for thing in data.src.query()}

    def live(identifier):
        thing = everything.get(identifier, {"revoked": True})
        return not thing.get("revoked", False) and not thing.get("x_mitre_deprecated", False)

    def pairs(related):
        return sum(
            len({one["object"]["id"] for one in ones if live(one["object"]["id"])})
            for node, ones in related.items()
            if live(node)
        )

    technique = sorted(thing["id"] for thing in everything.values() if thing["type"] == "attack-pattern")[0]
    number = data.get_attack_id(technique)
    return load, {
        "techniques": timed(lambda: len(data.get_techniques())),
        "external": timed(lambda: int(data.get_object_by_attack_id(number, "attack-pattern")["id"] == technique)),
        "used": timed(lambda: pairs(data.get_all_techniques_used_by_all_groups())),
        "mitigated": timed(lambda: pairs(data.get_all_mitigations_mitigating_all_techniques())),
    }


def stix2_store():
    import stix2

    def read():
        store = stix2.MemoryStore()
        store.load_from_file(path)
        return store

    store, load = timed(read)
    techniques, seconds = timed(lambda: store.query([stix2.Filter("type", "=", "attack-pattern")]))
    group = sorted(thing["id"] for thing in store.query([stix2.Filter("type", "=", "intrusion-set")]))[0]
    number = min(techniques, key=lambda thing: thing["id"])["external_references"][0]["external_id"]
    by_number = [stix2.Filter("external_references.external_id", "=", number), stix2.Filter("type", "=", "attack-pattern")]
    return load, {
        "techniques": (len(techniques), seconds),
        "external": timed(lambda: len(store.query(by_number))),
        "group": timed(lambda: len(store.relationships(group, "uses", source_only=True))),
        "get": timed(lambda: int(store.get(group)["id"] == group)),
    }


for name, program in {"mitreattack-python": mitreattack, "stix2": stix2_store}.items():
    try:
        load, answers = program()
    except ImportError:
        continue
    found[name] = {"load": load, "answers": {question: list(answer) for question, answer in answers.items()}}
json.dump(found, sys.stdout)
