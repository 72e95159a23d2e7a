//! Tables in every format.

#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "csv")]
mod csv;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
pub(crate) mod sample;
