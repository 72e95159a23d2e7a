//! Hunt: patterns as queries where the logs are.
//!
//! ```
//! use stixkit::pattern::Pattern;
//! use stixkit::translate::{Fidelity, Target};
//!
//! let pattern = Pattern::parse("[ipv4-addr:value IN ('198.51.100.7', '203.0.113.9')]")?;
//! let target = Target::named("sql:duckdb").unwrap();
//! let translation = pattern.translate(&target)?;
//! assert_eq!(translation.fidelity, Fidelity::Exact);
//! println!("{}", translation.queries[0].text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Target`] is a query language with a [`FieldMap`]: which columns of which tables hold the
//! properties of observables. A [`Translation`] contains the queries, states by its [`Fidelity`]
//! how what they find relates to what the pattern matches, and lists each difference as a [`Note`]
//! with its place in the pattern. Nothing is left out silently: a [`Policy`] decides which
//! differences are errors.
//!
//! | to get | call |
//! |---|---|
//! | queries for one pattern | [`Pattern::translate`](crate::pattern::Pattern::translate) |
//! | lookups for fifty thousand indicators | [`translate_many`] |
//! | queries for the indicators that Sentinel stores itself | [`stored_indicators`] |
//! | a ready language and map | [`Target::named`]; [`Target::names`] lists them |
//! | queries on your own columns | [`FieldMap::from_json`] and [`Target::new`] |
//! | an error for whatever is not exact | [`Target::with_policy`] |
//! | joins of several observations | [`Target::with_scope`] |
//!
//! | language | [`Target::named`] | several observations | results of lookups name the indicator |
//! |---|---|---|---|
//! | KQL of Microsoft Defender XDR and Sentinel | `kql:defender`, `kql:sentinel`, `kql:asim`, `kql:microsoft` | joins | yes |
//! | SQL of six engines, on columns of ECS and OCSF | `sql:duckdb`, `sql:trino:ocsf` and so on | joins | yes |
//! | EQL of Elasticsearch, on ECS | `eql:ecs` | `sequence`, `sample` | no |
//! | ES\|QL of Elasticsearch, on ECS | `esql:ecs` | counts and times by scope | yes |
//! | Lucene's query string, for Kibana, on ECS | `lucene:ecs` | events of the first one | no |
//! | SPL of Splunk, on the common information model (CIM) | `spl:cim` | counts, and chains of times | yes |
//! | Sigma | `sigma`, `sigma:cased` | correlations | no |
//!
//! If results do not name it, [`Query::indicators`] has the identifier of each value.
//!
//! # One report in each language
//!
//! ```
//! use stixkit::pattern::Pattern;
//! use stixkit::translate::Target;
//!
//! let pattern = Pattern::parse("[process:command_line LIKE '%-enc %']")?;
//! for (target, query) in [
//!     (
//!         "kql:defender",
//!         "DeviceProcessEvents
//! | where ProcessCommandLine contains_cs '-enc ' or InitiatingProcessCommandLine contains_cs '-enc '",
//!     ),
//!     ("sql:duckdb", r#"SELECT * FROM "logs" WHERE strpos("process.command_line", '-enc ') > 0"#),
//!     ("eql:ecs", r#"any where ?process.command_line like "*-enc *""#),
//!     (
//!         "esql:ecs",
//!         r#"FROM logs-* METADATA _id, _index
//! | WHERE process.command_line RLIKE ".*\\-enc .*"
//! | LIMIT 10000"#,
//!     ),
//!     ("lucene:ecs", r"process.command_line:/.*\-enc .*/"),
//!     (
//!         "spl:cim",
//!         r#"search tag=process tag=report
//! | where match(process, "(?s)\\-enc ")"#,
//!     ),
//!     (
//!         "sigma",
//!         "title: STIX pattern
//! status: experimental
//! logsource: {category: process_creation, product: windows}
//! detection:
//!     selection:
//!         CommandLine|contains: '-enc '
//!     condition: selection
//! ",
//!     ),
//! ] {
//!     let translation = pattern.translate(&Target::named(target).unwrap())?;
//!     let texts: Vec<_> = translation.queries.iter().map(|own| &*own.text).collect();
//!     assert!(texts.contains(&query), "{target}: {texts:?}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `cargo run --example hunt -- --target NAME` prints the queries for a report of seven indicators.
//!
//! The fidelity follows from the operators and from what the map states about its columns. Tests
//! compare it with engines: queries for every path, operator and type of column, and for
//! combinations of them, run in DuckDB, DataFusion and ClickHouse, KQL in ClickHouse's dialect of
//! it and joins of KQL in DuckDB, and find what the module `matching` finds in the same events.
//! Queries for Spark, Trino and Postgres are parsed only. Engines of other releases and data of
//! other shapes may differ, so try queries on data that you know before an alert depends on them.
//! EQL runs in the Python package `eql`; Lucene and Sigma are parsed by the packages `luqum` and
//! `pySigma` and evaluated by the tests, which also read and evaluate ES|QL and SPL, because
//! neither has an engine or parser to install.
//!
//! The program `examples/hunt.rs` does all of this on the command line. Its option `--reasons`
//! prints a table of the reasons why patterns are refused, with the number of patterns for each, to
//! see what a map lacks for the feeds that you have.
//!
//! # What exact means
//!
//! A row of a table describes objects, with the properties for which the map has columns, and a
//! query is exact if it finds the rows whose objects match. Several assumptions are part of that:
//!
//! - Columns are written as the map states. A column of hashes in lower case finds no hash that a
//!   product has written in upper case.
//! - Values are in Unicode's normal form C, and the classes `\d`, `\w` and `\s` are those of ASCII.
//! - Fields of Elasticsearch have the types of ECS. Elements of lists contain no line breaks, and
//!   all fields of an ES|QL query are mapped. EQL and ES|QL return as many rows as the request or
//!   its limit allows.
//! - Sigma's expressions are searched for in a value, and no value ends with a line break. What a
//!   converter makes of a rule is not known here: converters for Elasticsearch, for example, let
//!   expressions describe the whole value.
//! - A column with a list describes as many objects as it has elements, unless the path has `[*]`.
//!   Queries do not tell which elements of two lists belong together, so an `AND` of them is wider,
//!   and in some languages a negated test is narrower.
//! - KQL cannot tell an empty string from an absent one, so empty values count as absent there.
//! - Several observations are compared within one scope, for example a host, because patterns do
//!   not name what observations have in common. The note [`NoteKind::JoinKey`] states it.
//!
//! # What is lost, and how it is reported
//!
//! | in the pattern | in the query | fidelity |
//! |---|---|---|
//! | a path without a column, or a test that the language lacks, in an `AND` | left out | wider |
//! | the same in an `OR` | left out | narrower |
//! | the same, and nothing else | none | an error of kind [`ErrorKind::Nothing`] |
//! | an `AND` of objects of several types, in one row | columns of that row | wider |
//! | an `AND` for which no table has all columns | the tests that each table can answer | wider |
//! | a constant in another case than the column, or as another type | in the form of the column | wider |
//! | a look-ahead or another feature that engines do not share | left out | as above |
//! | text in Sigma, which ignores case; `sigma:cased` does not, but not all converters take its rules | in any case | wider; a negation is narrower |
//! | a text of more than 1,024 characters, in a field that Elasticsearch does not index whole | as it is | narrower |
//! | observations in an order, which EQL takes as strict for more than two, and Sigma always | as they are | narrower |
//! | `WITHIN`, `REPEATS` or `START` where the language or table cannot express it | left out | wider |
//!
//! A note has the fidelity of its own difference, and those of all notes are combined: wider and
//! narrower together are [`Fidelity::Different`]. The default policy refuses whatever may miss
//! events.
//!
//! # What a feed cannot do
//!
//! Patterns are untrusted. Text of a pattern reaches a query as a literal only, through one
//! function for each language; regular expressions are parsed and printed again, `LIKE` is never
//! printed as such, and numbers and times are values. Names of tables and columns come from the map
//! alone. Texts of a map's `source` and `where` are part of the query as they are, so maps have to
//! be trusted.
//!
//! # Limits
//!
//! - The time and the size of all queries are linear in the pattern times the number of tables that
//!   have its paths.
//! - A pattern has at most 16 observations in one join and 64 ways to satisfy it; groups of regular
//!   expressions are at most 32 levels deep.
//! - Columns of lists in KQL can be compared with `=` and `IN` only, and Sigma has none.
//! - A regular expression for Elasticsearch has at most 1,000 characters, and anchors at its ends
//!   only.
//! - EQL compares no times, so that `START` and `STOP` belong into the filter of the request. A
//!   query is made for each order of observations, of which there may be 24.
//! - A correlation of Sigma has a time, so that several observations without `WITHIN` are those of
//!   the first one.
//! - A hash in a field of Splunk is the whole value of the field.

mod batch;
mod batch_part;
mod column;
mod dialect;
mod dialects;
mod elastic;
mod eql;
mod error;
mod esql;
mod expression;
mod fidelity;
mod field_map;
mod field_map_json;
mod form;
mod joint;
mod kql;
mod language;
mod leaf;
mod lucene;
mod named;
mod network;
mod note;
mod orders;
mod plan;
mod policy;
mod regex;
mod regex_lucene;
mod regex_print;
mod sigma;
mod spl;
mod sql;
mod structure;
mod target;
#[expect(clippy::module_inception, reason = "the file is named after the method that it defines")]
mod translate;
mod translation;
mod tree;
mod written;

pub use batch::{Batch, stored_indicators, translate_many};
pub use error::{Error, ErrorKind};
pub use fidelity::Fidelity;
pub use field_map::FieldMap;
pub use language::Language;
pub use note::{Note, NoteKind};
pub use policy::Policy;
pub use target::Target;
pub use translation::{Query, Translation};
