//! Rows of the table of before 2025.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::indicator_id::IndicatorId;
use super::information::Information;
use super::kill_chain::{INSTALLATION, KillChain, PHASES};
use super::slot::{Placed, Slot, place};
use crate::object::IndicatorParts;
use crate::row::{EndedRow, ExpirySource, Observable, Outcome, Row};
use crate::sink::matchable::is_over;
use crate::sink::sentinel::columns::table;
use crate::sink::sentinel::datetime::datetime_cell;
use crate::sink::sentinel::end::End;
use crate::sink::sentinel::entry::{Entry, entries};
use crate::sink::sentinel::json_text::{json_list, parts_list, quote};
use crate::sink::sentinel::once::{is_short, once};
use crate::sink::sentinel::options::Options;
use crate::sink::sentinel::threat_types::{ThreatTypes, graph_type};
use crate::sink::sentinel::tlp_level::tlp_level;
use crate::sink::severity::severity;
use crate::table::Cell;
use crate::{Identifier, Timestamp};

/// A row of the legacy table `ThreatIntelligenceIndicator`: a column a kind of value.
///
/// Sentinel no longer fills this table. The row is for queries, workbooks and other systems that
/// were made for it.
///
/// An indicator has a row for each value that is an indicator by itself
/// ([`standalone`](crate::row::Relation::standalone)). All other values, such as those of an `AND`,
/// are together in one row that has no value in a column, because rules match every value that they
/// find there; `AdditionalInformation` lists them. So does the row of an indicator whose pattern
/// has no value, or a value without a column.
///
/// # Columns
///
/// The order is: identity, assessment, network, file, e-mail, billing.
///
/// | column | from |
/// |---|---|
/// | `TimeGenerated` | [`Options::with_time_generated`], never `valid_from` |
/// | `TenantId` | [`Options::with_workspace_id`] |
/// | `Type` | `ThreatIntelligenceIndicator` |
/// | `SourceSystem` | the feed: [`Options::with_source_system`], or else the mapper's source |
/// | `IndicatorId` | a UUID that follows from feed and `id`, see below |
/// | `ExternalIndicatorId` | `id` |
/// | `IndicatorProvider` | the name of the identity that made the indicator, or its id if the mapper has not learnt it |
/// | `Active` | neither revoked, whatever its end, nor past its end, and not [pending](Options::with_pending_as_active) |
/// | `ExpirationDateTime` | `valid_until`, or else a default: of the [mapper](crate::row::Mapper::with_default_validity), or of [`Options::with_default_validity`]. Otherwise there is no value, and the rules that Microsoft ships do not fire |
/// | `ConfidenceScore` | `confidence`. Absent is not 0 |
/// | `ThreatSeverity` | `severity`, 0 to 5, of the extension `sentinel-ext` |
/// | `ThreatType` | the first of `indicator_types`, for STIX 2.0 the first label that is such a type, in the words of [`Options::with_threat_types`] |
/// | `Description` | `name` and `description`, with a colon between them |
/// | `AdditionalInformation` | a JSON object of what has no column, see below |
/// | `Tags` | `labels`, as the text of a JSON array; the phase `installation`, which has no column |
/// | `MalwareNames`, `ActivityGroupNames` | names of what the indicator indicates, as the text of a JSON array |
/// | `TrafficLightProtocolLevel` | `white`, `green`, `amber`, `red`, and `unknown` if no known marking is there |
/// | `KillChainReconnaissance`, `…Weaponization`, `…Delivery`, `…Exploitation`, `…C2`, `…Actions` | phases of the Lockheed Martin chain only; no value if there are none |
/// | `KnownFalsePositives`, `Action`, `PassiveOnly`, `DiamondModel` | no value: STIX says nothing of them |
/// | `NetworkIP`, `NetworkCidrBlock` | `ipv4-addr:value`, `ipv6-addr:value`, and what a domain resolves to |
/// | `NetworkSourceIP`, `NetworkSourceCidrBlock`, `NetworkDestinationIP`, `NetworkDestinationCidrBlock` | `network-traffic:src_ref.value`, `dst_ref.value` |
/// | `NetworkSourcePort`, `NetworkDestinationPort` | `network-traffic:src_port`, `dst_port` |
/// | `NetworkProtocol` | `network-traffic:protocols[*]`, as IANA's number: `tcp` is 6. `http` has none |
/// | `NetworkSourceAsn` | `autonomous-system:number`, which has no direction: there is no other column |
/// | `DomainName`, `Url` | `domain-name:value` (and an end of traffic that is a name), `url:value` |
/// | `UserAgent` | the header `User-Agent` of an HTTP request |
/// | `NetworkPort`, `NetworkDestinationAsn` | no value: STIX always says which end, or never |
/// | `FileHashType`, `FileHashValue` | `file:hashes`, and those of a process's image: `md5`, `sha1`, `sha256`, `ctph` (SSDEEP), `lsHash` (TLSH), `authenticodeHash256`, else `unknown`. An algorithm that nobody knows goes by its length |
/// | `FileName` | `file:name`, `process:name`, `process:image_ref.name` |
/// | `FilePath` | `file:parent_directory_ref.path`, `directory:path` |
/// | `FileSize`, `FileType` | `file:size`, `file:mime_type` |
/// | `FileCreatedDateTime`, `FileCompileDateTime` | `file:ctime`, `time_date_stamp` of a Windows binary |
/// | `FileMutexName` | `mutex:name` |
/// | `FilePacker` | no value |
/// | `EmailSenderAddress`, `EmailSourceDomain` | `email-message:from_ref.value`, `sender_ref.value`, and `email-addr:value`, which has no direction: rules look here |
/// | `EmailSenderName`, `EmailRecipient`, `EmailSubject` | `from_ref.display_name`; `to_refs`, `cc_refs`, `bcc_refs`; `subject` |
/// | `EmailXMailer`, `EmailSourceIpAddress`, `EmailLanguage` | the headers `X-Mailer`, `X-Originating-IP`, `Content-Language` |
/// | `EmailEncoding` | the charset of `email-message:content_type` |
/// | `_BilledSize`, `_IsBillable` | no value: they are Sentinel's |
///
/// Values are in their normal form, as rules join by equality: hashes and domains in lower case, a
/// network of one address as the address. Columns of addresses hold addresses alone, and networks
/// have their own, so that no query takes one for the other.
///
/// # Finding a match
///
/// Rules take the newest row of each value. A query for connections to addresses of indicators:
///
/// ```kusto
/// let addresses = ThreatIntelligenceIndicator
///     | where TimeGenerated > ago(14d) and ExpirationDateTime > now()
///     | summarize arg_max(TimeGenerated, *) by IndicatorId, SourceSystem
///     | where Active
///     | extend Address = coalesce(NetworkIP, NetworkDestinationIP, NetworkSourceIP)
///     | where isnotempty(Address);
/// CommonSecurityLog
/// | where TimeGenerated > ago(1h)
/// | join kind=innerunique addresses on $left.DestinationIP == $right.Address
/// | project TimeGenerated, DestinationIP, ExternalIndicatorId, ConfidenceScore, Description
/// ```
///
/// # `IndicatorId`
///
/// Queries take the newest row by `IndicatorId` and `SourceSystem`. So that this loses no value,
/// each row of an indicator has its own id. It is a UUID of version 5. Its namespace is the UUID in
/// the indicator's `id`, and its name is the JSON array `["feed","key","value"]` with the row's
/// value in normal form, or `["feed"]` if the row has no value. If an `id` is not `indicator--` and
/// a UUID in the standard's form, the namespace is `6b1f7d0e-3c52-4b8a-9f6d-2e84c0a75193`, and the
/// `id` follows the feed in the array.
///
/// The id of a value is the same in all versions of the indicator, however many values they have.
/// Values that a new version no longer has need a [tombstone](Self::ended).
///
/// # `AdditionalInformation`
///
/// `parse_json` gives an object with `pattern` and `pattern_type`; `modified` and `valid_from`;
/// `expiry_source` (`valid_until`, `default`, `revoked`: where the end comes from); `relation`, if
/// the pattern needs several values together; `reason`, if the rows do not cover all of the
/// pattern; `observables`, values without a column and parts, with `key` and `value`;
/// `indicator_types`, if there are several; `kill_chain`, phases of other chains;
/// `external_references`.
///
/// If an indicator has several rows, only its first row has long texts, so that the size of the
/// table is linear in the size of the feed: the members `pattern`, `indicator_types`, `kill_chain`
/// and `external_references`, and the columns `Description`, `Tags`, `MalwareNames` and
/// `ActivityGroupNames`, are absent from the other rows if they have more than 4 KiB. All rows of
/// an indicator share the `ExternalIndicatorId`, which leads to the row with the whole text.
///
/// # What is lost
///
/// - The direction and meaning of what has no column: registry keys, processes, certificates,
///   accounts, software, MAC addresses, artifacts. Their values are in `AdditionalInformation`.
/// - Numbers that 32 bits do not hold: a file of 2 GiB and more, an AS of the upper half. These too
///   are there.
/// - `amber+strict`, which becomes `amber`.
/// - Digits of a time after the sixth, if there are more than seven, and leap seconds: `datetime`
///   has neither.
#[derive(Clone, Debug)]
pub struct ThreatIntelligenceIndicator<'a> {
    stix_id: &'a Identifier,
    source: &'a str,
    /// `IndicatorId`.
    id: Uuid,
    /// The columns of the value.
    placed: Placed<'a>,
    end: End<'a>,
    options: &'a Options,
    /// A tombstone has none of it.
    live: Option<Live<'a>>,
}

/// What a row has, and a tombstone has not.
#[derive(Clone, Debug)]
struct Live<'a> {
    entry: Entry<'a>,
    /// It is the row with the long texts.
    is_first: bool,
    shared: Arc<Shared<'a>>,
}

/// What the rows of an indicator have in common and is made for them.
#[derive(Debug)]
struct Shared<'a> {
    description: Option<Cow<'a, str>>,
    severity: Option<i64>,
    tags: Option<String>,
    malware: Option<String>,
    actors: Option<String>,
    kill_chain: Option<[bool; PHASES]>,
    information: Information,
    /// What takes the place of long `information` in all rows but the first.
    short_information: Option<Information>,
}

impl<'a> ThreatIntelligenceIndicator<'a> {
    /// Returns the rows of an indicator, at least one. `outcome` is what a mapper made of
    /// `indicator`. Rows of bare observables are left out, because no producer says that they mean
    /// anything.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    /// use stixkit::sink::sentinel::{Options, ThreatIntelligenceIndicator};
    /// use stixkit::table::JsonLine;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "pattern": "[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'a.example.org']",
    /// #     "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'a.example.org']`.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_default_validity(chrono::TimeDelta::days(50));
    /// let (outcome, options) = (mapper.map(&indicator), Options::new());
    /// let rows = ThreatIntelligenceIndicator::rows(&outcome, &indicator, &options);
    /// assert_eq!(rows.len(), 2);
    ///
    /// let json = serde_json::to_value(&JsonLine(&rows[0]))?;
    /// assert_eq!((&json["NetworkIP"], json.get("DomainName")), (&"192.0.2.1".into(), None));
    /// assert_eq!(json["ExpirationDateTime"], "2024-06-20T10:00:00.000Z");
    /// assert!(json["AdditionalInformation"].as_str().unwrap().contains(r#""expiry_source":"default""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rows(outcome: &'a Outcome<'a>, indicator: impl Into<IndicatorParts<'a>>, options: &'a Options) -> Vec<Self> {
        let entries = entries(outcome);
        // It has the long texts.
        let Some(first) = outcome.rows.first().filter(|_| !entries.is_empty()) else { return Vec::new() };
        let shared = Arc::new(Shared::new(first, &indicator.into(), entries.len() > 1));
        let source = options.source(&first.source);
        let mut ids = IndicatorId::new(source, &first.stix_id);
        let record = |(number, entry): (usize, Entry<'a>)| Self {
            stix_id: &entry.row.stix_id,
            source,
            id: ids.id(entry.value.map(key_and_norm)),
            placed: entry.value.map_or([None, None], |value| place(&value.key, &value.norm, value.kind)),
            end: End::of_row(entry.row, entry.value.map(|value| value.kind), options),
            options,
            live: Some(Live { entry, is_first: number == 0, shared: Arc::clone(&shared) }),
        };
        entries.into_iter().enumerate().map(record).collect()
    }

    /// Returns tombstones of rows that a table has to give up, with the `IndicatorId` of the row
    /// and its value, and `Active` false. `ExpirationDateTime` is that of the row: rules that
    /// compare it before they take the newest row would not see a tombstone without it, and go on
    /// matching. For the same reason pass the rows of older versions also when an indicator is
    /// revoked.
    ///
    /// `rows` are all rows of older versions that may have been written, in the core form.
    /// `current` is what the mapper made of the newest version, or `None` if the feed no longer has
    /// the indicator. Rows that the newest version still has as an active value have no tombstone.
    ///
    /// ```
    /// use stixkit::row::{EndedRow, Mapper};
    /// use stixkit::sink::sentinel::{Options, ThreatIntelligenceIndicator};
    /// use stixkit::table::JsonLine;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// let (mapper, options) = (Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?), Options::new());
    /// let outcome = mapper.map(&indicator);
    /// let rows: Vec<_> = outcome.rows.iter().map(EndedRow::from_row).collect();
    /// let ended = ThreatIntelligenceIndicator::ended(&rows, None, &options);
    /// let json = serde_json::to_value(&JsonLine(&ended[0]))?;
    /// assert_eq!((&json["NetworkIP"], &json["Active"]), (&"192.0.2.1".into(), &false.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "tombstone")]
    pub fn ended(
        rows: impl IntoIterator<Item = &'a EndedRow<'a>>,
        current: Option<&Outcome<'_>>,
        options: &'a Options,
    ) -> Vec<Self> {
        let mut written: BTreeSet<_> = current.map(|current| active_ids(current, options)).unwrap_or_default();
        let mut ended = Vec::new();
        for row in rows {
            let source = options.source(&row.source);
            let value = row.key.as_deref().zip(row.norm.as_deref()).filter(|_| row.standalone);
            let id = IndicatorId::new(source, &row.stix_id).id(value);
            if written.insert(id) {
                let placed = value.zip(row.kind).map_or([None, None], |((key, norm), kind)| place(key, norm, kind));
                let end = End::of_ended(row, options);
                ended.push(Self { stix_id: &row.stix_id, source, id, placed, end, options, live: None });
            }
        }
        ended
    }

    /// Returns `ExpirationDateTime` as it is written: the rules that Microsoft ships do not fire
    /// without one.
    pub fn expiration(&self) -> Option<&Timestamp> {
        self.end.at()
    }

    #[inline]
    fn value(&self, slot: Slot) -> Option<&Cell<'a>> {
        self.placed.iter().flatten().find(|(own, _)| *own == slot).map(|(_, cell)| cell)
    }

    fn row(&self) -> Option<&'a Row<'a>> {
        self.live.as_ref().map(|live| live.entry.row)
    }

    fn shared(&self) -> Option<&Shared<'a>> {
        self.live.as_ref().map(|live| &*live.shared)
    }

    /// A text that may be long.
    fn text<'s>(&'s self, text: impl FnOnce(&'s Shared<'a>) -> Option<&'s str>) -> Option<&'s str> {
        self.live.as_ref().and_then(|live| once(live.is_first, text(&live.shared)?))
    }

    fn threat_type(&self) -> Option<Cow<'_, str>> {
        let Live { entry, .. } = self.live.as_ref()?;
        let first = entry.row.context.indicator_types.first();
        match self.options.threat_types {
            ThreatTypes::Stix => first.map(|first| first.as_str().into()),
            ThreatTypes::Graph => {
                let named = entry.value.or(entry.row.observable.as_ref());
                let object_type = named.map(|observable| &*observable.object_type);
                Some(graph_type(first, &entry.row.context.labels, object_type).into())
            }
        }
    }

    fn additional_information(&self) -> Option<Cow<'_, str>> {
        let Live { entry, is_first, shared } = self.live.as_ref()?;
        let short = shared.short_information.as_ref().filter(|_| !is_first);
        let Information { json, end_at, relation_at, observables_at } = short.unwrap_or(&shared.information);
        let without_column = entry.value.filter(|_| self.placed.iter().all(Option::is_none));
        // The mapper's default is in the text already.
        let is_default = self.end.is_default && entry.row.validity.expiry_source.is_none();
        let parts = &entry.parts;
        if without_column.is_none() && parts.is_empty() && !is_default {
            return Some(Cow::Borrowed(json));
        }
        let mut own = String::with_capacity(json.len() + 128);
        own.push_str(&json[..*end_at]);
        if is_default {
            own.push_str(",\"expiry_source\":");
            quote(ExpirySource::Default.as_str(), &mut own);
        }
        own.push_str(&json[*end_at..*relation_at]);
        if !parts.is_empty() {
            own.push_str(",\"relation\":");
            quote(entry.row.relation.kind.as_str(), &mut own);
        }
        own.push_str(&json[*relation_at..*observables_at]);
        if without_column.is_some() || !parts.is_empty() {
            own.push_str(",\"observables\":");
            let parts = parts.iter().filter_map(|part| part.observable.as_ref());
            let all = without_column.into_iter().chain(parts);
            own.push_str(&parts_list(["key", "value"], all.map(|all| (&*all.key, &*all.value))));
        }
        own.push_str(&json[*observables_at..]);
        Some(Cow::Owned(own))
    }

    fn phase(&self, place: usize) -> Option<bool> {
        self.shared()?.kill_chain.map(|phases| phases[place])
    }
}

fn key_and_norm<'o>(observable: &'o Observable<'_>) -> (&'o str, &'o str) {
    (&observable.key, &observable.norm)
}

/// The ids of all rows that are not over.
fn active_ids(outcome: &Outcome<'_>, options: &Options) -> BTreeSet<Uuid> {
    let entries = entries(outcome).into_iter().filter(|entry| !is_over(entry.row));
    let id = |entry: Entry<'_>| {
        IndicatorId::new(options.source(&entry.row.source), &entry.row.stix_id).id(entry.value.map(key_and_norm))
    };
    entries.map(id).collect()
}

impl<'a> Shared<'a> {
    fn new(row: &'a Row<'a>, indicator: &IndicatorParts<'a>, has_others: bool) -> Self {
        let chain = KillChain::new(&row.context.kill_chain);
        let information = Information::new(row, indicator, &chain.others);
        let is_short = !has_others || is_short(&information.json);
        let labels = row.context.labels.iter().map(|label| Cow::Borrowed(label.as_str()));
        Self {
            description: description(indicator),
            severity: severity(indicator).map(i64::from),
            tags: json_list(labels.chain(chain.installation.then_some(INSTALLATION.into()))),
            malware: json_list(&row.context.malware),
            actors: json_list(&row.context.actors),
            kill_chain: chain.flags,
            short_information: (!is_short).then(|| Information::short(row, indicator, &chain.others)),
            information,
        }
    }
}

fn description<'a>(indicator: &IndicatorParts<'a>) -> Option<Cow<'a, str>> {
    match (indicator.name, indicator.description) {
        (Some(name), Some(description)) if name.is_empty() || description.starts_with(name) => Some(description.into()),
        (Some(name), Some(description)) => Some([name, ": ", description].concat().into()),
        (name, description) => name.or(description).map(Cow::Borrowed),
    }
}

table! { ThreatIntelligenceIndicator, record, id;
    TimeGenerated: Time = datetime_cell(record.options.time_generated.as_ref());
    TenantId: Text = record.options.workspace_id.as_deref();
    Type: Text = "ThreatIntelligenceIndicator";
    SourceSystem: Text = record.source;
    IndicatorId: Text = &*record.id.as_hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]);
    ExternalIndicatorId: Text = id;
    IndicatorProvider: Text = record.row().and_then(|row| row.context.provider.as_deref());
    Active: Boolean = record.row().is_some_and(|row| record.options.is_active(row.validity.state));
    ExpirationDateTime: Time = datetime_cell(record.expiration());
    ConfidenceScore: Real = record.row().and_then(|row| row.context.confidence).map(f64::from);
    ThreatSeverity: Integer = record.shared().and_then(|shared| shared.severity);
    ThreatType: Text = record.threat_type();
    Description: Text = record.text(|shared| shared.description.as_deref());
    AdditionalInformation: Text = record.additional_information();
    KnownFalsePositives: Text = Cell::Null;
    Tags: Text = record.text(|shared| shared.tags.as_deref());
    MalwareNames: Text = record.text(|shared| shared.malware.as_deref());
    ActivityGroupNames: Text = record.text(|shared| shared.actors.as_deref());
    Action: Text = Cell::Null;
    PassiveOnly: Boolean = Cell::Null;
    DiamondModel: Text = Cell::Null;
    TrafficLightProtocolLevel: Text = record.row().map(|row| row.tlp.map_or("unknown", tlp_level));
    KillChainReconnaissance: Boolean = record.phase(0);
    KillChainWeaponization: Boolean = record.phase(1);
    KillChainDelivery: Boolean = record.phase(2);
    KillChainExploitation: Boolean = record.phase(3);
    KillChainC2: Boolean = record.phase(4);
    KillChainActions: Boolean = record.phase(5);
    NetworkIP: Text => record.value(Slot::NetworkIP);
    NetworkSourceIP: Text => record.value(Slot::NetworkSourceIP);
    NetworkDestinationIP: Text => record.value(Slot::NetworkDestinationIP);
    NetworkCidrBlock: Text => record.value(Slot::NetworkCidrBlock);
    NetworkSourceCidrBlock: Text => record.value(Slot::NetworkSourceCidrBlock);
    NetworkDestinationCidrBlock: Text => record.value(Slot::NetworkDestinationCidrBlock);
    NetworkPort: Integer = Cell::Null;
    NetworkSourcePort: Integer => record.value(Slot::NetworkSourcePort);
    NetworkDestinationPort: Integer => record.value(Slot::NetworkDestinationPort);
    NetworkProtocol: Integer => record.value(Slot::NetworkProtocol);
    NetworkSourceAsn: Integer => record.value(Slot::NetworkSourceAsn);
    NetworkDestinationAsn: Integer = Cell::Null;
    DomainName: Text => record.value(Slot::DomainName);
    Url: Text => record.value(Slot::Url);
    UserAgent: Text => record.value(Slot::UserAgent);
    FileHashType: Text => record.value(Slot::FileHashType);
    FileHashValue: Text => record.value(Slot::FileHashValue);
    FileName: Text => record.value(Slot::FileName);
    FilePath: Text => record.value(Slot::FilePath);
    FileSize: Integer => record.value(Slot::FileSize);
    FileType: Text => record.value(Slot::FileType);
    FilePacker: Text = Cell::Null;
    FileMutexName: Text => record.value(Slot::FileMutexName);
    FileCompileDateTime: Time => record.value(Slot::FileCompileDateTime);
    FileCreatedDateTime: Time => record.value(Slot::FileCreatedDateTime);
    EmailSenderAddress: Text => record.value(Slot::EmailSenderAddress);
    EmailSenderName: Text => record.value(Slot::EmailSenderName);
    EmailSourceDomain: Text => record.value(Slot::EmailSourceDomain);
    EmailSourceIpAddress: Text => record.value(Slot::EmailSourceIpAddress);
    EmailRecipient: Text => record.value(Slot::EmailRecipient);
    EmailSubject: Text => record.value(Slot::EmailSubject);
    EmailXMailer: Text => record.value(Slot::EmailXMailer);
    EmailEncoding: Text => record.value(Slot::EmailEncoding);
    EmailLanguage: Text => record.value(Slot::EmailLanguage);
    _BilledSize: Real = Cell::Null;
    _IsBillable: Text = Cell::Null;
}
