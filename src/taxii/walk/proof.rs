//! Evidence that a server sends objects in the order of their dates.

use crate::Timestamp;

/// How much evidence is proof, in bits: a server whose order has nothing to do with its dates would
/// show as much in one of a million walks.
const ENOUGH: f64 = 20.0;

/// Counts how unlikely it is that objects in another order would have looked like these.
///
/// Objects in an order that has nothing to do with dates have each arrangement equally often. If a
/// page of n objects is later than the m objects of the pages before it, this is one of the ways to
/// choose n of m + n places. Objects with the same date prove nothing against each other.
#[derive(Debug, Default)]
pub(super) struct Proof {
    bits: f64,
    /// How many objects of this chain are not later than `last`.
    earlier: u64,
    last: Option<Timestamp>,
    /// The last date from which objects came again as they should.
    overlap: Option<Timestamp>,
}

impl Proof {
    /// A proof that an earlier walk had.
    pub(super) fn complete() -> Self {
        Self { bits: ENOUGH, ..Self::default() }
    }

    pub(super) fn is_enough(&self) -> bool {
        self.bits >= ENOUGH
    }

    /// Notes that another chain starts: its start is a date of the server's, so that its pages are
    /// later than those before it in any order.
    pub(super) fn begin_chain(&mut self) {
        (self.earlier, self.last) = (0, None);
    }

    /// Adds a page of the chain with this span and `count` objects, of which `fresh` are new. Those
    /// that came before have proved already what they can. Dates are told apart if `is_later`.
    pub(super) fn add_page(
        &mut self,
        (first, last): (&Timestamp, &Timestamp),
        (count, fresh): (u64, u64),
        is_later: impl Fn(&Timestamp, &Timestamp) -> bool,
    ) {
        let is_after = self.last.as_ref().is_none_or(|before| is_later(first, before));
        let is_tied = self.last.as_ref().is_some_and(|before| first >= before && !is_later(last, before));
        if is_after {
            self.add_choice(self.earlier, fresh);
            self.last = Some(last.clone());
        }
        if is_after || is_tied {
            self.earlier = self.earlier.saturating_add(count);
        }
    }

    /// Adds objects that came in the order of these dates.
    pub(super) fn add_order<'t>(&mut self, dates: impl Iterator<Item = &'t Timestamp>) {
        let (mut places, mut ties) = (0.0, 0.0);
        let mut previous: Option<&Timestamp> = None;
        for date in dates {
            places += 1.0;
            ties = if previous == Some(date) { ties + 1.0 } else { 1.0 };
            previous = Some(date);
            self.bits += f64::log2(places / ties);
            if self.is_enough() {
                return;
            }
        }
    }

    /// Adds that of the `count` objects of a page the last `again` ones, and no others, came again
    /// from this date on.
    pub(super) fn add_overlap(&mut self, from: &Timestamp, count: u64, again: u64) {
        if self.overlap.as_ref().is_none_or(|before| before < from) {
            self.add_choice(count.saturating_sub(again), again);
            self.overlap = Some(from.clone());
        }
    }

    /// Adds that the later ones of two groups of objects are the later ones by their dates, too.
    fn add_choice(&mut self, earlier: u64, later: u64) {
        let (few, many) = (earlier.min(later), earlier.max(later));
        for place in 1..=few {
            if self.is_enough() {
                return;
            }
            self.bits += f64::log2((many as f64 + place as f64) / place as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(second: u32) -> Timestamp {
        Timestamp::parse(&format!("2024-01-01T00:00:{second:02}Z")).unwrap()
    }

    /// In how many walks one with these pages would be seen by chance: first and last date,
    /// objects, and new objects among them.
    fn chance(pages: &[(u32, u32, u64, u64)]) -> u64 {
        let mut proof = Proof::default();
        for (first, last, count, fresh) in pages {
            proof.add_page((&time(*first), &time(*last)), (*count, *fresh), |a, b| a > b);
        }
        proof.bits.exp2().round() as u64
    }

    #[test]
    fn pages_in_order_prove_as_much_as_they_are_unlikely() {
        for (pages, expected) in [
            (&[(1, 2, 5, 5)][..], 1),
            (&[(1, 2, 1, 1), (3, 4, 1, 1)], 2),
            (&[(1, 2, 5, 5), (3, 4, 5, 5)], 252),
            (&[(1, 2, 2, 2), (3, 4, 2, 2), (5, 6, 2, 2)], 90),
            // What came before proves nothing once more.
            (&[(1, 2, 5, 0), (3, 4, 5, 0)], 1),
            (&[(1, 2, 5, 0), (3, 4, 5, 2)], 21),
            // Ties across the border of pages.
            (&[(1, 2, 5, 5), (2, 4, 5, 5)], 1),
            (&[(1, 2, 5, 5), (2, 4, 5, 5), (3, 4, 5, 5)], 252),
            (&[(1, 1, 5, 5), (1, 1, 5, 5), (1, 1, 5, 5)], 1),
            (&[(1, 1, 2, 2), (1, 1, 3, 3), (2, 2, 5, 5)], 252),
        ] {
            assert_eq!(chance(pages), expected, "{pages:?}");
        }
        let mut proof = Proof::default();
        for second in 0..10 {
            assert!(!proof.is_enough());
            proof.add_page((&time(second), &time(second)), (1, 1), |a, b| a > b);
        }
        assert!(proof.is_enough(), "ten objects, each on a page of its own");
        proof.begin_chain();
        assert!(proof.is_enough() && proof.last.is_none());
        assert!(Proof::complete().is_enough());
    }

    #[test]
    fn objects_in_order_prove_what_distinct_dates_do() {
        for (dates, expected) in
            [(&[][..], 1.0), (&[1], 1.0), (&[1, 1, 1], 1.0), (&[1, 2, 3], 6.0), (&[1, 1, 2], 3.0), (&[1, 1, 2, 2], 6.0)]
        {
            let dates: Vec<_> = dates.iter().map(|second| time(*second)).collect();
            let mut proof = Proof::default();
            proof.add_order(dates.iter());
            assert!((proof.bits.exp2() - expected).abs() < 1e-6, "{dates:?} {proof:?}");
        }
    }

    #[test]
    fn an_overlap_counts_once() {
        let mut proof = Proof::default();
        proof.add_overlap(&time(2), 10, 10);
        assert_eq!(proof.bits, 0.0, "everything came again");
        for _ in 0..3 {
            proof.add_overlap(&time(3), 10, 4);
            assert_eq!(proof.bits.exp2().round(), 210.0);
        }
        proof.add_overlap(&time(4), u64::MAX, u64::MAX / 2);
        assert!(proof.is_enough());
    }
}
