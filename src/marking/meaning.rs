//! What one marking means.

use std::fmt;
use std::sync::Arc;

use crate::Identifier;
use crate::object::Tlp;

/// A marking of an object or of a part of it.
///
/// ```
/// use stixkit::Object;
/// use stixkit::marking::{Markings, Meaning};
/// use stixkit::object::Tlp;
///
/// let note: Object = serde_json::from_str(r#"{"type": "malware", "spec_version": "2.1", "name": "x",
///     "id": "malware--2a4f4f2e-6b0b-4a86-a0e2-3f4c3f0f7a10", "is_family": false,
///     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
///     "granular_markings": [{"selectors": ["name"],
///         "marking_ref": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"}]}"#)?;
/// let effective = Markings::new().of(&note);
/// let applied = effective.applied().next().expect("the name is marked");
/// assert_eq!((&applied.meaning, applied.selector.as_deref()), (&Meaning::Tlp(Tlp::Green), Some("name")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Applied {
    /// What the marking means.
    pub meaning: Meaning,
    /// The marking definition. `None` if the marking cannot be read, or is a label.
    pub marking: Option<Identifier>,
    /// The part that is marked, as a selector. `None` if the whole object is.
    pub selector: Option<Arc<str>>,
}

/// What a marking means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// A level of the Traffic Light Protocol.
    Tlp(Tlp),
    /// A statement in words, which only people can apply: terms of use, a copyright.
    Statement(Arc<str>),
    /// A marking of another family, such as the Permissible Actions Protocol (PAP). It limits
    /// something other than who gets the object.
    Other {
        /// The family: `definition_type`, for example `PAP`.
        family: Arc<str>,
        /// What the definition contains: its name, or else its JSON.
        text: Arc<str>,
    },
    /// The definition of the marking is not known.
    Unknown,
    /// A property that was sent and cannot be read: one of the object's, such as
    /// `object_marking_refs`, or `definition` of the marking definition. It counts as TLP:RED.
    Unreadable(&'static str),
}

impl Meaning {
    /// Returns the level: the one of a TLP marking, and red for what cannot be read.
    pub fn tlp(&self) -> Option<Tlp> {
        match self {
            Self::Tlp(level) => Some(*level),
            Self::Unreadable(_) => Some(Tlp::Red),
            Self::Statement(_) | Self::Other { .. } | Self::Unknown => None,
        }
    }
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.selector {
            Some(selector) => write!(f, "`{selector}` ")?,
            None => f.write_str("the object ")?,
        }
        let marking = self.marking.as_ref();
        match &self.meaning {
            Meaning::Tlp(level) => write!(f, "is TLP:{}", level.as_str().to_ascii_uppercase()),
            Meaning::Statement(text) => write!(f, "has the statement \"{text}\""),
            Meaning::Other { family, text } if family.is_empty() => write!(f, "has the marking \"{text}\""),
            Meaning::Other { family, text } => write!(f, "has the marking \"{text}\" of the family {family}"),
            Meaning::Unknown => match marking {
                Some(marking) => write!(f, "has the marking {marking}, which is not known"),
                None => f.write_str("has a marking that is not known"),
            },
            Meaning::Unreadable(property) => match marking {
                Some(marking) => write!(f, "has the marking {marking}, whose `{property}` cannot be read"),
                None => write!(f, "has markings in `{property}` that cannot be read"),
            },
        }
    }
}
