//! A value with all that is stated about it, in few bytes.

use super::merge_key::MergeKey;
use super::packed::{Unpacker, put_number};
use super::packed_statement::View;
use super::validity::State;
use crate::Identifier;

/// A value with all that is stated about it: its state, its key, and its statements in the order of
/// trust.
#[derive(Clone, Debug)]
pub(super) struct MergedValue(Box<[u8]>);

/// Where the state is.
const STATE: usize = 0;

const STATES: [State; 6] =
    [State::Active, State::Pending, State::Expired, State::Revoked, State::Unclear, State::Observed];

impl MergedValue {
    /// A value of which nothing is stated.
    pub(super) fn new(key: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(key.len() + 3);
        bytes.push(number_of(State::Unclear));
        put_number(&mut bytes, key.len() as u64);
        bytes.extend_from_slice(key);
        Self(bytes.into())
    }

    /// No value, at a place that is free.
    pub(super) fn free() -> Self {
        Self(Box::default())
    }

    pub(super) fn is_free(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn state(&self) -> State {
        self.0.get(STATE).map_or(State::Unclear, |number| STATES[usize::from(*number) % STATES.len()])
    }

    pub(super) fn set_state(&mut self, state: State) {
        if let Some(own) = self.0.get_mut(STATE) {
            *own = number_of(state);
        }
    }

    pub(super) fn key(&self) -> MergeKey {
        MergeKey::unpack(self.packed_key())
    }

    pub(super) fn packed_key(&self) -> &[u8] {
        self.after_state().len_and_bytes()
    }

    /// What is stated, in the order of trust.
    pub(super) fn statements(&self) -> impl Iterator<Item = View<'_>> {
        self.packed_statements().map(View::unpack)
    }

    /// The statement of an indicator about this value, which is the one of this number among its
    /// values.
    pub(super) fn statement(&self, source: u32, stix_id: &Identifier, part: u32) -> Option<View<'_>> {
        // Nearly all are of other feeds or numbers, and need not be unpacked.
        let own = self.packed_statements().filter(|bytes| {
            let mut bytes = Unpacker(bytes);
            (bytes.number(), bytes.number()) == (source.into(), part.into())
        });
        own.map(View::unpack).find(|view| view.stix_id == *stix_id)
    }

    /// Whether it has a packed statement.
    pub(super) fn has(&self, statement: &[u8]) -> bool {
        let statement = Unpacker(statement).len_and_bytes();
        self.packed_statements().any(|own| own == statement)
    }

    pub(super) fn has_statements(&self) -> bool {
        self.packed_statements().next().is_some()
    }

    /// Adds a packed statement before the first one that `is_after` it.
    pub(super) fn add(&mut self, statement: &[u8], is_after: impl Fn(&View<'_>) -> bool) {
        let after = self.packed_statements().find(|bytes| is_after(&View::unpack(bytes)));
        let at = after.map_or(self.0.len(), |bytes| self.start_of(bytes));
        self.0 = [&self.0[..at], statement, &self.0[at..]].concat().into();
    }

    /// Removes the statement of an indicator.
    pub(super) fn remove(&mut self, source: u32, stix_id: &Identifier, part: u32) {
        let is_own = |bytes: &&[u8]| {
            let view = View::unpack(bytes);
            (view.source, view.part) == (source, part) && view.stix_id == *stix_id
        };
        let Some(own) = self.packed_statements().find(is_own) else { return };
        let (start, end) = (self.start_of(own), self.0.len() - self.after(own));
        self.0 = [&self.0[..start], &self.0[end..]].concat().into();
    }

    fn after_state(&self) -> Unpacker<'_> {
        Unpacker(self.0.get(1..).unwrap_or_default())
    }

    fn packed_statements(&self) -> impl Iterator<Item = &[u8]> {
        let mut bytes = self.after_state();
        bytes.len_and_bytes();
        std::iter::from_fn(move || if bytes.0.is_empty() { None } else { Some(bytes.len_and_bytes()) })
    }

    /// Where a statement's length is.
    fn start_of(&self, statement: &[u8]) -> usize {
        let mut len = Vec::with_capacity(4);
        put_number(&mut len, statement.len() as u64);
        self.0.len() - self.after(statement) - statement.len() - len.len()
    }

    /// The bytes after a statement.
    fn after(&self, statement: &[u8]) -> usize {
        // OK because it is a part of these bytes.
        self.0.len() - (statement.as_ptr() as usize - self.0.as_ptr() as usize) - statement.len()
    }
}

fn number_of(state: State) -> u8 {
    // OK because there are six.
    STATES.iter().position(|own| *own == state).unwrap_or_default() as u8
}
