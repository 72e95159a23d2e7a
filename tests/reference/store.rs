//! Folders of objects, against the file system store of the package `stix2`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use stixkit::Object;
use stixkit::object::{Identity, Malware, Url};
use stixkit::reader::store::Store;
use stixkit::{Identifier, Timestamp};

use super::{RELEASE, python};

/// The paths of all files below a folder, from there.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => drop(files.insert(path.strip_prefix(folder).unwrap().to_owned())),
        }
    }
    files
}

#[test]
#[ignore = "needs the Python package stix2"]
fn folders_are_those_of_stix2() {
    let python = python::with("stix2", Some(RELEASE)).unwrap_or_else(|missing| panic!("{missing}"));
    let folder = std::env::temp_dir().join(format!("stixkit-folders-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let (ours, theirs) = (folder.join("ours"), folder.join("theirs"));
    fs::create_dir_all(&theirs).unwrap();

    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let mut store = Store::new();
    for (modified, name) in [
        ("2024-01-03T00:00:00Z", "first"),
        ("2024-01-03T00:00:00.250Z", "second"),
        ("2024-02-03T10:20:30.123456Z", "third"),
    ] {
        let mut malware = Malware::new(at("2024-01-01T00:00:00.000Z"), name, false);
        malware.common.id = Identifier::from("malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b");
        malware.common.modified = Some(at(modified));
        store.insert(malware);
    }
    store.insert(Identity::new(at("2024-01-01T00:00:00.000Z"), "Example CERT"));
    store.insert(Url::new("https://example.org/"));
    assert!(store.write_dir(&ours).unwrap().is_empty());

    let printed = python::run(&python, "stix2_store.py", &[ours, theirs.clone()], String::new());
    let ids: Vec<_> = printed.lines().filter_map(|line| line.split(' ').next()).collect();
    let mut expected: Vec<String> = store.all_versions().map(|object| object.id().to_string()).collect();
    expected.sort_unstable();
    assert_eq!(ids, expected, "stix2 finds all versions");
    assert_eq!(files(&folder.join("ours")), files(&theirs), "a version has the same file");

    let mut again = Store::new();
    let added = again.read_dir(&theirs).unwrap();
    assert_eq!((added.new, added.newer + added.older, added.rejected), (3, 2, 0));
    let names = |store: &Store| -> Vec<String> {
        let text = |object: &Object| {
            format!("{} {:?}", object.id(), object.common().modified.as_ref().map(Timestamp::instant))
        };
        let mut all: Vec<_> = store.all_versions().map(text).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(names(&again), names(&store), "what stix2 wrote is read");
    fs::remove_dir_all(&folder).unwrap();
}
