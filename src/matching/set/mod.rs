//! A set of indicators that finds them in events.

mod always;
mod arena;
#[cfg(feature = "arrow")]
mod batch;
mod cover;
mod digest;
mod domain;
mod draft;
mod folded;
mod grams;
mod hasher;
mod hit;
mod hit_record;
mod how;
mod indicator_set;
mod inserted;
mod ipv4;
mod ipv6;
mod key;
mod needle;
mod objects;
mod options;
mod packed;
mod probe;
mod record;
mod records;
mod residual;
mod scanner;
mod stats;
mod store;
mod term;
mod tight;
mod url;
mod values;

#[cfg(feature = "arrow")]
pub use batch::ScannedBatch;
pub use hit::Hit;
pub use how::How;
pub use indicator_set::IndicatorSet;
pub use inserted::{Change, Inserted, SkipReason, Skipped};
pub use options::{SetOptions, Subdomains, Urls};
pub use record::Record;
pub use scanner::{Scanned, Scanner};
pub use stats::{Stats, StatsBytes};
