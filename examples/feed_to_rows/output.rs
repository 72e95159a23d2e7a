//! Where the rows go: a sink in a format.

#[cfg(feature = "csv")]
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};

use serde::Serialize;
use stixkit::object::Indicator;
use stixkit::row::{Mapper, Outcome, Row};
use stixkit::sink::ecs;
use stixkit::sink::sentinel::{ThreatIntelIndicators, ThreatIntelObjects, ThreatIntelligenceIndicator};
#[cfg(feature = "csv")]
use stixkit::sink::splunk;
#[cfg(feature = "arrow")]
use stixkit::table::arrow::StreamWriter;
#[cfg(feature = "csv")]
use stixkit::table::csv::CsvWriter;
#[cfg(feature = "parquet")]
use stixkit::table::parquet::ParquetWriter;
use stixkit::table::{JsonLine, Record};
use stixkit::{Finding, Object};

use crate::options::{Format, Options};
#[cfg(feature = "csv")]
use crate::sink::labelled;
use crate::sink::{Emit, Rows, Sink};
use crate::summary::Summary;
use crate::table::Table;

type Out = BufWriter<io::Stdout>;

/// A sink in a format.
pub(crate) struct Output {
    rows: Rows,
    writer: Writer,
}

#[allow(clippy::large_enum_variant, reason = "there is one")]
enum Writer {
    Table(Out, Table),
    Summary(Out, Summary),
    Jsonl(Out),
    Bulk(Out),
    #[cfg(feature = "csv")]
    Csv(CsvWriter<Out>),
    /// Splunk's lookups.
    #[cfg(feature = "csv")]
    Lookups(splunk::LookupFiles<BufWriter<File>>),
    #[cfg(feature = "arrow")]
    Arrow(StreamWriter<Out>),
    #[cfg(feature = "parquet")]
    Parquet(ParquetWriter<Out>),
}

impl Output {
    pub(crate) fn open(options: &Options) -> Result<Self, String> {
        let is_binary = matches!(options.format, Format::Arrow | Format::Parquet) && !options.is_summary;
        if is_binary && io::stdout().is_terminal() {
            return Err("this format is binary and the output is a terminal: redirect it to a file".into());
        }
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        let writer = match options.sink {
            _ if options.is_summary => Writer::Summary(out, Summary::default()),
            Sink::Core => Writer::open::<Row<'_>>(options, out)?,
            Sink::Sentinel => Writer::open::<ThreatIntelIndicators<'_>>(options, out)?,
            Sink::SentinelObjects => Writer::open::<ThreatIntelObjects<'_>>(options, out)?,
            Sink::SentinelLegacy => Writer::open::<ThreatIntelligenceIndicator<'_>>(options, out)?,
            Sink::SentinelUpload | Sink::Ecs | Sink::Ocsf | Sink::Splunk if options.format == Format::Jsonl => {
                Writer::Jsonl(out)
            }
            Sink::Ecs if options.format == Format::Bulk => Writer::Bulk(out),
            Sink::Splunk if options.format == Format::Csv => Writer::lookups(options)?,
            _ => return Err("these are documents of several forms: --format jsonl".into()),
        };
        Ok(Self { rows: Rows::new(options.sink, options.now, options.valid_days), writer })
    }

    /// What follows comes from another feed.
    pub(crate) fn begin(&mut self, source: &str) -> io::Result<()> {
        self.send()?;
        self.rows.begin(source);
        Ok(())
    }

    /// An indicator and its rows.
    pub(crate) fn indicator(&mut self, indicator: &Indicator, outcome: &Outcome<'_>) -> io::Result<()> {
        if let Writer::Summary(_, summary) = &mut self.writer {
            summary.indicator(outcome);
            return Ok(());
        }
        self.rows.indicator(indicator, outcome, &mut self.writer)
    }

    /// An object that is no indicator, and the rows of an observable.
    pub(crate) fn object(&mut self, mapper: &Mapper, object: &Object) -> io::Result<()> {
        self.rows.object(mapper, object, &mut self.writer)
    }

    /// Findings, by the names of their kinds.
    pub(crate) fn findings<'f>(&mut self, findings: impl IntoIterator<Item = &'f Finding>) {
        if let Writer::Summary(_, summary) = &mut self.writer {
            findings.into_iter().for_each(|finding| summary.finding(&format!("{:?}", finding.kind)));
        }
    }

    /// An item that could not be read, and why.
    pub(crate) fn rejected(&mut self, reason: impl std::fmt::Display) {
        if let Writer::Summary(_, summary) = &mut self.writer {
            summary.rejected(&reason.to_string());
        }
    }

    fn send(&mut self) -> io::Result<()> {
        self.rows.send(&mut self.writer)
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.send()?;
        match self.writer {
            Writer::Table(mut out, _) | Writer::Jsonl(mut out) | Writer::Bulk(mut out) => out.flush(),
            Writer::Summary(mut out, summary) => {
                summary.write(&mut out)?;
                out.flush()
            }
            #[cfg(feature = "csv")]
            Writer::Csv(writer) => writer.finish().map_err(failed)?.flush(),
            #[cfg(feature = "csv")]
            Writer::Lookups(files) => {
                files.finish().map_err(failed)?.into_iter().try_for_each(|(_, mut file)| file.flush())
            }
            #[cfg(feature = "arrow")]
            Writer::Arrow(writer) => writer.finish().map_err(failed)?.flush(),
            #[cfg(feature = "parquet")]
            Writer::Parquet(writer) => writer.finish().map_err(failed)?.flush(),
        }
    }
}

impl Writer {
    fn open<R: Record>(options: &Options, out: Out) -> Result<Self, String> {
        match options.format {
            Format::Table => Ok(Self::Table(out, Table::new())),
            Format::Jsonl => Ok(Self::Jsonl(out)),
            // Only documents have this form: see `Options`.
            Format::Bulk => Ok(Self::Bulk(out)),
            #[cfg(feature = "csv")]
            Format::Csv => Ok(Self::Csv(CsvWriter::new::<R>(out).with_neutralized_formulas(options.is_spreadsheet))),
            #[cfg(feature = "arrow")]
            Format::Arrow => StreamWriter::new::<R>(out).map(Self::Arrow).map_err(|error| error.to_string()),
            #[cfg(feature = "parquet")]
            Format::Parquet => ParquetWriter::new::<R>(out).map(Self::Parquet).map_err(|error| error.to_string()),
            #[cfg(not(feature = "csv"))]
            Format::Csv => needs("csv", R::TABLE),
            #[cfg(not(feature = "arrow"))]
            Format::Arrow => needs("arrow", R::TABLE),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => needs("parquet", R::TABLE),
        }
    }
}

impl Writer {
    #[cfg(feature = "csv")]
    fn lookups(options: &Options) -> Result<Self, String> {
        let directory = options.output.as_deref().ok_or("there is no --output")?;
        let told = |error: &dyn std::error::Error| format!("{}: {error}", directory.display());
        std::fs::create_dir_all(directory).map_err(|error| told(&error))?;
        let open = |own: splunk::Collection| File::create(directory.join(own.file_name())).map(BufWriter::new);
        let files = splunk::LookupFiles::new(open).map_err(|error| told(&error))?;
        Ok(Self::Lookups(files.with_neutralized_formulas(options.is_spreadsheet)))
    }

    #[cfg(not(feature = "csv"))]
    fn lookups(_: &Options) -> Result<Self, String> {
        needs("csv", "splunk")
    }
}

/// An error of a table's writer, with the kind of the I/O error that is at the bottom of it.
#[cfg(any(feature = "csv", feature = "arrow", feature = "parquet"))]
fn failed(error: stixkit::Error) -> io::Error {
    let mut kind = io::ErrorKind::Other;
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(current) = cause {
        kind = current.downcast_ref().map_or(kind, io::Error::kind);
        cause = current.source();
    }
    io::Error::new(kind, error)
}

impl Emit for Writer {
    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        match self {
            Self::Table(out, table) => table.write(row, out),
            Self::Summary(_, summary) => {
                summary.row(row);
                Ok(())
            }
            writer => writer.record(row),
        }
    }

    fn record<R: Record>(&mut self, record: &R) -> io::Result<()> {
        match self {
            #[cfg(feature = "csv")]
            Self::Csv(writer) => writer.write(record).map_err(failed),
            #[cfg(feature = "arrow")]
            Self::Arrow(writer) => writer.write(record).map_err(failed),
            #[cfg(feature = "parquet")]
            Self::Parquet(writer) => writer.write(record).map_err(failed),
            _ => self.document(&JsonLine(record)),
        }
    }

    fn document(&mut self, document: &impl Serialize) -> io::Result<()> {
        if let Self::Jsonl(out) = self {
            serde_json::to_writer(&mut *out, document)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn elastic(&mut self, document: &ecs::Document<'_>) -> io::Result<()> {
        match self {
            Self::Bulk(out) => document.write_bulk(out),
            writer => writer.document(document),
        }
    }

    #[cfg(feature = "csv")]
    fn lookup(&mut self, lookup: &splunk::Lookup<'_>) -> io::Result<()> {
        match self {
            Self::Lookups(files) => files.write(lookup).map_err(failed),
            writer => writer.document(&labelled(lookup)?),
        }
    }
}

#[cfg(not(all(feature = "csv", feature = "arrow", feature = "parquet")))]
fn needs<T>(feature: &str, table: &str) -> Result<T, String> {
    Err(format!("{table} as {feature} needs the feature: cargo run --features {feature} …"))
}
