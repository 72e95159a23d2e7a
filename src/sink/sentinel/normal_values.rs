//! Which values are in normal form.

use crate::row::ValueKind;

/// Which values of the column `ObservableValue` are in [normal form](crate::row::normalize()). All
/// others are as the pattern has them, decoded.
///
/// The rules that Microsoft ships join by equality, so a value in another spelling than that of the
/// log matches nothing. The legacy table always has the normal form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NormalValues {
    /// No value.
    None,
    /// Values of which every spelling means the same to all receivers: hashes, domains, IP
    /// addresses, networks, e-mail addresses and MAC addresses.
    #[default]
    Common,
    /// Every value, for example also URLs, which then lack their fragments.
    All,
}

impl NormalValues {
    /// Returns the form that is written.
    pub(super) fn choose<'v>(self, kind: ValueKind, value: &'v str, norm: &'v str) -> &'v str {
        let is_common = matches!(
            kind,
            ValueKind::Hash
                | ValueKind::Domain
                | ValueKind::Ipv4
                | ValueKind::Ipv6
                | ValueKind::Cidr
                | ValueKind::Email
                | ValueKind::Mac
        );
        match self {
            Self::All => norm,
            Self::Common if is_common => norm,
            Self::Common | Self::None => value,
        }
    }
}
