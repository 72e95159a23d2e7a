//! The use cases of the interoperability tests for TAXII 2.1, for the client: what it asks, and
//! what it makes of answers.

use stixkit::taxii::{AddOptions, Client, Credentials, ErrorKind, Filter, Outcome, Page, Version, VersionFilter};
use stixkit::{Object, Timestamp};

use super::script::{Answer, Script, ok, page, status};
use super::{block_on, client, ids, root, v21};

const DISCOVERY: &str = r#"{"title": "Server", "default": "https://taxii.example/api1/",
    "api_roots": ["https://taxii.example/api1/", "https://taxii.example/api2/"]}"#;
const ROOT: &str =
    r#"{"title": "First", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 1000000}"#;
const COLLECTIONS: &str = r#"{"collections": [
    {"id": "91a7b528-80eb-42ed-a74d-c6fbd5a26116", "title": "Indicators", "can_read": true, "can_write": false,
     "media_types": ["application/stix+json;version=2.1"]},
    {"id": "52892447-4d7e-4f70-b94d-d7f22742ff63", "title": "Inbox", "can_read": false, "can_write": true}]}"#;

fn objects(filter: Filter, answers: Vec<Answer>) -> (Result<Vec<Page>, ErrorKind>, Vec<String>) {
    let script = Script::new(answers);
    let pages = block_on(client(&script, v21(2)).objects(&root(Version::V21), "c", filter).collect());
    script.assert_used_up();
    (pages.map_err(|error| error.kind()), script.asked())
}

fn with_client<R>(answers: Vec<Answer>, ask: impl FnOnce(&Client<&Script>) -> R) -> (R, Script) {
    let script = Script::new(answers);
    let result = ask(&client(&script, v21(2)));
    script.assert_used_up();
    (result, script)
}

#[test]
fn discovery_with_http_basic() {
    let script = Script::new([ok(DISCOVERY)]);
    let client = client(&script, v21(2)).with_credentials(Credentials::basic("user", "secret"));
    let roots = block_on(client.roots()).unwrap();
    assert_eq!(roots.len(), 2);
    assert_eq!(script.headers("authorization"), ["Basic dXNlcjpzZWNyZXQ="]);
    assert_eq!(script.headers("accept"), ["application/taxii+json;version=2.1"]);
}

#[test]
fn wrong_credentials_are_told_apart_from_missing_rights() {
    for (code, kind) in [(401, ErrorKind::Unauthorized), (403, ErrorKind::Forbidden), (404, ErrorKind::NotFound)] {
        let (answer, _) =
            with_client(vec![status(code, "")], |client| block_on(client.information(&root(Version::V21))));
        assert_eq!(answer.unwrap_err().kind(), kind);
    }
}

#[test]
fn a_version_that_the_server_does_not_have() {
    let (answer, _) = with_client(vec![status(406, "")], |client| block_on(client.information(&root(Version::V21))));
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::NotAcceptable);
}

#[test]
fn api_root_and_collections() {
    let (information, _) = with_client(vec![ok(ROOT)], |client| block_on(client.information(&root(Version::V21))));
    assert_eq!(information.unwrap().max_content_length, Some(1_000_000));
    let (found, script) =
        with_client(vec![ok(COLLECTIONS)], |client| block_on(client.collections(&root(Version::V21))));
    let found = found.unwrap();
    let rights: Vec<_> =
        found.collections.iter().map(|own| (own.title.as_deref(), own.can_read, own.can_write)).collect();
    assert_eq!(rights, [(Some("Indicators"), Some(true), Some(false)), (Some("Inbox"), Some(false), Some(true))]);
    assert_eq!(script.asked(), ["GET https://taxii.example/api1/collections/"]);
}

#[test]
fn objects_over_pages() {
    let answers = vec![page("a b", r#""more":true,"next":"n""#, Some((1, 2))), page("c", "", Some((3, 3)))];
    let (pages, asked) = objects(Filter::new(), answers);
    assert_eq!(ids(&pages.unwrap()), ["x-a--a", "x-a--b", "x-a--c"]);
    assert!(
        asked[0].ends_with("/collections/c/objects/?limit=2") && asked[1].ends_with("?limit=2&next=n"),
        "{asked:?}"
    );
}

#[test]
fn each_filter_is_asked_for() {
    let after: Timestamp = "2024-05-01T10:00:00.000Z".parse().unwrap();
    for (filter, query) in [
        (Filter::new().with_added_after(after), "added_after=2024-05-01T10%3A00%3A00.000000Z"),
        (Filter::new().with_types(["x-a"]), "match%5Btype%5D=x-a"),
        (Filter::new().with_ids(["x-a--a"]), "match%5Bid%5D=x-a--a"),
        (Filter::new().with_versions([VersionFilter::All]), "match%5Bversion%5D=all"),
        (Filter::new().with_spec_versions(["2.1"]), "match%5Bspec_version%5D=2.1"),
    ] {
        let (pages, asked) = objects(filter, vec![page("a", "", None)]);
        assert_eq!(ids(&pages.unwrap()), ["x-a--a"]);
        assert!(asked[0].contains(query), "{asked:?}");
    }
}

#[test]
fn a_collection_without_objects() {
    let (pages, _) = objects(Filter::new(), vec![ok("{}")]);
    assert!(ids(&pages.unwrap()).is_empty());
}

#[test]
fn one_object_and_the_manifest() {
    let manifest = r#"{"objects": [{"id": "x-a--a", "date_added": "2024-05-01T10:00:00.000000Z",
        "version": "2024-05-01T10:00:00.000Z", "media_type": "application/stix+json;version=2.1"}]}"#;
    let (pages, script) = with_client(vec![ok(manifest)], |client| {
        block_on(client.manifest(&root(Version::V21), "c", Filter::new()).collect())
    });
    assert_eq!(ids(&pages.unwrap()), ["x-a--a"]);
    assert!(script.asked()[0].contains("/collections/c/manifest/"));
}

#[test]
fn an_inbox_takes_objects_and_reports_their_status() {
    let object: Object = serde_json::from_str(
        r#"{"type":"identity","spec_version":"2.1","id":"identity--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
            "created":"2024-05-01T10:00:00.000Z","modified":"2024-05-01T10:00:00.000Z","name":"A"}"#,
    )
    .unwrap();
    let add = |answers| {
        with_client(answers, |client| {
            block_on(client.add(&root(Version::V21), "c", std::slice::from_ref(&object), &AddOptions::default()))
        })
    };
    let pending = || status(202, r#"{"id":"s","status":"pending","total_count":1,"pending_count":1}"#);
    let (added, script) = add(vec![pending(), ok(r#"{"id":"s","status":"complete","success_count":1}"#)]);
    assert_eq!(added.unwrap().outcomes, [Outcome::Added]);
    assert_eq!(script.headers("content-type")[0], "application/taxii+json;version=2.1");
    assert_eq!(
        script.asked(),
        ["POST https://taxii.example/api1/collections/c/objects/", "GET https://taxii.example/api1/status/s/"]
    );
    let envelope: serde_json::Value = serde_json::from_str(&script.bodies()[0]).unwrap();
    assert_eq!(envelope["objects"][0]["name"], "A");
    let (added, _) = add(vec![status(403, r#"{"title":"You may not write here"}"#)]);
    let added = added.unwrap();
    assert_eq!(added.parts[0].error.as_ref().map(|error| error.kind()), Some(ErrorKind::Forbidden));
}
