//! A table with columns of every kind, for the tests of all formats.

use std::borrow::Cow;

use proptest::prelude::*;
use stixkit::table::{Cell, Cells, Column, ColumnKind, Record};
use stixkit::{Json, Timestamp};

/// A record with the cells that it is given, be they right or wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample(pub(crate) Vec<Cell<'static>>);

impl Record for Sample {
    const TABLE: &'static str = "samples";
    const COLUMNS: &'static [Column] = &[
        Column::new("text", ColumnKind::Text),
        Column::new("category", ColumnKind::Category),
        Column::new("boolean", ColumnKind::Boolean),
        Column::new("integer", ColumnKind::Integer),
        Column::new("real", ColumnKind::Real),
        Column::new("time", ColumnKind::Time),
        Column::new("list", ColumnKind::List),
        Column::new("json", ColumnKind::Json),
    ];

    fn cells(&self, cells: &mut Cells<'_>) {
        self.0.iter().for_each(|cell| cells.show(cell.clone()));
    }
}

impl Sample {
    pub(crate) fn empty() -> Self {
        Self(vec![Cell::Null; Self::COLUMNS.len()])
    }

    pub(crate) fn full() -> Self {
        Self(vec![
            "it's \"a\", b\nc".into(),
            "few".into(),
            true.into(),
            (-5_i64).into(),
            85.0.into(),
            time("2024-05-01T10:00:00.1234567Z"),
            list(&["a", "", "b,\"c\""]),
            json(r#"{"a": [1, null, "é"]}"#),
        ])
    }

    /// With one cell in place of another.
    pub(crate) fn with(mut self, column: &str, cell: Cell<'static>) -> Self {
        let place = Self::COLUMNS.iter().position(|own| own.name == column).expect("there is such a column");
        self.0[place] = cell;
        self
    }
}

pub(crate) fn time(text: &str) -> Cell<'static> {
    Cell::Time(Cow::Owned(text.parse::<Timestamp>().expect("it is a timestamp")))
}

pub(crate) fn list(texts: &[&'static str]) -> Cell<'static> {
    Cell::list(texts.iter().map(|text| (*text).into()))
}

pub(crate) fn json(text: &str) -> Cell<'static> {
    Json::new(text).expect("it is JSON").into()
}

/// The cells of a record, those without a value included.
pub(crate) fn cells<R: Record>(record: &R) -> Vec<Cell<'static>> {
    let mut kept = vec![Cell::Null; R::COLUMNS.len()];
    record.cells(&mut Cells::new(&mut |number, cell| kept[number] = owned(cell)));
    kept
}

fn owned(cell: &Cell<'_>) -> Cell<'static> {
    match cell {
        Cell::Null => Cell::Null,
        Cell::Text(text) => text.clone().into_owned().into(),
        Cell::Boolean(value) => (*value).into(),
        Cell::Integer(value) => (*value).into(),
        Cell::Real(value) => (*value).into(),
        Cell::Time(time) => Cell::Time(Cow::Owned(time.clone().into_owned())),
        Cell::List(list) => Cell::list(list.iter().map(|item| item.clone().into_owned().into())),
        Cell::Json(json) => json.clone().into_owned().into(),
        other => panic!("{other:?}"),
    }
}

/// Records that do not fit, and what the error says about each.
pub(crate) fn misfits() -> Vec<(Sample, &'static str)> {
    let full = Sample::full;
    let mut short = full();
    short.0.pop();
    let mut long = full();
    long.0.push(Cell::Null);
    vec![
        (full().with("json", "text".into()), "\"json\" takes no"),
        (full().with("text", json("5")), "\"text\" takes no"),
        (full().with("real", 5_i64.into()), "\"real\" takes no"),
        (full().with("list", "a".into()), "\"list\" takes no"),
        (short, "\"json\" has no cell"),
        (long, "more cells than columns"),
    ]
}

/// A record of another table.
#[derive(Debug)]
pub(crate) struct Other;

impl Record for Other {
    const TABLE: &'static str = "others";
    const COLUMNS: &'static [Column] = &[Column::new("only", ColumnKind::Text)];

    fn cells(&self, cells: &mut Cells<'_>) {
        cells.show(Cell::Null);
    }
}

/// Arbitrary records that fit.
pub(crate) fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let text = || any::<String>().prop_map(Cell::from);
    let category = prop::sample::select((0..20).map(|n| "c".repeat(n)).collect::<Vec<_>>()).prop_map(Cell::from);
    // From before the year 0 by an offset to the end of 9999, to the nanosecond.
    let instant = (-62_167_219_200_i64..253_402_300_800, 0..1_000_000_000_u32)
        .prop_map(|(seconds, nanoseconds)| chrono::DateTime::from_timestamp(seconds, nanoseconds).unwrap());
    let time = instant.prop_map(|instant| Cell::Time(Cow::Owned(instant.into())));
    let list =
        prop::collection::vec(any::<String>(), 0..4).prop_map(|texts| Cell::list(texts.into_iter().map(Cow::Owned)));
    let json =
        prop::sample::select(vec!["{}", "[1,2]", "null", "-1e400", r#""\u0000""#, r#"{"a":{"b":"é"}}"#]).prop_map(json);
    fn or_null(cell: impl Strategy<Value = Cell<'static>>) -> impl Strategy<Value = Cell<'static>> {
        prop_oneof![1 => Just(Cell::Null), 3 => cell]
    }
    let record = (
        or_null(text()),
        or_null(prop_oneof![category, text()]),
        or_null(any::<bool>().prop_map(Cell::from)),
        or_null(any::<i64>().prop_map(Cell::from)),
        or_null(any::<f64>().prop_map(Cell::from)),
        or_null(time),
        or_null(list),
        or_null(json),
    );
    let record = record.prop_map(|(a, b, c, d, e, f, g, h)| Sample(vec![a, b, c, d, e, f, g, h]));
    prop::collection::vec(record, 0..40)
}

/// A record of a table with columns that have a value in every record, and one for look-ups.
#[derive(Clone, Debug)]
pub(crate) struct Strict {
    pub(crate) id: Option<&'static str>,
    pub(crate) value: Option<&'static str>,
    pub(crate) is_new: Option<bool>,
}

impl Record for Strict {
    const TABLE: &'static str = "strict";
    const COLUMNS: &'static [Column] = &[
        Column::new("id", ColumnKind::Text).with_required(true),
        Column::new("value", ColumnKind::Text).with_lookup(true),
        Column::new("is_new", ColumnKind::Boolean).with_required(true),
    ];

    fn cells(&self, cells: &mut Cells<'_>) {
        cells.show(self.id);
        cells.show(self.value);
        cells.show(self.is_new);
    }
}

impl Strict {
    pub(crate) const FULL: Self = Self { id: Some("a"), value: Some("v"), is_new: Some(true) };

    /// Records that lack a value, and what the error says about each.
    pub(crate) const MISFITS: [(Self, &'static str); 2] = [
        (Self { id: None, ..Self::FULL }, "\"id\" needs a value"),
        (Self { is_new: None, ..Self::FULL }, "\"is_new\" needs a value"),
    ];
}
