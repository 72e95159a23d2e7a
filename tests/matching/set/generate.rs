//! Made-up patterns and events of all forms, and the events as objects.
//!
//! The objects are made from the fields by hand, so that no mistake of an event is one of the
//! objects, too.

use serde_json::{Value as Json, json};

/// Choices from a seed (splitmix64).
pub(super) struct Choices(pub(super) u64);

impl Choices {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) as usize % end
    }

    pub(super) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const WORDS: &[&str] =
    &["alpha", "bravo", "evil", "c2", "gate", "update", "cdn", "mail", "x", "login", "caf\u{e9}", "stra\u{df}e"];

fn word(choices: &mut Choices) -> String {
    let word = choices.pick(WORDS);
    match choices.below(4) {
        0 => format!("{word}{}", choices.below(30)),
        1 => word.to_uppercase(),
        _ => word.to_owned(),
    }
}

fn address(choices: &mut Choices) -> String {
    format!("198.51.{}.{}", choices.below(8), choices.below(64))
}

fn domain(choices: &mut Choices) -> String {
    let labels: Vec<String> = (0..1 + choices.below(3)).map(|_| word(choices)).collect();
    format!("{}.{}", labels.join("."), choices.pick(&["example", "test", "co.uk", "EXAMPLE"]))
}

fn url(choices: &mut Choices) -> String {
    let scheme = choices.pick(&["http", "https", "HTTP"]);
    format!("{scheme}://{}/{}{}", domain(choices), word(choices), choices.pick(&["", "/", "/a.php", "?q=1", "/a%20b"]))
}

fn file(choices: &mut Choices) -> String {
    format!("{}{}", word(choices), choices.pick(&[".exe", ".scr", ".EXE", ".txt", ""]))
}

fn md5(choices: &mut Choices) -> String {
    let digits = format!("{:032x}", 0xabcd_ef00_u64 + choices.below(500) as u64);
    if choices.below(3) == 0 { digits.to_uppercase() } else { digits }
}

fn sha256(choices: &mut Choices) -> String {
    md5(choices).repeat(2)
}

fn address_v6(choices: &mut Choices) -> String {
    let last = format!("{:x}", choices.below(64));
    format!(
        "2001:{}::{}",
        choices.pick(&["db8", "DB8", "0db8"]),
        if choices.below(3) == 0 { format!("0:{last}") } else { last }
    )
}

fn registry_key(choices: &mut Choices) -> String {
    let hive = choices.pick(&["HKEY_LOCAL_MACHINE", "HKLM", "hkey_current_user"]);
    format!("{hive}\\Software\\{}\\{}", word(choices), word(choices))
}

fn command(choices: &mut Choices) -> String {
    format!("{} -{} {}", file(choices), choices.pick(&["enc", "k", "nop"]), word(choices))
}

fn email(choices: &mut Choices) -> String {
    format!("{}@{}", word(choices), domain(choices))
}

/// One test of a pattern, of any form.
fn test(choices: &mut Choices) -> String {
    let escaped = |text: String| text.replace('\\', "\\\\").replace('\'', "\\'");
    let wild = |choices: &mut Choices, text: String| {
        let cut: String = text.chars().skip(choices.below(3)).collect();
        match choices.below(5) {
            0 => format!("%{cut}"),
            1 => format!("{text}%"),
            2 => format!("%{cut}%"),
            3 => format!("%{}_%", text.chars().take(5).collect::<String>()),
            _ => format!("_{}", text.chars().skip(1).collect::<String>()),
        }
    };
    let negation = if choices.below(30) == 0 { "NOT " } else { "" };
    match choices.below(34) {
        0..3 => format!("ipv4-addr:value {negation}= '{}'", address(choices)),
        3 => format!("ipv4-addr:value = '{}/{}'", address(choices), 20 + choices.below(13)),
        4 => format!("ipv4-addr:value {negation}ISSUBSET '{}/{}'", address(choices), 20 + choices.below(13)),
        5 => format!("ipv4-addr:value IN ('{}', '{}')", address(choices), address(choices)),
        6..9 => format!("domain-name:value {negation}= '{}'", domain(choices)),
        9 => {
            let text = domain(choices);
            format!("domain-name:value {negation}LIKE '{}'", escaped(wild(choices, text)))
        }
        10..12 => format!("url:value = '{}'", escaped(url(choices))),
        12 => {
            let text = url(choices);
            format!("url:value LIKE '{}'", escaped(wild(choices, text)))
        }
        13 => format!("url:value MATCHES '^https?://[a-z0-9]+\\\\.{}\\\\.(example|test)/'", word(choices)),
        14 => format!("file:name MATCHES '(?i){}[0-9]*\\\\.exe$'", choices.pick(WORDS)),
        15..18 => format!("file:name {negation}= '{}'", escaped(file(choices))),
        18 => {
            let text = file(choices);
            format!("file:name {negation}LIKE '{}'", escaped(wild(choices, text)))
        }
        19..21 => format!("file:hashes.MD5 = '{}'", md5(choices)),
        21 => format!("file:size {} {}", choices.pick(&["=", ">", "<=", "!="]), choices.below(50)),
        22 => {
            let text = command(choices);
            format!("process:command_line LIKE '{}'", escaped(wild(choices, text)))
        }
        23 => format!("email-message:from_ref.value = '{}'", email(choices)),
        24 => {
            let end = choices.pick(&["src", "dst"]);
            format!("network-traffic:{end}_ref.value {negation}= '{}'", address(choices))
        }
        25 => format!("network-traffic:dst_port {} {}", choices.pick(&["=", "=", "IN"]), "443")
            .replace("IN 443", "IN (443, 8443)"),
        26 => format!("ipv6-addr:value {negation}= '{}'", address_v6(choices)),
        27 => format!("ipv6-addr:value ISSUBSET '{}/{}'", address_v6(choices), 100 + choices.below(28)),
        28 => format!("ipv4-addr:value ISSUPERSET '{}/{}'", address(choices), 28 + choices.below(5)),
        29 => format!("file:hashes.'SHA-256' {negation}= '{}'", sha256(choices)),
        30 => format!("windows-registry-key:key {negation}= '{}'", escaped(registry_key(choices))),
        31 => {
            let text = registry_key(choices);
            format!("windows-registry-key:key LIKE '{}'", escaped(wild(choices, text)))
        }
        32 => format!("user-account:user_id {negation}IN ('{}', '{}')", word(choices), word(choices)),
        _ => choices
            .pick(&["NOT EXISTS file:size", "EXISTS file:hashes.'SHA-256'", "EXISTS user-account:user_id"])
            .into(),
    }
}

/// Tests of one type of object.
fn tests_of_type(choices: &mut Choices, prefix: &str, count: usize) -> Vec<String> {
    let mut tests = Vec::new();
    while tests.len() < count {
        let test = test(choices);
        if test.trim_start_matches("NOT ").trim_start_matches("EXISTS ").starts_with(prefix) {
            tests.push(test);
        }
    }
    tests
}

/// A pattern that one observation decides.
pub(super) fn pattern(choices: &mut Choices) -> String {
    let prefix = choices.pick(&["file:", "file:", "network-traffic:", "url:", "domain-name:"]);
    match choices.below(24) {
        0..14 => format!("[{}]", test(choices)),
        14 | 15 => format!("[{} OR {}]", test(choices), test(choices)),
        16 => format!("[{}] OR [{}]", test(choices), test(choices)),
        17..20 => format!("[{}]", tests_of_type(choices, prefix, 2).join(" AND ")),
        20 => {
            let tests = tests_of_type(choices, prefix, 3);
            format!("[{} AND ({} OR {})]", tests[0], tests[1], tests[2])
        }
        21 => {
            let tests = tests_of_type(choices, prefix, 3);
            format!("[{} OR ({} AND {})]", tests[0], tests[1], tests[2])
        }
        22 => format!("[{}] {}", test(choices), choices.pick(&["WITHIN 5 SECONDS", "REPEATS 1 TIMES"])),
        _ => {
            // Of two windows, one has the time of the events in it.
            let start = choices.pick(&["2024-05-15T00:00:00Z", "2024-06-01T00:00:00.001Z"]);
            format!("[{}] START t'{start}' STOP t'2024-07-01T00:00:00Z'", test(choices))
        }
    }
}

/// Fields of an event, and their values.
pub(super) type Fields = Vec<(&'static str, String)>;

/// An event. Logs have the same objects again and again: so many of each kind are different.
pub(super) fn event(choices: &mut Choices, objects: usize) -> Fields {
    let mut object = |kind: u64| Choices(kind << 32 | choices.below(objects) as u64);
    match object(0).below(9) {
        0 => {
            let ends = &mut object(1);
            let mut fields = vec![("src", address(ends)), ("dst", address(ends))];
            if ends.below(4) > 0 {
                fields.push(("port", ends.pick(&["443", "80", "8443"]).to_owned()));
            }
            fields
        }
        1 => vec![("src", address(&mut object(2))), ("query", domain(&mut object(3)))],
        2 => vec![("dst", address(&mut object(2))), ("url", url(&mut object(4)))],
        3 => vec![("from", email(&mut object(5))), ("user", word(&mut object(6)))],
        4 => vec![("six", address_v6(&mut object(7))), ("query", domain(&mut object(3)))],
        5 => vec![("key", registry_key(&mut object(8))), ("image", file(&mut object(9)))],
        _ => {
            let mut fields = Vec::new();
            for (kind, [name, md5_name, sha256_name, size]) in [
                (9, ["image", "image.md5", "image.sha256", "image.size"]),
                (10, ["parent", "parent.md5", "parent.sha256", ""]),
            ] {
                let own = &mut object(kind);
                fields.push((name, file(own)));
                for (name, value) in
                    [(md5_name, md5(own)), (sha256_name, sha256(own)), (size, own.below(50).to_string())]
                {
                    if !name.is_empty() && own.below(2) == 0 {
                        fields.push((name, value));
                    }
                }
            }
            fields.push(("command", command(&mut object(11))));
            fields
        }
    }
}

/// The objects of an event, each with what its references lead to.
pub(super) fn objects(fields: &Fields) -> Vec<Json> {
    let get = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str());
    let mut objects = Vec::new();
    for (field, object_type, property) in [
        ("src", "ipv4-addr", "value"),
        ("dst", "ipv4-addr", "value"),
        ("six", "ipv6-addr", "value"),
        ("query", "domain-name", "value"),
        ("url", "url", "value"),
        ("key", "windows-registry-key", "key"),
        ("user", "user-account", "user_id"),
        ("command", "process", "command_line"),
    ] {
        objects.extend(get(field).map(|value| json!({"0": {"type": object_type, property: value}})));
    }
    if ["src", "dst", "port"].iter().any(|field| get(field).is_some()) {
        let mut traffic = json!({"type": "network-traffic"});
        let mut scope = json!({});
        for end in ["src", "dst"] {
            if let Some(value) = get(end) {
                traffic[format!("{end}_ref")] = end.into();
                scope[end] = json!({"type": "x-end", "value": value});
            }
        }
        if let Some(port) = get("port") {
            traffic["dst_port"] = port.parse::<u32>().unwrap().into();
        }
        scope["traffic"] = traffic;
        objects.push(scope);
    }
    for slot in ["image", "parent"] {
        let mut file = json!({"type": "file"});
        if let Some(name) = get(slot) {
            file["name"] = name.into();
        }
        for (name, field) in [("MD5", "md5"), ("SHA-256", "sha256")] {
            if let Some(hash) = get(&format!("{slot}.{field}")) {
                file["hashes"][name] = hash.into();
            }
        }
        if let Some(size) = get(&format!("{slot}.size")) {
            file["size"] = size.parse::<u32>().unwrap().into();
        }
        if file.as_object().unwrap().len() > 1 {
            objects.push(json!({"0": file}));
        }
    }
    objects.extend(get("from").map(
        |from| json!({"0": {"type": "email-message", "from_ref": "1"}, "1": {"type": "x-address", "value": from}}),
    ));
    objects
}
