//! Pictures of names that formats have other plans for.

use serde_json::Value;
use stixkit::graph::{Graph, Picture, Walk};
use stixkit::object::Malware;
use stixkit::{Bundle, Object, Timestamp};

use super::ATTACK;

const ODD: &[&str] = &[
    "a \"quoted\" name",
    "a] --> b[\"c\"]",
    "line\nbreak",
    "🦀 & <script>`x`</script>",
    "control \u{1}\u{7f} characters",
    "back\\slash\\",
    "end",
    "#quot;",
    "",
];

fn odd() -> Vec<Object> {
    let now: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    ODD.iter().map(|name| Malware::new(now.clone(), *name, false).into()).collect()
}

fn write(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Whether each quote that begins ends, with `\` before what does not count.
fn quotes_close(line: &str) -> bool {
    let (mut is_open, mut is_escaped) = (false, false);
    for letter in line.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_open = !is_open,
            _ => {}
        }
    }
    !is_open
}

#[test]
fn g14_odd_names() {
    let objects = odd();
    let graph = Graph::new(&objects);
    let picture = Picture::new(&graph);
    let dot = write(|out| picture.write_dot(out));
    assert!(dot.lines().all(quotes_close), "{dot}");
    assert_eq!(dot.lines().filter(|line| line.contains("[label=")).count(), ODD.len());
    assert!(dot.contains(r#"back\\slash\\"#) && dot.contains(r#"a \"quoted\" name"#));

    let mermaid = write(|out| picture.write_mermaid(out));
    let nodes: Vec<_> = mermaid.lines().filter(|line| line.starts_with("  n")).collect();
    assert_eq!(nodes.len(), ODD.len());
    for line in nodes {
        let inner = line.split_once("[\"").unwrap().1.strip_suffix("\"]").unwrap();
        assert!(!inner.replace("<br/>", "").contains(['"', '<', '>', '`', '\\']), "{line}");
    }

    let graphml = write(|out| picture.write_graphml(out));
    assert!(graphml.contains("🦀 &amp; &lt;script&gt;"), "{graphml}");
    assert!(!graphml.contains('\u{1}'));

    let cytoscape: Value = serde_json::from_str(&write(|out| picture.write_cytoscape(out))).unwrap();
    let labels: Vec<_> =
        cytoscape["elements"]["nodes"].as_array().unwrap().iter().map(|node| &node["data"]["label"]).collect();
    assert_eq!(labels[2], ODD[2]);
}

#[test]
fn pictures_state_what_they_leave_out() {
    let bundle = Bundle::from_slice(ATTACK).unwrap();
    let graph = Graph::new(bundle.objects());
    let group = graph.named("APT28").next().unwrap();
    let around = graph.neighbourhood(group, &Walk::new().with_depth(2));
    let picture = Picture::around(&around).with_max_nodes(3);
    assert!(picture.left_out() > 0);
    let text = format!("{} more nodes are left out", picture.left_out());
    assert!(write(|out| picture.write_dot(out)).contains(&text));
    assert!(write(|out| picture.write_mermaid(out)).contains(&text));
    assert!(write(|out| picture.write_graphml(out)).contains(&text));
    let cytoscape: Value = serde_json::from_str(&write(|out| picture.write_cytoscape(out))).unwrap();
    assert_eq!(cytoscape["data"]["left_out"], picture.left_out());
    assert_eq!(cytoscape["elements"]["nodes"].as_array().unwrap().len(), 3);
}

#[test]
fn pictures_have_levels_edges_and_missing_nodes() {
    let bundle = Bundle::from_slice(ATTACK).unwrap();
    let graph = Graph::new(bundle.objects());
    let picture = Picture::new(&graph);
    let cytoscape: Value = serde_json::from_str(&write(|out| picture.write_cytoscape(out))).unwrap();
    let nodes = cytoscape["elements"]["nodes"].as_array().unwrap();
    let find = |label: &str| &nodes.iter().find(|node| node["data"]["label"] == label).unwrap()["data"];
    assert_eq!((&find("APT28")["tlp"], &find("APT28")["dangling"]), (&"green".into(), &false.into()));
    assert_eq!(nodes.iter().filter(|node| node["data"]["dangling"] == true).count(), 1);
    let ids: Vec<_> = nodes.iter().map(|node| &node["data"]["id"]).collect();
    let edges = cytoscape["elements"]["edges"].as_array().unwrap();
    assert!(edges.iter().all(|edge| ids.contains(&&edge["data"]["source"]) && ids.contains(&&edge["data"]["target"])));
    assert!(edges.iter().all(|edge| edge["data"]["label"] != "created_by_ref"));
    assert!(edges.iter().any(|edge| edge["data"]["label"] == "sighted" && edge["data"]["via"].is_string()));
    let plain = write(|out| Picture::new(&graph).with_tlp(false).write_dot(out));
    assert!(!plain.contains("TLP"));
    assert!(write(|out| Picture::new(&graph).with_hubs(true).write_dot(out)).contains("created_by_ref"));
}
