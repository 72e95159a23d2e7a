//! Vocabularies (STIX 2.1 section 10): enumerations that never refuse a value.
//!
//! A value of the standard reads as its variant, anything else as `Other` with the text as written,
//! so reading never fails and writing gives back what was read.
//!
//! ```
//! use stixkit::vocab::IndicatorType;
//!
//! assert_eq!(IndicatorType::from("benign"), IndicatorType::Benign);
//! assert_eq!(IndicatorType::from("Benign").as_str(), "Benign");
//! assert!(!IndicatorType::from("Benign").is_standard());
//! ```
//!
//! Most vocabularies are open: the standard asks for its own values and allows others. Those that
//! it calls enumerations are closed. They read just as leniently, and
//! [`Object::check`](crate::Object::check) lists a value that the standard does not have. Each
//! vocabulary knows which it is:
//!
//! ```
//! use stixkit::vocab::{MalwareType, OpinionValue};
//!
//! assert_eq!((MalwareType::NAME, MalwareType::IS_CLOSED), ("malware-type-ov", false));
//! assert_eq!((OpinionValue::NAME, OpinionValue::IS_CLOSED), ("opinion-enum", true));
//! assert_eq!(OpinionValue::STANDARD.first(), Some(&"strongly-disagree"));
//! assert_eq!(OpinionValue::from("maybe").as_str(), "maybe");
//! ```
//!
//! # All vocabularies
//!
//! With what each is about; the closed ones are marked.
//!
//! - Indicators: [`IndicatorType`] (what one points at), [`PatternType`] (the language of its
//!   pattern).
//! - Parties and places: [`IdentityClass`] (person, group, organization), [`IndustrySector`],
//!   [`Region`].
//! - Adversaries: [`ThreatActorType`], [`ThreatActorRole`], [`ThreatActorSophistication`] (skill),
//!   [`AttackResourceLevel`] (means), [`AttackMotivation`] (reasons).
//! - What adversaries use: [`InfrastructureType`], [`ToolType`].
//! - Malware: [`MalwareType`], [`MalwareCapability`], [`MalwareResult`] (what an analysis found),
//!   [`ImplementationLanguage`], [`ProcessorArchitecture`].
//! - Reports and assessments: [`ReportType`], [`GroupingContext`], [`OpinionValue`] (closed).
//! - Relationships: [`RelationshipType`] (the verbs).
//! - Observables: [`HashAlgorithm`], [`AccountType`], [`EncryptionAlgorithm`] (closed),
//!   [`SocketAddressFamily`] (closed), [`SocketType`] (closed).
//! - Observables of Windows: [`WindowsPebinaryType`], [`WindowsIntegrityLevel`] (closed),
//!   [`WindowsRegistryDatatype`] (closed), [`WindowsServiceStartType`] (closed),
//!   [`WindowsServiceType`] (closed), [`WindowsServiceStatus`] (closed).
//! - The standard itself: [`SpecVersion`], [`ExtensionType`] (closed).
//!
//! Two are not from section 10 and go by the name of their property: `RelationshipType` and
//! `SpecVersion`.

mod identity;
mod indicator;
mod malware;
mod meta;
mod observable;
mod relationship;
mod report;
mod threat;
mod vocabulary;
mod windows;

pub use identity::{IdentityClass, IndustrySector, Region};
pub use indicator::{IndicatorType, PatternType};
pub use malware::{ImplementationLanguage, MalwareCapability, MalwareResult, MalwareType, ProcessorArchitecture};
pub use meta::{ExtensionType, SpecVersion};
pub(crate) use observable::HASHES_OF_20;
pub use observable::{AccountType, EncryptionAlgorithm, HashAlgorithm, SocketAddressFamily, SocketType};
pub use relationship::RelationshipType;
pub use report::{GroupingContext, OpinionValue, ReportType};
pub use threat::{
    AttackMotivation, AttackResourceLevel, InfrastructureType, ThreatActorRole, ThreatActorSophistication,
    ThreatActorType, ToolType,
};
pub(crate) use vocabulary::Vocabulary;
pub use windows::{
    WindowsIntegrityLevel, WindowsPebinaryType, WindowsRegistryDatatype, WindowsServiceStartType, WindowsServiceStatus,
    WindowsServiceType,
};
