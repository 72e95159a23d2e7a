"""Records what the tests of `stix2-validator` validate.

    python3 stix2_validator_suite.py CHECKOUT

The package has no tests in it, so they are taken from a checkout of its sources, and run against the package. Each
line is an object: `version`, `instance` and the name of the first test that has it. No instance is repeated.
"""

import contextlib
import io
import json
import os
import sys
import unittest

import stix2validator.test
from stix2validator import validator

folder = os.path.join(sys.argv[1], "stix2validator", "test")
stix2validator.test.__path__.append(folder)

own = validator.validate_instance
recorded = {}
current = ["import"]


def record(instance, options=None):
    version = (options and options.version) or validator.DEFAULT_VER
    line = json.dumps({"version": version, "instance": instance}, sort_keys=True)
    recorded.setdefault(line, current[0])
    return own(instance, options)


class Result(unittest.TestResult):
    def startTest(self, test):
        current[0] = test.id().removeprefix("stix2validator.test.")
        super().startTest(test)


validator.validate_instance = record
os.chdir(sys.argv[1])
names = [
    f"stix2validator.test.{version}.{name.removesuffix('.py')}"
    for version in ("v20", "v21")
    for name in sorted(os.listdir(os.path.join(folder, version)))
    if name.endswith("_tests.py")
]
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    unittest.defaultTestLoader.loadTestsFromNames(names).run(Result())
for line, test in recorded.items():
    print(json.dumps({**json.loads(line), "test": test}))
