//! Microsoft Sentinel: the tables that its queries read, and the bodies that its upload API takes.
//!
//! | | for | a row is |
//! |---|---|---|
//! | [`ThreatIntelIndicators`] | the table of today: detection rules, own writing through the Logs Ingestion API | one key and value, with the object as JSON |
//! | [`ThreatIntelObjects`] | the table beside it: threat actors, relationships and whatever else is no indicator | one object as JSON |
//! | [`ThreatIntelligenceIndicator`] | queries that were written for the table of before 2025, which Sentinel no longer fills | one column a kind of value |
//! | [`upload`] | handing the objects to Sentinel and letting it make the rows | – |
//!
//! Names and types of the columns are those of the tables; their order is the one that the types
//! below document, as the tables have none.
//!
//! Only a value that is an indicator by itself
//! ([`standalone`](crate::row::Relation::standalone)) is in a column for values, because the rules
//! that Microsoft ships match every value that they find there. If a pattern needs several values
//! together, they have one row without a value, as in Sentinel's own import, which lists them as
//! parts in `AdditionalFields` or `AdditionalInformation`. Hashes of one file are an exception: the
//! row has the strongest one, which implies the others.
//!
//! It is not known what Sentinel's import makes of `ISSUBSET`, and of an `OR` with branches that
//! have no value. Here, values that stand alone keep their rows.
//!
//! ```
//! use stixkit::row::Mapper;
//! use stixkit::sink::sentinel::{Options, ThreatIntelIndicators};
//! use stixkit::table::JsonLine;
//! # let text = r#"{"type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "name": "C2", "pattern_type": "stix",
//! #     "pattern": "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! let now: chrono::DateTime<chrono::Utc> = "2024-05-20T00:00:00Z".parse()?;
//! let mapper = Mapper::new(now).with_source("example");
//! let options = Options::new().with_time_generated(now);
//! let outcome = mapper.map(&indicator);
//! let rows: Vec<_> = ThreatIntelIndicators::rows(&outcome, &indicator, &options).collect();
//! assert_eq!(rows.len(), 2);
//!
//! let json = serde_json::to_value(&JsonLine(&rows[1]))?;
//! assert_eq!((&json["ObservableKey"], &json["ObservableValue"]), (&"ipv4-addr:value".into(), &"192.0.2.2".into()));
//! assert_eq!(json["Id"], "ZXhhbXBsZQ==---indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f");
//! assert_eq!(json["Data"]["name"], "C2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What Sentinel itself fills
//!
//! `_ResourceId`, `_SubscriptionId`, `_BilledSize`, `_IsBillable` and `LastUpdateMethod` are
//! columns without a value here: the service writes them. `TimeGenerated` and the identifiers of
//! tenant and workspace are written when [`Options`] name them.
//!
//! # Duplicates
//!
//! The tables only grow: a newer version, an expiry or a revocation is one more row. A query takes
//! the newest row by `Id` **and `ObservableValue`**, since all values of an indicator share its
//! `Id`; of the legacy table by `IndicatorId` and `SourceSystem`.

pub mod upload;

mod columns;
mod datetime;
mod default_validity;
mod end;
mod entry;
mod indicators;
mod json_text;
mod legacy;
mod normal_values;
mod objects;
mod once;
mod options;
mod row_id;
mod threat_types;
mod tlp_level;
mod trimmed;

#[cfg(test)]
mod tests;

pub use indicators::ThreatIntelIndicators;
pub use legacy::ThreatIntelligenceIndicator;
pub use normal_values::NormalValues;
pub use objects::ThreatIntelObjects;
pub use options::Options;
pub use threat_types::ThreatTypes;
