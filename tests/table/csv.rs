//! Tables as CSV, read back with the crate `csv`.

use std::error::Error as _;
use std::io::{self, Write};

use csv::ReaderBuilder;
use proptest::prelude::*;
use stixkit::error::ErrorKind;
use stixkit::object::Object;
use stixkit::row::{Row, SplitMode};
use stixkit::table::csv::CsvWriter;
use stixkit::table::{Cell, Column, ColumnKind, Record};

use super::sample::{Other, Sample, cells, misfits, samples};
use crate::golden;

fn written<R: Record>(records: &[R], neutralizes: bool) -> String {
    let mut writer = CsvWriter::new::<R>(Vec::new()).with_neutralized_formulas(neutralizes);
    records.iter().for_each(|record| writer.write(record).unwrap());
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

/// The header and the records.
fn read(text: &str) -> Vec<Vec<String>> {
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn field(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(text) => text.to_string(),
        Cell::Real(value) => format!("{value:?}"),
        Cell::Time(time) => time.to_string(),
        other => serde_json::to_string(other).unwrap(),
    }
}

#[test]
fn every_kind_has_its_text() {
    let text = written(&[Sample::full(), Sample::empty()], false);
    let expected = [
        "text,category,boolean,integer,real,time,list,json\n",
        "\"it's \"\"a\"\", b\nc\",few,true,-5,85.0,2024-05-01T10:00:00.1234567Z,",
        "\"[\"\"a\"\",\"\"\"\",\"\"b,\\\"\"c\\\"\"\"\"]\",\"{\"\"a\"\":[1,null,\"\"é\"\"]}\"\n",
        ",,,,,,,\n",
    ];
    assert_eq!(text, expected.concat());
}

#[test]
fn an_empty_table_has_its_header() {
    assert_eq!(written::<Other>(&[], false), "only\n");
    // A line with nothing in it would be no record.
    assert_eq!(written(&[Other], false), "only\n\"\"\n");
}

#[test]
fn formulas_are_neutralized_on_request() {
    let texts =
        ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\u{ff1d}1", "\u{ff0b}1", "\u{ff0d}1", "\u{ff20}1"];
    for text in texts {
        let records = [Sample::empty().with("text", text.into()).with("category", text.into())];
        let (plain, safe) = (written(&records, false), written(&records, true));
        assert_eq!(read(&plain)[1][..2], [text, text]);
        assert_eq!(read(&safe)[1][..2], [format!("'{text}"), format!("'{text}")]);
    }
    // A line break inside a text begins no cell, and what is no text is no formula.
    let records = [Sample::full().with("text", "a\n=1".into()), Sample::empty().with("text", "".into())];
    assert_eq!(written(&records, false), written(&records, true));
}

#[test]
fn a_misfit_costs_itself_alone() {
    let mut writer = CsvWriter::new::<Sample>(Vec::new());
    for (misfit, message) in misfits() {
        let error = writer.write(&misfit).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Record);
        assert!(error.to_string().contains(message), "{error}");
        writer.write(&Sample::full()).unwrap();
    }
    let error = writer.write(&Other).unwrap_err();
    assert_eq!((error.kind(), error.detail()), (ErrorKind::Record, "the table \"others\" has other columns"));
    let text = String::from_utf8(writer.finish().unwrap()).unwrap();
    assert_eq!(text, written(&vec![Sample::full(); misfits().len()], false));
}

#[test]
fn an_output_that_fails_is_an_error() {
    #[derive(Debug)]
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or_else(|| io::Error::other("disk full"))?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut writer = CsvWriter::new::<Sample>(Full(1 << 20));
    let error = (0..100_000).find_map(|_| writer.write(&Sample::full()).err()).expect("it fails");
    assert_eq!((error.kind(), error.source().unwrap().to_string()), (ErrorKind::Output, "disk full".to_owned()));
    let mut writer = CsvWriter::new::<Sample>(Full(0));
    writer.write(&Sample::full()).expect("it is in the buffer");
    assert_eq!(writer.finish().unwrap_err().kind(), ErrorKind::Output);
}

#[test]
fn core_rows_have_the_cells_of_their_json() {
    let (bundle, mapper) = golden::feed(SplitMode::Split);
    // The writer outlives what it writes.
    let mut writer = CsvWriter::new::<Row<'_>>(Vec::new());
    let mut expected = vec![Row::COLUMNS.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    for object in bundle.objects() {
        let Object::Indicator(indicator) = object.clone() else { continue };
        for row in &mapper.map(&indicator).rows {
            writer.write(row).unwrap();
            expected.push(cells(row).iter().map(field).collect());
        }
    }
    assert_eq!(read(std::str::from_utf8(&writer.finish().unwrap()).unwrap()), expected);
    let kinds = <Row<'_> as Record>::COLUMNS.iter().map(|column| column.kind);
    assert!(kinds.zip(&expected[1]).all(|(kind, field)| kind != ColumnKind::Boolean || field == "true"));
}

proptest! {
    #[test]
    fn fields_are_read_back(records in samples()) {
        let lines = read(&written(&records, false));
        let columns = Sample::COLUMNS.iter().map(|column: &Column| column.name.to_owned()).collect::<Vec<_>>();
        prop_assert_eq!(&lines[0], &columns);
        let expected: Vec<Vec<_>> = records.iter().map(|record| record.0.iter().map(field).collect()).collect();
        prop_assert_eq!(&lines[1..], expected);
    }
}
