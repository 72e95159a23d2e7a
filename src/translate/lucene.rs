//! The query string of Lucene, as Kibana and Elasticsearch read it.

use std::fmt::Write as _;

use super::batch_part::{BatchKey, BatchPart};
use super::column::{Column, ColumnKind};
use super::dialect::{BatchLimits, Dialect, Support, Words};
use super::elastic;
use super::fidelity::Fidelity;
use super::field_map::Table;
use super::note::NoteKind;
use super::regex::Regex;
use super::regex_lucene::Place;
use super::translation::Query;
use super::tree::{Constant, Op, Order, Test, Tree};

#[derive(Debug)]
pub(super) struct Lucene;

impl Dialect for Lucene {
    fn literal(&self, text: &str, out: &mut String) {
        out.push('"');
        for character in text.chars() {
            if matches!(character, '"' | '\\') {
                out.push('\\');
            }
            out.push(character);
        }
        out.push('"');
    }

    fn constant(&self, constant: &Constant, out: &mut String) {
        // Also a minus or a colon is a sign of the language.
        self.literal(&constant.to_string(), out);
    }

    fn supports(&self, test: &Test<'_>) -> Support {
        if let Some(support) = elastic::text_of_address(test) {
            return support;
        }
        if let Some(regex) = regex_of(test.column, &test.op)
            && let Err(feature) = regex.print_lucene(Place::Slashes)
        {
            return Support::No(NoteKind::Regex(feature));
        }
        match &test.op {
            // An empty phrase has no terms to look for.
            Op::Equal(Constant::Text(text)) | Op::NotEqual(Constant::Text(text)) if text.is_empty() => {
                Support::Note(NoteKind::NullSemantics, Fidelity::Different)
            }
            Op::Subset(network) if test.column.kind != ColumnKind::Ip && !network.first.is_ipv4() => {
                Support::no("a network of IPv6 in text")
            }
            _ => elastic::supports(test),
        }
    }

    fn test(&self, test: &Test<'_>, out: &mut String) {
        let x = column(test.column);
        match &test.op {
            Op::Present => _ = write!(out, "_exists_:{x}"),
            // A condition that has only a negation finds nothing.
            Op::Absent => _ = write!(out, "(*:* AND NOT _exists_:{x})"),
            op => {
                let is_negated = test.negated != matches!(op, Op::NotEqual(_));
                if is_negated {
                    let _ = write!(out, "(_exists_:{x} AND NOT ");
                }
                self.positive(&x, test.column, op, out);
                if is_negated {
                    out.push(')');
                }
            }
        }
    }

    fn words(&self) -> Words {
        Words { and: " AND ", or: " OR ", never: "(*:* AND NOT *:*)" }
    }

    fn query(&self, table: &Table, condition: &Tree<'_>) -> Query {
        let mut text = String::new();
        if let Some(own) = &table.condition {
            let _ = write!(text, "({own}) AND (");
        }
        self.condition(condition, &mut text);
        if table.condition.is_some() {
            text.push(')');
        }
        Query::new(table.name.clone(), text)
    }

    fn batch(&self, part: &BatchPart<'_>) -> Option<Query> {
        let is_value = matches!(part.column.kind, ColumnKind::Text | ColumnKind::Ip | ColumnKind::Integer);
        if !is_value || part.key != BatchKey::Plain {
            return None;
        }
        let mut text = String::new();
        if let Some(own) = &part.table.condition {
            let _ = write!(text, "({own}) AND ");
        }
        let constants: Vec<_> = part.by_constant().into_iter().map(|(constant, _)| constant.clone()).collect();
        self.any_of(&column(part.column), &constants, &mut text);
        Some(Query::new(part.table.name.clone(), text).with_indicators(part))
    }

    fn batch_limits(&self) -> BatchLimits {
        // `indices.query.bool.max_clause_count` is 1,024 at least.
        BatchLimits { values: 1000, bytes: 200_000 }
    }
}

impl Lucene {
    fn positive(&self, x: &str, column: &Column, op: &Op, out: &mut String) {
        match op {
            Op::Equal(constant) | Op::NotEqual(constant) => {
                let _ = write!(out, "{x}:");
                self.constant(constant, out);
            }
            Op::In(constants) => self.any_of(x, constants, out),
            Op::Order(order, constant) => {
                let mut bound = String::new();
                self.constant(constant, &mut bound);
                let _ = match order {
                    Order::Less => write!(out, "{x}:{{* TO {bound}}}"),
                    Order::LessOrEqual => write!(out, "{x}:[* TO {bound}]"),
                    Order::Greater => write!(out, "{x}:{{{bound} TO *}}"),
                    Order::GreaterOrEqual => write!(out, "{x}:[{bound} TO *]"),
                };
            }
            Op::Subset(network) if column.kind == ColumnKind::Ip => {
                let _ = write!(out, "{x}:");
                self.literal(&network.to_string(), out);
            }
            op => {
                // `supports` has asked whether there is one. Slashes and backslashes in it do not
                // end the expression.
                let regex = regex_of(column, op).and_then(|regex| regex.print_lucene(Place::Slashes).ok());
                let _ = write!(out, "{x}:/{}/", regex.unwrap_or_default());
            }
        }
    }

    fn any_of(&self, x: &str, constants: &[Constant], out: &mut String) {
        let _ = write!(out, "{x}:(");
        self.constants(constants, " OR ", out);
        out.push(')');
    }
}

fn regex_of(column: &Column, op: &Op) -> Option<Regex> {
    match op {
        Op::Subset(network) if column.kind != ColumnKind::Ip => elastic::network_regex(*network),
        op => elastic::regex_of(op),
    }
}

/// A name of the map, with backslashes before signs of the language.
fn column(column: &Column) -> String {
    let mut text = String::with_capacity(column.name.len());
    for character in column.name.chars() {
        if !character.is_alphanumeric() && !matches!(character, '.' | '_' | '@') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}
