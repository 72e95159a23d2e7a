//! Check and share: is this feed what the standard says, and whom may I give it to?
//!
//! The program checks a bundle, sends what a partner may get, and writes down why the rest stays.
//!
//! ```
//! use stixkit::marking::{Audience, Markings, Reason};
//! use stixkit::object::Tlp;
//! use stixkit::validate::{Profile, Report};
//! use stixkit::{Bundle, Level, Object, Reader};
//!
//! # const FEED: &str = r#"{"type": "bundle", "id": "bundle--44af6c39-c09b-49c5-9de2-394224b04982", "objects": [
//! #   {"type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
//! #    "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "pattern_type": "stix",
//! #    "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z",
//! #    "name": "Seen at Example Inc.", "description": "A relay.",
//! #    "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
//! #    "granular_markings": [{"selectors": ["name"],
//! #      "marking_ref": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"}]},
//! #   {"type": "malware", "spec_version": "2.1", "id": "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
//! #    "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "name": "Poison Ivy",
//! #    "is_family": true, "malware_types": ["remote-acces-trojan"]},
//! #   {"type": "mac-addr", "id": "mac-addr--65cfcf98-8a6e-5a1b-8f61-379ac4f92d00", "value": "D2-FB-49-24-37-18",
//! #    "object_marking_refs": ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]}]}"#;
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // Is it what the standard says? Advice is left out, because most of the world ignores it.
//!     let profile = Profile::strict().without_level(Level::Advice);
//!     let report = Report::read(profile, Reader::from_str(FEED))?;
//!     for finding in report.findings() {
//!         println!("feed.json:{finding}");
//!     }
//!     assert_eq!((report.count(Level::Error), report.is_valid()), (1, false));
//!     let codes: Vec<_> = report.findings().iter().map(|finding| finding.code()).collect();
//!     assert!(codes.contains(&"vocabulary") && codes.contains(&"value-form"));
//!
//!     let bundle = Bundle::from_slice(FEED.as_bytes())?;
//!     // Definitions have to be known before their markings mean anything.
//!     let markings = Markings::from_objects(bundle.objects());
//!     let partner = Audience::Community;
//!
//!     // What is the level of the package as a whole?
//!     assert_eq!(markings.closure(bundle.objects()).tlp(), Some(Tlp::Red));
//!
//!     let mut sent: Vec<Object> = Vec::new();
//!     let mut kept: Vec<(String, Reason)> = Vec::new();
//!     for object in bundle.objects() {
//!         // What must I strip? Redaction returns why, if it is the object as a whole.
//!         match markings.redact(object, partner) {
//!             // What nobody marked is left, and may it go? `is_yes` fails closed.
//!             Ok(redacted) if markings.may_share(&redacted.object, partner).is_yes() => {
//!                 println!("{} without {:?}", object.id(), redacted.removed);
//!                 sent.push(redacted.object);
//!             }
//!             Ok(_) => kept.push((object.id().to_string(), Reason::Unmarked)),
//!             Err(reason) => kept.push((object.id().to_string(), reason)),
//!         }
//!     }
//!     // The indicator goes without its name, the malware is unmarked, the address is TLP:RED.
//!     assert_eq!(sent.len(), 1);
//!     assert!(sent[0].name().is_none());
//!     let reasons: Vec<_> = kept.iter().map(|(_, reason)| reason.code()).collect();
//!     assert_eq!(reasons, ["unmarked", "too-strict"]);
//!     Ok(())
//! }
//! ```
//!
//! # Decide before the first object goes out
//!
//! - **Which profile.** [`Profile::spec`] has what a receiver may refuse an object for. `strict`
//!   has what the standard recommends, too, and is for your own feed. [`Profile::reading`] is for
//!   feeds of others: what would harm you. See [`validate`](crate::validate).
//! - **Who the partner is.** TLP:AMBER may go to clients and TLP:AMBER+STRICT may not, so an
//!   [`Audience`] is more exact than a level. See [`marking`](crate::marking).
//! - **What is unmarked.** [`Limit::with_unmarked`](crate::marking::Limit::with_unmarked) lets it
//!   through, once for all ways out.
//! - **Whose object it is.** A redacted object is not a version of the original. Give it a new
//!   identifier and a `derived-from` relationship before you publish it under your name.
//!
//! # In a CI
//!
//! The examples `check` and `share` are these two steps as programs. `check --format sarif` writes
//! what CI systems show beside the lines of a file, and exits with 1 if there are errors.
//!
//! # Interoperability
//!
//! OASIS tests products by personas and use cases: Part 1 is about STIX 2.1, Part 2 about TAXII
//! 2.1. The tables are written from knowledge of these documents and quote nothing of them; their
//! own test data is not used. A use case holds if the crate's tests show it from the side of a
//! producer, whose bundle passes [`Profile::interop`], and from the side of a consumer, which has
//! the object typed and writes it back as it was.
//!
//! | persona | what of it a library does |
//! |---|---|
//! | data feed provider | makes, checks, marks and versions objects; [`publishing`](super::publishing) |
//! | threat intelligence platform | both sides of all use cases below |
//! | security information and event management | consumes; rows and tables for it, with the feature `rows` |
//! | threat mitigation system | consumes indicators; lists that devices load (`feed::write`) |
//! | threat detection system | consumes indicators; matching (feature `match`), queries (`translate`); makes sightings |
//! | threat intelligence sink | consumes all use cases below |
//! | TAXII client, feed and inbox | requests and answers, with the feature `taxii` |
//! | TAXII server | does not apply: the crate has a client only |
//! | personas that show something to people | do not apply: the crate has no screen |
//!
//! | STIX 2.1 use case | holds | shown by |
//! |---|---|---|
//! | attack pattern, campaign, course of action, grouping, indicator, infrastructure, intrusion set, location, malware, malware analysis, note, observed data, opinion, report, sighting, threat actor, tool, vulnerability | yes | a producer passes and needs each required property, its creator and a marking; a consumer has all properties |
//! | confidence | yes | numbers from 0 to 100, and none outside; [scales](crate::object::confidence) of words are translated |
//! | data markings | yes | the four definitions of version 1 of the Traffic Light Protocol, by identifier; effective levels; verdicts |
//! | versioning | yes | creation, modification and revocation keep identifier, creator and `created`; a consumer takes the newest version in any order |
//! | custom objects, properties and extensions | yes | they are kept and written back; the profile `strict` reports them |
//! | what a product does with the object, for example block an address | does not apply | a library hands over rows, lists and matches |
//!
//! | TAXII 2.1 use case | holds | shown by |
//! |---|---|---|
//! | discovery, API roots, collections with their rights | yes | requests, media types and answers |
//! | HTTP Basic; 401, 403, 404 and 406 told apart | yes | an error kind for each |
//! | objects over pages, one object, versions, manifest | yes | every object once, in every way of paging |
//! | filters: added after, identifier, type, version, specification version | yes | the query of each |
//! | adding objects, status until it is complete | yes | an outcome for each object |
//! | a collection that may not be read or written | yes | error kind `Forbidden` |
//! | deleting an object | yes | `Client::delete` |
//! | TLS and certificates | yes | with the feature `reqwest` or your own transport |
//! | everything that a server does: storing, paging, rate limits, authorization | does not apply | the crate has a client only |
//!
//! Three departures are deliberate. The documents ask for exactly three fraction digits in
//! `created` and `modified`; the profile accepts more, as the standard does, and constructors write
//! three. They take only version 1 of the Traffic Light Protocol; the profile reports other
//! markings, and everything else in the crate knows version 2. The profile does not require
//! `created_by_ref` of identities, because a producer's own identity has nobody to refer to.
//!
//! [`Audience`]: crate::marking::Audience
//! [`Profile::interop`]: crate::validate::Profile::interop
//! [`Profile::reading`]: crate::validate::Profile::reading
//! [`Profile::spec`]: crate::validate::Profile::spec
