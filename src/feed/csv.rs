//! Records of CSV.

use std::collections::VecDeque;
use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use memchr::memchr_iter;

use super::bad_line_reason::BadLineReason;
use super::field_map::FieldMap;
use super::format::Delimiter;
use super::input::{Input, Line};

/// Reads records line by line, so that a quote that never closes costs one line and not the rest of
/// the feed.
#[derive(Debug)]
pub(super) struct Records {
    parser: Parser,
    comments: Vec<Vec<u8>>,
    /// Lines after a quote that did not close. They are read again, each a record by itself.
    again: VecDeque<(u64, Line, Vec<u8>)>,
    line: Vec<u8>,
    /// The last comment, without its mark.
    comment: Vec<u8>,
    /// How many lines were blank or comments.
    pub(super) comments_passed: u64,
    /// The names of the columns, once they were read.
    pub(super) header: Option<Vec<String>>,
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A record, whose columns [`Records::columns`] gives.
    Record,
    Bad(BadLineReason),
    End,
}

impl Records {
    pub(super) fn new(map: &FieldMap) -> Self {
        Self {
            parser: Parser::from_map(map),
            comments: map
                .comments
                .iter()
                .map(|mark| mark.as_bytes().to_vec())
                .filter(|mark| !mark.is_empty())
                .collect(),
            again: VecDeque::new(),
            line: Vec::new(),
            comment: Vec::new(),
            comments_passed: 0,
            header: None,
        }
    }

    /// The columns of the last record.
    pub(super) fn columns(&self) -> Result<Vec<&str>, BadLineReason> {
        self.parser.columns()
    }

    /// The same, as names of columns.
    pub(super) fn names(&self) -> Result<Vec<String>, BadLineReason> {
        Ok(self.columns()?.into_iter().map(str::to_owned).collect())
    }

    /// Those in the last comment. It is read between records, whose columns are kept.
    pub(super) fn names_in_comment(&self) -> Result<Vec<String>, BadLineReason> {
        let mut parser = Parser::new(self.parser.delimiter, self.parser.quote);
        parser.begin();
        parser.is_end(self.comment.trim_ascii());
        Ok(parser.columns()?.into_iter().map(str::to_owned).collect())
    }

    /// Reads the next record, of at most `max` bytes, and sets the number of its line. What is bad
    /// about one is in `raw`, as far as it was kept.
    pub(super) fn next<R: Read>(
        &mut self,
        input: &mut Input<R>,
        raw: &mut Vec<u8>,
        max: usize,
        number: &mut u64,
    ) -> io::Result<Found> {
        raw.clear();
        loop {
            if let Some((line, outcome, text)) = self.again.pop_front() {
                *number = line;
                *raw = text;
                if outcome == Line::TooLong {
                    return Ok(Found::Bad(BadLineReason::TooLong));
                }
                if self.is_blank_or_comment(raw) {
                    continue;
                }
                self.parser.begin();
                return Ok(if self.parser.is_end(raw) {
                    Found::Record
                } else {
                    Found::Bad(BadLineReason::UnclosedQuote)
                });
            }
            *number = input.line;
            match input.read_line(&mut self.line, max)? {
                None => return Ok(Found::End),
                Some(Line::TooLong) => {
                    std::mem::swap(raw, &mut self.line);
                    return Ok(Found::Bad(BadLineReason::TooLong));
                }
                Some(Line::Whole) => {}
            }
            let line = std::mem::take(&mut self.line);
            let is_none = self.is_blank_or_comment(&line);
            self.line = line;
            if !is_none {
                break;
            }
        }
        raw.extend_from_slice(&self.line);
        self.parser.begin();
        if self.parser.is_end(&self.line) {
            return Ok(Found::Record);
        }
        // The lines are kept until the quote closes, so memory holds two records at most.
        let mut size = self.line.len();
        while size <= max && self.again.len() < MAX_LINES {
            let line = input.line;
            let Some(outcome) = input.read_line(&mut self.line, max)? else { break };
            size += self.line.len() + 1;
            if outcome == Line::Whole && size <= max && self.parser.is_end(&self.line) {
                self.again.clear();
                return Ok(Found::Record);
            }
            self.again.push_back((line, outcome, self.line.clone()));
        }
        Ok(Found::Bad(BadLineReason::UnclosedQuote))
    }

    fn is_blank_or_comment(&mut self, line: &[u8]) -> bool {
        let is_none = self.is_nothing(line);
        self.comments_passed += u64::from(is_none);
        is_none
    }

    fn is_nothing(&mut self, line: &[u8]) -> bool {
        if let Some(mark) = self.comments.iter().find(|mark| line.starts_with(mark)) {
            self.comment.clear();
            self.comment.extend_from_slice(&line[mark.len()..]);
            return true;
        }
        // The last is for a spreadsheet: `sep=;` names the delimiter.
        line.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0)
            || (line.len() == 5 && line.starts_with(b"sep="))
    }
}

/// A record of more lines has lost a quote.
const MAX_LINES: usize = 10_000;

/// The state machine of `csv-core`, fed with lines.
#[derive(Debug)]
struct Parser {
    reader: Reader,
    delimiter: u8,
    quote: Option<u8>,
    /// A line without the blanks between a delimiter and a quote, where there are some.
    tidy: Vec<u8>,
    in_quotes: bool,
    fields: Vec<u8>,
    len: usize,
    ends: Vec<usize>,
    count: usize,
}

impl Parser {
    fn from_map(map: &FieldMap) -> Self {
        // OK because a map with other characters is refused before.
        let byte = |letter: char| u8::try_from(letter).unwrap_or(b',');
        let delimiter = match map.delimiter {
            Delimiter::Char(letter) => byte(letter),
            Delimiter::None | Delimiter::Whitespace => b',',
        };
        Self::new(delimiter, map.quote.map(byte))
    }

    fn new(delimiter: u8, quote: Option<u8>) -> Self {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(delimiter).terminator(Terminator::Any(b'\n'));
        match quote {
            Some(quote) => builder.quote(quote),
            None => builder.quoting(false),
        };
        Self {
            reader: builder.build(),
            delimiter,
            quote,
            tidy: Vec::new(),
            in_quotes: false,
            fields: vec![0; 1024],
            len: 0,
            ends: vec![0; 32],
            count: 0,
        }
    }

    fn columns(&self) -> Result<Vec<&str>, BadLineReason> {
        let text = std::str::from_utf8(&self.fields[..self.len]).map_err(|_| BadLineReason::Encoding)?;
        let (mut start, mut columns) = (0, Vec::with_capacity(self.count));
        for end in &self.ends[..self.count] {
            // A delimiter that is no character by itself could end a column inside of one.
            let column = text.get(start..*end).ok_or(BadLineReason::Encoding)?;
            columns.push(column.trim());
            start = *end;
        }
        Ok(columns)
    }

    fn begin(&mut self) {
        self.reader.reset();
        (self.len, self.count, self.in_quotes) = (0, 0, false);
    }

    /// Feeds a line; whether the record ends with it.
    fn is_end(&mut self, line: &[u8]) -> bool {
        let mut tidy = std::mem::take(&mut self.tidy);
        tidy.clear();
        self.tidy_up(line, &mut tidy);
        tidy.push(b'\n');
        let is_end = self.feed(&tidy);
        self.tidy = tidy;
        is_end
    }

    /// Leaves out the blanks that some put before a quote: `"a", "b"`. The standard would have the
    /// quote be part of the text then, and a delimiter inside end the column.
    fn tidy_up(&mut self, line: &[u8], tidy: &mut Vec<u8>) {
        let Some(quote) = self.quote.filter(|quote| line.contains(quote)) else {
            tidy.extend_from_slice(line);
            return;
        };
        let is_after_delimiter = |place: usize| place > 0 && line[place - 1] == self.delimiter;
        if !memchr_iter(b' ', line).any(is_after_delimiter) {
            tidy.extend_from_slice(line);
            self.in_quotes ^= memchr_iter(quote, line).count() % 2 == 1;
            return;
        }
        let mut place = 0;
        while let Some(&byte) = line.get(place) {
            place += 1;
            tidy.push(byte);
            self.in_quotes ^= byte == quote;
            if byte == self.delimiter && !self.in_quotes {
                let blanks = line[place..].iter().take_while(|byte| **byte == b' ').count();
                if line.get(place + blanks) == Some(&quote) {
                    place += blanks;
                }
            }
        }
    }

    fn feed(&mut self, mut input: &[u8]) -> bool {
        loop {
            let (result, read, written, ends) =
                self.reader.read_record(input, &mut self.fields[self.len..], &mut self.ends[self.count..]);
            input = &input[read..];
            self.len += written;
            self.count += ends;
            match result {
                ReadRecordResult::InputEmpty => return false,
                // What is put out is no longer than what is put in, so both stay within the limit
                // on a record.
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => return true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::format::Format;

    fn records(text: &str, max: usize) -> Vec<String> {
        records_of(&FieldMap::new(Format::Csv), text, max)
    }

    fn records_of(map: &FieldMap, text: &str, max: usize) -> Vec<String> {
        let mut input = Input::open(text.as_bytes()).unwrap();
        let mut records = Records::new(map);
        let (mut raw, mut line, mut all) = (Vec::new(), 0, Vec::new());
        loop {
            match records.next(&mut input, &mut raw, max, &mut line).unwrap() {
                Found::Record => all.push(format!("{line} {}", records.columns().unwrap().join("|"))),
                Found::Bad(reason) => all.push(format!("{line} !{}", reason.code())),
                Found::End => return all,
            }
        }
    }

    #[test]
    fn columns_and_quotes() {
        let text = "sep=,\na,b,c\r\n\"x,y\",\"it\"\"s\",\"two\nlines\"\n\n# comment\n , d ,\ne";
        assert_eq!(records(text, 1000), ["2 a|b|c", "3 x,y|it\"s|two\nlines", "7 |d|", "8 e"]);
    }

    #[test]
    fn other_delimiters_and_quotes() {
        let mut map = FieldMap::new(Format::Csv);
        (map.delimiter, map.quote) = (Delimiter::Char('\t'), None);
        assert_eq!(records_of(&map, "a\t\"b\tc, d", 1000), ["1 a|\"b|c, d"]);
        (map.delimiter, map.quote) = (Delimiter::Char('|'), Some('\''));
        assert_eq!(records_of(&map, "a|'b|''c'", 1000), ["1 a|b|'c"]);
        map.comments = vec!["!".into(), String::new()];
        assert_eq!(records_of(&map, "! a\n#|b", 1000), ["2 #|b"]);
    }

    #[test]
    fn blanks_before_quotes() {
        assert_eq!(records("\"a\", \"b, c\",  \"d\"", 1000), ["1 a|b, c|d"]);
        assert_eq!(records("a, b \"c\", d", 1000), ["1 a|b \"c\"|d"]);
    }

    #[test]
    fn a_quote_that_does_not_close_costs_one_line() {
        let text = "a,1\n\"b,2\nc,3\n# \nd,\"4\ne,5";
        assert_eq!(records(text, 1000), ["1 a|1", "2 b,2\nc,3\n# \nd,4", "6 e|5"]);
        let text = "a,1\n\"b,2\nc,3\n# \nd,4\n\"e\",5\n";
        assert_eq!(records(text, 1000), ["1 a|1", "2 b,2\nc,3\n# \nd,4\ne\"|5"]);
        let text = "a,1\n\"b,2\nc,3\n# \nd,4\ne,5\n";
        let expected = ["1 a|1", "2 !unclosed_quote", "3 c|3", "5 d|4", "6 e|5"];
        assert_eq!(records(text, 1000), expected);
    }

    #[test]
    fn records_have_a_limit() {
        let long = "x".repeat(50);
        assert_eq!(records(&format!("a\n{long}\nb"), 40), ["1 a", "2 !too_long", "3 b"]);
        let text = format!("\"a\n{}\nc", "bbbbbbbbb\n".repeat(5));
        let found = records(&text, 40);
        assert_eq!((&*found[0], &*found[1], &*found[6]), ("1 !unclosed_quote", "2 bbbbbbbbb", "8 c"));
        let many = format!("\"{}", "\n".repeat(3 * MAX_LINES));
        assert_eq!(records(&many, 1 << 20), ["1 !unclosed_quote"]);
        let wide = "a,".repeat(1000);
        assert_eq!(records(&wide, 5000)[0].split('|').count(), 1001);
    }
}
