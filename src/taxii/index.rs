//! An index of known objects, to find what is new in a collection and what was removed.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::key::{Key, KeyVersion};
use super::page::Page;
use super::resource::ManifestRecord;
use crate::Identifier;

/// The known objects of a collection, by identifier and version.
///
/// It finds new objects in a manifest or in pages, and objects that were removed. It serializes as
/// a list of pairs.
///
/// ```
/// use stixkit::taxii::{ManifestChange, ObjectIndex, ManifestRecord};
///
/// let record = |id, version| {
///     ManifestRecord::from_slice(format!(r#"{{"id":"{id}","version":"{version}"}}"#).as_bytes())
/// };
/// let mut index = ObjectIndex::new();
/// for record in [record("x-a--1", "2024-01-01T00:00:00Z")?, record("x-a--2", "2024-01-01T00:00:00Z")?] {
///     index.insert(&record);
/// }
/// index.begin();
/// assert_eq!(index.look_up(&record("x-a--1", "2024-01-01T00:00:00.000000Z")?), ManifestChange::Known);
/// assert_eq!(index.look_up(&record("x-a--1", "2024-06-01T00:00:00Z")?), ManifestChange::Changed);
/// assert_eq!(index.look_up(&record("x-a--3", "2024-01-01T00:00:00Z")?), ManifestChange::New);
/// assert_eq!(index.end(), ["x-a--2"]);
/// # Ok::<(), stixkit::taxii::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectIndex {
    /// The versions of each object, with the round in which each was seen last.
    objects: HashMap<Identifier, BTreeMap<KeyVersion, u64>>,
    round: u64,
}

/// How a record of a manifest differs from an [`ObjectIndex`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing else it can be")]
pub enum ManifestChange {
    /// Its identifier is not known.
    New,
    /// Its identifier is known, and one of its versions is not.
    Changed,
    /// Its identifier and all of its versions are known.
    Known,
}

impl ObjectIndex {
    /// Creates an empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many versions of objects are known.
    pub fn len(&self) -> usize {
        self.objects.values().map(BTreeMap::len).sum()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Begins a round over the whole collection.
    pub fn begin(&mut self) {
        self.round += 1;
    }

    /// Looks up a record and notes that it still exists. A new one is not added: see
    /// [`insert`](Self::insert).
    pub fn look_up(&mut self, record: &ManifestRecord) -> ManifestChange {
        let mut is_known = true;
        for key in record.keys() {
            is_known &= self.mark_seen(&key);
        }
        match is_known {
            true => ManifestChange::Known,
            false if self.objects.contains_key(&Identifier::from(record.id.as_str())) => ManifestChange::Changed,
            false => ManifestChange::New,
        }
    }

    /// Adds a record, once its object was fetched.
    pub fn insert(&mut self, record: &ManifestRecord) {
        record.keys().for_each(|key| self.insert_key(key));
    }

    /// Ends a round: returns the identifiers of which no version was seen in it, and drops them.
    /// Call it only if the round covered the whole collection, with a walk that came to its end.
    pub fn end(&mut self) -> Vec<String> {
        let mut gone = Vec::new();
        let now = self.round;
        self.objects.retain(|id, versions| {
            versions.retain(|_, round| *round == now);
            if versions.is_empty() {
                gone.push(id.to_string());
            }
            !versions.is_empty()
        });
        gone.sort();
        gone
    }

    fn mark_seen(&mut self, key: &Key) -> bool {
        match self.objects.get_mut(&key.id).and_then(|versions| versions.get_mut(&key.version)) {
            Some(round) => {
                *round = self.round;
                true
            }
            None => false,
        }
    }

    pub(super) fn insert_key(&mut self, key: Key) {
        self.objects.entry(key.id).or_default().insert(key.version, self.round);
    }

    /// Drops known objects from a page. Returns the keys of the others.
    pub(super) fn drop_known(&mut self, page: &mut Page) -> Vec<Key> {
        let mut keys = Vec::new();
        let mut objects = std::mem::take(&mut page.objects);
        let before = objects.len() + page.records.len();
        objects.retain(|object| {
            let key = page.key(object);
            let is_known = self.mark_seen(&key);
            keys.extend((!is_known).then_some(key));
            !is_known
        });
        page.records.retain(|record| {
            let is_known = record.keys().fold(true, |known, key| self.mark_seen(&key) & known);
            keys.extend(record.keys().filter(|_| !is_known));
            !is_known
        });
        page.objects = objects;
        page.duplicates += (before - page.len()) as u64;
        keys
    }
}

impl Serialize for ObjectIndex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = |(id, versions): (&Identifier, &BTreeMap<KeyVersion, u64>)| {
            let versions = versions.keys().map(|version| Key { id: id.clone(), version: version.clone() });
            versions.collect::<Vec<_>>()
        };
        serializer.collect_seq(self.objects.iter().flat_map(keys))
    }
}

impl<'de> Deserialize<'de> for ObjectIndex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let keys = Vec::<Key>::deserialize(deserializer)?;
        let mut index = Self::new();
        keys.into_iter().for_each(|key| index.insert_key(key));
        Ok(index)
    }
}
