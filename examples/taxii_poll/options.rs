//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use stixkit::Timestamp;
use stixkit::taxii::Filter;

use crate::connection::{self, Connection, number};
use crate::sink::{Sink, named};

pub(crate) fn usage() -> String {
    format!(
        "usage: taxii_poll {}
    [--added-after DATE|RFC3339] [--match-type TYPE]... [--limit N] [--manifest] [--state FILE]
    [--sink core|sentinel|sentinel-objects|sentinel-legacy|sentinel-upload|ecs|ocsf|splunk [--source NAME]]
    [--once|--every SECONDS]
       taxii_poll --serve PORT",
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
    /// Rows in place of objects.
    pub(crate) sink: Option<Sink>,
    pub(crate) source: Option<String>,
    pub(crate) every: Option<Duration>,
    /// The port to serve the sample at, and nothing else.
    pub(crate) serve: Option<u16>,
}

impl Options {
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        let (mut types, mut is_once) = (Vec::new(), false);
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg} has no value"));
            match arg.as_str() {
                "--added-after" => {
                    let text = value()?;
                    // A day is its first instant.
                    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text };
                    let start = Timestamp::parse(&whole).map_err(|error| format!("--added-after: {error}"))?;
                    options.filter = options.filter.with_added_after(start);
                }
                "--match-type" => types.push(value()?),
                "--limit" => options.limit = Some(number("--limit", &value()?)?),
                "--manifest" => options.is_manifest = true,
                "--state" => options.state = Some(value()?.into()),
                "--sink" => options.sink = Some(named("--sink", &Sink::NAMES, &value()?)?),
                "--source" => options.source = Some(value()?),
                "--once" => is_once = true,
                "--every" => options.every = Some(Duration::from_secs(number("--every", &value()?)?)),
                "--serve" => options.serve = Some(number("--serve", &value()?)?),
                option if options.connection.take(option, value)? => {}
                option => return Err(format!("there is no option {option}")),
            }
        }
        if is_once && options.every.is_some() {
            return Err("--once or --every, not both".into());
        }
        if options.every.is_some_and(|every| every.is_zero()) || options.limit == Some(0) {
            return Err("--every and --limit are at least 1".into());
        }
        if options.is_manifest && options.sink.is_some() {
            return Err("a manifest has no objects to make rows of: --manifest or --sink".into());
        }
        if options.source.is_some() && options.sink.is_none() {
            return Err("--source is a column of the rows: it needs --sink".into());
        }
        if !types.is_empty() {
            options.filter = options.filter.with_types(types);
        }
        options.filter.to_query().map_err(|error| error.to_string())?;
        Ok(options)
    }
}
