//! Statements in few bytes.
//!
//! A table of a million values has more statements than anything else, and most of them have little
//! more than an identifier and times. So they are bytes, which are unpacked where they are looked
//! at.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::direction::Direction;
use super::doubt::Doubts;
use super::packed::{Unpacker, put_number, put_text, put_texts, put_time};
use super::row::Row;
use super::standing::{Standing, Times};
use super::validity::{ExpirySource, State};
use crate::marking::Summary;
use crate::object::Tlp;
use crate::{Identifier, Kind, Timestamp};

/// A statement, its texts still packed.
#[derive(Clone, Debug)]
pub(super) struct View<'b> {
    /// The number of the feed.
    pub(super) source: u32,
    /// The number of the value among those of the indicator.
    pub(super) part: u32,
    pub(super) stix_id: Identifier,
    pub(super) modified: Option<Timestamp>,
    pub(super) valid: Times,
    pub(super) standing: Standing,
    pub(super) has_default_end: bool,
    pub(super) marks: Marks,
    pub(super) confidence: Option<u8>,
    pub(super) doubts: Doubts,
    texts: &'b [u8],
}

/// What is in a few bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Marks {
    pub(super) tlp: Option<Tlp>,
    pub(super) direction: Option<Direction>,
    pub(super) markings: Summary,
}

/// What a feed says in words. Kill chains and references are JSON.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts<'b> {
    pub(super) name: Option<&'b str>,
    pub(super) description: Option<&'b str>,
    pub(super) severity: Option<u8>,
    pub(super) labels: Vec<&'b str>,
    pub(super) indicator_types: Vec<&'b str>,
    pub(super) kill_chain: Vec<&'b str>,
    pub(super) malware: Vec<&'b str>,
    pub(super) actors: Vec<&'b str>,
    pub(super) references: Vec<&'b str>,
}

// Of the first byte, whose lowest bits are the standing.
const STANDARD_ID: u8 = 1 << 2;
const HAS_MODIFIED: u8 = 1 << 3;
const ODD_MODIFIED: u8 = 1 << 4;
const HAS_FROM: u8 = 1 << 5;
const HAS_UNTIL: u8 = 1 << 6;
const FROM_IS_MODIFIED: u8 = 1 << 7;

// Of the second one, whose lowest bits are the level and the direction.
const HAS_CONFIDENCE: u8 = 1 << 5;
const HAS_TEXTS: u8 = 1 << 6;
const HAS_DOUBTS: u8 = 1 << 7;

// Of the byte before the texts, whose lowest bits tell which there are.
const HAS_NAME: u8 = 1 << 6;
const HAS_DESCRIPTION: u8 = 1 << 7;

/// Of the number of fraction digits: a text follows.
const AS_TEXT: u8 = 0xff;

/// Packs what a row states: its length, and the rest.
pub(super) fn pack(row: &Row<'_>, source: u32, part: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    put_number(&mut out, source.into());
    put_number(&mut out, part.into());
    let (validity, texts) = (&row.validity, pack_texts(row));
    let is_revoked = validity.state == State::Revoked;
    let from = validity.from.as_ref().map(Timestamp::instant);
    let until = validity.until.as_ref().map(Timestamp::instant).filter(|_| !is_revoked);
    let modified = row.modified.as_ref();
    let odd = modified.filter(|own| !(own.is_plain() && own.fraction_digits() == 3));
    let is_same = modified.is_some_and(|own| Some(own.instant()) == from);
    let uuid = row.stix_id.uuid().filter(|uuid| *row.stix_id == Identifier::new(Kind::Indicator, *uuid));
    let flag = |flag: u8, is_set: bool| if is_set { flag } else { 0 };
    out.push(
        Standing::of(validity.state).number()
            | flag(STANDARD_ID, uuid.is_some())
            | flag(HAS_MODIFIED, modified.is_some())
            | flag(ODD_MODIFIED, odd.is_some())
            | flag(HAS_FROM, from.is_some())
            | flag(HAS_UNTIL, until.is_some())
            | flag(FROM_IS_MODIFIED, is_same),
    );
    let direction = match row.observable.as_ref().and_then(|observable| observable.direction) {
        None => 0,
        Some(Direction::Src) => 1,
        Some(Direction::Dst) => 2,
    };
    out.push(
        Tlp::to_bits(row.tlp)
            | direction << 3
            | flag(HAS_CONFIDENCE, row.context.confidence.is_some())
            | flag(HAS_TEXTS, !texts.is_empty())
            | flag(HAS_DOUBTS, !row.doubts.is_empty()),
    );
    let has_default_end = until.is_some() && validity.expiry_source == Some(ExpirySource::Default);
    put_number(&mut out, u64::from(row.markings.to_bits()) << 1 | u64::from(has_default_end));
    match uuid {
        Some(uuid) => out.extend_from_slice(uuid.as_bytes()),
        None => row.stix_id.with_text(|id| put_text(&mut out, id)),
    }
    if let Some(modified) = modified {
        put_time(&mut out, modified.instant());
    }
    match odd {
        // OK because there are at most nine digits.
        Some(odd) if odd.is_plain() => out.push(odd.fraction_digits() as u8),
        Some(odd) => {
            out.push(AS_TEXT);
            odd.with_text(|text| put_text(&mut out, text));
        }
        None => {}
    }
    for time in [from.filter(|_| !is_same), until].into_iter().flatten() {
        put_time(&mut out, time);
    }
    out.extend(row.context.confidence);
    if !row.doubts.is_empty() {
        put_number(&mut out, row.doubts.bits().into());
    }
    out.extend_from_slice(&texts);
    let mut whole = Vec::with_capacity(out.len() + 2);
    put_number(&mut whole, out.len() as u64);
    whole.extend_from_slice(&out);
    whole
}

/// The words of a row, or nothing.
fn pack_texts(row: &Row<'_>) -> Vec<u8> {
    let context = &row.context;
    // OK because what was read can be written.
    let json = |value: serde_json::Result<String>| value.unwrap_or_default();
    let kill_chain: Vec<_> = context.kill_chain.iter().map(|phase| json(serde_json::to_string(phase))).collect();
    let references: Vec<_> = context.references.iter().map(|own| json(serde_json::to_string(own))).collect();
    let lists: [Vec<&str>; 6] = [
        context.labels.iter().map(String::as_str).collect(),
        context.indicator_types.iter().map(|kind| kind.as_str()).collect(),
        kill_chain.iter().map(String::as_str).collect(),
        context.malware.iter().map(|name| &**name).collect(),
        context.actors.iter().map(|name| &**name).collect(),
        references.iter().map(String::as_str).collect(),
    ];
    let mut which = 0;
    for (bit, list) in lists.iter().enumerate() {
        which |= u8::from(!list.is_empty()) << bit;
    }
    which |= if context.name.is_some() { HAS_NAME } else { 0 };
    which |= if context.description.is_some() { HAS_DESCRIPTION } else { 0 };
    if which == 0 && context.severity.is_none() {
        return Vec::new();
    }
    let mut out = vec![which, context.severity.map_or(NO_SEVERITY, |severity| severity.min(NO_SEVERITY - 1))];
    for text in [&context.name, &context.description].into_iter().flatten() {
        put_text(&mut out, text);
    }
    for list in lists.iter().filter(|list| !list.is_empty()) {
        put_texts(&mut out, list.iter().copied());
    }
    out
}

/// Severities are percentages.
const NO_SEVERITY: u8 = 255;

impl<'b> View<'b> {
    /// Unpacks what [`pack`] packed.
    pub(super) fn of_packed(bytes: &'b [u8]) -> Self {
        Self::unpack(Unpacker(bytes).len_and_bytes())
    }

    /// Unpacks a statement without its length.
    pub(super) fn unpack(bytes: &'b [u8]) -> Self {
        let mut bytes = Unpacker(bytes);
        // OK because 32 bits were put in.
        let (source, part) = (bytes.number() as u32, bytes.number() as u32);
        let (first, second) = (bytes.byte(), bytes.byte());
        let has = |flag| first & flag != 0;
        let markings = bytes.number();
        let stix_id = match has(STANDARD_ID) {
            true => Identifier::new(Kind::Indicator, Uuid::from_bytes(bytes.array())),
            false => Identifier::from(bytes.text()),
        };
        let instant = has(HAS_MODIFIED).then(|| bytes.time());
        let modified = instant.and_then(|instant| match has(ODD_MODIFIED).then(|| bytes.byte()) {
            Some(AS_TEXT) => Timestamp::parse(bytes.text()).ok(),
            digits => Some(Timestamp::with_fraction_digits(instant, digits.unwrap_or(3))),
        });
        let from = match has(FROM_IS_MODIFIED) {
            true => instant,
            false => has(HAS_FROM).then(|| bytes.time()),
        };
        let until = has(HAS_UNTIL).then(|| bytes.time());
        let confidence = (second & HAS_CONFIDENCE != 0).then(|| bytes.byte());
        let doubts = if second & HAS_DOUBTS != 0 { bytes.number() as u16 } else { 0 };
        Self {
            source,
            part,
            stix_id,
            modified,
            valid: (from, until),
            standing: Standing::from_number(first),
            has_default_end: markings & 1 != 0,
            marks: Marks {
                tlp: Tlp::from_bits(second & 7),
                direction: [None, Some(Direction::Src), Some(Direction::Dst), None][usize::from(second >> 3 & 3)],
                markings: Summary::from_bits((markings >> 1) as u16),
            },
            confidence,
            doubts: Doubts::from_bits(doubts),
            texts: if second & HAS_TEXTS != 0 { bytes.0 } else { &[] },
        }
    }

    pub(super) fn state(&self, now: DateTime<Utc>) -> State {
        self.standing.state(self.valid, now)
    }

    pub(super) fn is_revoked(&self) -> bool {
        self.standing == Standing::Revoked
    }

    /// What it says about the value, apart from words and the order of values.
    pub(super) fn content(&self) -> (Times, u8, u8, Option<u8>) {
        (self.valid, self.standing.number(), Tlp::to_bits(self.marks.tlp), self.confidence)
    }

    pub(super) fn texts(&self) -> Texts<'b> {
        if self.texts.is_empty() {
            return Texts::default();
        }
        let mut bytes = Unpacker(self.texts);
        let (which, severity) = (bytes.byte(), bytes.byte());
        let name = (which & HAS_NAME != 0).then(|| bytes.text());
        let description = (which & HAS_DESCRIPTION != 0).then(|| bytes.text());
        let mut list = |bit: u32| if which >> bit & 1 != 0 { bytes.texts() } else { Vec::new() };
        Texts {
            name,
            description,
            severity: Some(severity).filter(|severity| *severity != NO_SEVERITY),
            labels: list(0),
            indicator_types: list(1),
            kill_chain: list(2),
            malware: list(3),
            actors: list(4),
            references: list(5),
        }
    }
}
