//! How a property is read, looked at and checked.

pub(crate) mod fields;
pub(crate) mod list;
pub(crate) mod rules;
pub(crate) mod value;
pub(crate) mod view;
