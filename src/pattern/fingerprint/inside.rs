//! Normal forms of what is in square brackets.

use std::collections::{BTreeMap, HashSet};

use super::code::{Code, Tag, add, begin, list, shorten};
use super::constant::{Subject, equal, network, path, plain};
use super::rules::FingerprintRules;
use crate::pattern::ast::{Comparison, Exists, In, Literal, OperatorKind, Path, Step};

/// A comparison expression in its normal form.
#[derive(Debug)]
pub(super) enum Term {
    /// A path has one of some values.
    Equal { path: Code, values: Vec<Code> },
    /// Any other test.
    Test(Code),
    /// `AND` or `OR` of terms that are not of the same kind. More may come.
    Open { kind: Kind, members: Vec<Term> },
    /// `AND` or `OR` that is complete, with its members and their codes. Terms nest only as deep as
    /// the parser lets parentheses.
    Closed { kind: Kind, code: Code, members: Vec<(Code, Term)> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    And,
    Or,
}

impl Term {
    pub(super) fn comparison(node: &Comparison<'_>, rules: &FingerprintRules) -> Self {
        use OperatorKind::{Equal, IsSubset, IsSuperset, Like, NotEqual};

        let subject = Subject::of(&node.path);
        let path = path(&node.path, subject, rules);
        let is_like = node.operator.kind == Like && is_literal(&node.value) && !is_encoded(&node.path);
        let operator = if is_like { Equal } else { node.operator.kind };
        // Of several values one may be equal and another not.
        let has_one = !node.path.steps.iter().any(|step| matches!(step, Step::AnyIndex(_)));
        let (operator, negated) = match (operator, node.negated) {
            (Equal, true) if has_one => (NotEqual, false),
            (NotEqual, true) if has_one => (Equal, false),
            other => other,
        };
        let value = match operator {
            // `LIKE` compares the text as it is.
            Equal | NotEqual if !is_like => equal(&node.value, subject, rules),
            IsSubset | IsSuperset => network(&node.value),
            _ => plain(&node.value),
        };
        if operator == Equal && !negated {
            return Self::Equal { path, values: vec![value] };
        }
        let mut code = begin(Tag::Compare);
        code.push(u8::from(negated));
        add(&mut code, operator.as_str().as_bytes());
        add(&mut code, &path);
        add(&mut code, &value);
        Self::Test(shorten(code))
    }

    pub(super) fn one_of(node: &In<'_>, rules: &FingerprintRules) -> Self {
        let subject = Subject::of(&node.path);
        let path = path(&node.path, subject, rules);
        let mut values: Vec<Code> = node.values.iter().map(|value| equal(value, subject, rules)).collect();
        if !node.negated {
            return Self::Equal { path, values };
        }
        values.sort_unstable();
        values.dedup();
        let mut code = begin(Tag::In);
        code.push(1);
        add(&mut code, &path);
        values.iter().for_each(|value| add(&mut code, value));
        Self::Test(shorten(code))
    }

    pub(super) fn exists(node: &Exists<'_>, rules: &FingerprintRules) -> Self {
        let mut code = begin(Tag::Exists);
        code.push(u8::from(node.negated));
        add(&mut code, &path(&node.path, Subject::of(&node.path), rules));
        Self::Test(shorten(code))
    }

    /// `AND` or `OR` of terms. Lists of the same kind become one.
    pub(super) fn list(kind: Kind, terms: Vec<Self>) -> Self {
        // The largest list takes in the others, so that deep nesting moves each term only a few
        // times.
        let mut members: Vec<Self> = Vec::new();
        for term in terms {
            let mut others = match term {
                Self::Open { kind: own, members } if own == kind => members,
                // What is complete may be such a list after all: `(a OR b) AND (a OR b)` is
                // `a OR b`.
                term => match term.closed() {
                    Self::Closed { kind: own, members, .. } if own == kind => {
                        members.into_iter().map(|(_, term)| term).collect()
                    }
                    term => {
                        members.push(term);
                        continue;
                    }
                },
            };
            if others.len() > members.len() {
                std::mem::swap(&mut members, &mut others);
            }
            members.extend(others);
        }
        Self::Open { kind, members }
    }

    /// The term when no more members come.
    pub(super) fn closed(self) -> Self {
        let Self::Open { kind, members } = self else { return self };
        let mut members = match kind {
            Kind::And => members,
            Kind::Or => join_values(members),
        };
        let mut coded: Vec<(Code, Self)> = members.drain(..).map(|mut term| (term.code(), term)).collect();
        let known: HashSet<Code> = coded.iter().map(|(code, _)| code.clone()).collect();
        let joined = if kind == Kind::Or { values_of_paths(&coded) } else { BTreeMap::new() };
        // `a OR (a AND b)` is `a`, and so is `a AND (a OR b)`. In an `OR`, `a` may be among the
        // values that a path can have.
        let implied = |term: &Self| {
            match term {
            Self::Closed { kind: own, members, .. } if *own != kind => members.iter().any(|(code, member)| {
                known.contains(code)
                    || matches!(member, Self::Equal { path, values } if joined.get(path).is_some_and(|own| has_all(own, values)))
            }),
            _ => false,
        }
        };
        let is_implied: Vec<bool> = coded.iter().map(|(_, term)| implied(term)).collect();
        let mut is_implied = is_implied.into_iter();
        coded.retain(|_| !is_implied.next().unwrap_or_default());
        coded.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        coded.dedup_by(|(a, _), (b, _)| a == b);
        if coded.len() == 1
            && let Some((_, only)) = coded.pop()
        {
            return only;
        }
        let tag = if kind == Kind::And { Tag::And } else { Tag::Or };
        let code = list(tag, coded.iter().map(|(code, _)| code.as_slice()));
        Self::Closed { kind, code, members: coded }
    }

    /// The code of a term that is closed. Sorts its values.
    pub(super) fn code(&mut self) -> Code {
        match self {
            Self::Equal { path, values } => {
                values.sort_unstable();
                values.dedup();
                let mut code = begin(Tag::In);
                code.push(0);
                add(&mut code, path);
                values.iter().for_each(|value| add(&mut code, value));
                shorten(code)
            }
            Self::Test(code) | Self::Closed { code, .. } => code.clone(),
            // OK because members of lists are closed.
            Self::Open { .. } => Code::new(),
        }
    }
}

/// The members of an `OR`, with the values of each path in one list.
fn join_values(members: Vec<Term>) -> Vec<Term> {
    let mut joined: BTreeMap<Code, Vec<Code>> = BTreeMap::new();
    let mut others = Vec::new();
    for member in members {
        match member {
            Term::Equal { path, mut values } => {
                let own = joined.entry(path).or_default();
                if values.len() > own.len() {
                    std::mem::swap(own, &mut values);
                }
                own.extend(values);
            }
            other => others.push(other),
        }
    }
    others.extend(joined.into_iter().map(|(path, values)| Term::Equal { path, values }));
    others
}

/// The values that each path may have by a member of an `OR`, sorted.
fn values_of_paths(members: &[(Code, Term)]) -> BTreeMap<Code, Vec<Code>> {
    let equal = members.iter().filter_map(|(_, member)| match member {
        Term::Equal { path, values } => Some((path.clone(), values.clone())),
        _ => None,
    });
    equal.collect()
}

/// Whether all values are among the sorted ones.
fn has_all(sorted: &[Code], values: &[Code]) -> bool {
    values.iter().all(|value| sorted.binary_search(value).is_ok())
}

/// Whether the property holds bytes in a notation, which `=` and `LIKE` may see differently.
fn is_encoded(path: &Path<'_>) -> bool {
    let name = path.steps.last().and_then(Step::property).unwrap_or_default();
    name.ends_with("_hex") || name.ends_with("_bin")
}

/// Whether `LIKE` with this constant is `=`. It is not if a character has a meaning there, or if
/// another text has this one as its normal form C, in which `LIKE` compares: the signs for kelvin
/// and two others become ASCII.
fn is_literal(value: &Literal<'_>) -> bool {
    let special = |byte: u8| matches!(byte, b'%' | b'_' | b'\\' | b'[' | b']' | b'K' | b';' | b'`');
    matches!(value, Literal::String(text) if text.value.is_ascii() && !text.value.bytes().any(special))
}
