//! Reads feeds and prints their indicators as flat rows.
//!
//! ```text
//! feed_to_rows [--source NAME] [--now RFC3339] [--sink SINK] [--format FORMAT] [--output DIR] [--spreadsheet]
//!     [--sort] [--mode MODE] [--valid-days N] [--map NAME|FILE|auto] [--list LIST [--tlp LEVEL]]
//!     [--state FILE [--full]] [--summary] [FILE|-]...
//! feed_to_rows --index-template|--maps
//! feed_to_rows --help|--version
//! ```
//!
//! Without a file it shows a small sample feed with every form that indicators come in. `-` is the
//! standard input. `--source` names the feed in the rows (default: the file's name without its
//! ending), `--now` is the instant that decides what is active, pending and expired (default: the
//! system's time).
//!
//! `--sink` is what the rows are for: `core` (default), `sentinel`, `sentinel-objects`,
//! `sentinel-legacy`, `sentinel-upload`, `ecs`, `ocsf`, `splunk`. `--format` is `table` (default,
//! core rows only), `jsonl`, and for flat rows `csv`, `arrow` (an IPC stream) and `parquet`, each
//! with the feature of its name. `ecs` also has `bulk`, for Elasticsearch's bulk API; and `splunk`
//! has `csv`, which writes one file for each lookup to the directory `--output`. Values in CSV are
//! as they are; `--spreadsheet` neutralises formulas. `--sort` sorts the row groups of Parquet
//! files by type and value, and holds one of them in memory. `--index-template` prints the index
//! template for `ecs` and does nothing else. `--mode` says what becomes of values that belong
//! together: `split`, `exact`, `primary`. `--valid-days` is how long an indicator without an end is
//! valid in the rows for `sentinel` and `sentinel-legacy`, because no detection rule of Microsoft
//! Sentinel fires without an end (default: 30 days; 0 leaves them without). `--map` says that the
//! files are custom feeds, and names one of the ready maps that `--maps` lists, or a file with a
//! field map; with `auto` the layout of each file decides, if only one ready map fits.
//!
//! `--list` writes a list that devices load instead of rows: `plain`, `csv`, `hosts`, `rpz`,
//! `netset`, `netset6`, `pf`, `zeek`, `suricata-ip`, `-md5`, `-sha256`, `-domain`, `-url` and
//! `-iprep`, `misp-cidr`, `misp-hostname`. It has only values that may be matched alone and are
//! active, up to the level `--tlp` of the Traffic Light Protocol (`clear`, which is the default,
//! `green`, `amber`, `amber+strict`, `red`); what was left out is counted on the standard error.
//!
//! `--state` names a file that is kept between runs. Then only changes since the last run are
//! printed: core rows as JSON lines with `action` (`insert`, `update`, `expire`, `revoke`,
//! `activate`, `delete`), `row_id`, and `row` unless the row is gone or only its state has changed;
//! rows for `sentinel` and `sentinel-legacy` with tombstones of what is gone; and bulk bodies for
//! `ecs` with deletions. The other sinks refuse it, and say why: their consumers replace
//! everything, or take nothing back. `--full` says that each input is all of its feed, so that what
//! it no longer has is gone; if it could not be read whole, nothing is deleted. The file is written
//! last, and only if every input was read to its end. Names that were learnt from other objects are
//! not kept in it: a feed that sends only what is new should send them again. Rules of Sentinel and
//! Elastic look at recent rows only: print all rows again at least every 14 or 30 days.
//!
//! `--summary` shows charts of counts instead of rows: of rows, of indicators whose values are
//! missing or doubtful, of findings and of rejected items, with the reasons. `--help` (`-h`) and
//! `--version` tell about the program.
//!
//! The table is as wide as the terminal, or as `COLUMNS` says (80 if there is neither), and has a
//! line a row. Binary formats are not written to a terminal. MATCH says how the value may be used:
//! `alone`, as a `part` of several that belong together, the `main` one of these; or not at all,
//! and then the pattern stands in the value's place and the reason in the last column.
//!
//! The last line on the standard error is JSON: `objects`, `indicators`, `rows` (those of
//! observables included, if they are written), `rejected` items, `findings` (of the reader, and
//! what `Object::check` says of each object), `unmapped` indicators (without a value in any row),
//! rows `without_end`, `bytes` and `seconds`, and `changes` by action with `--state`. Exits with 0,
//! or with 2 when an input could not be read to its end.
//!
//! With the feature `gzip`, files may be compressed.
//!
//! It streams: memory does not grow with the feed, except for the names that rows carry. Where
//! these come after indicators in a file, the file is read twice, first for them alone. The
//! standard input cannot be read twice: there, a provider that comes later is shown by its id.

mod changes;
mod custom;
mod help;
mod options;
mod output;
mod progress;
mod sink;
mod summary;
mod table;
mod width;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use changes::Changes;
use memchr::memmem;
use options::{Options, Task, USAGE};
use output::Output;
use progress::Progress;
use sink::{Shown, Sink};
use stixkit::error::ErrorKind;
use stixkit::feed;
use stixkit::reader::{IndicatorView, Item, ItemView, Reader, Source};
use stixkit::row::{Doubt, Mapper, Outcome, Row, UnstatedTimes};
use stixkit::sink::ecs;
use stixkit::{Finding, Object};

const SAMPLE: &[u8] = include_bytes!("../../tests/fixtures/feed.json");

fn main() -> ExitCode {
    let refuse = |message: &dyn std::fmt::Display| {
        tell(format_args!("feed_to_rows: {message}\n{USAGE}"));
        ExitCode::from(2)
    };
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => return refuse(&error),
    };
    if options.task == Task::Maps {
        custom::print_maps();
        return ExitCode::SUCCESS;
    }
    if options.task == Task::Template {
        // Whoever reads the output has seen enough if this fails.
        _ = io::stdout().write_all(ecs::index_template(&ecs::Options::new()).as_bytes());
        return ExitCode::SUCCESS;
    }
    let mut run = match Run::new(&options) {
        Ok(run) => run,
        Err(message) => return refuse(&message),
    };
    let mut is_whole = true;
    if let Err(error) = run.time() {
        tell(format_args!("feed_to_rows: {}", Failure::Output(error)));
        return ExitCode::from(2);
    }
    let inputs = options.files.iter().map(Some).chain(options.files.is_empty().then_some(None));
    for input in inputs {
        let result = match input {
            Some(file) => run.file(file),
            None => run
                .begin(options.source.as_deref().unwrap_or("sample"))
                .and_then(|()| run.read(Reader::from_slice(SAMPLE))),
        };
        let result = result.and_then(|()| run.end());
        match result {
            Ok(()) => {}
            // Whoever reads the output has seen enough.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Err(failure) => {
                run.progress.clear();
                let name = input.map_or("the sample".into(), |file| file.to_string_lossy());
                tell(format_args!("feed_to_rows: {name}: {failure}"));
                is_whole = false;
            }
        }
    }
    run.progress.clear();
    let summary = run.summary();
    let Run { output, changes, is_partial, .. } = run;
    match output.finish() {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(error) => {
            tell(format_args!("feed_to_rows: {}", Failure::Output(error)));
            is_whole = false;
        }
    }
    if let Some(changes) = changes.filter(|_| is_whole)
        && let Err(error) = changes.save()
    {
        tell(format_args!("feed_to_rows: the state could not be written: {error}"));
        is_whole = false;
    }
    tell(format_args!("{summary}"));
    if is_whole && !is_partial { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

/// A line on the standard error. If nobody reads it, there is nobody to tell.
fn tell(line: std::fmt::Arguments<'_>) {
    _ = writeln!(io::stderr(), "{line}");
}

enum Failure {
    Input(stixkit::Error),
    Open(io::Error),
    Map(String),
    Output(io::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(error) => match std::error::Error::source(error) {
                Some(source) => write!(f, "{error}: {source}"),
                None => write!(f, "{error}"),
            },
            Self::Open(error) => write!(f, "it could not be opened: {error}"),
            Self::Map(error) => f.write_str(error),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
        }
    }
}

impl From<stixkit::Error> for Failure {
    fn from(error: stixkit::Error) -> Self {
        Self::Input(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The mapper, where the rows go, and what has been counted.
struct Run<'o> {
    options: &'o Options,
    mapper: Mapper,
    source: String,
    output: Output,
    /// Only changes are printed.
    changes: Option<Changes>,
    progress: Progress,
    start: Instant,
    counts: Counts,
    /// Of the items that were rejected, those of earlier inputs.
    rejected_before: u64,
    /// A feed may have what could not be read, so that nothing of it was deleted.
    is_partial: bool,
}

#[derive(Default)]
struct Counts {
    objects: u64,
    indicators: u64,
    rows: u64,
    rejected: u64,
    findings: u64,
    unmapped: u64,
    without_end: u64,
    bytes: u64,
}

impl<'o> Run<'o> {
    fn new(options: &'o Options) -> Result<Self, String> {
        let mapper = Mapper::new(options.now).with_split_mode(options.mode);
        let changes = options.state.as_ref().map(|path| Changes::open(path, options.is_full)).transpose()?;
        Ok(Self {
            options,
            output: Output::open(options, &mapper)?,
            mapper,
            source: String::new(),
            changes,
            progress: Progress::new(),
            start: Instant::now(),
            counts: Counts::default(),
            rejected_before: 0,
            is_partial: false,
        })
    }

    /// Prints what has changed since the last run because time went by.
    fn time(&mut self) -> io::Result<()> {
        match &mut self.changes {
            Some(changes) => self.output.changes(&changes.expire(self.options.now)),
            None => Ok(()),
        }
    }

    /// Names the feed in the rows that follow.
    fn begin(&mut self, name: &str) -> Result<(), Failure> {
        self.source = name.to_owned();
        self.mapper = self.mapper.clone().with_source(self.source.as_str());
        self.rejected_before = self.counts.rejected;
        self.changes.iter_mut().for_each(|changes| changes.begin(&self.source));
        Ok(self.output.begin(&self.source)?)
    }

    /// Prints what the input no longer has.
    fn end(&mut self) -> Result<(), Failure> {
        let Some(changes) = &mut self.changes else { return Ok(()) };
        match changes.end(&self.source, self.counts.rejected - self.rejected_before) {
            Ok(gone) => Ok(self.output.changes(&gone)?),
            Err(error) if error.kind() == ErrorKind::NotWhole => {
                self.progress.clear();
                tell(format_args!("feed_to_rows: {error}"));
                self.is_partial = true;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn file(&mut self, file: &OsString) -> Result<(), Failure> {
        let is_stdin = file == "-";
        self.begin(&self.options.source_of(file))?;
        if let Some(map) = &self.options.map {
            return if is_stdin {
                self.custom(map, io::stdin().lock())
            } else {
                self.custom(map, File::open(file).map_err(Failure::Open)?)
            };
        }
        if is_stdin {
            return self.read(Reader::from_reader(io::stdin().lock()));
        }
        if is_learning_due(Path::new(file)) {
            for item in Reader::open(file)? {
                if let Item::Object(accepted) = item? {
                    self.mapper.learn(&accepted.object);
                }
            }
        }
        self.read(Reader::open(file)?)
    }

    fn read<S: Source>(&mut self, mut reader: Reader<S>) -> Result<(), Failure> {
        let before = self.counts.bytes;
        while self.read_item(&mut reader)? {
            self.counts.bytes = before + reader.bytes_read();
            self.progress.show(self.counts.objects, self.counts.bytes);
        }
        self.counts.bytes = before + reader.bytes_read();
        self.findings(reader.findings(), &[]);
        Ok(())
    }

    /// Reads one item, and returns `false` at the end. Indicators are views, which takes less time,
    /// unless the sink has a column for the whole object.
    fn read_item<S: Source>(&mut self, reader: &mut Reader<S>) -> Result<bool, Failure> {
        let item = if has_whole_objects(self.options.sink) {
            reader.next().transpose()?.map(|item| match item {
                Item::Object(accepted) => ItemView::Object(accepted),
                Item::Rejected(rejected) => ItemView::Rejected(rejected),
            })
        } else {
            reader.next_view().transpose()?
        };
        match item {
            None => return Ok(false),
            Some(ItemView::Indicator(view)) => {
                self.findings(view.findings(), &view.check());
                self.view(&view)?;
            }
            Some(ItemView::Object(accepted)) => {
                self.findings(&accepted.findings, &accepted.object.check());
                self.object(&accepted.object, UnstatedTimes::default())?;
            }
            Some(ItemView::Rejected(rejected)) => {
                self.counts.rejected += 1;
                self.output.rejected(rejected.error.kind());
            }
        }
        Ok(true)
    }

    /// Findings of the reader, and those of a check.
    fn findings(&mut self, read: &[Finding], checked: &[Finding]) {
        self.counts.findings += (read.len() + checked.len()) as u64;
        self.output.findings(read.iter().chain(checked));
    }

    /// Reads a custom feed. Lines that say nothing are told one by one, as far as anybody will
    /// read.
    fn custom(&mut self, map: &OsString, input: impl Read) -> Result<(), Failure> {
        const TOLD: u64 = 20;
        let (map, input) = custom::map(map, input).map_err(Failure::Map)?;
        let before = self.counts.bytes;
        let source = self.source.clone();
        let mut reader = feed::FeedReader::new(map, input)?;
        while let Some(item) = reader.next() {
            match item? {
                feed::FeedItem::Entry(entry) => {
                    if let Some(provider) = entry.provider(self.options.now) {
                        self.mapper.learn(&Object::from(provider));
                    }
                    let related = entry.related(&source, self.options.now);
                    related.iter().for_each(|object| self.mapper.learn(object));
                    let indicator = entry.to_indicator(&source, self.options.now);
                    // To an API that takes objects, a vulnerability is one of its own.
                    let object = match indicator.filter(|_| self.options.sink != Sink::SentinelUpload) {
                        Some(indicator) => indicator.into(),
                        None => entry.to_object(&source, self.options.now),
                    };
                    self.counts.findings += entry.set_aside.len() as u64;
                    self.object(&object, entry.unstated_times())?;
                }
                feed::FeedItem::Bad(bad) => {
                    self.counts.rejected += 1;
                    self.output.rejected(bad.reason.code());
                    if self.counts.rejected <= TOLD {
                        self.progress.clear();
                        tell(format_args!("feed_to_rows: {source}: {bad}"));
                    }
                }
            }
            self.counts.bytes = before + reader.bytes_read();
            self.progress.show(self.counts.objects, self.counts.bytes);
        }
        self.counts.bytes = before + reader.bytes_read();
        let skipped = reader.counts().skipped;
        if skipped > 0 {
            tell(format_args!("feed_to_rows: {source}: {skipped} entries were skipped, as the map says"));
        }
        reader.notes().for_each(|note| tell(format_args!("feed_to_rows: {source}: {note}")));
        Ok(())
    }

    fn object(&mut self, object: &Object, unstated: UnstatedTimes) -> Result<(), Failure> {
        let Object::Indicator(indicator) = object else {
            self.counts.objects += 1;
            self.mapper.learn(object);
            let outcome = if self.options.sink == Sink::Core { self.mapper.map_observable(object) } else { None };
            self.counts.rows += outcome.as_ref().map_or(0, |outcome| outcome.rows.len() as u64);
            let written = match (&mut self.changes, &outcome) {
                (None, _) => self.output.object(&self.mapper, object),
                (Some(changes), Some(outcome)) => self.output.changes(&changes.apply(outcome, unstated).0),
                (Some(_), None) => Ok(()),
            };
            return written.map_err(Failure::Output);
        };
        let Self { options, mapper, output, changes, counts, .. } = self;
        let outcome = mapper.map(indicator);
        counts.add(&outcome, options);
        write(output, changes, &**indicator, &outcome, unstated)
    }

    fn view(&mut self, view: &IndicatorView<'_>) -> Result<(), Failure> {
        let Self { options, mapper, output, changes, counts, .. } = self;
        let outcome = mapper.map_view(view);
        counts.add(&outcome, options);
        write(output, changes, view, &outcome, UnstatedTimes::default())
    }

    /// By hand, so that the counts come in an order that reads well.
    fn summary(&self) -> String {
        let Counts { objects, indicators, rows, rejected, findings, unmapped, without_end, bytes } = &self.counts;
        let changes = self.changes.as_ref().map(|changes| format!(",\"changes\":{{{}}}", changes.summary()));
        let changes = changes.unwrap_or_default();
        let seconds = self.start.elapsed().as_secs_f64();
        format!(
            "{{\"objects\":{objects},\"indicators\":{indicators},\"rows\":{rows},\"rejected\":{rejected},\
             \"findings\":{findings},\"unmapped\":{unmapped},\"without_end\":{without_end},\"bytes\":{bytes},\"seconds\":{seconds:.6}{changes}}}"
        )
    }
}

/// Whether all of an indicator is in what a sink writes, so that it has to be an object.
fn has_whole_objects(sink: Sink) -> bool {
    matches!(sink, Sink::Sentinel | Sink::SentinelUpload)
}

/// Writes an indicator, or what has changed about it.
fn write(
    output: &mut Output,
    changes: &mut Option<Changes>,
    indicator: &impl Shown,
    outcome: &Outcome<'_>,
    unstated: UnstatedTimes,
) -> Result<(), Failure> {
    let written = match changes {
        None => output.indicator(indicator, outcome),
        Some(changes) => {
            let (changes, has_rows) = changes.apply(outcome, unstated);
            output.changed_indicator(indicator, outcome, &changes, has_rows)
        }
    };
    written.map_err(Failure::Output)
}

impl Counts {
    /// An indicator and its rows.
    fn add(&mut self, outcome: &Outcome<'_>, options: &Options) {
        self.objects += 1;
        self.indicators += 1;
        self.unmapped += u64::from(!outcome.has_observable());
        self.rows += outcome.rows.len() as u64;
        let has_default_end = options.has_default_end();
        let has_end = |row: &&Row<'_>| {
            row.validity.until.is_some() || (has_default_end && !row.doubts.contains(Doubt::ValidUntil))
        };
        self.without_end += outcome.rows.iter().filter(|row| !has_end(row)).count() as u64;
    }
}

/// Whether the file may have an identity or a marking behind its first indicator. It looks for the
/// words alone, which is many times faster than reading; a file that cannot be read is left to the
/// reader, which says so.
fn is_learning_due(path: &Path) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    // A pipe or a device gives its bytes once.
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    // A compressed file does not show its words.
    let mut magic = [0; 2];
    if cfg!(feature = "gzip") && file.read_exact(&mut magic).is_ok() && magic == [0x1f, 0x8b] {
        return true;
    }
    let indicator = memmem::Finder::new(b"\"indicator\"");
    let others = ["\"identity\"", "\"marking-definition\"", "\"relationship\""].map(memmem::Finder::new);
    // A word may lie on the border of two pieces, so the end of the last piece goes before the
    // next.
    const OVERLAP: usize = 32;
    let mut buffer = vec![0; 1 << 18];
    let (mut len, mut is_behind) = (0, false);
    loop {
        match file.read(&mut buffer[len..]) {
            Ok(0) | Err(_) => return false,
            Ok(read) => len += read,
        }
        let mut from = 0;
        if !is_behind && let Some(place) = indicator.find(&buffer[..len]) {
            (is_behind, from) = (true, place);
        }
        if is_behind && others.iter().any(|word| word.find(&buffer[from..len]).is_some()) {
            return true;
        }
        let kept = len.min(OVERLAP);
        buffer.copy_within(len - kept..len, 0);
        len = kept;
    }
}
