use std::collections::HashSet;
use std::io::{self, Read};

use stixkit::feed::{BadLine, Delimiter, Entry, FeedItem, FeedNote, FeedReader, FieldMap, Format, ValueType};
use stixkit::pattern::Pattern;
use stixkit::row::Mapper;
use stixkit::{Level, Object};

/// A field map on the first line and a feed on those after it; without a map, a list. Whatever the feed holds, reading
/// ends, says the same in place and in pieces, and every entry is a valid object.
pub(crate) fn feed(data: &[u8]) {
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (map, feed) = match serde_json::from_slice::<FieldMap>(&data[..split]) {
        Ok(map) => (map, data.get(split + 1..).unwrap_or_default()),
        Err(_) => (FieldMap::new(Format::List), data),
    };
    let written = serde_json::to_value(&map).expect("a map can be written");
    assert_eq!(serde_json::from_value::<FieldMap>(written).expect("a map that was written is read"), map);

    let whole = read(&map, feed, usize::MAX);
    lines_are_accounted_for(&map, feed);
    for max in [1, 7] {
        assert_eq!(read(&map, Pieces { bytes: feed, max }, usize::MAX), whole, "in pieces of {max}");
    }
    // What is too long is told, and costs nothing else.
    let (items, _) = read(&map, feed, 16);
    let lines = |items: &[FeedItem]| {
        items.iter().map(line).fold((0, true), |(last, is_sorted), line| (line, is_sorted && line >= last))
    };
    assert!(lines(&items).1, "{items:?}");
    assert!(lines(&whole.0).1, "{whole:?}");
    for item in &whole.0 {
        match item {
            FeedItem::Entry(own) => entry(own),
            FeedItem::Bad(own) => bad(own),
        }
    }
}

/// In a list of one value a line, each line is an entry, bad, skipped, or has no value.
fn lines_are_accounted_for(map: &FieldMap, feed: &[u8]) {
    let is_plain = map.format == Format::List && map.delimiter == Delimiter::None && map.fields.value.is_empty();
    let Some(mut reader) = FeedReader::new(map.clone(), feed).ok().filter(|_| is_plain) else { return };
    let is_whole = reader.by_ref().all(|item| item.is_ok());
    let counts = reader.counts();
    if !is_whole && counts.entries + counts.bad + counts.skipped + counts.comments == 0 {
        // It is not a feed.
        return;
    }
    let text = feed.strip_prefix(b"\xef\xbb\xbf").unwrap_or(feed);
    let has_cr = reader.notes().any(|note| note == FeedNote::CrLineEnds);
    let is_end = |(place, byte): &(usize, &u8)| {
        let after_cr = *place > 0 && text[place - 1] == b'\r';
        if has_cr { **byte == b'\r' || (**byte == b'\n' && !after_cr) } else { **byte == b'\n' }
    };
    let ends = text.iter().enumerate().filter(is_end).count() as u64;
    let is_ended = text.ends_with(b"\n") || (has_cr && text.ends_with(b"\r"));
    let lines = ends + u64::from(!text.is_empty() && !is_ended);
    let all = counts.entries + counts.bad + counts.skipped + counts.comments;
    assert_eq!(all, lines, "{counts:?}");
}

/// The items, and why it ended if that was before the end.
fn read(map: &FieldMap, input: impl Read, max_item_bytes: usize) -> (Vec<FeedItem>, Option<String>) {
    let mut items = Vec::new();
    let reader = match FeedReader::new(map.clone(), input) {
        Ok(reader) => reader.with_max_item_bytes(max_item_bytes),
        Err(error) => return (items, Some(error.to_string())),
    };
    for item in reader {
        match item {
            Ok(item) => items.push(item),
            Err(error) => return (items, Some(error.to_string())),
        }
    }
    (items, None)
}

fn line(item: &FeedItem) -> u64 {
    match item {
        FeedItem::Entry(entry) => entry.line,
        FeedItem::Bad(bad) => bad.line,
    }
}

fn bad(bad: &BadLine) {
    let shown = bad.to_string();
    assert!(bad.text.len() <= 200 && !shown.is_empty(), "{shown}");
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
}

/// An entry is a valid object, always the same, whose pattern has the value alone.
fn entry(entry: &Entry) {
    let now: chrono::DateTime<chrono::Utc> = "2024-05-20T00:00:00Z".parse().expect("it is an instant");
    assert!(
        !entry.value.is_empty() && entry.context.confidence.is_none_or(|confidence| confidence <= 100),
        "{entry:?}"
    );
    let object = entry.to_object("a/b", now);
    assert_eq!(object, entry.to_object("a/b", now));
    let faults: Vec<_> = object.check().into_iter().filter(|finding| finding.kind.level() == Level::Error).collect();
    assert!(faults.is_empty(), "{entry:?}: {faults:?}");
    let text = serde_json::to_string(&object).expect("an object has a JSON form");
    assert_eq!(serde_json::from_str::<Object>(&text).expect("an object that was written is read"), object);
    let Object::Indicator(indicator) = &object else {
        assert_eq!(entry.value_type, ValueType::Cve);
        return;
    };
    let pattern = Pattern::parse(&indicator.pattern).unwrap_or_else(|error| panic!("{error:#}"));
    // An endpoint is an address and a port.
    let tests = pattern.tests().count();
    let is_of_several = matches!(
        entry.value_type,
        ValueType::Endpoint | ValueType::Range | ValueType::Subdomains | ValueType::Composite | ValueType::Pattern
    );
    assert!(tests == 1 || is_of_several, "{entry:?}");
    let mapper = Mapper::new(now).with_source("a/b");
    let outcome = mapper.map(indicator);
    let may_lack = matches!(entry.value_type, ValueType::Subdomains | ValueType::Pattern);
    assert!(may_lack || outcome.rows.iter().all(|row| row.observable.is_some()), "{outcome:?}");
    let identities: HashSet<_> = outcome.rows.iter().map(|row| row.identity()).collect();
    assert_eq!(identities.len(), outcome.rows.len(), "two rows have one identity");
}

/// A stream that gives at most so many bytes at a time.
struct Pieces<'a> {
    bytes: &'a [u8],
    max: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.max.min(buffer.len());
        self.bytes.read(&mut buffer[..len])
    }
}
