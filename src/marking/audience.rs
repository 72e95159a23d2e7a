//! Who gets an object.

use std::fmt;

use crate::object::Tlp;

/// Who gets an object, from the narrowest audience to the widest: the five that the levels of the
/// Traffic Light Protocol tell apart.
///
/// ```
/// use stixkit::marking::Audience;
/// use stixkit::object::Tlp;
///
/// assert!(Audience::Organization < Audience::Community);
/// assert!(Tlp::Amber.allows(Audience::Clients) && !Tlp::Amber.allows(Audience::Community));
/// assert_eq!(Audience::from(Tlp::Amber), Audience::Clients);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Audience {
    /// The people to whom the object was sent.
    Recipients,
    /// Everybody in their organization.
    Organization,
    /// The organization and its clients.
    Clients,
    /// The community: peers and partners, but no public channel.
    Community,
    /// Everybody.
    Public,
}

impl Audience {
    /// All audiences, the narrowest first.
    pub const ALL: [Self; 5] = [Self::Recipients, Self::Organization, Self::Clients, Self::Community, Self::Public];

    /// Returns the audience as a word: `recipients`, `organization`, `clients`, `community` or
    /// `public`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recipients => "recipients",
            Self::Organization => "organization",
            Self::Clients => "clients",
            Self::Community => "community",
            Self::Public => "public",
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The widest audience that the level allows.
impl From<Tlp> for Audience {
    fn from(level: Tlp) -> Self {
        match level {
            Tlp::Clear => Self::Public,
            Tlp::Green => Self::Community,
            Tlp::Amber => Self::Clients,
            Tlp::AmberStrict => Self::Organization,
            Tlp::Red => Self::Recipients,
        }
    }
}

impl Tlp {
    /// Returns whether the level allows that an audience gets what it marks (TLP 2.0): `RED` the
    /// recipients alone, `AMBER+STRICT` their organization, `AMBER` its clients, too, `GREEN` the
    /// community, and `CLEAR` everybody.
    pub fn allows(self, audience: Audience) -> bool {
        audience <= Audience::from(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stricter_level_allows_fewer() {
        let levels = [Tlp::Red, Tlp::AmberStrict, Tlp::Amber, Tlp::Green, Tlp::Clear];
        for (place, level) in levels.into_iter().enumerate() {
            let allowed: Vec<_> = Audience::ALL.into_iter().filter(|audience| level.allows(*audience)).collect();
            assert_eq!(allowed, Audience::ALL[..=place], "{level}");
        }
    }
}
