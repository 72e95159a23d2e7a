//! How the files of a table are encoded.

use parquet::basic::Compression;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use crate::table::column::ColumnKind;
use crate::table::record::Record;

const ROW_GROUP_ROWS: usize = 122_880;

/// The properties that a table's files are written with, to be changed for
/// [`ParquetWriter::with_properties`](super::ParquetWriter::with_properties).
///
/// Compression is Snappy, which every reader knows. Dictionaries are for categories, lists,
/// integers and booleans. All columns but lists and JSON have statistics for each row group.
/// Columns in which values are [looked up](crate::table::Column::has_lookup) have a Bloom filter of
/// at most 256 KiB a row group, with which a reader skips most row groups that do not have the
/// value. Pages have 64 KiB, which is faster than more and as small.
pub fn properties<R: Record>() -> WriterPropertiesBuilder {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("stixkit ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_max_row_group_bytes(Some(64 << 20))
        .set_data_page_size_limit(64 << 10)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in R::COLUMNS {
        let path = ColumnPath::from(column.name);
        if column.has_lookup {
            properties = properties
                .set_column_bloom_filter_fpp(path.clone(), 0.01)
                .set_column_bloom_filter_max_ndv(path.clone(), ROW_GROUP_ROWS as u64);
        }
        properties = match column.kind {
            ColumnKind::Json => properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_statistics_enabled(path, EnabledStatistics::None),
            ColumnKind::Text | ColumnKind::Time | ColumnKind::Real => {
                properties.set_column_dictionary_enabled(path, false)
            }
            ColumnKind::List => {
                // Of a list the column is the leaf.
                let path = ColumnPath::from([column.name, "list", "item"].map(str::to_owned).to_vec());
                properties.set_column_statistics_enabled(path, EnabledStatistics::None)
            }
            ColumnKind::Category | ColumnKind::Boolean | ColumnKind::Integer => properties,
        };
    }
    properties
}

/// The properties of files whose row groups are sorted by [`Record::SORTED_BY`], core rows by type
/// and value. The columns have statistics for each page, so that a reader that looks for a value
/// decodes few pages of a row group. A writer holds all records of a row group before it encodes
/// them.
///
/// ```
/// use stixkit::row::Row;
/// use stixkit::table::parquet::{ParquetWriter, sorted_properties};
///
/// let writer = ParquetWriter::with_properties::<Row>(Vec::new(), sorted_properties::<Row>().build())?;
/// # Ok::<(), stixkit::Error>(())
/// ```
pub fn sorted_properties<R: Record>() -> WriterPropertiesBuilder {
    let place = |name: &&str| R::COLUMNS.iter().position(|column| column.name == *name);
    let column = |place| {
        i32::try_from(place).ok().map(|column_idx| SortingColumn { column_idx, descending: false, nulls_first: true })
    };
    let columns: Vec<_> = R::SORTED_BY.iter().filter_map(place).filter_map(column).collect();
    let sorting = (!columns.is_empty()).then_some(columns);
    R::SORTED_BY.iter().fold(properties::<R>().set_sorting_columns(sorting), |properties, name| {
        properties.set_column_statistics_enabled(ColumnPath::from(*name), EnabledStatistics::Page)
    })
}
