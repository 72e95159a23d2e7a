//! What real feeds are like, row by row: what is read, what is written back, and what is said about it.
//!
//! [`read`] sees to it that every object here is written back as it was sent, and reads the same as a stream.

use stixkit::error::{ErrorKind, Position};
use stixkit::object::{Identity, Indicator, MarkingDefinition, Tlp};
use stixkit::vocab::{IdentityClass, PatternType, SpecVersion};
use stixkit::{Bundle, FindingKind, Identifier, Json, Kind, Level, Object};

use super::{Seen, at, read};

const CERT: &str = "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e";
const UUID: &str = "d81f86b9-975b-4c0b-875e-810c5ad45a4f";

/// An indicator of STIX 2.1 with `more` members at its end.
fn indicator(more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{UUID}","created":"2024-05-01T10:00:00.000Z",
"modified":"2024-05-01T10:00:00.000Z","pattern":"[ipv4-addr:value = '192.0.2.1']","pattern_type":"stix",
"valid_from":"2024-05-01T10:00:00Z"{comma}{more}}}"#
    )
}

/// An identity with `more` members at its end, and nothing that is not needed.
fn identity(more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    format!(r#"{{"type":"identity","id":"{CERT}","name":"Example CERT"{comma}{more}}}"#)
}

/// Objects in a bundle, each on a line of its own from the second on.
fn bundle(objects: &[&str]) -> String {
    format!("{{\"type\":\"bundle\",\"id\":\"bundle--{UUID}\",\"objects\":[\n{}\n]}}", objects.join(",\n"))
}

fn a<'a, T>(seen: &'a Seen) -> &'a T
where
    &'a T: TryFrom<&'a Object>,
{
    let Ok(object) = seen.object().try_into() else { panic!("another type: {:?}", seen.lines) };
    object
}

fn custom(seen: &Seen, name: &str) -> String {
    seen.object().custom().get(name).expect("a custom property").to_string()
}

#[track_caller]
fn nothing_said(seen: &Seen) {
    assert_eq!((seen.found(), seen.faults(), &seen.error.as_ref().map(|_| ())), (vec![], vec![], &None));
}

// `type` is not the first key; a bundle's `objects` come before its `type`.

#[test]
fn keys_come_in_any_order() {
    let seen = read(include_str!("../fixtures/quirks/sorted-keys.json"));
    nothing_said(&seen);
    let kinds: Vec<_> = seen.objects.iter().map(|accepted| accepted.object.kind()).collect();
    assert_eq!(kinds, [Some(Kind::Indicator), Some(Kind::Identity), None]);
    let Object::Indicator(indicator) = &seen.objects[0].object else { panic!("an indicator") };
    assert_eq!(indicator.name.as_deref(), Some("Host of the example botnet"));
    assert_eq!(indicator.common.modified.as_ref().unwrap().to_string(), "2024-05-02T10:00:00.000Z");
    assert_eq!(indicator.custom.names().collect::<Vec<_>>(), ["x_score"]);
    let names: Vec<_> = seen.objects[2].object.custom().names().collect();
    assert_eq!(names, ["Score", "a"]);
    assert_eq!(seen.container.names().collect::<Vec<_>>(), ["id", "type", "x_feed"]);
}

#[test]
fn the_order_of_keys_does_not_change_what_is_read() {
    let sorted = r#"{"id":"identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e","name":"Example CERT","type":"identity"}"#;
    let last = r#"{"name":"Example CERT","id":"identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e","type":"identity"}"#;
    let first = read(identity(""));
    assert_eq!(read(sorted).object(), first.object());
    assert_eq!(read(last).object(), first.object());
}

// Custom properties and types.

#[test]
fn custom_properties_are_kept_in_order() {
    let seen = read(indicator(r#""x_b": { "of" : [ 1.50, "a b" ] },"x_a":true,"severity":"high""#));
    let indicator: &Indicator = a(&seen);
    assert_eq!(indicator.custom.names().collect::<Vec<_>>(), ["x_b", "x_a", "severity"]);
    assert_eq!(custom(&seen, "x_b"), r#"{"of":[1.50,"a b"]}"#);
    assert_eq!(seen.checked(), [(FindingKind::UnknownProperty, ".severity".into())]);
}

#[test]
fn types_outside_the_standard_are_read() {
    for (type_name, checked) in
        [("x-tactic", vec![]), ("malware-method", vec![(FindingKind::UnknownType, ".type".into())])]
    {
        let seen = read(format!(r#"{{"type":"{type_name}","id":"{type_name}--{UUID}","shortname":"exfiltration"}}"#));
        let Object::Custom(object) = seen.object() else { panic!("a custom object") };
        assert_eq!((&*object.type_name, seen.object().kind()), (type_name, None));
        assert_eq!(custom(&seen, "shortname"), r#""exfiltration""#);
        nothing_said(&seen);
        assert_eq!(seen.checked(), checked);
    }
}

// Versions of the standard.

#[test]
fn the_version_may_be_on_the_bundle_or_nowhere() {
    let objects = format!(r#""objects":[{}]"#, identity(r#""identity_class":"group""#));
    let seen = read(format!(r#"{{"type":"bundle","id":"bundle--{UUID}","spec_version":"2.0",{objects}}}"#));
    assert_eq!(seen.container.get("spec_version"), Some(Json::new("\"2.0\"").unwrap()));
    assert_eq!(seen.object().common().spec_version, None);
    let without = read(format!(r#"{{"type":"bundle",{objects}}}"#));
    assert_eq!(without.object(), seen.object());
    nothing_said(&without);
}

#[test]
fn properties_of_one_version_are_read_on_objects_of_the_other() {
    let text = indicator(r#""confidence":70,"labels":["malicious-activity"]"#).replace("\"spec_version\":\"2.1\",", "");
    let seen = read(text);
    let indicator: &Indicator = a(&seen);
    assert_eq!((indicator.common.confidence, &indicator.common.spec_version), (Some(70), &None));
    let later = |name: &str| (FindingKind::OtherVersion, name.to_owned());
    assert_eq!(seen.checked(), [later(".confidence"), later(".pattern_type")]);
    for text in [
        // First seen is a property of 2.1, the dictionary of objects one of 2.0.
        format!(
            r#"{{"type":"malware","id":"malware--{UUID}","created":"2024-05-01T10:00:00.000Z",
            "modified":"2024-05-01T10:00:00.000Z","name":"Example","labels":["worm"],
            "first_seen":"2024-04-01T00:00:00.000Z"}}"#
        ),
        format!(
            r#"{{"type":"observed-data","spec_version":"2.1","id":"observed-data--{UUID}",
            "created":"2024-05-01T10:00:00.000Z","modified":"2024-05-01T10:00:00.000Z",
            "first_observed":"2024-05-01T10:00:00Z","last_observed":"2024-05-01T10:00:00Z","number_observed":1,
            "objects":{{"0":{{"type":"ipv4-addr","value":"192.0.2.1"}}}}}}"#
        ),
    ] {
        let seen = read(text);
        nothing_said(&seen);
        assert_eq!(seen.object().id().uuid().unwrap().to_string(), UUID);
    }
}

#[test]
fn observed_data_holds_objects_or_references() {
    let observed = |spec_version: &str, more: &str| {
        format!(
            r#"{{"type":"observed-data",{spec_version}"id":"observed-data--{UUID}","created":"2024-05-01T10:00:00.000Z",
            "modified":"2024-05-01T10:00:00.000Z","first_observed":"2024-05-01T10:00:00Z",
            "last_observed":"2024-05-01T10:00:00Z","number_observed":1,{more}}}"#
        )
    };
    let dictionary =
        observed("", r#""objects":{"0":{"type":"file","name":"a.exe"},"1":{"type":"directory","path":"/"}}"#);
    let references =
        observed(r#""spec_version":"2.1","#, r#""object_refs":["ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd"]"#);
    for text in [&dictionary, &references, &bundle(&[&dictionary])] {
        let seen = read(text);
        nothing_said(&seen);
        assert_eq!(seen.object().kind(), Some(Kind::ObservedData));
    }
}

// Timestamps.

#[test]
fn timestamps_keep_their_fraction_digits() {
    for digits in 0..=9 {
        let fraction = if digits == 0 { String::new() } else { format!(".{}", "1234567890".get(..digits).unwrap()) };
        let text = format!("2024-05-01T10:00:00{fraction}Z");
        let seen = read(indicator(&format!(r#""valid_until":"{text}""#)));
        let indicator: &Indicator = a(&seen);
        assert_eq!(indicator.valid_until.as_ref().unwrap().to_string(), text);
        nothing_said(&seen);
    }
}

#[test]
fn b07_any_number_of_fraction_digits_and_leap_seconds_are_no_errors() {
    let precise = (FindingKind::TimestampPrecision, Level::Warning);
    for (created, valid_from, expected) in [
        ("2023-11-12T14:16:48.1699798608Z", "2016-12-31T23:59:60Z", vec![(precise, ".created")]),
        ("2016-12-31T23:59:60.123456Z", "2023-11-12T14:16:48.123456Z", vec![]),
        // One finding for each object.
        ("2016-12-31T23:59:60.1234567Z", "2016-12-31T23:59:60.1234567Z", vec![(precise, ".created")]),
        ("2023-11-12T14:16:48Z", "2023-11-12T14:16:48.123456789Z", vec![(precise, ".valid_from")]),
        (
            "2023-11-12T14:16:48Z",
            "2023-11-12T14:16:48.00000000000000000000000000000000Z",
            vec![(precise, ".valid_from")],
        ),
    ] {
        let text =
            indicator("").replace("\"created\":\"2024-05-01T10:00:00.000Z\"", &format!("\"created\":\"{created}\""));
        let seen = read(text.replace("2024-05-01T10:00:00Z", valid_from));
        nothing_said(&seen);
        let own: &Indicator = a(&seen);
        assert_eq!(own.common.created.as_ref().unwrap().to_string(), created);
        assert_eq!(own.valid_from.as_ref().unwrap().to_string(), valid_from);
        let found = seen.object().check();
        let found: Vec<_> = found.iter().map(|found| ((found.kind, found.kind.level()), &*found.path)).collect();
        assert_eq!(found, expected, "{created} {valid_from}");
    }
}

#[test]
fn an_offset_is_read_and_kept() {
    let seen = read(indicator(r#""valid_until":"2024-06-01T06:00:00.000-04:00""#));
    let indicator: &Indicator = a(&seen);
    assert_eq!(indicator.valid_until, Some("2024-06-01T10:00:00Z".parse().unwrap()));
    nothing_said(&seen);
    assert_eq!(seen.checked(), [(FindingKind::TimestampForm, ".valid_until".into())]);
}

#[test]
fn what_is_no_timestamp_is_set_aside() {
    for odd in
        ["2024-05-01T10:00:00", "2020/01/31", "2020-01-31", "2025-15-08T00:00:00.000Z", "2025-02-30T00:00:00Z", ""]
    {
        let text = indicator(&format!(r#""valid_until":"{odd}""#));
        let seen = read(&text);
        let indicator: &Indicator = a(&seen);
        assert_eq!(indicator.valid_until, None);
        assert_eq!(custom(&seen, "valid_until"), format!("{odd:?}"));
        let mut place = at(&text, "\"valid_until\"");
        place.offset += 14;
        place.column += 14;
        assert_eq!(seen.found(), [(FindingKind::SetAside, "$.valid_until", place)]);
        assert!(seen.objects[0].is_salvaged());
    }
}

#[test]
fn c05_a_required_timestamp_that_is_none_does_not_cost_its_object() {
    let bad = indicator("").replace("2024-05-01T10:00:00Z", "2025-15-08T00:00:00Z");
    let text = bundle(&[&identity(""), &bad, &identity("")]);
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT, &format!("indicator--{UUID}"), CERT]);
    assert_eq!(seen.found(), [(FindingKind::SetAside, "$.objects[1].valid_from", at(&text, "\"2025-15-08"))]);
    assert_eq!((seen.faults(), FindingKind::SetAside.level()), (vec![], Level::Error));
}

#[test]
fn a_required_property_that_does_not_fit_costs_its_object_alone() {
    let bad = indicator("").replace("\"[ipv4-addr:value = '192.0.2.1']\"", "42");
    let text = bundle(&[&identity(""), &bad, &identity("")]);
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT, CERT]);
    let fault = (ErrorKind::InvalidProperty, "$.objects[1].pattern", at(&text, "42,"));
    assert_eq!(seen.faults(), [fault]);
    let rejected = seen.rejection();
    assert_eq!(rejected.id.as_deref(), Some(&*format!("indicator--{UUID}")));
    assert_eq!((rejected.index, rejected.position), (1, at(&text, "{\"type\":\"indicator\"")));
    assert_eq!((rejected.raw.as_slice(), rejected.json()), (bad.as_bytes(), Some(&*bad)));
}

#[test]
fn placeholders_for_a_time_are_told() {
    for (valid_until, checked) in [
        ("9999-12-31T23:59:59.999Z", vec![(FindingKind::TimestampRange, ".valid_until".into())]),
        (
            "1900-01-01T00:00:00Z",
            vec![
                (FindingKind::TimestampRange, ".valid_until".into()),
                (FindingKind::TimestampOrder, ".valid_until".into()),
            ],
        ),
    ] {
        let seen = read(indicator(&format!(r#""valid_until":"{valid_until}""#)));
        nothing_said(&seen);
        assert_eq!(seen.checked(), checked);
    }
}

#[test]
fn modified_may_be_earlier_than_created() {
    let seen = read(indicator("").replace("\"modified\":\"2024", "\"modified\":\"2023"));
    let common = seen.object().common();
    assert!(common.modified < common.created);
    assert_eq!(seen.checked(), [(FindingKind::TimestampOrder, ".modified".into())]);
}

// Identifiers.

#[test]
fn identifiers_in_any_form_are_kept() {
    let with_id = |id: &str| read(indicator("").replace(&format!("indicator--{UUID}"), id));
    for (id, kind) in [
        (format!("indicator--{}", UUID.to_uppercase()), FindingKind::IdCase),
        ("indicator--d81f86b9-975b-4c0b-075e-810c5ad45a4f".into(), FindingKind::IdForm),
        ("indicator--1234567890gg".into(), FindingKind::IdForm),
        (format!("malware--{UUID}"), FindingKind::IdPrefix),
        (format!("x-ioc--{UUID}"), FindingKind::IdPrefix),
    ] {
        let seen = with_id(&id);
        assert!(a::<Indicator>(&seen).common.id.is(&id));
        nothing_said(&seen);
        assert_eq!(seen.checked(), [(kind, ".id".to_owned())]);
    }
}

#[test]
fn b23_every_version_of_a_uuid_is_read_and_those_that_do_not_exist_are_found() {
    for version in "0123456789abcdef".chars() {
        let id = format!("indicator--d81f86b9-975b-{version}c0b-875e-810c5ad45a4f");
        let seen = read(indicator("").replace(&format!("indicator--{UUID}"), &id));
        assert_eq!(seen.object().id().to_string(), id);
        assert_eq!(seen.object().id().uuid().unwrap().get_version_num(), version.to_digit(16).unwrap() as usize);
        let odd = (FindingKind::IdForm, ".id".to_owned());
        assert_eq!(seen.checked(), if ('1'..='8').contains(&version) { vec![] } else { vec![odd] });
    }
    let odd = indicator("").replace(UUID, "86957b24-f250-e857-a1ed-ab53a7ddd38b");
    assert_eq!(read(odd).checked(), [(FindingKind::IdForm, ".id".to_owned())]);
    assert_eq!((FindingKind::IdForm.level(), FindingKind::IdCase.level()), (Level::Error, Level::Warning));
}

// Missing, empty and misfit values.

#[test]
fn what_one_version_alone_requires_may_be_missing() {
    let text = indicator("").replace("\"pattern_type\":\"stix\",", "");
    let missing = |name: &str| vec![(FindingKind::Missing, name.to_owned())];
    let seen = read(&text);
    assert_eq!(*a::<Indicator>(&seen).effective_pattern_type().unwrap(), PatternType::Stix);
    assert_eq!(seen.checked(), missing(".pattern_type"));
    assert_eq!(read(text.replace("\"spec_version\":\"2.1\",", "")).checked(), missing(".labels"));
}

#[test]
fn an_object_without_a_property_that_it_needs_is_rejected() {
    let text = bundle(&[
        r#"{"id":"identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5","name":"no type"}"#,
        r#"{"type":"identity","name":"no id"}"#,
        r#"{"type":"indicator","id":"indicator--1","valid_from":"2024-05-01T10:00:00Z"}"#,
        &identity(""),
    ]);
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT]);
    let missing = |path, part| (ErrorKind::MissingProperty, path, at(&text, part));
    assert_eq!(
        seen.faults(),
        [
            missing("$.objects[0]", "{\"id\":\"identity"),
            missing("$.objects[1]", "{\"type\":\"identity\""),
            missing("$.objects[2]", "{\"type\":\"indicator\""),
        ]
    );
    let details: Vec<_> = seen.rejected.iter().map(|rejected| rejected.error.detail()).collect();
    assert_eq!(details, ["`type`", "`id`", "`pattern`"]);
    let ids: Vec<_> = seen.rejected.iter().map(|rejected| rejected.id.as_deref()).collect();
    assert_eq!(ids, [Some("identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5"), None, Some("indicator--1")]);
}

#[test]
fn a_bundle_needs_no_id() {
    let seen = read(format!(r#"{{"type":"bundle","objects":[{}]}}"#, identity("")));
    nothing_said(&seen);
    assert_eq!(seen.ids(), [CERT]);
    assert_eq!(Bundle::from_slice(br#"{"type":"bundle"}"#).unwrap().id(), None);
}

#[test]
fn null_and_empty_values_are_written_back() {
    let seen = read(identity(r#""description":null,"roles":[],"contact_information":"","sectors":null,"x_none":null"#));
    let identity: &Identity = a(&seen);
    assert_eq!((&identity.description, identity.roles.len()), (&None, 0));
    assert_eq!(identity.contact_information.as_deref(), Some(""));
    nothing_said(&seen);
    let mut checked = seen.checked();
    checked.retain(|(kind, _)| matches!(kind, FindingKind::Null | FindingKind::Empty));
    checked.sort();
    let expected = [
        (FindingKind::Null, ".description"),
        (FindingKind::Null, ".sectors"),
        (FindingKind::Null, ".x_none"),
        (FindingKind::Empty, ".contact_information"),
        (FindingKind::Empty, ".roles"),
    ];
    assert_eq!(checked, expected.map(|(kind, path)| (kind, path.to_owned())));
}

#[test]
fn a_required_null_is_a_fault() {
    let text = indicator("").replace("\"[ipv4-addr:value = '192.0.2.1']\"", "null");
    assert_eq!(read(&text).faults(), [(ErrorKind::InvalidProperty, "$.pattern", at(&text, "null"))]);
}

#[test]
fn values_of_the_wrong_type_are_set_aside() {
    for (name, value) in [
        ("identity_class", r#"["individual"]"#),
        ("revoked", r#""False""#),
        ("revoked", "0"),
        ("spec_version", "2.1"),
        ("confidence", r#"{"value":85}"#),
        ("confidence", "-1"),
        ("confidence", "85.5"),
        ("confidence", "256"),
        ("labels", r#""malicious-activity""#),
        ("labels", "[\"one\",2]"),
        ("created_by_ref", "[]"),
        ("external_references", "{}"),
        ("external_references", r#"[{"url":"https://reports.example/1"}]"#),
        ("extensions", "[]"),
        ("granular_markings", r#"[{"selectors":"name"}]"#),
        ("description", "5"),
    ] {
        let seen = read(bundle(&[&identity(""), &identity(&format!(r#""{name}": {value}"#)), &identity("")]));
        assert_eq!(seen.ids(), [CERT; 3], "{name}: {value}");
        assert_eq!(seen.objects[1].object.custom().get(name).unwrap().as_json(), value);
        let [finding] = &seen.objects[1].findings[..] else { panic!("{name}: {:?}", seen.lines) };
        assert_eq!(finding.kind, FindingKind::SetAside);
        assert!(finding.path.starts_with(&format!("$.objects[1].{name}")), "{}", finding.path);
        assert_eq!(finding.position.unwrap().line, 3);
    }
}

#[test]
fn a_value_that_is_set_aside_is_pointed_at() {
    let text = identity(r#""labels":["one", 2],"external_references":[{"source_name":"a"},{"url":"b"}]"#);
    let seen = read(&text);
    assert_eq!(
        seen.found(),
        [
            (FindingKind::SetAside, "$.labels[1]", at(&text, "2],")),
            (FindingKind::SetAside, "$.external_references[1]", at(&text, "}]}")),
        ]
    );
}

#[test]
fn a_location_may_give_its_latitude_as_text() {
    let seen = read(format!(
        r#"{{"type":"location","spec_version":"2.1","id":"location--{UUID}","created":"2024-05-01T10:00:00.000Z",
        "modified":"2024-05-01T10:00:00.000Z","latitude":"52.5","longitude":13.40,"region":"western-europe"}}"#
    ));
    assert_eq!(seen.object().kind(), Some(Kind::Location));
    assert_eq!(custom(&seen, "latitude"), r#""52.5""#);
}

// Repetitions and references.

#[test]
fn repeated_objects_and_versions_are_all_read() {
    let text = include_str!("../fixtures/quirks/versions.json");
    let seen = read(text);
    nothing_said(&seen);
    assert_eq!(seen.ids(), [CERT; 5]);
    let bundle = Bundle::from_slice(text.as_bytes()).unwrap();
    let id = Identifier::from(CERT);
    let name = |object: &Object| <&Identity>::try_from(object).unwrap().name.clone();
    let versions: Vec<_> = bundle.versions(&id).map(name).collect();
    assert_eq!(versions, ["First", "Second", "Second, again", "Second, again", "Third, with an offset"]);
    assert_eq!(name(bundle.get(&id).unwrap()), "Third, with an offset");
}

#[test]
fn references_may_lead_nowhere() {
    let seen = read(format!(
        r#"{{"type":"relationship","spec_version":"2.1","id":"relationship--{UUID}","created":"2024-05-01T10:00:00.000Z",
        "modified":"2024-05-01T10:00:00.000Z","relationship_type":"x-supersedes","source_ref":"malware--{UUID}",
        "target_ref":"not an id"}}"#
    ));
    nothing_said(&seen);
    let Object::Relationship(link) = seen.object() else { panic!("a relationship") };
    assert!(link.target_ref.is("not an id"));
    assert_eq!(seen.checked(), [(FindingKind::IdForm, ".target_ref".into())]);
}

// Names.

#[test]
fn hashes_keep_their_names() {
    let hashes = r#"{"SHA256":"00","md5":"11","IMPHASH":"22","UNKNOWN":"33","SHA-256":"44"}"#;
    let seen = read(indicator(&format!(
        r#""external_references":[{{"source_name":"example","external_id":"A","hashes":{hashes}}}]"#
    )));
    nothing_said(&seen);
    let own = &seen.object().common().external_references[0].hashes;
    assert_eq!(serde_json::to_string(own).unwrap(), hashes);
    let path = |name: &str| (FindingKind::HashName, format!(".external_references[0].hashes.{name}"));
    assert_eq!(seen.checked(), ["SHA256", "md5", "IMPHASH", "UNKNOWN"].map(path));
}

#[test]
fn property_names_may_be_anything() {
    let names = ["X_Camel", "with blank", "a.b", "größe", "", "\\\"quoted\\\"", "\\u0061", "😀", "x-y"];
    let members: Vec<_> = names.iter().map(|name| format!("\"{name}\":1")).collect();
    let seen = read(identity(&members.join(",")));
    nothing_said(&seen);
    let own: Vec<_> = seen.object().custom().names().map(String::from).collect();
    assert_eq!(own, ["X_Camel", "with blank", "a.b", "größe", "", "\"quoted\"", "a", "😀", "x-y"]);
    let odd = seen.checked().iter().filter(|(kind, _)| *kind == FindingKind::PropertyName).count();
    assert_eq!(odd, names.len());
}

#[test]
fn of_a_repeated_key_the_last_counts() {
    let text = identity(r#""name":"Last","x_a":{"b":1,"b":2},"x_a":[],"roles":["a"],"roles":5"#);
    let seen = read(&text);
    let identity: &Identity = a(&seen);
    assert_eq!((&*identity.name, identity.roles.len()), ("Last", 0));
    assert_eq!((custom(&seen, "x_a"), custom(&seen, "roles")), ("[]".into(), "5".into()));
    let repeated = |path, part| (FindingKind::RepeatedKey, path, at(&text, part));
    assert_eq!(
        seen.found(),
        [
            (FindingKind::SetAside, "$.roles", at(&text, "5}")),
            repeated("$.name", "\"name\":\"Last"),
            repeated("$.x_a.b", "\"b\":2"),
            repeated("$.x_a", "\"x_a\":[]"),
            repeated("$.roles", "\"roles\":5"),
        ]
    );
}

#[test]
fn a_repeated_type_and_id_are_told_too() {
    let text = format!(r#"{{"type":"x-a","id":"x-a--1","type":"identity","name":"n","id":"{CERT}"}}"#);
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT]);
    let kinds: Vec<_> = seen.found().iter().map(|(kind, path, _)| (*kind, path.to_string())).collect();
    let repeated = |path: &str| (FindingKind::RepeatedKey, path.to_owned());
    assert_eq!(kinds, [repeated("$.type"), repeated("$.id")]);
}

// Sizes.

#[test]
fn long_strings_are_read() {
    for len in [10_001, 100_001, 1 << 20] {
        let payload = "QUJD".repeat(len / 4 + 1);
        let text = bundle(&[&identity(""), &identity(&format!(r#""x_payload":"{payload}""#)), &identity("")]);
        let seen = super::drain(stixkit::Reader::from_slice(text.as_bytes()));
        assert_eq!(seen.ids(), [CERT; 3]);
        assert_eq!(seen.objects[1].object.custom().get("x_payload").unwrap().as_str().unwrap(), payload);
        let streamed = super::drain(stixkit::Reader::from_reader(text.as_bytes()));
        assert!(streamed.lines == seen.lines);
    }
}

// Containers.

#[test]
fn a_list_of_objects_is_read() {
    let text = format!("[\n{},\n{}\n]\n", identity(""), identity(r#""revoked":7"#));
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT; 2]);
    assert_eq!(seen.found(), [(FindingKind::SetAside, "$[1].revoked", at(&text, "7}"))]);
    assert!(seen.container.is_empty());
}

#[test]
fn lines_of_objects_are_read() {
    let text = include_str!("../fixtures/quirks/records.ndjson");
    let seen = read(text);
    let sensor = "x-sensor--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6";
    assert_eq!(seen.ids(), [CERT, sensor, "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5"]);
    let newline = Position { offset: at(text, "{\"name\":\"cut").offset + 15, line: 4, column: 16 };
    assert_eq!(seen.faults(), [(ErrorKind::Syntax, "$.name", newline)]);
    assert_eq!(seen.rejection().raw, br#"{"name":"cut of"#);
    assert_eq!(seen.rejection().index, 2);
}

#[test]
fn concatenated_documents_are_read() {
    let text = format!("{}{}[{}]\u{1e}{}", identity(""), bundle(&[&identity("")]), identity(""), identity(""));
    let seen = read(text);
    assert_eq!(seen.ids(), [CERT; 4]);
    nothing_said(&seen);
}

#[test]
fn an_envelope_is_read() {
    let seen = read(include_str!("../fixtures/quirks/envelope.json"));
    nothing_said(&seen);
    assert_eq!(seen.ids().len(), 2);
    assert!(seen.container.parse::<bool>("more").unwrap().unwrap());
    assert_eq!(seen.container.get("next").unwrap().as_str().unwrap(), "d91a");
    for empty in ["{}", r#"{"more":false}"#, r#"{"objects":[]}"#, r#"{"more":false,"objects":[]}"#] {
        let seen = read(empty);
        assert!(seen.objects.is_empty(), "{empty}");
        nothing_said(&seen);
    }
}

// Broken text.

#[test]
fn invalid_utf8_costs_its_object_alone() {
    let text = bundle(&[&identity(""), &identity(r#""description":"Caf?""#), &identity("")]);
    let place = at(&text, "?");
    let mut bytes = text.into_bytes();
    bytes[place.offset as usize] = 0xe9;
    let seen = read(bytes);
    assert_eq!(seen.ids(), [CERT; 2]);
    assert_eq!(seen.faults(), [(ErrorKind::Encoding, "$.objects[1].description", place)]);
    let rejected = seen.rejection();
    assert_eq!((rejected.id.as_deref(), rejected.json()), (Some(CERT), None));
    assert!(rejected.raw.ends_with(b"\"Caf\xe9\"}"));
}

#[test]
fn commas_too_many_and_too_few_cost_nothing() {
    let one = identity("");
    let text = format!("[\n,{one}\n,,{one}\n{one},\n]");
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT; 3]);
    let line = |line: usize, column: usize| {
        let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        Position { offset: (before + column - 1) as u64, line: line as u64, column: column as u64 }
    };
    assert_eq!(
        seen.found(),
        [
            (FindingKind::Container, "$[0]", line(2, 1)),
            (FindingKind::Container, "$[1]", line(3, 2)),
            (FindingKind::Container, "$[2]", line(4, 1)),
            (FindingKind::Container, "$[3]", line(5, 1)),
        ]
    );
}

#[test]
fn a_comma_behind_the_last_property_costs_its_object_alone() {
    let bad = r#"{"type":"x-a","id":"x-a--1","name":"a",}"#;
    let text = bundle(&[&identity(""), bad, &identity("")]);
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT; 2]);
    let mut brace = at(&text, ",}");
    brace.offset += 1;
    brace.column += 1;
    let [(kind, path, place)] = seen.faults()[..] else { panic!("{:?}", seen.lines) };
    assert_eq!((kind, place), (ErrorKind::Syntax, brace));
    assert!(path.starts_with("$.objects[1]"), "{path}");
    assert_eq!((seen.rejection().id.as_deref(), &*seen.rejection().raw), (Some("x-a--1"), bad.as_bytes()));
}

#[test]
fn broken_text_in_the_middle_costs_its_object_alone() {
    for bad in [
        r#"{"type":"x-a","id":"x-a--1","name":oops}"#,
        r#"{"type":"x-a","id":"x-a--1","name":NaN}"#,
        r#"{"type":"x-a","id":"x-a--1","name":-Infinity}"#,
        r#"{"type":"x-a","id":"x-a--1","name":"a" "b"}"#,
        r#"{"type":"x-a","id":"x-a--1","name":01}"#,
        r#"{"type":"x-a","id":"x-a--1","name":"\x"}"#,
        r#"{"type":"x-a","id":"x-a--1","name":[1}}"#,
        r#"{"type":"x-a","id":"x-a--1","name":["a","b"}"#,
        r#"{"type":"x-a","id":"x-a--1","name":"a"]"#,
        r#"{"type":"x-a","id":"x-a--1","name":"a"#,
        r#"{"type":"x-a","id":"x-a--1","name":"#,
        r#"{"type":"x-a","id":"x-a--1","name":{"a":1}"#,
        r#"{type:"x-a",id:"x-a--1"}"#,
        "{'type':'x-a','id':'x-a--1'}",
        "x-a",
        "{",
        "\u{0}",
        "{\"type\":\"x-a\",\"id\":\"x-a--1\",\"name\":\"a\u{0}\"}",
        "5",
        "\"{\\\"type\\\":\\\"x-a\\\"\"",
        "null",
    ] {
        let text = bundle(&[&identity(""), bad, &identity(""), &identity("")]);
        let seen = read(&text);
        assert_eq!(seen.ids(), [CERT; 3], "{bad}: {:?}", seen.lines);
        assert_eq!(seen.rejection().raw.escape_ascii().to_string(), bad.as_bytes().escape_ascii().to_string());
        assert_eq!(seen.rejection().index, 1);
        let fault = seen.rejection().error.position().unwrap();
        assert!(fault.line >= 3 && fault.line <= 4, "{bad}: {fault}");
        assert!(seen.rejection().error.path().starts_with("$.objects[1]"), "{bad}");
        assert_eq!(seen.found(), [], "{bad}");
    }
}

// Patterns and markings.

#[test]
fn pattern_types_outside_the_vocabulary_are_kept() {
    for name in ["stix", "sigma", "yara", "snort", "suricata", "pcre", "openioc", "d3fend", "stix2"] {
        let seen = read(indicator("").replace("\"pattern_type\":\"stix\"", &format!(r#""pattern_type":"{name}""#)));
        let own = a::<Indicator>(&seen).pattern_type.as_ref().unwrap();
        assert_eq!(own.as_str(), name);
        assert_eq!(own.is_standard(), !matches!(name, "openioc" | "d3fend" | "stix2"));
        nothing_said(&seen);
    }
}

#[test]
fn markings_of_every_kind_are_recognized() {
    let seen = read(include_str!("../fixtures/quirks/tlp.json"));
    nothing_said(&seen);
    let markings: Vec<_> = seen
        .objects
        .iter()
        .map(|accepted| <&MarkingDefinition>::try_from(&accepted.object).expect("a marking definition"))
        .collect();
    let levels: Vec<_> = markings.iter().map(|marking| marking.tlp()).collect();
    let amber = [Some(Tlp::AmberStrict), Some(Tlp::Amber)];
    assert_eq!(
        levels,
        [Some(Tlp::Clear), Some(Tlp::Green), amber[0], amber[1], Some(Tlp::Red), Some(Tlp::Clear), None]
    );
    assert_eq!(markings[6].statement().as_deref(), Some("Copyright 2024, Example CERT"));
}

// Not seen in the wild.

#[test]
fn a_byte_order_mark_is_passed_over() {
    let text = format!("\u{feff}{}", bundle(&[&identity("")]));
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT]);
    nothing_said(&seen);
    assert_eq!(seen.objects[0].offset, at(&text, "{\"type\":\"identity").offset);
}

#[test]
fn a_byte_order_mark_further_on_costs_no_object() {
    // Files that were put together keep their marks.
    let seen = read(format!("\u{feff}{}\n\u{feff}{}\n", bundle(&[&identity("")]), identity("")));
    assert_eq!(seen.ids(), [CERT; 2]);
}

#[test]
fn utf16_is_told_as_what_it_is() {
    for (mark, to_bytes) in [([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xfe, 0xff], u16::to_be_bytes)] {
        let units: Vec<u8> = identity("").encode_utf16().flat_map(to_bytes).collect();
        let seen = read([&mark[..], &units].concat());
        let error = &seen.rejected[0].error;
        assert_eq!((error.kind(), error.position().unwrap().offset), (ErrorKind::Encoding, 0));
        assert!(error.detail().starts_with("UTF-16"), "{error}");
        assert!(seen.objects.is_empty());
    }
}

#[test]
fn nan_is_not_json() {
    let text = identity(r#""confidence":NaN"#);
    assert_eq!(read(&text).faults(), [(ErrorKind::Syntax, "$.confidence", at(&text, "NaN"))]);
}

#[test]
fn nul_is_text_only_as_an_escape() {
    let text = identity("\"description\":\"a\u{0}\"");
    assert_eq!(read(&text).faults(), [(ErrorKind::Syntax, "$.description", at(&text, "\u{0}"))]);
    let seen = read(identity(r#""description":"a\u0000b""#));
    assert_eq!(a::<Identity>(&seen).description.as_deref(), Some("a\u{0}b"));
}

#[test]
fn lone_surrogates_are_kept_where_no_text_is_needed() {
    let text =
        identity(r#""description":"a\ud83d","x_lone":"\udc00","x_pair":"\ud83d\ude00","identity_class":"\ud800""#);
    let seen = read(&text);
    let identity: &Identity = a(&seen);
    assert_eq!((&identity.description, &identity.identity_class), (&None, &None::<IdentityClass>));
    assert_eq!(custom(&seen, "description"), r#""a\ud83d""#);
    assert_eq!(identity.custom.get("x_pair").unwrap().as_str().as_deref(), Some("😀"));
    assert_eq!(
        seen.found(),
        [
            (FindingKind::SetAside, "$.description", at(&text, "\"a\\ud83d")),
            (FindingKind::SetAside, "$.identity_class", at(&text, "\"\\ud800")),
        ]
    );
}

#[test]
fn a_lone_surrogate_in_a_name_or_required_text_costs_its_object_alone() {
    for bad in [identity(r#""x_\ud800":1"#), identity("").replace("Example CERT", "\\ud800")] {
        let seen = read(bundle(&[&identity(""), &bad, &identity("")]));
        assert_eq!(seen.ids(), [CERT; 2]);
        assert_eq!(seen.rejection().error.kind(), ErrorKind::InvalidProperty);
        assert_eq!(seen.rejection().json(), Some(&*bad));
    }
}

#[test]
fn nesting_is_read_to_the_limit() {
    let nested = |depth: usize| identity(&format!(r#""x_deep":{}{}"#, "[".repeat(depth), "]".repeat(depth)));
    nothing_said(&read(nested(99)));
    let text = bundle(&[&identity(""), &nested(100), &identity("")]);
    let seen = read(&text);
    assert_eq!(seen.ids(), [CERT; 2]);
    let mut place = at(&text, "[[[");
    place.offset += 99;
    place.column += 99;
    let [(kind, path, found)] = seen.faults()[..] else { panic!("{:?}", seen.lines) };
    assert_eq!((kind, found), (ErrorKind::TooDeep, place));
    assert_eq!(path, format!("$.objects[1].x_deep{}", "[0]".repeat(99)));
}

#[test]
fn numbers_keep_every_digit() {
    let digits = "1234567890".repeat(100);
    for number in
        [&digits, &format!("-0.{digits}e-{}", &digits[..9]), "1E400", "-0", "1.0", "0e0", "18446744073709551616"]
    {
        let seen = read(identity(&format!(r#""x_number":{number}"#)));
        assert_eq!(custom(&seen, "x_number"), *number);
        nothing_said(&seen);
    }
    for no_number in ["1.", ".5", "+1", "-", "1e", "0x10", "--1", "01", "1_000", "1e+"] {
        let text = identity(&format!(r#""x_number":{no_number}"#));
        let seen = read(bundle(&[&identity(""), &text, &identity("")]));
        assert_eq!(seen.ids(), [CERT; 2]);
        let [(kind, path, _)] = seen.faults()[..] else { panic!("{no_number}: {:?}", seen.lines) };
        assert_eq!(kind, ErrorKind::Syntax, "{no_number}");
        // A number that lacks its end is at fault where the next token stands.
        assert!(path.starts_with("$.objects[1]"), "{no_number}: {path}");
    }
}

#[test]
fn a_version_that_is_no_version_is_kept() {
    let seen = read(identity(r#""spec_version":"2.2""#));
    assert_eq!(seen.object().common().spec_version, Some(SpecVersion::Other("2.2".into())));
    assert_eq!(seen.checked(), [(FindingKind::SpecVersion, ".spec_version".into())]);
}
