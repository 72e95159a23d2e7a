//! Rows of the table of before 2025.

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::indicator_id::IndicatorId;
use super::information::Information;
use super::kill_chain::{INSTALLATION, KillChain, PHASES};
use super::slot::{Placed, Slot, Slots, place};
use crate::object::Indicator;
use crate::row::{Class, Observable, Outcome, Row, RowKind};
use crate::sink::sentinel::columns::table;
use crate::sink::sentinel::json_text::{json_list, quote};
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
/// An indicator has a row for each of its values. Values that are joined by `AND` stand in **one**
/// row; where two of them have the same column (two hashes of a file) the most telling one goes
/// there, and each further one starts another row. A row without any value is that of an indicator
/// whose pattern has none, or none with a column.
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
/// | `NetworkIP`, `NetworkCidrBlock` | `ipv4-addr:value`, `ipv6-addr:value`; inside `AND` also what a domain resolves to |
/// | `NetworkSourceIP`, `NetworkSourceCidrBlock`, `NetworkDestinationIP`, `NetworkDestinationCidrBlock` | `network-traffic:src_ref.value`, `dst_ref.value` |
/// | `NetworkSourcePort`, `NetworkDestinationPort` | `network-traffic:src_port`, `dst_port` |
/// | `NetworkProtocol` | `network-traffic:protocols[*]`, as IANA's number: `tcp` is 6. `http` has none |
/// | `NetworkSourceAsn` | `autonomous-system:number`, which has no direction: there is no other column. Inside `AND` also that of an address |
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
/// `expiry_source` (`valid_until`, `default`, `revoked`: where the end comes from); of a part
/// `relation` and `"standalone": false`; `reason`, where rows do not say all that the pattern says;
/// `observables`, values without a column, with `key` and `value`; `indicator_types`, where there
/// are several; `kill_chain`, phases of other chains; `external_references`.
///
/// # What is lost
///
/// - The direction and meaning of what has no column: registry keys, processes, certificates,
///   accounts, software, MAC addresses, artifacts. Their values are in `AdditionalInformation`.
/// - Numbers that 32 bits do not hold: a file of 2 GiB and more, an AS of the upper half. These too
///   are there.
/// - `amber+strict`, which becomes `amber`.
/// - What joins the values of a row: a rule that looks at one column takes a part for the whole. A
///   mapper in [`SplitMode::Exact`](crate::row::SplitMode::Exact) gives no parts.
#[derive(Clone, Debug)]
pub struct ThreatIntelligenceIndicator<'a> {
    row: &'a Row<'a>,
    options: &'a Options,
    shared: Arc<Shared<'a>>,
    /// `IndicatorId`.
    id: Uuid,
    /// The first value, which is part of the row's id, with its columns.
    first: Option<Value<'a>>,
    /// The values that stand beside it, which most rows have none of.
    others: Vec<Value<'a>>,
    /// The slots that have a value: most have none, which is quicker to see here than among the
    /// values.
    slots: Slots,
}

/// A value, and where it goes.
type Value<'a> = (&'a Observable<'a>, Placed<'a>);

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
    /// The rows of an indicator, one at least. `outcome` is what a mapper made of `indicator`; rows
    /// of bare observables, of which nobody says that they mean anything, are left out.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    /// use stixkit::sink::sentinel::{Options, ThreatIntelligenceIndicator};
    /// use stixkit::table::JsonLine;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "pattern": "[ipv4-addr:value = '192.0.2.1' AND domain-name:value = 'a.example.org']",
    /// #     "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[ipv4-addr:value = '192.0.2.1' AND domain-name:value = 'a.example.org']`.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).with_default_validity(chrono::TimeDelta::days(50));
    /// let (outcome, options) = (mapper.map(&indicator), Options::new());
    /// let rows = ThreatIntelligenceIndicator::rows(&outcome, &indicator, &options);
    /// assert_eq!(rows.len(), 1);
    ///
    /// let json = serde_json::to_value(&JsonLine(&rows[0]))?;
    /// assert_eq!((&json["NetworkIP"], &json["DomainName"]), (&"192.0.2.1".into(), &"a.example.org".into()));
    /// assert_eq!(json["ExpirationDateTime"], "2024-06-20T10:00:00.000Z");
    /// assert!(json["AdditionalInformation"].as_str().unwrap().contains(r#""expiry_source":"default""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rows(outcome: &'a Outcome<'a>, indicator: &'a Indicator, options: &'a Options) -> Vec<Self> {
        let rows = || outcome.rows.iter().filter(|row| row.kind == RowKind::Indicator);
        let Some(first) = rows().next() else { return Vec::new() };
        let shared = Arc::new(Shared::new(first, indicator));
        let record = |row| Self {
            row,
            options,
            shared: Arc::clone(&shared),
            id: Uuid::nil(),
            first: None,
            others: Vec::new(),
            slots: Slots::default(),
        };
        let mut records = Vec::with_capacity(outcome.rows.len());
        if outcome.class == Class::AllOf {
            // How many records have a value in a column: the next value for it goes into the one
            // behind.
            let mut taken = [0_usize; Slot::ALL.len()];
            let (primary, others): (Vec<_>, Vec<_>) = rows().partition(|row| row.relation.primary);
            let is_part = outcome.rows.len() > 1;
            records.push(record(first));
            for observable in primary.into_iter().chain(others).filter_map(|row| row.observable.as_ref()) {
                let placed = place(observable, is_part);
                let slots = placed.iter().flatten().map(|(slot, _)| *slot as usize);
                let number = slots.clone().map(|slot| taken[slot]).max().unwrap_or(0);
                slots.for_each(|slot| taken[slot] = number + 1);
                if number == records.len() {
                    records.push(record(first));
                }
                records[number].add(observable, placed);
            }
        } else {
            records.extend(rows().map(|row| {
                let mut record = record(row);
                if let Some(observable) = &row.observable {
                    record.add(observable, place(observable, false));
                }
                record
            }));
        }
        let mut name = IndicatorId::new(options.source(&first.source), &first.stix_id);
        match &mut records[..] {
            [only] => only.id = name.id(None),
            records => records.iter_mut().for_each(|record| record.id = name.id(record.first())),
        }
        records
    }

    fn add(&mut self, observable: &'a Observable<'a>, placed: Placed<'a>) {
        placed.iter().flatten().for_each(|(slot, _)| self.slots.add(*slot));
        match &self.first {
            None => self.first = Some((observable, placed)),
            Some(_) => self.others.push((observable, placed)),
        }
    }

    #[inline]
    fn value(&self, slot: Slot) -> Option<&Cell<'a>> {
        if self.slots.contains(slot) { self.find(slot) } else { None }
    }

    fn find(&self, slot: Slot) -> Option<&Cell<'a>> {
        let mut placed = self.values().flat_map(|(_, placed)| placed).flatten();
        placed.find(|(own, _)| *own == slot).map(|(_, cell)| cell)
    }

    fn source(&self) -> &str {
        self.options.source(&self.row.source)
    }

    fn values(&self) -> impl Iterator<Item = &Value<'a>> {
        self.first.iter().chain(&self.others)
    }

    fn first(&self) -> Option<&'a Observable<'a>> {
        self.first.as_ref().map(|(observable, _)| *observable)
    }

    fn threat_type(&self) -> Option<Cow<'_, str>> {
        let first = self.row.context.indicator_types.first();
        match self.options.threat_types {
            ThreatTypes::Stix => first.map(|first| first.as_str().into()),
            ThreatTypes::Graph => {
                let object_type = self.first().map(|observable| &*observable.object_type);
                Some(graph_type(first, &self.row.context.labels, object_type).into())
            }
        }
    }

    fn additional_information(&self) -> Cow<'_, str> {
        let Information { json, relation_at, observables_at } = &self.shared.information;
        let is_part = self.first.is_some() && !self.row.relation.standalone;
        let is_without_column = |(_, placed): &&Value<'_>| placed.iter().all(Option::is_none);
        let mut without_column = self.values().filter(is_without_column).peekable();
        if !is_part && without_column.peek().is_none() {
            return Cow::Borrowed(json);
        }
        let mut own = String::with_capacity(json.len() + 128);
        own.push_str(&json[..*relation_at]);
        if is_part {
            own.push_str(",\"relation\":");
            quote(self.row.relation.kind.as_str(), &mut own);
            own.push_str(",\"standalone\":false");
        }
        own.push_str(&json[*relation_at..*observables_at]);
        if without_column.peek().is_some() {
            own.push_str(",\"observables\":[");
            while let Some((observable, _)) = without_column.next() {
                own.push_str("{\"key\":");
                quote(&observable.key, &mut own);
                own.push_str(",\"value\":");
                quote(&observable.value, &mut own);
                own.push_str(if without_column.peek().is_some() { "}," } else { "}]" });
            }
        }
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
