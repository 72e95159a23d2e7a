//! A set finds what [`Matcher`] finds, in a generated log.
//!
//! The matcher reads the events as observed data, built here from the fields by hand. A hit of the
//! set that the matcher does not have is one that the set makes on purpose: another spelling of the
//! same value, a name below a domain, an address in a network.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value as Json, json};
use stixkit::matching::event::{Event, Value};
use stixkit::matching::set::{How, IndicatorSet};
use stixkit::matching::{Matcher, Observations};
use stixkit::pattern::Pattern;
use stixkit::row::ValueKind;

use super::{Rules, indicator, number};

/// Choices from a seed (splitmix64).
pub(super) struct Choices(pub(super) u64);

impl Choices {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) as usize % end
    }

    pub(super) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const WORDS: &[&str] =
    &["alpha", "bravo", "evil", "c2", "gate", "update", "cdn", "mail", "x", "login", "caf\u{e9}", "stra\u{df}e"];

fn word(choices: &mut Choices) -> String {
    let word = choices.pick(WORDS);
    match choices.below(4) {
        0 => format!("{word}{}", choices.below(30)),
        1 => word.to_uppercase(),
        _ => word.to_owned(),
    }
}

fn address(choices: &mut Choices) -> String {
    format!("198.51.{}.{}", choices.below(8), choices.below(64))
}

fn domain(choices: &mut Choices) -> String {
    let labels: Vec<String> = (0..1 + choices.below(3)).map(|_| word(choices)).collect();
    format!("{}.{}", labels.join("."), choices.pick(&["example", "test", "co.uk", "EXAMPLE"]))
}

fn url(choices: &mut Choices) -> String {
    let scheme = choices.pick(&["http", "https", "HTTP"]);
    format!("{scheme}://{}/{}{}", domain(choices), word(choices), choices.pick(&["", "/", "/a.php", "?q=1", "/a%20b"]))
}

fn file(choices: &mut Choices) -> String {
    format!("{}{}", word(choices), choices.pick(&[".exe", ".scr", ".EXE", ".txt", ""]))
}

fn md5(choices: &mut Choices) -> String {
    let digits = format!("{:032x}", 0xabcd_ef00_u64 + choices.below(500) as u64);
    if choices.below(3) == 0 { digits.to_uppercase() } else { digits }
}

fn command(choices: &mut Choices) -> String {
    format!("{} -{} {}", file(choices), choices.pick(&["enc", "k", "nop"]), word(choices))
}

fn email(choices: &mut Choices) -> String {
    format!("{}@{}", word(choices), domain(choices))
}

/// One test of a pattern, of any form.
fn test(choices: &mut Choices) -> String {
    let escaped = |text: String| text.replace('\\', "\\\\").replace('\'', "\\'");
    let wild = |choices: &mut Choices, text: String| {
        let cut: String = text.chars().skip(choices.below(3)).collect();
        match choices.below(5) {
            0 => format!("%{cut}"),
            1 => format!("{text}%"),
            2 => format!("%{cut}%"),
            3 => format!("%{}_%", text.chars().take(5).collect::<String>()),
            _ => format!("_{}", text.chars().skip(1).collect::<String>()),
        }
    };
    let negation = if choices.below(15) == 0 { "NOT " } else { "" };
    match choices.below(26) {
        0..3 => format!("ipv4-addr:value {negation}= '{}'", address(choices)),
        3 => format!("ipv4-addr:value = '{}/{}'", address(choices), 20 + choices.below(13)),
        4 => format!("ipv4-addr:value {negation}ISSUBSET '{}/{}'", address(choices), 20 + choices.below(13)),
        5 => format!("ipv4-addr:value IN ('{}', '{}')", address(choices), address(choices)),
        6..9 => format!("domain-name:value {negation}= '{}'", domain(choices)),
        9 => {
            let text = domain(choices);
            format!("domain-name:value {negation}LIKE '{}'", escaped(wild(choices, text)))
        }
        10..12 => format!("url:value = '{}'", escaped(url(choices))),
        12 => {
            let text = url(choices);
            format!("url:value LIKE '{}'", escaped(wild(choices, text)))
        }
        13 => format!("url:value MATCHES '^https?://[a-z0-9]+\\\\.{}\\\\.(example|test)/'", word(choices)),
        14 => format!("file:name MATCHES '(?i){}[0-9]*\\\\.exe$'", choices.pick(WORDS)),
        15..18 => format!("file:name {negation}= '{}'", escaped(file(choices))),
        18 => {
            let text = file(choices);
            format!("file:name {negation}LIKE '{}'", escaped(wild(choices, text)))
        }
        19..21 => format!("file:hashes.MD5 = '{}'", md5(choices)),
        21 => format!("file:size {} {}", choices.pick(&["=", ">", "<=", "!="]), choices.below(50)),
        22 => {
            let text = command(choices);
            format!("process:command_line LIKE '{}'", escaped(wild(choices, text)))
        }
        23 => format!("email-message:from_ref.value = '{}'", email(choices)),
        24 => {
            let end = choices.pick(&["src", "dst"]);
            format!("network-traffic:{end}_ref.value {negation}= '{}'", address(choices))
        }
        _ => format!("network-traffic:dst_port {} {}", choices.pick(&["=", "=", "IN"]), "443")
            .replace("IN 443", "IN (443, 8443)"),
    }
}

/// Tests of one type of object.
fn tests_of_type(choices: &mut Choices, prefix: &str, count: usize) -> Vec<String> {
    let mut tests = Vec::new();
    while tests.len() < count {
        let test = test(choices);
        if test.starts_with(prefix) {
            tests.push(test);
        }
    }
    tests
}

/// A pattern that one observation decides.
fn pattern(choices: &mut Choices) -> String {
    let prefix = choices.pick(&["file:", "file:", "network-traffic:", "url:", "domain-name:"]);
    match choices.below(20) {
        0..12 => format!("[{}]", test(choices)),
        12 | 13 => format!("[{} OR {}]", test(choices), test(choices)),
        14 => format!("[{}] OR [{}]", test(choices), test(choices)),
        15..18 => format!("[{}]", tests_of_type(choices, prefix, 2).join(" AND ")),
        18 => {
            let tests = tests_of_type(choices, prefix, 3);
            format!("[{} AND ({} OR {})]", tests[0], tests[1], tests[2])
        }
        _ => {
            let tests = tests_of_type(choices, prefix, 3);
            format!("[{} OR ({} AND {})]", tests[0], tests[1], tests[2])
        }
    }
}

type Fields = Vec<(&'static str, String)>;

fn event(choices: &mut Choices) -> Fields {
    match choices.below(6) {
        0 => {
            let mut fields = vec![("src", address(choices)), ("dst", address(choices))];
            if choices.below(4) > 0 {
                fields.push(("port", choices.pick(&["443", "80", "8443"]).to_owned()));
            }
            fields
        }
        1 => vec![("src", address(choices)), ("query", domain(choices))],
        2 => vec![("dst", address(choices)), ("url", url(choices))],
        3 => vec![("from", email(choices))],
        _ => {
            let mut fields = vec![("image", file(choices))];
            for (field, value) in [
                ("image.md5", md5(choices)),
                ("parent", file(choices)),
                ("parent.md5", md5(choices)),
                ("command", command(choices)),
            ] {
                if choices.below(3) > 0 {
                    fields.push((field, value));
                }
            }
            if choices.below(2) == 0 {
                fields.push(("image.size", choices.below(50).to_string()));
            }
            fields
        }
    }
}

/// The objects of an event, each with what its references lead to.
fn objects(fields: &Fields) -> Vec<Json> {
    let get = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str());
    let mut objects = Vec::new();
    for (field, object_type) in [("src", "ipv4-addr"), ("dst", "ipv4-addr"), ("query", "domain-name"), ("url", "url")] {
        objects.extend(get(field).map(|value| json!({"0": {"type": object_type, "value": value}})));
    }
    if ["src", "dst", "port"].iter().any(|field| get(field).is_some()) {
        let mut traffic = json!({"type": "network-traffic"});
        let mut scope = json!({});
        for end in ["src", "dst"] {
            if let Some(value) = get(end) {
                traffic[format!("{end}_ref")] = end.into();
                scope[end] = json!({"type": "x-end", "value": value});
            }
        }
        if let Some(port) = get("port") {
            traffic["dst_port"] = port.parse::<u32>().unwrap().into();
        }
        scope["traffic"] = traffic;
        objects.push(scope);
    }
    for slot in ["image", "parent"] {
        let mut file = json!({"type": "file"});
        if let Some(name) = get(slot) {
            file["name"] = name.into();
        }
        if let Some(md5) = get(&format!("{slot}.md5")) {
            file["hashes"] = json!({"MD5": md5});
        }
        if let Some(size) = get(&format!("{slot}.size")) {
            file["size"] = size.parse::<u32>().unwrap().into();
        }
        if file.as_object().unwrap().len() > 1 {
            objects.push(json!({"0": file}));
        }
    }
    objects.extend(get("command").map(|line| json!({"0": {"type": "process", "command_line": line}})));
    objects.extend(get("from").map(
        |from| json!({"0": {"type": "email-message", "from_ref": "1"}, "1": {"type": "x-address", "value": from}}),
    ));
    objects
}

/// What the matcher finds for each kind of object, so that it looks at none twice.
struct Reference {
    matchers: Vec<(u128, String, Matcher)>,
    known: HashMap<String, Vec<u128>>,
}

impl Reference {
    fn hits(&mut self, fields: &Fields) -> BTreeSet<u128> {
        let mut hits = BTreeSet::new();
        for scope in objects(fields) {
            let found = self.known.entry(scope.to_string()).or_insert_with(|| {
                let observed = json!({
                    "type": "observed-data", "number_observed": 1, "objects": scope,
                    "first_observed": "2024-06-01T00:00:00Z", "last_observed": "2024-06-01T00:00:00Z",
                });
                let json = stixkit::Json::new(&observed.to_string()).unwrap();
                let observations = Observations::from_json(&json);
                let types: Vec<String> = scope
                    .as_object()
                    .unwrap()
                    .values()
                    .map(|object| format!("{}:", object["type"].as_str().unwrap()))
                    .collect();
                let is_match = |pattern: &str, matcher: &Matcher| {
                    types.iter().any(|object_type| pattern.contains(object_type))
                        && matcher.is_match(&observations).unwrap()
                };
                let matchers = self.matchers.iter().filter(|(_, pattern, matcher)| is_match(pattern, matcher));
                matchers.map(|(number, _, _)| *number).collect()
            });
            hits.extend(found.iter().copied());
        }
        hits
    }
}

/// Whether a hit of the set that the matcher lacks is one that the set is for.
fn is_meant(hit: &stixkit::matching::set::Hit<'_>) -> bool {
    let kind = |path: Option<&str>| match path {
        Some("domain-name:value") => ValueKind::Domain,
        Some("url:value") => ValueKind::Url,
        Some("file:hashes.MD5") => ValueKind::Hash,
        Some("ipv4-addr:value" | "network-traffic:src_ref.value" | "network-traffic:dst_ref.value") => ValueKind::Ipv4,
        Some("email-message:from_ref.value") => ValueKind::Email,
        _ => ValueKind::Name,
    };
    match hit.how() {
        How::Subdomain(_) | How::Network(_) => true,
        // Addresses and hashes count wherever they are; text in any case.
        How::Exact => {
            let kind = kind(hit.path());
            let normal = stixkit::row::normalize(kind, hit.value().unwrap());
            hit.matched().unwrap().eq_ignore_ascii_case(&normal)
        }
        // Patterns are also tested with values in normal form.
        How::Pattern => true,
        _ => false,
    }
}

#[test]
fn a_set_loses_nothing_that_the_matcher_finds() {
    if cfg!(debug_assertions) { compare(600, 1_500, 1_500) } else { compare(20_000, 1_500, 300) }
}

#[test]
#[ignore = "needs minutes, and optimization"]
fn a_set_loses_nothing_in_a_long_log() {
    compare(20_000, 100_000, 4_000);
}

/// Compares a set and matchers. Logs repeat themselves: so many of the events are different.
fn compare(indicators: usize, events: usize, different: usize) {
    let choices = &mut Choices(7);
    let patterns: Vec<String> = (0..indicators).map(|_| pattern(choices)).collect();
    let mut set = IndicatorSet::with_options(stixkit::matching::set::SetOptions::default().with_max_always(20_000))
        .with_suppress(stixkit::matching::suppress::Suppress::new());
    let mut reference = Reference { matchers: Vec::new(), known: HashMap::new() };
    let mut forms = BTreeMap::new();
    for (at, text) in patterns.iter().enumerate() {
        let inserted = set.insert(&indicator(at as u128, text));
        assert!(inserted.skipped.is_empty(), "{text}: {inserted:?}");
        *forms.entry((inserted.values > 0, inserted.anchors > 0, inserted.always)).or_insert(0) += 1;
        let matcher = Matcher::new(&Pattern::parse(text).unwrap()).unwrap();
        reference.matchers.push((at as u128, text.clone(), matcher));
    }
    assert!(forms.len() >= 5, "{forms:?}");
    let rules = Rules::new();
    let mut scanner = set.scanner().with_max_hits(usize::MAX);
    let mut total = 0;
    for _ in 0..events {
        let fields = event(&mut Choices(choices.below(different) as u64 * 1_000_003));
        let borrowed: Vec<_> = fields.iter().map(|(field, value)| (*field, value.as_str())).collect();
        let values: Vec<Value<'_>> = rules.values(&borrowed);
        let expected = reference.hits(&fields);
        let mut found = BTreeSet::new();
        let time = stixkit::Timestamp::parse("2024-06-01T00:00:00Z").unwrap();
        scanner.event(&Event::new(&values).with_time(time), |hit| {
            let number = number(&hit);
            let pattern = &patterns[number as usize];
            if found.insert(number) && !expected.contains(&number) {
                assert!(is_meant(&hit), "{pattern} {fields:?} {hit:?}");
            }
        });
        let lost = expected.difference(&found).next().map(|lost| &patterns[*lost as usize]);
        assert_eq!(lost, None, "lost in {fields:?}");
        total += expected.len();
    }
    assert!(total > events, "{total} hits are too few to mean anything");
}
