//! A feed of which one object in a hundred is broken, in each of thirty-one ways: what becomes of it, and of nothing else.

use super::{Pieces, Seen, drain};
use stixkit::reader::{Accepted, Rejected};
use stixkit::{FindingKind, Reader};

#[path = "../../benches/generate/mod.rs"]
mod generate;

use generate::{Breakage, Expect, FEED_PREAMBLE, KeyOrder, Layout, broken_feed, feed};

/// As many indicators as it takes for each fault to come up; without optimization, once.
const SMALL: usize = if cfg!(debug_assertions) { 3_100 } else { 5_000 };

struct Feeds {
    good: Vec<u8>,
    broken: Vec<u8>,
    breakages: Vec<Breakage>,
    /// Offsets in `broken`.
    newlines: Vec<usize>,
}

impl Feeds {
    fn new(indicators: usize, order: KeyOrder, layout: Layout) -> Self {
        let (mut good, mut broken) = (Vec::new(), Vec::new());
        feed(indicators, order, layout, &mut good).expect("a vector takes all bytes");
        let breakages = broken_feed(indicators, order, layout, &mut broken).expect("a vector takes all bytes");
        assert_eq!(breakages.len(), indicators / 100);
        let newlines = (0..broken.len()).filter(|offset| broken[*offset] == b'\n').collect();
        Self { good, broken, breakages, newlines }
    }

    /// Every element of the broken feed has one outcome, and those that are not broken have that of the good feed.
    #[track_caller]
    fn assert_outcomes(&self, seen: &Seen, good: &Seen) {
        assert!(good.rejected.is_empty() && good.findings.is_empty());
        assert!(seen.error.is_none());
        assert_eq!(seen.objects.len() + seen.rejected.len(), good.objects.len());
        let mut objects = seen.objects.iter().peekable();
        let mut rejected = seen.rejected.iter().peekable();
        let mut breakages = self.breakages.iter().peekable();
        for (index, own) in good.objects.iter().enumerate() {
            let object = objects.next_if(|accepted| accepted.index == index as u64);
            let rejection = rejected.next_if(|rejected| rejected.index == index as u64);
            match (breakages.next_if(|breakage| breakage.index == index), object, rejection) {
                (None, Some(object), None) => {
                    assert_eq!(object.object, own.object);
                    assert!(object.findings.is_empty());
                }
                (Some(breakage), Some(object), None) => assert_kept(breakage, object, own, seen),
                (Some(breakage), None, Some(rejection)) => self.assert_rejected(breakage, rejection),
                (breakage, object, rejection) => panic!("{index}, {breakage:?}: {object:?}, {rejection:?}"),
            }
        }
    }

    /// What was rejected is the element that was broken, and all of it.
    #[track_caller]
    fn assert_rejected(&self, breakage: &Breakage, rejected: &Rejected) {
        let Breakage { kind, start, end, expect, .. } = *breakage;
        assert_eq!(expect, Expect::Rejected, "{kind}");
        assert_eq!(rejected.position.offset, start as u64, "{kind}");
        assert_eq!(rejected.raw.escape_ascii().to_string(), self.broken[start..end].escape_ascii().to_string());
        let error = &rejected.error;
        let fault = error.position().expect("a fault has a place").offset as usize;
        // A string that does not end is at fault where it meets the next quote, in the next element.
        let reach = if kind.contains("missing") || kind.starts_with("cut") { end + 4_000 } else { end };
        assert!((start..reach).contains(&fault), "{kind}, {start}..{end}: {error}");
        assert!(error.path().starts_with(&format!("$.objects[{}]", breakage.index)), "{kind}: {error}");
        let line = self.newlines.partition_point(|newline| *newline < fault) + 1;
        assert_eq!(error.position().map(|place| place.line), Some(line as u64), "{kind}");
    }
}

/// A broken element that was read: without the property that is wrong, or with a brace behind it that is none of its.
#[track_caller]
fn assert_kept(breakage: &Breakage, kept: &Accepted, own: &Accepted, seen: &Seen) {
    if breakage.kind == "closing brace twice" {
        // Nothing is wrong up to the second brace, so the object is kept and the brace told as the list's.
        assert_eq!(kept.object, own.object);
        let stray = seen
            .findings
            .iter()
            .find(|finding| finding.position.is_some_and(|place| place.offset == breakage.end as u64 - 1));
        assert_eq!(stray.map(|finding| finding.kind), Some(FindingKind::Container));
        return;
    }
    assert_eq!(breakage.expect, Expect::Salvaged, "{}", breakage.kind);
    let [finding] = &kept.findings[..] else { panic!("{}: {:?}", breakage.kind, kept.findings) };
    assert_eq!(finding.kind, FindingKind::SetAside);
    let place = finding.position.expect("a reader's finding has a place").offset as usize;
    assert!((breakage.start..breakage.end).contains(&place), "{}: {finding}", breakage.kind);
    let name = finding.path.rsplit('.').next().expect("a path has a last step");
    assert!(kept.object.custom().get(name).is_some(), "{}: {finding}", breakage.kind);
    assert!(kept.is_salvaged() && kept.object.id() == own.object.id());
}

#[track_caller]
fn assert_feed(indicators: usize, order: KeyOrder, layout: Layout) {
    let feeds = Feeds::new(indicators, order, layout);
    let good = drain(Reader::from_slice(&feeds.good));
    assert_eq!(good.objects.len(), indicators + FEED_PREAMBLE);
    let seen = drain(Reader::from_slice(&feeds.broken));
    feeds.assert_outcomes(&seen, &good);
    for piece in [7, 4096, usize::MAX] {
        let streamed = drain(Reader::from_reader(Pieces::new(&feeds.broken, &[piece])));
        assert!(streamed.lines == seen.lines, "in pieces of {piece}");
    }
}

#[test]
fn compact() {
    assert_feed(SMALL, KeyOrder::TypeFirst, Layout::Compact);
}

#[test]
fn compact_with_sorted_keys() {
    assert_feed(SMALL, KeyOrder::Alphabetical, Layout::Compact);
}

#[test]
fn lines() {
    assert_feed(SMALL, KeyOrder::TypeFirst, Layout::Lines);
}

#[test]
fn lines_with_sorted_keys() {
    assert_feed(SMALL, KeyOrder::Alphabetical, Layout::Lines);
}

#[test]
fn pretty() {
    assert_feed(SMALL, KeyOrder::TypeFirst, Layout::Pretty);
}

#[test]
fn pretty_with_sorted_keys() {
    assert_feed(SMALL, KeyOrder::Alphabetical, Layout::Pretty);
}

/// In this size each fault follows each other one at many distances.
#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimization")]
fn fifty_thousand_indicators() {
    for (order, layout) in [(KeyOrder::TypeFirst, Layout::Compact), (KeyOrder::Alphabetical, Layout::Lines)] {
        let feeds = Feeds::new(50_000, order, layout);
        let good = drain(Reader::from_slice(&feeds.good));
        feeds.assert_outcomes(&drain(Reader::from_slice(&feeds.broken)), &good);
    }
}
