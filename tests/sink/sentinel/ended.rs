//! Rows that a table has to give up.

use chrono::{DateTime, TimeDelta, Utc};
use stixkit::Identifier;
use stixkit::row::EndedRow;

use super::*;

/// Of objects that are no indicators, too.
#[test]
fn r03_a_tombstone_of_an_object_has_what_finds_its_rows() {
    let actor: Object = serde_json::from_value(json!({
        "type": "threat-actor", "id": "threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "name": "Gardeners",
    }))
    .unwrap();
    let (mapper, options) = (mapper(), golden_options());
    let columns = |row: ThreatIntelObjects<'_>| serde_json::from_str::<Value>(&line(&row)).unwrap();
    let alive = columns(ThreatIntelObjects::new(&mapper, &actor, &options).unwrap());
    let ended = columns(ThreatIntelObjects::ended(&mapper, actor.id(), &options).unwrap());
    assert_eq!((&alive["IsDeleted"], &ended["IsDeleted"]), (&json!(false), &json!(true)));
    for column in ["Id", "StixType", "SourceSystem", "TimeGenerated"] {
        assert_eq!((&ended[column], ended[column].is_null()), (&alive[column], false), "{column}");
    }
    assert_eq!((ended.get("Data"), ended.get("AdditionalFields")), (None, None));
    assert!(ThreatIntelObjects::ended(&mapper, &Identifier::from(ID), &options).is_none());
}

/// A table as it grows, and how its rows are told apart.
struct Grown {
    rows: Vec<Value>,
    /// The columns of what is told apart, of the value, of the state and of the end.
    names: [&'static str; 5],
}

impl Grown {
    fn today() -> Self {
        Self { rows: Vec::new(), names: ["Id", "ObservableValue", "ObservableValue", "IsActive", "ValidUntil"] }
    }

    fn legacy() -> Self {
        Self { rows: Vec::new(), names: ["IndicatorId", "SourceSystem", "NetworkIP", "Active", "ExpirationDateTime"] }
    }

    /// The values of the newest row of each that has the same first two columns, if it is active and its end lies
    /// ahead. `is_end_first`: rows whose end has passed are not looked at.
    fn in_force(&self, now: DateTime<Utc>, is_end_first: bool) -> Vec<&str> {
        let [id, second, value, active, end] = self.names;
        let is_ahead = |row: &Value| row[end].as_str().is_some_and(|end| end.parse::<DateTime<Utc>>().unwrap() > now);
        let mut newest = BTreeMap::new();
        for row in self.rows.iter().filter(|row| !is_end_first || is_ahead(row)) {
            let key = (row[id].as_str(), row[second].as_str());
            let known: &mut &Value = newest.entry(key).or_insert(row);
            // Of several that came together any may be taken.
            if known["TimeGenerated"].as_str() < row["TimeGenerated"].as_str() {
                *known = row;
            } else if known["TimeGenerated"] == row["TimeGenerated"] {
                assert_eq!(known[active], row[active], "{known} {row}");
            }
        }
        let mut values: Vec<_> = newest
            .into_values()
            .filter(|row| row[active] == json!(true) && is_ahead(row))
            .filter_map(|row| row[value].as_str())
            .collect();
        values.sort_unstable();
        values
    }
}

/// Pattern and more properties of a version, `None` if the feed no longer has the indicator; and the values that are
/// in force after it.
type Version<'a> = (Option<(&'a str, Value)>, &'a [&'a str]);

/// Writes the versions of an indicator one after the other, and holds what is in force after each.
#[track_caller]
fn versions(versions: &[Version<'_>]) {
    let (mut today, mut legacy) = (Grown::today(), Grown::legacy());
    let mut older: Vec<EndedRow<'static>> = Vec::new();
    let mut now: DateTime<Utc> = "2024-06-01T00:00:00Z".parse().unwrap();
    for (number, (content, in_force)) in versions.iter().enumerate() {
        now += TimeDelta::days(1);
        let mapper = mapper().with_now(now);
        let options = Options::new().with_time_generated(now).with_default_validity(TimeDelta::days(30));
        let own = content.as_ref().map(|(pattern, more)| {
            let mut own = indicator_with(pattern, more.clone());
            own.common.modified = Some(format!("2024-05-{:02}T00:00:00Z", 2 + number).parse().unwrap());
            own
        });
        let outcome = own.as_ref().map(|own| mapper.map(own));
        for row in ThreatIntelIndicators::ended(&older, outcome.as_ref(), &options) {
            today.rows.push(serde_json::to_value(JsonLine(&row)).unwrap());
        }
        for row in ThreatIntelligenceIndicator::ended(&older, outcome.as_ref(), &options) {
            legacy.rows.push(serde_json::to_value(JsonLine(&row)).unwrap());
        }
        if let Some(own) = &own {
            today.rows.extend(rows_of(&mapper, own, &options));
            legacy.rows.extend(legacy_of(&mapper, own, &options));
        }
        for table in [&today, &legacy] {
            for is_end_first in [false, true] {
                assert_eq!(table.in_force(now, is_end_first), *in_force, "version {number}, {}", table.names[0]);
            }
        }
        older.extend(outcome.iter().flat_map(|outcome| &outcome.rows).map(|row| EndedRow::from_row(row).into_owned()));
    }
}

#[test]
fn r03_no_value_of_an_older_version_stays_active() {
    let (a, b, c) =
        ("[ipv4-addr:value = '192.0.2.7']", "[ipv4-addr:value = '192.0.2.8']", "[ipv4-addr:value = '192.0.2.9']");
    let revoked = json!({"revoked": true});
    versions(&[
        (Some((a, json!({}))), &["192.0.2.7"]),
        (Some((b, json!({}))), &["192.0.2.8"]),
        (Some((c, revoked.clone())), &[]),
    ]);
    versions(&[(Some((a, json!({}))), &["192.0.2.7"]), (None, &[])]);
    // The revocation brings the end forward.
    let (late, early) = ("2025-01-01T00:00:00Z", "2024-06-01T00:00:00Z");
    versions(&[
        (Some((a, json!({"valid_until": late}))), &["192.0.2.7"]),
        (Some((a, json!({"revoked": true, "valid_until": early}))), &[]),
        (Some((a, json!({}))), &["192.0.2.7"]),
    ]);
}

#[test]
fn r03_a_value_that_became_a_part_does_not_stay_active() {
    let (alone, part) = ("[ipv4-addr:value = '192.0.2.7']", "[ipv4-addr:value = '192.0.2.7' AND ipv4-addr:x_a = 'b']");
    let two = "[ipv4-addr:value IN ('192.0.2.7', '192.0.2.8')]";
    versions(&[
        (Some((alone, json!({}))), &["192.0.2.7"]),
        (Some((part, json!({}))), &[]),
        (Some((two, json!({}))), &["192.0.2.7", "192.0.2.8"]),
        (Some((alone, json!({}))), &["192.0.2.7"]),
    ]);
}

#[test]
fn r03_what_stays_has_no_tombstone() {
    for (old, new) in [
        ("[domain-name:value = 'A.example.org']", "[domain-name:value = 'a.example.org.']"),
        ("[ipv4-addr:value = '192.0.2.7']", "[ipv4-addr:value IN ('192.0.2.8', '192.0.2.7')]"),
        ("[file:name = 'a' AND file:size = 5]", "[file:name = 'b' AND file:size = 5]"),
    ] {
        let (options, mapper, old, new) = (Options::new(), mapper(), indicator(old), indicator(new));
        let (before, after) = (mapper.map(&old), mapper.map(&new));
        let before: Vec<_> = before.rows.iter().map(EndedRow::from_row).collect();
        assert_eq!(ThreatIntelIndicators::ended(&before, Some(&after), &options).len(), 0);
        assert_eq!(ThreatIntelligenceIndicator::ended(&before, Some(&after), &options).len(), 0);
    }
}

#[test]
fn r03_a_tombstone_has_what_finds_the_row() {
    let until = json!({"valid_until": "2030-01-01T00:00:00Z"});
    let own = indicator_with("[file:hashes.'SHA-256' = 'AB' OR (file:name = 'b' AND file:size = 5)]", until);
    let (options, mapper) = (Options::new(), mapper());
    let outcome = mapper.map(&own);
    let rows: Vec<_> = outcome.rows.iter().map(EndedRow::from_row).collect();
    let ended = ThreatIntelIndicators::ended(&rows, None, &options);
    let ended: Vec<_> = ended.iter().map(|row| serde_json::to_value(JsonLine(row)).unwrap()).collect();
    let expected = json!({
        "Id": format!("ZmVlZA==---{ID}"), "ObservableKey": "file:hashes.'SHA-256'", "ObservableValue": "ab",
        "ValidUntil": "2030-01-01T00:00:00Z", "IsActive": false, "IsDeleted": true, "SourceSystem": "feed",
        "Type": "ThreatIntelIndicators",
    });
    assert_eq!(ended[0], expected);
    // One for all parts.
    assert_eq!((ended.len(), ended[1].get("ObservableValue"), &ended[1]["IsActive"]), (2, None, &json!(false)));

    let written = legacy_of(&mapper, &own, &options);
    let ended = ThreatIntelligenceIndicator::ended(&rows, None, &options);
    let ended: Vec<_> = ended.iter().map(|row| serde_json::to_value(JsonLine(row)).unwrap()).collect();
    assert_eq!(ended.len(), written.len());
    for (ended, written) in ended.iter().zip(&written) {
        for column in ["IndicatorId", "ExternalIndicatorId", "SourceSystem", "ExpirationDateTime"] {
            assert_eq!(ended[column], written[column], "{column}");
        }
        assert_eq!((values(ended), &ended["Active"]), (values(written), &json!(false)));
    }
}
