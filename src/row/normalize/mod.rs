//! Normal forms of values: one for each kind, in a file each.
//!
//! A form returns `None` for text that is not a value of its kind. Text comes without white space
//! around it. Forms change nothing that they made themselves.

pub(crate) mod domain;
pub(crate) mod email;
pub(crate) mod hash;
pub(crate) mod mac;
pub(crate) mod number;
pub(crate) mod registry_key;
pub(crate) mod serial;
pub(crate) mod trimmed;
pub(crate) mod url;
pub(crate) mod weakness;

#[expect(clippy::module_inception, reason = "the function that the module is about")]
mod normalize;

pub use normalize::normalize;
