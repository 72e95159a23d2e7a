//! The interpreter that the reference implementations run in: the one that `STIXKIT_PYTHON` names, else `python3`.
//!
//! The tests that need it are ignored unless they are asked for, and then fail if it lacks a package.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The interpreter, if it has this release of a package, or any where none is named. An error says what is missing.
pub(super) fn with(package: &str, release: Option<&str>) -> Result<OsString, String> {
    const PROBE: &str = "import importlib.metadata, sys; assert sys.version_info >= (3, 10), sys.version; \
                         print(importlib.metadata.version(sys.argv[1]))";
    let python = std::env::var_os("STIXKIT_PYTHON").unwrap_or_else(|| OsString::from("python3"));
    let wanted = release.map_or_else(|| package.to_owned(), |release| format!("{package}=={release}"));
    let needed = |found: &str| {
        format!(
            "{python:?} must be Python 3.10 or later with {wanted} ({found}); try `pip install {wanted}`, or set \
             STIXKIT_PYTHON to another interpreter"
        )
    };
    let probe =
        Command::new(&python).args(["-c", PROBE, package]).output().map_err(|error| needed(&error.to_string()))?;
    if !probe.status.success() {
        return Err(needed(String::from_utf8_lossy(&probe.stderr).lines().last().unwrap_or("it fails")));
    }
    let found = String::from_utf8_lossy(&probe.stdout);
    if release.is_some_and(|release| release != found.trim()) {
        return Err(needed(&format!("it is {}", found.trim())));
    }
    Ok(python)
}

/// Runs a script of this folder and returns what it prints.
pub(super) fn run(python: &OsStr, script: &str, arguments: &[PathBuf], input: String) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(script);
    let mut child = Command::new(python)
        .arg(&script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("what ran just now runs again");
    let mut stdin = child.stdin.take().expect("there is a pipe");
    // Both pipes are of finite size. A script that ends early says so with its exit code.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("its output can be read");
    assert!(output.status.success(), "{script:?}: {}", String::from_utf8_lossy(&output.stderr));
    writer.join().expect("writing does not panic").expect("the script reads all of its input");
    String::from_utf8(output.stdout).expect("the script prints UTF-8")
}
