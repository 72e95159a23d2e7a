//! What several statements about one value amount to.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::packed_statement::{Texts, View};
use super::row::Row;
use super::row_kind::RowKind;
use super::standing::Standing;
use super::validity::{ExpirySource, State};
use crate::Timestamp;

/// From what counts most to what counts least. What is in force counts, or else what will be, might
/// be, and was.
const STATES: [State; 6] =
    [State::Active, State::Pending, State::Unclear, State::Expired, State::Revoked, State::Observed];

/// The state that all statements amount to at an instant.
pub(super) fn state(statements: &[View<'_>], now: DateTime<Utc>, any_revocation: bool) -> State {
    if any_revocation && statements.iter().any(View::is_revoked) {
        return State::Revoked;
    }
    strongest(statements, now)
}

fn strongest(statements: &[View<'_>], now: DateTime<Utc>) -> State {
    let rank = |state: &State| STATES.iter().position(|own| own == state);
    statements.iter().map(|own| own.state(now)).min_by_key(rank).unwrap_or(State::Unclear)
}

/// Changes a row about a value into what all statements amount to at an instant. They are in the
/// order of trust.
pub(super) fn fold(row: &mut Row<'static>, statements: &[View<'_>], now: DateTime<Utc>, any_revocation: bool) {
    let strongest = strongest(statements, now);
    let is_known = |own: &&View<'_>| !own.is_revoked();
    let standing: Vec<&View<'_>> = match statements.iter().any(|own| is_known(&own)) {
        true => statements.iter().filter(is_known).collect(),
        false => statements.iter().collect(),
    };
    let texts: Vec<Texts<'_>> = standing.iter().map(|own| own.texts()).collect();
    let counts = |own: &View<'_>| own.state(now) == strongest;
    let counting: Vec<_> = standing.iter().copied().filter(|own| counts(own)).collect();
    validity(row, strongest, &counting);
    if any_revocation && statements.iter().any(View::is_revoked) {
        row.validity.state = State::Revoked;
    }
    let is_observed = statements.iter().all(|own| own.standing == Standing::Observed);
    row.kind = if is_observed { RowKind::Observable } else { RowKind::Indicator };
    // The strictest level: who shares the value under a looser one shares that feed's own indicator.
    row.tlp = standing.iter().filter_map(|own| own.marks.tlp).max();
    if let Some(markings) = standing.iter().map(|own| own.marks.markings).reduce(|one, other| one.and(other)) {
        row.markings = markings;
    }
    for own in &counting {
        row.doubts.add_all(own.doubts);
    }
    row.modified = standing.iter().filter_map(|own| own.modified.as_ref()).max().cloned();
    if let Some(observable) = &mut row.observable {
        let mut directions = standing.iter().filter_map(|own| own.marks.direction);
        let first = directions.next();
        // Both directions are none in particular.
        observable.direction = first.filter(|first| directions.all(|other| other == *first));
    }
    let context = &mut row.context;
    context.confidence = counting.iter().filter_map(|own| own.confidence).max();
    let of_counting = standing.iter().zip(&texts).filter(|(own, _)| counts(own));
    context.severity = of_counting.filter_map(|(_, texts)| texts.severity).max();
    let owned = |text: Option<&str>| text.map(|text| Cow::Owned(text.to_owned()));
    context.name = owned(texts.iter().find_map(|own| own.name));
    context.description = owned(texts.iter().find_map(|own| own.description));
    context.labels = union(&texts, |own| &own.labels).map(str::to_owned).collect();
    context.indicator_types = union(&texts, |own| &own.indicator_types).map(Into::into).collect();
    context.kill_chain = union(&texts, |own| &own.kill_chain).filter_map(from_json).collect();
    context.references = union(&texts, |own| &own.references).filter_map(from_json).collect();
    context.malware = union(&texts, |own| &own.malware).map(|name| name.to_owned().into()).collect();
    context.actors = union(&texts, |own| &own.actors).map(|name| name.to_owned().into()).collect();
    context.created_by = None;
}

/// From the first start to the last end of the statements that count, which all have one state. A
/// plain minimum and maximum of all would fill the gaps between them.
fn validity(row: &mut Row<'static>, state: State, counting: &[&View<'_>]) {
    let from = counting.iter().map(|own| own.valid.0).min().flatten();
    // No end is later than every end.
    let last = counting.iter().max_by_key(|own| (own.valid.1.is_none(), own.valid.1, !own.has_default_end));
    let until = last.and_then(|own| own.valid.1);
    row.validity.from = from.map(Timestamp::exact);
    row.validity.until = until.map(Timestamp::exact);
    row.validity.state = state;
    row.validity.expiry_source = match state {
        State::Revoked => Some(ExpirySource::Revoked),
        _ if last.is_some_and(|own| own.has_default_end) => Some(ExpirySource::Default),
        _ => until.map(|_| ExpirySource::ValidUntil),
    };
}

fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    // OK because it was written by this program.
    serde_json::from_str(text).ok()
}

/// The elements of several lists, each once, in the order of the lists.
fn union<'t>(
    statements: &'t [Texts<'t>],
    list: impl Fn(&'t Texts<'t>) -> &'t [&'t str],
) -> impl Iterator<Item = &'t str> {
    /// More than anyone reads.
    const MAX: usize = 1_000;

    let mut seen = HashSet::new();
    let all = statements.iter().flat_map(list).copied();
    all.filter(move |element| seen.insert(*element)).take(MAX)
}
