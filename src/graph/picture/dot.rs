//! The language of Graphviz.

use std::io::{self, Write};

use super::picture::Picture;
use super::text::{label, replace};
use crate::graph::Family;
use crate::object::Tlp;

impl Picture<'_> {
    /// Writes the picture in the language of Graphviz, for `dot -Tsvg`.
    ///
    /// # Errors
    ///
    /// Returns the errors of the writer.
    pub fn write_dot(&self, out: &mut impl Write) -> io::Result<()> {
        let content = self.content();
        writeln!(out, "digraph {{\n  rankdir=LR;\n  node [shape=box, style=filled, fillcolor=white];")?;
        if content.left_out > 0 {
            writeln!(out, "  // {} more nodes are left out", content.left_out)?;
        }
        for (place, drawn) in content.nodes.iter().enumerate() {
            let (type_name, name) = (quoted(drawn.node.type_name()), quoted(&drawn.name()));
            let tlp = drawn.tlp.map_or(String::new(), |tlp| format!("\\nTLP:{}", tlp));
            let color = drawn.tlp.map_or(String::new(), |tlp| format!(", color=\"{}\"", color(tlp)));
            let style = if drawn.node.is_dangling() { ", style=dashed" } else { "" };
            writeln!(out, "  n{place} [label=\"{type_name}\\n{name}{tlp}\"{color}{style}];")?;
        }
        for (source, target, edge) in &content.edges {
            let style = if edge.family() == Family::Reference { ", style=dashed" } else { "" };
            writeln!(out, "  n{source} -> n{target} [label=\"{}\"{style}];", quoted(edge.label()))?;
        }
        writeln!(out, "}}")
    }
}

fn quoted(text: &str) -> String {
    replace(&label(text), |letter| match letter {
        '"' => Some("\\\""),
        '\\' => Some("\\\\"),
        _ => None,
    })
}

/// The protocol's color on white.
fn color(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Red => "#ff2b2b",
        Tlp::Amber | Tlp::AmberStrict => "#ffc000",
        Tlp::Green => "#33ff00",
        _ => "#000000",
    }
}
