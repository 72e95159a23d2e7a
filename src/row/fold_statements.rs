//! What several statements about one value amount to.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::row::Row;
use super::statement::Statement;
use super::validity::{ExpirySource, State};
use crate::Timestamp;

/// Changes a row about a value into what all statements amount to at an instant. They are in the
/// order of trust.
pub(super) fn fold(row: &mut Row<'static>, statements: &[&Statement], now: DateTime<Utc>) {
    let of_state = |state| statements.iter().copied().filter(|own| own.state(now) == state).collect::<Vec<_>>();
    // The most that any feed says counts: what is active, or will be, or was.
    let states = [State::Active, State::Pending, State::Expired, State::Revoked];
    let (state, counting) = states
        .into_iter()
        .map(|state| (state, of_state(state)))
        .find(|(_, counting)| !counting.is_empty())
        .unwrap_or((State::Unclear, Vec::new()));
    validity(row, state, &counting);
    let standing: Vec<_> = statements.iter().copied().filter(|own| !own.revoked).collect();
    let known = if standing.is_empty() { statements } else { &standing };
    // The strictest level: who shares the value under a looser one shares that feed's own indicator.
    row.tlp = known.iter().filter_map(|own| own.tlp).max();
    row.modified = known.iter().filter_map(|own| own.modified.as_ref()).max().cloned();
    if let Some(observable) = &mut row.observable {
        let mut directions = known.iter().filter_map(|own| own.direction);
        let first = directions.next();
        // Both directions are none in particular.
        observable.direction = first.filter(|first| directions.all(|other| other == *first));
    }
    let context = &mut row.context;
    context.confidence = counting.iter().filter_map(|own| own.confidence).max();
    context.severity = counting.iter().filter_map(|own| own.texts.severity).max();
    context.name = known.iter().find_map(|own| own.texts.name.clone()).map(Cow::Owned);
    context.description = known.iter().find_map(|own| own.texts.description.clone()).map(Cow::Owned);
    context.labels = Cow::Owned(union(known, |own| &own.texts.labels));
    context.indicator_types = Cow::Owned(union(known, |own| &own.texts.indicator_types));
    context.kill_chain = Cow::Owned(union(known, |own| &own.texts.kill_chain));
    context.references = Cow::Owned(union(known, |own| &own.texts.references));
    context.malware = union(known, |own| &own.texts.malware).into_iter().map(Cow::Owned).collect();
    context.actors = union(known, |own| &own.texts.actors).into_iter().map(Cow::Owned).collect();
    context.provider = None;
    context.created_by = None;
}

/// From the first start to the last end of the statements that count, which all have one state. A
/// plain minimum and maximum of all would fill the gaps between them.
fn validity(row: &mut Row<'static>, state: State, counting: &[&Statement]) {
    let from = counting.iter().map(|own| own.valid.0).min().flatten();
    let ends = counting.iter().map(|own| own.valid.1);
    // No end is later than every end.
    let until = ends.max_by_key(|end| (end.is_none(), *end)).flatten();
    row.validity.from = from.map(Timestamp::exact);
    row.validity.until = until.map(Timestamp::exact);
    row.validity.state = state;
    row.validity.expiry_source = match state {
        State::Revoked => Some(ExpirySource::Revoked),
        _ => until.map(|_| ExpirySource::ValidUntil),
    };
}

/// The elements of several lists, each once, in the order of the lists. Lists are short.
fn union<T: Clone + PartialEq>(statements: &[&Statement], list: impl Fn(&Statement) -> &[T]) -> Vec<T> {
    /// More labels than anyone reads; it bounds the comparisons.
    const MAX: usize = 1_000;

    let mut all: Vec<T> = Vec::new();
    for element in statements.iter().flat_map(|own| list(own)) {
        if all.len() < MAX && !all.contains(element) {
            all.push(element.clone());
        }
    }
    all
}
