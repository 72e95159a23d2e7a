//! Records, their columns and their cells.

use std::borrow::Cow;
use std::fmt;
use std::mem;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{Json as JsonText, Timestamp};

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Column {
    /// The name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Text of which a table has few different ones: a state, a type, the name of a feed.
    Category,
    /// `true` or `false`.
    Boolean,
    /// A whole number of 64 bits.
    Integer,
    /// A double.
    Real,
    /// An instant.
    Time,
    /// A list of texts.
    List,
    /// JSON, for columns that hold documents.
    Json,
}

impl Column {
    /// A column.
    pub const fn new(name: &'static str, kind: ColumnKind) -> Self {
        Self { name, kind }
    }
}

/// The value of a column in one record. Every column may be without one.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Cell<'a> {
    /// No value.
    #[default]
    Null,
    /// For [`ColumnKind::Text`] and [`ColumnKind::Category`].
    Text(Cow<'a, str>),
    /// For [`ColumnKind::Boolean`].
    Boolean(bool),
    /// For [`ColumnKind::Integer`].
    Integer(i64),
    /// For [`ColumnKind::Real`].
    Real(f64),
    /// For [`ColumnKind::Time`].
    Time(Cow<'a, Timestamp>),
    /// For [`ColumnKind::List`].
    List(Vec<Cow<'a, str>>),
    /// For [`ColumnKind::Json`].
    Json(JsonText<'a>),
}

/// A record of a table.
///
/// ```
/// use stixkit::table::{Cells, Column, ColumnKind, Json, Record};
///
/// struct Hit<'a> {
///     value: &'a str,
///     count: Option<i64>,
/// }
///
/// impl Record for Hit<'_> {
///     const TABLE: &'static str = "hits";
///     const COLUMNS: &'static [Column] =
///         &[Column::new("value", ColumnKind::Text), Column::new("count", ColumnKind::Integer)];
///
///     fn cells(&self, cells: &mut Cells<'_>) {
///         cells.show(self.value);
///         cells.show(self.count);
///     }
/// }
/// let json = serde_json::to_string(&Json(&Hit { value: "198.51.100.7", count: None }))?;
/// assert_eq!(json, r#"{"value":"198.51.100.7"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Record {
    /// The name of the table.
    const TABLE: &'static str;

    /// The columns in order.
    const COLUMNS: &'static [Column];

    /// Shows the cells in the order of the columns, each once, each of its column's kind or [`Cell::Null`].
    fn cells(&self, cells: &mut Cells<'_>);
}

/// What a record shows its cells to, one after the other.
///
/// ```
/// # use stixkit::table::{Cell, Cells, Column, ColumnKind, Record};
/// # struct Hit;
/// # impl Record for Hit {
/// #     const TABLE: &'static str = "hits";
/// #     const COLUMNS: &'static [Column] =
/// #         &[Column::new("value", ColumnKind::Text), Column::new("count", ColumnKind::Integer)];
/// #     fn cells(&self, cells: &mut Cells<'_>) {
/// #         cells.show(Cell::Null);
/// #         cells.show(2_i64);
/// #     }
/// # }
/// # let hit = Hit;
/// let mut seen = Vec::new();
/// hit.cells(&mut Cells::new(&mut |column, cell| seen.push((column, format!("{cell:?}")))));
/// assert_eq!(seen, [(1, "Integer(2)".to_owned())]);
/// ```
pub struct Cells<'t> {
    shown: usize,
    take: &'t mut dyn FnMut(usize, &Cell<'_>),
}

impl<'t> Cells<'t> {
    /// Gives the cells that have a value to `take`, with the numbers of their columns, from 0 on.
    pub fn new(take: &'t mut dyn FnMut(usize, &Cell<'_>)) -> Self {
        Self { shown: 0, take }
    }

    /// Shows the next column's cell.
    // In a wide table most cells have no value: to see that here, where the cell is made, saves making it.
    #[inline]
    pub fn show<'a>(&mut self, cell: impl Into<Cell<'a>>) {
        let cell = cell.into();
        // Mostly known where the cell is made, and forgotten once it was shown: then there would be much to look at to drop it.
        let owns = cell.may_own();
        if !matches!(cell, Cell::Null) {
            (self.take)(self.shown, &cell);
        }
        self.shown += 1;
        if !owns {
            mem::forget(cell);
        }
    }

    /// Shows the next column's cell, which was made before.
    #[inline]
    pub fn show_ref(&mut self, cell: Option<&Cell<'_>>) {
        match cell {
            None | Some(Cell::Null) => {}
            Some(cell) => (self.take)(self.shown, cell),
        }
        self.shown += 1;
    }

    /// How many cells were shown, those without a value included.
    pub fn shown(&self) -> usize {
        self.shown
    }
}

impl fmt::Debug for Cells<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cells").field("shown", &self.shown).finish_non_exhaustive()
    }
}

/// A record as one flat JSON object, without the columns that have no value.
#[derive(Clone, Copy, Debug)]
pub struct Json<'r, R>(pub &'r R);

impl<R: Record> Serialize for Json<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut result = Ok(());
        self.0.cells(&mut Cells::new(&mut |number, cell| {
            if let (Some(column), Ok(())) = (R::COLUMNS.get(number), &result) {
                result = map.serialize_entry(column.name, cell);
            }
        }));
        result?;
        map.end()
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Real(value) => serializer.serialize_f64(*value),
            Self::Time(time) => time.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
            Self::Json(json) => json.serialize(serializer),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Cell<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u8> for Cell<'_> {
    fn from(value: u8) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for Cell<'_> {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl<'a> From<&'a Timestamp> for Cell<'a> {
    fn from(time: &'a Timestamp) -> Self {
        Self::Time(Cow::Borrowed(time))
    }
}

impl<'a> From<JsonText<'a>> for Cell<'a> {
    fn from(json: JsonText<'a>) -> Self {
        Self::Json(json)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        match value {
            Some(value) => value.into(),
            None => Self::Null,
        }
    }
}

impl<'a> Cell<'a> {
    /// Whether there may be something to drop.
    #[inline]
    fn may_own(&self) -> bool {
        match self {
            Self::Null | Self::Boolean(_) | Self::Integer(_) | Self::Real(_) => false,
            Self::Text(text) => matches!(text, Cow::Owned(_)),
            Self::Time(time) => matches!(time, Cow::Owned(_)),
            Self::List(_) | Self::Json(_) => true,
        }
    }

    /// A list of texts; an empty one is no value.
    pub fn list(texts: impl IntoIterator<Item = Cow<'a, str>>) -> Self {
        let list: Vec<_> = texts.into_iter().collect();
        if list.is_empty() { Self::Null } else { Self::List(list) }
    }
}
