//! What threads make of the items that they read.

use super::super::item::Item;
use super::super::reader::Reader;
use super::super::source::Slice;
use super::super::view::ItemView;
use super::base::Base;
use crate::error::Error;

/// What is made of items, in two steps: while a part of the input is read, and after it is known
/// where the part starts.
pub(super) trait Work: Sync {
    type Part: Send;
    type Result: Send;

    /// A part without items.
    fn start(&self) -> Self::Part;

    /// Reads the next item into a part; of a stretch only if it starts at `expected`.
    fn read(
        &self,
        part: &mut Self::Part,
        reader: &mut Reader<Slice<'_>>,
        expected: Option<u64>,
    ) -> Option<Result<Seen, Error>>;

    /// Finishes a part; one of another thread starts at `base`.
    fn finish(&self, part: Self::Part, base: Option<Base>) -> Self::Result;
}

/// What became of an item.
pub(super) enum Seen {
    /// It is in the part, and may have a path or a line.
    Taken { has_places: bool },
    /// It is not what was expected.
    Other,
}

/// Keeps items, and maps them when their places are known.
pub(super) struct Map<F>(pub(super) F);

impl<T: Send, F: Fn(Vec<Item>) -> T + Sync> Work for Map<F> {
    type Part = Vec<Item>;
    type Result = T;

    fn start(&self) -> Vec<Item> {
        Vec::new()
    }

    fn read(
        &self,
        part: &mut Vec<Item>,
        reader: &mut Reader<Slice<'_>>,
        expected: Option<u64>,
    ) -> Option<Result<Seen, Error>> {
        let item = match reader.next()? {
            Ok(item) => item,
            Err(error) => return Some(Err(error)),
        };
        let (offset, has_places) = match &item {
            Item::Object(accepted) => (accepted.offset, !accepted.findings.is_empty()),
            Item::Rejected(rejected) => (rejected.position.offset, true),
        };
        if expected.is_some_and(|expected| expected != offset) {
            return Some(Ok(Seen::Other));
        }
        part.push(item);
        Some(Ok(Seen::Taken { has_places }))
    }

    fn finish(&self, mut part: Vec<Item>, base: Option<Base>) -> T {
        base.iter().for_each(|base| base.apply(&mut part));
        (self.0)(part)
    }
}

/// Adds each item to what there is of its part. Items with places are left to the reader that knows
/// them.
pub(super) struct Fold<S, F> {
    pub(super) start: S,
    pub(super) add: F,
}

/// What there is of a part, and how many items were read before it and are not counted in it.
pub(super) struct Folded<A> {
    all: A,
    first: Option<u64>,
}

impl<A: Send, S: Fn() -> A + Sync, F: Fn(&mut A, ItemView<'_>) + Sync> Work for Fold<S, F> {
    type Part = Folded<A>;
    type Result = A;

    fn start(&self) -> Folded<A> {
        Folded { all: (self.start)(), first: None }
    }

    fn read(
        &self,
        part: &mut Folded<A>,
        reader: &mut Reader<Slice<'_>>,
        expected: Option<u64>,
    ) -> Option<Result<Seen, Error>> {
        let first = *part.first.get_or_insert(reader.index);
        let view = match reader.next_view()? {
            Ok(view) => view,
            Err(error) => return Some(Err(error)),
        };
        let (offset, has_places) = match &view {
            ItemView::Indicator(view) => (view.offset(), !view.findings().is_empty()),
            ItemView::Object(accepted) => (accepted.offset, !accepted.findings.is_empty()),
            ItemView::Rejected(rejected) => (rejected.position.offset, true),
        };
        if expected.is_some_and(|expected| expected != offset || has_places) {
            return Some(Ok(Seen::Other));
        }
        (self.add)(&mut part.all, view.counted_from(first));
        Some(Ok(Seen::Taken { has_places: false }))
    }

    fn finish(&self, part: Folded<A>, _: Option<Base>) -> A {
        part.all
    }
}
