//! Elements of one list that are read apart from what comes before them.

use super::super::frame::{Frame, FrameKind, KeptMembers};
use super::super::reader::Reader;
use super::super::source::{Slice, Source};
use super::base::{Base, Path};
use super::work::{Seen, Work};
use crate::error::{Error, Position};
use crate::json::scan::skip_whitespace;

/// What was read from a start that was guessed: items of the list that starts there, if a list goes
/// on there, up to a place between two of them.
pub(super) struct Stretch<P> {
    pub(super) start: u64,
    /// The items. Their indexes, paths and lines count from the start.
    pub(super) part: P,
    pub(super) count: u64,
    end: u64,
    comma_due: bool,
    /// Whether any of the items has a path or a line.
    has_places: bool,
}

impl<P> Stretch<P> {
    /// Reads the elements that start in front of `end`, and ends early if the list does, or if
    /// anything is odd about it.
    pub(super) fn read(work: &impl Work<Part = P>, mut reader: Reader<Slice<'_>>, end: u64) -> Self {
        let (offset, comma_due) = reader.boundary();
        let mut stretch =
            Self { start: offset, part: work.start(), count: 0, end: offset, comma_due, has_places: false };
        while let Some(start) = reader.next_start().filter(|start| *start < end) {
            // An element that is a container, or around one, concerns the whole input. Its objects
            // start further on.
            let Some(Ok(Seen::Taken { has_places })) = work.read(&mut stretch.part, &mut reader, Some(start)) else {
                break;
            };
            stretch.has_places |= has_places;
            stretch.count += 1;
            (stretch.end, stretch.comma_due) = reader.boundary();
        }
        stretch
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
    pub(super) fn adopt<P>(&mut self, stretch: &Stretch<P>, template: &Self) -> Result<Option<Base>, Error> {
        let count = stretch.count;
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
