"""Answers questions about an ATT&CK bundle with mitreattack-python, as JSON: a map from question to identifiers.

    python3 attack_answers.py FILE

The questions are named by relation and node: `used-by GROUP` are the techniques of a group and of the campaigns that
are attributed to it, `mitigated-by TECHNIQUE` the mitigations, `parts TECHNIQUE` the sub-techniques. Revoked and
deprecated objects are left out. Questions without an answer are left out, too.
"""

import json
import sys

from mitreattack.stix20 import MitreAttackData

data = MitreAttackData(sys.argv[1])


def live(thing):
    return not thing.get("revoked", False) and not thing.get("x_mitre_deprecated", False)


live_ids = {thing["id"] for thing in data.src.query() if live(thing)}
answers = {}


def add(name, found):
    for node, related in found.items():
        ids = {one["object"]["id"] for one in related} & live_ids
        if node in live_ids and ids:
            answers[f"{name} {node}"] = sorted(ids)


add("used-by", data.get_all_techniques_used_by_all_groups())
add("mitigated-by", data.get_all_mitigations_mitigating_all_techniques())
add("parts", data.get_all_subtechniques_of_all_techniques())
json.dump(answers, sys.stdout)
