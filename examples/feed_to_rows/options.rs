//! The command line.

use std::ffi::OsString;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use stixkit::Timestamp;
use stixkit::row::SplitMode;

use crate::sink::{Sink, named};

pub(crate) const USAGE: &str = "usage: feed_to_rows [--source NAME] [--now RFC3339]
    [--sink core|sentinel|sentinel-objects|sentinel-legacy|sentinel-upload|ecs|ocsf|splunk]
    [--format table|jsonl|csv|arrow|parquet] [--mode split|exact|primary] [--map FILE] [--summary] [--help] [--version] [FILE|-]...";

pub(crate) struct Options {
    pub(crate) source: Option<String>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) sink: Sink,
    pub(crate) format: Format,
    pub(crate) mode: SplitMode,
    /// A field map: the inputs are custom feeds.
    pub(crate) map: Option<OsString>,
    pub(crate) is_summary: bool,
    pub(crate) files: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Jsonl,
    Csv,
    Arrow,
    Parquet,
}

impl Format {
    const NAMES: [(&'static str, Self); 5] = [
        ("table", Self::Table),
        ("jsonl", Self::Jsonl),
        ("csv", Self::Csv),
        ("arrow", Self::Arrow),
        ("parquet", Self::Parquet),
    ];
}

impl Options {
    pub(crate) fn from_args(mut args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self {
            source: None,
            now: DateTime::from(SystemTime::now()),
            sink: Sink::Core,
            format: Format::Table,
            mode: SplitMode::Split,
            map: None,
            is_summary: false,
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
                Some("--map") => options.map = Some(value()?.into()),
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
        if options.map.is_some() && options.files.is_empty() {
            return Err("--map says how to read a custom feed: name its file".into());
        }
        Ok(options)
    }
}
