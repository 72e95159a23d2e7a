//! Rules of Sigma, and correlations of them.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::batch_part::{BatchKey, BatchPart};
use super::column::{Column, ColumnKind, Form};
use super::dialect::{BatchLimits, Dialect, Joined, Support};
use super::fidelity::Fidelity;
use super::field_map::Table;
use super::joint::{Joint, Source};
use super::note::NoteKind;
use super::orders;
use super::regex_print::SIGMA;
use super::translation::Query;
use super::tree::{Constant, Op, Order, Test, Tree};
use super::written::{ends_lines, quoted};

/// Rules of Sigma.
#[derive(Debug)]
pub(super) struct Sigma {
    /// Whether comparisons are marked as those that do not ignore case.
    pub(super) cased: bool,
}

/// So many rules are correlated in one query, at most.
const MOST_CORRELATIONS: usize = 64;
const TITLE: &str = "STIX pattern";

impl Dialect for Sigma {
    /// A value, in which `*` and `?` are not wildcards.
    fn literal(&self, text: &str, out: &mut String) {
        let mut escaped = String::with_capacity(text.len() + 2);
        for character in text.chars() {
            if matches!(character, '\\' | '*' | '?') {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        scalar(&escaped, out);
    }

    fn supports(&self, test: &Test<'_>) -> Support {
        if test.column.list.is_some() {
            return Support::no("a test of a list");
        }
        if test.column.kind == ColumnKind::Time && !matches!(test.op, Op::Present | Op::Absent) {
            return Support::no("a comparison of times");
        }
        match &test.op {
            Op::Equal(Constant::Text(text)) | Op::NotEqual(Constant::Text(text)) if text.is_empty() => {
                Support::Note(NoteKind::NullSemantics, Fidelity::Different)
            }
            Op::Superset(_) => Support::no("ISSUPERSET"),
            Op::Order(_, Constant::Text(_)) => Support::no("the order of strings"),
            // Some engines find the end of a value also before its last line break.
            Op::Matches(regex) if regex.has_end() => {
                let kind = NoteKind::Regex("the end of the value, which some engines find before a last line break");
                Support::Note(kind, if test.negated { Fidelity::Narrower } else { Fidelity::Wider })
            }
            op if !self.cased && ignores_case(test.column, op) => {
                let is_negated = test.negated != matches!(op, Op::NotEqual(_));
                Support::Note(NoteKind::CaseBlind, if is_negated { Fidelity::Narrower } else { Fidelity::Wider })
            }
            _ => Support::Yes,
        }
    }

    /// Selections are printed by `Selections`, and a test never comes alone.
    fn test(&self, test: &Test<'_>, out: &mut String) {
        let mut selections = Selections { sigma: self, texts: Vec::new(), known: HashMap::new() };
        let _ = selections.condition(&Tree::Test(Box::new(test.clone())));
        out.push_str(&selections.texts.concat());
    }

    fn query(&self, table: &Table, condition: &Tree<'_>) -> Query {
        let mut text = String::new();
        self.rule(None, table, condition, &mut text);
        Query::new(table.name.clone(), text)
    }

    fn joints(&self, joint: &Joint<'_>) -> Result<Joined, NoteKind> {
        let all = joint.elements.len();
        let whole = joint.windows.iter().filter(|window| window.elements.len() == all);
        // Correlations have a time in which they are made.
        let Some(seconds) = whole.clone().map(|window| window.seconds).min() else {
            return Err(NoteKind::NoOperator("several observations without WITHIN".into()));
        };
        let mut joined = Joined::default();
        // Converters differ in how they count the ends.
        joined.notes.push((NoteKind::Window, Fidelity::Wider));
        if whole.count() < joint.windows.len() {
            joined.notes.push((NoteKind::DroppedQualifier("WITHIN"), Fidelity::Wider));
        }
        let mut text = String::new();
        for (index, element) in joint.elements.iter().enumerate() {
            for (number, source) in element.sources.iter().enumerate() {
                self.rule(Some(&rule_name(index, number)), source.table, &source.condition, &mut text);
                text.push_str("---\n");
            }
        }
        if let [element] = &joint.elements[..] {
            let rules: Vec<_> =
                element.sources.iter().enumerate().map(|(n, source)| (rule_name(0, n), source)).collect();
            correlation("event_count", joint, &rules, seconds, &mut text);
            let _ = writeln!(text, "    condition:\n        gte: {}", element.times);
        } else {
            self.temporal(joint, seconds, &mut text, &mut joined)?;
        }
        joined.queries.push(Query::new(joint.tables(), text));
        Ok(joined)
    }

    fn batch(&self, part: &BatchPart<'_>) -> Option<Query> {
        let kind = part.column.kind;
        if part.column.list.is_some() || !matches!(kind, ColumnKind::Text | ColumnKind::Ip | ColumnKind::Integer) {
            return None;
        }
        let key = match part.key {
            BatchKey::Host => return None,
            BatchKey::Part => format!("{}|contains", key(part.column)),
            BatchKey::Lower => key(part.column),
            BatchKey::Plain => {
                let constants = part.values.iter().map(|(constant, _)| Op::Equal(constant.clone()));
                let is_cased = self.cased && constants.into_iter().any(|op| ignores_case(part.column, &op));
                format!("{}{}", key(part.column), if is_cased { "|cased" } else { "" })
            }
        };
        let mut selection = String::new();
        let constants: Vec<_> = part.by_constant().into_iter().map(|(constant, _)| constant.clone()).collect();
        self.values(&key, &constants, &mut selection);
        let mut text = String::new();
        head(None, part.table, &mut text);
        let _ = write!(text, "    selection:\n{selection}    condition: ");
        let _ = writeln!(text, "{}selection", if part.table.condition.is_some() { "base and " } else { "" });
        Some(Query::new(part.table.name.clone(), text).with_indicators(part))
    }

    fn batches_parts(&self) -> bool {
        true
    }

    fn batch_limits(&self) -> BatchLimits {
        BatchLimits { values: 1000, bytes: 100_000 }
    }
}

impl Sigma {
    fn rule(&self, name: Option<&str>, table: &Table, condition: &Tree<'_>, out: &mut String) {
        head(name, table, out);
        let mut selections = Selections { sigma: self, texts: Vec::new(), known: HashMap::new() };
        let condition = selections.condition(condition);
        for (index, text) in selections.texts.iter().enumerate() {
            let _ = write!(out, "    {}:\n{text}", selection_name(index));
        }
        let condition = if table.condition.is_some() { format!("base and ({condition})") } else { condition };
        let _ = writeln!(out, "    condition: {condition}");
    }

    /// A correlation for each choice of a source for every element.
    fn temporal(&self, joint: &Joint<'_>, seconds: u64, out: &mut String, joined: &mut Joined) -> Result<(), NoteKind> {
        let choices = joint.elements.iter().map(|element| element.sources.len()).product::<usize>();
        if choices > MOST_CORRELATIONS {
            return Err(NoteKind::NoOperator("so many tables of several observations".into()));
        }
        if joint.elements.iter().any(|element| element.times > 1) {
            joined.notes.push((NoteKind::DroppedQualifier("REPEATS"), Fidelity::Wider));
        }
        if joint.rivals().next().is_some() {
            joined.notes.push((NoteKind::SameEvent, Fidelity::Wider));
        }
        let chain = orders::chain(joint).filter(|_| !joint.orders.is_empty());
        let kind = match (&chain, joint.orders.is_empty()) {
            (Some(_), _) => {
                joined.notes.push((NoteKind::EqualTimes, Fidelity::Narrower));
                "temporal_ordered"
            }
            (None, true) => "temporal",
            (None, false) => {
                joined.notes.push((NoteKind::NoOperator("an order of some observations".into()), Fidelity::Wider));
                "temporal"
            }
        };
        let elements = chain.unwrap_or_else(|| (0..joint.elements.len()).collect());
        for choice in 0..choices {
            let mut rest = choice;
            let mut rules = Vec::with_capacity(elements.len());
            for element in &elements {
                let sources = &joint.elements[*element].sources;
                let number = rest % sources.len();
                rest /= sources.len();
                rules.push((rule_name(*element, number), &sources[number]));
            }
            if choice > 0 {
                out.push_str("---\n");
            }
            correlation(kind, joint, &rules, seconds, out);
        }
        Ok(())
    }

    /// A key with one value or several.
    fn values(&self, key: &str, constants: &[Constant], out: &mut String) {
        let _ = write!(out, "        {key}:");
        for constant in constants {
            out.push_str(if constants.len() > 1 { "\n            - " } else { " " });
            self.constant(constant, out);
        }
        out.push('\n');
    }

    /// The key of a test, with its modifiers, and its values.
    fn pair(&self, test: &Test<'_>) -> (String, Vec<Constant>) {
        let field = key(test.column);
        let cased = if self.cased && ignores_case(test.column, &test.op) { "|cased" } else { "" };
        let text =
            |modifier: &str, text: &str| (format!("{field}{modifier}{cased}"), vec![Constant::Text(text.into())]);
        match &test.op {
            Op::Present => (format!("{field}|exists"), vec![Constant::Boolean(true)]),
            Op::Absent => (format!("{field}|exists"), vec![Constant::Boolean(false)]),
            Op::Equal(constant) | Op::NotEqual(constant) => (format!("{field}{cased}"), vec![constant.clone()]),
            Op::In(constants) => (format!("{field}{cased}"), constants.clone()),
            Op::EqualAnyCase(value) => (field, vec![Constant::Text(value.clone())]),
            Op::StartsWith(value) => text("|startswith", value),
            Op::EndsWith(value) => text("|endswith", value),
            Op::Contains(value) => text("|contains", value),
            Op::Order(order, constant) => {
                let modifier = match order {
                    Order::Less => "lt",
                    Order::LessOrEqual => "lte",
                    Order::Greater => "gt",
                    Order::GreaterOrEqual => "gte",
                };
                (format!("{field}|{modifier}"), vec![constant.clone()])
            }
            Op::Subset(network) | Op::Superset(network) => {
                (format!("{field}|cidr"), vec![Constant::Ip(network.to_string())])
            }
            Op::Matches(_) => (field, Vec::new()),
        }
    }
}

/// The selections of a rule, of which a condition consists.
struct Selections<'s> {
    sigma: &'s Sigma,
    texts: Vec<String>,
    /// The numbers of the texts.
    known: HashMap<String, usize>,
}

impl Selections<'_> {
    fn condition(&mut self, tree: &Tree<'_>) -> String {
        let (parts, word) = match tree {
            Tree::Test(test) => return self.test(test),
            Tree::All(parts) => (parts, " and "),
            Tree::Any(parts) => (parts, " or "),
        };
        let mut conditions = Vec::with_capacity(parts.len());
        // Values for one key are a list.
        let mut lists: BTreeMap<String, Vec<Constant>> = BTreeMap::new();
        for part in parts {
            match part {
                Tree::Test(test) if is_value(test) && matches!(tree, Tree::Any(_)) => {
                    let (key, constants) = self.sigma.pair(test);
                    lists.entry(key).or_default().extend(constants);
                }
                Tree::Test(test) => conditions.push(self.test(test)),
                list => conditions.push(format!("({})", self.condition(list))),
            }
        }
        for (key, constants) in lists {
            let mut text = String::new();
            self.sigma.values(&key, &constants, &mut text);
            conditions.push(self.add(text));
        }
        conditions.join(word)
    }

    fn test(&mut self, test: &Test<'_>) -> String {
        let is_negated = test.negated != matches!(test.op, Op::NotEqual(_));
        let mut text = String::new();
        if let Op::Matches(regex) = &test.op {
            let flags = if regex.ignore_case { "|re|i|s" } else { "|re|s" };
            let _ = write!(text, "        {}{flags}: ", key(test.column));
            scalar(&regex.print(&SIGMA), &mut text);
            text.push('\n');
        } else {
            let (key, constants) = self.sigma.pair(test);
            self.sigma.values(&key, &constants, &mut text);
        }
        let name = self.add(text);
        if !is_negated || matches!(test.op, Op::Present | Op::Absent) {
            return name;
        }
        let present = self.add(format!("        {}|exists: true\n", key(test.column)));
        format!("({present} and not {name})")
    }

    fn add(&mut self, text: String) -> String {
        if let Some(known) = self.known.get(&text) {
            return selection_name(*known);
        }
        self.known.insert(text.clone(), self.texts.len());
        self.texts.push(text);
        selection_name(self.texts.len() - 1)
    }
}

/// Whether a test is about plain values of a key.
fn is_value(test: &Test<'_>) -> bool {
    !test.negated && !matches!(test.op, Op::NotEqual(_) | Op::Matches(_) | Op::Present | Op::Absent)
}

/// Whether Sigma ignores the case of a text that patterns do not.
fn ignores_case(column: &Column, op: &Op) -> bool {
    let has_case = |text: &str| text.chars().any(char::is_alphabetic);
    let is_cased = |constant: &Constant| matches!(constant, Constant::Text(text) if has_case(text));
    // The values of other forms have one case, or any.
    let is_in_any_case = matches!(column.form, Form::Same | Form::FileName | Form::Folder | Form::Host)
        || matches!(column.form, Form::ShortHive | Form::ShortHiveFolder);
    is_in_any_case
        && match op {
            Op::Equal(constant) | Op::NotEqual(constant) => is_cased(constant),
            Op::In(constants) => constants.iter().any(is_cased),
            Op::StartsWith(text) | Op::EndsWith(text) | Op::Contains(text) => has_case(text),
            _ => false,
        }
}

fn head(name: Option<&str>, table: &Table, out: &mut String) {
    let _ = writeln!(out, "title: {TITLE}");
    if let Some(name) = name {
        let _ = writeln!(out, "name: {name}");
    }
    out.push_str("status: experimental\nlogsource: ");
    match &table.source {
        Some(source) => out.push_str(source),
        None => {
            out.push_str("{category: ");
            scalar(&table.name, out);
            out.push('}');
        }
    }
    out.push_str("\ndetection:\n");
    if let Some(condition) = &table.condition {
        let _ = writeln!(out, "    base: {condition}");
    }
}

fn correlation(kind: &str, joint: &Joint<'_>, rules: &[(String, &Source<'_>)], seconds: u64, out: &mut String) {
    let _ = write!(
        out,
        "title: {TITLE}\nstatus: experimental\ncorrelation:\n    type: {kind}\n    timespan: {seconds}s\n    rules:\n"
    );
    for (name, _) in rules {
        let _ = writeln!(out, "        - {name}");
    }
    out.push_str("    group-by:\n        - scope\n    aliases:\n        scope:\n");
    for (name, source) in rules {
        let _ = write!(out, "            {name}: ");
        scalar(source.scope(joint.scope), out);
        out.push('\n');
    }
}

fn rule_name(element: usize, source: usize) -> String {
    format!("stix_{element}_{source}")
}

fn selection_name(index: usize) -> String {
    if index == 0 { "selection".to_owned() } else { format!("selection{index}") }
}

fn key(column: &Column) -> String {
    let is_plain = column.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if is_plain {
        return column.name.to_string();
    }
    // A quoted key has its modifiers in the quotes, which no name of a field needs.
    column.name.replace(|character: char| !character.is_alphanumeric() && !"_.-".contains(character), "_")
}

/// A text of YAML: in single quotes, or in double quotes if it has characters that need an escape.
fn scalar(text: &str, out: &mut String) {
    let needs_escape =
        |character: char| ends_lines(character) || matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{a0}');
    if !text.contains(needs_escape) {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        return out.push('\'');
    }
    quoted(text, '"', out, |other, out| match other {
        other if needs_escape(other) => _ = write!(out, r"\u{:04x}", u32::from(other)),
        other => out.push(other),
    });
}
