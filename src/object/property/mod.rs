//! How a property is read, viewed, checked and written.
//!
//! The files, from the lowest to the highest:
//!
//! - [`context`]: what reading finds out beside the values.
//! - [`definition`]: what a property list says of a property, as data.
//! - [`view`]: a property's value for code that goes by names and paths.
//! - [`findings`]: where a check puts what it finds.
//! - [`traits`]: what the type of a property has to be able to do.
//! - [`fields`]: the members of one object as they come out of the text.
//! - [`slot`]: from the text of a property to the field that holds it.
//! - [`value`]: the types of properties that many structs share.
//! - [`references`]: references in properties that are kept as JSON.
//! - [`record`]: the table of a struct's properties, and what can be done with a table alone.
//! - [`rules`]: what the versions of the standard require of a property.
//! - [`part`]: `part_properties!`, which writes a struct inside of an object from its property
//!   list.
//! - [`list`]: `properties!`, which writes a type of object from its property list.

pub(crate) mod context;
pub(crate) mod definition;
#[cfg(test)]
mod expansion;
pub(crate) mod fields;
pub(crate) mod findings;
pub(crate) mod list;
pub(crate) mod part;
pub(crate) mod record;
pub(crate) mod references;
pub(crate) mod rules;
pub(crate) mod slot;
pub(crate) mod traits;
pub(crate) mod value;
pub(crate) mod view;
