//! Documents from rows.

use std::borrow::Cow;

use super::fields::{
    DistinguishedName, Document, Ecs, Event, File, Marking, Named, Names, Registry, Related, Stix, StixRow,
    Subtechniques, Tactics, Techniques, Threat, ThreatIndicator, Url, VERSION,
};
use super::options::Options;
use crate::Timestamp;
use crate::object::{IndicatorParts, Tlp};
use crate::row::{Direction, ExpirySource, Observable, Outcome, Row, RowKey, State, ValueKind};
use crate::sink::distinguished_name::distinguished_name;
use crate::sink::instant::{end, standard};
use crate::sink::kill_chain;
use crate::sink::matchable::matchable;
use crate::sink::meaning::{Meaning, algorithm};
use crate::sink::per_row::{document_per_row, repeatable, shorten_list, shorten_text};
use crate::sink::text::{filled, labels, references, unique};
use crate::sink::url_parts::UrlParts;
use crate::vocab::IndicatorType;

impl<'a> Document<'a> {
    /// The document for a row of an indicator.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    /// use stixkit::sink::ecs;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[file:name = 'a.exe' AND file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[file:name = 'a.exe' AND file:size = 5]`: files of this name there may be many.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let outcome = mapper.map(&indicator);
    /// let options = ecs::Options::new();
    /// let document = ecs::Document::new(&outcome.rows[0], &indicator, &options);
    /// assert_eq!(document.threat.indicator.file.name, None);
    /// assert_eq!(document.stix.row.value.as_deref(), Some("a.exe"));
    /// assert!(document.tags.iter().any(|tag| tag == "stix:part"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(row: &'a Row<'_>, indicator: impl Into<IndicatorParts<'a>>, options: &'a Options) -> Self {
        let mut document = Self::about(row, &indicator.into(), options);
        document.set_row(row);
        document
    }

    /// The documents for all rows of an indicator. If there are many, this takes less time than one
    /// by one, and what is longer than 4 KiB is in the first of them alone: the pattern, the
    /// description, a list of labels or names.
    pub fn all(
        outcome: &'a Outcome<'_>,
        indicator: impl Into<IndicatorParts<'a>>,
        options: &'a Options,
    ) -> impl Iterator<Item = Self> {
        let indicator = indicator.into();
        let about = move |row| Self::about(row, &indicator, options);
        document_per_row(&outcome.rows, about, Self::set_row, Self::shorten)
    }

    /// What is the same in all rows of the indicator.
    fn about(row: &'a Row<'_>, indicator: &IndicatorParts<'a>, options: &'a Options) -> Self {
        let created = indicator.common.created.as_ref().or(row.modified.as_ref()).or(indicator.valid_from);
        Self {
            timestamp: options.timestamp.as_ref().or(created).map(standard),
            ecs: Ecs { version: VERSION },
            event: Event {
                kind: "enrichment",
                category: vec!["threat"],
                event_type: vec!["indicator"],
                module: Cow::Borrowed(options.module()),
                dataset: Cow::Borrowed(options.dataset()),
            },
            tags: labels(row, &row.context.indicator_types),
            threat: Threat::about(row, indicator),
            related: Related::default(),
            stix: Stix::about(row, indicator),
        }
    }

    /// Takes out what is too long for all documents of an indicator.
    fn shorten(&mut self) {
        let Self { tags, threat, stix, .. } = self;
        let indicator = &mut threat.indicator;
        shorten_text(&mut stix.pattern);
        let texts =
            [&mut indicator.name, &mut indicator.description, &mut indicator.provider, &mut indicator.reference];
        texts.into_iter().for_each(shorten_text);
        let texts = [
            tags,
            &mut threat.software.name,
            &mut threat.group.name,
            &mut threat.technique.id,
            &mut threat.technique.subtechnique.id,
            &mut stix.indicator_types,
        ];
        texts.into_iter().for_each(|list| shorten_list(list, |text| text.len()));
        shorten_list(&mut threat.tactic.name, String::len);
    }

    fn set_row(&mut self, row: &'a Row<'_>) {
        self.tags.extend(tags(row).into_iter().flatten().map(Cow::Borrowed));
        self.stix.row = StixRow::new(row);
        let indicator = &mut self.threat.indicator;
        indicator.indicator_type = row.observable.as_ref().and_then(indicator_type);
        // Rules may match any of these fields.
        let Some(observable) = matchable(row) else { return };
        if indicator.name.is_none() {
            indicator.name = Some(Cow::Borrowed(&*observable.norm));
        }
        indicator.set_value(observable);
        self.related.add(observable);
        let is_network = observable.kind == ValueKind::Cidr;
        self.stix.row.network = is_network.then_some(Cow::Borrowed(&*observable.norm));
    }
}

/// What is special about the row.
fn tags(row: &Row<'_>) -> [Option<&'static str>; 2] {
    let value = match (&row.observable, row.relation.standalone) {
        (None, _) => Some("stix:pattern"),
        (Some(_), false) => Some("stix:part"),
        (Some(_), true) => None,
    };
    let state = match row.validity.state {
        State::Revoked => Some("stix:revoked"),
        State::Expired => Some("stix:expired"),
        State::Pending => Some("stix:pending"),
        State::Unclear => Some("stix:unclear"),
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
    let name = match (Meaning::from_observable(observable), observable.kind) {
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
    fn about(row: &'a Row<'_>, indicator: &IndicatorParts<'a>) -> Self {
        let (tactic_ids, tactics): (Vec<_>, Vec<_>) =
            unique(row.context.kill_chain.iter().filter_map(kill_chain::tactic)).into_iter().unzip();
        let ids = || kill_chain::techniques(indicator);
        let techniques = unique(ids().map(|id| id.split_once('.').map_or(id, |(technique, _)| technique)));
        let subtechniques = unique(ids().filter(|id| id.contains('.')));
        let has_attack = !tactics.is_empty() || !techniques.is_empty();
        Self {
            feed: Named { name: filled(Some(&row.source)).map(Cow::Borrowed) },
            indicator: ThreatIndicator::about(row, indicator),
            software: Names { name: row.context.malware.iter().map(|name| Cow::Borrowed(&**name)).collect() },
            group: Names { name: row.context.actors.iter().map(|name| Cow::Borrowed(&**name)).collect() },
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
    fn about(row: &'a Row<'_>, indicator: &IndicatorParts<'a>) -> Self {
        Self {
            id: vec![row.stix_id.to_string()],
            name: filled(row.context.name.as_deref()).map(Cow::Borrowed),
            description: filled(row.context.description.as_deref()).map(Cow::Borrowed),
            first_seen: row.validity.from.as_ref().map(standard),
            modified_at: row.modified.as_ref().map(standard),
            confidence: Some(confidence(row.context.confidence)),
            marking: row.tlp.map(|tlp| Marking::new(tlp, indicator)).unwrap_or_default(),
            provider: row.context.provider.as_deref().map(Cow::Borrowed),
            reference: references(indicator).next().map(Cow::Borrowed),
            ..Self::default()
        }
    }

    /// Sets the fields that rules match.
    fn set_value(&mut self, observable: &'a Observable<'_>) {
        let text = || Some(Cow::Borrowed(&*observable.norm));
        match Meaning::from_observable(observable) {
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

/// The word of the scale that STIX recommends (STIX 2.1 appendix A): None, Low, Med, High. No
/// confidence is not 0.
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
    fn new(tlp: Tlp, indicator: &IndicatorParts<'_>) -> Self {
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

/// The version of the marking that has this level, if its id says so; the newer one where both are
/// there.
fn tlp_version(tlp: Tlp, indicator: &IndicatorParts<'_>) -> Option<&'static str> {
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
    let common = indicator.common;
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
            "IMPHASH" => &mut self.pe.imphash,
            // ECS has no field for other algorithms, and names that strangers choose would make
            // fields without number in an index.
            _ => return,
        };
        *field = Some(Cow::Borrowed(&observable.norm));
    }
}

impl<'a> Url<'a> {
    fn new(url: &'a str) -> Self {
        let whole = Self { full: Some(Cow::Borrowed(url)), original: Some(Cow::Borrowed(url)), ..Self::default() };
        let Some(parts) = UrlParts::parse(url) else { return whole };
        let extension = parts.extension().map(|extension| Cow::Owned(extension.to_owned()));
        Self {
            scheme: Some(parts.scheme),
            domain: parts.host,
            port: parts.port,
            path: Some(parts.path).filter(|path| !path.is_empty()),
            query: parts.query,
            fragment: parts.fragment,
            extension,
            username: parts.username,
            password: parts.password,
            ..whole
        }
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
        let text = Cow::Borrowed(&*observable.norm);
        match Meaning::from_observable(observable) {
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
                let host = UrlParts::parse(&observable.value).and_then(|parts| parts.host);
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
    fn about(row: &'a Row<'_>, indicator: &IndicatorParts<'a>) -> Self {
        Self {
            pattern: Some(Cow::Borrowed(indicator.pattern)),
            pattern_type: Cow::Borrowed(row.pattern_type.as_str()),
            confidence: row.context.confidence,
            indicator_types: row.context.indicator_types.iter().map(IndicatorType::as_str).map(Cow::Borrowed).collect(),
            created: indicator.common.created.as_ref().map(standard),
            valid_from: row.validity.from.as_ref().map(standard),
            valid_until: row.validity.until.as_ref().map(standard),
            revoked: (row.validity.state == State::Revoked).then_some(true),
            ioc_expiration_date: end(row),
            ioc_expiration_reason: row.validity.expiry_source.map(ExpirySource::as_str),
            row: StixRow::default(),
        }
    }
}

impl<'a> StixRow<'a> {
    fn new(row: &'a Row<'_>) -> Self {
        let observable = row.observable.as_ref();
        Self {
            row_id: Some(Cow::Owned(RowKey::from_row(row).to_string())),
            key: observable.map(|observable| Cow::Borrowed(repeatable(&observable.key))),
            value: observable.map(|observable| Cow::Borrowed(&*observable.norm)),
            value_as_sent: observable
                .filter(|observable| observable.value != observable.norm)
                .map(|observable| Cow::Borrowed(&*observable.value)),
            value_type: observable.map(|observable| observable.kind.as_str()),
            direction: observable.and_then(|observable| observable.direction).map(Direction::as_str),
            network: None,
            relation: Some(row.relation.kind.as_str()),
            row_group: row.group().map(|group| group.to_string()),
            standalone: Some(row.relation.standalone),
            state: Some(row.validity.state.as_str()),
            reason: row.reason_code(),
        }
    }
}
