//! A field map, prepared for reading: from an item to entries.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bad_line::BadLine;
use super::bad_line_reason::BadLineReason;
use super::condition::{Test, is_same};
use super::declared::Declared;
use super::detect::detect;
use super::entry::{Entry, EntryContext, SetAside};
use super::field::{Field, FieldName, Place};
use super::field_map::FieldMap;
use super::field_value;
use super::item::FeedItem;
use super::lookup::{At, Cells};
use crate::Timestamp;
use crate::object::{KillChainPhase, Tlp};

/// A word for a type is told up to this many characters.
const MAX_WORD: usize = 60;

/// So many bytes of a field all entries of one item may have together; otherwise only the first
/// entry has it, so that what is made of an item is not as large as its square.
const MAX_REPEATED: usize = 1 << 16;

/// The kill chain of phases, unless the map names one.
const KILL_CHAIN: &str = "lockheed-martin-cyber-kill-chain";

/// A field map with its places resolved.
#[derive(Debug)]
pub(super) struct Plan {
    /// The values. None in a list whose lines are the values.
    values: Vec<Slot>,
    types: Vec<Slot>,
    fields: Vec<(FieldName, Vec<Slot>)>,
    when: Vec<Vec<(At, Test)>>,
    skip: Vec<Vec<(At, Test)>>,
    /// The feed's own words for types, in lower case.
    words: BTreeMap<String, Declared>,
    empty: Vec<String>,
}

/// A place of a field.
#[derive(Debug)]
struct Slot {
    at: At,
    field: Field,
    /// What the values of the place are, if the map says so.
    declared: Option<Declared>,
}

impl Slot {
    /// The number of the column, and the name of the place, for messages.
    fn place(&self) -> (Option<usize>, Option<&str>) {
        let name = match &self.field.place {
            Place::Name(name) | Place::Template(name) => Some(name.as_str()),
            Place::Number(_) | Place::Constant(_) => None,
        };
        let column = match self.at {
            At::Index(index) => Some(index + 1),
            _ => None,
        };
        (column, name)
    }
}

/// A text, and the place that it is from.
type Found<'r> = (Cow<'r, str>, &'r Slot);

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// Entries, and perhaps bad lines.
    Entries,
    /// Only bad lines.
    Bad,
    /// Nothing, because of a condition.
    Skipped,
    /// Nothing, because the item has none of the places that `when` names.
    Unseen,
}

impl Plan {
    /// `columns` are the names of the columns, if there are any. An `Err` is a name that is not
    /// among them.
    pub(super) fn new(map: &FieldMap, columns: Option<&[String]>) -> Result<Self, String> {
        let words: BTreeMap<_, _> = map
            .types
            .iter()
            // OK because a map with an unknown type is refused before.
            .map(|(word, meant)| (word.trim().to_lowercase(), Declared::from_word(meant).unwrap_or(Declared::Nothing)))
            .collect();
        let slot = |field: &Field| {
            let declared = field.value_type.as_deref().and_then(|word| declared(&words, word));
            Ok(Slot { at: At::new(&field.place, columns)?, field: field.clone(), declared })
        };
        let (mut values, mut types, mut fields) = (Vec::new(), Vec::new(), Vec::new());
        for (name, places) in map.fields.named() {
            let slots = places.iter().map(slot).collect::<Result<Vec<_>, String>>()?;
            match name {
                FieldName::Value => values = slots,
                FieldName::ValueType => types = slots,
                name => fields.push((name, slots)),
            }
        }
        let conditions = |own: &[super::condition::Condition]| {
            let test = |(place, test): &(Place, Test)| Ok((At::new(place, columns)?, test.clone()));
            own.iter().map(|own| own.tests.iter().map(test).collect()).collect::<Result<Vec<_>, String>>()
        };
        Ok(Self {
            values,
            types,
            fields,
            when: conditions(&map.conditions.when)?,
            skip: conditions(&map.conditions.skip)?,
            words,
            empty: map.empty.clone(),
        })
    }

    /// Adds what an item makes. If a bad line has no text of its own, it has that of the item.
    pub(super) fn read(&self, line: u64, cells: Cells<'_>, raw: &[u8], out: &mut Vec<FeedItem>) -> Made {
        if self.skip.iter().any(|own| self.holds(own, cells)) {
            return Made::Skipped;
        }
        if !self.when.is_empty() && !self.when.iter().any(|own| self.holds(own, cells)) {
            let is_there = |(at, _): &(At, Test)| {
                let mut texts = Vec::new();
                cells.texts(at, &mut texts).is_err() || !texts.is_empty()
            };
            return if self.when.iter().flatten().any(is_there) { Made::Skipped } else { Made::Unseen };
        }
        let start = out.len();
        if let Err((field, slot, reason)) = self.values(line, cells, out) {
            out.push(FeedItem::Bad(bad(line, field, slot, reason, raw)));
        }
        let mut is_entry = out[start..].iter_mut().filter_map(|item| match item {
            FeedItem::Entry(entry) => Some(entry),
            FeedItem::Bad(_) => None,
        });
        let Some(first) = is_entry.next() else { return Made::Bad };
        self.fill(first, cells);
        // The fields belong to all values of the item.
        let Some(second) = is_entry.next() else { return self.strict(line, raw, start, out) };
        let mut filled = first.clone();
        let others: Vec<_> = std::iter::once(second).chain(is_entry).collect();
        filled.lighten(MAX_REPEATED / (others.len() + 1));
        for entry in others {
            entry.valid_from.clone_from(&filled.valid_from);
            entry.valid_until.clone_from(&filled.valid_until);
            entry.modified.clone_from(&filled.modified);
            entry.revoked = filled.revoked;
            entry.context.clone_from(&filled.context);
            entry.set_aside.clone_from(&filled.set_aside);
        }
        self.strict(line, raw, start, out)
    }

    /// Makes a bad line of the item if a field was set aside that the map says has to be read.
    fn strict(&self, line: u64, raw: &[u8], start: usize, out: &mut Vec<FeedItem>) -> Made {
        let is_strict = |aside: &&SetAside| self.slots(aside.field).iter().any(|slot| slot.field.is_strict);
        let fault = out[start..].iter().find_map(|item| match item {
            FeedItem::Entry(entry) => entry.set_aside.iter().find(is_strict),
            FeedItem::Bad(_) => None,
        });
        let Some(aside) = fault.cloned() else { return Made::Entries };
        out.truncate(start);
        let text = if aside.text.is_empty() { raw } else { aside.text.as_bytes() };
        let slot = self.slots(aside.field).first();
        out.push(FeedItem::Bad(bad(line, aside.field, slot, aside.reason, text)));
        Made::Bad
    }

    fn slots(&self, name: &str) -> &[Slot] {
        self.fields.iter().find(|(own, _)| own.as_str() == name).map_or(&[], |(_, slots)| slots)
    }

    fn holds(&self, tests: &[(At, Test)], cells: Cells<'_>) -> bool {
        let mut texts = Vec::new();
        tests.iter().all(|(at, test)| {
            texts.clear();
            match cells.texts(at, &mut texts) {
                Ok(()) => {
                    texts.retain(|text| {
                        !text.trim().is_empty() && (!matches!(test, Test::Exists(_)) || !self.is_empty(text))
                    });
                    test.holds(&texts)
                }
                // A list of objects, or an object: there is something.
                Err(_) => *test == Test::Exists(true),
            }
        })
    }

    /// Adds an entry or a bad line for each value. An `Err` is a fault of the whole item.
    fn values<'p>(
        &'p self,
        line: u64,
        cells: Cells<'p>,
        out: &mut Vec<FeedItem>,
    ) -> Result<(), (&'static str, Option<&'p Slot>, BadLineReason)> {
        let word = match self.first(&self.types, cells) {
            Ok(Some((word, slot))) => {
                let own = declared(&self.words, &word).ok_or_else(|| {
                    ("type", Some(slot), BadLineReason::UnknownType(word.chars().take(MAX_WORD).collect()))
                })?;
                Some(own)
            }
            Ok(None) => None,
            Err((slot, reason)) => return Err(("type", Some(slot), reason)),
        };
        if self.values.is_empty() {
            let Cells::Line(text) = cells else { return Ok(()) };
            let declared = word.unwrap_or(Declared::Nothing);
            out.push(item(line, text, &declared, None));
            return Ok(());
        }
        let start = out.len();
        let mut texts = Vec::new();
        for slot in &self.values {
            texts.clear();
            cells.texts(&slot.at, &mut texts).map_err(|reason| ("value", Some(slot), reason))?;
            let own = slot.declared.as_ref().or(word.as_ref()).unwrap_or(&Declared::Nothing);
            for text in &texts {
                match slot.field.separator.as_deref() {
                    None => self.value(line, text, own, slot, out),
                    Some(separator) => text.split(separator).for_each(|text| self.value(line, text, own, slot, out)),
                }
            }
        }
        if out.len() == start {
            return Err(("value", self.values.first().filter(|_| self.values.len() == 1), BadLineReason::Empty));
        }
        Ok(())
    }

    fn value(&self, line: u64, text: &str, declared: &Declared, slot: &Slot, out: &mut Vec<FeedItem>) {
        if !self.is_empty(text) {
            out.push(item(line, text, declared, Some(slot)));
        }
    }

    /// The text of the first place that has one.
    fn first<'r>(&self, slots: &'r [Slot], cells: Cells<'r>) -> Result<Option<Found<'r>>, (&'r Slot, BadLineReason)> {
        let mut texts = Vec::new();
        for slot in slots {
            // Nearly all fields: without the list.
            if let Some(text) = cells.text(&slot.at) {
                if !self.is_empty(text) && has_prefix(text, &slot.field) {
                    return Ok(Some((Cow::Borrowed(text.trim()), slot)));
                }
                continue;
            }
            texts.clear();
            cells.texts(&slot.at, &mut texts).map_err(|reason| (slot, reason))?;
            let mut full = texts.drain(..).filter(|text| !self.is_empty(text) && has_prefix(text, &slot.field));
            let first = full.next();
            if full.next().is_some() {
                return Err((slot, BadLineReason::Shape));
            }
            if let Some(text) = first {
                let text = match text {
                    Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                    Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
                };
                return Ok(Some((text, slot)));
            }
        }
        Ok(None)
    }

    /// Sets the fields of an entry.
    fn fill(&self, entry: &mut Entry, cells: Cells<'_>) {
        for (name, slots) in &self.fields {
            let mut reader = FieldReader { plan: self, name: *name, slots, cells, aside: &mut entry.set_aside };
            let EntryContext { name: own_name, description, source, .. } = &mut entry.context;
            match name {
                FieldName::Value | FieldName::ValueType => {}
                FieldName::Name => *own_name = reader.text(),
                FieldName::Description => *description = reader.text(),
                FieldName::Source => *source = reader.text(),
                FieldName::Confidence => {
                    entry.context.confidence = reader.parsed(|text, field| field_value::confidence(text, field.scale));
                }
                FieldName::Severity => {
                    entry.context.severity = reader.parsed(|text, field| field_value::severity(text, field.scale));
                }
                FieldName::ValidFrom => entry.valid_from = reader.time(),
                FieldName::ValidUntil => entry.valid_until = reader.time(),
                FieldName::Modified => entry.modified = reader.time(),
                FieldName::Revoked => entry.revoked = reader.parsed(|text, _| field_value::flag(text)),
                FieldName::Tlp => {
                    entry.context.tlp = reader.strictest();
                    // To share more than is allowed would be worse than to share too little.
                    if entry.set_aside.last().is_some_and(|aside| aside.field == name.as_str()) {
                        entry.context.tlp = Some(Tlp::Red);
                    }
                }
                FieldName::Tags => entry.context.tags = reader.list(),
                FieldName::References => entry.context.references = reader.list(),
                FieldName::IndicatorTypes => entry.context.indicator_types = reader.list(),
                FieldName::Malware => entry.context.malware = reader.list(),
                FieldName::Actor => entry.context.actors = reader.list(),
                FieldName::KillChain => entry.context.kill_chain = reader.phases(),
            }
        }
        if let (Some(from), Some(until)) = (&entry.valid_from, &entry.valid_until)
            && from >= until
        {
            // The end is what protects from a value that is no longer bad.
            entry.set_aside.push(SetAside::new("valid_from", BadLineReason::EndBeforeStart, &from.to_string()));
            entry.valid_from = None;
        }
    }

    fn is_empty(&self, text: &str) -> bool {
        let text = text.trim();
        text.is_empty() || self.empty.iter().any(|word| is_same(word, text))
    }
}

/// What a word for a type means.
fn declared(words: &BTreeMap<String, Declared>, word: &str) -> Option<Declared> {
    // Most maps have none, and most words are known.
    let own = if words.is_empty() { None } else { words.get(&word.trim().to_lowercase()) };
    own.cloned().or_else(|| Declared::from_word(word))
}

fn item(line: u64, text: &str, declared: &Declared, slot: Option<&Slot>) -> FeedItem {
    let scheme = slot.and_then(|slot| slot.field.scheme.as_deref());
    match detect(text, declared, scheme) {
        Ok(detected) => FeedItem::Entry(Entry::new(line, text, detected)),
        Err(reason) => FeedItem::Bad(bad(line, "value", slot, reason, text.trim().as_bytes())),
    }
}

fn bad(line: u64, field: &'static str, slot: Option<&Slot>, reason: BadLineReason, text: &[u8]) -> BadLine {
    let (column, name) = slot.map_or((None, None), Slot::place);
    BadLine::new(line, Some(field), reason, text).at(column, name)
}

/// Reads one field of an entry.
struct FieldReader<'p> {
    plan: &'p Plan,
    name: FieldName,
    slots: &'p [Slot],
    cells: Cells<'p>,
    aside: &'p mut Vec<SetAside>,
}

impl<'p> FieldReader<'p> {
    fn set_aside(&mut self, reason: BadLineReason, text: &str) {
        self.aside.push(SetAside::new(self.name.as_str(), reason, text));
    }

    fn first(&mut self) -> Option<(Cow<'p, str>, &'p Field)> {
        match self.plan.first(self.slots, self.cells) {
            Ok(found) => {
                let found = found.map(|(text, slot)| (meant(text, &slot.field), &slot.field));
                found.filter(|(text, _)| !text.is_empty())
            }
            Err((_, reason)) => {
                self.set_aside(reason, "");
                None
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        self.first().map(|(text, _)| text.into_owned())
    }

    fn parsed<T>(&mut self, parse: impl FnOnce(&str, &Field) -> Result<T, BadLineReason>) -> Option<T> {
        let (text, field) = self.first()?;
        match parse(&text, field) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.set_aside(reason, &text);
                None
            }
        }
    }

    fn time(&mut self) -> Option<Timestamp> {
        self.parsed(|text, field| field_value::time(text, field.format.as_deref()))
    }

    /// The strictest of all levels.
    fn strictest(&mut self) -> Option<Tlp> {
        let mut strictest = None;
        for text in self.list() {
            match field_value::tlp(&text) {
                Ok(level) => strictest = strictest.max(Some(level)),
                Err(reason) => self.set_aside(reason, &text),
            }
        }
        strictest
    }

    /// All texts of all places.
    fn list(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        for slot in self.slots {
            self.texts_of(slot, &mut all);
        }
        all
    }

    fn phases(&mut self) -> Vec<KillChainPhase> {
        let mut phases = Vec::new();
        for slot in self.slots {
            let chain = slot.field.chain.as_deref().unwrap_or(KILL_CHAIN);
            let mut names = Vec::new();
            self.texts_of(slot, &mut names);
            phases.extend(names.into_iter().map(|phase| KillChainPhase {
                kill_chain_name: chain.to_owned(),
                phase_name: phase,
                custom: Default::default(),
            }));
        }
        phases
    }

    /// Adds the texts of a place.
    fn texts_of(&mut self, slot: &'p Slot, all: &mut Vec<String>) {
        if let Some(text) = self.cells.text(&slot.at) {
            return self.parts_of(text, slot, all);
        }
        let mut texts = Vec::new();
        match self.cells.texts(&slot.at, &mut texts) {
            Ok(()) => texts.iter().for_each(|text| self.parts_of(text, slot, all)),
            Err(reason) => self.set_aside(reason, ""),
        }
    }

    fn parts_of(&self, text: &str, slot: &Slot, all: &mut Vec<String>) {
        let mut add = |text: &str| {
            if !self.plan.is_empty(text) && has_prefix(text, &slot.field) {
                let text = meant(Cow::Borrowed(text.trim()), &slot.field);
                all.extend((!text.is_empty()).then(|| text.into_owned()));
            }
        };
        match slot.field.separator.as_deref() {
            None => add(text),
            Some(separator) => text.split(separator).for_each(add),
        }
    }
}

fn has_prefix(text: &str, field: &Field) -> bool {
    let starts = |prefix: &str| text.trim().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    field.prefix.as_deref().is_none_or(starts)
}

/// What follows a prefix, without quotes around it: `misp-galaxy:threat-actor="Example"`.
fn after<'t>(prefix: &str, text: &'t str) -> &'t str {
    let rest = text.get(prefix.len()..).unwrap_or_default();
    rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(rest)
}

/// The text without its prefix, or what the map says that it means.
fn meant<'t>(text: Cow<'t, str>, field: &'t Field) -> Cow<'t, str> {
    let text = match (&field.prefix, text) {
        (None, text) => text,
        // OK because only a text with the prefix counts.
        (Some(prefix), Cow::Borrowed(text)) => Cow::Borrowed(after(prefix, text)),
        (Some(prefix), Cow::Owned(text)) => Cow::Owned(after(prefix, &text).to_owned()),
    };
    match field.words.iter().find(|(word, _)| is_same(word, &text)) {
        Some((_, meaning)) => Cow::Borrowed(meaning),
        None => text,
    }
}
