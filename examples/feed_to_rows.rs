//! Reads STIX feeds and prints their indicators as flat rows.
//!
//! ```text
//! feed_to_rows [--source NAME] [--now RFC3339] [--format table|jsonl] [FILE|-]...
//! ```
//!
//! Without a file it shows a small sample feed with every form that indicators come in. `-` is the standard input.
//! `--source` names the feed in the rows (default: the file's name without its ending), `--now` is the instant that
//! decides what is active, pending and expired (default: the system's time).
//!
//! The table has a line a row. MATCH says how the value may be used: `alone`, as a `part` of several that belong
//! together, the `main` one of these; or not at all, and then the pattern stands in the value's place and the reason in
//! the last column. With `--format jsonl` the rows come whole, one JSON object a line.
//!
//! The last line on the standard error is JSON: `objects`, `indicators`, `rows`, `rejected` items, `findings` (of the
//! reader, and what `Object::check` says of each object), `unmapped` indicators (without a value in any row), `bytes`
//! and `seconds`. Exits with 0, or with 2 when an input could not be read to its end.
//!
//! It streams: memory does not grow with the feed, except for the names of identities and the levels of markings. Where
//! these come after indicators in a file, the file is read twice, first for them alone. The standard input cannot be
//! read twice: there, a provider that comes later is shown by its id.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use memchr::memmem;
use stixkit::reader::{Item, Reader, Source};
use stixkit::row::{Mapper, Row};
use stixkit::{Object, Timestamp};

const USAGE: &str = "usage: feed_to_rows [--source NAME] [--now RFC3339] [--format table|jsonl] [FILE|-]...";

const SAMPLE: &[u8] = include_bytes!("../tests/fixtures/feed.json");

fn main() -> ExitCode {
    let options = match Options::from_args(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("feed_to_rows: {message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let mut run = Run::new(&options);
    let mut code = ExitCode::SUCCESS;
    let inputs = options.files.iter().map(Some).chain(options.files.is_empty().then_some(None));
    for input in inputs {
        let result = match input {
            Some(file) => run.file(file),
            None => run.read(Reader::from_slice(SAMPLE)),
        };
        match result {
            Ok(()) => {}
            // Whoever reads the output has seen enough.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Err(failure) => {
                run.progress.clear();
                let name = input.map_or("the sample".into(), |file| file.to_string_lossy());
                eprintln!("feed_to_rows: {name}: {failure}");
                code = ExitCode::from(2);
            }
        }
    }
    match run.out.flush() {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("feed_to_rows: the output could not be written: {error}");
            code = ExitCode::from(2);
        }
    }
    run.progress.clear();
    eprintln!("{}", run.summary());
    code
}

struct Options {
    source: Option<String>,
    now: DateTime<Utc>,
    is_table: bool,
    files: Vec<OsString>,
}

impl Options {
    fn from_args(mut args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let now = DateTime::from(SystemTime::now());
        let mut options = Self { source: None, now, is_table: true, files: Vec::new() };
        while let Some(arg) = args.next() {
            let mut value = || args.next().and_then(|value| value.into_string().ok()).ok_or("an option has no value");
            match arg.to_str() {
                Some("--source") => options.source = Some(value()?),
                Some("--now") => {
                    let now = Timestamp::parse(&value()?).map_err(|error| format!("--now: {error}"))?;
                    options.now = now.instant();
                }
                Some("--format") => {
                    options.is_table = match value()?.as_str() {
                        "table" => true,
                        "jsonl" => false,
                        other => return Err(format!("--format is table or jsonl, not {other}")),
                    };
                }
                Some(option) if option.starts_with("--") => return Err(format!("there is no option {option}")),
                _ => options.files.push(arg),
            }
        }
        Ok(options)
    }
}

enum Failure {
    Input(stixkit::Error),
    Output(io::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(error) => match std::error::Error::source(error) {
                Some(source) => write!(f, "{error}: {source}"),
                None => write!(f, "{error}"),
            },
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
    out: BufWriter<io::StdoutLock<'static>>,
    table: Option<Table>,
    progress: Progress,
    start: Instant,
    objects: u64,
    indicators: u64,
    rows: u64,
    rejected: u64,
    findings: u64,
    unmapped: u64,
    bytes: u64,
}

impl<'o> Run<'o> {
    fn new(options: &'o Options) -> Self {
        let mapper = Mapper::new(options.now).source(options.source.as_deref().unwrap_or("sample"));
        Self {
            options,
            mapper,
            out: BufWriter::with_capacity(1 << 16, io::stdout().lock()),
            table: options.is_table.then(Table::new),
            progress: Progress::new(),
            start: Instant::now(),
            objects: 0,
            indicators: 0,
            rows: 0,
            rejected: 0,
            findings: 0,
            unmapped: 0,
            bytes: 0,
        }
    }

    fn file(&mut self, file: &OsString) -> Result<(), Failure> {
        let is_stdin = file == "-";
        if self.options.source.is_none() {
            let name =
                if is_stdin { "stdin".into() } else { Path::new(file).file_stem().unwrap_or(file).to_string_lossy() };
            self.mapper = self.mapper.clone().source(name);
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
                    self.findings += (accepted.findings.len() + accepted.object.check().len()) as u64;
                    self.object(&accepted.object)?;
                }
                Item::Rejected(_) => self.rejected += 1,
            }
            self.bytes = before + reader.bytes_read();
            self.progress.show(self.objects, self.bytes);
        }
        self.bytes = before + reader.bytes_read();
        self.findings += reader.findings().len() as u64;
        Ok(())
    }

    fn object(&mut self, object: &Object) -> Result<(), Failure> {
        self.objects += 1;
        let Object::Indicator(indicator) = object else {
            self.mapper.learn(object);
            return Ok(());
        };
        let outcome = self.mapper.map(indicator);
        self.indicators += 1;
        self.unmapped += u64::from(!outcome.has_observable());
        self.rows += outcome.rows.len() as u64;
        for row in &outcome.rows {
            match &mut self.table {
                Some(table) => table.write(row, &mut self.out)?,
                None => {
                    serde_json::to_writer(&mut self.out, row).map_err(io::Error::from)?;
                    self.out.write_all(b"\n")?;
                }
            }
        }
        Ok(())
    }

    /// By hand, so that the counts come in an order that reads well.
    fn summary(&self) -> String {
        let Self { objects, indicators, rows, rejected, findings, unmapped, bytes, .. } = self;
        let seconds = self.start.elapsed().as_secs_f64();
        format!(
            "{{\"objects\":{objects},\"indicators\":{indicators},\"rows\":{rows},\"rejected\":{rejected},\
             \"findings\":{findings},\"unmapped\":{unmapped},\"bytes\":{bytes},\"seconds\":{seconds:.6}}}"
        )
    }
}

/// Whether the file may have an identity or a marking behind its first indicator. It looks for the words alone, which
/// is many times faster than reading; a file that cannot be read is left to the reader, which says so.
fn is_learning_due(path: &Path) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    // A pipe or a device gives its bytes once.
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    let indicator = memmem::Finder::new(b"\"indicator\"");
    let others = [memmem::Finder::new(b"\"identity\""), memmem::Finder::new(b"\"marking-definition\"")];
    // A word may lie on the border of two pieces, so the end of the last piece goes before the next.
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

/// Tells how far it is, on a terminal, when it takes long.
struct Progress {
    is_shown: bool,
    next: Option<Instant>,
}

impl Progress {
    const EVERY: Duration = Duration::from_millis(500);

    fn new() -> Self {
        // A table on the same terminal moves by itself.
        let is_wanted = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Self { is_shown: false, next: is_wanted.then(|| Instant::now() + Self::EVERY) }
    }

    fn show(&mut self, objects: u64, bytes: u64) {
        if objects.is_multiple_of(1024)
            && let Some(next) = self.next
            && Instant::now() >= next
        {
            eprint!("\r{objects} objects, {} MB", bytes / 1_000_000);
            self.is_shown = true;
            self.next = Some(Instant::now() + Self::EVERY);
        }
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            eprint!("\r\x1b[K");
        }
    }
}

/// The table: columns of fixed widths, so that it can be written before it is all known.
struct Table {
    value: usize,
    note: usize,
    has_header: bool,
}

impl Table {
    /// The columns before the value, with the blanks behind them.
    const FIXED: usize = 8 + 13 + 5 + 9 + 7;

    fn new() -> Self {
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100_usize);
        let rest = width.saturating_sub(Self::FIXED + 2).max(20);
        let note = rest * 3 / 7;
        Self { value: rest - note, note, has_header: false }
    }

    fn write(&mut self, row: &Row<'_>, out: &mut impl Write) -> io::Result<()> {
        if !std::mem::replace(&mut self.has_header, true) {
            self.line(["STATE", "TLP", "CONF", "KIND", "MATCH", "VALUE", "NAME, OR WHAT IS MISSING"], out)?;
        }
        let name = row.name.as_deref().unwrap_or("-");
        let note = match (&row.reason, &row.observable) {
            (Some(reason), _) => reason.to_string(),
            (None, Some(observable)) if !observable.well_formed => format!("odd form: {name}"),
            (None, _) => name.to_owned(),
        };
        let confidence = row.confidence.map_or("-".to_owned(), |confidence| confidence.to_string());
        let kind = row.observable.as_ref().map_or("-", |observable| observable.kind.as_str());
        let usage = match (&row.observable, row.standalone, row.primary) {
            (None, ..) => "-",
            (_, true, _) => "alone",
            (_, false, true) => "main",
            (_, false, false) => "part",
        };
        self.line(
            [
                row.state.as_str(),
                row.tlp.map_or("-", |tlp| tlp.as_str()),
                &confidence,
                kind,
                usage,
                row.observable.as_ref().map_or(&row.pattern, |observable| &observable.norm),
                &note,
            ],
            out,
        )
    }

    fn line(
        &self,
        [state, tlp, confidence, kind, usage, value, note]: [&str; 7],
        out: &mut impl Write,
    ) -> io::Result<()> {
        let (kind, value, note) = (fitted(kind, 8), fitted(value, self.value), fitted(note, self.note));
        let width = self.value;
        writeln!(out, "{state:<8}{tlp:<13}{confidence:>4} {kind:<9}{usage:<7}{value:<width$}  {note}")
    }
}

/// The text cut to a number of characters, and without those that would upset the terminal.
fn fitted(text: &str, width: usize) -> String {
    // The latter turn the direction of the line.
    let upsets = |character: char| {
        character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let visible = |character| if upsets(character) { ' ' } else { character };
    let mut shown: String = text.chars().take(width + 1).map(visible).collect();
    if let Some((last, _)) = shown.char_indices().nth(width) {
        // One more is in than fits: that and the one before make room for the ellipsis.
        let end = shown[..last].char_indices().next_back().map_or(0, |(place, _)| place);
        shown.truncate(end);
        shown.push('…');
    }
    shown
}
