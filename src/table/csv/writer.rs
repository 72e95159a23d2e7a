//! The writer of CSV.

use std::io::Write;
use std::mem;

use super::buffer::Buffer;
use crate::error::{Error, ErrorKind};
use crate::json::push::push_list;
use crate::table::cell::Cell;
use crate::table::layout::{Layout, wrong_kind};
use crate::table::record::Record;

/// So many bytes are written in one go, or a record if that has more.
const WRITTEN_AT_ONCE: usize = 1 << 16;

/// Writes records as CSV.
///
/// Call [`finish`](Self::finish) at the end: a writer that is only dropped tries to write what it
/// holds, but cannot say that it failed.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    layout: Layout,
    /// `None` once it was given back.
    out: Option<W>,
    neutralizes: bool,
    has_header: bool,
    /// Whole records that are to be written, and the one in the making.
    buffer: Buffer,
    scratch: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    /// A writer of records of the table `R`. It does its own buffering.
    ///
    /// `R` says which table it is. Records with the same columns are written whatever lifetimes
    /// they have, so that a writer may outlive what it wrote.
    pub fn new<R: Record>(out: W) -> Self {
        Self {
            layout: Layout::new::<R>(),
            out: Some(out),
            neutralizes: false,
            has_header: false,
            buffer: Buffer::default(),
            scratch: Vec::new(),
        }
    }

    /// Sets whether texts that a spreadsheet would take for a formula get an apostrophe in front.
    /// Default: no.
    ///
    /// These are the texts that begin with `=`, `+`, `-` or `@`, their full-width forms, a tab, a
    /// carriage return or a line feed. What follows a line break inside of a text does not count:
    /// the field is between quotes, and a spreadsheet keeps it in one cell. Numbers, times, lists
    /// and JSON stay as they are; none of them can begin so, but for numbers with a minus, which
    /// are no formulas.
    ///
    /// The apostrophe changes the values, so this is for files that people open, not for those that
    /// programs read. It is also for spreadsheets that take the comma for the separator, as the
    /// file has it: one that splits fields at semicolons or tabs makes cells of its own choice.
    ///
    /// ```
    /// use stixkit::table::csv::CsvWriter;
    /// use stixkit::table::{Cells, Column, ColumnKind, Record};
    ///
    /// struct Note<'a>(&'a str);
    ///
    /// impl Record for Note<'_> {
    ///     const TABLE: &'static str = "notes";
    ///     const COLUMNS: &'static [Column] = &[Column::new("note", ColumnKind::Text)];
    ///
    ///     fn cells(&self, cells: &mut Cells<'_>) {
    ///         cells.show(self.0);
    ///     }
    /// }
    ///
    /// let mut writer = CsvWriter::new::<Note>(Vec::new()).with_neutralized_formulas(true);
    /// writer.write(&Note("=HYPERLINK(A1)"))?;
    /// assert_eq!(writer.finish()?, b"note\n'=HYPERLINK(A1)\n");
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    #[must_use]
    pub fn with_neutralized_formulas(mut self, is_on: bool) -> Self {
        self.neutralizes = is_on;
        self
    }

    /// Leaves the header out: for a part of a table, such as one that a thread writes.
    #[must_use]
    pub fn without_header(mut self) -> Self {
        self.has_header = true;
        self
    }

    /// Writes a record.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Record`] when the record has other columns than the table, or a cell that is
    ///   not of its column's kind. Nothing of it is written.
    /// - [`ErrorKind::Output`] when `out` fails. The file ends somewhere then.
    pub fn write<R: Record>(&mut self, record: &R) -> Result<(), Error> {
        self.header();
        let Self { layout, buffer, scratch, neutralizes, .. } = self;
        let start = buffer.len();
        // How many commas are written. A run of columns without a value gets its own when the next
        // value comes.
        let mut commas = 0;
        let shown = layout.each(record, |number, column, cell| {
            buffer.push_commas(number - commas);
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
                        buffer.push_field(scratch);
                    } else {
                        buffer.push_field(text.as_bytes());
                    }
                }
                Cell::Boolean(value) => buffer.push(if *value { b"true" } else { b"false" }),
                Cell::Integer(value) => buffer.push(itoa::Buffer::new().format(*value).as_bytes()),
                Cell::Real(value) => push_real(buffer, *value),
                Cell::Time(time) => time.with_bytes(|text| buffer.push(text)),
                Cell::List(list) => {
                    scratch.clear();
                    if !buffer.push_list(list) {
                        push_list(scratch, list);
                        buffer.push_field(scratch);
                    }
                }
                Cell::Json(json) => buffer.push_field(json.as_json().as_bytes()),
            }
            Ok(())
        });
        if let Err(error) = shown {
            buffer.truncate(start);
            return Err(error);
        }
        buffer.push_commas(layout.columns().len().saturating_sub(commas + 1));
        self.end_line(start);
        if self.buffer.len() < WRITTEN_AT_ONCE { Ok(()) } else { self.write_out() }
    }

    /// Writes what is in the buffer through to `out`, and flushes that.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`] when `out` fails.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.header();
        self.write_out()?;
        self.out.as_mut().map_or(Ok(()), Write::flush).map_err(Error::output)
    }

    /// Ends the file and gives back what it was written to. A table without records has its header
    /// all the same.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`] when `out` fails.
    pub fn finish(mut self) -> Result<W, Error> {
        self.flush()?;
        // OK because nothing else takes it.
        self.out.take().ok_or_else(|| Error::new(ErrorKind::Output))
    }

    fn header(&mut self) {
        if mem::replace(&mut self.has_header, true) {
            return;
        }
        for (number, column) in self.layout.columns().iter().enumerate() {
            self.buffer.push_commas(number.min(1));
            self.buffer.push_field(column.name.as_bytes());
        }
        self.end_line(0);
    }

    /// Ends the line that starts there.
    fn end_line(&mut self, start: usize) {
        if self.buffer.len() == start {
            // A line with nothing in it would be no record.
            self.buffer.push(b"\"\"");
        }
        self.buffer.push(b"\n");
    }

    fn write_out(&mut self) -> Result<(), Error> {
        let Self { out: Some(out), buffer, .. } = self else { return Ok(()) };
        // After an error nobody knows how much of it was written: it is not written again.
        buffer.take(|bytes| out.write_all(bytes)).map_err(Error::output)
    }
}

impl<W: Write> Drop for CsvWriter<W> {
    fn drop(&mut self) {
        let _ = self.write_out();
    }
}

fn push_real(buffer: &mut Buffer, value: f64) {
    // Confidences are whole numbers, which take a tenth of the time this way. `-0.0` and what is
    // large are left to `{:?}`.
    let whole = value as i64;
    let is_plain = whole as f64 == value && whole.unsigned_abs() < 1 << 50 && !(whole == 0 && value.is_sign_negative());
    if is_plain {
        buffer.push(itoa::Buffer::new().format(whole).as_bytes());
        buffer.push(b".0");
    } else {
        buffer.push(format!("{value:?}").as_bytes());
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
            let mut buffer = Buffer::default();
            push_real(&mut buffer, value);
            buffer.take(|bytes| assert_eq!(std::str::from_utf8(bytes).unwrap(), format!("{value:?}")));
        }
    }
}
