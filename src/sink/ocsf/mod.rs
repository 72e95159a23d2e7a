//! Events of the Open Cybersecurity Schema Framework (OCSF), for data lakes.
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
//! let now: stixkit::Timestamp = "2024-05-20T00:00:00Z".parse()?;
//! let mapper = Mapper::new(&now).with_source("example");
//! let options = ocsf::Options::new(&now);
//! let outcome = mapper.map(&indicator);
//! let event = ocsf::Event::new(&outcome.rows[0], &indicator, &options);
//! assert_eq!((event.class_uid, event.type_uid), (5021, 502102));
//! assert_eq!((event.osint[0].type_id, &*event.osint[0].value), (1, "198.51.100.0/24"));
//!
//! let json = serde_json::to_value(&event)?;
//! assert_eq!(json["metadata"]["product"]["name"], "stixkit");
//! assert_eq!(json["osint"][0]["type"], "IP Address");
//! assert_eq!(json["osint"][0]["subnet"], "198.51.100.0/24");
//! assert_eq!(json["osint"][0]["confidence"], "High");
//! assert_eq!(json["osint"][0]["created_time"], 1714557600000_i64);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`Event`] is one row of an indicator: an event of the class OSINT Inventory Info (5021) of
//! the category Discovery, with the indicator in the object [`Osint`]. Their fields are public; a
//! program that knows when it took the indicator in sets [`uploaded_time`](Osint::uploaded_time).
//! Fields without a value are not written. [`Osint`] by itself is for other events that have the
//! profile `osint`.
//!
//! | event | is |
//! |---|---|
//! | `class_uid`, `category_uid`, `activity_id`, `type_uid` | 5021, 5, 2 Collect, 502102, with their names beside them |
//! | `time` | the instant of [`Options::new`], in milliseconds since 1970 |
//! | `severity_id` | 1 Informational; how severe the indicator is, is in `osint` |
//! | `metadata` | `version` of OCSF, `product`, and `correlation_uid`: the row's [`RowKey`](crate::row::RowKey), which all versions of it share. No profile is needed: the class has `osint` itself |
//! | `osint` | the row, as follows |
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
//! | hash | 4 Hash | `signatures`, of a file's: the hash in `digest`, with its algorithm. There is no `file`, of which OCSF requires a name |
//! | URL | 5 URL | |
//! | user agent | 6 User Agent | |
//! | certificate's hash, serial number, issuer, subject | 7 Digital Certificate | |
//! | subject and other text of a message | 8 Email | |
//! | e-mail address, at either end of a message too | 9 Email Address | `email.from`, `email.to` if the end is known and the address has the schema's form |
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
//! An object with a `type_id` and a `value` is an indicator to its readers. So **a value that is
//! only a part of what the pattern asks for is not given as one**: `value` is then the comparison,
//! with the value as text, `network-traffic:dst_port = '443'`, and there is no object beside it.
//! Where the pattern has no value, `value`, which OCSF requires, is the pattern. A revoked or
//! expired indicator keeps its value, and has an `expiration_time` that says so; if there is no
//! time to tell, or if the state is [`Unclear`](crate::row::State::Unclear), it is a comparison as
//! well. Of a file's hashes that are joined by `AND`, the strongest one is an indicator by itself.
//!
//! # Setting up Amazon Security Lake
//!
//! 1. Add a custom source, for example `stixkit`. Its event class is OSINT Inventory Info; the API
//!    does not require one. Security Lake makes a prefix in its bucket and a role to write there.
//! 2. Write the events as JSON lines (`feed_to_rows --sink ocsf`), convert them to Parquet with a
//!    column for each attribute, and put the files under
//!    `ext/stixkit/1.0/region=<region>/accountId=<account>/eventDay=<yyyyMMdd>/`. The day is that
//!    of `time`.
//! 3. Run the crawler of the source once, so that its table has columns and partitions.
//!
//! The table only grows: a newer version of an indicator, its expiry or revocation is one more
//! event with the same `metadata.correlation_uid`. A query takes the newest. In Athena, connections
//! of a day to an address that is an indicator:
//!
//! ```text
//! WITH newest AS (
//!   SELECT max_by(osint[1], time) AS i
//!   FROM amazon_security_lake_table_eu_central_1_ext_stixkit_1_0
//!   GROUP BY metadata.correlation_uid
//! )
//! SELECT n.time_dt, n.src_endpoint.ip, n.dst_endpoint.ip, i.uid, i."desc", i.confidence
//! FROM amazon_security_lake_table_eu_central_1_vpc_flow_2_0 n
//! JOIN newest ON i.type_id = 1 AND i.subnet IS NULL AND i.value = n.dst_endpoint.ip
//! WHERE n.eventday = '20240520'
//!   AND (i.expiration_time IS NULL OR i.expiration_time > n.time)
//! ```
//!
//! Parts of an `AND` have the type 99, so they never match. Values that a newer version of an
//! indicator no longer names have no newer event: append one with an `expiration_time` if
//! [`Upserts`](crate::row::Upserts) reports them as gone.
//!
//! # What is lost
//!
//! - That an indicator was revoked, other than by its `expiration_time`, and when it begins to be
//!   good: leave out rows whose [`state`](crate::row::Validity::state) is `Pending` if they are not
//!   to be matched yet.
//! - A type for mutexes, ports, autonomous systems, MAC addresses and others: only the text in
//!   `type` distinguishes them.
//! - At which end of traffic an address or a port stands, which `detection_pattern` says.
//! - The confidence as a number, the version of the TLP, other kill chains, references without URL,
//!   all actors but the first.
//! - What is longer than 4 KiB and shared by the rows of an indicator, as its pattern, description
//!   or list of labels, is in the first event of [`Event::all`] alone; all have the indicator's
//!   `uid`. Otherwise 20,000 addresses would repeat their pattern 20,000 times.
//! - Whois, locations and reputation: an indicator does not know them.

mod event;
mod objects;
mod options;
mod osint;

pub use event::{Event, Metadata, Product, VERSION};
pub use objects::{
    Attack, AutonomousSystem, Email, Entity, File, Fingerprint, KillChainPhase, Malware, Signature, ThreatActor, User,
};
pub use options::Options;
pub use osint::Osint;
