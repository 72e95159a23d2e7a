//! Graphs: what is a node and an edge, walks, differences, pictures, and shapes that are meant to be slow.

mod hostile;
mod picture;

use stixkit::graph::{Difference, Family, Graph, GraphOptions, Walk, differences};
use stixkit::object::{AttackPattern, Campaign, IntrusionSet};
use stixkit::{Bundle, Object};

const ATTACK: &[u8] = include_bytes!("../fixtures/graph/attack.json");

/// Objects, one a line. `id` and `modified` are short.
#[track_caller]
fn bundle(lines: &str) -> Bundle {
    let objects = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(",");
    let bundle = Bundle::from_slice(format!(r#"{{"type":"bundle","objects":[{objects}]}}"#).as_bytes()).unwrap();
    assert!(bundle.rejected().is_empty(), "{:?}", bundle.rejected());
    bundle
}

/// A relationship in short.
fn link(id: &str, source: &str, kind: &str, target: &str, more: &str) -> String {
    format!(
        r#"{{"type":"relationship","id":"{id}","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","relationship_type":"{kind}","source_ref":"{source}","target_ref":"{target}"{more}}}"#
    )
}

fn malware(id: &str, more: &str) -> String {
    format!(
        r#"{{"type":"malware","id":"{id}","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","name":"{id}"{more}}}"#
    )
}

/// The edges that are not references, as text.
fn edges(graph: &Graph<'_>) -> Vec<String> {
    let edges = graph.edges().filter(|edge| edge.family() != Family::Reference);
    edges.map(|edge| format!("{edge:?}{}", if edge.is_live() { "" } else { " (dead)" })).collect()
}

#[test]
fn g01_edges_come_from_the_newest_version() {
    let old = link("relationship--1", "a--1", "uses", "b--1", "");
    let new = link("relationship--1", "a--1", "uses", "b--2", "").replace("\"modified\":\"2024", "\"modified\":\"2025");
    for lines in [format!("{old}\n{new}"), format!("{new}\n{old}")] {
        let bundle = bundle(&lines);
        assert_eq!(edges(&Graph::new(bundle.objects())), ["a--1 uses b--2"]);
        let all = Graph::with_options(bundle.objects(), GraphOptions::new().with_all_versions(true));
        let mut found = edges(&all);
        found.sort_unstable();
        assert_eq!(found, ["a--1 uses b--1", "a--1 uses b--2"]);
        assert_eq!(all.node(&"relationship--1".into()).unwrap().versions().count(), 2);
    }
}

#[test]
fn g03_a_target_that_is_missing_is_a_node() {
    let bundle =
        bundle(&format!("{}\n{}", malware("malware--1", ""), link("r--1", "malware--1", "uses", "tool--2", "")));
    let graph = Graph::new(bundle.objects());
    let dangling: Vec<_> =
        graph.dangling().map(|node| (node.id().to_string(), node.type_name(), node.is_live())).collect();
    assert_eq!(dangling, [("tool--2".to_owned(), "tool", false)]);
    assert_eq!(graph.orphans().count(), 1);
    assert!(graph.edges().all(|edge| edge.is_live()));
}

#[test]
fn g04_a_newer_version_revokes_a_relationship() {
    let old = link("relationship--1", "a--1", "uses", "b--1", "");
    let new = link("relationship--1", "a--1", "uses", "b--1", r#","revoked":true"#)
        .replace("\"modified\":\"2024", "\"modified\":\"2025");
    let bundle = bundle(&format!("{old}\n{new}"));
    let graph = Graph::new(bundle.objects());
    assert_eq!(edges(&graph), ["a--1 uses b--1 (dead)"]);
    let node = graph.node(&"a--1".into()).unwrap();
    assert_eq!((node.outgoing().count(), node.outgoing().live().count()), (1, 0));
}

#[test]
fn g05_relationships_to_oneself_and_parallel_ones() {
    let bundle = bundle(&format!(
        "{}\n{}\n{}",
        link("r--1", "a--1", "uses", "b--1", r#","description":"one way""#),
        link("r--2", "a--1", "uses", "b--1", r#","description":"another""#),
        link("r--3", "a--1", "related-to", "a--1", "")
    ));
    let graph = Graph::new(bundle.objects());
    let node = graph.node(&"a--1".into()).unwrap();
    let uses: Vec<_> = node.outgoing().with("uses").filter_map(|edge| edge.description()).collect();
    assert_eq!(uses, ["one way", "another"]);
    assert_eq!((node.outgoing().with("related-to").count(), node.incoming().with("related-to").count()), (1, 1));
    let around = graph.neighbourhood(node, &Walk::new().with_depth(9));
    assert_eq!(around.reached.len(), 1);
}

#[test]
fn g06_a_sighting_connects_the_place_with_what_was_seen() {
    let bundle = bundle(
        r#"{"type":"sighting","id":"sighting--1","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","sighting_of_ref":"indicator--1","where_sighted_refs":["identity--1","identity--2"],"observed_data_refs":["observed-data--1"]}"#,
    );
    let graph = Graph::new(bundle.objects());
    assert_eq!(edges(&graph), ["identity--1 sighted indicator--1", "identity--2 sighted indicator--1"]);
    let seen = graph.node(&"indicator--1".into()).unwrap();
    assert_eq!(seen.incoming().with("sighted").filter_map(|edge| edge.sighting()).count(), 2);
    assert_eq!(seen.sightings().count(), 1);
}

#[test]
fn g07_what_a_large_report_contains() {
    let refs: Vec<_> = (0..10_000).map(|at| format!("\"url--{at}\"")).collect();
    let bundle = bundle(&format!(
        r#"{{"type":"report","id":"report--1","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","name":"a","published":"2024-01-01T00:00:00Z","object_refs":[{}]}}"#,
        refs.join(",")
    ));
    let graph = Graph::new(bundle.objects());
    assert_eq!(graph.node(&"report--1".into()).unwrap().contents().count(), 10_000);
    let url = graph.node(&"url--77".into()).unwrap();
    assert_eq!(url.containers().map(|report| report.id().to_string()).collect::<Vec<_>>(), ["report--1"]);
}

#[test]
fn g08_hubs_connect_nothing_unless_asked() {
    let bundle = Bundle::from_slice(ATTACK).unwrap();
    let graph = Graph::new(bundle.objects());
    let tactic = graph.by_external_id("TA0001").next().unwrap();
    let walk = Walk::new().with_depth(2);
    let without = graph.neighbourhood(tactic, &walk).reached.len();
    let with = graph.neighbourhood(tactic, &walk.with_hubs(true)).reached.len();
    // Without hubs, it comes to the matrix and the other tactic; with them, to all but itself, the marking, the address
    // and the technique that is missing.
    assert_eq!((without, with), (2, graph.node_count() - 4));
    let group = graph.named("APT28").next().unwrap();
    let two_steps = Walk::new().with_depth(2);
    assert!(graph.neighbourhood(group, &two_steps).reached.len() < graph.node_count() / 2);
    let live = graph.neighbourhood(group, &two_steps.clone().with_live(true)).reached.len();
    assert!(live < graph.neighbourhood(group, &two_steps).reached.len(), "one malware is revoked");
}

#[test]
fn g09_a_walk_that_ends_early_says_so() {
    let bundle = Bundle::from_slice(ATTACK).unwrap();
    let graph = Graph::new(bundle.objects());
    let group = graph.named("APT28").next().unwrap();
    let walk = |most| Walk::new().with_depth(9).with_max_nodes(most);
    let all = graph.neighbourhood(group, &walk(10_000)).reached.len();
    for (most, len, is_truncated) in [(0, 0, true), (3, 3, true), (all, all, false), (all - 1, all - 1, true)] {
        let around = graph.neighbourhood(group, &walk(most));
        assert_eq!((around.reached.len(), around.is_truncated), (len, is_truncated), "{most}");
        assert!(around.reached.is_sorted_by_key(|reached| reached.distance));
    }
}

#[test]
fn g11_local_names_are_not_nodes() {
    let bundle = bundle(
        r#"{"type":"observed-data","id":"observed-data--1","created":"2016-01-01T00:00:00Z","modified":"2016-01-01T00:00:00Z","first_observed":"2016-01-01T00:00:00Z","last_observed":"2016-01-01T00:00:00Z","number_observed":1,"objects":{"0":{"type":"file","name":"a","parent_directory_ref":"1"},"1":{"type":"directory","path":"b"}}}"#,
    );
    let graph = Graph::new(bundle.objects());
    assert_eq!((graph.node_count(), graph.edge_count()), (1, 0));
}

#[test]
fn g12_g13_custom_references_and_granular_markings() {
    let bundle = bundle(&malware(
        "malware--1",
        r#","x_team_ref":"x-team--1","granular_markings":[{"marking_ref":"marking-definition--1","selectors":["name"]}]"#,
    ));
    let graph = Graph::new(bundle.objects());
    let found: Vec<_> = graph.edges().map(|edge| format!("{edge:?} {}", edge.family().as_str())).collect();
    assert_eq!(
        found,
        ["malware--1 marking_ref marking-definition--1 reference", "malware--1 x_team_ref x-team--1 reference"]
    );
}

#[test]
fn a_relationship_is_not_the_property_of_its_name() {
    let bundle = bundle(&link("r--1", "a--1", "created_by_ref", "b--1", r#","created_by_ref":"identity--1""#));
    let graph = Graph::new(bundle.objects());
    let families: Vec<_> = graph.edges().map(|edge| (edge.label(), edge.family())).collect();
    assert!(families.contains(&("created_by_ref", Family::Relationship)));
    assert!(families.contains(&("created_by_ref", Family::Reference)));
    let node = graph.node(&"a--1".into()).unwrap();
    assert_eq!(graph.neighbourhood(node, &Walk::new()).reached.len(), 1, "a relationship is not a hub");
}

#[test]
fn what_is_said_about_a_relationship_leads_to_its_ends() {
    let bundle = bundle(&format!(
        "{}\n{}",
        link("relationship--1", "a--1", "uses", "b--1", ""),
        r#"{"type":"note","id":"note--1","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","content":"a","object_refs":["relationship--1"]}"#
    ));
    let graph = Graph::new(bundle.objects());
    let reached = |id: &str| {
        let around = graph.neighbourhood(graph.node(&id.into()).unwrap(), &Walk::new().with_depth(2));
        let mut ids: Vec<_> = around.reached.iter().map(|reached| reached.node.id().to_string()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(reached("note--1"), ["a--1", "b--1", "relationship--1"]);
    assert_eq!(reached("a--1"), ["b--1"], "the relationship is an edge");
}

#[test]
fn chains_of_revoked_objects() {
    let bundle = bundle(&format!(
        "{}\n{}\n{}",
        link("r--1", "a--1", "revoked-by", "a--2", ""),
        link("r--2", "a--2", "revoked-by", "a--3", ""),
        link("r--3", "a--3", "revoked-by", "a--2", "")
    ));
    let graph = Graph::new(bundle.objects());
    let current = |id: &str| graph.node(&id.into()).unwrap().current().id().to_string();
    assert_eq!(["a--1", "a--2", "a--3", "r--1"].map(current), ["a--3", "a--3", "a--2", "r--1"]);
}

#[test]
fn ways_between_nodes() {
    let mut lines = Vec::new();
    for (id, source, target) in [(1, 1, 2), (2, 1, 3), (3, 2, 4), (4, 3, 4), (5, 4, 5), (6, 4, 5), (7, 9, 9)] {
        lines.push(link(&format!("r--{id}"), &format!("a--{source}"), "uses", &format!("a--{target}"), ""));
    }
    let bundle = bundle(&lines.join("\n"));
    let graph = Graph::new(bundle.objects());
    let node = |id: u32| graph.node(&format!("a--{id}").as_str().into()).unwrap();
    for (from, to, depth, most, lengths) in [
        (1, 5, 3, 10, vec![3; 4]),
        (5, 1, 3, 10, vec![3; 4]),
        (1, 5, 3, 3, vec![3; 3]),
        (1, 5, 2, 10, vec![]),
        (1, 1, 2, 10, vec![0]),
        (1, 9, 9, 10, vec![]),
        (2, 3, 9, 10, vec![2; 2]),
    ] {
        let ways = graph.paths(node(from), node(to), &Walk::new().with_depth(depth), most);
        assert_eq!(ways.iter().map(Vec::len).collect::<Vec<_>>(), lengths, "{from} {to} {depth} {most}");
        for way in ways {
            let end = way.iter().fold(node(from), |node, edge| edge.other(node));
            assert_eq!(end, node(to));
        }
    }
    let directed = Walk::new().with_depth(9).with_directions(true, false);
    assert_eq!(graph.paths(node(1), node(5), &directed, 10).len(), 4);
    assert_eq!(graph.paths(node(5), node(1), &directed, 10).len(), 0);
    assert_eq!(graph.paths(node(1), node(5), &directed, 0).len(), 0);
}

#[test]
fn parts_that_are_not_connected() {
    let bundle = bundle(&format!(
        "{}\n{}\n{}",
        link("relationship--1", "a--1", "uses", "a--2", r#","created_by_ref":"identity--1""#),
        link("relationship--2", "a--2", "uses", "a--3", r#","created_by_ref":"identity--1""#),
        link("relationship--3", "b--1", "uses", "b--2", r#","created_by_ref":"identity--1""#)
    ));
    let graph = Graph::new(bundle.objects());
    let sizes: Vec<_> = graph.components().iter().map(Vec::len).collect();
    assert_eq!(sizes, [5, 3, 1], "relationships belong to their ends; the identity is a hub");
}

#[test]
fn nodes_are_found_by_what_people_call_them() {
    let bundle = Bundle::from_slice(ATTACK).unwrap();
    let graph = Graph::new(bundle.objects());
    let id = graph.named("PowerShell").next().unwrap().id().to_string();
    for (text, names) in [
        ("T1059", &["Command and Scripting Interpreter"][..]),
        ("CAPEC-88", &["Command and Scripting Interpreter"]),
        ("t1059", &[]),
        ("apt28", &["APT28"]),
        ("chopstick", &["X-Agent"]),
        (id.as_str(), &["PowerShell"]),
        ("no such name", &[]),
    ] {
        let found: Vec<_> = graph.find(text).iter().filter_map(|node| node.name()).collect();
        assert_eq!(found, names, "{text}");
    }
}

#[test]
fn types_and_two_steps() {
    let bundle = Bundle::from_slice(ATTACK).unwrap();
    let graph = Graph::new(bundle.objects());
    let groups: Vec<_> = graph.of_type::<IntrusionSet>().collect();
    let [(_, group)] = groups[..] else { panic!("{groups:?}") };
    let campaigns = group.incoming().with("attributed-to").from::<Campaign>();
    let used: Vec<_> = campaigns
        .flat_map(|(_, edge)| edge.source().outgoing().with("uses").to::<AttackPattern>())
        .map(|(technique, _)| technique.name.as_str())
        .collect();
    assert_eq!(used, ["PowerShell"]);
    assert_eq!(graph.of_type_name("x-mitre-tactic").count(), 2);
}

#[test]
fn differences_between_bundles() {
    let before = bundle(&[malware("malware--1", ""), malware("malware--2", ""), malware("malware--3", "")].join("\n"));
    let newer = malware("malware--2", r#","description":"x""#).replace("\"modified\":\"2024", "\"modified\":\"2025");
    let revoked = malware("malware--3", r#","revoked":true"#).replace("\"modified\":\"2024", "\"modified\":\"2026");
    let after = bundle(&[newer, malware("malware--2", ""), revoked, malware("malware--4", "")].join("\n"));
    let found: Vec<String> = differences(before.objects(), after.objects())
        .iter()
        .map(|difference| match difference {
            Difference::Added(object) => format!("added {}", object.id()),
            Difference::Removed(object) => format!("removed {}", object.id()),
            Difference::Revoked { after, .. } => format!("revoked {}", after.id()),
            Difference::Changed { after, properties, .. } => {
                let names: Vec<_> = properties.iter().map(|property| &*property.name).collect();
                format!("changed {} {}", after.id(), names.join(" "))
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        found,
        ["changed malware--2 modified description", "revoked malware--3", "added malware--4", "removed malware--1"]
    );
    assert!(differences(before.objects(), before.objects()).is_empty());
}

/// A store of objects is a graph as well as a bundle is.
#[test]
fn any_objects_make_a_graph() {
    let objects: Vec<Object> = Bundle::from_slice(ATTACK).unwrap().into_objects();
    let graph = Graph::new(objects.iter().filter(|object| object.type_name() != "sighting"));
    assert_eq!(graph.edges().filter(|edge| edge.family() == Family::Sighting).count(), 0);
    assert_eq!(Graph::new([]).node_count(), 0);
    assert!(Graph::new([]).components().is_empty());
}
