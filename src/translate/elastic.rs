//! What the languages of Elastic have in common: the index behind them.

use super::column::ColumnKind;
use super::dialect::Support;
use super::fidelity::Fidelity;
use super::note::NoteKind;
use super::regex::{Class, Node, Regex};
use super::tree::{Constant, Network, Op, Test};

/// Fields of ECS of the type `wildcard`, whose values are indexed whole.
const WHOLE: [&str; 4] = ["process.command_line", "registry.data.strings", "url.full", "url.original"];
/// Of other fields, the index has no values with more characters: `ignore_above` of ECS.
const MOST_INDEXED: usize = 1024;

/// Returns what holds for all languages.
pub(super) fn supports(test: &Test<'_>) -> Support {
    let is_list = test.column.list.is_some();
    if test.column.list.as_ref().is_some_and(|member| !member.is_empty()) {
        return Support::no("a test of a list of objects");
    }
    match &test.op {
        Op::Superset(_) => Support::no("ISSUPERSET"),
        // An index has the values of a list one by one: some may be equal, and others not.
        Op::NotEqual(_) if is_list => Support::no("!= on a list"),
        op if is_long(op) && !WHOLE.contains(&&*test.column.name) => {
            Support::Note(NoteKind::Truncated, Fidelity::Narrower)
        }
        _ => Support::Yes,
    }
}

/// Returns that a language has no text for addresses.
pub(super) fn text_of_address(test: &Test<'_>) -> Option<Support> {
    let is_text = matches!(test.op, Op::StartsWith(_) | Op::EndsWith(_) | Op::Contains(_) | Op::Matches(_));
    (is_text && test.column.kind == ColumnKind::Ip).then(|| Support::no("parts of an address"))
}

/// The expression for operations on parts of a text.
pub(super) fn regex_of(op: &Op) -> Option<Regex> {
    match op {
        Op::StartsWith(text) => Some(Regex::starts_with(text)),
        Op::EndsWith(text) => Some(Regex::ends_with(text)),
        Op::Contains(text) => Some(Regex::contains(text)),
        Op::Matches(regex) => Some(regex.clone()),
        Op::EqualAnyCase(text) => Some(Regex { ignore_case: true, ..Regex::from_literal(text) }),
        _ => None,
    }
}

/// The expression for addresses of a network of version 4. Numbers that may be any are not listed,
/// because an expression may not be that long.
pub(super) fn network_regex(network: Network) -> Option<Regex> {
    let mut regex = network.to_regex()?;
    let any = || Node::Repeat {
        node: Box::new(Node::Class(Class { negated: false, ranges: vec![('0', '9')] })),
        least: 1,
        most: Some(3),
    };
    for node in regex.alternatives.iter_mut().flatten() {
        if matches!(node, Node::Group(choices) if choices.len() == 256) {
            *node = any();
        }
    }
    Some(regex)
}

fn is_long(op: &Op) -> bool {
    let is_long = |constant: &Constant| match constant {
        Constant::Text(text) => text.chars().count() > MOST_INDEXED,
        _ => false,
    };
    match op {
        Op::Equal(constant) | Op::NotEqual(constant) => is_long(constant),
        Op::In(constants) => constants.iter().any(is_long),
        Op::EqualAnyCase(text) => text.chars().count() > MOST_INDEXED,
        _ => false,
    }
}
