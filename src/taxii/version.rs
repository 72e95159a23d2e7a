//! The versions of TAXII.

/// A version of TAXII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a new version is a new protocol")]
pub enum Version {
    /// TAXII 2.0 of 2017.
    V20,
    /// TAXII 2.1 of 2021.
    V21,
}
