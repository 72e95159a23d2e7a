//! From bytes to objects, one at a time.
//!
//! [`Reader`] takes whatever feeds send: a bundle with its keys in any order, a TAXII envelope, a
//! list of objects, one object, or any sequence of these, on lines of their own (NDJSON) or not. It
//! reads a slice in place, and a stream with the memory of one object and a buffer.
//!
//! ```
//! use stixkit::reader::{Item, Reader};
//!
//! let feed = r#"{"type": "bundle", "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11", "objects": [
//!     {"type": "x-a", "id": "x-a--1"},
//!     {"type": "x-a", "id": "x-a--2", "name": oops},
//!     {"type": "x-a", "id": "x-a--3"}
//! ]}"#;
//! let (mut read, mut rejected) = (Vec::new(), Vec::new());
//! for item in Reader::from_str(feed) {
//!     match item? {
//!         Item::Object(accepted) => read.push(accepted.object.id().to_string()),
//!         Item::Rejected(bad) => rejected.push(bad.error.to_string()),
//!     }
//! }
//! assert_eq!(read, ["x-a--1", "x-a--3"]);
//! assert_eq!(rejected, ["not JSON: expected a value, at $.objects[1].name, line 3, column 45 (byte 167)"]);
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! # Containers, and what is around them
//!
//! | input | what is read |
//! |---|---|
//! | a bundle, a TAXII envelope, a list, one object, or a sequence of these | its objects |
//! | a bundle or envelope whose `objects` is one object or a map of objects | the object or objects, with a finding ([`NotAList`](crate::FindingKind::NotAList)) |
//! | a bundle or envelope whose `objects` is a string, number or boolean | nothing: the value is rejected with its place |
//! | an object that is neither STIX nor a container, with any of these up to six levels below: `{"status": "ok", "data": {bundle}}` | the objects below, with a finding for each path ([`Wrapped`](crate::FindingKind::Wrapped)) |
//! | the same, and the caller knows the path | see [`Reader::at`] |
//! | an envelope with other members only | nothing: a finding ([`Container`](crate::FindingKind::Container)) |
//! | a gzip file, as a stream and with the feature `gzip` | what is in it: see [below](#compressed-files) |
//! | any other compressed file (gzip, zip, Zstandard, xz, bzip2) or UTF-32 | nothing: an error of kind [`Encoding`](crate::error::ErrorKind::Encoding) that names the format |
//!
//! What an object around a container holds besides is skipped. A value under `extensions`,
//! `definition`, `external_references`, `granular_markings` or `kill_chain_phases` is never
//! searched for objects, because these belong to STIX objects.
//!
//! # One bad object never costs its neighbours
//!
//! A value that does not fit its property is set aside: it is kept as JSON among the custom
//! properties, with a [`Finding`](crate::Finding), and the rest of the object is read. Where that
//! is not enough (a required property is missing, it is not JSON at all) the item is [`Rejected`],
//! with its place, the reason and the text as it was sent, and the reader continues with the next
//! object. After text that is not JSON it looks for the brackets that close the object and for the
//! start of the next one, and takes what comes first.
//!
//! # Indicators without objects
//!
//! [`Reader::next_view`] returns the same items as the iterator, but an indicator as an
//! [`IndicatorView`]: its parts in the reader's memory, of which rows are made. Most programs that
//! only need rows are faster with it.
//!
//! # Compressed files
//!
//! With the feature `gzip`, [`Reader::open`] and [`Reader::from_reader`] recognize gzip by its
//! first bytes and decompress it, with all members of the file, in constant memory. All limits,
//! offsets, lines and [`Reader::bytes_read`] are about the decompressed bytes, of which a
//! compressed file can contain a thousand times its size: for files from untrusted sources set
//! [`Limits::total_bytes`]. A file that is cut or damaged ends with an error of kind
//! [`Io`](crate::error::ErrorKind::Io), after the objects before the damage.
//!
//! [`Reader::from_slice`] reads objects in place and has no place for decompressed bytes, so it
//! returns the error; use `Reader::from_reader(&bytes[..])` for compressed bytes in memory.
//!
//! # Lines
//!
//! Objects may be on lines of their own, which end in LF, CRLF or, as on old Macs, in CR alone.
//! Positions count lines by their LF: in a file without any, all is on line 1, and the column and
//! the offset show the place.
//!
//! # Input safety
//!
//! No input makes the reader panic. Time is linear in the size of the input, and memory is bounded
//! by [`Limits`]: nesting, strings, objects, their number and the whole. Nothing recurses on the
//! input.

mod bundle;
mod bundle_traits;
mod containers;
pub(crate) mod decoded;
mod element;
mod frame;
mod index;
mod item;
mod limits;
mod lookahead;
pub(crate) mod magic;
mod objects;
#[cfg(feature = "parallel")]
pub mod parallel;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod reader;
mod recover;
mod source;
pub mod store;
mod view;
mod view_place;

pub use bundle::{Bundle, Downgrade};
pub use item::{Accepted, Item, Rejected};
pub use limits::Limits;
pub use objects::Objects;
#[cfg(feature = "parallel")]
pub use parallel::Parallel;
pub use reader::Reader;
pub use source::{Growth, Slice, Source, Stream};
pub use view::{IndicatorView, ItemView};
