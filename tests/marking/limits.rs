//! All ways out leave out what an audience may not get, and count it.

use serde_json::{Value, json};
use stixkit::Object;
use stixkit::graph::{Graph, Picture};
use stixkit::marking::Audience;
use stixkit::object::Tlp;

use super::object;

const STATEMENT: &str = "marking-definition--d81f86b9-975b-4c0b-875e-810c5ad45a4f";
const UNKNOWN: &str = "marking-definition--9d4f2b60-0f0e-4b5e-8a55-5b8a3f9d7c02";

/// An indicator with markings, and whether the community may get it.
struct Case {
    name: &'static str,
    object: Object,
    goes: bool,
}

fn cases() -> Vec<Case> {
    let level = |level: Tlp| json!({"object_marking_refs": [level.marking_id().to_string()]});
    let mut part = level(Tlp::Green);
    part["granular_markings"] =
        json!([{"selectors": ["description"], "marking_ref": Tlp::Red.marking_id().to_string()}]);
    let kinds: [(&str, Value, bool); 8] = [
        ("green-one", level(Tlp::Green), true),
        ("clear-one", level(Tlp::Clear), true),
        ("amber-one", level(Tlp::Amber), false),
        ("red-one", level(Tlp::Red), false),
        ("unmarked-one", json!({}), false),
        ("unknown-one", json!({"object_marking_refs": [UNKNOWN]}), false),
        ("statement-one", json!({"object_marking_refs": [STATEMENT, Tlp::Clear.marking_id().to_string()]}), false),
        ("red-part", part, false),
    ];
    let with_name = |(at, (name, mut properties, goes)): (usize, (&'static str, Value, bool))| {
        properties["id"] = format!("indicator--31b940d4-6f7f-459a-80ea-9c1f17b5891{at}").into();
        properties["name"] = name.into();
        properties["description"] = "a description".into();
        properties["pattern"] = format!("[ipv4-addr:value = '198.51.100.{at}']").into();
        Case { name, object: object(&properties), goes }
    };
    kinds.into_iter().enumerate().map(with_name).collect()
}

fn statement() -> Object {
    serde_json::from_value(json!({"type": "marking-definition", "spec_version": "2.1", "id": STATEMENT,
        "created": "2024-05-01T10:00:00.000Z", "definition_type": "statement",
        "definition": {"statement": "Not for sale."}}))
    .unwrap()
}

fn withheld() -> usize {
    cases().iter().filter(|case| !case.goes).count()
}

#[test]
fn a_picture_shows_what_may_go() {
    let mut objects: Vec<Object> = cases().into_iter().map(|case| case.object).collect();
    objects.push(statement());
    let relationship = |level: Tlp, verb: &str| -> Object {
        serde_json::from_value(json!({"type": "relationship", "spec_version": "2.1",
            "id": format!("relationship--{}", uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, verb.as_bytes())),
            "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "relationship_type": verb,
            "source_ref": objects[0].id().to_string(), "target_ref": objects[1].id().to_string(),
            "object_marking_refs": [level.marking_id().to_string()]}))
        .unwrap()
    };
    let relationships = [relationship(Tlp::Red, "duplicate-of"), relationship(Tlp::Green, "related-to")];
    objects.extend(relationships);
    let graph = Graph::new(&objects);
    let all = Picture::new(&graph);
    assert_eq!((all.withheld(), all.left_out()), (0, 0));
    let limited = all.with_limit(Audience::Community);
    assert_eq!(limited.withheld(), withheld());
    let (mut dot, mut mermaid, mut json, mut xml) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    limited.write_dot(&mut dot).unwrap();
    limited.write_mermaid(&mut mermaid).unwrap();
    limited.write_cytoscape(&mut json).unwrap();
    limited.write_graphml(&mut xml).unwrap();
    for picture in [dot, mermaid, json, xml].map(|picture| String::from_utf8(picture).unwrap()) {
        for case in cases() {
            let id = case.object.id().to_string();
            let is_there = picture.contains(&id) || picture.contains(case.name);
            assert_eq!(is_there, case.goes, "{}: {picture}", case.name);
        }
        assert!(picture.contains("related-to") && !picture.contains("duplicate-of"), "{picture}");
    }
}

#[cfg(feature = "rows")]
mod rows {
    use std::collections::BTreeSet;

    use stixkit::Timestamp;
    use stixkit::feed::write::{ListFormat, ListWriter, Options};
    use stixkit::marking::{Limit, Markings};
    use stixkit::object::Indicator;
    use stixkit::row::{Action, Counts, Mapper, Merge, Upserts};
    use stixkit::sink::sentinel::upload::Batches;

    use super::*;

    /// The names of the cases in a text.
    fn names_in(text: &str) -> BTreeSet<&'static str> {
        cases().iter().map(|case| case.name).filter(|name| text.contains(&format!("{name}\""))).collect()
    }

    fn expected() -> BTreeSet<&'static str> {
        cases().iter().filter(|case| case.goes).map(|case| case.name).collect()
    }

    fn now() -> chrono::DateTime<chrono::Utc> {
        "2024-05-20T00:00:00Z".parse().unwrap()
    }

    fn mapper(source: &str) -> Mapper {
        let mut mapper = Mapper::new(now()).with_source(source).with_limit(Audience::Community);
        mapper.learn(&statement());
        mapper
    }

    fn indicator(object: &Object) -> &Indicator {
        match object {
            Object::Indicator(indicator) => indicator,
            other => panic!("{other:?}"),
        }
    }

    /// The indicator of the first case with this level, as modified on this day of May.
    fn version(level: Tlp, day: u32) -> Indicator {
        let mut indicator = indicator(&cases()[0].object).clone();
        indicator.common.object_marking_refs = vec![level.marking_id()];
        indicator.common.modified = format!("2024-05-{day:02}T10:00:00.000Z").parse::<Timestamp>().ok();
        indicator
    }

    #[test]
    fn rows_are_those_that_may_go() {
        let mapper = mapper("a");
        let (mut counts, mut seen) = (Counts::default(), BTreeSet::new());
        for case in cases() {
            let outcome = mapper.map(indicator(&case.object));
            counts.add(&outcome);
            assert_eq!(outcome.is_withheld(), !case.goes, "{}", case.name);
            seen.extend((!outcome.rows.is_empty()).then_some(case.name));
        }
        assert_eq!(seen, expected());
        assert_eq!(counts.withheld as usize, withheld());
    }

    #[test]
    fn a_table_loses_what_became_too_strict_and_gets_no_older_version_of_it() {
        let mapper = mapper("a");
        let mut upserts = Upserts::new();
        let mut apply = |indicator: &Indicator| -> Vec<Action> {
            upserts.apply(mapper.map(indicator)).iter().map(|change| change.action).collect()
        };
        assert_eq!(apply(&version(Tlp::Green, 2)), [Action::Insert]);
        assert_eq!(apply(&version(Tlp::Red, 3)), [Action::Delete]);
        assert_eq!(apply(&version(Tlp::Green, 2)), []);
        assert_eq!(apply(&version(Tlp::Red, 4)), []);
        assert_eq!(apply(&version(Tlp::Green, 5)), [Action::Insert]);
        let mut upserts = Upserts::new();
        let inserted =
            cases().iter().map(|case| upserts.apply(mapper.map(indicator(&case.object))).len()).collect::<Vec<_>>();
        assert_eq!(inserted, cases().iter().map(|case| usize::from(case.goes)).collect::<Vec<_>>());
    }

    #[test]
    fn a_merged_row_has_the_statements_that_may_go() {
        let (first, second) = (mapper("first"), mapper("second"));
        let mut merge = Merge::new("all");
        assert!(merge.apply(&first.map(&version(Tlp::Red, 2)), now()).is_empty());
        assert!(merge.is_empty());
        let changes = merge.apply(&second.map(&version(Tlp::Green, 2)), now());
        assert_eq!(changes.iter().map(|change| change.action).collect::<Vec<_>>(), [Action::Insert]);
        let key = changes[0].key;
        let sources = |merge: &Merge| -> Vec<String> {
            merge.provenance(&key).map(|statement| statement.source.to_string()).collect()
        };
        assert_eq!(sources(&merge), ["second"]);
        merge.apply(&first.map(&version(Tlp::Clear, 3)), now());
        assert_eq!(sources(&merge), ["first", "second"]);
        assert_eq!(merge.rows(now()).next().and_then(|row| row.tlp), Some(Tlp::Green));
        merge.apply(&second.map(&version(Tlp::Red, 4)), now());
        assert_eq!(sources(&merge), ["first"]);
        let changes = merge.apply(&first.map(&version(Tlp::Amber, 5)), now());
        assert_eq!(changes.iter().map(|change| change.action).collect::<Vec<_>>(), [Action::Delete]);
        assert!(merge.is_empty());
    }

    #[test]
    fn an_upload_has_what_may_go() {
        let objects: Vec<Object> = cases().into_iter().map(|case| case.object).collect();
        let markings = Markings::from_objects(&[statement()]);
        let mut batches = Batches::new("example", objects.iter()).with_limit(Audience::Community, markings);
        let bodies: Vec<_> = batches.by_ref().collect();
        assert_eq!(names_in(&serde_json::to_string(&bodies).unwrap()), expected());
        assert_eq!((batches.withheld() as usize, batches.left_out()), (withheld(), 0));
    }

    /// A list takes what nobody marked unless it is told otherwise.
    #[test]
    fn a_list_has_what_may_go() {
        let mut mapper = Mapper::new(now()).with_source("a");
        mapper.learn(&statement());
        for (unmarked, more) in [(false, 0), (true, 1)] {
            let limit = Limit::new(Audience::Community).with_unmarked(unmarked);
            let options = Options::new(now(), Audience::Community).with_limit(limit);
            let mut writer = ListWriter::new(ListFormat::Plain, options, Vec::new()).unwrap();
            let cases = cases();
            let outcomes: Vec<_> = cases.iter().map(|case| mapper.map(indicator(&case.object))).collect();
            outcomes.iter().flat_map(|outcome| &outcome.rows).for_each(|row| writer.write(row).unwrap());
            let (list, counts) = writer.finish().unwrap();
            let list = String::from_utf8(list).unwrap();
            let written = list.lines().filter(|line| line.starts_with("198.51.100.")).count();
            assert_eq!(written, expected().len() + more);
            assert_eq!((counts.written as usize, counts.too_strict as usize), (written, withheld() - more));
        }
    }
}
