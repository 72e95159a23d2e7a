//! Objects in memory that come and go: versions, filters, and folders of files.

mod directory;
mod filter;
mod filter_error;
mod filter_test;
mod filter_text;
mod inserted;
#[expect(clippy::module_inception, reason = "files are named after what is in them")]
mod store;
mod versions;

pub use filter::Filter;
pub use filter_error::FilterError;
pub use filter_test::Comparison;
pub use inserted::{Added, Inserted};
pub use store::Store;
