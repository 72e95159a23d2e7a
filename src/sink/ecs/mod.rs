//! Documents of the Elastic Common Schema (ECS), for Elasticsearch and the detection rules that match indicators there.
//!
//! ```
//! use stixkit::object::Indicator;
//! use stixkit::row::{Mapper, ecs};
//!
//! let indicator: Indicator = serde_json::from_str(r#"{
//!     "type": "indicator",
//!     "spec_version": "2.1",
//!     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//!     "created": "2024-05-01T10:00:00.000Z",
//!     "modified": "2024-05-01T10:00:00.000Z",
//!     "pattern": "[url:value = 'https://login.example.org/a?b']",
//!     "pattern_type": "stix",
//!     "valid_from": "2024-05-01T10:00:00Z",
//!     "confidence": 85
//! }"#)?;
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).source("example");
//! let outcome = mapper.map(&indicator);
//! let document = ecs::Document::new(&outcome.rows[0], &indicator);
//! assert_eq!(document.threat.indicator.url.domain.as_deref(), Some("login.example.org"));
//!
//! let json = serde_json::to_value(&document)?;
//! assert_eq!(json["threat"]["feed"]["name"], "example");
//! assert_eq!(json["threat"]["indicator"]["confidence"], "High");
//! assert_eq!(json["event"]["kind"], "enrichment");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Document`] is one row of an indicator. Its fields are public, so that a program can add its own tags before it
//! writes. Fields without a value are not written.
//!
//! # What becomes of a row
//!
//! | row and indicator | field |
//! |---|---|
//! | `created`, else `modified`, else `valid_from` | `@timestamp` |
//! | always | `event.kind: enrichment`, `event.category: [threat]`, `event.type: [indicator]`, `ecs.version` |
//! | source | `threat.feed.name` |
//! | id | `threat.indicator.id`, a list |
//! | name, else the value | `threat.indicator.name` |
//! | description | `threat.indicator.description` |
//! | modified | `threat.indicator.modified_at` |
//! | `valid_from` | `threat.indicator.first_seen` |
//! | confidence: none, 0, 1 to 29, 30 to 69, 70 and more | `threat.indicator.confidence`: `Not Specified`, `None`, `Low`, `Medium`, `High` |
//! | TLP | `threat.indicator.marking.tlp`, in upper case, and `marking.tlp_version` where the marking's id tells it. `WHITE` in version 1.0, `CLEAR` otherwise |
//! | provider | `threat.indicator.provider` |
//! | first URL of the external references | `threat.indicator.reference` |
//! | malware, actors | `threat.software.name`, `threat.group.name`; lists where there are several |
//! | ATT&CK tactics of the kill chain, techniques of the external references | `threat.framework`, `threat.tactic`, `threat.technique` |
//! | labels, indicator types | `tags` |
//! | pattern, its language, validity, revocation, the number of the confidence | `stix.*`, with the names of Elastic's integration for custom STIX feeds |
//! | key, value, relation, state, reason … | `stix.row.*`, with the names of [`Row::COLUMNS`], and `network` |
//!
//! | value | `threat.indicator.type` | field in `threat.indicator` |
//! |---|---|---|
//! | IP address, at either end of traffic too | `ipv4-addr`, `ipv6-addr` | `ip` |
//! | network | the same | none: the type `ip` takes no prefix length. See below |
//! | port, at either end | `port` | `port` |
//! | domain | `domain-name` | `url.domain` |
//! | what a domain resolves to | `domain-name` | none |
//! | URL | `url` | `url.full`, `url.original` and its parts, but never `ip`: a URL is not its host |
//! | number, name of an autonomous system | `autonomous-system` | `as.number`, `as.organization.name` |
//! | hash of a file | `file` | `file.hash.*`: MD5, SHA-1, SHA-256, SHA-384, SHA-512, SHA3-256, SHA3-512, SSDEEP, TLSH, VHASH; `file.pe.imphash` |
//! | name, size, MIME type, creation of a file | `file` | `file.name`, `file.size`, `file.mime_type`, `file.created` |
//! | directory of a file; by itself | `file`; `directory` | `file.directory`; `file.path` |
//! | registry key | `windows-registry-key` | `registry.path` with the hive's short name, `registry.hive`, `registry.key` |
//! | name, data of a registry value | `windows-registry-key` | `registry.value`, `registry.data.strings` |
//! | certificate's serial number, issuer, subject | `x509-certificate` | `x509.serial_number` in upper case without colons, `x509.issuer.*`, `x509.subject.*` with their parts |
//! | e-mail address, at either end of a message too | `email-addr` | `email.address` |
//! | MAC address, mutex, process, user account, software, artifact, certificate's hash | `mac-addr`, `mutex` … | none |
//! | anything else of traffic or of a message: user agent, subject … | none | none |
//!
//! Addresses, domains, hashes and users stand in `related.*` too, for searching.
//!
//! # What is not matched
//!
//! Elastic's rules match a document by the fields of the second table. ECS cannot say that an indicator was revoked, has
//! expired, or that a value means something only together with others. So **only a row that is
//! [`standalone`](Row::standalone) and neither revoked nor expired has these fields**. The document of any other row is
//! there for people: it has everything else, the value in `stix.row.value`, and a tag that says why:
//!
//! | tag | meaning |
//! |---|---|
//! | `stix:part` | the value is a part of what the pattern asks for |
//! | `stix:pattern` | the pattern has no value: other operators, several observations, another language |
//! | `stix:revoked`, `stix:expired` | the indicator is no longer good |
//! | `stix:pending` | it is not good yet; it is matched all the same, unless the caller leaves such rows out |
//!
//! Written under the same `_id`, such a document replaces the one that was matched: feed, STIX id, key and value make one
//! that the versions of an indicator share.
//!
//! # What is lost
//!
//! - **The prefix of networks.** No field of ECS holds a network, and the first address alone would be another indicator.
//!   The network is in `stix.row.network`: mapped as `ip_range`, it is found by the addresses in it, though not by
//!   Elastic's rules.
//! - The direction of addresses and ports: these fields have none. It is in `stix.row.direction`.
//! - When validity ends: in `stix.ioc_expiration_date`, with the reason beside it. Revocation comes first (rule R3).
//! - Kill chains other than ATT&CK's; severity; all external references but the first URL.
//! - Values that have not the form that a field's type requires stand in `stix.row.value` alone.

mod fields;

use std::borrow::Cow;

use super::document::{filled, labels, matchable, references, standard, unique};
use super::meaning::{Meaning, algorithm};
use super::split::{UrlParts, distinguished_name};
use super::{document, kill_chain};
use crate::Timestamp;
use crate::object::{Indicator, Tlp};
use crate::row::{Direction, ExpirySource, Observable, Outcome, Reason, Row, State, ValueKind};
use crate::vocab::IndicatorType;

pub use fields::{
    AutonomousSystem, DistinguishedName, Document, Ecs, Email, Event, File, Hash, Marking, Named, Names, Pe, Registry,
    RegistryData, Related, Stix, StixRow, Subtechniques, Tactics, Techniques, Threat, ThreatIndicator, Url, X509,
};

/// The version of ECS that has all fields of these documents.
pub const VERSION: &str = "8.17.0";

impl<'a> Document<'a> {
    /// The document for a row of an indicator.
    ///
    /// ```
    /// use stixkit::row::{Mapper, ecs};
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[file:name = 'a.exe' AND file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[file:name = 'a.exe' AND file:size = 5]`: files of this name there may be many.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?);
    /// let outcome = mapper.map(&indicator);
    /// let document = ecs::Document::new(&outcome.rows[0], &indicator);
    /// assert_eq!(document.threat.indicator.file.name, None);
    /// assert_eq!(document.stix.row.value.as_deref(), Some("a.exe"));
    /// assert!(document.tags.iter().any(|tag| tag == "stix:part"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(row: &'a Row<'_>, indicator: &'a Indicator) -> Self {
        let mut document = Self::about(row, indicator);
        document.set_row(row);
        document
    }

    /// The documents for all rows of an indicator. Where these are many, this takes less time than one by one.
    pub fn all(outcome: &'a Outcome<'_>, indicator: &'a Indicator) -> impl Iterator<Item = Self> {
        document::each(&outcome.rows, move |row| Self::about(row, indicator), Self::set_row)
    }

    /// What is the same in all rows of the indicator.
    fn about(row: &'a Row<'_>, indicator: &'a Indicator) -> Self {
        let created = indicator.common.created.as_ref().or(row.modified.as_ref());
        Self {
            timestamp: standard(created.unwrap_or(&indicator.valid_from)),
            ecs: Ecs { version: VERSION },
            event: Event { kind: "enrichment", category: vec!["threat"], event_type: vec!["indicator"] },
            tags: labels(row, &row.indicator_types),
            threat: Threat::about(row, indicator),
            related: Related::default(),
            stix: Stix::about(row),
        }
    }

    fn set_row(&mut self, row: &'a Row<'_>) {
        self.tags.extend(tags(row).into_iter().flatten().map(Cow::Borrowed));
        self.stix.row = StixRow::new(row);
        let indicator = &mut self.threat.indicator;
        if let Some(observable) = &row.observable {
            indicator.indicator_type = indicator_type(observable);
            if indicator.name.is_none() {
                indicator.name = filled(Some(&observable.norm)).map(Cow::Borrowed);
            }
            self.related.add(observable);
        }
        if let Some(observable) = matchable(row) {
            indicator.set_value(observable);
            let is_network = observable.kind == ValueKind::Cidr;
            self.stix.row.network = is_network.then_some(Cow::Borrowed(&*observable.norm));
        }
    }
}

/// What is special about the row.
fn tags(row: &Row<'_>) -> [Option<&'static str>; 2] {
    let value = match (&row.observable, row.standalone) {
        (None, _) => Some("stix:pattern"),
        (Some(_), false) => Some("stix:part"),
        (Some(_), true) => None,
    };
    let state = match row.state {
        State::Revoked => Some("stix:revoked"),
        State::Expired => Some("stix:expired"),
        State::Pending => Some("stix:pending"),
        State::Active | State::Observed => None,
    };
    [value, state]
}

/// The words that ECS expects for the type of an indicator.
const TYPES: &[&str] = &[
    "autonomous-system",
    "artifact",
    "directory",
    "domain-name",
    "email-addr",
    "file",
    "ipv4-addr",
    "ipv6-addr",
    "mac-addr",
    "mutex",
    "port",
    "process",
    "software",
    "url",
    "user-account",
    "windows-registry-key",
    "x509-certificate",
];

/// The type by what the value is, or else by where it stands.
fn indicator_type<'a>(observable: &'a Observable<'_>) -> Option<Cow<'a, str>> {
    let name = match (Meaning::of(observable), observable.kind) {
        (Meaning::Address | Meaning::Network, _) => {
            if observable.norm.contains(':') {
                "ipv6-addr"
            } else {
                "ipv4-addr"
            }
        }
        (Meaning::Port, _) => "port",
        (Meaning::Domain, _) => "domain-name",
        (_, ValueKind::Email) => "email-addr",
        (_, ValueKind::Mac) => "mac-addr",
        _ => &observable.object_type,
    };
    TYPES.contains(&name).then_some(Cow::Borrowed(name))
}

impl<'a> Threat<'a> {
    fn about(row: &'a Row<'_>, indicator: &'a Indicator) -> Self {
        let (tactic_ids, tactics): (Vec<_>, Vec<_>) =
            unique(row.kill_chain.iter().filter_map(kill_chain::tactic)).into_iter().unzip();
        let ids = || kill_chain::techniques(indicator);
        let techniques = unique(ids().map(|id| id.split_once('.').map_or(id, |(technique, _)| technique)));
        let subtechniques = unique(ids().filter(|id| id.contains('.')));
        let has_attack = !tactics.is_empty() || !techniques.is_empty();
        Self {
            feed: Named { name: filled(Some(&row.source)).map(Cow::Borrowed) },
            indicator: ThreatIndicator::about(row, indicator),
            software: Names { name: row.malware.iter().map(|name| Cow::Borrowed(&**name)).collect() },
            group: Names { name: row.actors.iter().map(|name| Cow::Borrowed(&**name)).collect() },
            framework: has_attack.then_some("MITRE ATT&CK"),
            tactic: Tactics { id: tactic_ids.into_iter().flatten().collect(), name: tactics },
            technique: Techniques {
                id: techniques.into_iter().map(Cow::Borrowed).collect(),
                subtechnique: Subtechniques { id: subtechniques.into_iter().map(Cow::Borrowed).collect() },
            },
        }
    }
}

impl<'a> ThreatIndicator<'a> {
    fn about(row: &'a Row<'_>, indicator: &'a Indicator) -> Self {
        Self {
            id: vec![row.stix_id.to_string()],
            name: filled(row.name.as_deref()).map(Cow::Borrowed),
            description: filled(row.description.as_deref()).map(Cow::Borrowed),
            first_seen: row.valid_from.as_ref().map(standard),
            modified_at: row.modified.as_ref().map(standard),
            confidence: Some(confidence(row.confidence)),
            marking: row.tlp.map(|tlp| Marking::new(tlp, indicator)).unwrap_or_default(),
            provider: row.provider.as_deref().map(Cow::Borrowed),
            reference: references(indicator).next().map(Cow::Borrowed),
            ..Self::default()
        }
    }

    /// Sets the fields that rules match.
    fn set_value(&mut self, observable: &'a Observable<'_>) {
        let text = || Some(Cow::Borrowed(&*observable.norm));
        match Meaning::of(observable) {
            Meaning::Address => self.ip = text(),
            Meaning::Port => self.port = observable.norm.parse().ok(),
            Meaning::Domain => self.url.domain = text(),
            Meaning::Url => self.url = Url::new(&observable.value),
            Meaning::AsNumber => self.autonomous_system.number = observable.norm.parse().ok(),
            Meaning::AsName => self.autonomous_system.organization.name = text(),
            Meaning::FileHash => self.file.set_hash(observable),
            Meaning::FileName => self.file.name = text(),
            Meaning::FileDirectory => self.file.directory = text(),
            Meaning::Directory => self.file.path = text(),
            Meaning::FileSize => self.file.size = observable.norm.parse().ok(),
            Meaning::FileMimeType => self.file.mime_type = text(),
            Meaning::FileCreated => self.file.created = Timestamp::parse_text(&observable.value).as_ref().map(standard),
            Meaning::RegistryKey => self.registry.set_key(&observable.norm),
            Meaning::RegistryValueName => self.registry.value = text(),
            Meaning::RegistryValueData => self.registry.data.strings.extend(text()),
            Meaning::CertificateSerial => self.x509.serial_number = Some(serial_number(&observable.norm)),
            Meaning::CertificateIssuer => self.x509.issuer = DistinguishedName::new(&observable.norm),
            Meaning::CertificateSubject => self.x509.subject = DistinguishedName::new(&observable.norm),
            Meaning::EmailAddress
            | Meaning::EmailFrom
            | Meaning::EmailSender
            | Meaning::EmailTo
            | Meaning::EmailCopy => self.email.address = text(),
            Meaning::Network
            | Meaning::ResolvedAddress
            | Meaning::OtherHash
            | Meaning::CommandLine
            | Meaning::ProcessName
            | Meaning::CertificateHash
            | Meaning::User
            | Meaning::Vulnerability
            | Meaning::EmailOrigin
            | Meaning::EmailSubject
            | Meaning::EmailText
            | Meaning::UserAgent
            | Meaning::Referrer
            | Meaning::Other => {}
        }
    }
}

/// The word of the scale with four steps that STIX recommends (rule R4).
fn confidence(confidence: Option<u8>) -> &'static str {
    match confidence {
        None => "Not Specified",
        Some(0) => "None",
        Some(1..=29) => "Low",
        Some(30..=69) => "Medium",
        Some(70..) => "High",
    }
}

impl Marking {
    fn new(tlp: Tlp, indicator: &Indicator) -> Self {
        let version = tlp_version(tlp, indicator);
        let word = match tlp {
            Tlp::Clear if version == Some("1.0") => "WHITE",
            Tlp::Clear => "CLEAR",
            Tlp::Green => "GREEN",
            Tlp::Amber => "AMBER",
            Tlp::AmberStrict => "AMBER+STRICT",
            Tlp::Red => "RED",
        };
        Self { tlp: Some(word), tlp_version: version }
    }
}

/// The version of the marking that has this level, if its id says so; the newer one where both are there.
fn tlp_version(tlp: Tlp, indicator: &Indicator) -> Option<&'static str> {
    /// The four markings of STIX itself.
    const VERSION_1: [u128; 4] = [
        0x613f2e26_407d_48c7_9eca_b8e91df99dc9,
        0x34098fce_860f_48ae_8e50_ebd3cc5e41da,
        0xf88d31f6_486f_44da_b317_01333bde0b82,
        0x5e57c739_391a_4eb3_b6be_7d15ca92d5ed,
    ];
    if tlp == Tlp::AmberStrict {
        return Some("2.0");
    }
    let common = &indicator.common;
    let of_parts = common.granular_markings.iter().filter_map(|marking| marking.marking_ref.as_ref());
    let ids = common.object_marking_refs.iter().chain(of_parts);
    let own = ids.filter(|id| Tlp::from_marking_id(id) == Some(tlp)).filter_map(|id| id.uuid());
    own.map(|uuid| if VERSION_1.contains(&uuid.as_u128()) { "1.0" } else { "2.0" }).max()
}

impl<'a> File<'a> {
    fn set_hash(&mut self, observable: &'a Observable<'_>) {
        let field = match algorithm(&observable.key) {
            "MD5" => &mut self.hash.md5,
            "SHA-1" => &mut self.hash.sha1,
            "SHA-256" => &mut self.hash.sha256,
            "SHA-384" => &mut self.hash.sha384,
            "SHA-512" => &mut self.hash.sha512,
            "SSDEEP" => &mut self.hash.ssdeep,
            "TLSH" => &mut self.hash.tlsh,
            "SHA3-256" => &mut self.hash.sha3_256,
            "SHA3-512" => &mut self.hash.sha3_512,
            "VHASH" => &mut self.hash.vhash,
            "IMPHASH" => &mut self.pe.imphash,
            // Names that strangers choose would make fields without number in an index.
            _ => return,
        };
        *field = Some(Cow::Borrowed(&observable.norm));
    }
}

impl<'a> Url<'a> {
    fn new(url: &'a str) -> Self {
        let whole = Self { full: Some(Cow::Borrowed(url)), original: Some(Cow::Borrowed(url)), ..Self::default() };
        let Some(parts) = UrlParts::parse(url) else { return whole };
        Self {
            scheme: Some(lower(parts.scheme)),
            domain: host(&parts),
            port: parts.port,
            path: filled(Some(parts.path)).map(Cow::Borrowed),
            query: parts.query.map(Cow::Borrowed),
            fragment: parts.fragment.map(Cow::Borrowed),
            extension: parts.extension().map(Cow::Borrowed),
            username: parts.username.map(Cow::Borrowed),
            password: parts.password.map(Cow::Borrowed),
            ..whole
        }
    }
}

fn host<'u>(parts: &UrlParts<'u>) -> Option<Cow<'u, str>> {
    filled(Some(parts.host.strip_suffix('.').unwrap_or(parts.host))).map(lower)
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The hives with their short names.
const HIVES: &[(&str, &str)] = &[
    ("HKEY_LOCAL_MACHINE", "HKLM"),
    ("HKEY_CURRENT_USER", "HKCU"),
    ("HKEY_CLASSES_ROOT", "HKCR"),
    ("HKEY_USERS", "HKU"),
    ("HKEY_CURRENT_CONFIG", "HKCC"),
];

impl<'a> Registry<'a> {
    fn set_key(&mut self, written: &'a str) {
        let (hive, key) = written.split_once('\\').unwrap_or((written, ""));
        let known = HIVES.iter().find(|(long, short)| [long, short].iter().any(|own| own.eq_ignore_ascii_case(hive)));
        let Some((_, short)) = known else {
            self.path = Some(Cow::Borrowed(written));
            return;
        };
        self.hive = Some(short);
        self.key = filled(Some(key)).map(Cow::Borrowed);
        self.path = Some(if hive == *short {
            Cow::Borrowed(written)
        } else {
            // With the backslash that may be there.
            Cow::Owned(format!("{short}{}", &written[hive.len()..]))
        });
    }
}

/// Hexadecimal digits without colons and in upper case, as ECS has them.
fn serial_number(number: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    if number.bytes().all(is_plain) || !number.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') {
        return Cow::Borrowed(number);
    }
    Cow::Owned(number.replace(':', "").to_ascii_uppercase())
}

impl<'a> DistinguishedName<'a> {
    fn new(name: &'a str) -> Self {
        let mut own = Self { distinguished_name: Some(Cow::Borrowed(name)), ..Self::default() };
        for (kind, value) in distinguished_name(name) {
            let list = match &*kind {
                "CN" => &mut own.common_name,
                "O" => &mut own.organization,
                "OU" => &mut own.organizational_unit,
                "L" => &mut own.locality,
                "ST" | "S" | "P" => &mut own.state_or_province,
                "C" => &mut own.country,
                _ => continue,
            };
            list.push(value);
        }
        own
    }
}

impl<'a> Related<'a> {
    fn add(&mut self, observable: &'a Observable<'_>) {
        if observable.norm.is_empty() {
            return;
        }
        let text = Cow::Borrowed(&*observable.norm);
        match Meaning::of(observable) {
            Meaning::Address => self.ip.push(text),
            Meaning::ResolvedAddress if observable.kind != ValueKind::Cidr => self.ip.push(text),
            Meaning::Domain => self.hosts.push(text),
            Meaning::FileHash | Meaning::CertificateHash | Meaning::OtherHash => self.hash.push(text),
            Meaning::User
            | Meaning::EmailAddress
            | Meaning::EmailFrom
            | Meaning::EmailSender
            | Meaning::EmailTo
            | Meaning::EmailCopy => self.user.push(text),
            Meaning::Url => {
                let host = UrlParts::parse(&observable.value).and_then(|parts| host(&parts));
                match host {
                    Some(host) if address(&host).is_some() => self.ip.extend(address(&host).map(Cow::Owned)),
                    host => self.hosts.extend(host),
                }
            }
            _ => {}
        }
    }
}

/// The address that a host is, if it is one.
fn address(host: &str) -> Option<String> {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    inner.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
}

impl<'a> Stix<'a> {
    fn about(row: &'a Row<'_>) -> Self {
        Self {
            pattern: Cow::Borrowed(&row.pattern),
            pattern_type: Cow::Borrowed(row.pattern_type.as_str()),
            confidence: row.confidence,
            indicator_types: row.indicator_types.iter().map(IndicatorType::as_str).map(Cow::Borrowed).collect(),
            valid_from: row.valid_from.as_ref().map(standard),
            valid_until: row.valid_until.as_ref().map(standard),
            revoked: (row.state == State::Revoked).then_some(true),
            ioc_expiration_date: document::end(row),
            ioc_expiration_reason: row.expiry_source.map(ExpirySource::as_str),
            row: StixRow::default(),
        }
    }
}

impl<'a> StixRow<'a> {
    fn new(row: &'a Row<'_>) -> Self {
        let observable = row.observable.as_ref();
        Self {
            key: observable.map(|observable| Cow::Borrowed(&*observable.key)),
            value: observable.map(|observable| Cow::Borrowed(&*observable.value)),
            value_norm: observable.map(|observable| Cow::Borrowed(&*observable.norm)),
            value_kind: observable.map(|observable| observable.kind.as_str()),
            direction: observable.and_then(|observable| observable.direction).map(Direction::as_str),
            network: None,
            relation: Some(row.relation.as_str()),
            group: row.group().map(|group| group.to_string()),
            standalone: Some(row.standalone),
            state: Some(row.state.as_str()),
            reason: row.reason.as_ref().map(Reason::code),
        }
    }
}
