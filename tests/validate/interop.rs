//! The use cases of the interoperability tests for STIX 2.1, with inputs of our own.
//!
//! Each is tested from both sides. A producer's bundle has the identity of the producer and the
//! object, and passes the profile; without one of the properties that the use case is about, it
//! does not, or the property is optional. A consumer reads the object typed, with these properties,
//! and writes it back as it was.

use serde_json::{Map, Value, json};
use stixkit::marking::{Audience, Markings, fixed_definitions};
use stixkit::object::{Identity, Indicator, PropertyValue, Tlp, Tool};
use stixkit::validate::{Profile, Report};
use stixkit::vocab::PatternType;
use stixkit::{Bundle, FindingKind, Kind, Object, Reader, Timestamp};

const PRODUCER: &str = "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff";
const GREEN: &str = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

/// A use case: its name, the type, the properties, and those of them without which the object is
/// not valid.
type UseCase = (&'static str, Kind, Value, &'static [&'static str]);

fn use_cases() -> Vec<UseCase> {
    let reference = |kind: &str| format!("{kind}--{UUID}");
    vec![
        (
            "attack pattern",
            Kind::AttackPattern,
            json!({"name": "Spear phishing", "description": "Mails with a link", "external_references":
                [{"source_name": "capec", "external_id": "CAPEC-163"}]}),
            &["name"],
        ),
        (
            "campaign",
            Kind::Campaign,
            json!({"name": "Autumn wave", "description": "Against carriers", "objective": "access"}),
            &["name"],
        ),
        (
            "course of action",
            Kind::CourseOfAction,
            json!({"name": "Block the port", "description": "Block port 4444 at the border"}),
            &["name"],
        ),
        (
            "grouping",
            Kind::Grouping,
            json!({"name": "Found together", "context": "suspicious-activity", "object_refs": [reference("indicator")]}),
            &["context", "object_refs"],
        ),
        (
            "indicator",
            Kind::Indicator,
            json!({"name": "Bad address", "indicator_types": ["malicious-activity"], "pattern_type": "stix",
                "pattern": "[ipv4-addr:value = '198.51.100.7']", "valid_from": "2024-05-01T10:00:00.000Z"}),
            &["pattern", "pattern_type", "valid_from"],
        ),
        (
            "infrastructure",
            Kind::Infrastructure,
            json!({"name": "Relay", "infrastructure_types": ["command-and-control"], "first_seen": "2024-05-01T10:00:00.000Z"}),
            &["name"],
        ),
        (
            "intrusion set",
            Kind::IntrusionSet,
            json!({"name": "Blue Heron", "aliases": ["BH"], "goals": ["money"], "resource_level": "team"}),
            &["name"],
        ),
        (
            "location",
            Kind::Location,
            json!({"name": "Harbour", "country": "CH", "latitude": 47.5, "longitude": 7.6}),
            &[],
        ),
        (
            "malware",
            Kind::Malware,
            json!({"name": "Cryptolock", "malware_types": ["ransomware"], "is_family": true}),
            &["is_family"],
        ),
        (
            "malware analysis",
            Kind::MalwareAnalysis,
            json!({"product": "sandbox", "version": "1.2", "result": "malicious", "sample_ref": reference("file")}),
            &["product"],
        ),
        (
            "note",
            Kind::Note,
            json!({"abstract": "Seen again", "content": "It came back in May.", "object_refs": [reference("campaign")]}),
            &["content", "object_refs"],
        ),
        (
            "observed data",
            Kind::ObservedData,
            json!({"first_observed": "2024-05-01T10:00:00.000Z", "last_observed": "2024-05-01T11:00:00.000Z",
                "number_observed": 2, "object_refs": [reference("ipv4-addr")]}),
            &["first_observed", "last_observed", "number_observed", "object_refs"],
        ),
        (
            "opinion",
            Kind::Opinion,
            json!({"opinion": "agree", "explanation": "We saw it, too.", "object_refs": [reference("indicator")]}),
            &["opinion", "object_refs"],
        ),
        (
            "report",
            Kind::Report,
            json!({"name": "May", "report_types": ["threat-report"], "published": "2024-05-02T10:00:00.000Z",
                "object_refs": [reference("indicator")]}),
            &["name", "published", "object_refs"],
        ),
        (
            "sighting",
            Kind::Sighting,
            json!({"sighting_of_ref": reference("indicator"), "count": 3, "where_sighted_refs": [PRODUCER],
                "first_seen": "2024-05-01T10:00:00.000Z", "last_seen": "2024-05-01T11:00:00.000Z"}),
            &["sighting_of_ref"],
        ),
        (
            "threat actor",
            Kind::ThreatActor,
            json!({"name": "Heron", "threat_actor_types": ["crime-syndicate"], "roles": ["director"],
                "sophistication": "advanced"}),
            &["name"],
        ),
        ("tool", Kind::Tool, json!({"name": "VNC", "tool_types": ["remote-access"], "tool_version": "5.3"}), &["name"]),
        (
            "vulnerability",
            Kind::Vulnerability,
            json!({"name": "CVE-2024-0001", "external_references":
                [{"source_name": "cve", "external_id": "CVE-2024-0001"}]}),
            &["name"],
        ),
        (
            "confidence",
            Kind::Identity,
            json!({"name": "Sensor", "identity_class": "system", "confidence": 85}),
            &["name"],
        ),
    ]
}

/// The members that all objects of a producer have.
fn made(kind: Kind, properties: &Value) -> Map<String, Value> {
    let mut object = json!({"type": kind.name(), "spec_version": "2.1", "id": format!("{kind}--{UUID}"),
        "created_by_ref": PRODUCER, "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
        "object_marking_refs": [GREEN]});
    let members = object.as_object_mut().unwrap();
    members.extend(properties.as_object().unwrap().clone());
    members.clone()
}

fn producer() -> Map<String, Value> {
    let mut producer =
        made(Kind::Identity, &json!({"id": PRODUCER, "name": "Example CERT", "identity_class": "organization"}));
    producer.remove("created_by_ref");
    producer
}

fn bundle(objects: &[&Map<String, Value>]) -> String {
    json!({"type": "bundle", "id": "bundle--44af6c39-c09b-49c5-9de2-394224b04982", "objects": objects}).to_string()
}

fn report(text: &str) -> Report {
    Report::read(Profile::interop(), Reader::from_str(text)).unwrap()
}

#[test]
fn a_producer_of_each_use_case_passes_and_needs_its_properties() {
    for (name, kind, properties, required) in use_cases() {
        let object = made(kind, &properties);
        let found = report(&bundle(&[&producer(), &object]));
        assert!(found.is_valid() && found.findings().is_empty(), "{name}: {found}");
        for property in required.iter().chain(&["id", "created", "modified", "created_by_ref", "object_marking_refs"]) {
            // An identity is its own producer.
            if (kind, *property) == (Kind::Identity, "created_by_ref") {
                continue;
            }
            let mut without = object.clone();
            without.remove(*property);
            let found = report(&bundle(&[&producer(), &without]));
            assert!(!found.is_valid(), "{name} without {property}");
        }
        assert!(!report(&bundle(&[&object])).is_valid(), "{name} without its producer");
    }
}

#[test]
fn a_consumer_of_each_use_case_has_the_object_with_its_properties() {
    for (name, kind, properties, _) in use_cases() {
        let sent = made(kind, &properties);
        let text = bundle(&[&producer(), &sent]);
        let bundle = Bundle::from_slice(text.as_bytes()).unwrap();
        assert!(bundle.rejected().is_empty() && bundle.findings().is_empty(), "{name}");
        let object = &bundle.objects()[1];
        assert_eq!(object.kind(), Some(kind), "{name}");
        assert!(!matches!(object, Object::Custom(_)) && object.custom().is_empty(), "{name}");
        for property in properties.as_object().unwrap().keys() {
            assert!(object.property(property).is_some_and(|value| value != PropertyValue::Null), "{name}: {property}");
        }
        let creator = object.common().created_by_ref.as_ref().and_then(|id| bundle.get(id));
        assert_eq!(creator.and_then(Object::name), Some("Example CERT"), "{name}");
        assert_eq!(serde_json::to_value(&bundle).unwrap(), serde_json::from_str::<Value>(&text).unwrap(), "{name}");
    }
}

/// Confidence is a number from 0 to 100.
#[test]
fn confidence() {
    for (confidence, is_valid) in
        [(json!(0), true), (json!(100), true), (json!(101), false), (json!(-1), false), (json!("High"), false)]
    {
        let object = made(Kind::Tool, &json!({"name": "VNC", "confidence": confidence}));
        assert_eq!(report(&bundle(&[&producer(), &object])).is_valid(), is_valid, "{confidence}");
    }
}

/// Each level of the Traffic Light Protocol, by the identifiers that the standard fixes.
#[test]
fn data_markings() {
    let levels = [(Tlp::Clear, "white"), (Tlp::Green, "green"), (Tlp::Amber, "amber"), (Tlp::Red, "red")];
    let markings = Markings::new();
    for (level, word) in levels {
        let definition = fixed_definitions()
            .find(|own| own.definition.get("tlp").is_some_and(|own| own.as_str().as_deref() == Some(word)))
            .unwrap_or_else(|| panic!("no definition of {word}"));
        let id = definition.common.id.to_string();
        let object = made(Kind::Tool, &json!({"name": "VNC", "object_marking_refs": [id]}));
        let found = report(&bundle(&[&producer(), &object]));
        assert!(found.is_valid(), "{word}: {found}");
        let object: Object = serde_json::from_value(object.into()).unwrap();
        assert_eq!(markings.of(&object).tlp(), Some(level));
        assert_eq!(markings.may_share(&object, Audience::Community).is_yes(), level <= Tlp::Green);
    }
    let unmarked = made(
        Kind::Tool,
        &json!({"name": "VNC", "object_marking_refs": ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]}),
    );
    let found = report(&bundle(&[&producer(), &unmarked]));
    assert_eq!(found.findings().iter().map(|own| own.kind).collect::<Vec<_>>(), [FindingKind::InteropTlp]);
}

/// Creation, modification and revocation: one identifier, one creator and `created`, a later
/// `modified`.
#[test]
fn versioning() {
    let now: Timestamp = "2024-05-01T10:00:00.000Z".parse().unwrap();
    let later = |day: u32| format!("2024-05-{day:02}T10:00:00.000Z").parse::<Timestamp>().unwrap();
    let mut tool = Tool::new(now, "VNC");
    tool.common.created_by_ref = Some(PRODUCER.into());
    tool.common.object_marking_refs = vec![GREEN.into()];
    let first = Object::from(tool);
    let mut second = first.new_version(later(2)).unwrap();
    if let Object::Tool(tool) = &mut second {
        tool.description = Some("Remote access".into());
    }
    let third = second.revoke(later(3)).unwrap();
    for version in [&second, &third] {
        let (own, original) = (version.common(), first.common());
        assert_eq!(
            (&own.id, &own.created, &own.created_by_ref),
            (&original.id, &original.created, &original.created_by_ref)
        );
    }
    assert!(first.common().modified < second.common().modified && second.common().modified < third.common().modified);
    assert_eq!(third.common().revoked, Some(true));
    // In any order, the consumer has the newest.
    let producer: Object = serde_json::from_value(producer().into()).unwrap();
    let bundle = Bundle::new([third.clone(), producer, first.clone(), second.clone()]);
    assert!(bundle.check(&Profile::interop()).is_valid());
    assert_eq!(bundle.get(first.id()), Some(&third));
    assert_eq!(bundle.versions(first.id()).count(), 3);
    // What is revoked has no later version.
    assert!(third.new_version(later(4)).is_err());
}

/// What the constructors make has times with milliseconds, identifiers and the version.
#[test]
fn what_is_made_passes() {
    let now = Timestamp::now();
    let mut author = Identity::new(now.clone(), "Example CERT");
    author.common.object_marking_refs = vec![GREEN.into()];
    let mut indicator = Indicator::new(now.clone(), "[file:name = 'a']", PatternType::Stix, now);
    indicator.common.created_by_ref = Some(author.common.id.clone());
    indicator.common.object_marking_refs = vec![GREEN.into()];
    let text = serde_json::to_string(&Bundle::new([Object::from(author), indicator.into()])).unwrap();
    let found = report(&text);
    assert!(found.is_valid() && found.findings().is_empty(), "{found}: {text}");
}
