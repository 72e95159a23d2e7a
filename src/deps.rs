//! The crates whose types are part of this crate's interface.
//!
//! A program needs the same version of such a crate as this one, or its types do not fit. The
//! crates are here under their own names, so that a program that names them through this module
//! always has the right version. A release that moves to another major version of one of them is a
//! major release of this crate, too.
//!
//! | crate | what of it is in the interface |
//! |---|---|
//! | `chrono` | `DateTime<Utc>` and `TimeDelta`: instants and spans of time |
//! | `serde` | `Serialize` and `Deserialize` of nearly all types |
//! | `serde_json` | `Error`, and `Value` as a source of [`Json`](crate::Json) |
//! | `uuid` | `Uuid`, the part of identifiers |
//! | `http` (feature `taxii`) | requests and answers of `Transport`, methods and statuses |
//! | `url` (feature `taxii`) | `Url`: addresses of servers |
//! | `futures_util` (feature `taxii`) | the trait `Stream`, of pages and objects |
//! | `reqwest` (feature `reqwest`) | `Client`, for a transport with settings of your own |
//! | `arrow_array`, `arrow_schema` (feature `arrow`) | record batches and schemas; the version is one of a range |
//! | `parquet` (feature `parquet`) | the properties of a writer; the version is one of a range |
//! | `arbitrary` (feature `arbitrary`) | the trait `Arbitrary` of all objects |
//!
//! All other dependencies may change at any time.
//!
//! ```
//! use stixkit::Timestamp;
//! use stixkit::deps::chrono::{DateTime, Utc};
//!
//! let instant: DateTime<Utc> = "2024-05-01T10:00:00Z".parse::<Timestamp>()?.into();
//! assert_eq!(instant.timestamp(), 1_714_557_600);
//! # Ok::<(), stixkit::Error>(())
//! ```

#[cfg(feature = "arbitrary")]
pub use arbitrary;
#[cfg(feature = "arrow")]
pub use arrow_array;
#[cfg(feature = "arrow")]
pub use arrow_schema;
pub use chrono;
#[cfg(feature = "taxii")]
pub use futures_util;
#[cfg(feature = "taxii")]
pub use http;
#[cfg(feature = "parquet")]
pub use parquet;
#[cfg(feature = "reqwest")]
pub use reqwest;
pub use serde;
pub use serde_json;
#[cfg(feature = "taxii")]
pub use url;
pub use uuid;
