//! [`Filter`]: which objects are wanted.

use std::str::FromStr;

use super::filter_error::FilterError;
use super::filter_test::{Comparison, Constant, Operation, Test};
use super::filter_text::{self, parse_path};
use crate::Timestamp;
use crate::object::Object;

/// A condition on objects, from text or code.
///
/// ```
/// use stixkit::reader::store::{Comparison, Filter};
///
/// let text: Filter = "is indicator and (confidence >= 50 or labels in ['checked', 'confirmed'])".parse()?;
/// let code = Filter::is_type("indicator").and(
///     Filter::compare("confidence", Comparison::GreaterOrEqual, "50")?
///         .or(Filter::one_of("labels", ["checked", "confirmed"])?),
/// );
/// assert_eq!(text, code);
/// # Ok::<(), stixkit::reader::store::FilterError>(())
/// ```
///
/// # Grammar
///
/// ```text
/// filter := and ("or" and)*          and := unary ("and" unary)*
/// unary  := "not" unary | "(" filter ")" | test
/// test   := path op value | path "in" "[" value ("," value)* "]" | "exists" path
///         | "is" type | "revoked" | "live" "at" time
/// path   := property ("." property | "[" number "]" | "[*]")*
/// op     := = != < <= > >= contains starts like
/// value  := 'text' | "text" | number | true | false | date or time
/// ```
///
/// - If a path leads to a list, any element will do: `labels = 'rat'` is true of the labels
///   `malware` and `rat`, and `labels != 'rat'` is not, because `!=` means that no element is
///   equal.
/// - If it leads nowhere, every comparison is false, apart from `!=` and `not`. Unlike in SQL,
///   there is no third value.
/// - Timestamps are compared as instants; a date is its first instant, in UTC. Values of different
///   types are not equal and have no order.
/// - `contains` of a list is an element that is equal, and of a text a part of it: the label
///   `malware` does not contain `ma`.
/// - `live at` is what is not revoked, and valid at the instant if it has `valid_from` or
///   `valid_until`.
///
/// Nothing recurses: filters may be as long as you like, text may nest parentheses 100 levels deep.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// In postfix order.
    operations: Vec<Operation>,
}

impl Filter {
    pub(super) fn test(test: Test) -> Self {
        Self { operations: vec![Operation::Test(Box::new(test))] }
    }

    /// Compares the values at a path with a value, which is a text, a number, `true`, `false`, a
    /// date or a time, whatever the property is.
    ///
    /// # Errors
    ///
    /// Returns an error if the path is not one.
    pub fn compare(path: &str, comparison: Comparison, value: &str) -> Result<Self, FilterError> {
        let path = parse_path(path)?;
        Ok(Self::test(Test::Compare { path, comparison, value: Constant::new(value, false) }))
    }

    /// Compares the values at a path with several values for equality.
    ///
    /// # Errors
    ///
    /// Returns an error if the path is not one.
    pub fn one_of<'v>(path: &str, values: impl IntoIterator<Item = &'v str>) -> Result<Self, FilterError> {
        let path = parse_path(path)?;
        // Texts in quotes, as in text.
        let values = values.into_iter().map(|value| Constant::new(value, true)).collect();
        Ok(Self::test(Test::In { path, values }))
    }

    /// Wants the path to lead somewhere.
    ///
    /// # Errors
    ///
    /// Returns an error if the path is not one.
    pub fn exists(path: &str) -> Result<Self, FilterError> {
        Ok(Self::test(Test::Exists(parse_path(path)?)))
    }

    /// Wants a type.
    pub fn is_type(type_name: &str) -> Self {
        Self::test(Test::Is(type_name.to_owned()))
    }

    /// Wants revoked objects.
    pub fn revoked() -> Self {
        Self::test(Test::Revoked)
    }

    /// Wants objects that are not revoked and valid at an instant.
    pub fn live_at(at: impl Into<Timestamp>) -> Self {
        Self::test(Test::LiveAt(at.into()))
    }

    /// A filter of the reference implementation in Python: a property, an operator and a value, or
    /// several for `in`. `contains` there is an element or a part of a text, as here.
    ///
    /// # Errors
    ///
    /// Returns an error if the property is not a path or there is no such operator.
    pub fn from_stix2(property: &str, operator: &str, values: &[&str]) -> Result<Self, FilterError> {
        if operator == "in" {
            return Self::one_of(property, values.iter().copied());
        }
        let comparison = filter_text::comparison(operator)
            .ok_or_else(|| FilterError::new(format!("there is no operator `{operator}`"), 0))?;
        let [value] = values else { return Err(FilterError::new("one value is wanted", 0)) };
        Self::compare(property, comparison, value)
    }

    /// Wants what passes both filters.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.combined(other, Operation::And)
    }

    /// Wants what passes either filter.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.combined(other, Operation::Or)
    }

    /// Wants what does not pass the filter.
    #[expect(clippy::should_implement_trait, reason = "a filter is not a number, and `and` is no operator either")]
    #[must_use]
    pub fn not(mut self) -> Self {
        self.operations.push(Operation::Not);
        self
    }

    fn combined(mut self, other: Self, operation: Operation) -> Self {
        self.operations.extend(other.operations);
        self.operations.push(operation);
        self
    }

    /// Whether an object passes.
    pub fn matches(&self, object: &Object) -> bool {
        let mut verdicts: Vec<bool> = Vec::new();
        for operation in &self.operations {
            let verdict = match operation {
                Operation::Test(test) => test.passes(object),
                Operation::Not => !verdicts.pop().unwrap_or_default(),
                Operation::And | Operation::Or => {
                    let (b, a) = (verdicts.pop().unwrap_or_default(), verdicts.pop().unwrap_or_default());
                    if matches!(operation, Operation::And) { a && b } else { a || b }
                }
            };
            verdicts.push(verdict);
        }
        verdicts.pop().unwrap_or_default()
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        filter_text::parse(text).map(|operations| Self { operations })
    }
}
