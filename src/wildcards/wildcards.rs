//! Text with wildcards, as the operator `LIKE` has it: `%` is any run of characters, `_` is one.

use memchr::memmem;

use super::convolution::Places;

/// A segment with `_` of so many characters at most is compared at one place after the other.
const SHORT: usize = 64;

/// A pattern with wildcards. A comparison takes time linear in the text, times at most the
/// logarithm of the pattern's length; if more than a million characters with a `_` among them are
/// between two `%`, they are compared at one place after the other.
#[derive(Debug)]
pub(crate) struct Wildcards {
    /// What is between the `%`. Without any, there is one segment.
    segments: Box<[Segment]>,
}

#[derive(Debug)]
enum Segment {
    Literal(Box<str>),
    /// Characters, and `None` for `_`.
    Wild(Box<[Option<char>]>),
}

impl Wildcards {
    pub(crate) fn new(pattern: &str) -> Self {
        Self { segments: pattern.split('%').map(Segment::new).collect() }
    }

    /// Whether all of the text is like the pattern.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let Some((first, others)) = self.segments.split_first() else { return text.is_empty() };
        let Some(rest) = first.prefix(text).map(|length| &text[length..]) else { return false };
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
            Self::Wild(wanted) => {
                let mut starts = text.char_indices().map(|(start, _)| start);
                let end_from = |start| self.prefix(&text[start..]).map(|length| start + length);
                if wanted.len() <= SHORT || wanted.len() > Places::MOST {
                    return starts.find_map(end_from);
                }
                let place = Places::new(wanted).first(text.chars())?;
                starts.nth(place).and_then(end_from)
            }
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

    /// The same by trying all ways.
    fn is_like(pattern: &[char], text: &[char]) -> bool {
        let mut reached = vec![false; text.len() + 1];
        reached[0] = true;
        for wanted in pattern {
            let mut next = vec![false; text.len() + 1];
            for at in 0..=text.len() {
                next[at] = match wanted {
                    '%' => reached[at] || (at > 0 && next[at - 1]),
                    wanted => at > 0 && reached[at - 1] && (*wanted == '_' || *wanted == text[at - 1]),
                };
            }
            reached = next;
        }
        reached[text.len()]
    }

    #[test]
    fn wildcards_are_what_trying_all_ways_says() {
        let mut state = 1_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut matches = 0;
        for round in 0..2000 {
            let most = if round % 4 == 0 { 200 } else { 12 };
            let text: Vec<char> = (0..random(4 * most)).map(|_| ['a', 'é', '😀'][random(3) as usize]).collect();
            // A part of the text, with wildcards in some places.
            let start = random(text.len() as u64 + 1) as usize;
            let len = random((text.len() - start) as u64 + 1) as usize;
            let mut pattern = vec!['%'];
            pattern.extend(text[start..start + len].iter().map(|letter| match random(60) {
                0 => '%',
                1..=30 => '_',
                31 => 'b',
                _ => *letter,
            }));
            pattern.extend(['%'].iter().take(random(2) as usize));
            let text_of = |letters: &[char]| letters.iter().collect::<String>();
            let expected = is_like(&pattern, &text);
            matches += u32::from(expected);
            assert_eq!(Wildcards::new(&text_of(&pattern)).is_match(&text_of(&text)), expected, "{pattern:?} {text:?}");
        }
        assert!((200..1800).contains(&matches), "{matches}");
    }

    #[test]
    fn many_wildcards_take_linear_time() {
        let text = "a".repeat(100_000);
        assert!(!Wildcards::new(&format!("{}b", "%a".repeat(1000))).is_match(&text));
        assert!(!Wildcards::new(&format!("%{}b%", "a_".repeat(20_000))).is_match(&text));
        assert!(Wildcards::new(&format!("%{}a%", "a_".repeat(20_000))).is_match(&text));
    }
}
