//! Text that a value has to have in it to pass a test.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::grams::{LONG, SHORTEST};
use super::key::Form;
use crate::matching::normal::nfc;

/// Text that all values that pass a test have in them, in ASCII and in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needle {
    pub(super) form: Form,
    pub(super) text: Vec<u8>,
}

impl Needle {
    fn new(form: Form, text: &[u8]) -> Option<Self> {
        // OK because grams are found in the first bytes.
        let text = text.get(..text.len().min(LONGEST)).unwrap_or_default();
        (text.len() >= SHORTEST).then(|| Self { form, text: text.to_ascii_lowercase() })
    }

    /// How well it tells values apart: the longer, the better. Short ones have to be looked for at each byte.
    fn worth(&self) -> usize {
        match self.form {
            Form::Within if self.text.len() < LONG => self.text.len() - SHORTEST,
            _ => self.text.len(),
        }
    }
}

/// Longer pieces are cut.
const LONGEST: usize = 256;

/// The pieces of a pattern of `LIKE`, the best first.
pub(super) fn of_like(pattern: &str) -> Vec<Needle> {
    let pattern = &*nfc(pattern);
    let is_text = |byte: u8| byte.is_ascii() && byte != b'%' && byte != b'_';
    let bytes = pattern.as_bytes();
    let mut needles = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_text(bytes[at]) {
            at += 1;
            continue;
        }
        let length = bytes[at..].iter().position(|byte| !is_text(*byte)).unwrap_or(bytes.len() - at);
        let run = &bytes[at..at + length];
        let form = match (at, at + length == bytes.len()) {
            (0, _) => Form::Start,
            (_, true) if length <= LONGEST => Form::End,
            _ => Form::Within,
        };
        // What all URLs start with tells nothing.
        let scheme = memchr::memmem::find(run, b"://").filter(|_| form == Form::Start).map(|end| end + 3);
        match scheme {
            Some(end) if end < length => needles.extend(Needle::new(Form::Within, &run[end..])),
            _ => needles.extend(Needle::new(form, run)),
        }
        at += length;
    }
    sorted(needles)
}

/// The pieces that all matches of a regular expression have in them, the best first.
pub(super) fn of_regex(expression: &Hir) -> Vec<Needle> {
    let mut runs = Runs::default();
    runs.add(expression);
    runs.end();
    sorted(runs.found)
}

fn sorted(mut needles: Vec<Needle>) -> Vec<Needle> {
    /// More are not tried.
    const MOST: usize = 8;
    needles.sort_by_key(|needle| std::cmp::Reverse(needle.worth()));
    needles.truncate(MOST);
    needles
}

#[derive(Default)]
struct Runs {
    run: Vec<u8>,
    found: Vec<Needle>,
}

impl Runs {
    fn end(&mut self) {
        self.found.extend(Needle::new(Form::Within, &self.run));
        self.run.clear();
    }

    // It recurses as deep as the parser of regular expressions lets them nest.
    fn add(&mut self, expression: &Hir) {
        match expression.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                for byte in &literal.0 {
                    match byte.is_ascii() {
                        true => self.run.push(*byte),
                        false => self.end(),
                    }
                }
            }
            HirKind::Class(class) => match letter(class) {
                Some(letter) => self.run.push(letter),
                None => self.end(),
            },
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.add(part)),
            HirKind::Repetition(repetition) => {
                self.end();
                if repetition.min > 0 {
                    self.add(&repetition.sub);
                    self.end();
                }
            }
            HirKind::Alternation(_) => self.end(),
        }
    }
}

/// The letter of a class that has it in both cases and nothing else.
fn letter(class: &Class) -> Option<u8> {
    let (first, second) = match class {
        Class::Unicode(class) => match class.ranges() {
            [a, b] if a.start() == a.end() && b.start() == b.end() => {
                (u8::try_from(u32::from(a.start())).ok()?, u8::try_from(u32::from(b.start())).ok()?)
            }
            _ => return None,
        },
        Class::Bytes(class) => match class.ranges() {
            [a, b] if a.start() == a.end() && b.start() == b.end() => (a.start(), b.start()),
            _ => return None,
        },
    };
    (first.is_ascii_alphabetic() && first.eq_ignore_ascii_case(&second)).then(|| first.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::pcre;

    fn like(pattern: &str) -> Vec<(Form, String)> {
        of_like(pattern).into_iter().map(|needle| (needle.form, String::from_utf8(needle.text).unwrap())).collect()
    }

    fn regex(pattern: &str) -> Vec<String> {
        let hir = pcre::hir(pattern).unwrap();
        of_regex(&hir).into_iter().map(|needle| String::from_utf8(needle.text).unwrap()).collect()
    }

    #[test]
    fn pieces_of_like() {
        let is = |pattern, expected: &[(Form, &str)]| {
            let expected: Vec<_> = expected.iter().map(|(form, text)| (*form, (*text).to_owned())).collect();
            assert_eq!(like(pattern), expected, "{pattern}");
        };
        is("%.exe", &[(Form::End, ".exe")]);
        is("Setup%", &[(Form::Start, "setup")]);
        is("%mimikatz%.exe", &[(Form::Within, "mimikatz"), (Form::End, ".exe")]);
        is("http://%/evil.php", &[(Form::End, "/evil.php"), (Form::Start, "http://")]);
        is("https://www.example.org/%", &[(Form::Within, "www.example.org/")]);
        is("%abcd%", &[(Form::Within, "abcd")]);
        is("%abc%a_b%", &[]);
        is("%caf\u{e9}%", &[]);
        is("", &[]);
    }

    #[test]
    fn pieces_of_regular_expressions() {
        assert_eq!(regex(r"^https?://[a-z]+\.evil\.example/gate\.php$"), [".evil.example/gate.php", "http"]);
        assert_eq!(regex("(?i)EVIL[.]example"), ["evil.example"]);
        // The sign for Kelvin is a K, too.
        assert_eq!(regex("(?i)abcdkefgh"), ["abcd", "efgh"]);
        assert_eq!(regex("(abcd)+x"), ["abcd"]);
        assert_eq!(regex("(abcdefg|hijklmn)"), [""; 0]);
        assert_eq!(regex("(abcdefg)?"), [""; 0]);
        assert_eq!(regex(r"\bevil\b.*good"), ["evil", "good"]);
    }
}
