//! Refanging: undoing what makes addresses harmless to click on, `hxxp://example[.]org`.

use std::borrow::Cow;

/// A value as it was meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refanged<'t> {
    pub(super) text: Cow<'t, str>,
    /// Whether a dot was made harmless, which nobody does to the name of a file.
    pub(super) has_dots: bool,
}

/// Undoes the forms in front of a URL's path, or in all of another value. What stands behind the
/// host is only touched where a dot of the host was written so too: in `http://example.org/a[.]b`
/// the brackets are the address's own.
pub(super) fn refang(text: &str) -> Refanged<'_> {
    let mut refanged = Refanged { text: Cow::Borrowed(text), has_dots: false };
    if text.bytes().any(|byte| matches!(byte, b'[' | b']' | b'(' | b'{' | b'\\')) {
        (refanged.text, refanged.has_dots) = refang_brackets(text);
    }
    if let Some(scheme) = refanged.text.split_once("://").and_then(|(scheme, _)| true_scheme(scheme)) {
        let rest = refanged.text.find("://").unwrap_or_default();
        refanged.text = Cow::Owned(format!("{scheme}{}", &refanged.text[rest..]));
    }
    refanged
}

fn refang_brackets(text: &str) -> (Cow<'_, str>, bool) {
    let mut out = String::with_capacity(text.len());
    let (mut is_head, mut has_authority, mut has_dots) = (true, false, false);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let form = form(rest, &out).filter(|(_, meant)| is_head || (has_dots && *meant == "."));
        let (len, meant) = form.unwrap_or((next.len_utf8(), &rest[..next.len_utf8()]));
        has_dots |= is_head && form.is_some() && meant == ".";
        // A path begins with the first slash that does not belong to the scheme's `://`.
        let is_of_scheme = !has_authority && (meant.starts_with(':') || out.ends_with(':') || out.ends_with(":/"));
        if matches!(meant, "/" | "//" | "?" | "#") && !is_of_scheme {
            is_head = false;
        }
        out.push_str(meant);
        has_authority |= out.ends_with("://");
        rest = &rest[len..];
    }
    if out == text { (Cow::Borrowed(text), false) } else { (Cow::Owned(out), has_dots) }
}

/// A form at the beginning of `rest`: its length, and what it stands for. `before` is what stands
/// in front.
fn form(rest: &str, before: &str) -> Option<(usize, &'static str)> {
    /// The longest form but its brackets: `dot`, `://`.
    const MOST: usize = 3;
    let close = match rest.as_bytes()[0] {
        b'[' => b']',
        b'(' => b')',
        b'{' => b'}',
        b'\\' => return rest.starts_with("\\.").then_some((2, ".")),
        // `example.]org` and `example[.org` have lost a bracket.
        b'.' => return rest.starts_with(".]").then_some((2, ".")),
        _ => return None,
    };
    let inner = rest.as_bytes().iter().skip(1).take(MOST + 1).position(|byte| *byte == close);
    let meant = inner.and_then(|len| {
        let inner = &rest.as_bytes()[1..1 + len];
        Some(match inner {
            b"." => ".",
            b":" => ":",
            // `http://[::]/` is the address of no host, and whole as it is.
            b"::" if !before.ends_with("://") => "::",
            b"/" => "/",
            b"//" => "//",
            b"://" => "://",
            b"@" => "@",
            _ if inner.eq_ignore_ascii_case(b"dot") => ".",
            _ if inner.eq_ignore_ascii_case(b"at") => "@",
            _ => return None,
        })
    });
    match (inner, meant) {
        (Some(len), Some(meant)) => Some((len + 2, meant)),
        _ => rest.starts_with("[.").then_some((2, ".")),
    }
}

/// The scheme that one with letters crossed out stands for: `hxxp`, `hXXps`, `h**p`, `fxp`.
fn true_scheme(scheme: &str) -> Option<&'static str> {
    let is_crossed = |byte: &u8| matches!(byte, b't' | b'x' | b'*');
    let lower = scheme.to_ascii_lowercase();
    let (stem, is_secure) = match lower.strip_suffix('s') {
        Some(stem) => (stem, true),
        None => (&*lower, false),
    };
    if matches!(stem, "http" | "ftp") {
        return None;
    }
    match (stem.as_bytes(), is_secure) {
        ([b'h', first, second, b'p'], _) if is_crossed(first) && is_crossed(second) => {
            Some(if is_secure { "https" } else { "http" })
        }
        ([b'f', middle, b'p'], _) if is_crossed(middle) => Some(if is_secure { "ftps" } else { "ftp" }),
        _ => None,
    }
}

/// The value without the quotes or brackets around the whole of it.
pub(super) fn unwrapped(text: &str) -> &str {
    const PAIRS: [(char, char); 7] =
        [('"', '"'), ('\'', '\''), ('`', '`'), ('<', '>'), ('[', ']'), ('(', ')'), ('{', '}')];
    /// Each layer is looked through to its end.
    const LAYERS: usize = 4;
    let mut text = text.trim();
    for _ in 0..LAYERS {
        let Some((open, close)) = PAIRS.iter().find(|(open, _)| text.starts_with(*open)) else { break };
        let Some(inner) = text[open.len_utf8()..].strip_suffix(*close) else { break };
        if open != close && !closes_at_end(inner, *open, *close) {
            break;
        }
        text = inner.trim();
    }
    text
}

/// Whether the brackets inside are closed inside: in `[.]a[.]` the last does not belong to the
/// first.
fn closes_at_end(inner: &str, open: char, close: char) -> bool {
    let mut depth = 0_usize;
    for character in inner.chars() {
        if character == open {
            depth += 1;
        } else if character == close {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            }
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(text: &str, meant: &str) {
        assert_eq!(refang(text).text, meant, "{text}");
    }

    #[test]
    fn dots_colons_and_at_signs() {
        for text in [
            "example[.]org",
            "example(.)org",
            "example{.}org",
            "example[dot]org",
            "example(DOT)org",
            "example\\.org",
            "example[.org",
            "example.]org",
        ] {
            is(text, "example.org");
            assert!(refang(text).has_dots);
        }
        is("192[.]0[.]2[.]0/24", "192.0.2.0/24");
        is("192[.]0[.]2[.]0[/]24", "192.0.2.0/24");
        is("2001[:]db8[::]1", "2001:db8::1");
        is("someone[at]example[dot]org", "someone@example.org");
        is("someone[@]example.org", "someone@example.org");
        assert!(!refang("someone[@]example.org").has_dots);
        is("192.0.2[.]1[:]443", "192.0.2.1:443");
    }

    #[test]
    fn schemes() {
        is("hxxp://example.org/", "http://example.org/");
        is("hXXps://example.org/", "https://example.org/");
        is("h**p://example.org/", "http://example.org/");
        is("htxp://example.org/", "http://example.org/");
        is("fxp://example.org/", "ftp://example.org/");
        is("hxxp[://]example[.]org", "http://example.org");
        is("hxxps[:]//example[.]org[/]a", "https://example.org/a");
        is("HTTP://example.org/", "HTTP://example.org/");
        is("https://example.org/", "https://example.org/");
        is("hxxx://example.org/", "hxxx://example.org/");
    }

    #[test]
    fn behind_the_host_brackets_are_the_urls_own() {
        for url in [
            "http://example.org/a[.]b",
            "http://example.org/?q=(dot)",
            "http://example.org?x[:]=1",
            "http://[2001:db8::1]/a",
            "http://[::]/",
            "http://example.org:80/a\\.b",
        ] {
            is(url, url);
        }
        is("hxxp://example.org/a[.]b", "http://example.org/a[.]b");
        is("hxxp://example[.]org/a[.]b?c[:]", "http://example.org/a.b?c[:]");
    }

    #[test]
    fn what_is_around() {
        for text in ["a", " a ", "\"a\"", "'a'", "<a>", "[a]", "(a)", "[ <a> ]", "`a`"] {
            assert_eq!(unwrapped(text), "a");
        }
        assert_eq!(unwrapped("[a[.]b]"), "a[.]b");
        assert_eq!(unwrapped("[.]a[.]"), "[.]a[.]");
        assert_eq!(unwrapped("[2001:db8::1]:443"), "[2001:db8::1]:443");
        assert_eq!((unwrapped("\""), unwrapped("\"\""), unwrapped("")), ("\"", "", ""));
    }
}
