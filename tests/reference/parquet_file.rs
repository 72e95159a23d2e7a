//! Parquet files as others read them: pyarrow, which is Arrow's own library for Python, and DuckDB.

use std::fs::File;
use std::path::PathBuf;

use serde_json::{Map, Value};
use stixkit::object::Object;
use stixkit::row::{Row, SplitMode};
use stixkit::table::parquet::ParquetWriter;
use stixkit::table::{Cell, Cells, Column, ColumnKind, JsonLine, Record};

use super::python;
use crate::golden;
use crate::table::sample::Sample;

/// A file, and what is to be found in it.
struct Expected {
    path: PathBuf,
    columns: &'static [Column],
    rows: Vec<Map<String, Value>>,
}

impl Drop for Expected {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Expected {
    fn new<R: Record>(name: &str) -> (Self, ParquetWriter<File>) {
        let path = std::env::temp_dir().join(format!("stixkit-{}-{name}.parquet", std::process::id()));
        let writer = ParquetWriter::new::<R>(File::create(&path).unwrap()).unwrap();
        (Self { path, columns: R::COLUMNS, rows: Vec::new() }, writer)
    }

    /// The record's JSON, with times in microseconds.
    fn push<R: Record>(&mut self, record: &R) {
        let Value::Object(mut row) = serde_json::to_value(JsonLine(record)).unwrap() else { panic!("it is an object") };
        record.cells(&mut Cells::new(&mut |number, cell| {
            let name = R::COLUMNS[number].name.to_owned();
            match cell {
                Cell::Time(time) => _ = row.insert(name, time.instant().timestamp_micros().into()),
                // In the file it is text.
                Cell::Json(json) => _ = row.insert(name, json.as_json().into()),
                _ => {}
            }
        }));
        self.rows.push(row);
    }

    fn schema(&self, reader: &str) -> Map<String, Value> {
        let kind = |kind| match (reader, kind) {
            ("pyarrow", ColumnKind::Text | ColumnKind::Json) => "string",
            ("pyarrow", ColumnKind::Category) => "dictionary<values=string, indices=int32, ordered=0>",
            ("pyarrow", ColumnKind::Boolean) => "bool",
            ("pyarrow", ColumnKind::Integer) => "int64",
            ("pyarrow", ColumnKind::Real) => "double",
            ("pyarrow", ColumnKind::Time) => "timestamp[us, tz=UTC]",
            ("pyarrow", ColumnKind::List) => "list<item: string>",
            (_, ColumnKind::Text | ColumnKind::Json | ColumnKind::Category) => "VARCHAR",
            (_, ColumnKind::Boolean) => "BOOLEAN",
            (_, ColumnKind::Integer) => "BIGINT",
            (_, ColumnKind::Real) => "DOUBLE",
            (_, ColumnKind::Time) => "TIMESTAMP WITH TIME ZONE",
            (_, ColumnKind::List) => "VARCHAR[]",
            other => panic!("{other:?}"),
        };
        self.columns.iter().map(|column| (column.name.to_owned(), kind(column.kind).into())).collect()
    }
}

fn core_rows() -> Expected {
    let (mut expected, mut writer) = Expected::new::<Row<'_>>("core");
    let (bundle, mapper) = golden::feed(SplitMode::Split);
    for object in bundle.objects() {
        let Object::Indicator(indicator) = object else { continue };
        for row in &mapper.map(indicator).rows {
            writer.write(row).unwrap();
            expected.push(row);
        }
    }
    writer.finish().unwrap();
    expected
}

/// More records than a batch, and every kind of column.
fn samples() -> Expected {
    let (mut expected, mut writer) = Expected::new::<Sample>("samples");
    for number in 0..20_000_i64 {
        let sample = match number % 3 {
            0 => Sample::empty(),
            1 => Sample::full(),
            _ => Sample::full().with("text", Cell::Null).with("category", (number % 40).to_string().into()),
        };
        let sample = sample.with("integer", number.into()).with("real", (number as f64 / 7.0).into());
        writer.write(&sample).unwrap();
        expected.push(&sample);
    }
    writer.finish().unwrap();
    expected
}

#[test]
#[ignore = "needs the Python packages duckdb and pyarrow"]
fn other_readers_find_the_same_rows_types_and_values() {
    let files = [core_rows(), samples()];
    let arguments: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
    // Any release will do: what the crate writes is older than all of them.
    let python = python::with("duckdb", None).and_then(|_| python::with("pyarrow", None));
    let python = python.unwrap_or_else(|missing| panic!("{missing}"));
    let output = python::run(&python, "parquet_file.py", &arguments, String::new());
    let mut lines = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    for file in &files {
        for reader in ["pyarrow", "duckdb"] {
            let head = lines.next().unwrap();
            assert_eq!((&head["reader"], &head["rows"]), (&reader.into(), &file.rows.len().into()));
            assert_eq!(head["schema"], Value::Object(file.schema(reader)), "{reader}");
            for (number, row) in file.rows.iter().enumerate() {
                assert_eq!(lines.next().unwrap().as_object(), Some(row), "{reader}, row {number}");
            }
        }
    }
    assert!(lines.next().is_none());
}
