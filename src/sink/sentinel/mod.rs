//! Microsoft Sentinel: the tables that its queries read, and the bodies that its upload API takes.
//!
//! | | for | a row is |
//! |---|---|---|
//! | [`ThreatIntelIndicators`] | the table of today: detection rules, own writing through the Logs Ingestion API | one key and value, with the object as JSON |
//! | [`ThreatIntelObjects`] | the table beside it: threat actors, relationships and whatever else is no indicator | one object as JSON |
//! | [`ThreatIntelligenceIndicator`] | queries that were written for the table of before 2025, which Sentinel no longer fills | one column a kind of value |
//! | [`upload`] | handing the objects to Sentinel and letting it make the rows | – |
//!
//! Names and types of the columns are those of the tables; their order is the one that the types below document, as the
//! tables have none. Sentinel's own import leaves key and value empty where a pattern joins values with `AND`; a mapper in
//! [`Mode::Exact`](crate::row::Mode::Exact) does the same, and one in [`Mode::Split`](crate::row::Mode::Split) gives a row for each of the
//! values, marked as a part. What the import makes of `ISSUBSET`, and of an `OR` with branches that have no value, is not
//! known; here values that stand alone keep their rows.
//!
//! ```
//! use stixkit::row::Mapper;
//! use stixkit::sink::sentinel::{Options, ThreatIntelIndicators};
//! use stixkit::table::Json;
//! # let text = r#"{"type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "name": "C2", "pattern_type": "stix",
//! #     "pattern": "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! let now: chrono::DateTime<chrono::Utc> = "2024-05-20T00:00:00Z".parse()?;
//! let mapper = Mapper::new(now).source("example");
//! let options = Options::new().time_generated(now);
//! let outcome = mapper.map(&indicator);
//! let rows: Vec<_> = ThreatIntelIndicators::rows(&outcome, &indicator, &options).collect();
//! assert_eq!(rows.len(), 2);
//!
//! let json = serde_json::to_value(&Json(&rows[1]))?;
//! assert_eq!((&json["ObservableKey"], &json["ObservableValue"]), (&"ipv4-addr:value".into(), &"192.0.2.2".into()));
//! assert_eq!(json["Id"], "ZXhhbXBsZQ==---indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f");
//! assert_eq!(json["Data"]["name"], "C2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What Sentinel itself fills
//!
//! `_ResourceId`, `_SubscriptionId`, `_BilledSize`, `_IsBillable` and `LastUpdateMethod` are columns without a value here:
//! the service writes them. `TimeGenerated` and the identifiers of tenant and workspace are written when
//! [`Options`] name them.
//!
//! # Duplicates
//!
//! The tables only grow: a newer version, an expiry or a revocation is one more row. A query takes the newest row by
//! `Id` **and `ObservableValue`**, since all values of an indicator share its `Id`; of the legacy table by `IndicatorId`
//! and `SourceSystem`.

mod data;
mod indicators;
mod legacy;
mod objects;
mod place;
pub mod upload;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::Timestamp;
use crate::json::cursor::is_plain;
use crate::json::properties::quoted;
use crate::object::Tlp;
use crate::row::State;

pub use indicators::ThreatIntelIndicators;
pub use legacy::ThreatIntelligenceIndicator;
pub use objects::ThreatIntelObjects;

/// What the rows say beside what the indicators say. By default nothing.
///
/// ```
/// use stixkit::sink::sentinel::{Options, ThreatTypes};
///
/// let options = Options::new()
///     .time_generated("2024-05-20T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?)
///     .workspace_id("2f9d1c4e-6a53-4b4c-8a0e-0d3a4b1f2a11")
///     .threat_types(ThreatTypes::Graph);
/// # let _ = options;
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    time_generated: Option<Timestamp>,
    source_system: Option<String>,
    azure_tenant_id: Option<String>,
    workspace_id: Option<String>,
    pending_is_active: bool,
    threat_types: ThreatTypes,
}

/// The words of the legacy column `ThreatType` (rule R6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThreatTypes {
    /// The first of the indicator's types, `malicious-activity`, as rows from STIX feeds had it.
    #[default]
    Stix,
    /// The words of the Graph security API: `Botnet`, `C2`, `CryptoMining`, `Darknet`, `DDoS`, `MaliciousUrl`, `Malware`,
    /// `Phishing`, `Proxy`, `PUA`, `WatchList`. `anonymization` is `Proxy`; `malicious-activity` is what a label says, else
    /// `MaliciousUrl` of a URL and `Malware` of a file; everything else is `WatchList`.
    Graph,
}

impl Options {
    /// Nothing beside what the indicators say.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `TimeGenerated`, which is when the row was written and never when the indicator became valid. Default: none,
    /// and Sentinel puts in the time of ingestion.
    #[must_use]
    pub fn time_generated(mut self, now: impl Into<Timestamp>) -> Self {
        self.time_generated = Some(now.into());
        self
    }

    /// Sets `SourceSystem`, which is also part of every `Id`. Default: the mapper's
    /// [`source`](crate::row::Mapper::source).
    #[must_use]
    pub fn source_system(mut self, name: impl Into<String>) -> Self {
        self.source_system = Some(name.into());
        self
    }

    /// Sets `AzureTenantId`, the tenant that submitted the object. Default: none.
    #[must_use]
    pub fn azure_tenant_id(mut self, id: impl Into<String>) -> Self {
        self.azure_tenant_id = Some(id.into());
        self
    }

    /// Sets `WorkspaceId`, and `TenantId`, which in spite of its name is the workspace too. Default: none.
    #[must_use]
    pub fn workspace_id(mut self, id: impl Into<String>) -> Self {
        self.workspace_id = Some(id.into());
        self
    }

    /// Sets whether an indicator whose `valid_from` lies ahead is active. What Sentinel does with it is not published.
    /// Default: it is not.
    #[must_use]
    pub fn pending_is_active(mut self, is_active: bool) -> Self {
        self.pending_is_active = is_active;
        self
    }

    /// Sets the words of the legacy table's `ThreatType`. Default: those of STIX.
    #[must_use]
    pub fn threat_types(mut self, types: ThreatTypes) -> Self {
        self.threat_types = types;
        self
    }

    fn source<'o>(&'o self, of_row: &'o str) -> &'o str {
        self.source_system.as_deref().unwrap_or(of_row)
    }

    fn is_active(&self, state: State) -> bool {
        state == State::Active || (state == State::Pending && self.pending_is_active)
    }
}

/// Writes the implementation of `Record` from the list of the columns. A second name is that of the indicator's `id` in them.
/// Behind `=` comes what a cell is made of, behind `=>` a cell that is there, or not.
macro_rules! table {
    ($Record:ident, $record:ident $(, $id:ident)?; $($name:ident: $Kind:ident $sign:tt $value:expr;)+) => {
        impl $crate::table::Record for $Record<'_> {
            const TABLE: &'static str = stringify!($Record);
            const COLUMNS: &'static [$crate::table::Column] = &[$(
                $crate::table::Column::new(stringify!($name), $crate::table::ColumnKind::$Kind)
            ),+];

            fn cells(&self, cells: &mut $crate::table::Cells<'_>) {
                let $record = self;
                $(
                    let mut buffer = [0; $crate::id::MAX_STANDARD_LEN];
                    let $id = self.row.stix_id.text_in(&mut buffer);
                )?
                $( table!(@show cells $sign $value); )+
            }
        }
    };
    (@show $cells:ident = $value:expr) => { $cells.show($value) };
    (@show $cells:ident => $value:expr) => { $cells.show_ref($value) };
}
use table;

/// The identifier of a row or of several: queries take the source out of it with
/// `base64_decode_tostring(split(Id, '---')[0])`, and the UUID with `split(Id, '--')[2]`.
fn row_id(source: &str, id: &crate::Identifier) -> String {
    let mut text = STANDARD.encode(source);
    text.push_str("---");
    id.with_text(|id| text.push_str(id));
    text
}

/// The level in the four words of TLP 1, which are all that Sentinel knows. What is stricter than `amber` and not `red`
/// becomes `amber`.
fn tlp_level(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "white",
        Tlp::Green => "green",
        Tlp::Amber | Tlp::AmberStrict => "amber",
        Tlp::Red => "red",
    }
}

/// Texts as the text of a JSON array, which `todynamic` reads; `None` for no texts.
fn json_list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Option<String> {
    let mut texts = texts.into_iter().peekable();
    texts.peek()?;
    // Most lists have one or two words.
    let mut list = String::with_capacity(64);
    for text in texts {
        list.push(if list.is_empty() { '[' } else { ',' });
        quote(text.as_ref(), &mut list);
    }
    list.push(']');
    Some(list)
}

/// Adds the text as a JSON string. Most text has nothing to escape.
fn quote(text: &str, out: &mut String) {
    if is_plain(text) {
        out.reserve(text.len() + 2);
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&quoted(text));
    }
}

/// The text of a JSON object, while it is written: without the brace at its end.
#[derive(Debug, Default)]
struct Document(String);

impl Document {
    fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Adds a member. The name goes between quotes as it is.
    fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        // OK because what is put here are booleans and properties, which all have a JSON form.
        if let Ok(json) = serde_json::to_string(value) {
            self.put_json(name, &json);
        }
    }

    /// Adds a member that is a text.
    fn put_text(&mut self, name: &str, text: &str) {
        self.name(name);
        quote(text, &mut self.0);
    }

    /// Adds a member that is a time, which has nothing to escape.
    fn put_time(&mut self, name: &str, time: &Timestamp) {
        self.name(name);
        self.0.push('"');
        time.with_text(|text| self.0.push_str(text));
        self.0.push('"');
    }

    /// Adds a member whose value is JSON already.
    fn put_json(&mut self, name: &str, json: &str) {
        self.name(name);
        self.0.push_str(json);
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// The bytes so far.
    fn len(&self) -> usize {
        self.0.len()
    }

    /// The object; `None` where it has no members.
    fn finish(mut self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.push('}');
        Some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use arbitrary::{Arbitrary, Unstructured};
    use proptest::prelude::*;

    use super::*;
    use crate::object::{Indicator, Object};
    use crate::row::{Mapper, Mode};
    use crate::table::{Cell, Cells, ColumnKind, Json, Record};

    /// That the cells are of their columns' kinds, that there is one for each, and that the JSON reads.
    fn check<R: Record>(record: &R) -> Result<(), TestCaseError> {
        let mut kinds = Vec::new();
        let mut take = |number, cell: &Cell<'_>| {
            let kind = match cell {
                Cell::Null => panic!("it has a value"),
                Cell::Text(_) => ColumnKind::Text,
                Cell::Boolean(_) => ColumnKind::Boolean,
                Cell::Integer(value) => {
                    assert!(i32::try_from(*value).is_ok());
                    ColumnKind::Integer
                }
                Cell::Real(_) => ColumnKind::Real,
                Cell::Time(_) => ColumnKind::Time,
                Cell::List(_) => ColumnKind::List,
                Cell::Json(json) => {
                    assert!(serde_json::from_str::<serde_json::Value>(json.as_json()).is_ok());
                    ColumnKind::Json
                }
            };
            kinds.push((number, kind));
        };
        let mut cells = Cells::new(&mut take);
        record.cells(&mut cells);
        prop_assert_eq!(cells.shown(), R::COLUMNS.len());
        for (number, kind) in kinds {
            prop_assert_eq!(kind, R::COLUMNS[number].kind, "{}", R::COLUMNS[number].name);
        }
        serde_json::to_string(&Json(record)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        Ok(())
    }

    /// A part of a pattern that one of the columns may take.
    const PARTS: &[&str] = &[
        "ipv4-addr:value = '192.0.2.1/33'",
        "network-traffic:dst_ref.value ISSUBSET '2001:db8::/32'",
        "network-traffic:src_port = 99999",
        "network-traffic:protocols[0] = 'TCP'",
        "network-traffic:extensions.'http-request-ext'.request_header.'user-agent'[*] = 'x'",
        "domain-name:resolves_to_refs[*].value = '192.0.2.7'",
        "autonomous-system:number = 'AS4200000000'",
        "file:hashes.own = 'd41d8cd98f00b204e9800998ecf8427e'",
        "file:hashes.AUTHENTIHASH = ''",
        "file:size = -5000000000",
        "file:ctime = '2024'",
        "file:x['y'] = 1",
        "email-addr:value = '@'",
        "email-message:content_type = 'text/html; CharSet=\"'",
        "email-message:additional_header_fields.'X-Originating-IP' = '[]'",
        "a:b = h'AB'",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_object_is_a_record(
            bytes in prop::collection::vec(any::<u8>(), 0..2048),
            parts in prop::collection::vec((prop::sample::select(PARTS), any::<bool>()), 0..5),
            text in "\\PC{0,40}",
        ) {
            let mut input = Unstructured::new(&bytes);
            let object = <Object as Arbitrary>::arbitrary(&mut input).unwrap();
            let mut indicator = <Indicator as Arbitrary>::arbitrary(&mut input).unwrap();
            let now = "2024-05-20T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
            let options = Options::new().threat_types(ThreatTypes::Graph).time_generated(now);
            indicator.pattern = text;
            if let Some(((first, _), others)) = parts.split_first() {
                indicator.pattern = format!("[{first}");
                for (part, is_and) in others {
                    indicator.pattern += if *is_and { " AND " } else { " OR " };
                    indicator.pattern += part;
                }
                indicator.pattern.push(']');
            }
            for mode in [Mode::Split, Mode::Exact, Mode::Primary] {
                let mapper = Mapper::new(now).mode(mode);
                let outcome = mapper.map(&indicator);
                for record in ThreatIntelIndicators::rows(&outcome, &indicator, &options) {
                    check(&record)?;
                }
                for record in ThreatIntelligenceIndicator::rows(&outcome, &indicator, &options) {
                    check(&record)?;
                }
                if let Some(record) = ThreatIntelObjects::new(&mapper, &object, &options) {
                    check(&record)?;
                }
            }
        }
    }
}
