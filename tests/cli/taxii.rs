//! Polling and pushing against the server that `taxii_poll` brings. Its sample has 251 objects.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::{Ended, FEED, GOLDEN, MISSING, command, run, run_with};

const NONE: [&str; 0] = [];
const SAMPLE: u64 = 251;

/// The server of the example, while the test runs.
struct Server {
    process: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

impl Server {
    fn start() -> Self {
        let mut process = command("taxii_poll", &["--serve", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { process, url: url.trim().to_owned() }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let server = ["--url", &self.url, "--allow-http", "--user", "demo", "--password-env", "DEMO_PASSWORD"];
        let mut command = command(program, &[&server[..], &["--collection", "indicators"], arguments].concat());
        command.env("DEMO_PASSWORD", "demo");
        command
    }

    #[track_caller]
    fn poll(&self, arguments: &[&str], code: i32) -> Ended {
        run_with(self.command("taxii_poll", arguments), &[], code)
    }

    #[track_caller]
    fn push(&self, file: &str, code: i32) -> Ended {
        run_with(self.command("taxii_push", &[file]), &[], code)
    }
}

/// A file for a checkpoint, which is removed in the end.
struct StateFile(PathBuf);

impl StateFile {
    fn new(test: &str) -> Self {
        Self(std::env::temp_dir().join(format!("stixkit-cli-{}-{test}.json", std::process::id())))
    }

    fn arguments(&self) -> [&str; 2] {
        ["--state", self.0.to_str().expect("a folder for temporary files is named in UTF-8")]
    }
}

impl Drop for StateFile {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}

/// Holds that a poll is complete with so many objects, as lines and in the summary.
#[track_caller]
fn assert_objects(ended: &Ended, count: u64) {
    assert_eq!((ended.lines().len() as u64, ended.count("objects")), (count, count), "{}", ended.what);
    let summary = ended.summary();
    assert!(summary["complete"] == true && summary["checkpoint"].is_object(), "{}: {summary}", ended.what);
}

#[test]
fn without_arguments_they_talk_to_a_server_of_their_own() {
    assert_objects(&run("taxii_poll", &NONE, 0), SAMPLE);
    let pushed = run("taxii_push", &NONE, 0);
    let added = pushed.objects().iter().filter(|line| line["outcome"] == "added").count() as u64;
    assert_eq!(added, pushed.count("objects"));
    assert!(added > 0);
}

#[test]
fn wrong_command_lines_are_refused() {
    run("taxii_poll", &["--no-such-option"], 2);
    run("taxii_poll", &["--once", "--every", "5"], 2);
    run("taxii_poll", &["--user", "demo", "--password-env", "NO_SUCH_VARIABLE"], 2);
    // Plain HTTP has to be allowed.
    run("taxii_poll", &["--url", "http://127.0.0.1:9/", "--collection", "indicators"], 2);
    run("taxii_push", &[MISSING], 2);
}

#[test]
fn t15_an_api_root_or_a_collection_is_enough_of_a_url() {
    let server = Server::start();
    let credentials = ["--allow-http", "--user", "demo", "--password-env", "DEMO_PASSWORD"];
    let poll = |arguments: &[&str], code| {
        let mut command = command("taxii_poll", &[&credentials[..], arguments].concat());
        command.env("DEMO_PASSWORD", "demo");
        run_with(command, &[], code)
    };
    let root = format!("{}/root/", server.url.trim_end_matches('/'));
    assert_objects(&poll(&["--api-root", &root, "--collection", "indicators"], 0), SAMPLE);
    assert_objects(&poll(&["--url", &format!("{root}collections/indicators/objects/")], 0), SAMPLE);
    poll(&["--api-root", "/api1/", "--collection", "indicators"], 2);
    // A state that cannot be written is found before there is output.
    let ended = server.poll(&["--state", "/no/such/folder/state.json"], 2);
    assert!(ended.lines().is_empty());
    assert_objects(&server.poll(&["--timeout", "60", "--rate", "100/1", "--added-after", "2000-01-01"], 0), SAMPLE);
}

#[test]
fn a_state_file_keeps_what_was_had() {
    let server = Server::start();
    let state = StateFile::new("state");
    let with_state = |more: &[&'static str]| [&state.arguments()[..], more].concat();

    let first = server.poll(&with_state(&["--limit", "50"]), 0);
    assert_objects(&first, SAMPLE);
    assert_eq!(first.count("pages"), 6, "pages are as long as was asked");
    assert_objects(&server.poll(&with_state(&[]), 0), 0);
    // It is of other filters.
    server.poll(&with_state(&["--match-type", "indicator"]), 2);

    let added = server.push(GOLDEN, 0).count("added");
    assert!(added > 0);
    assert_objects(&server.poll(&with_state(&[]), 0), added);

    // One object of it is broken.
    assert_eq!(server.push(FEED, 3).count("rejected"), 1);
    #[cfg(unix)]
    {
        stop_between_polls(server.command("taxii_poll", &with_state(&["--every", "1"])));
        assert_objects(&server.poll(&with_state(&[]), 0), 0);
    }
}

/// Ends a program that polls again and again, once it has polled twice. The signal is not that of
/// Ctrl-C, which programs that are started in the background ignore.
#[cfg(unix)]
fn stop_between_polls(mut command: Command) {
    use std::os::unix::process::ExitStatusExt;

    let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    for poll in 0..2 {
        let summary = err.find(|line| line.contains(r#""complete":true,"checkpoint""#));
        assert!(summary.is_some(), "it ended before poll {poll} was complete");
    }
    assert!(Command::new("kill").args(["-s", "TERM", &process.id().to_string()]).status().unwrap().success());
    // What it still says must not fill the pipe.
    err.for_each(drop);
    assert_eq!(process.wait().unwrap().signal(), Some(15));
}

#[test]
fn filters_are_sent() {
    let server = Server::start();
    let filters = ["--match-type", "indicator", "--added-after", "2026-02-16T00:00:34Z"];
    assert_objects(&server.poll(&filters, 0), 6);
}

#[test]
fn a_manifest_is_records() {
    let ended = Server::start().poll(&["--manifest", "--limit", "7"], 0);
    assert_objects(&ended, SAMPLE);
    assert!(ended.lines().iter().all(|line| line.starts_with(r#"{"date_added":"2026-"#)), "{}", ended.text());
}

#[test]
fn every_sink_gets_objects() {
    let server = Server::start();
    for sink in ["core", "sentinel", "sentinel-objects", "sentinel-legacy", "sentinel-upload", "ecs", "ocsf", "splunk"]
    {
        let objects = server.poll(&["--sink", sink], 0).objects();
        assert!(!objects.is_empty(), "{sink}");
        if sink == "core" {
            assert_eq!(objects.iter().filter(|row| row["provider"] == "Example CERT").count(), 300);
        }
    }
}

#[test]
fn wrong_credentials_are_told() {
    let server = Server::start();
    let mut poll = server.command("taxii_poll", &[]);
    poll.env("DEMO_PASSWORD", "wrong");
    let summary = run_with(poll, &[], 3).summary();
    assert_eq!(summary["complete"], false);
    let reason = summary["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("the server wants credentials"), "{summary}");
    let mut push = server.command("taxii_push", &[GOLDEN]);
    push.env("DEMO_PASSWORD", "wrong");
    run_with(push, &[], 3);
}

#[test]
fn a_server_that_is_gone_is_asked_again() {
    let server = Server::start();
    let mut poll = server.command("taxii_poll", &["--retries", "1"]);
    drop(server);
    poll.stdout(Stdio::null());
    assert_eq!(run_with(poll, &[], 3).count("retries"), 1);
}

#[test]
fn list_shows_collections_and_what_may_be_done() {
    let server = Server::start();
    let credentials = ["--allow-http", "--user", "demo", "--password-env", "DEMO_PASSWORD"];
    let list = |arguments: &[&str], password: &str, code| {
        let mut command = command("taxii_poll", &[&["--list"], arguments, &credentials].concat());
        command.env("DEMO_PASSWORD", password);
        run_with(command, &[], code)
    };
    let root = format!("{}root/", server.url);
    for arguments in [["--url", server.url.as_str()], ["--api-root", root.as_str()]] {
        let listed = list(&arguments, "demo", 0).objects();
        assert_eq!(listed.len(), 1, "{arguments:?}");
        for (name, expected) in [
            ("api_root", json!(root)),
            ("alias", json!("indicators")),
            ("title", json!("Sample indicators")),
            ("can_read", json!(true)),
            ("can_write", json!(true)),
        ] {
            assert_eq!(listed[0][name], expected, "{name}");
        }
    }
    let refused = list(&["--url", &server.url], "wrong", 3);
    assert!(refused.out.is_empty() && refused.err.contains("the server wants credentials"), "{}", refused.err);
    assert_eq!(run("taxii_poll", &["--list"], 0).objects().len(), 1, "of the sample");
    let missing = run("taxii_poll", &["--url", "https://192.0.2.1/"], 2);
    assert!(missing.err.contains("--list"), "{}", missing.err);
}

#[test]
fn since_is_a_date_or_a_time_before_now() {
    let server = Server::start();
    for (since, expected) in [
        ("2026-02-16T00:00:34Z", 6),
        ("2026-02-15", SAMPLE),
        ("2026-02-17", 0),
        // The sample was added on one day.
        ("99999d", SAMPLE),
        ("1s", 0),
        ("1m", 0),
        ("1h", 0),
    ] {
        assert_objects(&server.poll(&["--since", since], 0), expected);
    }
    for since in ["7w", "d", "-7d", "yesterday", "9999999999999999999d", "99999999d"] {
        assert!(server.poll(&["--since", since], 2).err.contains("--since"), "{since}");
    }
}

#[test]
fn a_state_file_keeps_a_start_before_now() {
    let server = Server::start();
    let state = StateFile::new("since");
    let poll = |since| server.poll(&[&state.arguments()[..], &["--since", since]].concat(), 0);
    assert_objects(&poll("99999d"), SAMPLE);
    // A time before now is another one by now, and the state is valid all the same.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_objects(&poll("99999d"), 0);
    assert_objects(&poll("99998d"), 0);
    let added = server.push(GOLDEN, 0).count("added");
    assert_objects(&poll("1h"), added);
    server.poll(&[&state.arguments()[..], &["--since", "2026-01-01"]].concat(), 2);
}

#[test]
fn an_index_prints_nothing_twice() {
    let server = Server::start();
    let index = StateFile::new("index");
    let file = index.0.to_str().expect("a name in UTF-8");
    let with_index = |more: &[&'static str]| [&["--index", file], more].concat();
    assert_objects(&server.poll(&with_index(&["--limit", "50"]), 0), SAMPLE);
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(kept.matches("indicator--").count() == 250 && kept.len() < 150 * 251, "{}", kept.len());
    // Without a state each poll is over the whole collection.
    let again = server.poll(&with_index(&[]), 0);
    assert_objects(&again, 0);
    assert_eq!(again.count("pages"), 3);
    let added = server.push(GOLDEN, 0).count("added");
    assert_objects(&server.poll(&with_index(&[]), 0), added);
    assert_objects(&server.poll(&with_index(&[]), 0), 0);
    // It is of one collection, resource and filter.
    for other in [&["--manifest"][..], &["--match-type", "identity"]] {
        assert!(server.poll(&with_index(other), 2).err.contains("the index of something else"), "{other:?}");
    }
    std::fs::write(file, "[]").unwrap();
    assert!(server.poll(&with_index(&[]), 2).err.contains("is no index"));
    server.poll(&["--index", "/no/such/folder/index.json"], 2);
    server.poll(&["--index-max", "5"], 2);
}

#[test]
fn an_index_has_a_bound() {
    let server = Server::start();
    let (index, state) = (StateFile::new("bound-index"), StateFile::new("bound-state"));
    let file = index.0.to_str().expect("a name in UTF-8");
    let poll = |max, code| {
        let bound = ["--limit", "50", "--index", file, "--index-max", max];
        server.poll(&[&bound[..], &state.arguments()].concat(), code)
    };
    let full = poll("120", 3);
    assert!(full.err.contains("more than 120 objects"), "{}", full.err);
    assert_eq!(full.count("objects"), 150, "three pages");
    // The third page is printed, and comes again: neither file passes over it.
    assert_eq!(poll("1000", 0).count("objects"), SAMPLE - 100);
}

#[test]
fn a_mistyped_type_is_told() {
    let server = Server::start();
    for (name, hint) in [
        ("indicater", "is it indicator?"),
        ("Indicator", "is it indicator?"),
        ("attack_pattern", "is it attack-pattern?"),
        ("ipv4-adr", "is it ipv4-addr?"),
        ("x-custom", "x-custom is not a type of STIX; only objects of that type are asked for"),
    ] {
        let ended = server.poll(&["--match-type", name], 0);
        assert!(ended.err.contains(hint), "{name}: {}", ended.err);
        assert_objects(&ended, 0);
    }
    let known = server.poll(&["--match-type", "indicator"], 0);
    assert!(!known.err.contains("not a type"), "{}", known.err);
    assert_objects(&known, 250);
}

#[test]
fn progress_is_for_terminals() {
    let ended = Server::start().poll(&[], 0);
    assert!(!ended.err.contains('\r') && !ended.err.contains('\x1b'), "{:?}", ended.err);
}

#[test]
fn a_closed_pipe_is_no_panic_and_loses_nothing() {
    let server = Server::start();
    let state = StateFile::new("pipe");
    let arguments = [&state.arguments()[..], &["--limit", "50"]].concat();
    for closes_err in [false, true] {
        let mut command = server.command("taxii_poll", &arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(process.stdout.take());
        let mut err = String::new();
        let stderr = process.stderr.take();
        if !closes_err {
            std::io::Read::read_to_string(&mut stderr.unwrap(), &mut err).unwrap();
            assert!(err.contains("the output could not be written") && !err.contains("panicked"), "{err}");
        }
        assert_eq!(process.wait().unwrap().code(), Some(3), "{err}");
    }
    // Nothing was printed, so that nothing is passed over.
    assert_objects(&server.poll(&arguments, 0), SAMPLE);
    assert_objects(&server.poll(&arguments, 0), 0);
}
