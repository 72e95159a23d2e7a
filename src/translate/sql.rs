//! SQL, as its engines have it.

use std::fmt::Write as _;

use super::batch_part::{BatchKey, BatchPart};
use super::column::{Column, ColumnKind};
use super::dialect::{BatchLimits, Dialect, Support, Words, usual_constant};
use super::field_map::Table;
use super::joint::{Element, Joint};
use super::language::Language;
use super::note::NoteKind;
use super::regex::Regex;
use super::regex_print::{POSTGRES, USUAL};
use super::translation::Query;
use super::tree::{Constant, Network, Op, Test, Tree};

/// SQL of one engine, which is one of those that [`Language`] lists.
#[derive(Debug)]
pub(super) struct Sql(pub(super) Language);

impl Dialect for Sql {
    fn literal(&self, text: &str, out: &mut String) {
        // A backslash is an escape in two of them.
        let has_escapes = matches!(self.0, Language::ClickHouse | Language::Spark);
        out.push('\'');
        for character in text.chars() {
            match character {
                '\'' if has_escapes => out.push_str(r"\'"),
                '\'' => out.push_str("''"),
                '\\' if has_escapes => out.push_str(r"\\"),
                '\0' if has_escapes => out.push_str(r"\0"),
                other => out.push(other),
            }
        }
        out.push('\'');
    }

    fn constant(&self, constant: &Constant, out: &mut String) {
        match constant {
            Constant::Time(time) => {
                let plain = time.format("%Y-%m-%d %H:%M:%S%.6f");
                let _ = match self.0 {
                    Language::ClickHouse => write!(out, "toDateTime64('{plain}', 6, 'UTC')"),
                    Language::Spark | Language::Trino => write!(out, "TIMESTAMP '{plain} UTC'"),
                    Language::Postgres => write!(out, "TIMESTAMPTZ '{plain}+00'"),
                    _ => write!(out, "TIMESTAMP '{plain}'"),
                };
            }
            other => usual_constant(self, other, out),
        }
    }

    fn supports(&self, test: &Test<'_>) -> Support {
        if has_nul(&test.op) {
            return Support::no("the character NUL");
        }
        let is_list = test.column.list.is_some();
        if is_list && self.0 == Language::DataFusion && !matches!(test.op, Op::Equal(_) | Op::Present | Op::Absent) {
            return Support::no("this test of a list");
        }
        let has_members = test.column.list.as_ref().is_some_and(|member| !member.is_empty());
        if has_members && self.0 == Language::DataFusion && matches!(test.op, Op::Equal(_)) {
            return Support::no("a test of a list of structs");
        }
        match &test.op {
            Op::Superset(_) if self.0 != Language::Postgres => Support::no("ISSUPERSET"),
            Op::Subset(network) if !network.first.is_ipv4() => match self.0 {
                Language::ClickHouse | Language::Trino | Language::Postgres => Support::Yes,
                _ => Support::no("a network of IPv6"),
            },
            _ => Support::Yes,
        }
    }

    fn test(&self, test: &Test<'_>, out: &mut String) {
        match &test.column.list {
            None => {
                let x = self.column(test.column);
                self.value_test(&x, test.column.kind, &test.op, test.negated, out);
            }
            Some(member) => self.list_test(test, member, out),
        }
    }

    fn negates_elements(&self) -> bool {
        self.0 != Language::DataFusion
    }

    fn words(&self) -> Words {
        Words { and: " AND ", or: " OR ", never: "false" }
    }

    fn query(&self, table: &Table, condition: &Tree<'_>) -> Query {
        let mut text = "SELECT * FROM ".to_owned();
        self.source(table, &mut text);
        text.push_str(" WHERE ");
        self.where_rows(table, condition, &mut text);
        Query::new(table.name.clone(), text)
    }

    fn joint(&self, joint: &Joint<'_>) -> Result<Query, NoteKind> {
        let mut text = "WITH ".to_owned();
        for (index, element) in joint.elements.iter().enumerate() {
            self.element(index, element, joint, &mut text);
        }
        text.push_str("\nSELECT DISTINCT o0.scope_key AS scope_key FROM o0");
        for index in 1..joint.elements.len() {
            let _ = write!(text, " JOIN o{index} ON o{index}.scope_key = o0.scope_key");
        }
        let mut conditions = Vec::new();
        for (first, second) in &joint.orders {
            conditions.push(format!("o{second}.first_time >= o{first}.last_time"));
        }
        for window in &joint.windows {
            let seconds = window.seconds;
            let interval = match self.0 {
                Language::ClickHouse | Language::Spark => format!("INTERVAL {seconds} SECOND"),
                Language::DataFusion | Language::Postgres => format!("INTERVAL '{seconds} seconds'"),
                _ => format!("INTERVAL '{seconds}' SECOND"),
            };
            let distance = |(first, last)| format!("o{last}.last_time < o{first}.first_time + {interval}");
            conditions.extend(joint.within(window).map(distance));
        }
        conditions.extend(joint.rivals().map(|(own, other)| format!("o{own}.row_id <> o{other}.row_id")));
        if !conditions.is_empty() {
            let _ = write!(text, "\nWHERE {}", conditions.join(" AND "));
        }
        Ok(Query::new(joint.tables(), text))
    }

    fn batch(&self, part: &BatchPart<'_>) -> Option<Query> {
        if part.column.list.is_some()
            || !matches!(part.column.kind, ColumnKind::Text | ColumnKind::Ip | ColumnKind::Integer)
        {
            return None;
        }
        // DataFusion does not find a function of a nested column in the condition of a join.
        if self.0 == Language::DataFusion && part.column.nested && part.key != BatchKey::Plain {
            return None;
        }
        let mut text = "SELECT t.*, i.indicator AS indicator FROM ".to_owned();
        self.source(part.table, &mut text);
        text.push_str(" AS t JOIN ");
        if self.0 == Language::ClickHouse {
            let kind = if part.column.kind == ColumnKind::Integer { "Int64" } else { "String" };
            let _ = write!(text, "(SELECT * FROM values('value {kind}, indicator String'");
        } else {
            text.push_str("(VALUES ");
        }
        for (index, (value, indicator)) in part.values.iter().enumerate() {
            if index > 0 || self.0 == Language::ClickHouse {
                text.push_str(", ");
            }
            text.push('(');
            self.constant(value, &mut text);
            text.push_str(", ");
            self.literal(indicator, &mut text);
            text.push(')');
        }
        text.push_str(if self.0 == Language::ClickHouse { ")) AS i" } else { ") AS i(value, indicator)" });
        let column = self.column(part.column);
        // A nested column of Postgres starts with a parenthesis, and names are not ambiguous.
        let _ = match part.key {
            BatchKey::Lower => write!(text, " ON lower({column}) = i.value"),
            _ => write!(text, " ON {column} = i.value"),
        };
        if let Some(condition) = &part.table.condition {
            let _ = write!(text, " WHERE {condition}");
        }
        Some(Query::new(part.table.name.clone(), text))
    }

    fn batch_limits(&self) -> BatchLimits {
        match self.0 {
            // `max_query_size` is 256 KiB.
            Language::ClickHouse => BatchLimits { values: 2000, bytes: 240_000 },
            // `query.max-length` is a million characters, and 10,000 terms fit into a plan.
            Language::Trino => BatchLimits { values: 5000, bytes: 900_000 },
            _ => BatchLimits { values: 5000, bytes: 1_000_000 },
        }
    }
}

impl Sql {
    fn value_test(&self, x: &str, kind: ColumnKind, op: &Op, negated: bool, out: &mut String) {
        let is_short = matches!(op, Op::Equal(_) | Op::NotEqual(_) | Op::Present | Op::Absent);
        if negated && !is_short {
            // The test of a network is false for an absent value in some engines.
            let is_guarded = matches!(op, Op::Subset(_));
            if is_guarded {
                let _ = write!(out, "({x} IS NOT NULL AND ");
            }
            out.push_str("NOT (");
            self.positive(x, kind, op, out);
            return out.push_str(if is_guarded { "))" } else { ")" });
        }
        match op {
            Op::Present => {
                let _ = write!(out, "{x} IS NOT NULL");
            }
            Op::Absent => {
                let _ = write!(out, "{x} IS NULL");
            }
            Op::Equal(constant) | Op::NotEqual(constant) => {
                let is_equal = matches!(op, Op::Equal(_)) != negated;
                let _ = write!(out, "{x} {} ", if is_equal { "=" } else { "<>" });
                self.constant(constant, out);
            }
            op => self.positive(x, kind, op, out),
        }
    }

    fn positive(&self, x: &str, kind: ColumnKind, op: &Op, out: &mut String) {
        // Postgres has a type for addresses, which has no operators of text.
        let text_of = match (self.0, kind) {
            (Language::Postgres, ColumnKind::Ip) => format!("host(CAST({x} AS inet))"),
            _ => x.to_owned(),
        };
        match op {
            Op::EqualAnyCase(text) => {
                let _ = write!(out, "lower({text_of}) = ");
                self.literal(&text.to_lowercase(), out);
            }
            Op::Order(order, constant) => {
                let is_collated = self.0 == Language::Postgres && matches!(constant, Constant::Text(_));
                let _ = write!(out, "{x}{} {} ", if is_collated { " COLLATE \"C\"" } else { "" }, order.as_str());
                self.constant(constant, out);
            }
            Op::In(constants) => {
                let _ = write!(out, "{x} IN (");
                self.constants(constants, ", ", out);
                out.push(')');
            }
            Op::StartsWith(text) => self.starts_with(&text_of, text, out),
            Op::EndsWith(text) => self.ends_with(&text_of, text, out),
            Op::Contains(text) => self.contains(&text_of, text, out),
            Op::Matches(regex) => self.matches(&text_of, regex, out),
            Op::Subset(network) => self.subset(x, network, out),
            Op::Superset(network) => {
                let _ = write!(out, "CAST({x} AS inet) >>= inet ");
                self.literal(&network.to_string(), out);
            }
            // Printed before.
            Op::Present | Op::Absent | Op::Equal(_) | Op::NotEqual(_) => out.push_str("false"),
        }
    }

    fn starts_with(&self, x: &str, text: &str, out: &mut String) {
        let function = match self.0 {
            Language::ClickHouse => "startsWith",
            Language::Spark => "startswith",
            _ => "starts_with",
        };
        self.call(function, x, text, out);
    }

    fn ends_with(&self, x: &str, text: &str, out: &mut String) {
        let function = match self.0 {
            Language::ClickHouse => "endsWith",
            Language::Spark => "endswith",
            Language::Trino | Language::Postgres => {
                let length = text.chars().count();
                let _ = match self.0 {
                    Language::Trino => write!(out, "(length({x}) >= {length} AND substr({x}, -{length}) = "),
                    _ => write!(out, "(right({x}, {length}) = "),
                };
                self.literal(text, out);
                return out.push(')');
            }
            _ => "ends_with",
        };
        self.call(function, x, text, out);
    }

    fn contains(&self, x: &str, text: &str, out: &mut String) {
        let function = match self.0 {
            Language::ClickHouse => "position",
            Language::Spark => "instr",
            _ => "strpos",
        };
        self.call(function, x, text, out);
        out.push_str(" > 0");
    }

    fn matches(&self, x: &str, regex: &Regex, out: &mut String) {
        let spelling = if self.0 == Language::Postgres { &POSTGRES } else { &USUAL };
        let text = regex.print(spelling);
        let function = match self.0 {
            Language::DataFusion | Language::Trino => "regexp_like",
            Language::ClickHouse => "match",
            Language::Spark | Language::Postgres => {
                let _ = write!(out, "{x} {} ", if self.0 == Language::Spark { "RLIKE" } else { "~" });
                return self.literal(&text, out);
            }
            _ => "regexp_matches",
        };
        self.call(function, x, &text, out);
    }

    fn subset(&self, x: &str, network: &Network, out: &mut String) {
        match (self.0, network.to_regex()) {
            (Language::Postgres, _) => {
                let _ = write!(out, "CAST({x} AS inet) <<= inet ");
                self.literal(&network.to_string(), out);
            }
            (Language::Trino, _) => {
                out.push_str("contains(");
                self.literal(&network.to_string(), out);
                let _ = write!(out, ", TRY_CAST({x} AS IPADDRESS))");
            }
            // Engines without a test of networks, or with one that fails if a value is not an address.
            (_, Some(regex)) => self.matches(x, &regex, out),
            (_, None) => {
                // Where the version differs, the function would fail.
                let _ =
                    write!(out, "(isIPv6String({x}) = 1 AND isIPAddressInRange(if(isIPv6String({x}) = 1, {x}, '::'), ");
                self.literal(&network.to_string(), out);
                out.push_str("))");
            }
        }
    }

    fn call(&self, function: &str, x: &str, text: &str, out: &mut String) {
        let _ = write!(out, "{function}({x}, ");
        self.literal(text, out);
        out.push(')');
    }

    fn list_test(&self, test: &Test<'_>, member: &str, out: &mut String) {
        let list = self.column(test.column);
        let length = match self.0 {
            Language::DataFusion | Language::Trino | Language::Postgres => "cardinality",
            Language::ClickHouse => "length",
            Language::Spark => "size",
            _ => "len",
        };
        match &test.op {
            Op::Present => {
                let _ = write!(out, "{length}({list}) > 0");
                return;
            }
            Op::Absent => {
                let _ = write!(out, "({list} IS NULL OR {length}({list}) = 0)");
                return;
            }
            _ => {}
        }
        if test.negated && test.column.has_objects && self.negates_elements() {
            return self.some_element(&list, test, member, true, out);
        }
        if test.negated {
            let _ = write!(out, "({length}({list}) > 0 AND NOT (");
        }
        if let (Language::DataFusion, Op::Equal(constant)) = (self.0, &test.op) {
            let _ = write!(out, "array_has({list}, ");
            self.constant(constant, out);
            out.push(')');
        } else {
            self.some_element(&list, test, member, false, out);
        }
        if test.negated {
            out.push_str("))");
        }
    }

    fn some_element(&self, list: &str, test: &Test<'_>, member: &str, negated: bool, out: &mut String) {
        let x = match (member.is_empty(), self.0) {
            (true, _) => "x".to_owned(),
            (false, Language::Postgres) => format!("(x).{}", self.identifier(member)),
            (false, Language::ClickHouse) => format!("tupleElement(x, {})", quoted_member(self, member)),
            (false, _) => format!("x.{}", self.identifier(member)),
        };
        let mut inner = String::new();
        self.value_test(&x, test.column.kind, &test.op, negated, &mut inner);
        let _ = match self.0 {
            Language::ClickHouse => write!(out, "arrayExists(x -> {inner}, {list})"),
            Language::Spark => write!(out, "exists({list}, x -> {inner})"),
            Language::Trino => write!(out, "any_match({list}, x -> {inner})"),
            Language::Postgres => write!(out, "EXISTS (SELECT 1 FROM unnest({list}) AS x WHERE {inner})"),
            // `list_filter` takes functions in a spelling that depends on the release.
            _ => write!(out, "len([x FOR x IN {list} IF {inner}]) > 0"),
        };
    }

    fn source(&self, table: &Table, out: &mut String) {
        match &table.source {
            Some(source) => out.push_str(source),
            None => {
                let parts: Vec<_> = table.name.split('.').map(|part| self.identifier(part)).collect();
                out.push_str(&parts.join("."));
            }
        }
    }

    fn element(&self, index: usize, element: &Element<'_>, joint: &Joint<'_>, out: &mut String) {
        if index > 0 {
            out.push_str(",\n");
        }
        let _ = write!(out, "o{index} AS (");
        let text = if self.0 == Language::ClickHouse { "Nullable(String)" } else { "VARCHAR" };
        let text = if self.0 == Language::Spark { "STRING" } else { text };
        let mut rows = String::new();
        for (number, source) in element.sources.iter().enumerate() {
            if number > 0 {
                rows.push_str(" UNION ALL ");
            }
            let time = source.table.time.as_ref().map(|time| self.column(time)).unwrap_or_default();
            let _ = write!(
                rows,
                "SELECT CAST({} AS {text}) AS scope_key, {time} AS first_time, {time} AS last_time, ",
                self.named(source.table, source.scope(joint.scope))
            );
            rows.push_str("concat(");
            self.literal(&source.table.name, &mut rows);
            rows.push_str(", ':', ");
            match &source.table.id {
                Some(id) => {
                    let _ = write!(rows, "CAST({} AS {text})", self.named(source.table, id));
                }
                None => rows.push_str("''"),
            }
            rows.push_str(") AS row_id FROM ");
            self.source(source.table, &mut rows);
            rows.push_str(" WHERE ");
            self.where_rows(source.table, &source.condition, &mut rows);
        }
        match element.times {
            1 => out.push_str(&rows),
            times => {
                // The functions of windows take what comes after each row, ordered by time.
                let lead = if self.0 == Language::ClickHouse { "leadInFrame" } else { "lead" };
                let frame = if self.0 == Language::ClickHouse {
                    " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
                } else {
                    ""
                };
                let window = format!("OVER (PARTITION BY scope_key ORDER BY first_time{frame})");
                let _ = write!(
                    out,
                    "SELECT scope_key, first_time, end_time AS last_time, row_id FROM (SELECT scope_key, first_time, \
                     row_id, {lead}(first_time, {0}) {window} AS end_time, {lead}(scope_key, {0}) {window} AS end_key \
                     FROM ({rows}) AS r) AS s WHERE end_key = scope_key",
                    times - 1
                );
            }
        }
        out.push(')');
    }

    fn column(&self, column: &Column) -> String {
        if !column.nested {
            return self.identifier(&column.name);
        }
        let mut parts = column.name.split('.');
        let mut text = self.identifier(parts.next().unwrap_or_default());
        for part in parts {
            text = match self.0 {
                Language::DataFusion => format!("{text}[{}]", quoted_member(self, part)),
                Language::Postgres => format!("({text}).{}", self.identifier(part)),
                Language::ClickHouse => format!("tupleElement({text}, {})", quoted_member(self, part)),
                _ => format!("{text}.{}", self.identifier(part)),
            };
        }
        text
    }

    /// A column of a table that is not one of an object.
    fn named(&self, table: &Table, name: &str) -> String {
        let nested = table.time.as_ref().is_some_and(|time| time.nested);
        self.column(&Column { nested, ..Column::new(name) })
    }

    /// A name of the map, always in quotes.
    fn identifier(&self, name: &str) -> String {
        let quote = if matches!(self.0, Language::Spark | Language::ClickHouse) { '`' } else { '"' };
        let mut text = String::with_capacity(name.len() + 2);
        text.push(quote);
        for character in name.chars() {
            if character == quote || (character == '\\' && self.0 == Language::ClickHouse) {
                text.push(if self.0 == Language::ClickHouse { '\\' } else { quote });
            }
            text.push(character);
        }
        text.push(quote);
        text
    }
}

fn quoted_member(sql: &Sql, member: &str) -> String {
    let mut text = String::new();
    sql.literal(member, &mut text);
    text
}

fn has_nul(op: &Op) -> bool {
    let is_in = |constant: &Constant| matches!(constant, Constant::Text(text) if text.contains('\0'));
    match op {
        Op::Equal(constant) | Op::NotEqual(constant) | Op::Order(_, constant) => is_in(constant),
        Op::In(constants) => constants.iter().any(is_in),
        Op::EqualAnyCase(text) | Op::StartsWith(text) | Op::EndsWith(text) | Op::Contains(text) => text.contains('\0'),
        Op::Present | Op::Absent | Op::Matches(_) | Op::Subset(_) | Op::Superset(_) => false,
    }
}
