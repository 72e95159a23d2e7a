//! The Arrow schema of a table.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};

use crate::table::column::{Column, ColumnKind};
use crate::table::record::Record;

/// The key of the table's name in metadata.
pub(in crate::table) const TABLE: &str = "stixkit.table";

pub(super) const UTC: &str = "UTC";

/// Returns the schema of a table: the same for every batch and every file of it. Its metadata has
/// the table's name as `stixkit.table`.
pub fn schema<R: Record>() -> SchemaRef {
    let metadata = HashMap::from([(TABLE.to_owned(), R::TABLE.to_owned())]);
    Arc::new(Schema::new_with_metadata(R::COLUMNS.iter().map(field).collect::<Vec<_>>(), metadata))
}

fn field(column: &Column) -> Field {
    let kind = match column.kind {
        ColumnKind::Text | ColumnKind::Json => DataType::Utf8,
        ColumnKind::Category => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        ColumnKind::Boolean => DataType::Boolean,
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Real => DataType::Float64,
        ColumnKind::Time => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        ColumnKind::List => DataType::List(item()),
    };
    Field::new(column.name, kind, !column.is_required)
}

/// The items of a list. Name and nullability are those that other programs give a list of texts, so
/// that tables can be put together.
pub(super) fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Utf8, true))
}
