"""Prints what the reference validator, `stix2-validator`, requires of objects and does not find.

    python3 stix2_validator_verdicts.py < INSTANCES

Each line of the input is an object with `version` ("2.0" or "2.1") and `instance`. The line of the output for it is a
list of the rules that the instance breaks, without repetitions: `schema KEYWORD PATH` for the JSON schemas,
`must FUNCTION` for the others, and `raises EXCEPTION` if the validator gives up.
"""

import copy
import json
import sys

from stix2validator import validator
from stix2validator.util import ValidationOptions


def of_schema(generators):
    for errors, _ in generators:
        for error in errors:
            names = [part for part in error.absolute_path if isinstance(part, str) and not part.isdigit()]
            yield f"schema {error.validator or 'form'} {'.'.join(names)}".strip()


def of_functions(instance, options):
    for check in validator._get_musts(options):
        try:
            if any(True for _ in validator._iter_errors_custom(copy.deepcopy(instance), [check], options)):
                yield f"must {check.__name__}"
        except Exception as exception:
            yield f"raises {type(exception).__name__} in {check.__name__}"


def verdict(instance, version):
    options = ValidationOptions(version=version)
    if not validator._is_stix_obj(instance):
        return {"raises ValidationError in validate_instance"}
    try:
        # What the schemas are about, as `validate_instance` collects it.
        generators = validator._schema_validate(copy.deepcopy(instance), options)
        if instance["type"] == "bundle" and "objects" in instance:
            generators += validator._schema_validate_bundle(copy.deepcopy(instance), options)[0]
        rules = set(of_schema(generators))
    except Exception as exception:
        return {f"raises {type(exception).__name__} in schema"}
    return rules | set(of_functions(instance, options))


if __name__ == "__main__":
    for line in sys.stdin:
        case = json.loads(line)
        print(json.dumps(sorted(verdict(case["instance"], case["version"]))))
