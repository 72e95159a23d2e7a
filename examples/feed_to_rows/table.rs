//! Core rows for people: one line a row, as wide as the terminal.

use std::io::{self, Write};

use stixkit::row::{Row, ValueKind};

use crate::width::{columns, fitted, width};

/// The table: columns of fixed widths, so that it can be written before it is all known. Where a
/// value or a note needs more than its column and the other one less, it takes the room.
pub(crate) struct Table {
    kind: usize,
    /// For value and note together, without the blanks between them.
    rest: usize,
    has_header: bool,
}

/// What is shown whole if there is no room for both.
#[derive(Clone, Copy, PartialEq)]
enum Keep {
    Value,
    Note,
}

impl Table {
    /// Of the value or the note that gives way, this much is left.
    const LEAST: usize = 8;

    pub(crate) fn new() -> Self {
        let columns = columns();
        let kind = if columns >= 100 { 12 } else { 8 };
        // State, TLP, confidence, kind and match, with the blanks after them.
        let fixed = 9 + 13 + 5 + kind + 1 + 7;
        Self { kind, rest: columns.saturating_sub(fixed + 2).max(2 * Self::LEAST), has_header: false }
    }

    pub(crate) fn write(&mut self, row: &Row<'_>, out: &mut impl Write) -> io::Result<()> {
        if !std::mem::replace(&mut self.has_header, true) {
            let names = ["STATE", "TLP", "CONF", "KIND", "MATCH", "VALUE", "NAME, OR WHAT IS MISSING"];
            self.line(names, Keep::Value, out)?;
        }
        let name = row.context.name.as_deref().unwrap_or("-");
        let reason = row.reason_text();
        let is_hash = row.observable.as_ref().is_some_and(|observable| observable.kind == ValueKind::Hash);
        let keep = if reason.is_some() && !is_hash { Keep::Note } else { Keep::Value };
        let note = match (reason, &row.observable) {
            (Some(reason), _) => reason,
            (None, Some(observable)) if !observable.well_formed => format!("odd form: {name}"),
            (None, _) => name.to_owned(),
        };
        let confidence = row.context.confidence.map_or("-".to_owned(), |confidence| confidence.to_string());
        let kind = row.observable.as_ref().map_or("-", |observable| observable.kind.as_str());
        let usage = match (&row.observable, row.relation.standalone, row.relation.primary) {
            (None, ..) => "-",
            (_, true, _) => "alone",
            (_, false, true) => "main",
            (_, false, false) => "part",
        };
        self.line(
            [
                row.validity.state.as_str(),
                row.tlp.map_or("-", |tlp| tlp.as_str()),
                &confidence,
                kind,
                usage,
                row.observable.as_ref().map_or(&row.pattern, |observable| &observable.norm),
                &note,
            ],
            keep,
            out,
        )
    }

    fn line(
        &self,
        [state, tlp, confidence, kind, usage, value, note]: [&str; 7],
        keep: Keep,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let (value_room, note_room) = self.rooms(width(value, self.rest), width(note, self.rest), keep);
        let (kind, value, note) = (fitted(kind, self.kind), fitted(value, value_room), fitted(note, note_room));
        let line = format!("{state:<9}{tlp:<13}{confidence:>4} {kind} {usage:<7}{value}  {note}");
        writeln!(out, "{}", line.trim_end())
    }

    /// The columns for a value and a note of these widths.
    fn rooms(&self, value: usize, note: usize, keep: Keep) -> (usize, usize) {
        let usual = self.rest - self.rest * 3 / 7;
        let value_room = if value + note <= self.rest {
            // There is room for both: the usual place, or as near to it as possible.
            usual.clamp(value, self.rest - note)
        } else if keep == Keep::Value {
            value.min(self.rest - Self::LEAST).max(self.rest.saturating_sub(note))
        } else {
            self.rest - note.min(self.rest - Self::LEAST)
        };
        (value_room, self.rest - value_room)
    }
}
