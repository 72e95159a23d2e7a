//! The documents' fields, and how they are written.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::Timestamp;
use crate::sink::parts::{Part, parts};

/// The version of ECS that has all fields of these documents.
pub const VERSION: &str = "8.17.0";

/// A document. See [the module](super) for what becomes of a row.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Document<'a> {
    /// `@timestamp`: when the document was written, or else when the indicator was made. `None` if
    /// none of its times can be read.
    pub timestamp: Option<Timestamp>,
    /// The schema's version.
    pub ecs: Ecs,
    /// What kind of document it is.
    pub event: Event<'a>,
    /// Labels, indicator types, and what is special about the row.
    pub tags: Vec<Cow<'a, str>>,
    /// The indicator.
    pub threat: Threat<'a>,
    /// Its values by what they are, for searching.
    pub related: Related<'a>,
    /// What ECS has no field for.
    pub stix: Stix<'a>,
}

parts!(Document<'_> { timestamp as "@timestamp", ecs, event, tags, threat, related, stix });

/// `ecs`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ecs {
    /// [`VERSION`].
    pub version: &'static str,
}

parts!(Ecs { version });

/// `event`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// `enrichment`: context for other events.
    pub kind: &'static str,
    /// `threat`.
    pub category: Vec<&'static str>,
    /// `type`: `indicator`.
    pub event_type: Vec<&'static str>,
    /// The source of the documents, by which rules select them: `ti_stixkit`.
    pub module: Cow<'a, str>,
    /// The kind of documents of this source: `ti_stixkit.indicator`.
    pub dataset: Cow<'a, str>,
}

parts!(Event<'_> { kind, category, event_type as "type", module, dataset });

/// `threat`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Threat<'a> {
    /// Where the indicator comes from.
    pub feed: Named<'a>,
    /// The indicator.
    pub indicator: ThreatIndicator<'a>,
    /// Malware and tools that it indicates.
    pub software: Names<'a>,
    /// Threat actors, intrusion sets and campaigns that it indicates.
    pub group: Names<'a>,
    /// `MITRE ATT&CK`, where there are tactics or techniques.
    pub framework: Option<&'static str>,
    /// Tactics of ATT&CK.
    pub tactic: Tactics,
    /// Techniques of ATT&CK.
    pub technique: Techniques<'a>,
}

parts!(Threat<'_> { feed, indicator, software, group, framework, tactic, technique });

/// `threat.feed`, `threat.indicator.as.organization`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named<'a> {
    /// The name.
    pub name: Option<Cow<'a, str>>,
}

parts!(Named<'_> { name });

/// `threat.software`, `threat.group`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Names<'a> {
    /// The names. One by itself is written as text, since that is what the schema expects; several
    /// are a list.
    pub name: Vec<Cow<'a, str>>,
}

impl Part for Names<'_> {
    fn is_absent(&self) -> bool {
        self.name.is_empty()
    }
}

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match &self.name[..] {
            [only] => map.serialize_entry("name", only)?,
            names => map.serialize_entry("name", names)?,
        }
        map.end()
    }
}

/// `threat.tactic`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tactics {
    /// Ids, of those tactics that are in ATT&CK for Enterprise.
    pub id: Vec<&'static str>,
    /// Names.
    pub name: Vec<String>,
}

parts!(Tactics { id, name });

/// `threat.technique`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Techniques<'a> {
    /// Ids of techniques, also of those that only a subtechnique names.
    pub id: Vec<Cow<'a, str>>,
    /// Ids of subtechniques.
    pub subtechnique: Subtechniques<'a>,
}

parts!(Techniques<'_> { id, subtechnique });

/// `threat.technique.subtechnique`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subtechniques<'a> {
    /// Ids, `T1059.001`.
    pub id: Vec<Cow<'a, str>>,
}

parts!(Subtechniques<'_> { id });

/// `threat.indicator`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ThreatIndicator<'a> {
    /// The STIX identifier.
    pub id: Vec<String>,
    /// `type`: what is observed, in the words of STIX, where ECS expects the word.
    pub indicator_type: Option<Cow<'a, str>>,
    /// A name to show.
    pub name: Option<Cow<'a, str>>,
    /// The description.
    pub description: Option<Cow<'a, str>>,
    /// When the indicator begins to be good.
    pub first_seen: Option<Timestamp>,
    /// Its version.
    pub modified_at: Option<Timestamp>,
    /// `Not Specified`, `None`, `Low`, `Medium` or `High`.
    pub confidence: Option<&'static str>,
    /// With whom it may be shared.
    pub marking: Marking,
    /// Who made it.
    pub provider: Option<Cow<'a, str>>,
    /// Where to read more.
    pub reference: Option<Cow<'a, str>>,
    /// An IP address.
    pub ip: Option<Cow<'a, str>>,
    /// A port.
    pub port: Option<u16>,
    /// An e-mail address.
    pub email: Email<'a>,
    /// `as`: an autonomous system.
    pub autonomous_system: AutonomousSystem<'a>,
    /// A file or directory.
    pub file: File<'a>,
    /// A URL or domain.
    pub url: Url<'a>,
    /// A part of the Windows registry.
    pub registry: Registry<'a>,
    /// A certificate.
    pub x509: X509<'a>,
}

parts!(ThreatIndicator<'_> {
    id, indicator_type as "type", name, description, first_seen, modified_at, confidence, marking, provider, reference, ip,
    port, email, autonomous_system as "as", file, url, registry, x509,
});

/// `threat.indicator.marking`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Marking {
    /// `CLEAR`, `WHITE`, `GREEN`, `AMBER`, `AMBER+STRICT` or `RED`.
    pub tlp: Option<&'static str>,
    /// `1.0` or `2.0`, where it is known.
    pub tlp_version: Option<&'static str>,
}

parts!(Marking { tlp, tlp_version });

/// `threat.indicator.email`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Email<'a> {
    /// The address.
    pub address: Option<Cow<'a, str>>,
}

parts!(Email<'_> { address });

/// `threat.indicator.as`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AutonomousSystem<'a> {
    /// Its number.
    pub number: Option<u32>,
    /// Who runs it.
    pub organization: Named<'a>,
}

parts!(AutonomousSystem<'_> { number, organization });

/// `threat.indicator.file`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct File<'a> {
    /// The name.
    pub name: Option<Cow<'a, str>>,
    /// The directory that the file is in.
    pub directory: Option<Cow<'a, str>>,
    /// The whole path.
    pub path: Option<Cow<'a, str>>,
    /// The number of bytes.
    pub size: Option<i64>,
    /// The MIME type.
    pub mime_type: Option<Cow<'a, str>>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Hashes.
    pub hash: Hash<'a>,
    /// What a Windows executable has.
    pub pe: Pe<'a>,
}

parts!(File<'_> { name, directory, path, size, mime_type, created, hash, pe });

/// `threat.indicator.file.hash`, with the algorithms that ECS knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hash<'a> {
    /// MD5.
    pub md5: Option<Cow<'a, str>>,
    /// SHA-1.
    pub sha1: Option<Cow<'a, str>>,
    /// SHA-2 of 256 bits.
    pub sha256: Option<Cow<'a, str>>,
    /// SHA-2 of 384 bits.
    pub sha384: Option<Cow<'a, str>>,
    /// SHA-2 of 512 bits.
    pub sha512: Option<Cow<'a, str>>,
    /// SSDEEP.
    pub ssdeep: Option<Cow<'a, str>>,
    /// TLSH.
    pub tlsh: Option<Cow<'a, str>>,
}

parts!(Hash<'_> { md5, sha1, sha256, sha384, sha512, ssdeep, tlsh });

/// `threat.indicator.file.pe`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pe<'a> {
    /// The hash of the imports.
    pub imphash: Option<Cow<'a, str>>,
}

parts!(Pe<'_> { imphash });

/// `threat.indicator.url`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Url<'a> {
    /// The URL.
    pub full: Option<Cow<'a, str>>,
    /// The URL as it was written, which is the same.
    pub original: Option<Cow<'a, str>>,
    /// The scheme, in lower case.
    pub scheme: Option<Cow<'a, str>>,
    /// The host as it is requested: in lower case, in ASCII (IDNA) and without the final dot. It
    /// may be an address.
    pub domain: Option<Cow<'a, str>>,
    /// The port, if the URL names one.
    pub port: Option<u16>,
    /// The path with the leading slash, as it is requested: percent-encoded, without dot segments.
    pub path: Option<Cow<'a, str>>,
    /// The query, without the question mark and percent-encoded.
    pub query: Option<Cow<'a, str>>,
    /// The fragment, without the number sign and percent-encoded.
    pub fragment: Option<Cow<'a, str>>,
    /// The extension of the path's last segment, without the dot.
    pub extension: Option<Cow<'a, str>>,
    /// The user, percent-encoded.
    pub username: Option<Cow<'a, str>>,
    /// The password, percent-encoded.
    pub password: Option<Cow<'a, str>>,
}

parts!(Url<'_> {
    full, original, scheme, domain, port, path, query, fragment, extension, username, password,
});

/// `threat.indicator.registry`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registry<'a> {
    /// The short name of the hive, `HKLM`.
    pub hive: Option<&'static str>,
    /// The key, from the hive on.
    pub key: Option<Cow<'a, str>>,
    /// The key with the hive in front.
    pub path: Option<Cow<'a, str>>,
    /// The name of a value.
    pub value: Option<Cow<'a, str>>,
    /// What the value holds.
    pub data: RegistryData<'a>,
}

parts!(Registry<'_> { hive, key, path, value, data });

/// `threat.indicator.registry.data`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistryData<'a> {
    /// The text.
    pub strings: Vec<Cow<'a, str>>,
}

parts!(RegistryData<'_> { strings });

/// `threat.indicator.x509`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct X509<'a> {
    /// The serial number.
    pub serial_number: Option<Cow<'a, str>>,
    /// Who signed the certificate.
    pub issuer: DistinguishedName<'a>,
    /// Whose it is.
    pub subject: DistinguishedName<'a>,
}

parts!(X509<'_> { serial_number, issuer, subject });

/// `threat.indicator.x509.issuer`, `threat.indicator.x509.subject`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DistinguishedName<'a> {
    /// The name as it was written.
    pub distinguished_name: Option<Cow<'a, str>>,
    /// `CN`.
    pub common_name: Vec<Cow<'a, str>>,
    /// `O`.
    pub organization: Vec<Cow<'a, str>>,
    /// `OU`.
    pub organizational_unit: Vec<Cow<'a, str>>,
    /// `L`.
    pub locality: Vec<Cow<'a, str>>,
    /// `ST`.
    pub state_or_province: Vec<Cow<'a, str>>,
    /// `C`.
    pub country: Vec<Cow<'a, str>>,
}

parts!(DistinguishedName<'_> {
    distinguished_name, common_name, organization, organizational_unit, locality, state_or_province, country,
});

/// `related`.
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Related<'a> {
    /// Addresses, also the host of a URL that is one.
    pub ip: Vec<Cow<'a, str>>,
    /// Domains, also the host of a URL.
    pub hosts: Vec<Cow<'a, str>>,
    /// Hashes of anything.
    pub hash: Vec<Cow<'a, str>>,
    /// User accounts and e-mail addresses.
    pub user: Vec<Cow<'a, str>>,
}

parts!(Related<'_> { ip, hosts, hash, user });

/// `stix`: what ECS has no field for, most of it with the names of Elastic's integration for custom
/// STIX feeds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stix<'a> {
    /// The whole pattern, as written. Of an indicator with many rows, only the first document has a
    /// pattern of more than 4 KiB.
    pub pattern: Option<Cow<'a, str>>,
    /// Its language.
    pub pattern_type: Cow<'a, str>,
    /// The confidence as a number.
    pub confidence: Option<u8>,
    /// What the indicator points at.
    pub indicator_types: Vec<Cow<'a, str>>,
    /// When the indicator was made.
    pub created: Option<Timestamp>,
    /// When it begins to be good.
    pub valid_from: Option<Timestamp>,
    /// When it ceases to be good.
    pub valid_until: Option<Timestamp>,
    /// That it was revoked; absent where it was not.
    pub revoked: Option<bool>,
    /// When it is to be dropped: at `valid_until`, or when it was revoked.
    pub ioc_expiration_date: Option<Timestamp>,
    /// Why then: `valid_until`, `revoked` or `default`.
    pub ioc_expiration_reason: Option<&'static str>,
    /// The row.
    pub row: StixRow<'a>,
}

parts!(Stix<'_> {
    pattern, pattern_type, confidence, indicator_types, created, valid_from, valid_until, revoked, ioc_expiration_date,
    ioc_expiration_reason, row,
});

/// `stix.row`: the value by itself, with the names of the core row's columns, and `network`. It
/// says what the value is, and is not for matching: see [the module](super#what-is-not-matched).
///
/// It is a part of a [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StixRow<'a> {
    /// The row's [`RowKey`](crate::row::RowKey), which is the `_id` of the document.
    pub row_id: Option<Cow<'a, str>>,
    /// Where in an object the value stands.
    pub key: Option<Cow<'a, str>>,
    /// The value in its normal form.
    pub value: Option<Cow<'a, str>>,
    /// The value as it was written, if that is different.
    pub value_as_sent: Option<Cow<'a, str>>,
    /// `type`: what the value is.
    pub value_type: Option<&'static str>,
    /// At which end of a connection or message it stands.
    pub direction: Option<&'static str>,
    /// The network, where the row may be matched by itself.
    pub network: Option<Cow<'a, str>>,
    /// How the rows of the indicator belong together.
    pub relation: Option<&'static str>,
    /// What the rows of the indicator share.
    pub row_group: Option<String>,
    /// Whether the value alone satisfies the pattern.
    pub standalone: Option<bool>,
    /// Whether the indicator was in force when it was mapped.
    pub state: Option<&'static str>,
    /// Why the rows do not say all that the pattern says.
    pub reason: Option<&'static str>,
}

parts!(StixRow<'_> {
    row_id, key, value, value_as_sent, value_type as "type", direction, network, relation, row_group, standalone, state,
    reason,
});
