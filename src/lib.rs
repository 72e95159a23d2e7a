//! Read STIX threat intelligence fast and without loss, parse STIX patterns, map indicators to flat
//! rows.
//!
#![cfg_attr(feature = "rows", doc = "```")]
#![cfg_attr(not(feature = "rows"), doc = "```ignore")]
//! use stixkit::row::Mapper;
//! use stixkit::{Bundle, Object, Timestamp};
//!
//! const FEED: &str = r#"{"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [
//!     {"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "spec_version": "2.1",
//!      "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "valid_from": "2024-05-01T10:00:00Z",
//!      "pattern_type": "stix", "pattern": "[domain-name:value = 'c2.example' OR ipv4-addr:value = '192.0.2.7']"},
//!     {"type": "malware", "id": 5}
//! ]}"#;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let bundle = Bundle::from_slice(FEED.as_bytes())?;
//!     let mut mapper = Mapper::new(Timestamp::now()).with_source("my feed");
//!     // The names of malware and organizations, and the levels of markings, are in objects of their own.
//!     bundle.objects().iter().for_each(|object| mapper.learn(object));
//!     for object in bundle.objects() {
//!         let Object::Indicator(indicator) = object else { continue };
//!         for row in &mapper.map(indicator).rows {
//!             let value = row.observable.as_ref().map_or("(no value)", |observable| &observable.norm);
//!             println!("{} {value}", row.validity.state);
//!         }
//!     }
//!     // One object that cannot be read never costs the others.
//!     for rejected in bundle.rejected() {
//!         eprintln!("{}: {}", rejected.position, rejected.error);
//!     }
//!     assert_eq!((bundle.objects().len(), bundle.rejected().len()), (1, 1));
//!     Ok(())
//! }
//! ```
//!
//! To read a file, replace the first line of `main` by `Bundle::open("feed.json")?`. The [`guide`]
//! has longer programs: a TAXII collection into a table, making and publishing objects, checking
//! and sharing, the crate inside a service.
//!
//! The crate is a pipeline, and its modules are the stages:
//!
//! ```text
//! bytes ──[reader]──▶ Object ──Indicator::pattern──▶ [pattern] ──[row]──▶ Row
//! ```
//!
//! - [`Reader`] turns the bytes of a feed into [`Object`]s one at a time, from memory or from a
//!   stream; [`Bundle`] holds a whole feed.
//! - [`object`] has a documented struct for each STIX type, with everything that a type does not
//!   define kept beside it as [`Json`]; [`vocab`] has the vocabularies.
//! - [`graph`] answers questions about relationships and references between objects: what a group
//!   uses, what is around an indicator, how two objects are connected.
//! - [`marking`] answers who may get an object, why not, and what to remove first.
//! - [`pattern`] parses an indicator's pattern into a public syntax tree.
//! - [`translate`] turns patterns into queries: KQL, SQL, EQL, ES|QL, Lucene, SPL and Sigma,
//!   exactly, or with a report of what a query lacks.
//! - [`matching`], with the feature `match`, matches patterns against observed data, and sets of
//!   indicators against events.
//! - [`row`] maps indicators to flat rows, the shape that tables and matchers need, and rows to the
//!   tables of Microsoft Sentinel, ECS, OCSF and Splunk.
//!
//! # Three promises
//!
//! 1. **Nothing is lost.** What is read is written back JSON-equal: unknown properties, custom
//!    types, odd identifiers, the fraction digits of timestamps, `null`s and empty lists, numbers
//!    of any size.
//! 2. **Read leniently, report separately.** Reading takes what real feeds send. What is odd about
//!    it is a list of [`Finding`]s, and never an error. One bad object never costs its neighbours:
//!    what cannot be read is [`Rejected`](reader::Rejected), with its place, the reason, and its
//!    text.
//! 3. **The bytes are touched once.** Typed data goes from text into structs without a general JSON
//!    value in between.
//!
//! # How do I …
//!
//! … read a file of any size, one object at a time?
//!
//! ```no_run
//! use stixkit::reader::{Item, Reader};
//!
//! let mut reader = Reader::open("feed.json")?;
//! while let Some(item) = reader.next() {
//!     match item? {
//!         Item::Object(accepted) => println!("{}", accepted.object.id()),
//!         Item::Rejected(rejected) => eprintln!("{}: {}", rejected.position, rejected.error),
//!     }
//! }
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! … find the newest version of an object? [`Bundle::get`], and [`Bundle::versions`] for all.
//!
//! … see what is odd about a feed? [`Accepted::findings`](reader::Accepted::findings) says what
//! only the input shows, [`Object::check`] what the object shows.
//!
//! … check a feed against the standard, for a CI or a partner? [`validate`].
//!
//! … find out who may get an object, and take out of it what a partner may not? [`marking`], and
//! the guide [`guide::sharing`], which has the use cases of the OASIS interoperability tests, too.
//!
//! … read a custom property?
//!
//! ```
//! # let text = r#"{"type":"identity","id":"identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e","name":"A","x_tier":2}"#;
//! let object: stixkit::Object = serde_json::from_str(text)?;
//! assert_eq!(object.custom().parse::<u8>("x_tier").transpose()?, Some(2));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! … reach a property by its name, or a nested one by its path? [`Object::property`],
//! [`Object::select`].
//!
//! … make objects, new versions, observables with the identifiers that follow from them? See
//! [`object`](object#making).
//!
//! … turn STIX 2.0 into 2.1? [`Object::upgrade`], [`Bundle::upgrade`]. Turn 2.1 into 2.0, for a
//! partner on TAXII 2.0? [`Object::downgrade`], [`Bundle::downgrade`].
//!
//! … check a pattern, and see what was probably meant? [`Pattern::check`](pattern::Pattern::check).
//! Make one without formatting strings? [`Pattern::equals`](pattern::Pattern::equals).
//!
//! … match a pattern against what was observed? [`matching::Matcher`], with the feature `match`.
//!
//! … hunt where the logs are, in KQL, SQL, EQL, ES|QL, Lucene, SPL or Sigma? [`translate`].
//!
//! … find the indicators of feeds in logs? [`matching::guide`] goes from a feed to alerts;
//! [`matching::IndicatorSet`] is the index, [`matching::event::FieldMap`] reads the log.
//!
//! … map a large feed to rows, and keep no objects? [`Reader::next_view`] and
//! [`row::Mapper::map_view`]; memory does not grow with the feed.
//!
//! … fill a table? [`sink::sentinel`], [`sink::ecs`], [`sink::ocsf`], [`sink::splunk`]; keep it
//! current? [`row::Upserts`]; compare it with a log? [`row::normalize()`].
//!
//! … read a list of addresses, a CSV or JSON of somebody's own? [`feed`].
//!
//! … poll a server? [`taxii::Client`], with the feature `taxii`; [`taxii::Client::over_http`] with
//! the feature `reqwest`. Poll it into Parquet files, and resume after a crash?
//! [`guide::feed_to_table`].
//!
//! … publish objects? [`guide::publishing`]; [`taxii::Client::add`] sends them to a server.
//!
//! … use it inside a service? [`guide::embedding`]: threads, memory, limits, cancellation.
//!
//! … write objects? With `serde_json`, or in another format: see [Serde](#serde).
//!
//! … read a compressed file? With the feature `gzip`, [`Reader::open`] does.
//!
//! # Compared with others
//!
//! | | stixkit | [`stix2`](https://pypi.org/project/stix2/) (Python) | [`rstix`](https://docs.rs/rstix) | `serde_json::Value` |
//! |---|---|---|---|---|
//! | makes | typed objects and findings | typed objects, validated | typed objects, validated | JSON |
//! | an object that breaks the standard | is kept, with a finding | is an error; unknown properties with `allow_custom` | ends the bundle | is kept |
//! | reading ATT&CK, MB/s | 279 | not measured | 13 | 93 |
//! | reading a generated feed, MB/s | 302 | not measured | refuses it | 70 |
//! | parsing patterns, per second | 2,040,000 | not measured | 419,000 | – |
//! | patterns against observed data | feature `match` | with `stix2-matcher` | feature `pattern` | – |
//! | a store of objects, a graph | yes | a store | features `store`, `graph` | – |
//! | a TAXII client | 2.1 and 2.0 | with `taxii2-client` | 2.1 | – |
//! | runs without Rust | no | yes | no | – |
//! | validation against the standard | [`validate`] reports, and refuses nothing | yes | yes | no |
//!
//! The figures are from one machine, with rstix 0.23.0, and were good to about a quarter;
//! `cargo run --release` in `benches/peers/` measures them on yours. What the crates make is not
//! the same, so choose by that first: if you want invalid objects refused, a validator is the right
//! tool. `benches/README.md` has more of them, and faster readers of plain JSON.
//!
//! # What it does not do
//!
//! - Reading does not validate: [`Object::check`] and [`validate`] point at what is odd and decide
//!   nothing.
//!
//! # Serde
//!
//! Objects, and all other types that implement `Serialize` and `Deserialize`, can be used with
//! `serde_json` and with any other format that describes itself. They can be fields of your own
//! types, flattened, and variants of untagged, internally and adjacently tagged enums.
//!
//! ```
//! use serde::Deserialize;
//! use stixkit::Object;
//!
//! #[derive(Deserialize)]
//! struct Event {
//!     received: u64,
//!     #[serde(flatten)]
//!     payload: Payload,
//! }
//!
//! #[derive(Deserialize)]
//! #[serde(rename_all = "snake_case")]
//! enum Payload {
//!     Added(Object),
//!     Removed(String),
//! }
//!
//! let event: Event = serde_json::from_str(r#"{
//!     "received": 1714557600,
//!     "added": {"type": "url", "id": "url--1", "value": "https://example.org/", "x_score": 0.75}
//! }"#)?;
//! let Payload::Added(object) = event.payload else { panic!("it was added") };
//! assert_eq!(object.custom().parse::<f64>("x_score").transpose()?, Some(0.75));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! With `serde_json`, values that the crate keeps as JSON are read and written as text. With other
//! formats, and where serde buffers its input, they are values, and some of what JSON text can hold
//! is lost or has no form. What typed properties hold is kept by all formats.
//!
//! | in JSON | `serde_json` | buffered by serde, `serde_json::Value` | YAML (`serde_yaml_ng`) | CBOR (`ciborium`) | MessagePack (`rmp-serde`) |
//! |---|---|---|---|---|---|
//! | whole numbers of up to 64 bits | digits | value | value | value | value |
//! | of up to 128 bits | digits | double | value | read: value; written: double | double |
//! | other numbers | digits | double | double | double | double |
//! | numbers beyond the doubles, `1e400` | digits | error | error | error | error |
//! | order of names | kept | kept; sorted by `Value` | kept | kept | kept |
//! | repeated names in nested values | kept | the last counts | the last | the last | the last |
//! | strings with lone surrogates | kept | error | error | error | error |
//!
//! - A double is the one nearest to the number. When it buffers, `serde_json` may be one bit off:
//!   its feature `float_roundtrip` rules that out, and `arbitrary_precision` keeps all digits.
//! - Whole numbers of more than 64 bits are written as such only to formats for people
//!   (`Serializer::is_human_readable`), since MessagePack would hold bytes.
//! - Names that are numbers or booleans (`0: …` in YAML) become text. Bytes, tags of YAML and CBOR,
//!   infinities and NaN have no form in JSON and are errors, with the path of the value.
//! - Formats that do not describe themselves, such as `bincode` and `postcard`, cannot be used.
//!   Store JSON text in them.
//! - An internally tagged enum takes its tag out of the object, so it cannot be called `type`. An
//!   object knows its type, so no tag is needed: match on [`Object`], or use an untagged enum.
//! - A value from another format is at most 128 levels deep and 64 MiB large as JSON, also if a
//!   format repeats parts of a document (the aliases of YAML).
//! - It is about JSON: objects serialize into other formats as far as these can hold raw JSON.
//!
//! # Dependencies and features
//!
//! | feature | adds |
//! |---|---|
//! | `rows` (default) | [`row`], [`sink`], [`table`] as JSON lines, [`feed`], [`translate`]; the crate `url` |
//! | `gzip` | [`Reader::open`] and [`Reader::from_reader`] decompress gzip, as does [`feed`]; the crate `flate2` |
//! | `parallel` | [`reader`]`::Parallel`: one input in memory read by several threads, streams and files mapped by them; no crate |
//! | `csv` | tables as CSV (`table::csv`), custom feeds in CSV; the crate `csv` |
//! | `arrow` | tables as Arrow record batches and streams (`table::arrow`); crates of `arrow` |
//! | `parquet` | tables as Parquet files (`table::parquet`); the crate `parquet` |
//! | `match` | patterns and sets of indicators matched against what was observed (`matching`); the crates `regex`, `regex-syntax`, `aho-corasick`, `hashbrown`, `foldhash` and `unicode-normalization` |
//! | `psl` | public suffixes for sets of indicators; the crate `psl` |
//! | `taxii` | the TAXII protocol and a client over any HTTP stack (`taxii`); the crates `url`, `http` and `futures-util` |
//! | `reqwest` | its transport, `taxii::HttpTransport`; the crates `reqwest`, `rustls` with `ring`, and `tokio` |
//! | `blocking` | `taxii::blocking`: a client for programs without an async runtime, over that transport |
//! | `pkcs12` | client certificates from PKCS#12 files; the crate `p12-keystore` |
//! | `tracing` | what the TAXII client does, as events of the crate `tracing` |
//! | `arbitrary` | `arbitrary::Arbitrary` for every object, for the fuzz targets and property tests of programs that use the crate |
//!
//! Without features, the crate consists of the object model, the reader and patterns. Their
//! dependencies are `serde`, `serde_json`, `serde_json_canonicalizer` (identifiers of observables),
//! `chrono` (instants), `uuid`, `base64`, `memchr`, `simdutf8`, `thiserror`, `typeid` and `wide`
//! (vectors). There is no async runtime, no HTTP, no regular expressions and no `unsafe` code.
//!
#![cfg_attr(not(feature = "match"), doc = "[`matching`]: https://docs.rs/stixkit/latest/stixkit/matching/index.html")]
#![cfg_attr(
    not(feature = "match"),
    doc = "[`matching::guide`]: https://docs.rs/stixkit/latest/stixkit/matching/guide/index.html"
)]
#![cfg_attr(
    not(feature = "match"),
    doc = "[`matching::Matcher`]: https://docs.rs/stixkit/latest/stixkit/matching/struct.Matcher.html"
)]
#![cfg_attr(
    not(feature = "match"),
    doc = "[`matching::IndicatorSet`]: https://docs.rs/stixkit/latest/stixkit/matching/struct.IndicatorSet.html"
)]
#![cfg_attr(
    not(feature = "match"),
    doc = "[`matching::event::FieldMap`]: https://docs.rs/stixkit/latest/stixkit/matching/event/struct.FieldMap.html"
)]
#![cfg_attr(
    not(feature = "taxii"),
    doc = "[`taxii::Client`]: https://docs.rs/stixkit/latest/stixkit/taxii/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "taxii"),
    doc = "[`taxii::Client::add`]: https://docs.rs/stixkit/latest/stixkit/taxii/struct.Client.html#method.add"
)]
#![cfg_attr(
    not(all(feature = "parquet", feature = "taxii")),
    doc = "[`guide::feed_to_table`]: https://docs.rs/stixkit/latest/stixkit/guide/feed_to_table/index.html"
)]
#![cfg_attr(
    not(feature = "reqwest"),
    doc = "[`taxii::Client::over_http`]: https://docs.rs/stixkit/latest/stixkit/taxii/struct.Client.html#method.over_http"
)]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod deps;
pub mod error;
#[cfg(feature = "rows")]
pub mod feed;
pub mod graph;
pub mod guide;
pub mod marking;
#[cfg(feature = "match")]
pub mod matching;
pub mod object;
pub mod pattern;
pub mod reader;
#[cfg(feature = "rows")]
pub mod row;
#[cfg(feature = "rows")]
pub mod sink;
#[cfg(feature = "rows")]
pub mod table;
#[cfg(feature = "taxii")]
pub mod taxii;
#[cfg(feature = "rows")]
pub mod translate;
pub mod validate;
pub mod vocab;

mod finding;
mod float;
#[cfg(any(test, feature = "arbitrary"))]
mod generate;
mod id;
mod json;
mod kind;
mod lenient_time;
mod nearest;
mod time;
mod wildcards;

pub use error::Error;
pub use finding::{Finding, FindingKind, Level};
pub use float::Float;
pub use id::Identifier;
pub use json::{Json, Properties, PropertiesIter};
pub use kind::Kind;
pub use object::Object;
pub use reader::{Bundle, Reader};
pub use time::Timestamp;

/// The program of the README compiles.
#[cfg(all(doctest, feature = "rows"))]
#[doc = include_str!("../README.md")]
struct Readme;
