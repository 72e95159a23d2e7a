"""An agent as `examples/agent.rs`, with the libraries of Python: polls a TAXII collection, follows a log, and alerts."""

import ipaddress
import json
import os
import sys
import time
from datetime import datetime, timezone

from stix2patterns.v21.pattern import Pattern
from taxii2client.v21 import Collection, as_pages

# The fields of Zeek's logs that hold values.
FIELDS = ["id.orig_h", "id.resp_h", "query", "host", "server_name", "md5", "sha1", "sha256", "filename"]


class Agent:
    def __init__(self):
        self.values, self.networks, self.indicators, self.offset = {}, [], {}, 0

    def update(self, collection, since):
        """Takes what the collection has that is new, and drops what is over. Returns the date to go on from."""
        for page in as_pages(collection.get_objects, per_request=500, **since):
            for own in page.get("objects", []):
                known = self.indicators.get(own.get("id"))
                if own.get("type") == "indicator" and (not known or known["modified"] < own["modified"]):
                    self.indicators[own["id"]] = own
        now = datetime.now(timezone.utc).isoformat()
        self.indicators = {
            id: own for id, own in self.indicators.items()
            if not own.get("revoked") and own.get("valid_until", "9999") > now
        }
        self.index()
        dates = [record["date_added"] for record in collection.get_manifest(**since).get("objects", [])]
        return {"added_after": max(dates)} if dates else since

    def index(self):
        self.values, self.networks = {}, []
        for id, own in self.indicators.items():
            try:
                comparisons = Pattern(own["pattern"]).inspect()
            except Exception:
                continue
            # Only patterns of one comparison, or of several that OR joins, mean a value by itself.
            if "AND" in own["pattern"] or comparisons.observation_ops or comparisons.qualifiers:
                continue
            for tests in comparisons.comparisons.values():
                for path, operator, value in tests:
                    if operator != "=" or path[0] not in ["value", "hashes", "name"]:
                        continue
                    value = value.strip("'").lower()
                    try:
                        self.networks.append((ipaddress.ip_network(value, strict=False), id))
                    except ValueError:
                        self.values[value] = id

    def find(self, value):
        """The indicators of a value: itself, the domains above it, the networks around it."""
        try:
            address = ipaddress.ip_address(value)
            if not (address.is_loopback or address.is_link_local or address.is_multicast):
                yield from ((id, "network") for network, id in self.networks if address in network)
        except ValueError:
            name = value.lower().rstrip(".")
            while name:
                if name in self.values:
                    yield self.values[name], "equal" if name == value.lower() else "subdomain"
                name = name.partition(".")[2]

    def follow(self, log):
        """Reads what was appended to the log, up to the last line that is complete."""
        if os.fstat(log.fileno()).st_size < self.offset:
            self.offset = 0
        log.seek(self.offset)
        for line in iter(log.readline, b""):
            if not line.endswith(b"\n"):
                break
            self.offset += len(line)
            try:
                event = json.loads(line)
            except ValueError:
                continue
            at = event.get("ts", datetime.now(timezone.utc).isoformat())
            for field in FIELDS:
                for id, how in self.find(str(event.get(field, ""))):
                    print(f"{at} {field} {event[field]} is {id} ({how})", flush=True)


if __name__ == "__main__":
    url, log, *credentials = sys.argv[1:]
    agent, since = Agent(), {}
    collection = Collection(url, *credentials)
    while True:
        since = agent.update(collection, since)
        for _ in range(60):
            with open(log, "rb") as file:
                agent.follow(file)
            time.sleep(1)
