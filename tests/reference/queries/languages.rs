//! Queries of EQL in its engine, those of Lucene and Sigma by their parsers. There is neither for
//! ES|QL and SPL, so the script that evaluates their queries reads what translations consist of,
//! and refuses everything else.

use serde_json::{Value, json};
use stixkit::pattern::Pattern;
use stixkit::pattern::ast::Literal;
use stixkit::translate::{FieldMap, Language, Policy, Target};

use super::super::python;
use super::engines::{Engine, find_as_the_matcher, join_as_the_matcher};
use super::events::{Events, Mixer};
use super::maps::map;
use super::parsers::{queries, report, values};

const OWN_MAP: &str = r#"{"tables": [{"table": "t", "objects": [{"type": "file", "columns": {"name": "c"}}]}]}"#;
/// So many values are in one query.
const MANY: usize = 50;

const EQL: Engine = ("eql", &["eql"], &["eql:ecs"]);
const LUCENE: Engine = ("lucene", &["luqum"], &["lucene:ecs"]);
const SIGMA: Engine = ("sigma", &["pySigma"], &["sigma:cased"]);
/// It ignores case, so that few patterns are exact.
const BLIND_SIGMA: Engine = ("sigma", &["pySigma"], &["sigma"]);
/// They need no package.
const PIPES: [Engine; 2] = [("esql", &["pip"], &["esql:ecs"]), ("spl", &["pip"], &["spl:cim"])];

#[test]
#[ignore = "needs the Python packages eql, luqum and pySigma"]
fn t1_languages_find_what_the_matcher_finds() {
    find_as_the_matcher(&[EQL, LUCENE, SIGMA], 100);
    find_as_the_matcher(&[BLIND_SIGMA], 20);
}

#[test]
#[ignore = "needs Python"]
fn t1_to_t14_pipes_find_and_join_what_the_matcher_does() {
    find_as_the_matcher(&PIPES, 100);
    join_as_the_matcher(&PIPES);
}

#[test]
#[ignore = "needs the Python packages eql and pySigma"]
fn t11_to_t14_languages_join_what_the_matcher_joins() {
    join_as_the_matcher(&[EQL, SIGMA, BLIND_SIGMA]);
}

/// The texts of the literals of each query, or why it cannot be parsed.
fn parsed(language: &str, package: &str, queries: &[String]) -> Vec<Value> {
    let python = python::with(package, None).unwrap_or_else(|missing| panic!("{missing}"));
    let input = json!({"language": language, "queries": queries}).to_string();
    let output = python::run(&python, "query_languages.py", &[], input);
    let answers: Vec<_> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), queries.len());
    answers
}

#[test]
#[ignore = "needs the Python packages eql, luqum and pySigma"]
fn t1_parsers_take_queries_of_each_language() {
    let mut wrong = Vec::new();
    for (language, package, name) in [
        ("eql", "eql", "eql:ecs"),
        ("lucene", "luqum", "lucene:ecs"),
        ("sigma", "pySigma", "sigma"),
        ("sigma", "pySigma", "sigma:cased"),
    ] {
        let events = Events::all(&map(name), &mut Mixer(3));
        let texts: Vec<_> = queries(name, &events).into_iter().collect();
        eprintln!("{name}: {} queries", texts.len());
        assert!(texts.len() > 100, "{name}");
        for (answer, query) in parsed(language, package, &texts).iter().zip(&texts) {
            if !answer.is_array() {
                wrong.push(format!("{name}: {answer}: {query}"));
            }
        }
    }
    report(&wrong);
}

#[test]
#[ignore = "needs the Python packages eql, luqum and pySigma"]
fn t2_and_t20_parsers_read_back_every_text() {
    let mut wrong = Vec::new();
    let values = values();
    for (language, package, own) in [
        ("eql", "eql", Language::Eql),
        ("lucene", "luqum", Language::Lucene),
        ("sigma", "pySigma", Language::Sigma),
        ("sigma", "pySigma", Language::SigmaCased),
    ] {
        let target = Target::new(own, FieldMap::from_json(OWN_MAP).unwrap()).with_policy(Policy::AllowAny);
        let query = |values: &[String]| {
            let literals: Vec<_> = values.iter().map(|value| Literal::from(value.as_str()).to_string()).collect();
            let text = format!("[file:name IN ({})]", literals.join(", "));
            Pattern::parse(&text).unwrap().translate(&target).unwrap().queries[0].text.clone()
        };
        let texts: Vec<_> = values.chunks(MANY).map(query).collect();
        for (answer, values) in parsed(language, package, &texts).iter().zip(values.chunks(MANY)) {
            if *answer != json!(values) {
                wrong.push(format!("{own:?}: {values:?} is read as {answer}"));
            }
        }
        eprintln!("{own:?}: {} values", values.len());
    }
    report(&wrong);
}
