//! The table of before 2025.

mod indicator_id;
mod information;
mod kill_chain;
mod record;
mod slot;

pub use record::ThreatIntelligenceIndicator;
