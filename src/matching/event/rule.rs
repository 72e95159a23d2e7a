//! What one field of a log means.

use super::place::Place;
use crate::row::{Direction, ValueKind};

/// What the values of one field of a log are: where they are in the objects of an event, and as what they are looked up.
///
/// ```
/// use stixkit::matching::event::{Place, Rule};
/// use stixkit::row::{Direction, ValueKind};
///
/// let rule = Rule::new("DestinationIp", Place::new("destination", "ipv4-addr:value")?)
///     .with_kind(ValueKind::Ipv4)
///     .with_direction(Direction::Dst)
///     .with_place(Place::new("traffic", "network-traffic:dst_ref.value")?);
/// assert_eq!(rule.place().as_str(), "ipv4-addr:value");
/// assert_eq!(rule.places().len(), 2);
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    field: Box<str>,
    /// The first is the one to report.
    places: Vec<Place>,
    kind: Option<ValueKind>,
    direction: Option<Direction>,
}

impl Rule {
    /// Creates a rule for values that are not looked up. Patterns still see them at their place.
    pub fn new(field: impl Into<Box<str>>, place: Place) -> Self {
        Self { field: field.into(), places: vec![place], kind: None, direction: None }
    }

    /// Sets as what values are looked up.
    pub fn with_kind(mut self, kind: ValueKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Sets the end of a connection or message that values belong to.
    pub fn with_direction(mut self, direction: Direction) -> Self {
        self.direction = Some(direction);
        self
    }

    /// Adds another place at which patterns see the values.
    pub fn with_place(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Returns the name of the field in the log, for example `dns.question.name`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns the place of values to report.
    pub fn place(&self) -> &Place {
        // OK because `new` adds a place and nothing removes it.
        &self.places[0]
    }

    /// Returns all places at which patterns see the values. There is at least one.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Returns as what values are looked up. `None` if only tests of patterns are about them.
    pub fn kind(&self) -> Option<ValueKind> {
        self.kind
    }

    /// Returns the end of a connection or message that values belong to.
    pub fn direction(&self) -> Option<Direction> {
        self.direction
    }
}
