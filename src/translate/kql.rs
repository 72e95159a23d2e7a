//! The Kusto query language.

use std::fmt::Write as _;

use super::batch_part::{BatchKey, BatchPart};
use super::column::{Column, ColumnKind};
use super::dialect::{BatchLimits, Dialect, Support, usual_constant};
use super::fidelity::Fidelity;
use super::field_map::Table;
use super::joint::{Element, Joint};
use super::note::NoteKind;
use super::regex_print::USUAL;
use super::translation::Query;
use super::tree::{Constant, Op, Test, Tree};
use super::written::{ends_lines, quoted, separated};

#[derive(Debug)]
pub(super) struct Kql;

impl Dialect for Kql {
    fn literal(&self, text: &str, out: &mut String) {
        quoted(text, '\'', out, |other, out| match other {
            other if ends_lines(other) => _ = write!(out, r"\u{:04x}", u32::from(other)),
            other => out.push(other),
        });
    }

    fn constant(&self, constant: &Constant, out: &mut String) {
        match constant {
            Constant::Float(number) => _ = write!(out, "real({number:?})"),
            Constant::Time(time) => {
                let _ = write!(out, "datetime({})", time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
            }
            other => usual_constant(self, other, out),
        }
    }

    fn supports(&self, test: &Test<'_>) -> Support {
        let is_text = matches!(test.column.kind, ColumnKind::Text | ColumnKind::Ip);
        if test.column.list.is_some() && !matches!(test.op, Op::Present | Op::Absent | Op::Equal(_) | Op::In(_)) {
            return Support::no("this test of a list");
        }
        if test.column.list.as_ref().is_some_and(|member| !member.is_empty()) {
            return Support::no("a test of a list of structs");
        }
        match &test.op {
            // An empty string is an absent one.
            Op::Equal(Constant::Text(text)) | Op::NotEqual(Constant::Text(text)) if text.is_empty() => {
                Support::Note(NoteKind::NullSemantics, Fidelity::Different)
            }
            Op::Order(..) if is_text => Support::no("the order of strings"),
            Op::Superset(_) => Support::no("ISSUPERSET"),
            _ => Support::Yes,
        }
    }

    fn test(&self, test: &Test<'_>, out: &mut String) {
        let mut x = String::new();
        column(test.column, &mut x);
        let is_text = matches!(test.column.kind, ColumnKind::Text | ColumnKind::Ip);
        let is_list = test.column.list.is_some();
        let (present, absent) = match (is_list, is_text) {
            (true, _) => (format!("array_length({x}) > 0"), format!("coalesce(array_length({x}), 0) == 0")),
            (false, true) => (format!("isnotempty({x})"), format!("isempty({x})")),
            (false, false) => (format!("isnotnull({x})"), format!("isnull({x})")),
        };
        match &test.op {
            Op::Present => out.push_str(&present),
            Op::Absent => out.push_str(&absent),
            op if test.negated => self.negated(&x, is_list, &present, op, out),
            Op::NotEqual(constant) => {
                let _ = write!(out, "({present} and {x} != ");
                self.constant(constant, out);
                out.push(')');
            }
            op if matches!(op, Op::Subset(_)) || matches!(op, Op::Matches(regex) if regex.may_match_nothing()) => {
                // Networks are tested for what may be an address only, because some engines fail otherwise.
                let _ = write!(out, "({present} and ");
                self.positive(&x, is_list, &test.op, out);
                out.push(')');
            }
            op => self.positive(&x, is_list, op, out),
        }
    }

    fn query(&self, table: &Table, condition: &Tree<'_>) -> Query {
        let mut text = String::new();
        self.rows(table, condition, &mut text);
        Query::new(table.name.clone(), text)
    }

    fn joint(&self, joint: &Joint<'_>) -> Result<Query, NoteKind> {
        let mut text = String::new();
        for (index, element) in joint.elements.iter().enumerate() {
            self.element(index, element, joint, &mut text);
        }
        text.push_str("o0");
        for index in 1..joint.elements.len() {
            let _ = write!(text, "\n| join kind=inner o{index} on {SCOPE}");
        }
        let mut conditions = Vec::new();
        for (first, second) in &joint.orders {
            conditions.push(format!("first{second} >= last{first}"));
        }
        for window in &joint.windows {
            let distance = |(first, last)| format!("last{last} - first{first} < {}s", window.seconds);
            conditions.extend(joint.within(window).map(distance));
        }
        conditions.extend(joint.rivals().map(|(own, other)| format!("id{own} != id{other}")));
        if !conditions.is_empty() {
            let _ = write!(text, "\n| where {}", conditions.join(" and "));
        }
        let _ = write!(text, "\n| distinct {SCOPE}");
        Ok(Query::new(joint.tables(), text))
    }

    fn batch(&self, part: &BatchPart<'_>) -> Option<Query> {
        let kind = match part.column.kind {
            ColumnKind::Text | ColumnKind::Ip => "string",
            ColumnKind::Integer => "long",
            _ => return None,
        };
        let mut text = format!("let indicators = datatable(value: {kind}, indicator: string) [\n");
        for (value, indicator) in part.values {
            self.constant(value, &mut text);
            text.push_str(", ");
            self.literal(indicator, &mut text);
            text.push_str(",\n");
        }
        text.push_str("];\n");
        lookup(part, &mut text);
        Some(Query::new(part.table.name.clone(), text))
    }

    fn stored_batch(&self, part: &BatchPart<'_>, key: &str) -> Option<Query> {
        let mut text =
            "let indicators = ThreatIntelIndicators\n| where IsActive == true and ObservableKey == ".to_owned();
        self.literal(key, &mut text);
        text.push_str("\n| summarize arg_max(TimeGenerated, *) by Id, ObservableValue\n| project value = ");
        text.push_str(if part.key == BatchKey::Plain { "ObservableValue" } else { "tolower(ObservableValue)" });
        text.push_str(", indicator = Id;\n");
        lookup(part, &mut text);
        Some(Query::new(part.table.name.clone(), text))
    }

    fn batch_limits(&self) -> BatchLimits {
        // The text of a query may have 2 MB in Data Explorer, and 64 KiB where portals pass it in a link.
        BatchLimits { values: 10_000, bytes: 60_000 }
    }
}

/// The column by which observations belong together.
const SCOPE: &str = "scope";

impl Kql {
    fn positive(&self, x: &str, is_list: bool, op: &Op, out: &mut String) {
        let mut binary = |operator: &str, text: &str| {
            let _ = write!(out, "{x} {operator} ");
            self.literal(text, out);
        };
        match op {
            Op::EqualAnyCase(text) => binary("=~", text),
            Op::StartsWith(text) => binary("startswith_cs", text),
            Op::EndsWith(text) => binary("endswith_cs", text),
            Op::Contains(text) => binary("contains_cs", text),
            Op::Matches(regex) => binary("matches regex", &regex.print(&USUAL)),
            Op::Equal(constant) if is_list => {
                let _ = write!(out, "set_has_element({x}, ");
                self.constant(constant, out);
                out.push(')');
            }
            Op::Equal(constant) => {
                let _ = write!(out, "{x} == ");
                self.constant(constant, out);
            }
            Op::In(constants) if is_list => {
                let _ = write!(out, "array_length(set_intersect({x}, pack_array(");
                self.constants(constants, ", ", out);
                out.push_str("))) > 0");
            }
            Op::In(constants) => {
                let _ = write!(out, "{x} in (");
                self.constants(constants, ", ", out);
                out.push(')');
            }
            Op::Order(order, constant) => {
                let _ = write!(out, "{x} {} ", order.as_str());
                self.constant(constant, out);
            }
            Op::Subset(network) => {
                let version = if network.first.is_ipv4() { 4 } else { 6 };
                let _ = write!(out, "ipv{version}_is_in_range({x}, ");
                self.literal(&network.to_string(), out);
                out.push(')');
            }
            // Printed before, or not supported.
            Op::Present | Op::Absent | Op::NotEqual(_) | Op::Superset(_) => out.push_str("false"),
        }
    }

    fn negated(&self, x: &str, is_list: bool, present: &str, op: &Op, out: &mut String) {
        let _ = write!(out, "({present} and ");
        match op {
            Op::Equal(constant) if !is_list => {
                let _ = write!(out, "{x} != ");
                self.constant(constant, out);
            }
            Op::NotEqual(constant) if !is_list => {
                let _ = write!(out, "{x} == ");
                self.constant(constant, out);
            }
            Op::In(constants) if !is_list => {
                let _ = write!(out, "{x} !in (");
                self.constants(constants, ", ", out);
                out.push(')');
            }
            // It is null for an address of the other version, which is not in the network either.
            Op::Subset(_) => {
                out.push_str("not(coalesce(");
                self.positive(x, is_list, op, out);
                out.push_str(", false))");
            }
            op => {
                out.push_str("not(");
                self.positive(x, is_list, op, out);
                out.push(')');
            }
        }
        out.push(')');
    }

    fn rows(&self, table: &Table, condition: &Tree<'_>, out: &mut String) {
        source(table, out);
        out.push_str("\n| where ");
        self.condition(condition, out);
    }

    fn element(&self, index: usize, element: &Element<'_>, joint: &Joint<'_>, out: &mut String) {
        // Not all engines take a union of one table.
        let _ = write!(out, "let o{index} = {}", if element.sources.len() > 1 { "union " } else { "" });
        for (number, source) in element.sources.iter().enumerate() {
            out.push_str(if number > 0 { ", (" } else { "(" });
            self.rows(source.table, &source.condition, out);
            let _ = write!(out, "\n| project {SCOPE} = tostring(");
            identifier(source.scope(joint.scope), out);
            let _ = write!(out, "), first{index} = ");
            if let Some(time) = &source.table.time {
                column(time, out);
            }
            // A number identifies a row in its table only.
            let _ = write!(out, ", id{index} = strcat(");
            self.literal(&source.table.name, out);
            if let Some(id) = &source.table.id {
                out.push_str(", ':', tostring(");
                identifier(id, out);
                out.push(')');
            }
            out.push_str("))");
        }
        let _ = match element.times {
            1 => write!(out, "\n| where isnotempty({SCOPE}) | extend last{index} = first{index};\n"),
            times => write!(
                out,
                "\n| where isnotempty({SCOPE}) | sort by {SCOPE} asc, first{index} asc\n| extend last{index} = \
                 next(first{index}, {0}), same{index} = next({SCOPE}, {0})\n| where same{index} == {SCOPE};\n",
                times - 1
            ),
        };
    }
}

/// The rows of a table whose column has a value of `indicators`.
fn lookup(part: &BatchPart<'_>, out: &mut String) {
    source(part.table, out);
    let mut x = String::new();
    column(part.column, &mut x);
    let _ = match part.key {
        BatchKey::Plain | BatchKey::Part => {
            write!(out, "\n| lookup kind=inner indicators on $left.{x} == $right.value")
        }
        BatchKey::Lower => {
            write!(out, "\n| extend key = tolower({x})\n| lookup kind=inner indicators on $left.key == $right.value")
        }
        BatchKey::Host => write!(
            out,
            "\n| extend key = tolower(iff({x} contains '://', extract('^[A-Za-z0-9+.-]+://(?:[^/?#]*@)?([^/?#:]*)', 1, \
             {x}), {x}))\n| lookup kind=inner indicators on $left.key == $right.value"
        ),
    };
}

fn source(table: &Table, out: &mut String) {
    match &table.source {
        Some(source) => out.push_str(source),
        None => identifier(&table.name, out),
    }
    if let Some(condition) = &table.condition {
        let _ = write!(out, "\n| where {condition}");
    }
}

fn column(column: &Column, out: &mut String) {
    if !column.nested {
        return identifier(&column.name, out);
    }
    separated(column.name.split('.'), ".", out, identifier);
}

/// A name of the map, in brackets if it is not a plain one.
fn identifier(name: &str, out: &mut String) {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if is_plain {
        out.push_str(name);
    } else {
        out.push('[');
        Kql.literal(name, out);
        out.push(']');
    }
}
