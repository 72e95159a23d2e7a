//! What real feeds have: a test for each thing that went wrong once.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use chrono::TimeDelta;
use serde_json::json;
use stixkit::row::{Action, Row, Upserts};

use super::*;

fn parse(map: serde_json::Value) -> FieldMap {
    serde_json::from_value(map).unwrap()
}

/// The rows of a feed.
fn rows(map: &FieldMap, feed: &str) -> Vec<Row<'static>> {
    let now = now().instant();
    let mut mapper = Mapper::new(now).with_source("feed");
    let mut rows = Vec::new();
    for entry in entries(read(map.clone(), feed.as_bytes())) {
        entry.related("feed", now).iter().for_each(|object| mapper.learn(object));
        if let Some(indicator) = entry.to_indicator("feed", now) {
            rows.extend(mapper.map(&indicator).into_owned().rows);
        }
    }
    rows
}

fn lines(map: &FieldMap, feed: &str) -> Vec<String> {
    read(map.clone(), feed.as_bytes()).iter().map(shown).collect()
}

/// The data of a table: what is before and after the tab.
fn table(text: &'static str) -> Vec<(&'static str, &'static str)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').unwrap()).collect()
}

#[test]
fn r11_forms_of_defanging_are_undone() {
    let forms = table(include_str!("../fixtures/feeds/defanged.tsv"));
    assert!(forms.len() >= 80, "{}", forms.len());
    let wrong: Vec<_> = forms
        .iter()
        .filter_map(|(written, meant)| match Entry::detect(written) {
            Ok(entry) if entry.value == *meant => None,
            other => Some(format!("{written} -> {other:?}")),
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn r11_what_may_mean_several_things_is_refused() {
    let forms = table(include_str!("../fixtures/feeds/refused.tsv"));
    assert!(forms.len() >= 40, "{}", forms.len());
    let wrong: Vec<_> = forms
        .iter()
        .filter_map(|(written, code)| match Entry::detect(written) {
            Err(reason) if reason.code() == *code => None,
            other => Some(format!("{written} -> {other:?}")),
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn forms_of_values() {
    let name = "16L5yRNPTuciSgXGHqYwn9N6NeoKqopAu";
    for (written, value_type, value, pattern) in [
        ("AS64500", ValueType::Asn, "64500", "[autonomous-system:number = 64500]"),
        (
            "198.51.100.1-198.51.100.4",
            ValueType::Range,
            "198.51.100.1-198.51.100.4",
            "[ipv4-addr:value = '198.51.100.1' OR ipv4-addr:value = '198.51.100.2/31' OR ipv4-addr:value = '198.51.100.4']",
        ),
        ("198.51.100.0-198.51.100.255", ValueType::Cidr, "198.51.100.0/24", "[ipv4-addr:value = '198.51.100.0/24']"),
        ("198.51.100.9/255.255.255.0", ValueType::Cidr, "198.51.100.0/24", "[ipv4-addr:value = '198.51.100.0/24']"),
        ("*.Example.org", ValueType::Subdomains, "*.example.org", "[domain-name:value LIKE '%.example.org']"),
        (
            ".example.org",
            ValueType::Subdomains,
            ".example.org",
            "[domain-name:value = 'example.org' OR domain-name:value LIKE '%.example.org']",
        ),
        (
            "||example.org^",
            ValueType::Subdomains,
            ".example.org",
            "[domain-name:value = 'example.org' OR domain-name:value LIKE '%.example.org']",
        ),
        (name, ValueType::Wallet, name, "[cryptocurrency-wallet:value = '16L5yRNPTuciSgXGHqYwn9N6NeoKqopAu']"),
    ] {
        let entry = Entry::detect(written).unwrap();
        assert_eq!((entry.value_type, &*entry.value, entry.pattern.as_deref()), (value_type, value, Some(pattern)));
        assert_object(&entry);
    }
}

#[test]
fn forms_of_values_that_are_declared() {
    let digits = "0123456789abcdef".repeat(4);
    let map = parse(json!({"format": "jsonl", "fields": {"value": "v", "type": "t"}}));
    for (value, word, pattern) in [
        ("AS64500", "asn", "[autonomous-system:number = 64500]".to_owned()),
        ("64500", "AS", "[autonomous-system:number = 64500]".to_owned()),
        (&digits[..32], "ja3", format!("[network-traffic:x_ja3 = '{}']", &digits[..32])),
        (&digits[..32], "ja3s", format!("[network-traffic:x_ja3s = '{}']", &digits[..32])),
        (&digits[..62], "JARM", format!("[network-traffic:x_jarm = '{}']", &digits[..62])),
        (
            &digits[..40].to_uppercase(),
            "x509-fingerprint-sha1",
            format!("[x509-certificate:hashes.'SHA-1' = '{}']", &digits[..40]),
        ),
        (
            "Example/1.0 (x)",
            "user-agent",
            "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Example/1.0 (x)']"
                .to_owned(),
        ),
        (
            "a.example|198.51.100.7",
            "domain|ip",
            "[domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '198.51.100.7']".to_owned(),
        ),
        (
            "a|b.exe|d41d8cd98f00b204e9800998ecf8427e",
            "filename|md5",
            "[file:name = 'a|b.exe' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']".to_owned(),
        ),
        (
            r"HKLM\Software\a|b",
            "regkey|value",
            r"[windows-registry-key:key = 'HKLM\\Software\\a' AND windows-registry-key:values[*].data = 'b']"
                .to_owned(),
        ),
        (
            "198.51.100.7|443",
            "ip-dst|port",
            "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.7' AND \
             network-traffic:dst_port = 443]"
                .to_owned(),
        ),
        (
            "2001:db8::1|443",
            "ip-src|port",
            "[network-traffic:src_ref.type = 'ipv6-addr' AND network-traffic:src_ref.value = '2001:db8::1' AND \
             network-traffic:src_port = 443]"
                .to_owned(),
        ),
        (
            "0xa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3",
            "eth",
            "[cryptocurrency-wallet:value = '0xa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3']".to_owned(),
        ),
        (
            "[file:name = 'a'] AND [url:value = 'b']",
            "stix-pattern",
            "[file:name = 'a'] AND [url:value = 'b']".to_owned(),
        ),
    ] {
        let feed = json!({"v": value, "t": word}).to_string();
        let items = read(map.clone(), feed.as_bytes());
        let [FeedItem::Entry(entry)] = &items[..] else { panic!("{items:?}") };
        assert_eq!(entry.pattern.as_deref(), Some(&*pattern), "{word}");
        // No type of the standard has a place for a fingerprint of TLS or a wallet.
        if !pattern.contains("x_") {
            assert_object(entry);
        }
    }
    for (value, word) in [
        ("abc", "ja3"),
        ("a.example", "domain|ip"),
        ("a.example|b.example", "domain|ip"),
        ("[file:name = ", "stix-pattern"),
        ("99999999999", "asn"),
    ] {
        let feed = json!({"v": value, "t": word}).to_string();
        assert!(matches!(&read(map.clone(), feed.as_bytes())[..], [FeedItem::Bad(_)]), "{value} {word}");
    }
}

#[test]
fn r12_numbers_are_numbers() {
    let map = parse(json!({"format": "jsonl", "fields": {"value": "v", "type": "t"}}));
    for (value, path, pattern) in [
        (json!("AS64500"), "autonomous-system:number", "[autonomous-system:number = 64500]"),
        (json!(8443), "network-traffic:dst_port", "[network-traffic:dst_port = 8443]"),
        (json!("123"), "file:size", "[file:size = 123]"),
    ] {
        let feed = json!({"v": value, "t": path}).to_string();
        let entries = entries(read(map.clone(), feed.as_bytes()));
        assert_eq!(entries[0].pattern.as_deref(), Some(pattern));
        assert_object(&entries[0]);
    }
    let feed = json!({"v": "many", "t": "file:size"}).to_string();
    let bad = bad_lines(read(map, feed.as_bytes()));
    assert_eq!(bad[0].reason, BadLineReason::NotOfType("file:size".into()));
}

#[test]
fn r10_an_odd_field_costs_the_field_alone() {
    let map = parse(json!({"format": "jsonl", "fields": {
        "value": "v", "valid_from": "from", "valid_until": "until", "confidence": "sure", "tlp": "tlp", "tags": "Tag",
        "name": "name", "severity": "severity", "revoked": "revoked"}}));
    for (key, value, field) in [
        ("from", json!("0000-00-00 00:00:00"), "valid_from"),
        ("from", json!(1761984732.5), "valid_from"),
        ("sure", json!("Moderate"), "confidence"),
        ("sure", json!(0.9), "confidence"),
        ("sure", json!("very high"), "confidence"),
        ("tlp", json!("public"), "tlp"),
        ("Tag", json!([{"name": "a"}]), "tags"),
        ("name", json!({"en": "a"}), "name"),
        ("severity", json!("grave"), "severity"),
        ("until", json!("soon"), "valid_until"),
        ("revoked", json!("perhaps"), "revoked"),
    ] {
        let feed = json!({"v": "198.51.100.7", key: value}).to_string();
        let items = read(map.clone(), feed.as_bytes());
        let [FeedItem::Entry(entry)] = &items[..] else { panic!("{items:?}") };
        assert_eq!(entry.set_aside.iter().map(|aside| aside.field).collect::<Vec<_>>(), [field], "{value}");
        // Whom it may be shared with, until when it holds and whether it does: a row fails closed.
        assert_eq!(entry.context.tlp, (field == "tlp").then_some(Tlp::Red));
        let state = rows(&map, &feed)[0].validity.state;
        let expected = if matches!(field, "valid_until" | "revoked") { State::Unclear } else { State::Active };
        assert_eq!(state, expected, "{field}");
    }
    let strict = parse(json!({"format": "jsonl", "fields": {"value": "v", "tlp": {"name": "tlp", "strict": true}}}));
    let bad = bad_lines(read(strict, br#"{"v": "198.51.100.7", "tlp": "public"}"#));
    assert_eq!((bad[0].field, &bad[0].reason), (Some("tlp"), &BadLineReason::Tlp));
    let late = json!({"v": "198.51.100.7", "from": "2024-06-02", "until": "2024-06-01"}).to_string();
    let entry = &entries(read(map, late.as_bytes()))[0];
    assert!(entry.valid_from.is_none() && entry.valid_until.is_some() && entry.set_aside.len() == 1);
}

#[test]
fn r10_words_of_the_feed_may_be_said() {
    let map = parse(json!({"format": "jsonl", "fields": {
        "value": "v", "confidence": {"name": "sure", "words": {"Moderate": 50, "very high": 95}}}}));
    let entries = entries(read(
        map,
        b"{\"v\":\"198.51.100.7\",\"sure\":\"moderate\"}\n{\"v\":\"198.51.100.8\",\"sure\":\"Very high\"}",
    ));
    assert_eq!(entries.iter().map(|entry| entry.context.confidence).collect::<Vec<_>>(), [Some(50), Some(95)]);
}

#[test]
fn r10_latin_1_is_read_on_request() {
    let feed = b"{\"v\": \"198.51.100.7\", \"n\": \"caf\xe9 \x80\"}\n{\"v\": \"198.51.100.8\", \"n\": \"caf\xc3\xa9\"}";
    for format in [Format::JsonLines, Format::Json] {
        let map = FieldMap::new(format).with_fields(Fields::default().with_value("v").with_name("n"));
        let items = read(map.clone(), feed);
        assert!(
            matches!(&items[..], [FeedItem::Bad(bad), FeedItem::Entry(_)] if bad.reason == BadLineReason::Encoding)
        );
        let mut reader = FeedReader::new(map.with_encoding(Encoding::Windows1252), &feed[..]).unwrap();
        let entries = entries(reader.by_ref().map(Result::unwrap).collect());
        assert_eq!(entries[0].context.name.as_deref(), Some("caf\u{e9} \u{20ac}"));
        assert_eq!(entries[1].context.name.as_deref(), Some("caf\u{e9}"));
        assert_eq!(reader.notes().collect::<Vec<_>>(), [FeedNote::Windows1252]);
    }
}

#[test]
fn r06_what_a_feed_says_is_not_bad_is_no_indicator() {
    // Not for detection, in MISP.
    let map = parse(json!({"format": "json", "items": "response.Attribute", "skip": {"to_ids": false},
        "fields": {"value": "value", "type": "type"}}));
    let feed = r#"{"response": {"Attribute": [{"type": "ip-dst", "value": "8.8.8.8", "to_ids": false},
        {"type": "ip-dst", "value": "198.51.100.7", "to_ids": true}]}}"#;
    let mut reader = FeedReader::new(map.clone(), feed.as_bytes()).unwrap();
    let found = entries(reader.by_ref().map(Result::unwrap).collect());
    assert_eq!((found.len(), &*found[0].value, reader.counts().skipped), (1, "198.51.100.7", 1));
    // Taken back.
    let map = parse(json!({"format": "jsonl", "fields": {"value": "v", "revoked": "revoked"}}));
    let states =
        rows(&map, "{\"v\":\"198.51.100.7\",\"revoked\":true}\n{\"v\":\"198.51.100.8\",\"revoked\":\"False\"}");
    assert_eq!(states.iter().map(|row| row.validity.state).collect::<Vec<_>>(), [State::Revoked, State::Active]);
    // The names of the machine itself, in a hosts file.
    let map = parse(json!({"format": "list", "delimiter": "whitespace", "skip": {"2": ["localhost", "broadcasthost"]},
        "fields": {"value": {"number": 2, "type": "domain"}}}));
    assert_eq!(
        lines(&map, "# c\n127.0.0.1 localhost\n0.0.0.0\tads.example.org # seen\n"),
        ["3 domain ads.example.org | description seen"]
    );
}

#[test]
fn conditions_are_told_apart() {
    let feed = "{\"v\":\"198.51.100.1\",\"s\":\"Online\",\"t\":[\"a\",\"bot\"]}\n{\"v\":\"198.51.100.2\",\"s\":\"offline\"}\n\
                {\"v\":\"198.51.100.3\",\"s\":\"-\",\"t\":[]}";
    let values = |conditions: serde_json::Value| {
        let mut map = json!({"format": "jsonl", "fields": {"value": "v"}});
        map.as_object_mut().unwrap().extend(conditions.as_object().unwrap().clone());
        let entries = entries(read(parse(map), feed.as_bytes()));
        entries.iter().map(|entry| entry.value.rsplit('.').next().unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(values(json!({"when": {"s": "online"}})), "1");
    assert_eq!(values(json!({"when": {"s": ["online", "offline"]}})), "12");
    assert_eq!(values(json!({"when": {"s": {"matches": "o*line"}}})), "12");
    assert_eq!(values(json!({"when": {"s": {"exists": true}}})), "12");
    assert_eq!(values(json!({"when": {"t": {"exists": false}}})), "23");
    assert_eq!(values(json!({"when": {"t": "BOT"}})), "1");
    assert_eq!(values(json!({"when": [{"t": "bot"}, {"s": "offline"}]})), "12");
    assert_eq!(values(json!({"when": {"t": "bot", "s": "offline"}})), "");
    assert_eq!(values(json!({"skip": {"s": {"matches": ["on*", "off*"]}}})), "3");
    assert_eq!(values(json!({"when": {"s": {"exists": true}}, "skip": {"s": "offline"}})), "1");
}

#[test]
fn r01_a_condition_on_nothing_is_told() {
    let map = parse(json!({"format": "jsonl", "when": {"statuss": "online"}, "fields": {"value": "v"}}));
    let error = FeedReader::new(map, &b"{\"v\":\"198.51.100.7\",\"status\":\"online\"}\n"[..]).unwrap().last().unwrap();
    assert_eq!(error.unwrap_err().detail(), "none of the 1 entries has what `when` asks for");
    let map = parse(json!({"format": "jsonl", "when": {"status": "online"}, "fields": {"value": "v"}}));
    assert!(FeedReader::new(map, &b"{\"v\":\"198.51.100.7\",\"status\":\"offline\"}\n"[..]).unwrap().last().is_none());
}

#[test]
fn r01_a_web_page_is_named() {
    let page = "\n <!DOCTYPE html>\n<html><head><title>Sign in</title>";
    for format in [Format::List, Format::Json, Format::JsonLines] {
        let mut map = FieldMap::new(format);
        if format != Format::List {
            map = map.with_fields(Fields::default().with_value("v"));
        }
        let error = FeedReader::new(map, page.as_bytes()).unwrap().next().unwrap().unwrap_err();
        assert!(error.detail().starts_with("a web page or XML is there instead"), "{error}");
    }
}

#[test]
fn a_line_may_have_several_values() {
    let map = parse(json!({"format": "jsonl", "fields": {
        "value": [{"name": "sha256", "type": "sha256"}, {"name": "md5", "type": "md5"}, {"template": "{ip}:{port}"},
            {"name": "more", "separator": "|"}, "list"],
        "name": "n", "tags": ["a", "b"]}}));
    let digits = "0123456789abcdef".repeat(4);
    let feed =
        json!({"sha256": digits, "md5": "n/a", "ip": "198.51.100.7", "port": 443, "more": "a.example|b.example|",
        "list": ["198.51.100.8", "oops"], "n": "N", "a": "x", "b": ["y", "z"]})
        .to_string();
    let expected = [
        &*format!("1 sha256 {digits} | name N | tags x+y+z"),
        "1 ip:port 198.51.100.7:443 | pattern [network-traffic:dst_ref.type = 'ipv4-addr' AND \
         network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 443] | name N | tags x+y+z",
        "1 domain a.example | name N | tags x+y+z",
        "1 domain b.example | name N | tags x+y+z",
        "1 ipv4 198.51.100.8 | name N | tags x+y+z",
        "1 !unknown_form line 1 `list`: the value has no known form: oops",
    ];
    assert_eq!(lines(&map, &feed), expected);
    let map =
        parse(json!({"format": "list", "delimiter": "\t", "fields": {"value": {"template": "{1}-{2}", "type": "ip"}}}));
    assert_eq!(
        lines(&map, "198.51.100.0\t198.51.100.255\n"),
        ["1 cidr 198.51.100.0/24 | written 198.51.100.0-198.51.100.255"]
    );
}

#[test]
fn what_is_inside_has_its_parents() {
    let map = parse(json!({"format": "json", "items": "response.Event", "inside": ["Attribute", "Object[].Attribute"],
        "skip": {"to_ids": false}, "fields": {"value": "value", "type": "type", "name": "..info",
        "description": "..comment", "tags": ["Tag[].name", "..Tag[].name"]}}));
    let feed = r#"{"response": [{"Event": {"Attribute": [{"type": "domain", "value": "a.example", "to_ids": true,
        "Tag": [{"name": "own"}]}], "Object": [{"comment": "of the object", "Attribute": [
        {"type": "md5", "value": "d41d8cd98f00b204e9800998ecf8427e", "to_ids": true},
        {"type": "filename", "value": "a.txt", "to_ids": false}]}],
        "Tag": [{"name": "tlp:green"}, {"name": "x"}], "info": "The event"}}, {"Event": {"info": "none"}}]}"#;
    let found: Vec<_> =
        FeedReader::new(map.clone(), feed.as_bytes()).unwrap().map(Result::unwrap).map(|item| shown(&item)).collect();
    assert_eq!(found[0], "1 domain a.example | name The event | tags own+tlp:green+x");
    assert_eq!(
        found[1],
        "1 md5 d41d8cd98f00b204e9800998ecf8427e | name The event | description of the object | tags tlp:green+x"
    );
    assert!(found[2].contains("!nothing_inside"), "{found:?}");
}

#[test]
fn context_of_all_kinds_comes_into_the_rows() {
    let map = parse(
        json!({"format": "jsonl", "fields": {"value": "v", "indicator_types": {"constant": "malicious-activity"},
        "malware": "m", "actor": "a", "kill_chain": {"name": "k", "separator": ","},
        "references": ["url", "id"], "severity": {"name": "s", "scale": 10}}}),
    );
    let feed = r#"{"v":"198.51.100.7","m":["ExampleBot","Other"],"a":"Example Bear","k":"delivery, installation","url":"https://example.org/1","id":"X-1","s":8}"#;
    let row = &rows(&map, feed)[0];
    assert_eq!(row.context.malware, ["ExampleBot", "Other"]);
    assert_eq!(row.context.actors, ["Example Bear"]);
    let phases: Vec<_> = row.context.kill_chain.iter().map(|phase| &*phase.phase_name).collect();
    assert_eq!(phases, ["delivery", "installation"]);
    assert_eq!((row.context.references.len(), row.context.severity), (2, Some(4)));
    assert_eq!(row.context.indicator_types[0].as_str(), "malicious-activity");
}

#[test]
fn oddities_of_a_feed_are_told_once() {
    let map = FieldMap::new(Format::JsonLines).with_fields(Fields::default().with_value("v"));
    let feed = b"[\n{\"v\":\"198.51.100.1\"},\n  {\"v\":\"198.51.100.2\"},\r\n{\"v\":\"198.51.100.3\"}\n]\n\0\0\0\0";
    let mut reader = FeedReader::new(map, &feed[..]).unwrap();
    assert!(reader.by_ref().all(|item| matches!(item, Ok(FeedItem::Entry(_)))));
    assert_eq!(reader.notes().collect::<Vec<_>>(), [FeedNote::NulLines, FeedNote::JsonCommas]);
    let counts = reader.counts();
    assert_eq!((counts.entries, counts.bad, counts.comments), (3, 0, 3));
    let mut reader = FeedReader::new(list(), &b"198.51.100.1\r198.51.100.2\r"[..]).unwrap();
    assert_eq!(reader.by_ref().count(), 2);
    assert_eq!(reader.notes().collect::<Vec<_>>(), [FeedNote::CrLineEnds]);
}

#[test]
fn r01_a_feed_that_was_not_read_whole_deletes_nothing() {
    let now = now().instant();
    let (mapper, mut upserts) = (Mapper::new(now).with_source("feed"), Upserts::new());
    let mut poll = |feed: &str| {
        upserts.begin_full("feed");
        let mut reader = FeedReader::new(list(), feed.as_bytes()).unwrap();
        for item in reader.by_ref() {
            if let Ok(FeedItem::Entry(entry)) = item {
                let indicator = entry.to_indicator("feed", now).unwrap();
                upserts.apply_unstated(mapper.map(&indicator), entry.unstated_times());
            }
        }
        upserts.end_full("feed", reader.counts().bad).map(|gone| gone.count())
    };
    assert_eq!(poll("198.51.100.1\n198.51.100.2\n").unwrap(), 0);
    assert!(poll("198.51.100.1\noops oops\n").is_err());
    assert_eq!(poll("198.51.100.1\n").unwrap(), 1);
}

/// The bench `measure_feeds` has the same with a million addresses.
#[test]
fn a_list_that_is_read_hourly_changes_only_where_it_has_changed() {
    const COUNT: u32 = 1_000;
    const CHANGED: u32 = COUNT / 100;
    let address = |number: u32| std::net::Ipv4Addr::from_bits(0x0a00_0000 + number).to_string();
    let lines = |numbers: Range<u32>| numbers.map(address).collect::<BTreeSet<String>>();
    let mut upserts = Upserts::new();
    let mut values = HashMap::new();
    for hour in 0..24 {
        let first = hour * CHANGED;
        let feed = lines(first..first + COUNT).into_iter().collect::<Vec<_>>().join("\n");
        let now = now().instant() + TimeDelta::hours(hour.into());
        let mapper = Mapper::new(now).with_source("feed");
        let mut inserted = BTreeSet::new();
        upserts.begin_full("feed");
        let mut reader = FeedReader::new(list(), feed.as_bytes()).unwrap();
        for item in reader.by_ref() {
            let FeedItem::Entry(entry) = item.unwrap() else { panic!() };
            let indicator = entry.to_indicator("feed", now).unwrap();
            values.insert(indicator.common.id.clone(), entry.value.clone());
            for change in upserts.apply_unstated(mapper.map(&indicator), entry.unstated_times()) {
                assert_eq!(change.action, Action::Insert, "hour {hour}: {}", entry.value);
                assert!(inserted.insert(entry.value.clone()));
            }
        }
        let gone = upserts.end_full("feed", reader.counts().bad).unwrap();
        let deleted: BTreeSet<String> = gone.map(|change| values[&change.stix_id].clone()).collect();
        let expected = match hour {
            0 => (lines(0..COUNT), BTreeSet::new()),
            _ => (lines(first + COUNT - CHANGED..first + COUNT), lines(first - CHANGED..first)),
        };
        assert_eq!((inserted, deleted), expected, "hour {hour}");
    }
}

#[test]
fn what_entries_share_is_bounded() {
    let map = parse(json!({"format": "jsonl", "inside": ["list"], "fields": {
        "value": "v", "description": "..text", "tags": "..tags"}}));
    let list: Vec<_> = (0..5000).map(|number| json!({"v": format!("a{number}.example")})).collect();
    let long = json!({"text": "x".repeat(5000), "tags": vec!["t"; 100], "list": list}).to_string();
    let found = entries(read(map.clone(), long.as_bytes()));
    // All parts of the item are read, in their order.
    assert_eq!(found.len(), 5000);
    assert!(found.iter().enumerate().all(|(number, entry)| entry.value == format!("a{number}.example")));
    assert!(found.iter().all(|entry| entry.context == Default::default() && entry.set_aside.len() == 2));
    let short = json!({"text": "x".repeat(4000), "tags": vec!["t"; 60], "list": [{"v": "a.example"}]}).to_string();
    assert!(entries(read(map, short.as_bytes()))[0].set_aside.is_empty());

    let map = parse(json!({"format": "jsonl", "fields": {"value": "v", "description": "text"}}));
    let values: Vec<_> = (0..1000).map(|number| format!("a{number}.example")).collect();
    let found = entries(read(map, json!({"v": values, "text": "x".repeat(5000)}).to_string().as_bytes()));
    assert!(found[0].set_aside.is_empty() && found[0].context.description.is_some());
    assert!(found[1..].iter().all(|entry| entry.context.description.is_none() && entry.set_aside.len() == 1));
}
