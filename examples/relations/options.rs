//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "usage: relations [--of ID|NAME|NUMBER] [--depth N] [--format tree|jsonl|dot|mermaid|graphml|cytoscape]\n    \
    [--max-nodes N] [--live] [--hubs] [FILE]...";

#[derive(Clone, Copy)]
pub(crate) enum Format {
    Tree,
    Lines,
    Dot,
    Mermaid,
    GraphMl,
    Cytoscape,
}

pub(crate) struct Options {
    pub(crate) of: Option<String>,
    pub(crate) depth: usize,
    pub(crate) max_nodes: usize,
    pub(crate) format: Format,
    pub(crate) live: bool,
    pub(crate) hubs: bool,
    pub(crate) help: bool,
    pub(crate) files: Vec<PathBuf>,
}

impl Options {
    pub(crate) fn from_args(mut args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self {
            of: None,
            depth: 1,
            max_nodes: 300,
            format: Format::Tree,
            live: false,
            hubs: false,
            help: false,
            files: Vec::new(),
        };
        while let Some(arg) = args.next() {
            let Some(option) = arg.to_str().filter(|option| option.starts_with("--") || *option == "-h") else {
                options.files.push(arg.into());
                continue;
            };
            let mut value = || {
                let value = args.next().ok_or_else(|| format!("{option} has no value\n{USAGE}"))?;
                value.into_string().map_err(|_| format!("the value of {option} is not text"))
            };
            match option {
                "--of" => options.of = Some(value()?),
                "--depth" => options.depth = number(option, &value()?)?,
                "--max-nodes" => options.max_nodes = number(option, &value()?)?,
                "--format" => options.format = format(&value()?)?,
                "--live" => options.live = true,
                "--hubs" => options.hubs = true,
                "--help" | "-h" => options.help = true,
                _ => return Err(format!("there is no option {option}\n{USAGE}")),
            }
        }
        Ok(options)
    }
}

fn number(option: &str, text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("{option} is a number, not {text:?}"))
}

fn format(text: &str) -> Result<Format, String> {
    Ok(match text {
        "tree" => Format::Tree,
        "jsonl" => Format::Lines,
        "dot" => Format::Dot,
        "mermaid" => Format::Mermaid,
        "graphml" => Format::GraphMl,
        "cytoscape" => Format::Cytoscape,
        _ => return Err(format!("there is no format {text:?}\n{USAGE}")),
    })
}
