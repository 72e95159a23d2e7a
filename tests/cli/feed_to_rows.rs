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
        assert_eq!(run(program, &["--version"], 0).text(), format!("{program} {}\n", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn r01_an_error_page_is_an_error() {
    let map = "tests/fixtures/feeds/document.map.json";
    let ended = run_with(command(PROGRAM, &["--map", map, "-"]), br#"{"query_status": "unknown_auth_key"}"#, 2);
    assert!(ended.err.contains("leads to no list or object") || ended.err.contains("fit"), "{}", ended.err);
}

#[test]
fn ready_maps_are_listed_named_and_recognized() {
    let ended = run(PROGRAM, &["--maps"], 0);
    assert!(ended.lines().iter().any(|line| line.starts_with("spamhaus-drop ")), "{}", ended.text());
    let feed = "tests/fixtures/feeds/maps/spamhaus-drop-json.json";
    for map in ["spamhaus-drop-json", "auto"] {
        let ended = run(PROGRAM, &["--map", map, feed], 0);
        assert_eq!(ended.count("rows"), 2);
        assert!(ended.err.contains("1 entries were skipped"), "{}", ended.err);
        assert_eq!(ended.err.contains("--map spamhaus-drop-json"), map == "auto", "{}", ended.err);
    }
    let ended = run_with(command(PROGRAM, &["--map", "auto", "-"]), b"198.51.100.7\n", 2);
    assert!(ended.err.contains("see --maps"), "{}", ended.err);
    assert!(run_with(command(PROGRAM, &["--map", MISSING, "-"]), b"198.51.100.7\n", 2).err.contains("--map"));
}

#[test]
fn a_list_is_written_for_devices() {
    let feed = "tests/fixtures/feeds/maps/spamhaus-drop-json.json";
    // The program that loads netsets reads no IPv6.
    let lists = [
        ("netset", &["192.0.2.0/24"][..], "1 of another type"),
        ("netset6", &["2001:db8::/32"][..], "1 of another type"),
        ("pf", &["192.0.2.0/24", "2001:db8::/32"][..], "2 values; left out: 0"),
    ];
    for (list, values, told) in lists {
        let ended = run(PROGRAM, &["--map", "auto", "--list", list, feed], 0);
        assert_eq!(ended.lines()[1..], *values, "{list}");
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    let ended = run(PROGRAM, &[&NOW[..], &["--list", "rpz", "--tlp", "amber", GOLDEN]].concat(), 0);
    assert!(ended.text().contains("$TTL"), "{}", ended.text());
    assert!(run(PROGRAM, &["--list", "rpz", "--sink", "ecs", GOLDEN], 2).err.contains("--list"));
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

/// A folder for the files of a test, empty.
fn scratch(name: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs of a feed of indicators, each with its number, its version and its pattern.
struct Runs {
    folder: std::path::PathBuf,
    options: &'static [&'static str],
}

impl Runs {
    fn run(&self, now: &str, indicators: &[(u8, u8, &str)], code: i32) -> super::Ended {
        let indicator = |(number, version, pattern): &(u8, u8, &str)| {
            format!(
                r#"{{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a0{number}",
                "spec_version": "2.1", "created": "2024-05-01T10:00:00.000Z", "pattern_type": "stix",
                "modified": "2024-05-0{version}T10:00:00.000Z", "pattern": "{pattern}",
                "valid_from": "2024-05-01T10:00:00Z", "valid_until": "2024-07-01T00:00:00Z"}}"#
            )
        };
        let feed: Vec<_> = indicators.iter().map(indicator).collect();
        let (path, state) = (self.folder.join("feed.json"), self.folder.join("state.json"));
        std::fs::write(&path, format!("[{}]", feed.join(","))).unwrap();
        let (path, state) = (path.to_str().unwrap(), state.to_str().unwrap());
        run(PROGRAM, &[&["--now", now, "--state", state][..], self.options, &[path]].concat(), code)
    }
}

const BOTH: [(u8, u8, &str); 2] =
    [(1, 1, "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]"), (2, 1, "[file:size = 5]")];
const LATER: [(u8, u8, &str); 1] = [(1, 2, "[ipv4-addr:value IN ('192.0.2.2', '192.0.2.3')]")];

#[test]
fn changes_since_the_last_run_are_told() {
    let runs = Runs { folder: scratch("changes-core"), options: &["--full"] };
    let actions = |ended: &super::Ended| {
        let action = |line: &serde_json::Value| {
            let value = line["row"]["value"].as_str().unwrap_or("-");
            format!("{} {value}", line["action"].as_str().unwrap())
        };
        ended.objects().iter().map(action).collect::<Vec<_>>()
    };
    let first = runs.run("2024-06-01T00:00:00Z", &BOTH, 0);
    assert_eq!(actions(&first), ["insert 192.0.2.1", "insert 192.0.2.2", "insert 5"]);
    assert_eq!(first.summary()["changes"], serde_json::json!({"insert": 3}));
    assert_eq!(actions(&runs.run("2024-06-02T00:00:00Z", &BOTH, 0)), [""; 0]);
    let later = runs.run("2024-06-03T00:00:00Z", &LATER, 0);
    assert_eq!(actions(&later), ["delete -", "update 192.0.2.2", "insert 192.0.2.3", "delete -"]);
    assert_eq!(later.objects()[0]["row_id"], first.objects()[0]["row_id"]);
    assert_eq!(actions(&runs.run("2024-07-01T00:00:00Z", &LATER, 0)), ["expire -", "expire -"]);
}

/// What could not be read may be what is missing.
#[test]
fn a_feed_that_was_not_read_whole_deletes_nothing() {
    let runs = Runs { folder: scratch("changes-partly"), options: &["--full"] };
    runs.run("2024-06-01T00:00:00Z", &BOTH, 0);
    let bad = [LATER[0], (2, 1, "[file:size = 5]\", \"type\": \"indicator\", \"id\": 5, \"x\": \"")];
    let partly = runs.run("2024-06-02T00:00:00Z", &bad, 2);
    assert!(partly.err.contains("no row is deleted"), "{}", partly.err);
    // What was read is known, and the rest is gone if the next feed does not have it.
    let whole = runs.run("2024-06-03T00:00:00Z", &LATER, 0);
    let actions: Vec<_> = whole.objects().iter().map(|line| line["action"].clone()).collect();
    assert_eq!(actions, ["delete"]);
}

#[test]
fn changes_end_rows_of_the_sinks_that_have_tombstones() {
    for (sink, ends) in [
        (&["--full", "--sink", "sentinel"][..], ("IsDeleted", "ObservableValue")),
        (&["--full", "--sink", "sentinel-legacy"], ("Active", "NetworkIP")),
    ] {
        let options: &'static [&'static str] = sink;
        let runs = Runs { folder: scratch(&format!("changes-{}", options[2])), options };
        assert_eq!(runs.run("2024-06-01T00:00:00Z", &BOTH, 0).objects().len(), 3);
        assert!(runs.run("2024-06-02T00:00:00Z", &BOTH, 0).objects().is_empty());
        let later = runs.run("2024-06-03T00:00:00Z", &LATER, 0).objects();
        let is_end = |row: &&serde_json::Value| row[ends.0] == (ends.0 == "IsDeleted");
        let ended: Vec<_> = later.iter().filter(is_end).map(|row| row[ends.1].as_str().unwrap_or("-")).collect();
        // The second has no column in the older table.
        assert_eq!((later.len(), ended[0]), (4, "192.0.2.1"), "{later:?}");
        assert_eq!(ended.len(), 2, "{later:?}");
    }
    let runs = Runs { folder: scratch("changes-ecs"), options: &["--full", "--sink", "ecs", "--format", "bulk"] };
    assert_eq!(runs.run("2024-06-01T00:00:00Z", &BOTH, 0).objects().len(), 6);
    let later = runs.run("2024-06-03T00:00:00Z", &LATER, 0).objects();
    assert_eq!(later.iter().filter(|line| line.get("delete").is_some()).count(), 2, "{later:?}");
    assert_eq!(later.iter().filter(|line| line.get("index").is_some()).count(), 2, "{later:?}");
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    for arguments in [
        &["--full", FEED][..],
        &["--sort", FEED],
        &["--state", "target/state", "--format", "table", FEED],
        &["--state", "target/state", "--sink", "ecs", FEED],
        &["--state", "target/state", "--summary", FEED],
        &["--state"],
        &["--valid-days", "many"],
        &["--now", "today"],
        &["-x"],
    ] {
        let ended = run(PROGRAM, arguments, 2);
        assert!(ended.err.contains("usage: feed_to_rows"), "{arguments:?}: {}", ended.err);
    }
    // Each form without changes has its own reason.
    for (sink, why) in [
        ("sentinel-objects", "has the other objects"),
        ("sentinel-upload", "replaces objects by their ids"),
        ("ocsf", "takes another one back"),
        ("splunk", "replaced as a whole"),
    ] {
        let ended = run(PROGRAM, &["--state", "target/state", "--sink", sink, FEED], 2);
        assert!(ended.err.contains(why), "{sink}: {}", ended.err);
    }
    // A state that is none is not taken for an empty table.
    assert!(run(PROGRAM, &["--state", FEED, FEED], 2).err.contains("--state"));
}

#[cfg(feature = "parquet")]
#[test]
fn a_parquet_file_states_its_feed_and_its_instant() {
    let has = |ended: &super::Ended, text: &str| ended.out.windows(text.len()).any(|part| part == text.as_bytes());
    let one = run(PROGRAM, &[&NOW[..], &["--format", "parquet", FEED]].concat(), 0);
    for text in ["stixkit.table", "stixkit.source", "stixkit.now", "2024-06-01T00:00:00Z"] {
        assert!(has(&one, text), "{text}");
    }
    let sorted = run(PROGRAM, &[&NOW[..], &["--format", "parquet", "--sort", FEED]].concat(), 0);
    assert_eq!(sorted.count("rows"), one.count("rows"));
    assert_ne!(sorted.out, one.out);
    // Two feeds have no name in common.
    let two = run(PROGRAM, &[&NOW[..], &["--format", "parquet", FEED, "tests/fixtures/golden/core.jsonl"]].concat(), 0);
    assert!(has(&two, "stixkit.now") && !has(&two, "stixkit.source"));
}
