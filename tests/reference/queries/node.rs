//! What needs Node.js: the parser of Kusto, and the columns of the ready maps in schemas, of which
//! one is there only.
//!
//! ```text
//! npm install @kusto/language-service-next @elastic/ecs
//! pip install pysigma-backend-kusto ocsf-json-schema
//! STIXKIT_NODE_MODULES=node_modules cargo test --all-features --test it -- --ignored reference::queries::node
//! ```

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};
use stixkit::translate::Language;

use super::super::python;
use super::events::{Events, Mixer};
use super::maps::map;
use super::parsers::{equalities, queries, read_back, report};

/// The folder with packages of npm.
fn modules() -> PathBuf {
    let folder = std::env::var_os("STIXKIT_NODE_MODULES");
    PathBuf::from(folder.expect(
        "STIXKIT_NODE_MODULES must name the folder of packages; try `npm install @kusto/language-service-next \
         @elastic/ecs`",
    ))
}

/// Runs the parser of Kusto.
fn kusto(tables: &Map<String, Value>, queries: &[String]) -> Vec<Value> {
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/kusto.js");
    let mut child = Command::new("node");
    child.arg(script).env("NODE_PATH", modules()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().expect("there is `node`");
    let mut stdin = child.stdin.take().unwrap();
    let input = json!({"tables": tables, "queries": queries}).to_string();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut stdin, input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().expect("the script reads all of its input");
    assert!(output.status.success());
    let answers: Vec<_> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), queries.len());
    answers
}

#[test]
#[ignore = "needs Node.js with the package @kusto/language-service-next"]
fn t1_kusto_queries_have_no_diagnostics() {
    let mut wrong = Vec::new();
    for name in ["kql:defender", "kql:sentinel", "kql:asim"] {
        let events = Events::all(&map(name), &mut Mixer(3));
        let mut tables = Map::new();
        for own in &events {
            let kind = |kind: &str| match kind {
                "integer" => "long",
                "time" => "datetime",
                "text" => "string",
                _ => "dynamic",
            };
            let columns: Vec<_> = own.columns.iter().map(|(name, own)| format!("{name}: {}", kind(own))).collect();
            tables.insert(own.name.clone(), json!(format!("({})", columns.join(", "))));
        }
        let stored = "(Id: string, IsActive: bool, ObservableKey: string, ObservableValue: string, \
                      TimeGenerated: datetime)";
        tables.insert("ThreatIntelIndicators".to_owned(), json!(stored));
        let texts: Vec<_> = queries(name, &events)
            .into_iter()
            .map(|query| {
                let on_table = |text: String, own: &Events| match &own.source {
                    Some(source) => text.replace(source.as_str(), &own.name),
                    None => text,
                };
                events.iter().fold(query, on_table)
            })
            .collect();
        eprintln!("{name}: {} queries", texts.len());
        assert!(texts.len() > 100, "{name}");
        for (answer, query) in kusto(&tables, &texts).iter().zip(&texts) {
            if answer["diagnostics"].as_array().is_none_or(|own| !own.is_empty()) {
                wrong.push(format!("{name}: {}: {query}", answer["diagnostics"]));
            }
        }
    }
    report(&wrong);
}

#[test]
#[ignore = "needs Node.js with the package @kusto/language-service-next"]
fn t2_and_t20_kusto_reads_back_every_text() {
    let (values, queries) = equalities(Language::Kql);
    let mut tables = Map::new();
    tables.insert("t".to_owned(), json!("(c: string)"));
    let answers: Vec<_> = kusto(&tables, &queries)
        .into_iter()
        .map(|answer| if answer["diagnostics"] == json!([]) { answer["literals"].clone() } else { answer })
        .collect();
    read_back("kusto", &values, &answers);
}

#[test]
#[ignore = "needs the Python packages pysigma-backend-kusto and ocsf-json-schema, and @elastic/ecs of npm"]
fn columns_of_maps_are_in_published_schemas() {
    for package in ["pysigma-backend-kusto", "ocsf-json-schema"] {
        python::with(package, None).unwrap_or_else(|missing| panic!("{missing}"));
    }
    let python = python::with("ocsf-json-schema", None).unwrap();
    let maps = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/translate/maps");
    let output = python::run(&python, "map_columns.py", &[maps, modules()], String::new());
    let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    for line in lines {
        assert!(line["columns"].as_u64().unwrap() > 50, "{line}");
        assert_eq!(line["faults"], Value::Array(vec![]), "{}", line["map"]);
    }
}
