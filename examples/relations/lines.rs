//! Edges as lines of JSON.

use std::io::{self, Write};

use serde_json::{Value, json};
use stixkit::graph::{Edge, Family, Graph, Neighbourhood};

use crate::options::Options;

/// The edges that led to the nodes around another, with the distance of what they led to.
pub(crate) fn around(around: &Neighbourhood<'_>, out: &mut impl Write) -> io::Result<()> {
    around.reached.iter().try_for_each(|reached| line(&reached.edge, Some(reached.distance), out))
}

/// All edges.
pub(crate) fn all(graph: &Graph<'_>, options: &Options, out: &mut impl Write) -> io::Result<()> {
    let is_hub = |edge: &Edge<'_>| edge.family() == Family::Reference && edge.label().ends_with("_by_ref");
    let edges = graph.edges().filter(|edge| (options.hubs || !is_hub(edge)) && (!options.live || edge.is_live()));
    edges.into_iter().try_for_each(|edge| line(&edge, None, out))
}

fn line(edge: &Edge<'_>, distance: Option<usize>, out: &mut impl Write) -> io::Result<()> {
    let mut line = json!({
        "source": edge.source().id(),
        "label": edge.label(),
        "target": edge.target().id(),
        "via": edge.via().map(|via| via.id()),
    });
    if let (Some(distance), Value::Object(members)) = (distance, &mut line) {
        members.insert("distance".to_owned(), distance.into());
    }
    writeln!(out, "{line}")
}
