//! From STIX 2.0 to 2.1: [`Object::upgrade`](crate::Object::upgrade).
//!
//! - `aside`: properties that have no place in STIX 2.1, as custom ones.
//! - `observable`: the properties of an observable.
//! - `names`: identifiers in the place of local names.
//! - `merge`: observables that several objects contain.
//! - `markings`: the markings of observed data, on its observables.
//! - `observed_data`: observables as objects of their own.
//! - `convert`: an object of any type.

mod aside;
mod convert;
mod markings;
mod merge;
mod names;
mod observable;
mod observed_data;

pub(crate) use convert::convert;
pub(crate) use merge::Merger;
