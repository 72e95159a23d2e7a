//! Tables as Arrow record batches.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use chrono::DateTime;
use proptest::prelude::*;
use stixkit::error::ErrorKind;
use stixkit::object::Object;
use stixkit::row::{Row, SplitMode};
use stixkit::table::arrow::{RecordBatches, schema};
use stixkit::table::{Cell, Record};
use stixkit::{Json, Timestamp};

use super::sample::{Other, Sample, Strict, cells, json, list, misfits, samples, time};
use crate::golden;

/// The batches of all records, with at most so many rows each.
fn batches<R: Record>(records: &[R], max_rows: usize) -> Vec<RecordBatch> {
    let mut batches = RecordBatches::new::<R>().with_max_rows(max_rows);
    let mut all: Vec<_> = records.iter().filter_map(|record| batches.push(record).unwrap()).collect();
    all.extend(batches.finish().unwrap());
    assert!(batches.finish().unwrap().is_none());
    assert!(all.iter().all(|batch| batch.schema() == *batches.schema()));
    all
}

/// The records of a batch, by the types of its columns alone. A list without items and no list are
/// the same.
pub(super) fn records(batch: &RecordBatch) -> Vec<Sample> {
    let mut records = vec![Sample(Vec::new()); batch.num_rows()];
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        for (number, record) in records.iter_mut().enumerate() {
            let cell = if column.is_null(number) { Cell::Null } else { cell(field.name() == "json", column, number) };
            record.0.push(cell);
        }
    }
    records
}

fn cell(is_json: bool, column: &dyn Array, number: usize) -> Cell<'static> {
    let own = |text: &str| Cell::Text(Cow::Owned(text.to_owned()));
    match column.data_type() {
        DataType::Utf8 if is_json => Json::new(column.as_string::<i32>().value(number)).unwrap().into(),
        DataType::Utf8 => own(column.as_string::<i32>().value(number)),
        DataType::Dictionary(..) => {
            let column = column.as_dictionary::<Int32Type>();
            own(column.values().as_string::<i32>().value(column.key(number).unwrap()))
        }
        DataType::Boolean => column.as_boolean().value(number).into(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(number).into(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(number).into(),
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if &**zone == "UTC" => {
            let micros = column.as_primitive::<TimestampMicrosecondType>().value(number);
            Cell::Time(Cow::Owned(Timestamp::exact(DateTime::from_timestamp_micros(micros).unwrap())))
        }
        DataType::List(_) => {
            let items = column.as_list::<i32>().value(number);
            let items = items.as_string::<i32>();
            Cell::List(items.iter().map(|item| Cow::Owned(item.unwrap().to_owned())).collect())
        }
        other => panic!("{other}"),
    }
}

/// The record as the format can hold it: times to the microsecond.
pub(super) fn rounded(record: &Sample) -> Sample {
    let round = |cell: &Cell<'static>| match cell {
        Cell::Time(time) => {
            let micros = time.instant().timestamp_micros();
            Cell::Time(Cow::Owned(Timestamp::exact(DateTime::from_timestamp_micros(micros).unwrap())))
        }
        other => other.clone(),
    };
    Sample(record.0.iter().map(round).collect())
}

/// For a comparison that takes every NaN for the same.
pub(super) fn shown(records: &[Sample]) -> Vec<String> {
    records.iter().map(|record| format!("{record:?}")).collect()
}

#[test]
fn the_schema_is_stable() {
    let fields: Vec<_> = schema::<Sample>().fields().iter().map(|field| field.to_string()).collect();
    assert_eq!(
        fields,
        [
            r#"Field { "text": nullable Utf8 }"#,
            r#"Field { "category": nullable Dictionary(Int32, Utf8) }"#,
            r#"Field { "boolean": nullable Boolean }"#,
            r#"Field { "integer": nullable Int64 }"#,
            r#"Field { "real": nullable Float64 }"#,
            r#"Field { "time": nullable Timestamp(µs, "UTC") }"#,
            r#"Field { "list": nullable List(Utf8) }"#,
            r#"Field { "json": nullable Utf8 }"#,
        ]
    );
    let core = schema::<Row<'_>>();
    assert!(core.fields().iter().map(|field| &**field.name()).eq(Row::COLUMNS.iter().copied()));
}

#[test]
fn every_kind_is_kept() {
    let sent = [Sample::full(), Sample::empty(), Sample::full()];
    let [batch] = &batches(&sent, 10)[..] else { panic!("it is one batch") };
    assert_eq!(records(batch), sent.each_ref().map(rounded));
    for column in batch.columns() {
        assert_eq!((column.len(), column.null_count()), (3, 1));
    }
}

#[test]
fn columns_may_be_all_null() {
    let [batch] = &batches(&[Sample::empty(), Sample::empty()], 10)[..] else { panic!("it is one batch") };
    assert!(batch.columns().iter().all(|column| column.null_count() == 2));
    assert_eq!(records(batch), [Sample::empty(), Sample::empty()]);
}

#[test]
fn an_empty_table_has_no_batch() {
    assert!(batches::<Sample>(&[], 10).is_empty());
}

#[test]
fn instants_are_cut_to_microseconds() {
    for (text, micros) in [
        ("1970-01-01T00:00:00.0000019Z", 1),
        ("1969-12-31T23:59:59.9999999Z", -1),
        ("2024-05-01T12:00:00+02:00", 1_714_557_600_000_000),
        // A leap second is the first of the next minute.
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
    ] {
        let [batch] = &batches(&[Sample::empty().with("time", time(text))], 10)[..] else { panic!("it is one") };
        assert_eq!(batch["time"].as_primitive::<TimestampMicrosecondType>().value(0), micros, "{text}");
    }
}

#[test]
fn a_batch_ends_at_its_rows_or_bytes() {
    let sizes = |batches: &[RecordBatch]| batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>();
    assert_eq!(sizes(&batches(&vec![Sample::full(); 7], 3)), [3, 3, 1]);
    assert_eq!(sizes(&batches(&vec![Sample::full(); 2], 0)), [1, 1]);
    let text = "x".repeat(1 << 20);
    for column in ["text", "category", "list", "json"] {
        let large = |number: usize| {
            let text = format!("{number}{text}");
            let cell = match column {
                "list" => Cell::List(vec![text.into()]),
                "json" => json(&format!("\"{text}\"")),
                _ => text.into(),
            };
            Sample::empty().with(column, cell)
        };
        let large: Vec<_> = (0..40).map(large).collect();
        assert_eq!(sizes(&batches(&large, 8192)), [32, 8], "{column}");
    }
    // Each value of a category counts once.
    let same = vec![Sample::empty().with("category", text.into()); 100];
    assert_eq!(sizes(&batches(&same, 8192)), [100]);
}

#[test]
fn a_category_of_many_values_does_not_overflow() {
    let category = |number: usize| Sample::empty().with("category", format!("{number}").into());
    let many: Vec<_> = (0..100_000).chain(0..10).map(category).collect();
    let [batch] = &batches(&many, 200_000)[..] else { panic!("it is one batch") };
    assert_eq!(batch["category"].as_dictionary::<Int32Type>().values().len(), 100_000);
    assert_eq!(records(batch), many);
    // Each batch has a dictionary of its own.
    for batch in batches(&many[..1000], 300) {
        assert_eq!(batch["category"].as_dictionary::<Int32Type>().values().len(), batch.num_rows());
    }
}

#[test]
fn a_misfit_costs_itself_alone() {
    let mut batches = RecordBatches::new::<Sample>();
    let kept = Sample::empty().with("list", list(&["kept"])).with("category", "kept".into());
    for (misfit, message) in misfits() {
        let error = batches.push(&misfit).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Record);
        assert!(error.to_string().contains(message), "{error}");
        assert!(batches.push(&kept).unwrap().is_none());
    }
    assert_eq!(batches.push(&Other).unwrap_err().kind(), ErrorKind::Record);
    let batch = batches.finish().unwrap().unwrap();
    assert_eq!(records(&batch), vec![kept; misfits().len()]);
}

#[test]
fn core_rows_have_the_cells_of_their_json() {
    let (bundle, mapper) = golden::feed(SplitMode::Split);
    let mut batches = RecordBatches::new::<Row<'_>>();
    let mut expected = Vec::new();
    for object in bundle.objects() {
        let Object::Indicator(indicator) = object.clone() else { continue };
        for row in &mapper.map(&indicator).rows {
            assert!(batches.push(row).unwrap().is_none());
            expected.push(rounded(&Sample(cells(row))));
        }
    }
    assert_eq!(records(&batches.finish().unwrap().unwrap()), expected);
}

#[test]
fn required_columns_are_not_nullable_and_have_a_value() {
    let nullable: Vec<_> = schema::<Strict>().fields().iter().map(|field| field.is_nullable()).collect();
    assert_eq!(nullable, [false, true, false]);
    assert_eq!(schema::<Strict>().metadata()["stixkit.table"], "strict");
    let mut batches = RecordBatches::new::<Strict>();
    for (misfit, message) in Strict::MISFITS {
        let error = batches.push(&misfit).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Record);
        assert!(error.to_string().contains(message), "{error}");
        assert!(batches.push(&Strict { value: None, ..Strict::FULL }).unwrap().is_none());
    }
    assert_eq!(batches.finish().unwrap().unwrap().num_rows(), 2);
    // What each row has.
    let required: Vec<_> =
        <Row<'_> as Record>::COLUMNS.iter().filter(|column| column.is_required).map(|column| column.name).collect();
    assert_eq!(
        required,
        ["row_id", "source", "record", "stix_id", "relation", "standalone", "is_primary", "state", "pattern_type"]
    );
}

proptest! {
    #[test]
    fn values_are_kept(sent in samples(), max_rows in 1_usize..50) {
        let kept: Vec<_> = batches(&sent, max_rows).iter().flat_map(records).collect();
        let expected: Vec<_> = sent.iter().map(rounded).collect();
        prop_assert_eq!(shown(&kept), shown(&expected));
    }
}
