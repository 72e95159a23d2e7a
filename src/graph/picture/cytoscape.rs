//! The JSON of Cytoscape and of viewers that are built on it.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::picture::{Content, Picture};

impl Picture<'_> {
    /// Writes the picture as the JSON of Cytoscape: `elements` with `nodes` and `edges`. The
    /// identifiers of nodes are those of the objects. A node whose object is missing has
    /// `"dangling": true`: Cytoscape refuses edges to nodes that are not there.
    ///
    /// # Errors
    ///
    /// Returns the errors of the writer.
    pub fn write_cytoscape(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &document(&self.content()))?;
        writeln!(out)
    }
}

fn document(content: &Content<'_>) -> Value {
    let id = |place: usize| content.nodes[place].node.id();
    let nodes = content.nodes.iter().map(|drawn| {
        json!({"data": {
            "id": drawn.node.id(),
            "label": drawn.name(),
            "type": drawn.node.type_name(),
            "tlp": drawn.tlp.map(|tlp| tlp.as_str()),
            "dangling": drawn.node.is_dangling(),
        }})
    });
    let edges = content.edges.iter().enumerate().map(|(place, (source, target, edge))| {
        json!({"data": {
            "id": format!("e{place}"),
            "source": id(*source),
            "target": id(*target),
            "label": edge.label(),
            "family": edge.family().as_str(),
            "via": edge.via().map(|via| via.id()),
        }})
    });
    let (nodes, edges): (Vec<_>, Vec<_>) = (nodes.collect(), edges.collect());
    json!({"elements": {"nodes": nodes, "edges": edges}, "data": {"left_out": content.left_out}})
}
