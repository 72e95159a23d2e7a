//! Pointers to sources outside of STIX.

use super::hashes::Hashes;
use super::property::part::part_properties;
use crate::Properties;

/// A pointer to something outside STIX (STIX 2.1 section 2.5). One of `description`, `url` and
/// `external_id` is required.
///
/// ```
/// use stixkit::object::{ExternalReference, Vulnerability};
///
/// let mut vulnerability = Vulnerability::new(stixkit::Timestamp::now(), "CVE-2014-0160");
/// let mut reference = ExternalReference::new("cve");
/// reference.external_id = Some("CVE-2014-0160".into());
/// vulnerability.common.external_references.push(reference);
/// assert_eq!(vulnerability.common.external_references[0].source_name, "cve");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ExternalReference {
    /// The source: `cve`, `mitre-attack`, the name of a report's publisher.
    pub source_name: String,
    /// What is to be found there.
    pub description: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// Hashes of what the URL points to.
    pub hashes: Hashes,
    /// The source's own identifier, for example `CVE-2014-0160`.
    pub external_id: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(ExternalReference { source_name: String, description, url, hashes, external_id } one of { description, url, external_id });
