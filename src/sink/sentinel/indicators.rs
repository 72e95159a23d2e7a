//! The table of indicators.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::columns::table;
use super::datetime::datetime_cell;
use super::end::End;
use super::entry::{Entry, entries};
use super::json_text::{JsonObject, json_list, parts_list};
use super::once::{is_short, once};
use super::options::Options;
use super::row_id::row_id;
use super::tlp_level::tlp_level;
use super::trimmed::trimmed;
use crate::object::{Common, Indicator};
use crate::row::{EndedRow, ExpirySource, Observable, Outcome, Row, State, ValueKind};
use crate::sink::matchable::is_over;
use crate::table::Cell;
use crate::{Json, Kind, Timestamp};

/// A row of the table `ThreatIntelIndicators`: one value of an indicator, and the indicator.
///
/// | column | from |
/// |---|---|
/// | `TimeGenerated` | [`Options::with_time_generated`] |
/// | `Id` | Base64 of `SourceSystem`, `---`, `id`. All rows of an indicator share it |
/// | `ObservableKey` | the row's key in canonical text: `file:hashes.'SHA-256'`, `file:hashes.MD5` |
/// | `ObservableValue` | the value, decoded: hashes, domains and addresses in [normal form](crate::row::normalize()), others as written; [`Options::with_normal_values`] sets which |
/// | `Pattern` | `pattern`, whole and in whatever language. A long one is in one row only, see below |
/// | `Confidence` | `confidence`, 0 to 100. Absent is not 0 |
/// | `Created`, `Modified`, `ValidFrom` | the properties of these names; `created` if `valid_from` cannot be read |
/// | `ValidUntil` | `valid_until`, or else a default: of the [mapper](crate::row::Mapper::with_default_validity), or of [`Options::with_default_validity`]. Otherwise there is no value, and the rules that Microsoft ships do not fire |
/// | `IsActive` | neither revoked, whatever `valid_until` says, nor past its end, and not [pending](Options::with_pending_as_active) |
/// | `Revoked` | `revoked`, absent being `false` |
/// | `IsDeleted` | `false`; `true` in a [tombstone](Self::ended) |
/// | `Tags` | `labels`, as the text of a JSON array |
/// | `Source` | the name of the identity that made the indicator, or its id if the mapper has not learnt it |
/// | `SourceSystem` | the feed: [`Options::with_source_system`], or else the mapper's source |
/// | `AdditionalFields` | `TLPLevel`: `white`, `green`, `amber` or `red`, the strictest of the object and its parts; `ExpirySource`, which is `default` if the indicator has no end of its own; the parts of a pattern, see below |
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
/// # Long texts
///
/// If an indicator has several rows, only its first row has a `Pattern` or `Tags` of more than
/// 4 KiB; in the other rows the column has no value. `Data` of more than 4 KiB is only `type` and
/// `id` in the other rows. So the size of the table is linear in the size of the feed. All rows of
/// an indicator share the `Id`, which leads to the row with the whole text:
///
/// ```kusto
/// ThreatIntelIndicators
/// | where Id == the_id and isnotempty(Pattern)
/// | summarize arg_max(TimeGenerated, Pattern, Data)
/// ```
///
/// # What is lost
///
/// - `Data` is not a store, as in Sentinel: the object without `pattern`, `confidence`, `created`,
///   `modified`, `valid_from`, `valid_until` and `revoked` where a column holds them, without pairs
///   that are `null` or empty, every text cut at 1,000 characters.
/// - `amber+strict` becomes `amber`, since the table has the words of TLP 1; `object_marking_refs`
///   in `Data` tell.
/// - One of the two forms of a value: the core [`Row`] has both.
/// - Why a row has no value: see [`Row::reason`].
/// - Digits of a time after the sixth, if there are more than seven, and leap seconds: `datetime`
///   has neither.
#[derive(Clone, Debug)]
pub struct ThreatIntelIndicators<'a> {
    /// `Id`.
    id: Arc<str>,
    source: &'a str,
    key: Option<&'a str>,
    value: Option<&'a str>,
    end: End<'a>,
    options: &'a Options,
    /// A tombstone has none of it.
    live: Option<Live<'a>>,
}

/// What a row has, and a tombstone has not.
#[derive(Clone, Debug)]
struct Live<'a> {
    row: &'a Row<'a>,
    indicator: &'a Indicator,
    parts: Vec<&'a Row<'a>>,
    /// It is the row with the long texts.
    is_first: bool,
    shared: Arc<Shared>,
}

/// What the rows of an indicator have in common and is made for them.
#[derive(Debug)]
struct Shared {
    tags: Option<String>,
    data: String,
    /// What takes the place of long `data` in all rows but the first.
    short_data: Option<String>,
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
    /// let (mapper, options) = (Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?), Options::new());
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
            let id = row_id(options.source(&row.source), &row.stix_id);
            (Arc::from(id), Arc::new(Shared::new(row, indicator)))
        });
        let rows = entries(outcome).into_iter().enumerate().zip(std::iter::repeat(shared));
        rows.filter_map(move |((number, entry), shared)| {
            let (id, shared) = shared?;
            let Entry { row, value, parts } = entry;
            Some(Self {
                id,
                source: options.source(&row.source),
                key: value.map(|observable| &*observable.key),
                value: value.map(|observable| form(observable, options)),
                end: End::of_row(row, value.map(|observable| observable.kind), options),
                options,
                live: Some(Live { row, indicator, parts, is_first: number == 0, shared }),
            })
        })
    }

    /// Returns tombstones of rows that a table has to give up: values that a newer version lacks,
    /// or has only as parts, and all values of an indicator that was revoked or deleted. A
    /// tombstone has the `Id`, `ObservableKey` and `ObservableValue` of the row, `IsActive` false
    /// and `IsDeleted` true. Write them together with the rows of the newer version.
    ///
    /// `rows` are all rows of older versions that may have been written, in the core form.
    /// `current` is what the mapper made of the newest version, or `None` if the feed no longer has
    /// the indicator. Rows that the newest version still has as an active value have no tombstone.
    ///
    /// ```
    /// use stixkit::row::{EndedRow, Mapper};
    /// use stixkit::sink::sentinel::{Options, ThreatIntelIndicators};
    /// use stixkit::table::JsonLine;
    /// # let indicator = |pattern: &str, modified: &str| -> stixkit::object::Indicator {
    /// #     serde_json::from_value(serde_json::json!({"type": "indicator", "labels": ["benign"],
    /// #         "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "pattern": pattern,
    /// #         "created": "2024-05-01T10:00:00Z", "modified": modified, "valid_from": "2024-05-01T10:00:00Z"})).unwrap()
    /// # };
    /// # let old = indicator("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", "2024-05-01T10:00:00Z");
    /// # let new = indicator("[ipv4-addr:value = '192.0.2.2']", "2024-05-02T10:00:00Z");
    ///
    /// // The old pattern is `[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]`, the new one
    /// // `[ipv4-addr:value = '192.0.2.2']`.
    /// let (mapper, options) = (Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?), Options::new());
    /// let (before, after) = (mapper.map(&old), mapper.map(&new));
    /// let before: Vec<_> = before.rows.iter().map(EndedRow::from_row).collect();
    /// let ended = ThreatIntelIndicators::ended(&before, Some(&after), &options);
    /// assert_eq!(ended.len(), 1);
    /// let json = serde_json::to_value(&JsonLine(&ended[0]))?;
    /// assert_eq!((&json["ObservableValue"], &json["IsDeleted"]), (&"192.0.2.1".into(), &true.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "tombstone")]
    pub fn ended(
        rows: impl IntoIterator<Item = &'a EndedRow<'a>>,
        current: Option<&Outcome<'_>>,
        options: &'a Options,
    ) -> Vec<Self> {
        let mut written: BTreeSet<_> = current.map(|current| active_values(current, options)).unwrap_or_default();
        let mut ended = Vec::new();
        for row in rows {
            let source = options.source(&row.source);
            let id = row_id(source, &row.stix_id);
            let value = ended_value(row, options);
            if written.insert((id.clone(), value.map(|(_, value)| value.to_owned()))) {
                ended.push(Self {
                    id: id.into(),
                    source,
                    key: value.map(|(key, _)| key),
                    value: value.map(|(_, value)| value),
                    end: End::of_ended(row, options),
                    options,
                    live: None,
                });
            }
        }
        ended
    }

    /// Returns `ValidUntil` as it is written: the rules that Microsoft ships do not fire without
    /// one.
    pub fn valid_until(&self) -> Option<&Timestamp> {
        self.end.at()
    }

    fn additional_fields(&self) -> Option<String> {
        let live = self.live.as_ref()?;
        let mut fields = JsonObject::default();
        if let Some(tlp) = live.row.tlp {
            fields.put_text("TLPLevel", tlp_level(tlp));
        }
        if self.end.is_default {
            fields.put_text("ExpirySource", ExpirySource::Default.as_str());
        }
        if !live.parts.is_empty() {
            fields.put_text("Relation", live.row.relation.kind.as_str());
            let parts = live.parts.iter().filter_map(|part| part.observable.as_ref());
            let parts = parts.map(|observable| (&*observable.key, form(observable, self.options)));
            fields.put_json("Parts", &parts_list(["ObservableKey", "ObservableValue"], parts));
        }
        fields.finish()
    }

    fn row(&self) -> Option<&'a Row<'a>> {
        self.live.as_ref().map(|live| live.row)
    }

    fn common(&self) -> Option<&'a Common> {
        self.live.as_ref().map(|live| &live.indicator.common)
    }

    fn tags(&self) -> Option<&str> {
        self.live.as_ref().and_then(|live| once(live.is_first, live.shared.tags.as_deref()?))
    }

    fn data(&self) -> Option<&str> {
        let Live { is_first, shared, .. } = self.live.as_ref()?;
        once(*is_first, &shared.data).or(shared.short_data.as_deref())
    }
}

/// The value as it is written.
fn form<'o>(observable: &'o Observable<'_>, options: &Options) -> &'o str {
    options.normal_values.choose(observable.kind, &observable.value, &observable.norm)
}

/// Key and value as they were written; none of a part and of an indicator without a value.
fn ended_value<'r>(row: &'r EndedRow<'_>, options: &Options) -> Option<(&'r str, &'r str)> {
    let (key, value, norm) = (row.key.as_deref()?, row.value.as_deref()?, row.norm.as_deref()?);
    row.standalone.then(|| (key, options.normal_values.choose(row.kind.unwrap_or(ValueKind::Text), value, norm)))
}

/// What distinguishes rows, `Id` and value, of all rows that are not over.
fn active_values(outcome: &Outcome<'_>, options: &Options) -> BTreeSet<(String, Option<String>)> {
    let entries = entries(outcome).into_iter().filter(|entry| !is_over(entry.row));
    let key = |entry: Entry<'_>| {
        let id = row_id(options.source(&entry.row.source), &entry.row.stix_id);
        (id, entry.value.map(|observable| form(observable, options).to_owned()))
    };
    entries.map(key).collect()
}

impl Shared {
    fn new(row: &Row<'_>, indicator: &Indicator) -> Self {
        let data = data_of(indicator, row);
        let short_data = || {
            let mut short = JsonObject::default();
            short.put_text("type", Kind::Indicator.name());
            row.stix_id.with_text(|id| short.put_text("id", id));
            short.finish()
        };
        let short_data = if is_short(&data) { None } else { short_data() };
        Self { tags: json_list(&indicator.common.labels), data, short_data }
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
    TimeGenerated: Time = datetime_cell(record.options.time_generated.as_ref());
    Id: Text = &*record.id;
    ObservableKey: Text = record.key;
    ObservableValue: Text = record.value;
    Pattern: Text = record.live.as_ref().and_then(|live| once(live.is_first, &live.indicator.pattern));
    Confidence: Integer = record.row().and_then(|row| row.context.confidence);
    Created: Time = datetime_cell(record.common().and_then(|common| common.created.as_ref()));
    Modified: Time = datetime_cell(record.common().and_then(|common| common.modified.as_ref()));
    ValidFrom: Time = datetime_cell(record.row().and_then(|row| row.validity.from.as_ref()));
    ValidUntil: Time = datetime_cell(record.valid_until());
    IsActive: Boolean = record.row().is_some_and(|row| record.options.is_active(row.validity.state));
    Revoked: Boolean = record.row().map(|row| row.validity.state == State::Revoked);
    IsDeleted: Boolean = record.live.is_none();
    Tags: Text = record.tags();
    Source: Text = record.row().and_then(|row| row.context.provider.as_deref());
    SourceSystem: Text = record.source;
    LastUpdateMethod: Text = Cell::Null;
    AdditionalFields: Json = record.additional_fields().as_deref().map(Json::trusted);
    Data: Json = record.data().map(Json::trusted);
    AzureTenantId: Text = record.options.azure_tenant_id.as_deref();
    WorkspaceId: Text = record.options.workspace_id.as_deref();
    TenantId: Text = record.options.workspace_id.as_deref();
    Type: Text = "ThreatIntelIndicators";
    _ResourceId: Text = Cell::Null;
    _SubscriptionId: Text = Cell::Null;
    _BilledSize: Real = Cell::Null;
    _IsBillable: Text = Cell::Null;
}
