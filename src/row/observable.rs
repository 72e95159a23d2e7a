//! One value of a pattern, and where in an object it is.

use std::borrow::Cow;

use super::direction::Direction;
use super::hash_type::hash_type;
use super::ip_range::IpRange;
use super::normalize::url;
use super::value_kind::ValueKind;

/// A value, and where in an observed object it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observable<'a> {
    /// The type of the observed object, which the path begins with: `ipv4-addr`.
    pub object_type: Cow<'a, str>,
    /// The path in canonical text, with one spelling for each hash algorithm:
    /// `file:hashes.'SHA-256'`.
    pub key: Cow<'a, str>,
    /// The value, decoded and otherwise as written. Numbers are text, binary values stay encoded.
    pub value: Cow<'a, str>,
    /// The value in [normal form](super::normalize()), which is the one to compare with. Bytes in
    /// hexadecimal are in lower case.
    pub norm: Cow<'a, str>,
    /// What the value is.
    pub kind: ValueKind,
    /// The end of a connection or message that the value belongs to.
    pub direction: Option<Direction>,
    /// Whether the value is well formed for its key. An address as the value of a domain name is
    /// not, nor is an MD5 hash of 40 digits, a defanged URL or one without a scheme. Such a row
    /// follows the pattern to the letter and will hardly match anything.
    pub well_formed: bool,
}

impl Observable<'_> {
    /// Returns the same observable, owning its text.
    pub fn into_owned(self) -> Observable<'static> {
        Observable {
            object_type: Cow::Owned(self.object_type.into_owned()),
            key: Cow::Owned(self.key.into_owned()),
            value: Cow::Owned(self.value.into_owned()),
            norm: Cow::Owned(self.norm.into_owned()),
            ..self
        }
    }

    /// Returns the algorithm of a hash as it is in the column `hash_type`: `sha256`.
    pub fn hash_type(&self) -> Option<Cow<'_, str>> {
        if self.kind == ValueKind::Hash { hash_type(&self.key) } else { None }
    }

    /// Returns the host of a well-formed URL as it is in the column `url_host`: a domain in normal
    /// form, or an address without brackets.
    pub fn url_host(&self) -> Option<&str> {
        if self.kind == ValueKind::Url && self.well_formed { url::host(&self.norm) } else { None }
    }

    /// Returns the bounds of an address or a network, which are in the columns `ip_from` and
    /// `ip_to`.
    pub fn ip_range(&self) -> Option<IpRange> {
        match self.kind {
            ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr => IpRange::parse(&self.norm),
            _ => None,
        }
    }

    /// Whether rows with the two have the same identity.
    pub(super) fn is_same(&self, other: &Observable<'_>) -> bool {
        self.key == other.key && self.norm == other.norm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn size() {
        assert!(size_of::<Observable<'_>>() <= 104, "{}", size_of::<Observable<'_>>());
    }
}
