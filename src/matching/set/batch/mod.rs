//! Record batches of Arrow as events (feature `arrow`).

mod column;
mod leaf;
mod row_hit;
mod scan;

pub use scan::ScannedBatch;
