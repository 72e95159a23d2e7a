//! Elements of one list that are read apart from what comes before them.

use super::super::frame::{Frame, FrameKind, KeptMembers};
use super::super::item::Item;
use super::super::reader::Reader;
use super::super::source::{Slice, Source};
use crate::error::{Error, Position};
use crate::json::scan::skip_whitespace;

/// What was read from a start that was guessed: items of the list that starts there, if a list goes
/// on there, up to a place between two of them.
pub(super) struct Stretch {
    pub(super) start: u64,
    /// Their indexes, paths and lines count from the start.
    pub(super) items: Vec<Item>,
    end: u64,
    comma_due: bool,
    /// Whether any of them has a path or a line.
    has_places: bool,
}

/// Where a stretch really starts.
pub(super) struct Base {
    index: u64,
    /// The path of its first element, and of the element that it took for the first, each with the
    /// element's number in the list if there is a list.
    path: Path,
    own_path: Path,
    position: Position,
}

struct Path {
    list: String,
    first: Option<u64>,
}

impl Path {
    fn of_element(&self, number: u64) -> String {
        match self.first {
            Some(first) => format!("{}[{}]", self.list, first + number),
            None => self.list.clone(),
        }
    }
}

impl Stretch {
    /// Reads the elements that start in front of `end`, and ends early if the list does, or if
    /// anything is odd about it.
    pub(super) fn read(mut reader: Reader<Slice<'_>>, end: u64) -> Self {
        let depth = reader.stack.len();
        let (offset, comma_due) = reader.boundary();
        let mut stretch = Self { start: offset, items: Vec::new(), end: offset, comma_due, has_places: false };
        while let Some(start) = reader.next_start().filter(|start| *start < end) {
            let Some(Ok(item)) = reader.next() else { break };
            let (offset, has_places) = match &item {
                Item::Object(accepted) => (accepted.offset, !accepted.findings.is_empty()),
                Item::Rejected(rejected) => (rejected.position.offset, true),
            };
            // What is odd about a list, and a container inside of it, concerns the whole input.
            if offset != start || reader.stack.len() != depth || !reader.findings.is_empty() {
                break;
            }
            stretch.has_places |= has_places;
            stretch.items.push(item);
            (stretch.end, stretch.comma_due) = reader.boundary();
        }
        stretch
    }
}

impl Base {
    /// Gives the items of a stretch the indexes and places that they have in the whole input.
    pub(super) fn apply(&self, items: &mut [Item]) {
        for (number, item) in (0..).zip(items) {
            match item {
                Item::Object(accepted) => {
                    accepted.index = self.index + number;
                    for finding in &mut accepted.findings {
                        self.apply_to_path(number, &mut finding.path);
                        finding.position.iter_mut().for_each(|position| self.apply_to_position(position));
                    }
                }
                Item::Rejected(rejected) => {
                    rejected.index = self.index + number;
                    self.apply_to_position(&mut rejected.position);
                    rejected.error.change_place(|path, position| {
                        self.apply_to_path(number, path);
                        self.apply_to_position(position);
                    });
                }
            }
        }
    }

    fn apply_to_path(&self, number: u64, path: &mut String) {
        if let Some(below) = path.strip_prefix(&self.own_path.of_element(number)) {
            *path = format!("{}{below}", self.path.of_element(number));
        }
    }

    /// The first line of a stretch, which has the number 1, goes on in the line where it starts.
    fn apply_to_position(&self, position: &mut Position) {
        if position.line == 1 {
            position.column += self.position.column - 1;
        }
        position.line += self.position.line - 1;
    }
}

impl<'a> Reader<Slice<'a>> {
    /// A reader of the elements from the start of `source`, as if this reader had come there.
    pub(super) fn at_element(&self, source: Slice<'a>) -> Self {
        let mut stack = self.stack.clone();
        if let Some(Frame { kind: FrameKind::List { next }, comma_due, .. }) = stack.last_mut() {
            (*next, *comma_due) = (0, false);
        }
        Self {
            source,
            limits: self.limits,
            last: 0,
            stack,
            index: 0,
            container: KeptMembers::default(),
            findings: Vec::new(),
            lost_end: false,
            is_envelope: self.is_envelope,
            at: self.at.clone(),
            done: false,
            views: None,
        }
    }

    /// Whether the next value is an element of a list, or is at the top level.
    pub(super) fn is_between_elements(&self) -> bool {
        matches!(self.stack.last().map(|frame| &frame.kind), None | Some(FrameKind::List { .. }))
    }

    /// Where the last item ends, and whether a comma is due there.
    fn boundary(&self) -> (u64, bool) {
        let comma_due = self.stack.last().is_some_and(|frame| frame.comma_due);
        (self.source.consumed() + self.last as u64, comma_due)
    }

    /// Where the next element starts, if there is one right after white space and the separator.
    pub(super) fn next_start(&self) -> Option<u64> {
        let (offset, comma_due) = self.boundary();
        let text = self.source.text().as_bytes();
        let mut at = skip_whitespace(text, self.last);
        if self.stack.is_empty() {
            // As between documents.
            while matches!(text.get(at), Some(b',' | b'\x1e')) {
                at = skip_whitespace(text, at + 1);
            }
        } else if comma_due {
            if text.get(at) != Some(&b',') {
                return None;
            }
            at = skip_whitespace(text, at + 1);
        }
        (text.get(at) == Some(&b'{')).then_some(offset + (at - self.last) as u64)
    }

    /// Moves to the end of a stretch that starts at the next element, and that a copy of `template`
    /// has read. Returns what its items lack, or `None` if they would break a limit.
    pub(super) fn adopt(&mut self, stretch: &Stretch, template: &Self) -> Result<Option<Base>, Error> {
        let count = stretch.items.len() as u64;
        let exceeds = self.limits.objects - self.index.min(self.limits.objects) < count;
        if exceeds || stretch.end > self.limits.total_bytes {
            return Ok(None);
        }
        let position = match stretch.has_places {
            true => self.source.position(usize::try_from(stretch.start - self.source.consumed()).unwrap_or(usize::MAX)),
            false => Position { offset: stretch.start, line: 1, column: 1 },
        };
        let (path, own_path) = (self.path_in_list(), template.path_in_list());
        let base = Base { index: self.index, path, own_path, position };
        self.consume(usize::try_from(stretch.end - self.source.consumed()).unwrap_or(usize::MAX))?;
        self.last = 0;
        self.index += count;
        if let Some(Frame { kind: FrameKind::List { next }, comma_due, .. }) = self.stack.last_mut() {
            *next += count;
            *comma_due = stretch.comma_due;
        }
        Ok(Some(base))
    }

    /// Whether the containers that this reader is in decide alike about elements.
    pub(super) fn is_in_same_place(&self, template: &Self) -> bool {
        let is_alike = |(a, b): (&Frame, &Frame)| a.closing_bracket() == b.closing_bracket() && a.path == b.path;
        self.stack.len() == template.stack.len() && self.stack.iter().zip(&template.stack).all(is_alike)
    }

    fn path_in_list(&self) -> Path {
        match self.stack.last() {
            Some(Frame { kind: FrameKind::List { next }, .. }) => {
                let path = self.path_of(0);
                let list = path.rsplit_once('[').map_or(path.as_str(), |(list, _)| list);
                Path { list: list.to_owned(), first: Some(*next) }
            }
            _ => Path { list: self.path_of(0), first: None },
        }
    }
}
