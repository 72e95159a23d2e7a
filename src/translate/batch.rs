//! Many patterns at once: lookups of values by table and column.

use std::collections::BTreeMap;

use super::batch_part::{BatchKey, BatchPart};
use super::column::{Column, Form};
use super::dialect::Support;
use super::dialects::dialect;
use super::expression::{Ask, Comparison, Expression};
use super::fidelity::Fidelity;
use super::leaf;
use super::target::Target;
use super::translation::Query;
use super::tree::{Constant, Op, Tree};
use crate::pattern::Pattern;
use crate::pattern::ast::{ObservationExpression, OperatorKind};

/// What [`translate_many`] returns.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Batch {
    /// Lookups, each within the limits of the language. The column `indicator` of a result is the
    /// identifier, or if the language has no such column, [`Query::indicators`] has the
    /// identifiers.
    pub queries: Vec<Query>,
    /// The numbers of patterns that are not part of a lookup, in the order in which they were
    /// given: [`Pattern::translate`] returns the queries for each, or the reason why there are
    /// none.
    pub others: Vec<usize>,
}

/// A column of the map, by the indexes of table, object and path, and what of it is looked up.
type Place<'m> = (usize, usize, &'m str, usize, BatchKey);

/// Makes lookups of patterns that are about single values: `=`, `IN` and `OR` of them.
///
/// Fifty thousand queries are of no use to anybody, but a lookup of fifty thousand values is one
/// join. Each pattern comes with the identifier that results are to name. A pattern is part of a
/// lookup only if that finds all that its own query would find, and the policy of the target allows
/// for the differences.
///
/// ```
/// use stixkit::pattern::Pattern;
/// use stixkit::translate::{Target, translate_many};
///
/// let target = Target::named("kql:asim").unwrap();
/// let patterns = [
///     Pattern::parse("[file:hashes.'SHA-512' = 'ab']")?,
///     Pattern::parse("[file:size > 5 AND file:mime_type = 'text/plain']")?,
/// ];
/// let batch = translate_many([("indicator--1", &patterns[0]), ("indicator--2", &patterns[1])], &target);
/// assert!(batch.queries[0].text.contains("'ab', 'indicator--1'"));
/// assert_eq!(batch.others, [1]);
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
pub fn translate_many<'p>(patterns: impl IntoIterator<Item = (&'p str, &'p Pattern<'p>)>, target: &Target) -> Batch {
    let mut lookups: BTreeMap<Place<'_>, Vec<(Constant, &'p str)>> = BTreeMap::new();
    let mut batch = Batch::default();
    let mut found = Vec::new();
    for (index, (id, pattern)) in patterns.into_iter().enumerate() {
        found.clear();
        if values(pattern, target, &mut found).is_some() {
            for (place, constant) in found.drain(..) {
                lookups.entry(place).or_default().push((constant, id));
            }
        } else {
            batch.others.push(index);
        }
    }
    let dialect = dialect(target.language());
    let limits = dialect.batch_limits();
    for ((table, object, path, column, key), values) in &lookups {
        let table = &target.map().tables[*table];
        let column = &table.columns(*object, path)[*column];
        let mut rest = &values[..];
        while !rest.is_empty() {
            let (mut count, mut bytes) = (0, 0);
            for (constant, id) in rest.iter().take(limits.values) {
                bytes += cost(constant) + text_cost(id) + 16;
                if count > 0 && bytes > limits.bytes {
                    break;
                }
                count += 1;
            }
            let (chunk, others) = rest.split_at(count);
            let part = BatchPart { table, column, key: *key, values: chunk };
            // `values` has asked whether there is one.
            batch.queries.extend(dialect.batch(&part));
            rest = others;
        }
    }
    batch
}

/// Returns queries for the indicators that the target itself stores, for example in Sentinel's
/// table `ThreatIntelIndicators`, one for each column that holds values of indicators. There are
/// none if the language has no such table.
///
/// ```
/// use stixkit::translate::{Target, stored_indicators};
///
/// let queries = stored_indicators(&Target::named("kql:sentinel").unwrap());
/// assert!(queries.iter().any(|query| &*query.table == "DnsEvents"));
/// assert!(stored_indicators(&Target::named("sql:duckdb").unwrap()).is_empty());
/// ```
pub fn stored_indicators(target: &Target) -> Vec<Query> {
    const PATHS: [&str; 9] = [
        "domain-name:value",
        "email-addr:value",
        "file:hashes.MD5",
        "file:hashes.SHA-1",
        "file:hashes.SHA-256",
        "ipv4-addr:value",
        "ipv6-addr:value",
        "url:value",
        "file:name",
    ];
    let dialect = dialect(target.language());
    let mut queries = Vec::new();
    for key in PATHS {
        let path = key.split_once(':').map_or("", |(_, path)| path);
        for (table, object) in target.map().places.get(key).into_iter().flatten() {
            let table = &target.map().tables[*table];
            for column in table.columns(*object, path) {
                let key_of_column = key_of(column);
                let part = BatchPart { table, column, key: key_of_column, values: &[] };
                let stored = if path.starts_with("hashes.SHA") { key.replace(path, &quoted(path)) } else { key.into() };
                queries.extend(dialect.stored_batch(&part, &stored));
            }
        }
    }
    queries
}

/// The path as patterns spell it: `hashes.'SHA-256'`.
fn quoted(path: &str) -> String {
    path.split_once('.').map_or_else(|| path.to_owned(), |(first, name)| format!("{first}.'{name}'"))
}

fn key_of(column: &Column) -> BatchKey {
    match column.form {
        Form::AnyCase => BatchKey::Lower,
        Form::Host => BatchKey::Host,
        Form::HashList => BatchKey::Part,
        _ => BatchKey::Plain,
    }
}

/// Appends the constants of a pattern with their columns, or returns `None` if it is not one for
/// lookups.
fn values<'m>(pattern: &Pattern<'_>, target: &'m Target, found: &mut Vec<(Place<'m>, Constant)>) -> Option<()> {
    let mut fidelity = Fidelity::Exact;
    observations(pattern.expression(), target, &mut fidelity, found)?;
    target.policy().allows(fidelity).then_some(())
}

fn observations<'m>(
    expression: &ObservationExpression<'_>,
    target: &'m Target,
    fidelity: &mut Fidelity,
    found: &mut Vec<(Place<'m>, Constant)>,
) -> Option<()> {
    match expression {
        ObservationExpression::Observation(node) if node.qualifiers.is_empty() => {
            let mut alternatives = Vec::new();
            let comparison = Expression::new(&node.comparison);
            comparison.alternatives(&mut alternatives);
            for alternative in alternatives {
                let Expression::Test(test) = alternative else { return None };
                values_of_test(test, target, fidelity, found)?;
            }
            Some(())
        }
        ObservationExpression::Group(node) if node.qualifiers.is_empty() => {
            observations(&node.inner, target, fidelity, found)
        }
        ObservationExpression::Or(list) => {
            list.operands.iter().try_for_each(|operand| observations(operand, target, fidelity, found))
        }
        _ => None,
    }
}

fn values_of_test<'m>(
    test: &Comparison<'_>,
    target: &'m Target,
    fidelity: &mut Fidelity,
    found: &mut Vec<(Place<'m>, Constant)>,
) -> Option<()> {
    if test.negated || !matches!(test.ask, Ask::In(_) | Ask::Compare(OperatorKind::Equal, _)) {
        return None;
    }
    let dialect = dialect(target.language());
    let map = target.map();
    for (table, object) in map.places.get(&*test.key)? {
        let (path, columns) = map.tables[*table].objects[*object].columns.get_key_value(&*test.path)?;
        for (index, column) in columns.iter().enumerate() {
            let key = key_of(column);
            let part = BatchPart { table: &map.tables[*table], column, key, values: &[] };
            dialect.batch(&part).filter(|_| key != BatchKey::Part || dialect.batches_parts())?;
            let mut notes = Vec::new();
            let tree = leaf::translate(test, column, &mut notes).ok()?;
            *fidelity = notes.iter().fold(*fidelity, |fidelity, note| fidelity.and(note.fidelity));
            let mut is_lookup = true;
            let mut constants = Vec::new();
            tree.each_test(&mut |own| {
                is_lookup &= !own.negated;
                match dialect.supports(own) {
                    Support::Yes => {}
                    Support::Note(_, own) => *fidelity = fidelity.and(own),
                    Support::No(_) => is_lookup = false,
                }
                match &own.op {
                    Op::Equal(constant) => constants.push(constant.clone()),
                    Op::In(list) => constants.extend(list.iter().cloned()),
                    Op::EqualAnyCase(text) => constants.push(Constant::Text(text.clone())),
                    Op::Contains(text) if key == BatchKey::Part => constants.push(Constant::Text(text.clone())),
                    // The key of the lookup takes the host from URLs.
                    Op::Matches(_) if key == BatchKey::Host => {}
                    _ => is_lookup = false,
                }
            });
            if !is_lookup || matches!(tree, Tree::All(_)) {
                return None;
            }
            found.extend(constants.into_iter().map(|constant| {
                let constant = match constant {
                    Constant::Text(text) if matches!(key, BatchKey::Lower | BatchKey::Host) => {
                        Constant::Text(text.to_lowercase())
                    }
                    other => other,
                };
                ((*table, *object, &**path, index, key), constant)
            }));
        }
    }
    Some(())
}

/// So many bytes a constant takes in a query, at most.
fn cost(constant: &Constant) -> usize {
    match constant {
        Constant::Text(text) | Constant::Ip(text) => text_cost(text),
        _ => 24,
    }
}

fn text_cost(text: &str) -> usize {
    let one = |character: char| match character {
        '\'' | '"' | '\\' => 2,
        other if other.is_control() => 6,
        other => other.len_utf8().max(if other.is_ascii() { 1 } else { 6 }),
    };
    text.chars().map(one).sum()
}
