//! The object `osint`.

use std::borrow::Cow;

use super::objects::{
    Attack, AutonomousSystem, Email, Entity, File, Fingerprint, KillChainPhase, Malware, Signature, ThreatActor, User,
};
use crate::Timestamp;
use crate::object::{IndicatorParts, Tlp};
use crate::row::{Observable, Outcome, Row, RowKind, State, ValueKind};
use crate::sink::instant::end;
use crate::sink::kill_chain;
use crate::sink::matchable::matchable;
use crate::sink::meaning::{Meaning, header_address};
use crate::sink::parts::parts;
use crate::sink::per_row::{MAX_REPEATED, document_per_row, repeatable, shorten_list, shorten_text};
use crate::sink::severity::severity;
use crate::sink::text::{filled, labels, references, summary, unique};
use crate::vocab::PatternType;

/// An object `osint`. See [the module](super) for what becomes of a row.
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
    /// The whole pattern, as written. Of an indicator with many rows, only the first object has a
    /// pattern of more than 4 KiB.
    pub detection_pattern: Option<Cow<'a, str>>,
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
    /// A file, by its name.
    pub file: Option<File<'a>>,
    /// `signatures`: a hash of a file, with its algorithm.
    pub signatures: Vec<Signature<'a>>,
    /// A message.
    pub email: Email<'a>,
}

parts!(Osint<'_> {
    type_id, type_name as "type", value, uid, desc, category, labels, confidence_id, confidence, severity_id, severity, tlp,
    created_time, modified_time, expiration_time, uploaded_time, vendor_name, creator, detection_pattern,
    detection_pattern_type_id, detection_pattern_type, kill_chain, attacks, malware, threat_actor, references, src_url,
    subnet, autonomous_system, file, signatures, email,
});

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
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let outcome = mapper.map(&indicator);
    /// let osint = ocsf::Osint::new(&outcome.rows[0], &indicator);
    /// assert_eq!((osint.type_id, &*osint.value), (99, "file:name = 'a.exe'"));
    /// assert_eq!(osint.file, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(row: &'a Row<'_>, indicator: impl Into<IndicatorParts<'a>>) -> Self {
        let mut osint = Self::about(row, &indicator.into());
        osint.set_row(row);
        osint
    }

    /// The objects for all rows of an indicator. If there are many, this takes less time than one
    /// by one, and what is longer than 4 KiB is in the first of them alone: the pattern, the
    /// description, a list of labels, references or names.
    pub fn all(outcome: &'a Outcome<'_>, indicator: impl Into<IndicatorParts<'a>>) -> impl Iterator<Item = Self> {
        let indicator = indicator.into();
        document_per_row(&outcome.rows, move |row| Self::about(row, &indicator), Self::set_row, Self::shorten)
    }

    /// What is the same in all rows of the indicator.
    pub(super) fn about(row: &'a Row<'_>, indicator: &IndicatorParts<'a>) -> Self {
        let common = indicator.common;
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
            detection_pattern: Some(Cow::Borrowed(indicator.pattern)),
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

    /// Takes out what is too long for all objects of an indicator.
    pub(super) fn shorten(&mut self) {
        let texts = [
            &mut self.detection_pattern,
            &mut self.desc,
            &mut self.category,
            &mut self.src_url,
            &mut self.vendor_name,
            &mut self.creator.name,
        ];
        texts.into_iter().for_each(shorten_text);
        [&mut self.labels, &mut self.references].into_iter().for_each(|list| shorten_list(list, |text| text.len()));
        shorten_list(&mut self.malware, |malware| malware.name.len());
        shorten_list(&mut self.kill_chain, |phase| phase.phase.len());
        let len = |entity: &Entity<'_>| entity.name.as_ref().map_or(0, |name| name.len()) + 16;
        shorten_list(&mut self.attacks, |attack| len(&attack.tactic) + len(&attack.technique));
        self.creator.uid.take_if(|uid| uid.len() > MAX_REPEATED);
        self.threat_actor = self.threat_actor.take().filter(|actor| actor.name.len() <= MAX_REPEATED);
    }

    pub(super) fn set_row(&mut self, row: &'a Row<'_>) {
        let Some(observable) = &row.observable else {
            (self.type_name, self.value) = (Cow::Borrowed("Unknown"), Cow::Borrowed(&*row.pattern));
            return;
        };
        // What is over is told by its end, if that is known.
        let is_told = matches!(row.validity.state, State::Revoked | State::Expired) && self.expiration_time.is_some();
        let is_indicator = matchable(row).is_some()
            || (is_told && row.relation.standalone && row.kind == RowKind::Indicator && !observable.norm.is_empty());
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
        (self.type_id, self.type_name) = (id, name.map_or(Cow::Borrowed(repeatable(&observable.key)), Cow::Borrowed));
        let text = Cow::Borrowed(&*observable.norm);
        match meaning {
            Meaning::Network => self.subnet = Some(text),
            Meaning::ResolvedAddress if observable.kind == ValueKind::Cidr => self.subnet = Some(text),
            Meaning::AsNumber => self.autonomous_system.number = observable.norm.parse().ok(),
            Meaning::AsName => self.autonomous_system.name = Some(text),
            Meaning::FileHash => {
                // OCSF requires a name of a `file`, and a hash knows none.
                self.signatures.push(Signature { algorithm_id: 0, digest: Fingerprint::new(observable) });
            }
            Meaning::FileName => self.file = Some(File { name: text, type_id: 0 }),
            // An `email` with neither of these is not valid, so the other ends of a message have
            // none.
            Meaning::EmailFrom if is_email(&text) => self.email.from = Some(text),
            Meaning::EmailTo if is_email(&text) => self.email.to.push(text),
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

/// Whether the text has the form of the schema's type `email_t`.
fn is_email(text: &str) -> bool {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    let Some((user, host)) = text.split_once('@') else { return false };
    let Some((first, last)) = host.split_once('.') else { return false };
    [user, first, last].iter().all(|part| !part.is_empty()) && user.bytes().all(is_user) && host.bytes().all(is_host)
}

/// The comparison that the row is, as a pattern has it.
fn comparison(observable: &Observable<'_>) -> String {
    let mut text = format!("{} = '", repeatable(&observable.key));
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

fn creator<'a>(row: &'a Row<'_>, indicator: &IndicatorParts<'_>) -> User<'a> {
    let uid = indicator.common.created_by_ref.as_ref().map(ToString::to_string);
    // An identity that is not known goes by its id.
    let name = row.context.provider.as_deref().filter(|name| Some(*name) != uid.as_deref());
    User { name: name.map(Cow::Borrowed), uid }
}

fn phase(phase: &crate::object::KillChainPhase) -> Option<KillChainPhase<'_>> {
    let (number, name) = kill_chain::lockheed_martin(phase)?;
    Some(KillChainPhase { phase_id: number.unwrap_or(99), phase: name })
}

fn attacks<'a>(row: &'a Row<'_>, indicator: &IndicatorParts<'a>) -> Vec<Attack<'a>> {
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
