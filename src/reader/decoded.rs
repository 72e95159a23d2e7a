//! A stream that is decompressed if it has to be.

use std::io::{self, Read};

#[cfg(feature = "gzip")]
use flate2::read::MultiGzDecoder;

/// The bytes of a stream, decompressed if it starts like a gzip file and the feature `gzip` is on.
///
/// A decoder and its buffers take less than 100 KiB. How much comes out is for the reader to limit.
pub(crate) struct Decoded<R>(Inner<R>);

/// What was read to look at it, and then the stream.
#[cfg(feature = "gzip")]
type Whole<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

#[cfg(feature = "gzip")]
enum Inner<R> {
    /// Nothing was handed out. The reader is absent only while it is moved on.
    Start {
        start: Vec<u8>,
        reader: Option<R>,
    },
    Plain(Whole<R>),
    Gzip(Box<MultiGzDecoder<Whole<R>>>),
}

#[cfg(not(feature = "gzip"))]
type Inner<R> = R;

#[cfg(not(feature = "gzip"))]
impl<R: Read> Decoded<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self(reader)
    }
}

#[cfg(not(feature = "gzip"))]
impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

#[cfg(feature = "gzip")]
impl<R: Read> Decoded<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self(Inner::Start { start: Vec::new(), reader: Some(reader) })
    }
}

#[cfg(feature = "gzip")]
impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const GZIP: [u8; 2] = [0x1f, 0x8b];
        loop {
            let (start, reader) = match &mut self.0 {
                Inner::Plain(reader) => return reader.read(buffer),
                Inner::Gzip(decoder) => return decoder.read(buffer),
                Inner::Start { start, reader } => (start, reader),
            };
            if let Some(reader) = reader {
                // What was read before an error is kept in `start`.
                reader.by_ref().take((GZIP.len() - start.len()) as u64).read_to_end(start)?;
            }
            let (start, Some(reader)) = (std::mem::take(start), reader.take()) else { return Ok(0) };
            let is_gzip = start == GZIP;
            let whole = io::Cursor::new(start).chain(reader);
            self.0 = if is_gzip { Inner::Gzip(Box::new(MultiGzDecoder::new(whole))) } else { Inner::Plain(whole) };
        }
    }
}

#[cfg(all(test, feature = "gzip"))]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Hands out a byte at a time, with an error before each.
    struct Halting<'a>(&'a [u8], bool);

    impl Read for Halting<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let len = buffer.len().min(1);
            self.0.read(&mut buffer[..len])
        }
    }

    fn read(mut decoded: impl Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            match decoded.read_to_end(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result.map(|_| bytes),
            }
        }
    }

    #[test]
    fn plain_bytes_pass_and_compressed_ones_are_decompressed() {
        for bytes in [&b""[..], b"\x1f", b"{", b"{}", b"plain text"] {
            assert_eq!(read(Decoded::new(bytes)).unwrap(), bytes);
            assert_eq!(read(Decoded::new(Halting(bytes, false))).unwrap(), bytes);
            assert_eq!(read(Decoded::new(&gzip(bytes)[..])).unwrap(), bytes);
            assert_eq!(read(Decoded::new(Halting(&gzip(bytes), false))).unwrap(), bytes);
        }
        let members = [gzip(b"one"), gzip(b""), gzip(b"two")].concat();
        assert_eq!(read(Decoded::new(&members[..])).unwrap(), b"onetwo");
    }

    #[test]
    fn a_file_that_is_cut_or_broken_is_an_error() {
        let whole = gzip(&b"text".repeat(1000));
        for len in 2..whole.len() {
            assert!(read(Decoded::new(&whole[..len])).is_err(), "{len}");
        }
        let mut broken = whole;
        let last = broken.len() - 1;
        broken[last] ^= 1;
        assert!(read(Decoded::new(&broken[..])).is_err(), "the length is wrong");
    }
}
