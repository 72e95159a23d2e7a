use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Identifier, Properties};

/// An e-mail address (STIX 2.1 section 6.5). In STIX 2.0 its reference is a name local to the
/// observed data.
///
/// ```
/// use stixkit::object::EmailAddr;
///
/// let address: EmailAddr = serde_json::from_str(r#"{
///     "type": "email-addr",
///     "spec_version": "2.1",
///     "id": "email-addr--6deb37bd-12b7-54ae-805f-5f7146f3d171",
///     "value": "jdoe@example.com",
///     "display_name": "Jane Doe"
/// }"#)?;
/// assert_eq!(address.value, "jdoe@example.com");
/// assert_eq!(address.belongs_to_ref, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct EmailAddr {
    /// The common properties.
    pub common: Common,
    /// The address, without a display name.
    pub value: String,
    /// The name that mail programs show in place of the address.
    pub display_name: Option<String>,
    /// The user account that the address belongs to.
    pub belongs_to_ref: Option<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(EmailAddr, "email-addr" { value: String, display_name, belongs_to_ref } identified by { value });
