//! The languages of Elastic, Splunk and Sigma.

use std::fmt::Write as _;

use proptest::prelude::*;
use stixkit::pattern::Pattern;
use stixkit::pattern::ast::Literal;
use stixkit::translate::{Fidelity, FieldMap, Language, NoteKind, Policy, Target, translate_many};

use super::{HOSTILE, OWN_MAP, folder, target, translated};
use crate::pattern::lines;

const TARGETS: [&str; 6] = ["eql:ecs", "esql:ecs", "lucene:ecs", "spl:cim", "sigma", "sigma:cased"];
const LANGUAGES: [Language; 6] =
    [Language::Eql, Language::Esql, Language::Lucene, Language::Spl, Language::Sigma, Language::SigmaCased];

/// Some fields of ECS: the cases are about languages, not about the map.
const FIELDS: &str = r#"{"tables": [
    {"table": "logs-*", "id": "event.id", "time": "@timestamp", "scopes": {"host": "host.name"}, "objects": [
        {"type": "ipv4-addr", "columns": {"value": {"column": "source.ip", "type": "ip", "shared": true}}},
        {"type": "ipv4-addr", "columns": {"value": {"column": "host.ip", "type": "ip", "shared": true, "list": true}}},
        {"type": "ipv6-addr", "columns": {"value": {"column": "source.ip", "type": "ip", "shared": true}}},
        {"type": "domain-name", "columns": {"value": {"column": "dns.question.name", "form": "lower"},
            "resolves_to_refs[*].value": {"column": "dns.resolved_ip", "type": "ip", "list": true}}},
        {"type": "network-traffic", "columns": {"dst_ref.value": {"column": "destination.ip", "type": "ip"},
            "dst_port": {"column": "destination.port", "type": "integer"}}},
        {"type": "url", "columns": {"value": "url.full"}},
        {"type": "file", "columns": {"name": "file.name", "hashes.SHA-256": {"column": "file.hash.sha256", "form": "lower"}}},
        {"type": "process", "columns": {"command_line": "process.command_line"}},
        {"type": "windows-registry-key", "columns": {"key": {"column": "registry.path", "form": "short_hive"}}}
    ]}
]}"#;

/// The target of a case, with these fields instead of all of ECS.
fn with_fields(case: &serde_json::Value) -> Target {
    let own = target(case);
    if !case["target"].as_str().unwrap().ends_with(":ecs") {
        return own;
    }
    let fields = Target::new(own.language(), FieldMap::from_json(FIELDS).unwrap()).with_policy(own.policy());
    own.scope().map_or(fields.clone(), |scope| fields.with_scope(scope))
}

/// The queries of all cases, with their fidelity and notes.
#[test]
fn t1_to_t18_cases_are_as_they_were_reviewed() {
    let mut text = String::new();
    for name in TARGETS {
        for mut case in lines(&folder().join("languages.jsonl")) {
            case["target"] = name.into();
            let pattern = case["pattern"].as_str().unwrap();
            _ = writeln!(text, "# {} {name} {pattern}", case["id"].as_str().unwrap());
            match translated(pattern, &with_fields(&case)) {
                Ok(translation) => {
                    _ = writeln!(text, "# {}", translation.fidelity);
                    for note in &translation.notes {
                        let place = &pattern[note.span.range()];
                        _ = writeln!(text, "# {}: {}: {place}", note.fidelity, note.kind);
                    }
                    translation.queries.iter().for_each(|query| _ = writeln!(text, "{}", query.text));
                }
                Err(error) => _ = writeln!(text, "{error}"),
            }
        }
    }
    let golden = folder().join("languages.txt");
    if std::env::var_os("STIXKIT_BLESS").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&golden).unwrap_or_default(), text);
}

fn fidelity(name: &str, pattern: &str) -> Option<Fidelity> {
    let target = Target::named(name).unwrap().with_policy(Policy::AllowAny).with_scope("host");
    translated(pattern, &target).ok().map(|translation| translation.fidelity)
}

/// What each language can express, in the order of `TARGETS`. A dot is a pattern that is refused.
#[test]
fn fidelity_is_what_the_language_can_express() {
    let mut wrong = Vec::new();
    for (pattern, expected) in [
        ("[process:command_line = 'a']", "e e e e w e"),
        ("[process:command_line = '42']", "e e e e e e"),
        ("[process:command_line != 'a']", "e e e e n e"),
        ("[process:command_line LIKE 'a%']", "e e e e w e"),
        ("[process:command_line MATCHES 'a+']", "e e e e e e"),
        ("[process:command_line MATCHES '^a$']", "e e e e w w"),
        ("[process:command_line NOT MATCHES '^a$']", "e e e e n n"),
        ("[process:command_line MATCHES 'a(?=b)']", ". . . . . ."),
        ("[process:command_line MATCHES 'a(^b)']", ". . . e e e"),
        ("[process:command_line < 'a']", "e e e . . ."),
        ("[process:pid > 5]", "e e e e e e"),
        ("EXISTS process:command_line", "e e e e e e"),
        ("[domain-name:value = 'c2.example']", "e e e w e e"),
        ("[domain-name:value = 'C2.example']", "w w w w w w"),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/25']", "e e e e e e"),
        ("[ipv4-addr:value ISSUBSET '0.0.0.0/0']", "e e e e e e"),
        ("[ipv6-addr:value ISSUBSET '2001:db8::/32']", "e n e n e e"),
        ("[ipv4-addr:value LIKE '198.%']", ". w . w w w"),
        ("[process:command_line = 'a'] AND [process:command_line = 'b']", "w e w w w w"),
        ("[process:command_line = 'a'] FOLLOWEDBY [process:command_line = 'b']", "e w w w w w"),
        ("([process:command_line = 'a'] AND [process:command_line = 'b']) WITHIN 9 SECONDS", "e w w w w w"),
        ("([process:command_line = 'a'] FOLLOWEDBY [process:command_line = 'b']) WITHIN 9 SECONDS", "e w w w d d"),
        ("[process:command_line = 'a'] REPEATS 3 TIMES WITHIN 9 SECONDS", "e w w w w w"),
        ("[file:name = 'a' AND email-message:subject = 'b']", "w w w w w w"),
        ("[mutex:name = 'a' OR process:command_line = '42']", "n n n n n n"),
    ] {
        let pattern = if pattern.starts_with("EXISTS") { format!("[{pattern}]") } else { pattern.to_owned() };
        let letter = |own: Option<Fidelity>| own.map_or(".", |own| &own.as_str()[..1]);
        let found: Vec<_> = TARGETS.iter().map(|name| letter(fidelity(name, &pattern))).collect();
        if found.join(" ") != expected {
            wrong.push(format!("{pattern}: {} and not {expected}", found.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn longer_values_than_the_index_has_are_not_found() {
    let long = "a".repeat(1025);
    for name in ["eql:ecs", "esql:ecs", "lucene:ecs"] {
        let target = Target::named(name).unwrap().with_policy(Policy::AllowAny);
        let own = translated(&format!("[file:name = '{long}']"), &target).unwrap();
        assert!(own.notes.iter().any(|note| note.kind == NoteKind::Truncated), "{name}");
        assert_eq!(own.fidelity, Fidelity::Narrower);
        let whole = translated(&format!("[process:command_line = '{long}']"), &target).unwrap();
        assert_eq!(whole.fidelity, Fidelity::Exact, "{name}");
    }
}

/// Takes the literals out of a query: what remains has a `§` for each.
fn literals(language: Language, query: &str) -> (String, Vec<String>) {
    let (mut rest, mut remains, mut found) = (query, String::new(), Vec::new());
    while let Some(first) = rest.chars().next() {
        let read = match (language, first) {
            (Language::Sigma | Language::SigmaCased, '\'') => Some(single_quoted(rest)),
            (_, '"') => Some(double_quoted(language, rest)),
            (Language::Lucene, '/') => Some(slashes(rest)),
            _ => None,
        };
        match read {
            Some((text, after)) => {
                found.push(text);
                remains.push('§');
                rest = after;
            }
            None => {
                remains.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    if language == Language::Spl {
        return spliced(&remains, found);
    }
    (remains, found)
}

fn single_quoted(text: &str) -> (String, &str) {
    let mut own = String::new();
    let mut rest = &text[1..];
    loop {
        let (part, after) = rest.split_once('\'').expect("the literal ends");
        own.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                own.push('\'');
                rest = more;
            }
            None => return (own, after),
        }
    }
}

fn double_quoted(language: Language, text: &str) -> (String, &str) {
    let mut own = String::new();
    let mut rest = text[1..].chars();
    loop {
        match rest.next().expect("the literal ends") {
            '"' => return (own, rest.as_str()),
            '\\' => match rest.next().expect("an escape has a letter") {
                quoted @ ('"' | '\\') => own.push(quoted),
                'n' if language != Language::Lucene && language != Language::Spl => own.push('\n'),
                'r' if language != Language::Lucene && language != Language::Spl => own.push('\r'),
                't' if language != Language::Lucene && language != Language::Spl => own.push('\t'),
                'u' if language == Language::Eql => {
                    let (digits, after) = rest.as_str()[1..].split_once('}').unwrap();
                    own.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
                    rest = after.chars();
                }
                'u' if matches!(language, Language::Sigma | Language::SigmaCased) => {
                    let (digits, after) = rest.as_str().split_at(4);
                    own.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
                    rest = after.chars();
                }
                other => panic!("an unknown escape: {other:?} in {text}"),
            },
            line @ ('\n' | '\r') if language != Language::Lucene => panic!("a line break in {text}: {line:?}"),
            other => own.push(other),
        }
    }
}

/// An expression ends at the first slash that has no backslash before it.
fn slashes(text: &str) -> (String, &str) {
    let bytes = text.as_bytes();
    let end = (1..bytes.len()).find(|at| bytes[*at] == b'/' && bytes[at - 1] != b'\\').expect("it ends");
    (text[1..end].to_owned(), &text[end + 1..])
}

/// `("a".urldecode("%60")."b")` is one literal.
fn spliced(remains: &str, parts: Vec<String>) -> (String, Vec<String>) {
    let mut parts = parts.into_iter();
    let mut found: Vec<String> = Vec::new();
    let mut out = String::new();
    let mut rest = remains;
    while let Some(at) = rest.find('§') {
        let (before, after) = (&rest[..at], &rest[at + '§'.len_utf8()..]);
        let part = parts.next().unwrap();
        if before == ".urldecode(" {
            let bytes: Vec<u8> =
                part.split('%').skip(1).map(|digits| u8::from_str_radix(digits, 16).unwrap()).collect();
            found.last_mut().unwrap().push_str(std::str::from_utf8(&bytes).unwrap());
        } else if before == ")." {
            found.last_mut().unwrap().push_str(&part);
        } else {
            out.push_str(before);
            out.push('§');
            found.push(part);
        }
        rest = after;
    }
    out.push_str(rest);
    (out.replace("(§)", "§"), found)
}

/// The text that a literal of Sigma is for: a backslash is before itself and wildcards.
fn without_wildcards(text: &str) -> String {
    let mut own = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => own.push(rest.next().unwrap()),
            '*' | '?' => panic!("a wildcard in {text}"),
            other => own.push(other),
        }
    }
    own
}

fn looks_like_a_number(value: &str) -> bool {
    let value = value.trim();
    value.parse::<f64>().is_ok() || value.to_ascii_lowercase().starts_with("0x")
}

#[track_caller]
fn is_read_back(value: &str) {
    let map = FieldMap::from_json(OWN_MAP).unwrap();
    let pattern = format!("[file:name = {}]", Literal::from(value));
    for language in LANGUAGES {
        let target = Target::new(language, map.clone()).with_policy(Policy::AllowAny);
        let Ok(translation) = translated(&pattern, &target) else {
            assert!(value.contains('\0') && language == Language::Spl, "{language:?}: {value:?}");
            continue;
        };
        if language == Language::Spl && looks_like_a_number(value) {
            continue;
        }
        let (remains, found) = literals(language, &translation.queries[0].text);
        let benign = translated("[file:name = 'x']", &target).unwrap();
        let (expected, known) = literals(language, &benign.queries[0].text);
        let is_cased = language == Language::SigmaCased;
        // Without letters there is no case to mark.
        let without = |text: &str| if is_cased { text.replace("|cased", "") } else { text.to_owned() };
        assert_eq!(without(&remains), without(&expected), "{language:?}: {value:?}");
        let place = known.iter().position(|text| text == "x").unwrap();
        let is_sigma = matches!(language, Language::Sigma | Language::SigmaCased);
        let own = if is_sigma { without_wildcards(&found[place]) } else { found[place].clone() };
        assert_eq!(own, value, "{language:?}");
    }
}

#[test]
fn t2_hostile_strings_stay_literals() {
    HOSTILE.iter().for_each(|value| is_read_back(value));
    for value in
        ["", "`x`", "\u{0}", "\u{7f}\u{85}", "\\", "\\\\*", "| delete", "'; x: y", "- a\n- b", "%name%", "1e5", "/"]
    {
        is_read_back(value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn t20_every_string_is_read_back(value in any::<String>()) {
        is_read_back(&value);
    }

    #[test]
    fn t20_every_operator_keeps_text_in_literals(
        value in "[a-z'\"\\\\|\\n`/;(){}\\[\\]$^.*+?%_-]{0,12}",
        operator in 0..5usize,
    ) {
        let map = FieldMap::from_json(OWN_MAP).unwrap();
        let operator = ["LIKE", "MATCHES", "!=", "=", "NOT LIKE"][operator];
        for path in ["name", "x"] {
            let pattern = format!("[file:{path} {operator} {}]", Literal::from(value.as_str()));
            for language in LANGUAGES {
                let target = Target::new(language, map.clone()).with_policy(Policy::AllowAny);
                let Ok(translation) = translated(&pattern, &target) else { continue };
                let (remains, _) = literals(language, &translation.queries[0].text);
                let is_sigma = matches!(language, Language::Sigma | Language::SigmaCased);
                let signs: &[char] = if is_sigma { &[';', '$', '\\', '%', '`'] } else { &[';', '$', '{', '\\', '%', '`'] };
                prop_assert!(!remains.contains(signs), "{:?}: {}", language, remains);
                let pipes = match language {
                    Language::Esql => 2,
                    Language::Spl => 1,
                    _ => 0,
                };
                prop_assert!(is_sigma || remains.matches('|').count() == pipes, "{:?}: {}", language, remains);
                prop_assert!(!is_sigma || remains.lines().count() <= 12, "{}", remains);
            }
        }
    }
}

#[test]
fn t16_ten_thousand_values_come_in_chunks_with_their_indicators() {
    let texts: Vec<_> = (0..10_000).map(|n| format!("[url:value = 'https://c2.example/{n}\\'\"']")).collect();
    let patterns: Vec<_> = texts.iter().map(|text| Pattern::parse(text).unwrap()).collect();
    let ids: Vec<_> = (0..10_000).map(|n| format!("indicator--{n:05}")).collect();
    for (name, chunk) in [
        ("eql:ecs", 1000),
        ("esql:ecs", 500),
        ("lucene:ecs", 1000),
        ("spl:cim", 500),
        ("sigma", 1000),
        ("sigma:cased", 1000),
    ] {
        let target = Target::named(name).unwrap();
        let batch = translate_many(ids.iter().map(String::as_str).zip(&patterns), &target);
        assert!(batch.others.is_empty(), "{name}: {}", batch.others.len());
        assert!(batch.queries.len() >= 10_000 / chunk, "{name}: {}", batch.queries.len());
        for (id, number) in [(&ids[0], 0), (&ids[4999], 4999), (&ids[9999], 9999)] {
            let value = format!("https://c2.example/{number}'\"");
            let is_named = |query: &&stixkit::translate::Query| {
                query.text.contains(&**id) || query.indicators.iter().any(|(own, of)| **own == *value && **of == **id)
            };
            assert!(batch.queries.iter().any(|query| is_named(&query)), "{name}: {id}");
        }
        assert!(batch.queries.iter().all(|query| query.text.len() < 250_000), "{name}");
        let has_column = name.starts_with("esql") || name.starts_with("spl");
        assert!(batch.queries.iter().all(|query| query.indicators.is_empty() == has_column), "{name}");
    }
}

/// Hashes in a field with hashes of several algorithms are parts of its values.
#[test]
fn t16_hashes_of_sigma_are_looked_up_as_parts() {
    let pattern = Pattern::parse("[file:hashes.MD5 IN ('d41d8cd98f00b204e9800998ecf8427e', 'ab')]").unwrap();
    let target = Target::named("sigma").unwrap();
    let batch = translate_many([("indicator--1", &pattern)], &target);
    assert!(batch.others.is_empty());
    let query = &batch.queries[0];
    assert!(
        query.text.contains("Hashes|contains:\n            - 'MD5=D41D8CD98F00B204E9800998ECF8427E'\n"),
        "{}",
        query.text
    );
}

#[test]
fn t20_output_is_linear_in_the_input() {
    for name in TARGETS {
        let target = Target::named(name).unwrap().with_policy(Policy::AllowAny);
        let length = |count: usize| {
            let tests = vec!["(file:name = 'a' AND (file:name LIKE 'c_' OR file:hashes.MD5 = 'b'))"; count];
            let translation = translated(&format!("[{}]", tests.join(" OR ")), &target).unwrap();
            translation.queries.iter().map(|query| query.text.len()).sum::<usize>()
        };
        assert!(length(400) < 11 * length(40), "{name}");
    }
}

#[test]
fn every_target_is_listed() {
    let names: Vec<_> = Target::names().map(|(name, _)| name).collect();
    for name in TARGETS {
        assert!(names.contains(&name), "{name}");
        assert!(Target::named(name).unwrap().map().paths().len() > 20, "{name}");
    }
}
