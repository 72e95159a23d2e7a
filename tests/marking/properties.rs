//! What holds for all markings.

use proptest::prelude::*;
use serde_json::{Value, json};
use stixkit::Object;
use stixkit::marking::{Audience, Effective, Limit, Markings, Verdict};
use stixkit::object::{GranularMarking, Tlp};

use super::object;

const STATEMENT: &str = "marking-definition--d81f86b9-975b-4c0b-875e-810c5ad45a4f";
const FAMILY: &str = "marking-definition--1a1f1f8e-33d4-4d64-8d57-7a4e0a2c3b11";
const UNKNOWN: &str = "marking-definition--9d4f2b60-0f0e-4b5e-8a55-5b8a3f9d7c02";
const SELECTORS: &[&str] = &[
    "name",
    "labels",
    "labels.[0]",
    "labels.[2]",
    "external_references.[0].url",
    "pattern",
    "x_absent",
    "created",
    "[",
];

fn markings() -> Markings {
    let definition = |id: &str, family: &str, content: Value| -> Object {
        serde_json::from_value(json!({"type": "marking-definition", "id": id, "created": "2024-05-01T10:00:00.000Z",
            "definition_type": family, "definition": content}))
        .unwrap()
    };
    Markings::from_objects(&[
        definition(STATEMENT, "statement", json!({"statement": "Not for sale."})),
        definition(FAMILY, "PAP", json!({"pap": "red"})),
    ])
}

fn marking() -> impl Strategy<Value = String> {
    let levels = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];
    let mut ids: Vec<_> = levels.iter().map(|level| level.marking_id().to_string()).collect();
    ids.extend([STATEMENT, FAMILY, UNKNOWN].map(str::to_owned));
    prop::sample::select(ids)
}

fn part() -> impl Strategy<Value = Value> {
    let selectors = prop::collection::vec(prop::sample::select(SELECTORS), 1..3);
    (marking(), selectors).prop_map(|(marking, selectors)| json!({"marking_ref": marking, "selectors": selectors}))
}

fn marked() -> impl Strategy<Value = Object> {
    (prop::collection::vec(marking(), 0..3), prop::collection::vec(part(), 0..4)).prop_map(|(whole, parts)| {
        let mut properties = json!({"name": "a", "labels": ["a", "b", "c"],
            "external_references": [{"source_name": "a", "url": "https://example.org/"}]});
        if !whole.is_empty() {
            properties["object_marking_refs"] = whole.into();
        }
        if !parts.is_empty() {
            properties["granular_markings"] = parts.into();
        }
        object(&properties)
    })
}

fn audience() -> impl Strategy<Value = Audience> {
    prop::sample::select(&Audience::ALL[..])
}

fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Yes => 2,
        Verdict::Unsure(_) => 1,
        _ => 0,
    }
}

/// The markings that each contribute more than others.
fn effective() -> impl Strategy<Value = Effective> {
    marked().prop_map(|object| markings().of(&object))
}

proptest! {
    #[test]
    fn adding_a_marking_never_widens_an_audience(object in marked(), more in marking(), own in part(), to in audience()) {
        let markings = markings();
        let before = markings.of(&object);
        let mut whole = object.clone();
        whole.common_mut().object_marking_refs.push(more.as_str().into());
        let mut parts = object.clone();
        parts.common_mut().granular_markings.push(serde_json::from_value::<GranularMarking>(own).unwrap());
        // What nobody marked is unsure until somebody does.
        if !before.has_unmarked() {
            prop_assert!(rank(&markings.may_share(&whole, to)) <= rank(&before.verdict(to)));
        }
        prop_assert!(rank(&markings.may_share(&parts, to)) <= rank(&before.verdict(to)));
        prop_assert!(markings.of(&whole).tlp() >= before.tlp() && markings.of(&parts).tlp() >= before.tlp());
    }

    #[test]
    fn a_wider_audience_gets_no_more(object in marked()) {
        let verdicts = Audience::ALL.map(|audience| rank(&markings().may_share(&object, audience)));
        prop_assert!(verdicts.is_sorted_by(|narrow, wide| narrow >= wide));
    }

    #[test]
    fn what_redaction_leaves_may_be_shared(object in marked(), to in audience()) {
        let markings = markings();
        let Ok(redacted) = markings.redact(&object, to) else { return Ok(()) };
        let mut whole = object.clone();
        whole.common_mut().granular_markings.clear();
        // The object's own markings decide.
        prop_assert_eq!(markings.may_share(&redacted.object, to), markings.may_share(&whole, to));
        prop_assert!(rank(&markings.may_share(&redacted.object, to)) > 0);
        // Once more changes nothing.
        let again = markings.redact(&redacted.object, to).unwrap();
        prop_assert!(again.removed.is_empty());
        prop_assert_eq!(again.object, redacted.object);
    }

    #[test]
    fn a_set_is_at_least_as_strict_as_each_object(objects in prop::collection::vec(marked(), 1..5), to in audience()) {
        let markings = markings();
        let all = markings.closure(&objects);
        for object in &objects {
            prop_assert!(all.tlp() >= markings.of(object).tlp());
            prop_assert!(rank(&all.verdict(to)) <= rank(&markings.may_share(object, to)));
        }
    }

    #[test]
    fn merging_has_no_order(a in effective(), b in effective(), c in effective()) {
        prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
        prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.merge(c)));
        prop_assert_eq!(a.clone().merge(a.clone()), a);
    }

    #[test]
    fn a_limit_and_its_reason_agree(
        object in marked(), to in audience(), unmarked: bool, statements: bool, others: bool,
    ) {
        let limit = Limit::new(to).with_unmarked(unmarked).with_statements(statements).with_others(others);
        let effective = markings().of(&object);
        prop_assert_eq!(limit.allows(effective.summary()), limit.refusal(&effective).is_none());
        prop_assert_eq!(effective.summary().allows(to), effective.verdict(to).is_yes());
    }

    #[test]
    fn a_part_is_not_stricter_than_the_object(object in marked(), selector in prop::sample::select(SELECTORS)) {
        let markings = markings();
        let (at, within, of) = (markings.at(&object, selector), markings.within(&object, selector), markings.of(&object));
        prop_assert!(at.tlp() <= within.tlp() && within.tlp() <= of.tlp());
    }
}

#[cfg(feature = "rows")]
proptest! {
    #[test]
    fn rows_have_the_level_of_their_indicator(object in marked(), to in audience()) {
        use stixkit::row::Mapper;

        let mut mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>().unwrap());
        for definition in [STATEMENT, FAMILY] {
            mapper.learn(&serde_json::from_value(json!({"type": "marking-definition", "id": definition,
                "created": "2024-05-01T10:00:00.000Z", "definition_type": if definition == FAMILY { "PAP" } else { "statement" },
                "definition": {"statement": "Not for sale."}})).unwrap());
        }
        let Object::Indicator(indicator) = &object else { panic!("it is an indicator") };
        let effective = markings().of(&object);
        let outcome = mapper.map(indicator);
        prop_assert_eq!(outcome.rows[0].tlp, effective.tlp());
        let is_yes = effective.verdict(to).is_yes();
        prop_assert_eq!(outcome.rows[0].markings.allows(to), is_yes);
        let limited = mapper.clone().with_limit(to);
        prop_assert_eq!(limited.map(indicator).is_withheld(), !is_yes);
        prop_assert_eq!(limited.map(indicator).rows.is_empty(), !is_yes);
    }
}
