//! Tables as CSV (feature `csv`).
//!
//! ```
//! use stixkit::row::csv::CsvWriter;
//! use stixkit::row::{Mapper, Row};
//! # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).source("example");
//! let mut writer = CsvWriter::new::<Row>(Vec::new());
//! for row in &mapper.map(&indicator).rows {
//!     writer.write(row)?;
//! }
//! let text = String::from_utf8(writer.finish()?)?;
//! let mut lines = text.lines();
//! assert!(lines.next().unwrap().starts_with("source,kind,stix_id,modified,observable_type,key,value,"));
//! assert!(lines.next().unwrap().starts_with("example,indicator,indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The first line has the names of the columns. Fields are separated by commas, records end in a line feed, and a field
//! with one of `,` `"` CR LF is between quotes, quotes in it doubled (RFC 4180, but for the end of the line). UTF-8; for
//! a program that wants a byte order mark, write `"\u{feff}"` before the rest.
//!
//! | column | field |
//! |---|---|
//! | any, without a value | empty, as is an empty text |
//! | text, category | as it is |
//! | boolean | `true`, `false` |
//! | integer, real | `85`, `85.0` |
//! | time | RFC 3339, as the feed wrote it |
//! | list | JSON: `["a","b"]` |
//! | JSON | the JSON text |
//!
//! Memory holds one record and a buffer of 64 KiB.
//!
//! # Spreadsheets
//!
//! A spreadsheet takes a field that begins like a formula for one, and a feed may say what a stranger likes. See
//! [`CsvWriter::neutralize_formulas`].

use std::io::{BufWriter, Write};

use wide::u8x16;

use super::layout::{Layout, wrong_kind};
use super::table::{Cell, Record};
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;

/// How many bytes are looked at in one go.
const BLOCK: usize = 16;

/// Writes records as CSV.
///
/// Call [`finish`](Self::finish) at the end: a writer that is only dropped tries to write what it holds, but cannot say
/// that it failed.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    layout: Layout,
    out: BufWriter<W>,
    neutralizes: bool,
    has_header: bool,
    /// The record in the making, which is written when it is known to fit.
    line: Vec<u8>,
    scratch: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    /// A writer of records of the table `R`. It does its own buffering.
    ///
    /// `R` says which table it is. Records with the same columns are written whatever lifetimes they have, so that a
    /// writer may outlive what it wrote.
    pub fn new<R: Record>(out: W) -> Self {
        Self {
            layout: Layout::of::<R>(),
            out: BufWriter::with_capacity(1 << 16, out),
            neutralizes: false,
            has_header: false,
            line: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Sets whether texts that a spreadsheet would take for a formula get an apostrophe in front. Default: no.
    ///
    /// These are the texts that begin with `=`, `+`, `-` or `@`, their full-width forms, a tab, a carriage return or a
    /// line feed. What follows a line break inside of a text does not count: the field is between quotes, and a
    /// spreadsheet keeps it in one cell. Numbers, times, lists and JSON stay as they are; none of them can begin so,
    /// but for numbers with a minus, which are no formulas.
    ///
    /// The apostrophe changes the values, so this is for files that people open, not for those that programs read. It
    /// is also for spreadsheets that take the comma for the separator, as the file has it: one that splits fields at
    /// semicolons or tabs makes cells of its own choice.
    ///
    /// ```
    /// use stixkit::row::csv::CsvWriter;
    /// use stixkit::row::table::{Cell, Column, ColumnKind, Record};
    ///
    /// struct Note<'a>(&'a str);
    ///
    /// impl Record for Note<'_> {
    ///     const TABLE: &'static str = "notes";
    ///     const COLUMNS: &'static [Column] = &[Column::new("note", ColumnKind::Text)];
    ///
    ///     fn cells(&self, show: &mut dyn FnMut(Cell<'_>)) {
    ///         show(self.0.into());
    ///     }
    /// }
    ///
    /// let mut writer = CsvWriter::new::<Note>(Vec::new()).neutralize_formulas(true);
    /// writer.write(&Note("=HYPERLINK(A1)"))?;
    /// assert_eq!(writer.finish()?, b"note\n'=HYPERLINK(A1)\n");
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    #[must_use]
    pub fn neutralize_formulas(mut self, is_on: bool) -> Self {
        self.neutralizes = is_on;
        self
    }

    /// Writes a record.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Record`] when the record has other columns than the table, or a cell that is not of its column's
    ///   kind. Nothing of it is written.
    /// - [`ErrorKind::Output`] when `out` fails. The file ends somewhere then.
    pub fn write<R: Record>(&mut self, record: &R) -> Result<(), Error> {
        self.header()?;
        let Self { layout, line, scratch, neutralizes, .. } = self;
        line.clear();
        // How many commas are written. A run of columns without a value gets its own when the next value comes.
        let mut commas = 0;
        layout.each(record, |number, column, cell| {
            if let Cell::Null = cell {
                return Ok(());
            }
            line.extend(std::iter::repeat_n(b',', number - commas));
            commas = number;
            if !cell.is_of(column.kind) {
                return Err(wrong_kind(column, cell));
            }
            match cell {
                Cell::Null => {}
                Cell::Text(text) => {
                    if *neutralizes && is_formula(text) {
                        scratch.clear();
                        scratch.push(b'\'');
                        scratch.extend_from_slice(text.as_bytes());
                        push_field(line, scratch);
                    } else {
                        push_field(line, text.as_bytes());
                    }
                }
                Cell::Boolean(value) => line.extend_from_slice(if *value { b"true" } else { b"false" }),
                // OK because a `Vec` takes all that is written.
                Cell::Integer(value) => write!(line, "{value}").unwrap_or_default(),
                // With a point or an exponent, so that who guesses types guesses right.
                Cell::Real(value) => push_real(line, *value),
                Cell::Time(time) => time.with_text(|text| line.extend_from_slice(text.as_bytes())),
                Cell::List(list) => {
                    scratch.clear();
                    // OK because texts have a JSON form.
                    serde_json::to_writer(&mut *scratch, list).unwrap_or_default();
                    push_field(line, scratch);
                }
                Cell::Json(json) => push_field(line, json.as_json().as_bytes()),
            }
            Ok(())
        })?;
        line.extend(std::iter::repeat_n(b',', layout.columns().len().saturating_sub(commas + 1)));
        self.end_line()
    }

    /// Writes what is in the buffer through to `out`, and flushes that.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`] when `out` fails.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.header()?;
        self.out.flush().map_err(Error::output)
    }

    /// Ends the file and gives back what it was written to. A table without records has its header all the same.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`] when `out` fails.
    pub fn finish(mut self) -> Result<W, Error> {
        self.flush()?;
        self.out.into_inner().map_err(|error| Error::output(error.into_error()))
    }

    fn header(&mut self) -> Result<(), Error> {
        if std::mem::replace(&mut self.has_header, true) {
            return Ok(());
        }
        self.line.clear();
        for (number, column) in self.layout.columns().iter().enumerate() {
            if number > 0 {
                self.line.push(b',');
            }
            push_field(&mut self.line, column.name.as_bytes());
        }
        self.end_line()
    }

    fn end_line(&mut self) -> Result<(), Error> {
        if self.line.is_empty() {
            // A line with nothing in it would be no record.
            self.line.extend_from_slice(b"\"\"");
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line).map_err(Error::output)
    }
}

fn push_real(line: &mut Vec<u8>, value: f64) {
    // Confidences are whole numbers, which take a tenth of the time. OK because of `-0.0` and of what is too large for
    // digits alone `{:?}` has to know.
    let whole = value as i64;
    let is_plain = whole as f64 == value && whole.unsigned_abs() < 1 << 50 && !(whole == 0 && value.is_sign_negative());
    // OK because a `Vec` takes all that is written.
    if is_plain { write!(line, "{whole}.0") } else { write!(line, "{value:?}") }.unwrap_or_default();
}

fn push_field(line: &mut Vec<u8>, field: &[u8]) {
    if !has_special(field) {
        line.extend_from_slice(field);
        return;
    }
    let quotes = memchr::memchr_iter(b'"', field).count();
    if quotes == 0 {
        line.reserve(field.len() + 2);
        line.push(b'"');
        line.extend_from_slice(field);
        line.push(b'"');
        return;
    }
    // JSON has a quote every few bytes. So a block is copied before it is known how much of it counts; what follows
    // overwrites the rest.
    let mut end = line.len();
    line.resize(end + field.len() + quotes + 2 + BLOCK, b'"');
    end += 1;
    let mut rest = field;
    while let Some(block) = rest.first_chunk::<BLOCK>() {
        line[end..end + BLOCK].copy_from_slice(block);
        let quotes = u8x16::new(*block).simd_eq(u8x16::splat(b'"')).to_bitmask();
        let len = (quotes.trailing_zeros() as usize + 1).min(BLOCK);
        end += len;
        if quotes != 0 {
            line[end] = b'"';
            end += 1;
        }
        rest = &rest[len..];
    }
    for byte in rest {
        line[end] = *byte;
        end += 1;
        if *byte == b'"' {
            line[end] = b'"';
            end += 1;
        }
    }
    line[end] = b'"';
    line.truncate(end + 1);
}

/// Whether there is a byte for whose sake a field goes between quotes.
fn has_special(field: &[u8]) -> bool {
    let is_special = |block: &[u8; BLOCK]| {
        let block = u8x16::new(*block);
        let is = |byte| block.simd_eq(u8x16::splat(byte));
        (is(b',') | is(b'"') | is(b'\n') | is(b'\r')).to_bitmask() != 0
    };
    match field.last_chunk::<BLOCK>() {
        // The last block may go over bytes again that the one before has.
        Some(last) => field.as_chunks().0.iter().any(is_special) || is_special(last),
        None => field.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')),
    }
}

/// Whether a spreadsheet may take the text for a formula, or drop what comes before one.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_numbers_have_a_point_or_an_exponent() {
        let whole = [0.0, -0.0, 1.0, -1.0, 85.0, 1e15, 1e16, 1e300, -1e19, 9_007_199_254_740_992.0];
        for value in whole.into_iter().chain([0.5, 1e-7, f64::MIN_POSITIVE, f64::MAX]) {
            let mut line = Vec::new();
            push_real(&mut line, value);
            assert_eq!(String::from_utf8(line).unwrap(), format!("{value:?}"));
        }
    }
}
