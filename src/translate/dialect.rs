//! What a query language has to be able to print.

use super::batch_part::BatchPart;
use super::fidelity::Fidelity;
use super::field_map::Table;
use super::joint::Joint;
use super::note::NoteKind;
use super::translation::Query;
use super::tree::{Constant, Test, Tree};
use super::written::separated;

/// A query language.
///
/// Text of a pattern reaches a query only through [`literal`](Self::literal), and regular
/// expressions through the printer of the language, which calls it for the result.
pub(super) trait Dialect: Sync {
    /// Appends a constant. This is the only function that writes text of a pattern.
    fn literal(&self, text: &str, out: &mut String);

    /// Appends a constant of any type.
    fn constant(&self, constant: &Constant, out: &mut String) {
        usual_constant(self, constant, out);
    }

    /// Appends constants with something between them.
    fn constants(&self, constants: &[Constant], separator: &str, out: &mut String) {
        separated(constants, separator, out, |constant, out| self.constant(constant, out));
    }

    /// Whether the language can express a test.
    fn supports(&self, test: &Test<'_>) -> Support;

    /// Whether a negated test of a list whose elements are values of several objects asks for an
    /// element that fails the test. Otherwise it asks for a list without elements that pass it.
    fn negates_elements(&self) -> bool {
        false
    }

    /// Appends a test that the language supports.
    fn test(&self, test: &Test<'_>, out: &mut String);

    /// The words of the language for `AND` and `OR`, with blanks.
    fn words(&self) -> Words {
        Words { and: " and ", or: " or ", never: "false" }
    }

    /// Returns the query for the rows of a table that fulfil a condition.
    fn query(&self, table: &Table, condition: &Tree<'_>) -> Query;

    /// Returns the query for several observations.
    ///
    /// # Errors
    ///
    /// Returns what the language cannot express.
    fn joint(&self, _: &Joint<'_>) -> Result<Query, NoteKind> {
        Err(NoteKind::NoOperator("several observations".into()))
    }

    /// Returns the queries for several observations, of which one has to find them.
    ///
    /// # Errors
    ///
    /// Returns what the language cannot express.
    fn joints(&self, joint: &Joint<'_>) -> Result<Joined, NoteKind> {
        self.joint(joint).map(|query| Joined { queries: vec![query], notes: Vec::new() })
    }

    /// Returns the query for many constants of one column, or `None` if the language has no lookup.
    fn batch(&self, _: &BatchPart<'_>) -> Option<Query> {
        None
    }

    /// Returns the query for the indicators that the target itself has for a path, or `None` if it
    /// has none.
    fn stored_batch(&self, _: &BatchPart<'_>, _: &str) -> Option<Query> {
        None
    }

    /// Whether lookups may be about parts of values.
    fn batches_parts(&self) -> bool {
        false
    }

    /// The limits of a batch.
    fn batch_limits(&self) -> BatchLimits {
        BatchLimits { values: 1000, bytes: 60_000 }
    }

    /// Appends a condition for the rows of a table, with that of the table before it.
    fn where_rows(&self, table: &Table, condition: &Tree<'_>, out: &mut String) {
        let Some(own) = &table.condition else { return self.condition(condition, out) };
        out.push_str(own);
        out.push_str(self.words().and);
        out.push('(');
        self.condition(condition, out);
        out.push(')');
    }

    /// Appends a condition.
    fn condition(&self, tree: &Tree<'_>, out: &mut String) {
        let words = self.words();
        let (parts, word) = match tree {
            Tree::Test(test) => return self.test(test, out),
            Tree::All(parts) => (parts, words.and),
            Tree::Any(parts) => (parts, words.or),
        };
        if parts.is_empty() {
            return out.push_str(words.never);
        }
        separated(parts, word, out, |part, out| {
            let is_list = !matches!(part, Tree::Test(_));
            if is_list {
                out.push('(');
            }
            self.condition(part, out);
            if is_list {
                out.push(')');
            }
        });
    }
}

/// Appends a constant as most languages have it: a number, `true` or `false`, or else a text.
pub(super) fn usual_constant<D: Dialect + ?Sized>(dialect: &D, constant: &Constant, out: &mut String) {
    match constant {
        Constant::Text(text) | Constant::Ip(text) => dialect.literal(text, out),
        Constant::Time(_) => dialect.literal(&constant.to_string(), out),
        Constant::Integer(_) | Constant::Float(_) | Constant::Boolean(_) => out.push_str(&constant.to_string()),
    }
}

/// Words that join conditions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) and: &'static str,
    pub(super) or: &'static str,
    /// A condition that is never true.
    pub(super) never: &'static str,
}

/// Queries for several observations, with their differences.
#[derive(Clone, Debug, Default)]
pub(super) struct Joined {
    pub(super) queries: Vec<Query>,
    pub(super) notes: Vec<(NoteKind, Fidelity)>,
}

/// How much one query of a batch may contain.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchLimits {
    pub(super) values: usize,
    pub(super) bytes: usize,
}

/// Whether a language can express a test.
#[derive(Clone, Debug)]
pub(super) enum Support {
    Yes,
    /// It can, with a difference.
    Note(NoteKind, Fidelity),
    No(NoteKind),
}

impl Support {
    /// Returns that the language cannot express something.
    pub(super) fn no(what: &str) -> Self {
        Self::No(NoteKind::NoOperator(what.into()))
    }
}
