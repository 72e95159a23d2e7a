"""Validates OCSF events with the package pydantic-ocsf, which has the published schemas.

Standard input has an event a line. Standard output has a JSON list for each: the places that are wrong, each with its
path and the reason, attributes that the schema does not have included.
"""

import json
import sys

import pydantic
from ocsf.v1_7_0.events import OsintInventoryInfo


def unknown(model, path):
    """The attributes of a model and of those in it that the schema does not have."""
    for name in model.model_extra or {}:
        yield [f"{path}{name}", "unknown"]
    for name in type(model).model_fields:
        value = getattr(model, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, pydantic.BaseModel):
                yield from unknown(item, f"{path}{name}.")


def wrong(event):
    try:
        return list(unknown(OsintInventoryInfo.model_validate(event), ""))
    except pydantic.ValidationError as error:
        names = (([name for name in fault["loc"] if isinstance(name, str)], fault["type"]) for fault in error.errors())
        return [[".".join(path), reason] for path, reason in names]


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for line in sys.stdin:
        print(json.dumps(wrong(json.loads(line))))


if __name__ == "__main__":
    main()
