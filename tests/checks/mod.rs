//! What holds for every input: the bodies of the fuzz targets. `cargo test` runs them on the seeds and on what fuzzing
//! found (`tests/regressions.rs`). They use the public API alone, and panic where a promise is broken.

#[cfg(feature = "taxii")]
mod checkpoint;
#[cfg(feature = "match")]
mod correlating;
#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "rows")]
mod feed;
mod json;
#[cfg(feature = "match")]
mod matching;
#[cfg(feature = "match")]
pub(crate) mod oracle;
mod patterns;
mod reading;
#[cfg(feature = "rows")]
mod rows;
#[cfg(feature = "match")]
mod scan_json;
#[cfg(feature = "match")]
mod snapshot;
#[cfg(feature = "taxii")]
mod taxii;
#[cfg(feature = "rows")]
mod translate;
mod upgrade;
#[cfg(feature = "rows")]
mod upserts;
mod validate;
#[cfg(feature = "rows")]
mod views;

#[cfg(feature = "taxii")]
pub(crate) use checkpoint::checkpoint;
#[cfg(feature = "match")]
pub(crate) use correlating::correlates;
#[cfg(feature = "csv")]
pub(crate) use csv::csv;
#[cfg(feature = "rows")]
pub(crate) use feed::feed;
#[cfg(feature = "match")]
pub(crate) use matching::{agrees_with_the_oracle, matching};
pub(crate) use patterns::pattern_parse;
pub(crate) use reading::{read, read_in_chunks};
#[cfg(feature = "rows")]
pub(crate) use rows::row_map;
#[cfg(feature = "match")]
pub(crate) use scan_json::scan_json;
#[cfg(feature = "match")]
pub(crate) use snapshot::snapshot;
#[cfg(feature = "taxii")]
pub(crate) use taxii::taxii_page;
#[cfg(feature = "rows")]
pub(crate) use translate::translate;
pub(crate) use upgrade::upgrade;
#[cfg(feature = "arbitrary")]
pub(crate) use upgrade::versions;
#[cfg(feature = "rows")]
pub(crate) use upserts::upserts;
pub(crate) use validate::validate;
#[cfg(feature = "rows")]
pub(crate) use views::views;
