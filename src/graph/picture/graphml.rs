//! GraphML, for Gephi, yEd, Neo4j and networkx.

use std::io::{self, Write};

use super::picture::Picture;
use super::text::replace;

/// The attributes of nodes and edges: what they belong to, and their names.
const KEYS: &[(&str, &str)] = &[
    ("node", "id"),
    ("node", "type"),
    ("node", "name"),
    ("node", "tlp"),
    ("edge", "label"),
    ("edge", "family"),
    ("edge", "via"),
];

impl Picture<'_> {
    /// Writes the picture as GraphML. Characters that XML does not allow are left out of names.
    ///
    /// # Errors
    ///
    /// Returns the errors of the writer.
    pub fn write_graphml(&self, out: &mut impl Write) -> io::Result<()> {
        let content = self.content();
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
        for (kind, name) in KEYS {
            writeln!(out, "  <key id=\"{kind}-{name}\" for=\"{kind}\" attr.name=\"{name}\" attr.type=\"string\"/>")?;
        }
        if content.left_out > 0 {
            writeln!(out, "  <!-- {} more nodes are left out -->", content.left_out)?;
        }
        writeln!(out, "  <graph edgedefault=\"directed\">")?;
        for (place, drawn) in content.nodes.iter().enumerate() {
            writeln!(out, "    <node id=\"n{place}\">")?;
            data(out, "node-id", &drawn.node.id().to_string())?;
            data(out, "node-type", drawn.node.type_name())?;
            data(out, "node-name", drawn.node.name().as_deref().unwrap_or_default())?;
            data(out, "node-tlp", drawn.tlp.map_or("", |tlp| tlp.as_str()))?;
            writeln!(out, "    </node>")?;
        }
        for (place, (source, target, edge)) in content.edges.iter().enumerate() {
            writeln!(out, "    <edge id=\"e{place}\" source=\"n{source}\" target=\"n{target}\">")?;
            data(out, "edge-label", edge.label())?;
            data(out, "edge-family", edge.family().as_str())?;
            data(out, "edge-via", &edge.via().map_or(String::new(), |via| via.id().to_string()))?;
            writeln!(out, "    </edge>")?;
        }
        writeln!(out, "  </graph>\n</graphml>")
    }
}

fn data(out: &mut impl Write, key: &str, value: &str) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    let text = replace(value, |letter| match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\t' | '\n' => None,
        // Not characters of XML, not even as references.
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => Some(""),
        _ => None,
    });
    writeln!(out, "      <data key=\"{key}\">{text}</data>")
}
