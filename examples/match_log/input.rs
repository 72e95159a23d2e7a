//! Lines of logs, and the map for them.

use std::io::{self, BufRead};

use stixkit::matching::event::{FieldMap, Scratch};

/// Longer lines are no events for the library either, and are not kept.
const MAX_LINE: usize = 17 << 20;

/// Reads a line without its end into a buffer. Returns how many bytes it had, which are none at the
/// end of the input.
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

/// Finds out which map a log needs, from its first lines.
pub(crate) struct Guess {
    /// How many values of these lines each map knows.
    counts: Vec<usize>,
    lines: usize,
    scratch: Scratch,
}

/// A log is known after so many lines.
const FIRST_LINES: usize = 20;

impl Guess {
    pub(crate) fn new() -> Self {
        Self { counts: Vec::new(), lines: 0, scratch: Scratch::new() }
    }

    /// Returns the place of the map that knows most values of the first lines, of which this may be
    /// one. `None` if no map knows any.
    pub(crate) fn best(&mut self, maps: &[(&'static str, FieldMap)], line: &[u8]) -> Option<usize> {
        self.counts.resize(maps.len(), 0);
        if self.lines < FIRST_LINES {
            self.lines += 1;
            for ((_, map), count) in maps.iter().zip(&mut self.counts) {
                *count += map.extract(line, &mut self.scratch).map_or(0, |event| event.values().len());
            }
        }
        // Of equal ones, the first.
        let places = (0..maps.len()).rev();
        places.max_by_key(|place| self.counts[*place]).filter(|place| self.counts[*place] > 0)
    }
}
