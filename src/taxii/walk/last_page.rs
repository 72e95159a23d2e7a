//! The page that came last.

use super::super::key::Key;
use super::super::page::Page;
use super::probe::Probe;
use crate::Timestamp;

/// What a walk keeps of the last page.
#[derive(Debug, Default)]
pub(super) struct LastPage {
    /// How many objects and records there were, before any were dropped.
    pub(super) count: u64,
    /// How many of them are definitions of extensions.
    pub(super) extensions: u64,
    /// The most objects and records that there were on any page.
    pub(super) largest: u64,
    /// The last object or record of all pages so far.
    pub(super) key: Option<Key>,
    /// What shows whether dates that nothing proves are right.
    pub(super) probe: Probe,
}

impl LastPage {
    /// Counts the objects of a page.
    pub(super) fn count_page(&mut self, page: &Page) {
        self.count = page.count();
        self.extensions = page.objects.iter().filter(|object| object.is_extension()).count() as u64;
        self.largest = self.largest.max(self.count);
    }

    /// Returns when the last object was added, according to a manifest.
    pub(super) fn date_in(&self, manifest: &Page) -> Option<Timestamp> {
        let key = self.key.as_ref()?;
        let records: Vec<_> = manifest.records.iter().filter(|record| key.id.is(&record.id)).collect();
        let dates = |only_same: bool| {
            let same = records.iter().filter(move |record| !only_same || record.keys().any(|other| other == *key));
            same.filter_map(|record| record.date_added.clone())
        };
        // If there are several versions, the last one may have been added after the end of the
        // page: the objects in between would be passed over.
        dates(true).min().or_else(|| dates(false).min())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::key::KeyVersion;
    use super::super::super::resource::ManifestRecord;
    use super::*;
    use crate::Identifier;

    fn time(second: u32) -> Timestamp {
        Timestamp::parse(&format!("2024-01-01T00:00:0{second}Z")).unwrap()
    }

    /// A record of a version, and the second in which it was added.
    fn record(id: &str, version: &str, added: Option<u32>) -> ManifestRecord {
        ManifestRecord {
            id: id.into(),
            versions: vec![version.into()],
            date_added: added.map(time),
            ..ManifestRecord::default()
        }
    }

    #[test]
    fn the_date_is_that_of_the_version_or_else_the_earliest() {
        let (first, second) = ("2023-01-01T00:00:00Z", "2023-01-02T00:00:00Z");
        let key = Key {
            id: Identifier::from("x-a--1"),
            version: KeyVersion::Instant(Timestamp::parse(first).unwrap().instant()),
        };
        let last = LastPage { count: 1, largest: 1, key: Some(key), ..LastPage::default() };
        for (records, expected) in [
            (vec![], None),
            (vec![record("x-a--2", first, Some(1))], None),
            (vec![record("x-a--1", first, None)], None),
            (vec![record("x-a--1", second, Some(1)), record("x-a--1", first, Some(2))], Some(2)),
            (vec![record("x-a--1", second, Some(3)), record("x-a--1", "v", Some(2))], Some(2)),
            (vec![record("x-a--1", first, Some(3)), record("x-a--1", first, Some(2))], Some(2)),
        ] {
            let mut manifest = Page::default();
            manifest.records = records;
            assert_eq!(last.date_in(&manifest), expected.map(time), "{:?}", manifest.records);
            assert_eq!(LastPage::default().date_in(&manifest), None);
        }
    }
}
