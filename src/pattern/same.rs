//! Comparing trees regardless of places and spellings.

use super::ast::{Bound, ComparisonExpression, List, ObservationExpression, Path, Qualifier, Seconds, Step};
use super::tree_walk::{Event, Node, TreeWalk};

impl ObservationExpression<'_> {
    /// Whether both are the same tree, regardless of places and spellings. Parentheses count.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let a = Pattern::parse("[a:b==1.50]")?;
    /// let b = Pattern::parse("[ a:'b' = 1.5 ]")?;
    /// assert_ne!(a.expression(), b.expression());
    /// assert!(a.expression().same_as(b.expression()));
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn same_as(&self, other: &ObservationExpression<'_>) -> bool {
        same_tree(Node::Observation(self), Node::Observation(other))
    }
}

impl ComparisonExpression<'_> {
    /// Whether both are the same tree, regardless of places and spellings. Parentheses count.
    pub fn same_as(&self, other: &ComparisonExpression<'_>) -> bool {
        same_tree(Node::Comparison(self), Node::Comparison(other))
    }
}

impl Path<'_> {
    /// Whether both have the same type and steps, regardless of quotes around properties.
    pub fn same_as(&self, other: &Path<'_>) -> bool {
        self.object_type == other.object_type
            && same_items(&self.steps, &other.steps, |a, b| match (a, b) {
                (Step::Property(a), Step::Property(b)) => a.name == b.name,
                (Step::Index(a), Step::Index(b)) => a.position == b.position,
                (Step::AnyIndex(_), Step::AnyIndex(_)) => true,
                _ => false,
            })
    }
}

fn same_tree(a: Node<'_, '_>, b: Node<'_, '_>) -> bool {
    // The events fix the shape, so that entering the same constructs in the same order makes the
    // trees the same.
    let (mut a, mut b) = (TreeWalk::new(a), TreeWalk::new(b));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(Event::Enter(a)), Some(Event::Enter(b))) if same_construct(a, b) => {}
            (Some(Event::Between(_)), Some(Event::Between(_))) | (Some(Event::Leave(_)), Some(Event::Leave(_))) => {}
            _ => return false,
        }
    }
}

/// Whether both are the same construct with the same data, whatever is below them.
fn same_construct(a: Node<'_, '_>, b: Node<'_, '_>) -> bool {
    match (a, b) {
        (Node::Observation(a), Node::Observation(b)) => same_observation(a, b),
        (Node::Comparison(a), Node::Comparison(b)) => same_comparison(a, b),
        _ => false,
    }
}

fn same_observation(a: &ObservationExpression<'_>, b: &ObservationExpression<'_>) -> bool {
    use ObservationExpression::{And, FollowedBy, Group, Observation, Or};

    match (a, b) {
        (Observation(a), Observation(b)) => same_qualifiers(&a.qualifiers, &b.qualifiers),
        (Group(a), Group(b)) => same_qualifiers(&a.qualifiers, &b.qualifiers),
        (And(a), And(b)) | (Or(a), Or(b)) | (FollowedBy(a), FollowedBy(b)) => same_length(a, b),
        _ => false,
    }
}

fn same_comparison(a: &ComparisonExpression<'_>, b: &ComparisonExpression<'_>) -> bool {
    use ComparisonExpression::{And, Comparison, Exists, Group, In, Or};

    match (a, b) {
        (Comparison(a), Comparison(b)) => {
            a.negated == b.negated
                && a.operator.kind == b.operator.kind
                && a.path.same_as(&b.path)
                && a.value.same_as(&b.value)
        }
        (In(a), In(b)) => {
            a.negated == b.negated && a.path.same_as(&b.path) && same_items(&a.values, &b.values, |a, b| a.same_as(b))
        }
        (Exists(a), Exists(b)) => a.negated == b.negated && a.path.same_as(&b.path),
        (Group(_), Group(_)) => true,
        (And(a), And(b)) | (Or(a), Or(b)) => same_length(a, b),
        _ => false,
    }
}

fn same_length<T, U>(a: &List<T>, b: &List<U>) -> bool {
    a.operands.len() == b.operands.len()
}

fn same_items<T, U>(a: &[T], b: &[U], same: impl Fn(&T, &U) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn same_qualifiers(a: &[Qualifier<'_>], b: &[Qualifier<'_>]) -> bool {
    same_items(a, b, |a, b| match (a, b) {
        (Qualifier::StartStop(a), Qualifier::StartStop(b)) => {
            same_bound(&a.start, &b.start) && same_bound(&a.stop, &b.stop)
        }
        (Qualifier::Within(a), Qualifier::Within(b)) => match (&a.seconds, &b.seconds) {
            (Seconds::Integer(a), Seconds::Integer(b)) => a.digits() == b.digits(),
            (Seconds::Float(a), Seconds::Float(b)) => a.same_as(b),
            _ => false,
        },
        (Qualifier::Repeats(a), Qualifier::Repeats(b)) => a.times.digits() == b.times.digits(),
        _ => false,
    })
}

fn same_bound(a: &Bound<'_>, b: &Bound<'_>) -> bool {
    match (a, b) {
        (Bound::Timestamp(a), Bound::Timestamp(b)) => a.text() == b.text(),
        (Bound::String(a), Bound::String(b)) => a.value == b.value,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;

    #[test]
    fn trees_that_differ_in_one_thing_are_not_the_same() {
        let texts = [
            "[a:b = 1]",
            "[a:b NOT = 1]",
            "[a:b != 1]",
            "[a:b = 2]",
            "[a:b = 1.0]",
            "[a:c = 1]",
            "[a:b.c = 1]",
            "[a:b[0] = 1]",
            "[a:b[1] = 1]",
            "[a:b[*] = 1]",
            "[b:b = 1]",
            "[a:b IN (1)]",
            "[a:b IN (1, 1)]",
            "[a:b NOT IN (1)]",
            "[EXISTS a:b]",
            "[NOT EXISTS a:b]",
            "[(a:b = 1)]",
            "([a:b = 1])",
            "[a:b = 1 OR a:b = 1]",
            "[a:b = 1 AND a:b = 1]",
            "[a:b = 1 AND a:b = 1 AND a:b = 1]",
            "[a:b = 1] OR [a:b = 1]",
            "[a:b = 1] AND [a:b = 1]",
            "[a:b = 1] FOLLOWEDBY [a:b = 1]",
            "[a:b = 1] REPEATS 2 TIMES",
            "[a:b = 1] REPEATS 3 TIMES",
            "[a:b = 1] WITHIN 2 SECONDS",
            "[a:b = 1] WITHIN 2.0 SECONDS",
            "[a:b = 1] REPEATS 2 TIMES WITHIN 2 SECONDS",
            "[a:b = 1] START t'2014-01-13T07:03:17Z' STOP t'2014-01-14T00:00:00Z'",
            "[a:b = 1] START t'2014-01-13T07:03:17.0Z' STOP t'2014-01-14T00:00:00Z'",
        ];
        for (i, a) in texts.iter().enumerate() {
            for (j, b) in texts.iter().enumerate() {
                let (a, b) = (Pattern::parse(a).unwrap(), Pattern::parse(b).unwrap());
                assert_eq!(a.expression().same_as(b.expression()), i == j, "{a} {b}");
            }
        }
    }
}
