use std::borrow::Cow;

use stixkit::table::csv::CsvWriter;
use stixkit::table::{Cell, Cells, Column, ColumnKind, Record};

/// What a spreadsheet may take for a formula begins with one of these.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Texts, those of one record separated by U+001F and records by U+001E: a reader that is not the crate's finds in the file
/// what was written into it, and no field begins a formula.
pub(crate) fn csv(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let records: Vec<_> = text.split('\u{1e}').map(Sample::new).collect();
    for is_neutral in [false, true] {
        let mut writer = CsvWriter::new::<Sample<'_>>(Vec::new()).with_neutralized_formulas(is_neutral);
        records.iter().for_each(|record| writer.write(record).expect("memory takes all"));
        let file = String::from_utf8(writer.finish().expect("memory takes all")).expect("it is UTF-8");
        let lines = parse(&file);
        let names: Vec<_> = Sample::COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(lines[0], names);
        assert_eq!(lines.len(), 1 + records.len());
        for (line, record) in lines[1..].iter().zip(&records) {
            assert_eq!(*line, record.fields(is_neutral), "{record:?}");
        }
    }
}

/// Two texts, a category, a list, a number, JSON.
#[derive(Debug)]
struct Sample<'a> {
    texts: [Option<&'a str>; 3],
    list: Vec<&'a str>,
    number: Option<i64>,
}

impl<'a> Sample<'a> {
    fn new(text: &'a str) -> Self {
        let mut fields = text.split('\u{1f}');
        let texts = [fields.next(), fields.next(), fields.next()];
        let list = fields.next().map_or_else(Vec::new, |list| list.split(' ').collect());
        Self { texts, list, number: fields.next().and_then(|number| number.parse().ok()) }
    }

    fn fields(&self, is_neutral: bool) -> Vec<String> {
        let text = |text: &Option<&str>| {
            let text = text.unwrap_or_default();
            let quote = if is_neutral && text.starts_with(FORMULA) { "'" } else { "" };
            format!("{quote}{text}")
        };
        let list = if self.list.is_empty() { String::new() } else { serde_json::json!(self.list).to_string() };
        let number = self.number.map(|number| number.to_string()).unwrap_or_default();
        self.texts.iter().map(text).chain([list, number]).collect()
    }
}

impl Record for Sample<'_> {
    const TABLE: &'static str = "samples";
    const COLUMNS: &'static [Column] = &[
        Column::new("first, \"quoted\"", ColumnKind::Text),
        Column::new("second", ColumnKind::Text),
        Column::new("category", ColumnKind::Category),
        Column::new("list", ColumnKind::List),
        Column::new("number", ColumnKind::Integer),
    ];

    fn cells(&self, cells: &mut Cells<'_>) {
        self.texts.iter().for_each(|text| cells.show(*text));
        cells.show(Cell::list(self.list.iter().map(|text| Cow::Borrowed(*text))));
        cells.show(self.number);
    }
}

/// RFC 4180, but for the line feed that ends a record. Written to be plain.
fn parse(file: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut letters) = (false, file.chars().peekable());
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' if is_quoted => {
                is_quoted = false;
                assert!(matches!(letters.peek(), Some(',' | '\n')), "a field ends behind its quote: {file:?}");
            }
            '"' => {
                assert!(field.is_empty(), "a quote begins a field: {file:?}");
                is_quoted = true;
            }
            ',' if !is_quoted => record.push(std::mem::take(&mut field)),
            '\n' if !is_quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !is_quoted => panic!("a carriage return outside of quotes: {file:?}"),
            letter => field.push(letter),
        }
    }
    assert!(!is_quoted && field.is_empty() && record.is_empty(), "the file ends with a line: {file:?}");
    records
}
