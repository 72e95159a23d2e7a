//! Patterns that are tested for each event with an object of their type.

use std::collections::HashMap;

use super::residual::Residual;

/// Patterns in which nothing can be looked up, compiled.
#[derive(Debug, Default)]
pub(super) struct Always {
    list: Vec<Entry>,
    by_type: HashMap<Box<str>, Vec<u32>>,
    by_record: HashMap<u32, u32>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) record: u32,
    pub(super) residual: Residual,
    types: Vec<Box<str>>,
}

impl Always {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn insert(&mut self, record: u32, residual: Residual, mut types: Vec<Box<str>>) {
        types.sort_unstable();
        types.dedup();
        self.list.push(Entry { record, residual, types });
        self.index_last();
    }

    fn index_last(&mut self) {
        let Some((last, entry)) = self.list.len().checked_sub(1).map(|at| (at as u32, &self.list[at])) else { return };
        for object_type in &entry.types {
            self.by_type.entry(object_type.clone()).or_default().push(last);
        }
        self.by_record.insert(entry.record, last);
    }

    pub(super) fn remove(&mut self, record: u32) {
        if self.by_record.contains_key(&record) {
            self.renumber(|other| (other != record).then_some(other));
        }
    }

    /// The object types that a record is tested for. `None` if it is not among the patterns.
    pub(super) fn types(&self, record: u32) -> Option<&[Box<str>]> {
        let place = self.by_record.get(&record)?;
        self.list.get(*place as usize).map(|entry| &*entry.types)
    }

    /// Gives records other numbers; those without one are dropped.
    pub(super) fn renumber(&mut self, number: impl Fn(u32) -> Option<u32>) {
        self.by_type.clear();
        self.by_record.clear();
        for mut entry in std::mem::take(&mut self.list) {
            if let Some(record) = number(entry.record) {
                entry.record = record;
                self.list.push(entry);
                self.index_last();
            }
        }
    }

    /// The patterns that are about an object type.
    pub(super) fn of_type(&self, object_type: &str) -> impl Iterator<Item = &Entry> {
        let places = self.by_type.get(object_type).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| &self.list[*place as usize])
    }

    pub(super) fn heap(&self) -> usize {
        let types =
            self.list.iter().flat_map(|entry| &entry.types).map(|object_type| object_type.len() + 16).sum::<usize>();
        self.list.capacity() * size_of::<Entry>() + 2 * types
    }
}
