//! Identifiers: `type--UUID`.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::json::text::TextVisitor;
use crate::kind::{Kind, MAX_NAME};

/// A STIX identifier (STIX 2.1 section 2.9): the name of a type, two hyphens, a UUID.
///
/// An identifier of one of the standard's types with a lower-case UUID takes no memory of its own. Any other text
/// (upper case, no UUID, a custom type's name) is kept as it was written, so reading an identifier never fails and
/// loses nothing; [`is_canonical`](Self::is_canonical) tells the two apart.
///
/// ```
/// use stixkit::{Identifier, Kind};
///
/// let id = Identifier::from("indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f");
/// assert_eq!(id.kind(), Some(Kind::Indicator));
/// assert!(id.is_canonical());
///
/// let odd = Identifier::from("indicator--1234567890gg");
/// assert_eq!(odd.to_string(), "indicator--1234567890gg");
/// assert_eq!((odd.kind(), odd.uuid()), (Some(Kind::Indicator), None));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(Repr);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    Standard(Kind, Uuid),
    Text(Box<str>),
}

/// Two hyphens and a UUID.
const UUID_PART: usize = 38;

/// The longest text of an identifier that takes no memory of its own.
pub(crate) const MAX_STANDARD_LEN: usize = MAX_NAME + UUID_PART;

impl Identifier {
    /// The identifier of an object of type `kind`.
    pub fn new(kind: Kind, uuid: Uuid) -> Self {
        Self(Repr::Standard(kind, uuid))
    }

    /// A random identifier (UUID version 4) for an object of type `kind`.
    pub fn random(kind: Kind) -> Self {
        Self::new(kind, Uuid::new_v4())
    }

    /// The type that the prefix names, where it is one of the standard's.
    pub fn kind(&self) -> Option<Kind> {
        match &self.0 {
            Repr::Standard(kind, _) => Some(*kind),
            Repr::Text(_) => Kind::from_name(self.prefix()?),
        }
    }

    /// What stands before the first `--`; `None` where there is no `--`.
    pub fn prefix(&self) -> Option<&str> {
        match &self.0 {
            Repr::Standard(kind, _) => Some(kind.name()),
            Repr::Text(text) => text.split_once("--").map(|(prefix, _)| prefix),
        }
    }

    /// The UUID, where there is one, in whatever case it was written.
    pub fn uuid(&self) -> Option<Uuid> {
        match &self.0 {
            Repr::Standard(_, uuid) => Some(*uuid),
            Repr::Text(text) => {
                let (_, uuid) = text.split_once("--")?;
                if uuid.len() == 36 { Uuid::try_parse(uuid).ok() } else { None }
            }
        }
    }

    /// Whether the text is in the standard's form: a name of lower-case letters, digits and hyphens, `--`, and a
    /// UUID of RFC 4122's variant in lower case.
    pub fn is_canonical(&self) -> bool {
        let Some(uuid) = self.uuid() else { return false };
        if uuid.get_variant() != uuid::Variant::RFC4122 {
            return false;
        }
        match &self.0 {
            Repr::Standard(..) => true,
            Repr::Text(text) => {
                text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
                    && self.prefix().is_some_and(|prefix| !prefix.is_empty())
            }
        }
    }

    /// Whether this identifier is written exactly as `text`. Allocates nothing.
    pub fn is(&self, text: &str) -> bool {
        self.with_text(|own| own == text)
    }

    pub(crate) fn with_text<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(self.text_in(&mut [0; MAX_STANDARD_LEN]))
    }

    /// The text, in `buffer` where it is kept in another form.
    pub(crate) fn text_in<'b>(&'b self, buffer: &'b mut [u8; MAX_STANDARD_LEN]) -> &'b str {
        match &self.0 {
            Repr::Text(text) => text,
            Repr::Standard(kind, uuid) => {
                let name = kind.name().as_bytes();
                let start = name.len() + 2;
                buffer[..name.len()].copy_from_slice(name);
                buffer[name.len()..start].copy_from_slice(b"--");
                uuid.hyphenated().encode_lower(&mut buffer[start..start + 36]);
                // OK because names and UUIDs are ASCII.
                std::str::from_utf8(&buffer[..start + 36]).unwrap_or_default()
            }
        }
    }
}

impl From<&str> for Identifier {
    fn from(text: &str) -> Self {
        let standard = || {
            // Only the 36-byte form in lower case is printed back as it was read.
            let (name, uuid) = text.split_at_checked(text.len().checked_sub(UUID_PART)?)?;
            let uuid = uuid.strip_prefix("--")?;
            // No early exit: without one, the compiler looks at many bytes at a time.
            if uuid.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase()) {
                return None;
            }
            Some(Repr::Standard(Kind::from_name(name)?, Uuid::try_parse(uuid).ok()?))
        };
        Self(standard().unwrap_or_else(|| Repr::Text(text.into())))
    }
}

impl FromStr for Identifier {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Identifier {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_text(|text| serializer.serialize_str(text))
    }
}

impl<'de> serde::Deserialize<'de> for Identifier {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "d81f86b9-975b-4c0b-875e-810c5ad45a4f";

    #[test]
    fn every_text_is_written_back_as_read() {
        for text in [
            format!("indicator--{UUID}"),
            format!("windows-registry-key--{UUID}"),
            format!("extension-definition--{UUID}"),
            format!("x-mitre-tactic--{UUID}"),
            format!("indicator--{}", UUID.to_uppercase()),
            format!("indicator--{{{UUID}}}"),
            format!("indicator-{UUID}"),
            "indicator--1234567890gg".into(),
            "indicator--é1f86b9-975b-4c0b-875e-810c5ad45a4".into(),
            "--".into(),
            String::new(),
        ] {
            let id = Identifier::from(text.as_str());
            assert_eq!(id.to_string(), text);
            assert!(id.is(&text));
        }
    }

    #[test]
    fn canonical_means_lower_case_and_the_right_variant() {
        let canonical = |text: &str| Identifier::from(text).is_canonical();
        assert!(canonical(&format!("indicator--{UUID}")));
        assert!(canonical(&format!("x-foo--{UUID}")));
        assert!(!canonical(&format!("X-Foo--{UUID}")));
        assert!(!canonical(&format!("--{UUID}")));
        assert!(!canonical("indicator--d81f86b9-975b-4c0b-075e-810c5ad45a4f"));
        assert!(!canonical(&format!("indicator--{}", UUID.to_uppercase())));
        assert!(!canonical("indicator--1234567890gg"));
    }

    #[test]
    fn an_upper_case_uuid_is_still_a_uuid() {
        let id = Identifier::from(format!("malware--{}", UUID.to_uppercase()).as_str());
        assert_eq!(id.uuid(), Some(Uuid::try_parse(UUID).unwrap()));
        assert_eq!(id.kind(), Some(Kind::Malware));
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn size() {
        assert_eq!(size_of::<Identifier>(), 24);
        assert_eq!(size_of::<Option<Identifier>>(), 24);
        assert!(Kind::ALL.iter().all(|kind| kind.name().len() <= MAX_NAME));
    }
}
