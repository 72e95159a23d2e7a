"""Says of each pattern and its observed data what the reference, the Python package `stix2-matcher`, says of them.

Each line of standard input is {"pattern": "...", "observed_data": [bundles of STIX 2.1]}. Each line of standard output
is the answer to the line at the same place: whether the pattern matches, or the name of an exception where the
reference breaks down.
"""

import json
import sys

from stix2matcher.matcher import match


def answer(line):
    case = json.loads(line)
    try:
        return bool(match(case["pattern"], case["observed_data"], stix_version="2.1"))
    except Exception as error:  # whatever it is: the reference is what is tested here
        return type(error).__name__


for line in sys.stdin.buffer:
    print(json.dumps(answer(line)))
