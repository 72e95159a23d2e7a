use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::{Ended, MISSING, command, run, run_with};

const PROGRAM: &str = "match_log";
const FEED: &str = "examples/match_log/indicators.json";
const NONE: [&str; 0] = [];

const ZEEK: &str = r#"{"ts":1714557600,"query":"www.c2.example","id.orig_h":"192.0.2.10","id.resp_h":"127.0.0.1"}
{"ts":1714557601,"query":"www.example.org"}

{"ts":1714557602,"query":"c2.example"
{"ts":1714557603,"query":"edge.example"}
"#;

fn scratch(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("match_log");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Runs against the sample feed with lines on the standard input.
#[track_caller]
fn run_on(arguments: &[&str], input: &str) -> Ended {
    run_with(command(PROGRAM, &[&["--indicators", FEED], arguments].concat()), input.as_bytes(), 0)
}

/// The last part of the identifier's first group, and the value, of each hit.
fn hits(ended: &Ended) -> Vec<(String, String)> {
    let hit = |hit: &Value| {
        let text = |name: &str| hit[name].as_str().unwrap_or_default().to_owned();
        (text("indicator")[17..19].to_owned(), text("value"))
    };
    ended.objects().iter().map(hit).collect()
}

#[test]
fn without_arguments_samples_of_each_kind_are_searched() {
    let ended = run(PROGRAM, &NONE, 0);
    let hits = ended.objects();
    assert_eq!(ended.count("hits"), hits.len() as u64);
    assert_eq!((ended.count("invalid"), ended.count("skipped")), (0, 0));
    for map in ["ecs", "ocsf", "asim", "common_security_log", "zeek", "sysmon", "suricata"] {
        assert!(hits.iter().any(|hit| hit["log"] == map), "{map}");
    }
    for number in 1..=11 {
        // The tenth ended before the sample logs begin.
        let id = format!("indicator--{number:08x}");
        let is_found = hits.iter().any(|hit| hit["indicator"].as_str().is_some_and(|own| own.starts_with(&id)));
        assert_eq!(is_found, number != 10, "{id}");
    }
}

#[test]
fn the_map_is_found_out_and_broken_lines_are_told() {
    let ended = run_on(&["-"], ZEEK);
    assert_eq!(hits(&ended), [("01".to_owned(), "www.c2.example".to_owned())]);
    assert_eq!((ended.count("lines"), ended.count("events"), ended.count("invalid")), (5, 3, 1));
    assert!(ended.err.contains("match_log: stdin, line 4: the line is not JSON, at byte"), "{}", ended.err);
    let hit = &ended.objects()[0];
    assert_eq!(hit["how"], "subdomain(1)");
    assert_eq!(hit["time"], "2024-05-01T10:00:00.000Z");
    assert_eq!((&hit["state"], &hit["tlp"], &hit["confidence"]), (&"active".into(), &"amber".into(), &80.into()));
}

#[test]
fn the_time_of_the_event_decides_and_now_stands_in_for_it() {
    let line = r#"{"query":"edge.example"}"#;
    for (now, count) in [("2024-04-10T00:00:00Z", 1), ("2024-05-10T00:00:00Z", 0)] {
        assert_eq!(run_on(&["--map", "zeek", "--now", now], line).count("hits"), count, "{now}");
    }
}

#[test]
fn lists_suppress_hits() {
    let plain = scratch("allowed.txt", "# what we know\nc2.example\n");
    let misp = scratch(
        "warninglist.json",
        r#"{"name": "Known", "type": "hostname", "version": 1, "description": "x", "list": ["c2.example"]}"#,
    );
    for list in [plain, misp] {
        let ended = run_on(&["--stats", "--allow", list.to_str().unwrap()], ZEEK);
        assert_eq!((ended.count("hits"), ended.count("suppressed")), (0, 1), "{}", ended.err);
        assert!(ended.err.contains("suppressed hits by list"), "{}", ended.err);
    }
}

#[test]
fn a_map_of_ones_own_reads_a_log() {
    let map = scratch("own.map", "time when\nname host server\n");
    let log = scratch("own.log", r#"{"when": "2024-05-01 10:00:00", "name": "c2.example"}"#);
    let arguments = ["--indicators", FEED, "--map", map.to_str().unwrap(), log.to_str().unwrap()];
    let ended = run(PROGRAM, &arguments, 0);
    assert_eq!(
        (ended.objects()[0]["field"].as_str(), ended.objects()[0]["log"].as_str()),
        (Some("name"), Some("own.log"))
    );
    // Two feeds, since the log comes after another option.
    let arguments = [&["--indicators", FEED, FEED], &arguments[2..]].concat();
    assert_eq!(run(PROGRAM, &arguments, 0).count("hits"), 1);
}

#[test]
fn inputs_that_cannot_be_read_are_told() {
    let log = scratch("zeek.log", ZEEK);
    let log = log.to_str().unwrap();
    let map = scratch("broken.map", "time when\nname hostname server\n");
    for arguments in [
        &["--indicators", MISSING, log][..],
        &["--indicators", FEED, "--allow", MISSING, log],
        &["--indicators", FEED, "--map", "zeek", MISSING, log],
        &["--indicators", FEED, "--map", MISSING, log],
        &["--indicators", FEED, "--map", map.to_str().unwrap(), log],
    ] {
        let ended = run(PROGRAM, arguments, 2);
        assert!(ended.summary().is_object());
        assert!(ended.err.contains(MISSING) || ended.err.contains("line 2: `hostname`"), "{}", ended.err);
    }
    for arguments in [&["--no-such-option"][..], &["--indicators"], &[log], &["--indicators", FEED, "--now", "x"]] {
        assert!(run(PROGRAM, arguments, 2).err.contains("usage: match_log"));
    }
}

#[cfg(feature = "reqwest")]
#[test]
fn the_agent_alerts_on_the_sample_log() {
    let ended = run("agent", &NONE, 0);
    let lines = ended.lines();
    assert!(lines.iter().any(|line| line.contains("query host-1.example.com is indicator--")), "{}", ended.text());
    assert!(lines.iter().any(|line| line.starts_with("sha256 0000")), "{}", ended.text());
    assert!(!ended.text().contains("127.0.0.1"), "{}", ended.text());
}
