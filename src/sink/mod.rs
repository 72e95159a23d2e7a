//! Rows in the form that other systems ingest: Microsoft Sentinel, Elastic, OCSF and Splunk.
//!
//! ```
//! use stixkit::row::Mapper;
//! use stixkit::sink::{ecs, splunk};
//! # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
//! #     "pattern": "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! let outcome = mapper.map(&indicator);
//! let options = ecs::Options::new();
//! for document in ecs::Document::all(&outcome, &indicator, &options) {
//!     println!("{}", serde_json::to_string(&document)?);
//! }
//! let lookups = outcome.rows.iter().filter_map(splunk::Lookup::from_row);
//! assert_eq!(lookups.count(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Mapper`](crate::row::Mapper) makes rows of an indicator; a sink takes the
//! [`Outcome`](crate::row::Outcome) and the indicator and makes what its system ingests:
//!
//! | system | item | is |
//! |---|---|---|
//! | Microsoft Sentinel, the tables of today | [`sentinel::ThreatIntelIndicators`], [`sentinel::ThreatIntelObjects`] | records of tables |
//! | Microsoft Sentinel, the table of before 2025 | [`sentinel::ThreatIntelligenceIndicator`] | records of a table |
//! | Microsoft Sentinel, the upload API | [`sentinel::upload`] | bodies of requests |
//! | Elasticsearch: Elastic Common Schema | [`ecs::Document`] | JSON documents |
//! | data lakes: Open Cybersecurity Schema Framework | [`ocsf::Event`] | JSON events |
//! | Splunk Enterprise Security | [`splunk::Lookup`] | records of lookup files |
//!
//! [`table`](crate::table) writes records as JSON lines, CSV, Arrow or Parquet. Documents serialize
//! with `serde_json`.
//!
//! Each sink uses the vendor's exact columns or fields, and documents what it cannot represent.
//! Sinks that match automatically receive a value only if its row is
//! [`standalone`](crate::row::Relation::standalone) and neither revoked nor expired. Nothing here
//! sends anything.

pub mod ecs;
pub mod ocsf;
pub mod sentinel;
pub mod splunk;

mod distinguished_name;
mod instant;
mod kill_chain;
mod matchable;
mod meaning;
mod parts;
mod per_row;
mod severity;
mod text;
mod url_parts;
