//! Lists as the programs read them that load them.

use std::path::PathBuf;
use std::process::Command;

use stixkit::feed::write::{ListFormat, Options, WarninglistType};
use stixkit::object::Tlp;

use super::write::written;
use crate::golden;

fn options() -> Options {
    Options::new(golden::now().instant(), Tlp::Green).with_name("Example list").with_subdomains(true)
}

/// A file that is gone with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("stixkit-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
#[ignore = "needs named-checkzone, of the package bind9-utils"]
fn named_checkzone_loads_a_zone() {
    let (text, counts) = written(ListFormat::Rpz, options());
    let zone = Scratch::new("rpz.zone", &text);
    // `-D` prints the zone as it was loaded.
    let output = Command::new("named-checkzone").args(["-D", "rpz.example"]).arg(&zone.0).output();
    let output = output.expect("named-checkzone is installed");
    let (loaded, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && told.contains("OK"), "{told}");
    for name in ["login.example.org", "*.login.example.org", "24.0.100.51.198.rpz-ip", "128.7.zz.db8.2001.rpz-ip"] {
        let is_there = |line: &str| line.starts_with(&format!("{name}.rpz.example.")) && line.contains("CNAME");
        assert!(loaded.lines().any(is_there), "{name}: {loaded}");
    }
    // Two names for each of the two domains.
    let records = loaded.lines().filter(|line| line.contains("CNAME")).count() as u64;
    assert_eq!(records, counts.written + 2);
}

/// The program that FireHOL loads its sets with. It takes a line for another address silently.
#[test]
#[ignore = "needs iprange"]
fn iprange_reads_a_netset() {
    let (text, counts) = written(ListFormat::Netset, options());
    let list = Scratch::new("netset.netset", &text);
    let output = Command::new("iprange").arg(&list.0).output().expect("iprange is installed");
    // The address is in the network.
    assert_eq!((String::from_utf8_lossy(&output.stdout).trim(), counts.written), ("198.51.100.0/24", 2));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "needs suricata"]
fn suricata_loads_a_reputation_list() {
    let (text, _) = written(ListFormat::SuricataIprep, options());
    let list = Scratch::new("iprep.list", &text);
    let categories = Scratch::new("categories.txt", "1,Bad,Bad hosts\n");
    let rules =
        Scratch::new("iprep.rules", "alert ip any any -> any any (msg:\"x\"; iprep:any,Bad,>,30; sid:1; rev:1;)\n");
    let folder = std::env::temp_dir();
    let output = Command::new("suricata")
        .args(["-T", "-v", "-l"])
        .arg(&folder)
        .arg("-S")
        .arg(&rules.0)
        .arg("--set")
        .arg(format!("default-reputation-path={}", folder.display()))
        .arg("--set")
        .arg(format!("reputation-categories-file={}", categories.0.display()))
        .arg("--set")
        .arg(format!("reputation-files.0={}", list.0.file_name().unwrap().to_string_lossy()))
        .output()
        .expect("suricata is installed");
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && !told.contains("error"), "{told}");
}

#[test]
#[ignore = "needs zeek"]
fn zeek_loads_an_intelligence_file() {
    let (text, counts) = written(ListFormat::ZeekIntel, options());
    let file = Scratch::new("zeek.intel", &text);
    let script = Scratch::new(
        "zeek.zeek",
        &format!(
            "@load base/frameworks/intel\n\
             redef Intel::read_files += {{ \"{}\" }};\n\
             redef exit_only_after_terminate = T;\n\
             global n = 0;\n\
             event Intel::new_item(item: Intel::Item) {{ ++n; if ( n == {} ) {{ print n; terminate(); }} }}\n",
            file.0.display(),
            counts.written
        ),
    );
    let output = Command::new("timeout").arg("60").arg("zeek").arg(&script.0).output().expect("zeek is installed");
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(told.trim(), counts.written.to_string(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "needs the Python package pymispwarninglists"]
fn misp_reads_a_warning_list() {
    let (text, counts) = written(ListFormat::MispWarninglist(WarninglistType::Cidr), options());
    let list = Scratch::new("warninglist.json", &text);
    let script = "import json, sys\n\
                  from pymispwarninglists import WarningList\n\
                  own = WarningList(json.load(open(sys.argv[1])), slow_search=True)\n\
                  inside, outside = '198.51.100.200' in own, '203.0.113.1' in own\n\
                  print(json.dumps([own.name, len(own.list), inside, outside]))\n";
    let python = std::env::var_os("STIXKIT_PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(python).arg("-c").arg(script).arg(&list.0).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let expected = format!("[\"Example list\", {}, true, false]", counts.written);
    assert_eq!(told.trim(), expected, "{}", String::from_utf8_lossy(&output.stderr));
}
