use std::collections::HashSet;

use chrono::TimeDelta;
use stixkit::Json;
use stixkit::matching::correlator::{Alert, Correlator, Options};
use stixkit::matching::{ErrorKind, Matcher, Observations};
use stixkit::pattern::{Parser, Pattern};

use super::oracle;
use super::oracle::{Maker, Observed};

/// A stream in any order: with enough room, a correlator reports a match if and only if a matcher finds one in all of
/// it, and in a stream in order as soon as it does. With little room, what it reports is true. Returns the verdict, or
/// `None` if the pattern is not for a correlator.
pub(crate) fn correlates(data: &[u8]) -> Option<bool> {
    let mut maker = Maker(data);
    let tree = maker.tree(4);
    let mut observed: Vec<Observed> = (0..1 + maker.below(3)).flat_map(|_| maker.observed()).collect();
    let text = tree.text();
    let pattern = Parser::new().parse(&text).unwrap_or_else(|error| panic!("{error:#}"));
    if !matcher(&pattern).needs_observations() || tree.size() > 8 {
        return None;
    }
    let is_match = |observed: &[Observed]| {
        let json = Json::new(&oracle::bundle(observed)).unwrap();
        matcher(&pattern).is_match(&Observations::from_json(&json)).expect("it is small")
    };
    let expected = is_match(&observed);

    // As they come, with room to wait.
    let wide = || Options::default().with_horizon(TimeDelta::seconds(100)).with_steps(5_000_000);
    let patient = wide().with_lateness(TimeDelta::seconds(100));
    let (alerts, counts) = run(&pattern, patient, &observed);
    assert_eq!(!alerts.is_empty(), expected, "{text}\n{observed:#?}\n{alerts:#?}");
    assert!(counts.is_complete(), "{counts:?}");
    are_true(&text, &alerts, &observed, &is_match);

    // With little room.
    let (state, total) = (1 + maker.below(3) as usize, 4 + maker.below(8) as usize);
    let small = wide().with_state(state).with_total(total).with_waiting(2);
    let small = small.with_lateness(TimeDelta::seconds(maker.below(3))).with_horizon(TimeDelta::seconds(3));
    let (alerts, _) = run(&pattern, small, &observed);
    are_true(&text, &alerts, &observed, &is_match);

    // In order, at once.
    observed.sort_by_key(|observed| observed.first);
    let (alerts, counts) = run(&pattern, wide(), &observed);
    let completed = alerts.first().map(|(at, _)| *at);
    let first = (0..observed.len()).find(|last| is_match(&observed[..=*last]));
    assert_eq!(completed, first, "{text}\n{observed:#?}\n{alerts:#?}");
    assert!(counts.is_complete(), "{counts:?}");
    are_true(&text, &alerts, &observed, &is_match);
    Some(expected)
}

fn matcher(pattern: &Pattern<'_>) -> Matcher {
    Matcher::new(pattern).unwrap_or_else(|error| panic!("{error:#}"))
}

/// The alerts, each with the number of the observation that completed it.
fn run(
    pattern: &Pattern<'_>,
    options: Options,
    observed: &[Observed],
) -> (Vec<(usize, Alert)>, stixkit::matching::correlator::Counts) {
    let mut correlator = match Correlator::new([matcher(pattern)], options) {
        Ok(correlator) => correlator,
        Err(error) => panic!("{error}: {:?}", ErrorKind::OneObservation),
    };
    let mut alerts = Vec::new();
    for (place, observed) in observed.iter().enumerate() {
        let json = Json::new(&oracle::bundle(std::slice::from_ref(observed))).unwrap();
        let new = correlator.push(&Observations::from_json(&json));
        alerts.extend(new.into_iter().map(|alert| (place, alert)));
    }
    alerts.extend(correlator.finish().into_iter().map(|alert| (observed.len(), alert)));
    assert_eq!(correlator.counts().pushed, observed.len() as u64);
    (alerts, correlator.counts())
}

/// The observations of each alert satisfy the pattern by themselves, and none is part of two alerts.
fn are_true(text: &str, alerts: &[(usize, Alert)], observed: &[Observed], is_match: &dyn Fn(&[Observed]) -> bool) {
    let mut used = HashSet::new();
    for (_, alert) in alerts {
        let mut own: Vec<(u64, usize)> = Vec::new();
        for part in &alert.parts {
            match own.iter_mut().find(|(number, _)| *number == part.number) {
                Some((_, count)) => *count += part.count as usize,
                None => own.push((part.number, part.count as usize)),
            }
        }
        let own = own.into_iter().map(|(number, count)| {
            assert!(used.insert(number), "{alerts:#?}");
            let observed = &observed[number as usize];
            assert!(count <= observed.count, "{alert:#?}");
            Observed { count, ..observed.clone() }
        });
        assert!(is_match(&own.collect::<Vec<_>>()), "{text}\n{alert:#?}\n{observed:#?}");
    }
}
