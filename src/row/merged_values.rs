//! Merged values, found by their keys and by the indicators that state them.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

use super::merged_value::MergedValue;
use super::place_index::PlaceIndex;
use super::row_key::RowKey;
use crate::Identifier;

/// Merged values by place. A value keeps its place until it is removed.
#[derive(Clone, Debug, Default)]
pub(super) struct MergedValues {
    values: Vec<MergedValue>,
    free: Vec<u32>,
    by_key: PlaceIndex,
    /// Values by indicator and the number of the value among those of the indicator. It has no
    /// feeds, so that indicators of several feeds with one identifier are found, too.
    by_indicator: PlaceIndex,
    random: RandomState,
}

impl MergedValues {
    pub(super) fn len(&self) -> usize {
        self.values.len() - self.free.len()
    }

    pub(super) fn get(&self, place: u32) -> &MergedValue {
        &self.values[place as usize]
    }

    pub(super) fn get_mut(&mut self, place: u32) -> &mut MergedValue {
        &mut self.values[place as usize]
    }

    pub(super) fn places(&self) -> impl Iterator<Item = u32> + use<> {
        let taken: Vec<u32> = (0..).zip(&self.values).filter(|(_, value)| !value.is_free()).map(|(at, _)| at).collect();
        taken.into_iter()
    }

    /// The first value of this key that is the one.
    pub(super) fn find(&self, key: &RowKey, is_own: impl Fn(u32) -> bool) -> Option<u32> {
        self.by_key.places(self.hash(key)).find(|place| is_own(*place))
    }

    /// Adds a value. There are never so many that places run out, as each takes more than one byte.
    pub(super) fn insert(&mut self, key: &RowKey, value: MergedValue) -> u32 {
        let place = self.free.pop().unwrap_or(self.values.len() as u32);
        if self.values.len() == self.values.capacity() {
            // By an eighth, because half of a large list is much.
            self.values.reserve_exact(self.values.len() / 8 + 8);
        }
        match self.values.get_mut(place as usize) {
            Some(own) => *own = value,
            None => self.values.push(value),
        }
        self.by_key.insert(self.hash(key), place);
        place
    }

    pub(super) fn remove(&mut self, key: &RowKey, place: u32) {
        self.by_key.remove(self.hash(key), place);
        self.values[place as usize] = MergedValue::free();
        self.free.push(place);
    }

    /// The values that an indicator of a feed states, in the order of their numbers.
    pub(super) fn stated(&self, source: u32, stix_id: &Identifier) -> Vec<u32> {
        let of_part = |part| {
            let mut places = self.by_indicator.places(self.hash(&(stix_id, part)));
            places.find(|place| self.get(*place).statement(source, stix_id, part).is_some())
        };
        (0..).map_while(of_part).collect()
    }

    /// The feeds that have an indicator with this identifier.
    pub(super) fn sources(&self, stix_id: &Identifier) -> Vec<u32> {
        let places = self.by_indicator.places(self.hash(&(stix_id, 0_u32)));
        let views = places.flat_map(|place| self.get(place).statements());
        let mut sources: Vec<_> =
            views.filter(|view| view.part == 0 && view.stix_id == *stix_id).map(|view| view.source).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// Notes that an indicator states a value, which is that of this number among its values.
    pub(super) fn link(&mut self, stix_id: &Identifier, part: u32, place: u32) {
        self.by_indicator.insert(self.hash(&(stix_id, part)), place);
    }

    pub(super) fn unlink(&mut self, stix_id: &Identifier, part: u32, place: u32) {
        self.by_indicator.remove(self.hash(&(stix_id, part)), place);
    }

    fn hash(&self, what: &impl Hash) -> u32 {
        // OK because any 32 bits will do.
        self.random.hash_one(what) as u32
    }
}
