//! Comparison expressions as a plain tree of tests, with paths in the spelling of field maps.

use crate::pattern::Span;
use crate::pattern::ast::{ComparisonExpression, Literal, OperatorKind, Path, Step};

/// What brackets contain.
#[derive(Debug)]
pub(super) enum Expression<'p> {
    Test(Comparison<'p>),
    All(Span, Vec<Self>),
    Any(Vec<Self>),
}

/// A test of one path.
#[derive(Debug)]
pub(super) struct Comparison<'p> {
    pub(super) span: Span,
    pub(super) object_type: &'p str,
    /// The path after the type, such as `hashes.SHA-256`.
    pub(super) path: String,
    /// Type and path, as in [`FieldMap::places`](super::field_map::FieldMap).
    pub(super) key: String,
    /// Whether an element by its number became any element.
    pub(super) any_element: bool,
    /// Whether the name of a hash was spelled in another way.
    pub(super) respelled: bool,
    pub(super) negated: bool,
    pub(super) ask: Ask<'p>,
}

/// What a test asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ask<'p> {
    Exists,
    Compare(OperatorKind, &'p Literal<'p>),
    In(&'p [Literal<'p>]),
}

impl<'p> Expression<'p> {
    pub(super) fn new(expression: &'p ComparisonExpression<'p>) -> Self {
        match expression {
            ComparisonExpression::Comparison(node) => {
                let ask = Ask::Compare(node.operator.kind, &node.value);
                Self::Test(Comparison::new(node.span, &node.path, node.negated, ask))
            }
            ComparisonExpression::In(node) => {
                Self::Test(Comparison::new(node.span, &node.path, node.negated, Ask::In(&node.values)))
            }
            ComparisonExpression::Exists(node) => {
                Self::Test(Comparison::new(node.span, &node.path, node.negated, Ask::Exists))
            }
            ComparisonExpression::Group(node) => Self::new(&node.inner),
            ComparisonExpression::And(list) => Self::All(list.span, list.operands.iter().map(Self::new).collect()),
            ComparisonExpression::Or(list) => Self::Any(list.operands.iter().map(Self::new).collect()),
        }
    }

    /// Appends the operands of the outer `OR`s.
    pub(super) fn alternatives<'e>(&'e self, into: &mut Vec<&'e Self>) {
        match self {
            Self::Any(parts) => parts.iter().for_each(|part| part.alternatives(into)),
            other => into.push(other),
        }
    }

    pub(super) fn each_test<'e>(&'e self, visit: &mut dyn FnMut(&'e Comparison<'p>)) {
        match self {
            Self::Test(test) => visit(test),
            Self::All(_, parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_test(visit)),
        }
    }

    pub(super) fn span(&self) -> Span {
        match self {
            Self::Test(test) => test.span,
            Self::All(span, _) => *span,
            Self::Any(parts) => match (parts.first(), parts.last()) {
                (Some(first), Some(last)) => Span::new(first.span().start, last.span().end),
                _ => Span::default(),
            },
        }
    }
}

impl<'p> Comparison<'p> {
    fn new(span: Span, path: &'p Path<'p>, negated: bool, ask: Ask<'p>) -> Self {
        let mut key = String::with_capacity(path.object_type.len() + 24);
        key.push_str(&path.object_type);
        key.push(':');
        let start = key.len();
        let (mut any_element, mut respelled) = (false, false);
        let mut is_hash = false;
        for step in &path.steps {
            match step {
                Step::Property(property) => {
                    if key.len() > start {
                        key.push('.');
                    }
                    let name = if is_hash { hash_name(&property.name) } else { &property.name };
                    respelled |= name != property.name;
                    key.push_str(name);
                    is_hash = property.name == "hashes";
                }
                Step::AnyIndex(_) => key.push_str("[*]"),
                Step::Index(_) => {
                    any_element = true;
                    key.push_str("[*]");
                }
            }
        }
        let path_text = key[start..].to_owned();
        Self { span, object_type: &path.object_type, path: path_text, key, any_element, respelled, negated, ask }
    }

    /// Whether the test is true if there is no value.
    pub(super) fn is_true_of_nothing(&self) -> bool {
        self.negated && matches!(self.ask, Ask::Exists)
    }
}

/// The name of a hash algorithm in the vocabulary of STIX 2.1.
fn hash_name(name: &str) -> &str {
    const NAMES: [(&str, &str); 4] = [("MD5", "MD5"), ("SHA1", "SHA-1"), ("SHA256", "SHA-256"), ("SHA512", "SHA-512")];
    let is = |known: &str| {
        let letters = name.bytes().filter(|byte| !matches!(byte, b'-' | b'_'));
        letters.map(|byte| byte.to_ascii_uppercase()).eq(known.bytes())
    };
    NAMES.iter().find(|(plain, _)| is(plain)).map_or(name, |(_, standard)| standard)
}
