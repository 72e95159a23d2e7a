"""Prints what the reference validator, `stix2-validator`, requires of objects and does not find.

    python3 stix2_validator_verdicts.py < INSTANCES

Each line of the input is an object with `version` ("2.0" or "2.1") and `instance`. The line of the output for it is a
list of the rules that the instance breaks, without repetitions: `schema KEYWORD PATH` for the JSON schemas,
`must FUNCTION` for the others, and `raises EXCEPTION` if the validator gives up.
"""

import json
import sys

from stix2validator import validator
from stix2validator.util import ValidationOptions

built, own_load_validator = {}, validator.load_validator


def load_validator(schema_path, schema, schema_dir):
    """As the validator does, but a schema and those that it refers to are prepared once, not for each instance."""
    loaded = len(validator._FILE_SCHEMAS)
    if built.get(schema_path, (None, None))[0] != loaded:
        own = own_load_validator(schema_path, schema, schema_dir)
        registry = own._registry.with_resources(validator._FILE_SCHEMAS.items()).crawl()
        new = validator.STIXValidator(own.schema, registry=registry, format_checker=own.format_checker)
        built[schema_path] = (loaded, new)
    return built[schema_path][1]


validator.load_validator = load_validator


def of_schema(generators):
    for errors, _ in generators:
        for error in errors:
            names = [part for part in error.absolute_path if isinstance(part, str) and not part.isdigit()]
            yield f"schema {error.validator or 'form'} {'.'.join(names)}".strip()


def of_functions(text, options):
    for check in validator._get_musts(options):
        try:
            if any(True for _ in validator._iter_errors_custom(json.loads(text), [check], options)):
                yield f"must {check.__name__}"
        except Exception as exception:
            yield f"raises {type(exception).__name__} in {check.__name__}"


def verdict(instance, version):
    options = ValidationOptions(version=version)
    if not validator._is_stix_obj(instance):
        return {"raises ValidationError in validate_instance"}
    # The validator changes what it is given, so each part of it gets an instance of its own.
    text = json.dumps(instance)
    try:
        # What the schemas are about, as `validate_instance` collects it.
        generators = validator._schema_validate(json.loads(text), options)
        if instance["type"] == "bundle" and "objects" in instance:
            generators += validator._schema_validate_bundle(json.loads(text), options)[0]
        rules = set(of_schema(generators))
    except Exception as exception:
        return {f"raises {type(exception).__name__} in schema"}
    return rules | set(of_functions(text, options))


if __name__ == "__main__":
    for line in sys.stdin:
        case = json.loads(line)
        print(json.dumps(sorted(verdict(case["instance"], case["version"]))))
