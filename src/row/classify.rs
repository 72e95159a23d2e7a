//! From a pattern to its terms: which values it names, and what each of them alone says.
//!
//! A pattern is a boolean tree of tests. A value may stand alone as an indicator when an object
//! with that value satisfies the whole pattern, that is when only `OR`s lie between its test and
//! the root. One walk down the tree finds that out; nothing is multiplied out, so a pattern costs
//! time linear in its length. The walk recurses for parentheses alone, which the parser limits to
//! [`Parser::DEEPEST`](crate::pattern::Parser::DEEPEST) levels.

use std::collections::HashMap;

use super::address::Network;
use super::class::Class;
use super::content::implying_hash;
use super::key::{Key, Role, is_type_tag};
use super::observable::Observable;
use super::rank::rank;
use super::relation::RelationKind;
use super::unmapped::Unmapped;
use super::value::Value;
use crate::pattern::Pattern;
use crate::pattern::ast::{Comparison, ComparisonExpression, Literal, ObservationExpression, OperatorKind, Path, Step};

/// A value that a pattern names.
#[derive(Debug)]
pub(super) struct Term<'a> {
    pub(super) observable: Observable<'a>,
    pub(super) standalone: bool,
    pub(super) primary: bool,
}

/// What a pattern comes down to.
#[derive(Debug)]
pub(super) struct Reduced<'a> {
    pub(super) terms: Vec<Term<'a>>,
    pub(super) class: Class,
    /// How the terms of a pattern belong together that one observation does not decide.
    pub(super) context: Option<RelationKind>,
    pub(super) reason: Option<Unmapped>,
}

impl<'a> Reduced<'a> {
    /// `text` is what `pattern` was parsed from.
    pub(super) fn new(pattern: &Pattern<'a>, text: &'a str) -> Self {
        let mut classifier = Classifier::new(text, Vec::new());
        classifier.observation(pattern.expression(), true);
        classifier.reduced()
    }

    /// Of values that are joined by `OR`.
    pub(super) fn any_of(observables: Vec<Observable<'a>>) -> Self {
        let term = |observable| Term { observable, standalone: true, primary: true };
        Classifier::new("", observables.into_iter().map(term).collect()).reduced()
    }

    pub(super) fn nothing(class: Class, reason: Unmapped) -> Self {
        Self { terms: Vec::new(), class, context: None, reason: Some(reason) }
    }
}

/// A conjunction of use tests the types of a few references. More are not looked into, to keep the
/// time linear.
const MAX_TAGS: usize = 8;

/// More bytes than a path has that makes rows.
const MAX_PATH: usize = 256;

/// Up to here all pairs are compared, which is faster than hashing.
const FEW: usize = 8;

/// Whether an expression has terms. If it has none, the classifier has a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Yes,
    No,
}

impl Kept {
    /// One operand that has terms is sufficient for an `OR`.
    fn or(self, other: Self) -> Self {
        match self {
            Self::Yes => self,
            Self::No => other,
        }
    }
}

struct Classifier<'a> {
    text: &'a str,
    terms: Vec<Term<'a>>,
    reason: Option<Unmapped>,
    /// Whether a kept `OR` stands under an `AND`.
    is_nested: bool,
    /// How many outermost `AND`s were kept.
    conjunctions: usize,
    /// How many of these have a hash that implies their other terms.
    implied: usize,
    /// What joins the terms that one observation does not decide, where there are some: of several
    /// the first.
    context: Option<RelationKind>,
}

impl<'a> Classifier<'a> {
    fn new(text: &'a str, terms: Vec<Term<'a>>) -> Self {
        Self { text, terms, reason: None, is_nested: false, conjunctions: 0, implied: 0, context: None }
    }

    fn reduced(mut self) -> Reduced<'a> {
        self.drop_repeated();
        Reduced { class: self.class(), terms: self.terms, context: self.context, reason: self.reason }
    }

    /// `decides` is whether one observation that satisfies the expression satisfies the pattern.
    fn observation(&mut self, expression: &ObservationExpression<'a>, decides: bool) -> Kept {
        match expression {
            ObservationExpression::Observation(node) if node.qualifiers.is_empty() => {
                self.comparison(&node.comparison, decides)
            }
            ObservationExpression::Group(node) if node.qualifiers.is_empty() => self.observation(&node.inner, decides),
            ObservationExpression::Or(list) => {
                list.operands.iter().fold(Kept::No, |kept, operand| kept.or(self.observation(operand, decides)))
            }
            several if decides => self.context(several),
            ObservationExpression::Observation(node) => self.comparison(&node.comparison, false),
            ObservationExpression::Group(node) => self.observation(&node.inner, false),
            ObservationExpression::And(list) | ObservationExpression::FollowedBy(list) => {
                list.operands.iter().fold(Kept::No, |kept, operand| kept.or(self.observation(operand, false)))
            }
        }
    }

    /// An expression that one observation does not decide: its values say what the indicator is
    /// about, and none of them is an indicator.
    fn context(&mut self, several: &ObservationExpression<'a>) -> Kept {
        let (relation, reason) = match several {
            ObservationExpression::And(_) => (RelationKind::SeveralObservations, Unmapped::SeveralObservations),
            ObservationExpression::FollowedBy(_) => (RelationKind::Sequence, Unmapped::Sequence),
            _ => (RelationKind::Qualified, Unmapped::Qualifier),
        };
        self.lose(reason);
        let (start, was_nested) = (self.terms.len(), self.is_nested);
        let kept = self.observation(several, false);
        self.is_nested = was_nested;
        self.mark_primary(start);
        if kept == Kept::Yes {
            self.context.get_or_insert(relation);
        }
        kept
    }

    fn comparison(&mut self, expression: &ComparisonExpression<'a>, standalone: bool) -> Kept {
        match expression.ungrouped() {
            ComparisonExpression::Comparison(node) => match refusal(node) {
                Some(reason) => self.lose(reason),
                None => self.add(&node.path, operator(node), &node.value, standalone),
            },
            ComparisonExpression::In(node) if node.negated => self.lose(Unmapped::Negated),
            ComparisonExpression::In(node) if node.values.is_empty() => self.lose(Unmapped::EmptyList),
            ComparisonExpression::In(node) if is_type_tag(&node.path) => self.lose(Unmapped::TypeOnly),
            ComparisonExpression::In(node) if is_long(&node.path) => self.lose(Unmapped::LongPath),
            ComparisonExpression::In(node) => {
                self.is_nested |= !standalone && node.values.len() > 1;
                for value in &node.values {
                    self.add(&node.path, OperatorKind::Equal, value, standalone);
                }
                Kept::Yes
            }
            ComparisonExpression::Exists(node) => {
                self.lose(if node.negated { Unmapped::Negated } else { Unmapped::Exists })
            }
            ComparisonExpression::Or(list) => {
                self.is_nested |= !standalone;
                list.operands.iter().fold(Kept::No, |kept, operand| kept.or(self.comparison(operand, standalone)))
            }
            and @ ComparisonExpression::And(_) => self.conjunction(and, standalone),
            // OK because `ungrouped` leaves none; a parser that nests groups is bounded anyway.
            ComparisonExpression::Group(node) => self.comparison(&node.inner, standalone),
        }
    }

    /// `AND`: all of it has terms, or none.
    fn conjunction(&mut self, and: &ComparisonExpression<'a>, standalone: bool) -> Kept {
        let mut operands = Vec::new();
        flatten(and, &mut operands);
        let has_lost_tag = drop_tags(&mut operands);
        match &operands[..] {
            [] => return self.lose(Unmapped::TypeOnly),
            // The rest were tests of the type that the value shows anyway.
            [only] if !has_lost_tag => return self.comparison(only, standalone),
            _ => {}
        }
        let (start, was_nested) = (self.terms.len(), self.is_nested);
        for operand in &operands {
            if self.comparison(operand, false) == Kept::No {
                self.terms.truncate(start);
                self.is_nested = was_nested;
                return Kept::No;
            }
        }
        if has_lost_tag {
            self.lose(Unmapped::TypeOnly);
        } else if let [first, others @ ..] = &mut self.terms[start..]
            && others.iter().all(|other| other.observable.is_same(&first.observable))
        {
            // `a = 1 AND a = 1`
            (first.standalone, first.primary) = (standalone, standalone);
            self.terms.truncate(start + 1);
            self.is_nested = was_nested;
            return Kept::Yes;
        }
        let mut types = operands.iter().filter_map(|operand| Some(&operand.path()?.object_type));
        if let Some(first) = types.next()
            && types.any(|other| other != first)
        {
            self.lose(Unmapped::MixedTypes);
        }
        if standalone {
            self.conjunctions += 1;
            if has_lost_tag || !self.mark_implying_hash(&operands, start) {
                self.mark_primary(start);
            }
        }
        Kept::Yes
    }

    /// Marks the hash that implies all other terms from `start` on, and returns whether there is
    /// one.
    fn mark_implying_hash(&mut self, tests: &[&ComparisonExpression<'a>], start: usize) -> bool {
        let terms = &mut self.terms[start..];
        if tests.len() != terms.len() {
            // An operand is a list of alternatives.
            return false;
        }
        let Some(paths) = tests.iter().map(|test| test.path()).collect::<Option<Vec<_>>>() else { return false };
        let facts = paths.into_iter().zip(terms.iter().map(|term| &term.observable));
        let Some(hash) = implying_hash(facts).and_then(|place| terms.get_mut(place)) else { return false };
        (hash.standalone, hash.primary) = (true, true);
        self.implied += 1;
        true
    }

    /// Marks the most specific of the terms from `start` on; of equals the first.
    fn mark_primary(&mut self, start: usize) {
        let best = self.terms[start..].iter_mut().min_by_key(|term| rank(&term.observable));
        best.into_iter().for_each(|term| term.primary = true);
    }

    fn add(&mut self, path: &Path<'a>, operator: OperatorKind, literal: &Literal<'a>, standalone: bool) -> Kept {
        let observable = observable(path, operator, literal, self.text);
        self.terms.push(Term { observable, standalone, primary: standalone });
        Kept::Yes
    }

    fn lose(&mut self, reason: Unmapped) -> Kept {
        self.reason.get_or_insert(reason);
        Kept::No
    }

    /// Of terms with the same key and normal value keeps the first: rows are told apart by them. It
    /// stands alone if one of them does, as in `[a = 1 OR (a = 1 AND b = 2)]`.
    fn drop_repeated(&mut self) {
        fn absorb(kept: &mut Term<'_>, other: &Term<'_>) {
            kept.standalone |= other.standalone;
            kept.primary |= other.primary;
        }

        if self.terms.len() <= FEW {
            let mut place = 1;
            while let Some((before, [term, ..])) = self.terms.split_at_mut_checked(place) {
                match before.iter_mut().find(|kept| kept.observable.is_same(&term.observable)) {
                    Some(kept) => {
                        absorb(kept, term);
                        self.terms.remove(place);
                    }
                    None => place += 1,
                }
            }
            return;
        }
        let terms = std::mem::take(&mut self.terms);
        self.terms.reserve_exact(terms.len());
        let mut first = HashMap::with_capacity(terms.len());
        let places: Vec<usize> = terms
            .iter()
            .enumerate()
            .map(|(place, term)| *first.entry((&*term.observable.key, &*term.observable.norm)).or_insert(place))
            .collect();
        // Where each term that was kept is now.
        let mut moved = vec![0; terms.len()];
        for (place, term) in terms.into_iter().enumerate() {
            if places[place] == place {
                moved[place] = self.terms.len();
                self.terms.push(term);
            } else {
                absorb(&mut self.terms[moved[places[place]]], &term);
            }
        }
    }

    fn class(&self) -> Class {
        let standalone = self.terms.iter().filter(|term| term.standalone).count();
        match (self.terms.len(), standalone) {
            (0, _) => Class::Unsupported,
            (_, 0) if self.context.is_some() && self.conjunctions == 0 => Class::Unsupported,
            // One value of an `OR` whose other branches are lost is not the whole.
            (1, 1) if self.reason.is_none() => Class::Atomic,
            (terms, standalone) if standalone == terms => Class::AnyOf,
            (_, standalone)
                if self.conjunctions == 1
                    && standalone == self.implied
                    && !self.is_nested
                    && self.context.is_none() =>
            {
                Class::AllOf
            }
            _ => Class::Mixed,
        }
    }
}

/// What the only test of a pattern looks for; `None` where [`Reduced::new`] has to say why it is
/// nothing.
pub(crate) fn only_observable<'a>(test: &Comparison<'a>, text: &'a str) -> Option<Observable<'a>> {
    refusal(test).is_none().then(|| observable(&test.path, operator(test), &test.value, text))
}

/// The operator that the test comes down to: `LIKE` without a wildcard asks for equality.
fn operator(test: &Comparison<'_>) -> OperatorKind {
    match test.operator.kind {
        OperatorKind::Like if test.value.as_str().is_some_and(|value| !value.contains(['%', '_'])) => {
            OperatorKind::Equal
        }
        kind => kind,
    }
}

/// What a test of equality or `ISSUBSET` looks for.
pub(crate) fn observable<'a>(
    path: &Path<'a>,
    operator: OperatorKind,
    literal: &Literal<'a>,
    text: &'a str,
) -> Observable<'a> {
    let key = Key::new(path, text);
    let role = match key.role {
        Role::Ipv4 | Role::Ipv6 => key.role,
        // Whatever the path is called, its value is compared as an address.
        _ if operator == OperatorKind::IsSubset => Role::Endpoint,
        role => role,
    };
    let value = Value::new(literal, text, role);
    Observable {
        object_type: key.object_type,
        key: key.text,
        value: value.text,
        norm: value.norm,
        kind: value.kind,
        direction: key.direction,
        well_formed: value.well_formed,
    }
}

/// Why a test names no value to look for.
fn refusal(test: &Comparison<'_>) -> Option<Unmapped> {
    if test.negated {
        return Some(Unmapped::Negated);
    }
    match operator(test) {
        OperatorKind::Equal if is_type_tag(&test.path) => Some(Unmapped::TypeOnly),
        OperatorKind::Equal => is_long(&test.path).then_some(Unmapped::LongPath),
        OperatorKind::IsSubset => {
            let is_network = test.value.as_str().is_some_and(|value| Network::parse(value).is_some());
            let long = is_long(&test.path).then_some(Unmapped::LongPath);
            if is_network { long } else { Some(Unmapped::NotANetwork) }
        }
        OperatorKind::NotEqual => Some(Unmapped::Negated),
        OperatorKind::Less | OperatorKind::LessOrEqual | OperatorKind::Greater | OperatorKind::GreaterOrEqual => {
            Some(Unmapped::Range)
        }
        OperatorKind::Like => Some(Unmapped::Like),
        OperatorKind::Matches => Some(Unmapped::Matches),
        OperatorKind::IsSuperset => Some(Unmapped::Superset),
    }
}

/// Whether a path is too long to be repeated in the row of each of its values.
fn is_long(path: &Path<'_>) -> bool {
    path.span.range().len() > MAX_PATH
}

/// The operands of an `AND` and of the `AND`s in it.
fn flatten<'t, 'a>(expression: &'t ComparisonExpression<'a>, operands: &mut Vec<&'t ComparisonExpression<'a>>) {
    match expression.ungrouped() {
        ComparisonExpression::And(list) => list.operands.iter().for_each(|operand| flatten(operand, operands)),
        other => operands.push(other),
    }
}

/// Takes out the tests of types, and returns whether one of them is not implied by what is left.
fn drop_tags(operands: &mut Vec<&ComparisonExpression<'_>>) -> bool {
    let mut tags = Vec::new();
    operands.retain(|operand| match operand {
        ComparisonExpression::Comparison(test)
            if is_type_tag(&test.path) && operator(test) == OperatorKind::Equal && !test.negated =>
        {
            tags.push(&**test);
            false
        }
        _ => true,
    });
    let is_implied = |tag: &Comparison<'_>| {
        let Some(type_name) = tag.value.as_str() else { return false };
        if tag.path.steps.len() == 1 {
            return type_name == tag.path.object_type;
        }
        operands.iter().any(|operand| match operand {
            ComparisonExpression::Or(list) => {
                list.operands.iter().all(|operand| implies(operand.ungrouped(), &tag.path, type_name))
            }
            other => implies(other, &tag.path, type_name),
        })
    };
    tags.len() > MAX_TAGS || !tags.into_iter().all(is_implied)
}

/// Whether a test of `….value` says that the object it is reached through has this type, `tag`
/// being `….type`.
fn implies(test: &ComparisonExpression<'_>, tag: &Path<'_>, type_name: &str) -> bool {
    let is_of_type = |value: &Literal<'_>| value.as_str().is_some_and(|value| is_value_of(value, type_name));
    match test {
        ComparisonExpression::Comparison(test) => {
            is_beside(&test.path, tag) && refusal(test).is_none() && is_of_type(&test.value)
        }
        ComparisonExpression::In(test) => {
            is_beside(&test.path, tag) && !test.negated && test.values.iter().all(is_of_type)
        }
        _ => false,
    }
}

/// Whether one path is the other with `value` in the place of the last step.
fn is_beside(path: &Path<'_>, tag: &Path<'_>) -> bool {
    let (Some((last, own)), Some((_, others))) = (path.steps.split_last(), tag.steps.split_last()) else {
        return false;
    };
    let is_same = |(a, b): (&Step<'_>, &Step<'_>)| match (a, b) {
        (Step::Property(a), Step::Property(b)) => a.name == b.name,
        (Step::Index(a), Step::Index(b)) => a.position == b.position,
        (Step::AnyIndex(_), Step::AnyIndex(_)) => true,
        _ => false,
    };
    last.property() == Some("value")
        && path.object_type == tag.object_type
        && own.len() == others.len()
        && own.iter().zip(others).all(is_same)
}

/// Whether an object with this `value` may be of this type: an address does not make a domain name.
fn is_value_of(value: &str, type_name: &str) -> bool {
    match (type_name, Network::parse(value)) {
        ("ipv4-addr", Some(network)) => network.is_ipv4(),
        ("ipv6-addr", Some(network)) => !network.is_ipv4(),
        ("domain-name" | "url" | "email-addr" | "mac-addr", None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The class, the reason, and the terms: `+` before one that stands alone, `*` before the
    /// primary of the others.
    fn reduce(text: &str) -> (Class, Option<&'static str>, Vec<String>) {
        let pattern = Pattern::parse(text).unwrap();
        let reduced = Reduced::new(&pattern, text);
        let print = |term: &Term<'_>| {
            let mark = match (term.standalone, term.primary) {
                (true, _) => "+",
                (false, true) => "*",
                (false, false) => "",
            };
            format!("{mark}{}={}", term.observable.key, term.observable.value)
        };
        let code = reduced.reason.as_ref().map(Unmapped::code);
        (reduced.class, code, reduced.terms.iter().map(print).collect())
    }

    #[track_caller]
    fn whole(text: &str, class: Class, terms: &[&str]) {
        assert_eq!(reduce(text), (class, None, terms.iter().map(|&term| term.to_owned()).collect()), "{text}");
    }

    #[track_caller]
    fn part(text: &str, class: Class, reason: &'static str, terms: &[&str]) {
        assert_eq!(reduce(text), (class, Some(reason), terms.iter().map(|&term| term.to_owned()).collect()), "{text}");
    }

    #[test]
    fn one_value() {
        whole("[a:b = 1]", Class::Atomic, &["+a:b=1"]);
        whole("(([ ((a:b == 1)) ]))", Class::Atomic, &["+a:b=1"]);
        whole("[a:b IN (1)]", Class::Atomic, &["+a:b=1"]);
        whole("[a:b = 1] OR [a:b = 1 OR a:b = 1]", Class::Atomic, &["+a:b=1"]);
        whole("[a:b = 1 AND (a:b = 1 AND a:b IN (1))]", Class::Atomic, &["+a:b=1"]);
        whole("[a:b ISSUBSET '192.0.2.0/24']", Class::Atomic, &["+a:b=192.0.2.0/24"]);
    }

    #[test]
    fn alternatives() {
        whole("[a:b = 1 OR a:c = 2]", Class::AnyOf, &["+a:b=1", "+a:c=2"]);
        whole("[a:b = 1] OR ([c:d = 2] OR [c:d = 3])", Class::AnyOf, &["+a:b=1", "+c:d=2", "+c:d=3"]);
        whole("[a:b IN (1, 2, 1)]", Class::AnyOf, &["+a:b=1", "+a:b=2"]);
    }

    #[test]
    fn conjunctions() {
        whole("[a:b = 1 AND a:c = 2]", Class::AllOf, &["*a:b=1", "a:c=2"]);
        whole("[(a:b = 1 AND a:c = 2) AND (a:d = 3)]", Class::AllOf, &["*a:b=1", "a:c=2", "a:d=3"]);
        let text = "[file:size = 1 AND file:name = 'n' AND file:hashes.MD5 = 'ab' AND file:hashes.'SHA-1' = 'cd']";
        let terms = ["file:size=1", "file:name=n", "file:hashes.MD5=ab", "*file:hashes.'SHA-1'=cd"];
        whole(text, Class::AllOf, &terms);
        part("[a:b = 1 AND c:d = 2]", Class::AllOf, "mixed_types", &["*a:b=1", "c:d=2"]);
    }

    #[test]
    fn both_at_once() {
        whole("[a:b = 1 AND (a:c = 2 OR a:d = 3)]", Class::Mixed, &["*a:b=1", "a:c=2", "a:d=3"]);
        whole("[a:b = 1 OR (a:c = 2 AND a:d = 3)]", Class::Mixed, &["+a:b=1", "*a:c=2", "a:d=3"]);
        let terms = ["*a:b=1", "a:c=2", "*a:d=3", "a:e=4"];
        whole("[(a:b = 1 AND a:c = 2) OR (a:d = 3 AND a:e = 4)]", Class::Mixed, &terms);
        whole("[a:b = 1 AND a:c IN (2, 3)]", Class::Mixed, &["*a:b=1", "a:c=2", "a:c=3"]);
        whole("[a:b = 1 OR (a:b = 1 AND a:c = 2)]", Class::Mixed, &["+a:b=1", "a:c=2"]);
    }

    #[test]
    fn the_type_of_what_a_value_belongs_to_is_implied() {
        let row = ["+n:src_ref.value=192.0.2.1"];
        whole("[n:src_ref.type = 'ipv4-addr' AND n:src_ref.value = '192.0.2.1']", Class::Atomic, &row);
        whole("[n:src_ref.value = '192.0.2.1' AND n:src_ref.type = 'ipv4-addr' AND n:type = 'n']", Class::Atomic, &row);
        whole(
            "[n:src_ref.type = 'ipv4-addr' AND (n:src_ref.value = '192.0.2.1' OR n:src_ref.value = '192.0.2.2')]",
            Class::AnyOf,
            &["+n:src_ref.value=192.0.2.1", "+n:src_ref.value=192.0.2.2"],
        );
        whole(
            "[n:src_ref.type = 'ipv4-addr' AND n:src_ref.value IN ('192.0.2.1', '192.0.2.2')]",
            Class::AnyOf,
            &["+n:src_ref.value=192.0.2.1", "+n:src_ref.value=192.0.2.2"],
        );
        whole(
            "[n:src_ref.type = 'ipv4-addr' AND n:src_ref.value = '192.0.2.1' AND n:dst_port = 22]",
            Class::AllOf,
            &["*n:src_ref.value=192.0.2.1", "n:dst_port=22"],
        );
    }

    #[test]
    fn another_type_is_not_implied() {
        let row = ["*n:src_ref.value=192.0.2.1"];
        for tag in ["n:dst_ref.type = 'ipv4-addr'", "n:src_ref.type = 'ipv6-addr'", "n:type = 'm'"] {
            part(&format!("[{tag} AND n:src_ref.value = '192.0.2.1']"), Class::AllOf, "type_only", &row);
        }
        part("[n:src_ref.type = 'ipv4-addr']", Class::Unsupported, "type_only", &[]);
        part("[n:src_ref.type IN ('ipv4-addr', 'ipv6-addr')]", Class::Unsupported, "type_only", &[]);
        part("[n:type = 'n' AND n:src_ref.type = 'ipv4-addr']", Class::Unsupported, "type_only", &[]);
    }

    #[test]
    fn no_value() {
        for (test, reason) in [
            ("a:b != 1", "negated"),
            ("a:b NOT = 1", "negated"),
            ("a:b NOT != 1", "negated"),
            ("a:b NOT IN (1)", "negated"),
            ("a:b NOT LIKE 'x%'", "negated"),
            ("NOT EXISTS a:b", "negated"),
            ("a:b NOT ISSUBSET '192.0.2.0/24'", "negated"),
            ("EXISTS a:b", "exists"),
            ("a:b < 1", "range"),
            ("a:b >= 1", "range"),
            ("a:b LIKE 'x%'", "like"),
            ("a:b LIKE 'x_'", "like"),
            ("a:b MATCHES 'x'", "matches"),
            ("a:b ISSUPERSET '192.0.2.0/24'", "superset"),
            ("a:b ISSUBSET 'x'", "not_a_network"),
            ("a:b IN ()", "empty_list"),
        ] {
            part(&format!("[{test}]"), Class::Unsupported, reason, &[]);
            part(&format!("[a:c = 2 AND {test}]"), Class::Unsupported, reason, &[]);
            part(&format!("[{test} AND a:c = 2]"), Class::Unsupported, reason, &[]);
            part(&format!("[a:c = 2 OR {test}]"), Class::AnyOf, reason, &["+a:c=2"]);
            part(&format!("[a:c = 2 OR (a:d = 3 AND {test})]"), Class::AnyOf, reason, &["+a:c=2"]);
            part(&format!("[a:c = 2 AND (a:d = 3 OR {test})]"), Class::Mixed, reason, &["*a:c=2", "a:d=3"]);
        }
    }

    #[test]
    fn like_without_wildcards_is_equality() {
        whole("[a:b LIKE 'x']", Class::Atomic, &["+a:b=x"]);
        whole("[a:b LIKE 'x' OR a:b = 'y']", Class::AnyOf, &["+a:b=x", "+a:b=y"]);
        part("[n:src_ref.type LIKE 'ipv4-addr']", Class::Unsupported, "type_only", &[]);
        part("[a:b NOT LIKE 'x']", Class::Unsupported, "negated", &[]);
    }

    #[test]
    fn a_hash_implies_the_other_facts_of_its_content() {
        let (md5, sha1) =
            (format!("file:hashes.MD5 = '{}'", "a".repeat(32)), format!("file:hashes.'SHA-1' = '{}'", "b".repeat(40)));
        let standing = |text: &str| -> (Class, Vec<usize>) {
            let (class, reason, terms) = reduce(text);
            assert_eq!(reason, None, "{text}");
            (
                class,
                terms.iter().enumerate().filter(|(_, term)| term.starts_with('+')).map(|(place, _)| place).collect(),
            )
        };
        for facts in [
            vec![&*md5, &sha1],
            vec![&md5, &sha1, "file:size = 5", "file:mime_type = 'a/b'", "file:magic_number_hex = 'ff'"],
            vec![
                &md5,
                &sha1,
                "file:hashes.SSDEEP = '3:a:b'",
                "file:hashes.IMPHASH = 'd41d8cd98f00b204e9800998ecf8427e'",
            ],
        ] {
            assert_eq!(standing(&format!("[{}]", facts.join(" AND "))), (Class::AllOf, vec![1]), "{facts:?}");
        }
        assert_eq!(standing(&format!("[{md5} AND file:size = 5]")), (Class::AllOf, vec![0]));
        assert_eq!(standing(&format!("[file:size = 5 AND ({md5} AND file:size = 5)]")), (Class::AllOf, vec![1]));
        let image = md5.replace("file:", "process:image_ref.");
        assert_eq!(standing(&format!("[{image} AND process:image_ref.size = 5]")), (Class::AllOf, vec![0]));
        let serial =
            format!("[{} AND x509-certificate:serial_number = '1']", sha1.replace("file:", "x509-certificate:"));
        assert_eq!(standing(&serial), (Class::AllOf, vec![0]));
        assert_eq!(standing(&format!("[{md5} AND {sha1}] OR [a:b = 1]")), (Class::Mixed, vec![1, 2]));
        for none in [
            format!("{md5} AND file:name = 'a'"),
            format!("{md5} AND file:parent_directory_ref.path = 'a'"),
            format!("{md5} AND file:ctime = t'2024-05-01T00:00:00Z'"),
            format!("{md5} AND file:hashes.MD5 = '{}'", "b".repeat(32)),
            format!("{md5} AND file:hashes.'SHA-1' = 'ab'"),
            format!(
                "{md5} AND file:extensions.'windows-pebinary-ext'.sections[0].hashes.'SHA-1' = '{}'",
                "b".repeat(40)
            ),
            format!("{md5} AND file:content_ref.hashes.'SHA-1' = '{}'", "b".repeat(40)),
            format!("{md5} AND (file:size = 5 OR file:size = 6)"),
            format!(
                "x:a_refs[*].hashes.MD5 = '{0}' AND x:a_refs[*].hashes.'SHA-1' = '{0}{1}'",
                "a".repeat(32),
                "a".repeat(8)
            ),
            "file:hashes.SSDEEP = '3:a:b' AND file:size = 5".to_owned(),
        ] {
            assert_eq!(standing(&format!("[{none}]")).1, [0_usize; 0], "{none}");
        }
    }

    #[test]
    fn no_single_observation() {
        for (text, reason, relation, terms) in [
            (
                "[a:b = 1] AND [a:c = 2]",
                "several_observations",
                RelationKind::SeveralObservations,
                &["*a:b=1", "a:c=2"][..],
            ),
            ("[a:b = 1] FOLLOWEDBY [a:c != 2]", "sequence", RelationKind::Sequence, &["*a:b=1"]),
            ("[a:b = 1] WITHIN 5 SECONDS", "qualifier", RelationKind::Qualified, &["*a:b=1"]),
            ("[a:b = 1 AND a:c != 2] REPEATS 1 TIMES", "qualifier", RelationKind::Qualified, &[]),
            ("([a:b = 1] OR [a:c = 2]) REPEATS 2 TIMES", "qualifier", RelationKind::Qualified, &["*a:b=1", "a:c=2"]),
            ("([a:b = 1] AND [a:c = 2]) WITHIN 2 SECONDS", "qualifier", RelationKind::Qualified, &["*a:b=1", "a:c=2"]),
            (
                "[a:b = 1] START t'2024-05-01T00:00:00Z' STOP t'2024-06-01T00:00:00Z'",
                "qualifier",
                RelationKind::Qualified,
                &["*a:b=1"],
            ),
        ] {
            part(text, Class::Unsupported, reason, terms);
            let context = Reduced::new(&Pattern::parse(text).unwrap(), text).context;
            assert_eq!(context, (!terms.is_empty()).then_some(relation), "{text}");
            let both: Vec<_> = ["+x:y=0"].iter().chain(terms).copied().collect();
            let class = if terms.is_empty() { Class::AnyOf } else { Class::Mixed };
            part(&format!("[x:y = 0] OR ({text})"), class, reason, &both);
        }
    }

    #[test]
    fn a_long_path_makes_no_row() {
        let path = |len: usize| format!("a:{}", "b".repeat(len - 2));
        let (short, long) = (path(256), path(257));
        whole(&format!("[{short} IN (1, 2)]"), Class::AnyOf, &[&format!("+{short}=1"), &format!("+{short}=2")]);
        for test in [format!("{long} = 1"), format!("{long} IN (1, 2)"), format!("{long} ISSUBSET '192.0.2.0/24'")] {
            part(&format!("[{test}]"), Class::Unsupported, "long_path", &[]);
            part(&format!("[{test} OR a:b = 1]"), Class::AnyOf, "long_path", &["+a:b=1"]);
            part(&format!("[{test} AND a:b = 1]"), Class::Unsupported, "long_path", &[]);
        }
    }

    #[test]
    fn long_lists_take_linear_time() {
        let tests: Vec<String> = (0..10_000).map(|number| format!("a:b = {number}")).collect();
        let count = |text: &str| reduce(text).2.len();
        assert_eq!(count(&format!("[{}]", tests.join(" OR "))), 10_000);
        assert_eq!(count(&format!("[{}]", tests.join(" AND "))), 10_000);
        let pairs: Vec<String> = tests.iter().map(|test| format!("({test} OR a:c = 1)")).collect();
        assert_eq!(count(&format!("[{}]", pairs.join(" AND "))), 10_001);
        let tags: Vec<String> =
            (0..5_000).map(|number| format!("n:x[{number}].y_ref.type = 't' AND n:x = {number}")).collect();
        assert_eq!(count(&format!("[{}]", tags.join(" AND "))), 5_000);
    }

    #[test]
    fn repetitions_in_long_lists_are_dropped_too() {
        let list = |count: u32| (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
        let (class, _, terms) = reduce(&format!("[(a:b IN ({}) AND a:c = 1) OR a:b IN ({})]", list(20), list(10)));
        assert_eq!((class, terms.len()), (Class::Mixed, 21));
        assert_eq!(terms.iter().filter(|term| term.starts_with('+')).count(), 10);
    }
}
