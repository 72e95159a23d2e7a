//! Tables as CSV (feature `csv`).
//!
//! ```
//! use stixkit::table::csv::CsvWriter;
//! use stixkit::row::{Mapper, Row};
//! # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! let mut writer = CsvWriter::new::<Row>(Vec::new());
//! for row in &mapper.map(&indicator).rows {
//!     writer.write(row)?;
//! }
//! let text = String::from_utf8(writer.finish()?)?;
//! let mut lines = text.lines();
//! assert!(lines.next().unwrap().starts_with("row_id,source,record,stix_id,created,created_by,"));
//! assert!(lines.next().unwrap().contains(",example,indicator,indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The first line has the names of the columns. Fields are separated by commas, records end in a
//! line feed, and a field with one of `,` `"` CR LF is between quotes, quotes in it doubled (RFC
//! 4180, but for the end of the line). UTF-8; for a program that wants a byte order mark, write
//! `"\u{feff}"` before the rest.
//!
//! | column | field |
//! |---|---|
//! | any, without a value | empty, as is an empty text |
//! | text, category | as it is |
//! | boolean | `true`, `false` |
//! | integer, real | `85`, `85.0` |
//! | time | RFC 3339, as the feed wrote it |
//! | list | JSON: `["a","b"]` |
//! | JSON | the JSON text |
//!
//! Memory holds a buffer of 64 KiB, and one record; where fields have quotes, twice that.
//!
//! # Spreadsheets
//!
//! A spreadsheet takes a field that begins like a formula for one, and a feed may say what a
//! stranger likes. See [`CsvWriter::with_neutralized_formulas`].

mod buffer;
mod writer;

pub use writer::CsvWriter;
