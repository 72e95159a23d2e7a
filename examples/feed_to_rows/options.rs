//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use stixkit::Timestamp;
use stixkit::row::SplitMode;

use crate::sink::{Sink, VALID_DAYS, named};

pub(crate) const USAGE: &str = "usage: feed_to_rows [--source NAME] [--now RFC3339]
    [--sink core|sentinel|sentinel-objects|sentinel-legacy|sentinel-upload|ecs|ocsf|splunk]
    [--format table|jsonl|bulk|csv|arrow|parquet] [--output DIR] [--spreadsheet] [--mode split|exact|primary]
    [--valid-days N] [--map FILE] [--summary] [--help] [--version] [FILE|-]...
       feed_to_rows --index-template";

pub(crate) struct Options {
    pub(crate) source: Option<String>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) sink: Sink,
    pub(crate) format: Format,
    pub(crate) mode: SplitMode,
    /// How long an indicator without an end is valid in Sentinel's tables; 0 is no end.
    pub(crate) valid_days: u32,
    /// A field map: the inputs are custom feeds.
    pub(crate) map: Option<OsString>,
    pub(crate) is_summary: bool,
    /// Only the index template for ECS is printed.
    pub(crate) is_template: bool,
    /// A directory for the files of a sink that has several.
    pub(crate) output: Option<PathBuf>,
    /// Formulas are neutralized in CSV.
    pub(crate) is_spreadsheet: bool,
    pub(crate) files: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Jsonl,
    /// Bodies of Elasticsearch's bulk API.
    Bulk,
    Csv,
    Arrow,
    Parquet,
}

impl Format {
    const NAMES: [(&'static str, Self); 6] = [
        ("table", Self::Table),
        ("jsonl", Self::Jsonl),
        ("bulk", Self::Bulk),
        ("csv", Self::Csv),
        ("arrow", Self::Arrow),
        ("parquet", Self::Parquet),
    ];
}

impl Options {
    /// Whether the sink gives an end to indicators without one.
    pub(crate) fn has_default_end(&self) -> bool {
        self.valid_days > 0 && matches!(self.sink, Sink::Sentinel | Sink::SentinelLegacy)
    }

    pub(crate) fn from_args(mut args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self {
            source: None,
            now: DateTime::from(SystemTime::now()),
            sink: Sink::Core,
            format: Format::Table,
            mode: SplitMode::Split,
            valid_days: VALID_DAYS,
            map: None,
            is_summary: false,
            is_template: false,
            output: None,
            is_spreadsheet: false,
            files: Vec::new(),
        };
        let mut format = None;
        while let Some(arg) = args.next() {
            let mut value = || args.next().and_then(|value| value.into_string().ok()).ok_or("an option has no value");
            match arg.to_str() {
                Some("--source") => options.source = Some(value()?),
                Some("--now") => {
                    let now = Timestamp::parse(&value()?).map_err(|error| format!("--now: {error}"))?;
                    options.now = now.instant();
                }
                Some("--sink") => options.sink = named("--sink", &Sink::NAMES, &value()?)?,
                Some("--format") => format = Some(named("--format", &Format::NAMES, &value()?)?),
                Some("--mode") => {
                    let modes =
                        [("split", SplitMode::Split), ("exact", SplitMode::Exact), ("primary", SplitMode::Primary)];
                    options.mode = named("--mode", &modes, &value()?)?;
                }
                Some("--valid-days") => {
                    options.valid_days = value()?.parse().map_err(|error| format!("--valid-days: {error}"))?;
                }
                Some("--map") => options.map = Some(value()?.into()),
                Some("--output") => options.output = Some(value()?.into()),
                Some("--spreadsheet") => options.is_spreadsheet = true,
                Some("--index-template") => options.is_template = true,
                Some("--summary") => options.is_summary = true,
                Some(option) if option.starts_with("--") => return Err(format!("there is no option {option}")),
                _ => options.files.push(arg),
            }
        }
        // Only core rows have a form for people.
        options.format = format.unwrap_or(if options.sink == Sink::Core { Format::Table } else { Format::Jsonl });
        if options.format == Format::Table && options.sink != Sink::Core {
            return Err("--format table is for core rows".into());
        }
        if options.format == Format::Bulk && options.sink != Sink::Ecs {
            return Err("--format bulk is for --sink ecs".into());
        }
        let is_files = options.sink == Sink::Splunk && options.format == Format::Csv;
        if is_files && options.output.is_none() && !options.is_summary {
            return Err("--sink splunk --format csv writes several files: name their directory with --output".into());
        }
        if options.output.is_some() && !is_files {
            return Err("--output is for --sink splunk --format csv".into());
        }
        if options.is_spreadsheet && options.format != Format::Csv {
            return Err("--spreadsheet is for --format csv".into());
        }
        if options.map.is_some() && options.files.is_empty() {
            return Err("--map says how to read a custom feed: name its file".into());
        }
        Ok(options)
    }
}
