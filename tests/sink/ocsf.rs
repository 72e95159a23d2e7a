//! Objects of the Open Cybersecurity Schema Framework.

use serde_json::{Value, json};
use stixkit::object::Indicator;
use stixkit::row::{Outcome, SplitMode};
use stixkit::sink::ocsf;

use super::documents::documents;
use crate::golden::{assert_golden, json as text, now};

#[test]
fn golden_ocsf() {
    let options = ocsf::Options::new(now().instant());
    let lines = |indicator: &Indicator, outcome: &Outcome<'_>| {
        ocsf::Event::all(outcome, indicator, &options).map(|event| text(&event)).collect()
    };
    assert_golden("ocsf.jsonl", SplitMode::Split, lines);
}

#[test]
fn severity_is_what_sentinels_extension_says() {
    let severity = |value: Value| {
        let more = json!({"extensions": {"sentinel-ext": {"severity": value}}});
        let ocsf = documents("file:name = 'a'", more).1;
        ocsf.get("severity_id").map(|id| (id.as_u64().unwrap(), ocsf["severity"].as_str().unwrap().to_owned()))
    };
    assert_eq!(severity(json!(0)), Some((1, "Informational".into())));
    assert_eq!(severity(json!(3)), Some((3, "Medium".into())));
    assert_eq!(severity(json!(5)), Some((5, "Critical".into())));
    for odd in [json!(6), json!(-1), json!("4"), json!(null), json!(1.5)] {
        assert_eq!(severity(odd), None);
    }
}
