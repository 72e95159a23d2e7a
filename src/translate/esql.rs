//! ES|QL, the piped query language of Elasticsearch.

use std::fmt::Write as _;

use super::batch_part::{BatchKey, BatchPart};
use super::column::{Column, ColumnKind};
use super::dialect::{BatchLimits, Dialect, Joined, Support, Words, usual_constant};
use super::elastic;
use super::fidelity::Fidelity;
use super::field_map::Table;
use super::joint::{Element, Joint};
use super::note::NoteKind;
use super::regex::Regex;
use super::regex_lucene::Place;
use super::translation::Query;
use super::tree::{Constant, Op, Test, Tree};
use super::written::{quoted, separated};

#[derive(Debug)]
pub(super) struct Esql;

/// The most rows that a query may return. Without a limit it returns 1,000.
const LIMIT: &str = "\n| LIMIT 10000";

impl Dialect for Esql {
    fn literal(&self, text: &str, out: &mut String) {
        quoted(text, '"', out, |other, out| out.push(other));
    }

    fn constant(&self, constant: &Constant, out: &mut String) {
        match constant {
            Constant::Ip(text) => {
                out.push_str("TO_IP(");
                self.literal(text, out);
                out.push(')');
            }
            Constant::Time(_) => _ = write!(out, "TO_DATETIME(\"{constant}\")"),
            other => usual_constant(self, other, out),
        }
    }

    fn supports(&self, test: &Test<'_>) -> Support {
        let kind = test.column.kind;
        if test.column.list.is_some() {
            let regex = match &test.op {
                Op::Present | Op::Absent => return Support::Yes,
                op if matches!(kind, ColumnKind::Text | ColumnKind::Ip) => element_regexes(op),
                _ => None,
            };
            let Some(regexes) = regex else { return Support::no("this test of a list") };
            if let Some(feature) = regexes.iter().find_map(|regex| regex.print_lucene(Place::Lines).err()) {
                return Support::No(NoteKind::Regex(feature));
            }
            return elastic::supports(test);
        }
        if let Some(regex) = regex_of(&test.op)
            && let Err(feature) = regex.print_lucene(Place::Value)
        {
            return Support::No(NoteKind::Regex(feature));
        }
        if matches!(test.op, Op::Order(..)) && kind == ColumnKind::Ip {
            return Support::no("the order of addresses");
        }
        elastic::supports(test)
    }

    fn test(&self, test: &Test<'_>, out: &mut String) {
        let x = column(test.column);
        let is_negated = test.negated != matches!(test.op, Op::NotEqual(_));
        match &test.op {
            Op::Present => _ = write!(out, "{x} IS NOT NULL"),
            Op::Absent => _ = write!(out, "{x} IS NULL"),
            // What is absent is null, negated or not, and a null is not true.
            _ => {
                if is_negated {
                    out.push_str("NOT (");
                }
                if test.column.list.is_some() {
                    self.some_element(&x, &test.op, out);
                } else {
                    self.positive(&x, test.column.kind, &test.op, out);
                }
                if is_negated {
                    out.push(')');
                }
            }
        }
    }

    fn words(&self) -> Words {
        Words { and: " AND ", or: " OR ", never: "false" }
    }

    fn query(&self, table: &Table, condition: &Tree<'_>) -> Query {
        let mut text = from(&table.name);
        text.push_str(" METADATA _id, _index\n| WHERE ");
        self.where_rows(table, condition, &mut text);
        text.push_str(LIMIT);
        Query::new(table.name.clone(), text)
    }

    fn joints(&self, joint: &Joint<'_>) -> Result<Joined, NoteKind> {
        let mut sources = joint.elements.iter().flat_map(|element| &element.sources);
        let first = sources.next().filter(|first| sources.all(|source| source.table.name == first.table.name));
        let table = first.map(|source| source.table);
        let Some((table, time)) = table.and_then(|table| Some((table, table.time.as_ref()?))) else {
            return Err(NoteKind::NoOperator("observations in several indices".into()));
        };
        let scope = first.map(|source| identifier(source.scope(joint.scope))).unwrap_or_default();
        let time = column(time);
        let mut joined = Joined::default();
        let mut text = from(&table.name);
        let _ = write!(text, "\n| EVAL scope = TO_STRING({scope})");
        for (index, element) in joint.elements.iter().enumerate() {
            let _ = write!(text, ",\n    o{index} = CASE(");
            self.any_source(element, &mut text);
            let _ = write!(text, ", {time})");
        }
        text.push_str("\n| WHERE scope IS NOT NULL AND (");
        each(joint, " OR ", |index| format!("o{index} IS NOT NULL"), &mut text);
        text.push(')');
        let by = window(joint, &time, &mut text, &mut joined);
        text.push_str("\n| STATS ");
        each(joint, ", ", |i| format!("first{i} = MIN(o{i}), last{i} = MAX(o{i}), n{i} = COUNT(o{i})"), &mut text);
        text.push_str(", events = COUNT(*)");
        for (own, other) in joint.rivals() {
            let _ = write!(text, ", n{other}_{own} = COUNT(COALESCE(o{other}, o{own}))");
        }
        text.push_str(by);
        text.push_str("\n| WHERE ");
        each(joint, " AND ", |index| format!("n{index} >= {}", joint.elements[index].times), &mut text);
        let _ = write!(text, " AND events >= {}", joint.elements.len());
        for (own, other) in joint.rivals() {
            let _ = write!(text, " AND n{other}_{own} >= 2");
        }
        for (first, second) in &joint.orders {
            let _ = write!(text, " AND last{second} >= first{first}");
        }
        text.push_str("\n| STATS windows = COUNT(*) BY scope");
        text.push_str(LIMIT);
        order_notes(joint, &mut joined);
        joined.queries.push(Query::new(joint.tables(), text));
        Ok(joined)
    }

    fn batch(&self, part: &BatchPart<'_>) -> Option<Query> {
        if !part.is_of_whole_values() {
            return None;
        }
        let mut text = from(&part.table.name);
        text.push_str(" METADATA _id, _index");
        if let Some(condition) = &part.table.condition {
            let _ = write!(text, "\n| WHERE {condition}");
        }
        let x = column(part.column);
        let key = if part.key == BatchKey::Lower { format!("TO_LOWER({x})") } else { x };
        let _ = write!(text, "\n| EVAL value = {key}");
        if part.column.list.is_some() {
            text.push_str("\n| MV_EXPAND value");
        }
        text.push_str("\n| EVAL indicator = CASE(");
        separated(part.by_constant(), ",", &mut text, |(constant, ids), out| {
            out.push_str("\n    value == ");
            self.constant(constant, out);
            out.push_str(if ids.len() > 1 { ", [" } else { ", " });
            separated(&ids, ", ", out, |id, out| self.literal(id, out));
            if ids.len() > 1 {
                out.push(']');
            }
        });
        let _ = write!(text, ")\n| WHERE indicator IS NOT NULL{LIMIT}");
        Some(Query::new(part.table.name.clone(), text))
    }

    fn batch_limits(&self) -> BatchLimits {
        // The expression is deep rather than long, and a query may have a million characters.
        BatchLimits { values: 500, bytes: 200_000 }
    }
}

impl Esql {
    fn positive(&self, x: &str, kind: ColumnKind, op: &Op, out: &mut String) {
        let text_of = if kind == ColumnKind::Ip { format!("TO_STRING({x})") } else { x.to_owned() };
        match op {
            Op::Equal(constant) | Op::NotEqual(constant) => {
                let _ = write!(out, "{x} == ");
                self.constant(constant, out);
            }
            Op::In(constants) => {
                let _ = write!(out, "{x} IN (");
                self.constants(constants, ", ", out);
                out.push(')');
            }
            Op::Order(order, constant) => {
                let _ = write!(out, "{x} {} ", order.as_str());
                self.constant(constant, out);
            }
            Op::EqualAnyCase(text) => {
                let _ = write!(out, "TO_LOWER({x}) == ");
                self.literal(&text.to_lowercase(), out);
            }
            Op::StartsWith(text) => self.call("STARTS_WITH", &text_of, text, out),
            Op::EndsWith(text) => self.call("ENDS_WITH", &text_of, text, out),
            Op::Subset(network) => {
                let address = if kind == ColumnKind::Ip { x.to_owned() } else { format!("TO_IP({x})") };
                self.call("CIDR_MATCH", &address, &network.to_string(), out);
            }
            op => match regex_of(op) {
                Some(regex) => self.matches(&text_of, &regex, Place::Value, out),
                // Printed before, or not supported.
                None => out.push_str("false"),
            },
        }
    }

    /// The values of a list, as lines of a text.
    fn some_element(&self, x: &str, op: &Op, out: &mut String) {
        let lines = format!("MV_CONCAT(TO_STRING({x}), \"\\n\")");
        let regexes = element_regexes(op).unwrap_or_default();
        if regexes.len() > 1 {
            out.push('(');
        }
        separated(&regexes, " OR ", out, |regex, out| self.matches(&lines, regex, Place::Lines, out));
        if regexes.len() > 1 {
            out.push(')');
        }
    }

    fn matches(&self, x: &str, regex: &Regex, place: Place, out: &mut String) {
        let _ = write!(out, "{x} RLIKE ");
        // `supports` has asked whether there is one.
        self.literal(&regex.print_lucene(place).unwrap_or_default(), out);
    }

    fn call(&self, function: &str, x: &str, text: &str, out: &mut String) {
        let _ = write!(out, "{function}({x}, ");
        self.literal(text, out);
        out.push(')');
    }

    fn any_source(&self, element: &Element<'_>, out: &mut String) {
        for (index, source) in element.sources.iter().enumerate() {
            out.push_str(if index > 0 { " OR (" } else { "(" });
            self.where_rows(source.table, &source.condition, out);
            out.push(')');
        }
    }
}

/// Prints a part for each element.
fn each(joint: &Joint<'_>, separator: &str, part: impl Fn(usize) -> String, out: &mut String) {
    let parts: Vec<_> = (0..joint.elements.len()).map(part).collect();
    out.push_str(&parts.join(separator));
}

/// Appends windows of twice the time, each half of which is in two of them, so that no observations
/// are apart. Returns by what events are put together.
fn window(joint: &Joint<'_>, time: &str, out: &mut String, joined: &mut Joined) -> &'static str {
    let whole = joint.windows.iter().filter(|window| window.elements.len() == joint.elements.len());
    let seconds = whole.clone().map(|window| window.seconds).min();
    if whole.count() < joint.windows.len() {
        joined.notes.push((NoteKind::DroppedQualifier("WITHIN"), Fidelity::Wider));
    }
    let Some(seconds) = seconds else { return " BY scope" };
    joined.notes.push((NoteKind::Window, Fidelity::Wider));
    let start = format!("DATE_TRUNC({seconds} seconds, {time})");
    let _ = write!(out, "\n| EVAL window = MV_APPEND({start}, {start} - {seconds} seconds)");
    " BY scope, window"
}

/// Counts and the first and last times do not tell all that a pattern may ask.
fn order_notes(joint: &Joint<'_>, joined: &mut Joined) {
    let is_once = joint.elements.iter().all(|element| element.times == 1);
    if joint.orders.len() > 1 || (joint.orders.len() == 1 && !(is_once && joint.elements.len() == 2)) {
        joined.notes.push((NoteKind::NoOperator("the order of more than two observations".into()), Fidelity::Wider));
    }
    let rivals = joint.rivals().count();
    if rivals > 0 && (!joint.orders.is_empty() || !joint.windows.is_empty() || joint.elements.len() > 2) {
        joined.notes.push((NoteKind::SameEvent, Fidelity::Wider));
    }
}

/// The expression for an operation that has no function.
fn regex_of(op: &Op) -> Option<Regex> {
    elastic::regex_of(op).filter(|_| matches!(op, Op::Contains(_) | Op::Matches(_)))
}

/// Expressions for the elements of a list, one of which has to match.
fn element_regexes(op: &Op) -> Option<Vec<Regex>> {
    let equal = |constant: &Constant| match constant {
        Constant::Text(text) | Constant::Ip(text) => Some(Regex::from_literal(text)),
        _ => None,
    };
    match op {
        Op::Equal(constant) => Some(vec![equal(constant)?]),
        Op::In(constants) => constants.iter().map(equal).collect(),
        Op::Subset(network) => Some(vec![elastic::network_regex(*network)?]),
        op => Some(vec![elastic::regex_of(op)?]),
    }
}

fn from(table: &str) -> String {
    let is_plain = table.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.*,:@".contains(&byte));
    let mut text = "FROM ".to_owned();
    if is_plain {
        text.push_str(table);
    } else {
        Esql.literal(table, &mut text);
    }
    text
}

fn column(column: &Column) -> String {
    identifier(&column.name)
}

/// A name of the map, with backticks around the parts that need them.
fn identifier(name: &str) -> String {
    let part = |part: &str| {
        let is_plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let is_time = part.strip_prefix('@').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if is_plain || is_time { part.to_owned() } else { format!("`{}`", part.replace('`', "``")) }
    };
    name.split('.').map(part).collect::<Vec<_>>().join(".")
}
