use super::{FEED, GOLDEN, MISSING, command, run, run_with};

const PROGRAM: &str = "feed_to_rows";
const NOW: [&str; 2] = ["--now", "2024-06-01T00:00:00Z"];
const NONE: [&str; 0] = [];

#[test]
fn every_row_is_a_line() {
    let ended = run(PROGRAM, &[&NOW[..], &["--format", "jsonl", FEED]].concat(), 0);
    assert!(ended.count("rows") > 0);
    assert_eq!(ended.objects().len() as u64, ended.count("rows"));
    let starts = |line: &&str| line.starts_with(r#"{"row_id":""#) && line.contains(r#"","source":"feed","#);
    assert!(ended.lines().iter().all(starts), "{}", ended.text());
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
    assert!(ended.lines().contains(&"rows by confidence"), "{}", ended.text());
}

/// The number in a line of a summary.
#[track_caller]
fn counted(text: &str, title: &str, name: &str) -> u64 {
    let lines = text.lines().skip_while(|line| *line != title).skip(1).take_while(|line| line.starts_with("  "));
    let line = lines.map(str::trim).find_map(|line| line.strip_prefix(name));
    let line = line.unwrap_or_else(|| panic!("no {name} under {title} in {text}"));
    line.split_whitespace().next().and_then(|count| count.parse().ok()).expect("a number")
}

#[test]
fn r18_a_summary_counts_rows_reasons_and_findings() {
    let rows = run(PROGRAM, &[&NOW[..], &["--format", "jsonl", GOLDEN]].concat(), 0);
    let ended = run(PROGRAM, &[&NOW[..], &["--summary", GOLDEN]].concat(), 0);
    let text = ended.text();
    let is = |name: &str, value: serde_json::Value| {
        rows.objects().iter().filter(|row| row.get(name).unwrap_or(&serde_json::Value::Null) == &value).count() as u64
    };
    assert_eq!(counted(text, "rows", "all"), rows.count("rows"));
    assert_eq!(counted(text, "rows", "standalone values"), is("standalone", true.into()));
    assert_eq!(counted(text, "rows", "without an end"), is("valid_until", serde_json::Value::Null));
    let missing = text.lines().skip_while(|line| *line != "indicators by reason why values are missing");
    assert!(missing.count() > 1, "{text}");
    if ended.count("findings") > 0 {
        assert!(text.contains("findings by kind"), "{text}");
    }
}

#[test]
fn c08_rows_of_observables_are_counted() {
    let bundle = br#"{"type": "bundle", "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11", "objects": [
        {"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
         "value": "198.51.100.3"}]}"#;
    let ended = run_with(command(PROGRAM, &["--format", "jsonl", "-"]), bundle, 0);
    assert_eq!((ended.count("rows"), ended.objects().len()), (1, 1));
}

#[test]
fn r18_a_table_fits_its_width_and_cuts_nothing_that_has_room() {
    let table = |columns: &str| {
        let mut command = command(PROGRAM, &[&NOW[..], &[GOLDEN]].concat());
        command.env("COLUMNS", columns);
        run_with(command, &[], 0)
    };
    for columns in [40, 80, 120, 200] {
        let ended = table(&columns.to_string());
        // No character of this feed takes two columns.
        let most = ended.lines().iter().map(|line| line.chars().count()).max();
        assert!(most <= Some(columns.max(61)), "{most:?} in {columns}: {}", ended.text());
    }
    let wide = table("200");
    let rows = run(PROGRAM, &[&NOW[..], &["--format", "jsonl", GOLDEN]].concat(), 0);
    assert_eq!(wide.lines().len() as u64, rows.count("rows") + 1);
    for (line, row) in wide.lines().iter().skip(1).zip(rows.objects()) {
        let is_hash = line.contains(" hash ");
        let cut = line.contains('…');
        assert!(!is_hash || !line.split("  ").any(|part| part.len() > 30 && part.ends_with('…')), "{line}");
        if let Some(reason) = row["reason_text"].as_str().filter(|reason| reason.len() < 90) {
            assert!(is_hash || line.contains(reason), "{line}: {reason} {cut}");
        }
    }
}

#[test]
fn r18_programs_tell_about_themselves() {
    for help in ["--help", "-h"] {
        let ended = run(PROGRAM, &[help, MISSING], 0);
        assert!(ended.text().starts_with("usage: feed_to_rows") && ended.err.is_empty(), "{}", ended.err);
    }
    let ended = run(PROGRAM, &["--version"], 0);
    assert_eq!(ended.text(), format!("feed_to_rows {}\n", env!("CARGO_PKG_VERSION")));
    let servers = if cfg!(feature = "reqwest") { &["taxii_poll", "taxii_push"][..] } else { &[] };
    for program in ["roundtrip", "pattern"].iter().chain(servers) {
        assert!(run(program, &["--help"], 0).text().starts_with("usage:"), "{program}");
    }
}

#[test]
fn r01_an_error_page_is_an_error() {
    let map = "tests/fixtures/feeds/document.map.json";
    let ended = run_with(command(PROGRAM, &["--map", map, "-"]), br#"{"query_status": "unknown_auth_key"}"#, 2);
    assert!(ended.err.contains("leads to no list or object") || ended.err.contains("fit"), "{}", ended.err);
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
