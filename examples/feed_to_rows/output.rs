//! Where the rows go: a sink in a format.

#[cfg(feature = "csv")]
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};

use serde::Serialize;
use stixkit::feed::write::{self, ListCounts, ListFormat, ListWriter};
use stixkit::row::{Action, EndedRow, Mapper, Outcome, Row, RowChange};
use stixkit::sink::ecs;
use stixkit::sink::sentinel::{ThreatIntelIndicators, ThreatIntelObjects, ThreatIntelligenceIndicator};
#[cfg(feature = "csv")]
use stixkit::sink::splunk;
#[cfg(feature = "arrow")]
use stixkit::table::arrow::StreamWriter;
#[cfg(feature = "csv")]
use stixkit::table::csv::CsvWriter;
#[cfg(feature = "parquet")]
use stixkit::table::parquet::{ParquetWriter, properties, sorted_properties};
use stixkit::table::{JsonLine, Record};
use stixkit::{Finding, Identifier, Object};

use crate::options::{Format, Options, Task};
#[cfg(feature = "csv")]
use crate::sink::labelled;
use crate::sink::{Emit, Rows, Shown, Sink};
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
    List(ListWriter<Out>),
    /// With the line in the making.
    Jsonl(Out, Vec<u8>),
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
    pub(crate) fn open(options: &Options, mapper: &Mapper) -> Result<Self, String> {
        let is_summary = options.task == Task::Summary;
        let is_binary = matches!(options.format, Format::Arrow | Format::Parquet) && !is_summary;
        if is_binary && io::stdout().is_terminal() {
            return Err("this format is binary and the output is a terminal: redirect it to a file".into());
        }
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        let writer = match options.sink {
            _ if is_summary => Writer::Summary(out, Summary::default()),
            Sink::Core if options.list.is_some() => Writer::list(options, out)?,
            Sink::Core => Writer::open::<Row<'_>>(options, mapper, out)?,
            Sink::Sentinel => Writer::open::<ThreatIntelIndicators<'_>>(options, mapper, out)?,
            Sink::SentinelObjects => Writer::open::<ThreatIntelObjects<'_>>(options, mapper, out)?,
            Sink::SentinelLegacy => Writer::open::<ThreatIntelligenceIndicator<'_>>(options, mapper, out)?,
            Sink::SentinelUpload | Sink::Ecs | Sink::Ocsf | Sink::Splunk if options.format == Format::Jsonl => {
                Writer::Jsonl(out, Vec::new())
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
    pub(crate) fn indicator(&mut self, indicator: &impl Shown, outcome: &Outcome<'_>) -> io::Result<()> {
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

    /// An indicator of which only changes are written; if it `has_rows`, its rows are written anew by
    /// sinks that have no changes of single rows.
    pub(crate) fn changed_indicator(
        &mut self,
        indicator: &impl Shown,
        outcome: &Outcome<'_>,
        changes: &[RowChange<'_>],
        has_rows: bool,
    ) -> io::Result<()> {
        self.ended(changes, Some(outcome))?;
        if has_rows && self.rows.sink != Sink::Core {
            self.rows.indicator(indicator, outcome, &mut self.writer)?;
        }
        Ok(())
    }

    /// Changes that come without an indicator.
    pub(crate) fn changes(&mut self, changes: &[RowChange<'_>]) -> io::Result<()> {
        self.ended(changes, None)
    }

    /// All changes of core rows; in other sinks those that end rows. `current` is the newest version of
    /// the indicator, if there is one.
    fn ended(&mut self, changes: &[RowChange<'_>], current: Option<&Outcome<'_>>) -> io::Result<()> {
        // A pending row that becomes active is written with its indicator.
        let ended: Vec<EndedRow<'_>> = changes
            .iter()
            .filter(|change| change.action != Action::Activate)
            .filter_map(|change| change.kept.clone())
            .collect();
        let (sentinel, writer) = (&self.rows.sentinel, &mut self.writer);
        match self.rows.sink {
            Sink::Core => changes.iter().try_for_each(|change| writer.document(&Change::new(change))),
            Sink::Sentinel => {
                ThreatIntelIndicators::ended(&ended, current, sentinel).iter().try_for_each(|row| writer.record(row))
            }
            Sink::SentinelLegacy => {
                let ended = ThreatIntelligenceIndicator::ended(&ended, current, sentinel);
                ended.iter().try_for_each(|row| writer.record(row))
            }
            Sink::Ecs => changes.iter().filter(|change| is_gone(change)).try_for_each(|change| match writer {
                Writer::Bulk(out) => ecs::write_bulk_delete(change.key, out),
                _ => Ok(()),
            }),
            _ => Ok(()),
        }
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
            Writer::Table(mut out, _) | Writer::Jsonl(mut out, _) | Writer::Bulk(mut out) => out.flush(),
            Writer::Summary(mut out, summary) => {
                summary.write(&mut out)?;
                out.flush()
            }
            Writer::List(writer) => {
                let (_, counts) = writer.finish().map_err(failed)?;
                let ListCounts {
                    written,
                    repeated,
                    not_standalone,
                    not_active,
                    too_strict,
                    not_writable,
                    other_type,
                    ..
                } = counts;
                // If nobody reads it, there is nobody to tell.
                _ = writeln!(
                    io::stderr(),
                    "feed_to_rows: {written} values; left out: {not_standalone} not to be matched alone, {not_active} not \
                     active, {too_strict} with a stricter TLP, {other_type} of another type, {not_writable} not writable, \
                     {repeated} repeated"
                );
                Ok(())
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
    fn list(options: &Options, out: Out) -> Result<Self, String> {
        let format = options.list.unwrap_or(ListFormat::Plain);
        let own = write::Options::new(options.now, options.tlp).with_name(options.sources().join(", "));
        ListWriter::new(format, own, out).map(Self::List).map_err(|error| error.to_string())
    }

    #[cfg_attr(not(feature = "parquet"), expect(unused_variables, reason = "only Parquet files have metadata"))]
    fn open<R: Record>(options: &Options, mapper: &Mapper, out: Out) -> Result<Self, String> {
        match options.format {
            Format::Table => Ok(Self::Table(out, Table::new())),
            Format::Jsonl => Ok(Self::Jsonl(out, Vec::new())),
            // Only documents have this form: see `Options`.
            Format::Bulk => Ok(Self::Bulk(out)),
            #[cfg(feature = "csv")]
            Format::Csv => Ok(Self::Csv(CsvWriter::new::<R>(out).with_neutralized_formulas(options.is_spreadsheet))),
            #[cfg(feature = "arrow")]
            Format::Arrow => StreamWriter::new::<R>(out).map(Self::Arrow).map_err(|error| error.to_string()),
            #[cfg(feature = "parquet")]
            Format::Parquet => {
                let properties = if options.is_sorted { sorted_properties::<R>() } else { properties::<R>() };
                let writer = ParquetWriter::with_properties::<R>(out, properties.build());
                let writer = writer.map_err(|error| error.to_string())?;
                Ok(Self::Parquet(writer.with_metadata(metadata(options, mapper))))
            }
            #[cfg(not(feature = "csv"))]
            Format::Csv => needs("csv", R::TABLE),
            #[cfg(not(feature = "arrow"))]
            Format::Arrow => needs("arrow", R::TABLE),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => needs("parquet", R::TABLE),
        }
    }
}

/// Whether the row has no successor: it is no more, or time alone has ended it.
fn is_gone(change: &RowChange<'_>) -> bool {
    matches!(change.action, Action::Delete | Action::Expire) && change.row.is_none()
}

/// A change as a line of JSON.
#[derive(Serialize)]
struct Change<'c> {
    action: &'static str,
    row_id: String,
    source: &'c str,
    stix_id: &'c Identifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<&'c Row<'c>>,
}

impl<'c> Change<'c> {
    fn new(change: &'c RowChange<'c>) -> Self {
        let RowChange { action, key, source, stix_id, row, .. } = change;
        Self { action: action.as_str(), row_id: key.to_string(), source, stix_id, row: row.as_ref() }
    }
}

/// What a file states about its rows: their instant, and the feed if there is one for all of them.
#[cfg(feature = "parquet")]
fn metadata(options: &Options, mapper: &Mapper) -> Vec<(&'static str, String)> {
    match &options.sources()[..] {
        [only] => mapper.clone().with_source(only).metadata().to_vec(),
        _ => mapper.metadata().into_iter().filter(|(key, _)| *key != "stixkit.source").collect(),
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
            Self::List(writer) => writer.write(row).map_err(failed),
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
            Self::Jsonl(out, line) => {
                line.clear();
                JsonLine(record).append_to(line);
                line.push(b'\n');
                out.write_all(line)
            }
            _ => Ok(()),
        }
    }

    fn document(&mut self, document: &impl Serialize) -> io::Result<()> {
        if let Self::Jsonl(out, _) = self {
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
