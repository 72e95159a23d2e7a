//! The corpus of real files, for the tests that are ignored where it is absent.

use std::path::{Path, PathBuf};

#[cfg(feature = "rows")]
use serde_json::{Map, Value};

/// Where the corpus is if there is one.
pub(crate) fn beside() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    std::env::var_os("STIXKIT_CORPUS").map_or_else(beside, PathBuf::from)
}

/// The folder beside the project, or the one that `STIXKIT_CORPUS` names.
pub(crate) fn folder() -> PathBuf {
    let folder = beside();
    assert!(folder.is_dir(), "no corpus at {}: set STIXKIT_CORPUS", folder.display());
    folder
}

/// All files with STIX objects, and what was published with them.
pub(crate) fn files() -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder().join("stix")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

/// The indicators of all files that are JSON, wherever they are in them.
#[cfg(feature = "rows")]
pub(crate) fn indicators() -> Vec<Map<String, Value>> {
    fn collect(value: Value, found: &mut Vec<Map<String, Value>>) {
        match value {
            Value::Object(members) => {
                if members.get("type").is_some_and(|name| name == "indicator") {
                    found.push(members.clone());
                }
                members.into_iter().for_each(|(_, value)| collect(value, found));
            }
            Value::Array(values) => values.into_iter().for_each(|value| collect(value, found)),
            _ => {}
        }
    }

    let mut found = Vec::new();
    for file in files() {
        if let Some(value) = std::fs::read(file).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
            collect(value, &mut found);
        }
    }
    found
}
