//! Real data: in the folder that `STIXKIT_CORPUS` names, or beside the project.
//!
//! ```text
//! cargo test --all-features --test it -- --ignored corpus
//! ```

use std::path::{Path, PathBuf};

use stixkit::reader::Item;
use stixkit::{FindingKind, Identifier, Level, Object, Reader};

use super::drain;

#[test]
#[ignore = "needs the corpus"]
fn every_file_is_read_and_written_back() {
    let files = files();
    let (mut objects, mut rejected) = (0, 0);
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

/// What is valid in STIX 2.0 is valid in 2.1 when it is upgraded.
#[test]
#[ignore = "needs the corpus"]
fn objects_of_20_are_valid_when_upgraded() {
    let files = files();
    let errors = |object: &Object| -> Vec<String> {
        let findings = object.check().into_iter().filter(|finding| finding.kind.level() == Level::Error);
        findings.map(|finding| finding.to_string()).collect()
    };
    let (mut valid, mut made) = (0, 0);
    for file in &files {
        let bytes = std::fs::read(file).expect("the file can be read");
        for item in Reader::from_slice(&bytes) {
            let Item::Object(accepted) = item.expect("the corpus keeps the limits") else { continue };
            let object = accepted.object;
            let is_20 = object.common().spec_version.is_none() && object.kind().is_some();
            // A property of 2.1 alone is custom in 2.0, and may break a rule of 2.1.
            let is_ahead = object.check().iter().any(|finding| finding.kind == FindingKind::OtherVersion);
            if !is_20 || is_ahead || !errors(&object).is_empty() {
                continue;
            }
            valid += 1;
            for upgraded in object.upgrade() {
                made += 1;
                assert_eq!(errors(&upgraded), [""; 0], "{}: {upgraded:?}", file.display());
            }
        }
    }
    eprintln!("{valid} valid objects of STIX 2.0 make {made} valid ones of 2.1");
    assert!(valid > 1_000);
}

/// The files of the corpus.
fn files() -> Vec<PathBuf> {
    let root = std::env::var_os("STIXKIT_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let stix = root.join("stix");
    assert!(stix.is_dir(), "no corpus at {}: set STIXKIT_CORPUS", stix.display());
    let mut files = Vec::new();
    collect(&stix, &mut files);
    files
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

/// Of the objects whose type is one of the standard's, how many are typed whole: no property set aside, no rejection.
#[test]
#[ignore = "needs the corpus"]
fn objects_of_standard_types_are_typed() {
    let files = files();
    let (mut standard, mut typed, mut unexplained) = (0_u32, 0_u32, Vec::new());
    for file in &files {
        let bytes = std::fs::read(file).expect("the file can be read");
        for item in Reader::from_slice(&bytes) {
            match item.expect("the corpus keeps the limits") {
                Item::Object(accepted) => {
                    if accepted.object.kind().is_none() {
                        continue;
                    }
                    standard += 1;
                    let set_aside = accepted.findings.iter().filter(|finding| finding.kind == FindingKind::SetAside);
                    let set_aside: Vec<_> = set_aside.map(ToString::to_string).collect();
                    typed += u32::from(set_aside.is_empty());
                    if !set_aside.is_empty() {
                        eprintln!("{}: {}", file.display(), set_aside.join("; "));
                    }
                    // What was set aside stands among the custom properties, and nothing else does under such a name.
                    let own =
                        accepted.object.custom().names().filter(|name| accepted.object.properties().contains(&&**name));
                    unexplained
                        .extend(own.filter(|_| set_aside.is_empty()).map(|name| (file.clone(), name.into_owned())));
                }
                Item::Rejected(rejected) => {
                    let kind = rejected.id.and_then(|id| Identifier::from(id.as_str()).kind());
                    if kind.is_some() {
                        standard += 1;
                        eprintln!("{}: {}", file.display(), rejected.error);
                    }
                }
            }
        }
    }
    eprintln!(
        "{typed} of {standard} objects of standard types are typed whole, {:.2} %",
        100.0 * f64::from(typed) / f64::from(standard)
    );
    assert!(standard > 5_000 && f64::from(typed) >= 0.99 * f64::from(standard));
    assert_eq!(unexplained, []);
}
