//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lexopt::ValueExt as _;
use lexopt::prelude::{Long, Short, Value};
use stixkit::Timestamp;
use stixkit::feed::write::ListFormat;
use stixkit::object::Tlp;
use stixkit::row::SplitMode;

use crate::custom::{LEVELS, LISTS};
use crate::help;
use crate::sink::{Sink, VALID_DAYS, named};

pub(crate) const USAGE: &str = "usage: feed_to_rows [--source NAME] [--now RFC3339]
    [--sink core|sentinel|sentinel-objects|sentinel-legacy|sentinel-upload|ecs|ocsf|splunk]
    [--format table|jsonl|bulk|csv|arrow|parquet] [--output DIR] [--spreadsheet] [--sort]
    [--mode split|exact|primary] [--valid-days N] [--map NAME|FILE|auto] [--list LIST [--tlp LEVEL]]
    [--state FILE [--full]] [--summary] [FILE|-]...
       feed_to_rows --index-template|--maps
       feed_to_rows --help|--version";

pub(crate) struct Options {
    pub(crate) source: Option<String>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) sink: Sink,
    pub(crate) format: Format,
    pub(crate) mode: SplitMode,
    /// How long an indicator without an end is valid in Sentinel's tables; 0 is no end.
    pub(crate) valid_days: u32,
    /// A ready map, a file with a field map, or `auto`: the inputs are custom feeds.
    pub(crate) map: Option<OsString>,
    /// The list that is written instead of rows.
    pub(crate) list: Option<ListFormat>,
    /// The strictest level that is in the list.
    pub(crate) tlp: Tlp,
    /// Where the state is between runs: only changes are printed.
    pub(crate) state: Option<PathBuf>,
    /// Each input is all of its feed.
    pub(crate) is_full: bool,
    pub(crate) task: Task,
    /// A directory for the files of a sink that has several.
    pub(crate) output: Option<PathBuf>,
    /// Formulas are neutralized in CSV.
    pub(crate) is_spreadsheet: bool,
    /// Row groups of Parquet files are sorted.
    pub(crate) is_sorted: bool,
    pub(crate) files: Vec<OsString>,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Rows,
    /// Charts of counts.
    Summary,
    /// Only the index template for ECS.
    Template,
    /// Only the names of the ready maps.
    Maps,
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

const MODES: [(&str, SplitMode); 3] =
    [("split", SplitMode::Split), ("exact", SplitMode::Exact), ("primary", SplitMode::Primary)];

impl Options {
    /// Whether the sink gives an end to indicators without one.
    pub(crate) fn has_default_end(&self) -> bool {
        self.valid_days > 0 && matches!(self.sink, Sink::Sentinel | Sink::SentinelLegacy)
    }

    /// The names of the feeds in the rows.
    pub(crate) fn sources(&self) -> Vec<String> {
        let own = |file: &OsString| self.source_of(file);
        match &self.source {
            Some(source) => vec![source.clone()],
            None if self.files.is_empty() => vec!["sample".to_owned()],
            None => self.files.iter().map(own).collect::<std::collections::BTreeSet<_>>().into_iter().collect(),
        }
    }

    /// The name of the feed in the rows of a file.
    pub(crate) fn source_of(&self, file: &OsString) -> String {
        match &self.source {
            Some(source) => source.clone(),
            None if file == "-" => "stdin".to_owned(),
            None => Path::new(file).file_stem().unwrap_or(file).to_string_lossy().into_owned(),
        }
    }

    /// `None` if the program was asked about itself, and has answered.
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self {
            source: None,
            now: DateTime::from(SystemTime::now()),
            sink: Sink::Core,
            format: Format::Table,
            mode: SplitMode::Split,
            valid_days: VALID_DAYS,
            map: None,
            list: None,
            tlp: Tlp::Clear,
            state: None,
            is_full: false,
            task: Task::Rows,
            output: None,
            is_spreadsheet: false,
            is_sorted: false,
            files: Vec::new(),
        };
        let mut format = None;
        while let Some(arg) = args.next()? {
            match arg {
                Long("help") | Short('h') => {
                    help::print_help("feed_to_rows", USAGE);
                    return Ok(None);
                }
                Long("version") => {
                    help::print_version("feed_to_rows");
                    return Ok(None);
                }
                Long("source") => options.source = Some(args.value()?.string()?),
                Long("now") => options.now = args.value()?.parse_with(Timestamp::parse)?.instant(),
                Long("sink") => options.sink = named("--sink", &Sink::NAMES, &args.value()?.string()?)?,
                Long("format") => format = Some(named("--format", &Format::NAMES, &args.value()?.string()?)?),
                Long("mode") => options.mode = named("--mode", &MODES, &args.value()?.string()?)?,
                Long("valid-days") => options.valid_days = args.value()?.parse()?,
                Long("map") => options.map = Some(args.value()?),
                Long("list") => options.list = Some(named("--list", &LISTS, &args.value()?.string()?)?),
                Long("tlp") => options.tlp = named("--tlp", &LEVELS, &args.value()?.string()?)?,
                Long("maps") => options.task = Task::Maps,
                Long("state") => options.state = Some(args.value()?.into()),
                Long("full") => options.is_full = true,
                Long("output") => options.output = Some(args.value()?.into()),
                Long("spreadsheet") => options.is_spreadsheet = true,
                Long("sort") => options.is_sorted = true,
                Long("index-template") => options.task = Task::Template,
                Long("summary") => options.task = Task::Summary,
                Value(file) => options.files.push(file),
                _ => return Err(arg.unexpected()),
            }
        }
        // Only core rows have a form for people, and changes have none.
        let is_for_people = options.sink == Sink::Core && options.state.is_none();
        options.format = format.unwrap_or(if is_for_people { Format::Table } else { Format::Jsonl });
        options.refusal().map_or(Ok(Some(options)), |refusal| Err(refusal.into()))
    }

    /// Whether rows are printed as they are unless something else is said.
    fn is_plain_core(&self) -> bool {
        self.sink == Sink::Core && self.format == Format::Table && self.state.is_none()
    }

    /// Why the options do not go together.
    fn refusal(&self) -> Option<&'static str> {
        let Self { sink, format, .. } = *self;
        let is_files = sink == Sink::Splunk && format == Format::Csv;
        let refusals = [
            (format == Format::Table && sink != Sink::Core, "--format table is for core rows"),
            (format == Format::Bulk && sink != Sink::Ecs, "--format bulk is for --sink ecs"),
            (
                is_files && self.output.is_none() && self.task == Task::Rows,
                "--sink splunk --format csv writes several files: name their directory with --output",
            ),
            (self.output.is_some() && !is_files, "--output is for --sink splunk --format csv"),
            (self.is_spreadsheet && format != Format::Csv, "--spreadsheet is for --format csv"),
            (
                self.is_sorted && !(format == Format::Parquet && sink == Sink::Core),
                "--sort is for core rows as parquet",
            ),
            (self.map.is_some() && self.files.is_empty(), "--map says how to read a custom feed: name its file"),
            (self.state.is_some() && self.task != Task::Rows, "--state prints changes of rows: without --summary"),
            (
                self.list.is_some() && !(self.is_plain_core() && self.task == Task::Rows),
                "--list is written instead of rows: without --sink, --format, --state and --summary",
            ),
            (self.is_full && self.state.is_none(), "--full says what is gone since the last run: it needs --state"),
        ];
        let refusal = refusals.into_iter().find_map(|(is_wrong, why)| is_wrong.then_some(why));
        refusal.or_else(|| self.state.as_ref().and(without_changes(sink, format)))
    }
}

/// Why changes cannot be written in this form; `None` if they can.
fn without_changes(sink: Sink, format: Format) -> Option<&'static str> {
    match (sink, format) {
        (Sink::Core, Format::Jsonl) | (Sink::Ecs, Format::Bulk) | (Sink::Sentinel | Sink::SentinelLegacy, _) => None,
        (Sink::Core, _) => Some("--state prints changes of core rows, which no table has: --format jsonl"),
        (Sink::Ecs, _) => Some("--state deletes documents, which only the bulk API can: --format bulk"),
        (Sink::SentinelObjects, _) => {
            Some("--state keeps the rows of indicators, and this table has the other objects: write all of them")
        }
        (Sink::SentinelUpload, _) => {
            Some("--state is not needed: the upload API replaces objects by their ids, so send all of them")
        }
        (Sink::Ocsf, _) => {
            Some("--state has no form here: OCSF has no event that takes another one back, so send all of them")
        }
        (Sink::Splunk, _) => Some("--state has no form here: lookups are replaced as a whole, so write all rows"),
    }
}
