//! Questions about ATT&CK, against the package `mitreattack-python`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use stixkit::Bundle;
use stixkit::graph::{Graph, Node};
use stixkit::object::{AttackPattern, Campaign, CourseOfAction, IntrusionSet};

use super::python;

/// The release of `mitreattack-python` that the test is about.
const RELEASE: &str = "6.3.1";

type Answers = BTreeMap<String, BTreeSet<String>>;

#[test]
#[ignore = "needs the Python package mitreattack-python"]
fn answers_are_those_of_mitreattack() {
    compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/graph/attack.json"), 3);
}

#[test]
#[ignore = "needs the corpus, and the Python package mitreattack-python"]
fn answers_about_the_ics_domain_are_those_of_mitreattack() {
    compare(&crate::corpus::folder().join("stix/mitre-attack+attack-stix-data/ics-attack/ics-attack.json"), 90);
}

/// Asks both about a bundle that has at least so many answers.
fn compare(file: &Path, least: usize) {
    let python = python::with("mitreattack-python", Some(RELEASE)).unwrap_or_else(|missing| panic!("{missing}"));
    let expected = python::run(&python, "attack_answers.py", &[file.to_owned()], String::new());
    let expected: Answers = serde_json::from_str(&expected).expect("the script prints answers");
    assert!(expected.len() >= least, "only {} answers", expected.len());
    let bundle = Bundle::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(answers(&Graph::new(bundle.objects())), expected, "{}", file.display());
}

fn answers(graph: &Graph<'_>) -> Answers {
    let mut answers = Answers::new();
    let mut add = |name: &str, node: Node<'_>, found: BTreeSet<String>| {
        if node.is_live() && !found.is_empty() {
            answers.insert(format!("{name} {}", node.id()), found);
        }
    };
    for (_, group) in graph.of_type::<IntrusionSet>() {
        let campaigns = group.incoming().with("attributed-to").live().from::<Campaign>();
        let users: Vec<_> = campaigns.map(|(_, edge)| edge.source()).chain([group]).collect();
        let used = users.iter().flat_map(|user| user.outgoing().with("uses").live().to::<AttackPattern>());
        add("used-by", group, used.map(|(_, edge)| edge.target().id().to_string()).collect());
    }
    for (_, technique) in graph.of_type::<AttackPattern>() {
        let mitigations = technique.incoming().with("mitigates").live().from::<CourseOfAction>();
        add("mitigated-by", technique, mitigations.map(|(_, edge)| edge.source().id().to_string()).collect());
        let parts = technique.incoming().with("subtechnique-of").live().from::<AttackPattern>();
        add("parts", technique, parts.map(|(_, edge)| edge.source().id().to_string()).collect());
    }
    answers
}
