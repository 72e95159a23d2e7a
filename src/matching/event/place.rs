//! Where in the objects of an event a value is.

use std::borrow::Cow;
use std::fmt;

use crate::pattern::ast::{Path, Property, Step};
use crate::pattern::{Error, Parser};

/// Where in the objects of an event a value is: the slot that keeps objects apart, and the path in an object of the slot.
///
/// `Image` and `ParentImage` of a log line are names of two files, so they are in two slots, although their paths are
/// both `file:name`. Values of one slot and object type belong to one object, unless the slot is repeated: then each
/// element of a list in the log is an object of its own, which [`Value::instance`](super::Value::instance) numbers.
///
/// ```
/// use stixkit::matching::event::Place;
///
/// let place = Place::new("image", "file:hashes.'SHA-256'")?;
/// assert_eq!((place.slot(), place.object_type()), ("image", "file"));
/// assert_eq!(place.path().steps[1].property(), Some("SHA-256"));
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
#[derive(Clone)]
pub struct Place {
    slot: Box<str>,
    is_repeated: bool,
    text: Box<str>,
    mark: u64,
    path: Path<'static>,
}

impl Place {
    /// Creates a place from a slot and a path of a pattern. A reference on the way is part of the path:
    /// `network-traffic:dst_ref.value`.
    ///
    /// A slot with `[]` after its name is repeated.
    ///
    /// # Errors
    ///
    /// Returns an error if the path is not one of a pattern.
    pub fn new(slot: &str, path: &str) -> Result<Self, Error> {
        let (slot, is_repeated) = match slot.strip_suffix("[]") {
            Some(slot) => (slot, true),
            None => (slot, false),
        };
        let parsed = into_owned(Parser::new().parse_path(path)?);
        let text = parsed.to_string();
        Ok(Self { slot: slot.into(), is_repeated, mark: Self::mark_of(&text), text: text.into(), path: parsed })
    }

    /// Returns the name of the slot.
    pub fn slot(&self) -> &str {
        &self.slot
    }

    /// Whether each element of a list in the log is an object of its own.
    pub fn is_repeated(&self) -> bool {
        self.is_repeated
    }

    /// Returns the type of the object.
    pub fn object_type(&self) -> &str {
        &self.path.object_type
    }

    /// Returns the path of the value in the object.
    pub fn path(&self) -> &Path<'static> {
        &self.path
    }

    /// One bit of 64 that depends on a path. Paths with different ones are different.
    pub(in crate::matching) fn mark_of(path: &str) -> u64 {
        let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let sum = path.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        1 << (sum >> 58)
    }

    /// The [mark](Self::mark_of) of the path.
    #[inline]
    pub(in crate::matching) fn mark(&self) -> u64 {
        self.mark
    }

    /// Returns the path as canonical text, for example `file:hashes.'SHA-256'`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = if self.is_repeated { "[]" } else { "" };
        write!(f, "{}{list} {}", self.slot, self.text)
    }
}

fn into_owned(path: Path<'_>) -> Path<'static> {
    let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    let steps = path.steps.into_iter().map(|step| match step {
        Step::Property(Property { span, name, quoted }) => Step::Property(Property { span, name: owned(name), quoted }),
        Step::Index(index) => Step::Index(index),
        Step::AnyIndex(any) => Step::AnyIndex(any),
    });
    Path { span: path.span, steps: steps.collect(), object_type: owned(path.object_type) }
}
