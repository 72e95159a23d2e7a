//! What happens to every program alike: a reader that goes away, paths that are not UTF-8, compressed files.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::{FEED, GOLDEN, command, top};

/// Runs a program whose output nobody reads, and perhaps not its errors either.
#[track_caller]
fn run_unread(mut command: Command, input: &[u8], reads_errors: bool) {
    let closed = || {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    command.stdin(Stdio::piped()).stdout(closed());
    command.stderr(if reads_errors { Stdio::piped() } else { closed() });
    let what = format!("{command:?}");
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().unwrap()
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("panicked"), "{what}: {errors}");
    assert!(output.status.code().is_some_and(|code| code != 101), "{what}: {:?}", output.status);
    if reads_errors {
        assert_eq!(output.status.code(), Some(0), "{what}: {errors}");
    }
}

#[test]
fn a_closed_pipe_ends_a_program_quietly() {
    let pattern = br#"{"pattern":"[file:size = 1]"}"#;
    for (name, arguments, input) in [
        ("read", &[FEED][..], &b""[..]),
        ("rows", &[FEED], b""),
        ("roundtrip", &["--emit", FEED, GOLDEN], b""),
        ("feed_to_rows", &[FEED, GOLDEN], b""),
        ("feed_to_rows", &["--format", "jsonl", FEED], b""),
        ("feed_to_rows", &["--summary", FEED], b""),
        ("pattern", &[], pattern),
        ("pattern", &["--pretty", "[file:size = 1]"], b""),
        #[cfg(feature = "csv")]
        ("feed_to_rows", &["--format", "csv", FEED], b""),
        #[cfg(feature = "arrow")]
        ("feed_to_rows", &["--format", "arrow", FEED], b""),
        #[cfg(feature = "parquet")]
        ("feed_to_rows", &["--format", "parquet", FEED], b""),
        #[cfg(feature = "reqwest")]
        ("poll", &[], b""),
        #[cfg(feature = "match")]
        ("match_log", &[], b""),
        #[cfg(all(feature = "match", feature = "reqwest"))]
        ("agent", &[], b""),
    ] {
        run_unread(command(name, arguments), input, true);
        run_unread(command(name, arguments), input, false);
    }
    for (name, argument) in [("roundtrip", "--no-such-option"), ("feed_to_rows", "--no"), ("pattern", "--no")] {
        run_unread(command(name, &[argument]), b"", false);
    }
}

/// A file for a test, which is removed in the end.
struct File(std::path::PathBuf);

impl File {
    fn new(name: impl AsRef<std::ffi::OsStr>, bytes: &[u8]) -> Self {
        let mut own = std::ffi::OsString::from(format!("stixkit-pipes-{}-", std::process::id()));
        own.push(name);
        let path = std::env::temp_dir().join(own);
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}

// Only there may names be any bytes.
#[cfg(target_os = "linux")]
#[test]
fn b20_a_path_need_not_be_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let file = File::new(OsStr::from_bytes(b"f\xff.json"), &std::fs::read(top().join(FEED)).unwrap());
    for name in ["read", "rows", "roundtrip", "feed_to_rows"] {
        assert!(!super::run(name, &[&file.0], 0).out.is_empty(), "{name}");
    }
    let missing = OsStr::from_bytes(b"/no-such-folder/f\xff.json");
    for (name, code) in [("read", 1), ("rows", 1), ("roundtrip", 2), ("feed_to_rows", 2), ("pattern", 2)] {
        let ended = super::run(name, &[missing], code);
        assert!(!ended.err.is_empty() && !ended.err.contains("panicked"), "{name}: {}", ended.err);
    }
    #[cfg(feature = "reqwest")]
    for (name, code) in [("taxii_push", 2), ("poll", 1)] {
        let ended = super::run(name, &[missing], code);
        assert!(!ended.err.is_empty() && !ended.err.contains("panicked"), "{name}: {}", ended.err);
    }
}

/// A gzip file whose blocks are stored as they are (RFC 1951, section 3.2.4). The crate's own tests
/// have compressed ones; here a crate that compresses would delay every example.
#[cfg(feature = "gzip")]
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut file = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        file.push(u8::from(blocks.peek().is_none()));
        file.extend(length.to_le_bytes());
        file.extend((!length).to_le_bytes());
        file.extend(block);
    }
    let bit = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit));
    file.extend((!crc).to_le_bytes());
    file.extend((bytes.len() as u32).to_le_bytes());
    file
}

#[cfg(feature = "gzip")]
#[test]
fn b33_compressed_files_are_read() {
    let file = File::new("feed.json.gz", &gzip(&std::fs::read(top().join(FEED)).unwrap()));
    let source = ["--source", "feed", "--now", "2024-06-01T00:00:00Z"];
    for (name, options) in [("read", &[][..]), ("rows", &[]), ("feed_to_rows", &source)] {
        let with = |path: &str| super::run(name, &[options, &[path]].concat(), 0).out;
        assert_eq!(with(file.0.to_str().unwrap()), with(FEED), "{name}");
    }
    assert_eq!(super::run("roundtrip", &[&file.0], 0).objects()[0]["equal"], true);
}
