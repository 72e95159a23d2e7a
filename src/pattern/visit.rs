//! Walking a tree without recursion.

use std::collections::BTreeSet;

use super::ast::{
    Bound, Comparison, ComparisonExpression, List, Literal, ObservationExpression, OperatorKind, Path, Qualifier,
    Seconds, Step,
};

/// Is called on the way through a tree.
///
/// For each expression comes one `enter`, then its parts with a `between` between each two operands of a list, then
/// one `leave`. An error ends the walk. All methods do nothing unless they are written.
///
/// ```
/// use std::convert::Infallible;
/// use stixkit::pattern::{Pattern, Visitor, ast::ComparisonExpression};
///
/// /// Counts the tests that `NOT` inverts.
/// struct Negations(usize);
///
/// impl<'t, 'a> Visitor<'t, 'a> for Negations {
///     type Error = Infallible;
///
///     fn enter_comparison(
///         &mut self,
///         expression: &'t ComparisonExpression<'a>,
///     ) -> Result<(), Infallible> {
///         if let ComparisonExpression::Comparison(comparison) = expression {
///             self.0 += usize::from(comparison.negated);
///         }
///         Ok(())
///     }
/// }
///
/// let pattern = Pattern::parse("[file:size NOT = 1 AND (file:name = 'a' OR file:name NOT LIKE 'b%')]")?;
/// let mut negations = Negations(0);
/// let Ok(()) = pattern.expression().visit(&mut negations);
/// assert_eq!(negations.0, 2);
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
pub trait Visitor<'t, 'a> {
    /// What ends the walk early; [`Infallible`](std::convert::Infallible) where nothing does.
    type Error;

    /// Before the parts of an observation expression.
    ///
    /// # Errors
    ///
    /// What the visitor returns to end the walk; so for all methods.
    fn enter_observation(&mut self, expression: &'t ObservationExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// Between two operands of `AND`, `OR` or `FOLLOWEDBY` outside brackets; `expression` is the list.
    ///
    /// # Errors
    ///
    /// What the visitor returns to end the walk.
    fn between_observations(&mut self, expression: &'t ObservationExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// After the parts of an observation expression.
    ///
    /// # Errors
    ///
    /// What the visitor returns to end the walk.
    fn leave_observation(&mut self, expression: &'t ObservationExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// Before the parts of a comparison expression.
    ///
    /// # Errors
    ///
    /// What the visitor returns to end the walk.
    fn enter_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// Between two operands of `AND` or `OR` inside brackets; `expression` is the list.
    ///
    /// # Errors
    ///
    /// What the visitor returns to end the walk.
    fn between_comparisons(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// After the parts of a comparison expression.
    ///
    /// # Errors
    ///
    /// What the visitor returns to end the walk.
    fn leave_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'t, 'a> {
    Observation(&'t ObservationExpression<'a>),
    Comparison(&'t ComparisonExpression<'a>),
}

impl<'t, 'a> Node<'t, 'a> {
    fn child(self, index: usize) -> Option<Self> {
        use ComparisonExpression as C;
        use ObservationExpression as O;

        match self {
            Self::Observation(O::Observation(node)) if index == 0 => Some(Self::Comparison(&node.comparison)),
            Self::Observation(O::Group(node)) if index == 0 => Some(Self::Observation(&node.inner)),
            Self::Observation(O::And(list) | O::Or(list) | O::FollowedBy(list)) => {
                list.operands.get(index).map(Self::Observation)
            }
            Self::Comparison(C::Group(node)) if index == 0 => Some(Self::Comparison(&node.inner)),
            Self::Comparison(C::And(list) | C::Or(list)) => list.operands.get(index).map(Self::Comparison),
            Self::Observation(O::Observation(_) | O::Group(_))
            | Self::Comparison(C::Comparison(_) | C::In(_) | C::Exists(_) | C::Group(_)) => None,
        }
    }

    /// Whether both are the same construct with the same data, whatever is below them.
    fn same_construct(self, other: Node<'_, '_>) -> bool {
        use ComparisonExpression as C;
        use ObservationExpression as O;

        fn same_length<T, U>(a: &List<T>, b: &List<U>) -> bool {
            a.operands.len() == b.operands.len()
        }
        match (self, other) {
            (Self::Observation(a), Node::Observation(b)) => match (a, b) {
                (O::Observation(a), O::Observation(b)) => same_qualifiers(&a.qualifiers, &b.qualifiers),
                (O::Group(a), O::Group(b)) => same_qualifiers(&a.qualifiers, &b.qualifiers),
                (O::And(a), O::And(b)) | (O::Or(a), O::Or(b)) => same_length(a, b),
                (O::FollowedBy(a), O::FollowedBy(b)) => same_length(a, b),
                _ => false,
            },
            (Self::Comparison(a), Node::Comparison(b)) => match (a, b) {
                (C::Comparison(a), C::Comparison(b)) => {
                    a.negated == b.negated
                        && a.operator.kind == b.operator.kind
                        && a.path.same_as(&b.path)
                        && a.value.same_as(&b.value)
                }
                (C::In(a), C::In(b)) => {
                    a.negated == b.negated
                        && a.path.same_as(&b.path)
                        && same_items(&a.values, &b.values, |a, b| a.same_as(b))
                }
                (C::Exists(a), C::Exists(b)) => a.negated == b.negated && a.path.same_as(&b.path),
                (C::Group(_), C::Group(_)) => true,
                (C::And(a), C::And(b)) | (C::Or(a), C::Or(b)) => same_length(a, b),
                _ => false,
            },
            _ => false,
        }
    }
}

fn same_items<T, U>(a: &[T], b: &[U], same: impl Fn(&T, &U) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn same_qualifiers(a: &[Qualifier<'_>], b: &[Qualifier<'_>]) -> bool {
    same_items(a, b, |a, b| match (a, b) {
        (Qualifier::StartStop(a), Qualifier::StartStop(b)) => {
            same_bound(&a.start, &b.start) && same_bound(&a.stop, &b.stop)
        }
        (Qualifier::Within(a), Qualifier::Within(b)) => match (&a.seconds, &b.seconds) {
            (Seconds::Integer(a), Seconds::Integer(b)) => a.value() == b.value(),
            (Seconds::Float(a), Seconds::Float(b)) => a.same_as(b),
            _ => false,
        },
        (Qualifier::Repeats(a), Qualifier::Repeats(b)) => a.times.value() == b.times.value(),
        _ => false,
    })
}

fn same_bound(a: &Bound<'_>, b: &Bound<'_>) -> bool {
    match (a, b) {
        (Bound::Timestamp(a), Bound::Timestamp(b)) => a.text() == b.text(),
        (Bound::String(a), Bound::String(b)) => a.value == b.value,
        _ => false,
    }
}

impl Path<'_> {
    /// Whether both lead to the same place, whether or not their properties are quoted.
    pub fn same_as(&self, other: &Path<'_>) -> bool {
        self.object_type == other.object_type
            && same_items(&self.steps, &other.steps, |a, b| match (a, b) {
                (Step::Property(a), Step::Property(b)) => a.name == b.name,
                (Step::Index(a), Step::Index(b)) => a.position == b.position,
                (Step::AnyIndex(_), Step::AnyIndex(_)) => true,
                _ => false,
            })
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Event<'t, 'a> {
    Enter(Node<'t, 'a>),
    Between(Node<'t, 'a>),
    Leave(Node<'t, 'a>),
}

/// The events of a walk, with the way back on the heap.
#[derive(Clone, Debug)]
pub(super) struct Walk<'t, 'a> {
    /// The root, until it is entered.
    root: Option<Node<'t, 'a>>,
    open: Vec<Open<'t, 'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Open<'t, 'a> {
    node: Node<'t, 'a>,
    next_child: usize,
    /// Whether the event between the last child and the next has been given.
    between: bool,
}

impl<'t, 'a> Walk<'t, 'a> {
    pub(super) fn new(root: Node<'t, 'a>) -> Self {
        Self { root: Some(root), open: Vec::new() }
    }

    fn enter(&mut self, node: Node<'t, 'a>) -> Event<'t, 'a> {
        self.open.push(Open { node, next_child: 0, between: false });
        Event::Enter(node)
    }
}

impl<'t, 'a> Iterator for Walk<'t, 'a> {
    type Item = Event<'t, 'a>;

    fn next(&mut self) -> Option<Event<'t, 'a>> {
        if let Some(root) = self.root.take() {
            return Some(self.enter(root));
        }
        let open = self.open.last_mut()?;
        let Some(child) = open.node.child(open.next_child) else {
            let node = open.node;
            self.open.pop();
            return Some(Event::Leave(node));
        };
        if open.next_child > 0 && !open.between {
            open.between = true;
            return Some(Event::Between(open.node));
        }
        open.next_child += 1;
        open.between = false;
        Some(self.enter(child))
    }
}

pub(super) fn drive<'t, 'a, V: Visitor<'t, 'a> + ?Sized>(root: Node<'t, 'a>, visitor: &mut V) -> Result<(), V::Error> {
    for event in Walk::new(root) {
        match event {
            Event::Enter(Node::Observation(node)) => visitor.enter_observation(node),
            Event::Enter(Node::Comparison(node)) => visitor.enter_comparison(node),
            Event::Between(Node::Observation(node)) => visitor.between_observations(node),
            Event::Between(Node::Comparison(node)) => visitor.between_comparisons(node),
            Event::Leave(Node::Observation(node)) => visitor.leave_observation(node),
            Event::Leave(Node::Comparison(node)) => visitor.leave_comparison(node),
        }?;
    }
    Ok(())
}

fn same_tree(a: Node<'_, '_>, b: Node<'_, '_>) -> bool {
    // The events fix the shape, so that entering the same constructs in the same order makes the trees the same.
    let (mut a, mut b) = (Walk::new(a), Walk::new(b));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(Event::Enter(a)), Some(Event::Enter(b))) if a.same_construct(b) => {}
            (Some(Event::Between(_)), Some(Event::Between(_))) | (Some(Event::Leave(_)), Some(Event::Leave(_))) => {}
            _ => return false,
        }
    }
}

impl<'a> ObservationExpression<'a> {
    /// Walks through the expression and all below it.
    ///
    /// # Errors
    ///
    /// The first error that the visitor returns.
    pub fn visit<'t, V: Visitor<'t, 'a> + ?Sized>(&'t self, visitor: &mut V) -> Result<(), V::Error> {
        drive(Node::Observation(self), visitor)
    }

    /// Whether both are the same tree, wherever it stands in the text and however it is spelled. Parentheses count.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let a = Pattern::parse("[a:b==1.50]")?;
    /// let b = Pattern::parse("[ a:'b' = 1.5 ]")?;
    /// assert_ne!(a.expression(), b.expression());
    /// assert!(a.expression().same_as(b.expression()));
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn same_as(&self, other: &ObservationExpression<'_>) -> bool {
        same_tree(Node::Observation(self), Node::Observation(other))
    }

    /// The single tests in written order: comparisons, `IN` and `EXISTS`, without what joins them.
    pub fn tests(&self) -> Tests<'_, 'a> {
        Tests(Walk::new(Node::Observation(self)))
    }
}

impl<'a> ComparisonExpression<'a> {
    /// Walks through the expression and all below it.
    ///
    /// # Errors
    ///
    /// The first error that the visitor returns.
    pub fn visit<'t, V: Visitor<'t, 'a> + ?Sized>(&'t self, visitor: &mut V) -> Result<(), V::Error> {
        drive(Node::Comparison(self), visitor)
    }

    /// Whether both are the same tree, wherever it stands in the text and however it is spelled. Parentheses count.
    pub fn same_as(&self, other: &ComparisonExpression<'_>) -> bool {
        same_tree(Node::Comparison(self), Node::Comparison(other))
    }

    /// The single tests in written order: comparisons, `IN` and `EXISTS`, without what joins them.
    pub fn tests(&self) -> Tests<'_, 'a> {
        Tests(Walk::new(Node::Comparison(self)))
    }
}

/// The single tests of an expression; see [`Pattern::tests`](super::Pattern::tests).
#[derive(Clone, Debug)]
pub struct Tests<'t, 'a>(Walk<'t, 'a>);

impl<'t, 'a> Iterator for Tests<'t, 'a> {
    type Item = &'t ComparisonExpression<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.find_map(|event| match event {
            Event::Enter(Node::Comparison(node)) => node.path().map(|_| node),
            _ => None,
        })
    }
}

impl<'a> super::Pattern<'a> {
    /// The single tests in written order: comparisons, `IN` and `EXISTS`, without what joins them.
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

    /// The paths of the tests in written order, with repetitions.
    pub fn paths(&self) -> impl Iterator<Item = &Path<'a>> {
        self.tests().filter_map(ComparisonExpression::path)
    }

    /// The constants that the paths are compared with, in written order, those of sets included. Numbers and timestamps
    /// of qualifiers are not among them. [`Literal::value`] decodes them.
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

    /// The object types that the paths start from, each once.
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

    /// Whether the pattern is `[path = value]` and nothing else, as four in five patterns of feeds are: no other test, no
    /// qualifier, no `NOT`. Parentheses, spellings and the type of the value do not matter.
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

    /// The only test, where the pattern [is a simple equality](Self::is_simple_equality).
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    /// Writes what it is called with, and stops at a test of `stop:here`.
    #[derive(Default)]
    struct Log(String);

    impl<'t, 'a> Visitor<'t, 'a> for Log {
        type Error = ();

        fn enter_observation(&mut self, _: &'t ObservationExpression<'a>) -> Result<(), ()> {
            self.0.push('{');
            Ok(())
        }

        fn between_observations(&mut self, _: &'t ObservationExpression<'a>) -> Result<(), ()> {
            self.0.push(';');
            Ok(())
        }

        fn leave_observation(&mut self, _: &'t ObservationExpression<'a>) -> Result<(), ()> {
            self.0.push('}');
            Ok(())
        }

        fn enter_comparison(&mut self, node: &'t ComparisonExpression<'a>) -> Result<(), ()> {
            self.0.push('<');
            match node.path() {
                Some(path) if path.is("stop", &["here"]) => Err(()),
                Some(path) => {
                    self.0.push_str(&path.object_type);
                    Ok(())
                }
                None => Ok(()),
            }
        }

        fn between_comparisons(&mut self, _: &'t ComparisonExpression<'a>) -> Result<(), ()> {
            self.0.push(',');
            Ok(())
        }

        fn leave_comparison(&mut self, _: &'t ComparisonExpression<'a>) -> Result<(), ()> {
            self.0.push('>');
            Ok(())
        }
    }

    #[track_caller]
    fn log(text: &str) -> (String, Result<(), ()>) {
        let mut log = Log::default();
        let result = Pattern::parse(text).unwrap().expression().visit(&mut log);
        (log.0, result)
    }

    #[test]
    fn calls_come_in_order() {
        let (calls, result) = log("([a:b = 1] OR [b:b = 1 AND (c:b = 1 OR EXISTS d:b) AND e:b IN (1)])");
        assert_eq!(calls, "{{{<a>};{<<b>,<<<c>,<d>>>,<e>>}}}");
        assert_eq!(result, Ok(()));
    }

    #[test]
    fn an_error_ends_the_walk() {
        let (calls, result) = log("[a:b = 1 OR stop:here = 1 OR c:b = 1]");
        assert_eq!(calls, "{<<a>,<");
        assert_eq!(result, Err(()));
    }

    #[test]
    fn trees_that_differ_in_one_thing_are_not_the_same() {
        let texts = [
            "[a:b = 1]",
            "[a:b NOT = 1]",
            "[a:b != 1]",
            "[a:b = 2]",
            "[a:b = 1.0]",
            "[a:c = 1]",
            "[a:b.c = 1]",
            "[a:b[0] = 1]",
            "[a:b[1] = 1]",
            "[a:b[*] = 1]",
            "[b:b = 1]",
            "[a:b IN (1)]",
            "[a:b IN (1, 1)]",
            "[a:b NOT IN (1)]",
            "[EXISTS a:b]",
            "[NOT EXISTS a:b]",
            "[(a:b = 1)]",
            "([a:b = 1])",
            "[a:b = 1 OR a:b = 1]",
            "[a:b = 1 AND a:b = 1]",
            "[a:b = 1 AND a:b = 1 AND a:b = 1]",
            "[a:b = 1] OR [a:b = 1]",
            "[a:b = 1] AND [a:b = 1]",
            "[a:b = 1] FOLLOWEDBY [a:b = 1]",
            "[a:b = 1] REPEATS 2 TIMES",
            "[a:b = 1] REPEATS 3 TIMES",
            "[a:b = 1] WITHIN 2 SECONDS",
            "[a:b = 1] WITHIN 2.0 SECONDS",
            "[a:b = 1] REPEATS 2 TIMES WITHIN 2 SECONDS",
            "[a:b = 1] START t'2014-01-13T07:03:17Z' STOP t'2014-01-14T00:00:00Z'",
            "[a:b = 1] START t'2014-01-13T07:03:17.0Z' STOP t'2014-01-14T00:00:00Z'",
        ];
        for (i, a) in texts.iter().enumerate() {
            for (j, b) in texts.iter().enumerate() {
                let (a, b) = (Pattern::parse(a).unwrap(), Pattern::parse(b).unwrap());
                assert_eq!(a.expression().same_as(b.expression()), i == j, "{a} {b}");
            }
        }
    }
}
