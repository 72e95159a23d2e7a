//! Where an input is cut.

use super::super::reader::Reader;
use super::super::recover::object_start;
use super::super::source::{Slice, Source};

/// The stretches of the text that lies before a reader.
pub(super) struct Plan<'a> {
    /// How the stretches are read, and where the first one starts.
    pub(super) template: Reader<Slice<'a>>,
    next: Option<u64>,
    end: u64,
    part_bytes: usize,
}

impl<'a> Plan<'a> {
    /// `None` if the reader is not between elements of a list.
    pub(super) fn new(reader: &Reader<Slice<'a>>, part_bytes: usize) -> Option<Self> {
        let start = reader.next_start().filter(|_| reader.is_between_elements())?;
        let source = reader.source.clone();
        let end = source.consumed() + source.text().len() as u64;
        Some(Self { template: reader.at_element(source), next: Some(start), end, part_bytes })
    }

    /// Whether there are more stretches.
    pub(super) fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// The start and end of the next stretch. It ends where an object seems to begin, or with the
    /// text.
    pub(super) fn next(&mut self) -> Option<(u64, u64)> {
        let start = self.next?;
        self.next = self.cut_after(start);
        Some((start, self.next.unwrap_or(self.end)))
    }

    /// A reader of the stretch that starts at `start`.
    pub(super) fn reader_at(&self, start: u64) -> Reader<Slice<'a>> {
        let source = &self.template.source;
        let skipped = usize::try_from(start - source.consumed()).unwrap_or(usize::MAX);
        self.template.at_element(source.starting_after(skipped))
    }

    fn cut_after(&self, start: u64) -> Option<u64> {
        let source = &self.template.source;
        let bytes = source.text().as_bytes();
        let mut at = usize::try_from(start - source.consumed()).ok()?.checked_add(self.part_bytes)?;
        while at < bytes.len() {
            let end = at.saturating_add(self.part_bytes).min(bytes.len());
            if let Some(cut) = object_start(&bytes[at..end], 0, true) {
                return Some(source.consumed() + (at + cut) as u64);
            }
            at = end;
        }
        None
    }
}
