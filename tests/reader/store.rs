//! Stores: versions, what is removed, filters, folders.

use stixkit::object::{Malware, Url};
use stixkit::reader::store::{Filter, Inserted, Store};
use stixkit::{Identifier, Object, Reader, Timestamp};

fn at(day: usize) -> Timestamp {
    format!("2024-01-{day:02}T00:00:00Z").parse().unwrap()
}

fn malware(id: &str, day: usize, name: &str) -> Object {
    let mut malware = Malware::new(at(1), name, false);
    malware.common.id = id.into();
    malware.common.modified = Some(at(day));
    malware.into()
}

fn name(object: Option<&Object>) -> Option<&str> {
    match object? {
        Object::Malware(malware) => malware.name.as_deref(),
        _ => None,
    }
}

#[test]
fn versions_in_any_order() {
    let mut store = Store::new();
    let id = Identifier::from("malware--1");
    for (day, name, expected) in [
        (5, "five", Inserted::New),
        (3, "three", Inserted::Older),
        (9, "nine", Inserted::NewVersion),
        (5, "five", Inserted::Same),
    ] {
        assert_eq!(store.insert(malware("malware--1", day, name)), expected);
    }
    // The first contents of a version stay, and the others come back.
    let other = malware("malware--1", 3, "other");
    assert_eq!(store.insert(other.clone()), Inserted::Conflict(Box::new(other)));
    assert_eq!(
        store.versions(&id).map(|object| name(Some(object)).unwrap()).collect::<Vec<_>>(),
        ["three", "five", "nine"]
    );
    assert_eq!((store.len(), name(store.get(&id))), (1, Some("nine")));
    for (day, expected) in [(2, None), (3, Some("three")), (8, Some("five")), (30, Some("nine"))] {
        assert_eq!(name(store.as_of(&id, at(day))), expected, "{day}");
        assert_eq!(store.objects_as_of(&at(day)).count(), usize::from(expected.is_some()));
    }
    assert_eq!((store.objects().count(), store.all_versions().count()), (1, 3));
}

#[test]
fn objects_without_versions() {
    let mut store = Store::new();
    let url = Url::new("https://example.org/");
    assert_eq!(store.insert(url.clone()), Inserted::New);
    assert_eq!(store.insert(url.clone()), Inserted::Same);
    let mut other = url.clone();
    other.value = "https://example.net/".into();
    assert!(matches!(store.insert(other), Inserted::Conflict(_)));
    assert!(store.as_of(&url.common.id, at(1)).is_some());
}

#[test]
fn what_is_removed_is_gone_and_all_else_stays() {
    let mut store = Store::new();
    for at in 0..100 {
        store.insert(malware(&format!("malware--{}", at % 25), 1 + at / 25, &format!("{at}")));
    }
    assert_eq!((store.len(), store.all_versions().count()), (25, 100));
    let removed = store.remove_version(&"malware--7".into(), Some(&at(4))).unwrap();
    assert_eq!(name(Some(&removed)), Some("82"));
    assert_eq!(name(store.get(&"malware--7".into())), Some("57"));
    assert!(store.remove_version(&"malware--7".into(), Some(&at(4))).is_none());
    for id in 0..20 {
        let removed = store.remove(&format!("malware--{id}").as_str().into());
        assert_eq!(removed.len(), if id == 7 { 3 } else { 4 });
    }
    assert!(store.remove(&"malware--0".into()).is_empty());
    let left: Vec<_> = store.objects().map(|object| object.id().to_string()).collect();
    assert_eq!(left, ["malware--20", "malware--21", "malware--22", "malware--23", "malware--24"]);
    assert_eq!(name(store.get(&"malware--22".into())), Some("97"));
    assert_eq!(store.versions(&"malware--22".into()).count(), 4);
    let mut lines = Vec::new();
    store.write_lines(&mut lines).unwrap();
    let mut again = Store::new();
    let added = again.read(Reader::from_slice(&lines)).unwrap();
    assert_eq!((added.new, added.newer, added.rejected), (5, 15, 0));
    assert_eq!(store.into_bundle().objects().len(), 20);
}

#[test]
fn filters_as_expected() {
    let object: Object = serde_json::from_str(
        r#"{"type":"malware","spec_version":"2.1","id":"malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b","created":"2020-01-01T00:00:00Z",
        "modified":"2020-07-01T00:00:00Z","name":"old","is_family":true,"labels":["malware","rat"],"confidence":50,
        "external_references":[{"source_name":"a","external_id":"X-1"},{"source_name":"b"}],"x_a":{"b":[1,2.5]}}"#,
    )
    .unwrap();
    for (text, expected) in [
        ("labels != 'rat'", false),
        ("labels != 'cat'", true),
        ("labels = 'rat'", true),
        ("labels contains 'ma'", false),
        ("labels contains 'malware'", true),
        ("name contains 'l'", true),
        ("name in ['older', 'oldest']", false),
        ("name in ['older', 'old']", true),
        ("missing != 5", true),
        ("missing = 5", false),
        ("not missing = 5", true),
        ("confidence != 5", true),
        ("name.deep = 'a'", false),
        ("labels.0 = 'rat'", false),
        ("labels[1] = 'rat'", true),
        ("labels[*] = 'rat'", true),
        ("modified > 2020-06-01", true),
        ("modified > '2020-07-02'", false),
        ("modified = 2020-07-01T00:00:00.000Z", true),
        ("type = 'x_a'", false),
        ("is malware", true),
        ("is tool", false),
        ("confidence >= 50 and confidence < 50.5", true),
        ("confidence = '50'", false),
        ("is_family = true", true),
        ("external_references.external_id = 'X-1'", true),
        ("external_references[1].external_id = 'X-1'", false),
        ("exists external_references[0].external_id", true),
        ("not exists lang", true),
        ("name starts 'ol' and name like 'o_d' or is tool", true),
        ("(is tool or is malware) and not (revoked or name = \"o\\\"ld\")", true),
        ("x_a.b = 2.5", true),
        ("live at 2021-01-01", true),
        ("id = 'malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b'", true),
    ] {
        let filter: Filter = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.matches(&object), expected, "{text}");
        assert_eq!(filter.not().matches(&object), !expected, "{text}");
    }
    assert!(Filter::from_stix2("labels", "=", &["rat"]).unwrap().matches(&object));
    assert!(Filter::from_stix2("name", "in", &["old"]).unwrap().matches(&object));
    assert!(Filter::from_stix2("name", "~", &["old"]).is_err());
}

#[test]
fn filters_that_do_not_read() {
    for (text, offset) in [
        ("", 0),
        ("name", 4),
        ("name =", 6),
        ("name = 'a", 7),
        ("name ~ 'a'", 5),
        ("name = 'a' 'b'", 11),
        ("(name = 'a'", 11),
        ("name in 'a'", 8),
        ("name in ['a'", 12),
        ("a..b = 1", 0),
        ("live at noon", 12),
    ] {
        let error = text.parse::<Filter>().expect_err(text);
        assert_eq!(error.offset(), offset, "{text}: {error}");
    }
    let deep = format!("{}is malware{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(deep.parse::<Filter>().unwrap_err().to_string().contains("too deep"));
    let long = vec!["is malware"; 100_000].join(" or ");
    assert!(long.parse::<Filter>().is_ok());
}

#[test]
fn folders_of_the_python_library() {
    let folder = std::env::temp_dir().join(format!("stixkit-store-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let id = "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b";
    let mut store = Store::new();
    store.insert(malware(id, 3, "three"));
    store.insert(malware(id, 5, "five"));
    store.insert(malware("malware--../../evil", 5, "evil"));
    store.insert(Url::new("https://example.org/"));
    let left_out = store.write_dir(&folder).unwrap();
    assert_eq!(left_out.iter().map(|object| object.id().to_string()).collect::<Vec<_>>(), ["malware--../../evil"]);
    assert!(folder.join("malware").join(id).join("20240105000000000.json").exists());
    // Older releases have a file for each object.
    std::fs::write(
        folder.join("malware/malware--44298a74-ba52-4f0c-87a3-1824e67d7fad.json"),
        serde_json::to_string(&malware("malware--44298a74-ba52-4f0c-87a3-1824e67d7fad", 1, "flat")).unwrap(),
    )
    .unwrap();
    std::fs::write(folder.join("notes.txt"), "not an object").unwrap();
    let mut again = Store::new();
    let added = again.read_dir(&folder).unwrap();
    assert_eq!((added.new, added.newer, added.rejected), (3, 1, 0));
    assert_eq!(name(again.get(&id.into())), Some("five"));
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(again.read_dir(&folder).is_err());
}
