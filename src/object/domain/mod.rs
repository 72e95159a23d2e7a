//! Domain objects (STIX 2.1 section 4).

mod identity;
mod indicator;

pub use identity::Identity;
pub use indicator::Indicator;
