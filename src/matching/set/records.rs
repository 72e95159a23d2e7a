//! The indicators of a set.

use std::collections::HashMap;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use uuid::Uuid;

use super::hasher::Seeded;
use super::packed::{HAS_OTHER_ID, IS_DEAD, Packed};
use super::term::NONE;
use super::tight::push_tight;
use crate::{Identifier, Kind};

/// The indicators of a set, by their number and by source and identifier.
#[derive(Debug, Default)]
pub(super) struct Records {
    list: Vec<Packed>,
    /// Numbers of records that are alive.
    by_id: HashTable<u32>,
    /// Identifiers other than `indicator--UUID`.
    other_ids: Vec<Identifier>,
    sources: Vec<Box<str>>,
    source_numbers: HashMap<Box<str>, u16>,
    dead: usize,
}

impl Records {
    #[inline]
    pub(super) fn get(&self, number: u32) -> &Packed {
        &self.list[number as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn live(&self) -> usize {
        self.list.len() - self.dead
    }

    pub(super) fn dead(&self) -> usize {
        self.dead
    }

    /// The numbers and records that are alive.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Packed)> {
        self.list.iter().enumerate().filter(|(_, packed)| !packed.is(IS_DEAD)).map(|(at, packed)| (at as u32, packed))
    }

    pub(super) fn sources(&self) -> &[Box<str>] {
        &self.sources
    }

    pub(super) fn source(&self, packed: &Packed) -> &str {
        &self.sources[usize::from(packed.source)]
    }

    pub(super) fn id(&self, packed: &Packed) -> Identifier {
        if packed.is(HAS_OTHER_ID) {
            return self.other_ids[other_id(packed)].clone();
        }
        Identifier::new(Kind::Indicator, Uuid::from_bytes(packed.id))
    }

    /// The number of a source, or `None` if there are too many.
    pub(super) fn source_number(&mut self, source: &str) -> Option<u16> {
        if let Some(number) = self.source_numbers.get(source) {
            return Some(*number);
        }
        let number = u16::try_from(self.sources.len()).ok().filter(|number| *number < u16::MAX)?;
        self.sources.push(source.into());
        self.source_numbers.insert(source.into(), number);
        Some(number)
    }

    /// The number of the record with this source and identifier.
    pub(super) fn find(&self, source: u16, id: &Identifier, seed: &Seeded) -> Option<u32> {
        self.by_id.find(hash_id(source, id, seed), |number| self.is(*number, source, id)).copied()
    }

    fn is(&self, number: u32, source: u16, id: &Identifier) -> bool {
        let packed = self.get(number);
        packed.source == source
            && match standard(id) {
                Some(uuid) => !packed.is(HAS_OTHER_ID) && packed.id == uuid,
                None => packed.is(HAS_OTHER_ID) && self.id(packed) == *id,
            }
    }

    /// The number that the next record gets, or `None` if there are too many.
    pub(super) fn next(&self) -> Option<u32> {
        u32::try_from(self.list.len()).ok().filter(|number| *number < NONE)
    }

    /// Adds a record and returns its number, or `None` if another one of its source has its
    /// identifier.
    pub(super) fn push(&mut self, mut packed: Packed, id: &Identifier, seed: &Seeded) -> Option<u32> {
        let number = self.next()?;
        let uuid = standard(id);
        let Self { list, by_id, other_ids, .. } = self;
        let hash = match &uuid {
            Some(uuid) => hash_uuid(packed.source, uuid, seed),
            None => hash_id(packed.source, id, seed),
        };
        let is_it = |number: &u32| {
            let other = &list[*number as usize];
            other.source == packed.source
                && match &uuid {
                    Some(uuid) => !other.is(HAS_OTHER_ID) && other.id == *uuid,
                    None => other.is(HAS_OTHER_ID) && other_ids[other_id(other)] == *id,
                }
        };
        let rehash = |number: &u32| {
            let other = &list[*number as usize];
            if other.is(HAS_OTHER_ID) {
                return hash_id(other.source, &other_ids[other_id(other)], seed);
            }
            hash_uuid(other.source, &other.id, seed)
        };
        let Entry::Vacant(vacant) = by_id.entry(hash, is_it, rehash) else { return None };
        vacant.insert(number);
        match uuid {
            Some(uuid) => packed.id = uuid,
            None => {
                packed.set(HAS_OTHER_ID, true);
                packed.id = [0; 16];
                packed.id[..4].copy_from_slice(&(other_ids.len() as u32).to_le_bytes());
                other_ids.push(id.clone());
            }
        }
        push_tight(list, packed);
        Some(number)
    }

    /// Marks a record as removed.
    pub(super) fn bury(&mut self, number: u32, seed: &Seeded) {
        let packed = self.list[number as usize];
        if packed.is(IS_DEAD) {
            return;
        }
        let hash = hash_id(packed.source, &self.id(&packed), seed);
        if let Ok(entry) = self.by_id.find_entry(hash, |other| *other == number) {
            entry.remove();
        }
        self.list[number as usize].set(IS_DEAD, true);
        self.dead += 1;
    }

    pub(super) fn reserve(&mut self, records: usize, seed: &Seeded) {
        self.list.reserve_exact(records);
        let list = &self.list;
        // OK because a set that reserves is new and has no other identifiers yet.
        self.by_id.reserve(records, |number| {
            let packed = &list[*number as usize];
            hash_uuid(packed.source, &packed.id, seed)
        });
    }

    pub(super) fn shrink(&mut self) {
        self.list.shrink_to_fit();
    }

    pub(super) fn heap(&self) -> usize {
        self.list.capacity() * size_of::<Packed>()
            + self.by_id.allocation_size()
            + self.other_ids.capacity() * size_of::<Identifier>()
            + self.other_ids.iter().map(|id| id.with_text(str::len)).sum::<usize>()
            + self.sources.iter().map(|source| 2 * (source.len() + 24)).sum::<usize>()
    }
}

/// The place of an identifier in the list of those that are not `indicator--UUID`.
fn other_id(packed: &Packed) -> usize {
    packed.id.first_chunk().map_or(0, |place| u32::from_le_bytes(*place) as usize)
}

/// The UUID of an identifier `indicator--UUID`.
fn standard(id: &Identifier) -> Option<[u8; 16]> {
    let uuid = id.uuid().filter(|_| id.kind() == Some(Kind::Indicator))?;
    (Identifier::new(Kind::Indicator, uuid) == *id).then(|| uuid.into_bytes())
}

fn hash_id(source: u16, id: &Identifier, seed: &Seeded) -> u64 {
    match standard(id) {
        Some(uuid) => hash_uuid(source, &uuid, seed),
        None => id.with_text(|text| seed.bytes(text.as_bytes())) ^ seed.number(source.into()),
    }
}

fn hash_uuid(source: u16, uuid: &[u8; 16], seed: &Seeded) -> u64 {
    seed.wide_number(u128::from_le_bytes(*uuid) ^ u128::from(source), 0)
}
