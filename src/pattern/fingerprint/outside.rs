//! Normal forms of what is around square brackets.

use std::collections::VecDeque;

use super::code::{Code, Tag, add, begin, list, shorten};
use super::constant::{bound, seconds};
use super::inside::{Kind, Term};
use crate::pattern::ast::Qualifier;

/// So many repetitions are written out.
const MAX_REPEATS: usize = 8;

/// An observation expression in its normal form.
#[derive(Debug)]
pub(super) enum Seen {
    /// One observation, without qualifiers.
    Single(Term),
    /// A list of expressions that are not lists of the same kind. More may come.
    Open { kind: Order, members: VecDeque<Seen> },
    /// A list that is complete, with its members.
    Closed { kind: Order, code: Code, members: VecDeque<Seen> },
    /// Anything else.
    Other(Code),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    And,
    Or,
    FollowedBy,
}

impl Seen {
    /// A list of expressions. Lists of the same kind become one.
    pub(super) fn list(kind: Order, expressions: Vec<Self>) -> Self {
        // The largest list takes in the others, before it and after it, so that deep nesting moves
        // each expression only a few times.
        let mut members: VecDeque<Self> = VecDeque::new();
        for expression in expressions {
            let mut others = match expression {
                Self::Open { kind: own, members } if own == kind => members,
                // What is complete may be such a list after all: `([a] AND [b]) OR ([a] AND [b])`.
                expression => match expression.closed() {
                    Self::Closed { kind: own, members, .. } if own == kind => members,
                    expression => VecDeque::from([expression]),
                },
            };
            if others.len() > members.len() {
                members.into_iter().rev().for_each(|member| others.push_front(member));
                members = others;
            } else {
                members.extend(others);
            }
        }
        Self::Open { kind, members }
    }

    /// The expression with a qualifier.
    pub(super) fn with(self, qualifier: &Qualifier<'_>) -> Self {
        let expression = self.closed();
        match (qualifier, expression) {
            (Qualifier::Repeats(repeats), expression) if repeats.times.value() == Some(1) => expression,
            (Qualifier::Repeats(repeats), expression) => {
                let times = repeats.times.value().and_then(|times| usize::try_from(times).ok());
                let is_single = matches!(expression, Self::Single(_));
                let code = expression.into_code();
                match times.filter(|times| is_single && (2..=MAX_REPEATS).contains(times)) {
                    Some(times) => {
                        let members = std::iter::repeat_n(code, times).map(Self::Other).collect();
                        Self::Open { kind: Order::And, members }
                    }
                    None => qualified(Tag::Repeats, &[repeats.times.digits().as_bytes()], &code),
                }
            }
            // One observation is within any span of time.
            (Qualifier::Within(within), Self::Single(term)) if within.seconds.value() > 0.0 => Self::Single(term),
            (Qualifier::Within(within), expression) => {
                qualified(Tag::Within, &[&seconds(&within.seconds)], &expression.into_code())
            }
            (Qualifier::StartStop(node), expression) => {
                let bounds = [bound(&node.start), bound(&node.stop)];
                qualified(Tag::StartStop, &[&bounds[0], &bounds[1]], &expression.into_code())
            }
        }
    }

    /// The expression when no more members come.
    pub(super) fn closed(self) -> Self {
        let Self::Open { kind, mut members } = self else { return self };
        if kind == Order::Or {
            members = join_singles(members);
        }
        if members.len() == 1
            && let Some(only) = members.pop_front()
        {
            return only;
        }
        let mut coded: Vec<(Code, Self)> = members.into_iter().map(|mut member| (member.code(), member)).collect();
        let tag = match kind {
            Order::And => Tag::ObservationsAnd,
            Order::Or => Tag::ObservationsOr,
            Order::FollowedBy => Tag::FollowedBy,
        };
        // Each operand of `AND` and `FOLLOWEDBY` needs an observation of its own.
        if kind != Order::FollowedBy {
            coded.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        if kind == Order::Or {
            coded.dedup_by(|(a, _), (b, _)| a == b);
        }
        if coded.len() == 1
            && let Some((_, only)) = coded.pop()
        {
            return only;
        }
        let code = list(tag, coded.iter().map(|(code, _)| code.as_slice()));
        Self::Closed { kind, code, members: coded.into_iter().map(|(_, member)| member).collect() }
    }

    /// The code of an expression that is complete.
    fn code(&mut self) -> Code {
        match self {
            Self::Single(term) => list(Tag::Observation, [&*term.code()]),
            Self::Closed { code, .. } | Self::Other(code) => code.clone(),
            // OK because members of lists are complete.
            Self::Open { .. } => Code::new(),
        }
    }

    /// The code of an expression.
    pub(super) fn into_code(self) -> Code {
        self.closed().code()
    }
}

/// The members of an `OR`, with single observations as one: an observation satisfies any of several
/// tests.
fn join_singles(members: VecDeque<Seen>) -> VecDeque<Seen> {
    let (mut terms, mut others) = (Vec::new(), VecDeque::new());
    for member in members {
        match member {
            Seen::Single(term) => terms.push(term),
            other => others.push_back(other),
        }
    }
    if !terms.is_empty() {
        others.push_back(Seen::Single(Term::list(Kind::Or, terms).closed()));
    }
    others
}

fn qualified(tag: Tag, parts: &[&[u8]], inner: &[u8]) -> Seen {
    let mut code = begin(tag);
    parts.iter().for_each(|part| add(&mut code, part));
    add(&mut code, inner);
    Seen::Other(shorten(code))
}
