//! Who may get an object: effective markings, verdicts and redaction (STIX 2.1 section 7.2).
//!
//! # Share
//!
//! ```
//! use stixkit::Bundle;
//! use stixkit::marking::{Audience, Markings, Reason, Verdict};
//! use stixkit::object::Tlp;
//!
//! let bundle = Bundle::from_slice(br#"[
//!     {"type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
//!      "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
//!      "pattern": "[ipv4-addr:value = '192.0.2.1']", "pattern_type": "stix", "valid_from": "2024-05-01T10:00:00Z",
//!      "name": "Seen at Example Inc.",
//!      "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
//!      "granular_markings": [{"selectors": ["name"],
//!          "marking_ref": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"}]}
//! ]"#)?;
//! let markings = Markings::from_objects(bundle.objects());
//! let indicator = &bundle.objects()[0];
//!
//! // What is the TLP of this object, and of a part?
//! assert_eq!(markings.of(indicator).tlp(), Some(Tlp::Red));
//! assert_eq!(markings.at(indicator, "pattern").tlp(), Some(Tlp::Green));
//!
//! // May I send it to this partner? Why was this refused?
//! let verdict = markings.may_share(indicator, Audience::Community);
//! assert!(matches!(verdict, Verdict::No(Reason::TooStrict(_))));
//! assert_eq!(verdict.to_string(), "no: `name` is TLP:RED");
//!
//! // What must I strip?
//! let redacted = markings.redact(indicator, Audience::Community).expect("a name is optional");
//! assert_eq!(redacted.removed, ["name"]);
//! assert!(markings.may_share(&redacted.object, Audience::Community).is_yes());
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! A [`Limit`] makes an audience a setting: mappers of rows ([`Mapper::with_limit`]), lists for devices,
//! uploads, TAXII clients and [pictures](crate::graph::Picture::with_limit) take one, leave out what
//! may not go, and count it.
//!
//! # Rules
//!
//! The standard does not define how several markings combine. These rules never relax one:
//!
//! - The strictest level counts: of the object's markings, and for the whole object of its granular
//!   ones, too. A granular marking never relaxes the object's.
//! - Selectors are compared by components, so `pattern` does not mark `pattern_type`. One that selects
//!   nothing marks the whole object, because what was meant is not known ([`Notice::SelectsNothing`]).
//! - An object without a marking is not `TLP:CLEAR`: its verdict is [`Verdict::Unsure`]. So it is if the
//!   definition of a marking is not known, if there is a statement, and if there is a marking of
//!   another family, such as PAP. If only parts are marked, the rest is unmarked.
//! - Markings, and definitions of TLP, that cannot be read count as `TLP:RED`.
//! - If definitions of a marking disagree, the strictest counts ([`Notice::Conflict`]). So it does if a definition is stricter
//!   than its well-known identifier ([`Notice::Contradiction`]).
//! - Markings do not pass from one object to another: not from a report to what it refers to, nor from
//!   a marking definition to what it marks. [`Markings::closure`] answers for a package as a whole.
//!   Observables in the dictionary of observed data are parts of it.
//!
//! # Limits
//!
//! Time and memory are linear in the object, apart from sorting. The selectors after the first 1,000 of
//! an object count as if they selected nothing. Conditions that are stated in words only are not
//! interpreted.
//!
//! [`Mapper::with_limit`]: https://docs.rs/stixkit/latest/stixkit/row/struct.Mapper.html#method.with_limit

mod audience;
mod definition;
mod effective;
mod fixed;
mod limit;
mod markings;
mod meaning;
mod path;
mod reason;
mod redact;
mod summary;

pub use audience::Audience;
pub use effective::{Effective, Notice};
pub use fixed::fixed_definitions;
pub use limit::Limit;
pub use markings::Markings;
pub use meaning::{Applied, Meaning};
pub use reason::{Reason, Verdict};
pub use redact::Redacted;
pub use summary::Summary;
