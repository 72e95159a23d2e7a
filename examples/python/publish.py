"""Makes objects and publishes them, as in the guide `publishing`, with the libraries of Python."""

import json
import sys

from stix2 import TLP_GREEN, Bundle, Identity, Indicator, Malware, Relationship
from taxii2client.v21 import Collection


def quoted(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def objects():
    author = Identity(name="Example CERT", object_marking_refs=TLP_GREEN)
    common = {"created_by_ref": author, "object_marking_refs": TLP_GREEN}
    malware = Malware(name="Poison Ivy", is_family=True, malware_types=["remote-access-trojan"], **common)
    indicator = Indicator(
        pattern=f"[domain-name:value = {quoted('c2.example.org')}]",
        pattern_type="stix",
        name="Command and control of Poison Ivy",
        indicator_types=["malicious-activity"],
        valid_until="2099-01-01T00:00:00Z",
        **common,
    )
    link = Relationship(indicator, "indicates", malware, **common)
    return [author, malware, indicator, link]


def publish(url, bundle, user=None, password=None):
    collection = Collection(url, user=user, password=password)
    # The request is one, however many objects there are, and the server may refuse it for its size.
    status = collection.add_objects({"objects": json.loads(bundle.serialize())["objects"]}, wait_for_completion=True)
    for kind in ["successes", "failures", "pendings"]:
        for record in getattr(status, kind):
            print(record.get("id", record) if isinstance(record, dict) else record, kind)
    return status.status == "complete" and not status.failure_count


if __name__ == "__main__":
    # `stix2` has checked each object when it was made.
    made = Bundle(objects())
    print(made.serialize(pretty=True))
    if len(sys.argv) > 1:
        sys.exit(0 if publish(sys.argv[1], made, *sys.argv[2:]) else 1)
