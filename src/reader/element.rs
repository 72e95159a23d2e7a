//! One element: reading it, and finding out what can be had of one that does not read.

use super::frame::{Frame, MAX_CONTAINERS, MAX_FINDINGS, OVERSIZE_RAW};
use super::item::{Accepted, Item, Rejected, Step};
use super::lookahead::{Look, look};
use super::reader::Reader;
use super::recover;
use super::source::{Growth, Source};
use crate::error::{Error, ErrorKind};
use crate::finding::{Finding, FindingKind};
use crate::json::cursor;
use crate::json::cursor::value_end;
use crate::json::scan;
use crate::object::read::{Parsed, ParsedView, error, parse, parse_view};

impl<S: Source> Reader<S> {
    /// The window as far as an object may reach.
    fn window(&self) -> &str {
        self.limits.window(self.source.text())
    }

    /// Reads the element that the window starts with. `None` where it turns out to be a bundle,
    /// which is then open.
    pub(super) fn read_element(&mut self) -> Result<Option<Step>, Error> {
        let some_item = |item| Some(Step::Item(item));
        loop {
            let fault = match self.parse_window() {
                Ok(parsed) => return self.accept_element(parsed).map(Some),
                // The fault of an element that is JSON is its own; else that is the fault.
                Err(
                    fault @ (cursor::Fault::Unfit { .. } | cursor::Fault::Missing { .. } | cursor::Fault::OtherType),
                ) => match value_end(self.window(), self.limits.depth) {
                    Ok(len) if self.may_go_on(len)? => continue,
                    Ok(_) if self.is_around_objects(fault) => {
                        self.enter_wrapper()?;
                        return Ok(None);
                    }
                    Ok(len) => return self.reject_value(len, fault).map(some_item),
                    Err(fault) => fault,
                },
                Err(fault) => fault,
            };
            match fault {
                cursor::Fault::End { .. } if self.window().len() < self.source.text().len() => {
                    return self.reject_oversize().map(some_item);
                }
                cursor::Fault::End { at } => match self.grow()? {
                    Growth::More => {}
                    Growth::Invalid => return self.reject_encoding().map(some_item),
                    Growth::End => {
                        let fault = Fault::new(ErrorKind::UnexpectedEnd, at, fault.describe(""));
                        return self.reject_broken(fault, 0).map(some_item);
                    }
                },
                cursor::Fault::Bundle if self.stack.len() < MAX_CONTAINERS => {
                    self.open_container()?;
                    return Ok(None);
                }
                cursor::Fault::Bundle => {
                    let fault = Fault::new(ErrorKind::ContainersTooDeep, 0, format!("{MAX_CONTAINERS} levels"));
                    return self.reject_broken(fault, 1).map(some_item);
                }
                cursor::Fault::TooDeep { at } => {
                    let fault = Fault::new(ErrorKind::TooDeep, at, format!("{} levels", self.limits.depth));
                    return self.reject_broken(fault, at).map(some_item);
                }
                fault => {
                    let detail = fault.describe(self.source.text());
                    return self
                        .reject_broken(Fault::new(ErrorKind::Syntax, fault.at(), detail), fault.at())
                        .map(some_item);
                }
            }
        }
    }

    /// Reads the object that the window starts with, of an indicator an excerpt if there is a place
    /// for one.
    fn parse_window(&mut self) -> Result<ParsedView, cursor::Fault> {
        let Some(mut views) = self.views.take() else {
            return parse(self.window(), self.limits.depth).map(ParsedView::Object);
        };
        let parsed = parse_view(self.window(), self.limits.depth, &mut views.excerpt);
        self.views = Some(views);
        parsed
    }

    /// Takes an object that was read, unless it swallowed others or does not keep the limits.
    fn accept_element(&mut self, parsed: ParsedView) -> Result<Step, Error> {
        let end = match &parsed {
            ParsedView::Excerpt(end) => *end,
            ParsedView::Object(parsed) => parsed.end,
        };
        // In a list, which should have an end of its own, an object that reaches the end of the
        // input either was cut off there, or lost a bracket and swallowed all that follows.
        if !self.stack.is_empty()
            && !self.is_followed(end)?
            && let Some(start) = recover::object_start(&self.source.text().as_bytes()[..end], 1, true)
        {
            return self.reject_bytes(start, Fault::swallowed(), true).map(Step::Item);
        }
        match (parsed, self.over_limit(end)) {
            (_, Some(fault)) => self.reject_bytes(end, fault, false).map(Step::Item),
            (ParsedView::Object(parsed), None) => Ok(Step::Item(self.accept(parsed))),
            (ParsedView::Excerpt(_), None) => {
                self.last = end;
                Ok(Step::Excerpt)
            }
        }
    }

    /// Whether an element that is not a STIX object has some below it.
    fn is_around_objects(&self, fault: cursor::Fault) -> bool {
        let is_untyped = matches!(fault, cursor::Fault::Missing { .. });
        is_untyped
            && self.at.is_none()
            && self.stack.len() < MAX_CONTAINERS
            && look(self.source.text()) == Some(Look::Around)
    }

    /// Whether a value may be longer than it seems: a number at the end of what was read so far.
    fn may_go_on(&mut self, len: usize) -> Result<bool, Error> {
        let text = self.source.text();
        if len < text.len() || text.ends_with(['}', ']', '"']) {
            return Ok(false);
        }
        Ok(self.grow()? == Growth::More)
    }

    /// Whether anything follows the element: the end of the list, if nothing else.
    fn is_followed(&mut self, len: usize) -> Result<bool, Error> {
        loop {
            let text = self.source.text().as_bytes();
            if scan::skip_whitespace(text, len) < text.len() {
                return Ok(true);
            }
            match self.grow()? {
                Growth::More => {}
                Growth::Invalid => return Ok(true),
                Growth::End => return Ok(false),
            }
        }
    }

    /// The item of an object, with what was odd about it.
    fn accept(&mut self, parsed: Parsed) -> Item {
        let Parsed { object, end, repeated_key, misfits } = parsed;
        let mut findings = Vec::new();
        if repeated_key || !misfits.is_empty() {
            let text = &self.source.text()[..end];
            let path = self.path_of(0);
            for misfit in misfits.iter().take(MAX_FINDINGS) {
                let at = misfit.fault.at();
                let place = format!("{path}{}", scan::path_at(text, at));
                let detail = format!("`{}` was set aside: {}", misfit.name, misfit.fault.describe(text));
                findings.push(Finding::new(FindingKind::SetAside, place, detail).at(self.source.position(at)));
            }
            if repeated_key {
                for (place, at) in scan::duplicate_keys(text, MAX_FINDINGS) {
                    let place = format!("{path}{place}");
                    let finding = Finding::new(FindingKind::RepeatedKey, place, "a repeated key; the last one counts");
                    findings.push(finding.at(self.source.position(at)));
                }
            }
            if findings.len() > MAX_FINDINGS {
                findings.truncate(MAX_FINDINGS);
                let finding = Finding::new(FindingKind::More, path, "more findings than are listed");
                findings.push(finding.at(self.source.position(0)));
            }
        }
        self.last = end;
        Item::Object(Accepted { object, index: self.index, offset: self.source.consumed(), findings })
    }

    /// Whether the element that ends at `end` breaks a limit that parsing does not keep.
    fn over_limit(&self, end: usize) -> Option<Fault> {
        let limits = &self.limits;
        if end > limits.object_bytes {
            return Some(Fault::new(ErrorKind::ObjectTooLarge, 0, format!("{} bytes", limits.object_bytes)));
        }
        if end > limits.string_bytes {
            let token = scan::long_string(&self.source.text()[..end], limits.string_bytes)?;
            let detail = format!("{} bytes", limits.string_bytes);
            return Some(Fault::new(ErrorKind::StringTooLong, token.start, detail));
        }
        None
    }

    /// Rejects an element that is JSON but no object of its type.
    fn reject_value(&mut self, end: usize, fault: cursor::Fault) -> Result<Item, Error> {
        let fault = self.over_limit(end).unwrap_or_else(|| {
            let error = error(fault, &self.source.text()[..end]);
            Fault::new(error.kind(), fault.at(), error.detail())
        });
        self.reject_bytes(end, fault, false)
    }

    /// Rejects an element that is not JSON; `resync` is from where the next object's start may be
    /// hidden.
    fn reject_broken(&mut self, fault: Fault, resync: usize) -> Result<Item, Error> {
        let in_list = !self.stack.is_empty();
        // Whether the bytes are all that may be looked at.
        let mut is_all = false;
        loop {
            let bytes = self.source.bytes();
            if let Some(end) = recover::element_end(&bytes, resync, in_list, is_all) {
                // In front of a comma or a bracket the list goes on as if the element had been
                // good.
                let lost_end = in_list && !matches!(bytes[end], b',' | b']' | b'}');
                drop(bytes);
                return self.reject_bytes(end, fault, lost_end);
            }
            let (len, tail) = (bytes.len(), open_tail(&bytes, &self.stack));
            drop(bytes);
            let is_over = len > self.limits.object_bytes;
            if is_all {
                return if is_over { self.reject_oversize() } else { self.reject_bytes(tail, fault, false) };
            }
            is_all = is_over || !self.source.grow_bytes().map_err(Error::from)?;
        }
    }

    fn reject_encoding(&mut self) -> Result<Item, Error> {
        let offset = self.source.text().len();
        let detail = if self.is_utf16()? { "UTF-16; convert the input to UTF-8" } else { "invalid bytes" };
        self.reject_broken(Fault::new(ErrorKind::Encoding, offset, detail), offset)
    }

    /// Whether the input starts with the byte order mark of UTF-16.
    fn is_utf16(&mut self) -> Result<bool, Error> {
        if self.source.consumed() > 0 {
            return Ok(false);
        }
        while self.source.bytes().len() < 2 && self.source.grow_bytes().map_err(Error::from)? {}
        Ok(matches!(*self.source.bytes(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]))
    }

    /// Rejects an object over the limit, and passes what is left of it without keeping it.
    fn reject_oversize(&mut self) -> Result<Item, Error> {
        // It may be a small object that lost its end.
        let swallowed =
            if self.stack.is_empty() { None } else { recover::object_start(self.window().as_bytes(), 1, true) };
        if let Some(end) = swallowed {
            return self.reject_bytes(end, Fault::swallowed(), true);
        }
        let fault = Fault::new(ErrorKind::ObjectTooLarge, 0, format!("{} bytes", self.limits.object_bytes));
        // Up to the limit, a stream has as much available as a slice.
        let bytes = self.source.bytes();
        let mut rejected = self.rejected(&bytes[..OVERSIZE_RAW.min(self.limits.object_bytes).min(bytes.len())], fault);
        drop(bytes);
        let start = self.source.consumed();
        let mut skipper = Skipper::default();
        loop {
            let bytes = self.source.bytes();
            let (end, len) = (skipper.end(&bytes), bytes.len());
            drop(bytes);
            self.consume(end.unwrap_or(len))?;
            if end.is_some() || !self.source.grow_bytes().map_err(Error::from)? {
                let len = self.source.consumed() - start;
                rejected.raw.truncate(usize::try_from(len).unwrap_or(usize::MAX));
                return Ok(Item::Rejected(rejected));
            }
        }
    }

    /// Rejects the element that ends at `end`. Where it lost its end, what follows is the next
    /// element already.
    fn reject_bytes(&mut self, end: usize, fault: Fault, lost_end: bool) -> Result<Item, Error> {
        let bytes = self.source.bytes();
        let mut raw = bytes[..end].trim_ascii_end();
        if lost_end {
            raw = raw.strip_suffix(b",").unwrap_or(raw).trim_ascii_end();
        }
        let len = raw.len();
        let rejected = self.rejected(raw, fault);
        drop(bytes);
        self.lost_end = lost_end;
        if lost_end {
            self.consume(end)?;
        } else {
            self.last = len.max(1);
        }
        Ok(Item::Rejected(rejected))
    }

    /// `raw` is what the window starts with.
    fn rejected(&self, raw: &[u8], fault: Fault) -> Rejected {
        let text = String::from_utf8_lossy(raw);
        let path = format!("{}{}", self.path_of(0), scan::path_at(&text, fault.offset));
        let position = self.source.position(fault.offset);
        let id = scan::top_level_string(&text, "id").map(|id| id.chars().take(256).collect());
        let error = Error::new(fault.kind).with_detail(fault.detail).at(path, position);
        Rejected { index: self.index, position: self.source.position(0), id, error, raw: raw.to_vec() }
    }
}

/// What is wrong with an element, and where in it.
struct Fault {
    kind: ErrorKind,
    offset: usize,
    detail: String,
}

impl Fault {
    fn new(kind: ErrorKind, offset: usize, detail: impl Into<String>) -> Self {
        Self { kind, offset, detail: detail.into() }
    }

    fn swallowed() -> Self {
        Self::new(ErrorKind::Syntax, 0, "a bracket is missing: the object swallows those behind it")
    }
}

/// Where the last element ends in bytes that end with the brackets of the containers that are open:
/// in front of them.
fn open_tail(bytes: &[u8], stack: &[Frame]) -> usize {
    let mut tail = bytes.trim_ascii_end();
    for bracket in stack.iter().filter_map(Frame::closing_bracket) {
        match tail.strip_suffix(&[bracket]) {
            Some(shorter) => tail = shorter.trim_ascii_end(),
            None => return bytes.len(),
        }
    }
    tail.len()
}

/// Counts brackets over text that comes in pieces and is not kept.
#[derive(Default)]
struct Skipper {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Skipper {
    /// Where the value ends in this piece.
    fn end(&mut self, piece: &[u8]) -> Option<usize> {
        for (at, byte) in piece.iter().enumerate() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
