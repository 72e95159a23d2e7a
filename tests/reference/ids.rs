//! Identifiers of observables, against those of the package `stix2`.

use std::collections::BTreeMap;

use stixkit::{Json, Object};

use super::{RELEASE, python};

/// `stix2_ids.py` prints observables as they might be sent, unlike `stix2_objects.py`, whose objects went through
/// `stix2` and have its times and numbers.
#[test]
#[ignore = "needs the Python package stix2"]
fn identifiers_of_observables_as_they_are_sent() {
    let python = python::with("stix2", Some(RELEASE)).unwrap_or_else(|missing| panic!("{missing}"));
    let lines = python::run(&python, "stix2_ids.py", &[], String::new());
    let (mut with_id, mut without, mut wrong) = (0, 0, Vec::new());
    for line in lines.split_terminator('\n').skip(1) {
        let case: BTreeMap<String, Json<'_>> = serde_json::from_str(line).expect("a case is a JSON object");
        let expected = case["id"].as_str().map(|id| id.into_owned());
        let own = match case["object"].parse::<Object>() {
            Ok(object) => object.deterministic_id().map(|id| id.to_string()),
            // Text with a lone surrogate, where text is required.
            Err(_) if expected.is_none() => None,
            Err(error) => panic!("{error}: {}", case["object"]),
        };
        *(if expected.is_some() { &mut with_id } else { &mut without }) += 1;
        if own != expected {
            wrong.push(format!("{own:?} and not {expected:?} ({}): {}", case["why"], case["object"]));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong, among them\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n"));
    assert!(with_id > 8000 && without > 400, "only {with_id} and {without}");
}
