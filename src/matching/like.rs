//! The operator `LIKE`.

use memchr::memmem;

use super::normal::nfc;

/// A pattern of `LIKE`, in Unicode's normal form C: `%` is any run of characters, `_` is one.
#[derive(Debug)]
pub(super) struct Like {
    /// What is between the `%`. Without any, there is one segment.
    segments: Box<[Segment]>,
}

#[derive(Debug)]
enum Segment {
    Literal(Box<str>),
    /// Characters, and `None` for `_`.
    Wild(Box<[Option<char>]>),
}

impl Like {
    pub(super) fn new(pattern: &str) -> Self {
        Self { segments: nfc(pattern).split('%').map(Segment::new).collect() }
    }

    /// Whether all of the text is like the pattern.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let text = &*nfc(text);
        let (Some((first, others)), whole) = (self.segments.split_first(), text) else { return text.is_empty() };
        let Some(rest) = first.prefix(whole).map(|length| &whole[length..]) else { return false };
        let Some((last, middle)) = others.split_last() else { return rest.is_empty() };
        let Some(length) = last.suffix(rest) else { return false };
        let mut rest = &rest[..rest.len() - length];
        // The leftmost place leaves the most for the segments that follow.
        middle.iter().all(|segment| match segment.find(rest) {
            Some(end) => {
                rest = &rest[end..];
                true
            }
            None => false,
        })
    }
}

impl Segment {
    fn new(text: &str) -> Self {
        if text.contains('_') {
            Self::Wild(text.chars().map(|character| Some(character).filter(|character| *character != '_')).collect())
        } else {
            Self::Literal(text.into())
        }
    }

    /// The length of what the segment takes from the start of the text.
    fn prefix(&self, text: &str) -> Option<usize> {
        match self {
            Self::Literal(literal) => text.starts_with(&**literal).then_some(literal.len()),
            Self::Wild(wanted) => take(wanted.iter(), text.chars()),
        }
    }

    /// The length of what the segment takes from the end of the text.
    fn suffix(&self, text: &str) -> Option<usize> {
        match self {
            Self::Literal(literal) => text.ends_with(&**literal).then_some(literal.len()),
            Self::Wild(wanted) => take(wanted.iter().rev(), text.chars().rev()),
        }
    }

    /// The end of the first place where the segment fits.
    fn find(&self, text: &str) -> Option<usize> {
        match self {
            Self::Literal(literal) => {
                memmem::find(text.as_bytes(), literal.as_bytes()).map(|start| start + literal.len())
            }
            Self::Wild(_) => text
                .char_indices()
                .map(|(start, _)| start)
                .find_map(|start| self.prefix(&text[start..]).map(|length| start + length)),
        }
    }
}

fn take<'w>(
    mut wanted: impl Iterator<Item = &'w Option<char>>,
    mut characters: impl Iterator<Item = char>,
) -> Option<usize> {
    wanted.try_fold(0, |length, wanted| {
        let character = characters.next()?;
        wanted.is_none_or(|wanted| wanted == character).then_some(length + character.len_utf8())
    })
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
