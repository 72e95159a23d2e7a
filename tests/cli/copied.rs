//! The short examples, which people copy: each runs without arguments on the sample.

use super::run;

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
