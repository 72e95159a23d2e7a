//! Where the rows go: a sink in a format.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::to_value;
use stixkit::Object;
use stixkit::object::Indicator;
#[cfg(feature = "arrow")]
use stixkit::row::arrow::StreamWriter;
#[cfg(feature = "csv")]
use stixkit::row::csv::CsvWriter;
#[cfg(feature = "parquet")]
use stixkit::row::parquet::ParquetWriter;
use stixkit::row::sentinel::upload::{Batches, MAX_OBJECTS};
use stixkit::row::sentinel::{self, ThreatIntelIndicators, ThreatIntelObjects, ThreatIntelligenceIndicator};
use stixkit::row::table::{Json, Record};
use stixkit::row::{Mapper, Outcome, Row, ecs, ocsf, splunk};

use crate::options::{Format, Options, Sink};
use crate::summary::Summary;
use crate::table::Table;

type Out = BufWriter<io::Stdout>;

/// A sink in a format.
pub(crate) struct Output {
    sink: Sink,
    writer: Writer,
    sentinel: sentinel::Options,
    /// Objects that wait for a body of the upload API to be full.
    upload: Vec<Object>,
    source: String,
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
        let sentinel = sentinel::Options::new().time_generated(options.now);
        Ok(Self { sink: options.sink, writer, sentinel, upload: Vec::new(), source: String::new() })
    }

    /// What follows comes from another feed.
    pub(crate) fn begin(&mut self, source: &str) -> io::Result<()> {
        self.send()?;
        self.source = source.to_owned();
        Ok(())
    }

    /// An indicator and its rows.
    pub(crate) fn indicator(&mut self, indicator: &Indicator, outcome: &Outcome<'_>) -> io::Result<()> {
        let Self { sink, writer, sentinel, .. } = self;
        if let Writer::Summary(_, summary) = writer {
            outcome.rows.iter().for_each(|row| summary.add(row));
            return Ok(());
        }
        match sink {
            Sink::Core => self.rows(outcome),
            Sink::Sentinel => {
                ThreatIntelIndicators::rows(outcome, indicator, sentinel).try_for_each(|row| writer.record(&row))
            }
            Sink::SentinelLegacy => {
                let rows = ThreatIntelligenceIndicator::rows(outcome, indicator, sentinel);
                rows.iter().try_for_each(|row| writer.record(row))
            }
            Sink::Ecs => ecs::Document::all(outcome, indicator).try_for_each(|document| writer.document(&document)),
            Sink::Ocsf => ocsf::Osint::all(outcome, indicator).try_for_each(|osint| writer.document(&osint)),
            Sink::Splunk => {
                let mut lookups = outcome.rows.iter().filter_map(splunk::Lookup::of);
                lookups.try_for_each(|lookup| {
                    let collection = lookup.collection().as_str();
                    writer.document(&BTreeMap::from([("collection", collection.into()), ("row", to_value(&lookup)?)]))
                })
            }
            Sink::SentinelObjects => Ok(()),
            Sink::SentinelUpload => self.queue(Object::from(indicator.clone())),
        }
    }

    /// An object that is no indicator, and the rows of an observable.
    pub(crate) fn object(&mut self, mapper: &Mapper, object: &Object) -> io::Result<()> {
        match self.sink {
            Sink::Core => mapper.map_observable(object).map_or(Ok(()), |outcome| self.rows(&outcome)),
            Sink::SentinelObjects => match ThreatIntelObjects::new(mapper, object, &self.sentinel) {
                Some(row) => self.writer.record(&row),
                None => Ok(()),
            },
            Sink::SentinelUpload => self.queue(object.clone()),
            _ => Ok(()),
        }
    }

    fn rows(&mut self, outcome: &Outcome<'_>) -> io::Result<()> {
        match &mut self.writer {
            Writer::Table(out, table) => outcome.rows.iter().try_for_each(|row| table.write(row, out)),
            Writer::Summary(_, summary) => {
                outcome.rows.iter().for_each(|row| summary.add(row));
                Ok(())
            }
            writer => outcome.rows.iter().try_for_each(|row| writer.record(row)),
        }
    }

    /// The upload API takes objects of STIX 2.1 only.
    fn queue(&mut self, object: Object) -> io::Result<()> {
        self.upload.extend(object.upgrade());
        if self.upload.len() >= MAX_OBJECTS { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> io::Result<()> {
        let objects = std::mem::take(&mut self.upload);
        Batches::new(self.source.as_str(), objects).try_for_each(|body| self.writer.document(&body))
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
            Writer::Csv(writer) => writer.finish().map_err(io::Error::other)?.flush(),
            #[cfg(feature = "arrow")]
            Writer::Arrow(writer) => writer.finish().map_err(io::Error::other)?.flush(),
            #[cfg(feature = "parquet")]
            Writer::Parquet(writer) => writer.finish().map_err(io::Error::other)?.flush(),
        }
    }
}

impl Writer {
    fn open<R: Record>(format: Format, out: Out) -> Result<Self, String> {
        match format {
            Format::Table => Ok(Self::Table(out, Table::new())),
            Format::Jsonl => Ok(Self::Jsonl(out)),
            #[cfg(feature = "csv")]
            Format::Csv => Ok(Self::Csv(CsvWriter::new::<R>(out).neutralize_formulas(true))),
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

    fn record<R: Record>(&mut self, record: &R) -> io::Result<()> {
        match self {
            #[cfg(feature = "csv")]
            Self::Csv(writer) => writer.write(record).map_err(io::Error::other),
            #[cfg(feature = "arrow")]
            Self::Arrow(writer) => writer.write(record).map_err(io::Error::other),
            #[cfg(feature = "parquet")]
            Self::Parquet(writer) => writer.write(record).map_err(io::Error::other),
            _ => self.document(&Json(record)),
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
