//! Questions about a tree: its tests, paths, constants and object types.

use std::collections::BTreeSet;

use super::ast::{Comparison, ComparisonExpression, ObservationExpression, OperatorKind, Path};
use super::literal::Literal;
use super::pattern::Pattern;
use super::tree_walk::{Event, Node, TreeWalk};

/// An iterator over the single tests of an expression; see [`Pattern::tests`].
#[derive(Clone, Debug)]
pub struct Tests<'t, 'a>(TreeWalk<'t, 'a>);

impl<'t, 'a> Iterator for Tests<'t, 'a> {
    type Item = &'t ComparisonExpression<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.find_map(|event| match event {
            Event::Enter(Node::Comparison(node)) => node.path().map(|_| node),
            _ => None,
        })
    }
}

impl<'a> ObservationExpression<'a> {
    /// Returns the single tests (comparisons, `IN` and `EXISTS`) in written order, without the
    /// operators that join them.
    pub fn tests(&self) -> Tests<'_, 'a> {
        Tests(TreeWalk::new(Node::Observation(self)))
    }
}

impl<'a> ComparisonExpression<'a> {
    /// Returns the single tests (comparisons, `IN` and `EXISTS`) in written order, without the
    /// operators that join them.
    pub fn tests(&self) -> Tests<'_, 'a> {
        Tests(TreeWalk::new(Node::Comparison(self)))
    }
}

impl<'a> Pattern<'a> {
    /// Returns the single tests (comparisons, `IN` and `EXISTS`) in written order, without the
    /// operators that join them.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("[file:size = 1 AND file:name IN ('a', 'b')] OR [EXISTS url:value]")?;
    /// let tests: Vec<_> = pattern.tests().map(|test| test.to_string()).collect();
    /// assert_eq!(tests, ["file:size = 1", "file:name IN ('a', 'b')", "EXISTS url:value"]);
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn tests(&self) -> Tests<'_, 'a> {
        self.expression.tests()
    }

    /// Returns the paths of the tests in written order, with repetitions.
    pub fn paths(&self) -> impl Iterator<Item = &Path<'a>> {
        self.tests().filter_map(ComparisonExpression::path)
    }

    /// Returns the constants that the paths are compared with, in written order, including those of
    /// sets but not the numbers and timestamps of qualifiers. [`Literal::value`] decodes them.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse(r"[file:name = 'it\'s' AND file:size IN (1, 2)] WITHIN 5 SECONDS")?;
    /// let literals: Vec<_> = pattern.literals().map(|literal| literal.to_string()).collect();
    /// assert_eq!(literals, [r"'it\'s'", "1", "2"]);
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn literals(&self) -> impl Iterator<Item = &Literal<'a>> {
        self.tests().flat_map(ComparisonExpression::literals)
    }

    /// Returns the object types that the paths start from, each once.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("[url:value = 'a' OR file:size = 1] AND [url:value = 'b']")?;
    /// assert!(pattern.object_types().into_iter().eq(["file", "url"]));
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn object_types(&self) -> BTreeSet<&str> {
        self.paths().map(|path| &*path.object_type).collect()
    }

    /// Whether the pattern is just `[path = value]`, as four in five patterns of feeds are: one
    /// test, no qualifier, no `NOT`. Parentheses, spellings and the type of the value do not
    /// matter.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// assert!(Pattern::parse("[file:size == 5]")?.is_simple_equality());
    /// assert!(!Pattern::parse("[file:size = 5] REPEATS 2 TIMES")?.is_simple_equality());
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn is_simple_equality(&self) -> bool {
        self.simple_equality().is_some()
    }

    /// Returns the only test if the pattern [is a simple equality](Self::is_simple_equality).
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("([ipv4-addr:value = '198.51.100.7'])")?;
    /// let test = pattern.simple_equality().unwrap();
    /// assert!(test.path.is("ipv4-addr", &["value"]));
    /// assert_eq!(test.value.as_str(), Some("198.51.100.7"));
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn simple_equality(&self) -> Option<&Comparison<'a>> {
        let ObservationExpression::Observation(observation) = self.expression.ungrouped() else { return None };
        let ComparisonExpression::Comparison(test) = observation.comparison.ungrouped() else { return None };
        let is_equality = !test.negated && test.operator.kind == OperatorKind::Equal;
        (is_equality && observation.qualifiers.is_empty()).then_some(test)
    }
}
