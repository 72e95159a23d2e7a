//! [`Fingerprint`]: from a tree to its key.

use std::convert::Infallible;
use std::fmt;

use super::code::hash;
use super::inside::{Kind, Term};
use super::outside::{Order, Seen};
use super::rules::FingerprintRules;
use crate::pattern::ast::{ComparisonExpression, ObservationExpression};
use crate::pattern::indicator::{AnyPattern, Opaque};
use crate::pattern::pattern::Pattern;
use crate::pattern::visit::Visitor;

/// A key that two patterns share only if they are equivalent: they match the same observations, if
/// spellings of a value that [`FingerprintRules`] takes for the same are the same there. See
/// [`Pattern::fingerprint`].
///
/// It is the same on every platform, and in every version of the crate that has the same first number.
///
/// ```
/// use stixkit::pattern::Pattern;
///
/// let one = Pattern::parse("[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2']")?;
/// let other = Pattern::parse("[ipv4-addr:value IN ('192.0.2.2', '192.0.2.1')]")?;
/// assert_eq!(one.fingerprint(), other.fingerprint());
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// The fingerprint that has this number.
    #[cfg(feature = "rows")]
    pub(crate) fn from_number(number: u128) -> Self {
        Self(number)
    }

    /// The fingerprint as a number.
    pub fn get(self) -> u128 {
        self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Pattern<'_> {
    /// Returns a key for the meaning of the pattern, with the default [rules](FingerprintRules).
    ///
    /// Patterns with equal fingerprints are equivalent. Patterns with different ones may be: the normal
    /// form distributes nothing, so `[a:b = 1 AND (a:c = 2 OR a:c = 3)]` written out has another
    /// fingerprint, and so has a pattern that no observation can match. It ignores
    ///
    /// - spelling: blanks, comments, needless parentheses, `==` and `<>`, quotes of paths, notations of
    ///   one number, instant or byte sequence, and those of values that [`FingerprintRules`] lists;
    /// - the order of `AND`, `OR` and `IN`, and repetition in `OR`, in `IN` and within brackets;
    /// - what is written in two ways: `IN` and `OR`, `NOT =` and `!=`, `[a] OR [b]` and `[a OR b]`,
    ///   `LIKE` without wildcards and `=`, up to eight `REPEATS` and `AND`, `WITHIN` of one observation;
    /// - what another part implies: `a OR (a AND b)` is `a`, one level deep.
    ///
    /// It takes time linear in the pattern, apart from sorting: about a microsecond for one comparison.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let fingerprint = |text| Pattern::parse(text).map(|pattern| pattern.fingerprint());
    /// let a = fingerprint("[ipv4-addr:value = '198.51.100.7/32'] OR [ipv4-addr:value = '198.51.100.3']")?;
    /// let b = fingerprint("[ipv4-addr:value IN ('198.51.100.3', '198.51.100.7')]")?;
    /// assert_eq!(a, b);
    /// assert_ne!(a, fingerprint("[ipv4-addr:value NOT IN ('198.51.100.3', '198.51.100.7')]")?);
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    #[doc(alias = "equivalence")]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint_with(&FingerprintRules::default())
    }

    /// Returns a key for the meaning of the pattern: see [`fingerprint`](Self::fingerprint).
    /// Fingerprints of different rules are not comparable.
    pub fn fingerprint_with(&self, rules: &FingerprintRules) -> Fingerprint {
        let mut builder = Builder { rules, inside: vec![Vec::new()], outside: vec![Vec::new()] };
        let Ok(()) = self.expression.visit(&mut builder);
        let seen = builder.outside.pop().and_then(|mut seen| seen.pop());
        let code = seen.map(Seen::into_code).unwrap_or_default();
        Fingerprint(u128::from_be_bytes(hash(&code)))
    }
}

impl AnyPattern<'_> {
    /// Returns a key for the meaning of the pattern, with the default [rules](FingerprintRules): that
    /// of a STIX pattern, or that of the text in another language.
    pub fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Stix(pattern) => pattern.fingerprint(),
            Self::Opaque(opaque) => opaque.fingerprint(),
        }
    }
}

impl Opaque<'_> {
    /// Returns a key for the text and its language. Line ends of Windows and white space at the end do
    /// not count.
    pub fn fingerprint(&self) -> Fingerprint {
        let text = self.text.replace("\r\n", "\n");
        let key = format!("{}\u{0}{}", self.pattern_type.as_str(), text.trim_end());
        Fingerprint(u128::from_be_bytes(hash(key.as_bytes())))
    }
}

/// Builds normal forms from the leaves up. The stacks have the finished operands of each construct that
/// is open.
struct Builder<'r> {
    rules: &'r FingerprintRules,
    inside: Vec<Vec<Term>>,
    outside: Vec<Vec<Seen>>,
}

impl Builder<'_> {
    fn inside_operands(&mut self) -> Vec<Term> {
        self.inside.pop().unwrap_or_default()
    }

    fn push_inside(&mut self, term: Option<Term>) {
        if let (Some(open), Some(term)) = (self.inside.last_mut(), term) {
            open.push(term);
        }
    }
}

impl<'t, 'a> Visitor<'t, 'a> for Builder<'_> {
    type Error = Infallible;

    fn enter_observation(&mut self, _: &'t ObservationExpression<'a>) -> Result<(), Infallible> {
        self.outside.push(Vec::new());
        Ok(())
    }

    fn leave_observation(&mut self, expression: &'t ObservationExpression<'a>) -> Result<(), Infallible> {
        use ObservationExpression::{And, FollowedBy, Group, Observation, Or};

        let mut operands = self.outside.pop().unwrap_or_default();
        let seen = match expression {
            Observation(node) => {
                let term = self.inside.last_mut().and_then(Vec::pop);
                let seen = term.map(|term| Seen::Single(term.closed()));
                seen.map(|seen| node.qualifiers.iter().fold(seen, Seen::with))
            }
            Group(node) => operands.pop().map(|inner| node.qualifiers.iter().fold(inner, Seen::with)),
            And(_) => Some(Seen::list(Order::And, operands)),
            Or(_) => Some(Seen::list(Order::Or, operands)),
            FollowedBy(_) => Some(Seen::list(Order::FollowedBy, operands)),
        };
        if let (Some(open), Some(seen)) = (self.outside.last_mut(), seen) {
            open.push(seen);
        }
        Ok(())
    }

    fn enter_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Infallible> {
        use ComparisonExpression::{And, Comparison, Exists, Group, In, Or};

        match expression {
            And(_) | Or(_) => self.inside.push(Vec::new()),
            Group(_) | Comparison(_) | In(_) | Exists(_) => {}
        }
        Ok(())
    }

    fn leave_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Infallible> {
        use ComparisonExpression::{And, Comparison, Exists, Group, In, Or};

        let term = match expression {
            Comparison(node) => Some(Term::comparison(node, self.rules)),
            In(node) => Some(Term::one_of(node, self.rules)),
            Exists(node) => Some(Term::exists(node, self.rules)),
            // What is in the parentheses is on the stack.
            Group(_) => None,
            And(_) => Some(Term::list(Kind::And, self.inside_operands())),
            Or(_) => Some(Term::list(Kind::Or, self.inside_operands())),
        };
        self.push_inside(term);
        Ok(())
    }
}
