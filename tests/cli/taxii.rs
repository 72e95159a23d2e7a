//! Polling and pushing against the server that `taxii_poll` brings. Its sample has 251 objects.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

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
