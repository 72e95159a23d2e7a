//! Bundles, envelopes and lists: the steps between the objects.

use super::frame::{Frame, FrameKind, KeptMembers, MAX_CONTAINERS, MAX_FINDINGS, MAX_MEMBER_BYTES, MAX_MEMBERS};
use super::item::{Item, Step};
use super::lookahead::{Look, look};
use super::magic::{LONGEST_MAGIC, foreign_format};
use super::reader::Reader;
use super::recover;
use super::source::{Growth, Source};
use crate::error::{Error, ErrorKind};
use crate::finding::{Finding, FindingKind};
use crate::json::Json;
use crate::json::cursor::{Fault, MAX_DEPTH, value_end};
use crate::json::scan;

/// What comes next in the window.
enum Peek {
    Byte(u8),
    NotText,
    End,
}

impl<S: Source> Iterator for Reader<S> {
    type Item = Result<Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.step_to_object()? {
            Ok(Step::Item(item)) => Some(Ok(item)),
            Ok(Step::Excerpt) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

impl<S: Source> std::iter::FusedIterator for Reader<S> {}

impl<S: Source> Reader<S> {
    /// Reads the next item. Returns `None` after the last one.
    pub(super) fn step(&mut self) -> Option<Result<Step, Error>> {
        if self.done {
            return None;
        }
        let step = self.advance();
        self.done = !matches!(step, Ok(Some(_)));
        step.transpose()
    }

    /// Reads the next item, an indicator as a whole.
    pub(super) fn step_to_object(&mut self) -> Option<Result<Step, Error>> {
        // Without a place for an excerpt there is none.
        let views = self.views.take();
        let step = self.step();
        self.views = views;
        step
    }

    fn advance(&mut self) -> Result<Option<Step>, Error> {
        self.consume(self.last)?;
        self.last = 0;
        if self.source.consumed() == 0 {
            self.refuse_binary()?;
        }
        loop {
            let byte = match self.peek()? {
                Peek::Byte(byte) => Some(byte),
                Peek::NotText => None,
                Peek::End => return Ok(self.end()),
            };
            let item = match self.stack.last() {
                None => self.step_at_top(byte)?,
                Some(Frame { kind: FrameKind::List { next }, comma_due, .. }) => {
                    self.step_in_list(byte, *next, *comma_due)?
                }
                Some(Frame { kind: FrameKind::Map { is_value_next: true, .. }, .. }) => self.read_element()?,
                Some(Frame { kind: FrameKind::One, comma_due: false, .. }) => self.read_one(byte)?,
                Some(Frame { kind: FrameKind::One, .. }) => {
                    self.close(0)?;
                    None
                }
                Some(_) => {
                    self.read_member(byte)?;
                    None
                }
            };
            if item.is_some() {
                if self.index == self.limits.objects {
                    let detail = format!("more than {} objects", self.limits.objects);
                    return Err(Error::new(ErrorKind::InputTooLarge)
                        .with_detail(detail)
                        .at("$", self.source.position(0)));
                }
                self.index += 1;
                let lost_end = std::mem::take(&mut self.lost_end);
                self.after_value(!lost_end);
                return Ok(item);
            }
        }
    }

    /// Refuses an input whose first bytes are those of a compressed file, or of an encoding that is
    /// not read.
    fn refuse_binary(&mut self) -> Result<(), Error> {
        while self.source.bytes().len() < LONGEST_MAGIC && self.source.grow_bytes().map_err(Error::from)? {}
        let Some(detail) = foreign_format(&self.source.bytes()) else { return Ok(()) };
        Err(Error::new(ErrorKind::Encoding).with_detail(detail).at("$", self.source.position(0)))
    }

    /// One step between documents.
    fn step_at_top(&mut self, byte: Option<u8>) -> Result<Option<Step>, Error> {
        match byte {
            // Commas between documents say nothing; the other is the separator of RFC 7464.
            Some(b',' | b'\x1e') => self.consume(1)?,
            Some(b'[') => self.enter("", FrameKind::List { next: 0 }, 1)?,
            Some(b'{') if self.at.is_some() => self.enter_wrapper()?,
            Some(b'{') => match self.look(0)? {
                Look::Around => self.enter_wrapper()?,
                Look::Container => self.open_container()?,
                _ if self.is_envelope => self.open_container()?,
                _ => return self.read_element(),
            },
            _ => return self.read_element(),
        }
        Ok(None)
    }

    /// The object or container of a member that has room for one.
    fn read_one(&mut self, byte: Option<u8>) -> Result<Option<Step>, Error> {
        if byte == Some(b'{') && self.stack.len() < MAX_CONTAINERS && self.look(0)? == Look::Container {
            self.open_container()?;
            return Ok(None);
        }
        self.read_element()
    }

    /// One step in a list, in front of its element number `next`.
    fn step_in_list(&mut self, byte: Option<u8>, next: u64, comma_due: bool) -> Result<Option<Step>, Error> {
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
                self.enter("", FrameKind::List { next: 0 }, 1)?;
            }
        }
        Ok(None)
    }

    fn set_comma_due(&mut self, due: bool) {
        if let Some(frame) = self.stack.last_mut() {
            frame.comma_due = due;
        }
    }

    /// Notes that a value of the innermost container was read.
    fn after_value(&mut self, comma_due: bool) {
        let Some(frame) = self.stack.last_mut() else { return };
        frame.comma_due = comma_due;
        match &mut frame.kind {
            FrameKind::List { next } => *next += 1,
            FrameKind::Map { is_value_next, .. } => *is_value_next = false,
            // It has no commas: what follows belongs to the container around it.
            FrameKind::One => frame.comma_due = true,
            FrameKind::Members { .. } | FrameKind::Wrapper { .. } => {}
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

    /// Makes the window longer, as long as it is not larger than an object may be. Returns whether
    /// there is more text than before.
    fn grow_to_limit(&mut self) -> Result<bool, Error> {
        Ok(self.source.text().len() <= self.limits.object_bytes && self.grow()? == Growth::More)
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
            path.push_str(&frame.path);
            match &frame.kind {
                FrameKind::List { next } => {
                    let before = if at + 1 == self.stack.len() { before } else { 0 };
                    path.push('[');
                    path.push_str(&next.saturating_sub(before).to_string());
                    path.push(']');
                }
                FrameKind::Map { key, .. } => {
                    path.push('.');
                    path.push_str(key);
                }
                _ => {}
            }
        }
        path
    }

    fn note(&mut self, kind: FindingKind, offset: usize, detail: &str) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding::new(kind, self.path_of(0), detail).at(self.source.position(offset)));
        }
    }

    fn end(&mut self) -> Option<Step> {
        if !self.stack.is_empty() {
            self.note(FindingKind::Unfinished, 0, "the input ends before its lists and bundles do");
        }
        self.stack.clear();
        None
    }

    /// Opens a container that `len` bytes lead into.
    fn enter(&mut self, path: &str, kind: FrameKind, len: usize) -> Result<(), Error> {
        self.stack.push(Frame::new(path, kind));
        self.consume(len)
    }

    /// Opens the bundle or envelope that the window starts with.
    pub(super) fn open_container(&mut self) -> Result<(), Error> {
        self.forget_members();
        self.enter("", FrameKind::Members { had_objects: false, is_known: false }, 1)
    }

    /// Opens the object that the window starts with, which has a container somewhere below.
    pub(super) fn enter_wrapper(&mut self) -> Result<(), Error> {
        self.forget_members();
        self.enter("", FrameKind::Wrapper { depth: 0 }, 1)
    }

    /// Forgets the members of the last container. Those of an answer are members of one envelope,
    /// in whatever it is wrapped and whatever it contains.
    fn forget_members(&mut self) {
        if !self.is_envelope {
            self.container = KeptMembers::default();
        }
    }

    fn close(&mut self, len: usize) -> Result<(), Error> {
        match self.stack.last().map(|frame| &frame.kind) {
            Some(FrameKind::Members { is_known: false, .. }) if self.container.count > 0 => {
                self.note(FindingKind::Container, 0, "none of the members of a bundle or envelope is there");
            }
            Some(FrameKind::Wrapper { depth: 0 }) => self.finish_wrapper(),
            _ => {}
        }
        self.stack.pop();
        self.after_value(true);
        self.consume(len)
    }

    /// Says so if a document has nothing at the path that was asked for.
    fn finish_wrapper(&mut self) {
        let missing = self.at.as_ref().filter(|at| !at.is_found).map(|at| at.path.join("."));
        if let Some(path) = missing {
            let detail = format!("there are no objects at the path `{path}`");
            self.note(FindingKind::Container, 0, &detail);
        }
        self.at.iter_mut().for_each(|at| at.is_found = false);
    }

    /// A `}` where a list continues: one too many, or the list lacks its end.
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
        let inside = match &self.stack[..] {
            [.., around, Frame { kind: FrameKind::List { .. }, .. }] => around.closing_bracket() == Some(b'}'),
            _ => false,
        };
        if is_last && inside {
            self.note(FindingKind::Container, 0, "the list of objects lacks its `]`");
            return self.close(0);
        }
        self.note(FindingKind::Container, 0, "a `}` too many");
        self.consume(1)
    }

    /// Classifies the value at `start` of the window. Returns [`Look::Other`] if its first members
    /// are not enough within the limit of an object's size.
    fn look(&mut self, start: usize) -> Result<Look, Error> {
        loop {
            if let Some(answer) = look(&self.source.text()[start..]) {
                return Ok(answer);
            }
            if !self.grow_to_limit()? {
                return Ok(Look::Other);
            }
        }
    }

    /// Reads a member of the innermost container, or goes into its value.
    fn read_member(&mut self, byte: Option<u8>) -> Result<(), Error> {
        let Some(frame) = self.stack.last_mut() else { return Ok(()) };
        match byte {
            Some(b'}') => return self.close(1),
            Some(b',') if std::mem::replace(&mut frame.comma_due, false) => return self.consume(1),
            Some(b'"') => {}
            _ => return self.lost_in_members(),
        }
        if std::mem::replace(&mut frame.comma_due, false) {
            self.note(FindingKind::Container, 0, "a comma is missing between two members");
        }
        let Some(start) = self.value_start()? else { return self.lost_in_members() };
        // `None` where the key is no text: a lone surrogate.
        let key = scan::string_end(self.source.text().as_bytes(), 0)
            .and_then(|end| scan::decode(&self.source.text()[..end]))
            .map(|key| key.into_owned())
            .unwrap_or_default();
        match self.stack.last_mut().map(|frame| &mut frame.kind) {
            Some(FrameKind::Map { key: current, is_value_next }) => {
                (*current, *is_value_next) = (key, true);
                self.consume(start)
            }
            Some(FrameKind::Wrapper { depth }) => {
                let depth = *depth;
                self.read_wrapped(&key, start, depth)
            }
            _ => self.read_own_member(&key, start),
        }
    }

    /// A member of a bundle or envelope.
    fn read_own_member(&mut self, key: &str, start: usize) -> Result<(), Error> {
        let Some(Frame { kind: FrameKind::Members { had_objects, is_known }, .. }) = self.stack.last_mut() else {
            return Ok(());
        };
        *is_known |= matches!(key, "type" | "id" | "spec_version" | "objects" | "more" | "next");
        if key != "objects" {
            return self.skip_member(start);
        }
        if std::mem::replace(had_objects, true) {
            self.note(FindingKind::RepeatedKey, 0, "`objects` is repeated; the objects of all are read");
        }
        self.read_objects(".objects", start)
    }

    /// The value that should be a list of objects.
    fn read_objects(&mut self, path: &str, start: usize) -> Result<(), Error> {
        let (kind, detail) = match self.source.text().as_bytes().get(start).copied() {
            Some(b'[') => return self.enter(path, FrameKind::List { next: 0 }, start + 1),
            Some(b'n') => {
                self.note(FindingKind::Null, start, "`null` instead of a list of objects");
                return self.skip_member(start);
            }
            Some(b'{') if self.is_map(start)? => {
                let kind = FrameKind::Map { key: String::new(), is_value_next: false };
                (kind, "a map of objects instead of a list")
            }
            Some(b'{') => (FrameKind::One, "one object instead of a list"),
            // The rejection reports what it is.
            _ => return self.enter(path, FrameKind::One, start),
        };
        self.note(FindingKind::NotAList, start, detail);
        let bracket = usize::from(matches!(kind, FrameKind::Map { .. }));
        self.enter(path, kind, start + bracket)
    }

    /// Whether the object at `start` of the window is not a STIX object, but a map of objects.
    fn is_map(&mut self, start: usize) -> Result<bool, Error> {
        loop {
            if let Some(answer) = is_map(&self.source.text()[start..]) {
                return Ok(answer);
            }
            if !self.grow_to_limit()? {
                return Ok(false);
            }
        }
    }

    /// A member of an object around a container.
    fn read_wrapped(&mut self, key: &str, start: usize, depth: usize) -> Result<(), Error> {
        let is_open = matches!(self.source.text().as_bytes().get(start), Some(b'{' | b'['));
        let may_open = is_open && self.stack.len() < MAX_CONTAINERS;
        let path = format!(".{key}");
        if let Some(at) = &mut self.at {
            let is_on_path = at.path.get(depth).is_some_and(|name| name == key);
            let is_last = depth + 1 == at.path.len();
            at.is_found |= is_on_path && is_last;
            return match (is_on_path, is_last) {
                (true, true) if self.is_container_at(start)? => self.enter(&path, FrameKind::One, start),
                (true, true) => self.read_objects(&path, start),
                (true, false) if may_open && self.source.text()[start..].starts_with('{') => {
                    self.enter(&path, FrameKind::Wrapper { depth: depth + 1 }, start + 1)
                }
                _ => self.skip_member(start),
            };
        }
        if !may_open {
            return self.skip_member(start);
        }
        let is_list = self.source.text().as_bytes().get(start) == Some(&b'[');
        match self.look(start)? {
            Look::Around if !is_list => self.enter(&path, FrameKind::Wrapper { depth: depth + 1 }, start + 1),
            Look::Around => {
                self.note_wrapped(&path, start);
                self.enter(&path, FrameKind::List { next: 0 }, start + 1)
            }
            Look::Container | Look::Object if self.is_empty_object(start) => self.skip_member(start),
            Look::Container | Look::Object => {
                self.note_wrapped(&path, start);
                self.enter(&path, FrameKind::One, start)
            }
            Look::Other => self.skip_member(start),
        }
    }

    fn is_container_at(&mut self, start: usize) -> Result<bool, Error> {
        Ok(self.source.text()[start..].starts_with('{') && self.look(start)? == Look::Container)
    }

    /// `{}` could be an empty envelope, but it is not evidence of one.
    fn is_empty_object(&self, start: usize) -> bool {
        let text = self.source.text().as_bytes();
        text.get(scan::skip_whitespace(text, start + 1)) == Some(&b'}')
    }

    /// Notes once for each path that objects were found there.
    fn note_wrapped(&mut self, path: &str, start: usize) {
        let path = format!("{}{path}", self.path_of(0));
        let is_known = |finding: &Finding| finding.kind == FindingKind::Wrapped && finding.path == path;
        if self.findings.len() < MAX_FINDINGS && !self.findings.iter().any(is_known) {
            let detail = format!("the objects are below an object that is not STIX, at `{path}`");
            self.findings.push(Finding::new(FindingKind::Wrapped, path, detail).at(self.source.position(start)));
        }
    }

    /// Where the value of the member that the window starts with begins; `None` where the member is
    /// broken.
    fn value_start(&mut self) -> Result<Option<usize>, Error> {
        loop {
            let bytes = self.source.text().as_bytes();
            if let Some(key_end) = scan::string_end(bytes, 0) {
                let colon = scan::skip_whitespace(bytes, key_end);
                let start = scan::skip_whitespace(bytes, colon + 1);
                match (bytes.get(colon), bytes.get(start)) {
                    (Some(b':'), Some(_)) => return Ok(Some(start)),
                    (None, _) | (Some(b':'), None) => {}
                    _ => return Ok(None),
                }
            }
            if !self.grow_to_limit()? {
                return Ok(None);
            }
        }
    }

    /// Steps over the member that the window starts with, and keeps it.
    fn skip_member(&mut self, start: usize) -> Result<(), Error> {
        loop {
            let text = self.source.text();
            match value_end(&text[start..], MAX_DEPTH) {
                // A number may go on in what is not read yet; a member never ends the text, a
                // bracket or comma follows.
                Ok(len) if start + len < text.len() => {
                    let len = start + len;
                    self.keep_member(len);
                    self.set_comma_due(true);
                    return self.consume(len);
                }
                Ok(_) | Err(Fault::End { .. }) => {}
                Err(_) => return self.skip_bare_member(start),
            }
            if !self.grow_to_limit()? {
                return self.lost_in_members();
            }
        }
    }

    /// Steps over a member whose value is not JSON, such as `NaN`, if its end is clear.
    fn skip_bare_member(&mut self, start: usize) -> Result<(), Error> {
        loop {
            let text = self.source.text();
            if let Some(end) = loose_end(text.as_bytes(), start) {
                // Without them it is unknown whether there is more.
                let is_needed = matches!(
                    scan::string_end(text.as_bytes(), 0).map(|end| &text[..end]),
                    Some("\"more\"" | "\"next\"")
                );
                let kind = if is_needed { FindingKind::Container } else { FindingKind::SetAside };
                self.note(kind, start, "the value of a member is not JSON");
                self.set_comma_due(true);
                return self.consume(end);
            }
            if !self.grow_to_limit()? {
                return self.lost_in_members();
            }
        }
    }

    /// Keeps the member that the window starts with.
    fn keep_member(&mut self, len: usize) {
        // `None` where the key is no text: a lone surrogate.
        let member = split_member(&self.source.text()[..len])
            .and_then(|(name, value)| Some((name.into_owned(), Json::new(value).ok()?)));
        match member {
            // One container that says that there is more is enough.
            Some((name, _)) if self.is_envelope && name == "more" && self.says_more() => {}
            Some((name, value)) if self.has_room_for(&name) && len <= MAX_MEMBER_BYTES => {
                self.container.count += 1;
                if self.container.properties.get(&name).is_some() {
                    self.note(FindingKind::RepeatedKey, 0, "a member is repeated; the last one counts");
                }
                self.container.properties.insert(&name, &value);
            }
            _ => self.note(FindingKind::More, 0, "a member of a bundle that is not kept"),
        }
    }

    fn says_more(&self) -> bool {
        self.container.properties.get("more").is_some_and(|more| more.as_json() == "true")
    }

    fn has_room_for(&self, name: &str) -> bool {
        self.container.count < MAX_MEMBERS || (self.is_envelope && matches!(name, "more" | "next"))
    }

    /// A bundle's members are broken: goes on with the first object that starts after them.
    fn lost_in_members(&mut self) -> Result<(), Error> {
        self.note(FindingKind::Container, 0, "the members of a bundle are not JSON; going on with the next object");
        match self.find_object_start()? {
            true => self.enter(".objects", FrameKind::List { next: 0 }, 0),
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

/// Whether an object's members are objects, and it has no type itself; `None` where it takes more
/// text to tell.
fn is_map(text: &str) -> Option<bool> {
    let mut tokens = scan::Lexer::new(text.as_bytes(), 1);
    let key = tokens.next()?;
    if key.kind == scan::TokenKind::Close(b'}') {
        return Some(true);
    }
    let (_, value) = (tokens.next()?, tokens.next()?);
    let is_type = matches!(&text[key.start..key.end], "\"type\"" | "\"id\"");
    Some(!is_type && value.kind == scan::TokenKind::Open(b'{') && look(text)? != Look::Object)
}

/// The end of a value that is not JSON: before the comma or bracket after it. `None` if it
/// is not in the text, or not clear.
fn loose_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for token in scan::Lexer::new(bytes, start) {
        match token.kind {
            scan::TokenKind::Comma | scan::TokenKind::Close(_) if depth == 0 => return Some(token.start),
            scan::TokenKind::OpenString => return None,
            scan::TokenKind::Colon if depth == 0 => return None,
            scan::TokenKind::Open(_) => depth += 1,
            scan::TokenKind::Close(_) => depth -= 1,
            _ => {}
        }
    }
    None
}

fn split_member(text: &str) -> Option<(std::borrow::Cow<'_, str>, &str)> {
    let key_end = scan::string_end(text.as_bytes(), 0)?;
    let colon = scan::skip_whitespace(text.as_bytes(), key_end);
    Some((scan::decode(&text[..key_end])?, text[colon + 1..].trim()))
}
