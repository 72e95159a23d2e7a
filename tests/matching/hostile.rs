//! Patterns and data that make a search long. Those that can be decided in polynomial time are, in few steps.

use serde_json::{Value, json};
use stixkit::Json;
use stixkit::matching::{ErrorKind, Matcher, Observations, Options};
use stixkit::pattern::Parser;

/// Files of sizes 0 and up, a second apart.
fn files(count: usize, number_observed: u64) -> Value {
    let observed = (0..count).map(|place| {
        let time = format!("2020-01-01T{:02}:{:02}:{:02}Z", place / 3600, place / 60 % 60, place % 60);
        json!({"type": "observed-data", "first_observed": time, "last_observed": time,
            "number_observed": number_observed, "objects": {"0": {"type": "file", "size": place}}})
    });
    observed.collect()
}

#[track_caller]
fn verdict(pattern: &str, observed: &Value, steps: u64) -> Result<bool, ErrorKind> {
    let pattern = Parser::new().parse(pattern).unwrap_or_else(|error| panic!("{error:#}"));
    let matcher = Matcher::with_options(&pattern, Options::default().with_steps(steps)).unwrap();
    let json = Json::new(&observed.to_string()).unwrap();
    matcher.is_match(&Observations::from_json(&json)).map_err(|error| error.kind())
}

#[test]
fn more_parts_than_observations() {
    let tests: Vec<_> = (0..12).map(|place| format!("[file:size >= 0 AND file:size < {}]", 100 + place)).collect();
    let pattern = tests.join(" AND ");
    assert_eq!(verdict(&pattern, &files(11, 1), 10_000), Ok(false));
    assert_eq!(verdict(&pattern, &files(12, 1), 10_000), Ok(true));
    let within = format!("({pattern}) WITHIN 12 SECONDS");
    assert_eq!(verdict(&within, &files(11, 1), 10_000), Ok(false));
    assert_eq!(verdict(&within, &files(13, 1), 100_000), Ok(true));
}

#[test]
fn repetitions_do_not_count() {
    let million = "[file:size >= 0] REPEATS 1000000 TIMES";
    assert_eq!(verdict(million, &files(10, 99_999), 1_000), Ok(false));
    assert_eq!(verdict(million, &files(10, 100_000), 1_000), Ok(true));
    for (seconds, expected) in [(9, false), (10, true)] {
        let within = format!("{million} WITHIN {seconds} SECONDS");
        assert_eq!(verdict(&within, &files(20, 100_000), 10_000), Ok(expected));
    }
    let followed = format!("{million} FOLLOWEDBY {million}");
    assert_eq!(verdict(&followed, &files(20, 100_000), 10_000), Ok(true));
    assert_eq!(verdict(&followed, &files(19, 100_000), 10_000), Ok(false));
    let huge = format!("[file:size >= 0] REPEATS {} TIMES", "9".repeat(100));
    assert_eq!(verdict(&huge, &files(10, 999_999_999), 1_000), Ok(false));
    let group = "([file:size = 1] FOLLOWEDBY [file:size = 2]) REPEATS 1000000 TIMES";
    assert_eq!(verdict(group, &files(10, 1), 1_000), Ok(false));
}

#[test]
fn many_branches() {
    let tests: Vec<_> = (1..=5_000).map(|size| format!("file:size = {}", size + 1_000)).collect();
    let one = format!("[{}]", tests.join(" OR "));
    assert_eq!(verdict(&one, &files(10, 1), 1_000), Ok(false));
    let several: Vec<_> = tests.iter().map(|test| format!("[{test}]")).collect();
    assert_eq!(verdict(&several.join(" OR "), &files(10, 1), 1_000), Ok(false));
    let pairs: Vec<_> = several.iter().map(|test| format!("({test} AND [file:size = 0])")).collect();
    assert_eq!(verdict(&pairs.join(" OR "), &files(10, 1), 1_000_000), Ok(false));
    assert_eq!(verdict(&several.join(" AND "), &files(10, 1), 1_000_000), Ok(false));
}

#[test]
fn nested_windows_are_decided_or_given_up() {
    let mut pattern = "[file:size >= 0]".to_owned();
    for depth in 1..=12 {
        pattern = format!(
            "({pattern} AND ([file:size > {depth}] OR ([file:size < 190] FOLLOWEDBY [file:size > 3]))) \
                           WITHIN {} SECONDS",
            2 * depth
        );
    }
    let verdict = verdict(&pattern, &files(200, 1), 2_000_000);
    assert!(matches!(verdict, Ok(true) | Err(ErrorKind::TooComplex)), "{verdict:?}");
}

/// Thousands of observations under several constraints, some of which contradict each other.
#[test]
fn many_observations_under_several_constraints() {
    let file = |place: usize, size: u64| {
        let second = 5 * place;
        let time = format!("2020-01-01T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60);
        json!({"type": "observed-data", "first_observed": time, "last_observed": time, "number_observed": 1,
            "objects": {"0": {"type": "file", "size": size}}})
    };
    // Sizes take turns each five seconds, but for the first and the last.
    let sizes = |place: usize| match place {
        0 => 8,
        2_999 => 9,
        _ => [1, 3, 2, 4][place % 4],
    };
    let observed: Value = (0..3_000).map(|place| file(place, sizes(place))).collect();
    let near =
        |a: u64, b: u64, seconds: u64| format!("([file:size = {a}] AND [file:size = {b}]) WITHIN {seconds} SECONDS");
    let chain = |sizes: [u64; 4]| sizes.map(|size| format!("[file:size = {size}]")).join(" FOLLOWEDBY ");
    for (pattern, expected) in [
        (format!("{} AND {}", near(1, 3, 6), near(2, 4, 6)), true),
        (format!("{} AND {}", near(1, 3, 6), near(1, 2, 10)), false),
        (format!("({} AND {}) WITHIN 100 SECONDS", near(1, 3, 6), near(2, 4, 6)), true),
        (format!("({}) FOLLOWEDBY ({})", near(2, 4, 6), near(1, 3, 6)), true),
        (chain([4, 3, 2, 1]), true),
        (chain([8, 3, 2, 9]), true),
        (chain([9, 3, 2, 8]), false),
        (format!("({}) WITHIN 5 SECONDS", chain([4, 3, 2, 1])), false),
    ] {
        assert_eq!(verdict(&pattern, &observed, 2_000_000), Ok(expected), "{pattern}");
    }
}

/// Choosing sets that cover everything once: there is no way but to try.
#[test]
fn what_is_hard_is_given_up() {
    let triple =
        |a: usize, b: usize, c: usize| format!("([file:size = {a}] AND [file:size = {b}] AND [file:size = {c}])");
    let choices: Vec<_> = (0..24)
        .map(|place| {
            let branches: Vec<_> = (0..24)
                .map(|other| triple(place, (7 * place + 5 * other) % 60, (11 * other + place * place) % 60))
                .collect();
            format!("({})", branches.join(" OR "))
        })
        .collect();
    let verdict = verdict(&choices.join(" AND "), &files(70, 1), 300_000);
    assert_eq!(verdict, Err(ErrorKind::TooComplex));
}

#[test]
fn references_in_circles_do_not_multiply() {
    let objects = json!({
        "0": {"type": "x", "y_refs": ["0", "1", "2"]},
        "1": {"type": "x", "y_refs": ["0", "1", "2"]},
        "2": {"type": "x", "y_refs": ["0", "1", "2"], "z": 1},
    });
    let observed = json!([{"type": "observed-data", "first_observed": "2020-01-01T00:00:00Z",
        "last_observed": "2020-01-01T00:00:00Z", "number_observed": 1, "objects": objects}]);
    let path = "y_refs[*].".repeat(1_000);
    assert_eq!(verdict(&format!("[x:{path}z = 1]"), &observed, 10), Ok(true));
    assert_eq!(verdict(&format!("[x:{path}z = 2]"), &observed, 10), Ok(false));
}

#[test]
fn regular_expressions_take_bounded_time_and_memory() {
    let text = "a".repeat(100_000);
    let observed = json!([{"type": "observed-data", "first_observed": "2020-01-01T00:00:00Z",
        "last_observed": "2020-01-01T00:00:00Z", "number_observed": 1, "objects": {"0": {"type": "file", "name": text}}}]);
    assert_eq!(verdict("[file:name MATCHES '^(a+)+$b']", &observed, 10), Ok(false));
    let tests: Vec<_> = (0..200).map(|place| format!("file:name MATCHES '{place}\\\\w{{60}}'")).collect();
    let pattern = Parser::new().parse(&format!("[{}]", tests.join(" OR "))).map(|pattern| Matcher::new(&pattern).err());
    assert_eq!(pattern.unwrap().map(|error| error.kind()), Some(ErrorKind::RegexTooLarge));
}

#[test]
fn times_at_the_ends_of_the_calendar() {
    let (first, last) = ("0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z");
    let observed = |times: &[(&str, &str)]| -> Value {
        let observed = times.iter().map(|(first, last)| {
            json!({"type": "observed-data", "first_observed": first, "last_observed": last, "number_observed": 1,
                "objects": {"0": {"type": "file", "size": 1}}})
        });
        observed.collect()
    };
    let two = "([file:size = 1] REPEATS 2 TIMES)";
    for (pattern, times, expected) in [
        (format!("{two} WITHIN 1 SECONDS"), &[(first, last), (first, first)][..], true),
        (format!("{two} WITHIN 1 SECONDS"), &[(first, first), (last, last)], false),
        (format!("{two} WITHIN {} SECONDS", "9".repeat(300)), &[(first, first), (last, last)], true),
        (format!("{two} WITHIN 0.{}1 SECONDS", "0".repeat(300)), &[(last, last), (last, last)], true),
        (format!("{two} WITHIN 0 SECONDS"), &[(last, last), (last, last)], false),
        (
            "[file:size = 1] FOLLOWEDBY [file:size = 1] FOLLOWEDBY [file:size = 1]".to_owned(),
            &[(last, last), (first, first), (first, last)],
            true,
        ),
        (format!("{two} START t'{first}' STOP t'{last}'"), &[(first, last), (first, first)], true),
        (format!("{two} START t'{first}' STOP t'{last}'"), &[(last, last), (last, last)], false),
        (format!("{two} START t'{last}' STOP t'{first}'"), &[(first, last), (first, last)], false),
        // A leap second is the second after it, and reversed or impossible times are left out.
        (
            format!("{two} WITHIN 0.5 SECONDS"),
            &[("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"), ("2017-01-01T00:00:00Z", "2017-01-01T00:00:00Z")],
            true,
        ),
        (two.to_owned(), &[(last, first), (first, first)], false),
        (two.to_owned(), &[("2020-02-30T00:00:00Z", last), (first, first)], false),
    ] {
        assert_eq!(verdict(&pattern, &observed(times), 10_000), Ok(expected), "{pattern} {times:?}");
    }
}
