//! Objects made by programs.

use stixkit::object::*;
use stixkit::vocab::{ExtensionType, GroupingContext, OpinionValue, PatternType, RelationshipType};
use stixkit::{Bundle, Identifier, Json, Kind, Level, Object, Properties, Timestamp};

fn now() -> Timestamp {
    "2024-05-01T10:00:00.123Z".parse().unwrap()
}

/// One object of each type, with what the standard requires and nothing else.
pub(super) fn least() -> Vec<Object> {
    let (id, malware) = (Identifier::random(Kind::Identity), Identifier::random(Kind::Malware));
    let mut location = Location::new(now());
    location.country = Some("LU".into());
    let mut analysis = MalwareAnalysis::new(now(), "microsoft");
    analysis.result = Some("malicious".into());
    let mut marking = MarkingDefinition::new(now());
    marking.definition_type = Some("statement".into());
    marking.definition.insert("statement", Json::new("\"Copyright\"").unwrap());
    let mut definition = ExtensionDefinition::new(
        now(),
        "Rank",
        "https://example.org/rank.json",
        "1.0.0",
        vec![ExtensionType::PropertyExtension],
    );
    definition.common.created_by_ref = Some(id.clone());
    let mut contents = Properties::new();
    contents.insert("de", Json::new(r#"{"name": "Giftefeu"}"#).unwrap());

    let artifact = Artifact::new().with(|artifact| artifact.payload_bin = Some("VBORw0KGgo=".into()));
    let file = File::new().with(|file| file.name = Some("a.exe".into()));
    let traffic = NetworkTraffic::new(vec!["tcp".into()])
        .with(|traffic| traffic.src_ref = Some(Ipv4Addr::new("192.0.2.1").common.id));
    let process = Process::new().with(|process| process.pid = Some(1));
    let account = UserAccount::new().with(|account| account.user_id = Some("1001".into()));
    let certificate = X509Certificate::new().with(|certificate| certificate.serial_number = Some("36:f7".into()));
    vec![
        AttackPattern::new(now(), "Spear phishing").into(),
        Campaign::new(now(), "Green group").into(),
        CourseOfAction::new(now(), "Block port 25").into(),
        Grouping::new(now(), GroupingContext::SuspiciousActivity, [malware.clone()]).into(),
        Identity::new(now(), "Example CERT").into(),
        Incident::new(now(), "Incident 43").into(),
        Indicator::new(now(), "[url:value = 'https://example.org/']", PatternType::Stix, now()).into(),
        Infrastructure::new(now(), "C2").into(),
        IntrusionSet::new(now(), "Bobcat").into(),
        location.into(),
        Malware::new(now(), "Poison Ivy", true).into(),
        analysis.into(),
        Note::new(now(), "Seen twice", [malware.clone()]).into(),
        ObservedData::new(now(), now(), now(), 1, [file.common.id.clone()]).into(),
        Opinion::new(now(), OpinionValue::Agree, [malware.clone()]).into(),
        Report::new(now(), "The year", now(), [malware.clone()]).into(),
        ThreatActor::new(now(), "Evil Org").into(),
        Tool::new(now(), "VNC").into(),
        Vulnerability::new(now(), "CVE-2016-1234").into(),
        Relationship::new(now(), RelationshipType::Uses, id.clone(), malware.clone()).into(),
        Sighting::new(now(), malware).into(),
        marking.into(),
        LanguageContent::new(now(), id, contents).into(),
        definition.into(),
        artifact.into(),
        AutonomousSystem::new(64500).into(),
        Directory::new("/tmp").into(),
        DomainName::new("example.org").into(),
        EmailAddr::new("a@example.org").into(),
        EmailMessage::new(false).into(),
        file.into(),
        Ipv4Addr::new("198.51.100.3").into(),
        Ipv6Addr::new("2001:db8::1").into(),
        MacAddr::new("d2:fb:49:24:37:18").into(),
        Mutex::new("lock").into(),
        traffic.into(),
        process.into(),
        Software::new("Word").into(),
        Url::new("https://example.org/").into(),
        account.into(),
        WindowsRegistryKey::new("HKEY_LOCAL_MACHINE\\A").into(),
        certificate.into(),
    ]
}

#[test]
fn what_is_made_of_every_type_is_valid_and_reads_back() {
    let objects = least();
    let mut kinds: Vec<_> = objects.iter().filter_map(Object::kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 42);
    for object in &objects {
        assert_eq!(object.check(), [], "{object:?}");
        let written = serde_json::to_string(object).unwrap();
        assert_eq!(&serde_json::from_str::<Object>(&written).unwrap(), object);
    }
    let bundle = Bundle::new(objects);
    assert_eq!(bundle.id().and_then(|id| id.kind()), Some(Kind::Bundle));
    let written = serde_json::to_string(&bundle).unwrap();
    assert_eq!(Bundle::from_slice(written.as_bytes()).unwrap().objects(), bundle.objects());
}

#[test]
fn what_the_standard_requires_is_found_missing() {
    for (json, paths) in [
        (r#"{"type":"file","spec_version":"2.1","id":"file--1"}"#, &["", ".id"][..]),
        (
            r#"{"type":"location","spec_version":"2.1","id":"location--1","created":"2024-05-01T10:00:00Z",
            "modified":"2024-05-01T10:00:00Z","longitude":200.5}"#,
            &[".id", ".longitude", ".longitude", ""],
        ),
        (
            r#"{"type":"opinion","spec_version":"2.1","id":"opinion--1","opinion":"maybe"}"#,
            &[".id", ".created", ".modified", ".object_refs", ".opinion"],
        ),
        (r#"{"type":"process","spec_version":"2.1","id":"process--1"}"#, &[".id", ""]),
        (
            r#"{"type":"malware","spec_version":"2.1","id":"malware--1","created":"2024-05-01T10:00:00Z",
            "modified":"2024-05-01T10:00:00Z","is_family":true,"first_seen":"2024-05-01T10:00:00Z",
            "last_seen":"2023-05-01T10:00:00Z"}"#,
            &[".id", ".is_family", ".last_seen"],
        ),
        (
            r#"{"type":"malware","id":"malware--1","name":"A","confidence":101}"#,
            &[".id", ".created", ".modified", ".labels", ".confidence", ".confidence"],
        ),
        (
            r#"{"type":"email-message","spec_version":"2.1","id":"email-message--1","is_multipart":false,
            "extensions":{"x":{"extension_type":"what"}}}"#,
            &[".id", ".extensions.x"],
        ),
    ] {
        let findings = serde_json::from_str::<Object>(json).unwrap().check();
        let mut found: Vec<_> = findings.iter().map(|finding| &*finding.path).collect();
        let mut paths = paths.to_vec();
        found.sort_unstable();
        paths.sort_unstable();
        assert_eq!(found, paths, "{json} {findings:#?}");
    }
}

#[test]
fn references_in_properties_that_did_not_fit() {
    for (json, expected) in [
        (
            r#"{"type":"report","id":"report--1","name":"a","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z",
            "published":"2024-01-01T00:00:00Z","object_refs":["a--1"],"created_by_ref":["b--2"],"x_a\u005fref":"c--3",
            "external_references":{"d_ref":"d--4"},"id_ref":"e--5","x_f":{"g_ref":"h--6"}}"#,
            "object_refs a--1, created_by_ref b--2, x_a_ref c--3, d_ref d--4, id_ref e--5, g_ref h--6",
        ),
        // The names of dictionaries are data.
        (
            r#"{"type":"process","id":"process--1","environment_variables":{"my_ref":"a"},"child_refs":["process--2"]}"#,
            "child_refs process--2",
        ),
        (
            r#"{"type":"x-a","id":"x-a--1","id_ref":"b--1","objects":{"c_ref":"d--1"},"e_refs":["f--1",1]}"#,
            "id_ref b--1, c_ref d--1, e_refs f--1",
        ),
    ] {
        let object: Object = serde_json::from_str(json).unwrap();
        let found: Vec<_> =
            object.references().map(|reference| format!("{} {}", reference.property, reference.target)).collect();
        assert_eq!(found.join(", "), expected, "{json}");
    }
}

#[test]
fn references_are_listed() {
    let object: Object = serde_json::from_str(
        r#"{
        "type": "file", "id": "file--1", "created_by_ref": "identity--2", "object_marking_refs": ["marking-definition--3"],
        "granular_markings": [{"selectors": ["name"], "marking_ref": "marking-definition--4"}],
        "parent_directory_ref": "directory--5", "contains_refs": ["file--6", "url--7"],
        "extensions": {"archive-ext": {"contains_refs": ["file--8"]}, "extension-definition--9": {"a_ref": "x--10", "b": "y--11"}},
        "x_refs": ["z--12", {"deep_ref": "z--13"}, 5], "x_ref": null, "x": "z--14"
    }"#,
    )
    .unwrap();
    let found: Vec<_> =
        object.references().map(|reference| format!("{} {}", reference.property, reference.target)).collect();
    assert_eq!(
        found,
        [
            "created_by_ref identity--2",
            "object_marking_refs marking-definition--3",
            "marking_ref marking-definition--4",
            "contains_refs file--8",
            "a_ref x--10",
            "parent_directory_ref directory--5",
            "contains_refs file--6",
            "contains_refs url--7",
            "x_refs z--12",
            "deep_ref z--13",
        ]
    );
}

#[test]
fn levels_tell_errors_from_oddities() {
    let odd: Object = serde_json::from_str(
        r#"{"type":"file","spec_version":"2.1","id":"file--31b940d4-6f7f-459a-80ea-9c1f17b5891b","name":"a","hashes":{"sha256":"b"},"foo":1}"#,
    )
    .unwrap();
    assert_eq!(odd.check().len(), 3);
    assert!(odd.check().iter().all(|finding| finding.kind.level() == Level::Warning));
}
