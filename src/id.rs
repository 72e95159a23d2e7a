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
/// assert!(odd == "indicator--1234567890gg");
/// ```
///
/// # As the key of a map
///
/// An identifier is not kept as text, so it implements neither `AsRef<str>` nor `Borrow<str>`. To look up text in a map,
/// make an identifier of it, which takes no memory for those of the standard's types:
///
/// ```
/// use std::collections::HashMap;
/// use stixkit::Identifier;
///
/// let id = Identifier::from("malware--d81f86b9-975b-4c0b-875e-810c5ad45a4f");
/// let scores = HashMap::from([(id, 7)]);
/// assert_eq!(scores.get(&"malware--d81f86b9-975b-4c0b-875e-810c5ad45a4f".into()), Some(&7));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(Repr);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    Standard(Kind, Uuid),
    Text(Box<str>),
}

/// How an identifier is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// In the standard's form.
    Canonical,
    /// In the standard's form, apart from upper-case letters in the UUID.
    UpperCase,
    /// In no such form.
    Other,
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

    /// Whether there is a `--`.
    #[inline]
    pub(crate) fn has_prefix(&self) -> bool {
        match &self.0 {
            Repr::Standard(..) => true,
            // Much faster than a search for text, because it is in the first few bytes.
            Repr::Text(text) => text.as_bytes().windows(2).any(|two| two == b"--"),
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

    /// Whether the text is in the standard's form: a name of lower-case letters, digits and hyphens, `--`, and a UUID
    /// of RFC 9562, which replaced RFC 4122, in lower case.
    ///
    /// Such a UUID has one of the versions 1 to 8 and the variant of the RFC. The nil UUID (all zeros) and the max UUID
    /// (all `f`) have neither: the RFC defines them for the absence of a value, and an object has an identifier.
    ///
    /// ```
    /// use stixkit::Identifier;
    ///
    /// let is_canonical = |text: &str| Identifier::from(text).is_canonical();
    /// assert!(is_canonical("indicator--86957b24-f250-4857-a1ed-ab53a7ddd38b"));
    /// // There is no version `e`.
    /// assert!(!is_canonical("indicator--86957b24-f250-e857-a1ed-ab53a7ddd38b"));
    /// assert!(!is_canonical("indicator--00000000-0000-0000-0000-000000000000"));
    /// ```
    pub fn is_canonical(&self) -> bool {
        self.form() == Form::Canonical
    }

    /// How the identifier is written.
    pub(crate) fn form(&self) -> Form {
        let Some(uuid) = self.uuid() else { return Form::Other };
        if uuid.get_variant() != uuid::Variant::RFC4122 || !(1..=8).contains(&uuid.get_version_num()) {
            return Form::Other;
        }
        let Repr::Text(text) = &self.0 else { return Form::Canonical };
        let Some((prefix, uuid)) = text.split_once("--") else { return Form::Other };
        let is_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if prefix.is_empty() || !prefix.bytes().all(is_name) {
            Form::Other
        } else if uuid.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Form::UpperCase
        } else {
            Form::Canonical
        }
    }

    /// Whether this identifier is written exactly as `text`. Allocates nothing.
    pub fn is(&self, text: &str) -> bool {
        self.with_text(|own| own == text)
    }

    /// The bytes of the text.
    #[cfg(feature = "rows")]
    pub(crate) fn text_len(&self) -> usize {
        match &self.0 {
            Repr::Text(text) => text.len(),
            Repr::Standard(kind, _) => kind.name().len() + UUID_PART,
        }
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
            Some(Repr::Standard(Kind::from_name(name)?, parse_uuid(uuid.as_bytes().try_into().ok()?)?))
        };
        Self(standard().unwrap_or_else(|| Repr::Text(text.into())))
    }
}

impl From<String> for Identifier {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Identifier {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for Identifier {
    /// Clones the identifier, so that functions which take `impl Into<Identifier>` take a reference, too.
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl From<Identifier> for String {
    fn from(id: Identifier) -> Self {
        id.to_string()
    }
}

impl PartialEq<str> for Identifier {
    fn eq(&self, text: &str) -> bool {
        self.is(text)
    }
}

impl PartialEq<&str> for Identifier {
    fn eq(&self, text: &&str) -> bool {
        self.is(text)
    }
}

impl PartialEq<String> for Identifier {
    fn eq(&self, text: &String) -> bool {
        self.is(text)
    }
}

/// Parses a UUID in lower case, the only form that is printed back as it was read. Objects have several,
/// and `uuid`, which takes every form, needs twice the time.
#[inline]
pub(crate) fn parse_uuid(text: &[u8; 36]) -> Option<Uuid> {
    let (first, rest) = text.split_first_chunk::<8>()?;
    let (second, rest) = rest.split_first_chunk::<5>()?;
    let (third, rest) = rest.split_first_chunk::<5>()?;
    let (fourth, rest) = rest.split_first_chunk::<5>()?;
    let ([b'-', second @ ..], [b'-', third @ ..], [b'-', fourth @ ..]) = (second, third, fourth) else { return None };
    let (fifth, last) = rest.strip_prefix(b"-")?.split_first_chunk::<4>()?;
    let eight = |left: &[u8; 4], right: &[u8; 4]| {
        hexadecimal(u64::from(u32::from_be_bytes(*left)) << 32 | u64::from(u32::from_be_bytes(*right)))
    };
    let (a, not_a) = hexadecimal(u64::from_be_bytes(*first));
    let (b, not_b) = eight(second, third);
    let (c, not_c) = eight(fourth, fifth);
    let (d, not_d) = hexadecimal(u64::from_be_bytes(last.try_into().ok()?));
    let uuid = u128::from(a << 32 | b) << 64 | u128::from(c << 32 | d);
    (not_a | not_b | not_c | not_d == 0).then(|| Uuid::from_u128(uuid))
}

/// The value of eight hexadecimal digits in lower case, one in each byte, and 0 if that is what they
/// are.
#[inline]
fn hexadecimal(digits: u64) -> (u64, u64) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Letters have the bit 0x40, and `a` is 0x61.
    let letters = digits >> 6 & ONES;
    let values = (digits & (0x0f * ONES)) + 9 * letters;
    // Written again, they are the same, or they were no digits.
    let is_letter = (values + 0x76 * ONES) >> 7 & ONES;
    let again = values + 0x30 * ONES + 0x27 * is_letter;
    let wrong = (values & (0xf0 * ONES)) | (again ^ digits);
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    ((fours | fours >> 16) & 0xffff_ffff, wrong)
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
    fn a_uuid_is_parsed_as_uuid_does() {
        let text = UUID.as_bytes();
        for at in 0..text.len() {
            for byte in 0..=255 {
                let mut changed = text.to_vec();
                changed[at] = byte;
                let is_lower = !changed.iter().any(u8::is_ascii_uppercase);
                let expected = Uuid::try_parse_ascii(&changed).ok().filter(|_| is_lower);
                assert_eq!(parse_uuid(changed[..].try_into().unwrap()), expected, "{byte} at {at}");
            }
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
    fn b23_canonical_means_a_version_that_exists() {
        for version in "0123456789abcdef".chars() {
            let id = Identifier::from(format!("x-foo--d81f86b9-975b-{version}c0b-875e-810c5ad45a4f").as_str());
            let expected = if ('1'..='8').contains(&version) { Form::Canonical } else { Form::Other };
            assert_eq!(id.form(), expected, "{id}");
        }
        for digit in ["0", "f", "F"] {
            let uuid = [8, 4, 4, 4, 12].map(|len| digit.repeat(len)).join("-");
            assert_eq!(Identifier::from(format!("indicator--{uuid}").as_str()).form(), Form::Other);
        }
    }

    #[test]
    fn upper_case_in_the_uuid_alone_is_a_form_of_its_own() {
        let upper = UUID.to_uppercase();
        for (text, form) in [
            (format!("indicator--{upper}"), Form::UpperCase),
            (format!("x-foo--{upper}"), Form::UpperCase),
            (format!("Indicator--{upper}"), Form::Other),
            (format!("Indicator--{UUID}"), Form::Other),
            (format!("--{upper}"), Form::Other),
        ] {
            assert_eq!(Identifier::from(text.as_str()).form(), form, "{text}");
        }
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
