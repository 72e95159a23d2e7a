//! The lines of a field map.

use super::outcome::EventOutcome;
use super::reading::Reading;
use crate::row::Direction;

/// A line of a field map.
#[derive(Clone, Debug)]
pub(super) enum Definition {
    Field(Field),
    /// A field with the time of the event.
    Time(Box<str>),
    /// A field with the outcome of the event, and what its words mean.
    Outcome(Box<str>, Vec<(Box<str>, EventOutcome)>),
    /// Objects in which all fields of the map may be.
    Under(Vec<Box<str>>),
}

/// What the values of a field are.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: Box<str>,
    /// The field whose value comes first, if two make one value.
    pub(super) joined: Option<Box<str>>,
    pub(super) reading: Reading,
    pub(super) places: Vec<Where>,
    pub(super) direction: Option<Direction>,
}

/// Where the values are.
#[derive(Clone, Debug)]
pub(super) struct Where {
    /// The slot, with `[]` if it is repeated. Several with `|` between them are a choice.
    pub(super) slot: Box<str>,
    /// The path, or the start of it. `None` if the reading says it.
    pub(super) path: Option<Box<str>>,
}

impl Definition {
    /// Whether the line is about a field of the log.
    pub(super) fn is_about(&self, name: &str) -> bool {
        match self {
            Self::Field(field) => *field.name == *name || field.joined.as_deref() == Some(name),
            Self::Time(own) | Self::Outcome(own, _) => **own == *name,
            Self::Under(_) => false,
        }
    }
}
