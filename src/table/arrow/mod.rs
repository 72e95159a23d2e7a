//! Tables as Arrow record batches (feature `arrow`), for data frames and query engines in the same
//! process.
//!
//! ```
//! use stixkit::table::arrow::RecordBatches;
//! use stixkit::row::{Mapper, Row};
//! # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! let mut batches = RecordBatches::new::<Row>().with_max_rows(1000);
//! for row in &mapper.map(&indicator).rows {
//!     if let Some(batch) = batches.push(row)? {
//!         println!("{} rows", batch.num_rows());
//!     }
//! }
//! let last = batches.finish()?.expect("there was a row");
//! assert_eq!((last.num_rows(), last.schema()), (1, batches.schema().clone()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The schema follows from the table alone, never from the records: it is the same for every batch,
//! also for one that has no value in some column. Only columns that have a value in every record
//! are not nullable. The schema's metadata has the table's name as `stixkit.table`.
//!
//! | column | type |
//! |---|---|
//! | text | `Utf8` |
//! | category | `Dictionary(Int32, Utf8)`, each batch with a dictionary of its own |
//! | boolean | `Boolean` |
//! | integer | `Int64` |
//! | real | `Float64` |
//! | time | `Timestamp(Microsecond, "UTC")` |
//! | list | `List(Utf8)` |
//! | JSON | `Utf8`, the JSON text |
//!
//! Of a time the instant remains, cut to the microsecond: offsets, further digits and the spelling
//! are lost, and a leap second is the first second of the next minute. All else is as in the
//! record.
//!
//! The arrays are those of the crates `arrow-array` and `arrow-schema`, version 59.3 or 60: what
//! takes them has to use the same. For others there are the files of `table::parquet`, which have
//! these types, and whose documentation has queries that join rows with logs.
//!
//! Memory holds the batch in the making: at most [`RecordBatches::MAX_TEXT_BYTES`] of text and the
//! record that passed it, whatever the number of rows.

mod batches;
mod column_builder;
pub(super) mod schema;
mod stream;

pub use batches::RecordBatches;
pub use schema::schema;
pub use stream::StreamWriter;

#[doc(no_inline)]
pub use arrow_array::RecordBatch;
#[doc(no_inline)]
pub use arrow_schema::{Schema, SchemaRef};
