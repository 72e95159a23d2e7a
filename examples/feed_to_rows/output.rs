//! Where the rows go: a sink in a format.

use std::io::{self, BufWriter, IsTerminal, Write};

use serde::Serialize;
use stixkit::object::Indicator;
use stixkit::row::{Mapper, Outcome, Row};
use stixkit::sink::sentinel::{ThreatIntelIndicators, ThreatIntelObjects, ThreatIntelligenceIndicator};
#[cfg(feature = "arrow")]
use stixkit::table::arrow::StreamWriter;
#[cfg(feature = "csv")]
use stixkit::table::csv::CsvWriter;
#[cfg(feature = "parquet")]
use stixkit::table::parquet::ParquetWriter;
use stixkit::table::{JsonLine, Record};
use stixkit::{Finding, Object};

use crate::options::{Format, Options};
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
    #[cfg(feature = "csv")]
    Csv(CsvWriter<Out>),
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
            Sink::Core => Writer::open::<Row<'_>>(options.format, out)?,
            Sink::Sentinel => Writer::open::<ThreatIntelIndicators<'_>>(options.format, out)?,
            Sink::SentinelObjects => Writer::open::<ThreatIntelObjects<'_>>(options.format, out)?,
            Sink::SentinelLegacy => Writer::open::<ThreatIntelligenceIndicator<'_>>(options.format, out)?,
            Sink::SentinelUpload | Sink::Ecs | Sink::Ocsf | Sink::Splunk if options.format == Format::Jsonl => {
                Writer::Jsonl(out)
            }
            _ => return Err("these are documents of several forms: --format jsonl".into()),
        };
        Ok(Self { rows: Rows::new(options.sink, options.now), writer })
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
            Writer::Table(mut out, _) | Writer::Jsonl(mut out) => out.flush(),
            Writer::Summary(mut out, summary) => {
                summary.write(&mut out)?;
                out.flush()
            }
            #[cfg(feature = "csv")]
            Writer::Csv(writer) => writer.finish().map_err(failed)?.flush(),
            #[cfg(feature = "arrow")]
            Writer::Arrow(writer) => writer.finish().map_err(failed)?.flush(),
            #[cfg(feature = "parquet")]
            Writer::Parquet(writer) => writer.finish().map_err(failed)?.flush(),
        }
    }
}

impl Writer {
    fn open<R: Record>(format: Format, out: Out) -> Result<Self, String> {
        match format {
            Format::Table => Ok(Self::Table(out, Table::new())),
            Format::Jsonl => Ok(Self::Jsonl(out)),
            #[cfg(feature = "csv")]
            Format::Csv => Ok(Self::Csv(CsvWriter::new::<R>(out).with_neutralized_formulas(true))),
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
}

#[cfg(not(all(feature = "csv", feature = "arrow", feature = "parquet")))]
fn needs<T>(feature: &str, table: &str) -> Result<T, String> {
    Err(format!("{table} as {feature} needs the feature: cargo run --features {feature} …"))
}
