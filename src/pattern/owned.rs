//! Cutting the tie between a tree and the text that it was parsed from.
//!
//! These functions recurse as deep as parentheses nest, which the parser limits.

use super::Pattern;
use super::ast::{
    Bound, Comparison, ComparisonExpression, ComparisonGroup, Exists, In, List, Literal, Observation,
    ObservationExpression, ObservationGroup, Path, Property, Qualifier, Repeats, Seconds, StartStop, Step,
    StringLiteral, Within,
};
use super::literal::own;

/// A loop, since an iterator's frames would be a third of the stack that a deep tree takes without optimisation.
fn own_list<T, U>(list: List<T>, own: fn(T) -> U) -> Box<List<U>> {
    let mut operands = Vec::with_capacity(list.operands.len());
    for operand in list.operands {
        operands.push(own(operand));
    }
    Box::new(List { span: list.span, operands })
}

impl Pattern<'_> {
    /// A pattern that borrows nothing, to keep longer than the text that it was parsed from.
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
        Pattern { text: own(text), expression: expression.into_owned(), version, comments }
    }
}

impl ObservationExpression<'_> {
    /// The same tree, borrowing nothing.
    pub fn into_owned(self) -> ObservationExpression<'static> {
        use ObservationExpression as O;

        match self {
            Self::Observation(node) => O::Observation(node.into_owned()),
            Self::Group(node) => O::Group(node.into_owned()),
            Self::And(list) => O::And(own_list(*list, Self::into_owned)),
            Self::Or(list) => O::Or(own_list(*list, Self::into_owned)),
            Self::FollowedBy(list) => O::FollowedBy(own_list(*list, Self::into_owned)),
        }
    }
}

impl Observation<'_> {
    fn into_owned(self) -> Box<Observation<'static>> {
        Box::new(Observation {
            span: self.span,
            comparison: self.comparison.into_owned(),
            qualifiers: own_qualifiers(self.qualifiers),
        })
    }
}

impl ObservationGroup<'_> {
    fn into_owned(self) -> Box<ObservationGroup<'static>> {
        Box::new(ObservationGroup {
            span: self.span,
            inner: self.inner.into_owned(),
            qualifiers: own_qualifiers(self.qualifiers),
        })
    }
}

impl ComparisonExpression<'_> {
    /// The same tree, borrowing nothing.
    pub fn into_owned(self) -> ComparisonExpression<'static> {
        use ComparisonExpression as C;

        match self {
            Self::Comparison(node) => C::Comparison(node.into_owned()),
            Self::In(node) => C::In(node.into_owned()),
            Self::Exists(node) => C::Exists(node.into_owned()),
            Self::Group(node) => C::Group(node.into_owned()),
            Self::And(list) => C::And(own_list(*list, Self::into_owned)),
            Self::Or(list) => C::Or(own_list(*list, Self::into_owned)),
        }
    }
}

impl Comparison<'_> {
    fn into_owned(self) -> Box<Comparison<'static>> {
        Box::new(Comparison {
            span: self.span,
            path: self.path.into_owned(),
            negated: self.negated,
            operator: self.operator,
            value: self.value.into_owned(),
        })
    }
}

impl In<'_> {
    fn into_owned(self) -> Box<In<'static>> {
        Box::new(In {
            span: self.span,
            path: self.path.into_owned(),
            negated: self.negated,
            values: self.values.into_iter().map(Literal::into_owned).collect(),
        })
    }
}

impl Exists<'_> {
    fn into_owned(self) -> Box<Exists<'static>> {
        Box::new(Exists { span: self.span, negated: self.negated, path: self.path.into_owned() })
    }
}

impl ComparisonGroup<'_> {
    fn into_owned(self) -> Box<ComparisonGroup<'static>> {
        Box::new(ComparisonGroup { span: self.span, inner: self.inner.into_owned() })
    }
}

impl Path<'_> {
    /// The same path, borrowing nothing.
    pub fn into_owned(self) -> Path<'static> {
        let Self { span, object_type, steps } = self;
        Path {
            span,
            object_type: own(object_type),
            steps: steps
                .into_iter()
                .map(|step| match step {
                    Step::Property(Property { span, name, quoted }) => {
                        Step::Property(Property { span, name: own(name), quoted })
                    }
                    Step::Index(index) => Step::Index(index),
                    Step::AnyIndex(span) => Step::AnyIndex(span),
                })
                .collect(),
        }
    }
}

impl Literal<'_> {
    /// The same constant, borrowing nothing.
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
        StringLiteral { span: self.span, value: own(self.value) }
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

fn own_qualifiers(qualifiers: Vec<Qualifier<'_>>) -> Vec<Qualifier<'static>> {
    qualifiers
        .into_iter()
        .map(|qualifier| match qualifier {
            Qualifier::StartStop(node) => Qualifier::StartStop(Box::new(StartStop {
                span: node.span,
                start: node.start.into_owned(),
                stop: node.stop.into_owned(),
            })),
            Qualifier::Within(node) => Qualifier::Within(Box::new(Within {
                span: node.span,
                seconds: match node.seconds {
                    Seconds::Integer(number) => Seconds::Integer(number.into_owned()),
                    Seconds::Float(number) => Seconds::Float(number.into_owned()),
                },
            })),
            Qualifier::Repeats(node) => {
                Qualifier::Repeats(Box::new(Repeats { span: node.span, times: node.times.into_owned() }))
            }
        })
        .collect()
}
