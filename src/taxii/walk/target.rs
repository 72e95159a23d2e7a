//! What a walk asks for.

use chrono::{DateTime, Utc};

use super::super::error::Error;
use super::super::filter::{Filter, VersionFilter};
use super::super::key::Key;
use super::super::page::Page;
use super::super::request::{Operation, Part, Request, RootUrl};
use super::super::version::Version;
use crate::Timestamp;

/// The resource that a walk goes over. It builds the requests.
#[derive(Clone, Debug)]
pub(super) struct Target {
    root: RootUrl,
    collection: String,
    operation: Operation,
    /// The identifier of the object, for the operations on one object.
    object: String,
    filter: Filter,
}

impl Target {
    pub(super) fn new(operation: Operation, root: &RootUrl, collection: &str, filter: Filter) -> Self {
        Self { root: root.clone(), collection: collection.to_owned(), operation, object: String::new(), filter }
    }

    pub(super) fn with_object(self, id: &str) -> Self {
        Self { object: id.to_owned(), ..self }
    }

    pub(super) fn version(&self) -> Version {
        self.root.version()
    }

    /// Returns the start that the filter sets.
    pub(super) fn start(&self) -> Option<DateTime<Utc>> {
        self.filter.added_after().map(Timestamp::instant)
    }

    /// Whether pages have objects, and not records.
    pub(super) fn has_objects(&self) -> bool {
        matches!(self.operation, Operation::Objects | Operation::Object)
    }

    /// Returns the request for a part of the result that starts at `from`.
    pub(super) fn request(&self, from: Option<DateTime<Utc>>, part: &Part) -> Result<Request, Error> {
        self.root.part(self.operation, &self.collection, &self.object, &self.filter, from, part)
    }

    /// Returns the request for the manifest of one object in all versions, to see when it was
    /// added.
    pub(super) fn manifest_request(&self, key: Option<&Key>, limit: u32) -> Result<Request, Error> {
        let id = key.map(|key| key.id.to_string()).unwrap_or_default();
        let filter = Filter::new().with_ids([id]).with_versions([VersionFilter::All]);
        self.root.part(Operation::Manifest, &self.collection, "", &filter, None, &Part::First { limit })
    }

    /// Whether objects can be asked for by their identifiers, and the manifest shows which there
    /// are.
    pub(super) fn has_manifest(&self) -> bool {
        self.operation == Operation::Objects
    }

    /// Returns the request for the part of the manifest that starts at `from`.
    pub(super) fn ties_request(&self, from: Option<DateTime<Utc>>, limit: u32) -> Result<Request, Error> {
        self.root.part(Operation::Manifest, &self.collection, "", &self.filter, from, &Part::First { limit })
    }

    /// Returns the request for the objects with these identifiers that were added after `from`.
    pub(super) fn ids_request(
        &self,
        from: Option<DateTime<Utc>>,
        ids: impl IntoIterator<Item = String>,
        limit: u32,
    ) -> Result<Request, Error> {
        let filter = self.filter.for_ids(ids);
        self.root.part(self.operation, &self.collection, "", &filter, from, &Part::First { limit })
    }

    /// Gives the records of a list of versions the identifier of their object, which the list does
    /// not repeat.
    pub(super) fn name_records(&self, page: &mut Page) {
        if self.operation == Operation::Versions {
            page.records.iter_mut().for_each(|record| record.id.clone_from(&self.object));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::key::KeyVersion;
    use super::super::super::options::Options;
    use super::super::super::resource::ManifestRecord;
    use super::*;
    use crate::Identifier;

    fn target(operation: Operation) -> Target {
        let root = RootUrl::new("https://a.example/r/", Version::V21, &Options::default()).unwrap();
        Target::new(operation, &root, "c", Filter::new()).with_object("x-a--1")
    }

    fn shown(request: Result<Request, Error>) -> String {
        request.unwrap().url().as_str().trim_start_matches("https://a.example/r/collections/c/").to_owned()
    }

    #[test]
    fn every_operation_has_its_request() {
        let from = Timestamp::parse("2024-01-01T00:00:00Z").unwrap().instant();
        let after = "?added_after=2024-01-01T00%3A00%3A00.000000Z&limit=5";
        for (operation, path, has_objects) in [
            (Operation::Objects, "objects/", true),
            (Operation::Object, "objects/x-a--1/", true),
            (Operation::Manifest, "manifest/", false),
            (Operation::Versions, "objects/x-a--1/versions/", false),
        ] {
            let target = target(operation);
            assert_eq!(shown(target.request(Some(from), &Part::First { limit: 5 })), format!("{path}{after}"));
            assert_eq!(shown(target.request(None, &Part::First { limit: 5 })), format!("{path}?limit=5"));
            assert_eq!(target.has_objects(), has_objects, "{operation:?}");
        }
    }

    #[test]
    fn the_manifest_is_asked_for_all_versions_of_one_object() {
        let key = Key { id: Identifier::from("x-a--2"), version: KeyVersion::Text("v".into()) };
        let expected = "manifest/?match%5Bid%5D=x-a--2&match%5Bversion%5D=all&limit=7";
        assert_eq!(shown(target(Operation::Objects).manifest_request(Some(&key), 7)), expected);
    }

    #[test]
    fn records_of_versions_are_named() {
        for (operation, expected) in [(Operation::Versions, "x-a--1"), (Operation::Manifest, "")] {
            let mut page = Page::default();
            page.records = vec![ManifestRecord::default()];
            target(operation).name_records(&mut page);
            assert_eq!(page.records[0].id, expected, "{operation:?}");
        }
    }
}
