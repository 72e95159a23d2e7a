//! How many threads there are, and what they can be asked for.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use super::super::bundle::Bundle;
use super::super::item::Item;
use super::super::limits::Limits;
use super::super::reader::Reader;
use super::super::source::Source;
use super::super::view::ItemView;
use super::driver::{Driver, Job};
use super::pipeline;
use super::pool::Pool;
use super::work::{Fold, Map, Work};
use crate::error::Error;
use crate::finding::Finding;
use crate::json::Properties;

/// Reads inputs in memory with several threads: see the [module](super).
///
/// It is only a set of options; threads are started for each call and end with it.
#[derive(Clone, Copy, Debug)]
pub struct Parallel {
    threads: usize,
    part_bytes: usize,
    limits: Limits,
}

/// What an input has besides its items.
///
/// [`Parallel`] returns them after the objects.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Containers {
    /// The members of the last bundle or envelope: see [`Reader::container`].
    pub members: Properties,
    /// What is odd about the containers: see [`Reader::findings`].
    pub findings: Vec<Finding>,
}

/// Elements of a slice that a thread maps at a time.
const SLICE_PART: usize = 512;

impl Parallel {
    /// Creates options with a thread for each core that the program may use.
    pub fn new() -> Self {
        let threads = available_parallelism().map_or(1, NonZeroUsize::get);
        Self { threads, part_bytes: 1 << 20, limits: Limits::default() }
    }

    /// Sets the number of threads. With 1, everything is done by the thread that calls.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Sets how many bytes of the input a thread reads at a time. Default: 1 MiB. Larger parts take
    /// more memory; smaller ones more time, as soon as an object is not much smaller than a part.
    #[must_use]
    pub fn with_part_bytes(mut self, part_bytes: usize) -> Self {
        self.part_bytes = part_bytes.max(1);
        self
    }

    /// Sets the limits of the reader. They apply to the input as a whole.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads a whole input, as [`Bundle::from_slice`] does.
    ///
    /// # Errors
    ///
    /// The same as [`Bundle::from_slice`].
    pub fn bundle(&self, bytes: &[u8]) -> Result<Bundle, Error> {
        let mut bundle = Bundle::default();
        let containers = self.map(
            bytes,
            |items| items,
            |items| {
                items.into_iter().for_each(|item| bundle.add_item(item));
                Ok::<_, Error>(())
            },
        )?;
        bundle.finish(containers.members, &containers.findings);
        Ok(bundle)
    }

    /// Reads a whole input, maps its items with all threads and hands out what comes of them in the
    /// order of the input. `map` takes the items of a part, `each` what it returned; how many items
    /// a part has is not defined. Each item is mapped once. Memory holds a few parts.
    ///
    /// A panic in `map` is passed on to the caller.
    ///
    /// # Errors
    ///
    /// The first error of `each`, or of the reader after the items before it were handed out.
    ///
    /// ```
    /// use stixkit::Error;
    /// use stixkit::reader::{Item, Parallel};
    /// # let bytes = br#"{"type": "x-a", "id": "x-a--1"} {"type": "x-a", "id": "x-a--2"}"#;
    ///
    /// let ids = |items: Vec<Item>| -> Vec<String> {
    ///     items.into_iter().filter_map(Item::into_object).map(|object| object.id().to_string()).collect()
    /// };
    /// let mut all = Vec::new();
    /// Parallel::new().map(bytes, ids, |mut ids| Ok::<_, Error>(all.append(&mut ids)))?;
    /// assert_eq!(all, ["x-a--1", "x-a--2"]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn map<T: Send, E: From<Error>>(
        &self,
        bytes: &[u8],
        map: impl Fn(Vec<Item>) -> T + Sync,
        each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<Containers, E> {
        self.run(bytes, &Map(map), each)
    }

    /// Reads a whole input, and folds the items of each part as they are read: for the rows of a
    /// feed, since indicators are [views](Reader::next_view). `start` makes what there is of a part
    /// before its first item, `add` adds an item, and `each` takes the parts in the order of the
    /// input.
    ///
    /// A thread may read text that turns out not to be a part of a list. What `add` made of it is
    /// dropped, so `add` must change nothing else. The indexes of items count from the start of
    /// their part. Objects with findings and rejections are read by the thread that calls, so a
    /// feed in which most objects are odd gains little; [`map`](Self::map) reads them with all
    /// threads.
    ///
    /// A panic in `add` is passed on to the caller.
    ///
    /// # Errors
    ///
    /// The first error of `each`, or of the reader after the items before it were handed out.
    ///
    #[cfg_attr(feature = "rows", doc = "```")]
    #[cfg_attr(not(feature = "rows"), doc = "```ignore")]
    /// use stixkit::Error;
    /// use stixkit::reader::{ItemView, Parallel};
    /// use stixkit::row::Mapper;
    /// # let bytes = br#"[{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
    /// #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}]"#;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
    /// let add = |lines: &mut String, item: ItemView<'_>| {
    ///     let ItemView::Indicator(view) = item else { return };
    ///     for row in &mapper.map_view(&view).rows {
    ///         let observable = row.observable.as_ref().map_or("", |observable| &*observable.norm);
    ///         lines.push_str(observable);
    ///         lines.push('\n');
    ///     }
    /// };
    /// let mut output = String::new();
    /// Parallel::new().fold(bytes, String::new, add, |lines| Ok::<_, Error>(output.push_str(&lines)))?;
    /// assert_eq!(output, "192.0.2.1\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fold<A: Send, E: From<Error>>(
        &self,
        bytes: &[u8],
        start: impl Fn() -> A + Sync,
        add: impl Fn(&mut A, ItemView<'_>) + Sync,
        each: impl FnMut(A) -> Result<(), E>,
    ) -> Result<Containers, E> {
        self.run(bytes, &Fold { start, add }, each)
    }

    fn run<W: Work, E: From<Error>>(
        &self,
        bytes: &[u8],
        work: &W,
        mut each: impl FnMut(W::Result) -> Result<(), E>,
    ) -> Result<Containers, E> {
        let reader = || Reader::from_slice(bytes).with_limits(self.limits);
        if self.threads > 1 && bytes.len() / 2 > self.part_bytes {
            let driver = Driver::new(work, reader(), self.part_bytes, self.threads);
            let run = Pool::run(self.threads, |job: Job<'_, _>| job.run(work), |pool| driver.run(pool, &mut each));
            if let Some(reader) = run {
                return Ok(Containers::of(&reader?));
            }
        }
        let mut reader = reader();
        loop {
            let (start, mut part, mut count) = (reader.bytes_read(), work.start(), 0);
            let end = loop {
                match work.read(&mut part, &mut reader, None) {
                    Some(Ok(_)) => count += 1,
                    Some(Err(error)) => break Some(Err(error)),
                    None => break Some(Ok(())),
                }
                if reader.bytes_read() - start >= self.part_bytes as u64 {
                    break None;
                }
            };
            if count > 0 {
                each(work.finish(part, None))?;
            }
            if let Some(end) = end {
                return end.map(|()| Containers::of(&reader)).map_err(E::from);
            }
        }
    }

    /// Maps the elements of a slice with all threads and hands out what comes of them in order.
    /// `map` takes some neighbouring elements, `each` what it returned. It is for the objects of a
    /// bundle, for example to make their rows: see the [module](super#rows).
    ///
    /// A panic in `map` is passed on to the caller.
    ///
    /// # Errors
    ///
    /// The first error of `each`.
    pub fn map_slice<I: Sync, T: Send, E>(
        &self,
        elements: &[I],
        map: impl Fn(&[I]) -> T + Sync,
        each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let threads = if elements.len() > SLICE_PART { self.workers() } else { 0 };
        let mut parts = elements.chunks(SLICE_PART);
        pipeline::run(threads, || parts.next(), map, each)
    }

    /// Maps the elements of a slice one at a time with all threads and hands out what comes of them
    /// in order. It is for a few elements that are much work, such as files: see the
    /// [module](super#many-files). At most two results for each thread wait for one before them.
    ///
    /// A panic in `map` is passed on to the caller.
    ///
    /// # Errors
    ///
    /// The first error of `each`.
    pub fn map_each<I: Sync, T: Send, E>(
        &self,
        elements: &[I],
        map: impl Fn(&I) -> T + Sync,
        each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let threads = if elements.len() > 1 { self.workers() } else { 0 };
        let mut elements = elements.iter();
        pipeline::run(threads, || elements.next(), map, each)
    }

    /// Reads a stream to its end with the thread that calls, maps its items with the others and
    /// hands out what comes of them in the order of the stream. `map` takes the items of a part of
    /// [`part_bytes`](Self::with_part_bytes), `each` what it returned.
    ///
    /// The limits are those of the reader. Memory holds at most two parts for each thread and one
    /// more, and the result of a part is handed out after the next part was read: take small parts
    /// of a stream that is slow.
    ///
    /// A panic in `map` is passed on to the caller.
    ///
    /// # Errors
    ///
    /// The first error of `each`, or of the reader after the items before it were handed out.
    ///
    #[cfg_attr(feature = "rows", doc = "```")]
    #[cfg_attr(not(feature = "rows"), doc = "```ignore")]
    /// use stixkit::{Error, Object, Reader};
    /// use stixkit::reader::{Item, Parallel};
    /// use stixkit::row::Mapper;
    /// # let stream = &br#"[{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
    /// #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}]"#[..];
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
    /// let count = |items: Vec<Item>| -> usize {
    ///     let rows = |item: Item| match item.into_object() {
    ///         Some(Object::Indicator(indicator)) => mapper.map(&indicator).rows.len(),
    ///         _ => 0,
    ///     };
    ///     items.into_iter().map(rows).sum()
    /// };
    /// let mut rows = 0;
    /// Parallel::new().map_reader(Reader::from_reader(stream), count, |count| {
    ///     rows += count;
    ///     Ok::<_, Error>(())
    /// })?;
    /// assert_eq!(rows, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map_reader<S: Source, T: Send, E: From<Error>>(
        &self,
        mut reader: Reader<S>,
        map: impl Fn(Vec<Item>) -> T + Sync,
        each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<Containers, E> {
        let mut failure = None;
        let part = || {
            let (start, mut items) = (reader.bytes_read(), Vec::new());
            while failure.is_none() && reader.bytes_read() - start < self.part_bytes as u64 {
                match reader.next() {
                    Some(Ok(item)) => items.push(item),
                    Some(Err(error)) => failure = Some(error),
                    None => break,
                }
            }
            Some(items).filter(|items| !items.is_empty())
        };
        // The thread that calls is one of them.
        pipeline::run(self.threads - 1, part, map, each)?;
        failure.map_or_else(|| Ok(Containers::of(&reader)), |error| Err(error.into()))
    }

    /// Threads for work that the calling thread only waits for. With one, it works by itself.
    fn workers(&self) -> usize {
        if self.threads > 1 { self.threads } else { 0 }
    }
}

impl Default for Parallel {
    fn default() -> Self {
        Self::new()
    }
}

impl Containers {
    fn of<S>(reader: &Reader<S>) -> Self {
        Self { members: reader.container().clone(), findings: reader.findings().to_vec() }
    }
}
