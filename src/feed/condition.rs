//! Conditions on the fields of an item.

use super::field::Place;

/// A condition on an item of a feed: all of its tests hold.
///
/// ```
/// use stixkit::feed::{Condition, FieldMap, Fields, Format};
///
/// let map = FieldMap::new(Format::Csv)
///     .with_fields(Fields::default().with_value("url"))
///     .with_when(Condition::equals("url_status", "online"))
///     .with_skip(Condition::equals("whitelisted", "true"));
/// # let _ = map;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Condition {
    /// The places to look at, and the tests of their texts.
    pub tests: Vec<(Place, Test)>,
}

/// A test of the texts at a place. Of a list, one has to pass.
///
/// A [`Condition`] is made of these; see its example.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Test {
    /// The text is one of these, whatever its case. Numbers, `true` and `false` are their text.
    OneOf(Vec<String>),
    /// The text fits one of these globs, whatever its case: `*` is any text, `?` one character.
    Matches(Vec<String>),
    /// There is some text that is not among [`FieldMap::empty`](super::FieldMap::empty), or there
    /// is none.
    Exists(bool),
}

impl Condition {
    /// Creates a condition from a place and its test.
    pub fn new(place: Place, test: Test) -> Self {
        Self { tests: vec![(place, test)] }
    }

    /// Creates the condition that a column or property has this text.
    pub fn equals(name: &str, text: &str) -> Self {
        Self::new(Place::Name(name.to_owned()), Test::OneOf(vec![text.to_owned()]))
    }

    /// Adds a test that has to hold as well.
    #[must_use]
    pub fn and(mut self, place: Place, test: Test) -> Self {
        self.tests.push((place, test));
        self
    }
}

impl Test {
    /// Whether one of the texts passes. They are not empty.
    pub(super) fn holds<T: AsRef<str>>(&self, texts: &[T]) -> bool {
        let any = |wanted: &[String], is: fn(&str, &str) -> bool| {
            texts.iter().any(|text| wanted.iter().any(|wanted| is(wanted, text.as_ref().trim())))
        };
        match self {
            Self::OneOf(wanted) => any(wanted, is_same),
            Self::Matches(globs) => any(globs, fits),
            Self::Exists(is_wanted) => *is_wanted != texts.is_empty(),
        }
    }
}

/// Whether two texts are equal in lower case.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    if let (Some(first), Some(second)) = (one.bytes().next(), other.bytes().next())
        && first.is_ascii()
        && second.is_ascii()
        && !first.eq_ignore_ascii_case(&second)
    {
        return false;
    }
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

/// Whether the text fits a glob. It goes back to the last `*` alone, so that the time is at most
/// the product of the two lengths, and the glob comes from the map.
fn fits(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().flat_map(char::to_lowercase).collect();
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let (mut at_glob, mut at_text, mut star) = (0, 0, None);
    while at_text < text.len() {
        match glob.get(at_glob) {
            Some('*') => {
                star = Some((at_glob, at_text));
                at_glob += 1;
            }
            Some(own) if *own == '?' || *own == text[at_text] => {
                at_glob += 1;
                at_text += 1;
            }
            _ => {
                let Some((glob_of_star, text_of_star)) = star else { return false };
                star = Some((glob_of_star, text_of_star + 1));
                at_glob = glob_of_star + 1;
                at_text = text_of_star + 1;
            }
        }
    }
    glob[at_glob..].iter().all(|own| *own == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, text) in [
            ("*", ""),
            ("*", "abc"),
            ("a*c", "abbc"),
            ("A?C", "abc"),
            ("*bot*", "Dridex Botnet"),
            ("a*b*c", "aXbYbZc"),
            ("\u{c4}*", "\u{e4}x"),
        ] {
            assert!(fits(glob, text), "{glob} {text}");
        }
        for (glob, text) in [("", "a"), ("a", ""), ("a?", "a"), ("a*c", "ab"), ("*a", "ab")] {
            assert!(!fits(glob, text), "{glob} {text}");
        }
    }

    #[test]
    fn tests_of_texts() {
        let one_of = Test::OneOf(vec!["Online".into(), "1".into()]);
        assert!(one_of.holds(&["offline", "online "]) && !one_of.holds(&["off"]) && !one_of.holds::<&str>(&[]));
        assert!(Test::Exists(true).holds(&["a"]) && Test::Exists(false).holds::<&str>(&[]));
        assert!(!Test::Exists(false).holds(&["a"]));
    }
}
