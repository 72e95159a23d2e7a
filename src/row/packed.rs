//! Numbers, texts and times in few bytes.

use chrono::{DateTime, Utc};

/// Appends a number: seven bits a byte, the lowest first.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        // OK because seven bits are meant.
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends the length of a text, and the text.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Appends texts after their number.
pub(super) fn put_texts<'t>(out: &mut Vec<u8>, texts: impl ExactSizeIterator<Item = &'t str>) {
    put_number(out, texts.len() as u64);
    texts.for_each(|text| put_text(out, text));
}

const MILLISECOND: u32 = 1_000_000;

/// Appends an instant: seconds, and what is beyond them in milliseconds or nanoseconds.
pub(super) fn put_time(out: &mut Vec<u8>, time: DateTime<Utc>) {
    let (seconds, nanoseconds) = (time.timestamp(), time.timestamp_subsec_nanos());
    // Small numbers before and after 1970. OK because chrono's years take 43 bits.
    let zigzag = ((seconds << 1) ^ (seconds >> 63)) as u64;
    match nanoseconds {
        0 => put_number(out, zigzag << 2),
        _ if nanoseconds.is_multiple_of(MILLISECOND) => {
            put_number(out, zigzag << 2 | 1);
            put_number(out, u64::from(nanoseconds / MILLISECOND));
        }
        _ => {
            put_number(out, zigzag << 2 | 2);
            put_number(out, u64::from(nanoseconds));
        }
    }
}

/// Takes apart what was put together. It has only bytes that this program wrote, so what is not
/// there is nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unpacker<'b>(pub(super) &'b [u8]);

impl<'b> Unpacker<'b> {
    pub(super) fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *byte
    }

    pub(super) fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    pub(super) fn bytes(&mut self, len: usize) -> &'b [u8] {
        let (bytes, rest) = self.0.split_at_checked(len).unwrap_or((self.0, &[]));
        self.0 = rest;
        bytes
    }

    pub(super) fn array<const LEN: usize>(&mut self) -> [u8; LEN] {
        self.bytes(LEN).try_into().unwrap_or([0; LEN])
    }

    pub(super) fn len_and_bytes(&mut self) -> &'b [u8] {
        let len = self.number();
        self.bytes(usize::try_from(len).unwrap_or(usize::MAX))
    }

    pub(super) fn text(&mut self) -> &'b str {
        text_of(self.len_and_bytes())
    }

    pub(super) fn texts(&mut self) -> Vec<&'b str> {
        let count = self.number();
        (0..count).map(|_| self.text()).collect()
    }

    pub(super) fn time(&mut self) -> DateTime<Utc> {
        let number = self.number();
        let zigzag = number >> 2;
        let seconds = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        let nanoseconds = match number & 3 {
            0 => 0,
            // OK because what was put in fits.
            1 => self.number() as u32 * MILLISECOND,
            _ => self.number() as u32,
        };
        DateTime::from_timestamp(seconds, nanoseconds).unwrap_or_default()
    }
}

/// OK because all texts were texts.
pub(super) fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_comes_out() {
        let times = [
            "1969-12-31T23:59:59Z",
            "2024-05-01T10:00:00.250Z",
            "2016-12-31T23:59:60.5Z",
            "0000-01-01T00:00:00.000000001Z",
            "9999-12-31T23:59:59.999999999Z",
        ];
        let times = times.map(|time| time.parse::<DateTime<Utc>>().unwrap());
        let numbers = [0, 127, 128, u64::from(u32::MAX), u64::MAX];
        let mut out = Vec::new();
        numbers.iter().for_each(|number| put_number(&mut out, *number));
        times.iter().for_each(|time| put_time(&mut out, *time));
        put_texts(&mut out, ["", "é"].into_iter());
        let mut unpacker = Unpacker(&out);
        assert_eq!(numbers.map(|_| unpacker.number()), numbers);
        assert_eq!(times.map(|_| unpacker.time()), times);
        assert_eq!(unpacker.texts(), ["", "é"]);
        // And nothing more.
        assert_eq!((unpacker.0.len(), unpacker.number(), unpacker.text()), (0, 0, ""));
    }

    #[test]
    fn sizes() {
        let len = |text: &str| {
            let mut out = Vec::new();
            put_time(&mut out, text.parse().unwrap());
            out.len()
        };
        assert_eq!((len("2024-05-01T10:00:00Z"), len("2024-05-01T10:00:00.250Z")), (5, 7));
    }
}
