use crate::Properties;
use crate::object::common::Common;
use crate::object::property::list::properties;

/// A software product, in general or in one version (STIX 2.1 section 6.14).
///
/// ```
/// use stixkit::object::Software;
///
/// let software: Software = serde_json::from_str(r#"{
///     "type": "software",
///     "spec_version": "2.1",
///     "id": "software--a32e57fe-cadb-50d7-8a37-482c0e7159f2",
///     "name": "Example Browser",
///     "cpe": "cpe:2.3:a:example:browser:7.1:*:*:*:*:*:*:*",
///     "vendor": "Example Corp",
///     "version": "7.1"
/// }"#)?;
/// assert_eq!(software.name, "Example Browser");
/// assert_eq!(software.version.as_deref(), Some("7.1"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct Software {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// Its name in the Common Platform Enumeration, version 2.3: `cpe:2.3:a:…`.
    pub cpe: Option<String>,
    /// Its Software Identification (SWID) tag. Not in STIX 2.0.
    pub swid: Option<String>,
    /// The languages it supports, each an RFC 5646 tag, in older data an ISO 639-2 code.
    pub languages: Vec<String>,
    /// Who makes it.
    pub vendor: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Software, "software" {
    name: String, cpe, swid [since_21], languages, vendor, version,
} identified by { name, cpe, swid, vendor, version });
