//! Translated patterns in the engines that they are for: what a query finds is compared with what the crate's own
//! matcher says of the same events.
//!
//! ```text
//! pip install duckdb datafusion pyarrow chdb
//! cargo test --all-features --test it -- --ignored reference::queries
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use stixkit::Json;
use stixkit::matching::{Matcher, Observations};
use stixkit::pattern::Pattern;
use stixkit::pattern::ast::Literal;
use stixkit::translate::{Fidelity, Policy, Target};

use super::python;

const ROWS: usize = 24;
/// Patterns of two tests.
const GENERATED: usize = 200;

/// A generator of numbers that are good enough to mix values.
struct Mixer(u64);

impl Mixer {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn one<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }
}

/// A column of a map, with the defaults filled in.
struct Column {
    name: String,
    kind: String,
    form: String,
    shared: bool,
    list: bool,
}

fn columns(value: &Value) -> Vec<Column> {
    let one = |value: &Value| match value {
        Value::String(name) => {
            Column { name: name.clone(), kind: "text".into(), form: "same".into(), shared: false, list: false }
        }
        value => Column {
            name: value["column"].as_str().unwrap().into(),
            kind: value["type"].as_str().unwrap_or("text").into(),
            form: value["form"].as_str().unwrap_or("same").into(),
            shared: value["shared"] == true,
            list: value["list"] == true,
        },
    };
    value.as_array().map_or_else(|| vec![one(value)], |values| values.iter().map(one).collect())
}

/// Values that a column may hold.
fn pool(path: &str, column: &Column) -> &'static [&'static str] {
    match (&*column.form, &*column.kind) {
        (_, "ip") => &["198.51.100.7", "198.51.100.77", "203.0.113.9", "2001:db8::1", "fe80::1"],
        ("host", _) => {
            &["c2.example", "https://c2.example/x", "http://u@c2.example:8/", "c2.example.org", "xc2.example"]
        }
        ("file_name" | "folder", _) => &["C:\\Windows\\a.exe", "C:\\Temp\\b%c_d.exe", "/tmp/a.exe", "/tmp/x/A.exe"],
        ("hyphen_mac", _) => &["00-00-5E-00-53-01", "00-00-5E-00-53-AF"],
        ("short_hive", _) => &["HKLM\\Software\\Evil", "HKCU\\Software\\Evil"],
        _ if path.contains("hashes") => &["d41d8cd98f00b204e9800998ecf8427e", "aa", "bb", "cc"],
        ("lower" | "upper", _) => &["tcp", "udp", "c2.example", "x.example"],
        _ if path.ends_with("key") => &["HKEY_LOCAL_MACHINE\\Software\\Evil", "HKEY_USERS\\x"],
        _ => &["a.exe", "A.exe", "b%c_d*?.exe", "O'Br\"ien\\x", "é😀", "it's\nline", "xa.exe.bak", "C:\\a"],
    }
}

/// A table of synthetic events: for each column its type, and rows of values.
struct Events {
    name: String,
    columns: BTreeMap<String, (String, &'static [&'static str], String)>,
    rows: Vec<BTreeMap<String, Value>>,
    objects: Vec<Value>,
}

fn events(table: &Value, mixer: &mut Mixer) -> Events {
    let objects = table["objects"].as_array().unwrap().clone();
    let mut all = BTreeMap::new();
    for object in &objects {
        for (path, value) in object["columns"].as_object().unwrap() {
            for column in columns(value) {
                let kind = if column.list { "list".to_owned() } else { column.kind.clone() };
                let entry = (kind, pool(path, &column), column.form.clone());
                let is_better = matches!(&*column.form, "host" | "folder" | "file_name") || column.kind == "ip";
                if is_better || !all.contains_key(&column.name) {
                    all.insert(column.name.clone(), entry);
                }
            }
        }
    }
    let mut rows = Vec::new();
    for _ in 0..ROWS {
        let mut row = BTreeMap::new();
        for (name, (kind, pool, form)) in &all {
            if mixer.below(5) == 0 {
                continue;
            }
            let spelled = |text: &str| if form == "upper" { text.to_uppercase() } else { text.to_owned() };
            row.insert(
                name.clone(),
                match &**kind {
                    "integer" => json!(mixer.one(&[5, 443, 8443])),
                    "list" => json!((0..mixer.below(3)).map(|_| *mixer.one::<&str>(pool)).collect::<Vec<_>>()),
                    _ => json!(spelled(mixer.one::<&str>(pool))),
                },
            );
        }
        rows.push(row);
    }
    Events { name: table["table"].as_str().unwrap().into(), columns: all, rows, objects }
}

/// What a value of a column is as the value of a property, or `None` if it is not one.
fn property(object_type: &str, path: &str, column: &Column, value: &Value) -> Option<Value> {
    let Some(text) = value.as_str() else { return Some(value.clone()) };
    let is_v6 = text.contains(':');
    let own = match object_type {
        "ipv4-addr" => !is_v6,
        "ipv6-addr" => is_v6,
        "url" if column.shared => text.contains("://"),
        _ if column.shared && path.starts_with("hashes") => (text.len() == 32) == path.ends_with("MD5"),
        _ => true,
    };
    let split = |text: &str| {
        let at = text.rfind(['\\', '/'])?;
        Some((text[..at].to_owned(), text[at + 1..].to_owned()))
    };
    let text = match &*column.form {
        "file_name" => split(text).map_or(text.to_owned(), |(_, name)| name),
        "folder" => split(text).filter(|(_, name)| !name.is_empty())?.0,
        "host" => match text.split_once("://") {
            Some((_, rest)) => {
                let authority = rest.split(['/', '?', '#']).next()?;
                authority.rsplit('@').next()?.split(':').next()?.to_owned()
            }
            None => text.to_owned(),
        },
        "upper" => text.to_owned(),
        "hyphen_mac" => text.to_lowercase().replace('-', ":"),
        "short_hive" => text.replacen("HKLM", "HKEY_LOCAL_MACHINE", 1).replacen("HKCU", "HKEY_CURRENT_USER", 1),
        _ => text.to_owned(),
    };
    own.then_some(json!(text))
}

/// Sets a property by its path. References lead to objects of a type that no pattern is about.
fn set(objects: &mut Map<String, Value>, key: &str, path: &str, values: &[Value]) {
    // Names of keys have hyphens, but no dots.
    let mut steps = path.split('.').peekable();
    let mut key = key.to_owned();
    let mut pointer = String::new();
    while let Some(step) = steps.next() {
        let (name, is_list) = step.strip_suffix("[*]").map_or((step, false), |name| (name, true));
        let object = objects.get_mut(&key).unwrap().pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
        let is_last = steps.peek().is_none();
        if is_last {
            object.insert(name.into(), if is_list { json!(values) } else { values[0].clone() });
            return;
        }
        if name.ends_with("_ref") {
            let target = format!("{key}-{name}");
            object.entry(name).or_insert_with(|| json!(target));
            objects.entry(&target).or_insert_with(|| json!({"type": "x-target"}));
            (key, pointer) = (target, String::new());
        } else if name.ends_with("_refs") {
            let targets: Vec<_> = (0..values.len()).map(|index| format!("{key}-{name}-{index}")).collect();
            object.insert(name.into(), json!(targets));
            for (target, value) in targets.into_iter().zip(values) {
                objects.insert(target, json!({"type": "x-target", steps.peek().copied().unwrap(): value}));
            }
            return;
        } else if is_list {
            let list = object.entry(name).or_insert_with(|| json!([{}]));
            assert!(list.is_array());
            pointer = format!("{pointer}/{name}/0");
        } else {
            object.entry(name).or_insert_with(|| json!({}));
            pointer = format!("{pointer}/{name}");
        }
    }
}

/// The observation that a row is.
fn observation(events: &Events, row: &BTreeMap<String, Value>) -> Value {
    let mut objects = Map::new();
    for (number, object) in events.objects.iter().enumerate() {
        let object_type = object["type"].as_str().unwrap();
        let key = format!("{number}");
        objects.insert(key.clone(), json!({"type": object_type}));
        for (path, value) in object["columns"].as_object().unwrap() {
            let mut values = Vec::new();
            for column in columns(value) {
                let Some(value) = row.get(&column.name) else { continue };
                let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                values.extend(list.iter().filter_map(|value| property(object_type, path, &column, value)));
            }
            if !values.is_empty() {
                set(&mut objects, &key, path, &values);
            }
        }
    }
    json!([{"type": "observed-data", "first_observed": "2020-01-01T00:00:00Z",
        "last_observed": "2020-01-01T00:00:00Z", "number_observed": 1, "objects": objects}])
}

/// A path of a map as patterns spell it.
fn spelled(path: &str) -> String {
    let steps = path.split('.').map(|step| if step.contains('-') { format!("'{step}'") } else { step.to_owned() });
    steps.collect::<Vec<_>>().join(".")
}

/// Tests of each path with each operator.
fn tests(map: &[Events], mixer: &mut Mixer) -> Vec<(String, String)> {
    let mut tests = Vec::new();
    let mut known = BTreeSet::new();
    for events in map {
        for object in &events.objects {
            let object_type = object["type"].as_str().unwrap();
            for (path, value) in object["columns"].as_object().unwrap() {
                let full = format!("{object_type}:{}", spelled(path));
                let column = columns(value).remove(0);
                let mut of = |test: String| tests.push((object_type.to_owned(), test));
                if column.kind == "integer" {
                    for test in [
                        "= 443",
                        "!= 443",
                        "NOT = 443",
                        "> 443",
                        ">= 443",
                        "< 443",
                        "<= 443",
                        "IN (5, 443)",
                        "= '443'",
                        "NOT IN (5, 443)",
                    ] {
                        of(format!("{full} {test}"));
                    }
                } else {
                    let values: Vec<_> = pool(path, &column)
                        .iter()
                        .filter_map(|value| {
                            property(object_type, path, &column, &json!(value))?.as_str().map(str::to_owned)
                        })
                        .collect();
                    let text = mixer.one(&values).clone();
                    let other = mixer.one(&values).clone();
                    let (literal, another) = (Literal::from(&text), Literal::from(&other));
                    for operator in ["=", "!=", "NOT =", "NOT !="] {
                        of(format!("{full} {operator} {literal}"));
                    }
                    of(format!("{full} IN ({literal}, {another})"));
                    of(format!("{full} NOT IN ({literal}, {another})"));
                    let letters: Vec<char> = text.chars().collect();
                    let part: String = letters.iter().skip(1).take(3).collect();
                    let start: String = letters.iter().take(2).collect();
                    for like in [
                        format!("{start}%"),
                        format!("%{part}%"),
                        format!("%{}", letters[letters.len() - 1]),
                        format!("_{part}%"),
                        "%a_b%*?\\[".into(),
                    ] {
                        of(format!("{full} LIKE {}", Literal::from(&like)));
                        of(format!("{full} NOT LIKE {}", Literal::from(&like)));
                    }
                    for regex in ["^[a-c]", "\\.exe$", "[0-9]{2,}|é", "^$"] {
                        of(format!("{full} MATCHES {}", Literal::from(regex)));
                    }
                }
                if known.insert(full.clone()) {
                    tests.push((object_type.to_owned(), format!("EXISTS {full}")));
                    tests.push((object_type.to_owned(), format!("NOT EXISTS {full}")));
                }
                if column.kind == "ip" {
                    for network in ["198.51.100.0/26", "0.0.0.0/0", "203.0.113.9/32", "2001:db8::/32", "::/0"] {
                        tests.push((object_type.to_owned(), format!("{full} ISSUBSET '{network}'")));
                        tests.push((object_type.to_owned(), format!("{full} NOT ISSUBSET '{network}'")));
                    }
                }
            }
        }
    }
    tests
}

/// Differences between what an engine finds and what its fidelity promises, and how many patterns were compared.
fn compare(name: &str, engine: &str, map: &str) -> (Vec<String>, BTreeMap<&'static str, usize>) {
    let mut mixer = Mixer(7);
    let map: Value = serde_json::from_str(map).unwrap();
    let tables: Vec<_> = map["tables"].as_array().unwrap().iter().map(|table| events(table, &mut mixer)).collect();
    let tests = tests(&tables, &mut mixer);
    let mut patterns: Vec<String> = tests.iter().map(|(_, test)| format!("[{test}]")).collect();
    for number in 0..GENERATED {
        let (object_type, first) = mixer.one(&tests).clone();
        let same: Vec<_> = tests.iter().filter(|(own, _)| *own == object_type).collect();
        let (second, third) = (&mixer.one(&same).1, &mixer.one(&same).1);
        patterns.push(match number % 4 {
            0 => format!("[{first} AND {second}]"),
            1 => format!("[{first} OR {second}]"),
            2 => format!("[{first} AND ({second} OR {third})]"),
            _ => format!("[{first} OR ({second} AND {third})]"),
        });
    }
    let target = Target::named(name).unwrap().with_policy(Policy::AllowAny);
    let observations: Vec<Vec<(String, Json)>> = tables
        .iter()
        .map(|events| {
            events
                .rows
                .iter()
                .enumerate()
                .map(|(number, row)| {
                    let text = observation(events, row).to_string();
                    (format!("{}:{number}", events.name), Json::new(&text).unwrap())
                })
                .collect()
        })
        .collect();

    let (mut queries, mut work) = (Vec::new(), Vec::new());
    for text in &patterns {
        let pattern = Pattern::parse(text).unwrap_or_else(|error| panic!("{error:#}"));
        let Ok(translation) = pattern.translate(&target) else { continue };
        let Ok(matcher) = Matcher::new(&pattern) else { continue };
        let mut expected = BTreeSet::new();
        for (id, json) in observations.iter().flatten() {
            if matcher.is_match(&Observations::from_json(json)).unwrap() {
                expected.insert(id.clone());
            }
        }
        let start = queries.len();
        queries.extend(translation.queries.iter().map(|query| query.text.replace("_Im_", "im").replace("()\n", "\n")));
        work.push((text.clone(), translation.fidelity, expected, start..queries.len()));
    }
    let input = json!({"engine": engine, "queries": queries, "tables": tables.iter().map(|events| {
        let mut columns = vec![json!(["row_id_", "text"])];
        columns.extend(events.columns.iter().map(|(name, (kind, ..))| json!([name, kind])));
        let rows: Vec<_> = events.rows.iter().enumerate().map(|(number, row)| {
            let mut values = vec![json!(format!("{}:{number}", events.name))];
            values.extend(events.columns.keys().map(|name| row.get(name).cloned().unwrap_or(Value::Null)));
            Value::Array(values)
        }).collect();
        let name = events.name.replace("imDns", "imDns");
        json!({"name": name, "columns": columns, "rows": rows})
    }).collect::<Vec<_>>()});
    if let Some(folder) = std::env::var_os("STIXKIT_DUMP") {
        std::fs::write(
            std::path::Path::new(&folder).join(format!("{}.json", name.replace(':', "-"))),
            input.to_string(),
        )
        .unwrap();
    }
    let python = python::with("chdb", None).unwrap_or_else(|missing| panic!("{missing}"));
    let output = python::run(&python, "queries.py", &[], input.to_string());
    let answers: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), queries.len(), "{name}");
    let (mut wrong, mut counts) = (Vec::new(), BTreeMap::<_, usize>::new());
    for (pattern, fidelity, expected, range) in work {
        let mut found = BTreeSet::new();
        let mut error = None;
        for index in range.clone() {
            match answers[index].as_array() {
                Some(ids) => found.extend(ids.iter().map(|id| id.as_str().unwrap().to_owned())),
                None => error = Some(&answers[index]),
            }
        }
        let is_right = match fidelity {
            Fidelity::Exact => found == expected,
            Fidelity::Wider => found.is_superset(&expected),
            Fidelity::Narrower => found.is_subset(&expected),
            Fidelity::Different => true,
        };
        *counts.entry(fidelity.as_str()).or_default() += 1;
        if let Some(error) = error {
            wrong.push(format!("{name}: {pattern}: {error}: {}", queries[range].join(" ; ")));
        } else if !is_right {
            let more: Vec<_> = found.difference(&expected).collect();
            let missing: Vec<_> = expected.difference(&found).collect();
            wrong.push(format!(
                "{name}: {pattern} is {fidelity}: too many {more:?}, missing {missing:?}: {}",
                queries[range].join(" ; ")
            ));
        }
    }
    (wrong, counts)
}

#[test]
#[ignore = "needs the Python packages chdb, duckdb, datafusion and pyarrow"]
fn t1_engines_find_what_the_matcher_finds() {
    const ECS: &str = include_str!("../../src/translate/maps/ecs.json");
    let targets = [
        ("sql:duckdb", "duckdb", ECS),
        ("sql:datafusion", "datafusion", ECS),
        ("sql:clickhouse", "clickhouse", ECS),
        ("kql:defender", "kusto", include_str!("../../src/translate/maps/defender.json")),
        ("kql:sentinel", "kusto", include_str!("../../src/translate/maps/sentinel.json")),
        ("kql:asim", "kusto", include_str!("../../src/translate/maps/asim.json")),
    ];
    let mut all = Vec::new();
    for (name, engine, map) in targets {
        let (wrong, counts) = compare(name, engine, map);
        println!("{name}: {counts:?}, {} wrong", wrong.len());
        assert!(counts["exact"] > 150, "{name}");
        all.extend(wrong);
    }
    assert!(all.is_empty(), "{} wrong:\n{}", all.len(), all[..all.len().min(60)].join("\n"));
}
