use crate::Properties;
use crate::object::common::Common;
use crate::object::property::list::properties;

/// A URL (STIX 2.1 section 6.15). `common.defanged` says whether it was changed so that it is not
/// followed by accident.
///
/// ```
/// use stixkit::object::Url;
///
/// let url: Url = serde_json::from_str(r#"{
///     "type": "url",
///     "spec_version": "2.1",
///     "id": "url--be80301d-38c6-5b04-824b-62d94ccb6c99",
///     "value": "https://login.example.org/index.html"
/// }"#)?;
/// assert_eq!(url.value, "https://login.example.org/index.html");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct Url {
    /// The common properties.
    pub common: Common,
    /// The URL.
    pub value: String,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Url, "url" { value: String } identified by { value });
