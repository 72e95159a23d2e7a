//! Real data, where it is at hand: `STIXKIT_CORPUS`, or beside the project.

use std::path::{Path, PathBuf};

use stixkit::Reader;

use super::drain;

#[test]
fn every_file_is_read_and_written_back() {
    let root = std::env::var_os("STIXKIT_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let stix = root.join("stix");
    if !stix.is_dir() {
        eprintln!("no corpus at {}: nothing is tested", stix.display());
        return;
    }
    let (mut files, mut objects, mut rejected) = (Vec::new(), 0, 0);
    collect(&stix, &mut files);
    for file in &files {
        let bytes = std::fs::read(file).expect("the file can be read");
        let seen = drain(Reader::from_slice(&bytes));
        let streamed = drain(Reader::from_reader(&*bytes));
        assert!(streamed.lines == seen.lines, "{}", file.display());
        assert!(seen.error.is_none(), "{}", file.display());
        objects += seen.objects.len();
        rejected += seen.rejected.len();
    }
    eprintln!("{} files, {objects} objects, {rejected} rejected", files.len());
    assert!(files.len() >= 400 && objects + rejected >= 11_000);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ext| ext == "json" || ext == "jsonl") {
            files.push(path);
        }
    }
}
