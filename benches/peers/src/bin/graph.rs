//! Asks the graph and the store of stixkit, those of rstix, and mitreattack-python and stix2, as
//! far as they are installed, the same questions about ATT&CK, and prints one table.
//!
//! ```text
//! cargo run --release --bin graph [FILE]
//! ```
//!
//! FILE is a domain of ATT&CK; without one, the data are made up in its size, and the domain for
//! industrial control systems of the corpus follows, if it is there. rstix refuses types of
//! ATT&CK's own, so it gets the objects of the standard's types, and stixkit is measured with them
//! once more. `STIXKIT_PYTHON` names an interpreter.
//!
//! Exits with 1 if two programs give different answers, or if a figure is not what it must be.

#[path = "../../../generate/mod.rs"]
mod generate;

use std::collections::{BTreeMap, HashSet};
use std::hint::black_box;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use generate::{ATTACK_OBJECTS, KeyOrder, Layout};
use rstix::core::{StixId, StixObjectKind};
use rstix::graph::{EdgePredicate, StixGraph};
use rstix::model::ParseOptions;
use rstix::store::{MemoryStore, StixQuery, StixStore};
use serde_json::Value;
use stixkit::graph::{Graph, Node};
use stixkit::object::{AttackPattern, Campaign, CourseOfAction, IntrusionSet};
use stixkit::reader::store::Store;
use stixkit::{Bundle, Identifier};

const ROUNDS: usize = 7;

/// What a program says to a question, and how long it takes.
#[derive(Clone, Copy)]
struct Answer {
    count: usize,
    seconds: f64,
}

type Answers = BTreeMap<&'static str, Answer>;

/// The questions, in the order of the table; what stixkit must reach in which unit.
const QUESTIONS: [(&str, &str, Option<f64>); 13] = [
    ("read", "objects read", None),
    ("graph", "graph built, of reading", Some(0.5)),
    ("store", "store filled", None),
    ("bytes", "bytes an edge, both ways", Some(24.0)),
    ("get", "an object by its identifier", Some(100e-9)),
    ("group", "what one group uses, by its identifier", Some(100e-9)),
    ("groups", "what each group uses", None),
    ("pairs", "all groups with all techniques", Some(100e-6)),
    ("techniques", "all techniques", None),
    ("external", "a technique by its number", None),
    ("used", "techniques of groups and of their campaigns, live", None),
    ("mitigated", "mitigations of techniques, live", None),
    ("dangling", "what is missing", None),
];

fn main() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let mut is_good = true;
    let inputs: Vec<(String, Vec<u8>)> = match std::env::args_os().nth(1) {
        Some(file) => vec![(file.to_string_lossy().into_owned(), std::fs::read(file)?)],
        None => {
            let mut bytes = Vec::new();
            generate::attack(ATTACK_OBJECTS, KeyOrder::TypeFirst, Layout::Compact, &mut bytes)?;
            let corpus =
                std::env::var_os("STIXKIT_CORPUS").map_or_else(|| "../../../shared/corpus".into(), PathBuf::from);
            let ics = corpus.join("stix/mitre-attack+attack-stix-data/ics-attack/ics-attack.json");
            let ics = std::fs::read(ics).ok().map(|bytes| ("ICS domain".to_owned(), bytes));
            [("made up".to_owned(), bytes)].into_iter().chain(ics).collect()
        }
    };
    for (name, bytes) in inputs {
        let own = stixkit(&bytes)?;
        let python = python(&bytes)?;
        let columns: Vec<(&str, &Answers)> = [("stixkit", &own)]
            .into_iter()
            .chain(python.iter().map(|(name, answers)| (name.as_str(), answers)))
            .collect();
        is_good &= table(&mut out, &name, bytes.len(), &columns)?;
        let standard = standard_types(&bytes)?;
        let own = stixkit(&standard)?;
        match rstix(&standard) {
            Ok(theirs) => {
                let name = format!("{name}, types of the standard");
                is_good &= table(&mut out, &name, standard.len(), &[("stixkit", &own), ("rstix", &theirs)])?;
            }
            Err(reason) => writeln!(out, "rstix refuses {name}: {reason}\n")?,
        }
    }
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints what the programs say. Returns whether they agree and the first one is fast enough.
fn table(out: &mut impl Write, name: &str, len: usize, columns: &[(&str, &Answers)]) -> io::Result<bool> {
    let mut is_good = true;
    writeln!(out, "{name}, {:.1} MB:\n", len as f64 / 1e6)?;
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    writeln!(out, "| question | answer | {} | must |\n|---|--:|{}--:|", names.join(" | "), "--:|".repeat(names.len()))?;
    let read = columns[0].1["read"].seconds;
    for (key, question, must) in QUESTIONS {
        let Some(own) = columns[0].1.get(key) else { continue };
        let mut cells = Vec::new();
        for (_, answers) in columns {
            cells.push(match answers.get(key) {
                None => String::new(),
                Some(answer) if answer.count != own.count => {
                    is_good = false;
                    format!("**{}**", answer.count)
                }
                Some(answer) if key == "bytes" => format!("{:.1}", answer.seconds),
                Some(answer) if key == "graph" => format!("{} ({:.2})", time(answer.seconds), answer.seconds / read),
                Some(answer) => time(answer.seconds),
            });
        }
        let figure = if key == "graph" { own.seconds / read } else { own.seconds };
        let is_reached = must.is_none_or(|must| figure <= must);
        is_good &= is_reached;
        let must = match must {
            None => String::new(),
            Some(must) if key == "bytes" || key == "graph" => must.to_string(),
            Some(must) => time(must),
        };
        let missed = if is_reached { "" } else { " **missed**" };
        writeln!(out, "| {question} | {} | {} | {must}{missed} |", own.count, cells.join(" | "))?;
    }
    writeln!(out)?;
    Ok(is_good)
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.0} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s => format!("{s:.1} s"),
    }
}

/// The fastest of some rounds, for one of so many things. What is asked returns how many it found.
fn ask<T>(things: usize, mut work: impl FnMut() -> T, count: impl Fn(&T) -> usize) -> (Answer, T) {
    let mut seconds = f64::MAX;
    let mut once = || {
        let start = Instant::now();
        let result = black_box(work());
        seconds = seconds.min(start.elapsed().as_secs_f64());
        result
    };
    (1..ROUNDS).for_each(|_| drop(once()));
    let result = once();
    (Answer { count: count(&result), seconds: seconds / things.max(1) as f64 }, result)
}

fn number(things: usize, work: impl FnMut() -> usize) -> Answer {
    ask(things, work, |count| *count).0
}

fn stixkit(bytes: &[u8]) -> io::Result<Answers> {
    let (read, bundle) = ask(1, || Bundle::from_slice(bytes).unwrap_or_default(), |bundle| bundle.objects().len());
    let objects = bundle.objects();
    let (built, graph) = ask(1, || Graph::new(objects), |graph| graph.node_count());
    let fill = || {
        let mut store = Store::new();
        store.extend(objects.iter().cloned());
        store
    };
    let (filled, store) = ask(1, fill, |store| store.len());
    let mut ids: Vec<Identifier> = graph.of_type::<IntrusionSet>().map(|(_, node)| node.id().clone()).collect();
    ids.sort_unstable_by_key(ToString::to_string);
    let uses = |id: &Identifier| graph.node(black_box(id)).map_or(0, |node| node.outgoing().with("uses").count());
    let groups: Vec<Node<'_>> = graph.of_type::<IntrusionSet>().map(|(_, node)| node).collect();
    let techniques = |node: &Node<'_>| node.outgoing().with("uses").to::<AttackPattern>().count();
    let first = graph.of_type::<AttackPattern>().map(|(_, node)| node).min_by_key(|node| node.id().to_string());
    let external = first.and_then(|node| node.external_id("mitre-attack")).unwrap_or_default().to_owned();
    let edge_bytes = graph.edge_bytes() as f64 / graph.edge_count().max(1) as f64;
    let first_group = ids.first().map_or(0, uses);
    let each_group = ids.iter().map(uses).sum::<usize>();
    // Many at once, as one takes less than a clock can tell.
    let of_all = number(100 * ids.len(), || (0..100).map(|_| ids.iter().map(uses).sum::<usize>()).sum());
    let gets =
        number(100 * ids.len(), || (0..100).map(|_| ids.iter().filter(|id| store.get(id).is_some()).count()).sum());
    Ok(Answers::from([
        ("read", read),
        ("graph", built),
        ("store", filled),
        ("bytes", Answer { count: graph.edge_count(), seconds: edge_bytes }),
        ("get", Answer { count: 1, ..gets }),
        ("group", Answer { count: first_group, ..of_all }),
        ("groups", Answer { count: each_group, seconds: of_all.seconds * ids.len() as f64 }),
        ("pairs", number(1, || groups.iter().map(techniques).sum())),
        ("techniques", number(1, || graph.of_type::<AttackPattern>().count())),
        (
            "external",
            number(1, || graph.by_external_id(&external).filter(|node| node.get::<AttackPattern>().is_some()).count()),
        ),
        ("used", number(1, || used(&graph))),
        ("mitigated", number(1, || mitigated(&graph))),
        ("dangling", number(1, || graph.dangling().count())),
    ]))
}

fn used(graph: &Graph<'_>) -> usize {
    let groups = graph.of_type::<IntrusionSet>().map(|(_, group)| group).filter(|group| group.is_live());
    let of_group = |group: Node<'_>| {
        let campaigns = group.incoming().with("attributed-to").live().from::<Campaign>();
        let users: Vec<_> = campaigns.map(|(_, edge)| edge.source()).chain([group]).collect();
        let used = users.iter().flat_map(|user| user.outgoing().with("uses").live().to::<AttackPattern>());
        used.map(|(_, edge)| edge.target().id().clone()).collect::<HashSet<_>>().len()
    };
    groups.map(of_group).sum()
}

fn mitigated(graph: &Graph<'_>) -> usize {
    let techniques = graph.of_type::<AttackPattern>().map(|(_, node)| node).filter(|node| node.is_live());
    let of_technique = |technique: Node<'_>| {
        let by = technique.incoming().with("mitigates").live().from::<CourseOfAction>();
        by.map(|(_, edge)| edge.source().id().clone()).collect::<HashSet<_>>().len()
    };
    techniques.map(of_technique).sum()
}

fn rstix(bytes: &[u8]) -> Result<Answers, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let options = ParseOptions::new().allow_custom(true).exempt_predefined_tlp_marking_refs(true);
    let parse = || rstix::model::Bundle::parse_with_options(text, &options).map_err(|error| error.to_string());
    let (read, bundle) = ask(1, parse, |bundle| bundle.as_ref().map_or(0, |bundle| bundle.objects().len()));
    let bundle = bundle?;
    let build = || StixGraph::from_bundle(&bundle).map_err(|error| error.to_string());
    let (built, graph) = ask(1, build, |graph| graph.as_ref().map_or(0, StixGraph::node_count));
    let graph = graph?;
    let fill = || {
        let store = MemoryStore::new();
        let report = store.import_bundle(&bundle).map_err(|error| error.to_string());
        report.map(|_| store)
    };
    let (filled, store) = ask(1, fill, |_| bundle.objects().len());
    let store = store?;
    let of_type = |kind: &str| {
        let mut ids: Vec<StixId> = bundle
            .objects()
            .iter()
            .filter(|object| object.id().as_str().starts_with(kind))
            .map(|object| object.id().clone())
            .collect();
        ids.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        ids
    };
    let groups = of_type("intrusion-set--");
    let uses = |id: &StixId| graph.from(id).out_edges_matching(EdgePredicate::Type("uses")).edges().count();
    let is_technique = |id: &&StixId| id.as_str().starts_with("attack-pattern--");
    let techniques = |id: &StixId| {
        graph.from(id).out_edges_matching(EdgePredicate::Type("uses")).targets().filter(is_technique).count()
    };
    let of_all = number(groups.len(), || groups.iter().map(uses).sum());
    let query = StixQuery::new()
        .type_filter(vec![StixObjectKind::Sdo(rstix::core::SdoKind::AttackPattern)])
        .max_results(usize::MAX);
    Ok(Answers::from([
        ("read", read),
        ("graph", built),
        ("store", filled),
        (
            "get",
            Answer {
                count: 1,
                ..number(groups.len(), || groups.iter().filter(|id| matches!(store.get(id), Ok(Some(_)))).count())
            },
        ),
        ("group", Answer { count: groups.first().map_or(0, uses), ..of_all }),
        ("groups", Answer { seconds: of_all.seconds * groups.len() as f64, ..of_all }),
        ("pairs", number(1, || groups.iter().map(techniques).sum())),
        ("techniques", number(1, || store.query(&query).map_or(0, |found| found.objects.len()))),
        ("dangling", number(1, || graph.unresolved_references().map(|(_, _, id)| id).collect::<HashSet<_>>().len())),
    ]))
}

/// A bundle of the objects whose types the standard has, with the relationships between them.
fn standard_types(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut bundle: Value = serde_json::from_slice(bytes)?;
    let objects = bundle["objects"].as_array_mut().map(std::mem::take).unwrap_or_default();
    let is_standard = |id: &Value| id.as_str().is_some_and(|id| !id.starts_with("x-"));
    let is_between =
        |object: &Value| ["source_ref", "target_ref"].iter().all(|end| object.get(*end).is_none_or(is_standard));
    let kept: Vec<Value> =
        objects.into_iter().filter(|object| is_standard(&object["id"]) && is_between(object)).collect();
    bundle["objects"] = kept.into();
    Ok(serde_json::to_vec(&bundle)?)
}

/// What programs in Python say, as far as they are installed.
fn python(bytes: &[u8]) -> io::Result<Vec<(String, Answers)>> {
    let file = std::env::temp_dir().join(format!("stixkit-graph-{}.json", std::process::id()));
    std::fs::write(&file, bytes)?;
    let interpreter = std::env::var_os("STIXKIT_PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph.py");
    let output = Command::new(interpreter).arg(script).arg(&file).output();
    std::fs::remove_file(&file)?;
    let Ok(output) = output else { return Ok(Vec::new()) };
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let found: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout)?;
    let answers = |found: &Value| {
        let mut answers = Answers::new();
        for (key, _, _) in QUESTIONS {
            let own = &found["answers"][key];
            if let (Some(count), Some(seconds)) = (own[0].as_u64(), own[1].as_f64()) {
                answers.insert(key, Answer { count: count as usize, seconds });
            }
        }
        answers
    };
    let with_load = |(name, found): (String, Value)| {
        let seconds = found["load"].as_f64().unwrap_or_default();
        (format!("{name} (loads in {})", time(seconds)), answers(&found))
    };
    Ok(found.into_iter().map(with_load).collect())
}
