//! The reader, through the public interface alone.
//!
//! [`read`] is what nearly every test here starts with. It reads an input in place, as a stream in pieces of several
//! sizes and, with the feature `parallel`, by several threads. It holds for each of them what has to hold for all inputs:
//! the same items in the same order at the same places, nothing lost on the way back, and an input that is used up at the
//! end.

mod broken;
mod bundle;
mod containers;
mod corpus;
mod generated;
mod hostile;
#[cfg(feature = "parallel")]
mod parallel;
mod quirks;
mod store;

use std::io::{self, Read};

use stixkit::error::{ErrorKind, Position};
use stixkit::reader::{Accepted, Item, Limits, Rejected, Source};
use stixkit::{Error, Finding, FindingKind, Json, Object, Properties, Reader};

/// All that a reader says about an input.
#[derive(Debug, Default)]
struct Seen {
    objects: Vec<Accepted>,
    rejected: Vec<Rejected>,
    /// What the containers are found to be like. Findings on an object are with the object.
    findings: Vec<Finding>,
    container: Properties,
    /// Why the reader stopped, where that was before the end.
    error: Option<Error>,
    /// One line for each item, and some for the rest: what has to be the same however the bytes come in.
    lines: Vec<String>,
}

impl Seen {
    /// The one item, which was read.
    #[track_caller]
    fn object(&self) -> &Object {
        let [only] = &self.objects[..] else { panic!("not one object: {:?}", self.lines) };
        assert!(self.rejected.is_empty(), "{:?}", self.lines);
        &only.object
    }

    /// The one item, which was rejected.
    #[track_caller]
    fn rejection(&self) -> &Rejected {
        let [only] = &self.rejected[..] else { panic!("not one rejection: {:?}", self.lines) };
        only
    }

    /// The identifiers of what was read, in order.
    fn ids(&self) -> Vec<String> {
        self.objects.iter().map(|accepted| accepted.object.id().to_string()).collect()
    }

    /// The findings of all objects, then those of the containers: kind, path and place.
    fn found(&self) -> Vec<(FindingKind, &str, Position)> {
        let of_objects = self.objects.iter().flat_map(|accepted| &accepted.findings);
        let place = |finding: &Finding| finding.position.expect("a reader's finding has a place");
        of_objects.chain(&self.findings).map(|finding| (finding.kind, &*finding.path, place(finding))).collect()
    }

    /// What a check of each object finds: kind and path.
    fn checked(&self) -> Vec<(FindingKind, String)> {
        let findings = self.objects.iter().flat_map(|accepted| accepted.object.check());
        findings.map(|finding| (finding.kind, finding.path)).collect()
    }

    /// The rejections: kind, path and place of the fault.
    fn faults(&self) -> Vec<(ErrorKind, &str, Position)> {
        self.rejected.iter().map(|rejected| fault(&rejected.error)).collect()
    }
}

fn fault(error: &Error) -> (ErrorKind, &str, Position) {
    (error.kind(), error.path(), error.position().expect("a fault has a place"))
}

/// Where `part` stands first in `text`.
#[track_caller]
fn at(text: &str, part: &str) -> Position {
    let offset = text.find(part).expect("the part is in the text");
    let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = 1 + text[..offset].matches('\n').count();
    Position { offset: offset as u64, line: line as u64, column: (offset - line_start + 1) as u64 }
}

/// Reads an input in place and as streams, and holds that all see the same and lose nothing.
#[track_caller]
fn read(input: impl AsRef<[u8]>) -> Seen {
    read_within(Limits::default(), input)
}

/// The same with limits of one's own.
#[track_caller]
fn read_within(limits: Limits, input: impl AsRef<[u8]>) -> Seen {
    let input = input.as_ref();
    let seen = drain(Reader::from_slice(input).with_limits(limits));
    for sizes in [&[usize::MAX][..], &[7], &[1], &[3, 64, 1, 9]] {
        let streamed = drain(Reader::from_reader(Pieces::halting(input, sizes)).with_limits(limits));
        assert_same(&streamed, &seen, input, sizes);
    }
    #[cfg(feature = "parallel")]
    parallel::assert_parallel(limits, input);
    seen
}

#[track_caller]
fn assert_same(streamed: &Seen, seen: &Seen, input: &[u8], sizes: &[usize]) {
    for (streamed, own) in streamed.lines.iter().zip(&seen.lines) {
        assert_eq!(streamed, own, "in pieces of {sizes:?} and in place: {}", input.escape_ascii());
    }
    let input = &input[..input.len().min(1000)];
    assert_eq!(streamed.lines.len(), seen.lines.len(), "in pieces of {sizes:?}: {}", input.escape_ascii());
}

/// Reads to the end, and holds that every object is written back as it was sent.
#[track_caller]
fn drain<S: Source>(mut reader: Reader<S>) -> Seen {
    let mut seen = Seen::default();
    while let Some(item) = reader.next() {
        let (path, place) = (reader.path(), reader.position());
        match item {
            Ok(Item::Object(accepted)) => {
                let (index, offset, findings) = (accepted.index, accepted.offset, &accepted.findings);
                assert_eq!(offset, place.offset);
                let written = serde_json::to_string(&accepted.object).expect("an object has a JSON form");
                let sent = Json::new(reader.raw()).expect("an object is read from JSON");
                assert_eq!(Json::new(&written).expect("an object's form is JSON"), sent);
                seen.lines.push(format!("{index} {path} {place:?} {written} {findings:?}"));
                seen.objects.push(accepted);
            }
            Ok(Item::Rejected(rejected)) => {
                let Rejected { index, position, id, error, raw, .. } = &rejected;
                let fault = error.position().expect("a fault has a place");
                assert!(position.offset <= fault.offset, "{error}");
                let raw = raw.escape_ascii();
                seen.lines.push(format!("{index} {path} {position:?} {id:?} {error} {fault:?} {raw}"));
                seen.rejected.push(rejected);
            }
            Err(error) => {
                seen.lines.push(error.to_string());
                seen.error = Some(error);
            }
        }
    }
    assert!(reader.next().is_none(), "a reader that has ended goes on");
    seen.findings = reader.findings().to_vec();
    seen.container = reader.container().clone();
    seen.lines.push(format!("{} bytes, {:?}, {:?}", reader.bytes_read(), seen.findings, seen.container));
    seen
}

/// A stream that gives its bytes in pieces of these sizes, in turn.
///
/// [`halting`](Self::halting) says behind each piece that there is no more for now, as a terminal does and as [`Read`]
/// allows: a reader that collects until then sees its window end behind every piece, anywhere in an object.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'a, usize>>,
    halts: bool,
    is_between: bool,
}

impl<'a> Pieces<'a> {
    fn new(bytes: &'a [u8], sizes: &'a [usize]) -> Self {
        Self { bytes, sizes: sizes.iter().cycle(), halts: false, is_between: false }
    }

    fn halting(bytes: &'a [u8], sizes: &'a [usize]) -> Self {
        Self { halts: true, ..Self::new(bytes, sizes) }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.is_between) {
            return Ok(0);
        }
        let size = self.sizes.next().copied().unwrap_or(usize::MAX);
        let len = size.min(self.bytes.len()).min(buffer.len());
        buffer[..len].copy_from_slice(&self.bytes[..len]);
        self.bytes = &self.bytes[len..];
        self.is_between = self.halts && len > 0;
        Ok(len)
    }
}
