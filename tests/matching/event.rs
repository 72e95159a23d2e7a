//! Events of log lines.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use stixkit::matching::event::{ErrorKind, Event, FieldMap, Form, MapErrorKind, Scratch};
use stixkit::row::Direction;

use super::cases;
use crate::{checks, golden};

fn map(name: &str) -> FieldMap {
    FieldMap::named(name).unwrap_or_else(|| panic!("no map {name}"))
}

fn values(event: &Event<'_>) -> Vec<Value> {
    event
        .values()
        .map(|value| {
            let place = value.rule.place();
            let slot = match value.instance_at(place) {
                0 => place.slot().to_owned(),
                instance => format!("{}#{instance}", place.slot()),
            };
            let kind = value.rule.kind().map(|kind| kind.as_str());
            let direction = value.rule.direction().map(Direction::as_str);
            let form = (value.form != Form::Text).then_some("number");
            json!([value.rule.field(), slot, place.as_str(), value.text, kind, direction, form])
        })
        .collect()
}

#[test]
fn lines_of_each_schema() {
    let mut lines = Vec::new();
    let mut maps = Vec::new();
    let mut scratch = Scratch::new();
    for case in cases("events.jsonl") {
        let name = case["map"].as_str().unwrap();
        let map = map(name);
        maps.push(name.to_owned());
        let line = case["line"].to_string();
        let event = map.extract(line.as_bytes(), &mut scratch).unwrap_or_else(|error| panic!("{error}: {line}"));
        let outcome = event.outcome().map(|outcome| outcome.as_str());
        lines.push(json!({"map": name, "time": event.time(), "outcome": outcome}).to_string());
        lines.extend(values(&event).iter().map(Value::to_string));
    }
    golden::assert_lines("events.jsonl", &lines);
    maps.dedup();
    maps.sort();
    let mut names = FieldMap::NAMES.to_vec();
    names.sort_unstable();
    assert_eq!(maps, names, "each map has a line");
}

#[test]
fn lines_that_are_not_events() {
    let map = map("zeek");
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(128), "]".repeat(128));
    let long = format!("{{\"query\":\"{}\"}}", "x".repeat(17 << 20));
    for (line, kind, offset) in [
        (&b""[..], ErrorKind::Json, 0),
        (b"  ", ErrorKind::Json, 2),
        (b"[1]", ErrorKind::NotAnObject, 0),
        (b" \"text\"", ErrorKind::NotAnObject, 1),
        (b"query=c2.example", ErrorKind::Json, 0),
        (b"{\"query\":\"c2.example\"", ErrorKind::Json, 21),
        (b"{\"query\":\"c2.example\"}}", ErrorKind::Json, 22),
        (b"{\"query\":\"c2.example}", ErrorKind::Json, 9),
        (b"{\"query\":\"c2.example\",}", ErrorKind::Json, 22),
        (b"{\"query\":\"c2\\.example\"}", ErrorKind::Json, 13),
        (b"{\"x\":[1 2],\"query\":\"c2.example\"}", ErrorKind::Json, 8),
        (b"{\"x\":{\"y\":tru},\"query\":\"c2.example\"}", ErrorKind::Json, 10),
        (b"{\"x\":1.,\"query\":\"c2.example\"}", ErrorKind::Json, 5),
        (b"{\"x\":\"\x01\"}", ErrorKind::Json, 6),
        (b"{\"x\":\"\xff\"}", ErrorKind::Utf8, 6),
        (deep.as_bytes(), ErrorKind::TooDeep, 132),
        (long.as_bytes(), ErrorKind::TooLong, 16 << 20),
    ] {
        let mut scratch = Scratch::new();
        let error = map.extract(line, &mut scratch).unwrap_err();
        let shown = String::from_utf8_lossy(&line[..line.len().min(80)]);
        assert_eq!((error.kind(), error.offset()), (kind, offset), "{shown}");
        assert!(error.to_string().ends_with(&format!("byte {offset}")), "{error}");
    }
}

/// Lines of a log that has host and path alone, and the schemes of the URLs that these are looked
/// up as.
#[test]
fn urls_of_two_fields_have_the_schemes_that_the_log_tells() {
    let mut scratch = Scratch::new();
    for (name, members, schemes) in [
        ("zeek", r#""host": "c2.example", "uri": "/a", "id.resp_p": 80"#, &["http"][..]),
        ("zeek", r#""host": "c2.example", "uri": "/a", "id.resp_p": 443"#, &["https"]),
        ("zeek", r#""host": "c2.example", "uri": "/a", "id.resp_p": 8080"#, &["http", "https"]),
        ("zeek", r#""host": "c2.example", "uri": "/a""#, &["http", "https"]),
        ("zeek", r#""host": "c2.example", "uri": "ftp://c2.example/a""#, &["ftp"]),
        ("ecs", r#""url": {"domain": "c2.example", "original": "/a", "scheme": "HTTPS"}"#, &["https"]),
        ("ecs", r#""url": {"domain": "c2.example", "original": "/a"}, "destination": {"port": 443}"#, &["https"]),
        (
            "suricata",
            r#""http": {"hostname": "c2.example", "url": "/a"}, "dest_port": 8080, "app_proto": "http""#,
            &["http"],
        ),
        (
            "common_security_log",
            r#""DestinationHostName": "c2.example", "RequestURL": "/a", "ApplicationProtocol": "SSL""#,
            &["https"],
        ),
        // The two differ.
        (
            "suricata",
            r#""http": {"hostname": "c2.example", "url": "/a"}, "dest_port": 443, "app_proto": "http""#,
            &["http", "https"],
        ),
    ] {
        let line = format!("{{{members}}}");
        let map = map(name);
        let event = map.extract(line.as_bytes(), &mut scratch).unwrap();
        let urls: Vec<_> = event
            .values()
            .filter(|value| value.rule.field().contains('+'))
            .map(|value| value.text.strip_suffix("://c2.example/a"))
            .collect();
        assert_eq!(urls, schemes.iter().map(|scheme| Some(*scheme)).collect::<Vec<_>>(), "{name} {line}");
    }
}

#[test]
fn too_many_joins_are_refused() {
    let uris = vec!["\"/a\""; 5000].join(",");
    let line = format!("{{\"host\":\"c2.example\",\"uri\":[{uris}]}}");
    let error = map("zeek").extract(line.as_bytes(), &mut Scratch::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyJoins);
}

#[test]
fn maps_can_be_changed() {
    let mut scratch = Scratch::new();
    let line = br#"{"query": "c2.example", "host": "d.example", "x.y": "e.example"}"#;
    let map = map("zeek").without("query").with("x.y host own").unwrap();
    let event = map.extract(line, &mut scratch).unwrap();
    let found: Vec<_> = event.values().map(|value| (value.rule.field(), value.text)).collect();
    assert_eq!(found, [("host", "d.example"), ("x.y", "e.example")]);
}

#[test]
fn maps_that_are_refused() {
    for (text, kind, line) in [
        ("a..b host x", MapErrorKind::Name, 1),
        ("\n# comment\n.a host x", MapErrorKind::Name, 3),
        ("\"a host x", MapErrorKind::Name, 1),
        ("time", MapErrorKind::Name, 1),
        ("time a b", MapErrorKind::Name, 1),
        ("outcome", MapErrorKind::Name, 1),
        ("under a..b", MapErrorKind::Name, 1),
        ("a", MapErrorKind::Reading, 1),
        ("a hostname x", MapErrorKind::Reading, 1),
        ("a host", MapErrorKind::Place, 1),
        ("a host src", MapErrorKind::Place, 1),
        ("a host x,", MapErrorKind::Place, 1),
        ("a name x", MapErrorKind::Place, 1),
        ("a name x file:name y", MapErrorKind::Place, 1),
        ("a name x file", MapErrorKind::Path, 1),
        ("a name x file:name = 'a'", MapErrorKind::Place, 1),
        ("a+b host x", MapErrorKind::Join, 1),
        ("outcome a ok=b", MapErrorKind::Outcome, 1),
        ("outcome a b", MapErrorKind::Outcome, 1),
    ] {
        let error = FieldMap::parse(text).unwrap_err();
        assert_eq!((error.kind(), error.line()), (kind, line), "{text}: {error}");
        assert!(error.to_string().starts_with(&format!("line {line}: ")), "{error}");
    }
    let many: String = (0..5000).map(|number| format!("f{number} host x\n")).collect();
    assert_eq!(FieldMap::parse(&many).unwrap_err().kind(), MapErrorKind::TooMany);
    let slots: Vec<_> = (0..70).map(|number| format!("s{number}")).collect();
    let choice = FieldMap::parse(&format!("a host {}", slots.join("|")));
    assert_eq!(choice.unwrap_err().kind(), MapErrorKind::Choice);
}

#[test]
fn fields_one_by_one_are_those_of_a_line() {
    let (map, mut scratch, mut other) = (map("sysmon"), Scratch::new(), Scratch::new());
    let fields = [
        ("UtcTime", "2024-05-01 10:00:00.123"),
        ("Image", "C:\\a\\b.exe"),
        ("Hashes", "MD5=d41d8cd98f00b204e9800998ecf8427e"),
        ("EventData.QueryResults", "::ffff:c633:6407;a.example"),
        ("Unknown", "x"),
    ];
    let mut by_hand = map.fields(&mut scratch);
    fields.iter().for_each(|(name, text)| by_hand.add(name, text));
    let by_hand = by_hand.finish().unwrap();
    let line: serde_json::Map<String, Value> =
        fields.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect();
    let line = Value::from(line).to_string();
    let event = map.extract(line.as_bytes(), &mut other).unwrap();
    let sorted = |event: &Event<'_>| {
        let mut values: Vec<_> = values(event).iter().map(Value::to_string).collect();
        values.sort();
        values
    };
    assert_eq!(sorted(&by_hand), sorted(&event));
    assert_eq!(by_hand.time(), event.time());
}

/// A JSON value of the names that the check knows, as text with white space.
fn json_value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "[0-9]{1,3}|-?[1-9]\\.[0-9]e[-+]?[0-9]{1,3}",
        Just("true".to_owned()),
        Just("null".to_owned()),
        "\"(/?[a-z]{0,3}|http://[a-z]|-|\\\\u00e9|\\\\\\\\|\\\\\"|\\\\ud83d\\\\ude00|x{60})\"",
    ];
    scalar.prop_recursive(6, 60, 6, |inner| {
        let name = prop_oneof![
            Just("a"),
            Just("b"),
            Just("a.b"),
            Just("b.c"),
            Just("c"),
            Just("l"),
            Just("h"),
            Just("u"),
            Just("n"),
            Just("\\u0061"),
            Just("a b"),
            Just("s.e"),
            Just("v.e.r.a.l"),
            Just(""),
            Just("é\\\""),
        ];
        let blank = prop_oneof![6 => Just(""), 1 => Just(" "), 1 => Just("\n")];
        let member = (name, inner.clone(), blank.clone());
        prop_oneof![
            vec((inner, blank), 0..5).prop_map(|list| {
                let list: Vec<_> = list.into_iter().map(|(value, blank)| format!("{blank}{value}{blank}")).collect();
                format!("[{}]", list.join(","))
            }),
            vec(member, 0..6).prop_map(|members| {
                let members =
                    members.into_iter().map(|(name, value, blank)| format!("{blank}\"{name}\"{blank}:{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 500 } else { 20_000 }))]

    #[test]
    fn lines_are_read_as_serde_json_reads_them(
        members in vec((prop_oneof![Just("a"), Just("l"), Just("h"), Just("u"), Just("s"), Just("a.b"), Just("n")], json_value()), 0..8),
    ) {
        let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        checks::scan_json(format!("{{{}}}", members.join(",")).as_bytes());
    }

    #[test]
    fn broken_lines_are_refused_as_serde_json_refuses_them(
        value in json_value(),
        place in any::<prop::sample::Index>(),
        byte in prop_oneof![Just(None), prop::sample::select(&b"\"\\{}[],: 0n\x01\xff"[..]).prop_map(Some)],
    ) {
        let mut line = format!("{{\"a\":{value}}}").into_bytes();
        let place = place.index(line.len());
        match byte {
            Some(byte) => line.insert(place, byte),
            None => {
                line.remove(place);
            }
        }
        checks::scan_json(&line);
    }
}
