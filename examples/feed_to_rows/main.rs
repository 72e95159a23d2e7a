//! Reads feeds and prints their indicators as flat rows.
//!
//! ```text
//! feed_to_rows [--source NAME] [--now RFC3339] [--sink SINK] [--format FORMAT] [--output DIR] [--spreadsheet] [--mode MODE]
//!     [--valid-days N] [--map FILE] [--summary] [FILE|-]...
//! feed_to_rows --index-template
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
//! has `csv`, which writes one file for each lookup to the directory `--output`. Values in CSV are as
//! they are; `--spreadsheet` neutralises formulas. `--index-template` prints the index template for
//! `ecs` and does nothing else. `--mode` says what becomes of values that belong together:
//! `split`, `exact`, `primary`. `--valid-days` is how long an indicator without an end is valid in the
//! rows for `sentinel` and `sentinel-legacy`, because no detection rule of Microsoft Sentinel fires
//! without an end (default: 30 days; 0 leaves them without). `--map` names a field map: then the
//! files are custom feeds.
//! `--summary` shows charts of counts instead of rows: of rows, of indicators whose values are missing
//! or doubtful, of findings and of rejected items, with the reasons. `--help` (`-h`) and `--version`
//! tell about the program.
//!
//! The table is as wide as the terminal, or as `COLUMNS` says (80 if there is neither), and has a
//! line a row. Binary formats are not written to a terminal. MATCH says how the value may be used: `alone`, as a `part` of
//! several that belong together, the `main` one of these; or not at all, and then the pattern
//! stands in the value's place and the reason in the last column.
//!
//! The last line on the standard error is JSON: `objects`, `indicators`, `rows` (those of observables
//! included, if they are written), `rejected` items,
//! `findings` (of the reader, and what `Object::check` says of each object), `unmapped` indicators
//! (without a value in any row), rows `without_end`, `bytes` and `seconds`. Exits with 0, or with 2 when an input could
//! not be read to its end.
//!
//! With the feature `gzip`, files may be compressed.
//!
//! It streams: memory does not grow with the feed, except for the names that rows carry. Where
//! these come after indicators in a file, the file is read twice, first for them alone. The
//! standard input cannot be read twice: there, a provider that comes later is shown by its id.

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

use memchr::memmem;
use options::{Options, USAGE};
use output::Output;
use progress::Progress;
use sink::Sink;
use stixkit::Object;
use stixkit::feed;
use stixkit::reader::{Item, Reader, Source};
use stixkit::row::{Doubt, Mapper, Row};
use stixkit::sink::ecs;

const SAMPLE: &[u8] = include_bytes!("../../tests/fixtures/feed.json");

fn main() -> ExitCode {
    if help::is_answered("feed_to_rows", USAGE) {
        return ExitCode::SUCCESS;
    }
    let opened = Options::from_args(std::env::args_os().skip(1));
    let opened = opened.and_then(|options| Output::open(&options).map(|output| (options, output)));
    let (options, output) = match opened {
        Ok(opened) => opened,
        Err(message) => {
            tell(format_args!("feed_to_rows: {message}\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    if options.is_template {
        // Whoever reads the output has seen enough if this fails.
        _ = io::stdout().write_all(ecs::index_template(&ecs::Options::new()).as_bytes());
        return ExitCode::SUCCESS;
    }
    let mut run = Run::new(&options, output);
    let mut code = ExitCode::SUCCESS;
    let inputs = options.files.iter().map(Some).chain(options.files.is_empty().then_some(None));
    for input in inputs {
        let result = match input {
            Some(file) => run.file(file),
            None => run.begin("sample").and_then(|()| run.read(Reader::from_slice(SAMPLE))),
        };
        match result {
            Ok(()) => {}
            // Whoever reads the output has seen enough.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Err(failure) => {
                run.progress.clear();
                let name = input.map_or("the sample".into(), |file| file.to_string_lossy());
                tell(format_args!("feed_to_rows: {name}: {failure}"));
                code = ExitCode::from(2);
            }
        }
    }
    run.progress.clear();
    let summary = run.summary();
    match run.output.finish() {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(error) => {
            tell(format_args!("feed_to_rows: the output could not be written: {error}"));
            code = ExitCode::from(2);
        }
    }
    tell(format_args!("{summary}"));
    code
}

/// A line on the standard error. If nobody reads it, there is nobody to tell.
fn tell(line: std::fmt::Arguments<'_>) {
    _ = writeln!(io::stderr(), "{line}");
}

enum Failure {
    Input(stixkit::Error),
    Open(io::Error),
    Map(serde_json::Error),
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
            Self::Map(error) => write!(f, "the field map does not read: {error}"),
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
    progress: Progress,
    start: Instant,
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
    fn new(options: &'o Options, output: Output) -> Self {
        let mapper = Mapper::new(options.now).with_split_mode(options.mode);
        Self {
            options,
            mapper,
            source: String::new(),
            output,
            progress: Progress::new(),
            start: Instant::now(),
            objects: 0,
            indicators: 0,
            rows: 0,
            rejected: 0,
            findings: 0,
            unmapped: 0,
            without_end: 0,
            bytes: 0,
        }
    }

    /// Names the feed in the rows that follow.
    fn begin(&mut self, name: &str) -> Result<(), Failure> {
        self.source = self.options.source.as_deref().unwrap_or(name).to_owned();
        self.mapper = self.mapper.clone().with_source(self.source.as_str());
        Ok(self.output.begin(&self.source)?)
    }

    fn file(&mut self, file: &OsString) -> Result<(), Failure> {
        let is_stdin = file == "-";
        let name =
            if is_stdin { "stdin".into() } else { Path::new(file).file_stem().unwrap_or(file).to_string_lossy() };
        self.begin(&name)?;
        if let Some(map) = &self.options.map {
            let text = std::fs::read_to_string(map).map_err(Failure::Open)?;
            let map = serde_json::from_str(&text).map_err(Failure::Map)?;
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
        let before = self.bytes;
        while let Some(item) = reader.next() {
            match item? {
                Item::Object(accepted) => {
                    let checked = accepted.object.check();
                    self.findings += (accepted.findings.len() + checked.len()) as u64;
                    self.output.findings(accepted.findings.iter().chain(&checked));
                    self.object(&accepted.object)?;
                }
                Item::Rejected(rejected) => {
                    self.rejected += 1;
                    self.output.rejected(rejected.error.kind());
                }
            }
            self.bytes = before + reader.bytes_read();
            self.progress.show(self.objects, self.bytes);
        }
        self.bytes = before + reader.bytes_read();
        self.findings += reader.findings().len() as u64;
        self.output.findings(reader.findings());
        Ok(())
    }

    /// Reads a custom feed. Lines that say nothing are told one by one, as far as anybody will
    /// read.
    fn custom(&mut self, map: feed::FieldMap, input: impl Read) -> Result<(), Failure> {
        const TOLD: u64 = 20;
        let before = self.bytes;
        let source = self.source.clone();
        let mut reader = feed::FeedReader::new(map, input)?;
        while let Some(item) = reader.next() {
            match item? {
                feed::FeedItem::Entry(entry) => {
                    if let Some(provider) = entry.provider(self.options.now) {
                        self.mapper.learn(&Object::from(provider));
                    }
                    self.object(&entry.to_object(&source, self.options.now))?;
                }
                feed::FeedItem::Bad(bad) => {
                    self.rejected += 1;
                    self.output.rejected(bad.reason.code());
                    if self.rejected <= TOLD {
                        self.progress.clear();
                        tell(format_args!("feed_to_rows: {source}: {bad}"));
                    }
                }
            }
            self.bytes = before + reader.bytes_read();
            self.progress.show(self.objects, self.bytes);
        }
        self.bytes = before + reader.bytes_read();
        Ok(())
    }

    fn object(&mut self, object: &Object) -> Result<(), Failure> {
        self.objects += 1;
        let Object::Indicator(indicator) = object else {
            self.mapper.learn(object);
            if self.options.sink == Sink::Core {
                self.rows += self.mapper.map_observable(object).map_or(0, |outcome| outcome.rows.len() as u64);
            }
            return Ok(self.output.object(&self.mapper, object)?);
        };
        let outcome = self.mapper.map(indicator);
        self.indicators += 1;
        self.unmapped += u64::from(!outcome.has_observable());
        self.rows += outcome.rows.len() as u64;
        let has_default_end = self.options.has_default_end();
        let has_end = |row: &&Row<'_>| {
            row.validity.until.is_some() || (has_default_end && !row.doubts.contains(Doubt::ValidUntil))
        };
        self.without_end += outcome.rows.iter().filter(|row| !has_end(row)).count() as u64;
        Ok(self.output.indicator(indicator, &outcome)?)
    }

    /// By hand, so that the counts come in an order that reads well.
    fn summary(&self) -> String {
        let Self { objects, indicators, rows, rejected, findings, unmapped, without_end, bytes, .. } = self;
        let seconds = self.start.elapsed().as_secs_f64();
        format!(
            "{{\"objects\":{objects},\"indicators\":{indicators},\"rows\":{rows},\"rejected\":{rejected},\
             \"findings\":{findings},\"unmapped\":{unmapped},\"without_end\":{without_end},\"bytes\":{bytes},\"seconds\":{seconds:.6}}}"
        )
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
