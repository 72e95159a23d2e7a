//! Where objects go: JSON lines of the objects themselves, or of a sink's rows.

use std::io::{self, BufWriter, Write};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use stixkit::Object;
use stixkit::reader::Item;
use stixkit::row::Mapper;
use stixkit::table::{JsonLine, Record};
use stixkit::taxii::{ManifestRecord, Page};

use crate::sink::{Emit, Rows, Sink, VALID_DAYS};
use crate::tell;
use crate::traffic::reason;

pub(crate) struct Output {
    lines: Lines,
    table: Option<Table>,
}

struct Table {
    sink: Sink,
    rows: Rows,
    mapper: Mapper,
    source: String,
}

struct Lines(BufWriter<io::Stdout>);

impl Output {
    /// Without a sink the objects themselves.
    pub(crate) fn new(sink: Option<Sink>) -> Self {
        let of = |sink| {
            let now = now();
            Table { sink, rows: Rows::new(sink, now, VALID_DAYS), mapper: Mapper::new(now), source: String::new() }
        };
        Self { lines: Lines(BufWriter::with_capacity(1 << 16, io::stdout())), table: sink.map(of) }
    }

    /// Names the feed in the rows.
    pub(crate) fn name(&mut self, source: &str) {
        if let Some(table) = &mut self.table {
            table.source = source.to_owned();
        }
    }

    /// A poll begins: states are as of now. Names that were learnt before are kept.
    pub(crate) fn begin(&mut self) {
        if let Some(table) = &mut self.table {
            let now = now();
            table.rows = Rows::new(table.sink, now, VALID_DAYS);
            table.rows.begin(&table.source);
            table.mapper =
                std::mem::replace(&mut table.mapper, Mapper::new(now)).with_now(now).with_source(&table.source);
        }
    }

    /// Writes a page, so that all of it is out. Gives how many objects or records were written, and how many were
    /// rejected; these are told on the standard error.
    pub(crate) fn page(&mut self, page: &Page) -> io::Result<(u64, u64)> {
        let (mut written, mut rejected) = (0, 0);
        if let Some(table) = &mut self.table {
            // First, since an identity may stand behind the indicators of its page.
            page.objects.iter().filter_map(|object| accepted(&object.item)).for_each(|it| table.mapper.learn(it));
        }
        for object in &page.objects {
            match &object.item {
                Item::Object(accepted) => {
                    written += 1;
                    match &mut self.table {
                        Some(table) => table.write(&accepted.object, &mut self.lines)?,
                        None => self.lines.document(&accepted.object)?,
                    }
                }
                Item::Rejected(it) => {
                    rejected += 1;
                    tell!("{}", json!({ "id": it.id, "reason": reason(&it.error) }));
                }
            }
        }
        for record in &page.records {
            written += 1;
            self.lines.document(&of_record(record))?;
        }
        for _ in &page.rejected_records {
            rejected += 1;
            tell!("{}", json!({ "id": null, "reason": "not a record of a manifest" }));
        }
        if page.more_rejected > 0 {
            rejected += page.more_rejected;
            tell!("{}", json!({ "id": null, "reason": format!("{} more that do not read", page.more_rejected) }));
        }
        if let Some(table) = &mut self.table {
            table.rows.send(&mut self.lines)?;
        }
        self.lines.0.flush()?;
        Ok((written, rejected))
    }
}

fn accepted(item: &Item) -> Option<&Object> {
    match item {
        Item::Object(accepted) => Some(&accepted.object),
        Item::Rejected(_) => None,
    }
}

fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

impl Table {
    fn write(&mut self, object: &Object, lines: &mut Lines) -> io::Result<()> {
        match object {
            Object::Indicator(indicator) => self.rows.indicator(&**indicator, &self.mapper.map(indicator), lines),
            other => self.rows.object(&self.mapper, other, lines),
        }
    }
}

impl Emit for Lines {
    fn record<R: Record>(&mut self, record: &R) -> io::Result<()> {
        self.document(&JsonLine(record))
    }

    fn document(&mut self, document: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, document)?;
        self.0.write_all(b"\n")
    }
}

/// In the form of TAXII 2.1, where that says it all, and else in that of 2.0.
fn of_record(record: &ManifestRecord) -> Map<String, Value> {
    let of = |one: &str, many: &str, values: &[String]| match values {
        [value] => (one.to_owned(), json!(value)),
        values => (many.to_owned(), json!(values)),
    };
    let mut map = Map::from_iter([("id".to_owned(), json!(record.id))]);
    if let Some(added) = &record.date_added {
        map.insert("date_added".to_owned(), json!(added.to_string()));
    }
    map.extend([of("version", "versions", &record.versions), of("media_type", "media_types", &record.media_types)]);
    map
}
