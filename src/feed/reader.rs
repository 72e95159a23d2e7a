//! The reader: lines, records and JSON items to entries.

use std::fmt;
use std::io::{self, Read};

use serde_json::Value;

use super::bad_line::BadLine;
use super::bad_line_reason::BadLineReason;
use super::counts::{FeedCounts, FeedNote};
#[cfg(feature = "csv")]
use super::csv;
use super::declared::Declared;
use super::delimited::{columns, without_comment};
use super::field_map::FieldMap;
use super::format::{Delimiter, Encoding, Format, Header};
use super::input::{Input, Line};
use super::item::FeedItem;
use super::json;
use super::json::Items;
use super::lookup::{Cells, targets};
use super::path::{Step, steps};
use super::plan::{Made, Plan};
use crate::error::{Error, ErrorKind};

/// Reads a feed, one line, record or item at a time. See the [module](super) for what it takes.
///
/// It is an iterator over `Result<FeedItem, Error>`: an `Err` means that the feed cannot be read
/// on, or not at all, and nothing follows it. So that an error page or a wrong map does not look
/// like a feed that has become empty, it also returns an error of kind [`ErrorKind::FieldMap`]
///
/// - if the feed begins as an HTML page;
/// - if [`items`](FieldMap::items) leads to no list or object in a document;
/// - at the end, if there was no entry and there were bad lines;
/// - at the end, if no item has a place that the map's [`when`](super::Conditions::when) names.
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
/// assert_eq!(bad.to_string(), "line 3 `ioc`: the value has not the form of its type, ip:port: login.example.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FeedReader<R> {
    map: FieldMap,
    max: usize,
    input: Input<R>,
    cutter: Cutter,
    /// The map with its places resolved; once the header was read.
    plan: Option<Plan>,
    /// The text of the item.
    text: Vec<u8>,
    /// Items that were made and not returned, the next one last.
    made: Vec<FeedItem>,
    /// An item of which a part was read.
    whole: Option<Whole>,
    progress: Progress,
}

/// An item with lists inside, of which a part was read.
#[derive(Debug)]
struct Whole {
    line: u64,
    item: Value,
    /// The number of the next element of all lists.
    next: usize,
    /// How many elements are read at once.
    part: usize,
}

impl Whole {
    /// An item is read in so many parts, if it has many elements.
    const PARTS: usize = 64;
    const FIRST_PART: usize = 1024;

    fn new(line: u64, item: Value) -> Self {
        Self { line, item, next: 0, part: Self::FIRST_PART }
    }
}

/// How far a reader is.
#[derive(Debug, Default)]
struct Progress {
    counts: FeedCounts,
    notes: [bool; FeedNote::ALL.len()],
    /// A line was read, so that no header follows.
    has_begun: bool,
    /// An item has a place that a condition names.
    has_condition: bool,
    /// The first bad line, as long as there is no entry.
    first_bad: Option<String>,
    is_checked: bool,
    is_done: bool,
}

impl Progress {
    fn note(&mut self, note: FeedNote) {
        if let Some(place) = FeedNote::ALL.iter().position(|own| *own == note) {
            self.notes[place] = true;
        }
    }

    fn count(&mut self, item: &FeedItem) {
        match item {
            FeedItem::Entry(entry) => {
                self.counts.entries += 1;
                self.counts.set_aside += entry.set_aside.len() as u64;
            }
            FeedItem::Bad(bad) => {
                self.counts.bad += 1;
                if self.counts.entries == 0 {
                    self.first_bad.get_or_insert_with(|| bad.to_string());
                }
            }
        }
    }

    fn made(&mut self, made: Made) {
        self.counts.skipped += u64::from(matches!(made, Made::Skipped | Made::Unseen));
        self.has_condition |= made != Made::Unseen;
    }
}

/// What cuts the input into items.
#[derive(Debug)]
enum Cutter {
    Lines,
    Json(Items),
    #[cfg(feature = "csv")]
    Csv(Box<csv::Records>),
}

/// With [`FieldMap::inside`], an item is read as a whole, and may be so many times as large.
const WHOLE_ITEMS: usize = 64;

fn fault(detail: String) -> Error {
    Error::new(ErrorKind::FieldMap).with_detail(detail)
}

fn no_column(name: &str, columns: Option<&[String]>) -> Error {
    /// Names that are told.
    const TOLD: usize = 12;
    let columns = columns.unwrap_or_default();
    let told: Vec<_> =
        columns.iter().take(TOLD).map(|own| format!("`{}`", own.chars().take(40).collect::<String>())).collect();
    let more = if columns.len() > TOLD { " and more" } else { "" };
    fault(format!("there is no column `{name}`, but {}{more}", told.join(", ")))
}

impl<R: Read> FeedReader<R> {
    /// Items up to this size are read: 1 MiB. A value is far smaller, and a description seldom
    /// larger.
    pub const DEFAULT_MAX_ITEM_BYTES: usize = 1 << 20;

    /// Creates a reader of a feed that is as the map says. It has a buffer of its own.
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
        let mut input = Input::open(input)?;
        input.is_windows_1252 = map.encoding == Encoding::Windows1252;
        let cutter = match map.format {
            Format::List | Format::JsonLines => Cutter::Lines,
            Format::Json => Cutter::Json(Items::new(map.items.clone())),
            #[cfg(feature = "csv")]
            Format::Csv => Cutter::Csv(Box::new(csv::Records::new(&map))),
            #[cfg(not(feature = "csv"))]
            Format::Csv => return Err(fault("CSV is read with the feature `csv`".to_owned())),
        };
        let has_columns = map.format == Format::Csv && map.header != Header::None;
        let plan = if has_columns { None } else { Some(Plan::new(&map, None).map_err(|name| no_column(&name, None))?) };
        Ok(Self {
            max: Self::DEFAULT_MAX_ITEM_BYTES,
            input,
            cutter,
            plan,
            text: Vec::new(),
            made: Vec::new(),
            whole: None,
            progress: Progress::default(),
            map,
        })
    }

    /// Sets how large a line, a record or an item of JSON may be. What is larger is a bad line. An
    /// item with a list [inside](FieldMap::inside) may be 64 times as large.
    #[must_use]
    pub fn with_max_item_bytes(mut self, bytes: usize) -> Self {
        self.max = bytes;
        self
    }

    /// Returns how many bytes were read, to show progress.
    pub fn bytes_read(&self) -> u64 {
        self.input.bytes
    }

    /// Makes the next items; `false` at the end.
    fn read(&mut self) -> Result<bool, Error> {
        if !std::mem::replace(&mut self.progress.is_checked, true) {
            self.check_start()?;
        }
        if self.whole.is_some() {
            self.read_inside();
            return Ok(true);
        }
        match &mut self.cutter {
            Cutter::Lines if self.map.format == Format::List => self.list_line(),
            Cutter::Lines => self.json_line(),
            Cutter::Json(_) => self.json_item(),
            #[cfg(feature = "csv")]
            Cutter::Csv(_) => self.record(),
        }
    }

    /// Refuses a web page, which often comes instead of a feed that has moved or wants a key.
    fn check_start(&mut self) -> Result<(), Error> {
        const STARTS: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<?xml"];
        let start = self.input.fill().map_err(Error::from)?.trim_ascii_start();
        let is_page = |own: &&[u8]| start.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own));
        if STARTS.iter().any(is_page) {
            let shown = String::from_utf8_lossy(&start[..start.len().min(80)]).replace(char::is_control, " ");
            return Err(fault(format!("a web page or XML is there instead of the feed: {shown}")));
        }
        Ok(())
    }

    fn push_bad(&mut self, number: u64, reason: BadLineReason) {
        self.made.push(FeedItem::Bad(BadLine::new(number, None, reason, &self.text)));
    }

    /// The next line that is neither a comment nor blank, with its number.
    fn line(&mut self) -> io::Result<Option<(u64, Result<(), BadLineReason>)>> {
        loop {
            let number = self.input.line;
            let Some(line) = self.input.read_line(&mut self.text, self.max)? else { return Ok(None) };
            let mut trimmed = self.text.trim_ascii();
            if trimmed.first() == Some(&0) && trimmed.iter().all(|byte| *byte == 0) {
                self.progress.note(FeedNote::NulLines);
                trimmed = &[];
            }
            let is_comment = |mark: &String| !mark.is_empty() && trimmed.starts_with(mark.as_bytes());
            if trimmed.is_empty() || self.map.comments.iter().any(is_comment) {
                self.progress.counts.comments += 1;
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

    fn list_line(&mut self) -> Result<bool, Error> {
        loop {
            let Some((number, outcome)) = self.line().map_err(Error::from)? else { return Ok(false) };
            let may_be_header =
                self.map.header != Header::None && !std::mem::replace(&mut self.progress.has_begun, true);
            if let Err(reason) = outcome {
                self.push_bad(number, reason);
                return Ok(true);
            }
            let Some(plan) = &self.plan else { return Ok(false) };
            // OK because it was looked at above.
            let line = std::str::from_utf8(&self.text).unwrap_or_default().trim();
            let (outcome, comment) = if self.map.delimiter == Delimiter::None {
                one_value(plan, &self.map, number, line, &mut self.made)
            } else {
                let (record, comment) = without_comment(line, self.map.delimiter, &self.map.comments);
                let columns = columns(record, self.map.delimiter);
                (plan.read(number, Cells::Record(&columns), line.as_bytes(), &mut self.made), comment)
            };
            if outcome == Made::Bad && may_be_header && is_header(line) {
                self.made.clear();
                self.progress.counts.comments += 1;
                continue;
            }
            if let Some(comment) = comment.filter(|comment| !comment.is_empty()) {
                for item in &mut self.made {
                    if let FeedItem::Entry(entry) = item {
                        entry.context.description.get_or_insert_with(|| comment.to_owned());
                    }
                }
            }
            self.progress.made(outcome);
            return Ok(true);
        }
    }

    fn json_line(&mut self) -> Result<bool, Error> {
        loop {
            let Some((number, outcome)) = self.line().map_err(Error::from)? else { return Ok(false) };
            if let Err(reason) = outcome {
                self.push_bad(number, reason);
                return Ok(true);
            }
            let text = self.text.trim_ascii();
            if matches!(text, b"[" | b"]" | b",") {
                self.progress.note(FeedNote::JsonCommas);
                self.progress.counts.comments += 1;
                continue;
            }
            if text.ends_with(b"},") {
                self.progress.note(FeedNote::JsonCommas);
                let len = text.len() - 1;
                let start = self.text.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
                self.text.truncate(start + len);
            }
            self.json_entries(number);
            return Ok(true);
        }
    }

    fn json_item(&mut self) -> Result<bool, Error> {
        let Cutter::Json(items) = &mut self.cutter else { return Ok(false) };
        let max = if self.map.inside.is_empty() { self.max } else { self.max.saturating_mul(WHOLE_ITEMS) };
        let mut number = 0;
        let found = items.next(&mut self.input, &mut self.text, max, &mut number).map_err(Error::from)?;
        match found {
            json::Found::Astray => {
                let path = self.map.items.join(".");
                let others: Vec<_> = items.others().iter().map(|name| format!("`{name}`")).collect();
                let found =
                    if others.is_empty() { String::new() } else { format!("; the document has {}", others.join(", ")) };
                return Err(fault(format!("the items path `{path}` leads to no list or object, line {number}{found}")));
            }
            json::Found::End => return Ok(false),
            json::Found::Item => {
                self.input.decode(&mut self.text);
                self.json_entries(number);
            }
            json::Found::Bad(reason) => self.push_bad(number, reason),
        }
        Ok(true)
    }

    fn json_entries(&mut self, number: u64) {
        let parsed = match std::str::from_utf8(&self.text) {
            Ok(text) => serde_json::from_str(text).map_err(|error| BadLineReason::Json(without_place(&error))),
            Err(_) => Err(BadLineReason::Encoding),
        };
        let item: Value = match parsed {
            Ok(item) => item,
            Err(reason) => return self.push_bad(number, reason),
        };
        if !self.map.inside.is_empty() {
            self.whole = Some(Whole::new(number, item));
            return self.read_inside();
        }
        let Some(plan) = &self.plan else { return };
        let outcome = plan.read(number, Cells::Json(&item, &[]), &self.text, &mut self.made);
        self.progress.made(outcome);
    }

    /// Makes the next items of what is inside one. Each time it looks for the place where it was,
    /// so that memory has a part of the items only.
    fn read_inside(&mut self) {
        let (Some(mut whole), Some(plan)) = (self.whole.take(), &self.plan) else { return };
        let (mut count, mut has_list) = (0, false);
        let (first, last) = (whole.next, whole.next.saturating_add(whole.part));
        for path in &self.map.inside {
            let mut parents = vec![&whole.item];
            let read = &mut |list: &[Value], parents: &[&Value]| {
                let (start, end) = (count, count + list.len());
                count = end;
                let from = first.clamp(start, end) - start;
                let to = last.clamp(start, end) - start;
                for element in &list[from..to] {
                    let raw = element.to_string();
                    let outcome = plan.read(whole.line, Cells::Json(element, parents), raw.as_bytes(), &mut self.made);
                    self.progress.made(outcome);
                }
            };
            has_list |= inside(&steps(path), &mut parents, read);
        }
        if !has_list {
            return self.push_bad(whole.line, BadLineReason::NothingInside);
        }
        if last < count {
            whole.next = last;
            whole.part = whole.part.max(count / Whole::PARTS + 1);
            self.whole = Some(whole);
        }
    }

    #[cfg(feature = "csv")]
    fn record(&mut self) -> Result<bool, Error> {
        use super::csv::Found;

        loop {
            let Cutter::Csv(records) = &mut self.cutter else { return Ok(false) };
            let mut number = 0;
            let found = records.next(&mut self.input, &mut self.text, self.max, &mut number).map_err(Error::from)?;
            self.progress.counts.comments += std::mem::take(&mut records.comments_passed);
            match found {
                Found::End => return Ok(false),
                Found::Bad(reason) => {
                    self.push_bad(number, reason);
                    return Ok(true);
                }
                Found::Record => {}
            }
            if self.plan.is_none() {
                let is_first = self.map.header == Header::First;
                let names = if is_first { records.names() } else { records.names_in_comment() };
                let names = names.map_err(|_| Error::new(ErrorKind::Encoding).with_detail("the header"))?;
                self.plan = Some(Plan::new(&self.map, Some(&names)).map_err(|name| no_column(&name, Some(&names)))?);
                records.header = Some(names);
                if is_first {
                    self.progress.counts.comments += 1;
                    continue;
                }
            }
            let (Cutter::Csv(records), Some(plan)) = (&self.cutter, &self.plan) else { return Ok(false) };
            let columns = match records.columns() {
                Ok(columns) => columns,
                Err(reason) => {
                    self.push_bad(number, reason);
                    return Ok(true);
                }
            };
            if let Some(header) = &records.header {
                // Files that were put together have a header each.
                if columns == *header {
                    self.progress.counts.comments += 1;
                    continue;
                }
                let more = columns.get(header.len()..).unwrap_or_default();
                if more.iter().any(|column| !column.is_empty()) {
                    let reason = BadLineReason::Columns { expected: header.len(), found: columns.len() };
                    self.push_bad(number, reason);
                    return Ok(true);
                }
            }
            let outcome = plan.read(number, Cells::Record(&columns), &self.text, &mut self.made);
            self.progress.made(outcome);
            return Ok(true);
        }
    }
}

impl<R> FeedReader<R> {
    /// Returns how many lines and items there were so far.
    ///
    /// ```
    /// use stixkit::feed::{FeedReader, FieldMap, Format};
    ///
    /// let feed = "# a comment\n198.51.100.7\n198.51.100.300\n";
    /// let mut reader = FeedReader::new(FieldMap::new(Format::List), feed.as_bytes())?;
    /// reader.by_ref().for_each(drop);
    /// let counts = reader.counts();
    /// assert_eq!((counts.entries, counts.bad, counts.comments), (1, 1, 1));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn counts(&self) -> FeedCounts {
        self.progress.counts
    }

    /// Returns what was odd about the feed as a whole so far.
    pub fn notes(&self) -> impl Iterator<Item = FeedNote> {
        let is_so = |note: &FeedNote| match note {
            FeedNote::CrLineEnds => self.input.has_cr_ends(),
            FeedNote::Windows1252 => self.input.was_windows_1252,
            note => FeedNote::ALL.iter().zip(self.progress.notes).any(|(own, is_so)| own == note && is_so),
        };
        FeedNote::ALL.into_iter().filter(is_so)
    }

    /// The end of the feed, which is an error if no entry fits the map.
    fn end(&self) -> Result<(), Error> {
        let FeedCounts { entries, bad, skipped, .. } = self.progress.counts;
        match &self.progress.first_bad {
            Some(first) if entries == 0 && bad == 1 => Err(fault(format!("the only entry does not fit: {first}"))),
            Some(first) if entries == 0 => Err(fault(format!("none of the {bad} entries fits; the first: {first}"))),
            _ if entries == 0 && skipped > 0 && !self.progress.has_condition => {
                Err(fault(format!("none of the {skipped} entries has what `when` asks for")))
            }
            _ => Ok(()),
        }
    }
}

/// Reads a line that is one value, perhaps with a comment after it.
fn one_value<'l>(
    plan: &Plan,
    map: &FieldMap,
    number: u64,
    line: &'l str,
    made: &mut Vec<FeedItem>,
) -> (Made, Option<&'l str>) {
    let outcome = plan.read(number, Cells::Line(line), line.as_bytes(), made);
    if outcome == Made::Bad
        && let Some((value, comment)) = value_and_comment(map, line)
    {
        let first = made.len();
        let outcome = plan.read(number, Cells::Line(value), line.as_bytes(), made);
        if outcome == Made::Entries {
            made.drain(..first);
            return (outcome, Some(comment));
        }
        made.truncate(first);
    }
    (outcome, None)
}

/// The value of a line, and the comment after it.
fn value_and_comment<'l>(map: &FieldMap, line: &'l str) -> Option<(&'l str, &'l str)> {
    let marks = || map.comments.iter().filter(|mark| !mark.is_empty());
    if let (value, Some(comment)) = without_comment(line, Delimiter::None, &map.comments) {
        return Some((value, comment));
    }
    // Of all marks this one is in no value but a URL and the name of a mailbox, which are
    // whole with it.
    let (value, comment) = line.split_once('#').filter(|_| marks().any(|mark| mark == "#"))?;
    (!value.contains("://")).then(|| (value, comment.trim()))
}

/// Calls a function with each list that the steps lead to, and with what it is part of. An object
/// instead of a list is one of itself. Returns whether there was a list.
fn inside<'v>(steps: &[Step], parents: &mut Vec<&'v Value>, read: &mut dyn FnMut(&'v [Value], &[&'v Value])) -> bool {
    let Some(current) = parents.last().copied() else { return false };
    let Some((step, rest)) = steps.split_first() else {
        // The list itself is no parent.
        let outer = parents.len() - 1;
        match current {
            Value::Array(list) => read(list, &parents[..outer]),
            Value::Object(_) => read(std::slice::from_ref(current), &parents[..outer]),
            _ => return false,
        }
        return true;
    };
    let mut has_list = false;
    for next in targets(current, std::slice::from_ref(step), usize::MAX) {
        parents.push(next);
        has_list |= inside(rest, parents, read);
        parents.pop();
    }
    // An empty list on the way has nothing inside, and that is no fault.
    has_list || (*step == Step::Each && current.as_array().is_some_and(Vec::is_empty))
}

/// Whether a list may begin with this, as the name of its column.
fn is_header(line: &str) -> bool {
    const NAMES: [&str; 6] = ["value", "indicator", "indicators", "ioc", "iocs", "observable"];
    let is_word = line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"\"'_- ".contains(&byte));
    let word = line.trim_matches(['"', '\'']).to_ascii_lowercase();
    is_word && (NAMES.contains(&&*word) || Declared::from_word(&word).is_some_and(|word| word != Declared::Nothing))
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
        loop {
            if let Some(item) = self.made.pop() {
                self.progress.count(&item);
                return Some(Ok(item));
            }
            if self.progress.is_done {
                return None;
            }
            let outcome = self.read();
            self.made.reverse();
            self.progress.is_done = !matches!(outcome, Ok(true));
            let error = match outcome {
                Ok(true) => continue,
                Ok(false) => self.end().err(),
                Err(error) => Some(error),
            };
            if let Some(error) = error {
                return Some(Err(error));
            }
        }
    }
}

impl<R> fmt::Debug for FeedReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedReader").field("map", &self.map).field("line", &self.input.line).finish_non_exhaustive()
    }
}
