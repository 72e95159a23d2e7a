//! Objects: what reading keeps, what names and paths reach, identifiers, versions, and the way from STIX 2.0 to 2.1 and back.

mod attack;
mod construction;
mod dates;
mod downgrade;
mod identifiers;
mod identity_keys;
mod lenient;
mod property_lists;
mod upgrade;
#[cfg(feature = "arbitrary")]
mod versions;

use stixkit::Object;

#[track_caller]
fn object(json: &str) -> Object {
    serde_json::from_str(json).expect("the object reads")
}
