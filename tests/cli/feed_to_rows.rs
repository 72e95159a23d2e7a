use super::{FEED, GOLDEN, MISSING, run};

const PROGRAM: &str = "feed_to_rows";
const NOW: [&str; 2] = ["--now", "2024-06-01T00:00:00Z"];
const NONE: [&str; 0] = [];

#[test]
fn every_row_is_a_line() {
    let ended = run(PROGRAM, &[&NOW[..], &["--format", "jsonl", FEED]].concat(), 0);
    assert!(ended.count("rows") > 0);
    assert_eq!(ended.objects().len() as u64, ended.count("rows"));
    assert!(ended.lines().iter().all(|line| line.starts_with(r#"{"source":"feed","#)), "{}", ended.text());
}

#[test]
fn without_arguments_the_sample_is_shown_as_a_table() {
    let ended = run(PROGRAM, &NONE, 0);
    assert!(ended.text().starts_with("STATE"), "{}", ended.text());
    assert!(ended.count("objects") > 0);
}

#[test]
fn every_sink_gets_objects() {
    for sink in ["sentinel", "sentinel-objects", "sentinel-legacy", "sentinel-upload", "ecs", "ocsf", "splunk"] {
        let ended = run(PROGRAM, &[&NOW[..], &["--sink", sink, FEED]].concat(), 0);
        assert!(!ended.objects().is_empty(), "{sink}");
    }
}

#[test]
fn r04_rows_for_sentinel_have_an_end_unless_they_should_not() {
    let has_end = |row: &serde_json::Value| row.get("ValidUntil").is_some() || row.get("ExpirationDateTime").is_some();
    for sink in ["sentinel", "sentinel-legacy"] {
        let sink = [&NOW[..], &["--sink", sink, FEED]].concat();
        let ended = run(PROGRAM, &sink, 0);
        assert!(ended.objects().iter().all(has_end) && ended.count("without_end") == 0, "{}", ended.text());
        let ended = run(PROGRAM, &[&sink[..], &["--valid-days", "0"]].concat(), 0);
        assert!(!ended.objects().iter().all(has_end) && ended.count("without_end") > 0, "{}", ended.text());
    }
    assert!(run(PROGRAM, &[&NOW[..], &[FEED]].concat(), 0).count("without_end") > 0);
}

#[test]
fn a_summary_has_charts() {
    let ended = run(PROGRAM, &["--summary", FEED], 0);
    assert!(ended.lines().contains(&"confidence"), "{}", ended.text());
}

#[test]
fn a_map_reads_a_custom_feed() {
    let (map, feed) = ("tests/fixtures/feeds/document.map.json", "tests/fixtures/feeds/document.json");
    assert!(run(PROGRAM, &["--map", map, feed], 0).count("rows") > 0);
}

#[test]
#[cfg(all(feature = "csv", feature = "arrow", feature = "parquet"))]
fn every_format_is_written() {
    for format in ["csv", "arrow", "parquet"] {
        let ended = run(PROGRAM, &["--sink", "sentinel-legacy", "--format", format, GOLDEN], 0);
        assert!(!ended.out.is_empty(), "{format}");
    }
}

#[test]
#[cfg(not(any(feature = "csv", feature = "arrow", feature = "parquet")))]
fn a_format_that_is_not_built_in_names_its_feature() {
    for format in ["csv", "arrow", "parquet"] {
        let ended = run(PROGRAM, &["--sink", "sentinel-legacy", "--format", format, GOLDEN], 2);
        assert!(ended.err.contains(&format!("--features {format}")), "{}", ended.err);
    }
}

#[test]
fn a_missing_file_does_not_cost_the_next_one() {
    let ended = run(PROGRAM, &[MISSING, FEED], 2);
    assert!(ended.count("objects") > 0);
}

#[test]
fn an_unknown_option_is_refused() {
    run(PROGRAM, &["--no-such-option"], 2);
}
