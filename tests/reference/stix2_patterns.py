"""Says of each pattern what the official validator, the Python package `stix2-patterns`, says of it.

Each line of standard input is {"pattern": "...", "version": "2.1" or "2.0"}. Each line of standard output is the answer
to the line at the same place: a list of the errors found, none for a pattern that is accepted, or the name of an
exception where the validator breaks down.
"""

import json
import sys

from stix2patterns.validator import run_validator


def answer(line):
    case = json.loads(line)
    try:
        return run_validator(case["pattern"], case["version"])
    except Exception as error:  # whatever it is: the validator is what is tested here
        return type(error).__name__


for line in sys.stdin.buffer:
    print(json.dumps(answer(line)))
