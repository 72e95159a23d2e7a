//! The parts of a set.

use super::always::Always;
use super::draft::{Draft, Target};
use super::hasher::Seeded;
use super::inserted::{Change, Inserted, SkipReason, Skipped};
use super::key::{Form, Keys};
use super::options::SetOptions;
use super::packed::{IS_DEAD, IS_REVOKED, IS_SEVERAL, IS_UNCLEAR, Nanos, Packed};
use super::records::Records;
use super::term::{NONE, Term};
use super::tight::push_tight;
use super::values::Values;
use crate::Identifier;
use crate::row::{Doubt, ExpirySource, Row, RowKind, State};

/// The parts of a set.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) options: SetOptions,
    pub(super) seed: Seeded,
    pub(super) records: Records,
    pub(super) keys: Keys,
    pub(super) values: Values,
    pub(super) always: Always,
    patterns: Vec<Box<str>>,
    draft: Draft,
}

/// A record that is not in a store yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewRecord<'r> {
    pub(super) packed: Packed,
    pub(super) id: &'r Identifier,
    pub(super) pattern: Option<&'r str>,
}

impl Store {
    pub(super) fn new(options: SetOptions) -> Self {
        let values = Values::new(options.folds_case());
        Self {
            options,
            seed: Seeded::new(),
            records: Records::default(),
            keys: Keys::default(),
            values,
            always: Always::default(),
            patterns: Vec::new(),
            draft: Draft::default(),
        }
    }

    pub(super) fn pattern(&self, number: u32) -> Option<&str> {
        self.patterns.get(number as usize).map(|pattern| &**pattern)
    }

    pub(super) fn patterns(&self) -> usize {
        self.patterns.len()
    }

    /// Takes the rows of one indicator. One that is known is replaced, if that is wanted and the
    /// version is not older.
    pub(super) fn insert(&mut self, rows: &[Row<'_>], replaces: bool) -> Inserted {
        let mut inserted = Inserted::default();
        let Some(first) = rows.first().filter(|row| row.kind == RowKind::Indicator) else {
            inserted.skipped.push(Skipped::new(SkipReason::NoIndicator, ""));
            return inserted;
        };
        let (Some(source), Some(_)) = (self.records.source_number(&first.source), self.records.next()) else {
            inserted.skipped.push(Skipped::new(SkipReason::Full, ""));
            return inserted;
        };
        let mut packed = packed(first, source);
        let known = self.records.find(source, &first.stix_id, &self.seed);
        if let Some(known) = known
            && (!replaces || self.covers(known, &packed))
        {
            return inserted;
        }
        if let Some(known) = known {
            // First, so that the new version finds the room of the old one.
            self.bury(known);
        }
        let mut draft = std::mem::take(&mut self.draft);
        let mut target = Target {
            options: &self.options,
            keys: &mut self.keys,
            values: &self.values,
            always: &self.always,
            seed: &self.seed,
        };
        draft.fill(rows, &mut target, &mut inserted);
        let is_found = !draft.is_empty();
        if is_found {
            let pattern = draft.needs_pattern.then_some(&*first.pattern);
            packed.set(IS_SEVERAL, draft.is_several);
            let new = NewRecord { packed, id: &first.stix_id, pattern };
            // OK because there is room, and one of this identifier was removed.
            if let Some(number) = self.push(new) {
                for (key, form, value) in draft.terms() {
                    if !self.add(number, key, form, value) {
                        inserted.skipped.push(Skipped::new(SkipReason::Full, ""));
                    }
                }
                if let Some((residual, types)) = draft.always.take() {
                    self.always.insert(number, residual, types);
                }
            }
        }
        inserted.change = match known {
            Some(_) => Change::Replaced,
            None if is_found => Change::Added,
            None => Change::None,
        };
        self.draft = draft;
        inserted
    }

    /// Whether a record makes another one of its identifier unnecessary.
    fn covers(&self, known: u32, new: &Packed) -> bool {
        let known = self.records.get(known);
        let (own, other) = (known.modified.get(), new.modified.get());
        const STATE: u16 = IS_REVOKED | IS_UNCLEAR | 0x3ff;
        let is_same = known.modified != Nanos::MIN
            && known.bits & STATE == new.bits & STATE
            && (known.from, known.until) == (new.from, new.until);
        other != Nanos::MIN.get() && own > other || own == other && is_same
    }

    /// Adds a record, unless there is one of its source and identifier. Its values have to be added
    /// next.
    pub(super) fn push(&mut self, new: NewRecord<'_>) -> Option<u32> {
        let NewRecord { mut packed, id, pattern } = new;
        packed.first_term = self.values.len() as u32;
        packed.pattern = NONE;
        if let Some(pattern) = pattern {
            packed.pattern = self.patterns.len() as u32;
            push_tight(&mut self.patterns, pattern.into());
        }
        self.records.push(packed, id, &self.seed)
    }

    /// Adds a value of the last record. Returns `false` if there is no room.
    pub(super) fn add(&mut self, record: u32, key: u16, form: Form, value: &[u8]) -> bool {
        let term = Term { start: 0, len: 0, key, record, next: NONE };
        let Self { records, values, seed, .. } = self;
        values.add(form, term, value, seed, |record| records.get(record).is(IS_DEAD))
    }

    /// The terms of a record by their numbers.
    pub(super) fn terms_of(&self, record: u32) -> std::ops::Range<u32> {
        let first = self.records.get(record).first_term;
        let is_last = record as usize + 1 == self.records.len();
        let end = if is_last { self.values.len() as u32 } else { self.records.get(record + 1).first_term };
        first..end
    }

    /// Removes a record. Its values stay until the set is made compact.
    pub(super) fn bury(&mut self, record: u32) {
        self.records.bury(record, &self.seed);
        self.always.remove(record);
    }

    /// Whether removed records take so much room that it is time to give it back.
    pub(super) fn is_sparse(&self, part: usize) -> bool {
        const FEW: usize = 4096;
        self.records.dead() > FEW && self.records.dead() * part > self.records.len()
    }

    /// The same set without what was removed.
    pub(super) fn compacted(&mut self) -> Self {
        let mut new = Self::new(self.options.clone());
        let mut counts = [0; Form::ALL.len()];
        let mut bytes = 0;
        let mut numbers = vec![NONE; self.records.len()];
        for (number, _) in self.records.iter() {
            for term in self.terms_of(number) {
                let term = self.values.term(term);
                let form = self.keys.get(term.key).form;
                counts[form as usize] += 1;
                bytes += self.values.bytes(term, form).get().len();
            }
        }
        new.reserve(self.records.live(), &counts, bytes);
        let mut keys = vec![None; self.keys.iter().len()];
        for (number, packed) in self.records.iter() {
            let mut packed = *packed;
            let source = new.records.source_number(self.records.source(&packed));
            let id = self.records.id(&packed);
            packed.source = source.unwrap_or_default();
            // OK because identifiers that are different here are so there.
            let Some(copy) = new.push(NewRecord { packed, id: &id, pattern: self.pattern(packed.pattern) }) else {
                continue;
            };
            numbers[number as usize] = copy;
            for term in self.terms_of(number) {
                let term = self.values.term(term);
                let key = self.keys.get(term.key);
                let slot = &mut keys[usize::from(term.key)];
                let Some(copied) = slot.or_else(|| new.keys.number(&key.borrowed(), &new.seed)) else { continue };
                *slot = Some(copied);
                let bytes = self.values.bytes(term, key.form);
                // OK because what fits into the old set fits into the new one.
                new.add(copy, copied, key.form, bytes.get());
            }
        }
        new.always = std::mem::take(&mut self.always);
        new.always.renumber(|number| numbers.get(number as usize).copied().filter(|number| *number != NONE));
        new.values.shrink();
        new.records.shrink();
        new.patterns.shrink_to_fit();
        new
    }

    pub(super) fn reserve(&mut self, records: usize, counts: &[usize; Form::ALL.len()], bytes: usize) {
        self.values.reserve(counts, bytes, &self.seed);
        self.records.reserve(records, &self.seed);
    }

    pub(super) fn patterns_heap(&self) -> usize {
        self.patterns.capacity() * size_of::<Box<str>>() + self.patterns.iter().map(|text| text.len()).sum::<usize>()
    }
}

fn packed(row: &Row<'_>, source: u16) -> Packed {
    let instant = |time: &Option<crate::Timestamp>| time.as_ref().map(|time| Nanos::at(time.instant()));
    let validity = &row.validity;
    let mut packed = Packed {
        id: [0; 16],
        modified: instant(&row.modified).unwrap_or(Nanos::MIN),
        from: instant(&validity.from).unwrap_or(Nanos::MIN),
        until: instant(&validity.until).unwrap_or(Nanos::NEVER),
        first_term: 0,
        pattern: NONE,
        source,
        bits: Packed::rating(row.context.confidence, row.tlp),
    };
    let is_revoked = validity.state == State::Revoked || validity.expiry_source == Some(ExpirySource::Revoked);
    let unclear = [Doubt::Revoked, Doubt::ValidUntil, Doubt::PatternType];
    let is_unclear = validity.from.is_none() || unclear.into_iter().any(|doubt| row.doubts.contains(doubt));
    packed.set(IS_REVOKED, is_revoked);
    packed.set(IS_UNCLEAR, is_unclear || validity.state == State::Unclear);
    packed
}
