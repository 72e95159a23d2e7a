//! Copying trees so that they do not borrow from the text that they were parsed from.

use std::convert::Infallible;

use super::ast::{
    Bound, Comparison, ComparisonExpression, ComparisonGroup, Exists, In, List, Observation, ObservationExpression,
    ObservationGroup, Path, Property, Qualifier, Repeats, Seconds, StartStop, Step, Within,
};
use super::fold::Fold;
use super::literal::{Literal, StringLiteral, into_owned_text};
use super::pattern::Pattern;
use super::span::Span;

impl Pattern<'_> {
    /// Copies the borrowed text, so that the pattern can outlive the text that it was parsed from.
    ///
    /// ```
    /// use stixkit::pattern::{Error, Pattern};
    ///
    /// fn load() -> Result<Pattern<'static>, Error> {
    ///     let text = String::from("[file:size = 1]");
    ///     Ok(Pattern::parse(&text)?.into_owned())
    /// }
    /// assert_eq!(load()?.text(), "[file:size = 1]");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn into_owned(self) -> Pattern<'static> {
        let Self { text, expression, version, comments } = self;
        Pattern { text: into_owned_text(text), expression: expression.into_owned(), version, comments }
    }
}

impl ObservationExpression<'_> {
    /// Copies the borrowed text, so that the tree can outlive the pattern.
    pub fn into_owned(self) -> ObservationExpression<'static> {
        let Ok(owned) = self.fold(&mut IntoOwned);
        owned
    }
}

impl ComparisonExpression<'_> {
    /// Copies the borrowed text, so that the tree can outlive the pattern.
    pub fn into_owned(self) -> ComparisonExpression<'static> {
        let Ok(owned) = self.fold(&mut IntoOwned);
        owned
    }
}

/// Copies each node, with text of its own.
struct IntoOwned;

type Comparisons = ComparisonExpression<'static>;
type Observations = ObservationExpression<'static>;

fn list<T>(span: Span, operands: Vec<T>) -> Box<List<T>> {
    Box::new(List { span, operands })
}

impl<'t, 'a> Fold<'t, 'a> for IntoOwned {
    type Comparison = Comparisons;
    type Observation = Observations;
    type Error = Infallible;

    fn comparison(&mut self, node: &'t Comparison<'a>) -> Result<Comparisons, Infallible> {
        Ok(Comparisons::Comparison(Box::new(Comparison {
            span: node.span,
            path: node.path.clone().into_owned(),
            negated: node.negated,
            operator: node.operator,
            value: node.value.clone().into_owned(),
        })))
    }

    fn in_set(&mut self, node: &'t In<'a>) -> Result<Comparisons, Infallible> {
        Ok(Comparisons::In(Box::new(In {
            span: node.span,
            path: node.path.clone().into_owned(),
            negated: node.negated,
            values: node.values.iter().cloned().map(Literal::into_owned).collect(),
        })))
    }

    fn exists(&mut self, node: &'t Exists<'a>) -> Result<Comparisons, Infallible> {
        let path = node.path.clone().into_owned();
        Ok(Comparisons::Exists(Box::new(Exists { span: node.span, negated: node.negated, path })))
    }

    fn comparison_group(
        &mut self,
        node: &'t ComparisonGroup<'a>,
        inner: Comparisons,
    ) -> Result<Comparisons, Infallible> {
        Ok(Comparisons::Group(Box::new(ComparisonGroup { span: node.span, inner })))
    }

    fn comparison_and(
        &mut self,
        node: &'t List<ComparisonExpression<'a>>,
        operands: Vec<Comparisons>,
    ) -> Result<Comparisons, Infallible> {
        Ok(Comparisons::And(list(node.span, operands)))
    }

    fn comparison_or(
        &mut self,
        node: &'t List<ComparisonExpression<'a>>,
        operands: Vec<Comparisons>,
    ) -> Result<Comparisons, Infallible> {
        Ok(Comparisons::Or(list(node.span, operands)))
    }

    fn observation(&mut self, node: &'t Observation<'a>, comparison: Comparisons) -> Result<Observations, Infallible> {
        let qualifiers = owned_qualifiers(&node.qualifiers);
        Ok(Observations::Observation(Box::new(Observation { span: node.span, comparison, qualifiers })))
    }

    fn observation_group(
        &mut self,
        node: &'t ObservationGroup<'a>,
        inner: Observations,
    ) -> Result<Observations, Infallible> {
        let qualifiers = owned_qualifiers(&node.qualifiers);
        Ok(Observations::Group(Box::new(ObservationGroup { span: node.span, inner, qualifiers })))
    }

    fn observation_and(
        &mut self,
        node: &'t List<ObservationExpression<'a>>,
        operands: Vec<Observations>,
    ) -> Result<Observations, Infallible> {
        Ok(Observations::And(list(node.span, operands)))
    }

    fn observation_or(
        &mut self,
        node: &'t List<ObservationExpression<'a>>,
        operands: Vec<Observations>,
    ) -> Result<Observations, Infallible> {
        Ok(Observations::Or(list(node.span, operands)))
    }

    fn followed_by(
        &mut self,
        node: &'t List<ObservationExpression<'a>>,
        operands: Vec<Observations>,
    ) -> Result<Observations, Infallible> {
        Ok(Observations::FollowedBy(list(node.span, operands)))
    }
}

impl Path<'_> {
    /// Copies the borrowed text, so that the path can outlive the pattern.
    pub fn into_owned(self) -> Path<'static> {
        Path {
            span: self.span,
            object_type: into_owned_text(self.object_type),
            steps: self.steps.into_iter().map(Step::into_owned).collect(),
        }
    }
}

impl Step<'_> {
    fn into_owned(self) -> Step<'static> {
        match self {
            Self::Property(Property { span, name, quoted }) => {
                Step::Property(Property { span, name: into_owned_text(name), quoted })
            }
            Self::Index(index) => Step::Index(index),
            Self::AnyIndex(span) => Step::AnyIndex(span),
        }
    }
}

impl Literal<'_> {
    /// Copies the borrowed text, so that the constant can outlive the pattern.
    pub fn into_owned(self) -> Literal<'static> {
        match self {
            Self::String(literal) => Literal::String(literal.into_owned()),
            Self::Integer(literal) => Literal::Integer(literal.into_owned()),
            Self::Float(literal) => Literal::Float(literal.into_owned()),
            Self::Boolean(literal) => Literal::Boolean(literal),
            Self::Timestamp(literal) => Literal::Timestamp(literal.into_owned()),
            Self::Hex(literal) => Literal::Hex(literal.into_owned()),
            Self::Binary(literal) => Literal::Binary(literal.into_owned()),
        }
    }
}

impl StringLiteral<'_> {
    fn into_owned(self) -> StringLiteral<'static> {
        StringLiteral { span: self.span, value: into_owned_text(self.value) }
    }
}

impl Bound<'_> {
    fn into_owned(self) -> Bound<'static> {
        match self {
            Self::Timestamp(timestamp) => Bound::Timestamp(timestamp.into_owned()),
            Self::String(string) => Bound::String(string.into_owned()),
        }
    }
}

impl Seconds<'_> {
    fn into_owned(self) -> Seconds<'static> {
        match self {
            Self::Integer(number) => Seconds::Integer(number.into_owned()),
            Self::Float(number) => Seconds::Float(number.into_owned()),
        }
    }
}

impl Qualifier<'_> {
    fn into_owned(self) -> Qualifier<'static> {
        match self {
            Self::StartStop(node) => {
                let StartStop { span, start, stop } = *node;
                let (start, stop) = (start.into_owned(), stop.into_owned());
                Qualifier::StartStop(Box::new(StartStop { span, start, stop }))
            }
            Self::Within(node) => {
                let Within { span, seconds } = *node;
                Qualifier::Within(Box::new(Within { span, seconds: seconds.into_owned() }))
            }
            Self::Repeats(node) => {
                let Repeats { span, times } = *node;
                Qualifier::Repeats(Box::new(Repeats { span, times: times.into_owned() }))
            }
        }
    }
}

fn owned_qualifiers(qualifiers: &[Qualifier<'_>]) -> Vec<Qualifier<'static>> {
    qualifiers.iter().cloned().map(Qualifier::into_owned).collect()
}
