//! Pictures of graphs, in the formats of programs that draw or explore them.

mod cytoscape;
mod dot;
mod graphml;
mod mermaid;
#[expect(clippy::module_inception, reason = "files are named after what is in them")]
mod picture;
mod text;

pub use picture::Picture;
