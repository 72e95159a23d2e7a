//! What is around a node as a tree, and how much of everything there is.

use std::collections::HashMap;
use std::io::{self, Write};

use stixkit::graph::{Graph, Neighbourhood, Node, Reached};

/// Writes each node under the one that the walk came from.
pub(crate) fn write(around: &Neighbourhood<'_>, out: &mut impl Write) -> io::Result<()> {
    // By the number of the node.
    let mut children: HashMap<usize, Vec<&Reached<'_>>> = HashMap::new();
    for reached in &around.reached {
        children.entry(reached.edge.other(reached.node).index()).or_default().push(reached);
    }
    writeln!(out, "{}", describe(around.start))?;
    // A tree may be as deep as the walk, so the way back is on the heap. Each level: its nodes, the
    // next one's place, and what comes before their lines.
    let root = children.remove(&around.start.index()).unwrap_or_default();
    let mut open = vec![(root, 0, String::new())];
    while let Some((nodes, next, indent)) = open.last_mut() {
        let Some(reached) = nodes.get(*next).copied() else {
            open.pop();
            continue;
        };
        *next += 1;
        let is_last = *next == nodes.len();
        let (branch, below) = if is_last { ("└─", "   ") } else { ("├─", "│  ") };
        let is_outgoing = reached.edge.target() == reached.node;
        let (label, node) = (clean(reached.edge.label()), describe(reached.node));
        let arrow = if is_outgoing { format!("{label} →") } else { format!("← {label}") };
        let dead = if reached.edge.via().is_some_and(|via| via.common().is_revoked()) { " (taken back)" } else { "" };
        writeln!(out, "{indent}{branch} {arrow} {node}{dead}")?;
        let below = format!("{indent}{below}");
        let inner = children.remove(&reached.node.index()).unwrap_or_default();
        open.push((inner, 0, below));
    }
    if around.is_truncated {
        writeln!(out, "… and more: --max-nodes N shows up to N nodes")?;
    }
    Ok(())
}

/// The number of objects of each type, and of relationships between types.
pub(crate) fn overview(graph: &Graph<'_>, out: &mut impl Write) -> io::Result<()> {
    let counts = graph.counts();
    writeln!(out, "{} objects", counts.types.values().sum::<usize>())?;
    for (type_name, count) in &counts.types {
        writeln!(out, "{count:>8} {}", clean(type_name))?;
    }
    writeln!(out, "{} relationships", counts.relationships.values().sum::<usize>())?;
    for ((source, label, target), count) in &counts.relationships {
        writeln!(out, "{count:>8} {} {} {}", clean(source), clean(label), clean(target))?;
    }
    let missing = graph.dangling().count();
    if missing > 0 {
        writeln!(out, "{missing} objects are missing, {} relationships lead to them", graph.orphans().count())?;
    }
    Ok(())
}

fn describe(node: Node<'_>) -> String {
    let name = node.name().map_or_else(|| node.id().to_string(), |name| name.into_owned());
    let number = node.external_id("mitre-attack").map_or(String::new(), |number| format!(" {}", clean(number)));
    let state = match node {
        node if node.is_dangling() => " (missing)",
        node if node.is_revoked() => " (revoked)",
        node if node.is_deprecated() => " (deprecated)",
        _ => "",
    };
    format!("{} {}{number}{state}", clean(node.type_name()), clean(&name))
}

/// Text without characters that a terminal obeys or that change the direction of what follows.
fn clean(text: &str) -> String {
    let is_odd = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|letter| if is_odd(letter) { ' ' } else { letter }).collect()
}
