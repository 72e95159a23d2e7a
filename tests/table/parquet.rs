//! Tables as Parquet files, read back in Rust. See `reference::parquet_file` for other readers.

use std::error::Error as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::{ParquetMetaData, SortingColumn};
use parquet::file::properties::ReaderProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use proptest::prelude::*;
use stixkit::error::ErrorKind;
use stixkit::row::Row;
use stixkit::table::arrow::schema;
use stixkit::table::parquet::{ParquetWriter, properties, sorted_properties};

use super::arrow::{records, rounded, shown};
use super::sample::{Other, Sample, Strict, misfits, samples};

/// A file that goes away.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("stixkit-{}-{name}.parquet", std::process::id())))
    }

    /// What is in the file, and what it says of itself.
    fn read(&self) -> (Vec<Sample>, ParquetMetaData) {
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&self.0).unwrap()).unwrap();
        let metadata = (**builder.metadata()).clone();
        // The reader knows the schema that the batches had, dictionaries too.
        assert_eq!(**builder.schema(), *schema::<Sample>());
        let all = builder.build().unwrap().flat_map(|batch| records(&batch.unwrap())).collect();
        (all, metadata)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn every_kind_is_kept() {
    let file = Scratch::new("kinds");
    let mut writer = ParquetWriter::new::<Sample>(File::create(&file.0).unwrap()).unwrap();
    let sent = [Sample::full(), Sample::empty(), Sample::full()];
    sent.iter().for_each(|record| writer.write(record).unwrap());
    writer.finish().unwrap();
    assert_eq!(file.read().0, sent.each_ref().map(rounded));
}

/// Core rows of addresses, domains and an indicator without a value, with row groups of 1,000 rows.
fn sorted_file(is_apart: bool) -> Vec<u8> {
    // A multiplication scatters them.
    let value = |number: u64| number * 7919 % 3001;
    let tests: Vec<_> = (0..3000)
        .map(|number| match number % 3 {
            0 => format!("domain-name:value = 'd{}.example'", value(number)),
            1 => format!("ipv4-addr:value = '10.0.{}.{}'", value(number) / 250, value(number) % 250),
            _ => format!("file:name = 'f{}'", value(number)),
        })
        .collect();
    let own = crate::row::indicator(&format!("[{}]", tests.join(" OR ")));
    let without = crate::row::indicator("[file:name LIKE 'a%']");
    let mapper = crate::row::mapper();
    let properties = sorted_properties::<Row<'_>>().set_max_row_group_row_count(Some(1000)).build();
    let mut writer = ParquetWriter::with_properties::<Row<'_>>(Vec::new(), properties).unwrap();
    if !is_apart {
        writer = writer.with_single_thread();
    }
    for row in mapper.map(&own).rows.iter().chain(&mapper.map(&without).rows) {
        writer.write(row).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn row_groups_are_sorted_on_request() {
    let (scratch, bytes) = (Scratch::new("sorted"), sorted_file(true));
    assert!(bytes == sorted_file(false));
    fs::write(&scratch.0, bytes).unwrap();
    let reader = SerializedFileReader::new(File::open(&scratch.0).unwrap()).unwrap();
    let place = |name: &str| Row::COLUMNS.iter().position(|column| *column == name).unwrap();
    let (kind, value) = (place("type"), place("value"));
    let sorting =
        [kind, value].map(|place| SortingColumn { column_idx: place as i32, descending: false, nulls_first: true });
    let groups = reader.metadata().row_groups();
    assert_eq!(groups.iter().map(|group| group.num_rows()).collect::<Vec<_>>(), [1000, 1000, 1000, 1]);
    for group in groups {
        assert_eq!(group.sorting_columns().map(Vec::as_slice), Some(&sorting[..]));
        // Pages can be skipped in these columns alone.
        for (number, column) in group.columns().iter().enumerate() {
            assert_eq!(column.column_index_offset().is_some(), [kind, value].contains(&number), "{number}");
        }
    }
    let mut all = Vec::new();
    for group in 0..groups.len() {
        let rows: Vec<[String; 2]> = reader
            .get_row_group(group)
            .unwrap()
            .get_row_iter(None)
            .unwrap()
            .map(|row| {
                let row = row.unwrap();
                let text = |place| row.get_column_iter().nth(place).unwrap().1.to_string();
                [text(kind), text(value)]
            })
            .collect();
        assert!(rows.is_sorted(), "{group}");
        all.extend(rows);
    }
    let distinct: std::collections::HashSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), 3001);
}

/// A file does not claim an order that its rows do not have.
#[test]
fn orders_that_are_not_made_are_refused() {
    let sorting = |place: usize, descending, nulls_first| {
        let column = SortingColumn { column_idx: place as i32, descending, nulls_first };
        let properties = properties::<Sample>().set_sorting_columns(Some(vec![column])).build();
        ParquetWriter::with_properties::<Sample>(Vec::new(), properties).map_err(|error| error.kind())
    };
    let columns = <Sample as stixkit::table::Record>::COLUMNS;
    for (place, column) in columns.iter().enumerate() {
        let is_text = matches!(column.kind, stixkit::table::ColumnKind::Text | stixkit::table::ColumnKind::Category);
        assert_eq!(sorting(place, false, true).is_ok(), is_text, "{}", column.name);
        assert!(sorting(place, true, true).is_err() && sorting(place, false, false).is_err());
    }
    assert_eq!(sorting(1000, false, true).err(), Some(ErrorKind::Record));
}

#[test]
fn an_empty_table_is_a_file_with_its_columns() {
    let file = Scratch::new("empty");
    ParquetWriter::new::<Sample>(File::create(&file.0).unwrap()).unwrap().finish().unwrap();
    let (records, metadata) = file.read();
    assert_eq!((records.len(), metadata.num_row_groups()), (0, 0));
}

#[test]
fn a_file_has_row_groups_of_bounded_size() {
    let file = Scratch::new("groups");
    let properties = properties::<Sample>().set_max_row_group_row_count(Some(10_000)).build();
    let mut writer = ParquetWriter::with_properties::<Sample>(File::create(&file.0).unwrap(), properties).unwrap();
    let sent: Vec<_> = (0..25_000).map(|n| Sample::full().with("text", n.to_string().into())).collect();
    sent.iter().for_each(|record| writer.write(record).unwrap());
    writer.finish().unwrap();
    let (kept, metadata) = file.read();
    let sizes: Vec<_> = metadata.row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(sizes, [10_000, 10_000, 5_000]);
    assert!(metadata.row_groups().iter().all(|group| group.columns()[0].compression() == Compression::SNAPPY));
    assert!(kept == sent.iter().map(rounded).collect::<Vec<_>>());
}

#[test]
fn a_file_says_what_it_is_and_what_can_be_skipped() {
    let file = Scratch::new("metadata");
    let writer = ParquetWriter::new::<Strict>(File::create(&file.0).unwrap()).unwrap();
    let mut writer = writer.with_metadata([("stixkit.source", "feed".to_owned())]);
    for value in ["192.0.2.1", "192.0.2.2"] {
        writer.write(&Strict { value: Some(value), ..Strict::FULL }).unwrap();
    }
    writer.finish().unwrap();
    let options = ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(options).build();
    let reader = SerializedFileReader::new_with_options(File::open(&file.0).unwrap(), options).unwrap();
    let metadata = reader.metadata().file_metadata();
    let entries = metadata.key_value_metadata().unwrap();
    let entry = |key: &str| entries.iter().find(|entry| entry.key == key).and_then(|entry| entry.value.as_deref());
    assert_eq!((entry("stixkit.table"), entry("stixkit.source")), (Some("strict"), Some("feed")));
    let is_optional: Vec<_> = metadata.schema().get_fields().iter().map(|field| field.is_optional()).collect();
    assert_eq!(is_optional, [false, true, false]);
    let group = reader.get_row_group(0).unwrap();
    let statistics = group.metadata().column(1).statistics().unwrap();
    assert_eq!(
        (statistics.min_bytes_opt().unwrap(), statistics.max_bytes_opt().unwrap()),
        (&b"192.0.2.1"[..], &b"192.0.2.2"[..])
    );
    let filter = group.get_column_bloom_filter(1).unwrap();
    assert!(filter.check(&"192.0.2.1") && !filter.check(&"192.0.2.9"));
    assert!(group.get_column_bloom_filter(0).is_none());
    // The filter is as small as the table.
    assert!(fs::metadata(&file.0).unwrap().len() < 4000);
}

#[test]
fn a_thread_changes_nothing_in_the_file() {
    let properties = || properties::<Sample>().set_max_row_group_row_count(Some(20_000)).build();
    let write = |mut writer: ParquetWriter<Vec<u8>>| {
        for number in 0..50_000 {
            writer.write(&Sample::full().with("text", number.to_string().into())).unwrap();
        }
        writer.finish().unwrap()
    };
    let apart = write(ParquetWriter::with_properties::<Sample>(Vec::new(), properties()).unwrap());
    let here = write(ParquetWriter::with_properties::<Sample>(Vec::new(), properties()).unwrap().with_single_thread());
    assert!(apart == here);
    // A writer that is given up takes its thread with it.
    let mut writer = ParquetWriter::new::<Sample>(Vec::new()).unwrap();
    (0..20_000).for_each(|_| writer.write(&Sample::full()).unwrap());
}

#[test]
fn a_misfit_costs_itself_alone() {
    let file = Scratch::new("misfits");
    let mut writer = ParquetWriter::new::<Sample>(File::create(&file.0).unwrap()).unwrap();
    for (misfit, _) in misfits() {
        assert_eq!(writer.write(&misfit).unwrap_err().kind(), ErrorKind::Record);
        writer.write(&Sample::full()).unwrap();
    }
    assert_eq!(writer.write(&Other).unwrap_err().kind(), ErrorKind::Record);
    writer.finish().unwrap();
    assert_eq!(file.read().0, vec![rounded(&Sample::full()); misfits().len()]);
}

#[test]
fn an_output_that_fails_is_an_error() {
    #[derive(Debug)]
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("disk full"))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut writer = ParquetWriter::new::<Sample>(Full).unwrap();
    writer.write(&Sample::full()).unwrap();
    let error = writer.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output);
    assert!(error.source().unwrap().to_string().contains("disk full"));
    // And before the end, with a thread and without.
    let properties = || properties::<Sample>().set_max_row_group_row_count(Some(20_000)).build();
    let apart = ParquetWriter::with_properties::<Sample>(Full, properties()).unwrap();
    let here = ParquetWriter::with_properties::<Sample>(Full, properties()).unwrap().with_single_thread();
    for mut writer in [apart, here] {
        let error = (0..100_000).find_map(|_| writer.write(&Sample::full()).err()).expect("it fails");
        assert_eq!((error.kind(), error.source().unwrap().to_string()), (ErrorKind::Output, "disk full".to_owned()));
        assert_eq!(writer.finish().unwrap_err().kind(), ErrorKind::Output);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn values_are_kept(sent in samples()) {
        let file = Scratch::new("generated");
        let properties = properties::<Sample>().set_max_row_group_row_count(Some(7)).build();
        let mut writer = ParquetWriter::with_properties::<Sample>(File::create(&file.0).unwrap(), properties).unwrap();
        sent.iter().for_each(|record| writer.write(record).unwrap());
        writer.finish().unwrap();
        let expected: Vec<_> = sent.iter().map(rounded).collect();
        prop_assert_eq!(shown(&file.read().0), shown(&expected));
    }
}
