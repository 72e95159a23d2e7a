//! Objects of the Open Cybersecurity Schema Framework (OCSF): `osint`, for data lakes.
//!
//! ```
//! use stixkit::object::Indicator;
//! use stixkit::row::Mapper;
//! use stixkit::sink::ocsf;
//!
//! let indicator: Indicator = serde_json::from_str(r#"{
//!     "type": "indicator",
//!     "spec_version": "2.1",
//!     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//!     "created": "2024-05-01T10:00:00.000Z",
//!     "modified": "2024-05-01T10:00:00.000Z",
//!     "pattern": "[ipv4-addr:value = '198.51.100.0/24']",
//!     "pattern_type": "stix",
//!     "valid_from": "2024-05-01T10:00:00Z",
//!     "confidence": 85
//! }"#)?;
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).with_source("example");
//! let outcome = mapper.map(&indicator);
//! let osint = ocsf::Osint::new(&outcome.rows[0], &indicator);
//! assert_eq!((osint.type_id, &*osint.value), (1, "198.51.100.0/24"));
//!
//! let json = serde_json::to_value(&osint)?;
//! assert_eq!(json["type"], "IP Address");
//! assert_eq!(json["subnet"], "198.51.100.0/24");
//! assert_eq!(json["confidence"], "High");
//! assert_eq!(json["created_time"], 1714557600000_i64);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`Osint`] is one row of an indicator. Its fields are public; a program that knows when it
//! took the indicator in sets [`uploaded_time`](Osint::uploaded_time). Fields without a value are
//! not written.
//!
//! # What becomes of a row
//!
//! | row and indicator | attribute |
//! |---|---|
//! | value in its normal form | `value`, `type_id` and `type`: see below |
//! | id | `uid`; the same in all rows of an indicator |
//! | name and description | `desc`, as `name: description`: `name` is not a title in OCSF |
//! | pattern and its language | `detection_pattern`, `detection_pattern_type_id`, `detection_pattern_type` |
//! | `created`, modified | `created_time`, `modified_time`. All times are milliseconds since 1970 |
//! | `valid_until`; of a revoked indicator the version that revokes it, whatever `valid_until` says | `expiration_time` |
//! | confidence: none, 0, 1 to 29, 30 to 69, 70 and more | `confidence_id`: 0 Unknown, 99 with `None` in `confidence`, 1 Low, 2 Medium, 3 High |
//! | severity of Sentinel's extension, 0 to 5 | `severity_id`: 1 Informational for 0 and 1, 2 Low, 3 Medium, 4 High, 5 Critical |
//! | TLP | `tlp`, in upper case: `AMBER STRICT` with a space |
//! | source, or else provider | `vendor_name` |
//! | `created_by_ref` and provider | `creator`: `uid` and `name` |
//! | first indicator type | `category` |
//! | labels, the other indicator types | `labels` |
//! | Lockheed Martin phases | `kill_chain` |
//! | ATT&CK tactics of the kill chain, techniques of the external references | `attacks` |
//! | malware, tools | `malware`, of unknown classification |
//! | the first actor | `threat_actor` |
//! | URLs of the external references | `references`, the first one `src_url` |
//!
//! | value | `type_id` | object beside it |
//! |---|---|---|
//! | IP address, at either end of traffic too; what a domain resolves to; `X-Originating-IP` | 1 IP Address | |
//! | network | 1 | `subnet` |
//! | domain; of one label | 2 Domain; 3 Hostname | |
//! | hash | 4 Hash | `file.hashes`, of a file's |
//! | URL | 5 URL | |
//! | user agent | 6 User Agent | |
//! | certificate's hash, serial number, issuer, subject | 7 Digital Certificate | |
//! | subject and other text of a message | 8 Email | |
//! | e-mail address, at either end of a message too | 9 Email Address | `email.from`, `email.to` where the end is known |
//! | software whose name is a CVE number | 10 Vulnerability | |
//! | name, directory of a file; directory; name of a process | 11 File | `file`, of a file's name |
//! | registry key; name, data of a value | 12 Registry Key; 13 Registry Value | |
//! | command line | 14 Command Line | |
//! | number, name of an autonomous system | 99 Other | `autonomous_system` |
//! | anything else | 99 | |
//! | **part of an `AND`** | 99, `type` is `STIX Comparison` | |
//! | no value | 0 Unknown | |
//!
//! Where `type_id` is 99, `type` is the key, `mutex:name`.
//!
//! # What is not matched
//!
//! An object with a `type_id` and a `value` is an indicator to whoever reads it. So **a value that
//! is only a part of what the pattern asks for is not given as one**: `value` is then the
//! comparison, with the value as text, `network-traffic:dst_port = '443'`, and there is no object
//! beside it. Where the pattern has no value, `value`, which OCSF requires, is the pattern. A
//! revoked or expired indicator keeps its value, and has an `expiration_time` that says so.
//!
//! # What is lost
//!
//! - That an indicator was revoked, other than by its `expiration_time`, and when it begins to be
//!   good: leave out rows whose [`state`](crate::row::Validity::state) is `Pending` if they are not
//!   to be matched yet.
//! - A type for mutexes, ports, autonomous systems, MAC addresses and others: only the text in
//!   `type` tells them apart.
//! - At which end of traffic an address or a port stands, which `detection_pattern` says.
//! - The confidence as a number, the version of the TLP, other kill chains, references without URL,
//!   all actors but the first.
//! - OCSF requires a name of every `file`. A hash knows none, and none is made up.
//! - Whois, locations and reputation: an indicator does not know them.

use std::borrow::Cow;

use super::instant::end;
use super::kill_chain;
use super::matchable::{is_over, matchable};
use super::meaning::{Meaning, algorithm, header_address};
use super::parts::parts;
use super::per_row::document_per_row;
use super::severity::severity;
use super::text::{filled, labels, references, summary, unique};
use crate::Timestamp;
use crate::object::{Indicator, Tlp};
use crate::row::{Observable, Outcome, Row, RowKind, ValueKind};
use crate::vocab::PatternType;

/// An object `osint`. See [the module](self) for what becomes of a row.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Osint<'a> {
    /// What the value is.
    pub type_id: u8,
    /// `type`: the same in words.
    pub type_name: Cow<'a, str>,
    /// The value.
    pub value: Cow<'a, str>,
    /// The STIX identifier.
    pub uid: String,
    /// Name and description.
    pub desc: Option<Cow<'a, str>>,
    /// The first indicator type.
    pub category: Option<Cow<'a, str>>,
    /// Labels, and the other indicator types.
    pub labels: Vec<Cow<'a, str>>,
    /// How sure the producer is: 0 Unknown, 1 Low, 2 Medium, 3 High, 99 Other.
    pub confidence_id: u8,
    /// The same in words.
    pub confidence: &'static str,
    /// How severe it is: 1 Informational to 5 Critical.
    pub severity_id: Option<u8>,
    /// The same in words.
    pub severity: Option<&'static str>,
    /// With whom it may be shared.
    pub tlp: Option<&'static str>,
    /// When the indicator was made, as all times in milliseconds since 1970.
    pub created_time: Option<i64>,
    /// When this version was made.
    pub modified_time: Option<i64>,
    /// When it ceases to be good.
    pub expiration_time: Option<i64>,
    /// When it was taken in, which no row knows.
    pub uploaded_time: Option<i64>,
    /// The feed.
    pub vendor_name: Option<Cow<'a, str>>,
    /// Who made the indicator.
    pub creator: User<'a>,
    /// The whole pattern, as written.
    pub detection_pattern: Cow<'a, str>,
    /// Its language: 1 STIX, 2 PCRE, 3 SIGMA, 4 Snort, 5 Suricata, 6 YARA, 99 Other.
    pub detection_pattern_type_id: u8,
    /// The same in words.
    pub detection_pattern_type: Cow<'a, str>,
    /// Phases of the Lockheed Martin Cyber Kill Chain.
    pub kill_chain: Vec<KillChainPhase<'a>>,
    /// Tactics and techniques of ATT&CK.
    pub attacks: Vec<Attack<'a>>,
    /// Malware and tools that it indicates.
    pub malware: Vec<Malware<'a>>,
    /// The threat actor, intrusion set or campaign that it indicates.
    pub threat_actor: Option<ThreatActor<'a>>,
    /// Where to read more.
    pub references: Vec<Cow<'a, str>>,
    /// The first of these.
    pub src_url: Option<Cow<'a, str>>,
    /// A network.
    pub subnet: Option<Cow<'a, str>>,
    /// An autonomous system.
    pub autonomous_system: AutonomousSystem<'a>,
    /// A file.
    pub file: Option<File<'a>>,
    /// A message.
    pub email: Email<'a>,
}

parts!(Osint<'_> {
    type_id, type_name as "type", value, uid, desc, category, labels, confidence_id, confidence, severity_id, severity, tlp,
    created_time, modified_time, expiration_time, uploaded_time, vendor_name, creator, detection_pattern,
    detection_pattern_type_id, detection_pattern_type, kill_chain, attacks, malware, threat_actor, references, src_url,
    subnet, autonomous_system, file, email,
});

/// An object `user`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct User<'a> {
    /// The name of the identity, where it is known.
    pub name: Option<Cow<'a, str>>,
    /// Its STIX identifier.
    pub uid: Option<String>,
}

parts!(User<'_> { name, uid });

/// An object `kill_chain_phase`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KillChainPhase<'a> {
    /// The place of the phase, 1 to 7; 99 Other.
    pub phase_id: u8,
    /// Its name.
    pub phase: Cow<'a, str>,
}

parts!(KillChainPhase<'_> { phase_id, phase });

/// An object `attack`: a tactic or a technique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attack<'a> {
    /// The tactic.
    pub tactic: Entity<'a>,
    /// The technique.
    pub technique: Entity<'a>,
    /// The subtechnique.
    pub sub_technique: Entity<'a>,
}

parts!(Attack<'_> { tactic, technique, sub_technique });

/// What has a name and an id: a tactic, a technique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entity<'a> {
    /// The name.
    pub name: Option<Cow<'a, str>>,
    /// The id, `TA0011` or `T1059.001`.
    pub uid: Option<Cow<'a, str>>,
}

parts!(Entity<'_> { name, uid });

/// An object `malware`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Malware<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// What it does: 0 Unknown.
    pub classification_ids: Vec<u8>,
}

parts!(Malware<'_> { name, classification_ids });

/// An object `threat_actor`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreatActor<'a> {
    /// The name.
    pub name: Cow<'a, str>,
}

parts!(ThreatActor<'_> { name });

/// An object `autonomous_system`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AutonomousSystem<'a> {
    /// Who runs it.
    pub name: Option<Cow<'a, str>>,
    /// Its number.
    pub number: Option<u32>,
}

parts!(AutonomousSystem<'_> { name, number });

/// An object `file`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct File<'a> {
    /// The name.
    pub name: Option<Cow<'a, str>>,
    /// What kind of file it is: 0 Unknown.
    pub type_id: u8,
    /// Hashes.
    pub hashes: Vec<Fingerprint<'a>>,
}

parts!(File<'_> { name, type_id, hashes });

/// An object `fingerprint`: a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fingerprint<'a> {
    /// The algorithm.
    pub algorithm_id: u8,
    /// The same in words.
    pub algorithm: Cow<'a, str>,
    /// The hash.
    pub value: Cow<'a, str>,
}

parts!(Fingerprint<'_> { algorithm_id, algorithm, value });

/// An object `email`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Email<'a> {
    /// Whom the message is from.
    pub from: Option<Cow<'a, str>>,
    /// Whom it goes to.
    pub to: Vec<Cow<'a, str>>,
}

parts!(Email<'_> { from, to });

impl<'a> Osint<'a> {
    /// The object for a row of an indicator.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    /// use stixkit::sink::ocsf;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[file:name = 'a.exe' AND file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[file:name = 'a.exe' AND file:size = 5]`: files of this name there may be many.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?);
    /// let outcome = mapper.map(&indicator);
    /// let osint = ocsf::Osint::new(&outcome.rows[0], &indicator);
    /// assert_eq!((osint.type_id, &*osint.value), (99, "file:name = 'a.exe'"));
    /// assert_eq!(osint.file, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(row: &'a Row<'_>, indicator: &'a Indicator) -> Self {
        let mut osint = Self::about(row, indicator);
        osint.set_row(row);
        osint
    }

    /// The objects for all rows of an indicator. Where these are many, this takes less time than
    /// one by one.
    pub fn all(outcome: &'a Outcome<'_>, indicator: &'a Indicator) -> impl Iterator<Item = Self> {
        document_per_row(&outcome.rows, move |row| Self::about(row, indicator), Self::set_row)
    }

    /// What is the same in all rows of the indicator.
    fn about(row: &'a Row<'_>, indicator: &'a Indicator) -> Self {
        let common = &indicator.common;
        let (category, types) = match row.context.indicator_types.split_first() {
            Some((first, others)) => (Some(Cow::Borrowed(first.as_str())), others),
            None => (None, &[][..]),
        };
        let (confidence_id, confidence) = confidence(row.context.confidence);
        let severity = severity(indicator).map(severity_words);
        let (pattern_id, pattern_type) = language(&row.pattern_type);
        let references: Vec<_> = references(indicator).map(Cow::Borrowed).collect();
        Self {
            uid: row.stix_id.to_string(),
            desc: summary(row),
            category,
            labels: labels(row, types),
            confidence_id,
            confidence,
            severity_id: severity.map(|(id, _)| id),
            severity: severity.map(|(_, word)| word),
            tlp: row.tlp.map(tlp),
            created_time: common.created.as_ref().map(milliseconds),
            modified_time: common.modified.as_ref().map(milliseconds),
            expiration_time: end(row).as_ref().map(milliseconds),
            vendor_name: filled(Some(&row.source)).or(row.context.provider.as_deref()).map(Cow::Borrowed),
            creator: creator(row, indicator),
            detection_pattern: Cow::Borrowed(&row.pattern),
            detection_pattern_type_id: pattern_id,
            detection_pattern_type: pattern_type,
            kill_chain: row.context.kill_chain.iter().filter_map(phase).collect(),
            attacks: attacks(row, indicator),
            malware: row.context.malware.iter().map(|name| malware(name)).collect(),
            threat_actor: row.context.actors.first().map(|name| ThreatActor { name: Cow::Borrowed(&**name) }),
            src_url: references.first().cloned(),
            references,
            ..Self::default()
        }
    }

    fn set_row(&mut self, row: &'a Row<'_>) {
        let Some(observable) = &row.observable else {
            (self.type_name, self.value) = (Cow::Borrowed("Unknown"), Cow::Borrowed(&*row.pattern));
            return;
        };
        // What is over is told by its end.
        let is_indicator = matchable(row).is_some()
            || (row.relation.standalone
                && is_over(row)
                && row.kind == RowKind::Indicator
                && !observable.norm.is_empty());
        if !is_indicator {
            self.type_id = 99;
            self.type_name = Cow::Borrowed("STIX Comparison");
            self.value = Cow::Owned(comparison(observable));
            return;
        }
        let meaning = Meaning::from_observable(observable);
        self.value = match meaning {
            Meaning::EmailOrigin => header_address(&observable.norm).unwrap_or(Cow::Borrowed(&observable.norm)),
            _ => Cow::Borrowed(&observable.norm),
        };
        let (id, name) = indicator_type(meaning, observable);
        (self.type_id, self.type_name) = (id, name.map_or(Cow::Borrowed(&*observable.key), Cow::Borrowed));
        let text = Cow::Borrowed(&*observable.norm);
        match meaning {
            Meaning::Network => self.subnet = Some(text),
            Meaning::ResolvedAddress if observable.kind == ValueKind::Cidr => self.subnet = Some(text),
            Meaning::AsNumber => self.autonomous_system.number = observable.norm.parse().ok(),
            Meaning::AsName => self.autonomous_system.name = Some(text),
            Meaning::FileHash => {
                self.file = Some(File { hashes: vec![Fingerprint::new(observable)], ..File::default() });
            }
            Meaning::FileName => self.file = Some(File { name: Some(text), ..File::default() }),
            // An `email` with neither of these is not valid, so the other ends of a message have
            // none.
            Meaning::EmailFrom => self.email.from = Some(text),
            Meaning::EmailTo => self.email.to.push(text),
            _ => {}
        }
    }
}

/// Number and caption of the type; of 99 the caption is for the source to choose.
fn indicator_type(meaning: Meaning, observable: &Observable<'_>) -> (u8, Option<&'static str>) {
    let (id, name) = match meaning {
        Meaning::Address | Meaning::Network | Meaning::ResolvedAddress => (1, "IP Address"),
        Meaning::EmailOrigin if header_address(&observable.norm).is_some() => (1, "IP Address"),
        Meaning::Domain if observable.norm.contains('.') => (2, "Domain"),
        Meaning::Domain => (3, "Hostname"),
        Meaning::FileHash | Meaning::OtherHash => (4, "Hash"),
        Meaning::Url => (5, "URL"),
        Meaning::UserAgent => (6, "User Agent"),
        Meaning::CertificateHash
        | Meaning::CertificateSerial
        | Meaning::CertificateIssuer
        | Meaning::CertificateSubject => (7, "Digital Certificate"),
        Meaning::EmailSubject | Meaning::EmailText | Meaning::EmailOrigin => (8, "Email"),
        Meaning::EmailAddress | Meaning::EmailFrom | Meaning::EmailSender | Meaning::EmailTo | Meaning::EmailCopy => {
            (9, "Email Address")
        }
        Meaning::Vulnerability => (10, "Vulnerability"),
        Meaning::FileName | Meaning::FileDirectory | Meaning::Directory | Meaning::ProcessName => (11, "File"),
        Meaning::RegistryKey => (12, "Registry Key"),
        Meaning::RegistryValueName | Meaning::RegistryValueData => (13, "Registry Value"),
        Meaning::CommandLine => (14, "Command Line"),
        Meaning::Port
        | Meaning::AsNumber
        | Meaning::AsName
        | Meaning::FileSize
        | Meaning::FileMimeType
        | Meaning::FileCreated
        | Meaning::User
        | Meaning::Referrer
        | Meaning::Other => return (99, None),
    };
    (id, Some(name))
}

/// The comparison that the row is, as a pattern has it.
fn comparison(observable: &Observable<'_>) -> String {
    let mut text = format!("{} = '", observable.key);
    for letter in observable.value.chars() {
        if matches!(letter, '\'' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text.push('\'');
    text
}

/// The three steps of the schema. It has no word for a confidence of 0, which is not the same as
/// none, so that is `Other`.
fn confidence(confidence: Option<u8>) -> (u8, &'static str) {
    match confidence {
        None => (0, "Unknown"),
        Some(0) => (99, "None"),
        Some(1..=29) => (1, "Low"),
        Some(30..=69) => (2, "Medium"),
        Some(70..) => (3, "High"),
    }
}

/// Of six steps, of which 3 is the middle, to five that begin with 1.
fn severity_words(severity: u8) -> (u8, &'static str) {
    match severity {
        0 | 1 => (1, "Informational"),
        2 => (2, "Low"),
        3 => (3, "Medium"),
        4 => (4, "High"),
        _ => (5, "Critical"),
    }
}

fn tlp(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "CLEAR",
        Tlp::Green => "GREEN",
        Tlp::Amber => "AMBER",
        Tlp::AmberStrict => "AMBER STRICT",
        Tlp::Red => "RED",
    }
}

fn language(language: &PatternType) -> (u8, Cow<'_, str>) {
    let (id, name) = match language {
        PatternType::Stix => (1, "STIX"),
        PatternType::Pcre => (2, "PCRE"),
        PatternType::Sigma => (3, "SIGMA"),
        PatternType::Snort => (4, "Snort"),
        PatternType::Suricata => (5, "Suricata"),
        PatternType::Yara => (6, "YARA"),
        PatternType::Other(name) if ["stix", "stix2"].iter().any(|own| name.eq_ignore_ascii_case(own)) => (1, "STIX"),
        PatternType::Other(name) => (99, &**name),
    };
    (id, Cow::Borrowed(name))
}

fn milliseconds(time: &Timestamp) -> i64 {
    time.instant().timestamp_millis()
}

fn creator<'a>(row: &'a Row<'_>, indicator: &Indicator) -> User<'a> {
    let uid = indicator.common.created_by_ref.as_ref().map(ToString::to_string);
    // An identity that is not known goes by its id.
    let name = row.context.provider.as_deref().filter(|name| Some(*name) != uid.as_deref());
    User { name: name.map(Cow::Borrowed), uid }
}

fn phase(phase: &crate::object::KillChainPhase) -> Option<KillChainPhase<'_>> {
    let (number, name) = kill_chain::lockheed_martin(phase)?;
    Some(KillChainPhase { phase_id: number.unwrap_or(99), phase: name })
}

fn attacks<'a>(row: &'a Row<'_>, indicator: &'a Indicator) -> Vec<Attack<'a>> {
    let entity = |uid| Entity { name: None, uid: Some(Cow::Borrowed(uid)) };
    let tactics = unique(row.context.kill_chain.iter().filter_map(kill_chain::tactic)).into_iter().map(|(id, name)| {
        Attack { tactic: Entity { name: Some(Cow::Owned(name)), uid: id.map(Cow::Borrowed) }, ..Attack::default() }
    });
    let techniques = unique(kill_chain::techniques(indicator)).into_iter().map(|id| match id.split_once('.') {
        Some((technique, _)) => Attack { technique: entity(technique), sub_technique: entity(id), ..Attack::default() },
        None => Attack { technique: entity(id), ..Attack::default() },
    });
    tactics.chain(techniques).collect()
}

fn malware(name: &str) -> Malware<'_> {
    Malware { name: Cow::Borrowed(name), classification_ids: vec![0] }
}

impl<'a> Fingerprint<'a> {
    fn new(observable: &'a Observable<'_>) -> Self {
        let written = algorithm(&observable.key);
        let (algorithm_id, name) = match written {
            "MD5" => (1, "MD5"),
            "SHA-1" => (2, "SHA-1"),
            "SHA-256" => (3, "SHA-256"),
            "SHA-512" => (4, "SHA-512"),
            "SSDEEP" => (5, "CTPH"),
            "TLSH" => (6, "TLSH"),
            "SHA-224" => (8, "SHA-224"),
            "SHA-384" => (9, "SHA-384"),
            "SHA3-224" => (12, "SHA3-224"),
            "SHA3-256" => (13, "SHA3-256"),
            "SHA3-384" => (14, "SHA3-384"),
            "SHA3-512" => (15, "SHA3-512"),
            "IMPHASH" => (18, "Imphash"),
            other => (99, other),
        };
        Self { algorithm_id, algorithm: Cow::Borrowed(name), value: Cow::Borrowed(&observable.norm) }
    }
}
