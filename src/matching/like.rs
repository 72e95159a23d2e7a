//! The operator `LIKE`.

use super::normal::nfc;
use crate::wildcards::Wildcards;

/// A pattern of `LIKE`, in Unicode's normal form C: `%` is any run of characters, `_` is one.
#[derive(Debug)]
pub(super) struct Like(Wildcards);

impl Like {
    pub(super) fn new(pattern: &str) -> Self {
        Self(Wildcards::new(&nfc(pattern)))
    }

    /// Whether all of the text is like the pattern.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(&nfc(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("%", "", true),
            ("%", "a\nb", true),
            ("_", "\n", true),
            ("_", "😀", true),
            ("_", "e\u{301}", true),
            ("_", "", false),
            ("__", "a", false),
            ("a%", "abc", true),
            ("%c", "abc", true),
            ("%b%", "abc", true),
            ("a%b%c", "a--b--c", true),
            ("a%c%b", "a--b--c", false),
            ("ab%bc", "abc", false),
            ("a_c", "abc", true),
            ("%_", "", false),
            ("%_b%", "ab", true),
            ("%a_%_c%", "xabbc", true),
            ("_%_", "a", false),
            ("_%_", "ab", true),
            ("A", "a", false),
            (r"a\%", r"a\b", true),
            ("é", "e\u{301}", true),
            ("%.exe", "a.exe", true),
            ("%.exe", "a.exe\n", false),
        ] {
            assert_eq!(Like::new(pattern).is_match(text), expected, "{pattern:?} {text:?}");
        }
    }

    #[test]
    fn many_wildcards_take_linear_time() {
        let pattern = format!("{}b", "%a".repeat(1000));
        assert!(!Like::new(&pattern).is_match(&"a".repeat(100_000)));
    }
}
