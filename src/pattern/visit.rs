//! Visitors: methods that are called on the way through a tree.

use super::ast::{ComparisonExpression, ObservationExpression};
use super::tree_walk::{Event, Node, TreeWalk};

/// Methods that are called on the way through a tree.
///
/// For each expression there is one call of `enter`, then the calls for its parts with a `between`
/// between each two operands of a list, then one call of `leave`. An error ends the walk. The
/// default methods do nothing.
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
    /// The error that ends the walk early; [`Infallible`](std::convert::Infallible) if there is
    /// none.
    type Error;

    /// Before the parts of an observation expression.
    ///
    /// # Errors
    ///
    /// Returns an error to end the walk, as all methods can.
    fn enter_observation(&mut self, expression: &'t ObservationExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// Between two operands of `AND`, `OR` or `FOLLOWEDBY` outside brackets; `expression` is the
    /// list.
    ///
    /// # Errors
    ///
    /// Returns an error to end the walk.
    fn between_observations(&mut self, expression: &'t ObservationExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// After the parts of an observation expression.
    ///
    /// # Errors
    ///
    /// Returns an error to end the walk.
    fn leave_observation(&mut self, expression: &'t ObservationExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// Before the parts of a comparison expression.
    ///
    /// # Errors
    ///
    /// Returns an error to end the walk.
    fn enter_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// Between two operands of `AND` or `OR` inside brackets; `expression` is the list.
    ///
    /// # Errors
    ///
    /// Returns an error to end the walk.
    fn between_comparisons(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }

    /// After the parts of a comparison expression.
    ///
    /// # Errors
    ///
    /// Returns an error to end the walk.
    fn leave_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Self::Error> {
        let _ = expression;
        Ok(())
    }
}

pub(super) fn drive<'t, 'a, V: Visitor<'t, 'a> + ?Sized>(root: Node<'t, 'a>, visitor: &mut V) -> Result<(), V::Error> {
    for event in TreeWalk::new(root) {
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

impl<'a> ObservationExpression<'a> {
    /// Calls the visitor for the expression and all its parts.
    ///
    /// # Errors
    ///
    /// Returns the first error that the visitor returns.
    pub fn visit<'t, V: Visitor<'t, 'a> + ?Sized>(&'t self, visitor: &mut V) -> Result<(), V::Error> {
        drive(Node::Observation(self), visitor)
    }
}

impl<'a> ComparisonExpression<'a> {
    /// Calls the visitor for the expression and all its parts.
    ///
    /// # Errors
    ///
    /// Returns the first error that the visitor returns.
    pub fn visit<'t, V: Visitor<'t, 'a> + ?Sized>(&'t self, visitor: &mut V) -> Result<(), V::Error> {
        drive(Node::Comparison(self), visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::*;

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
}
