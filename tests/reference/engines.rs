//! The queries of the documentation of `table::parquet`, in the engines that it names.
//!
//! ```text
//! pip install duckdb datafusion polars chdb pyarrow    # and pyspark, which needs Java
//! cargo test --all-features --test it -- --ignored reference::engines
//! ```

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use stixkit::object::Indicator;
use stixkit::row::{Mapper, Row};
use stixkit::table::parquet::ParquetWriter;

use super::python;

const PACKAGES: [&str; 5] = ["duckdb", "pyarrow", "datafusion", "polars", "chdb"];

/// A file that goes away.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("stixkit-{}-{name}", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The id of the indicator with this number.
fn id(number: u32) -> String {
    format!("indicator--d81f86b9-975b-4c0b-875e-810c5ad4{number:04}")
}

fn indicator(number: u32, day: u32, pattern: &str, more: Value) -> Indicator {
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": id(number), "created": "2024-05-01T10:00:00Z",
        "modified": format!("2024-05-{day:02}T10:00:00Z"), "pattern": pattern, "pattern_type": "stix",
        "valid_from": "2024-05-01T10:00:00Z", "name": format!("name {number}"), "confidence": 60 + number,
    });
    for (name, value) in more.as_object().unwrap() {
        object[name] = value.clone();
    }
    serde_json::from_value(object).unwrap()
}

/// What the queries should find, and what they should not.
fn indicators() -> Vec<Indicator> {
    let none = || json!({});
    // A file to which two runs were appended.
    vec![
        indicator(1, 1, "[domain-name:value = 'Login.Example.ORG']", none()),
        // Its second version names another domain.
        indicator(2, 1, "[domain-name:value = 'old.example.org']", none()),
        indicator(2, 2, "[domain-name:value = 'new.example.org']", none()),
        indicator(3, 1, "[domain-name:value = 'gone.example.org']", json!({"revoked": true})),
        // Neither is an indicator by itself.
        indicator(4, 1, "[domain-name:value = 'part.example.org' AND domain-name:x_a = 'b']", none()),
        indicator(5, 1, "[ipv4-addr:value = '198.51.100.0/25']", none()),
        indicator(6, 1, "[ipv4-addr:value = '192.0.2.7']", none()),
        indicator(7, 1, "[ipv4-addr:value = '203.0.113.0/24']", json!({"valid_until": "2024-05-02T00:00:00Z"})),
        indicator(8, 1, "[ipv6-addr:value = '2001:db8::/64']", none()),
        // By its text it would have all addresses.
        indicator(9, 1, "[ipv6-addr:value = '::/0']", none()),
        indicator(10, 1, "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", none()),
    ]
}

const LOGS: &[(&str, &str)] = &[
    ("198.51.100.7", "login.example.org"),
    ("198.51.100.127", "part.example.org"),
    ("198.51.100.128", "gone.example.org"),
    ("192.0.2.7", "new.example.org"),
    ("203.0.113.9", "192.0.2.7"),
];

/// An address that the expression for IPv4 alone leaves out.
const LOG_OF_IPV6: (&str, &str) = ("2001:db8::7", "nothing.example.org");

#[test]
#[ignore = "needs the Python packages duckdb, pyarrow, datafusion, polars and chdb"]
fn r16_the_documented_queries_find_what_they_should() {
    let (rows, logs) = (Scratch::new("engines.parquet"), Scratch::new("engines.json"));
    let mapper = Mapper::new("2024-06-01T00:00:00Z".parse::<stixkit::Timestamp>().unwrap()).with_source("feed");
    let writer = ParquetWriter::new::<Row<'_>>(File::create(&rows.0).unwrap()).unwrap();
    let mut writer = writer.with_metadata(mapper.metadata());
    for indicator in &indicators() {
        mapper.map(indicator).rows.iter().for_each(|row| writer.write(row).unwrap());
    }
    writer.finish().unwrap();
    let entries = LOGS.iter().chain([&LOG_OF_IPV6]).enumerate();
    let entries: Vec<_> = entries.map(|(entry, (address, host))| json!([entry, address, host])).collect();
    fs::write(&logs.0, Value::Array(entries).to_string()).unwrap();

    let mut python = python::with(PACKAGES[0], None);
    for package in &PACKAGES[1..] {
        python = python.and_then(|_| python::with(package, None));
    }
    let python = python.unwrap_or_else(|missing| panic!("{missing}"));
    let documentation = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/table/parquet/mod.rs");
    let output = python::run(&python, "engines.py", &[documentation, rows.0.clone(), logs.0.clone()], String::new());
    let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let engines: Vec<_> = lines.iter().map(|line| line["engine"].as_str().unwrap()).collect();
    // Spark is tried if it is there.
    let usual = ["duckdb", "datafusion", "polars", "clickhouse"];
    assert!(engines == usual || engines == [&usual[..], &["spark"]].concat(), "{engines:?}");
    for line in &lines {
        let engine = line["engine"].as_str().unwrap();
        let active = json!([
            ["login.example.org", "61", id(1)],
            ["new.example.org", "62", id(2)],
            ["old.example.org", "62", id(2)],
        ]);
        assert_eq!(line["found"][0], active, "{engine}");
        let by_value =
            json!([["0", id(1), "name 1", "61"], ["3", id(2), "name 2", "62"], ["4", id(6), "name 6", "66"],]);
        assert_eq!(line["found"][1], by_value, "{engine}");
        let mut by_network = vec![
            json!(["0", id(5), "198.51.100.0/25"]),
            json!(["1", id(5), "198.51.100.0/25"]),
            json!(["3", id(6), "192.0.2.7"]),
        ];
        if matches!(engine, "polars" | "clickhouse") {
            by_network.push(json!(["5", id(8), "2001:db8::/64"]));
        }
        assert_eq!(line["found"][2], Value::Array(by_network), "{engine}");
        let newest = line["found"][3].as_array().unwrap();
        let values: Vec<_> = newest.iter().filter(|row| row[1] == id(2)).map(|row| row[2].as_str().unwrap()).collect();
        assert_eq!(values, ["new.example.org"], "{engine}");
        // One version is old, but the `AND` has two rows.
        assert_eq!(newest.len(), indicators().len(), "{engine}: {newest:?}");
    }
}
