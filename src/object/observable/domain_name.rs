use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Identifier, Properties};

/// A domain name of the internet (STIX 2.1 section 6.4). In STIX 2.0 its references are names local
/// to the observed data.
///
/// ```
/// use stixkit::object::DomainName;
///
/// let domain: DomainName = serde_json::from_str(r#"{
///     "type": "domain-name",
///     "spec_version": "2.1",
///     "id": "domain-name--04539f6e-0291-5d2d-bab1-ec3dc8e89665",
///     "value": "login.example.org",
///     "resolves_to_refs": ["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"]
/// }"#)?;
/// assert_eq!(domain.value, "login.example.org");
/// assert_eq!(domain.resolves_to_refs.len(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct DomainName {
    /// The common properties.
    pub common: Common,
    /// The name, its labels separated by dots.
    pub value: String,
    /// What it resolves to: IP addresses, or other domain names as in a `CNAME` record.
    pub resolves_to_refs: Vec<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(DomainName, "domain-name" { value: String, resolves_to_refs } identified by { value });
