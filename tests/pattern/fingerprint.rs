//! Fingerprints: pairs of patterns with a verdict, changes that leave the meaning alone, real patterns, and large ones.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::Value;
use stixkit::object::Indicator;
use stixkit::pattern::{Fingerprint, FingerprintRules, Parser, Pattern};

use super::{corpus, fixture, lines, text};

#[track_caller]
fn fingerprint(pattern: &str) -> Fingerprint {
    Pattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error:#}")).fingerprint()
}

#[test]
fn pairs_with_a_verdict() {
    let cases = lines(&fixture("fingerprints.jsonl"));
    let wrong: Vec<&Value> = cases
        .iter()
        .filter(|case| {
            let is_equal = fingerprint(text(case, "a")) == fingerprint(text(case, "b"));
            match text(case, "verdict") {
                "equal" => !is_equal,
                "different" => is_equal,
                "may" => false,
                other => panic!("{other}"),
            }
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_two_cases_of_different_verdicts_collide() {
    // All texts of the table; two with one fingerprint have to be the pair of some line that says so, through others if
    // need be.
    let cases = lines(&fixture("fingerprints.jsonl"));
    let mut groups: HashMap<Fingerprint, Vec<&str>> = HashMap::new();
    for case in &cases {
        for key in ["a", "b"] {
            groups.entry(fingerprint(text(case, key))).or_default().push(text(case, key));
        }
    }
    for case in cases.iter().filter(|case| text(case, "verdict") == "different") {
        let shared = groups.values().find(|group| group.contains(&text(case, "a")) && group.contains(&text(case, "b")));
        assert_eq!(shared, None, "{case}");
    }
}

#[test]
fn fingerprints_are_the_same_everywhere() {
    let fixed = "[ipv4-addr:value = '198.51.100.7'] AND [file:size > 5] REPEATS 3 TIMES";
    assert_eq!(fingerprint(fixed).to_string(), "fd421efb5f6e52e8982cd9f8d7b23ff8");
}

#[test]
fn rules_are_options() {
    let pattern = |text| Pattern::parse(text).unwrap();
    let (lower, upper) = (pattern("[domain-name:value='a.com']"), pattern("[domain-name:value='A.com']"));
    let strict = FingerprintRules::new().with_domains(false).with_hash_names(false);
    assert_eq!(lower.fingerprint(), upper.fingerprint());
    assert_ne!(lower.fingerprint_with(&strict), upper.fingerprint_with(&strict));
    let (short, long) = (pattern("[file:hashes.SHA256='aa']"), pattern("[file:hashes.'SHA-256'='aa']"));
    assert_eq!(short.fingerprint(), long.fingerprint());
    assert_ne!(short.fingerprint_with(&strict), long.fingerprint_with(&strict));
}

#[test]
fn m14_rules_of_other_languages() {
    let rule = |pattern_type: &str, pattern: &str| {
        let mut indicator: Indicator = serde_json::from_str(
            r#"{"type":"indicator","id":"indicator--1","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","pattern":"","pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z"}"#,
        )
        .unwrap();
        indicator.pattern_type = Some(pattern_type.into());
        indicator.pattern = pattern.to_owned();
        indicator.parse_pattern().unwrap().fingerprint()
    };
    assert_eq!(rule("sigma", "title: a\r\nid: b\r\n"), rule("sigma", "title: a\nid: b"));
    assert_ne!(rule("sigma", "title: a"), rule("yara", "title: a"));
    assert_ne!(rule("sigma", "title: a"), rule("sigma", "title: b"));
}

/// A debug build takes some times as long as the promise, quadratic code minutes.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn large_patterns_take_linear_time() {
    let tests: Vec<_> = (0..10_000).map(|at| format!("domain-name:value = 'd{at}.example'")).collect();
    let start = Instant::now();
    let inside = fingerprint(&format!("[{}]", tests.join(" OR ")));
    let outside = fingerprint(&tests.iter().map(|test| format!("[{test}]")).collect::<Vec<_>>().join(" OR "));
    assert_eq!(inside, outside);
    let values: Vec<_> = (0..10_000).rev().map(|at| format!("'d{at}.example'")).collect();
    assert_eq!(inside, fingerprint(&format!("[domain-name:value IN ({})]", values.join(","))));

    // 64 KiB of brackets in all shapes that the parser takes.
    let deep = Parser::new().with_max_depth(Parser::DEEPEST);
    let mut nested = "a:b = 0".to_owned();
    for at in 1..Parser::DEEPEST {
        let operator = if at % 2 == 0 { "AND" } else { "OR" };
        nested = format!("(a:b = {at} {operator} {nested})");
    }
    deep.parse(&format!("[{nested}]")).unwrap_or_else(|error| panic!("{error:#}")).fingerprint();
    let wide = ["([a:b = 1] AND [a:c = 2])"; 2_600].join(" FOLLOWEDBY ");
    assert!(wide.len() > 65_536);
    fingerprint(&wide);
    // What an explosion into alternatives would not end with.
    let clauses: Vec<_> = (0..1_000).map(|at| format!("(a:b{at} = 1 OR a:c{at} = 2)")).collect();
    fingerprint(&format!("[{}]", clauses.join(" AND ")));
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

/// A pattern in two spellings that mean the same.
fn pairs() -> impl Strategy<Value = (String, String)> {
    let test = (0..3_u8, 0..4_u8).prop_map(|(property, value)| {
        let text = format!("x:p{property} = {value}");
        let other = match value % 4 {
            0 => format!("x:'p{property}'=={value}.0"),
            1 => format!("x:p{property} NOT != +{value}"),
            2 => format!("x:p{property} IN ({value}, {value})"),
            _ => text.clone(),
        };
        (text, other)
    });
    let inside = test.prop_recursive(4, 24, 4, |inner| {
        (prop::collection::vec(inner, 1..5), any::<bool>(), any::<u8>()).prop_map(|(parts, is_or, turn)| {
            let operator = if is_or { " OR " } else { " AND " };
            let first: Vec<_> = parts.iter().map(|(first, _)| format!("({first})")).collect();
            let mut other: Vec<_> = parts.iter().map(|(_, other)| format!("(({other}))")).collect();
            let len = other.len();
            other.rotate_left(usize::from(turn) % len);
            // Within brackets, repetition means nothing.
            other.push(other[0].clone());
            (first.join(operator), other.join(operator))
        })
    });
    let single = inside.prop_map(|(first, other)| (format!("[{first}]"), format!("([{other}])")));
    single.prop_recursive(3, 12, 3, |inner| {
        (prop::collection::vec(inner, 1..4), 0..4_u8, any::<u8>()).prop_map(|(parts, kind, turn)| {
            let first: Vec<_> = parts.iter().map(|(first, _)| format!("({first})")).collect();
            let mut other: Vec<_> = parts.iter().map(|(_, other)| format!("(({other}))")).collect();
            let len = other.len();
            match kind {
                0 => {
                    other.rotate_left(usize::from(turn) % len);
                    (first.join(" AND "), other.join(" AND "))
                }
                1 => {
                    other.reverse();
                    other.push(other[0].clone());
                    (first.join(" OR "), other.join(" OR "))
                }
                2 => (first.join(" FOLLOWEDBY "), other.join(" FOLLOWEDBY ")),
                _ => (format!("{} REPEATS 1 TIMES", first[0]), other[0].clone()),
            }
        })
    })
}

proptest! {
    #[test]
    fn spellings_of_one_meaning((first, other) in pairs()) {
        prop_assert_eq!(fingerprint(&first), fingerprint(&other), "{}\n{}", first, other);
    }

    /// Whatever the tree is, printing it again changes nothing.
    #[test]
    fn printing_changes_nothing(expression in super::generated::loose_observations(8)) {
        let Ok(pattern) = Pattern::from_expression(&expression) else { return Ok(()) };
        let printed = pattern.to_string();
        if let Ok(again) = Pattern::parse(&printed) {
            prop_assert_eq!(again.fingerprint(), pattern.fingerprint(), "{}", printed);
        }
    }
}

/// Patterns with one fingerprint match the same observations.
#[cfg(feature = "match")]
mod equivalence {
    use stixkit::Json;
    use stixkit::matching::{Matcher, Observations};

    use super::*;

    fn inside() -> impl Strategy<Value = String> {
        let operator = prop::sample::select(vec!["=", "!=", "NOT =", "NOT !=", "<", "NOT <", "LIKE", "NOT LIKE"]);
        let path = prop::sample::select(vec!["x:a", "x:l[*]", "x:l[0]", "x:c"]);
        let test = (path, operator, 0..3_u8).prop_map(|(path, operator, value)| {
            if operator.ends_with("LIKE") {
                format!("{path} {operator} '{value}'")
            } else {
                format!("{path} {operator} {value}")
            }
        });
        test.prop_recursive(2, 5, 3, |inner| {
            (prop::collection::vec(inner, 1..4), any::<bool>()).prop_map(|(parts, is_or)| {
                parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(if is_or {
                    " OR "
                } else {
                    " AND "
                })
            })
        })
    }

    fn pattern() -> impl Strategy<Value = String> {
        inside().prop_map(|inside| format!("[{inside}]")).prop_recursive(2, 4, 2, |inner| {
            let operator = prop::sample::select(vec![" AND ", " OR ", " FOLLOWEDBY "]);
            let qualifier = prop::sample::select(vec!["", "", " REPEATS 2 TIMES", " WITHIN 5 SECONDS"]);
            (prop::collection::vec(inner, 1..3), operator, qualifier).prop_map(|(parts, operator, qualifier)| {
                let parts: Vec<_> = parts.iter().map(|part| format!("({part})")).collect();
                format!("({}){qualifier}", parts.join(operator))
            })
        })
    }

    fn observations() -> impl Strategy<Value = String> {
        let value = prop::sample::select(vec!["0", "1", "2", "\"0\"", "\"1\""]);
        let object = (value.clone(), prop::collection::vec(value, 0..3), any::<bool>()).prop_map(|(a, l, has)| {
            let a = if has { format!(r#","a":{a}"#) } else { String::new() };
            format!(r#"{{"type":"x"{a},"l":[{}]}}"#, l.join(","))
        });
        prop::collection::vec((object, 0..12_u8), 1..4).prop_map(|objects| {
            let observed = objects.iter().enumerate().map(|(at, (object, second))| format!(
                r#"{{"type":"observed-data","id":"observed-data--{at}","first_observed":"2024-01-01T00:00:{second:02}Z","last_observed":"2024-01-01T00:00:{second:02}Z","number_observed":1,"objects":{{"0":{object}}}}}"#
            ));
            format!("[{}]", observed.collect::<Vec<_>>().join(","))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        /// Small patterns meet by chance often enough: many pairs of one run have one fingerprint.
        #[test]
        fn one_fingerprint_one_verdict(
            patterns in prop::collection::vec(pattern(), 60),
            observations in prop::collection::vec(observations(), 12),
        ) {
            let mut groups: HashMap<Fingerprint, Vec<&str>> = HashMap::new();
            for pattern in &patterns {
                groups.entry(fingerprint(pattern)).or_default().push(pattern);
            }
            for group in groups.values().filter(|group| group.len() > 1) {
                for json in &observations {
                    let json = Json::new(json).unwrap();
                    let observations = Observations::from_json(&json);
                    let verdicts: Vec<_> = group
                        .iter()
                        .map(|text| Matcher::new(&Pattern::parse(text).unwrap()).unwrap().is_match(&observations).unwrap())
                        .collect();
                    prop_assert!(verdicts.windows(2).all(|pair| pair[0] == pair[1]), "{:?} {:?}", group, json);
                }
            }
        }
    }
}

#[test]
#[ignore = "needs the corpus"]
fn corpus_fingerprints() {
    let mut groups: HashMap<Fingerprint, Vec<String>> = HashMap::new();
    let mut count = 0;
    for case in corpus("valid.jsonl") {
        let source = text(&case, "pattern");
        let pattern = super::parser(&case).parse(source).unwrap_or_else(|error| panic!("{source}: {error:#}"));
        groups.entry(pattern.fingerprint()).or_default().push(pattern.to_string());
        count += 1;
    }
    // Those that are printed alike have one fingerprint; the others that have one are few, and listed to be read.
    let mut texts: HashMap<String, Fingerprint> = HashMap::new();
    for (fingerprint, group) in &groups {
        for text in group {
            assert_eq!(*texts.entry(text.clone()).or_insert(*fingerprint), *fingerprint, "{text}");
        }
    }
    let mut merged = 0;
    for group in groups.values_mut() {
        group.sort_unstable();
        group.dedup();
        merged += group.len() - 1;
        if group.len() > 1 {
            eprintln!("{group:#?}");
        }
    }
    assert_eq!((count, texts.len(), groups.len(), merged), (1331, 815, 717, 98));
}
