//! Events as a package for Python validates them that has the published schemas of OCSF.
//!
//! ```text
//! pip install pydantic-ocsf
//! cargo test --all-features --test it -- --ignored reference::ocsf_events
//! ```

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stixkit::row::SplitMode;
use stixkit::sink::ocsf;

use super::python;
use crate::golden;

/// What the package finds in events that are valid, and how often: it takes the level of sharing for
/// a number, and its newest schema is one version older than the events, without Imphash among the
/// algorithms.
const DEVIATIONS: [((&str, &str), usize); 2] =
    [(("osint.signatures.digest.algorithm_id", "enum"), 1), (("osint.tlp", "int_parsing"), 4)];

fn faults(events: &[Value]) -> Vec<Vec<(String, String)>> {
    let python = python::with("pydantic-ocsf", None).unwrap_or_else(|missing| panic!("{missing}"));
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    let output = python::run(&python, "ocsf_events.py", &[], lines);
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn events() -> Vec<Value> {
    let (bundle, mapper) = golden::feed(SplitMode::Split);
    let options = ocsf::Options::new(golden::now().instant());
    let mut events = Vec::new();
    for object in bundle.objects() {
        let stixkit::Object::Indicator(indicator) = object else { continue };
        let outcome = mapper.map(indicator);
        events
            .extend(ocsf::Event::all(&outcome, indicator, &options).map(|event| serde_json::to_value(event).unwrap()));
    }
    events
}

#[test]
#[ignore = "needs the Python package pydantic-ocsf"]
fn r08_events_are_valid_by_the_published_schema() {
    let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
    let faults = faults(&events());
    assert!(faults.len() > 100);
    faults.into_iter().flatten().for_each(|fault| *found.entry(fault).or_default() += 1);
    let found: Vec<_> = found.iter().map(|((path, reason), count)| ((&**path, &**reason), *count)).collect();
    assert_eq!(found, DEVIATIONS);
}

/// The validation sees what it should see.
#[test]
#[ignore = "needs the Python package pydantic-ocsf"]
fn r08_events_that_are_not_valid_are_seen() {
    // The package is wrong about the level of sharing.
    let event = events().into_iter().find(|event| event["osint"][0].get("tlp").is_none()).unwrap();
    let changed = |pointer: &str, value: Value| {
        let mut event = event.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value;
        event
    };
    let events = [
        event.clone(),
        changed("/time", json!("today")),
        changed("/osint/0/type_id", json!(777)),
        changed("/osint/0/file", json!({"hashes": []})),
        changed("/osint/0/nothing", json!(1)),
        changed("/nothing", json!(1)),
        changed("/type_uid", json!(502_199)),
    ];
    let counts: Vec<_> = faults(&events).iter().map(|faults| faults.is_empty()).collect();
    assert_eq!(counts, [true, false, false, false, false, false, false]);
}
