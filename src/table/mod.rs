//! Tables: records with named, typed columns, and the formats that write them.
//!
//! Every flat sink is a [`Record`]: the core [`Row`](crate::row::Row), Microsoft Sentinel's tables, Splunk's lookups. A record
//! shows its cells to [`Cells`] in the order of its columns, and the formats ask no more of it: [`JsonLine`] is one object
//! a line; CSV, Arrow and Parquet come with their features.

#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(feature = "parquet")]
pub mod parquet;

mod cell;
mod column;
mod json_line;
#[cfg(any(feature = "arrow", feature = "csv"))]
mod layout;
mod record;

pub use cell::Cell;
pub use column::{Column, ColumnKind};
pub use json_line::JsonLine;
pub use record::{Cells, Record};
