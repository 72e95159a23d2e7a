//! Rows of the table of before 2025.

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::indicator_id::IndicatorId;
use super::information::Information;
use super::kill_chain::{INSTALLATION, KillChain, PHASES};
use super::slot::{Placed, Slot, place};
use crate::object::Indicator;
use crate::row::{Outcome, Row};
use crate::sink::sentinel::columns::table;
use crate::sink::sentinel::entry::{Entry, entries};
use crate::sink::sentinel::json_text::{json_list, parts_list, quote};
use crate::sink::sentinel::options::Options;
use crate::sink::sentinel::threat_types::{ThreatTypes, graph_type};
use crate::sink::sentinel::tlp_level::tlp_level;
use crate::sink::severity::severity;
use crate::table::Cell;

/// A row of the legacy table `ThreatIntelligenceIndicator`: a column a kind of value.
///
/// Sentinel no longer fills this table. The row is for queries, workbooks and other systems that
/// were made for it.
///
/// An indicator has a row for each value that is an indicator by itself
/// ([`standalone`](crate::row::Relation::standalone)). All other values, such as those of an `AND`,
/// are together in one row that has no value in a column, because rules match every value that they
/// find there; `AdditionalInformation` lists them. So does the row of an indicator whose pattern has
/// no value, or a value without a column.
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
/// | `ExpirationDateTime` | `valid_until`, or else the mapper's [`default_validity`](crate::row::Mapper::with_default_validity). The table wants an end; without a default there is no value |
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
/// # `IndicatorId`
///
/// Queries take the newest row by `IndicatorId` and `SourceSystem`. So that this loses no value, an
/// indicator of several rows has an id for each: version 5, in the namespace that the UUID of the
/// indicator's `id` is, of the JSON array `["feed"]`, or `["feed","key","value"]` with the row's
/// first value. An `id` that is not `indicator--` and a UUID as the standard has it is no
/// namespace: then that is `6b1f7d0e-3c52-4b8a-9f6d-2e84c0a75193`, and the `id` stands behind the
/// feed.
///
/// It stays the same in all versions of the indicator. A value that a new version no longer names
/// stays behind until its end; `ExternalIndicatorId` finds it.
///
/// # `AdditionalInformation`
///
/// `parse_json` gives an object with `pattern` and `pattern_type`; `modified` and `valid_from`;
/// `expiry_source` (`valid_until`, `default`, `revoked`: where the end comes from); `relation`, if
/// the pattern needs several values together; `reason`, if the rows do not cover all of the pattern;
/// `observables`, values without a column and parts, with `key` and `value`; `indicator_types`, if
/// there are several; `kill_chain`, phases of other chains; `external_references`.
///
/// # What is lost
///
/// - The direction and meaning of what has no column: registry keys, processes, certificates,
///   accounts, software, MAC addresses, artifacts. Their values are in `AdditionalInformation`.
/// - Numbers that 32 bits do not hold: a file of 2 GiB and more, an AS of the upper half. These too
///   are there.
/// - `amber+strict`, which becomes `amber`.
#[derive(Clone, Debug)]
pub struct ThreatIntelligenceIndicator<'a> {
    row: &'a Row<'a>,
    entry: Entry<'a>,
    options: &'a Options,
    shared: Arc<Shared<'a>>,
    /// `IndicatorId`.
    id: Uuid,
    /// The columns of the value.
    placed: Placed<'a>,
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
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).with_default_validity(chrono::TimeDelta::days(50));
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
    pub fn rows(outcome: &'a Outcome<'a>, indicator: &'a Indicator, options: &'a Options) -> Vec<Self> {
        let entries = entries(outcome);
        let Some(first) = entries.first().map(|entry| entry.row) else { return Vec::new() };
        let shared = Arc::new(Shared::new(first, indicator));
        let record = |entry: Entry<'a>| {
            let placed = entry.value.map_or([None, None], place);
            Self { row: entry.row, entry, placed, options, shared: Arc::clone(&shared), id: Uuid::nil() }
        };
        let mut records: Vec<_> = entries.into_iter().map(record).collect();
        let mut name = IndicatorId::new(options.source(&first.source), &first.stix_id);
        match &mut records[..] {
            [only] => only.id = name.id(None),
            records => records.iter_mut().for_each(|record| record.id = name.id(record.entry.value)),
        }
        records
    }

    #[inline]
    fn value(&self, slot: Slot) -> Option<&Cell<'a>> {
        self.placed.iter().flatten().find(|(own, _)| *own == slot).map(|(_, cell)| cell)
    }

    fn source(&self) -> &str {
        self.options.source(&self.row.source)
    }

    fn threat_type(&self) -> Option<Cow<'_, str>> {
        let first = self.row.context.indicator_types.first();
        match self.options.threat_types {
            ThreatTypes::Stix => first.map(|first| first.as_str().into()),
            ThreatTypes::Graph => {
                let named = self.entry.value.or(self.row.observable.as_ref());
                let object_type = named.map(|observable| &*observable.object_type);
                Some(graph_type(first, &self.row.context.labels, object_type).into())
            }
        }
    }

    fn additional_information(&self) -> Cow<'_, str> {
        let Information { json, relation_at, observables_at } = &self.shared.information;
        let without_column = self.entry.value.filter(|_| self.placed.iter().all(Option::is_none));
        let parts = &self.entry.parts;
        if without_column.is_none() && parts.is_empty() {
            return Cow::Borrowed(json);
        }
        let mut own = String::with_capacity(json.len() + 128);
        own.push_str(&json[..*relation_at]);
        if !parts.is_empty() {
            own.push_str(",\"relation\":");
            quote(self.row.relation.kind.as_str(), &mut own);
        }
        own.push_str(&json[*relation_at..*observables_at]);
        own.push_str(",\"observables\":");
        let parts = parts.iter().filter_map(|part| part.observable.as_ref());
        own.push_str(&parts_list(["key", "value"], without_column.into_iter().chain(parts)));
        own.push_str(&json[*observables_at..]);
        Cow::Owned(own)
    }

    fn phase(&self, place: usize) -> Option<bool> {
        self.shared.kill_chain.map(|phases| phases[place])
    }
}

impl<'a> Shared<'a> {
    fn new(row: &'a Row<'a>, indicator: &'a Indicator) -> Self {
        let chain = KillChain::new(&row.context.kill_chain);
        let labels = row.context.labels.iter().map(|label| Cow::Borrowed(label.as_str()));
        Self {
            description: description(indicator),
            severity: severity(indicator).map(i64::from),
            tags: json_list(labels.chain(chain.installation.then_some(INSTALLATION.into()))),
            malware: json_list(&row.context.malware),
            actors: json_list(&row.context.actors),
            kill_chain: chain.flags,
            information: Information::new(row, indicator, &chain.others),
        }
    }
}

fn description(indicator: &Indicator) -> Option<Cow<'_, str>> {
    match (indicator.name.as_deref(), indicator.description.as_deref()) {
        (Some(name), Some(description)) if name.is_empty() || description.starts_with(name) => Some(description.into()),
        (Some(name), Some(description)) => Some([name, ": ", description].concat().into()),
        (name, description) => name.or(description).map(Cow::Borrowed),
    }
}

table! { ThreatIntelligenceIndicator, record, id;
    TimeGenerated: Time = record.options.time_generated.as_ref();
    TenantId: Text = record.options.workspace_id.as_deref();
    Type: Text = "ThreatIntelligenceIndicator";
    SourceSystem: Text = record.source();
    IndicatorId: Text = &*record.id.as_hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]);
    ExternalIndicatorId: Text = id;
    IndicatorProvider: Text = record.row.context.provider.as_deref();
    Active: Boolean = record.options.is_active(record.row.validity.state);
    ExpirationDateTime: Time = record.row.validity.until.as_ref();
    ConfidenceScore: Real = record.row.context.confidence.map(f64::from);
    ThreatSeverity: Integer = record.shared.severity;
    ThreatType: Text = record.threat_type();
    Description: Text = record.shared.description.as_deref();
    AdditionalInformation: Text = record.additional_information();
    KnownFalsePositives: Text = Cell::Null;
    Tags: Text = record.shared.tags.as_deref();
    MalwareNames: Text = record.shared.malware.as_deref();
    ActivityGroupNames: Text = record.shared.actors.as_deref();
    Action: Text = Cell::Null;
    PassiveOnly: Boolean = Cell::Null;
    DiamondModel: Text = Cell::Null;
    TrafficLightProtocolLevel: Text = record.row.tlp.map_or("unknown", tlp_level);
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
