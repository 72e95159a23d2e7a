//! stixkit
mod bundle;
mod cursor;
pub mod error;
mod finding;
mod id;
pub mod json;
mod json_eq;
pub mod object;
pub mod pattern;
pub mod reader;
pub mod row;
mod scan;
mod time;
pub mod vocab;

pub use bundle::Bundle;
pub use error::Error;
pub use finding::{Finding, FindingKind};
pub use id::Identifier;
pub use json::{Json, Properties};
pub use object::{Kind, Object};
pub use reader::Reader;
pub use time::Timestamp;
