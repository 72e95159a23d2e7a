//! A set finds what [`Matcher`] finds, in a generated log.
//!
//! The matcher reads the events as observed data. A hit of the set that the matcher does not have
//! is one that the set makes on purpose: another spelling of the same value, a name below a domain,
//! an address in a network.
//!
//! The matcher looks at each different object once, with all patterns that name a type of it, and
//! with some of the others, of which none may hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use serde_json::json;
use stixkit::matching::event::{Event, Value};
use stixkit::matching::set::{Hit, How, IndicatorSet, Scanner, SetOptions};
use stixkit::matching::suppress::Suppress;
use stixkit::matching::{Matcher, Observations};
use stixkit::pattern::Pattern;
use stixkit::row::ValueKind;

use super::generate::{Choices, Fields, event, objects, pattern};
use super::{Rules, indicator, number};

const TYPES: &[&str] = &[
    "ipv4-addr:",
    "ipv6-addr:",
    "domain-name:",
    "url:",
    "file:",
    "process:",
    "email-message:",
    "network-traffic:",
    "windows-registry-key:",
    "user-account:",
];

/// When all events happen.
const TIME: &str = "2024-06-01T00:00:00Z";

/// All patterns as matchers, by the types of objects that they name.
struct Reference {
    matchers: Vec<Matcher>,
    by_type: HashMap<&'static str, Vec<u32>>,
}

impl Reference {
    fn new(patterns: &[String]) -> Self {
        let mut by_type: HashMap<_, Vec<u32>> = HashMap::new();
        for (at, pattern) in patterns.iter().enumerate() {
            let types: Vec<_> = TYPES.iter().filter(|object_type| pattern.contains(**object_type)).collect();
            assert!(!types.is_empty(), "{pattern}");
            types.iter().for_each(|object_type| by_type.entry(**object_type).or_default().push(at as u32));
        }
        let matcher = |pattern: &String| Matcher::new(&Pattern::parse(pattern).unwrap()).unwrap();
        Self { matchers: patterns.iter().map(matcher).collect(), by_type }
    }

    /// The patterns that hold for an object and what its references lead to.
    fn holding(&self, scope: &str) -> Vec<u32> {
        const OTHERS: usize = 20;
        let scope: serde_json::Value = serde_json::from_str(scope).unwrap();
        let mut candidates = BTreeSet::new();
        for object in scope.as_object().unwrap().values() {
            let object_type = format!("{}:", object["type"].as_str().unwrap());
            candidates.extend(self.by_type.get(&*object_type).into_iter().flatten());
        }
        let text = scope.to_string();
        let observed = json!({
            "type": "observed-data", "number_observed": 1, "objects": scope,
            "first_observed": TIME, "last_observed": TIME,
        });
        let json = stixkit::Json::new(&observed.to_string()).unwrap();
        let observations = Observations::from_json(&json);
        let holds = |at: u32| self.matchers[at as usize].is_match(&observations).unwrap();
        let choices = &mut Choices(text.len() as u64);
        for _ in 0..OTHERS {
            let other = choices.below(self.matchers.len()) as u32;
            assert!(candidates.contains(&other) || !holds(other), "pattern {other} holds for {text}");
        }
        candidates.into_iter().filter(|at| holds(*at)).collect()
    }
}

/// Whether a hit of the set that the matcher lacks is one that the set is for.
fn is_meant(hit: &Hit<'_>) -> bool {
    let kind = |path: Option<&str>| match path {
        Some("domain-name:value") => ValueKind::Domain,
        Some("url:value") => ValueKind::Url,
        Some("file:hashes.MD5" | "file:hashes.'SHA-256'") => ValueKind::Hash,
        Some("ipv4-addr:value" | "network-traffic:src_ref.value" | "network-traffic:dst_ref.value") => ValueKind::Ipv4,
        Some("ipv6-addr:value") => ValueKind::Ipv6,
        Some("email-message:from_ref.value") => ValueKind::Email,
        Some("windows-registry-key:key") => ValueKind::RegistryKey,
        _ => ValueKind::Name,
    };
    match hit.how() {
        How::Subdomain(_) | How::Network(_) => true,
        // Addresses and hashes count wherever they are; text in any case.
        How::Exact => {
            let kind = kind(hit.path());
            let normal = stixkit::row::normalize(kind, hit.value().unwrap());
            hit.matched().unwrap().eq_ignore_ascii_case(&normal)
        }
        // Patterns are also tested with values in normal form.
        How::Pattern => true,
        _ => false,
    }
}

#[test]
fn a_set_loses_nothing_that_the_matcher_finds() {
    compare(2_000, 5_000);
}

/// `STIXKIT_DIFFERENTIAL` sets the numbers of indicators and of events: `20000,100000`.
#[test]
#[ignore = "needs minutes, and optimization"]
fn a_set_loses_nothing_in_a_long_log() {
    let sizes = std::env::var("STIXKIT_DIFFERENTIAL").unwrap_or_else(|_| "20000,100000".to_owned());
    let (indicators, events) = sizes.split_once(',').unwrap();
    compare(indicators.parse().unwrap(), events.parse().unwrap());
}

/// Compares a set and matchers.
fn compare(indicators: usize, events: usize) {
    let choices = &mut Choices(7);
    let patterns: Vec<String> = (0..indicators).map(|_| pattern(choices)).collect();
    let set = set(&patterns);
    let different = (events / 50).max(50);
    let events: Vec<Fields> = (0..events).map(|_| event(choices, different)).collect();
    let scopes: BTreeSet<String> = events.iter().flat_map(objects).map(|scope| scope.to_string()).collect();
    let scopes: Vec<String> = scopes.into_iter().collect();
    let reference = Reference::new(&patterns);
    let expected: HashMap<&str, Vec<u32>> = in_parts(scopes.len(), |part| {
        scopes[part].iter().map(|scope| (&**scope, reference.holding(scope))).collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .collect();
    let hits = in_parts(events.len(), |part| {
        let rules = Rules::new();
        // One for all events, since it remembers the patterns that it compiled.
        let mut scanner = set.scanner().with_max_hits(usize::MAX);
        let compare = |fields| compare_event(&mut scanner, &patterns, &rules, fields, &expected);
        events[part].iter().map(compare).sum::<usize>()
    });
    let hits: usize = hits.into_iter().sum();
    assert!(hits > events.len(), "{hits} hits are too few to mean anything");
}

fn set(patterns: &[String]) -> IndicatorSet {
    let options = SetOptions::default().with_max_always(patterns.len());
    let mut set = IndicatorSet::with_options(options).with_suppress(Suppress::new());
    let mut forms = BTreeMap::new();
    for (at, text) in patterns.iter().enumerate() {
        let inserted = set.insert(&indicator(at as u128, text));
        assert!(inserted.skipped.is_empty(), "{text}: {inserted:?}");
        *forms.entry((inserted.values > 0, inserted.anchors > 0, inserted.always)).or_insert(0) += 1;
    }
    assert!(forms.len() >= 5, "{forms:?}");
    set
}

/// Does work in several threads, each of which has a part of a list.
fn in_parts<T: Send>(len: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let size = len.div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> =
            (0..len).step_by(size).map(|start| scope.spawn(move || work(start..len.min(start + size)))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    })
}

/// Compares the hits of an event and returns how many there are.
fn compare_event(
    scanner: &mut Scanner<'_>,
    patterns: &[String],
    rules: &Rules,
    fields: &Fields,
    expected: &HashMap<&str, Vec<u32>>,
) -> usize {
    let borrowed: Vec<_> = fields.iter().map(|(field, value)| (*field, value.as_str())).collect();
    let values: Vec<Value<'_>> = rules.values(&borrowed);
    let holding: BTreeSet<u32> =
        objects(fields).iter().flat_map(|scope| &expected[&*scope.to_string()]).copied().collect();
    let mut found = BTreeSet::new();
    let time = stixkit::Timestamp::parse(TIME).unwrap();
    scanner.event(&Event::new(&values).with_time(time), |hit| {
        let number = number(&hit) as u32;
        if found.insert(number) && !holding.contains(&number) {
            assert!(is_meant(&hit), "{} {fields:?} {hit:?}", patterns[number as usize]);
        }
    });
    let lost = holding.difference(&found).next().map(|lost| &patterns[*lost as usize]);
    assert_eq!(lost, None, "lost in {fields:?}");
    holding.len()
}
