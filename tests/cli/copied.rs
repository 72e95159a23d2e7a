//! The short examples, which people copy: each runs without arguments on the sample. And what holds for all examples.

use std::process::Command;

use super::{command, run, run_with};

/// The manifest of the examples, which lists them.
const MANIFEST: &str = include_str!("../../examples/Cargo.toml");

const NONE: [&str; 0] = [];

#[test]
fn read_lists_objects() {
    let ended = run("read", &NONE, 0);
    assert!(ended.lines().iter().any(|line| line.starts_with("indicator ")), "{}", ended.text());
}

#[test]
fn rows_lists_values() {
    let ended = run("rows", &NONE, 0);
    assert!(ended.lines().iter().any(|line| line.contains("198.51.100.")), "{}", ended.text());
}

#[cfg(feature = "parallel")]
#[test]
fn parallel_lists_rows() {
    let ended = run("parallel", &NONE, 0);
    assert!(ended.lines().iter().any(|line| line.contains("198.51.100.")), "{}", ended.text());
}

#[cfg(feature = "reqwest")]
#[test]
fn poll_gets_every_object() {
    let ended = run("poll", &NONE, 0);
    assert!(ended.text().contains("251 objects"), "{}", ended.text());
}

#[test]
fn versions_go_both_ways() {
    let ended = run("versions", &NONE, 0);
    let text = ended.text();
    assert!(
        text.contains(r#""x_is_encrypted":true"#) && text.contains("is_encrypted is kept as x_is_encrypted"),
        "{text}"
    );
    assert!(text.contains(r#""objects":{"0":{"#) && text.contains("sigma"), "{text}");
}

/// Whether this test was built with a feature, as the examples were that it runs.
fn has(feature: &str) -> bool {
    match feature {
        "match" => cfg!(feature = "match"),
        "parallel" => cfg!(feature = "parallel"),
        "reqwest" => cfg!(feature = "reqwest"),
        "rows" => cfg!(feature = "rows"),
        _ => panic!("name the feature {feature} in this test"),
    }
}

#[test]
fn every_example_has_help() {
    let mut count = 0;
    for example in MANIFEST.split("[[example]]\n").skip(1) {
        let value = |key: &str| example.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
        let name = value("name").expect("each example has a name").trim_matches('"');
        let needed = value("required-features").unwrap_or_default();
        if needed.split('"').skip(1).step_by(2).all(has) {
            let text = run(name, &["--help"], 0).text().to_owned();
            assert!(text.starts_with(&format!("usage: {name}")), "{name}: {text}");
            count += 1;
        }
    }
    assert!(count >= 7, "{count}");
}

#[test]
fn the_first_program_fits_a_narrow_terminal() {
    let ended = run_with(without_columns("feed_to_rows"), &[], 0);
    for line in ended.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(ended.lines().len() > 10);
}

fn without_columns(program: &str) -> Command {
    let mut command = command(program, &NONE);
    command.env_remove("COLUMNS");
    command
}
