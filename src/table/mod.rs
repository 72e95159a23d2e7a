//! Writes records with named, typed columns as JSON lines, CSV, Arrow and Parquet.
//!
//! ```
//! use stixkit::row::Mapper;
//! use stixkit::table::{JsonLine, Record};
//! # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! fn line<R: Record>(record: &R) -> serde_json::Result<String> {
//!     serde_json::to_string(&JsonLine(record))
//! }
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! for row in &mapper.map(&indicator).rows {
//!     assert!(line(row)?.contains(r#""source":"example","record":"indicator","#));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every flat sink is a [`Record`]: the core [`Row`](crate::row::Row), Microsoft Sentinel's tables,
//! Splunk's lookups. A record shows its cells to [`Cells`] in the order of its columns, and each
//! format needs only that:
//!
//! | format | item | feature |
//! |---|---|---|
//! | JSON, one object a line | [`JsonLine`] | |
//! | CSV | `csv::CsvWriter` | `csv` |
//! | Arrow record batches; IPC streams | `arrow::RecordBatches`; `arrow::StreamWriter` | `arrow` |
//! | Parquet | `parquet::ParquetWriter` | `parquet` |
//!
//! A writer checks each record: one with other columns, or with a cell that is not of its column's
//! kind, is an error of kind [`ErrorKind::Record`](crate::error::ErrorKind::Record), and nothing of
//! it is written.

#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(feature = "parquet")]
pub mod parquet;

mod cell;
mod column;
mod json_line;
#[cfg(any(feature = "arrow", feature = "csv"))]
pub(crate) mod layout;
mod record;

pub use cell::Cell;
pub use column::{Column, ColumnKind};
pub use json_line::JsonLine;
pub use record::{Cells, Record};
