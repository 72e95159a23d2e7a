use std::borrow::Cow;

use crate::Properties;
use crate::object::common::Common;
use crate::object::common::labels_or;
use crate::object::property::list::properties;
use crate::vocab::{IdentityClass, IndustrySector};

/// A person, an organization, a system or a class of such (STIX 2.1 section 4.5). Producers of
/// objects are identities: `created_by_ref` points to one.
///
/// ```
/// use stixkit::object::Identity;
/// use stixkit::vocab::IdentityClass;
///
/// let identity: Identity = serde_json::from_str(r#"{
///     "type": "identity",
///     "spec_version": "2.1",
///     "id": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Example CERT",
///     "identity_class": "organization"
/// }"#)?;
/// assert_eq!(identity.identity_class, Some(IdentityClass::Organization));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Identity {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// The roles that it plays, for example `ceo` or `domain-administrators`. STIX 2.0 has these in
    /// `labels`: see [`effective_roles`](Self::effective_roles).
    pub roles: Vec<String>,
    /// What kind of party it is. Required in STIX 2.0.
    pub identity_class: Option<IdentityClass>,
    /// The industries it belongs to.
    pub sectors: Vec<IndustrySector>,
    /// How to reach it: mail, telephone, in free form.
    pub contact_information: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Identity, "identity" {
    name: String, description, roles [since_21, labels_20], identity_class [required_20], sectors, contact_information,
});

impl Identity {
    /// The roles that it plays: `roles`, or where there are none in STIX 2.0 the labels.
    pub fn effective_roles(&self) -> Cow<'_, [String]> {
        labels_or(&self.roles, &self.common)
    }
}
