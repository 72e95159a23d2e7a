//! Events: log lines and other records, as values of the objects that patterns are about.
//!
//! An [`Event`] has a time, an outcome and [`values`](Event::values). Each [`Value`] has a [`Rule`]: the field of the log,
//! its [`Place`] in an object, and as what it is looked up in a set of indicators.
//!
//! - A value that is looked up has a kind that is decided: a field that holds an address or a name has a rule for each,
//!   and the value's rule is the one that fits. `::ffff:198.51.100.7` comes as the IPv4 address.
//! - A path of a file comes whole (`file:path`), and its last part as a value of its own (`file:name`).
//! - The values of one object have the same slot, object type and [`instance_at`](Value::instance_at). A reference is
//!   part of the path: a test of `network-traffic:dst_ref.value` is about a value with this path.

mod address;
mod compiled;
mod definition;
mod entry;
mod error;
#[expect(clippy::module_inception, reason = "the file is named after its type, and so is the module of events")]
mod event;
mod field_map;
mod fields;
mod map_error;
mod maps;
mod names;
mod number;
mod outcome;
mod parse;
mod place;
mod quotes;
mod read;
mod reading;
mod rule;
mod scan;
mod scratch;
mod times;
mod unescape;
mod value;

pub use error::{Error, ErrorKind};
pub use event::{Event, Values};
pub use field_map::FieldMap;
pub use fields::Fields;
pub use map_error::{MapError, MapErrorKind};
pub use outcome::EventOutcome;
pub use place::Place;
pub use rule::Rule;
pub use scratch::Scratch;
pub use value::{Form, Value};
