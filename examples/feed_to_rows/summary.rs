//! Counts of rows as small charts.

use std::collections::BTreeMap;
use std::io::{self, Write};

use stixkit::row::Row;

/// Counts by name, of a few columns.
#[derive(Default)]
pub(crate) struct Summary {
    charts: [BTreeMap<String, u64>; 5],
}

const TITLES: [&str; 5] = ["type", "source", "state", "TLP", "confidence"];

/// A source may be a column of a custom feed, with as many values as lines.
const MAX_NAMES: usize = 1000;

/// As many bars of one chart are shown.
const MAX_BARS: usize = 12;

impl Summary {
    pub(crate) fn add(&mut self, row: &Row<'_>) {
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
        for (chart, name) in self.charts.iter_mut().zip(names) {
            let is_full = chart.len() >= MAX_NAMES;
            match chart.get_mut(name) {
                Some(count) => *count += 1,
                None => *chart.entry(if is_full { "others" } else { name }.to_owned()).or_default() += 1,
            }
        }
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(80_usize);
        for (title, chart) in TITLES.iter().zip(&self.charts) {
            writeln!(out, "{title}")?;
            let mut bars: Vec<_> = chart.iter().map(|(name, count)| (name.as_str(), *count)).collect();
            bars.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let rest: u64 = bars.iter().skip(MAX_BARS).map(|(_, count)| count).sum();
            bars.truncate(MAX_BARS);
            let most = bars.first().map_or(1, |(_, count)| *count);
            for (name, count) in bars {
                let room = width.saturating_sub(20 + 10).max(10);
                // The least bar is one mark, so that it shows.
                let bar = "█".repeat(((count * room as u64).div_ceil(most)) as usize);
                let name: String = name.chars().filter(|letter| !letter.is_control()).take(17).collect();
                writeln!(out, "  {name:<17}{count:>9} {bar}")?;
            }
            if rest > 0 {
                writeln!(out, "  {:<17}{rest:>9}", "others")?;
            }
        }
        Ok(())
    }
}
