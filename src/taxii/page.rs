//! Pages of a result, in one form for TAXII 2.1 and 2.0, for objects and for manifests.

use std::ops::Range;

use super::key::{Key, KeyVersion, content_hash};
use super::resource::ManifestRecord;
use crate::reader::Item;
use crate::{Finding, Identifier, Json, Properties, Timestamp};

/// A part of a result, from one answer.
///
/// The pages of a walk do not contain what the walk has already returned:
/// [`duplicates`](Self::duplicates) counts it.
///
/// ```
/// use stixkit::reader::Item;
/// use stixkit::taxii::Page;
///
/// fn list(page: &Page) {
///     for object in &page.objects {
///         match &object.item {
///             Item::Object(accepted) => println!("{}", accepted.object.id()),
///             Item::Rejected(rejected) => eprintln!("{}", rejected.error),
///         }
///     }
/// }
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Page {
    /// The objects, in the server's order, including those that could not be read, with the reason
    /// and their text.
    pub objects: Vec<PageObject>,
    /// The records, if the page is one of a manifest.
    pub records: Vec<ManifestRecord>,
    /// Members of a manifest that are not records.
    pub rejected_records: Vec<Json<'static>>,
    /// How many more objects and records could not be read and are not kept, because there are
    /// more than [`AnswerLimits::max_rejected`](super::AnswerLimits::max_rejected).
    pub more_rejected: u64,
    /// How many objects and records were dropped because the walk has already returned them.
    pub duplicates: u64,
    /// Whether there are more. `None` if the server does not send it.
    pub more: Option<bool>,
    /// The cursor of the next page, byte for byte; a number as its text.
    pub next: Option<String>,
    /// The headers of the answer.
    pub headers: PageHeaders,
    /// All other members of the envelope or bundle.
    pub custom: Properties,
    /// Findings about the envelope: stray commas, repeated keys.
    pub findings: Vec<Finding>,
    body: Vec<u8>,
}

/// The headers of a page.
///
/// It is a field of [`Page`], which has an example.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PageHeaders {
    /// `X-TAXII-Date-Added-First`: when the server received the first object of the page.
    pub added_first: Option<Timestamp>,
    /// `X-TAXII-Date-Added-Last`: when the server received the last object of the page.
    pub added_last: Option<Timestamp>,
    /// The values of these two headers that are not timestamps, such as `undefined`.
    pub unreadable_dates: Vec<String>,
    /// `Content-Range`: which part of the whole result the page is, in TAXII 2.0.
    pub range: Option<ContentRange>,
    /// `Content-Range` if it is not a range, such as `items 9-5/10`.
    pub unreadable_range: Option<String>,
    /// How many objects there are in total according to `Content-Range`, even if its range is none.
    pub total: Option<u64>,
    /// `Date`: the server's clock.
    pub date: Option<Timestamp>,
    /// `Content-Type`, as it was sent. Empty if there was none.
    pub media_type: String,
    /// Whether the media type is the one that belongs to the request.
    pub is_expected_type: bool,
}

/// An object of a page.
///
/// It is an element of a [`Page`], which has an example.
#[derive(Debug)]
#[non_exhaustive]
pub struct PageObject {
    /// The object, or the reason why it could not be read.
    pub item: Item,
    place: Range<usize>,
}

/// The part of a result that a page is, in places counted from 0 (TAXII 2.0 section 3.4).
///
/// ```
/// use stixkit::taxii::ContentRange;
///
/// let range = ContentRange::parse("items 0-98/500").unwrap();
/// assert_eq!((range.first, range.last, range.total), (0, 98, Some(500)));
/// assert_eq!(ContentRange::parse("items 0-98/*").unwrap().total, None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContentRange {
    /// The place of the first object.
    pub first: u64,
    /// The place of the last object, according to the server.
    pub last: u64,
    /// How many objects there are in total. It may change from page to page.
    pub total: Option<u64>,
}

impl ContentRange {
    /// Parses a `Content-Range` header; `None` if it names no range.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.find(|char: char| char.is_ascii_digit())?;
        let unit = text[..digits].trim_end_matches([' ', '=']);
        if !unit.eq_ignore_ascii_case("items") {
            return None;
        }
        let (range, total) = text[digits..].split_once('/').unwrap_or((&text[digits..], "*"));
        let (first, last) = range.split_once('-')?;
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (first <= last).then(|| Self { first, last, total: total.trim().parse().ok() })
    }
}

impl ContentRange {
    /// Parses the total of a `Content-Range` header, whatever is in front of it.
    pub(super) fn parse_total(text: &str) -> Option<u64> {
        text.rsplit_once('/')?.1.trim().parse().ok()
    }
}

impl PageObject {
    /// Whether it is the definition of an extension.
    pub(super) fn is_extension(&self) -> bool {
        let name = "extension-definition";
        match &self.item {
            Item::Object(accepted) => accepted.object.id().prefix() == Some(name),
            Item::Rejected(rejected) => rejected.id.as_ref().is_some_and(|id| id.starts_with(name)),
        }
    }

    pub(super) fn new(item: Item, place: Range<usize>) -> Self {
        Self { item, place }
    }
}

impl Page {
    pub(super) fn set_body(&mut self, body: Vec<u8>) {
        self.body = body;
    }

    /// Returns the text of an object, as it was sent. If the object could not be read, these are
    /// its bytes, as far as they were kept.
    ///
    /// ```
    /// # use stixkit::taxii::Page;
    /// # fn look(page: &Page) {
    /// for object in &page.objects {
    ///     println!("{}", String::from_utf8_lossy(page.raw(object)));
    /// }
    /// # }
    /// ```
    pub fn raw<'a>(&'a self, object: &'a PageObject) -> &'a [u8] {
        match &object.item {
            Item::Object(_) => self.body.get(object.place.clone()).unwrap_or_default(),
            Item::Rejected(rejected) => &rejected.raw,
        }
    }

    /// Returns the body of the answer. Empty for a manifest.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns how many objects or records there are, without
    /// [`rejected_records`](Self::rejected_records) and [`more_rejected`](Self::more_rejected).
    pub fn len(&self) -> usize {
        self.objects.len() + self.records.len()
    }

    /// Whether the page is empty: without objects, records and rejected records.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Returns how many items there are, including those that are not kept.
    pub(super) fn count(&self) -> u64 {
        (self.len() + self.rejected_records.len()) as u64 + self.more_rejected
    }

    /// Whether a date of addition is known, from the headers or from a record.
    pub(super) fn is_dated(&self) -> bool {
        self.headers.added_last.is_some() || self.records.iter().any(|record| record.date_added.is_some())
    }

    /// Returns how many objects and records could not be read.
    pub fn rejected(&self) -> usize {
        let kept = self.objects.iter().filter(|object| object.item.is_rejected()).count();
        kept + self.rejected_records.len() + usize::try_from(self.more_rejected).unwrap_or(usize::MAX)
    }

    /// Returns the key of an object.
    pub(super) fn key(&self, object: &PageObject) -> Key {
        let content = || KeyVersion::Content(content_hash(self.raw(object)));
        match &object.item {
            Item::Object(accepted) => {
                let common = accepted.object.common();
                let version = common.version().map(|version| KeyVersion::Instant(version.instant()));
                Key { id: common.id.clone(), version: version.unwrap_or_else(content) }
            }
            Item::Rejected(rejected) => {
                Key { id: Identifier::from(rejected.id.as_deref().unwrap_or_default()), version: content() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_in_each_form() {
        let range = |text| ContentRange::parse(text).map(|range| (range.first, range.last, range.total));
        assert_eq!(range("items 0-98/500"), Some((0, 98, Some(500))));
        assert_eq!(range("Items=5-9/*"), Some((5, 9, None)));
        assert_eq!(range(" items 5-9 "), Some((5, 9, None)));
        for text in
            ["", "items */500", "bytes 0-1/2", "items 9-5/10", "items 0-/3", "items 99999999999999999999-1/2", "ü 1-2"]
        {
            assert_eq!(range(text), None, "{text}");
        }
    }
}
