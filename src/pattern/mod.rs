//! STIX patterns: text to syntax tree and back (STIX 2.1 part 9; STIX 2.0 part 5).
//!
//! ```
//! use stixkit::pattern::Pattern;
//! use stixkit::pattern::ast::{ComparisonExpression, OperatorKind};
//!
//! let pattern = Pattern::parse("[ipv4-addr:value == '198.51.100.7' OR url:value LIKE '%.example%']")?;
//! for test in pattern.tests() {
//!     if let ComparisonExpression::Comparison(comparison) = test
//!         && comparison.operator.kind == OperatorKind::Equal
//!     {
//!         assert!(comparison.path.is("ipv4-addr", &["value"]));
//!         assert_eq!(comparison.value.as_str(), Some("198.51.100.7"));
//!     }
//! }
//! assert_eq!(
//!     pattern.to_string(),
//!     "[ipv4-addr:value = '198.51.100.7' OR url:value LIKE '%.example%']",
//! );
//! # Ok::<(), stixkit::pattern::Error>(())
//! ```
//!
//! A [`Pattern`] is a parsed text. Its [`expression`](Pattern::expression) is the root of the tree
//! in [`ast`], which is public, so that translators to other query languages can be written on top
//! of it. A [`Visitor`] is called on the way through a tree, a [`Fold`] turns it into something
//! else. [`Parser`] sets the version of the language and the limits.
//!
//! | to get | call |
//! |---|---|
//! | the pattern of an indicator, unless it is in another language | [`Indicator::parse_pattern`] |
//! | a pattern for given values | [`Pattern::equals`], [`Pattern::any_of`], [`Pattern::hashes`] |
//! | the types, paths and values in a pattern | [`Pattern::object_types`], [`Pattern::paths`], [`Pattern::literals`] |
//! | the only test of a simple pattern | [`Pattern::simple_equality`] |
//! | each word of the text, to highlight it | [`Pattern::tokens`] |
//!
//! [`Indicator::parse_pattern`]: crate::object::Indicator::parse_pattern
//!
//! # What is accepted
//!
//! The parser accepts the grammar of the spec, including features that the spec's text does not
//! mention: `==`, `<>`, a plus sign, a leading zero in `01.5`, comments, `IN ()`, `REPEATS 0 TIMES`
//! and the same qualifier twice. It accepts all names that the grammar allows, because feeds are
//! full of `file:hashes.SHA256` and types of their own. [`Pattern::check`] returns these departures
//! from the spec's text as findings.
//!
//! Two rules go beyond the grammar: a constant must have a value, so a day has to exist and a
//! number with a fraction has to fit into a float; and Base64 may contain line breaks, as the spec
//! requires. Whole numbers may have any number of digits.
//!
//! # Input safety
//!
//! Patterns are untrusted input. No text makes this module panic, overflow the stack or take more
//! than linear time.
//!
//! - The length, the nesting and the size of the tree are limited; see [`Parser`] for the limits
//!   and how to set them. Each limit has its own kind of error.
//! - The parser recurses for parentheses only, [`Parser::DEEPEST`] levels at most. Lists are loops:
//!   ten thousand `OR`s are one node. Walking, folding, printing, dropping, `into_owned`,
//!   [`check`](Pattern::check) and [`same_as`](ast::ObservationExpression::same_as) do not recurse
//!   at all. Cloning, `==` and `{:?}` recurse as deep as the tree, which matters for trees that are
//!   built by hand and nest without bound.
//! - The tree takes 150 bytes at most for each of its parts, however short they are in the text.
//! - Messages shorten text from the pattern to one line and replace its control characters.
//!
//! # Limits
//!
//! - Patterns are not matched against observed data here; the feature `match` adds that.
//! - Regular expressions after `MATCHES` and networks after `ISSUBSET` are strings; they are not
//!   parsed.
//! - Parsing does not compare names of types and properties with those of STIX; [`Pattern::check`]
//!   does.

pub mod ast;
mod characters;
mod check;
mod construct;
mod descent;
mod drop;
mod equality;
mod error;
mod excerpt;
mod finding;
mod fingerprint;
mod fold;
mod indicator;
mod kind;
mod lex;
mod literal;
mod message;
mod names;
mod owned;
mod parse;
#[expect(clippy::module_inception, reason = "the file is named after the type that it defines")]
mod pattern;
mod print;
mod queries;
mod same;
pub(crate) mod seen_qualifiers;
mod span;
mod token;
mod tree_walk;
mod unexpected;
mod version;
mod visit;

pub use self::error::Error;
pub use self::excerpt::Excerpt;
pub use self::finding::{Finding, FindingKind};
pub use self::fingerprint::{Fingerprint, FingerprintRules};
pub use self::fold::Fold;
#[cfg(feature = "rows")]
pub(crate) use self::indicator::foreign;
pub use self::indicator::{AnyPattern, Opaque};
pub use self::kind::ErrorKind;
#[cfg(feature = "match")]
pub(crate) use self::literal::parse_timestamp;
pub use self::parse::Parser;
pub use self::pattern::Pattern;
pub use self::queries::Tests;
pub use self::span::Span;
pub use self::token::{Token, TokenKind, Tokens};
pub use self::version::Version;
pub use self::visit::Visitor;
