//! What does not fit is kept, and costs nothing around it.

use stixkit::object::{ArchiveExt, Common, Custom, ObjectType, PdfExt, PropertyValue};
use stixkit::reader::{Accepted, Item, Reader};
use stixkit::{FindingKind, Json, Kind, Object};

use super::object;

/// The one object, which is written back as it was sent.
#[track_caller]
fn read(json: &str) -> Accepted {
    let mut items: Vec<_> = Reader::from_str(json).collect();
    let Some(Ok(Item::Object(accepted))) = items.pop() else { panic!("it does not read") };
    let written = serde_json::to_string(&accepted.object).unwrap();
    assert_eq!(Json::new(&written).unwrap(), Json::new(json).unwrap());
    accepted
}

fn set_aside(accepted: &Accepted) -> Vec<&str> {
    accepted
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::SetAside)
        .map(|finding| &*finding.path)
        .collect()
}

const OBSERVED: &str = r#""type":"observed-data","id":"observed-data--1","first_observed":"2015-12-21T19:00:00Z",
    "last_observed":"2015-12-21T19:00:00Z","number_observed":1"#;

#[test]
fn an_extension_that_does_not_fit_stays_json_beside_those_that_do() {
    let accepted = read(
        r#"{"type":"file","id":"file--1","extensions":{"pdf-ext":{"version":"1.7"},"archive-ext":{"contains_refs":5},"x":[]}}"#,
    );
    let extensions = &accepted.object.common().extensions;
    assert_eq!(extensions.get::<PdfExt>().unwrap().version.as_deref(), Some("1.7"));
    assert_eq!(extensions.get::<ArchiveExt>(), None);
    assert_eq!(extensions.other().names().collect::<Vec<_>>(), ["archive-ext", "x"]);
    assert_eq!(set_aside(&accepted), ["$.extensions.archive-ext.contains_refs"]);
}

#[test]
fn c07_a_predefined_extension_that_was_set_aside_is_still_a_predefined_one() {
    for (id, more, extension, place) in [
        (
            "network-traffic--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
            r#""protocols":["tcp"],"src_ref":"ipv4-addr--d81f86b9-975b-4c0b-875e-810c5ad45a4f""#,
            r#"{"http-request-ext":{"request_value":"/"}}"#,
            "$.extensions.http-request-ext",
        ),
        (
            "user-account--6c60cab0-c5a6-54cf-be81-94eff8deeb9e",
            r#""user_id":"1001""#,
            r#"{"unix-account-ext":{"gid":"0"}}"#,
            "$.extensions.unix-account-ext.gid",
        ),
    ] {
        let (type_name, _) = id.split_once("--").unwrap();
        let accepted = read(&format!(
            r#"{{"type":"{type_name}","spec_version":"2.1","id":"{id}",{more},"extensions":{extension}}}"#
        ));
        assert_eq!(set_aside(&accepted), [place]);
        assert_eq!(accepted.object.check(), []);
        assert_eq!(accepted.object.common().extensions.other().len(), 1);
    }
}

#[test]
fn of_a_repeated_extension_the_last_one_counts() {
    for (first, second) in
        [(r#"{"version":"1"}"#, "5"), ("5", r#"{"version":"1"}"#), (r#"{"version":"1"}"#, r#"{"version":"2"}"#)]
    {
        let json = format!(r#"{{"type":"file","id":"file--1","extensions":{{"pdf-ext":{first},"pdf-ext":{second}}}}}"#);
        let accepted = read(&json);
        assert!(accepted.findings.iter().any(|finding| finding.kind == FindingKind::RepeatedKey), "{json}");
    }
}

#[test]
fn an_observable_in_a_dictionary_that_does_not_read_stays_json() {
    let accepted = read(&format!(
        r#"{{{OBSERVED},"objects":{{
            "0":{{"type":"file","name":"a","size":"big"}},
            "1":{{"name":"no type"}},
            "2":{{"type":"url"}},
            "3":"text",
            "4":{{"type":"identity","name":"no observable"}},
            "5":{{"type":"x-own","a":1}},
            "6":{{"type":"bundle"}},
            "7":{{"type":"url","value":"b","id":5}},
            "8":{{"type":"url","value":"b","id":"url--8"}},
            "9":{{"value":"b","id":"file--9","type":"url"}}
        }}}}"#
    ));
    let Object::ObservedData(observed) = &accepted.object else { panic!("it is observed data") };
    let typed: Vec<_> = observed.objects.iter().map(|(name, object)| format!("{name} {}", object.id())).collect();
    assert_eq!(typed, ["0 0", "5 5", "8 url--8", "9 file--9"]);
    assert_eq!(observed.objects.other().names().collect::<Vec<_>>(), ["1", "2", "3", "4", "6", "7"]);
    assert_eq!(set_aside(&accepted).len(), 7, "{:?}", accepted.findings);
    assert_eq!(set_aside(&accepted)[0], "$.objects.0.size");
    assert_eq!(observed.objects.get("0").unwrap().custom().names().collect::<Vec<_>>(), ["size"]);
}

#[test]
fn of_a_repeated_local_name_the_last_one_counts() {
    let accepted = read(&format!(
        r#"{{{OBSERVED},"objects":{{"0":{{"type":"url","value":"a"}},"1":{{}},"0":{{"type":"url","value":"b"}},"1":{{}}}}}}"#
    ));
    let Object::ObservedData(observed) = &accepted.object else { panic!("it is observed data") };
    assert_eq!((observed.objects.len(), observed.objects.other().len()), (1, 1));
    assert_eq!(observed.objects.get("0").unwrap().property("value").unwrap().as_str().as_deref(), Some("b"));
}

#[test]
fn observables_of_20_are_checked_as_such() {
    let object = object(&format!(
        r#"{{{OBSERVED},"created":"2016-04-06T19:58:16.000Z","modified":"2016-04-06T19:58:16.000Z","objects":{{
            "0":{{"type":"file","name":"a","accessed":"2016-04-06T19:58:16Z","parent_directory_ref":"1"}},
            "1":{{"type":"directory","path":"/","ctime":"2016-04-06T19:58:16Z"}}}}}}"#
    ));
    let found: Vec<_> = object.check().into_iter().map(|finding| (finding.kind, finding.path)).collect();
    assert_eq!(found, [(FindingKind::IdForm, ".id".into()), (FindingKind::OtherVersion, ".objects.1.ctime".into())]);
}

#[test]
fn what_is_empty_or_null_is_written_back() {
    for objects in ["null", "{}", r#"{"0":{"type":"url","value":"a","id":null}}"#, r#"{"0":null}"#] {
        read(&format!(r#"{{{OBSERVED},"objects":{objects}}}"#));
    }
    for extensions in ["null", "{}", r#"{"pdf-ext":{}}"#, r#"{"pdf-ext":{"version":null}}"#, r#"{"pdf-ext":null}"#] {
        read(&format!(r#"{{"type":"file","id":"file--1","extensions":{extensions}}}"#));
    }
}

#[test]
fn whole_numbers_are_read_however_they_are_written() {
    for (size, value) in [
        ("5", Some(5)),
        ("5.0", Some(5)),
        ("5e2", Some(500)),
        ("-0", Some(0)),
        ("18446744073709551615", Some(u64::MAX)),
        ("5.5", None),
        ("-1", None),
        ("18446744073709551616", None),
        ("1e30", None),
        ("\"5\"", None),
        ("9007199254740993.0", None),
    ] {
        let accepted = read(&format!(r#"{{"type":"file","id":"file--1","size":{size}}}"#));
        let Object::File(file) = &accepted.object else { panic!("it is a file") };
        assert_eq!(file.size, value, "{size}");
        assert_eq!(set_aside(&accepted).is_empty(), value.is_some(), "{size}");
    }
    let accepted = read(
        r#"{"type":"network-traffic","id":"network-traffic--1","protocols":["tcp"],"src_port":65536,"dst_port":65535}"#,
    );
    assert_eq!(set_aside(&accepted), ["$.src_port"]);
}

#[test]
fn digits_of_a_float_are_kept() {
    let accepted = read(r#"{"type":"location","id":"location--1","latitude":48.856614000000000012,"longitude":1e400}"#);
    assert_eq!(accepted.object.property("latitude"), Some(PropertyValue::Float(48.856614)));
    assert_eq!(set_aside(&accepted), ["$.longitude"]);
}

#[test]
fn properties_of_a_top_level_extension_are_no_mistake() {
    let object = object(
        r#"{"type":"x-new","spec_version":"2.1","id":"x-new--31b940d4-6f7f-459a-80ea-9c1f17b5891b","created":"2024-05-01T10:00:00.000Z",
        "modified":"2024-05-01T10:00:00.000Z","rank":5,"extensions":{"extension-definition--d83fce45-ef58-4c6c-a3f4-1fbc32e98c6e":
        {"extension_type":"new-sdo"}}}"#,
    );
    assert_eq!(object.check(), []);
    assert_eq!(object.property("rank"), Some(PropertyValue::Integer(5)));
}

#[test]
fn a_property_set_in_a_program_hides_what_was_set_aside() {
    let Object::File(mut file) = read(r#"{"type":"file","id":"file--1","size":"big"}"#).object else {
        panic!("it is a file")
    };
    assert_eq!(file.property("size").unwrap().as_str().as_deref(), Some("big"));
    file.size = Some(5);
    assert_eq!(file.property("size"), Some(PropertyValue::Integer(5)));
    assert_eq!(serde_json::to_string(&file).unwrap(), r#"{"type":"file","id":"file--1","size":5}"#);
}

#[test]
fn custom_objects_have_no_properties_of_their_own() {
    let custom = Custom::new("2024-05-01T10:00:00.000Z".parse::<stixkit::Timestamp>().unwrap(), "x-sensor");
    let object = Object::from(custom);
    assert_eq!((object.kind(), object.properties()), (None, &[][..]));
    assert!(object.id().is_canonical() && object.check().is_empty());
    assert_eq!(object.property("type").unwrap().as_str().as_deref(), Some("x-sensor"));
    assert!(Common::PROPERTIES.contains(&"id") && Kind::File.properties().contains(&"size"));
}
