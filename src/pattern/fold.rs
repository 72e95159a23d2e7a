//! Turning a tree into something else, from its leaves to its root, without recursion.

use super::ast::{
    Comparison, ComparisonExpression, ComparisonGroup, Exists, In, List, Observation, ObservationExpression,
    ObservationGroup,
};
use super::tree_walk::{Event, Node, TreeWalk};

/// Turns each construct of a tree into something else, given the results of its parts: a query of
/// another language, a rewritten tree, a verdict.
///
/// The parts come in written order. An error ends the fold. All methods except the one for
/// parentheses inside brackets are required, so that no construct is skipped by accident.
///
/// ```
/// use stixkit::pattern::ast::*;
/// use stixkit::pattern::{Fold, Pattern};
///
/// /// Writes queries of a language that knows fields, `and`, `or` and little else.
/// struct Query;
///
/// impl<'t, 'a> Fold<'t, 'a> for Query {
///     type Comparison = String;
///     type Observation = String;
///     /// What cannot be said.
///     type Error = Span;
///
///     fn comparison(&mut self, node: &'t Comparison<'a>) -> Result<String, Span> {
///         match (&node.value, node.operator.kind) {
///             (Literal::String(value), OperatorKind::Equal) if !node.negated => {
///                 Ok(format!("{} eq {:?}", node.path, value.value))
///             }
///             _ => Err(node.operator.span),
///         }
///     }
///
///     fn comparison_and(
///         &mut self,
///         _: &'t List<ComparisonExpression<'a>>,
///         operands: Vec<String>,
///     ) -> Result<String, Span> {
///         Ok(format!("({})", operands.join(" and ")))
///     }
///
///     fn comparison_or(
///         &mut self,
///         _: &'t List<ComparisonExpression<'a>>,
///         operands: Vec<String>,
///     ) -> Result<String, Span> {
///         Ok(format!("({})", operands.join(" or ")))
///     }
///
///     fn observation(&mut self, node: &'t Observation<'a>, inner: String) -> Result<String, Span> {
///         match node.qualifiers.first() {
///             Some(qualifier) => Err(qualifier.span()),
///             None => Ok(inner),
///         }
///     }
///
///     fn observation_or(
///         &mut self,
///         _: &'t List<ObservationExpression<'a>>,
///         operands: Vec<String>,
///     ) -> Result<String, Span> {
///         Ok(operands.join(" or "))
///     }
///     // …
/// #   fn in_set(&mut self, node: &'t In<'a>) -> Result<String, Span> { Err(node.span) }
/// #   fn exists(&mut self, node: &'t Exists<'a>) -> Result<String, Span> { Err(node.span) }
/// #   fn observation_group(&mut self, node: &'t ObservationGroup<'a>, _: String) -> Result<String, Span> {
/// #       Err(node.span)
/// #   }
/// #   fn observation_and(
/// #       &mut self, list: &'t List<ObservationExpression<'a>>, _: Vec<String>
/// #   ) -> Result<String, Span> { Err(list.span) }
/// #   fn followed_by(
/// #       &mut self, list: &'t List<ObservationExpression<'a>>, _: Vec<String>
/// #   ) -> Result<String, Span> { Err(list.span) }
/// }
///
/// let pattern = Pattern::parse("[file:name = 'a' AND (file:size = '1' OR file:size = '2')] OR [url:value = 'b']")?;
/// assert_eq!(
///     pattern.expression().fold(&mut Query).unwrap(),
///     r#"(file:name eq "a" and (file:size eq "1" or file:size eq "2")) or url:value eq "b""#,
/// );
///
/// let pattern = Pattern::parse("[file:name LIKE 'a%']")?;
/// let span = pattern.expression().fold(&mut Query).unwrap_err();
/// assert_eq!(&pattern.text()[span.range()], "LIKE");
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
pub trait Fold<'t, 'a> {
    /// The result for an expression inside brackets.
    type Comparison;
    /// The result for an expression outside brackets.
    type Observation;
    /// The error that ends the fold early; [`Infallible`](std::convert::Infallible) if there is
    /// none.
    type Error;

    /// `path operator value`
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold, as all methods can.
    fn comparison(&mut self, node: &'t Comparison<'a>) -> Result<Self::Comparison, Self::Error>;

    /// `path IN (…)`
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn in_set(&mut self, node: &'t In<'a>) -> Result<Self::Comparison, Self::Error>;

    /// `EXISTS path`
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn exists(&mut self, node: &'t Exists<'a>) -> Result<Self::Comparison, Self::Error>;

    /// `(…)` inside brackets. Returns the result of the inner expression by default.
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn comparison_group(
        &mut self,
        node: &'t ComparisonGroup<'a>,
        inner: Self::Comparison,
    ) -> Result<Self::Comparison, Self::Error> {
        let _ = node;
        Ok(inner)
    }

    /// `… AND …` inside brackets.
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn comparison_and(
        &mut self,
        list: &'t List<ComparisonExpression<'a>>,
        operands: Vec<Self::Comparison>,
    ) -> Result<Self::Comparison, Self::Error>;

    /// `… OR …` inside brackets.
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn comparison_or(
        &mut self,
        list: &'t List<ComparisonExpression<'a>>,
        operands: Vec<Self::Comparison>,
    ) -> Result<Self::Comparison, Self::Error>;

    /// `[…]` with its qualifiers.
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn observation(
        &mut self,
        node: &'t Observation<'a>,
        comparison: Self::Comparison,
    ) -> Result<Self::Observation, Self::Error>;

    /// `(…)` outside brackets, with its qualifiers.
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn observation_group(
        &mut self,
        node: &'t ObservationGroup<'a>,
        inner: Self::Observation,
    ) -> Result<Self::Observation, Self::Error>;

    /// `… AND …` outside brackets.
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn observation_and(
        &mut self,
        list: &'t List<ObservationExpression<'a>>,
        operands: Vec<Self::Observation>,
    ) -> Result<Self::Observation, Self::Error>;

    /// `… OR …` outside brackets.
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn observation_or(
        &mut self,
        list: &'t List<ObservationExpression<'a>>,
        operands: Vec<Self::Observation>,
    ) -> Result<Self::Observation, Self::Error>;

    /// `… FOLLOWEDBY …`
    ///
    /// # Errors
    ///
    /// Returns an error to end the fold.
    fn followed_by(
        &mut self,
        list: &'t List<ObservationExpression<'a>>,
        operands: Vec<Self::Observation>,
    ) -> Result<Self::Observation, Self::Error>;
}

/// The results of the parts whose construct is not complete yet.
struct Parts<C, O> {
    comparisons: Vec<C>,
    observations: Vec<O>,
}

impl<C, O> Parts<C, O> {
    fn run<'t, 'a, F>(&mut self, root: Node<'t, 'a>, fold: &mut F) -> Result<(), F::Error>
    where
        F: Fold<'t, 'a, Comparison = C, Observation = O> + ?Sized,
    {
        for event in TreeWalk::new(root) {
            match event {
                Event::Leave(Node::Comparison(node)) => self.comparison(node, fold)?,
                Event::Leave(Node::Observation(node)) => self.observation(node, fold)?,
                Event::Enter(_) | Event::Between(_) => {}
            }
        }
        Ok(())
    }

    fn comparison<'t, 'a, F>(&mut self, node: &'t ComparisonExpression<'a>, fold: &mut F) -> Result<(), F::Error>
    where
        F: Fold<'t, 'a, Comparison = C, Observation = O> + ?Sized,
    {
        let made = match node {
            ComparisonExpression::Comparison(node) => fold.comparison(node),
            ComparisonExpression::In(node) => fold.in_set(node),
            ComparisonExpression::Exists(node) => fold.exists(node),
            ComparisonExpression::Group(node) => fold.comparison_group(node, take_last(&mut self.comparisons)),
            ComparisonExpression::And(list) => fold.comparison_and(list, take_operands(list, &mut self.comparisons)),
            ComparisonExpression::Or(list) => fold.comparison_or(list, take_operands(list, &mut self.comparisons)),
        };
        self.comparisons.push(made?);
        Ok(())
    }

    fn observation<'t, 'a, F>(&mut self, node: &'t ObservationExpression<'a>, fold: &mut F) -> Result<(), F::Error>
    where
        F: Fold<'t, 'a, Comparison = C, Observation = O> + ?Sized,
    {
        let made = match node {
            ObservationExpression::Observation(node) => fold.observation(node, take_last(&mut self.comparisons)),
            ObservationExpression::Group(node) => fold.observation_group(node, take_last(&mut self.observations)),
            ObservationExpression::And(list) => fold.observation_and(list, take_operands(list, &mut self.observations)),
            ObservationExpression::Or(list) => fold.observation_or(list, take_operands(list, &mut self.observations)),
            ObservationExpression::FollowedBy(list) => {
                fold.followed_by(list, take_operands(list, &mut self.observations))
            }
        };
        self.observations.push(made?);
        Ok(())
    }
}

fn take_last<T>(parts: &mut Vec<T>) -> T {
    // OK because a construct is left after its parts, each of which has added one.
    parts.pop().expect("a part was left before its whole")
}

fn take_operands<N, T>(list: &List<N>, parts: &mut Vec<T>) -> Vec<T> {
    parts.split_off(parts.len() - list.operands.len())
}

impl<'a> ObservationExpression<'a> {
    /// Folds the expression and all its parts, from the leaves up.
    ///
    /// # Errors
    ///
    /// Returns the first error that a method of the fold returns.
    pub fn fold<'t, F: Fold<'t, 'a> + ?Sized>(&'t self, fold: &mut F) -> Result<F::Observation, F::Error> {
        let mut parts = Parts { comparisons: Vec::new(), observations: Vec::new() };
        parts.run(Node::Observation(self), fold)?;
        Ok(take_last(&mut parts.observations))
    }
}

impl<'a> ComparisonExpression<'a> {
    /// Folds the expression and all its parts, from the leaves up.
    ///
    /// # Errors
    ///
    /// Returns the first error that a method of the fold returns.
    pub fn fold<'t, F: Fold<'t, 'a> + ?Sized>(&'t self, fold: &mut F) -> Result<F::Comparison, F::Error> {
        let mut parts = Parts { comparisons: Vec::new(), observations: Vec::new() };
        parts.run(Node::Comparison(self), fold)?;
        Ok(take_last(&mut parts.comparisons))
    }
}
