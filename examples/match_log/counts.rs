//! What has been counted.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::known::Known;
use crate::tell;

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) lines: u64,
    pub(crate) invalid: u64,
    pub(crate) events: u64,
    pub(crate) hits: u64,
    pub(crate) suppressed: u64,
    pub(crate) dropped: u64,
    pub(crate) bytes: u64,
    pub(crate) by_map: BTreeMap<String, u64>,
    pub(crate) by_source: BTreeMap<String, u64>,
    pub(crate) by_list: BTreeMap<String, u64>,
}

impl Counts {
    /// By hand, so that the counts come in an order that reads well.
    pub(crate) fn summary(&self, known: &Known, time: Duration) -> String {
        let Self { lines, invalid, events, hits, suppressed, dropped, bytes, .. } = self;
        let indicators = known.set.len();
        let skipped: u64 = known.skipped.values().sum();
        let seconds = time.as_secs_f64();
        format!(
            "{{\"indicators\":{indicators},\"skipped\":{skipped},\"lines\":{lines},\"invalid\":{invalid},\
             \"events\":{events},\"hits\":{hits},\"suppressed\":{suppressed},\"dropped\":{dropped},\
             \"bytes\":{bytes},\"seconds\":{seconds:.6}}}"
        )
    }

    pub(crate) fn tell(&self, known: &Known) {
        let stats = known.set.stats();
        let of_set = [
            ("indicators", stats.indicators),
            ("values", stats.terms),
            ("patterns", stats.patterns),
            ("patterns for every event", stats.always),
            ("bytes", stats.bytes.total()),
        ];
        let of_set = of_set.map(|(name, count)| (name.to_owned(), count as u64));
        table("set", of_set.iter().map(|(name, count)| (name, count)));
        table("parts of indicators that cannot be found", &known.skipped);
        table("indicators about several observations", [(&"not looked for".to_owned(), &known.several)]);
        table("events by map", &self.by_map);
        table("hits by feed", &self.by_source);
        table("suppressed hits by list", &self.by_list);
    }
}

fn table<'t>(title: &str, lines: impl IntoIterator<Item = (&'t String, &'t u64)>) {
    let mut lines = lines.into_iter().filter(|(_, count)| **count > 0).peekable();
    if lines.peek().is_some() {
        tell(format_args!("{title}"));
    }
    for (name, count) in lines {
        tell(format_args!("  {name:<32} {count:>12}"));
    }
}
