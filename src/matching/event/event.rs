//! What happened at one time, as values of objects.

use super::entry::Entry;
use super::outcome::EventOutcome;
use super::rule::Rule;
use super::value::Value;
use crate::Timestamp;

/// What happened at one time, as values of objects.
///
/// Events can be made from values:
///
/// ```
/// use stixkit::Timestamp;
/// use stixkit::matching::event::{Event, EventOutcome, Place, Rule, Value};
/// use stixkit::row::ValueKind;
///
/// // Rules are made once.
/// let query = Rule::new("query", Place::new("query", "domain-name:value")?).with_kind(ValueKind::Domain);
/// let values = [Value::new(&query, "c2.example")];
/// let event = Event::new(&values)
///     .with_time(Timestamp::parse("2024-05-01T10:00:00Z")?)
///     .with_outcome(EventOutcome::Success);
/// assert_eq!(event.values().next().unwrap().text, "c2.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Event<'a> {
    time: Option<Timestamp>,
    outcome: Option<EventOutcome>,
    values: Values<'a>,
}

impl<'a> Event<'a> {
    /// Creates an event from its values.
    pub fn new(values: &'a [Value<'a>]) -> Self {
        Self { time: None, outcome: None, values: Values(List::Values(values.iter())) }
    }

    pub(super) fn from_entries(rules: &'a [Rule], entries: &'a [Entry], line: &'a str, decoded: &'a str) -> Self {
        let values = Values(List::Entries { rules, entries: entries.iter(), line, decoded });
        Self { time: None, outcome: None, values }
    }

    /// Sets when it happened.
    pub fn with_time(mut self, time: impl Into<Option<Timestamp>>) -> Self {
        self.time = time.into();
        self
    }

    /// Sets what became of it.
    pub fn with_outcome(mut self, outcome: impl Into<Option<EventOutcome>>) -> Self {
        self.outcome = outcome.into();
        self
    }

    /// Returns when it happened. `None` if that is not known.
    pub fn time(&self) -> Option<&Timestamp> {
        self.time.as_ref()
    }

    /// Returns what became of it. `None` if that is not known.
    pub fn outcome(&self) -> Option<EventOutcome> {
        self.outcome
    }

    /// Returns the values in the order of the log.
    pub fn values(&self) -> Values<'a> {
        self.values.clone()
    }
}

/// The values of an [`Event`].
#[derive(Clone, Debug)]
pub struct Values<'a>(List<'a>);

#[derive(Clone, Debug)]
enum List<'a> {
    Values(std::slice::Iter<'a, Value<'a>>),
    Entries { rules: &'a [Rule], entries: std::slice::Iter<'a, Entry>, line: &'a str, decoded: &'a str },
}

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        match &mut self.0 {
            List::Values(values) => values.next().copied(),
            List::Entries { rules, entries, line, decoded } => {
                let entry = entries.next()?;
                // OK because entries are made of rules that are there.
                let rule = &rules[entry.rule as usize];
                Some(Value { rule, instance: entry.instance, text: entry.slice.of(line, decoded), form: entry.form })
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            List::Values(values) => values.size_hint(),
            List::Entries { entries, .. } => entries.size_hint(),
        }
    }
}

impl ExactSizeIterator for Values<'_> {}
