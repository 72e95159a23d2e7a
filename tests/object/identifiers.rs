//! Identifiers of observables: those that follow from properties, and those that do not.

use stixkit::object::{EmailAddr, File, Ipv4Addr, NetworkTraffic, ObservableType};
use stixkit::vocab::HashAlgorithm;
use stixkit::{Bundle, FindingKind, Kind, Level, Object};

use super::object;

#[test]
fn observables_are_identified_by_what_they_are() {
    let mut file = File::new();
    let random = file.common.id.clone();
    assert_eq!(random.uuid().unwrap().get_version_num(), 4);
    file.identify();
    assert_eq!(file.common.id, random, "there is nothing to follow from");
    file.name = Some("a.exe".into());
    file.identify();
    assert_eq!(file.common.id.uuid().unwrap().get_version_num(), 5);
    let of_name = file.common.id.clone();
    file.size = Some(5);
    assert_eq!(file.deterministic_id(), Some(of_name.clone()), "the size does not count");
    file.hashes.insert(HashAlgorithm::Sha512, "aa");
    let of_one = file.deterministic_id();
    file.hashes.insert(HashAlgorithm::Tlsh, "bb");
    assert_eq!(file.deterministic_id(), of_one, "one hash is enough");
    file.hashes.insert(HashAlgorithm::Md5, "cc");
    assert!(file.deterministic_id() != of_one && of_one != Some(of_name));
}

/// Made by the reference implementation.
#[test]
fn identifiers_are_those_of_the_reference() {
    let objects = include_str!("../fixtures/deterministic_ids.jsonl").lines();
    let count = objects
        .map(|line| {
            let object: Object = serde_json::from_str(line).unwrap();
            assert_eq!(object.deterministic_id().as_ref(), Some(object.id()), "{line}");
        })
        .count();
    assert!(count > 100);
}

/// Made by the reference implementation, which cuts zeros at the end of a fraction.
#[test]
fn b02_times_that_end_in_zeros_have_the_identifier_of_the_reference() {
    const PROTOCOLS: &str = r#""protocols":["tcp"],"src_ref":"ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd""#;
    const BINARY: &str = r#""name":"a","extensions":{"windows-pebinary-ext":{"pe_type":"exe","time_date_stamp":"#;
    for (time, id) in [
        ("2020-01-01T00:00:00.000Z", "47542f75-9901-57aa-8706-d75d05ea7dd7"),
        ("2020-01-01T00:00:00Z", "47542f75-9901-57aa-8706-d75d05ea7dd7"),
        ("2020-01-01T00:00:00.0Z", "47542f75-9901-57aa-8706-d75d05ea7dd7"),
        ("2020-01-01T00:00:00.000000000Z", "47542f75-9901-57aa-8706-d75d05ea7dd7"),
        ("2020-01-01T01:00:00.00+01:00", "47542f75-9901-57aa-8706-d75d05ea7dd7"),
    ] {
        let traffic = object(&format!(
            r#"{{"type":"network-traffic","spec_version":"2.1","id":"network-traffic--0",{PROTOCOLS},"start":"{time}"}}"#
        ));
        assert_eq!(traffic.deterministic_id().unwrap().to_string(), format!("network-traffic--{id}"), "{time}");
    }
    for time in ["2020-01-01T00:00:00.123Z", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.999999999Z"] {
        let binary = object(&format!(r#"{{"type":"file","spec_version":"2.1","id":"file--0",{BINARY}"{time}"}}}}}}"#));
        let id = binary.deterministic_id().unwrap().to_string();
        assert_eq!(id, "file--2dbcba16-e05f-5fd1-8e57-e178d1cd44d5", "{time}");
    }
}

#[test]
fn b03_where_json_has_no_canonical_form_there_is_no_identifier() {
    let id = |member: &str| {
        object(&format!(
            r#"{{"type":"file","id":"file--0","name":"a",
            "extensions":{{"extension-definition--11111111-1111-4111-8111-111111111111":{{{member}}}}}}}"#
        ))
        .deterministic_id()
    };
    for member in [
        r#""n":1e400"#,
        r#""n":-1e400"#,
        r#""n":null"#,
        r#""n":1,"n":2"#,
        r#""n":"\ud800""#,
        r#""a":[{"n":[1e400]}]"#,
        r#""a":[null]"#,
        r#""a":{"n":1,"\u006e":1}"#,
        r#""a":["\udc00\ud800"]"#,
        r#""\ud800":1"#,
    ] {
        assert_eq!(id(member), None, "{member}");
    }
    for (member, uuid) in [
        (r#""n":2"#, "95ace585-92c3-51de-8873-f1529da7a41f"),
        (r#""n":2.0"#, "95ace585-92c3-51de-8873-f1529da7a41f"),
        (r#""\u006e":20e-1"#, "95ace585-92c3-51de-8873-f1529da7a41f"),
    ] {
        assert_eq!(id(member).unwrap().to_string(), format!("file--{uuid}"), "{member}");
    }
}

/// The findings about identifiers.
fn found(json: &str) -> Vec<FindingKind> {
    let findings = object(json).check().into_iter();
    let kinds = findings.filter(|finding| finding.path == ".id").map(|finding| finding.kind);
    kinds.inspect(|kind| assert_eq!(kind.level(), Level::Warning, "{json}")).collect()
}

#[test]
fn stale_and_random_identifiers_are_found() {
    const V4: &str = "0d3e4f5a-6b7c-4d8e-9fa0-b1c2d3e4f5a6";
    const OWN: &str = "28bb3599-77cd-5a82-a950-b5bc3caf07c4";
    let of_name = File::new().with(|file| file.name = Some("a".into())).common.id.to_string();
    let address = |uuid: &str, more: &str| {
        format!(r#"{{"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--{uuid}","value":"198.51.100.3"{more}}}"#)
    };
    let file = |id: &str, members: &str| format!(r#"{{"type":"file","spec_version":"2.1","id":"{id}",{members}}}"#);
    let traffic = |uuid: &str| {
        format!(
            r#"{{"type":"network-traffic","spec_version":"2.1","id":"network-traffic--{uuid}","protocols":["tcp"],
            "src_ref":"ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd","start":"2020-01-01T00:00:00.000Z"}}"#
        )
    };
    let (stale, random) = (vec![FindingKind::StaleId], vec![FindingKind::RandomId]);
    for (json, expected) in [
        (address(OWN, ""), vec![]),
        (address(V4, ""), random.clone()),
        (address("ff26c055-6336-5bc5-b98d-13d6226742dd", ""), stale.clone()),
        // A UUID of another version is neither.
        (address("ff26c055-6336-1bc5-b98d-13d6226742dd", ""), vec![]),
        // The value may have been changed after the identifier was made.
        (address(V4, r#","defanged":true"#), vec![]),
        // A name of two letters, and a property that does not count.
        (file(&of_name, r#""name":"a","size":5"#), vec![]),
        (file(&of_name, r#""name":"b""#), stale.clone()),
        // The identifier cannot be known.
        (file(&of_name, r#""name":"b","parent_directory_ref":5"#), vec![]),
        (file(&format!("file--{V4}"), r#""hashes":{"x_a":"00","x_b":"11"}"#), vec![]),
        (file(&format!("file--{V4}"), r#""hashes":{"x_a":"00"}"#), random),
        (file(&format!("file--{V4}"), r#""size":5"#), vec![]),
        // As the reference implementation makes it, as others make it, and neither.
        (traffic("47542f75-9901-57aa-8706-d75d05ea7dd7"), vec![]),
        (traffic("c09a959b-aff1-5cb2-83ab-c9c7e93ca479"), vec![]),
        (traffic(OWN), stale),
    ] {
        assert_eq!(found(&json), expected, "{json}");
    }
}

#[test]
fn what_is_set_in_with_counts() {
    for kind in [Kind::File, Kind::EmailAddr] {
        let object = match kind {
            Kind::File => Object::from(File::new().with(|file| file.name = Some("a.exe".into()))),
            _ => EmailAddr::new("a@example.com").with(|address| address.value = "b@example.com".into()).into(),
        };
        assert_eq!(object.deterministic_id().as_ref(), Some(object.id()));
        assert!(object.check().is_empty(), "{:?}", object.check());
    }
}

#[test]
fn a_bundle_is_identified_with_its_references() {
    let mut file = File::new();
    file.name = Some("a.exe".into());
    let mut address = Ipv4Addr::new("198.51.100.3");
    let mut traffic = NetworkTraffic::new(["tcp".to_owned()]);
    traffic.src_ref = Some(address.common.id.clone());
    traffic.src_payload_ref = Some(file.common.id.clone());
    address.value = "198.51.100.4".into();
    // Two that share an identifier, and what refers to it.
    let shared = EmailAddr::new("a@example.com");
    let mut other = shared.clone();
    other.value = "b@example.com".into();
    let ids = |bundle: &Bundle| bundle.objects().iter().map(|object| object.id().clone()).collect::<Vec<_>>();

    // Whatever the order, the address comes before what follows from it.
    let mut bundle =
        Bundle::new([Object::from(traffic), address.clone().into(), file.into(), shared.clone().into(), other.into()]);
    assert_eq!(bundle.get(&shared.common.id).map(Object::id), Some(&shared.common.id));
    assert_eq!(bundle.identify(), 3);
    let Some(Object::NetworkTraffic(traffic)) = bundle.objects().first() else { panic!("it is traffic") };
    assert_eq!(traffic.src_ref.as_ref(), address.deterministic_id().as_ref());
    assert_eq!(traffic.src_payload_ref.as_ref(), Some(bundle.objects()[2].id()));
    assert!(bundle.get(bundle.objects()[2].id()).is_some());
    let findings: Vec<_> = bundle.objects().iter().map(|object| object.check().len()).collect();
    assert_eq!(findings, [0, 0, 0, 0, 1], "the last one shares its identifier");
    let before = ids(&bundle);
    assert_eq!((bundle.identify(), ids(&bundle)), (0, before));
}
