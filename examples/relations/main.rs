//! Shows how objects are related: a tree, lines of JSON, or a picture.
//!
//! ```text
//! relations [--of ID|NAME|NUMBER] [--depth N] [--format FORMAT] [--max-nodes N] [--live] [--hubs] [FILE]...
//! ```
//!
//! `--of` is what to start from: an identifier, an identifier of a source such as `T1059` or a CVE
//! number, or a name or alias in any case. If several objects have it, each is shown. Without it, the
//! whole is shown: as a tree, that is the number of objects and relationships of each kind.
//!
//! `--format` is `tree` (default), `jsonl` (a line for each edge:
//! `{"source","label","target","via","distance"}`), or a picture: `dot` (Graphviz), `mermaid`,
//! `graphml`, `cytoscape`. `--depth` is the number of steps (default: 1), `--max-nodes` the number of
//! nodes after which it ends (default: 300). `--live` leaves out what is revoked or deprecated.
//! `--hubs` takes creators and markings in, which nearly all objects share.
//!
//! Without a file it reads a small sample. The last line on the standard error is JSON: `objects`,
//! `rejected` items, `nodes`, `missing` objects, `edges`, `shown` nodes and whether there are more.
//! Exits with 0, with 1 if nothing has the name, or with 2 if an input cannot be read or an option is
//! wrong.

mod lines;
mod options;
mod tree;

use std::error::Error;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use serde_json::json;
use stixkit::graph::{Graph, Neighbourhood, Picture, Walk};
use stixkit::reader::{Item, Source};
use stixkit::{Object, Reader};

use options::{Format, Options};

const SAMPLE: &[u8] = include_bytes!("../../tests/fixtures/graph/attack.json");

fn main() -> ExitCode {
    let result = Options::from_args(std::env::args_os().skip(1)).map_err(Into::into).and_then(|options| run(&options));
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("relations: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    if options.help {
        print(options::USAGE)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut input = Input::default();
    for file in &options.files {
        let reader = Reader::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
        input.read(reader).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if options.files.is_empty() {
        input.read(Reader::from_slice(SAMPLE))?;
    }
    let graph = Graph::new(&input.objects);
    let Some(around) = walks(&graph, options) else {
        eprintln!("relations: nothing is called {}", options.of.as_deref().unwrap_or_default());
        return Ok(ExitCode::FAILURE);
    };
    match show(&graph, &around, options) {
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        result => result?,
    }
    let shown: usize = around.iter().map(|around| 1 + around.reached.len()).sum();
    let summary = json!({
        "objects": input.objects.len(),
        "rejected": input.rejected,
        "nodes": graph.node_count(),
        "missing": graph.dangling().count(),
        "edges": graph.edge_count(),
        "shown": if options.of.is_some() { shown } else { graph.node_count().min(options.max_nodes) },
        "more": around.iter().any(|around| around.is_truncated),
    });
    writeln!(io::stderr(), "{summary}")?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Default)]
struct Input {
    objects: Vec<Object>,
    rejected: usize,
}

impl Input {
    fn read<S: Source>(&mut self, reader: Reader<S>) -> Result<(), stixkit::Error> {
        for item in reader {
            match item? {
                Item::Object(accepted) => self.objects.push(accepted.object),
                Item::Rejected(_) => self.rejected += 1,
            }
        }
        Ok(())
    }
}

/// What is around each node that has the name; empty if no name is asked for. `None` if nothing has
/// it.
fn walks<'g>(graph: &'g Graph<'g>, options: &Options) -> Option<Vec<Neighbourhood<'g>>> {
    let Some(of) = &options.of else { return Some(Vec::new()) };
    let walk = Walk::new()
        .with_depth(options.depth)
        .with_max_nodes(options.max_nodes.saturating_sub(1))
        .with_live(options.live)
        .with_hubs(options.hubs);
    let found = graph.find(of);
    (!found.is_empty()).then(|| found.into_iter().map(|node| graph.neighbourhood(node, &walk)).collect())
}

fn show<'g>(graph: &'g Graph<'g>, around: &[Neighbourhood<'g>], options: &Options) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match options.format {
        Format::Tree if options.of.is_none() => tree::overview(graph, &mut out)?,
        Format::Tree => around.iter().try_for_each(|around| tree::write(around, &mut out))?,
        Format::Lines if options.of.is_none() => lines::all(graph, options, &mut out)?,
        Format::Lines => around.iter().try_for_each(|around| lines::around(around, &mut out))?,
        picture => {
            let pictures: Vec<_> = match options.of {
                None => vec![Picture::new(graph)],
                Some(_) => around.iter().map(Picture::around).collect(),
            };
            for drawn in pictures {
                let drawn = drawn.with_max_nodes(options.max_nodes).with_hubs(options.hubs);
                match picture {
                    Format::Mermaid => drawn.write_mermaid(&mut out)?,
                    Format::GraphMl => drawn.write_graphml(&mut out)?,
                    Format::Cytoscape => drawn.write_cytoscape(&mut out)?,
                    _ => drawn.write_dot(&mut out)?,
                }
            }
        }
    }
    out.flush()
}

fn print(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
