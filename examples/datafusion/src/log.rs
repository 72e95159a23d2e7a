//! A log as Parquet files.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use datafusion::common::Result;
use datafusion::parquet::arrow::ArrowWriter;

/// Enough for tasks that are shared.
pub(crate) const FILES: usize = 4;
const ROWS: usize = 5_000;
pub(crate) const EVENTS: usize = FILES * ROWS;

/// 2024-05-10, midnight, in microseconds.
const START: i64 = 1_715_299_200_000_000;
/// Between two events.
const STEP: i64 = 4_000_000;

/// Writes a log of connections and names into a folder, a file each quarter, and returns what it wrote.
pub(crate) fn write(folder: &Path) -> Result<Vec<RecordBatch>> {
    fs::create_dir(folder)?;
    (0..FILES)
        .map(|file| {
            let batch = batch(file * ROWS)?;
            let mut writer =
                ArrowWriter::try_new(File::create(folder.join(format!("{file}.parquet")))?, batch.schema(), None)?;
            writer.write(&batch)?;
            writer.close()?;
            Ok(batch)
        })
        .collect()
}

fn batch(first: usize) -> Result<RecordBatch> {
    let events = first..first + ROWS;
    let text = |of: fn(usize) -> Option<String>| Arc::new(StringArray::from_iter(events.clone().map(of))) as ArrayRef;
    let times = events.clone().map(|event| START + event as i64 * STEP);
    Ok(RecordBatch::try_from_iter([
        ("ts", Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC")) as ArrayRef),
        ("uid", text(|event| Some(format!("C{event:06}")))),
        ("id.orig_h", text(|event| Some(format!("192.0.2.{}", event % 200)))),
        ("id.resp_h", text(|event| Some(format!("{}.{}", ["198.51.100", "203.0.113"][event % 2], event / 2 % 256)))),
        (
            "query",
            text(|event| {
                let names = ["www.example", "cdn.bad.example", "bad.example", "notbad.example", "Either.EXAMPLE."];
                (event % 3 == 0).then(|| names[event / 3 % names.len()].to_owned())
            }),
        ),
    ])?)
}
