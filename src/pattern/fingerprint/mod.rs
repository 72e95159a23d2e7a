//! A key that equal patterns share, however they are written.

mod code;
mod constant;
#[expect(clippy::module_inception, reason = "files are named after what is in them")]
mod fingerprint;
mod inside;
mod outside;
mod rules;

pub use fingerprint::Fingerprint;
pub use rules::FingerprintRules;
