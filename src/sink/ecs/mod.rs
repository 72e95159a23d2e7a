//! Documents of the Elastic Common Schema (ECS), for Elasticsearch and the detection rules that
//! match indicators there.
//!
//! ```
//! use stixkit::object::Indicator;
//! use stixkit::row::Mapper;
//! use stixkit::sink::ecs;
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
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).with_source("example");
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
//! A [`Document`] is one row of an indicator. Its fields are public, so that a program can add its
//! own tags before it writes. Fields without a value are not written.
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
//! | key, value, relation, state, reason … | `stix.row.*`, with the names of [`Row::COLUMNS`](crate::row::Row::COLUMNS), and `network` |
//!
//! | value | `threat.indicator.type` | field in `threat.indicator` |
//! |---|---|---|
//! | IP address, at either end of traffic too | `ipv4-addr`, `ipv6-addr` | `ip` |
//! | network | the same | none: the type `ip` takes no prefix length. See below |
//! | port, at either end | `port` | `port` |
//! | domain | `domain-name` | `url.domain` |
//! | what a domain resolves to | `domain-name` | none |
//! | URL | `url` | `url.full` and `url.original` as written, its parts as they are requested, but never `ip`: a URL is not its host |
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
//! Elastic's rules match a document by the fields of the second table. ECS cannot say that an
//! indicator was revoked, has expired, or that a value means something only together with others.
//! So **only a row that is [`standalone`](crate::row::Relation::standalone) and neither revoked nor
//! expired has these fields**. The document of any other row is there for people: it has everything
//! else, the value in `stix.row.value`, and a tag that says why:
//!
//! | tag | meaning |
//! |---|---|
//! | `stix:part` | the value is a part of what the pattern asks for |
//! | `stix:pattern` | the pattern has no value: other operators, several observations, another language |
//! | `stix:revoked`, `stix:expired` | the indicator is no longer good |
//! | `stix:pending` | it is not good yet; it is matched all the same, unless the caller leaves such rows out |
//!
//! Written under the same `_id`, such a document replaces the one that was matched: feed, STIX id,
//! key and value make one that the versions of an indicator share.
//!
//! # What is lost
//!
//! - **The prefix of networks.** No field of ECS holds a network, and the first address alone would
//!   be another indicator. The network is in `stix.row.network`: mapped as `ip_range`, it is found
//!   by the addresses in it, though not by Elastic's rules.
//! - The direction of addresses and ports: these fields have none. It is in `stix.row.direction`.
//! - When validity ends: in `stix.ioc_expiration_date`, with the reason beside it. A revocation
//!   takes precedence over `valid_until`.
//! - Kill chains other than ATT&CK's; severity; all external references but the first URL.
//! - Values that have not the form that a field's type requires stand in `stix.row.value` alone.

mod fields;
mod from_row;

pub use fields::{
    AutonomousSystem, DistinguishedName, Document, Ecs, Email, Event, File, Hash, Marking, Named, Names, Pe, Registry,
    RegistryData, Related, Stix, StixRow, Subtechniques, Tactics, Techniques, Threat, ThreatIndicator, Url, VERSION,
    X509,
};
