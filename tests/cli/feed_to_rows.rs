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

#[test]
fn documents_for_the_bulk_api_are_two_lines() {
    let ended = run(PROGRAM, &[&NOW[..], &["--sink", "ecs", "--format", "bulk", FEED]].concat(), 0);
    let lines = ended.objects();
    assert_eq!(lines.len() as u64, 2 * ended.count("rows"));
    for pair in lines.chunks(2) {
        assert_eq!(pair[0]["index"]["_id"], pair[1]["stix"]["row"]["row_id"]);
        assert_eq!(pair[1]["@timestamp"], "2024-06-01T00:00:00.000Z");
    }
    run(PROGRAM, &["--format", "bulk", FEED], 2);
}

#[test]
fn the_index_template_is_json() {
    let ended = run(PROGRAM, &["--index-template"], 0);
    let template: serde_json::Value = serde_json::from_str(ended.text()).unwrap();
    assert_eq!(template["index_patterns"][0], "logs-ti_stixkit*");
}

#[test]
fn splunks_lookups_need_a_directory() {
    let ended = run(PROGRAM, &["--sink", "splunk", "--format", "csv", FEED], 2);
    assert!(ended.err.contains("--output"), "{}", ended.err);
    run(PROGRAM, &["--output", "target", FEED], 2);
    run(PROGRAM, &["--spreadsheet", "--format", "jsonl", FEED], 2);
}

#[test]
#[cfg(feature = "csv")]
fn r13_csv_has_values_as_they_are_unless_a_spreadsheet_is_asked_for() {
    let scratch = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("r13");
    std::fs::create_dir_all(&scratch).unwrap();
    let feed = scratch.join("feed.json");
    let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "spec_version": "2.1",
        "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "pattern_type": "stix",
        "pattern": "[process:command_line = '-enc AAAA']", "valid_from": "2024-05-01T10:00:00Z"}"#;
    std::fs::write(&feed, text).unwrap();
    let feed = feed.to_str().unwrap();
    let plain = run(PROGRAM, &[&NOW[..], &["--format", "csv", feed]].concat(), 0);
    assert!(plain.text().contains(",-enc AAAA,"), "{}", plain.text());
    let sheet = run(PROGRAM, &[&NOW[..], &["--format", "csv", "--spreadsheet", feed]].concat(), 0);
    assert!(sheet.text().contains(",'-enc AAAA,"), "{}", sheet.text());
    let output = scratch.join("lookups");
    let arguments = ["--sink", "splunk", "--format", "csv", "--output", output.to_str().unwrap(), feed];
    run(PROGRAM, &[&NOW[..], &arguments].concat(), 0);
    let lookup = std::fs::read_to_string(output.join("local_process_intel.csv")).unwrap();
    assert_eq!(lookup, "description,process,process_file_name,weight\n,-enc AAAA,,60\n");
    assert_eq!(std::fs::read_dir(&output).unwrap().count(), 9);
}
