//! Rows of the patterns of the corpus, next to those that the first edition of the crate made.
//!
//! `first_edition.txt` was written by the first edition. It has a line for each pattern: its hash,
//! and for each row the hash of key and value, the hash of the normal form, and `+` if the row is
//! standalone. The patterns themselves belong to others.

use std::collections::{BTreeMap, BTreeSet};

use stixkit::row::{Observable, Outcome, Unmapped};

use super::outcome;

/// How often a row differs, and by which rule.
const DIFFERENCES: &[(&str, usize)] = &[
    ("context row of a qualifier", 136),
    ("context row of a sequence", 96),
    ("context row of several observations", 174),
    ("equality by LIKE", 13),
    ("normal form of registry_key", 21),
    ("normal form of serial", 4),
    // Networks with host bits and a prefix length below 8, which are text now.
    ("normal form of text", 6),
    ("normal form of url", 6),
    ("standalone hash", 3),
];

/// Rows that the first edition made, and rows of today.
const ROWS: (usize, usize) = (1824, 2243);

/// A row of a pattern, without its key and value.
#[derive(Clone, Copy, PartialEq)]
struct Told {
    norm: u16,
    standalone: bool,
}

/// FNV-1a of 64 bits, folded.
fn hash(text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ hash >> 32) as u32
}

fn hash_of_row(observable: &Observable<'_>) -> u32 {
    hash(&format!("{}\0{}", observable.key, observable.value))
}

/// The rows of a pattern by the hashes of their keys and values.
type Rows = BTreeMap<u32, Told>;

fn of_first_edition() -> BTreeMap<u32, Rows> {
    let row = |text: &str| {
        let (digits, standalone) = text.strip_suffix('+').map_or((text, false), |digits| (digits, true));
        let number = u64::from_str_radix(digits, 16).unwrap();
        ((number >> 16) as u32, Told { norm: number as u16, standalone })
    };
    let line = |line: &str| {
        let mut parts = line.split(' ');
        (u32::from_str_radix(parts.next().unwrap(), 16).unwrap(), parts.map(row).collect())
    };
    include_str!("first_edition.txt").lines().map(line).collect()
}

/// All patterns of the corpus, each once.
fn patterns() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in ["valid", "match", "match_dev", "disputed", "invalid"] {
        let cases = crate::pattern::corpus(&format!("{file}.jsonl"));
        found.extend(cases.iter().map(|case| case["pattern"].as_str().unwrap().to_owned()));
    }
    let published = crate::corpus::indicators();
    found.extend(published.iter().filter_map(|indicator| Some(indicator.get("pattern")?.as_str()?.to_owned())));
    found
}

/// The rule by which a row differs; `None` if it is the same as before.
fn rule(outcome: &Outcome<'_>, observable: &Observable<'_>, standalone: bool, old: Option<&Told>) -> Option<String> {
    let norm = hash(&observable.norm) as u16;
    let is_like = |pattern: &str| pattern.contains(" LIKE ");
    let name = match (old, &outcome.reason) {
        (Some(old), _) if *old == (Told { norm, standalone }) => return None,
        (Some(old), _) if old.norm == norm && standalone && observable.hash_type().is_some() => "standalone hash",
        (Some(old), _) if old.standalone == standalone => {
            return Some(format!("normal form of {}", observable.kind.as_str()));
        }
        (None, Some(Unmapped::Qualifier)) if !standalone => "context row of a qualifier",
        (None, Some(Unmapped::Sequence)) if !standalone => "context row of a sequence",
        (None, Some(Unmapped::SeveralObservations)) if !standalone => "context row of several observations",
        (None, _) if is_like(&outcome.rows[0].pattern) => "equality by LIKE",
        _ => panic!("no rule for {observable:?} of {}", outcome.rows[0].pattern),
    };
    Some(name.to_owned())
}

#[test]
#[ignore = "needs the corpus"]
fn corpus_rows_differ_from_those_of_the_first_edition_by_the_rules_alone() {
    let old = of_first_edition();
    let patterns = patterns();
    let known: BTreeSet<_> = patterns.iter().map(|pattern| hash(pattern)).collect();
    assert_eq!(known, old.keys().copied().collect(), "the corpus is another one");
    let mut differences: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows = (0, 0);
    for pattern in &patterns {
        let outcome = outcome(pattern);
        let mut before = old[&hash(pattern)].clone();
        rows.0 += before.len();
        for row in &outcome.rows {
            let Some(observable) = &row.observable else { continue };
            rows.1 += 1;
            let old = before.remove(&hash_of_row(observable));
            if let Some(rule) = rule(&outcome, observable, row.relation.standalone, old.as_ref()) {
                *differences.entry(rule).or_default() += 1;
            }
        }
        assert!(before.is_empty(), "{pattern} has lost rows");
    }
    let found: Vec<_> = differences.iter().map(|(rule, count)| (&**rule, *count)).collect();
    assert_eq!((rows, &found[..]), (ROWS, DIFFERENCES));
}
