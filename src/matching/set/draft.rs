//! What is to be looked up for an indicator, before it is in the set.

use std::borrow::Cow;
use std::collections::HashSet;

use super::always::Always;
use super::cover::{Anchor, Cover, has_many_spellings};
use super::digest;
use super::domain;
use super::hasher::Seeded;
use super::inserted::{Inserted, SkipReason, Skipped};
use super::key::{Form, Key, Keys, Role};
use super::needle::Needle;
use super::options::SetOptions;
use super::residual::{self, Decided, Residual};
use super::values::Values;
use crate::row::address::Network;
use crate::row::{Observable, Row, Unmapped, ValueKind};

/// What is to be looked up for an indicator. One is used for one indicator after the other.
#[derive(Debug, Default)]
pub(super) struct Draft {
    terms: Vec<DraftTerm>,
    bytes: Vec<u8>,
    pieces: usize,
    /// Whether hits need a test of the pattern.
    pub(super) needs_pattern: bool,
    /// The pattern, compiled, if it is tested for all events with objects of these types.
    pub(super) always: Option<(Residual, Vec<Box<str>>)>,
    pub(super) is_several: bool,
}

#[derive(Clone, Copy, Debug)]
struct DraftTerm {
    key: u16,
    form: Form,
    start: usize,
    end: usize,
}

/// What a draft is made for.
pub(super) struct Target<'s> {
    pub(super) options: &'s SetOptions,
    pub(super) keys: &'s mut Keys,
    pub(super) values: &'s Values,
    pub(super) always: &'s Always,
    pub(super) seed: &'s Seeded,
}

impl Draft {
    pub(super) fn terms(&self) -> impl Iterator<Item = (u16, Form, &[u8])> {
        self.terms.iter().map(|term| (term.key, term.form, &self.bytes[term.start..term.end]))
    }

    /// Whether nothing of the indicator can be found.
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.always.is_none() && !self.is_several
    }

    /// Takes the rows of one indicator.
    pub(super) fn fill(&mut self, rows: &[Row<'_>], target: &mut Target<'_>, inserted: &mut Inserted) {
        *self =
            Self { terms: std::mem::take(&mut self.terms), bytes: std::mem::take(&mut self.bytes), ..Self::default() };
        self.terms.clear();
        self.bytes.clear();
        let Some(first) = rows.first() else { return };
        for row in rows.iter().filter(|row| row.relation.standalone) {
            if let Some(observable) = row.observable.as_ref().filter(|observable| is_answer(observable)) {
                self.answer(observable, target, inserted);
            }
        }
        let is_answer = |row: &Row<'_>| row.relation.standalone && row.observable.as_ref().is_some_and(is_answer);
        if first.reason.is_none() && (rows.iter().all(is_answer) || is_implied(rows)) {
            return;
        }
        match &first.reason {
            Some(Unmapped::OtherLanguage) => {
                inserted.skipped.push(Skipped::new(SkipReason::OtherLanguage, first.pattern_type.as_str()));
            }
            Some(Unmapped::InvalidPattern(error)) => {
                inserted.skipped.push(Skipped::new(SkipReason::InvalidPattern, error.to_string()));
            }
            _ if first.pattern.is_empty() => {
                inserted.skipped.push(Skipped::new(SkipReason::NoIndicator, "a pattern is in another row"));
            }
            _ => self.pattern(&first.pattern, target, inserted),
        }
    }

    /// Takes what of a pattern the rows do not cover.
    fn pattern(&mut self, text: &str, target: &mut Target<'_>, inserted: &mut Inserted) {
        let mut skip = |reason, detail: String| inserted.skipped.push(Skipped::new(reason, detail));
        let pattern = match residual::parse(text) {
            Ok(pattern) => pattern,
            Err(error) => return skip(SkipReason::InvalidPattern, error.to_string()),
        };
        let residual = match Residual::of_pattern(&pattern) {
            Ok(Decided::ByOne(residual)) => residual,
            Ok(Decided::BySeveral) => {
                (self.is_several, self.needs_pattern, inserted.several) = (true, true, true);
                return;
            }
            Ok(Decided::Never) => return skip(SkipReason::NeverHolds, String::new()),
            Err(error) => return skip(SkipReason::Unmatchable(error.kind()), error.to_string()),
        };
        // What is an indicator by itself needs no test.
        let answers: HashSet<(Form, Vec<u8>)> = self.terms().map(|(_, form, value)| (form, value.to_vec())).collect();
        let mut types: Vec<Box<str>> = Vec::new();
        for anchor in Cover::new(pattern.expression(), text).anchors {
            match anchor {
                Anchor::Value(observable) => {
                    let (form, value) = looked_up(&observable);
                    if !answers.contains(&(form, value.into_owned())) {
                        self.anchor(&observable, &mut types, target, inserted);
                    }
                }
                Anchor::Text { path, pieces, object_type } => {
                    if !self.piece(&path, &pieces, target, inserted) {
                        types.push(object_type.into());
                    }
                }
                Anchor::Object(object_type) => types.push(object_type.into()),
            }
        }
        self.needs_pattern |= !types.is_empty() || inserted.anchors > 0;
        if types.is_empty() {
            return;
        }
        if target.always.len() >= target.options.max_always() {
            inserted.skipped.push(Skipped::new(SkipReason::TooManyAlways, text));
            // Half of a pattern would be found without a word of the other half.
            self.terms.retain(|term| target.keys.get(term.key).role != Role::Anchor);
            (inserted.anchors, self.needs_pattern) = (0, false);
            return;
        }
        inserted.always = true;
        self.always = Some((residual, types));
    }

    /// Adds a value that is an indicator by itself.
    fn answer(&mut self, observable: &Observable<'_>, target: &mut Target<'_>, inserted: &mut Inserted) {
        if is_placeholder(&observable.norm) {
            inserted.skipped.push(Skipped::new(SkipReason::Placeholder, &*observable.value));
            return;
        }
        let (form, value) = looked_up(observable);
        let is_alone = form == Form::Domain && domain::is_public_suffix(&value);
        let role = if is_alone { Role::AnswerAlone } else { Role::Answer };
        if self.push(form, role, observable, &value, target, inserted) {
            inserted.values += 1;
        }
        if target.options.derives()
            && let Some(host) = observable.url_host()
        {
            let host = crate::row::value::Value::from_text(Cow::Borrowed(host), crate::row::key::Role::Endpoint);
            let host = Observable { norm: host.norm, kind: host.kind, ..observable.clone() };
            let (form, value) = looked_up(&host);
            self.push(form, Role::Derived, &host, &value, target, inserted);
        }
    }

    /// Adds a value that leads to a test of the pattern.
    fn anchor(
        &mut self,
        observable: &Observable<'_>,
        types: &mut Vec<Box<str>>,
        target: &mut Target<'_>,
        inserted: &mut Inserted,
    ) {
        if has_many_spellings_and_no_kind(observable) || is_placeholder(&observable.norm) {
            types.push((*observable.object_type).into());
            return;
        }
        let (form, value) = looked_up(observable);
        if self.push(form, Role::Anchor, observable, &value, target, inserted) {
            inserted.anchors += 1;
        }
    }

    /// Adds a piece of text that can be looked up. Returns `false` if there is none.
    fn piece(&mut self, path: &str, pieces: &[Needle], target: &mut Target<'_>, inserted: &mut Inserted) -> bool {
        /// More pieces of one pattern are not looked up: they could all have the same grams.
        const MOST_PIECES: usize = 64;
        if self.pieces == MOST_PIECES {
            return false;
        }
        let Some(piece) = pieces.iter().find(|piece| target.values.has_room_for(piece.form, &piece.text, target.seed))
        else {
            return false;
        };
        let key = Key { form: piece.form, kind: ValueKind::Text, direction: None, role: Role::Anchor, path };
        self.pieces += 1;
        let is_added = self.push_key(&key, &piece.text, target, inserted);
        inserted.anchors += usize::from(is_added);
        // A set that is full has said so.
        true
    }

    fn push(
        &mut self,
        form: Form,
        role: Role,
        observable: &Observable<'_>,
        value: &[u8],
        target: &mut Target<'_>,
        inserted: &mut Inserted,
    ) -> bool {
        let Observable { kind, direction, key: path, .. } = observable;
        let key = Key { form, kind: *kind, direction: *direction, role, path: &**path };
        self.push_key(&key, value, target, inserted)
    }

    fn push_key(&mut self, key: &Key<&str>, value: &[u8], target: &mut Target<'_>, inserted: &mut Inserted) -> bool {
        let Some(number) = target.keys.number(key, target.seed) else {
            inserted.skipped.push(Skipped::new(SkipReason::Full, key.path));
            return false;
        };
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.terms.push(DraftTerm { key: number, form: key.form, start, end: self.bytes.len() });
        true
    }
}

/// Whether a value that stands alone needs no test of the pattern.
fn is_answer(observable: &Observable<'_>) -> bool {
    !has_many_spellings(observable) && !observable.key.ends_with("_hex") && !observable.key.ends_with("_bin")
}

/// Whether all rows are facts of one content, of which one implies the others.
fn is_implied(rows: &[Row<'_>]) -> bool {
    let mut alone = rows.iter().filter(|row| row.relation.standalone).filter_map(|row| row.observable.as_ref());
    rows.first().is_some_and(|row| row.relation.kind == crate::row::RelationKind::AllOf)
        && alone.next().is_some_and(|observable| observable.kind == ValueKind::Hash && is_answer(observable))
}

fn has_many_spellings_and_no_kind(observable: &Observable<'_>) -> bool {
    match observable.kind {
        ValueKind::Timestamp | ValueKind::Binary => true,
        ValueKind::Number => observable.norm.contains(['.', 'e', 'E']),
        _ => false,
    }
}

/// How a value is looked up, and its bytes there.
fn looked_up<'o>(observable: &'o Observable<'_>) -> (Form, Cow<'o, [u8]>) {
    let norm = observable.norm.as_bytes();
    match observable.kind {
        ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr => {
            if let Some(network) = Network::parse(&observable.norm) {
                let (first, prefix, is_ipv4) = network.block().parts();
                return if is_ipv4 {
                    // OK because an IPv4 address fills the upper bits.
                    let mut bytes = ((first >> 96) as u32).to_be_bytes().to_vec();
                    bytes.push(prefix);
                    (Form::Ipv4, Cow::Owned(bytes))
                } else {
                    let mut bytes = first.to_be_bytes().to_vec();
                    bytes.push(prefix);
                    (Form::Ipv6, Cow::Owned(bytes))
                };
            }
        }
        ValueKind::Domain => return (Form::Domain, Cow::Borrowed(norm)),
        ValueKind::Url => return (Form::Url, Cow::Borrowed(norm)),
        ValueKind::Hash => {
            if let Some((digest, len)) = digest::parse(norm) {
                return (Form::Digest, Cow::Owned(digest[..len].to_vec()));
            }
        }
        _ => {}
    }
    (Form::Text, Cow::Borrowed(norm))
}

/// Whether a value is a word for "no value", which logs are full of.
pub(super) fn is_placeholder(value: &str) -> bool {
    matches!(value, "" | "-")
        || (value.len() <= 4 && ["null", "n/a"].iter().any(|word| value.eq_ignore_ascii_case(word)))
}
