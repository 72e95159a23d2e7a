//! Ready maps: what each makes of a file in its publisher's layout is in a `.golden` file.

use stixkit::row::Row;

use super::*;

const FOLDER: &str = "maps";

/// The files, with the name of their map.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(directory().join(FOLDER))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|file| !file.ends_with(".golden"))
        .map(|file| (file.rsplit_once('.').unwrap().0.to_owned(), file))
        .collect();
    files.sort();
    files
}

fn is_read(map: &FieldMap) -> bool {
    cfg!(feature = "csv") || map.format != Format::Csv
}

/// A line for each row, with what decides how it is used.
fn row_line(row: &Row<'_>) -> String {
    let (key, value) = match &row.observable {
        Some(observable) => (&*observable.key, &*observable.norm),
        None => ("-", row.reason_code().unwrap_or_default()),
    };
    let tlp = row.tlp.map_or("-".to_owned(), |tlp| tlp.to_string());
    let alone = if row.relation.standalone { "alone" } else { "part" };
    format!("  {} {alone} {tlp} {key} {value}", row.validity.state.as_str())
}

#[test]
fn every_ready_map_reads_its_feed() {
    let all = FieldMap::all_named();
    let files = files();
    assert_eq!(files.len(), all.len());
    for (name, file) in files {
        let map = FieldMap::named(&name).unwrap_or_else(|| panic!("{name}"));
        if !is_read(&map) {
            continue;
        }
        let now = now().instant();
        let mut mapper = Mapper::new(now).with_source(name.as_str());
        let mut lines = Vec::new();
        let feed = bytes(&format!("{FOLDER}/{file}"));
        let mut reader = FeedReader::new(map, &feed[..]).unwrap();
        for item in reader.by_ref() {
            let item = item.unwrap_or_else(|error| panic!("{file}: {error}"));
            lines.push(shown(&item));
            let FeedItem::Entry(entry) = item else { continue };
            entry.related(&name, now).iter().for_each(|object| mapper.learn(object));
            let object = entry.to_object(&name, now);
            let faults: Vec<_> = object.check().into_iter().filter(|own| own.kind.level() == Level::Error).collect();
            assert!(faults.is_empty(), "{file}: {faults:?}");
            let indicator = entry.to_indicator(&name, now).unwrap();
            lines.extend(mapper.map(&indicator).rows.iter().map(row_line));
        }
        let counts = reader.counts();
        lines.push(format!("{} skipped, {} without an item", counts.skipped, counts.comments));
        assert_lines(&format!("../feeds/{FOLDER}/{file}.golden"), &lines);
    }
}

#[test]
fn a_feed_is_recognized_by_its_layout_alone() {
    let plain = ["blocklist-de", "cins", "emerging-threats", "openphish"];
    for (name, file) in files() {
        let found = FieldMap::recognize(&bytes(&format!("{FOLDER}/{file}")));
        let expected = Some(&*name).filter(|name| !plain.contains(name));
        assert_eq!(found.map(|map| map.name), expected, "{file}");
    }
    for feed in ["list.txt", "document.json", "values.json", "quirks.jsonl", "columns.csv"] {
        assert_eq!(FieldMap::recognize(&bytes(feed)), None, "{feed}");
    }
}

#[test]
fn r06_what_a_publisher_excludes_is_not_active() {
    for (name, value) in [
        ("misp-event", "203.0.113.9"),
        ("misp-event", "http://old.example.net/"),
        ("misp-warninglist", "192.0.2.53"),
        ("sentinel-csv", "198.51.100.7"),
        ("phishtank-csv", "https://new.example.net/"),
        ("otx-pulses", "198.51.100.8"),
        ("hosts", "server.example.org"),
        ("hosts", "localhost"),
    ] {
        let map = FieldMap::named(name).unwrap();
        if !is_read(&map) {
            continue;
        }
        let (_, file) = files().into_iter().find(|(own, _)| own == name).unwrap();
        let mapper = Mapper::new(now().instant());
        for entry in entries(read(map, &bytes(&format!("{FOLDER}/{file}")))) {
            let indicator = entry.to_indicator("feed", now().instant()).unwrap();
            let is_active = mapper.map(&indicator).rows.iter().any(|row| row.validity.state == State::Active);
            assert!(entry.value != value || !is_active, "{name} {value}");
        }
    }
}
