"""Runs the conditions of detection rules for Microsoft Sentinel as SQL, in DuckDB.

Standard input is one JSON object: `now`, `tables` (for each its `columns`, as names and SQL types, and its `rows`) and
`logs` (for each source of logs its values, which were all seen an hour before `now`). Standard output has one JSON line
for each rule: its name, and the pairs of value and indicator that it finds, sorted.

The conditions are those that decide on a match in the rules that Microsoft ships: nine for the table of today, six for
the one before it. They filter by state and end, by the kind of the value, and join by equality, each in its own way.
"""

import json
import sys

import duckdb

# Rules look this far back for indicators.
RECENT = "TimeGenerated >= $now - INTERVAL 14 DAY"


def today(keys, value="ObservableValue"):
    """The newest rows by `Id` and value whose key is one of these kinds, without those that are over."""
    return f"""(
        SELECT split_part(Id, '---', 2) AS indicator, ObservableKey AS key, {value} AS value, ValidUntil AS until
        FROM ThreatIntelIndicators
        WHERE {RECENT} AND split_part(ObservableKey, ':', 1) IN ({keys})
        QUALIFY row_number() OVER (PARTITION BY Id, ObservableValue ORDER BY TimeGenerated DESC) = 1
            AND IsActive AND (ValidUntil > $now OR ValidUntil IS NULL)
    )"""


def newest_first(value):
    """The newest rows of those that have the value, and of these the ones that are valid."""
    return f"""(
        SELECT ExternalIndicatorId AS indicator, FileHashType AS key, {value} AS value, ExpirationDateTime AS until
        FROM ThreatIntelligenceIndicator
        WHERE {RECENT} AND {value} IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY IndicatorId ORDER BY TimeGenerated DESC) = 1
            AND Active AND ExpirationDateTime > $now
    )"""


def end_first(value):
    """The newest of the rows whose end lies ahead, and of these the ones that are active and have the value."""
    return f"""(
        SELECT * FROM (
            SELECT ExternalIndicatorId AS indicator, FileHashType AS key, {value} AS value,
                ExpirationDateTime AS until, Active
            FROM ThreatIntelligenceIndicator
            WHERE {RECENT} AND ExpirationDateTime > $now
            QUALIFY row_number() OVER (PARTITION BY IndicatorId ORDER BY TimeGenerated DESC) = 1
        ) WHERE Active AND value IS NOT NULL
    )"""


ADDRESS_KINDS = "'ipv4-addr', 'ipv6-addr', 'network-traffic'"
IPV4_IN_TEXT = r"regexp_extract(log.seen, '[0-9]{1,3}(\.[0-9]{1,3}){3}')"
ANY_ADDRESS = "coalesce(NetworkIP, NetworkDestinationIP, NetworkSourceIP, EmailSourceIpAddress)"
HOST = "lower(regexp_extract(log.seen, '^[a-z]+://([^/:]+)', 1))"

# Name, source of the logs, indicators, the condition of the join, and what of the log is shown.
RULES = [
    ("address in network sessions", "address", today(ADDRESS_KINDS, "upper(ObservableValue)"), "value = log.seen"),
    ("address in firewall logs", "address", today(ADDRESS_KINDS), f"value = {IPV4_IN_TEXT}"),
    ("address of sign-ins", "address", today(ADDRESS_KINDS), "value = log.seen"),
    ("domain in DNS queries", "domain", today("'domain-name'", "lower(ObservableValue)"), "value = lower(log.seen)"),
    ("domain of requested URLs", "url", today("'domain-name'"), f"value = {HOST}"),
    ("URL in proxy logs", "url", today("'url'"), "value = log.seen"),
    (
        "hash of files on devices",
        "hash",
        today("'file'"),
        "upper(value) = upper(log.seen) AND length(value) = "
        "CASE replace(key, '''', '') WHEN 'file:hashes.MD5' THEN 32 WHEN 'file:hashes.SHA-1' THEN 40 "
        "WHEN 'file:hashes.SHA-256' THEN 64 END",
    ),
    ("hash in firewall logs", "hash", today("'file'"), "log.seen IN (lower(value), upper(value))"),
    ("address of e-mail", "email", today("'email-addr'"), "value = lower(log.seen)"),
    ("old: address in firewall logs", "address", end_first(ANY_ADDRESS), f"value = {IPV4_IN_TEXT}"),
    ("old: address of sign-ins", "address", newest_first(ANY_ADDRESS), "value = log.seen"),
    ("old: domain in DNS queries", "domain", newest_first("lower(DomainName)"), "value = lower(log.seen)"),
    ("old: URL in proxy logs", "url", end_first("Url"), "value = log.seen"),
    ("old: hash in firewall logs", "hash", end_first("FileHashValue"), "log.seen IN (lower(value), upper(value))"),
    ("old: address of e-mail", "email", newest_first("EmailSenderAddress"), "value = lower(log.seen)"),
]


def main():
    case = json.load(sys.stdin)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table, content in case["tables"].items():
        names = [name for name, _ in content["columns"]]
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in content['columns'])})")
        rows = [[row.get(name) for name in names] for row in content["rows"]]
        rows = [[json.dumps(cell) if isinstance(cell, (dict, list)) else cell for cell in row] for row in rows]
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
    connection.execute("CREATE TABLE logs (source VARCHAR, time TIMESTAMPTZ, seen VARCHAR)")
    logs = [(source, case["now"], value) for source, values in case["logs"].items() for value in values]
    connection.executemany("INSERT INTO logs VALUES (?, ?::TIMESTAMPTZ - INTERVAL 1 HOUR, ?)", logs)
    for name, source, indicators, condition in RULES:
        query = f"""
            SELECT DISTINCT log.seen, indicator FROM {indicators} AS ti
            JOIN logs AS log ON {condition}
            WHERE log.source = '{source}' AND log.time < until
            ORDER BY ALL"""
        found = connection.execute(query.replace("$now", f"TIMESTAMPTZ '{case['now']}'")).fetchall()
        print(json.dumps({"rule": name, "found": found}))


if __name__ == "__main__":
    main()
