//! Microsoft Sentinel: the tables that its queries read, and the bodies that its upload API takes.
//!
//! | | for | a row is |
//! |---|---|---|
//! | [`ThreatIntelIndicators`] | the table of today: detection rules, own writing through the Logs Ingestion API | one key and value, with the object as JSON |
//! | [`ThreatIntelObjects`] | the table beside it: threat actors, relationships and whatever else is not an indicator | one object as JSON |
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
//! # Setup
//!
//! There are two ways into Sentinel. The upload API is the documented one; Sentinel makes the rows.
//!
//! 1. Create a Log Analytics workspace, and add Microsoft Sentinel to it. Note its workspace ID.
//! 2. Register an application in Microsoft Entra ID, with a client secret or a certificate.
//! 3. Give the application the role *Microsoft Sentinel Contributor* on the workspace.
//! 4. Get a token for the scope `https://management.azure.com/.default`, and send the bodies that
//!    [`upload::Batches`] makes.
//!
//! Writing rows is for those who need control over each column. It needs the Logs Ingestion API,
//! and is not documented for the table of indicators, although feeds of other vendors work this
//! way.
//!
//! 1. Create a workspace and an application as above.
//! 2. Create a data collection rule. Its stream declares the columns that you send, and its output
//!    stream is `Microsoft-ThreatIntelIndicators`.
//! 3. Give the application the role *Monitoring Metrics Publisher* on the rule.
//! 4. Make rows with [`Options::with_time_generated`] and [`Options::with_default_validity`], write
//!    them as [JSON lines](crate::table::JsonLine), and send them as JSON arrays of at most 1 MB,
//!    with a token for the scope `https://monitor.azure.com/.default`.
//! 5. Send all rows again at least every 14 days, because the rules do not look at older ones.
//!
//! Last, enable the *TI map* rules of the solution *Threat Intelligence* in the content hub, one
//! for each table of logs. None of them fires on a row without `ValidUntil` (in the legacy table
//! `ExpirationDateTime`), so feeds whose indicators have no end need
//! [`Options::with_default_validity`].
//!
//! # Finding a match
//!
//! There is no column for the type of an indicator: `ObservableKey` has it, as the left side of the
//! comparison in the pattern. This query finds connections to addresses of indicators:
//!
//! ```kusto
//! let addresses = ThreatIntelIndicators
//!     | where TimeGenerated > ago(14d)
//!     | where ObservableKey in ("ipv4-addr:value", "ipv6-addr:value",
//!         "network-traffic:src_ref.value", "network-traffic:dst_ref.value")
//!     | summarize arg_max(TimeGenerated, *) by Id, ObservableValue
//!     | where IsActive and not(IsDeleted) and (isempty(ValidUntil) or ValidUntil > now());
//! CommonSecurityLog
//! | where TimeGenerated > ago(1h)
//! | join kind=innerunique addresses on $left.DestinationIP == $right.ObservableValue
//! | project TimeGenerated, DestinationIP, Id, Confidence, Name = tostring(Data.name), SourceSystem
//! ```
//!
//! Hashes are found by `ObservableKey startswith "file:hashes."`, domains by
//! `ObservableKey == "domain-name:value"`, URLs by `ObservableKey == "url:value"`.
//!
//! # Updates
//!
//! The tables only grow: a newer version, an expiry or a revocation is one more row. A query takes
//! the newest row by `Id` **and `ObservableValue`**, since all values of an indicator share its
//! `Id`; of the legacy table by `IndicatorId` and `SourceSystem`. A value that a newer version no
//! longer has, or has only as a part, stays active until its end, unless a tombstone ends it:
//! [`ThreatIntelIndicators::ended`] and [`ThreatIntelligenceIndicator::ended`] make tombstones of
//! [`EndedRow`](crate::row::EndedRow)s. Pass the rows of older versions there whenever a newer
//! version arrives, an indicator is revoked, or the feed no longer has it.
//! [`ThreatIntelObjects::ended`] does so for other objects.
//!
//! # What Sentinel itself fills
//!
//! `_ResourceId`, `_SubscriptionId`, `_BilledSize`, `_IsBillable` and `LastUpdateMethod` are
//! columns without a value here: the service writes them. `TimeGenerated` and the identifiers of
//! tenant and workspace are written when [`Options`] name them.

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
