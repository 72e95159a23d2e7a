//! SPL, the search processing language of Splunk.
//!
//! Values are compared by `where`, because `search` reads `*` in a value as a wildcard that cannot
//! be escaped, and ignores case.

use std::fmt::Write as _;

use super::batch_part::{BatchKey, BatchPart};
use super::column::{Column, ColumnKind};
use super::dialect::{BatchLimits, Dialect, Joined, Support, Words, usual_constant};
use super::elastic;
use super::fidelity::Fidelity;
use super::field_map::Table;
use super::joint::{Joint, Source};
use super::note::NoteKind;
use super::orders;
use super::regex::Regex;
use super::regex_print::USUAL;
use super::translation::Query;
use super::tree::{Constant, Op, Test, Tree};
use super::written::separated;

#[derive(Debug)]
pub(super) struct Spl;

impl Dialect for Spl {
    fn literal(&self, text: &str, out: &mut String) {
        // A backtick starts a macro or a comment, and line breaks do not survive everywhere.
        let is_special = |character: char| character == '`' || character.is_control();
        let is_joined = text.contains(is_special);
        if is_joined {
            out.push('(');
        }
        out.push('"');
        for character in text.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str(r"\\"),
                special if is_special(special) => {
                    out.push_str("\".urldecode(\"");
                    let mut bytes = [0; 4];
                    for byte in special.encode_utf8(&mut bytes).bytes() {
                        let _ = write!(out, "%{byte:02X}");
                    }
                    out.push_str("\").\"");
                }
                other => out.push(other),
            }
        }
        out.push('"');
        if is_joined {
            out.push(')');
        }
    }

    fn constant(&self, constant: &Constant, out: &mut String) {
        match constant {
            Constant::Boolean(boolean) => _ = write!(out, "\"{boolean}\""),
            Constant::Time(time) => _ = write!(out, "{}.{:06}", time.timestamp(), time.timestamp_subsec_micros()),
            other => usual_constant(self, other, out),
        }
    }

    fn supports(&self, test: &Test<'_>) -> Support {
        let is_list = test.column.list.is_some();
        if test.column.list.as_ref().is_some_and(|member| !member.is_empty()) {
            return Support::no("a test of a list of objects");
        }
        match &test.op {
            op if has_nul(op) => Support::no("the character NUL"),
            Op::Present | Op::Absent => Support::Yes,
            Op::Superset(_) => Support::no("ISSUPERSET"),
            Op::NotEqual(_) if is_list => Support::no("!= on a list"),
            op if is_list && element_regexes(op).is_none() => Support::no("this test of a list"),
            // What looks like a number is compared as one.
            Op::Order(_, Constant::Text(_)) => Support::no("the order of strings"),
            _ => Support::Yes,
        }
    }

    fn test(&self, test: &Test<'_>, out: &mut String) {
        let x = column(test.column);
        match &test.op {
            Op::Present => _ = write!(out, "isnotnull({x})"),
            Op::Absent => _ = write!(out, "isnull({x})"),
            op => {
                let is_negated = test.negated != matches!(op, Op::NotEqual(_));
                if is_negated {
                    let _ = write!(out, "(isnotnull({x}) AND NOT ");
                }
                if test.column.list.is_some() {
                    self.some_element(&x, op, out);
                } else {
                    self.positive(&x, test.column.kind, op, out);
                }
                if is_negated {
                    out.push(')');
                }
            }
        }
    }

    fn words(&self) -> Words {
        Words { and: " AND ", or: " OR ", never: "false()" }
    }

    fn query(&self, table: &Table, condition: &Tree<'_>) -> Query {
        let mut text = format!("search {}\n| where ", source(table));
        self.where_rows(table, condition, &mut text);
        Query::new(table.name.clone(), text)
    }

    fn joints(&self, joint: &Joint<'_>) -> Result<Joined, NoteKind> {
        let mut joined = Joined::default();
        let mut text = String::new();
        self.events(joint, &mut text);
        let all = joint.elements.len();
        let whole = joint.windows.iter().filter(|window| window.elements.len() == all);
        let seconds = whole.clone().map(|window| window.seconds).min();
        if whole.count() < joint.windows.len() {
            joined.notes.push((NoteKind::DroppedQualifier("WITHIN"), Fidelity::Wider));
        }
        if joint.orders.is_empty() {
            unordered(joint, seconds, &mut text);
            if seconds.is_some() {
                joined.notes.push((NoteKind::Window, Fidelity::Wider));
            }
        } else {
            if joint.elements.iter().any(|element| element.times > 1) {
                joined.notes.push((NoteKind::DroppedQualifier("REPEATS"), Fidelity::Wider));
            }
            let chain = orders::chain(joint);
            match (chain, seconds) {
                (Some(chain), Some(seconds)) => chained(&chain, seconds, &mut text),
                (_, seconds) => {
                    ordered(joint, &mut text);
                    if seconds.is_some() {
                        joined.notes.push((NoteKind::DroppedQualifier("WITHIN"), Fidelity::Wider));
                    }
                }
            }
        }
        text.push_str("\n| stats count by scope");
        if joint.rivals().next().is_some() {
            joined.notes.push((NoteKind::SameEvent, Fidelity::Wider));
        }
        joined.queries.push(Query::new(joint.tables(), text));
        Ok(joined)
    }

    fn batch(&self, part: &BatchPart<'_>) -> Option<Query> {
        if !part.is_of_whole_values() {
            return None;
        }
        let mut text = format!("search {}", source(part.table));
        if let Some(own) = &part.table.condition {
            let _ = write!(text, "\n| where {own}");
        }
        let x = column(part.column);
        let key = if part.key == BatchKey::Lower { format!("lower({x})") } else { x };
        let _ = write!(text, "\n| eval value={key}");
        if part.column.list.is_some() {
            text.push_str("\n| mvexpand value");
        }
        text.push_str("\n| eval indicator=case(");
        separated(part.by_constant(), ",", &mut text, |(constant, ids), out| {
            out.push_str("\n    ");
            self.equal("value", part.column.kind, constant, out);
            out.push_str(if ids.len() > 1 { ", mvappend(" } else { ", " });
            separated(&ids, ", ", out, |id, out| self.literal(id, out));
            if ids.len() > 1 {
                out.push(')');
            }
        });
        text.push_str(")\n| where isnotnull(indicator)");
        Some(Query::new(part.table.name.clone(), text))
    }

    fn batch_limits(&self) -> BatchLimits {
        BatchLimits { values: 500, bytes: 100_000 }
    }
}

impl Spl {
    fn positive(&self, x: &str, kind: ColumnKind, op: &Op, out: &mut String) {
        match op {
            Op::Equal(constant) | Op::NotEqual(constant) => self.equal(x, kind, constant, out),
            Op::In(constants) => {
                out.push('(');
                separated(constants, " OR ", out, |constant, out| self.equal(x, kind, constant, out));
                out.push(')');
            }
            Op::Order(order, constant) => {
                let number = if kind == ColumnKind::Time { x.to_owned() } else { format!("tonumber({x})") };
                let _ = write!(out, "{number}{}", order.as_str());
                self.constant(constant, out);
            }
            Op::EqualAnyCase(text) => {
                let _ = write!(out, "lower({x})==");
                self.literal(&text.to_lowercase(), out);
            }
            Op::Subset(network) => {
                out.push_str("cidrmatch(");
                self.literal(&network.to_string(), out);
                let _ = write!(out, ", {x})");
            }
            op => match elastic::regex_of(op) {
                Some(regex) => {
                    let _ = write!(out, "match({x}, ");
                    self.regex(&regex, out);
                    out.push(')');
                }
                // Printed before, or not supported.
                None => out.push_str("false()"),
            },
        }
    }

    fn equal(&self, x: &str, kind: ColumnKind, constant: &Constant, out: &mut String) {
        match constant {
            // Equal numbers may be spelled in several ways, and what looks like a number is
            // compared as one.
            Constant::Text(text) if looks_like_a_number(text) => {
                let _ = write!(out, "match({x}, ");
                self.regex(&Regex::from_literal(text), out);
                out.push(')');
            }
            constant => {
                let is_number = matches!(kind, ColumnKind::Integer | ColumnKind::Float);
                let _ = if is_number { write!(out, "tonumber({x})==") } else { write!(out, "{x}==") };
                self.constant(constant, out);
            }
        }
    }

    fn some_element(&self, x: &str, op: &Op, out: &mut String) {
        for (index, regex) in element_regexes(op).unwrap_or_default().iter().enumerate() {
            out.push_str(if index > 0 { " OR isnotnull(mvfind(" } else { "(isnotnull(mvfind(" });
            let _ = write!(out, "{x}, ");
            self.regex(regex, out);
            out.push_str("))");
        }
        out.push(')');
    }

    fn regex(&self, regex: &Regex, out: &mut String) {
        self.literal(&regex.print(&USUAL).replace('`', r"\x60"), out);
    }

    /// The events of all elements: `o0` is 1 for those of the first one, and so on; `scope` is the
    /// scope.
    fn events(&self, joint: &Joint<'_>, out: &mut String) {
        out.push_str("search ");
        let mut searches: Vec<String> = Vec::new();
        for source in joint.elements.iter().flat_map(|element| &element.sources) {
            let search = format!("({})", self::source(source.table));
            if !searches.contains(&search) {
                searches.push(search);
            }
        }
        out.push_str(&searches.join(" OR "));
        for (index, element) in joint.elements.iter().enumerate() {
            out.push_str(if index == 0 { "\n| eval " } else { ",\n    " });
            let _ = write!(out, "o{index}=if(");
            for (number, source) in element.sources.iter().enumerate() {
                out.push_str(if number > 0 { " OR (" } else { "(" });
                self.searched(source, out);
                out.push_str(" AND (");
                self.where_rows(source.table, &source.condition, out);
                out.push_str("))");
            }
            out.push_str(", 1, null())");
        }
        let any: Vec<_> = (0..joint.elements.len()).map(|index| format!("o{index}==1")).collect();
        let _ = write!(out, "\n| where {}\n| eval scope=case(", any.join(" OR "));
        let sources = joint.elements.iter().flat_map(|element| &element.sources);
        separated(sources, ", ", out, |source, out| {
            self.searched(source, out);
            let _ = write!(out, ", {}", name(source.scope(joint.scope)));
        });
        out.push_str(")\n| where isnotnull(scope)");
    }

    fn searched(&self, source: &Source<'_>, out: &mut String) {
        out.push_str("searchmatch(");
        self.literal(&self::source(source.table), out);
        out.push(')');
    }
}

/// Conditions on how many events there are, in windows that end with each of them if there is a
/// time.
fn unordered(joint: &Joint<'_>, seconds: Option<u64>, out: &mut String) {
    let counts: Vec<_> = (0..joint.elements.len()).map(|index| format!("count(o{index}) as n{index}")).collect();
    let _ = match seconds {
        Some(seconds) => {
            write!(out, "\n| sort 0 _time\n| streamstats time_window={seconds}s {} by scope", counts.join(", "))
        }
        None => write!(out, "\n| stats {} by scope", counts.join(", ")),
    };
    let enough = |(index, times): (usize, u64)| format!("n{index}>={times}");
    let times = joint.elements.iter().map(|element| element.times).enumerate();
    let _ = write!(out, "\n| where {}", times.map(enough).collect::<Vec<_>>().join(" AND "));
}

/// The first time of each element that is not before those of its predecessors.
fn ordered(joint: &Joint<'_>, out: &mut String) {
    for index in 0..joint.elements.len() {
        let _ = write!(out, "\n| eval t{index}=if(o{index}==1");
        for (first, _) in joint.orders.iter().filter(|(_, second)| *second == index) {
            let _ = write!(out, " AND _time>=first{first}");
        }
        let _ = write!(out, ", _time, null())\n| eventstats min(t{index}) as first{index} by scope");
    }
    let all: Vec<_> = (0..joint.elements.len()).map(|index| format!("isnotnull(first{index})")).collect();
    let _ = write!(out, "\n| where {}", all.join(" AND "));
}

/// The last time at which a chain may have started that comes to an end at each event.
fn chained(chain: &[usize], seconds: u64, out: &mut String) {
    let ranks: Vec<_> = chain.iter().enumerate().map(|(rank, element)| format!("o{element}==1, {rank}")).collect();
    let _ = write!(out, "\n| eval rank=case({})\n| sort 0 _time, rank", ranks.join(", "));
    for (rank, element) in chain.iter().enumerate() {
        let start = if rank == 0 { "_time".to_owned() } else { format!("start{}", rank - 1) };
        let _ = write!(
            out,
            "\n| eval s{rank}=if(o{element}==1, {start}, null())\n| streamstats max(s{rank}) as start{rank} by scope"
        );
    }
    let last = chain.len().saturating_sub(1);
    let _ = write!(out, "\n| where isnotnull(s{last}) AND _time-s{last}<{seconds}");
}

fn element_regexes(op: &Op) -> Option<Vec<Regex>> {
    let equal = |constant: &Constant| match constant {
        Constant::Text(_) | Constant::Ip(_) | Constant::Integer(_) => Some(Regex::from_literal(&constant.to_string())),
        _ => None,
    };
    match op {
        Op::Equal(constant) => Some(vec![equal(constant)?]),
        Op::In(constants) => constants.iter().map(equal).collect(),
        Op::Subset(network) => Some(vec![elastic::network_regex(*network)?]),
        op => Some(vec![elastic::regex_of(op)?]),
    }
}

fn looks_like_a_number(text: &str) -> bool {
    let text = text.trim();
    text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0X")
}

fn has_nul(op: &Op) -> bool {
    let is_in = |constant: &Constant| matches!(constant, Constant::Text(text) if text.contains('\0'));
    match op {
        Op::Equal(constant) | Op::NotEqual(constant) => is_in(constant),
        Op::In(constants) => constants.iter().any(is_in),
        Op::EqualAnyCase(text) => text.contains('\0'),
        _ => false,
    }
}

fn source(table: &Table) -> String {
    table.source.as_ref().map_or_else(|| format!("index={}", table.name), |source| source.to_string())
}

fn column(column: &Column) -> String {
    name(&column.name)
}

/// A name of the map, in single quotes if it is not a plain one.
fn name(name: &str) -> String {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if is_plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "\\'")) }
}
