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
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
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
//! Columns that have a value in every record are required, the others are optional. All but lists and
//! JSON have statistics, and columns in which values are looked up, such as `value` of core rows,
//! have a Bloom filter. The key-value metadata has the table's name as `stixkit.table`;
//! [`with_metadata`](ParquetWriter::with_metadata) adds others, such as the feed and the instant of
//! [`Mapper::metadata`](crate::row::Mapper::metadata). Records stay in their order, unless
//! [`sorted_properties`] ask for sorted row groups.
//!
//! The file carries the Arrow schema too, so that readers that know it get
//! dictionaries back as dictionaries. It uses no encoding that is younger than Parquet 1.0, pages
//! are compressed with Snappy, and a row group ends at 122,880 rows or about 64 MiB: [`properties()`]
//! is where to start for something else.
//!
//! Memory holds the row group in the making, encoded and compressed, and three batches. It does not
//! grow with the file, but for some kilobytes a row group, for the directory at the file's end. If row
//! groups are sorted, it holds all records of one before they are encoded, about 700 bytes for each
//! core row.
//!
//! # Queries
//!
//! The examples look for a feed's values in logs that have the columns `src_ip` and `host`. Only a
//! `standalone` row may be matched by itself, and `value` is the column to compare with: it has the
//! normal form of [`normalize`](crate::row::normalize()). The state is as of the mapper's instant: to
//! ask for another one, compare it with `valid_from` and `valid_until`, and leave out what is
//! `revoked`.
//!
//! DuckDB, DataFusion, Polars, ClickHouse (chdb) and Spark take the same text, once the file has the
//! name `hits`; the crate's tests run all of it in all of them (in Spark if it is there: it was 4.3).
//!
//! | engine | how the file gets its name |
//! |---|---|
//! | DuckDB | `CREATE VIEW hits AS SELECT * FROM 'rows.parquet'` |
//! | DataFusion | `CREATE EXTERNAL TABLE hits STORED AS PARQUET LOCATION 'rows.parquet'` |
//! | Polars | `polars.SQLContext(hits=polars.scan_parquet("rows.parquet"), …)` |
//! | ClickHouse | `CREATE VIEW hits AS SELECT * FROM file('rows.parquet', Parquet)` |
//! | Spark | ``CREATE TEMPORARY VIEW hits AS SELECT * FROM parquet.`rows.parquet` `` |
//!
//! ## Active values of a type
//!
//! ```sql
//! SELECT value, confidence, stix_id
//! FROM hits
//! WHERE type = 'domain' AND standalone AND state = 'active'
//! ```
//!
//! For hashes, `hash_type` is the algorithm: `type = 'hash' AND hash_type = 'sha256'`.
//!
//! ## Join with logs by value
//!
//! ```sql
//! SELECT logs.entry, hits.stix_id, hits.name, hits.confidence
//! FROM logs
//! JOIN hits ON hits.value = logs.host
//! WHERE hits.standalone AND hits.state = 'active' AND hits.type IN ('domain', 'ipv4', 'ipv6')
//! ```
//!
//! To look for hosts of URLs as well, join by `hits.url_host = logs.host`; a URL's host is context,
//! not a match, because the URL is only one of many on the host.
//!
//! ## Join with logs by network
//!
//! `ip_from` and `ip_to` are the first and the last address of a network as 32 hexadecimal digits, or
//! one address twice (see [`IpRange`](crate::row::IpRange), which makes the same of addresses in
//! Rust). An address is in the network if its own digits, here `ip_key`, are between them:
//!
//! ```sql
//! SELECT logs.entry, hits.stix_id, hits.value
//! FROM logs
//! CROSS JOIN hits
//! WHERE logs.ip_key BETWEEN hits.ip_from AND hits.ip_to
//!     AND hits.standalone AND hits.state = 'active' AND hits.type IN ('cidr', 'ipv4', 'ipv6')
//! ```
//!
//! In DuckDB and DataFusion, the digits of an IPv4 address are
//!
//! ```sql
//! SELECT entry, host, src_ip, '00000000000000000000ffff' || lower(lpad(to_hex(
//!     CAST(split_part(src_ip, '.', 1) AS BIGINT) * 16777216 + CAST(split_part(src_ip, '.', 2) AS BIGINT) * 65536
//!     + CAST(split_part(src_ip, '.', 3) AS BIGINT) * 256 + CAST(split_part(src_ip, '.', 4) AS BIGINT)), 8, '0')) AS ip_key
//! FROM raw_logs
//! WHERE src_ip NOT LIKE '%:%'
//! ```
//!
//! and in Spark the same with `hex` in place of `to_hex`. ClickHouse has a function for both
//! families:
//!
//! ```sql
//! SELECT entry, host, src_ip, lower(hex(IPv6StringToNum(src_ip))) AS ip_key
//! FROM raw_logs
//! ```
//!
//! In Python, for Polars and for IPv6 everywhere:
//!
//! ```text
//! def ip_key(text):
//!     address = ipaddress.ip_address(text)
//!     return ("0" * 20 + "ffff" if address.version == 4 else "") + address.packed.hex()
//! ```
//!
//! ## Only the newest versions
//!
//! A file to which each run of a feed is appended has several versions of an indicator. The rows of
//! the newest one are
//!
//! ```sql
//! WITH newest AS (
//!     SELECT source, stix_id, MAX(modified) AS modified FROM hits GROUP BY source, stix_id
//! )
//! SELECT hits.source, hits.stix_id, hits.value, hits.state
//! FROM hits
//! JOIN newest ON newest.source = hits.source AND newest.stix_id = hits.stix_id AND newest.modified = hits.modified
//! ```
//!
//! ## Kusto
//!
//! Kusto (Azure Data Explorer) reads a file from where it is stored, and wants the columns named.
//! This query was written by Kusto's documentation and not run:
//!
//! ```text
//! let hits = externaldata(value: string, type: string, standalone: bool, state: string,
//!     stix_id: string, name: string, confidence: long)
//!     [h@"https://…/rows.parquet"] with (format = "parquet")
//!     | where standalone and state == "active" and type in ("ipv4", "ipv6");
//! logs
//! | join kind = inner hits on $left.src_ip == $right.value
//! | project-away value
//! ```

mod encode;
mod properties;
mod share;
mod sort;
mod stage;
mod worker;
mod writer;

pub use properties::{properties, sorted_properties};
pub use writer::ParquetWriter;
