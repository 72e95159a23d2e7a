//! From STIX 2.1 to 2.0: [`Object::downgrade`](crate::Object::downgrade).
//!
//! The object is written, its JSON is changed and read again, so that a property can move to
//! another name whatever its type is.
//!
//! - `draft`: the JSON of an object while it changes, and where its properties went.
//! - `selectors`: granular markings of properties that went elsewhere.
//! - `references`: references to objects that have another name in STIX 2.0.
//! - `pattern`: the dialect of patterns.
//! - `extensions`: predefined extensions and hashes.
//! - `observable`: the properties of an observable.
//! - `observed_data`: observables in the dictionary of observed data.
//! - `domain`: the properties of other types.
//! - `convert`: an object of any type.

mod convert;
mod domain;
mod draft;
mod extensions;
mod observable;
mod observed_data;
mod pattern;
mod references;
mod selectors;

pub(crate) use convert::convert;
pub(crate) use observed_data::Surroundings;
