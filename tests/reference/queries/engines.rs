//! What engines find is what the matcher finds.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::{Value, json};
use stixkit::Json;
use stixkit::matching::{Matcher, Observations};
use stixkit::pattern::Pattern;
use stixkit::translate::{Fidelity, Policy, Target, translate_many};

use super::super::python;
use super::events::{Events, HOSTS, Mixer};
use super::maps::map;
use super::questions::{combinations, intervals, joints, singles, tests};

/// Patterns of several tests, for each target.
const GENERATED: usize = 200;
const INTERVALS: usize = 20;
const JOINTS: usize = 96;
/// So many faults of a target are printed.
const SHOWN: usize = 25;

const ENGINES: [Engine; 4] = [
    ("duckdb", &["duckdb", "pyarrow"], &["sql:duckdb", "sql:duckdb:ocsf"]),
    ("datafusion", &["datafusion", "pyarrow"], &["sql:datafusion", "sql:datafusion:ocsf"]),
    ("clickhouse", &["chdb"], &["sql:clickhouse", "sql:clickhouse:ocsf"]),
    ("kusto", &["chdb"], &["kql:defender", "kql:sentinel", "kql:asim"]),
];

/// An engine, the packages that it needs, and the targets that it runs.
pub(super) type Engine = (&'static str, &'static [&'static str], &'static [&'static str]);

/// Queries for one engine, and what each pattern should find.
struct Work {
    target: Target,
    tables: Vec<Events>,
    queries: Vec<String>,
    asked: Vec<Asked>,
    /// What a row counts as if it is found, by its name.
    counted_as: BTreeMap<String, String>,
}

struct Asked {
    pattern: String,
    fidelity: Fidelity,
    expected: BTreeSet<String>,
    queries: Range<usize>,
}

impl Work {
    fn new(name: &str, mixer: &mut Mixer) -> Self {
        let target = Target::named(name).unwrap().with_policy(Policy::AllowAny).with_scope("host");
        Self {
            target,
            tables: Events::all(&map(name), mixer),
            queries: Vec::new(),
            asked: Vec::new(),
            counted_as: BTreeMap::new(),
        }
    }

    /// Adds a pattern if it can be translated. `groups` are observations that are matched together,
    /// by name.
    fn ask(&mut self, pattern: &str, groups: &[(String, Observations<'_>)]) {
        let parsed = Pattern::parse(pattern).unwrap_or_else(|error| panic!("{error:#}"));
        let (Ok(translation), Ok(matcher)) = (parsed.translate(&self.target), Matcher::new(&parsed)) else { return };
        let is_match = |(_, own): &&(String, Observations<'_>)| matcher.is_match(own).unwrap();
        let expected = groups.iter().filter(is_match).map(|(name, _)| name.clone()).collect();
        let start = self.queries.len();
        let texts: Vec<_> = translation.queries.iter().map(|query| self.on_tables(&query.text)).collect();
        self.queries.extend(texts);
        let queries = start..self.queries.len();
        self.asked.push(Asked { pattern: pattern.to_owned(), fidelity: translation.fidelity, expected, queries });
    }

    /// The query on a table, where it calls a function.
    fn on_tables(&self, query: &str) -> String {
        let mut text = query.to_owned();
        for events in &self.tables {
            if let Some(source) = &events.source {
                text = text.replace(source.as_str(), &events.name);
            }
        }
        text
    }

    fn run(&self, engine: &str, packages: &[&str]) -> Vec<Value> {
        let tables: Vec<_> = self.tables.iter().map(Events::to_json).collect();
        let input = json!({"engine": engine, "tables": tables, "queries": self.queries}).to_string();
        let python = packages.iter().map(|package| python::with(package, None)).collect::<Result<Vec<_>, _>>();
        let python = python.unwrap_or_else(|missing| panic!("{missing}"));
        let output = python::run(&python[0], "queries.py", &[], input);
        let answers: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers.len(), self.queries.len());
        answers
    }

    /// What the engine finds otherwise than the matcher in groups of observations, which are JSON,
    /// and how many patterns of each fidelity there are.
    fn answers(
        &mut self,
        patterns: &[String],
        groups: &[(String, String)],
        engine: &str,
        packages: &[&str],
    ) -> (Vec<String>, BTreeMap<&'static str, usize>) {
        let json: Vec<_> = groups.iter().map(|(name, text)| (name, Json::new(text).unwrap())).collect();
        let groups: Vec<_> = json.iter().map(|(name, json)| ((*name).clone(), Observations::from_json(json))).collect();
        patterns.iter().for_each(|pattern| self.ask(pattern, &groups));
        self.compare(engine, packages)
    }

    /// Returns what an engine found otherwise, and how many patterns were compared by fidelity.
    fn compare(&self, engine: &str, packages: &[&str]) -> (Vec<String>, BTreeMap<&'static str, usize>) {
        let answers = self.run(engine, packages);
        let (mut wrong, mut counts) = (Vec::new(), BTreeMap::new());
        for Asked { pattern, fidelity, expected, queries } in &self.asked {
            let (mut found, mut errors) = (BTreeSet::new(), Vec::new());
            for answer in &answers[queries.clone()] {
                match answer.as_array() {
                    Some(ids) => {
                        let ids = ids.iter().map(|id| id.as_str().unwrap());
                        found.extend(ids.map(|id| self.counted_as.get(id).map_or(id, String::as_str).to_owned()));
                    }
                    None => errors.push(answer.to_string()),
                }
            }
            // The translator of KQL for DuckDB says so of functions that it lacks.
            if errors.iter().any(|error| error.contains("KqlUnsupportedError")) {
                *counts.entry("not supported").or_default() += 1;
                continue;
            }
            let is_right = match fidelity {
                Fidelity::Exact => found == *expected,
                Fidelity::Wider => found.is_superset(expected),
                Fidelity::Narrower => found.is_subset(expected),
                Fidelity::Different => true,
            };
            *counts.entry(fidelity.as_str()).or_default() += 1;
            if !is_right || !errors.is_empty() {
                let more: Vec<_> = found.difference(expected).collect();
                let missing: Vec<_> = expected.difference(&found).collect();
                wrong.push(format!(
                    "{engine}: {pattern} is {fidelity}: {errors:?} too many {more:?}, missing {missing:?}: {}",
                    self.queries[queries.clone()].join(" ; ")
                ));
            }
        }
        (wrong, counts)
    }
}

/// Each row as observed data, with the name of the row.
fn by_row(tables: &[Events]) -> Vec<(String, String)> {
    let rows = tables.iter().flat_map(|events| events.rows.iter().map(move |row| (events, row)));
    let named = |(events, row): (&Events, &BTreeMap<String, Value>)| {
        (row["row_id_"].as_str().unwrap().to_owned(), json!([events.observation(row)]).to_string())
    };
    rows.map(named).collect()
}

/// The observed data of each host.
fn by_host(tables: &[Events]) -> Vec<(String, String)> {
    let of = |host: &str| {
        let rows = tables.iter().flat_map(|events| events.rows.iter().map(move |row| (events, row)));
        let own = rows.filter(|(events, row)| events.host_of(row) == Some(host));
        let mut list: Vec<_> = own.map(|(events, row)| events.observation(row)).collect();
        // Names are those of objects in one observation, but each observation has its own.
        list.iter_mut().zip(0..).for_each(|(data, number)| data["id"] = json!(format!("observed-data--{number}")));
        (host.to_owned(), Value::Array(list).to_string())
    };
    HOSTS.iter().map(|host| of(host)).collect()
}

fn report(all: &[String]) {
    assert!(all.is_empty(), "wrong, among others:\n{}", all.join("\n"));
}

#[test]
#[ignore = "needs the Python packages chdb, duckdb, datafusion and pyarrow"]
fn t1_engines_find_what_the_matcher_finds() {
    find_as_the_matcher(&ENGINES, 150);
}

/// Runs tests of every path and operator, and combinations of them. So many are exact, at least.
pub(super) fn find_as_the_matcher(engines: &[Engine], exact: usize) {
    let mut all = Vec::new();
    for (engine, packages, names) in engines {
        for name in *names {
            let mut mixer = Mixer(7);
            let mut work = Work::new(name, &mut mixer);
            let tests = tests(&work.tables, &mut mixer);
            let mut patterns = singles(&tests);
            patterns.extend(combinations(&tests, GENERATED, &mut mixer));
            patterns.extend(intervals(&tests, INTERVALS, &mut mixer));
            let groups = by_row(&work.tables);
            let (wrong, counts) = work.answers(&patterns, &groups, engine, packages);
            eprintln!("{name}: {counts:?} of {} patterns, {} wrong", patterns.len(), wrong.len());
            assert!(counts["exact"] > exact, "{name}: {counts:?}");
            all.extend(wrong.into_iter().take(SHOWN));
        }
    }
    report(&all);
}

/// Joins of Kusto run in DuckDB, because the Kusto dialect of ClickHouse lacks them.
#[test]
#[ignore = "needs the Python packages chdb, duckdb, datafusion, pyarrow and duckdb-kql"]
fn t11_to_t14_engines_join_what_the_matcher_joins() {
    join_as_the_matcher(&ENGINES[..3]);
    join_as_the_matcher(&[("duckdb-kql", &["duckdb-kql", "pyarrow"], &["kql:defender", "kql:asim"])]);
}

/// Runs patterns of several observations.
pub(super) fn join_as_the_matcher(engines: &[Engine]) {
    let mut all = Vec::new();
    for (engine, packages, names) in engines {
        for name in *names {
            let mut mixer = Mixer(11);
            let mut work = Work::new(name, &mut mixer);
            // What cannot be joined is asked for row by row.
            for events in &work.tables {
                let hosts = events.rows.iter().filter_map(|row| Some((row["row_id_"].as_str()?, events.host_of(row)?)));
                work.counted_as.extend(hosts.map(|(row, host)| (row.to_owned(), host.to_owned())));
            }
            // The translator of KQL takes a second for a query.
            let wanted = if *engine == "duckdb-kql" { JOINTS / 4 } else { JOINTS };
            let patterns = joints(&work.tables, wanted, &mut mixer);
            let groups = by_host(&work.tables);
            let (wrong, counts) = work.answers(&patterns, &groups, engine, packages);
            eprintln!("{name}: {counts:?} of {} patterns, {} wrong", patterns.len(), wrong.len());
            assert!(counts.values().sum::<usize>() > wanted / 2, "{name}: {counts:?}");
            all.extend(wrong.into_iter().take(SHOWN));
        }
    }
    report(&all);
}

/// The identifiers of indicators come back with the rows that match them.
#[test]
#[ignore = "needs the Python packages chdb, duckdb, datafusion, pyarrow and duckdb-kql"]
fn t16_engines_look_up_what_the_matcher_matches() {
    let kql: (&str, &[&str], &[&str]) =
        ("duckdb-kql", &["duckdb-kql", "pyarrow"], &["kql:defender", "kql:sentinel", "kql:asim"]);
    let mut all = Vec::new();
    for (engine, packages, names) in ENGINES[..3].iter().chain([&kql]) {
        for name in *names {
            let mut mixer = Mixer(5);
            let mut work = Work::new(name, &mut mixer);
            let tests = tests(&work.tables, &mut mixer);
            let is_atomic = |test: &&(String, String)| {
                let operator = test.1.split(' ').nth(1).unwrap();
                operator == "=" || operator == "IN"
            };
            let texts: Vec<_> = tests.iter().filter(is_atomic).map(|(_, test)| format!("[{test}]")).collect();
            let patterns: Vec<_> = texts.iter().map(|text| Pattern::parse(text).unwrap()).collect();
            let ids: Vec<_> = (0..patterns.len()).map(|number| format!("indicator--{number}")).collect();
            let batch = translate_many(ids.iter().map(String::as_str).zip(&patterns), &work.target);
            let rows = by_row(&work.tables);
            let json: Vec<_> = rows.iter().map(|(name, text)| (name, Json::new(text).unwrap())).collect();
            let groups: Vec<_> =
                json.iter().map(|(name, json)| ((*name).clone(), Observations::from_json(json))).collect();
            work.queries = batch.queries.iter().map(|query| work.on_tables(&query.text)).collect();
            let answers = work.run(engine, packages);
            let mut found = BTreeSet::new();
            for (answer, query) in answers.iter().zip(&work.queries) {
                match answer.as_array() {
                    Some(pairs) => found.extend(pairs.iter().map(|pair| pair.as_str().unwrap().to_owned())),
                    None => all.push(format!("{name}: {answer}: {query}")),
                }
            }
            let looked_up = (0..patterns.len()).filter(|number| !batch.others.contains(number));
            let mut count = 0;
            for number in looked_up {
                count += 1;
                let matcher = Matcher::new(&patterns[number]).unwrap();
                // `translate_many` takes what is exact or wider.
                for (row, observations) in &groups {
                    let pair = format!("{row} {}", ids[number]);
                    if matcher.is_match(observations).unwrap() && !found.contains(&pair) {
                        all.push(format!("{name}: {}: missing {pair}", texts[number]));
                    }
                }
            }
            eprintln!("{name}: {count} of {} patterns in {} lookups", patterns.len(), work.queries.len());
            assert!(count > 40, "{name}: {count}");
        }
    }
    report(&all);
}
