//! Values that are parts of the values of a column.

use super::regex::{Class, Node, Regex};

const SEPARATORS: [(char, char); 2] = [('/', '/'), ('\\', '\\')];
const HIVES: [(&str, &str); 5] = [
    ("HKEY_LOCAL_MACHINE", "HKLM"),
    ("HKEY_CURRENT_USER", "HKCU"),
    ("HKEY_CLASSES_ROOT", "HKCR"),
    ("HKEY_USERS", "HKU"),
    ("HKEY_CURRENT_CONFIG", "HKCC"),
];

fn separator() -> Node {
    Node::Class(Class { negated: false, ranges: SEPARATORS.to_vec() })
}

fn no_separator() -> Node {
    Node::Class(Class { negated: true, ranges: SEPARATORS.to_vec() })
}

fn any_number(node: Node) -> Node {
    Node::Repeat { node: Box::new(node), least: 0, most: None }
}

/// Paths of files in a folder, of which the expression describes the whole path.
pub(super) fn in_folder(folder: &Regex) -> Regex {
    let mut nodes = folder.alternatives.first().cloned().unwrap_or_default();
    if nodes.last() == Some(&Node::End) {
        nodes.pop();
    }
    let name = Node::Repeat { node: Box::new(no_separator()), least: 1, most: None };
    nodes.extend([separator(), name, Node::End]);
    Regex { ignore_case: folder.ignore_case, alternatives: vec![nodes] }
}

/// Paths of files in any folder.
pub(super) fn any_folder() -> Regex {
    let name = Node::Repeat { node: Box::new(no_separator()), least: 1, most: None };
    Regex { ignore_case: false, alternatives: vec![vec![separator(), name, Node::End]] }
}

/// Paths whose last part is like a pattern of `LIKE`.
pub(super) fn file_name_like(pattern: &str) -> Regex {
    let mut nodes = vec![Node::Group(vec![vec![Node::Start], vec![separator()]])];
    for character in pattern.chars() {
        nodes.push(match character {
            '%' => any_number(no_separator()),
            '_' => no_separator(),
            other => Node::Literal(other),
        });
    }
    nodes.push(Node::End);
    Regex { ignore_case: false, alternatives: vec![nodes] }
}

/// URLs of a host.
pub(super) fn url_of_host(host: &str) -> Regex {
    let class = |negated, ranges: &[_]| Node::Class(Class { negated, ranges: ranges.to_vec() });
    let scheme = class(false, &[('a', 'z'), ('A', 'Z'), ('0', '9'), ('+', '+'), ('.', '.'), ('-', '-')]);
    let ends = [('/', '/'), ('?', '?'), ('#', '#')];
    let user = vec![any_number(class(true, &ends)), Node::Literal('@')];
    let optional = |nodes| Node::Repeat { node: Box::new(Node::Group(vec![nodes])), least: 0, most: Some(1) };
    let mut nodes = vec![Node::Start, Node::Repeat { node: Box::new(scheme), least: 1, most: None }];
    nodes.extend("://".chars().map(Node::Literal));
    nodes.push(optional(user));
    nodes.extend(host.chars().map(Node::Literal));
    nodes.push(optional(vec![Node::Literal(':'), any_number(class(false, &[('0', '9')]))]));
    nodes.push(Node::Group(vec![vec![class(false, &ends)], vec![Node::End]]));
    Regex { ignore_case: false, alternatives: vec![nodes] }
}

/// A key of the registry with the short name of its hive, and whether it had another form than that of STIX.
pub(super) fn short_hive(key: &str) -> (String, bool) {
    let (hive, rest) = match key.split_once('\\') {
        Some((hive, rest)) => (hive, Some(rest)),
        None => (key, None),
    };
    let upper = hive.to_ascii_uppercase();
    let short = HIVES.iter().find(|(long, short)| upper == *long || upper == *short).map(|(_, short)| *short);
    let is_changed = short.is_some() && !HIVES.iter().any(|(long, _)| hive == *long);
    let short = short.unwrap_or(hive);
    match rest {
        Some(rest) => (format!("{short}\\{rest}"), is_changed),
        None => (short.to_owned(), is_changed),
    }
}
