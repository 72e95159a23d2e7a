//! Mermaid, which Markdown pages render.

use std::io::{self, Write};

use super::picture::Picture;
use super::text::{label, replace};
use crate::graph::Family;

impl Picture<'_> {
    /// Writes the picture as a flowchart of Mermaid, for Markdown. Mermaid refuses more than 500
    /// edges unless its page allows more.
    ///
    /// # Errors
    ///
    /// Returns the errors of the writer.
    pub fn write_mermaid(&self, out: &mut impl Write) -> io::Result<()> {
        let content = self.content();
        writeln!(out, "flowchart LR")?;
        if content.left_out > 0 {
            writeln!(out, "  %% {} more nodes are left out", content.left_out)?;
        }
        for (place, drawn) in content.nodes.iter().enumerate() {
            let (type_name, name) = (quoted(drawn.node.type_name()), quoted(&drawn.name()));
            let tlp = drawn.tlp.map_or(String::new(), |tlp| format!("<br/>TLP:{}", tlp));
            writeln!(out, "  n{place}[\"{type_name}<br/>{name}{tlp}\"]")?;
        }
        for (source, target, edge) in &content.edges {
            let arrow = if edge.family() == Family::Reference { "-.->" } else { "-->" };
            writeln!(out, "  n{source} {arrow}|\"{}\"| n{target}", quoted(edge.label()))?;
        }
        Ok(())
    }
}

/// Text in quotes: characters that mean something to Mermaid or to HTML as entities.
fn quoted(text: &str) -> String {
    replace(&label(text), |letter| match letter {
        '"' => Some("#quot;"),
        '#' => Some("#35;"),
        '&' => Some("#amp;"),
        '<' => Some("#lt;"),
        '>' => Some("#gt;"),
        '`' => Some("#96;"),
        '\\' => Some("#92;"),
        _ => None,
    })
}
