//! A wrong line in a property list is a readable compile error. The macros are private, so the
//! tests compile their text.

use std::io::Write;
use std::process::{Command, Stdio};

const RECORD: &str = include_str!("../../src/object/property/record.rs");
const PART: &str = include_str!("../../src/object/property/part.rs");
const LIST: &str = include_str!("../../src/object/property/list.rs");

/// The definition of a macro in a source file.
fn definition<'a>(source: &'a str, name: &str) -> &'a str {
    let start = source.find(&format!("macro_rules! {name} {{")).unwrap();
    let end = source[start..].find("\n}\n").unwrap();
    &source[start..start + end + 2]
}

/// What the compiler says of a line after these macros.
fn errors(macros: &[&str], line: &str) -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let arguments = ["--edition=2024", "--crate-type=lib", "--emit=metadata", "-o", "-", "-"];
    let mut child = Command::new(rustc)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let program = format!("{}\n{line}\n", macros.join("\n"));
    child.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap()
}

#[test]
fn wrong_lines_have_readable_errors() {
    let rule = definition(RECORD, "rule");
    let one_of = definition(PART, "one_of");
    let part = definition(PART, "part_properties");
    let list = definition(LIST, "properties");
    for (macros, line, expected) in [
        (vec![rule], "const A: u8 = rule!(requird);", "`requird` is not a rule of a property"),
        (
            vec![one_of],
            "const A: &[&str] = one_of!(A not empt);",
            "after the list of a part there is nothing, `not empty`",
        ),
        (vec![part], "part_properties!(A, \"a\" { b });", "expected `part_properties!(Type { property"),
        (vec![part], "part_properties!(A { b: Vec<Vec<u8>> });", "expected `part_properties!(Type { property"),
        (vec![list], "properties!(A { b });", "expected `properties!(Type, \"type-name\" { property"),
    ] {
        let errors = errors(&macros, line);
        assert!(errors.contains(&format!("error: {expected}")), "{line}: {errors}");
    }
}
