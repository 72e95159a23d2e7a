//! The first bytes of files that are not text.

/// The first bytes of files that are not text, and what they are.
const MAGIC: [(&[u8], &str); 7] = [
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"BZh", "a bzip2 file"),
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
];

/// So many of the first bytes determine the format.
pub(crate) const LONGEST_MAGIC: usize = 10;

/// What a block of bzip2 begins with, and what the end of an empty file is. The bytes before it may
/// be the beginning of a name.
const BZIP2_BLOCKS: [&[u8]; 2] = [b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"];

/// Names the format of bytes that are compressed, or in an encoding that is not read, and what to
/// do about it. `None` for everything else.
pub(crate) fn foreign_format(bytes: &[u8]) -> Option<String> {
    let (magic, name) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic))?;
    let remedy = match *magic {
        b"\x1f\x8b" if cfg!(feature = "gzip") => "decompress it, or read it as a stream",
        b"\x1f\x8b" => "decompress it, or read it as a stream with the feature `gzip`",
        b"BZh" if !BZIP2_BLOCKS.iter().any(|block| bytes.get(4..).is_some_and(|rest| rest.starts_with(block))) => {
            return None;
        }
        [0xff | 0, ..] => "convert it to UTF-8",
        _ => "decompress it",
    };
    Some(format!("{name}; {remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_decides() {
        assert!(MAGIC.iter().all(|(magic, _)| magic.len() <= LONGEST_MAGIC));
        for (bytes, named) in [
            (&b"\x1f\x8b\x08"[..], Some("a gzip file")),
            (b"BZh91AY&SY", Some("a bzip2 file")),
            (b"BZhang.example", None),
            (b"\xff\xfe{\0", None),
            (b"{}", None),
            (b"", None),
        ] {
            let format = foreign_format(bytes);
            let found = format.as_deref().and_then(|text| text.split_once(';')).map(|(name, _)| name);
            assert_eq!(found, named, "{bytes:?}");
        }
    }
}
