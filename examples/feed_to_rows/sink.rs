//! What each sink makes of indicators and other objects, whatever the format.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::to_value;
use stixkit::Object;
use stixkit::object::{Indicator, IndicatorParts};
use stixkit::reader::IndicatorView;
use stixkit::row::{Mapper, Outcome, Row};
use stixkit::sink::sentinel::upload::{Batches, MAX_OBJECTS};
use stixkit::sink::sentinel::{self, ThreatIntelIndicators, ThreatIntelObjects, ThreatIntelligenceIndicator};
use stixkit::sink::{ecs, ocsf, splunk};
use stixkit::table::Record;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    Core,
    Sentinel,
    SentinelObjects,
    SentinelLegacy,
    SentinelUpload,
    Ecs,
    Ocsf,
    Splunk,
}

impl Sink {
    pub(crate) const NAMES: [(&'static str, Self); 8] = [
        ("core", Self::Core),
        ("sentinel", Self::Sentinel),
        ("sentinel-objects", Self::SentinelObjects),
        ("sentinel-legacy", Self::SentinelLegacy),
        ("sentinel-upload", Self::SentinelUpload),
        ("ecs", Self::Ecs),
        ("ocsf", Self::Ocsf),
        ("splunk", Self::Splunk),
    ];
}

/// An indicator, as an object or as a view of the reader.
pub(crate) trait Shown {
    fn parts(&self) -> IndicatorParts<'_>;

    fn object(&self) -> io::Result<Cow<'_, Indicator>>;
}

impl Shown for Indicator {
    fn parts(&self) -> IndicatorParts<'_> {
        self.into()
    }

    fn object(&self) -> io::Result<Cow<'_, Indicator>> {
        Ok(Cow::Borrowed(self))
    }
}

impl Shown for IndicatorView<'_> {
    fn parts(&self) -> IndicatorParts<'_> {
        self.into()
    }

    fn object(&self) -> io::Result<Cow<'_, Indicator>> {
        self.to_indicator().map_err(io::Error::other)
    }
}

/// The value of an option that is one of several names.
pub(crate) fn named<T: Copy>(option: &str, names: &[(&str, T)], name: &str) -> Result<T, String> {
    match names.iter().find(|(own, _)| *own == name) {
        Some((_, value)) => Ok(*value),
        None => {
            let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
            Err(format!("{option} is one of {}, not {name}", names.join(", ")))
        }
    }
}

/// A format that rows are written in.
pub(crate) trait Emit {
    /// A core row.
    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.record(row)
    }

    /// A row of a table.
    fn record<R: Record>(&mut self, record: &R) -> io::Result<()>;

    /// A document without columns of its own.
    fn document(&mut self, document: &impl Serialize) -> io::Result<()>;

    /// A document for Elasticsearch.
    fn elastic(&mut self, document: &ecs::Document<'_>) -> io::Result<()> {
        self.document(document)
    }

    /// A row of one of Splunk's lookups.
    fn lookup(&mut self, lookup: &splunk::Lookup<'_>) -> io::Result<()> {
        self.document(&labelled(lookup)?)
    }
}

/// A row of a lookup with the name of its collection, for formats that hold all of them.
pub(crate) fn labelled(lookup: &splunk::Lookup<'_>) -> io::Result<impl Serialize + use<>> {
    let collection = lookup.collection().as_str();
    Ok(BTreeMap::from([("collection", collection.into()), ("row", to_value(lookup)?)]))
}

/// How many days an indicator without an end is valid in Sentinel's tables, unless the user says.
pub(crate) const VALID_DAYS: u32 = 30;

/// The rows of a sink.
pub(crate) struct Rows {
    pub(crate) sink: Sink,
    pub(crate) sentinel: sentinel::Options,
    ecs: ecs::Options,
    ocsf: ocsf::Options,
    /// Objects that wait for a body of the upload API to be full.
    upload: Vec<Object>,
    source: String,
}

impl Rows {
    pub(crate) fn new(sink: Sink, now: DateTime<Utc>, valid_days: u32) -> Self {
        let sentinel = sentinel::Options::new()
            .with_time_generated(now)
            .with_default_validity(TimeDelta::days(i64::from(valid_days)));
        let (ecs, ocsf) = (ecs::Options::new().with_timestamp(now), ocsf::Options::new(now));
        Self { sink, sentinel, ecs, ocsf, upload: Vec::new(), source: String::new() }
    }

    /// What follows comes from this feed. What waits is to be [sent](Self::send) before.
    pub(crate) fn begin(&mut self, source: &str) {
        self.source = source.to_owned();
    }

    pub(crate) fn indicator(
        &mut self,
        indicator: &impl Shown,
        outcome: &Outcome<'_>,
        to: &mut impl Emit,
    ) -> io::Result<()> {
        match self.sink {
            Sink::Core => outcome.rows.iter().try_for_each(|row| to.row(row)),
            Sink::Sentinel => {
                let indicator = indicator.object()?;
                let mut rows = ThreatIntelIndicators::rows(outcome, &indicator, &self.sentinel);
                rows.try_for_each(|row| to.record(&row))
            }
            Sink::SentinelLegacy => {
                let rows = ThreatIntelligenceIndicator::rows(outcome, indicator.parts(), &self.sentinel);
                rows.iter().try_for_each(|row| to.record(row))
            }
            Sink::Ecs => {
                ecs::Document::all(outcome, indicator.parts(), &self.ecs).try_for_each(|document| to.elastic(&document))
            }
            Sink::Ocsf => {
                ocsf::Event::all(outcome, indicator.parts(), &self.ocsf).try_for_each(|event| to.document(&event))
            }
            Sink::Splunk => {
                let mut lookups = outcome.rows.iter().filter_map(splunk::Lookup::from_row);
                lookups.try_for_each(|lookup| to.lookup(&lookup))
            }
            Sink::SentinelObjects => Ok(()),
            Sink::SentinelUpload => self.queue(indicator.object()?.into_owned().into(), to),
        }
    }

    /// An object that is no indicator, and the rows of an observable.
    pub(crate) fn object(&mut self, mapper: &Mapper, object: &Object, to: &mut impl Emit) -> io::Result<()> {
        match self.sink {
            Sink::Core => {
                let outcome = mapper.map_observable(object);
                outcome.iter().flat_map(|outcome| &outcome.rows).try_for_each(|row| to.row(row))
            }
            Sink::SentinelObjects => match ThreatIntelObjects::new(mapper, object, &self.sentinel) {
                Some(row) => to.record(&row),
                None => Ok(()),
            },
            Sink::SentinelUpload => self.queue(object.clone(), to),
            _ => Ok(()),
        }
    }

    /// The upload API takes objects of STIX 2.1 only.
    fn queue(&mut self, object: Object, to: &mut impl Emit) -> io::Result<()> {
        self.upload.extend(object.upgrade());
        if self.upload.len() >= MAX_OBJECTS { self.send(to) } else { Ok(()) }
    }

    /// Writes what waits.
    pub(crate) fn send(&mut self, to: &mut impl Emit) -> io::Result<()> {
        let objects = std::mem::take(&mut self.upload);
        Batches::new(self.source.as_str(), objects).try_for_each(|body| to.document(&body))
    }
}
