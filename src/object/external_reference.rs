//! Pointers to sources outside of STIX.

use super::hashes::Hashes;
use super::property::part::part_properties;
use crate::Properties;

/// A pointer to something outside STIX (STIX 2.1 section 2.5). One of `description`, `url` and
/// `external_id` is required.
///
/// Its properties have been the same in all versions of the standard, and `custom` takes any other,
/// so the struct may be written out.
///
/// ```
/// use stixkit::object::ExternalReference;
///
/// let reference = ExternalReference {
///     source_name: "cve".into(),
///     external_id: Some("CVE-2014-0160".into()),
///     ..Default::default()
/// };
/// assert_eq!(serde_json::to_string(&reference)?, r#"{"source_name":"cve","external_id":"CVE-2014-0160"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
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
