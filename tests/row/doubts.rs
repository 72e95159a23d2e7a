//! Rows of indicators whose properties cannot be read: they never claim more than is known.

use serde_json::{Value, json};
use stixkit::Object;
use stixkit::object::Tlp;
use stixkit::row::{Doubt, Mapper, Row, State};
use stixkit::sink::sentinel::{Options, ThreatIntelIndicators, ThreatIntelligenceIndicator};
use stixkit::table::JsonLine;

use super::{FROM, indicator_with, mapper};

const RED: &str = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
const GREEN: &str = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
const OWN: &str = "marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6";

fn mapped_by(mapper: &Mapper, more: Value) -> Row<'static> {
    let indicator = indicator_with("[ipv4-addr:value = '192.0.2.1']", more);
    let row = mapper.map(&indicator).rows.remove(0).into_owned();
    assert!(row.relation.standalone);
    row
}

fn mapped(more: Value) -> Row<'static> {
    mapped_by(&mapper(), more)
}

fn doubts(row: &Row<'_>) -> Vec<Doubt> {
    row.doubts.iter().collect()
}

#[test]
fn c01_b06_states_are_read_where_the_meaning_is_plain() {
    for (more, state) in [
        (json!({"revoked": "True"}), State::Revoked),
        (json!({"revoked": "true"}), State::Revoked),
        (json!({"revoked": 1}), State::Revoked),
        (json!({"revoked": "1"}), State::Revoked),
        (json!({"revoked": "False"}), State::Active),
        (json!({"valid_until": "2024-05-31"}), State::Expired),
        (json!({"valid_until": "2024-06-02"}), State::Active),
        (json!({"valid_until": 1_717_200_000}), State::Expired),
        (json!({"valid_until": "2024-05-31 23:59:59"}), State::Expired),
        (json!({"valid_until": null}), State::Active),
    ] {
        let row = mapped(more.clone());
        assert_eq!((row.validity.state, doubts(&row), row.reason_code()), (state, vec![], None), "{more}");
    }
}

#[test]
fn c01_b06_states_are_unclear_where_it_is_not() {
    for (more, state, doubt) in [
        (json!({"revoked": "perhaps"}), State::Unclear, Doubt::Revoked),
        (json!({"revoked": ""}), State::Unclear, Doubt::Revoked),
        (json!({"revoked": "perhaps", "valid_until": FROM}), State::Expired, Doubt::Revoked),
        (json!({"revoked": "perhaps", "valid_from": "2030-01-01T00:00:00Z"}), State::Unclear, Doubt::Revoked),
        (json!({"valid_until": "soon"}), State::Unclear, Doubt::ValidUntil),
        (json!({"valid_until": "01/06/2024"}), State::Unclear, Doubt::ValidUntil),
        (json!({"valid_until": "soon", "revoked": true}), State::Revoked, Doubt::ValidUntil),
        (json!({"pattern_type": 5}), State::Unclear, Doubt::PatternType),
        (json!({"valid_from": "2025-15-08T00:00:00Z"}), State::Active, Doubt::ValidFrom),
        (json!({"valid_from": "?", "created": null}), State::Unclear, Doubt::ValidFrom),
    ] {
        let row = mapped(more.clone());
        assert_eq!((row.validity.state, doubts(&row)), (state, vec![doubt]), "{more}");
        let json = serde_json::to_value(&row).unwrap();
        assert_eq!((&json["reason"], &json["doubts"]), (&json!(doubt.code()), &json!([doubt.code()])));
        assert_eq!(json["reason_text"], doubt.to_string());
    }
    // No end is made up for an indicator that may have one.
    let mapper = mapper().with_default_validity(chrono::TimeDelta::days(1000));
    assert_eq!(mapped_by(&mapper, json!({"valid_until": "soon"})).validity.until, None);
}

#[test]
fn no_sink_treats_an_unclear_row_as_active() {
    let (mapper, options) = (mapper(), Options::new());
    let own = indicator_with("[ipv4-addr:value = '192.0.2.1']", json!({"revoked": "perhaps"}));
    let outcome = mapper.map(&own);
    let sentinel = ThreatIntelIndicators::rows(&outcome, &own, &options).next().unwrap();
    assert_eq!(serde_json::to_value(JsonLine(&sentinel)).unwrap()["IsActive"], false);
    let legacy = &ThreatIntelligenceIndicator::rows(&outcome, &own, &options)[0];
    assert_eq!(serde_json::to_value(JsonLine(legacy)).unwrap()["Active"], false);
    let options = stixkit::sink::ecs::Options::new();
    let ecs = serde_json::to_value(stixkit::sink::ecs::Document::new(&outcome.rows[0], &own, &options)).unwrap();
    assert_eq!((ecs["threat"]["indicator"].get("ip"), &ecs["tags"]), (None, &json!(["stix:unclear"])));
}

#[test]
fn c01_assessments_are_read_where_the_meaning_is_plain() {
    let row = mapped(json!({"confidence": "85", "labels": "botnet", "indicator_types": "malicious-activity"}));
    assert_eq!((row.context.confidence, &row.context.labels[..]), (Some(85), &["botnet".to_owned()][..]));
    assert_eq!((row.context.indicator_types[0].as_str(), doubts(&row)), ("malicious-activity", vec![]));
    let row = mapped(json!({"confidence": "high", "labels": {"a": 1}, "indicator_types": 5}));
    assert_eq!((row.context.confidence, row.context.labels.len(), row.context.indicator_types.len()), (None, 0, 0));
    assert_eq!(doubts(&row), [Doubt::Confidence, Doubt::Labels, Doubt::IndicatorTypes]);
    assert_eq!(row.validity.state, State::Active);
}

#[test]
fn c01_b06_markings_that_cannot_be_read_are_red() {
    for (more, tlp, expected) in [
        (json!({"object_marking_refs": GREEN}), Some(Tlp::Green), vec![]),
        (json!({"object_marking_refs": [RED, null]}), Some(Tlp::Red), vec![Doubt::Markings]),
        (json!({"object_marking_refs": [GREEN, null]}), Some(Tlp::Red), vec![Doubt::Markings]),
        (json!({"object_marking_refs": {"a": 1}}), Some(Tlp::Red), vec![Doubt::Markings]),
        (json!({"granular_markings": {"marking_ref": GREEN, "selectors": ["name"]}}), Some(Tlp::Green), vec![]),
        (json!({"granular_markings": "x"}), Some(Tlp::Red), vec![Doubt::Markings]),
        (json!({"object_marking_refs": [OWN]}), None, vec![Doubt::UnknownMarking]),
        (json!({"object_marking_refs": [OWN, GREEN]}), Some(Tlp::Green), vec![Doubt::UnknownMarking]),
        (json!({"object_marking_refs": []}), None, vec![]),
    ] {
        let row = mapped(more.clone());
        assert_eq!((row.tlp, doubts(&row)), (tlp, expected), "{more}");
    }
}

fn learnt(definitions: &[Value]) -> Mapper {
    let mut mapper = mapper();
    for definition in definitions {
        let mut marking = json!({"type": "marking-definition", "id": OWN, "created": FROM});
        marking.as_object_mut().unwrap().extend(definition.as_object().unwrap().clone());
        mapper.learn(&serde_json::from_value::<Object>(marking).unwrap());
    }
    mapper
}

#[test]
fn b04_b14_b31_of_definitions_the_strictest_counts() {
    let tlp = |level: &str| json!({"definition_type": "tlp", "definition": {"tlp": level}});
    let statement = json!({"definition_type": "statement", "definition": {"statement": "x"}});
    let opencti =
        json!({"definition_type": "statement", "definition": {"statement": "x"}, "x_opencti_definition": "TLP:RED"});
    for (definitions, level, expected) in [
        (vec![tlp("red"), tlp("white")], Some(Tlp::Red), vec![Doubt::ConflictingMarking]),
        (vec![tlp("white"), tlp("red")], Some(Tlp::Red), vec![Doubt::ConflictingMarking]),
        (vec![tlp("green"), tlp("TLP:GREEN")], Some(Tlp::Green), vec![]),
        (vec![statement.clone(), tlp("red")], Some(Tlp::Red), vec![Doubt::ConflictingMarking]),
        (vec![tlp("purple")], Some(Tlp::Red), vec![Doubt::Markings]),
        (vec![statement], None, vec![]),
        (vec![opencti], Some(Tlp::Red), vec![]),
        (vec![json!({"definition_type": "tlp", "definition": {"TLP": "RED"}})], Some(Tlp::Red), vec![]),
    ] {
        let row = mapped_by(&learnt(&definitions), json!({"object_marking_refs": [OWN]}));
        assert_eq!((row.tlp, doubts(&row)), (level, expected), "{definitions:?}");
    }
    let mut stricter = tlp("red");
    stricter["id"] = json!(GREEN);
    let row = mapped_by(&learnt(&[stricter]), json!({"object_marking_refs": [GREEN]}));
    assert_eq!((row.tlp, doubts(&row)), (Some(Tlp::Red), vec![]));
}

#[test]
fn b30_labels_are_markings_if_the_caller_wants_it() {
    let labels = json!({"labels": ["tlp:amber+strict", "TLP:green", "tlp"]});
    assert_eq!(mapped(labels.clone()).tlp, None);
    let mapper = mapper().with_tlp_labels(true);
    assert_eq!(mapped_by(&mapper, labels.clone()).tlp, Some(Tlp::AmberStrict));
    let mut both = labels;
    both["object_marking_refs"] = json!([RED]);
    assert_eq!(mapped_by(&mapper, both).tlp, Some(Tlp::Red));
}

/// Rows of an object with such an id still belong together, and to no other.
#[test]
fn a_long_id_is_replaced_by_one_that_follows_from_it() {
    let id = |id: &str| {
        let own = indicator_with("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", json!({"id": id}));
        let rows = mapper().map(&own).into_owned().rows;
        assert_eq!(rows[0].stix_id, rows[1].stix_id);
        (rows[0].stix_id.to_string(), doubts(&rows[0]))
    };
    let (short, long) = (format!("indicator--{}", "a".repeat(240)), format!("indicator--{}", "a".repeat(250)));
    assert_eq!(id(&short), (short, vec![]));
    let (own, doubts) = id(&long);
    let uuid = uuid::Uuid::new_v5(&stixkit::row::RowKey::NAMESPACE, long.as_bytes());
    assert_eq!((own, doubts), (format!("indicator--{uuid}"), vec![Doubt::LongId]));
    assert_ne!(id(&format!("{long}a")).0, id(&long).0);
}
