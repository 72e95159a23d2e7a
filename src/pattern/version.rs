//! The versions of the pattern language.

/// A version of the pattern language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// STIX 2.0: `START` and `STOP` take strings; `EXISTS` is an ordinary name.
    V20,
    /// STIX 2.1.
    #[default]
    V21,
}
