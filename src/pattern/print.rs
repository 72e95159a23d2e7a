//! Printing.
//!
//! `{}` prints canonical text: one blank between words, the spellings of the spec, quotes only
//! where a name needs them. `{:#}` prints the spellings as they were written. Both parse to the
//! same tree.

use std::fmt::{self, Display as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::ast::{
    Bound, ComparisonExpression, Index, ObservationExpression, Operator, OperatorKind, Path, Property, Qualifier,
    Seconds, Spelling, Step,
};
use super::lex::{is_name, is_reserved};
use super::literal::{FloatText, Literal, StringLiteral, Timestamp};
use super::pattern::Pattern;
use super::tree_walk::Node;
use super::visit::{Visitor, drive};

impl fmt::Display for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression().fmt(f)
    }
}

impl fmt::Display for ObservationExpression<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        drive(Node::Observation(self), &mut Printer::new(f))
    }
}

impl fmt::Display for ComparisonExpression<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        drive(Node::Comparison(self), &mut Printer::new(f))
    }
}

/// How tightly a list binds. Observations and comparisons share the scale since brackets stand
/// between them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    FollowedBy,
    Or,
    And,
    /// Anything that is not a list.
    Closed,
}

impl Binding {
    fn word(self) -> &'static str {
        match self {
            Self::FollowedBy => " FOLLOWEDBY ",
            Self::Or => " OR ",
            Self::And | Self::Closed => " AND ",
        }
    }
}

fn observation_binding(expression: &ObservationExpression<'_>) -> Binding {
    match expression {
        ObservationExpression::FollowedBy(_) => Binding::FollowedBy,
        ObservationExpression::Or(_) => Binding::Or,
        ObservationExpression::And(_) => Binding::And,
        ObservationExpression::Observation(_) | ObservationExpression::Group(_) => Binding::Closed,
    }
}

fn comparison_binding(expression: &ComparisonExpression<'_>) -> Binding {
    match expression {
        ComparisonExpression::Or(_) => Binding::Or,
        ComparisonExpression::And(_) => Binding::And,
        ComparisonExpression::Comparison(_)
        | ComparisonExpression::In(_)
        | ComparisonExpression::Exists(_)
        | ComparisonExpression::Group(_) => Binding::Closed,
    }
}

struct Printer<'f, 'g> {
    f: &'f mut fmt::Formatter<'g>,
    /// The bindings of the expressions that are open.
    open: Vec<Binding>,
}

impl<'f, 'g> Printer<'f, 'g> {
    fn new(f: &'f mut fmt::Formatter<'g>) -> Self {
        Self { f, open: Vec::new() }
    }

    fn enter(&mut self, binding: Binding) -> fmt::Result {
        if self.needs_parentheses(binding) {
            self.f.write_char('(')?;
        }
        self.open.push(binding);
        Ok(())
    }

    fn leave(&mut self, binding: Binding) -> fmt::Result {
        self.open.pop();
        if self.needs_parentheses(binding) {
            self.f.write_char(')')?;
        }
        Ok(())
    }

    /// A list that was built by hand may be in a list that binds as tightly or tighter without a
    /// group around it.
    fn needs_parentheses(&self, binding: Binding) -> bool {
        let parent = self.open.last().copied().unwrap_or(Binding::Closed);
        parent != Binding::Closed && binding <= parent
    }

    fn qualifiers(&mut self, qualifiers: &[Qualifier<'_>]) -> fmt::Result {
        qualifiers.iter().try_for_each(|qualifier| {
            self.f.write_char(' ')?;
            qualifier.fmt(self.f)
        })
    }
}

impl<'t, 'a> Visitor<'t, 'a> for Printer<'_, '_> {
    type Error = fmt::Error;

    fn enter_observation(&mut self, expression: &'t ObservationExpression<'a>) -> fmt::Result {
        self.enter(observation_binding(expression))?;
        match expression {
            ObservationExpression::Observation(_) => self.f.write_char('['),
            ObservationExpression::Group(_) => self.f.write_char('('),
            _ => Ok(()),
        }
    }

    fn between_observations(&mut self, expression: &'t ObservationExpression<'a>) -> fmt::Result {
        self.f.write_str(observation_binding(expression).word())
    }

    fn leave_observation(&mut self, expression: &'t ObservationExpression<'a>) -> fmt::Result {
        match expression {
            ObservationExpression::Observation(node) => {
                self.f.write_char(']')?;
                self.qualifiers(&node.qualifiers)?;
            }
            ObservationExpression::Group(node) => {
                self.f.write_char(')')?;
                self.qualifiers(&node.qualifiers)?;
            }
            _ => {}
        }
        self.leave(observation_binding(expression))
    }

    fn enter_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> fmt::Result {
        self.enter(comparison_binding(expression))?;
        let f = &mut *self.f;
        match expression {
            ComparisonExpression::Group(_) => f.write_char('('),
            ComparisonExpression::And(_) | ComparisonExpression::Or(_) => Ok(()),
            ComparisonExpression::Comparison(node) => {
                node.path.fmt(f)?;
                f.write_str(if node.negated { " NOT " } else { " " })?;
                node.operator.fmt(f)?;
                f.write_char(' ')?;
                node.value.fmt(f)
            }
            ComparisonExpression::In(node) => {
                node.path.fmt(f)?;
                f.write_str(if node.negated { " NOT IN (" } else { " IN (" })?;
                write_values(f, &node.values)?;
                f.write_char(')')
            }
            ComparisonExpression::Exists(node) => {
                f.write_str(if node.negated { "NOT EXISTS " } else { "EXISTS " })?;
                node.path.fmt(f)
            }
        }
    }

    fn between_comparisons(&mut self, expression: &'t ComparisonExpression<'a>) -> fmt::Result {
        self.f.write_str(comparison_binding(expression).word())
    }

    fn leave_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> fmt::Result {
        if let ComparisonExpression::Group(_) = expression {
            self.f.write_char(')')?;
        }
        self.leave(comparison_binding(expression))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = match (self.kind, self.spelling) {
            (OperatorKind::Equal, Spelling::Alternative) => "==",
            (OperatorKind::NotEqual, Spelling::Alternative) => "<>",
            (kind, _) => kind.as_str(),
        };
        f.write_str(if f.alternate() { written } else { self.kind.as_str() })
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.object_type)?;
        f.write_char(':')?;
        for (position, step) in self.steps.iter().enumerate() {
            if position > 0 && matches!(step, Step::Property(_)) {
                f.write_char('.')?;
            }
            write_step(f, step)?;
        }
        Ok(())
    }
}

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `EXISTS` is quoted even where STIX 2.0 needs no quotes, so that the text means the same
        // in both versions.
        let kept = f.alternate() && self.quoted;
        if kept || !is_name(&self.name) || is_reserved(&self.name) {
            return write_quoted(f, &self.name);
        }
        f.write_str(&self.name)
    }
}

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(literal) => literal.fmt(f),
            Self::Integer(literal) if f.alternate() => f.write_str(literal.text()),
            Self::Integer(literal) => f.write_str(literal.digits()),
            Self::Float(literal) if f.alternate() => f.write_str(literal.text()),
            Self::Float(literal) => FloatText(literal.value()).fmt(f),
            Self::Boolean(literal) => write!(f, "{}", literal.value),
            Self::Timestamp(literal) => literal.fmt(f),
            Self::Hex(literal) if f.alternate() => write!(f, "h'{}'", literal.digits()),
            Self::Hex(literal) => {
                f.write_str("h'")?;
                literal.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_char('\'')
            }
            Self::Binary(literal) if f.alternate() => write!(f, "b'{}'", literal.text()),
            Self::Binary(literal) => write!(f, "b'{}'", STANDARD.encode(literal.bytes().collect::<Vec<_>>())),
        }
    }
}

impl fmt::Display for StringLiteral<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(f, &self.value)
    }
}

impl fmt::Display for Timestamp<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t'{}'", self.text())
    }
}

impl fmt::Display for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timestamp(timestamp) => timestamp.fmt(f),
            Self::String(string) => string.fmt(f),
        }
    }
}

impl fmt::Display for Qualifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartStop(node) => {
                f.write_str("START ")?;
                node.start.fmt(f)?;
                f.write_str(" STOP ")?;
                node.stop.fmt(f)
            }
            Self::Within(node) => {
                f.write_str("WITHIN ")?;
                write_seconds(f, &node.seconds)?;
                f.write_str(" SECONDS")
            }
            Self::Repeats(node) if f.alternate() => {
                write!(f, "REPEATS {} TIMES", node.times.text())
            }
            Self::Repeats(node) => write!(f, "REPEATS {} TIMES", node.times.digits()),
        }
    }
}

/// Writes a step of a path, without the dot before a property.
fn write_step(f: &mut fmt::Formatter<'_>, step: &Step<'_>) -> fmt::Result {
    match step {
        Step::Property(property) => property.fmt(f),
        Step::Index(Index { position, plus, .. }) => {
            let sign = if *plus && f.alternate() { "+" } else { "" };
            write!(f, "[{sign}{position}]")
        }
        Step::AnyIndex(_) => f.write_str("[*]"),
    }
}

fn write_seconds(f: &mut fmt::Formatter<'_>, seconds: &Seconds<'_>) -> fmt::Result {
    match seconds {
        Seconds::Integer(number) if f.alternate() => f.write_str(number.text()),
        Seconds::Integer(number) => f.write_str(number.digits()),
        Seconds::Float(number) if f.alternate() => f.write_str(number.text()),
        Seconds::Float(number) => FloatText(number.value()).fmt(f),
    }
}

fn write_values(f: &mut fmt::Formatter<'_>, values: &[Literal<'_>]) -> fmt::Result {
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        value.fmt(f)?;
    }
    Ok(())
}

/// Writes a string of the language. Each quote and backslash gets a backslash, and nothing else
/// does.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    let mut rest = text;
    while let Some(position) = memchr::memchr2(b'\'', b'\\', rest.as_bytes()) {
        let (before, special) = rest.split_at(position);
        f.write_str(before)?;
        f.write_char('\\')?;
        f.write_str(&special[..1])?;
        rest = &special[1..];
    }
    f.write_str(rest)?;
    f.write_char('\'')
}
