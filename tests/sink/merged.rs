//! Merged rows in every sink: what one feed adds, what the next changes, and what ends.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use stixkit::feed::write::{ListFormat, ListWriter, Options as ListOptions};
use stixkit::object::{Indicator, Tlp};
use stixkit::row::{Action, Mapper, Merge, Outcome, Row, RowChange};
use stixkit::sink::{ecs, ocsf, sentinel, splunk};
use stixkit::table::JsonLine;

const CLEAR: &str = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";
const BOTH: &str = "[ipv4-addr:value IN ('198.51.100.7', '198.51.100.8')]";

fn now() -> DateTime<Utc> {
    "2024-05-20T00:00:00Z".parse().unwrap()
}

fn indicator(number: u32, pattern: &str, modified: &str, more: Value) -> Indicator {
    let mut value = json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--d81f86b9-975b-4c0b-875e-{number:012}"),
        "created": "2024-05-01T00:00:00Z", "modified": modified, "pattern": pattern, "pattern_type": "stix",
        "valid_from": "2024-05-01T00:00:00Z", "valid_until": "2024-08-01T00:00:00Z", "object_marking_refs": [CLEAR],
    });
    value.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    serde_json::from_value(value).unwrap()
}

/// Two feeds have an address; the first one has another, too, and drops it.
fn changes(merge: &mut Merge) -> Vec<RowChange<'static>> {
    let first = "2024-05-01T00:00:00Z";
    let arrivals = [
        ("a", indicator(1, BOTH, first, json!({"confidence": 30, "labels": ["x"], "name": "first"}))),
        ("b", indicator(2, "[ipv4-addr:value = '198.51.100.7']", first, json!({"confidence": 80, "labels": ["y"]}))),
        ("a", indicator(1, "[ipv4-addr:value = '198.51.100.7']", "2024-05-02T00:00:00Z", json!({"confidence": 40}))),
    ];
    let mut changes = Vec::new();
    for (source, indicator) in arrivals {
        changes.extend(merge.apply(&Mapper::new(now()).with_source(source).map(&indicator), now()));
    }
    changes
}

/// The last change of the address that both have, and that of the one that ended.
fn ends(changes: &[RowChange<'static>]) -> (Row<'static>, RowChange<'static>) {
    let actions: Vec<_> = changes.iter().map(|change| change.action).collect();
    let expected = [Action::Insert, Action::Insert, Action::Update, Action::Delete, Action::Update];
    assert_eq!(actions, expected);
    (changes[4].row.clone().unwrap(), changes[3].clone())
}

#[test]
fn tables_have_the_row_of_each_change() {
    let mut merge = Merge::new("all");
    let changes = changes(&mut merge);
    let (row, gone) = ends(&changes);
    let line = serde_json::to_value(&row).unwrap();
    assert_eq!(line["row_id"], changes[4].key.to_string(), "the key of the change is that of the table");
    assert_eq!((&line["source"], &line["provider"]), (&json!("all"), &json!("a, b")));
    assert_eq!(
        (&line["confidence"], &line["value"], &line["tlp"]),
        (&json!(80), &json!("198.51.100.7"), &json!("clear"))
    );
    assert_eq!(line["labels"], json!(["y"]), "the first feed's newer version has none");
    let kept = gone.kept.as_ref().unwrap();
    assert_eq!((kept.norm.as_deref(), kept.standalone, gone.row.is_none()), (Some("198.51.100.8"), true, true));
    assert_eq!(merge.get(&gone.key, now()), None);
}

#[cfg(all(feature = "csv", feature = "parquet"))]
#[test]
fn csv_and_parquet_have_rows_and_provenance() {
    use stixkit::table::csv::CsvWriter;
    use stixkit::table::parquet::ParquetWriter;

    let mut merge = Merge::new("all");
    let (row, _) = ends(&changes(&mut merge));
    let key = stixkit::row::RowKey::from_row(&row);
    let mut csv = CsvWriter::new::<Row<'_>>(Vec::new());
    let mut parquet = ParquetWriter::new::<Row<'_>>(Vec::new()).unwrap();
    csv.write(&row).unwrap();
    parquet.write(&row).unwrap();
    let csv = String::from_utf8(csv.finish().unwrap()).unwrap();
    assert!(csv.contains("198.51.100.7") && csv.contains("\"a, b\""), "{csv}");
    assert!(parquet.finish().unwrap().ends_with(b"PAR1"));

    let mut csv = CsvWriter::new::<stixkit::row::Statement>(Vec::new());
    let mut parquet = ParquetWriter::new::<stixkit::row::Statement>(Vec::new()).unwrap();
    for statement in merge.provenance(&key) {
        csv.write(&statement).unwrap();
        parquet.write(&statement).unwrap();
    }
    let csv = String::from_utf8(csv.finish().unwrap()).unwrap();
    let lines: Vec<_> = csv.lines().skip(1).collect();
    assert_eq!(lines.len(), 2, "{csv}");
    for (line, (source, confidence)) in lines.iter().zip([("a", "40"), ("b", "80")]) {
        let cells: Vec<_> = line.split(',').collect();
        assert_eq!((cells[0], cells[1], cells[7]), (&*key.to_string(), source, confidence), "{line}");
    }
    assert!(parquet.finish().unwrap().ends_with(b"PAR1"));
}

#[test]
fn documents_have_the_merged_indicator() {
    let mut merge = Merge::new("all");
    let (row, gone) = ends(&changes(&mut merge));
    let key = stixkit::row::RowKey::from_row(&row);
    let (indicator, derived) = merge.indicator(&key, now()).unwrap();
    let sources: Vec<_> = derived.iter().map(|link| link.target_ref.to_string()).collect();
    let id = |number: u32| format!("indicator--d81f86b9-975b-4c0b-875e-{number:012}");
    assert_eq!(sources, [id(1), id(2)]);
    assert!(derived.iter().all(|link| link.relationship_type.as_str() == "derived-from"));
    assert_eq!(indicator.common.id, *row.stix_id);

    let outcome = Outcome::from(row.clone());
    let options = ecs::Options::new();
    let documents: Vec<_> = ecs::Document::all(&outcome, &indicator, &options).collect();
    let [document] = &documents[..] else { panic!("{} documents", documents.len()) };
    let json = serde_json::to_value(document).unwrap();
    let own = &json["threat"]["indicator"];
    assert_eq!((&own["ip"], &own["provider"]), (&json!("198.51.100.7"), &json!("a, b")), "{json}");
    let mut bulk = Vec::new();
    document.write_bulk(&mut bulk).unwrap();
    ecs::write_bulk_delete(gone.key, &mut bulk).unwrap();
    let bulk = String::from_utf8(bulk).unwrap();
    assert!(bulk.starts_with(&format!(r#"{{"index":{{"_id":"{key}"}}}}"#)), "{bulk}");
    assert!(bulk.ends_with(&format!("{{\"delete\":{{\"_id\":\"{}\"}}}}\n", gone.key)), "{bulk}");

    let options = ocsf::Options::new(now());
    let events: Vec<_> = ocsf::Event::all(&outcome, &indicator, &options).collect();
    let json = serde_json::to_value(&events[0]).unwrap();
    let own = &json["osint"][0];
    assert_eq!((&own["value"], &own["vendor_name"]), (&json!("198.51.100.7"), &json!("all")), "{json}");
    assert!(json.to_string().contains("a, b"), "{json}");

    let options = sentinel::Options::new();
    let rows: Vec<_> = sentinel::ThreatIntelIndicators::rows(&outcome, &indicator, &options).collect();
    let json = serde_json::to_value(JsonLine(&rows[0])).unwrap();
    assert_eq!((rows.len(), &json["ObservableValue"], &json["IsActive"]), (1, &json!("198.51.100.7"), &json!(true)));
    assert_eq!(json["Confidence"], 80, "{json}");
    let kept = [gone.kept.unwrap()];
    let ended = sentinel::ThreatIntelIndicators::ended(&kept, None, &options);
    let json = serde_json::to_value(JsonLine(&ended[0])).unwrap();
    assert_eq!((&json["ObservableValue"], &json["IsDeleted"]), (&json!("198.51.100.8"), &json!(true)));
}

#[test]
fn lookups_and_lists_have_the_value_once() {
    let mut merge = Merge::new("all");
    let (row, _) = ends(&changes(&mut merge));
    let Some(splunk::Lookup::Ip(lookup)) = splunk::Lookup::from_row(&row) else { panic!("{row:?}") };
    assert_eq!((lookup.ip.as_deref(), lookup.weight), (Some("198.51.100.7"), 80));
    let mut list = ListWriter::new(ListFormat::Csv, ListOptions::new(now(), Tlp::Clear), Vec::new()).unwrap();
    merge.rows(now()).for_each(|row| list.write(&row).unwrap());
    let (text, counts) = list.finish().unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!((counts.written, counts.too_strict), (1, 0), "{text}");
    assert!(text.contains("198.51.100.7,ipv4,") && text.ends_with(",all,clear\n"), "{text}");
    let mut list = ListWriter::new(ListFormat::ZeekIntel, ListOptions::new(now(), Tlp::Clear), Vec::new()).unwrap();
    merge.rows(now()).for_each(|row| list.write(&row).unwrap());
    let text = String::from_utf8(list.finish().unwrap().0).unwrap();
    assert!(text.contains("198.51.100.7\t") && text.contains("a, b"), "{text}");
}

/// A value whose markings one feed does not state may not go where that of the other may.
#[test]
fn lists_take_what_all_feeds_allow() {
    let mut merge = Merge::new("all");
    changes(&mut merge);
    let unmarked =
        indicator(3, "[ipv4-addr:value = '198.51.100.7']", "2024-05-01T00:00:00Z", json!({"object_marking_refs": []}));
    merge.apply(&Mapper::new(now()).with_source("c").map(&unmarked), now());
    let options = ListOptions::new(now(), Tlp::Clear).with_unmarked(false);
    let mut list = ListWriter::new(ListFormat::Plain, options, Vec::new()).unwrap();
    merge.rows(now()).for_each(|row| list.write(&row).unwrap());
    assert_eq!(list.counts().too_strict, 1);
}

#[test]
fn a_revocation_by_all_feeds_ends_the_row_in_each_sink() {
    let mut merge = Merge::new("all");
    let (row, _) = ends(&changes(&mut merge));
    let mut last = None;
    for (source, number) in [("a", 1), ("b", 2)] {
        let revoked =
            indicator(number, "[ipv4-addr:value = '198.51.100.7']", "2024-05-03T00:00:00Z", json!({"revoked": true}));
        last = merge.apply(&Mapper::new(now()).with_source(source).map(&revoked), now()).pop();
    }
    let change = last.unwrap();
    assert_eq!((change.action, change.key), (Action::Revoke, stixkit::row::RowKey::from_row(&row)));
    let row = change.row.unwrap();
    let (indicator, _) = merge.indicator(&change.key, now()).unwrap();
    assert_eq!(indicator.common.revoked, Some(true));
    assert!(splunk::Lookup::from_row(&row).is_none());
    let outcome = Outcome::from(row);
    let options = sentinel::Options::new();
    let rows: Vec<_> = sentinel::ThreatIntelIndicators::rows(&outcome, &indicator, &options).collect();
    let json = serde_json::to_value(JsonLine(&rows[0])).unwrap();
    assert_eq!(json["IsActive"], false, "{json}");
}
