//! Patterns: every path of a map with every operator, combinations, and several observations.

use std::collections::BTreeSet;

use serde_json::json;
use stixkit::pattern::ast::Literal;

use super::events::{Events, Mixer, pool, property};
use super::maps::{Column, columns, spelled};

const NUMBERS: [&str; 10] =
    ["= 443", "!= 443", "NOT = 443", "> 443", ">= 443", "< 443", "<= 443", "IN (5, 443)", "= '443'", "NOT IN (5, 443)"];
const NETWORKS: [&str; 5] = ["198.51.100.0/26", "0.0.0.0/0", "203.0.113.9/32", "2001:db8::/32", "::/0"];
const REGEXES: [&str; 4] = ["^[a-c]", "\\.exe$", "[0-9]{2,}|é", "^$"];

/// One of so many tests is asked by itself, because engines take milliseconds for each.
const STRIDE: usize = 2;

/// A comparison, and the type of object that it is about.
pub(super) type Test = (String, String);

/// Comparisons of each path with each operator, once for each kind of column that holds it.
pub(super) fn tests(tables: &[Events], mixer: &mut Mixer) -> Vec<Test> {
    let mut tests = Vec::new();
    let (mut known, mut paths) = (BTreeSet::new(), BTreeSet::new());
    for object in tables.iter().flat_map(|events| &events.objects) {
        let object_type = object["type"].as_str().unwrap();
        for (path, value) in object["columns"].as_object().unwrap() {
            let full = format!("{object_type}:{}", spelled(path));
            let mut of = |test: String| tests.push((object_type.to_owned(), test));
            if paths.insert(full.clone()) {
                of(format!("EXISTS {full}"));
                of(format!("NOT EXISTS {full}"));
            }
            for column in columns(value) {
                if known.insert((full.clone(), column.kind.clone(), column.form.clone(), column.list.is_some())) {
                    operators(object_type, path, &column, mixer, &mut |test| of(format!("{full} {test}")));
                }
            }
        }
    }
    tests
}

/// Patterns of single tests: one in a stride, and each that is the first of its path or operator.
pub(super) fn singles(tests: &[Test]) -> Vec<String> {
    let mut met = BTreeSet::new();
    let mut is_asked = |(number, (_, test)): &(usize, &Test)| {
        let [path, operator] = path_and_operator(test);
        let is_new = met.insert(path) | met.insert(operator);
        is_new || number % STRIDE == 0
    };
    let asked = tests.iter().enumerate().filter(|test| is_asked(test));
    asked.map(|(_, (_, test))| format!("[{test}]")).collect()
}

/// The path of a test, and its operator with `NOT` before it if there is one.
fn path_and_operator(test: &str) -> [String; 2] {
    if let Some((operator, path)) = test.split_once("EXISTS ") {
        return [path.to_owned(), format!("{operator}EXISTS")];
    }
    // Neither has a blank inside.
    let mut words = test.split(' ');
    let path = words.next().unwrap_or_default().to_owned();
    let operator = words.next().unwrap_or_default();
    let rest = if operator == "NOT" { words.next().unwrap_or_default() } else { "" };
    [path, format!("{operator} {rest}")]
}

fn operators(object_type: &str, path: &str, column: &Column, mixer: &mut Mixer, of: &mut dyn FnMut(String)) {
    if column.kind == "integer" {
        return NUMBERS.iter().for_each(|test| of((*test).to_owned()));
    }
    let values: Vec<_> = pool(path, column)
        .iter()
        .filter_map(|value| property(object_type, path, column, &json!(value))?.as_str().map(str::to_owned))
        .collect();
    let text = mixer.one(&values).clone();
    let other = mixer.one(&values).clone();
    let (literal, another) = (Literal::from(&text), Literal::from(&other));
    for operator in ["=", "!=", "NOT =", "NOT !=", ">", "<=", "NOT <"] {
        of(format!("{operator} {literal}"));
    }
    for not in ["", "NOT "] {
        of(format!("{not}IN ({literal}, {another})"));
        of(format!("{not}LIKE {}", Literal::from(mixer.one(&likes(&text)))));
        of(format!("{not}MATCHES {}", Literal::from(*mixer.one(&REGEXES))));
    }
    if column.kind == "ip" {
        for network in NETWORKS {
            of(format!("ISSUBSET '{network}'"));
            of(format!("NOT ISSUBSET '{network}'"));
        }
        of("= '198.51.100.0/24'".to_owned());
        of("ISSUPERSET '198.51.100.7/32'".to_owned());
    }
}

fn likes(text: &str) -> [String; 5] {
    let letters: Vec<char> = text.chars().collect();
    let part: String = letters.iter().skip(1).take(3).collect();
    let start: String = letters.iter().take(2).collect();
    [
        format!("{start}%"),
        format!("%{part}%"),
        format!("%{}", letters[letters.len() - 1]),
        format!("_{part}%"),
        "%a_b%*?\\[".into(),
    ]
}

/// Patterns of tests that are joined by `AND` and `OR`.
pub(super) fn combinations(tests: &[Test], count: usize, mixer: &mut Mixer) -> Vec<String> {
    let mut patterns = Vec::new();
    for number in 0..count {
        let (object_type, first) = mixer.one(tests).clone();
        let same: Vec<_> = tests.iter().filter(|(own, _)| *own == object_type).collect();
        let (second, third) = (&mixer.one(&same).1, &mixer.one(&same).1);
        patterns.push(match number % 4 {
            0 => format!("[{first} AND {second}]"),
            1 => format!("[{first} OR {second}]"),
            2 => format!("[{first} AND ({second} OR {third})]"),
            _ => format!("[{first} OR ({second} AND {third})]"),
        });
    }
    patterns
}

/// Patterns of several observations, which tables with hosts can tell.
pub(super) fn joints(tables: &[Events], count: usize, mixer: &mut Mixer) -> Vec<String> {
    let mut equalities = Vec::new();
    for object in tables.iter().filter(|events| events.has_hosts).flat_map(|events| &events.objects) {
        let object_type = object["type"].as_str().unwrap();
        for (path, value) in object["columns"].as_object().unwrap() {
            let column = columns(value).remove(0);
            let full = format!("{object_type}:{}", spelled(path));
            if column.kind == "integer" {
                equalities.push(format!("[{full} = 443]"));
            }
            for value in pool(path, &column) {
                let value = property(object_type, path, &column, &json!(value));
                if let Some(text) = value.as_ref().and_then(|value| value.as_str()) {
                    equalities.push(format!("[{full} = {}]", Literal::from(text)));
                }
            }
        }
    }
    let mut patterns = Vec::new();
    for number in 0..count {
        let [a, b, c] = [(); 3].map(|()| mixer.one(&equalities).clone());
        patterns.push(match number % 12 {
            0 => format!("{a} AND {b}"),
            1 => format!("{a} FOLLOWEDBY {b}"),
            2 => format!("({a} AND {b}) WITHIN 300 SECONDS"),
            3 => format!("({a} FOLLOWEDBY {b}) WITHIN 300 SECONDS"),
            4 => format!("{a} REPEATS 3 TIMES"),
            5 => format!("{a} REPEATS 3 TIMES WITHIN 300 SECONDS"),
            6 => format!("({a} OR {b}) FOLLOWEDBY {c}"),
            7 => format!("{a} AND {b} AND {c}"),
            8 => format!("{a} FOLLOWEDBY {b} FOLLOWEDBY {c}"),
            9 => format!("({a} AND {b}) WITHIN 101 SECONDS FOLLOWEDBY {c}"),
            10 => format!("{a} REPEATS 2 TIMES FOLLOWEDBY {b}"),
            _ => format!("{a} AND {a}"),
        });
    }
    patterns
}

/// Patterns that an interval of time qualifies.
pub(super) fn intervals(tests: &[Test], count: usize, mixer: &mut Mixer) -> Vec<String> {
    let bounds =
        ["t'2020-01-01T00:00:00Z'", "t'2020-01-01T00:04:59Z'", "t'2020-01-01T00:05:00Z'", "t'2020-01-01T00:10:00.5Z'"];
    let one = |_| {
        let start = mixer.below(3);
        let stop = start + 1 + mixer.below(3 - start);
        format!("[{}] START {} STOP {}", mixer.one(tests).1, bounds[start], bounds[stop])
    };
    (0..count).map(one).collect()
}
