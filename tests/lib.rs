//! The integration tests, as one binary.

#[cfg(feature = "reqwest")]
mod certificates;
mod checks;
mod corpus;
#[cfg(feature = "rows")]
mod feed;
mod formats;
#[cfg(feature = "rows")]
mod golden;
mod graph;
#[cfg(feature = "reqwest")]
mod live;
mod marking;
#[cfg(feature = "match")]
mod matching;
mod object;
mod pattern;
mod reader;
mod reference;
mod regressions;
#[cfg(feature = "rows")]
mod row;
#[cfg(feature = "rows")]
mod sink;
#[cfg(any(feature = "arrow", feature = "csv"))]
mod table;
#[cfg(feature = "taxii")]
mod taxii;
#[cfg(feature = "rows")]
mod translate;
mod validate;
