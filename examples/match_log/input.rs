//! Lines of logs, and the map for them.

use std::io::{self, BufRead};

use stixkit::matching::event::{FieldMap, Scratch};

/// Longer lines are no events for the library either, and are not kept.
const MAX_LINE: usize = 17 << 20;

/// Reads a line without its end into a buffer. Returns how many bytes it had, which are none at the end of the input.
///
/// Of a line that is too long, only the beginning is kept.
pub(crate) fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    line.clear();
    let mut count = 0;
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = memchr::memchr(b'\n', available);
        let len = end.unwrap_or(available.len());
        line.extend_from_slice(&available[..len.min(MAX_LINE.saturating_sub(line.len()))]);
        let consumed = len + usize::from(end.is_some());
        input.consume(consumed);
        count += consumed as u64;
        if end.is_some() || consumed == 0 {
            return Ok(count);
        }
    }
}

/// The map that knows most values of a line, with its name and how many they are.
pub(crate) fn best_map<'m>(maps: &'m [(&'static str, FieldMap)], line: &[u8]) -> Option<(&'m str, &'m FieldMap)> {
    let mut scratch = Scratch::new();
    let mut best: Option<(usize, &(&str, FieldMap))> = None;
    for map in maps {
        let count = map.1.extract(line, &mut scratch).map_or(0, |event| event.values().len());
        if count > best.map_or(0, |(most, _)| most) {
            best = Some((count, map));
        }
    }
    best.map(|(_, (name, map))| (*name, map))
}
