//! The bodies of pages: objects in an envelope or a bundle, records in a manifest, versions.
//!
//! A body that is not understood is an error, never an empty page.

use http::StatusCode;

use super::budget::Budget;
use super::error::{Error, ErrorKind};
use super::message::ErrorMessage;
use super::options::Options;
use super::page::{Page, PageObject};
use super::resource::{Fields, ManifestRecord};
use crate::error::ErrorKind as ReadErrorKind;
use crate::finding::{Finding, FindingKind};
use crate::json::scan::{Lexer, TokenKind};
use crate::reader::{Item, Reader};
use crate::{Json, Properties};

/// What an object takes beside its text and its lists: itself, and its key in a walk. Measured for
/// objects of the fewest properties, it is 500 to 900.
const OBJECT: usize = 700;
const FINDING: usize = 200;
/// A record of that form.
const RECORD: usize = 3 * size_of::<ManifestRecord>() + 200;

/// How many objects may be around a manifest.
const MAX_WRAPPING: usize = 4;

/// The body of a page.
pub(super) struct Body<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) status: StatusCode,
    pub(super) options: &'a Options,
}

fn not_taxii(detail: &str) -> Error {
    Error::new(ErrorKind::NotTaxii).with_detail(detail)
}

impl Body<'_> {
    fn is_absent(&self) -> bool {
        self.bytes.is_empty() && self.status == StatusCode::NO_CONTENT
    }

    /// Reads objects.
    pub(super) fn objects(&self) -> Result<Page, Error> {
        let mut page = Page::default();
        if self.is_absent() {
            return Ok(page);
        }
        let text = self.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(self.bytes).trim_ascii_start();
        if !matches!(text.first(), Some(b'{' | b'[')) {
            return Err(not_taxii("neither an envelope nor a bundle"));
        }
        let mut budget = Budget::new(self.bytes.len(), &self.options.answers);
        let mut reader = Reader::from_slice(self.bytes).with_limits(self.options.answers.limits).with_envelopes_only();
        let (mut is_cut, mut has_item) = (false, false);
        while let Some(item) = reader.next() {
            let item = item.map_err(|error| Error::new(ErrorKind::AnswerTooLarge).with_source(error))?;
            let place = match &item {
                Item::Object(accepted) => {
                    has_item = true;
                    budget.charge(reader.raw().as_bytes(), OBJECT + FINDING * accepted.findings.len())?;
                    // OK because the offset is one in memory.
                    let start = usize::try_from(accepted.offset).unwrap_or(usize::MAX);
                    start..start.saturating_add(reader.raw().len())
                }
                Item::Rejected(rejected) => {
                    is_cut |= rejected.error.kind() == ReadErrorKind::UnexpectedEnd;
                    has_item |= rejected.id.is_some() || rejected.error.path().contains('[');
                    if !budget.keeps_rejected() {
                        page.more_rejected += 1;
                        continue;
                    }
                    budget.charge(&rejected.raw, OBJECT)?;
                    0..0
                }
            };
            page.objects.push(PageObject::new(item, place));
        }
        page.findings = reader.findings().to_vec();
        let has = |kind| page.findings.iter().any(|finding| finding.kind == kind);
        if is_cut || has(FindingKind::Unfinished) {
            return Err(Error::new(ErrorKind::Temporary).with_detail("the answer is cut"));
        }
        let container = reader.container();
        if page.objects.is_empty() && is_error_message(container) {
            return Err(self.error_message());
        }
        if !page.objects.is_empty() && !has_item {
            return Err(not_taxii("`objects` is not a list of objects"));
        }
        let is_broken = has(FindingKind::Container);
        read_members(&mut page, Fields::from(container.clone()));
        if is_broken && page.more.is_none() && page.next.is_none() {
            return Err(not_taxii("the envelope is broken or none, and says not whether there is more"));
        }
        Ok(page)
    }

    fn error_message(&self) -> Error {
        not_taxii("an error message").with_message(message(self.bytes))
    }

    /// Reads the records of a manifest.
    pub(super) fn manifest(&self) -> Result<Page, Error> {
        if self.is_absent() {
            return Ok(Page::default());
        }
        let mut records = Records::new(self);
        let mut fields = records.read_fields(self.bytes)?;
        let is_found = records.read_level(&mut fields, "$", 0)?;
        let rest = fields.rest();
        if !is_found && is_error_message(&rest) {
            return Err(self.error_message());
        }
        let mut page = records.page;
        if !is_found && page.more.is_none() && page.next.is_none() && !rest.is_empty() {
            return Err(not_taxii("none of the members of a manifest is there"));
        }
        if page.records.is_empty() && page.rejected() > 0 && !records.is_list {
            return Err(not_taxii("`objects` is not a list of records"));
        }
        page.custom = rest;
        Ok(page)
    }

    /// Reads the versions of an object, as records without an identifier.
    pub(super) fn versions(&self) -> Result<Page, Error> {
        let mut records = Records::new(self);
        let mut fields = records.read_fields(self.bytes)?;
        let versions = fields.take("versions");
        match versions.as_ref().map(Json::as_json) {
            Some(list) if list.starts_with('[') => for_each_element(list, |version| records.version(version))?,
            Some(text) if text.starts_with('"') => records.version(text)?,
            Some("null") => {}
            Some(_) => return Err(not_taxii("`versions` is not a list")),
            None => {}
        }
        let mut page = records.page;
        read_members(&mut page, fields);
        if versions.is_none() && page.more.is_none() && page.next.is_none() && !page.custom.is_empty() {
            if is_error_message(&page.custom) {
                return Err(self.error_message());
            }
            return Err(not_taxii("none of the members of a list of versions is there"));
        }
        Ok(page)
    }
}

fn read_members(page: &mut Page, mut fields: Fields) {
    page.more = fields.flag("more");
    // Servers without a next page write an empty text.
    page.next = fields.text("next").filter(|next| !next.is_empty());
    page.custom = fields.rest();
}

/// The records of a page, read one by one.
struct Records {
    page: Page,
    budget: Budget,
    /// Whether there was a list of records.
    is_list: bool,
}

impl Records {
    fn new(body: &Body<'_>) -> Self {
        Self { page: Page::default(), budget: Budget::new(body.bytes.len(), &body.options.answers), is_list: false }
    }

    fn read_fields(&mut self, bytes: &[u8]) -> Result<Fields, Error> {
        let (fields, is_loose) = Fields::read_loosely(bytes)?;
        let is_null = |name: &str| fields.member(name).is_some_and(|value| value.as_json() == "null");
        if is_loose && (is_null("more") || is_null("next")) {
            return Err(not_taxii("it says not whether there is more"));
        }
        if is_loose {
            self.note(FindingKind::SetAside, "$", "a value that is not JSON counts as null");
        }
        Ok(fields)
    }

    fn note(&mut self, kind: FindingKind, path: &str, detail: &str) {
        self.page.findings.push(Finding::new(kind, path, detail));
    }

    /// Reads a manifest, or what is around one. Returns whether there were records or a place for
    /// them.
    fn read_level(&mut self, fields: &mut Fields, path: &str, depth: usize) -> Result<bool, Error> {
        if let Some(more) = fields.flag("more") {
            self.page.more = Some(more || self.page.more == Some(true));
        }
        let next = fields.text("next").filter(|next| !next.is_empty());
        self.page.next = next.or(self.page.next.take());
        if let Some(objects) = fields.take("objects") {
            return self.read_objects(&objects, &format!("{path}.objects"), depth).map(|()| true);
        }
        if depth == MAX_WRAPPING {
            return Ok(false);
        }
        let mut is_found = false;
        for (name, value) in fields.members() {
            let path = format!("{path}.{name}");
            let is_inside = match value.as_json().as_bytes().first() {
                Some(b'[') if is_list_of_records(value.as_json()) => {
                    self.is_list = true;
                    for_each_element(value.as_json(), |record| self.record(record))?;
                    true
                }
                Some(b'{') => match Fields::from_json(&value) {
                    Some(mut inner) => self.read_level(&mut inner, &path, depth + 1)?,
                    None => false,
                },
                _ => false,
            };
            if is_inside {
                self.note(FindingKind::Wrapped, &path, "the records are below another object");
            }
            is_found |= is_inside;
        }
        Ok(is_found)
    }

    /// Reads the value that should be a list of records.
    fn read_objects(&mut self, objects: &Json<'_>, path: &str, depth: usize) -> Result<(), Error> {
        let text = objects.as_json();
        match text.as_bytes().first() {
            Some(b'[') => {
                self.is_list = true;
                for_each_element(text, |record| self.record(record))
            }
            Some(b'n') => Ok(()),
            Some(b'{') => {
                let Some(mut inner) = Fields::from_json(objects) else { return Err(not_taxii("broken records")) };
                if inner.has("id") {
                    self.note(FindingKind::NotAList, path, "one record instead of a list");
                    return self.record(text);
                }
                if inner.has("objects") && depth < MAX_WRAPPING {
                    self.note(FindingKind::Wrapped, path, "a manifest instead of a list");
                    return self.read_level(&mut inner, path, depth + 1).map(|_| ());
                }
                self.note(FindingKind::NotAList, path, "a map of records instead of a list");
                inner.members().into_iter().try_for_each(|(_, record)| self.record(record.as_json()))
            }
            _ => Err(not_taxii("`objects` is not a list of records")),
        }
    }

    fn record(&mut self, text: &str) -> Result<(), Error> {
        let json = Json::new(text).ok();
        match json.as_ref().and_then(ManifestRecord::from_json) {
            Some(record) => {
                self.budget.charge(text.as_bytes(), RECORD)?;
                self.page.records.push(record);
                Ok(())
            }
            None => self.reject(text),
        }
    }

    fn version(&mut self, text: &str) -> Result<(), Error> {
        match Json::new(text).ok().as_ref().and_then(super::resource::text) {
            Some(version) => {
                self.budget.charge(text.as_bytes(), RECORD)?;
                self.page.records.push(ManifestRecord::from_version(version));
                Ok(())
            }
            None => self.reject(text),
        }
    }

    fn reject(&mut self, text: &str) -> Result<(), Error> {
        if !self.budget.keeps_rejected() {
            self.page.more_rejected += 1;
            return Ok(());
        }
        self.budget.charge(text.as_bytes(), size_of::<Json<'_>>())?;
        // OK because it is part of JSON that was parsed.
        self.page.rejected_records.extend(Json::new(text).map(Json::into_owned));
        Ok(())
    }
}

/// Whether the first element of a list is a record of a manifest.
fn is_list_of_records(list: &str) -> bool {
    let mut first = None;
    // OK to ignore: the error ends the loop.
    _ = for_each_element(list, |element| {
        first = Json::new(element).ok().as_ref().and_then(Fields::from_json);
        Err(not_taxii("one is enough"))
    });
    first.is_some_and(|first| {
        first.has("id") && ["date_added", "version", "versions"].iter().any(|name| first.has(name))
    })
}

/// Calls a function with the text of each element of a list, so that they are not in memory at
/// once.
fn for_each_element(list: &str, mut take: impl FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
    let (mut depth, mut start) = (0_usize, 0);
    for token in Lexer::new(list.as_bytes(), 0) {
        match token.kind {
            TokenKind::Open(_) => {
                if depth == 1 {
                    start = token.start;
                }
                depth += 1;
            }
            TokenKind::Close(_) => {
                depth = depth.saturating_sub(1);
                if depth == 1 {
                    take(&list[start..token.end])?;
                }
            }
            TokenKind::String | TokenKind::Scalar if depth == 1 => take(&list[token.start..token.end])?,
            _ => {}
        }
    }
    Ok(())
}

/// Whether members of an envelope without objects are those of an error message: some servers send
/// these with a 200.
fn is_error_message(members: &Properties) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| members.get(name).is_some());
    !has(&["objects", "more", "next"]) && has(&["title", "error_code", "http_status", "error", "code"])
}

/// Returns the error message that a body is, if it is one.
pub(super) fn message(body: &[u8]) -> Option<ErrorMessage> {
    ErrorMessage::from_slice(body).ok().filter(|message| !message.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body<'a>(text: &'a str, options: &'a Options) -> Body<'a> {
        Body { bytes: text.as_bytes(), status: StatusCode::OK, options }
    }

    #[test]
    fn elements_come_one_by_one() {
        for (list, expected) in
            [("[]", ""), (" [ 1 , \"a,]\" ] ", "1|\"a,]\""), ("[[1,2],{\"a\":[3]},null]", "[1,2]|{\"a\":[3]}|null")]
        {
            let mut elements = Vec::new();
            let take = |element: &str| {
                elements.push(element.to_owned());
                Ok(())
            };
            for_each_element(list, take).unwrap();
            assert_eq!(elements.join("|"), expected);
        }
    }

    #[test]
    fn records_are_read_in_every_shape() {
        let options = Options::default();
        let record = r#"{"id":"x-a--1","version":"v","date_added":"2024-01-01T00:00:00Z"}"#;
        for (text, finding) in [
            (r#"{"objects":[R]}"#, None),
            (r#"{"objects":R}"#, Some(FindingKind::NotAList)),
            (r#"{"objects":{"a":R}}"#, Some(FindingKind::NotAList)),
            (r#"{"objects":{"objects":[R]}}"#, Some(FindingKind::Wrapped)),
            (r#"{"data":{"objects":[R]}}"#, Some(FindingKind::Wrapped)),
            (r#"{"status":"ok","data":{"data":{"items":[R]}}}"#, Some(FindingKind::Wrapped)),
            (r#"{"objects":[R],"x":NaN}"#, Some(FindingKind::SetAside)),
        ] {
            for (members, more, next) in [("", None, None), (r#""more":true,"next":"n","#, Some(true), Some("n"))] {
                let text = text.replace('R', record).replacen('{', &format!("{{{members}"), 1);
                let page = body(&text, &options).manifest().unwrap();
                assert_eq!((page.records.len(), page.more, page.next.as_deref()), (1, more, next), "{text}");
                assert_eq!(page.findings.first().map(|finding| finding.kind), finding, "{text}");
            }
        }
        for text in [r#"{"objects":60}"#, r#"{"objects":"none"}"#, r#"{"objects":{"a":5}}"#, r#"{"data":[1]}"#, "[]"] {
            assert_eq!(body(text, &options).manifest().unwrap_err().kind(), ErrorKind::NotTaxii, "{text}");
        }
    }

    #[test]
    fn versions_are_read_in_every_shape() {
        let options = Options::default();
        for (text, records, rejected) in [
            ("{}", 0, 0),
            (r#"{"versions":null}"#, 0, 0),
            (r#"{"versions":"v"}"#, 1, 0),
            (r#"{"versions":["v",{}]}"#, 1, 1),
        ] {
            let page = body(text, &options).versions().unwrap();
            assert_eq!((page.records.len(), page.rejected()), (records, rejected), "{text}");
        }
        for text in [r#"{"versions":{"a":"v"}}"#, r#"{"data":["v"]}"#, r#"{"title":"Broken"}"#] {
            assert_eq!(body(text, &options).versions().unwrap_err().kind(), ErrorKind::NotTaxii, "{text}");
        }
    }
}
