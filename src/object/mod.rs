//! STIX objects: one documented struct per type, and [`Object`] over all of them.
//!
//! | | |
//! |---|---|
//! | domain objects | [`AttackPattern`] [`Campaign`] [`CourseOfAction`] [`Grouping`] [`Identity`] [`Incident`] [`Indicator`] [`Infrastructure`] [`IntrusionSet`] [`Location`] [`Malware`] [`MalwareAnalysis`] [`Note`] [`ObservedData`] [`Opinion`] [`Report`] [`ThreatActor`] [`Tool`] [`Vulnerability`] |
//! | observables | [`Artifact`] [`AutonomousSystem`] [`Directory`] [`DomainName`] [`EmailAddr`] [`EmailMessage`] [`File`] [`Ipv4Addr`] [`Ipv6Addr`] [`MacAddr`] [`Mutex`] [`NetworkTraffic`] [`Process`] [`Software`] [`Url`] [`UserAccount`] [`WindowsRegistryKey`] [`X509Certificate`] |
//! | relationships | [`Relationship`] [`Sighting`] |
//! | about others | [`MarkingDefinition`] [`LanguageContent`] [`ExtensionDefinition`] |
//! | predefined [`Extensions`] | [`ArchiveExt`] [`NtfsExt`] [`PdfExt`] [`RasterImageExt`] [`WindowsPebinaryExt`] [`HttpRequestExt`] [`IcmpExt`] [`SocketExt`] [`TcpExt`] [`WindowsProcessExt`] [`WindowsServiceExt`] [`UnixAccountExt`] |
//! | any other type | [`Custom`] |
//!
//! Every struct has the properties of its own type as plain fields, the [`Common`] ones in
//! `common`, and properties that the crate does not define in `custom`, in document order.
//!
//! ```
//! use stixkit::{Kind, Object};
//!
//! let object: Object = serde_json::from_str(r#"{
//!     "type": "identity",
//!     "spec_version": "2.1",
//!     "id": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
//!     "created": "2024-05-01T10:00:00.000Z",
//!     "modified": "2024-05-01T10:00:00.000Z",
//!     "name": "Example CERT",
//!     "x_country": "LU"
//! }"#)?;
//! assert_eq!(object.kind(), Some(Kind::Identity));
//! let Object::Identity(identity) = &object else { panic!("it is an identity") };
//! assert_eq!(identity.name, "Example CERT");
//! assert_eq!(identity.custom.parse::<String>("x_country").transpose()?, Some("LU".to_owned()));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Reading
//!
//! Reading is lenient and loses nothing. A struct requires only properties that both STIX 2.0 and
//! 2.1 require, and without which the object has no meaning. If a type cannot represent a value
//! (`null`, an empty list, a value of the wrong shape), the JSON stays in `custom` under the
//! property's own name. [`Object::check`] compares an object with the standard.
//!
//! No object is rejected for a timestamp. Timestamps that the standard requires are optional here,
//! and methods return what follows from other properties if they are absent or cannot be read:
//!
//! | | or else |
//! |---|---|
//! | [`Indicator::effective_valid_from`] | `created` |
//! | [`Report::effective_published`] | `created` |
//! | [`ObservedData::effective_first_observed`] | `last_observed` |
//! | [`ObservedData::effective_last_observed`] | `first_observed` |
//! | [`Common::version`], which returns `modified` | `created` |
//!
//! # Properties of the wrong shape
//!
//! Properties that decide whether and how an object may be used have methods that also read what
//! feeds write instead of the standard's form: `"revoked": "True"`, `"confidence": "85"`,
//! `"valid_until": "2024-06-01"`, one marking without a list around it. The methods return an
//! [`Unclear`] error if the meaning is not plain. Rows use these methods.
//!
//! | of all objects | of indicators |
//! |---|---|
//! | [`Object::effective_revoked`] | [`Indicator::effective_valid_from`] |
//! | [`Object::effective_confidence`] | [`Indicator::effective_valid_until`] |
//! | [`Object::effective_labels`] | [`Indicator::effective_indicator_types`] |
//! | [`Object::effective_object_marking_refs`] | [`Indicator::effective_pattern_type`] |
//! | [`Object::effective_granular_markings`] | |
//!
//! # Making
//!
//! The `new` of a type takes the properties that the standard requires and the time of creation,
//! and makes the identifier. All other properties are public fields. [`Object::new_version`] and
//! [`Object::revoke`] follow the rules for versions.
//!
//! The identifiers of observables follow from their properties. `with` sets properties of a new
//! observable and then its identifier. If the properties of an observable change later, call
//! [`ObservableType::identify`], or [`Bundle::identify`](crate::Bundle::identify) before a bundle
//! is written, which also changes the references. [`Object::check`] finds identifiers that do not
//! follow.
//!
//! ```
//! use stixkit::Timestamp;
//! use stixkit::object::{File, Malware};
//! use stixkit::vocab::{HashAlgorithm, MalwareType};
//!
//! let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
//! let file = File::new().with(|file| {
//!     file.hashes.insert(HashAlgorithm::Md5, "d41d8cd98f00b204e9800998ecf8427e");
//!     file.size = Some(0);
//! });
//! let mut malware = Malware::new(now, "Poison Ivy", true);
//! malware.malware_types = vec![MalwareType::RemoteAccessTrojan];
//! malware.sample_refs = vec![file.common.id.clone()];
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! `serde_json` writes an object, always in the same order: the common properties, those of the
//! type in the standard's order, the custom ones.
//!
//! [`Author`] makes objects in one producer's name, with its identity, markings and confidence. The
//! scales of [`confidence`] are those of the standard's appendix.
//!
//! # Custom types and extensions
//!
//! A struct of your own with serde's traits is the payload of a custom type or an extension:
//!
//! | | read | write |
//! |---|---|---|
//! | custom type | [`Object::custom_as`], [`Custom::payload`] | [`Custom::from_payload`], [`Custom::set_payload`] |
//! | extension | [`Common::extension`] | [`Common::set_extension`] |
//! | custom properties | [`Properties::to`](crate::Properties::to) | [`Properties::set`](crate::Properties::set) |
//!
//! [`attack`] has the custom types of MITRE ATT&CK.
//!
//! # Names, paths, references
//!
//! [`Object::property`] and [`Object::select`] return any property by its name or path, whether it
//! is typed or custom. [`Object::references`] lists the objects that an object refers to.
//!
//! # STIX 2.0
//!
//! Objects of STIX 2.0 are read into the same structs and are written back as they were. Methods
//! called `effective_…` return values that STIX 2.0 has in `labels` or under another name. Observed
//! data holds its observables in [`Observables`], and fields that only STIX 2.0 has are documented
//! as such.
//!
//! [`Object::upgrade`] turns an object into one of 2.1, and [`Object::downgrade`] turns an object
//! of 2.1 into one of 2.0. Their documentation lists the rules. Properties that have no place in
//! the other version are kept with the prefix `x_`, and [`Object::upgrade_with_changes`] and
//! [`Object::downgrade_with`] report each as a [`Change`].
//! [`Bundle::upgrade`](crate::Bundle::upgrade) and [`Bundle::downgrade`](crate::Bundle::downgrade)
//! convert a whole bundle, in which observed data and its observables belong together.
//!
//! ```
//! use stixkit::Bundle;
//! use stixkit::object::{ObservedData, Url};
//!
//! let feed = br#"[{
//!     "type": "observed-data",
//!     "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
//!     "created": "2016-04-06T19:58:16.000Z",
//!     "modified": "2016-04-06T19:58:16.000Z",
//!     "first_observed": "2015-12-21T19:00:00Z",
//!     "last_observed": "2015-12-21T19:00:00Z",
//!     "number_observed": 1,
//!     "object_marking_refs": ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"],
//!     "objects": {"0": {"type": "url", "value": "https://example.org/"}}
//! }]"#;
//! let new = Bundle::from_slice(feed)?.upgrade();
//! // The marking of the observed data is one of the URL, too.
//! assert_eq!(new.of_type::<Url>().next().unwrap().common.object_marking_refs.len(), 1);
//! let old = new.downgrade();
//! assert_eq!(old.bundle.objects(), Bundle::from_slice(feed)?.objects());
//! # Ok::<(), stixkit::Error>(())
//! ```

pub(crate) mod any_object;
pub(crate) mod check;
pub(crate) mod indicator_excerpt;
pub(crate) mod indicator_parts;
pub(crate) mod property;
pub(crate) mod read;

mod access;
pub mod attack;
mod author;
mod change;
mod common;
pub mod confidence;
mod conformity;
mod contribution;
mod conversion;
mod custom;
mod domain;
pub(crate) mod downgrade;
mod effective;
mod extension;
mod external_reference;
#[cfg(any(test, feature = "arbitrary"))]
mod generate;
mod granular_marking;
mod hashes;
pub(crate) mod identify;
mod identity_key;
mod kill_chain_phase;
pub(crate) mod levels;
mod meta;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod object;
mod object_type;
mod observable;
mod observables;
mod reference;
mod relationship;
pub(crate) mod requirements;
mod tlp_definition;
mod tlp_forms;
mod type_name;
pub(crate) mod upgrade;
mod version;

pub use crate::kind::{Category, Kind};
pub use author::Author;
pub use change::{Change, ChangeKind, Downgraded, Upgraded};
pub use common::Common;
pub use confidence::Confidence;
pub use conversion::WrongType;
pub use custom::Custom;
pub use domain::*;
#[cfg(feature = "rows")]
pub(crate) use effective::Effective;
pub use effective::Unclear;
pub use extension::*;
pub use external_reference::ExternalReference;
pub use granular_marking::GranularMarking;
pub use hashes::{Hashes, HashesIter};
pub use identity_key::{IdentityBasis, IdentityKey};
pub use indicator_parts::IndicatorParts;
pub use kill_chain_phase::KillChainPhase;
pub use meta::{ExtensionDefinition, LanguageContent, MarkingDefinition, Tlp};
pub use object::Object;
pub use object_type::{ObjectType, ObservableType};
pub use observable::*;
pub use observables::Observables;
pub use property::view::{PropertyList, PropertyMap, PropertyValue};
pub use reference::Reference;
pub use relationship::{Relationship, Sighting};
pub use tlp_definition::TlpVersion;
