//! [`Store`]: objects with their versions.

use std::collections::HashMap;
use std::io::{self, Write};

use super::filter::Filter;
use super::inserted::{Added, Inserted};
use super::versions::Versions;
use crate::error::Error;
use crate::object::Object;
use crate::reader::bundle::Bundle;
use crate::reader::item::Item;
use crate::reader::reader::Reader;
use crate::reader::source::Source;
use crate::{Identifier, Timestamp};

/// Objects in memory with all of their versions: what several feeds, a TAXII collection or a folder
/// contain over time.
///
/// Objects are told apart by their identifiers, and versions by `modified` as instants. Everything
/// returns the newest version unless it says otherwise. Observables and markings have one version.
///
/// ```
/// use stixkit::object::Malware;
/// use stixkit::reader::store::{Filter, Inserted, Store};
/// use stixkit::{Object, Timestamp};
///
/// let first: Timestamp = "2024-05-01T10:00:00Z".parse()?;
/// let later: Timestamp = "2024-06-01T10:00:00Z".parse()?;
/// let malware = Object::from(Malware::new(first.clone(), "Poison", true));
/// let mut newer = malware.new_version(later)?;
/// newer.common_mut().labels = vec!["rat".to_owned()];
///
/// let mut store = Store::new();
/// assert_eq!(store.insert(newer.clone()), Inserted::New);
/// assert_eq!(store.insert(malware.clone()), Inserted::Older);
/// assert_eq!(store.insert(malware.clone()), Inserted::Same);
/// assert_eq!(store.get(malware.id()), Some(&newer));
/// assert_eq!(store.as_of(malware.id(), &first), Some(&malware));
///
/// let filter: Filter = "is malware and labels = 'rat' and not revoked".parse()?;
/// assert_eq!(store.filter(&filter).collect::<Vec<_>>(), [&newer]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Relationships between the objects are the business of
/// [`Graph::new(store.objects())`](crate::graph::Graph).
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// Objects in the order in which they came, with gaps where some were removed.
    objects: Vec<Option<Object>>,
    versions: HashMap<Identifier, Versions>,
    gaps: usize,
}

impl Store {
    /// A store without objects.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of objects, whatever the number of their versions.
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Takes an object in, and returns what it is to those that are there.
    pub fn insert(&mut self, object: impl Into<Object>) -> Inserted {
        let object = object.into();
        let version = object.common().version().cloned();
        // More objects than this do not fit into memory.
        let place = u32::try_from(self.objects.len()).unwrap_or(u32::MAX);
        let inserted = match self.versions.get_mut(object.id()) {
            None => {
                self.versions.insert(object.id().clone(), Versions::One(version, place));
                Inserted::New
            }
            Some(versions) => {
                if let Some(own) = versions.get(&version).and_then(|place| self.objects[place as usize].as_ref()) {
                    return if *own == object { Inserted::Same } else { Inserted::Conflict(Box::new(object)) };
                }
                let is_newer = versions.newest().is_none_or(|(newest, _)| *newest < version);
                versions.insert(version, place);
                if is_newer { Inserted::NewVersion } else { Inserted::Older }
            }
        };
        self.objects.push(Some(object));
        inserted
    }

    /// Takes in many objects: those of a bundle, or of a page of a TAXII collection.
    pub fn extend(&mut self, objects: impl IntoIterator<Item = Object>) -> Added {
        let mut added = Added::default();
        objects.into_iter().for_each(|object| added.count(self.insert(object)));
        added
    }

    /// Takes in all objects that a reader returns.
    ///
    /// # Errors
    ///
    /// Returns the reader's error: its stream fails, or the input passes a limit. The objects
    /// before it are in the store.
    pub fn read<S: Source>(&mut self, reader: Reader<S>) -> Result<Added, Error> {
        let mut added = Added::default();
        for item in reader {
            match item? {
                Item::Object(accepted) => added.count(self.insert(accepted.object)),
                Item::Rejected(_) => added.rejected += 1,
            }
        }
        Ok(added)
    }

    /// The newest version of an object.
    pub fn get(&self, id: &Identifier) -> Option<&Object> {
        self.at_place(self.versions.get(id)?.newest()?.1)
    }

    /// All versions of an object, from the oldest to the newest.
    pub fn versions(&self, id: &Identifier) -> impl DoubleEndedIterator<Item = &Object> {
        let places = self.versions.get(id).map(Versions::places).unwrap_or_default();
        places.into_iter().filter_map(|place| self.at_place(place))
    }

    /// The version of an object that was the newest one at an instant. Objects without versions are
    /// the same at every instant.
    pub fn as_of(&self, id: &Identifier, at: impl Into<Timestamp>) -> Option<&Object> {
        self.at_place(self.versions.get(id)?.at(&Some(at.into()))?)
    }

    /// The objects in the order in which their newest versions came.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        (0..).zip(&self.objects).filter_map(|(place, object)| {
            let object = object.as_ref()?;
            let newest = self.versions.get(object.id())?.newest()?;
            (newest.1 == place).then_some(object)
        })
    }

    /// The objects as they were at an instant.
    pub fn objects_as_of(&self, at: impl Into<Timestamp>) -> impl Iterator<Item = &Object> {
        let at = Some(at.into());
        (0..).zip(&self.objects).filter_map(move |(place, object)| {
            let object = object.as_ref()?;
            (self.versions.get(object.id())?.at(&at) == Some(place)).then_some(object)
        })
    }

    /// All versions of all objects in the order in which they came.
    pub fn all_versions(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().flatten()
    }

    /// The objects whose newest versions pass a filter.
    pub fn filter<'s>(&'s self, filter: &'s Filter) -> impl Iterator<Item = &'s Object> {
        self.objects().filter(|object| filter.matches(object))
    }

    /// Takes an object out with all of its versions, from the oldest to the newest. Relationships
    /// to it stay.
    pub fn remove(&mut self, id: &Identifier) -> Vec<Object> {
        let places = self.versions.remove(id).map(|versions| versions.places()).unwrap_or_default();
        let removed = places.into_iter().filter_map(|place| self.take(place)).collect();
        self.close_gaps();
        removed
    }

    /// Takes one version of an object out, for example one that a TAXII manifest no longer lists.
    /// `None` is the version of an object that has neither `modified` nor `created`.
    pub fn remove_version(&mut self, id: &Identifier, version: Option<&Timestamp>) -> Option<Object> {
        let (place, has_others) = self.versions.get_mut(id)?.remove(&version.cloned());
        if !has_others {
            self.versions.remove(id);
        }
        let removed = self.take(place?);
        self.close_gaps();
        removed
    }

    /// A bundle of all versions, with a random identifier.
    pub fn into_bundle(self) -> Bundle {
        Bundle::new(self.objects.into_iter().flatten())
    }

    /// Writes all versions, an object on each line.
    ///
    /// # Errors
    ///
    /// Returns the errors of the writer.
    pub fn write_lines(&self, out: &mut impl Write) -> io::Result<()> {
        for object in self.all_versions() {
            serde_json::to_writer(&mut *out, object)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn at_place(&self, place: u32) -> Option<&Object> {
        self.objects.get(place as usize)?.as_ref()
    }

    fn take(&mut self, place: u32) -> Option<Object> {
        let taken = self.objects.get_mut(place as usize)?.take();
        self.gaps += usize::from(taken.is_some());
        taken
    }

    /// Moves objects together if more than half of the places are empty, so that removing one takes
    /// constant time on average.
    fn close_gaps(&mut self) {
        if self.gaps * 2 <= self.objects.len() {
            return;
        }
        let mut places = vec![0; self.objects.len()];
        let mut next = 0;
        for (place, object) in places.iter_mut().zip(&self.objects) {
            *place = next;
            next += u32::from(object.is_some());
        }
        self.objects.retain(Option::is_some);
        self.versions.values_mut().for_each(|versions| versions.move_to(|place| places[place as usize]));
        self.gaps = 0;
    }
}
