//! Running events against a set.

use std::collections::HashMap;

use super::hit::Hit;
use super::how::How;
use super::key::{Form, Key, Role, is_unique};
use super::objects::Objects;
use super::packed::{IS_DEAD, Nanos, Packed};
use super::probe::{Find, Finds};
use super::properties::Properties;
use super::residual::Residual;
use super::store::Store;
use super::term::Term;
use super::url;
use crate::Timestamp;
use crate::matching::event::{Event, FieldMap, Rule, Scratch, Value};
use crate::matching::suppress::Suppress;
use crate::object::Object;
use crate::row::{State, ValueKind};

/// Runs events against a set. It has buffers, so that one is used for many events; each thread has
/// its own.
#[derive(Debug)]
pub struct Scanner<'s> {
    store: &'s Store,
    states: u8,
    max_hits: usize,
    suppress: &'s Suppress,
    tells_suppressed: bool,
    finds: Finds,
    tests: Tests,
    scratch: Scratch,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scanned {
    /// Hits that were reported.
    pub hits: usize,
    /// Hits that were dropped, because there were more than [`Scanner::with_max_hits`] allows.
    pub dropped: usize,
    /// Hits on values, or by values of indicators, that are on a list of values that are no reason
    /// for an alert.
    pub suppressed: usize,
}

/// Patterns that were tested for the current event, and those that were compiled.
#[derive(Debug, Default)]
struct Tests {
    /// `None` if a pattern cannot be compiled again.
    compiled: HashMap<u32, Option<Box<Residual>>>,
    /// How much the compiled patterns weigh.
    weight: usize,
    /// For each pattern the last event that it was tested for, and whether it held.
    tested: HashMap<u32, bool>,
}

/// The most that compiled patterns weigh, counting 16 for each regular expression and 1 for each
/// pattern.
const MAX_WEIGHT: usize = 4096;

/// What is known of the current event.
struct Current<'e> {
    event: &'e Event<'e>,
    at: Option<i64>,
    objects: Option<Objects>,
    scanned: Scanned,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(store: &'s Store, suppress: &'s Suppress) -> Self {
        const MAX_HITS: usize = 10_000;
        Self {
            store,
            states: bit(State::Active),
            max_hits: MAX_HITS,
            suppress,
            tells_suppressed: false,
            finds: Finds::default(),
            tests: Tests::default(),
            scratch: Scratch::default(),
        }
    }

    /// Also reports indicators in a state. By default only those are reported that are
    /// [`State::Active`] at the time of the event, or may be if the event has no time.
    #[must_use]
    pub fn with_state(mut self, state: State) -> Self {
        self.states |= bit(state);
        self
    }

    /// Sets whether hits on values that are on a list of
    /// [`IndicatorSet::suppress`](super::IndicatorSet::suppress) are reported, too.
    /// [`Hit::suppressed`] returns the list. Default: no, they are only counted.
    #[must_use]
    pub fn with_suppressed(mut self, reports: bool) -> Self {
        self.tells_suppressed = reports;
        self
    }

    /// Sets how many hits of one event are reported. Default: 10,000.
    #[must_use]
    pub fn with_max_hits(mut self, max: usize) -> Self {
        self.max_hits = max;
        self
    }

    /// Calls `found` with each hit of an event: for each value the exact matches first, then the
    /// most specific domain or network; patterns in which nothing can be looked up come last.
    ///
    /// A pattern that has to be tested as a whole is reported once for an event.
    pub fn event(&mut self, event: &Event<'_>, found: impl FnMut(Hit<'_>)) -> Scanned {
        self.scan(event, None, found)
    }

    /// Calls `found` with each hit of an object that was observed at a time, as
    /// [`event`](Self::event) does with each property as a value, whose field is its path.
    ///
    /// Patterns that have to be tested as a whole see the object as it is. References lead nowhere:
    /// what they refer to is another object.
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[file:name = 'a.exe' AND file:size > 5]", "valid_from": "2024-05-01T10:00:00Z"}"#)?;
    /// use stixkit::Object;
    /// use stixkit::matching::IndicatorSet;
    ///
    /// let mut set = IndicatorSet::new();
    /// set.insert(&indicator);
    /// let file: Object = serde_json::from_str(r#"{"type": "file", "spec_version": "2.1", "name": "A.exe", "size": 9,
    ///     "id": "file--b4d29b62-2053-47c4-bab4-bbce39e5ed67"}"#)?;
    /// let other: Object = serde_json::from_str(r#"{"type": "file", "spec_version": "2.1", "name": "a.exe", "size": 9,
    ///     "id": "file--1a2fa5a0-d3a5-4a0e-9c2c-3a3d8a3d9c11"}"#)?;
    /// let mut scanner = set.scanner();
    /// assert_eq!(scanner.object(&file, None, |_| {}).hits, 0);
    /// scanner.object(&other, None, |hit| assert_eq!(hit.field(), Some("file:name")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn object(&mut self, object: &Object, time: Option<Timestamp>, found: impl FnMut(Hit<'_>)) -> Scanned {
        let properties = Properties::new(object);
        let values = properties.values();
        let event = Event::new(&values).with_time(time);
        self.scan(&event, Some(Objects::of_object(object)), found)
    }

    fn scan(&mut self, event: &Event<'_>, objects: Option<Objects>, mut found: impl FnMut(Hit<'_>)) -> Scanned {
        let at = event.time().map(|time| Nanos::at(time.instant()).get());
        let mut current = Current { event, at, objects, scanned: Scanned::default() };
        self.tests.tested.clear();
        let values = event.values().map(|value| (value.rule.kind(), Some(value.rule), value.text));
        self.store.probe(values, &mut self.finds);
        if !self.finds.list().is_empty() {
            self.report(&mut current, &mut found);
        }
        if self.store.always.len() > 0 {
            self.report_always(&mut current, &mut found);
        }
        current.scanned
    }

    /// Reads an event from a line of JSON and calls `found` with each hit, as
    /// [`event`](Self::event) does.
    ///
    /// # Errors
    ///
    /// Returns an error if the line is not a JSON object, or exceeds a limit. See
    /// [`FieldMap::extract`].
    pub fn json(
        &mut self,
        line: &[u8],
        map: &FieldMap,
        found: impl FnMut(Hit<'_>),
    ) -> Result<Scanned, crate::matching::event::Error> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let scanned = map.extract(line, &mut scratch).map(|event| self.event(&event, found));
        self.scratch = scratch;
        scanned
    }

    fn report(&mut self, current: &mut Current<'_>, found: &mut dyn FnMut(Hit<'_>)) {
        let finds = std::mem::take(&mut self.finds);
        let mut values = current.event.values().enumerate();
        let mut value = values.next();
        for find in finds.list() {
            while value.is_some_and(|(at, _)| at < find.value as usize) {
                value = values.next();
            }
            if let Some((_, value)) = value {
                self.report_find(find, &value, current, found);
            }
        }
        self.finds = finds;
    }

    fn report_find(
        &mut self,
        find: &Find,
        value: &Value<'_>,
        current: &mut Current<'_>,
        found: &mut dyn FnMut(Hit<'_>),
    ) {
        let store = self.store;
        for (_, term) in store.values.chain(find.head) {
            let packed = store.records.get(term.record);
            let key = store.keys.get(term.key);
            if packed.is(IS_DEAD) || !fits(key, find.how, value.rule) || !has_scheme(store, key, term, value.text) {
                continue;
            }
            let state = packed.state(current.at);
            if !self.wants(state) {
                continue;
            }
            let mut how = find.how;
            if key.role == Role::Anchor {
                if !self.tests.holds(store, packed, current) {
                    continue;
                }
                how = How::Pattern;
            }
            let hit = Hit::of_term(store, term, value.text, how, state);
            self.hand_over(hit.in_event(Some(value.rule), current.event.outcome()), current, found);
        }
    }

    fn hand_over(&self, hit: Hit<'_>, current: &mut Current<'_>, found: &mut dyn FnMut(Hit<'_>)) {
        let scanned = &mut current.scanned;
        let hit = hit.suppressed_by(self.suppress);
        if hit.suppressed().is_some() {
            scanned.suppressed += 1;
            if !self.tells_suppressed {
                return;
            }
        }
        if scanned.hits < self.max_hits {
            scanned.hits += 1;
            found(hit);
        } else {
            scanned.dropped += 1;
        }
    }

    fn report_always(&mut self, current: &mut Current<'_>, found: &mut dyn FnMut(Hit<'_>)) {
        let store = self.store;
        let mut types: Vec<&str> = Vec::new();
        for value in current.event.values() {
            for place in value.rule.places() {
                if !types.contains(&place.object_type()) {
                    types.push(place.object_type());
                }
            }
        }
        for entry in types.iter().flat_map(|object_type| store.always.of_type(object_type)) {
            let packed = store.records.get(entry.record);
            let state = packed.state(current.at);
            if !self.wants(state) || self.tests.tested.contains_key(&packed.pattern) {
                continue;
            }
            let objects = current.objects.get_or_insert_with(|| Objects::new(current.event));
            let holds = entry.residual.holds(objects, current.at);
            self.tests.tested.insert(packed.pattern, holds);
            if holds {
                let hit = Hit::of_record(store, entry.record, state);
                self.hand_over(hit.in_event(None, current.event.outcome()), current, found);
            }
        }
    }

    fn wants(&self, state: Option<State>) -> bool {
        state.is_none_or(|state| self.states & bit(state) != 0)
    }
}

impl Tests {
    /// Whether a pattern holds for the current event and was not tested for it before.
    fn holds(&mut self, store: &Store, packed: &Packed, current: &mut Current<'_>) -> bool {
        if self.tested.contains_key(&packed.pattern) {
            return false;
        }
        let objects = current.objects.get_or_insert_with(|| Objects::new(current.event));
        let holds = match self.compiled(store, packed.pattern) {
            Some(residual) => residual.holds(objects, current.at),
            None => false,
        };
        self.tested.insert(packed.pattern, holds);
        holds
    }

    fn compiled(&mut self, store: &Store, pattern: u32) -> Option<&Residual> {
        let text = store.pattern(pattern)?;
        if !self.compiled.contains_key(&pattern) {
            self.weight += 1 + 16 * memchr::memmem::find_iter(text.as_bytes(), b"MATCHES").count();
            if self.weight > MAX_WEIGHT {
                self.compiled.clear();
                self.weight = 0;
            }
            self.compiled.insert(pattern, Residual::of_text(text).ok().map(Box::new));
        }
        self.compiled.get(&pattern)?.as_deref()
    }
}

/// Whether a URL of the set has the scheme of a URL of a log, if that has one.
pub(super) fn has_scheme(store: &Store, key: &Key, term: Term, text: &str) -> bool {
    if key.form != Form::Url {
        return true;
    }
    let (normal, has_scheme) = url::of_log(text.trim());
    !has_scheme || url::scheme(normal.as_bytes()) == url::scheme(store.values.bytes(term, Form::Url).get())
}

/// Whether a value that a rule is about counts for a key.
fn fits(key: &Key, how: How, rule: &Rule) -> bool {
    match (key.role, how) {
        // Only a test of the whole pattern knows what the value is to it. It asks for equality.
        (Role::Anchor, How::Subdomain(_) | How::UrlPrefix) | (Role::AnswerAlone, How::Subdomain(_)) => return false,
        (Role::Anchor, _) => return true,
        _ => {}
    }
    if rule.places().iter().any(|place| *place.as_str() == *key.path) {
        return true;
    }
    let Some(kind) = rule.kind() else { return false };
    let is_other_end = key.direction.zip(rule.direction()).is_some_and(|(own, other)| own != other);
    !is_other_end && fits_kind(key, kind)
}

/// Whether values of a kind mean the same at any path.
pub(super) fn fits_kind(key: &Key, kind: ValueKind) -> bool {
    match key.form {
        Form::Text => is_unique(kind) && key.kind == kind,
        form => !form.is_needle(),
    }
}

fn bit(state: State) -> u8 {
    match state {
        State::Active => 1,
        State::Pending => 2,
        State::Expired => 4,
        State::Revoked => 8,
        State::Unclear => 16,
        State::Observed => 32,
    }
}
