//! Shapes that make careless code slow, deep or large. Each takes seconds at most, without optimization, too.

use std::time::{Duration, Instant};

use stixkit::graph::{Graph, Walk};
use stixkit::object::{Malware, Relationship};
use stixkit::vocab::RelationshipType;
use stixkit::{Identifier, Kind, Object, Timestamp};
use uuid::Uuid;

/// Less than a quadratic or recursive algorithm can take.
const PATIENCE: Duration = Duration::from_secs(60);

fn time() -> Timestamp {
    "2024-01-01T00:00:00Z".parse().unwrap()
}

fn id(kind: Kind, number: usize) -> Identifier {
    Identifier::new(kind, Uuid::from_u128(number as u128 | 0x4000_8000_0000_0000_0000))
}

fn link(number: usize, kind: RelationshipType, source: usize, target: usize) -> Object {
    let ends = (id(Kind::Malware, source), id(Kind::Malware, target));
    let mut link = Relationship::new(time(), kind, ends.0, ends.1);
    link.common.id = id(Kind::Relationship, number);
    link.into()
}

/// A million with optimization. The debug build of the tests takes a tenth of them.
const MANY: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

#[test]
fn a_ring_of_a_million() {
    let objects: Vec<_> =
        (0..MANY).map(|at| link(at, RelationshipType::from("revoked-by"), at, (at + 1) % MANY)).collect();
    let start = Instant::now();
    let graph = Graph::new(&objects);
    let first = graph.node(&id(Kind::Malware, 0)).unwrap();
    assert_eq!(first.current().id(), &id(Kind::Malware, MANY - 1));
    let walk = Walk::new().with_depth(usize::MAX).with_max_nodes(usize::MAX);
    assert_eq!(graph.neighbourhood(first, &walk).reached.len(), MANY - 1);
    let across = graph.node(&id(Kind::Malware, MANY / 2)).unwrap();
    let ways = graph.paths(first, across, &walk, 10);
    assert_eq!(ways.iter().map(Vec::len).collect::<Vec<_>>(), [MANY / 2; 2]);
    assert_eq!(graph.components().len(), 1);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn a_star_of_a_hundred_thousand() {
    let objects: Vec<_> = (1..=100_000).map(|at| link(at, RelationshipType::Uses, 0, at)).collect();
    let start = Instant::now();
    let graph = Graph::new(&objects);
    let middle = graph.node(&id(Kind::Malware, 0)).unwrap();
    assert_eq!(middle.outgoing().with("uses").count(), 100_000);
    let ray = graph.node(&id(Kind::Malware, 1)).unwrap();
    let around = graph.neighbourhood(ray, &Walk::new().with_depth(2).with_max_nodes(1_000));
    assert_eq!((around.reached.len(), around.is_truncated), (1_000, true));
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn a_hundred_thousand_versions() {
    let instant = |at: usize| time().instant() + Duration::from_secs((at * 7_919 % 100_003) as u64);
    let objects: Vec<Object> = (0..100_000)
        .map(|at| {
            let mut version = Malware::new(time(), format!("{at}"), false);
            version.common.id = id(Kind::Malware, 1);
            version.common.modified = Some(Timestamp::exact(instant(at)));
            version.into()
        })
        .collect();
    let start = Instant::now();
    let graph = Graph::new(&objects);
    assert_eq!(graph.node_count(), 1);
    let node = graph.nodes().next().unwrap();
    assert_eq!(node.versions().count(), 100_000);
    let newest = (0..100_000).max_by_key(|at| instant(*at)).unwrap();
    assert_eq!(node.name().as_deref(), Some(newest.to_string().as_str()));
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

/// Many labels must not make each label slow to find, and many equally short ways must not be tried one by one.
#[test]
fn many_labels_and_many_ways() {
    let uses = |at: usize| RelationshipType::from(format!("uses-{at}").as_str());
    let mut objects: Vec<_> = (0..50_000).map(|at| link(at, uses(at), 0, 1)).collect();
    // Twenty diamonds one after the other have a million shortest ways.
    for at in 0..20 {
        let (start, end) = (1 + 3 * at, 1 + 3 * (at + 1));
        for (number, (source, target)) in
            [(start, start + 1), (start, start + 2), (start + 1, end), (start + 2, end)].into_iter().enumerate()
        {
            objects.push(link(100_000 + 4 * at + number, RelationshipType::Uses, source, target));
        }
    }
    let start = Instant::now();
    let graph = Graph::new(&objects);
    let node = |at| graph.node(&id(Kind::Malware, at)).unwrap();
    assert_eq!(node(0).outgoing().with("uses-777").count(), 1);
    let ways = graph.paths(node(1), node(61), &Walk::new().with_depth(50), 1_000);
    assert_eq!(ways.len(), 1_000);
    assert!(ways.iter().all(|way| way.len() == 40));
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}
