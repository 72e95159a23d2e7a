//! Whether two texts mean the same JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::scan;
use super::scan::{Lexer, Token, TokenKind};

/// Values that are nested deeper are equal only where their texts are: it keeps the recursion below
/// harmless.
const MAX_DEPTH: usize = 512;

/// Compares two JSON texts by what they mean, exactly: numbers by their decimal value whatever its
/// size, strings by their code units, objects without regard to order with the last of repeated
/// keys. Both must be valid JSON.
pub(crate) fn same(a: &str, b: &str) -> bool {
    if scan::depth(a).max(scan::depth(b)) > MAX_DEPTH {
        return a == b;
    }
    build(a).is_some_and(|a| build(b) == Some(a))
}

#[derive(PartialEq)]
enum Node<'a> {
    Scalar(Cow<'a, str>),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(BTreeMap<Cow<'a, str>, Node<'a>>),
}

enum Open<'a> {
    Array(Vec<Node<'a>>),
    Object(BTreeMap<Cow<'a, str>, Node<'a>>, Option<Cow<'a, str>>),
}

fn build(text: &str) -> Option<Node<'_>> {
    let mut open: Vec<Open<'_>> = Vec::new();
    for Token { kind, start, end } in Lexer::new(text.as_bytes(), 0) {
        let node = match kind {
            TokenKind::Open(b'[') => {
                open.push(Open::Array(Vec::new()));
                continue;
            }
            TokenKind::Open(_) => {
                open.push(Open::Object(BTreeMap::new(), None));
                continue;
            }
            TokenKind::Colon | TokenKind::Comma => continue,
            TokenKind::Close(_) => match open.pop()? {
                Open::Array(nodes) => Node::Array(nodes),
                Open::Object(nodes, _) => Node::Object(nodes),
            },
            TokenKind::String => {
                let string = code_units(&text[start..end]);
                if let Some(Open::Object(_, key @ None)) = open.last_mut() {
                    *key = Some(string);
                    continue;
                }
                Node::String(string)
            }
            TokenKind::OpenString => return None,
            TokenKind::Scalar => Node::Scalar(normal_scalar(&text[start..end])),
        };
        match open.last_mut() {
            None => return Some(node),
            Some(Open::Array(nodes)) => nodes.push(node),
            Some(Open::Object(nodes, key)) => {
                nodes.insert(key.take()?, node);
            }
        }
    }
    None
}

/// A string's meaning: its decoded text, or where a lone surrogate has none, the escapes in one
/// spelling.
fn code_units(quoted: &str) -> Cow<'_, str> {
    if let Some(decoded) = scan::decode(quoted) {
        return decoded;
    }
    let mut out = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let len = if escape[1..].starts_with('u') { 6 } else { 2 };
        let (escape, tail) = escape.split_at_checked(len).unwrap_or((escape, ""));
        match serde_json::from_str::<String>(&format!("\"{escape}\"")) {
            Ok(text) => out.push_str(&text),
            Err(_) => out.push_str(&escape.to_ascii_lowercase()),
        }
        rest = tail;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A number as sign, digits without zeros at either end, and a power of ten; a literal as it is.
fn normal_scalar(text: &str) -> Cow<'_, str> {
    if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Cow::Borrowed("0");
    }
    let trimmed = significant.trim_end_matches('0');
    // An exponent beyond 64 bits is compared by its text: no program gives two spellings of such a
    // number.
    match exponent.parse::<i64>() {
        Ok(exponent) => {
            let power = exponent as i128 - fraction.len() as i128 + (significant.len() - trimmed.len()) as i128;
            Cow::Owned(format!("{sign}{trimmed}e{power}"))
        }
        Err(_) => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn meaning_counts_and_spelling_does_not() {
        for (a, b) in [
            ("1", "1.0"),
            ("-0", "0"),
            ("100", "1E2"),
            ("0.00120", "12e-4"),
            ("18446744073709551616", "18446744073709551616.000"),
            (r#""\u00e9\/""#, r#""é/""#),
            (r#""\uD800 \u0041""#, r#""\ud800 A""#),
            (r#"{"a":1,"b":[2]}"#, r#"{"b":[2.0],"a":1}"#),
            (r#"{"a":1,"a":2}"#, r#"{"\u0061":2}"#),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("1", "\"1\""),
            ("1", "-1"),
            ("18446744073709551616", "18446744073709551617"),
            ("null", "false"),
            ("[]", "{}"),
            ("[1,2]", "[2,1]"),
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#""\ud800""#, r#""\ud801""#),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(same(&deep(""), &deep("")));
        assert!(!same(&deep("1"), &deep("1.0")));
    }
}
