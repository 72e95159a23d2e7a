//! Runs what fuzzing checks on the seeds and on every input that fuzzing found fault with.
//!
//! A new finding goes into `tests/regressions/<target>/`, made small and with a name that tells what was wrong.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::checks;

/// Runs every file of a target and fails with the names of those that break a promise.
#[track_caller]
fn replay(target: &str, check: fn(&[u8])) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut count = 0;
    let mut broken = Vec::new();
    for folder in ["seeds", "regressions"] {
        // Git keeps no empty folder, so one without findings may be absent.
        let Ok(entries) = fs::read_dir(tests.join(folder).join(target)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let data = fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            if catch_unwind(AssertUnwindSafe(|| check(&data))).is_err() {
                broken.push(path);
            }
            count += 1;
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(count >= 15, "only {count} inputs for {target}");
}

#[test]
fn read() {
    replay("read", checks::read);
}

#[test]
fn read_in_chunks() {
    replay("read", checks::read_in_chunks);
}

#[test]
fn pattern_parse() {
    replay("pattern_parse", checks::pattern_parse);
}

#[cfg(feature = "rows")]
#[test]
fn row_map() {
    replay("row_map", checks::row_map);
}

#[cfg(feature = "match")]
#[test]
fn matching() {
    replay("match", checks::matching);
}

#[cfg(feature = "match")]
#[test]
fn scan_json() {
    replay("scan_json", checks::scan_json);
}

#[cfg(feature = "match")]
#[test]
fn snapshot() {
    replay("snapshot", checks::snapshot);
}

#[cfg(feature = "taxii")]
#[test]
fn taxii_page() {
    replay("taxii_page", checks::taxii_page);
}

#[cfg(feature = "taxii")]
#[test]
fn checkpoint() {
    replay("checkpoint", checks::checkpoint);
}

#[cfg(feature = "csv")]
#[test]
fn csv() {
    replay("csv", checks::csv);
}

#[cfg(feature = "rows")]
#[test]
fn feed() {
    replay("feed", checks::feed);
}

#[cfg(feature = "rows")]
#[test]
fn upserts() {
    replay("upserts", checks::upserts);
}

#[test]
fn validate() {
    replay("validate", checks::validate);
}

#[test]
fn upgrade() {
    replay("upgrade", checks::upgrade);
}

#[cfg(feature = "rows")]
#[test]
fn translate() {
    replay("translate", checks::translate);
}
