//! What was found.

use std::fmt;

use super::how::How;
use super::key::{Key, Role};
use super::record::Record;
use super::store::Store;
use super::term::Term;
use crate::Identifier;
use crate::matching::event::{EventOutcome, Rule};
use crate::matching::suppress::{List, Suppress};
use crate::object::Tlp;
use crate::row::{Direction, State};

/// An indicator that a value or an event matches.
#[derive(Clone)]
pub struct Hit<'h> {
    store: &'h Store,
    record: u32,
    term: Option<Term>,
    value: &'h str,
    rule: Option<&'h Rule>,
    outcome: Option<EventOutcome>,
    how: How,
    state: Option<State>,
    suppressed: Option<&'h List>,
}

impl<'h> Hit<'h> {
    pub(super) fn of_term(store: &'h Store, term: Term, value: &'h str, how: How, state: Option<State>) -> Self {
        Self {
            store,
            record: term.record,
            term: Some(term),
            value,
            rule: None,
            outcome: None,
            how,
            state,
            suppressed: None,
        }
    }

    pub(super) fn of_record(store: &'h Store, record: u32, state: Option<State>) -> Self {
        Self {
            store,
            record,
            term: None,
            value: "",
            rule: None,
            outcome: None,
            how: How::Pattern,
            state,
            suppressed: None,
        }
    }

    pub(super) fn in_event(mut self, rule: Option<&'h Rule>, outcome: Option<EventOutcome>) -> Self {
        (self.rule, self.outcome) = (rule, outcome);
        self
    }

    /// Looks for the values on lists.
    pub(super) fn suppressed_by(mut self, lists: &'h Suppress) -> Self {
        let (Some(term), Some(key)) = (self.term, self.key()) else { return self };
        if lists.is_empty() {
            return self;
        }
        let kind = self.rule.and_then(Rule::kind).unwrap_or(key.kind);
        self.suppressed = lists.check(kind, self.value);
        if self.suppressed.is_none() && key.role != Role::Anchor {
            self.suppressed = lists.check(key.kind, &self.store.values.bytes(term, key.form).print(key.form));
        }
        self
    }

    fn key(&self) -> Option<&'h Key> {
        self.term.map(|term| self.store.keys.get(term.key))
    }

    /// Returns the indicator.
    pub fn record(&self) -> Record<'h> {
        Record::new(self.store, self.record)
    }

    /// Returns the identifier of the indicator.
    pub fn id(&self) -> Identifier {
        self.record().id()
    }

    /// Returns the name of the feed.
    pub fn source(&self) -> &'h str {
        self.record().source()
    }

    /// Returns the confidence of the producer, 0 to 100. `None` is not 0.
    pub fn confidence(&self) -> Option<u8> {
        self.record().confidence()
    }

    /// Returns the strictest level of TLP of the indicator. `None` is not [`Tlp::Clear`].
    pub fn tlp(&self) -> Option<Tlp> {
        self.record().tlp()
    }

    /// Returns the path in the pattern, for example `ipv4-addr:value`. `None` if the pattern has nothing that can be
    /// looked up.
    pub fn path(&self) -> Option<&'h str> {
        self.key().map(|key| &*key.path)
    }

    /// Returns the value of the indicator that was found, in normal form: the network that an address is in, the
    /// domain that a name is below, the text that `LIKE` or `MATCHES` needs. `None` if the pattern has nothing that can
    /// be looked up.
    pub fn matched(&self) -> Option<String> {
        let (term, key) = (self.term?, self.key()?);
        Some(self.store.values.bytes(term, key.form).print(key.form))
    }

    /// Returns the value that was looked up, as the log has it. `None` if the pattern has nothing that can be looked
    /// up.
    pub fn value(&self) -> Option<&'h str> {
        self.term.map(|_| self.value)
    }

    /// Returns how the value matches.
    pub fn how(&self) -> How {
        self.how
    }

    /// Returns the state of the indicator at the time of the event. `None` if that depends on the time and the event
    /// has none.
    pub fn state(&self) -> Option<State> {
        self.state
    }

    /// Returns the rule for the value, which knows the field, the slot and the place in an object. `None` for values
    /// that do not come from an event.
    pub fn rule(&self) -> Option<&'h Rule> {
        self.rule
    }

    /// Returns the field of the log.
    pub fn field(&self) -> Option<&'h str> {
        self.rule.map(Rule::field)
    }

    /// Returns the slot of the event that the value belongs to.
    pub fn slot(&self) -> Option<&'h str> {
        self.rule.map(|rule| rule.place().slot())
    }

    /// Returns the end of the connection or message that the value belongs to.
    pub fn direction(&self) -> Option<Direction> {
        self.rule.and_then(Rule::direction)
    }

    /// Returns what became of what the event is about.
    pub fn outcome(&self) -> Option<EventOutcome> {
        self.outcome
    }

    /// Returns the list of values that are no reason for an alert that the value is on, or that of the indicator.
    pub fn suppressed(&self) -> Option<&'h List> {
        self.suppressed
    }

    /// Whether every object with this value satisfies the pattern. If not, a hit from an event is one for which all
    /// of the pattern was tested, and a hit from [`lookup`](super::IndicatorSet::lookup) is a value that the pattern
    /// names together with others.
    pub fn is_standalone(&self) -> bool {
        self.key().is_some_and(|key| key.role != Role::Anchor)
    }

    /// Whether the value was derived from another one of the indicator, such as the host of a URL.
    pub fn is_derived(&self) -> bool {
        self.key().is_some_and(|key| key.role == Role::Derived)
    }
}

impl fmt::Display for Hit<'_> {
    /// Writes the field and the value of the event, the indicator, and how they match.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = self.value() {
            write!(f, "{} {value} is ", self.field().unwrap_or("value"))?;
        }
        write!(f, "{} ({})", self.id(), self.how)
    }
}

impl fmt::Debug for Hit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hit")
            .field("id", &self.id())
            .field("source", &self.source())
            .field("path", &self.path())
            .field("matched", &self.matched())
            .field("value", &self.value())
            .field("how", &self.how)
            .field("state", &self.state)
            .field("field", &self.field())
            .field("is_standalone", &self.is_standalone())
            .finish()
    }
}
