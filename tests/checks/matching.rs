use std::collections::HashMap;

use stixkit::matching::{Binding, Error, ErrorKind, Matcher, Observations, Options};
use stixkit::pattern::{Parser, Pattern, Version};
use stixkit::{Bundle, Json};

use super::correlating::correlates;
use super::oracle;
use super::oracle::{Maker, Observed};

/// A pattern and data: matching never panics, ends within its budget, and agrees with itself. What is made of the same
/// bytes for the oracle agrees with it.
pub(crate) fn matching(data: &[u8]) {
    agrees_with_the_oracle(data);
    correlates(data);
    let text = String::from_utf8_lossy(data);
    let (pattern, json) = text.split_once('\n').unwrap_or((&text, "[]"));
    let bundle = Bundle::from_slice(json.as_bytes()).ok();
    let json = Json::new(json).unwrap_or_else(|_| Json::new("[]").unwrap());
    let untyped = Observations::from_json(&json);
    let typed = Observations::new(bundle.iter().flat_map(|bundle| bundle.objects()));
    for version in [Version::V20, Version::V21] {
        let Ok(pattern) = Parser::new().with_version(version).parse(pattern) else { continue };
        match Matcher::with_options(&pattern, Options::default().with_steps(20_000)) {
            Ok(matcher) => {
                for observations in [&untyped, &typed] {
                    agrees_with_itself(&pattern, &matcher, observations);
                }
                for object in bundle.iter().flat_map(|bundle| bundle.objects()) {
                    if let Err(error) = matcher.matches_object(object) {
                        assert_eq!(error.kind(), ErrorKind::NeedsObservations);
                    }
                }
            }
            Err(error) => {
                let span = error.span().expect("what a compiler refuses has a place");
                assert!(pattern.text().get(span.range()).is_some(), "{span:?}");
                assert!(!format!("{error:#}").is_empty());
            }
        }
    }
}

fn agrees_with_itself(pattern: &Pattern<'_>, matcher: &Matcher, observations: &Observations<'_>) {
    match (matcher.matches(observations), matcher.is_match(observations)) {
        (Ok(binding), Ok(is_match)) => {
            assert_eq!(binding.is_some(), is_match);
            binding.iter().for_each(|binding| is_sound(pattern, binding));
        }
        (Err(a), Err(b)) => assert_eq!((a.kind(), b.kind()), (ErrorKind::TooComplex, ErrorKind::TooComplex)),
        results => panic!("{results:?}"),
    }
    for test in matcher.explain(observations).tests {
        assert!(pattern.text().get(test.span.range()).is_some());
    }
}

/// No observation serves twice, and each satisfies its brackets with some object.
fn is_sound(pattern: &Pattern<'_>, binding: &Binding<'_>) {
    let mut used: HashMap<*const (), u64> = HashMap::new();
    for bound in binding {
        assert!(!bound.objects.is_empty() && bound.count > 0);
        assert!(pattern.text()[bound.span.range()].starts_with('['));
        for (span, _) in &bound.values {
            assert!(pattern.text()[span.range()].contains(':'));
        }
        let used = used.entry(std::ptr::from_ref(bound.observation).cast()).or_default();
        *used += bound.count;
        assert!(*used <= bound.observation.number_observed());
    }
}

/// Whether a pattern of several observations gets the verdict of the oracle. Returns the verdict, or `None` if the
/// pattern is too large for it.
pub(crate) fn agrees_with_the_oracle(data: &[u8]) -> Option<bool> {
    let mut maker = Maker(data);
    let tree = maker.tree(4);
    let observed = maker.observed();
    if tree.size() > 5 {
        return None;
    }
    let expected = oracle::matches(&tree, &observed);
    let text = tree.text();
    let pattern = Parser::new().parse(&text).unwrap_or_else(|error| panic!("{error:#}"));
    let matcher = Matcher::new(&pattern).unwrap_or_else(|error| panic!("{error:#}"));
    let bundle = oracle::bundle(&observed);
    let json = Json::new(&bundle).unwrap();
    let observations = Observations::from_json(&json);
    let verdict = matcher.is_match(&observations).map_err(|error: Error| error.kind());
    assert_eq!(verdict, Ok(expected), "{text}\n{observed:#?}");
    agrees_with_itself(&pattern, &matcher, &observations);
    // What a binding names is all that is needed.
    if let Some(binding) = matcher.matches(&observations).ok().flatten() {
        let mut counts = vec![0; observed.len()];
        for bound in &binding {
            let place = bound.observation.id().and_then(|id| id.strip_prefix("observed-data--")).unwrap();
            counts[place.parse::<usize>().unwrap()] += bound.count as usize;
        }
        let own = observed.iter().zip(counts).map(|(observed, count)| Observed { count, ..observed.clone() });
        assert!(oracle::matches(&tree, &own.collect::<Vec<_>>()), "{text}\n{observed:#?}\n{binding:#?}");
    }
    Some(expected)
}
