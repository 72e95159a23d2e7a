//! Tables as Parquet files (feature `parquet`), for engines that outgrow one machine and for those
//! that do not.
//!
//! ```
//! use stixkit::table::parquet::ParquetWriter;
//! use stixkit::row::{Mapper, Row};
//! # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).with_source("example");
//! let mut writer = ParquetWriter::new::<Row>(Vec::new())?;
//! for row in &mapper.map(&indicator).rows {
//!     writer.write(row)?;
//! }
//! let file = writer.finish()?;
//! assert_eq!((&file[..4], &file[file.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The file
//!
//! The columns have the types of [`table::arrow`](super::arrow); in Parquet's own terms:
//!
//! | column | Parquet |
//! |---|---|
//! | text, JSON | `BYTE_ARRAY (STRING)`, plain |
//! | category | `BYTE_ARRAY (STRING)` with a dictionary |
//! | boolean, integer, real | `BOOLEAN`, `INT64`, `DOUBLE` |
//! | time | `INT64 (TIMESTAMP, microseconds, adjusted to UTC)` |
//! | list | `LIST` of `BYTE_ARRAY (STRING)` |
//!
//! All are optional. The file carries the Arrow schema too, so that readers that know it get
//! dictionaries back as dictionaries. It uses no encoding that is younger than Parquet 1.0, pages
//! are compressed with Snappy, and a row group ends at 122,880 rows or about 64 MiB: [`properties()`]
//! is where to start for something else.
//!
//! Memory holds the row group in the making, encoded and compressed, and three batches. It does not
//! grow with the file, but for some kilobytes a row group, for the directory at the file's end.
//!
//! # Queries
//!
//! The examples look for a feed's addresses in logs that have a column `dst_ip`. Only a
//! `standalone` row may be matched by itself, and `value_norm` is the column to compare with. The
//! state is as of the mapper's instant: to ask for another one, compare it with `valid_from` and
//! `valid_until`, and leave out what is `revoked`.
//!
//! The query for DuckDB is run by the crate's tests; those for DataFusion 55, Spark 4.3 and
//! ClickHouse 26.9 were run on a file of 65,066 rows and found the same.
//!
//! DuckDB:
//!
//! ```sql
//! SELECT logs.*, hit.stix_id, hit.name, hit.confidence
//! FROM logs
//! JOIN 'rows.parquet' AS hit ON hit.value_norm = logs.dst_ip
//! WHERE hit.standalone AND hit.state = 'active' AND hit.value_kind IN ('ipv4', 'ipv6');
//! ```
//!
//! DataFusion, once the file has a name:
//!
//! ```sql
//! CREATE EXTERNAL TABLE hits STORED AS PARQUET LOCATION 'rows.parquet';
//! SELECT logs.*, hits.stix_id, hits.name, hits.confidence
//! FROM logs
//! JOIN hits ON hits.value_norm = logs.dst_ip
//! WHERE hits.standalone AND hits.state = 'active' AND hits.value_kind IN ('ipv4', 'ipv6');
//! ```
//!
//! Spark; the feed is small beside the logs, so each worker gets all of it:
//!
//! ```sql
//! SELECT /*+ BROADCAST(hit) */ logs.*, hit.stix_id, hit.name, hit.confidence
//! FROM logs
//! JOIN parquet.`rows.parquet` AS hit ON hit.value_norm = logs.dst_ip
//! WHERE hit.standalone AND hit.state = 'active' AND hit.value_kind IN ('ipv4', 'ipv6');
//! ```
//!
//! ClickHouse:
//!
//! ```sql
//! SELECT logs.*, hit.stix_id, hit.name, hit.confidence
//! FROM logs
//! JOIN file('rows.parquet', Parquet) AS hit ON hit.value_norm = logs.dst_ip
//! WHERE hit.standalone AND hit.state = 'active' AND hit.value_kind IN ('ipv4', 'ipv6');
//! ```
//!
//! Kusto (Azure Data Explorer) reads a file from where it is stored, and wants the columns named.
//! This query was written by Kusto's documentation and not run:
//!
//! ```text
//! let hits = externaldata(value_norm: string, value_kind: string, standalone: bool, state: string,
//!     stix_id: string, name: string, confidence: long)
//!     [h@"https://…/rows.parquet"] with (format = "parquet")
//!     | where standalone and state == "active" and value_kind in ("ipv4", "ipv6");
//! logs
//! | join kind = inner hits on $left.dst_ip == $right.value_norm
//! | project-away value_norm
//! ```

mod encode;
mod properties;
mod writer;

pub use properties::properties;
pub use writer::ParquetWriter;
