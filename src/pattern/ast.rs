//! The syntax tree of a STIX pattern.
//!
//! A pattern has two levels. [`ObservationExpression`]s, outside the square brackets, describe
//! which observations have to be made and in which order. [`ComparisonExpression`]s, inside the
//! brackets, describe one observed object. Each construct is one struct whose first field is its
//! [`Span`]; the two enums are thin, so a reference to a node in another takes two words.
//!
//! Three decisions shape the tree:
//!
//! - `AND`, `OR` and `FOLLOWEDBY` are lists. `a OR b OR c` is one node with three operands, however
//!   long it grows.
//! - Parentheses are nodes ([`ObservationGroup`], [`ComparisonGroup`]), and spellings such as `==`
//!   or `+1` are data. A tree can be printed as it was written. [`ObservationExpression::same_as`]
//!   compares trees without either.
//! - Text borrows from the pattern that was parsed. Only a string with an escape sequence owns its
//!   value. `into_owned` copies the rest if a tree has to outlive its text.
//!
//! The two enums implement [`Drop`], so that a tree that was built too deep does not overflow the
//! stack when it goes. Rust does not let fields of such an enum be moved out of it: match on a
//! reference, take lists with [`std::mem::take`], or make something new with a
//! [`Fold`](super::Fold).
//!
//! Equality (`==`) compares everything, spans and spellings included.

use std::borrow::Cow;

use super::literal::parse_timestamp;

pub use super::literal::{Binary, Boolean, Float, Hex, Integer, Literal, StringLiteral, Timestamp, Value};
pub use super::span::Span;

/// An expression of observations: STIX 2.1 section 9.5.
///
/// `FOLLOWEDBY` binds loosest, then `OR`, then `AND`; qualifiers bind tightest.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a translator has to handle every construct of the language")]
pub enum ObservationExpression<'a> {
    /// `[…]`: one observation.
    Observation(Box<Observation<'a>>),
    /// `(…)` around observations.
    Group(Box<ObservationGroup<'a>>),
    /// `[…] AND […]`: all, each by an observation of its own.
    And(Box<List<ObservationExpression<'a>>>),
    /// `[…] OR […]`: at least one.
    Or(Box<List<ObservationExpression<'a>>>),
    /// `[…] FOLLOWEDBY […]`: all, none earlier than the one before it.
    FollowedBy(Box<List<ObservationExpression<'a>>>),
}

impl ObservationExpression<'_> {
    /// Returns the place of the expression in the text.
    pub fn span(&self) -> Span {
        match self {
            Self::Observation(node) => node.span,
            Self::Group(node) => node.span,
            Self::And(list) | Self::Or(list) | Self::FollowedBy(list) => list.span,
        }
    }

    /// Returns the expression without the parentheses around it, unless they carry qualifiers.
    ///
    /// ```
    /// use stixkit::pattern::{Pattern, ast::ObservationExpression};
    ///
    /// let pattern = Pattern::parse("(([file:size = 1]))")?;
    /// assert!(matches!(
    ///     pattern.expression().ungrouped(),
    ///     ObservationExpression::Observation(_),
    /// ));
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn ungrouped(&self) -> &Self {
        let mut expression = self;
        while let Self::Group(group) = expression {
            if !group.qualifiers.is_empty() {
                break;
            }
            expression = &group.inner;
        }
        expression
    }
}

/// `[…]` with its qualifiers: STIX 2.1 section 9.5.
///
/// All comparisons inside must hold for one and the same object; a path may go on from there along
/// its references.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation<'a> {
    /// From `[` to the end of the last qualifier.
    pub span: Span,
    /// The expression between the brackets.
    pub comparison: ComparisonExpression<'a>,
    /// The qualifiers, in written order.
    pub qualifiers: Vec<Qualifier<'a>>,
}

/// `(…)` around observation expressions, with its qualifiers.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservationGroup<'a> {
    /// From `(` to the end of the last qualifier.
    pub span: Span,
    /// The expression between the parentheses.
    pub inner: ObservationExpression<'a>,
    /// The qualifiers, in written order.
    pub qualifiers: Vec<Qualifier<'a>>,
}

/// The operands of `AND`, `OR` or `FOLLOWEDBY`.
///
/// The parser yields at least two. An operand is never a list of the same operator unless
/// parentheses separate them.
#[derive(Clone, Debug, PartialEq)]
pub struct List<T> {
    /// From the first operand to the last.
    pub span: Span,
    /// The operands, in written order.
    pub operands: Vec<T>,
}

/// A restriction on when or how often something is observed: STIX 2.1 section 9.5.1.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a translator has to handle every construct of the language")]
pub enum Qualifier<'a> {
    /// `START … STOP …`.
    StartStop(Box<StartStop<'a>>),
    /// `WITHIN … SECONDS`.
    Within(Box<Within<'a>>),
    /// `REPEATS … TIMES`.
    Repeats(Box<Repeats<'a>>),
}

impl Qualifier<'_> {
    /// Returns the place of the qualifier in the text.
    pub fn span(&self) -> Span {
        match self {
            Self::StartStop(node) => node.span,
            Self::Within(node) => node.span,
            Self::Repeats(node) => node.span,
        }
    }
}

/// `START … STOP …`: from the start on, before the stop.
#[derive(Clone, Debug, PartialEq)]
pub struct StartStop<'a> {
    /// From `START` to the end of the second bound.
    pub span: Span,
    /// The earliest instant that is inside.
    pub start: Bound<'a>,
    /// The earliest instant that is outside again.
    pub stop: Bound<'a>,
}

/// One end of a `START … STOP …` window.
///
/// [`Visitor`](crate::pattern::Visitor) has an example of walking the tree to it.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "the two versions of the language have one form each")]
pub enum Bound<'a> {
    /// `t'…'`, the form of STIX 2.1.
    Timestamp(Timestamp<'a>),
    /// `'…'`, the form of STIX 2.0. The grammar does not look inside.
    String(StringLiteral<'a>),
}

impl Bound<'_> {
    /// The instant that is meant, or `None` for a STIX 2.0 string that is not a timestamp.
    ///
    /// ```
    /// use stixkit::pattern::{Parser, Version, ast::{ObservationExpression, Qualifier}};
    ///
    /// let pattern = Parser::new().with_version(Version::V20).parse(
    ///     "[a:b = 1] START '2016-06-01T00:00:00Z' STOP 'tomorrow'",
    /// )?;
    /// let ObservationExpression::Observation(observation) = pattern.expression() else { panic!() };
    /// let Qualifier::StartStop(window) = &observation.qualifiers[0] else { panic!() };
    /// assert_eq!(window.start.instant().unwrap().timestamp(), 1_464_739_200);
    /// assert_eq!(window.stop.instant(), None);
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn instant(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        match self {
            Self::Timestamp(timestamp) => Some(timestamp.value()),
            Self::String(string) => parse_timestamp(&string.value).ok(),
        }
    }

    /// Returns the place of the bound in the text.
    pub fn span(&self) -> Span {
        match self {
            Self::Timestamp(timestamp) => timestamp.span,
            Self::String(string) => string.span,
        }
    }
}

/// `WITHIN … SECONDS`: the observations lie less than this far apart.
///
/// [`Visitor`](crate::pattern::Visitor) has an example of walking the tree to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Within<'a> {
    /// From `WITHIN` to `SECONDS`.
    pub span: Span,
    /// How far, never negative.
    pub seconds: Seconds<'a>,
}

/// The number in `WITHIN … SECONDS`.
///
/// [`Visitor`](crate::pattern::Visitor) has an example of walking the tree.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "the grammar has two kinds of number")]
pub enum Seconds<'a> {
    /// Whole seconds.
    Integer(Integer<'a>),
    /// With a fraction.
    Float(Float<'a>),
}

impl Seconds<'_> {
    /// The number of seconds, rounded to the nearest float.
    pub fn value(&self) -> f64 {
        match self {
            Self::Integer(number) => number.to_float(),
            Self::Float(number) => number.value(),
        }
    }

    /// Returns the place of the number in the text.
    pub fn span(&self) -> Span {
        match self {
            Self::Integer(number) => number.span,
            Self::Float(number) => number.span,
        }
    }
}

/// `REPEATS … TIMES`: that many observations, each matching on its own.
///
/// [`Visitor`](crate::pattern::Visitor) has an example of walking the tree to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeats<'a> {
    /// From `REPEATS` to `TIMES`.
    pub span: Span,
    /// How many, never negative.
    pub times: Integer<'a>,
}

/// An expression of tests on one object: STIX 2.1 section 9.6.
///
/// `OR` binds looser than `AND`.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a translator has to handle every construct of the language")]
pub enum ComparisonExpression<'a> {
    /// `path = value` and its relatives.
    Comparison(Box<Comparison<'a>>),
    /// `path IN (…)`.
    In(Box<In<'a>>),
    /// `EXISTS path`.
    Exists(Box<Exists<'a>>),
    /// `(…)` around comparisons.
    Group(Box<ComparisonGroup<'a>>),
    /// `… AND …`: all, for the same object.
    And(Box<List<ComparisonExpression<'a>>>),
    /// `… OR …`: at least one.
    Or(Box<List<ComparisonExpression<'a>>>),
}

impl<'a> ComparisonExpression<'a> {
    /// Returns the place of the expression in the text.
    pub fn span(&self) -> Span {
        match self {
            Self::Comparison(node) => node.span,
            Self::In(node) => node.span,
            Self::Exists(node) => node.span,
            Self::Group(node) => node.span,
            Self::And(list) | Self::Or(list) => list.span,
        }
    }

    /// Returns the path that is tested, if the expression is a single test.
    pub fn path(&self) -> Option<&Path<'a>> {
        match self {
            Self::Comparison(node) => Some(&node.path),
            Self::In(node) => Some(&node.path),
            Self::Exists(node) => Some(&node.path),
            Self::Group(_) | Self::And(_) | Self::Or(_) => None,
        }
    }

    /// Returns the constants that the path is compared with: one for a comparison, those of the set
    /// for `IN`, and none for `EXISTS` and for expressions that are not a single test.
    pub fn literals(&self) -> &[Literal<'a>] {
        match self {
            Self::Comparison(node) => std::slice::from_ref(&node.value),
            Self::In(node) => &node.values,
            Self::Exists(_) | Self::Group(_) | Self::And(_) | Self::Or(_) => &[],
        }
    }

    /// Returns the expression without the parentheses around it.
    pub fn ungrouped(&self) -> &Self {
        let mut expression = self;
        while let Self::Group(group) = expression {
            expression = &group.inner;
        }
        expression
    }
}

/// `path operator value`, as in `file:size > 100`: STIX 2.1 section 9.6.1.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<'a> {
    /// From the path to the value.
    pub span: Span,
    /// The path that is looked up.
    pub path: Path<'a>,
    /// Whether `NOT` precedes the operator. It inverts the whole test: over a path with `[*]`, no
    /// element passes.
    pub negated: bool,
    /// The operator that compares the two.
    pub operator: Operator,
    /// The constant that the path is compared with. A string after `LIKE`, `MATCHES`, `ISSUBSET`
    /// and `ISSUPERSET`; not a boolean after an operator that orders.
    pub value: Literal<'a>,
}

/// `path IN (value, …)`: equal to one of the values.
#[derive(Clone, Debug, PartialEq)]
pub struct In<'a> {
    /// From the path to the closing parenthesis.
    pub span: Span,
    /// The path that is looked up.
    pub path: Path<'a>,
    /// Whether `NOT` precedes `IN`. It inverts the whole test: over a path with `[*]`, no element
    /// is in the set.
    pub negated: bool,
    /// The values, in written order. The grammar allows none, and then nothing matches.
    pub values: Vec<Literal<'a>>,
}

/// `EXISTS path`: the path leads to something. New in STIX 2.1.
#[derive(Clone, Debug, PartialEq)]
pub struct Exists<'a> {
    /// From `NOT` or `EXISTS` to the end of the path.
    pub span: Span,
    /// Whether `NOT` precedes `EXISTS`; then it holds where the path leads nowhere.
    pub negated: bool,
    /// The path that is looked up.
    pub path: Path<'a>,
}

/// `(…)` around comparison expressions.
///
/// [`Visitor`](crate::pattern::Visitor) has an example of walking the tree to it.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonGroup<'a> {
    /// From `(` to `)`.
    pub span: Span,
    /// The expression between the parentheses.
    pub inner: ComparisonExpression<'a>,
}

/// A comparison operator and how it was written.
///
/// [`Visitor`](crate::pattern::Visitor) has an example of walking the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The place of the operator, without the `NOT` before it.
    pub span: Span,
    /// The meaning of the operator.
    pub kind: OperatorKind,
    /// Which of the two spellings was used.
    pub spelling: Spelling,
}

impl From<OperatorKind> for Operator {
    fn from(kind: OperatorKind) -> Self {
        Self { span: Span::default(), kind, spelling: Spelling::Standard }
    }
}

/// The meaning of a comparison operator: STIX 2.1 section 9.6.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a translator has to handle every operator of the language")]
pub enum OperatorKind {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `LIKE`: `%` stands for any run of characters, `_` for one.
    Like,
    /// `MATCHES`: a regular expression finds something in the value.
    Matches,
    /// `ISSUBSET`: the address or network lies inside the given network.
    IsSubset,
    /// `ISSUPERSET`: the network holds the given address or network.
    IsSuperset,
}

impl OperatorKind {
    /// The operator as the spec writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Like => "LIKE",
            Self::Matches => "MATCHES",
            Self::IsSubset => "ISSUBSET",
            Self::IsSuperset => "ISSUPERSET",
        }
    }

    /// Whether the operator needs values that have an order, which booleans have not.
    pub const fn is_ordering(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual)
    }

    /// Whether the operator takes a string only.
    pub const fn takes_string(self) -> bool {
        matches!(self, Self::Like | Self::Matches | Self::IsSubset | Self::IsSuperset)
    }
}

/// Which spelling of an operator was used. Only `=` and `!=` have two.
///
/// [`Visitor`](crate::pattern::Visitor) has an example of walking the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "the grammar has two spellings")]
pub enum Spelling {
    /// The spelling of the spec's text: `=`, `!=`.
    #[default]
    Standard,
    /// The spelling that only the grammar has: `==`, `<>`.
    Alternative,
}

/// Where to look, as in `file:hashes.'SHA-256'`: STIX 2.1 section 9.7.
#[derive(Clone, Debug, PartialEq)]
pub struct Path<'a> {
    /// From the object type to the last step.
    pub span: Span,
    /// The object type, before the colon.
    pub object_type: Cow<'a, str>,
    /// The steps after the colon. The parser yields at least one, and the first is a property.
    pub steps: Vec<Step<'a>>,
}

impl Path<'_> {
    /// Whether the path has this object type and these properties, and no index.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("[file:hashes.'SHA-256' = 'ab']")?;
    /// let path = pattern.paths().next().unwrap();
    /// assert!(path.is("file", &["hashes", "SHA-256"]));
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn is(&self, object_type: &str, properties: &[&str]) -> bool {
        self.object_type == object_type
            && self.steps.len() == properties.len()
            && self.steps.iter().zip(properties).all(|(step, name)| step.property() == Some(name))
    }
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a translator has to handle every construct of the language")]
pub enum Step<'a> {
    /// `.name` or `.'name'`: a property, or a key of a dictionary.
    Property(Property<'a>),
    /// `[3]`: one element of a list.
    Index(Index),
    /// `[*]`: any element of a list.
    AnyIndex(Span),
}

impl<'a> Step<'a> {
    /// Returns the name if the step is a property.
    pub fn property(&self) -> Option<&str> {
        match self {
            Self::Property(property) => Some(&property.name),
            Self::Index(_) | Self::AnyIndex(_) => None,
        }
    }

    /// Returns the place of the step in the text, without the dot before a property.
    pub fn span(&self) -> Span {
        match self {
            Self::Property(property) => property.span,
            Self::Index(index) => index.span,
            Self::AnyIndex(span) => *span,
        }
    }
}

/// The name of a property or the key of a dictionary.
#[derive(Clone, Debug, PartialEq)]
pub struct Property<'a> {
    /// The name with its quotes, without the dot.
    pub span: Span,
    /// The name, unquoted.
    pub name: Cow<'a, str>,
    /// Whether it was written in quotes. Printing adds quotes if a name needs them.
    pub quoted: bool,
}

/// The position of an element in a list, counted from 0.
///
/// [`Visitor`](crate::pattern::Visitor) has an example of walking the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// From `[` to `]`.
    pub span: Span,
    /// The position.
    pub position: u64,
    /// Whether it was written with a plus sign, which only the grammar allows.
    pub plus: bool,
}
