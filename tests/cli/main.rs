//! The examples as programs: exit codes, output, summaries and state files.
//!
//! `cargo test` builds the examples before it runs this. To run this target alone, build them first, with the same
//! features: `cargo build --all-features --examples && cargo test --all-features --test cli`.

mod check;
mod copied;
mod feed_to_rows;
mod hunt;
#[cfg(feature = "match")]
mod match_log;
mod pattern;
mod pipes;
mod relations;
mod roundtrip;
mod share;
#[cfg(feature = "reqwest")]
mod taxii;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The sample feed, which the examples embed, too.
const FEED: &str = "tests/fixtures/feed.json";
/// Indicators with every path and every form of pattern that the rules of mapping know.
const GOLDEN: &str = "tests/fixtures/golden/feed.json";
/// A file that does not exist.
const MISSING: &str = "tests/fixtures/no-such-file";

/// What a program printed, and how it ended.
struct Ended {
    what: String,
    code: Option<i32>,
    out: Vec<u8>,
    err: String,
}

impl Ended {
    /// The standard output as text.
    fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap_or_else(|error| panic!("{}: {error}", self.what))
    }

    fn lines(&self) -> Vec<&str> {
        self.text().lines().collect()
    }

    /// The lines of the output that are JSON objects.
    #[track_caller]
    fn objects(&self) -> Vec<Value> {
        let object = |line: &str| serde_json::from_str(line).ok().filter(Value::is_object);
        self.text().lines().filter_map(object).collect()
    }

    /// The summary: an object, the last line on the standard error.
    #[track_caller]
    fn summary(&self) -> Value {
        let last = self.err.lines().last().unwrap_or_default();
        let summary = serde_json::from_str(last).ok().filter(Value::is_object);
        summary.unwrap_or_else(|| panic!("{}: the last line is not a summary: {}", self.what, self.err))
    }

    /// A number of the summary.
    #[track_caller]
    fn count(&self, name: &str) -> u64 {
        let summary = self.summary();
        summary[name].as_u64().unwrap_or_else(|| panic!("{}: no {name} in {summary}", self.what))
    }
}

/// The top of the repository, where the examples run and from where files are named.
fn top() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The program that an example was built into, beside the one that runs now.
fn example(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a test is a program");
    let profile = own.parent().and_then(Path::parent).expect("it is in a folder of a profile");
    let program = profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.is_file(), "{program:?} is missing: run `cargo build --examples` with the features of this test");
    program
}

fn command(name: &str, arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(example(name));
    // A proxy is of no use to servers of this machine.
    command.args(arguments).env("NO_PROXY", "127.0.0.1").current_dir(top());
    command
}

/// Runs a program to its end with this standard input, and holds that it exits with this code.
#[track_caller]
fn run_with(mut command: Command, input: &[u8], code: i32) -> Ended {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let what = format!("{command:?}");
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{what}: {error}"));
    let mut stdin = child.stdin.take().expect("it is piped");
    let output = std::thread::scope(|scope| {
        // Programs that do not read it close it, which is no fault.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().unwrap_or_else(|error| panic!("{what}: {error}"))
    });
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    let ended = Ended { what, code: output.status.code(), out: output.stdout, err };
    assert_eq!(ended.code, Some(code), "{}: {}", ended.what, ended.err);
    ended
}

/// Runs an example, which reads nothing from the standard input, and holds that it exits with this code.
#[track_caller]
fn run(name: &str, arguments: &[impl AsRef<OsStr>], code: i32) -> Ended {
    run_with(command(name, arguments), &[], code)
}
