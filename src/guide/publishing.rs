//! Make objects and publish them: an indicator with its context, checked, marked and written.
//!
//! ```
//! use stixkit::object::{Identity, Indicator, Malware, Relationship};
//! use stixkit::pattern::Pattern;
//! use stixkit::vocab::{IndicatorType, MalwareType, PatternType, RelationshipType};
//! use stixkit::{Bundle, Level, Object, Timestamp};
//!
//! /// TLP:GREEN, the marking that the standard predefines.
//! const GREEN: &str = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let now = Timestamp::now();
//!     let author = Identity::new(now.clone(), "Example CERT");
//!
//!     let mut malware = Malware::new(now.clone(), "Poison Ivy", true);
//!     malware.malware_types = vec![MalwareType::RemoteAccessTrojan];
//!
//!     // `equals` escapes the value, so that quotes in it cannot change the pattern.
//!     let pattern = Pattern::equals("domain-name:value", "c2.example.org")?;
//!     let mut indicator = Indicator::new(now.clone(), pattern.text(), PatternType::Stix, now.clone());
//!     indicator.name = Some("Command and control of Poison Ivy".into());
//!     indicator.indicator_types = vec![IndicatorType::MaliciousActivity];
//!     indicator.valid_until = Some("2099-01-01T00:00:00Z".parse()?);
//!
//!     let link = Relationship::new(
//!         now,
//!         RelationshipType::Indicates,
//!         indicator.common.id.clone(),
//!         malware.common.id.clone(),
//!     );
//!
//!     let author_id = author.common.id.clone();
//!     let mut objects: Vec<Object> = vec![author.into(), malware.into(), indicator.into(), link.into()];
//!     for object in &mut objects {
//!         let common = object.common_mut();
//!         common.created_by_ref = Some(author_id.clone());
//!         common.object_marking_refs = vec![GREEN.parse()?];
//!     }
//!
//!     // What a strict receiver would refuse.
//!     for object in &objects {
//!         for finding in object.check() {
//!             assert!(finding.kind.level() < Level::Error, "{}: {finding}", object.id());
//!         }
//!     }
//!
//!     let bundle = Bundle::new(objects);
//!     println!("{}", serde_json::to_string_pretty(&bundle)?);
//!     Ok(())
//! }
//! ```
//!
//! # To a TAXII server
//!
//! With the feature `taxii`, `Client::add` splits objects into requests, follows each until the
//! server has processed it, and reports an outcome for each object:
//!
#![cfg_attr(feature = "taxii", doc = "```")]
#![cfg_attr(not(feature = "taxii"), doc = "```ignore")]
//! use stixkit::Bundle;
//! use stixkit::taxii::{AddOptions, Client, Error, RootUrl, Transport};
//!
//! /// Returns whether the server has all objects, and prints the identifiers of the others.
//! async fn publish<T: Transport>(client: &Client<T>, root: &RootUrl, bundle: &Bundle) -> Result<bool, Error> {
//!     let added = client.add(root, "91a7b528", bundle.objects(), &AddOptions::default()).await?;
//!     for (object, outcome) in bundle.objects().iter().zip(&added.outcomes) {
//!         println!("{} {outcome:?}", object.id());
//!     }
//!     Ok(added.is_complete())
//! }
//! ```
//!
//! # Later versions
//!
//! Keep what you have published. To correct an object, change [`Object::new_version`], which keeps
//! its identifier; to withdraw it, publish [`Object::revoke`]. Both need the time, so that your
//! receivers know which version is the newest. Only the author of an object may publish versions of
//! it.
//!
//! [`Object::new_version`]: crate::Object::new_version
//! [`Object::revoke`]: crate::Object::revoke
//!
//! # Observables
//!
//! The identifiers of observables follow from their properties, so two publishers use the same one:
//! [`object`](crate::object#making) shows how to set both at once.
//!
//! # Receivers of STIX 2.0
//!
//! [`Bundle::downgrade`](crate::Bundle::downgrade) returns the bundle in STIX 2.0, what was
//! changed, and which objects STIX 2.0 cannot express.
