//! Maps indicators to flat rows, for tables, data frames and matchers.
//!
//! ```
//! use stixkit::object::Indicator;
//! use stixkit::row::{Mapper, State, ValueKind};
//!
//! let indicator: Indicator = serde_json::from_str(r#"{
//!     "type": "indicator",
//!     "spec_version": "2.1",
//!     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//!     "created": "2024-05-01T10:00:00.000Z",
//!     "modified": "2024-05-01T10:00:00.000Z",
//!     "pattern": "[domain-name:value = 'Login.Example.org' OR ipv4-addr:value = '198.51.100.0/24']",
//!     "pattern_type": "stix",
//!     "valid_from": "2024-05-01T10:00:00Z"
//! }"#)?;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! let rows = mapper.map(&indicator).rows;
//! assert_eq!(rows.len(), 2);
//! assert_eq!(rows[0].validity.state, State::Active);
//! assert!(rows[0].relation.standalone);
//!
//! let observable = rows[0].observable.as_ref().unwrap();
//! assert_eq!((&*observable.key, &*observable.value), ("domain-name:value", "Login.Example.org"));
//! assert_eq!(observable.norm, "login.example.org");
//! assert_eq!(rows[1].observable.as_ref().unwrap().kind, ValueKind::Cidr);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - A [`Mapper`] turns an indicator into an [`Outcome`]: its rows, the [`Class`] of its pattern,
//!   and the [`Unmapped`] reason if the rows do not cover all of the pattern. [`Counts`] adds
//!   outcomes up.
//! - A [`Row`] is narrow and long: one value a row, with what the indicator says about it beside
//!   it. It borrows from the indicator and serializes to one flat JSON object.
//! - [`Upserts`] keeps a table of rows current when newer versions of indicators arrive.
//!
//! [`sink`](crate::sink) has rows in the form of Microsoft Sentinel, Elastic, OCSF and Splunk;
//! [`table`](crate::table) writes them as JSON lines, CSV, Arrow and Parquet.
//!
//! # From bytes to rows
//!
//! Rows need only a part of an indicator. [`Reader::next_view`](crate::Reader::next_view) reads that
//! part without making an object, and [`Mapper::map_view`] makes the rows. They are the same as those
//! of [`Mapper::map`], and take three quarters of the time from the bytes on.
//!
//! ```
//! use stixkit::Reader;
//! use stixkit::reader::ItemView;
//! use stixkit::row::Mapper;
//!
//! # let feed = r#"[{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}]"#.as_bytes();
//! # let mut lines = Vec::new();
//! let mut mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! let mut reader = Reader::from_reader(feed);
//! while let Some(item) = reader.next_view() {
//!     match item? {
//!         ItemView::Indicator(view) => {
//!             for row in mapper.map_view(&view).rows {
//!                 lines.push(serde_json::to_string(&row)?);
//!             }
//!         }
//!         // Identities, markings and relationships: the names and levels that rows have.
//!         ItemView::Object(accepted) => mapper.learn(&accepted.object),
//!         ItemView::Rejected(rejected) => eprintln!("{}: {}", rejected.position, rejected.error),
//!     }
//! }
//! # assert_eq!(lines.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Core rows and Splunk's lookups need nothing else. Documents and tables that also have properties
//! of the indicator that no row has (Sentinel, ECS, OCSF) take the [`Indicator`](crate::object::Indicator)
//! beside the outcome: read objects for them, with the reader as an iterator and [`Mapper::map`].
//!
//! # Which rows a pattern makes
//!
//! | pattern | class | rows |
//! |---|---|---|
//! | `[a = 1]`, `[a ISSUBSET '198.51.100.0/24']` | [`Atomic`](Class::Atomic) | one |
//! | `[x_ref.type = 'ipv4-addr' AND x_ref.value = '192.0.2.1']` | `Atomic` | one: the value implies the type |
//! | `[a = 1 OR b = 2]`, `[a = 1] OR [b = 2]`, `[a IN (1, 2)]` | [`AnyOf`](Class::AnyOf) | one a value, each an indicator by itself |
//! | `[a = 1 AND b = 2]` | [`AllOf`](Class::AllOf) | one a value, none `standalone`; the most specific one is `primary` |
//! | `[file:hashes.MD5 = 'm' AND file:hashes.'SHA-256' = 's' AND file:size = 5]` | `AllOf` | one a value; the strongest hash is `standalone`, because the other facts follow from the content |
//! | `[a = 1 OR (b = 2 AND c = 3)]` | [`Mixed`](Class::Mixed) | one a value; here `a` is `standalone` |
//! | `[a = 1 OR b LIKE 'x%']` | `AnyOf` | `a = 1`, with the reason that the other branch has no row |
//! | `[a LIKE 'x']` | `Atomic` | one: without `%` and `_`, `LIKE` asks for equality |
//! | `!=`, `NOT`, `<`, `LIKE`, `MATCHES`, `EXISTS`, `ISSUPERSET` | [`Unsupported`](Class::Unsupported) | one without a value, with the reason |
//! | `[a = 1] AND [b = 2]`, `[a = 1] FOLLOWEDBY [b = 2]`, any qualifier | `Unsupported` | one a value as context, none `standalone`, with the reason; [`RelationKind`] tells which |
//! | `pattern_type` neither `stix` nor `stix2`, in any case (YARA, Sigma …) | `Unsupported` | one without a value, with the reason |
//! | does not parse | [`Invalid`](Class::Invalid) | one without a value, with the parser's error |
//!
//! Every indicator makes at least one row, and every row carries the pattern, unless it is long
//! (see [input safety](#input-safety)). **A row is
//! [`standalone`](Relation::standalone) only if every object with that value satisfies the
//! pattern**; only such a row may be matched on its own. If an operand of an `AND`
//! has no value (`[a = 1 AND b LIKE 'x%']`), the other operands make no rows either, because
//! matching them would find far too much. A value that the pattern excludes never becomes a row.
//!
//! # Values and their normal forms
//!
//! Each row has its value as written and in [normal form](normalize()), which is what logs have to be
//! compared with: [`normalize()`] does the same to a value of a log. Values of one key with the same
//! normal form make one row. An address with a prefix length means the network, whether it follows
//! `=` or `ISSUBSET`; a network with host bits and a prefix length below 8 (`198.51.100.1/0`) is a
//! slip rather than a large part of the internet, and is plain text that is not well formed.
//!
//! # Input safety
//!
//! Patterns are untrusted. The parser's limits bound nesting, and time and memory are linear in the
//! length of the pattern, because boolean expressions are not expanded. At the default limits one
//! pattern makes up to about 250,000 rows of about 500 bytes; [`Mapper::with_parser`] sets other
//! limits. The size of the rows is linear in the size of the indicator:
//!
//! - A pattern of more than 4 KiB is in the first row alone, and so is each name, description or
//!   list of more than 4 KiB. The other rows name that row in [`Relation::pattern_of`].
//! - A path of more than 256 bytes makes no row ([`Unmapped::LongPath`]), because each of its values
//!   would repeat it.
//! - An identifier of more than 256 bytes is replaced by a shorter one that follows from it
//!   ([`Doubt::LongId`]).
//!
//! Text is passed through unchanged: a sink for spreadsheets or terminals has to do its own
//! escaping.

pub(crate) mod address;
pub(crate) mod classify;
pub(crate) mod key;
pub(crate) mod name_uuid;
pub(crate) mod normalize;
pub(crate) mod rank;
pub(crate) mod severity;
pub(crate) mod value;

mod assessment;
mod class;
mod content;
mod contents;
mod context;
mod counts;
mod direction;
mod doubt;
mod ended_row;
mod fold_statements;
mod from_observable;
mod hash_type;
mod indicated_names;
mod ip_range;
mod kept_value;
mod known;
mod long_text;
mod mapper;
mod merge;
mod merge_key;
mod merged_value;
mod merged_values;
mod observable;
mod outcome;
mod packed;
mod packed_statement;
mod place_index;
mod plain_pattern;
mod record;
mod relation;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod row;
mod row_change;
mod row_identity;
mod row_key;
mod row_kind;
mod sources;
mod split_mode;
mod standing;
mod statement;
mod text_forms;
mod unmapped;
mod unstated_times;
mod upserts;
mod upserts_state;
mod validity;
mod value_kind;

pub use class::Class;
pub use context::Context;
pub use counts::Counts;
pub use direction::Direction;
pub use doubt::{Doubt, Doubts};
pub use ended_row::EndedRow;
pub use ip_range::IpRange;
pub use mapper::Mapper;
pub use merge::{Conflict, Merge};
pub use normalize::normalize;
pub use observable::Observable;
pub use outcome::Outcome;
pub use relation::{Relation, RelationKind};
pub use row::Row;
pub use row_change::{Action, RowChange};
pub use row_identity::{Group, RowIdentity};
pub use row_key::RowKey;
pub use row_kind::RowKind;
pub use split_mode::SplitMode;
pub use statement::Statement;
pub use unmapped::Unmapped;
pub use unstated_times::UnstatedTimes;
pub use upserts::Upserts;
pub use validity::{ExpirySource, State, Validity};
pub use value_kind::ValueKind;
