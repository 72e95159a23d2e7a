//! Refanging: undoing what makes addresses harmless to click on, `hxxp://example[.]org`.

use std::borrow::Cow;

/// A value as it was meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refanged<'t> {
    pub(super) text: Cow<'t, str>,
    /// Whether a dot was made harmless, which nobody does to the name of a file.
    pub(super) has_dots: bool,
}

/// Undoes the forms in front of a URL's path, or in all of another value. What follows the
/// host is only touched where a dot of the host was written so too: in `http://example.org/a[.]b`
/// the brackets are the address's own.
pub(super) fn refang(text: &str) -> Refanged<'_> {
    let mut refanged = Refanged { text: Cow::Borrowed(text), has_dots: false };
    if !text.bytes().any(|byte| matches!(byte, b':' | b'[' | b']' | b'(' | b'{' | b'<' | b'\\' | b'_')) {
        // Nearly all values but URLs.
        return refanged;
    }
    if let Some(slashes) = with_slashes(text) {
        refanged.text = Cow::Owned(slashes);
    }
    if refanged.text.bytes().any(|byte| matches!(byte, b'[' | b']' | b'(' | b'{' | b'<' | b'\\' | b'_')) {
        let (undone, has_dots) = refang_brackets(&refanged.text);
        if undone != refanged.text {
            refanged = Refanged { text: Cow::Owned(undone), has_dots };
        }
    }
    if let Some((scheme, rest)) = refanged.text.split_once("://")
        && let Some(scheme) = true_scheme(scheme)
    {
        refanged.text = Cow::Owned(format!("{scheme}://{rest}"));
    }
    refanged
}

/// `hxxp:\\\\example.org`, `hxxp:[/][/]example.org` and `http:// example.org` with the two slashes
/// and nothing around them, if what is before the colon is a scheme.
fn with_slashes(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    if scheme.len() > 8 || scheme.contains(['.', ' ']) {
        return None;
    }
    let after =
        rest.strip_prefix("\\\\").or_else(|| rest.strip_prefix("[/][/]")).or_else(|| rest.strip_prefix("// "))?;
    Some(format!("{scheme}://{}", after.trim_start()))
}

fn refang_brackets(text: &str) -> (String, bool) {
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
        if form.is_some() && meant == "." && is_head {
            // `example [.] org`.
            out.truncate(out.trim_end_matches(' ').len());
            rest = rest[len..].trim_start_matches(' ');
        } else {
            rest = &rest[len..];
        }
        out.push_str(meant);
        has_authority |= out.ends_with("://");
    }
    (out, has_dots)
}

/// A form at the beginning of `rest`: its length, and what it stands for. `before` is what stands
/// in front.
fn form(rest: &str, before: &str) -> Option<(usize, &'static str)> {
    /// The longest form but its brackets: ` dot `.
    const MOST: usize = 7;
    let close = match rest.as_bytes()[0] {
        b'[' => b']',
        b'(' => b')',
        b'{' => b'}',
        b'<' => b'>',
        b'\\' => return rest.starts_with("\\.").then_some((2, ".")),
        // `example.]org` and `example[.org` have lost a bracket.
        b'.' => return rest.starts_with(".]").then_some((2, ".")),
        b'_' => return underscored(rest, before),
        _ => return None,
    };
    let inner = rest.as_bytes().iter().skip(1).take(MOST + 1).position(|byte| *byte == close);
    let meant = inner.and_then(|len| {
        let inner = rest.as_bytes()[1..1 + len].trim_ascii();
        Some(match inner {
            b"." => ".",
            b":" => ":",
            // `http://[::]/` is the address of no host, and whole as it is.
            b"::" if !before.ends_with("://") => "::",
            b"/" => "/",
            b"//" => "//",
            b":/" => ":/",
            b"://" => "://",
            b"@" => "@",
            _ if [&b"dot"[..], b"d0t", b"punkt", b"point", b"punto"]
                .iter()
                .any(|word| inner.eq_ignore_ascii_case(word)) =>
            {
                "."
            }
            _ if inner.eq_ignore_ascii_case(b"at") => "@",
            _ if inner.eq_ignore_ascii_case(b"colon") => ":",
            _ => return None,
        })
    });
    match (inner, meant) {
        (Some(len), Some(meant)) => Some((len + 2, meant)),
        _ => rest.starts_with("[.").then_some((2, ".")),
    }
}

/// `example_dot_org`, `someone_at_example.org`: between letters or digits.
fn underscored(rest: &str, before: &str) -> Option<(usize, &'static str)> {
    const FORMS: [(&str, &str); 3] = [("_dot_", "."), ("_d0t_", "."), ("_at_", "@")];
    let is_after = before.ends_with(|letter: char| letter.is_alphanumeric());
    let (form, meant) =
        FORMS.iter().find(|(form, _)| rest.get(..form.len()).is_some_and(|start| start.eq_ignore_ascii_case(form)))?;
    let is_before = rest[form.len()..].starts_with(|letter: char| letter.is_alphanumeric());
    (is_after && is_before).then_some((form.len(), meant))
}

/// The scheme that one with letters crossed out stands for: `hxxp`, `hXXps`, `h**p`, `http[s]`,
/// `fxp`, and `meow`, as others of the same kind.
fn true_scheme(scheme: &str) -> Option<&'static str> {
    const BRACKETS: [char; 8] = ['[', ']', '(', ')', '{', '}', '<', '>'];
    let is_crossed = |byte: &u8| matches!(byte, b't' | b'x' | b'*' | b'_' | b'-' | b'#' | b'+' | b'?' | b'.');
    let lower = scheme.trim().replace(BRACKETS, "").to_ascii_lowercase();
    let (stem, is_secure) = match lower.strip_suffix('s') {
        Some(stem) => (stem, true),
        None => (&*lower, false),
    };
    let is_plain = scheme.len() == lower.len();
    let http = Some(if is_secure { "https" } else { "http" });
    let ftp = Some(if is_secure { "ftps" } else { "ftp" });
    match stem.as_bytes() {
        b"http" | b"ftp" if is_plain => None,
        b"meow" | b"htp" | b"ttp" | b"htt" | b"hp" => http,
        b"sfxp" => Some("sftp"),
        [b'h', first, second, b'p'] if is_crossed(first) && is_crossed(second) => http,
        [b'f', middle, b'p'] if is_crossed(middle) => ftp,
        // Nothing that is a scheme ends in `xp`.
        [before @ .., b'x', b'p'] if (1..=3).contains(&before.len()) && before.iter().all(u8::is_ascii_lowercase) => {
            http
        }
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
    if text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return text;
    }
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
        is("hxxp://[2001:db8::1]/", "http://[2001:db8::1]/");
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
