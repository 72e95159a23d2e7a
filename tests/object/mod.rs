//! Objects: what reading keeps, what names and paths reach, identifiers, versions, and the way from STIX 2.0 to 2.1.

mod construction;
mod dates;
mod lenient;
mod property_lists;
mod upgrade;

use stixkit::Object;

#[track_caller]
fn object(json: &str) -> Object {
    serde_json::from_str(json).expect("the object reads")
}
