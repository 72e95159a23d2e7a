//! How large the output of one indicator is, in every sink and format.

use serde_json::{Value, json};
use stixkit::object::{Indicator, Object};
use stixkit::row::{Mapper, Row};
use stixkit::sink::sentinel::upload::Batches;
use stixkit::sink::sentinel::{self, ThreatIntelIndicators, ThreatIntelligenceIndicator};
use stixkit::sink::splunk::Lookup;
use stixkit::sink::{ecs, ocsf};
use stixkit::table::{JsonLine, Record};

use crate::row::{indicator_with, mapper};

/// As many addresses, joined by `IN`.
fn addresses(key: &str, count: u32) -> String {
    let values: Vec<_> =
        (0..count).map(|number| format!("'{}'", std::net::Ipv4Addr::from(0x0a00_0000 + number))).collect();
    format!("[{key} IN ({})]", values.join(", "))
}

fn lines<R: Record>(records: impl IntoIterator<Item = R>) -> usize {
    records.into_iter().map(|record| serde_json::to_string(&JsonLine(&record)).unwrap().len() + 1).sum()
}

/// The bytes that each sink makes of an indicator.
fn sizes(mapper: &Mapper, own: &Indicator) -> Vec<(&'static str, usize)> {
    let sentinel = sentinel::Options::new().with_time_generated(crate::golden::now());
    let (ecs, ocsf) = (ecs::Options::new(), ocsf::Options::new(crate::golden::now().instant()));
    let outcome = mapper.map(own);
    let line = |text: serde_json::Result<String>| text.unwrap().len() + 1;
    let mut bulk = Vec::new();
    for document in ecs::Document::all(&outcome, own, &ecs) {
        document.write_bulk(&mut bulk).unwrap();
    }
    let events = ocsf::Event::all(&outcome, own, &ocsf).map(|event| line(serde_json::to_string(&event))).sum();
    let lookups = outcome.rows.iter().filter_map(Lookup::from_row);
    let bodies = Batches::new("feed", [Object::from(own.clone())]).map(|body| line(serde_json::to_string(&body)));
    let mut sizes = vec![
        ("core", lines(outcome.rows.iter().cloned())),
        ("sentinel", lines(ThreatIntelIndicators::rows(&outcome, own, &sentinel))),
        ("sentinel-legacy", lines(ThreatIntelligenceIndicator::rows(&outcome, own, &sentinel))),
        ("sentinel-upload", bodies.sum()),
        ("ecs", bulk.len()),
        ("ocsf", events),
        ("splunk", lookups.map(|lookup| line(serde_json::to_string(&lookup))).sum()),
    ];
    sizes.extend(tables(&outcome.rows));
    sizes
}

#[cfg(all(feature = "csv", feature = "parquet"))]
fn tables(rows: &[Row<'_>]) -> Vec<(&'static str, usize)> {
    use stixkit::table::arrow::StreamWriter;
    use stixkit::table::csv::CsvWriter;
    use stixkit::table::parquet::ParquetWriter;

    let mut csv = CsvWriter::new::<Row<'_>>(Vec::new());
    let mut arrow = StreamWriter::new::<Row<'_>>(Vec::new()).unwrap();
    let mut parquet = ParquetWriter::new::<Row<'_>>(Vec::new()).unwrap();
    for row in rows {
        csv.write(row).unwrap();
        arrow.write(row).unwrap();
        parquet.write(row).unwrap();
    }
    vec![
        ("csv", csv.finish().unwrap().len()),
        ("arrow", arrow.finish().unwrap().len()),
        ("parquet", parquet.finish().unwrap().len()),
    ]
}

#[cfg(not(all(feature = "csv", feature = "parquet")))]
fn tables(_: &[Row<'_>]) -> Vec<(&'static str, usize)> {
    Vec::new()
}

#[test]
fn c02_twenty_thousand_addresses_make_at_most_20_mb_in_every_sink() {
    let own = indicator_with(&addresses("ipv4-addr:value", 20_000), json!({"name": "n", "description": "d"}));
    assert!(own.pattern.len() > 270_000);
    for (sink, size) in sizes(&mapper(), &own) {
        assert!((200_000..=20_000_000).contains(&size), "{sink}: {size}");
    }
}

#[test]
fn c02_output_grows_as_the_indicator() {
    let of = |count| sizes(&mapper(), &indicator_with(&addresses("ipv4-addr:value", count), json!({"name": "n"})));
    let (small, double, large) = (of(1000), of(2000), of(4000));
    for ((sink, one), ((_, two), (_, four))) in small.iter().zip(double.iter().zip(&large)) {
        assert!(*two * 10 <= *one * 22 && *four * 10 <= *two * 22, "{sink}: {one}, {two}, {four}");
    }
}

/// What all rows of an indicator share, each longer than all of their values.
fn long_properties() -> Vec<(&'static str, Value)> {
    let long = || "x".repeat(100_000);
    let digits = || format!("2024-05-01T10:00:00.{}Z", "1".repeat(100_000));
    let texts: Vec<_> = (0..10_000).map(|number| format!("text-{number}")).collect();
    let phases: Vec<_> =
        texts.iter().map(|text| json!({"kill_chain_name": "mitre-attack", "phase_name": text})).collect();
    let references: Vec<_> =
        texts.iter().map(|text| json!({"source_name": "mitre-attack", "external_id": text, "url": text})).collect();
    vec![
        ("id", format!("indicator--{}", long()).into()),
        ("created_by_ref", format!("identity--{}", long()).into()),
        ("created", digits().into()),
        ("modified", digits().into()),
        ("valid_from", digits().into()),
        ("valid_until", digits().replace("2024", "2034").into()),
        ("name", long().into()),
        ("description", long().into()),
        ("labels", json!(texts)),
        ("indicator_types", json!(texts)),
        ("kill_chain_phases", json!(phases)),
        ("external_references", json!(references)),
        ("lang", long().into()),
        ("x_own", long().into()),
    ]
}

/// With patterns on both sides of the length that is not repeated.
#[test]
fn c02_no_property_is_repeated_if_it_is_long() {
    for (name, value) in long_properties() {
        for count in [200, 2000] {
            let own = indicator_with(&addresses("ipv4-addr:value", count), json!({name: value}));
            let input = serde_json::to_string(&own).unwrap().len();
            for (sink, size) in sizes(&mapper(), &own) {
                assert!(size <= 8 * input + count as usize * 1500, "{name}, {sink}, {count}: {size} of {input}");
            }
        }
    }
}

/// Names that other objects have, and the path that leads to the values.
#[test]
fn c02_neither_names_nor_paths_are_repeated_if_they_are_long() {
    let long = "x".repeat(100_000);
    let (provider, malware) =
        ("identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e", "malware--31b940d4-6f7f-459a-80ea-9c1f17b58abc");
    let mut mapper = mapper();
    for object in [
        json!({"type": "identity", "id": provider, "name": long}),
        json!({"type": "malware", "id": malware, "name": long, "is_family": false}),
        json!({"type": "relationship", "id": "relationship--44298a74-ba52-4f0c-87a3-1824e67d7fad",
            "relationship_type": "indicates", "source_ref": crate::row::ID, "target_ref": malware}),
    ] {
        mapper.learn(&serde_json::from_value::<Object>(object).unwrap());
    }
    for key in ["ipv4-addr:value", &format!("x:{long}"), &format!("{long}:value"), &format!("file:hashes.'{long}'")] {
        let own = indicator_with(&addresses(key, 2000), json!({"created_by_ref": provider}));
        for (sink, size) in sizes(&mapper, &own) {
            assert!(size <= 5_000_000, "{}, {sink}: {size}", &key[..10]);
        }
    }
}
