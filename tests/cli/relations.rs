use super::{MISSING, run};

const SAMPLE: &str = "tests/fixtures/graph/attack.json";

#[test]
fn a_tree_of_what_is_around() {
    let ended = run("relations", &["--of", "fancy bear", "--depth", "2"], 0);
    let text = ended.text();
    assert!(text.starts_with("intrusion-set APT28 G0007\n"), "{text}");
    for line in [
        "├─ uses → attack-pattern Command and Scripting Interpreter T1059",
        "├─ uses → malware Sofacy Agent S0999 (revoked)",
        "├─ ← attributed-to campaign Operation \"Spring\" C0001",
        "← indicates indicator Address of X-Agent",
        "(missing)",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let summary = ended.summary();
    assert_eq!((&summary["rejected"], &summary["missing"], &summary["more"]), (&0.into(), &1.into(), &false.into()));
}

#[test]
fn an_overview_of_the_whole() {
    let ended = run("relations", &[SAMPLE], 0);
    assert!(ended.text().contains("       3 intrusion-set uses attack-pattern"), "{}", ended.text());
    assert!(ended.text().contains("1 objects are missing, 1 relationships lead to them"), "{}", ended.text());
}

#[test]
fn edges_as_lines() {
    let ended = run("relations", &["--of", "T1059", "--format", "jsonl", "--live", SAMPLE], 0);
    let lines = ended.objects();
    assert!(lines.iter().all(|line| line["distance"] == 1 && line["source"].is_string()), "{}", ended.text());
    let uses = lines.iter().filter(|line| line["label"] == "uses").count();
    assert_eq!((uses, lines.iter().filter(|line| line["via"].is_string()).count()), (1, 5));
    let all = run("relations", &["--format", "jsonl", SAMPLE], 0);
    assert!(all.objects().len() > lines.len());
}

#[test]
fn pictures() {
    for (format, start) in [
        ("dot", "digraph {\n"),
        ("mermaid", "flowchart LR\n"),
        ("graphml", "<?xml version=\"1.0\""),
        ("cytoscape", "{\"data\":{\"left_out\":0}"),
    ] {
        for arguments in [&["--format", format, "--of", "APT28"][..], &["--format", format]] {
            let ended = run("relations", arguments, 0);
            assert!(ended.text().starts_with(start), "{format}: {}", ended.text());
        }
    }
}

#[test]
fn what_goes_wrong() {
    let ended = run("relations", &["--of", "nobody"], 1);
    assert!(ended.err.contains("nothing is called nobody"), "{}", ended.err);
    for arguments in [&["--depth", "x"][..], &["--format", "svg"], &["--of"], &["--other"], &[MISSING]] {
        run("relations", arguments, 2);
    }
}
