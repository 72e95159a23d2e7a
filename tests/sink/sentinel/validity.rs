//! Ends that the indicator does not have, times, and forms of values.

use chrono::{DateTime, TimeDelta, Utc};
use stixkit::row::ValueKind;
use stixkit::sink::sentinel::NormalValues;

use super::*;

fn ends(own: &Indicator, mapper: &Mapper, options: &Options) -> Vec<[Value; 4]> {
    let (today, legacy) = (rows_of(mapper, own, options), legacy_of(mapper, own, options));
    assert_eq!(today.len(), legacy.len());
    let ends = today.iter().zip(&legacy).map(|(today, legacy)| {
        let sources = [today["AdditionalFields"]["ExpirySource"].clone(), information(legacy)["expiry_source"].clone()];
        let [first, second] = sources;
        [today["ValidUntil"].clone(), legacy["ExpirationDateTime"].clone(), first, second]
    });
    ends.collect()
}

#[test]
fn r04_an_end_by_default_is_in_both_tables_and_says_so() {
    let now: DateTime<Utc> = "2024-06-01T00:00:00Z".parse().unwrap();
    let own = |more: Value| indicator_with("[ipv4-addr:value = '192.0.2.1' OR file:name = 'a']", more);
    let options = Options::new().with_time_generated(now).with_default_validity(TimeDelta::days(30));
    let by_default = |end: &str| [json!(end), json!(end), json!("default"), json!("default")];
    assert_eq!(ends(&own(json!({})), &mapper(), &options), [(); 2].map(|()| by_default("2024-07-01T00:00:00.000Z")));
    // By type.
    let by_type = options.clone().with_default_validity_of(ValueKind::Ipv4, TimeDelta::days(7));
    let found = ends(&own(json!({})), &mapper(), &by_type);
    assert_eq!(found, ["2024-06-08T00:00:00.000Z", "2024-07-01T00:00:00.000Z"].map(by_default));
    let without = options.clone().with_default_validity_of(ValueKind::Ipv4, TimeDelta::zero());
    assert_eq!(ends(&own(json!({})), &mapper(), &without)[0], [const { Value::Null }; 4]);
    // It begins later.
    let ahead = own(json!({"valid_from": "2024-08-01T00:00:00Z"}));
    assert_eq!(ends(&ahead, &mapper(), &options)[0], by_default("2024-08-31T00:00:00.000Z"));
    // Its own end counts, and one that cannot be read is not replaced.
    let until = "2030-01-01T00:00:00Z";
    let expected = [json!(until), json!(until), Value::Null, json!("valid_until")];
    assert_eq!(ends(&own(json!({"valid_until": until})), &mapper(), &options)[0], expected);
    assert_eq!(ends(&own(json!({"valid_until": "soon"})), &mapper(), &options)[0], [const { Value::Null }; 4]);
    // The mapper's default counts from the start of validity, and decides on the state.
    let mapper = mapper().with_default_validity(TimeDelta::days(30));
    assert_eq!(ends(&own(json!({})), &mapper, &options)[0], by_default("2024-05-31T10:00:00.000Z"));
    assert_eq!(rows_of(&mapper, &own(json!({})), &options)[0]["IsActive"], false);
    // None of it by default.
    assert_eq!(ends(&own(json!({})), &super::mapper(), &Options::new())[0], [const { Value::Null }; 4]);
}

#[test]
fn b24_times_are_in_a_form_that_kusto_takes() {
    let more = json!({
        "created": "0000-01-01T00:00:00+23:59", "modified": "2024-05-01T10:00:00.1234567891234Z",
        "valid_from": "2016-12-31T23:59:60Z", "valid_until": "9999-12-31T23:59:59-12:00",
    });
    let own = indicator_with("[file:ctime = t'2016-12-31T23:59:60Z']", more);
    let options =
        Options::new().with_time_generated("2024-06-01T00:00:00.123456789Z".parse::<stixkit::Timestamp>().unwrap());
    let (second, modified) = ("2016-12-31T23:59:59.999999Z", "2024-05-01T10:00:00.123456Z");
    let row = &rows_of(&mapper(), &own, &options)[0];
    for (column, time) in [
        ("TimeGenerated", "2024-06-01T00:00:00.123456Z"),
        ("Created", "0001-01-01T00:00:00.000Z"),
        ("Modified", modified),
        ("ValidFrom", second),
        ("ValidUntil", "9999-12-31T23:59:59.999999Z"),
    ] {
        assert_eq!(row[column], time, "{column}");
    }
    let row = &legacy_of(&mapper(), &own, &options)[0];
    assert_eq!(
        (&row["FileCreatedDateTime"], &row["ExpirationDateTime"]),
        (&json!(second), &json!("9999-12-31T23:59:59.999999Z"))
    );
    assert_eq!((&information(row)["modified"], &information(row)["valid_from"]), (&json!(modified), &json!(second)));
    let actor = serde_json::from_value(json!({"type": "threat-actor", "id": "threat-actor--1", "name": "a"})).unwrap();
    let mapper = mapper();
    let row = ThreatIntelObjects::new(&mapper, &actor, &options).unwrap();
    assert!(line(&row).contains(r#""TimeGenerated":"2024-06-01T00:00:00.123456Z""#));
}

#[test]
fn r15_values_are_in_normal_form_where_every_spelling_means_the_same() {
    let sha256 = "AB".repeat(32);
    for (test, [none, common, all]) in [
        (format!("file:hashes.'SHA-256' = '{sha256}'"), [&*sha256, &sha256.to_lowercase(), &sha256.to_lowercase()]),
        ("domain-name:value = 'dot.Example.'".into(), ["dot.Example.", "dot.example", "dot.example"]),
        ("ipv4-addr:value = '198.18.0.3/32'".into(), ["198.18.0.3/32", "198.18.0.3", "198.18.0.3"]),
        ("ipv6-addr:value = '2001:DB8::1'".into(), ["2001:DB8::1", "2001:db8::1", "2001:db8::1"]),
        ("email-addr:value = 'A@B.Example'".into(), ["A@B.Example", "A@b.example", "A@b.example"]),
        ("url:value = 'HTTP://A.example#b'".into(), ["HTTP://A.example#b", "HTTP://A.example#b", "http://a.example/"]),
        ("file:name = ' A '".into(), [" A ", " A ", "A"]),
    ] {
        for (values, expected) in [(NormalValues::None, none), (NormalValues::Common, common), (NormalValues::All, all)]
        {
            let options = Options::new().with_normal_values(values);
            let row = &rows_of(&mapper(), &indicator(&format!("[{test}]")), &options)[0];
            assert_eq!(row["ObservableValue"], expected, "{test}");
            let parts = indicator(&format!("[{test} AND file:size = 5 AND file:x_a = 'b']"));
            let row = &rows_of(&mapper(), &parts, &options)[0];
            if let Some(parts) = row["AdditionalFields"]["Parts"].as_array() {
                assert!(
                    row.get("ObservableValue").is_some() || parts[0]["ObservableValue"] == expected,
                    "{test}: {row}"
                );
            }
        }
    }
    assert_eq!(rows(&format!("[file:hashes.'SHA-256' = '{sha256}']"))[0]["ObservableValue"], sha256.to_lowercase());
}
