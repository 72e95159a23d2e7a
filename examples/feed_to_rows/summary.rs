//! Counts of rows, indicators and findings as small charts.

use std::collections::BTreeMap;
use std::io::{self, Write};

use stixkit::row::{Doubt, Outcome, Row, Unmapped};

use crate::width::{columns, fitted};

/// Counts, each under a title that names what is counted.
#[derive(Default)]
pub(crate) struct Summary {
    rows: u64,
    standalone: u64,
    without_value: u64,
    without_end: u64,
    by_column: [Chart; 5],
    reasons: Chart,
    doubts: Chart,
    findings: Chart,
    rejected: Chart,
}

const TITLES: [&str; 5] = ["rows by type", "rows by source", "rows by state", "rows by TLP", "rows by confidence"];

#[derive(Default)]
struct Chart(BTreeMap<String, u64>);

/// A source may be a column of a custom feed, with as many values as lines.
const MAX_NAMES: usize = 1000;

/// As many bars of one chart are shown.
const MAX_BARS: usize = 12;

/// The columns for names, with the blanks before and after them, and for counts.
const NAMES: usize = 30;
const COUNTS: usize = 9;

impl Summary {
    /// An indicator and its rows.
    pub(crate) fn indicator(&mut self, outcome: &Outcome<'_>) {
        outcome.rows.iter().for_each(|row| self.row(row));
        if let Some(reason) = &outcome.reason {
            self.reasons.add(Unmapped::code(reason));
        }
        let doubts = outcome.rows.first().into_iter().flat_map(|row| row.doubts.iter());
        doubts.for_each(|doubt| self.doubts.add(Doubt::code(doubt)));
    }

    pub(crate) fn row(&mut self, row: &Row<'_>) {
        self.rows += 1;
        self.standalone += u64::from(row.observable.is_some() && row.relation.standalone);
        self.without_value += u64::from(row.observable.is_none());
        self.without_end += u64::from(row.validity.until.is_none());
        let confidence = match row.context.confidence {
            None => "not said",
            Some(0) => "0 none",
            Some(1..=29) => "1-29 low",
            Some(30..=69) => "30-69 medium",
            Some(_) => "70-100 high",
        };
        let names = [
            row.observable.as_ref().map_or("no value", |observable| observable.kind.as_str()),
            &row.source,
            row.validity.state.as_str(),
            row.tlp.map_or("none", |tlp| tlp.as_str()),
            confidence,
        ];
        self.by_column.iter_mut().zip(names).for_each(|(chart, name)| chart.add(name));
    }

    /// A finding, by the name of its kind: `SetAside` is `set aside`.
    pub(crate) fn finding(&mut self, kind: &str) {
        let mut words = String::with_capacity(kind.len() + 4);
        for letter in kind.chars() {
            if letter.is_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.extend(letter.to_lowercase());
        }
        self.findings.add(&words);
    }

    /// An item that could not be read, and why.
    pub(crate) fn rejected(&mut self, reason: &str) {
        self.rejected.add(reason);
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let width = columns();
        writeln!(out, "rows")?;
        let totals = [
            ("all", self.rows),
            ("standalone values", self.standalone),
            ("without a value", self.without_value),
            ("without an end", self.without_end),
        ];
        totals.iter().try_for_each(|(name, count)| writeln!(out, "  {}{count:>COUNTS$}", fitted(name, NAMES - 2)))?;
        for (title, chart) in TITLES.iter().zip(&self.by_column) {
            chart.write(title, width, out)?;
        }
        let others = [
            ("indicators by reason why values are missing", &self.reasons),
            ("indicators by doubt", &self.doubts),
            ("findings by kind", &self.findings),
            ("rejected items by reason", &self.rejected),
        ];
        let mut found = others.iter().filter(|(_, chart)| !chart.0.is_empty());
        found.try_for_each(|(title, chart)| chart.write(title, width, out))
    }
}

impl Chart {
    fn add(&mut self, name: &str) {
        let is_full = self.0.len() >= MAX_NAMES;
        match self.0.get_mut(name) {
            Some(count) => *count += 1,
            None => *self.0.entry(if is_full { "others" } else { name }.to_owned()).or_default() += 1,
        }
    }

    fn write(&self, title: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{title}")?;
        let mut bars: Vec<_> = self.0.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        bars.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let rest: u64 = bars.iter().skip(MAX_BARS).map(|(_, count)| count).sum();
        bars.truncate(MAX_BARS);
        let most = bars.first().map_or(1, |(_, count)| *count);
        let room = width.saturating_sub(NAMES + COUNTS + 1).max(10);
        for (name, count) in bars {
            // The least bar is one mark, so that it shows.
            let bar = "█".repeat(((count * room as u64).div_ceil(most)) as usize);
            writeln!(out, "  {}{count:>COUNTS$} {bar}", fitted(name, NAMES - 2))?;
        }
        if rest > 0 {
            writeln!(out, "  {}{rest:>COUNTS$}", fitted("others", NAMES - 2))?;
        }
        Ok(())
    }
}
