//! A second opinion on patterns of several observations, written to be plain and not to be fast.
//!
//! It lists the readings of a pattern (a branch for each `OR`, copies for `REPEATS`), for each all ways to give every
//! `[…]` an observation of its own, and for each of those decides by shortest paths whether there are instants that
//! fulfil all constraints.

use std::fmt::Write as _;

/// A pattern outside the brackets. What is observed is a letter.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Leaf(char),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    FollowedBy(Vec<Tree>),
    Within(Box<Tree>, i64),
    Repeats(Box<Tree>, usize),
    StartStop(Box<Tree>, i64, i64),
}

/// Observed data: letters, the first and last second, and the number observed.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    pub(crate) letters: String,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) count: usize,
}

/// Makes trees and observed data of bytes. Without bytes left it makes the smallest.
pub(crate) struct Maker<'d>(pub(crate) &'d [u8]);

impl Maker<'_> {
    pub(crate) fn below(&mut self, end: i64) -> i64 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        i64::from(*first) % end
    }

    pub(crate) fn tree(&mut self, depth: u32) -> Tree {
        match if depth == 0 { 0 } else { self.below(20) } {
            8..=10 => Tree::And(self.trees(depth)),
            11..=12 => Tree::Or(self.trees(depth)),
            13..=15 => Tree::FollowedBy(self.trees(depth)),
            16..=17 => Tree::Within(Box::new(self.tree(depth - 1)), self.below(4)),
            18 => Tree::Repeats(Box::new(self.tree(depth - 1)), 1 + self.below(3) as usize),
            19 => {
                let start = self.below(6);
                Tree::StartStop(Box::new(self.tree(depth - 1)), start, start + self.below(5))
            }
            _ => Tree::Leaf(['a', 'b', 'c'][self.below(3) as usize]),
        }
    }

    fn trees(&mut self, depth: u32) -> Vec<Tree> {
        let count = 2 + usize::from(self.below(5) == 4);
        (0..count).map(|_| self.tree(depth - 1)).collect()
    }

    pub(crate) fn observed(&mut self) -> Vec<Observed> {
        let count = 1 + self.below(5);
        (0..count)
            .map(|_| {
                let letters = ["a", "b", "c", "ab", "bc"][self.below(5) as usize].to_owned();
                let first = self.below(7);
                let last = first + [0, 0, 1, 3][self.below(4) as usize];
                Observed { letters, first, last, count: [1, 1, 1, 2][self.below(4) as usize] }
            })
            .collect()
    }
}

impl Tree {
    pub(crate) fn text(&self) -> String {
        let list = |trees: &[Tree], word: &str| {
            let texts: Vec<_> = trees.iter().map(Tree::text).collect();
            format!("({})", texts.join(word))
        };
        let second = |second: i64| format!("t'2020-01-01T00:00:{second:02}Z'");
        match self {
            Self::Leaf(letter) => format!("[mutex:name = '{letter}']"),
            Self::And(trees) => list(trees, " AND "),
            Self::Or(trees) => list(trees, " OR "),
            Self::FollowedBy(trees) => list(trees, " FOLLOWEDBY "),
            Self::Within(tree, seconds) => format!("({}) WITHIN {seconds} SECONDS", tree.text()),
            Self::Repeats(tree, times) => format!("({}) REPEATS {times} TIMES", tree.text()),
            Self::StartStop(tree, start, stop) => {
                format!("({}) START {} STOP {}", tree.text(), second(*start), second(*stop))
            }
        }
    }

    /// How many observations the largest reading needs.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Leaf(_) => 1,
            Self::And(trees) | Self::Or(trees) | Self::FollowedBy(trees) => trees.iter().map(Self::size).sum(),
            Self::Within(tree, _) | Self::StartStop(tree, ..) => tree.size(),
            Self::Repeats(tree, times) => tree.size() * times,
        }
    }

    fn readings(&self) -> Vec<Reading> {
        match self {
            Self::Leaf(letter) => vec![Reading { leaves: vec![(*letter, Vec::new())], edges: Vec::new() }],
            Self::Or(trees) => trees.iter().flat_map(Self::readings).collect(),
            Self::And(trees) => joined(trees.iter(), false),
            Self::FollowedBy(trees) => joined(trees.iter(), true),
            Self::Repeats(tree, times) => joined(std::iter::repeat_n(&**tree, *times), false),
            Self::Within(tree, seconds) => {
                let mut readings = tree.readings();
                for Reading { leaves, edges } in &mut readings {
                    let pairs = (0..leaves.len()).flat_map(|a| (0..leaves.len()).map(move |b| (a, b)));
                    edges.extend(pairs.filter(|(a, b)| a != b).map(|(a, b)| (a, b, (*seconds, -1))));
                }
                readings
            }
            Self::StartStop(tree, start, stop) => {
                let mut readings = tree.readings();
                for reading in &mut readings {
                    reading.leaves.iter_mut().for_each(|(_, windows)| windows.push((*start, *stop)));
                }
                readings
            }
        }
    }
}

/// A number of seconds, and of infinitely small amounts.
type Seconds = (i64, i64);

/// Letters with their windows, and edges: the second leaf is at most so much later than the first.
#[derive(Clone, Debug)]
struct Reading {
    leaves: Vec<(char, Vec<(i64, i64)>)>,
    edges: Vec<(usize, usize, Seconds)>,
}

fn joined<'t>(trees: impl Iterator<Item = &'t Tree>, is_ordered: bool) -> Vec<Reading> {
    let mut joined = vec![(Reading { leaves: Vec::new(), edges: Vec::new() }, 0)];
    for tree in trees {
        let readings = tree.readings();
        let pairs = joined.iter().flat_map(|left| readings.iter().map(move |right| (left, right)));
        joined = pairs
            .map(|((left, start), right)| {
                let mut new = left.clone();
                let end = left.leaves.len();
                new.leaves.extend(right.leaves.iter().cloned());
                new.edges.extend(right.edges.iter().map(|(a, b, most)| (a + end, b + end, *most)));
                if is_ordered {
                    let pairs = (*start..end).flat_map(|a| (end..new.leaves.len()).map(move |b| (a, b)));
                    new.edges.extend(pairs.map(|(a, b)| (b, a, (0, 0))));
                }
                (new, end)
            })
            .collect();
    }
    joined.into_iter().map(|(reading, _)| reading).collect()
}

/// Whether the pattern matches.
pub(crate) fn matches(tree: &Tree, observed: &[Observed]) -> bool {
    let occurrences: Vec<usize> =
        observed.iter().enumerate().flat_map(|(place, observed)| std::iter::repeat_n(place, observed.count)).collect();
    tree.readings().iter().any(|reading| assign(reading, observed, &occurrences, &mut Vec::new()))
}

/// Whether the leaves that have no occurrence yet can be given one each.
fn assign(reading: &Reading, observed: &[Observed], occurrences: &[usize], given: &mut Vec<usize>) -> bool {
    let Some((letter, _)) = reading.leaves.get(given.len()) else {
        let observed: Vec<_> = given.iter().map(|occurrence| &observed[occurrences[*occurrence]]).collect();
        return is_feasible(reading, &observed);
    };
    (0..occurrences.len()).any(|occurrence| {
        if given.contains(&occurrence) || !observed[occurrences[occurrence]].letters.contains(*letter) {
            return false;
        }
        given.push(occurrence);
        let is_found = assign(reading, observed, occurrences, given);
        given.pop();
        is_found
    })
}

/// Whether there are instants: there is no circle of negative length.
fn is_feasible(reading: &Reading, observed: &[&Observed]) -> bool {
    let origin = observed.len();
    let mut edges = reading.edges.clone();
    for (leaf, ((_, windows), observed)) in reading.leaves.iter().zip(observed).enumerate() {
        edges.push((origin, leaf, (observed.last, 0)));
        edges.push((leaf, origin, (-observed.first, 0)));
        for (start, stop) in windows {
            edges.push((origin, leaf, (*stop, -1)));
            edges.push((leaf, origin, (-start, 0)));
        }
    }
    let mut distances = vec![(0, 0); origin + 1];
    for _ in 0..origin + 2 {
        let mut is_settled = true;
        for (from, to, most) in &edges {
            let distance = (distances[*from].0 + most.0, distances[*from].1 + most.1);
            if distance < distances[*to] {
                distances[*to] = distance;
                is_settled = false;
            }
        }
        if is_settled {
            return true;
        }
    }
    false
}

/// The observed data as a bundle of STIX 2.1.
pub(crate) fn bundle(observed: &[Observed]) -> String {
    let mut objects = String::new();
    for (place, Observed { letters, first, last, count }) in observed.iter().enumerate() {
        let ids: Vec<_> = letters.chars().map(|letter| format!("\"mutex--{letter}\"")).collect();
        // Writing to a string cannot fail.
        let _ = write!(
            objects,
            r#"{{"type":"observed-data","spec_version":"2.1","id":"observed-data--{place}",
            "created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z",
            "first_observed":"2020-01-01T00:00:{first:02}Z","last_observed":"2020-01-01T00:00:{last:02}Z",
            "number_observed":{count},"object_refs":[{}]}},"#,
            ids.join(",")
        );
    }
    let mutexes = ['a', 'b', 'c']
        .map(|letter| format!(r#"{{"type":"mutex","spec_version":"2.1","id":"mutex--{letter}","name":"{letter}"}}"#));
    format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{objects}{}]}}"#, mutexes.join(","))
}
