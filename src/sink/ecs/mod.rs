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
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! let outcome = mapper.map(&indicator);
//! let options = ecs::Options::new();
//! let document = ecs::Document::new(&outcome.rows[0], &indicator, &options);
//! assert_eq!(document.threat.indicator.url.domain.as_deref(), Some("login.example.org"));
//!
//! let json = serde_json::to_value(&document)?;
//! assert_eq!(json["threat"]["feed"]["name"], "example");
//! assert_eq!(json["threat"]["indicator"]["confidence"], "High");
//! assert_eq!(json["event"]["module"], "ti_stixkit");
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
//! | the instant of [`Options::with_timestamp`], or else `created`, `modified` or `valid_from` | `@timestamp` |
//! | always | `event.kind: enrichment`, `event.category: [threat]`, `event.type: [indicator]`, `ecs.version` |
//! | [`Options`] | `event.module`, `event.dataset` |
//! | source | `threat.feed.name` |
//! | id | `threat.indicator.id`, a list |
//! | name, or else the value if it may be matched | `threat.indicator.name` |
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
//! | pattern, its language, `created`, validity, revocation, the number of the confidence | `stix.*`, with the names of Elastic's integration for custom STIX feeds |
//! | row id, key, value, relation, state, reason … | `stix.row.*`, with the names of the core row's columns, and `network` |
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
//! | hash of a file | `file` | `file.hash.*`: MD5, SHA-1, SHA-256, SHA-384, SHA-512, SSDEEP, TLSH; `file.pe.imphash`. ECS has no field for others |
//! | name, size, MIME type, creation of a file | `file` | `file.name`, `file.size`, `file.mime_type`, `file.created` |
//! | directory of a file; by itself | `file`; `directory` | `file.directory`; `file.path` |
//! | registry key | `windows-registry-key` | `registry.path` with the hive's short name, `registry.hive`, `registry.key` |
//! | name, data of a registry value | `windows-registry-key` | `registry.value`, `registry.data.strings` |
//! | certificate's serial number, issuer, subject | `x509-certificate` | `x509.serial_number` in upper case without colons, `x509.issuer.*`, `x509.subject.*` with their parts |
//! | e-mail address, at either end of a message too | `email-addr` | `email.address` |
//! | MAC address, mutex, process, user account, software, artifact, certificate's hash | `mac-addr`, `mutex` … | none |
//! | anything else of traffic or of a message: user agent, subject … | none | none |
//!
//! Addresses, domains, hashes and users are in `related.*` too, for searching. The host of a URL is
//! in `url.domain` and `related`: a rule of your own that compares hosts with `url.domain` also
//! requires `threat.indicator.type: domain-name`, since a URL is not its host.
//!
//! # What is not matched
//!
//! Elastic's rules match a document by the fields of the second table. ECS cannot say that an
//! indicator was revoked, has expired, or that a value means something only together with others.
//! So **only a row that is [`standalone`](crate::row::Relation::standalone) and neither revoked nor
//! expired nor unclear has these fields and `related.*`**. The document of any other row is there
//! for people: it has everything else, the value in `stix.row.value`, and a tag that says why:
//!
//! | tag | meaning |
//! |---|---|
//! | `stix:part` | the value is a part of what the pattern asks for |
//! | `stix:pattern` | the pattern has no value: other operators, several observations, another language |
//! | `stix:revoked`, `stix:expired` | the indicator is no longer good |
//! | `stix:unclear` | the feed's properties do not tell whether it is |
//! | `stix:pending` | it is not good yet; it is matched all the same, unless the caller leaves such rows out |
//!
//! Of a file's hashes that are joined by `AND`, the strongest one is standalone, because the others
//! follow from it.
//!
//! # Setting up Elasticsearch
//!
//! 1. Create the index template, so that addresses, networks and times have their types:
//!    `PUT _index_template/ti_stixkit` with the JSON of [`index_template()`]. The program
//!    `feed_to_rows --index-template` prints it.
//! 2. Send documents in the form of [`Document::write_bulk`] (`feed_to_rows --sink ecs --format
//!    bulk`) to `POST logs-ti_stixkit/_bulk` with `Content-Type: application/x-ndjson`. A body may
//!    have some ten thousand lines.
//! 3. The `_id` of a document is its row's [`RowKey`](crate::row::RowKey): feed, STIX id, key and
//!    value, which the versions of an indicator share. So a document replaces the one before it,
//!    and one that was revoked, or has expired, is no longer matched. Delete the documents of
//!    values that an indicator no longer names with [`write_bulk_delete`];
//!    [`Upserts`](crate::row::Upserts) reports them.
//! 4. Enable Elastic's prebuilt rules `Threat Intel IP Address`, `Hash`, `URL`, `Windows Registry
//!    Indicator Match` … Their indicator indices (`logs-ti_*`) and their filter
//!    (`event.module:(threatintel or ti_*)`) include the documents as they are.
//! 5. These rules also require `@timestamp >= now-30d`. Set [`Options::with_timestamp`] to the
//!    present, and write all valid indicators anew at least once in 30 days. Indicators expire
//!    between two writes, too: exclude them in rules of your own with
//!    `not stix.ioc_expiration_date < now`.
//!
//! Is an address an indicator? In KQL, networks included:
//!
//! ```text
//! event.module : ti_stixkit and (threat.indicator.ip : "198.51.100.3" or stix.row.network : "198.51.100.3")
//!   and not stix.ioc_expiration_date < now
//! ```
//!
//! In ES|QL:
//!
//! ```text
//! FROM logs-ti_stixkit
//! | WHERE threat.indicator.ip == "198.51.100.3"
//!     AND (stix.ioc_expiration_date IS NULL OR stix.ioc_expiration_date > NOW())
//! | KEEP threat.indicator.id, threat.indicator.name, threat.indicator.confidence, stix.valid_until
//! ```
//!
//! Which events have an address of an indicator? An enrich policy takes the documents into a lookup
//! table (`PUT _enrich/policy/stix-ip`, then `POST _enrich/policy/stix-ip/_execute` after each
//! load); for networks, a policy of type `range` on `stix.row.network` does the same:
//!
//! ```text
//! {"match": {"indices": "logs-ti_stixkit", "match_field": "threat.indicator.ip",
//!            "query": {"exists": {"field": "threat.indicator.ip"}},
//!            "enrich_fields": ["threat.indicator.id", "threat.indicator.name", "stix.ioc_expiration_date"]}}
//!
//! FROM logs-*
//! | ENRICH stix-ip ON destination.ip
//! | WHERE threat.indicator.id IS NOT NULL
//!     AND (stix.ioc_expiration_date IS NULL OR stix.ioc_expiration_date > @timestamp)
//! ```
//!
//! # What is lost
//!
//! - **The prefix of networks.** No field of ECS holds a network, and the first address alone would
//!   be another indicator. The network is in `stix.row.network`: mapped as `ip_range`, it is found
//!   by the addresses in it, though not by Elastic's rules.
//! - What is longer than 4 KiB and shared by the rows of an indicator, as its pattern, description
//!   or list of labels, is in the first document of [`Document::all`] alone; all of them have
//!   `stix.row.row_group`. Otherwise 20,000 addresses would repeat their pattern 20,000 times.
//! - The direction of addresses and ports: these fields have none. It is in `stix.row.direction`.
//! - When validity ends: in `stix.ioc_expiration_date`, with the reason beside it. A revocation
//!   takes precedence over `valid_until`.
//! - Kill chains other than ATT&CK's; severity; all external references but the first URL.
//! - Hashes by other algorithms (SHA-3, VHASH …) are in `stix.row.value` alone.
//! - Values that have not the form that a field's type requires are in `stix.row.value` alone.

mod bulk;
mod fields;
mod from_row;
mod index_template;
mod options;

pub use bulk::write_bulk_delete;
pub use fields::{
    AutonomousSystem, DistinguishedName, Document, Ecs, Email, Event, File, Hash, Marking, Named, Names, Pe, Registry,
    RegistryData, Related, Stix, StixRow, Subtechniques, Tactics, Techniques, Threat, ThreatIndicator, Url, VERSION,
    X509,
};
pub use index_template::index_template;
pub use options::Options;
