//! Real data: in the folder that `STIXKIT_CORPUS` names, or beside the project.
//!
//! ```text
//! cargo test --all-features --test it -- --ignored corpus
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use stixkit::reader::Item;
use stixkit::{FindingKind, Identifier, Json, Level, Object, Reader};

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

/// B25: what is upgraded and downgraded again is what it was, and where it is not, it is told how.
#[test]
#[ignore = "needs the corpus"]
fn b25_objects_of_20_come_back_from_21() {
    let (mut equal, mut different) = (0, BTreeMap::<String, usize>::new());
    for file in files() {
        let bytes = std::fs::read(&file).expect("the file can be read");
        for item in Reader::from_slice(&bytes) {
            let Item::Object(accepted) = item.expect("the corpus keeps the limits") else { continue };
            let object = accepted.object;
            let upgraded = object.clone().upgrade();
            let new = upgraded.last().expect("there is at least the object");
            if *new == object {
                // It is of 2.1.
                continue;
            }
            let back = new.downgrade_with(|id| upgraded.iter().find(|own| own.id() == id));
            let back = back.unwrap_or_else(|error| panic!("{}: {error}: {object:?}", file.display())).object;
            let [before, after] =
                [&object, &back].map(|object| serde_json::to_string(object).expect("an object can be written"));
            if Json::new(&before).ok() == Json::new(&after).ok() {
                equal += 1;
                continue;
            }
            let [before, after] = [before, after].map(|text| serde_json::from_str::<Value>(&text).expect("it is JSON"));
            *different.entry(differences(&before, &after).join(", ")).or_default() += 1;
        }
    }
    eprintln!("{equal} objects of STIX 2.0 come back as they were; {different:#?}");
    let different: Vec<(&str, usize)> = different.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    // Observables are numbered in the order of the dictionary, which is not that of its names in some files.
    let expected = [
        ("a property of 2.1", 3),
        ("a property of 2.1 in an observable", 5),
        ("a property of 2.1, order of labels", 1),
        ("a reference to a type of 2.1", 4),
        ("names of observables", 14),
        ("order of labels", 5),
    ];
    assert_eq!((equal, &different[..]), (4658, &expected[..]));
}

/// The kinds of differences between an object and what came back of it, in alphabetical order.
fn differences(before: &Value, after: &Value) -> Vec<String> {
    let (Value::Object(old), Value::Object(new)) = (before, after) else { return vec!["no object".to_owned()] };
    let mut kinds: Vec<String> = old
        .keys()
        .chain(new.keys())
        .filter(|name| old.get(*name) != new.get(*name))
        .filter_map(|name| {
            difference(name, old.get(name), new.get(name), old.contains_key(name.trim_start_matches("x_")))
        })
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// The kind of difference of a property. `None` if it is that of another one, which was the same without its prefix.
fn difference(name: &str, old: Option<&Value>, new: Option<&Value>, was_without_prefix: bool) -> Option<String> {
    let sorted = |value: &Value| {
        let mut texts: Vec<String> = value.as_array().into_iter().flatten().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    let kind = match (name, old, new) {
        ("labels", Some(old), Some(new)) if sorted(old) == sorted(new) => "order of labels",
        ("labels" | "identity_class" | "name", None, Some(_)) => "what 2.0 requires",
        ("type" | "id", Some(_), Some(_)) => "a type of 2.1",
        ("spec_version", Some(_), None) => "spec_version",
        ("objects", Some(old), Some(new)) if shapes(old) == shapes(new) => "names of observables",
        ("objects", Some(_), Some(_)) => "a property of 2.1 in an observable",
        (_, Some(Value::String(old)), Some(Value::String(new))) if *new == format!("x-{old}") => {
            "a reference to a type of 2.1"
        }
        (_, None, Some(_)) if name.starts_with("x_") && was_without_prefix => return None,
        (_, Some(_), None) => "a property of 2.1",
        _ => return Some(format!("{name}: {old:?} {new:?}")),
    };
    Some(kind.to_owned())
}

/// The types of the observables in a dictionary, and the names of their properties.
fn shapes(dictionary: &Value) -> Vec<Vec<String>> {
    let shape = |observable: &Value| {
        let names = observable.as_object().into_iter().flat_map(|members| members.keys().cloned());
        [observable["type"].to_string()].into_iter().chain(names).collect()
    };
    let mut shapes: Vec<Vec<String>> =
        dictionary.as_object().into_iter().flat_map(|members| members.values().map(shape)).collect();
    shapes.sort();
    shapes
}

/// The files of the corpus.
fn files() -> Vec<PathBuf> {
    let is_json = |path: &PathBuf| path.extension().is_some_and(|ext| ext == "json" || ext == "jsonl");
    crate::corpus::files().into_iter().filter(is_json).collect()
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
