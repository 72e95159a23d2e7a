//! Bundles, envelopes and lists: the steps between the objects.

use super::frame::{Frame, MAX_CONTAINERS, MAX_FINDINGS, MAX_MEMBER_BYTES, MAX_MEMBERS};
use super::item::Item;
use super::reader::Reader;
use super::recover;
use super::source::{Growth, Source};
use crate::error::{Error, ErrorKind};
use crate::finding::{Finding, FindingKind};
use crate::json::cursor::{Fault, MAX_DEPTH, value_end};
use crate::json::scan;
use crate::json::{Json, Properties};

/// What comes next in the window.
enum Peek {
    Byte(u8),
    NotText,
    End,
}

impl<S: Source> Iterator for Reader<S> {
    type Item = Result<Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = self.advance();
        self.done = !matches!(item, Ok(Some(_)));
        item.transpose()
    }
}

impl<S: Source> std::iter::FusedIterator for Reader<S> {}

impl<S: Source> Reader<S> {
    fn advance(&mut self) -> Result<Option<Item>, Error> {
        self.consume(self.last)?;
        self.last = 0;
        loop {
            let byte = match self.peek()? {
                Peek::Byte(byte) => Some(byte),
                Peek::NotText => None,
                Peek::End => return Ok(self.end()),
            };
            let item = match self.stack.last() {
                None => self.step_at_top(byte)?,
                Some(Frame::Members { .. }) => {
                    self.read_member(byte)?;
                    None
                }
                Some(Frame::List { next, comma_due, .. }) => self.step_in_list(byte, *next, *comma_due)?,
            };
            if item.is_some() {
                if self.index == self.limits.objects {
                    let detail = format!("more than {} objects", self.limits.objects);
                    return Err(Error::new(ErrorKind::InputTooLarge)
                        .with_detail(detail)
                        .at("$", self.source.position(0)));
                }
                self.index += 1;
                if let Some(Frame::List { next, comma_due, .. }) = self.stack.last_mut() {
                    *next += 1;
                    *comma_due = !std::mem::take(&mut self.lost_end);
                }
                return Ok(item);
            }
        }
    }

    /// One step between documents.
    fn step_at_top(&mut self, byte: Option<u8>) -> Result<Option<Item>, Error> {
        match byte {
            // Commas between documents say nothing; the other is the separator of RFC 7464.
            Some(b',' | b'\x1e') => self.consume(1)?,
            Some(b'[') => self.open_list(1, false)?,
            Some(b'{') if self.is_envelope || self.is_container()? => self.open_container()?,
            _ => return self.read_element(),
        }
        Ok(None)
    }

    /// One step in a list, in front of its element number `next`.
    fn step_in_list(&mut self, byte: Option<u8>, next: u64, comma_due: bool) -> Result<Option<Item>, Error> {
        match byte {
            Some(b',') => {
                if !comma_due {
                    let detail = if next == 0 { "a comma before the first element" } else { "a comma too many" };
                    self.note(FindingKind::Container, 0, detail);
                }
                self.set_comma_due(false);
                self.consume(1)?;
            }
            Some(b']') => {
                if !comma_due && next > 0 {
                    self.note(FindingKind::Container, 0, "a comma before the end of a list");
                }
                self.close(1)?;
            }
            Some(b'}') => self.stray_brace()?,
            _ => {
                if comma_due {
                    self.note(FindingKind::Container, 0, "a comma is missing between two elements");
                    self.set_comma_due(false);
                }
                if byte != Some(b'[') || self.stack.len() == MAX_CONTAINERS {
                    return self.read_element();
                }
                self.open_list(1, false)?;
            }
        }
        Ok(None)
    }

    fn set_comma_due(&mut self, due: bool) {
        if let Some(Frame::List { comma_due, .. } | Frame::Members { comma_due }) = self.stack.last_mut() {
            *comma_due = due;
        }
    }

    /// Moves the window to the next byte that is not white space.
    fn peek(&mut self) -> Result<Peek, Error> {
        loop {
            let text = self.source.text().as_bytes();
            let mut at = scan::skip_whitespace(text, 0);
            if self.source.consumed() == 0 && text.starts_with("\u{feff}".as_bytes()) {
                at = 3;
            }
            let byte = text.get(at).copied();
            if at > 0 {
                self.consume(at)?;
            }
            if let Some(byte) = byte {
                return Ok(Peek::Byte(byte));
            }
            match self.grow()? {
                Growth::More => {}
                Growth::End => return Ok(Peek::End),
                Growth::Invalid => return Ok(Peek::NotText),
            }
        }
    }

    pub(super) fn grow(&mut self) -> Result<Growth, Error> {
        self.source.grow().map_err(Error::from)
    }

    pub(super) fn consume(&mut self, len: usize) -> Result<(), Error> {
        if len == 0 {
            return Ok(());
        }
        self.source.consume(len);
        if self.source.consumed() > self.limits.total_bytes {
            let detail = format!("more than {} bytes", self.limits.total_bytes);
            return Err(Error::new(ErrorKind::InputTooLarge).with_detail(detail).at("$", self.source.position(0)));
        }
        Ok(())
    }

    /// The path of an element of the innermost list: the next one, or one that many before.
    pub(super) fn path_of(&self, before: u64) -> String {
        let mut path = String::from("$");
        for (at, frame) in self.stack.iter().enumerate() {
            if let Frame::List { next, is_member, .. } = frame {
                let before = if at + 1 == self.stack.len() { before } else { 0 };
                path.push_str(if *is_member { ".objects[" } else { "[" });
                path.push_str(&next.saturating_sub(before).to_string());
                path.push(']');
            }
        }
        path
    }

    fn note(&mut self, kind: FindingKind, offset: usize, detail: &str) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding::new(kind, self.path_of(0), detail).at(self.source.position(offset)));
        }
    }

    fn end(&mut self) -> Option<Item> {
        if !self.stack.is_empty() {
            self.note(FindingKind::Unfinished, 0, "the input ends before its lists and bundles do");
        }
        self.stack.clear();
        None
    }

    fn open_list(&mut self, len: usize, is_member: bool) -> Result<(), Error> {
        self.stack.push(Frame::List { next: 0, comma_due: false, is_member });
        self.consume(len)
    }

    pub(super) fn open_container(&mut self) -> Result<(), Error> {
        self.container = Properties::new();
        self.members = 0;
        self.stack.push(Frame::Members { comma_due: false });
        self.consume(1)
    }

    fn close(&mut self, len: usize) -> Result<(), Error> {
        self.stack.pop();
        match self.stack.last_mut() {
            Some(Frame::List { next, comma_due, .. }) => {
                *next += 1;
                *comma_due = true;
            }
            Some(Frame::Members { comma_due }) => *comma_due = true,
            None => {}
        }
        self.consume(len)
    }

    /// A `}` where a list goes on: one too many, or the list lacks its end.
    fn stray_brace(&mut self) -> Result<(), Error> {
        let is_last = loop {
            let text = self.source.text().as_bytes();
            let next = text.get(scan::skip_whitespace(text, 1)).copied();
            match next {
                Some(byte) => break byte != b',' && byte != b']',
                None if self.grow()? == Growth::More => {}
                None => break true,
            }
        };
        let inside = matches!(self.stack[..], [.., Frame::Members { .. }, Frame::List { .. }]);
        if is_last && inside {
            self.note(FindingKind::Container, 0, "the list of objects lacks its `]`");
            return self.close(0);
        }
        self.note(FindingKind::Container, 0, "a `}` too many");
        self.consume(1)
    }

    /// Whether the object that the window starts with is a bundle or an envelope. Its first members tell: `type` or
    /// `id`, or else a list of `objects`.
    fn is_container(&mut self) -> Result<bool, Error> {
        loop {
            if let Some(answer) = container_by_members(self.source.text()) {
                return Ok(answer);
            }
            if self.source.text().len() > self.limits.object_bytes || self.grow()? != Growth::More {
                return Ok(false);
            }
        }
    }

    /// Reads a member of a bundle or envelope, or goes into its list of objects.
    fn read_member(&mut self, byte: Option<u8>) -> Result<(), Error> {
        let Some(Frame::Members { comma_due }) = self.stack.last_mut() else { return Ok(()) };
        match byte {
            Some(b'}') => return self.close(1),
            Some(b',') if std::mem::replace(comma_due, false) => return self.consume(1),
            Some(b'"') => {}
            _ => return self.lost_in_members(),
        }
        if std::mem::replace(comma_due, false) {
            self.note(FindingKind::Container, 0, "a comma is missing between two members");
        }
        loop {
            match member(self.source.text()) {
                Member::Objects { len } => return self.open_list(len, true),
                Member::Other { len } => {
                    self.keep_member(len);
                    self.set_comma_due(true);
                    return self.consume(len);
                }
                Member::Incomplete => {
                    if self.source.text().len() > self.limits.object_bytes || self.grow()? != Growth::More {
                        return self.lost_in_members();
                    }
                }
                Member::Broken => return self.lost_in_members(),
            }
        }
    }

    /// Keeps the member that the window starts with.
    fn keep_member(&mut self, len: usize) {
        // `None` where the key is no text: a lone surrogate.
        let member = split_member(&self.source.text()[..len])
            .and_then(|(name, value)| Some((name.into_owned(), Json::new(value).ok()?)));
        match member {
            Some((name, value)) if self.members < MAX_MEMBERS && len <= MAX_MEMBER_BYTES => {
                self.members += 1;
                if self.container.get(&name).is_some() {
                    self.note(FindingKind::RepeatedKey, 0, "a member is repeated; the last one counts");
                }
                self.container.insert(&name, &value);
            }
            _ => self.note(FindingKind::More, 0, "a member of a bundle that is not kept"),
        }
    }

    /// A bundle's members are broken: goes on with the first object that starts behind.
    fn lost_in_members(&mut self) -> Result<(), Error> {
        self.note(FindingKind::Container, 0, "the members of a bundle are not JSON; going on with the next object");
        match self.find_object_start()? {
            true => self.open_list(0, true),
            false => Ok(()),
        }
    }

    /// Moves the window to the next bytes that start an object, or to the end of the input.
    fn find_object_start(&mut self) -> Result<bool, Error> {
        let mut is_all = false;
        loop {
            let bytes = self.source.bytes();
            let len = bytes.len();
            if let Some(start) = recover::object_start(&bytes, 0, is_all) {
                drop(bytes);
                self.consume(start)?;
                return Ok(true);
            }
            drop(bytes);
            if len > self.limits.object_bytes {
                let text = self.source.text();
                // In the text, only the boundaries of characters are places to stop at.
                let half = (len / 2..).find(|at| *at >= text.len() || text.is_char_boundary(*at)).unwrap_or(len);
                self.consume(half)?;
            }
            if is_all {
                let rest = self.source.bytes().len();
                self.consume(rest)?;
                return Ok(false);
            }
            is_all = !self.source.grow_bytes().map_err(Error::from)?;
        }
    }
}

/// Whether an object is a bundle or an envelope; `None` where it takes more text to tell.
fn container_by_members(text: &str) -> Option<bool> {
    let mut depth = 0_usize;
    let mut key = "";
    let mut previous = scan::TokenKind::Comma;
    let mut only_envelope = true;
    for token in scan::Lexer::new(text.as_bytes(), 0) {
        let value = &text[token.start..token.end];
        match token.kind {
            scan::TokenKind::Open(bracket) => {
                if depth == 1 && previous == scan::TokenKind::Colon && key == "\"objects\"" && bracket == b'[' {
                    return Some(true);
                }
                depth += 1;
            }
            scan::TokenKind::Close(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(only_envelope);
                }
            }
            scan::TokenKind::String if depth == 1 && previous == scan::TokenKind::Colon => match key {
                "\"type\"" => return Some(value == "\"bundle\""),
                "\"id\"" if value.contains("--") => return Some(value.starts_with("\"bundle--")),
                _ => {}
            },
            scan::TokenKind::String if depth == 1 => {
                key = value;
                only_envelope &= matches!(key, "\"more\"" | "\"next\"" | "\"objects\"");
            }
            scan::TokenKind::OpenString => return None,
            _ => {}
        }
        previous = token.kind;
    }
    None
}

enum Member {
    /// `"objects": [`, of this length.
    Objects {
        len: usize,
    },
    /// Any other member, of this length.
    Other {
        len: usize,
    },
    Incomplete,
    Broken,
}

fn member(text: &str) -> Member {
    let bytes = text.as_bytes();
    let Some(key_end) = scan::string_end(bytes, 0) else { return Member::Incomplete };
    let colon = scan::skip_whitespace(bytes, key_end);
    let start = scan::skip_whitespace(bytes, colon + 1);
    match (bytes.get(colon), bytes.get(start)) {
        (None, _) | (Some(b':'), None) => Member::Incomplete,
        (Some(b':'), Some(b'[')) if &text[..key_end] == "\"objects\"" => Member::Objects { len: start + 1 },
        (Some(b':'), Some(_)) => match value_end(&text[start..], MAX_DEPTH) {
            // A number may go on in what is not read yet; a member never ends the text, a bracket or comma follows.
            Ok(len) if start + len == text.len() => Member::Incomplete,
            Ok(len) => Member::Other { len: start + len },
            Err(Fault::End { .. }) => Member::Incomplete,
            Err(_) => Member::Broken,
        },
        _ => Member::Broken,
    }
}

fn split_member(text: &str) -> Option<(std::borrow::Cow<'_, str>, &str)> {
    let key_end = scan::string_end(text.as_bytes(), 0)?;
    let colon = scan::skip_whitespace(text.as_bytes(), key_end);
    Some((scan::decode(&text[..key_end])?, text[colon + 1..].trim()))
}
