//! How the files of a table are encoded.

use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use crate::table::column::ColumnKind;
use crate::table::record::Record;

/// The properties that a table's files are written with, to be changed for
/// [`ParquetWriter::with_properties`](super::ParquetWriter::with_properties).
///
/// Compression is Snappy, which every reader knows. Dictionaries are for categories, lists,
/// integers and booleans. Statistics are for integers, times, reals and booleans: of texts that
/// come in no order the least and the greatest tell a reader nothing. Pages have 64 KiB, which is
/// faster than more and as small.
pub fn properties<R: Record>() -> WriterPropertiesBuilder {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("stixkit ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(122_880))
        .set_max_row_group_bytes(Some(64 << 20))
        .set_data_page_size_limit(64 << 10)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in R::COLUMNS {
        let path = ColumnPath::from(column.name);
        properties = match column.kind {
            ColumnKind::Text | ColumnKind::Json => properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_statistics_enabled(path, EnabledStatistics::None),
            ColumnKind::Time | ColumnKind::Real => properties.set_column_dictionary_enabled(path, false),
            ColumnKind::Category => properties.set_column_statistics_enabled(path, EnabledStatistics::None),
            ColumnKind::List => {
                // Of a list the column is the leaf.
                let path = ColumnPath::from([column.name, "list", "item"].map(str::to_owned).to_vec());
                properties.set_column_statistics_enabled(path, EnabledStatistics::None)
            }
            ColumnKind::Boolean | ColumnKind::Integer => properties,
        };
    }
    properties
}
