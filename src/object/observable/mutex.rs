use crate::Properties;
use crate::object::common::Common;
use crate::object::property::list::properties;

/// A mutual exclusion object of an operating system (STIX 2.1 section 6.11). Malware often makes
/// one with a fixed name, so that it runs only once.
///
/// ```
/// use stixkit::object::Mutex;
///
/// let mutex: Mutex = serde_json::from_str(r#"{
///     "type": "mutex",
///     "spec_version": "2.1",
///     "id": "mutex--19f70437-8d31-5652-b6e2-f42318abc3bb",
///     "name": "Global\\example-lock"
/// }"#)?;
/// assert_eq!(mutex.name, r"Global\example-lock");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct Mutex {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Mutex, "mutex" { name: String } identified by { name });
