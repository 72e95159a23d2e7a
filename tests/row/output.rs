//! Modes, counts, and rows as JSON.

use std::collections::HashSet;

use serde_json::json;
use stixkit::Object;
use stixkit::object::Indicator;
use stixkit::row::{Counts, RelationKind, Row, RowKey, SplitMode};

use super::{FROM, ID, indicator, indicator_with, mapper, outcome, shown};

#[test]
fn modes() {
    let rows = |mode, pattern: &str| {
        let outcome = mapper().with_split_mode(mode).map(&indicator(pattern)).into_owned();
        let relation = outcome.rows[0].relation.kind;
        (shown(&outcome), relation, outcome.reason.map(|reason| reason.code()))
    };
    let list = |rows: &[&str]| rows.iter().map(|&row| row.to_owned()).collect::<Vec<_>>();
    let all = "[file:name = 'a' AND file:size = 1]";
    let mixed = "[file:name = 'b' OR (file:name = 'a' AND file:size = 1)]";
    let any = "[file:name = 'a' OR file:size = 1]";
    assert_eq!(rows(SplitMode::Exact, all), (list(&[""]), RelationKind::Single, Some("conjunction")));
    assert_eq!(rows(SplitMode::Primary, all), (list(&["*file:name a"]), RelationKind::AllOf, Some("conjunction")));
    assert_eq!(rows(SplitMode::Exact, mixed), (list(&["+file:name b"]), RelationKind::AnyOf, Some("conjunction")));
    let primary = list(&["+file:name b", "*file:name a"]);
    assert_eq!(rows(SplitMode::Primary, mixed), (primary, RelationKind::Mixed, Some("conjunction")));
    for mode in [SplitMode::Split, SplitMode::Exact, SplitMode::Primary] {
        assert_eq!(rows(mode, any), (list(&["+file:name a", "+file:size 1"]), RelationKind::AnyOf, None));
    }
}

#[test]
fn counts() {
    let mut counts = Counts::default();
    for pattern in [
        "[file:name = 'a']",
        "[file:name = 'a' AND file:size = 1]",
        "[file:name = 'a' OR file:name LIKE 'b%']",
        "[file:name LIKE 'b%']",
        "[oops",
    ] {
        counts.add(&outcome(pattern));
    }
    assert_eq!((counts.accepted, counts.partly, counts.unsupported, counts.invalid), (2, 1, 1, 1));
    assert_eq!(counts.total(), 5);
}

#[test]
fn json() {
    let more = json!({
        "name": "n", "description": "d", "confidence": 70, "labels": ["l"], "indicator_types": ["benign"],
        "valid_until": "2025-01-01T00:00:00Z", "created_by_ref": "identity--x",
        "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
        "kill_chain_phases": [{"kill_chain_name": "k", "phase_name": "p"}],
        "external_references": [{"source_name": "s", "url": "https://example.org/report"}, {"source_name": "t"}],
        "extensions": {"sentinel-ext": {"severity": 3}},
    });
    let pattern = "[network-traffic:dst_ref.value = '192.0.2.1' OR network-traffic:dst_port LIKE 'x%']";
    let own = indicator_with(pattern, more);
    let text = serde_json::to_string(&mapper().map(&own).rows[0]).unwrap();
    let expected = json!({
        "row_id": RowKey::from_row(&mapper().map(&own).rows[0]).to_string(), "source": "feed", "record": "indicator",
        "stix_id": ID, "created": FROM, "created_by": "identity--x", "modified": FROM,
        "observable_type": "network-traffic", "key": "network-traffic:dst_ref.value", "type": "ipv4",
        "value": "192.0.2.1", "value_as_sent": "192.0.2.1", "ip_from": "00000000000000000000ffffc0000201",
        "ip_to": "00000000000000000000ffffc0000201", "well_formed": true, "direction": "dst", "relation": "any_of",
        "row_group": format!("{ID}/{FROM}/feed"), "standalone": true, "is_primary": true, "confidence": 70,
        "severity": 3, "tlp": "green",
        "valid_from": FROM, "valid_until": "2025-01-01T00:00:00Z", "expiry_source": "valid_until",
        "state": "active", "labels": ["l"], "indicator_types": ["benign"], "kill_chain": ["k:p"],
        "references": ["https://example.org/report"],
        "provider": "identity--x", "name": "n", "description": "d", "pattern": pattern, "pattern_type": "stix",
        "reason": "like", "reason_text": "LIKE has no single value",
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), expected);
    // Those that come from other objects are for `joined`, those of odd ones for `doubts`. The others
    // are those of hashes, of URLs and of long patterns.
    let others = ["malware", "actors", "doubts", "hash_type", "url_host", "pattern_of"];
    let columns: Vec<_> = Row::COLUMNS.iter().filter(|name| !others.contains(name)).collect();
    assert_eq!(expected.as_object().unwrap().len(), columns.len());
    // In the order of the list.
    let places: Vec<_> = columns.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted());
}

#[test]
fn json_without_values_is_short() {
    let own = indicator("[file:name LIKE 'a%']");
    let json = serde_json::to_value(&mapper().map(&own).rows[0]).unwrap();
    let expected = json!({
        "row_id": RowKey::from_row(&mapper().map(&own).rows[0]).to_string(), "source": "feed", "record": "indicator",
        "stix_id": ID, "created": FROM, "modified": FROM, "relation": "single", "standalone": false, "is_primary": false,
        "valid_from": FROM, "state": "active", "pattern": "[file:name LIKE 'a%']",
        "pattern_type": "stix", "reason": "like", "reason_text": "LIKE has no single value",
    });
    assert_eq!(json, expected);
}

#[test]
fn the_sample_feed_has_every_form() {
    let feed = include_str!("../fixtures/feed.json");
    let mut mapper = mapper();
    let mut indicators = Vec::new();
    let mut rejected = 0;
    for item in stixkit::Reader::from_str(feed) {
        let item = item.unwrap();
        rejected += u32::from(item.is_rejected());
        match item.into_object() {
            Some(Object::Indicator(indicator)) => indicators.push(indicator),
            Some(object) => mapper.learn(&object),
            None => {}
        }
    }
    let outcomes: Vec<_> = indicators.iter().map(|indicator| mapper.map(indicator)).collect();
    let mut counts = Counts::default();
    outcomes.iter().for_each(|outcome| counts.add(outcome));
    assert_eq!((counts.accepted, counts.partly, counts.unsupported, counts.invalid), (20, 1, 4, 1));
    assert_eq!(rejected, 1);
    let states: HashSet<_> = outcomes.iter().map(|outcome| outcome.rows[0].validity.state).collect();
    assert_eq!(states.len(), 4);
    let levels: HashSet<_> = outcomes.iter().filter_map(|outcome| outcome.rows[0].tlp).collect();
    assert_eq!(levels.len(), 5);
}

#[test]
fn r16_columns_of_hashes_urls_and_networks() {
    let columns = |pattern: &str, names: &[&str]| {
        let json = serde_json::to_value(&mapper().map(&indicator(pattern)).rows[0]).unwrap();
        names.iter().map(|name| json[*name].as_str().unwrap_or("none").to_owned()).collect::<Vec<_>>()
    };
    let hash = format!("[file:hashes.'SHA-256' = '{}']", "AB".repeat(32));
    assert_eq!(
        columns(&hash, &["record", "type", "hash_type", "value"]),
        ["indicator", "hash", "sha256", &"ab".repeat(32)]
    );
    for (url, host) in [
        ("HTTP://Login.Example.org:8080/a?b@c", "login.example.org"),
        ("https://user:secret@example.org/", "example.org"),
        ("https://[2001:DB8::1]:444/", "2001:db8::1"),
        ("mailto:someone@example.org", "none"),
        ("hxxp://example.org/", "none"),
        ("example.org/a", "none"),
    ] {
        assert_eq!(columns(&format!("[url:value = '{url}']"), &["url_host", "value_as_sent"]), [host, url]);
    }
    let bounds = |pattern: &str| columns(pattern, &["type", "value", "ip_from", "ip_to"]);
    assert_eq!(
        bounds("[ipv4-addr:value = '198.51.100.9/24']"),
        ["cidr", "198.51.100.0/24", "00000000000000000000ffffc6336400", "00000000000000000000ffffc63364ff"]
    );
    assert_eq!(bounds("[domain-name:value = 'example.org']"), ["domain", "example.org", "none", "none"]);
    assert_eq!(bounds("[ipv4-addr:value = '198.51.100.9/1']")[2..], ["none", "none"]);
}

/// What each row repeats would be 20,000 times the pattern.
#[test]
fn c02_the_rows_of_a_long_pattern_are_linear_in_it() {
    let own = c02_indicator();
    let outcome = mapper().map(&own).into_owned();
    assert_eq!(outcome.rows.len(), 20_000);
    let lines: Vec<_> = outcome.rows.iter().map(|row| serde_json::to_string(row).unwrap()).collect();
    let size: usize = lines.iter().map(String::len).sum();
    assert!(size <= 20_000_000, "{size} bytes");
    // All of it is in the first row, which the others name.
    let (first, others) = outcome.rows.split_first().unwrap();
    assert_eq!((&first.pattern, first.relation.pattern_of), (&own.pattern.as_str().into(), None));
    assert_eq!(first.context.description, own.description.as_deref().map(Into::into));
    let key = RowKey::from_row(first);
    assert!(others.iter().all(|row| row.relation.pattern_of == Some(key) && row.pattern.is_empty()));
    let json: serde_json::Value = serde_json::from_str(&lines[7]).unwrap();
    assert_eq!((&json["pattern_of"], json.get("pattern")), (&key.to_string().into(), None));
    assert_eq!((json.get("description"), &json["name"]), (None, &"n".into()));
}

#[test]
fn patterns_of_common_length_are_in_every_row() {
    for (values, has_all) in [(10, true), (200, true), (300, false)] {
        let values: Vec<_> = (0..values).map(|n| format!("'192.0.2.{n}'")).collect();
        let own = indicator(&format!("[ipv4-addr:value IN ({})]", values.join(", ")));
        let is_there = mapper().map(&own).rows.iter().all(|row| *row.pattern == own.pattern);
        assert_eq!(is_there, has_all, "{}", own.pattern.len());
    }
}

#[cfg(all(feature = "csv", feature = "parquet"))]
#[test]
fn c02_tables_of_a_long_pattern_are_linear_in_it() {
    use stixkit::table::arrow::StreamWriter;
    use stixkit::table::csv::CsvWriter;
    use stixkit::table::parquet::ParquetWriter;

    let own = c02_indicator();
    let mapper = mapper();
    let rows = mapper.map(&own).rows;
    let mut csv = CsvWriter::new::<Row<'_>>(Vec::new());
    let mut arrow = StreamWriter::new::<Row<'_>>(Vec::new()).unwrap();
    let mut parquet = ParquetWriter::new::<Row<'_>>(Vec::new()).unwrap();
    for row in &rows {
        csv.write(row).unwrap();
        arrow.write(row).unwrap();
        parquet.write(row).unwrap();
    }
    let sizes = [csv.finish().unwrap().len(), arrow.finish().unwrap().len(), parquet.finish().unwrap().len()];
    assert!(sizes.iter().all(|size| *size <= 20_000_000), "{sizes:?}");
}

/// One list of 20,000 addresses, and a long description.
fn c02_indicator() -> Indicator {
    let values: Vec<_> = (0..20_000).map(|n| format!("'10.1.{}.{}'", n / 250, n % 250)).collect();
    let pattern = format!("[ipv4-addr:value IN ({})]", values.join(", "));
    assert!(pattern.len() > 270_000, "{}", pattern.len());
    indicator_with(&pattern, json!({"name": "n", "description": "d".repeat(100_000)}))
}
