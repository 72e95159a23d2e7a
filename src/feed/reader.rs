//! The reader: lines, records and JSON items to entries.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};

use super::bad_line::BadLine;
use super::bad_line_reason::BadLineReason;
#[cfg(feature = "csv")]
use super::csv;
use super::declared::Declared;
use super::detect::{Detected, detect};
use super::entry::Entry;
use super::field::Field;
use super::field_map::FieldMap;
use super::field_value;
use super::format::{Format, Header};
use super::input::{Input, Line};
use super::item::FeedItem;
use super::json;
use super::json::Items;
use super::lookup::{At, Cells};
use crate::error::{Error, ErrorKind};

/// Reads a feed, one line, record or item at a time. See the [module](super) for what it takes.
///
/// It is an iterator over `Result<FeedItem, Error>`: an `Err` means that the feed cannot be read
/// on, or not at all, and nothing follows it. It also returns an error of kind
/// [`ErrorKind::FieldMap`] if [`items`](FieldMap::items) leads to no list or object in a document,
/// and after the last bad line if there was no entry, so that an error page or a wrong map does not
/// look like a feed that has become empty.
///
/// ```
/// use stixkit::feed::{FeedItem, FeedReader, FieldMap};
///
/// let map: FieldMap = serde_json::from_str(r#"{
///     "format": "json",
///     "items": "data",
///     "fields": {"value": "ioc", "type": "ioc_type", "tags": "tags", "confidence": "confidence_level"}
/// }"#)?;
/// let feed = br#"{"query_status": "ok", "data": [
///     {"ioc": "198.51.100.7:443", "ioc_type": "ip:port", "tags": ["botnet"], "confidence_level": 75},
///     {"ioc": "login.example.org", "ioc_type": "ip:port"}
/// ]}"#;
/// let items = FeedReader::new(map, &feed[..])?.collect::<Result<Vec<_>, _>>()?;
/// let [FeedItem::Entry(entry), FeedItem::Bad(bad)] = &items[..] else { panic!("one of each") };
/// assert_eq!((entry.context.confidence, &entry.context.tags[..]), (Some(75), &["botnet".to_owned()][..]));
/// assert_eq!(bad.to_string(), "line 3: the value has not the form of its type, ip:port: login.example.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FeedReader<R> {
    map: FieldMap,
    max: usize,
    input: Input<R>,
    cutter: Cutter,
    /// Where the fields stand; once the header was read.
    places: Option<Places>,
    types: BTreeMap<String, Declared>,
    /// The text of the item.
    text: Vec<u8>,
    /// An entry or a bad line was found.
    has_begun: bool,
    /// As long as there is no entry: how many bad lines there are, and the first of them.
    all_bad: Option<(u64, String)>,
    has_entry: bool,
    is_done: bool,
}

/// What cuts the input into items.
#[derive(Debug)]
enum Cutter {
    Lines,
    Json(Items),
    #[cfg(feature = "csv")]
    Csv(Box<csv::Records>),
}

/// The fields of the map, and how many columns there are.
#[derive(Debug)]
struct Places {
    fields: Vec<(&'static str, At, Field)>,
    #[cfg(feature = "csv")]
    columns: Option<Vec<String>>,
}

impl Places {
    fn new(map: &FieldMap, columns: Option<Vec<String>>) -> Result<Self, Error> {
        let place = |(name, field): (&'static str, &Field)| {
            let at = At::new(field, columns.as_deref());
            at.map(|at| (name, at, field.clone())).map_err(|column| fault(format!("there is no column `{column}`")))
        };
        let fields = map.fields.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Self {
            fields,
            #[cfg(feature = "csv")]
            columns,
        })
    }
}

fn fault(detail: String) -> Error {
    Error::new(ErrorKind::FieldMap).with_detail(detail)
}

/// Why an item is bad: the field, the reason, the text.
type Bad<'t> = (Option<&'static str>, BadLineReason, Cow<'t, str>);

impl<R: Read> FeedReader<R> {
    /// Items up to this size are read: 1 MiB. A value is far smaller, and a description seldom
    /// larger.
    pub const DEFAULT_MAX_ITEM_BYTES: usize = 1 << 20;

    /// A reader of a feed that is as the map says. It has a buffer of its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldMap`] if the map cannot be used, [`ErrorKind::Encoding`] if the feed is
    /// compressed (with the feature `gzip`: in another way than gzip) or in UTF-16 or UTF-32, and
    /// [`ErrorKind::Io`] if its first bytes cannot be read.
    pub fn new(map: FieldMap, input: R) -> Result<Self, Error> {
        if let Some(detail) = map.fault() {
            return Err(fault(detail));
        }
        let input = Input::open(input)?;
        let cutter = match map.format {
            Format::List | Format::JsonLines => Cutter::Lines,
            Format::Json => Cutter::Json(Items::new(map.items.clone())),
            #[cfg(feature = "csv")]
            Format::Csv => Cutter::Csv(Box::new(csv::Records::new(&map))),
            #[cfg(not(feature = "csv"))]
            Format::Csv => return Err(fault("CSV is read with the feature `csv`".to_owned())),
        };
        let has_columns = map.format == Format::Csv && map.header != Header::None;
        let places = if has_columns { None } else { Some(Places::new(&map, None)?) };
        // OK because the map was looked at above.
        let meant = |(word, meant): (&String, &String)| {
            (word.trim().to_lowercase(), Declared::from_word(meant).unwrap_or(Declared::Nothing))
        };
        let types = map.types.iter().map(meant).collect();
        Ok(Self {
            max: Self::DEFAULT_MAX_ITEM_BYTES,
            input,
            cutter,
            places,
            types,
            text: Vec::new(),
            has_begun: false,
            all_bad: None,
            has_entry: false,
            is_done: false,
            map,
        })
    }

    /// Sets how large a line, a record or an item of JSON may be. What is larger is a bad line.
    #[must_use]
    pub fn with_max_item_bytes(mut self, bytes: usize) -> Self {
        self.max = bytes;
        self
    }

    /// How many bytes were read, to show how far it is.
    pub fn bytes_read(&self) -> u64 {
        self.input.bytes
    }

    fn read(&mut self) -> Result<Option<FeedItem>, Error> {
        match &mut self.cutter {
            Cutter::Lines if self.map.format == Format::List => self.list_line(),
            Cutter::Lines => self.json_line(),
            Cutter::Json(_) => self.json_item(),
            #[cfg(feature = "csv")]
            Cutter::Csv(_) => self.record(),
        }
    }

    /// The next line that is no comment and not blank, with its number.
    fn line(&mut self) -> io::Result<Option<(u64, Result<(), BadLineReason>)>> {
        loop {
            let number = self.input.line;
            let Some(line) = self.input.read_line(&mut self.text, self.max)? else { return Ok(None) };
            let trimmed = self.text.trim_ascii();
            let is_comment = |mark: &String| !mark.is_empty() && trimmed.starts_with(mark.as_bytes());
            if trimmed.is_empty() || self.map.comments.iter().any(is_comment) {
                continue;
            }
            let reason = match line {
                Line::TooLong => Err(BadLineReason::TooLong),
                Line::Whole if std::str::from_utf8(&self.text).is_err() => Err(BadLineReason::Encoding),
                Line::Whole => Ok(()),
            };
            return Ok(Some((number, reason)));
        }
    }

    fn list_line(&mut self) -> Result<Option<FeedItem>, Error> {
        loop {
            let Some((number, outcome)) = self.line().map_err(Error::from)? else { return Ok(None) };
            let may_be_header = self.map.header != Header::None && !std::mem::replace(&mut self.has_begun, true);
            if let Err(reason) = outcome {
                return Ok(Some(FeedItem::Bad(BadLine::new(number, None, reason, &self.text))));
            }
            // OK because it was looked at above.
            let line = std::str::from_utf8(&self.text).unwrap_or_default().trim();
            let bad = match self.entry(number, Cells::Line(line)) {
                Ok(entry) => return Ok(Some(FeedItem::Entry(entry))),
                Err(bad) => bad,
            };
            if may_be_header && is_header(line) {
                continue;
            }
            if let Some((value, comment)) = self.without_comment(line)
                && let Ok(mut entry) = self.entry(number, Cells::Line(value))
            {
                entry.context.description = entry.context.description.or_else(|| some(comment));
                return Ok(Some(FeedItem::Entry(entry)));
            }
            return Ok(Some(bad_item(number, bad)));
        }
    }

    /// The value of a line, and the comment behind it.
    fn without_comment<'l>(&self, line: &'l str) -> Option<(&'l str, &'l str)> {
        let marks = || self.map.comments.iter().filter(|mark| !mark.is_empty());
        if let Some((value, rest)) = line.split_once(char::is_whitespace) {
            let rest = rest.trim_start();
            if let Some(mark) = marks().find(|mark| rest.starts_with(mark.as_str())) {
                return Some((value, rest[mark.len()..].trim()));
            }
        }
        // Of all marks this one stands in no value but a URL and the name of a mailbox, which are
        // whole with it.
        let (value, comment) = line.split_once('#').filter(|_| marks().any(|mark| mark == "#"))?;
        (!value.contains("://")).then(|| (value, comment.trim()))
    }

    fn json_line(&mut self) -> Result<Option<FeedItem>, Error> {
        let Some((number, outcome)) = self.line().map_err(Error::from)? else { return Ok(None) };
        Ok(Some(match outcome {
            Ok(()) => self.json_entry(number),
            Err(reason) => FeedItem::Bad(BadLine::new(number, None, reason, &self.text)),
        }))
    }

    fn json_item(&mut self) -> Result<Option<FeedItem>, Error> {
        let Cutter::Json(items) = &mut self.cutter else { return Ok(None) };
        let mut number = 0;
        let found = items.next(&mut self.input, &mut self.text, self.max, &mut number).map_err(Error::from)?;
        Ok(match found {
            json::Found::Astray => {
                let path = self.map.items.join(".");
                return Err(fault(format!("the items path `{path}` leads to no list or object, line {number}")));
            }
            json::Found::End => None,
            json::Found::Item => Some(self.json_entry(number)),
            json::Found::Bad(reason) => Some(FeedItem::Bad(BadLine::new(number, None, reason, &self.text))),
        })
    }

    fn json_entry(&self, number: u64) -> FeedItem {
        let parsed = match std::str::from_utf8(&self.text) {
            Ok(text) => serde_json::from_str(text).map_err(|error| BadLineReason::Json(without_place(&error))),
            Err(_) => Err(BadLineReason::Encoding),
        };
        let item: serde_json::Value = match parsed {
            Ok(item) => item,
            Err(reason) => return FeedItem::Bad(BadLine::new(number, None, reason, &self.text)),
        };
        self.item(number, Cells::Json(&item))
    }

    fn item(&self, number: u64, cells: Cells<'_>) -> FeedItem {
        match self.entry(number, cells) {
            Ok(entry) => FeedItem::Entry(entry),
            // Where the field has no text, the whole shows which item it is.
            Err((field, reason, text)) if text.is_empty() => {
                FeedItem::Bad(BadLine::new(number, field, reason, &self.text))
            }
            Err(bad) => bad_item(number, bad),
        }
    }

    #[cfg(feature = "csv")]
    fn record(&mut self) -> Result<Option<FeedItem>, Error> {
        use super::csv::Found;

        loop {
            let Cutter::Csv(records) = &mut self.cutter else { return Ok(None) };
            let mut number = 0;
            let found = records.next(&mut self.input, &mut self.text, self.max, &mut number).map_err(Error::from)?;
            let bad = |reason| Ok(Some(FeedItem::Bad(BadLine::new(number, None, reason, &self.text))));
            match found {
                Found::End => return Ok(None),
                Found::Bad(reason) => return bad(reason),
                Found::Record => {}
            }
            if self.places.is_none() {
                let is_first = self.map.header == Header::First;
                let names = if is_first { records.names() } else { records.names_in_comment() };
                let names = names.map_err(|_| Error::new(ErrorKind::Encoding).with_detail("the header"))?;
                self.places = Some(Places::new(&self.map, Some(names))?);
                if is_first {
                    continue;
                }
            }
            let Cutter::Csv(records) = &self.cutter else { return Ok(None) };
            let columns = match records.columns() {
                Ok(columns) => columns,
                Err(reason) => return bad(reason),
            };
            if let Some(header) = self.places.as_ref().and_then(|places| places.columns.as_ref()) {
                // Files that were put together have a header each.
                if columns == *header {
                    continue;
                }
                let more = columns.get(header.len()..).unwrap_or_default();
                if more.iter().any(|column| !column.is_empty()) {
                    return bad(BadLineReason::Columns { expected: header.len(), found: columns.len() });
                }
            }
            return Ok(Some(self.item(number, Cells::Record(&columns))));
        }
    }

    /// The entry that an item makes.
    fn entry<'r>(&'r self, number: u64, cells: Cells<'r>) -> Result<Entry, Bad<'r>> {
        let fields = self.places.as_ref().map_or(&[][..], |places| &places.fields);
        let field = |wanted: &str| fields.iter().find(|(name, ..)| *name == wanted);
        let text = |name: &'static str| match field(name) {
            Some((_, at, _)) => self.text_of(name, at, cells),
            None => Ok(None),
        };
        let declared = match text("type")? {
            Some(word) => self.declared(&word).ok_or_else(|| {
                let reason = BadLineReason::UnknownType(word.chars().take(MAX_WORD).collect());
                (Some("type"), reason, Cow::Borrowed(""))
            })?,
            None => Declared::Nothing,
        };
        let written = match (cells, field("value")) {
            (Cells::Line(line), None) => Some(Cow::Borrowed(line)),
            _ => text("value")?,
        };
        let written = written.ok_or((Some("value"), BadLineReason::Empty, Cow::Borrowed("")))?;
        let detected: Result<Detected, BadLineReason> = detect(&written, &declared, self.map.scheme.as_deref());
        let detected = match detected {
            Ok(detected) => detected,
            Err(reason) => return Err((Some("value"), reason, written)),
        };
        let mut entry = Entry::new(number, &written, detected);
        let time = |name| {
            self.parsed(name, text(name)?, |text| {
                field_value::time(text, field(name).and_then(|(.., field)| field.format.as_deref()))
            })
        };
        entry.valid_from = time("valid_from")?;
        entry.valid_until = time("valid_until")?;
        entry.modified = time("modified")?;
        let scale = field("confidence").and_then(|(.., field)| field.scale);
        entry.context.confidence =
            self.parsed("confidence", text("confidence")?, |text| field_value::confidence(text, scale))?;
        entry.context.tlp = self.parsed("tlp", text("tlp")?, field_value::tlp)?;
        entry.context.name = text("name")?.map(Cow::into_owned);
        entry.context.description = text("description")?.map(Cow::into_owned);
        entry.context.source = text("source")?.map(Cow::into_owned);
        entry.context.reference = text("reference")?.map(Cow::into_owned);
        if let Some((_, at, field)) = field("tags") {
            entry.context.tags =
                self.tags(at, field, cells).map_err(|reason| (Some("tags"), reason, Cow::Borrowed("")))?;
        }
        let is_ordered = match (&entry.valid_from, &entry.valid_until) {
            (Some(from), Some(until)) => from < until,
            _ => true,
        };
        if is_ordered { Ok(entry) } else { Err((Some("valid_until"), BadLineReason::EndBeforeStart, written)) }
    }

    /// The text of a field that has one; `None` where it says that there is nothing.
    fn text_of<'r>(&self, name: &'static str, at: &'r At, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Bad<'r>> {
        let fail = |reason| (Some(name), reason, Cow::Borrowed(""));
        let mut texts = cells.texts(at).map_err(fail)?.into_iter().filter(|text| !self.is_empty(text));
        let first = texts.next();
        if texts.next().is_some() {
            return Err(fail(if name == "value" { BadLineReason::SeveralValues } else { BadLineReason::Shape }));
        }
        Ok(first.map(|text| match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }))
    }

    fn parsed<'r, T>(
        &self,
        name: &'static str,
        text: Option<Cow<'r, str>>,
        parse: impl FnOnce(&str) -> Result<T, BadLineReason>,
    ) -> Result<Option<T>, Bad<'r>> {
        let Some(text) = text else { return Ok(None) };
        match parse(&text) {
            Ok(value) => Ok(Some(value)),
            Err(reason) => Err((Some(name), reason, text)),
        }
    }

    fn tags(&self, at: &At, field: &Field, cells: Cells<'_>) -> Result<Vec<String>, BadLineReason> {
        let texts = cells.texts(at)?;
        let mut tags: Vec<String> = Vec::new();
        for text in &texts {
            let parts = field.separator.as_deref().map_or_else(|| vec![&**text], |mark| text.split(mark).collect());
            tags.extend(parts.into_iter().filter(|tag| !self.is_empty(tag)).map(|tag| tag.trim().to_owned()));
        }
        Ok(tags)
    }

    fn is_empty(&self, text: &str) -> bool {
        let text = text.trim();
        text.is_empty() || self.map.empty.iter().any(|word| is_same_word(word, text))
    }

    fn declared(&self, word: &str) -> Option<Declared> {
        // Most maps have none, and most words are known.
        let own = if self.types.is_empty() { None } else { self.types.get(&word.to_lowercase()) };
        own.cloned().or_else(|| Declared::from_word(word))
    }
}

impl<R> FeedReader<R> {
    /// The end of the feed, which is an error if no entry fits the map.
    fn end(&self) -> Result<Option<FeedItem>, Error> {
        match &self.all_bad {
            Some((1, first)) if !self.has_entry => Err(fault(format!("the only entry does not fit: {first}"))),
            Some((count, first)) if !self.has_entry => {
                Err(fault(format!("none of the {count} entries fits; the first: {first}")))
            }
            _ => Ok(None),
        }
    }
}

/// A word for a type is told up to this many characters.
const MAX_WORD: usize = 60;

/// Whether a list may begin with this, as the name of its column.
fn is_header(line: &str) -> bool {
    const NAMES: [&str; 6] = ["value", "indicator", "indicators", "ioc", "iocs", "observable"];
    let is_word = line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"\"'_- ".contains(&byte));
    let word = line.trim_matches(['"', '\'']).to_ascii_lowercase();
    is_word && (NAMES.contains(&&*word) || Declared::from_word(&word).is_some_and(|word| word != Declared::Nothing))
}

/// Whether two texts are the same in lower case.
fn is_same_word(one: &str, other: &str) -> bool {
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

fn bad_item(line: u64, (field, reason, text): Bad<'_>) -> FeedItem {
    FeedItem::Bad(BadLine::new(line, field, reason, text.as_bytes()))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The parser's words without its line and column, which count from the item.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((text, _)) => text.to_owned(),
        None => text,
    }
}

impl<R: Read> Iterator for FeedReader<R> {
    type Item = Result<FeedItem, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let item = match self.read() {
            Ok(None) => self.end(),
            item => item,
        };
        match &item {
            Ok(Some(FeedItem::Entry(_))) => self.has_entry = true,
            Ok(Some(FeedItem::Bad(bad))) if !self.has_entry => {
                self.all_bad.get_or_insert_with(|| (0, bad.to_string())).0 += 1;
            }
            Ok(Some(FeedItem::Bad(_))) => {}
            Ok(None) | Err(_) => self.is_done = true,
        }
        item.transpose()
    }
}

impl<R> fmt::Debug for FeedReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedReader").field("map", &self.map).field("line", &self.input.line).finish_non_exhaustive()
    }
}
