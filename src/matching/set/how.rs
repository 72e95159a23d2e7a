//! How a value of an event matches an indicator.

use std::fmt;

/// How a value of an event matches an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum How {
    /// The normal forms are equal.
    Exact,
    /// The value is a name below the domain, by this number of labels.
    Subdomain(u8),
    /// The value is in a network with a prefix of this length.
    Network(u8),
    /// The value continues the URL.
    UrlPrefix,
    /// The pattern holds for the event.
    Pattern,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.pad("exact"),
            Self::Subdomain(labels) => write!(f, "subdomain({labels})"),
            Self::Network(prefix) => write!(f, "network(/{prefix})"),
            Self::UrlPrefix => f.pad("url_prefix"),
            Self::Pattern => f.pad("pattern"),
        }
    }
}
