use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use stixkit::error::{ErrorKind, Position};
use stixkit::object::PropertyValue;
use stixkit::reader::{Item, Limits, Source};
use stixkit::{Finding, Json, Object, Properties, Reader};

use super::json;

/// How much a stream reads at a time. Not part of the API: where it is wrong, [`across_the_end_of_a_chunk`] checks less.
const CHUNK: usize = 128 * 1024;

/// Any bytes: reading ends, says the same in place and streaming, keeps its limits and loses nothing.
pub(crate) fn read(data: &[u8]) {
    let seen = see(Reader::from_slice(data), data);
    places(&seen, data);
    assert_same(&seen, &see(Reader::from_reader(Pieces::new(data)), data));
    if let Ok(text) = std::str::from_utf8(data) {
        assert_same(&seen, &see(Reader::from_str(text), data));
        one_custom_object(text);
    }
    for item in &seen.items {
        if let Seen::Object { object, raw, .. } = item {
            round_trip(object, raw);
        }
    }
    within_limits(data);
    across_the_end_of_a_chunk(data, (hash(data) >> 33) as usize % (data.len() + 1));
}

/// Streaming with the end of a chunk at many places. For replays: it takes many times as long as [`read`].
pub(crate) fn read_in_chunks(data: &[u8]) {
    (0..=data.len()).step_by(1 + data.len() / 16).for_each(|inside| across_the_end_of_a_chunk(data, inside));
}

#[derive(Debug, PartialEq)]
enum Seen {
    Object {
        object: Box<Object>,
        index: u64,
        position: Position,
        path: String,
        findings: Vec<Finding>,
        raw: String,
    },
    Rejected {
        index: u64,
        position: Position,
        id: Option<String>,
        kind: ErrorKind,
        reason: String,
        path: String,
        fault: Option<Position>,
        raw: Vec<u8>,
    },
}

impl Seen {
    /// Index, position and raw text.
    fn place(&self) -> (u64, Position, &[u8]) {
        match self {
            Self::Object { index, position, raw, .. } => (*index, *position, raw.as_bytes()),
            Self::Rejected { index, position, raw, .. } => (*index, *position, raw),
        }
    }
}

/// All that a reader says of an input.
#[derive(Debug, PartialEq)]
struct Whole {
    items: Vec<Seen>,
    end: Option<(ErrorKind, String)>,
    findings: Vec<Finding>,
    container: Properties,
    bytes_read: u64,
}

/// Reads `data` to its end.
fn see<S: Source>(mut reader: Reader<S>, data: &[u8]) -> Whole {
    let mut items = Vec::new();
    let mut end = None;
    let mut bytes_read = 0;
    while let Some(item) = reader.next() {
        let item = match item {
            Ok(Item::Object(accepted)) => {
                let position = reader.position();
                assert_eq!(position.offset, accepted.offset);
                accepted.object.check();
                Seen::Object {
                    object: Box::new(accepted.object),
                    index: accepted.index,
                    position,
                    path: reader.path(),
                    findings: accepted.findings,
                    raw: reader.raw().to_owned(),
                }
            }
            Ok(Item::Rejected(rejected)) => {
                rejected.json();
                Seen::Rejected {
                    index: rejected.index,
                    position: rejected.position,
                    kind: rejected.error.kind(),
                    reason: rejected.error.reason(),
                    path: rejected.error.path().to_owned(),
                    fault: rejected.error.position(),
                    id: rejected.id,
                    raw: rejected.raw,
                }
            }
            Err(error) => {
                end = Some((error.kind(), error.to_string()));
                break;
            }
        };
        let (index, position, raw) = item.place();
        assert_eq!(index, items.len() as u64, "items are counted from 0");
        let start = usize::try_from(position.offset).expect("a place in memory");
        assert!(data[start..].starts_with(raw), "the raw text stands where the item does: {item:?}");
        assert!(reader.bytes_read() > bytes_read, "every item goes on in the input: {item:?}");
        bytes_read = reader.bytes_read();
        items.push(item);
    }
    assert!(reader.next().is_none(), "nothing follows the end");
    let (findings, container) = (reader.findings().to_vec(), reader.container().clone());
    Whole { items, end, findings, container, bytes_read: reader.bytes_read() }
}

/// Lines and columns are what a person counts.
fn places(seen: &Whole, data: &[u8]) {
    for item in &seen.items {
        let (_, position, _) = item.place();
        let start = usize::try_from(position.offset).expect("a place in memory");
        assert_eq!(position, position_of(data, start), "{item:?}");
    }
}

fn position_of(data: &[u8], offset: usize) -> Position {
    let before = &data[..offset];
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    Position { offset: offset as u64, line, column: (offset - line_start) as u64 + 1 }
}

/// Shows the first item that differs and not all of both.
#[track_caller]
fn assert_same(a: &Whole, b: &Whole) {
    for (a, b) in a.items.iter().zip(&b.items) {
        assert_eq!(a, b);
    }
    assert_eq!(a.items.len(), b.items.len(), "{:?}\n{:?}", a.items.last(), b.items.last());
    assert_eq!((&a.end, &a.findings, &a.container, a.bytes_read), (&b.end, &b.findings, &b.container, b.bytes_read));
}

/// What was read is written so that it means the same, and reads as the same object.
fn round_trip(object: &Object, raw: &str) {
    let written = serde_json::to_string(object).expect("an object that was read can be written");
    let again: Object = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(*object, again, "{written}");
    let sent = Json::new(raw).unwrap_or_else(|error| panic!("{error}: {raw}"));
    assert_eq!(sent, Json::new(&written).expect("what is written is JSON"));
    let direct: Object = serde_json::from_str(raw).unwrap_or_else(|error| panic!("{error}: {raw}"));
    assert_eq!(*object, direct, "{raw}");
    look_at(object);
    for upgraded in direct.upgrade() {
        let written = serde_json::to_string(&upgraded).expect("an object can be written");
        let again: Object = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
        assert_eq!(upgraded, again, "{written}");
    }
}

/// By name, by path, by reference: what is there is found, and nothing of it panics.
fn look_at(object: &Object) {
    let PropertyValue::Map(members) = object.view() else { panic!("an object is a map") };
    for name in members.names() {
        assert!(object.property(&name).is_some(), "{name:?} of {object:?}");
        _ = object.select(&name);
    }
    serde_json::to_string(&object.view()).expect("what is seen can be written");
    assert!(object.check().iter().all(|finding| !finding.detail.is_empty()));
    assert!(object.references().all(|reference| !reference.property.is_empty()));
    assert!(object.deterministic_id().is_none_or(|id| id.is_canonical()));
}

/// With limits so small that small inputs break them.
fn within_limits(data: &[u8]) {
    let limits = Limits::default()
        .with_depth(4)
        .with_string_bytes(48)
        .with_object_bytes(256)
        .with_objects(6)
        .with_total_bytes(1024);
    let seen = see(Reader::from_slice(data).with_limits(limits), data);
    assert_same(&seen, &see(Reader::from_reader(Pieces::new(data)).with_limits(limits), data));
    assert!(seen.items.len() as u64 <= limits.objects);
    for item in &seen.items {
        match item {
            Seen::Object { raw, .. } => {
                assert!(raw.len() <= limits.object_bytes, "{raw}");
                assert!(json::depth(raw) <= limits.depth, "{raw}");
                assert!(json::longest_string(raw) <= limits.string_bytes, "{raw}");
            }
            Seen::Rejected { position, .. } => assert!(position.offset <= limits.total_bytes),
        }
    }
    if seen.end.is_none() {
        assert!(seen.bytes_read <= limits.total_bytes.max(data.len() as u64));
    }
}

/// The text as the value of a property: the reader takes the object exactly when `serde_json` does.
fn one_custom_object(text: &str) {
    let document = format!(r#"{{"type":"x-a","id":"x-a--1","x_value":{text}}}"#);
    let is_json = serde_json::from_str::<IgnoredAny>(&document).is_ok();
    let limits = Limits::default();
    if is_json {
        // The text may bring a `type` of its own, or a name that is no text.
        let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(&document) else { return };
        let is_custom = members["type"].get() == r#""x-a""# && members["id"].get() == r#""x-a--1""#;
        if !is_custom || json::depth(&document) > limits.depth {
            return;
        }
    }
    let seen = see(Reader::from_str(&document), document.as_bytes());
    let is_read = matches!(&seen.items[..], [Seen::Object { raw, .. }] if *raw == document);
    assert_eq!(is_read, is_json, "{document}\n{seen:?}");
}

/// The input behind an object so long that the stream's first chunk ends `inside` bytes into the input.
fn across_the_end_of_a_chunk(data: &[u8], inside: usize) {
    let inside = inside.min(CHUNK / 2);
    let (head, tail) = (&br#"{"type":"x-long","id":"x-long--1","x_text":""#[..], &b"\"}\n"[..]);
    let mut long = head.to_vec();
    long.resize(CHUNK - inside - tail.len(), b'-');
    long.extend_from_slice(tail);
    long.extend_from_slice(data);
    assert_same(&see(Reader::from_slice(&long), &long), &see(Reader::from_reader(Pieces::new(&long)), &long));
}

/// Gives bytes in pieces whose sizes follow from the bytes.
pub(super) struct Pieces<'a> {
    rest: &'a [u8],
    state: u64,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { rest: data, state: hash(&data[data.len().saturating_sub(4096)..]) }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // A few bytes at a time near the end, where the input is, and many before.
        let most = if self.rest.len() < 4096 && self.state >> 63 == 0 { 8 } else { 1 << 16 };
        let len = (1 + (self.state >> 33) as usize % most).min(self.rest.len()).min(buffer.len());
        buffer[..len].copy_from_slice(&self.rest[..len]);
        self.rest = &self.rest[len..];
        Ok(len)
    }
}

/// FNV-1a: the same on every machine.
fn hash(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
