//! The table of indicators.

use std::sync::Arc;

use super::columns::table;
use super::entry::{Entry, entries};
use super::json_text::{JsonObject, json_list, parts_list};
use super::options::Options;
use super::row_id::row_id;
use super::tlp_level::tlp_level;
use super::trimmed::trimmed;
use crate::Json;
use crate::object::Indicator;
use crate::row::{Outcome, Row, State};
use crate::table::Cell;

/// A row of the table `ThreatIntelIndicators`: one value of an indicator, and the indicator.
///
/// | column | from |
/// |---|---|
/// | `TimeGenerated` | [`Options::with_time_generated`] |
/// | `Id` | Base64 of `SourceSystem`, `---`, `id`. All rows of an indicator share it |
/// | `ObservableKey` | the row's key in canonical text: `file:hashes.'SHA-256'`, `file:hashes.MD5` |
/// | `ObservableValue` | the value, decoded and otherwise as written |
/// | `Pattern` | `pattern`, whole and in whatever language |
/// | `Confidence` | `confidence`, 0 to 100. Absent is not 0 |
/// | `Created`, `Modified`, `ValidFrom`, `ValidUntil` | the properties of these names; `created` if `valid_from` cannot be read. No `ValidUntil` is no end |
/// | `IsActive` | neither revoked, whatever `valid_until` says, nor past `valid_until`, and not [pending](Options::with_pending_as_active) |
/// | `Revoked` | `revoked`, absent being `false` |
/// | `IsDeleted` | `false` |
/// | `Tags` | `labels`, as the text of a JSON array |
/// | `Source` | the name of the identity that made the indicator, or its id if the mapper has not learnt it |
/// | `SourceSystem` | the feed: [`Options::with_source_system`], or else the mapper's source |
/// | `AdditionalFields` | `TLPLevel`: `white`, `green`, `amber` or `red`, the strictest of the object and its parts; the parts of a pattern, see below |
/// | `Data` | the rest of the object, see below |
/// | `AzureTenantId` | [`Options::with_azure_tenant_id`] |
/// | `WorkspaceId`, `TenantId` | [`Options::with_workspace_id`] |
/// | `Type` | `ThreatIntelIndicators` |
/// | `LastUpdateMethod`, `_ResourceId`, `_SubscriptionId`, `_BilledSize`, `_IsBillable` | no value: they are Sentinel's |
///
/// # Parts
///
/// A value that is not an indicator by itself ([`standalone`](crate::row::Relation::standalone) is
/// false) is never an `ObservableValue`. All such values of an indicator are in one row, whose
/// `AdditionalFields` has `Relation`, for example `all_of`, and `Parts`, a list of objects with
/// `ObservableKey` and `ObservableValue`, the most specific one first. A mapper in
/// [`SplitMode::Exact`](crate::row::SplitMode::Exact) leaves them out. Other rows have neither, so
/// rows without `AND` are as Sentinel's.
///
/// # What is lost
///
/// - `Data` is no store, as in Sentinel: the object without `pattern`, `confidence`, `created`,
///   `modified`, `valid_from`, `valid_until` and `revoked` where a column holds them, without pairs
///   that are `null` or empty, every text cut at 1,000 characters.
/// - `amber+strict` becomes `amber`, since the table has the words of TLP 1; `object_marking_refs`
///   in `Data` tell.
/// - The normal form of the value: it is what the core [`Row`] has it for.
/// - Why a row has no value: see [`Row::reason`].
/// - An end that the mapper made up
///   ([`default_validity`](crate::row::Mapper::with_default_validity)): this table needs none.
#[derive(Clone, Debug)]
pub struct ThreatIntelIndicators<'a> {
    row: &'a Row<'a>,
    entry: Entry<'a>,
    indicator: &'a Indicator,
    options: &'a Options,
    shared: Arc<Shared>,
}

/// What the rows of an indicator have in common and is made for them.
#[derive(Debug)]
struct Shared {
    id: String,
    tags: Option<String>,
    data: String,
}

impl<'a> ThreatIntelIndicators<'a> {
    /// Returns the rows of an indicator: one for each value that is an indicator by itself, and one
    /// for all other values together. `outcome` is what a mapper made of `indicator`. Rows of bare
    /// observables are left out, because no producer says that they mean anything.
    ///
    /// ```
    /// use stixkit::sink::sentinel::{Options, ThreatIntelIndicators};
    /// use stixkit::table::JsonLine;
    /// use stixkit::row::Mapper;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "pattern": "[file:name = 'a' AND file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[file:name = 'a' AND file:size = 5]`.
    /// let (mapper, options) = (Mapper::new("2024-05-20T00:00:00Z".parse()?), Options::new());
    /// let outcome = mapper.map(&indicator);
    /// let row = ThreatIntelIndicators::rows(&outcome, &indicator, &options).next().unwrap();
    /// let json = serde_json::to_value(&JsonLine(&row))?;
    /// assert_eq!(json.get("ObservableValue"), None);
    /// assert_eq!(json["AdditionalFields"]["Parts"][0]["ObservableValue"], "a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rows(
        outcome: &'a Outcome<'a>,
        indicator: &'a Indicator,
        options: &'a Options,
    ) -> impl Iterator<Item = Self> + use<'a> {
        let shared = outcome.rows.first().map(|row| {
            let source = options.source(&row.source);
            Arc::new(Shared {
                id: row_id(source, &indicator.common.id),
                tags: json_list(&indicator.common.labels),
                data: data_of(indicator, row),
            })
        });
        let rows = entries(outcome).into_iter().zip(std::iter::repeat(shared));
        rows.filter_map(move |(entry, shared)| {
            Some(Self { row: entry.row, entry, indicator, options, shared: shared? })
        })
    }

    fn additional_fields(&self) -> Option<String> {
        let mut fields = JsonObject::default();
        if let Some(tlp) = self.row.tlp {
            fields.put_text("TLPLevel", tlp_level(tlp));
        }
        if !self.entry.parts.is_empty() {
            fields.put_text("Relation", self.row.relation.kind.as_str());
            let parts = self.entry.parts.iter().filter_map(|part| part.observable.as_ref());
            fields.put_json("Parts", &parts_list(["ObservableKey", "ObservableValue"], parts));
        }
        fields.finish()
    }

    fn is_active(&self) -> bool {
        let state = match self.row.validity.state {
            // By an end that the mapper made up, later than `valid_from`, which has passed too
            // then.
            State::Expired if self.indicator.valid_until.is_none() => State::Active,
            state => state,
        };
        self.options.is_active(state)
    }
}

/// The indicator without what columns hold.
fn data_of(indicator: &Indicator, row: &Row<'_>) -> String {
    let common = &indicator.common;
    let is_left_out = |name: &str| match name {
        "pattern" => true,
        "valid_from" => indicator.valid_from.is_some(),
        "created" => common.created.is_some(),
        "modified" => common.modified.is_some(),
        "revoked" => common.revoked.is_some(),
        "valid_until" => indicator.valid_until.is_some(),
        "confidence" => row.context.confidence.is_some(),
        _ => false,
    };
    // OK because an object always has a JSON form.
    trimmed(&serde_json::to_string(indicator).unwrap_or_default(), is_left_out)
}

table! { ThreatIntelIndicators, record;
    TimeGenerated: Time = record.options.time_generated.as_ref();
    Id: Text = &*record.shared.id;
    ObservableKey: Text = record.entry.value.map(|observable| &*observable.key);
    ObservableValue: Text = record.entry.value.map(|observable| &*observable.value);
    Pattern: Text = &*record.row.pattern;
    Confidence: Integer = record.row.context.confidence;
    Created: Time = record.indicator.common.created.as_ref();
    Modified: Time = record.indicator.common.modified.as_ref();
    ValidFrom: Time = record.row.validity.from.as_ref();
    ValidUntil: Time = record.indicator.valid_until.as_ref();
    IsActive: Boolean = record.is_active();
    Revoked: Boolean = record.indicator.common.is_revoked();
    IsDeleted: Boolean = false;
    Tags: Text = record.shared.tags.as_deref();
    Source: Text = record.row.context.provider.as_deref();
    SourceSystem: Text = record.options.source(&record.row.source);
    LastUpdateMethod: Text = Cell::Null;
    AdditionalFields: Json = record.additional_fields().as_deref().map(Json::trusted);
    Data: Json = Json::trusted(&record.shared.data);
    AzureTenantId: Text = record.options.azure_tenant_id.as_deref();
    WorkspaceId: Text = record.options.workspace_id.as_deref();
    TenantId: Text = record.options.workspace_id.as_deref();
    Type: Text = "ThreatIntelIndicators";
    _ResourceId: Text = Cell::Null;
    _SubscriptionId: Text = Cell::Null;
    _BilledSize: Real = Cell::Null;
    _IsBillable: Text = Cell::Null;
}
