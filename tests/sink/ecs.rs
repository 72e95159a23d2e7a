//! Documents of the Elastic Common Schema.

use serde_json::{Value, json};
use stixkit::object::Indicator;
use stixkit::row::{Mapper, Outcome, SplitMode};
use stixkit::sink::ecs;

use super::documents::{documents, ecs_indicator, ecs_of};
use crate::golden::{assert_golden, json as text};
use crate::row::{indicator, indicator_with, mapper};

#[test]
fn golden_ecs() {
    let lines = |indicator: &Indicator, outcome: &Outcome<'_>| {
        ecs::Document::all(outcome, indicator, &ecs::Options::new()).map(|document| text(&document)).collect()
    };
    assert_golden("ecs.jsonl", SplitMode::Split, lines);
}

#[test]
fn urls_have_parts() {
    let url = |url: &str| ecs_indicator(&format!("url:value = '{url}'"))["url"].clone();
    let whole = "HTTPS://u:p@Login.Example.org.:8443/a/b.PHP?x=1#f";
    assert_eq!(
        url(whole),
        json!({"full": whole, "original": whole, "scheme": "https", "domain": "login.example.org", "port": 8443,
            "path": "/a/b.PHP", "query": "x=1", "fragment": "f", "extension": "PHP", "username": "u", "password": "p"})
    );
    assert_eq!(url("example.org/a"), json!({"full": "example.org/a", "original": "example.org/a"}));
    // A question mark without a query is not the same as none.
    assert_eq!(url("http://a/?")["query"], "");
}

#[test]
fn hosts_of_urls_are_related() {
    let related = |url: &str| documents(&format!("url:value = '{url}'"), json!({})).0["related"].clone();
    assert_eq!(related("http://Example.org/"), json!({"hosts": ["example.org"]}));
    assert_eq!(related("http://[2001:DB8::1]/"), json!({"ip": ["2001:db8::1"]}));
    assert_eq!(related("http://0x7f.1/"), json!({"ip": ["127.0.0.1"]}));
    assert_eq!(related("http://B\u{fc}cher.example/"), json!({"hosts": ["xn--bcher-kva.example"]}));
    // Browsers ignore surplus slashes.
    assert_eq!(related("http:///a"), json!({"hosts": ["a"]}));
    assert_eq!(related("file:///a"), Value::Null);
}

#[test]
fn registry_keys_have_the_short_name_of_the_hive() {
    let registry = |key: &str| ecs_indicator(&format!("windows-registry-key:key = '{key}'"))["registry"].clone();
    let short = json!({"hive": "HKLM", "key": r"Software\Evil", "path": r"HKLM\Software\Evil"});
    assert_eq!(registry(r"HKEY_LOCAL_MACHINE\\Software\\Evil"), short);
    assert_eq!(registry(r"hklm\\Software\\Evil"), short);
    assert_eq!(registry("HKEY_USERS"), json!({"hive": "HKU", "path": "HKU"}));
    assert_eq!(registry(r"SYSTEM\\Evil"), json!({"path": r"SYSTEM\Evil"}));
}

#[test]
fn one_name_is_text_and_several_are_a_list() {
    let own = indicator("[file:name = 'a']");
    let mapper = mapper();
    let outcome = mapper.map(&own);
    let options = ecs::Options::new();
    let mut document = ecs::Document::new(&outcome.rows[0], &own, &options);
    let json = |document: &ecs::Document<'_>| serde_json::to_value(document).unwrap()["threat"].clone();
    assert_eq!(json(&document).get("software"), None);
    document.threat.software.name.push("a".into());
    assert_eq!(json(&document)["software"], json!({"name": "a"}));
    document.threat.software.name.push("b".into());
    assert_eq!(json(&document)["software"], json!({"name": ["a", "b"]}));
}

#[test]
fn a_mapper_is_no_clock() {
    let own = indicator("[file:name = 'a']");
    let one = Mapper::new("2024-06-01T00:00:00Z".parse::<stixkit::Timestamp>().unwrap());
    let rows = (one.map(&own), one.map(&own));
    assert_eq!(ecs_of(&rows.0.rows[0], &own), ecs_of(&rows.1.rows[0], &own));
}

#[test]
fn a_level_of_the_feeds_own_marking_has_no_version() {
    let id = "marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6";
    let mut mapper = mapper();
    let marking =
        json!({"type": "marking-definition", "id": id, "definition_type": "tlp", "definition": {"tlp": "white"}});
    mapper.learn(&serde_json::from_value(marking).unwrap());
    let own = indicator_with("[file:name = 'a']", json!({"object_marking_refs": [id]}));
    let outcome = mapper.map(&own);
    let ecs = ecs_of(&outcome.rows[0], &own);
    assert_eq!(ecs["threat"]["indicator"]["marking"], json!({"tlp": "CLEAR"}));
}
