//! Core rows for people: one line a row.

use std::io::{self, Write};

use stixkit::row::Row;

/// The table: columns of fixed widths, so that it can be written before it is all known.
pub(crate) struct Table {
    value: usize,
    note: usize,
    has_header: bool,
}

impl Table {
    /// The columns before the value, with the blanks behind them.
    const FIXED: usize = 8 + 13 + 5 + 9 + 7;

    pub(crate) fn new() -> Self {
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100_usize);
        let rest = width.saturating_sub(Self::FIXED + 2).max(20);
        let note = rest * 3 / 7;
        Self { value: rest - note, note, has_header: false }
    }

    pub(crate) fn write(&mut self, row: &Row<'_>, out: &mut impl Write) -> io::Result<()> {
        if !std::mem::replace(&mut self.has_header, true) {
            self.line(["STATE", "TLP", "CONF", "KIND", "MATCH", "VALUE", "NAME, OR WHAT IS MISSING"], out)?;
        }
        let name = row.context.name.as_deref().unwrap_or("-");
        let note = match (&row.reason, &row.observable) {
            (Some(reason), _) => reason.to_string(),
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
