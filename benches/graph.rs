//! Measures the graph beside reading, and prints one table.
//!
//! ```text
//! cargo bench --bench graph [FILE]
//! ```
//!
//! FILE is a bundle, for example a domain of ATT&CK; without one, the data are made up in its size. Times are the best
//! of several rounds. With `--test` it runs once over a hundredth of the data; its figures mean nothing then.

use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;

use stixkit::graph::{Graph, Walk};
use stixkit::object::{AttackPattern, IntrusionSet};
use stixkit::{Bundle, Identifier};

use generate::{ATTACK_OBJECTS, KeyOrder, Layout, bench_size, is_test};

#[path = "generate/mod.rs"]
mod generate;

fn main() -> io::Result<()> {
    let bytes = match std::env::args_os().skip(1).find(|argument| !argument.to_string_lossy().starts_with("--")) {
        Some(file) => std::fs::read(file)?,
        None => made_up()?,
    };
    let rounds = if is_test() { 1 } else { 15 };
    let (read, bundle) = best(rounds, || Bundle::from_slice(&bytes).unwrap_or_default());
    let objects = bundle.objects();
    let (references, count) = best(rounds, || objects.iter().map(|object| object.references().count()).sum::<usize>());
    let (visits, _) = best(rounds, || {
        let mut count = 0;
        objects.iter().for_each(|object| object.visit_references(|_| count += 1));
        count
    });
    let (build, graph) = best(rounds, || Graph::new(objects));

    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} objects, {} nodes, {} edges, {count} references\n",
        objects.len(),
        graph.node_count(),
        graph.edge_count()
    )?;
    writeln!(out, "| work | figure | of reading | must |\n|---|--:|--:|--:|")?;
    let mut line = |what: &str, seconds: f64, must: &str| {
        writeln!(out, "| {what} | {:.2} ms | {:.3} | {must} |", seconds * 1e3, seconds / read)
    };
    line("reading", read, "")?;
    line("references of all objects, collected", references, "0.15")?;
    line("references of all objects, visited", visits, "0.15")?;
    line("graph", build, "0.5")?;
    writeln!(
        out,
        "| an edge, both ways | {:.1} bytes | | 24 |",
        graph.edge_bytes() as f64 / graph.edge_count().max(1) as f64
    )?;

    let ids: Vec<Identifier> = graph.of_type::<IntrusionSet>().map(|(_, node)| node.id().clone()).collect();
    let (query, edges) = best(100 * rounds, || {
        let uses = |id| graph.node(black_box(id)).map_or(0, |node| node.outgoing().with("uses").count());
        ids.iter().map(uses).sum::<usize>()
    });
    writeln!(out, "| what a group uses, by identifier | {:.0} ns | | 100 |", query * 1e9 / ids.len().max(1) as f64)?;
    let groups: Vec<_> = graph.of_type::<IntrusionSet>().map(|(_, node)| node).collect();
    let (all, pairs) = best(100 * rounds, || {
        groups.iter().map(|group| group.outgoing().with("uses").to::<AttackPattern>().count()).sum::<usize>()
    });
    writeln!(out, "| all groups with all techniques, {pairs} of {edges} pairs | {:.0} us | | 100 |", all * 1e6)?;
    if let Some(group) = groups.first() {
        let walk = Walk::new().with_depth(2);
        let (time, around) = best(10 * rounds, || graph.neighbourhood(*group, &walk).reached.len());
        writeln!(out, "| two steps around a group, {around} nodes | {:.0} us | | |", time * 1e6)?;
    }
    Ok(())
}

fn made_up() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    generate::attack(bench_size(ATTACK_OBJECTS), KeyOrder::TypeFirst, Layout::Compact, &mut bytes)?;
    Ok(bytes)
}

/// Seconds of the fastest of `rounds`, and the last result.
fn best<T>(rounds: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut fastest = f64::MAX;
    let mut once = || {
        let start = Instant::now();
        let result = black_box(work());
        fastest = fastest.min(start.elapsed().as_secs_f64());
        result
    };
    (1..rounds).for_each(|_| drop(once()));
    let result = once();
    (fastest, result)
}
