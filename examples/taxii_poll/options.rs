//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use lexopt::ValueExt;
use lexopt::prelude::{Long, Short};
use stixkit::Timestamp;
use stixkit::taxii::Filter;

use crate::connection::{self, Connection, number};
use crate::help;
use crate::since;
use crate::sink::{Sink, named};
use crate::tell;

pub(crate) fn usage() -> String {
    format!(
        "usage: taxii_poll {}
    [--since 7d|12h|30m|DATE|RFC3339] [--match-type TYPE]... [--limit N] [--manifest] [--state FILE]
    [--index FILE [--index-max N]]
    [--sink core|sentinel|sentinel-objects|sentinel-legacy|sentinel-upload|ecs|ocsf|splunk [--source NAME]]
    [--once|--every SECONDS]
       taxii_poll --list [--url URL|--api-root URL]
       taxii_poll --serve PORT
       taxii_poll --help|--version",
        connection::USAGE
    )
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) connection: Connection,
    pub(crate) filter: Filter,
    pub(crate) limit: Option<u32>,
    pub(crate) is_manifest: bool,
    pub(crate) state: Option<PathBuf>,
    /// A start before now, which the state file keeps.
    pub(crate) since: Option<Timestamp>,
    /// The file of what was printed, and how many objects it may have.
    pub(crate) index: Option<PathBuf>,
    pub(crate) index_max: Option<usize>,
    pub(crate) is_list: bool,
    /// The types that are asked for, in order; none are all.
    pub(crate) types: Vec<String>,
    /// Rows in place of objects.
    pub(crate) sink: Option<Sink>,
    pub(crate) source: Option<String>,
    pub(crate) every: Option<Duration>,
    /// The port to serve the sample at, and nothing else.
    pub(crate) serve: Option<u16>,
}

impl Options {
    /// `None` if the program was asked about itself, and has answered.
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self::default();
        let (mut types, mut is_once) = (Vec::new(), false);
        while let Some(arg) = args.next()? {
            let option = match arg {
                Short('h') => "help".to_owned(),
                Long(option) => option.to_owned(),
                _ => return Err(arg.unexpected()),
            };
            let mut value = || args.value().and_then(ValueExt::string);
            match option.as_str() {
                "help" => {
                    help::print_help("taxii_poll", &usage());
                    return Ok(None);
                }
                "added-after" | "since" => {
                    let text = value()?;
                    let start = since::start(&format!("--{option}"), &text)?;
                    options.since = since::is_relative(&text).then(|| start.clone());
                    options.filter = options.filter.with_added_after(start);
                }
                "index" => options.index = Some(value()?.into()),
                "index-max" => options.index_max = Some(number("--index-max", &value()?)?),
                "list" => options.is_list = true,
                "match-type" => types.push(value()?),
                "limit" => options.limit = Some(number("--limit", &value()?)?),
                "manifest" => options.is_manifest = true,
                "state" => options.state = Some(value()?.into()),
                "sink" => options.sink = Some(named("--sink", &Sink::NAMES, &value()?)?),
                "source" => options.source = Some(value()?),
                "once" => is_once = true,
                "every" => options.every = Some(Duration::from_secs(number("--every", &value()?)?)),
                "serve" => options.serve = Some(number("--serve", &value()?)?),
                // Of TAXII, if there is a value.
                "version" if args.raw_args()?.as_slice().is_empty() => {
                    help::print_version("taxii_poll");
                    return Ok(None);
                }
                option if options.connection.take(option, &mut args)? => {}
                option => return Err(format!("there is no option --{option}").into()),
            }
        }
        options.complete(types, is_once)?;
        Ok(Some(options))
    }

    /// Looks whether the options go together.
    fn complete(&mut self, mut types: Vec<String>, is_once: bool) -> Result<(), String> {
        if is_once && self.every.is_some() {
            return Err("--once or --every, not both".into());
        }
        if self.every.is_some_and(|every| every.is_zero()) || self.limit == Some(0) {
            return Err("--every and --limit are at least 1".into());
        }
        if self.is_manifest && self.sink.is_some() {
            return Err("a manifest has no objects to make rows of: --manifest or --sink".into());
        }
        if self.source.is_some() && self.sink.is_none() {
            return Err("--source is a column of the rows: it needs --sink".into());
        }
        if self.index_max.is_some() && self.index.is_none() {
            return Err("--index-max is of an index: it needs --index".into());
        }
        for note in types.iter().filter_map(|name| since::note_type(name)) {
            tell!("taxii_poll: --match-type {note}");
        }
        if !types.is_empty() {
            self.filter = std::mem::take(&mut self.filter).with_types(types.clone());
        }
        types.sort();
        self.types = types;
        self.filter.to_query().map_err(|error| error.to_string())?;
        Ok(())
    }
}
