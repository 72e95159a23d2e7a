//! The commonest form of a test, read in one pass over the text: `type:name.'name' = 'value'`.
//!
//! It has nothing but names, blanks and strings without escape sequences. What is taken here, the parser would take
//! token by token and give the same tree; everything else, faulty or not, is left to it.

use std::borrow::Cow;

use memchr::memchr2;

use super::ast::{Comparison, Operator, OperatorKind, Path, Property, Spelling, Step};
use super::lex::{continues_name, is_reserved, starts_name};
use super::literal::{Literal, StringLiteral};
use super::span::Span;

/// Longer paths are the parser's, which has a limit on the parts of a tree.
const MAX_STEPS: usize = 8;

/// The only test of a text that is an observation of that form without qualifiers.
pub(super) fn only_test(text: &str) -> Option<Comparison<'_>> {
    let mut scan = Scan { text, position: 0 };
    scan.byte(b'[')?;
    scan.blanks();
    let test = scan.test()?;
    scan.blanks();
    scan.byte(b']')?;
    (scan.position == text.len()).then_some(test)
}

/// The first test of a text whose only bracket before it is at this place, and whether the text has
/// nothing but a closing bracket after it.
pub(super) fn first_test(text: &str, bracket: usize) -> Option<(Box<Comparison<'_>>, bool)> {
    let mut scan = Scan { text, position: bracket + 1 };
    scan.blanks();
    let test = Box::new(scan.test()?);
    scan.blanks();
    let is_only = scan.byte(b']').is_some() && scan.position == text.len();
    Some((test, is_only))
}

/// The test of that form that starts at this place, whatever follows it.
pub(super) fn test_at(text: &str, start: usize) -> Option<Comparison<'_>> {
    Scan { text, position: start }.test()
}

/// Returns how many parts of the tree a test takes.
pub(super) fn count_parts(test: &Comparison<'_>) -> usize {
    1 + test.path.steps.len()
}

/// Goes through a text once. What does not fit is `None`, and then the place means nothing.
struct Scan<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn byte(&mut self, expected: u8) -> Option<Span> {
        let start = self.position;
        (self.peek()? == expected).then(|| {
            self.position += 1;
            Span::new(start, start + 1)
        })
    }

    #[inline]
    fn blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.position += 1;
        }
    }

    #[inline]
    fn test(&mut self) -> Option<Comparison<'a>> {
        let path = self.path()?;
        self.blanks();
        let equal = self.byte(b'=')?;
        self.blanks();
        let (span, value) = self.quoted()?;
        Some(Comparison {
            span: Span::new(path.span.start, span.end),
            path,
            negated: false,
            operator: Operator { span: equal, kind: OperatorKind::Equal, spelling: Spelling::Standard },
            value: Literal::String(StringLiteral { span, value: Cow::Borrowed(value) }),
        })
    }

    fn path(&mut self) -> Option<Path<'a>> {
        let (of_type, object_type) = self.name(|byte| byte == b'-' || continues_name(byte))?;
        self.byte(b':')?;
        let mut steps = Vec::with_capacity(2);
        while steps.len() < MAX_STEPS {
            let quoted = self.peek() == Some(b'\'');
            let (span, name) = if quoted { self.quoted()? } else { self.name(continues_name)? };
            steps.push(Step::Property(Property { span, name: Cow::Borrowed(name), quoted }));
            if self.byte(b'.').is_none() {
                let span = Span::new(of_type.start, span.end);
                return Some(Path { span, object_type: Cow::Borrowed(object_type), steps });
            }
        }
        None
    }

    /// A name that is not reserved.
    #[inline]
    fn name(&mut self, continues: impl Fn(u8) -> bool) -> Option<(Span, &'a str)> {
        let start = self.position;
        let rest = self.text.as_bytes().get(start..)?;
        self.position += rest.iter().position(|byte| !continues(*byte))?;
        let name = self.text.get(start..self.position)?;
        let is_name = name.bytes().next().is_some_and(starts_name) && !is_reserved(name);
        is_name.then_some((Span::new(start, self.position), name))
    }

    /// A string without escape sequences: its place with the quotes, and what is between them.
    fn quoted(&mut self) -> Option<(Span, &'a str)> {
        let start = self.position;
        self.byte(b'\'')?;
        let content = self.position;
        self.position += memchr2(b'\'', b'\\', self.text.as_bytes().get(content..)?)?;
        let value = self.text.get(content..self.position)?;
        self.byte(b'\'')?;
        Some((Span::new(start, self.position), value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parse::Parser;
    use super::super::pattern::Pattern;
    use super::*;

    fn parsed(text: &str) -> Comparison<'_> {
        let pattern = Pattern::parse(text).unwrap_or_else(|error| panic!("{error:#}"));
        pattern.simple_equality().unwrap_or_else(|| panic!("{text}")).clone()
    }

    fn spans(test: &Comparison<'_>) -> Vec<Span> {
        let steps = test.path.steps.iter().map(Step::span);
        [test.span, test.path.span, test.operator.span, test.value.span()].into_iter().chain(steps).collect()
    }

    /// Whether the text was taken. If so, the parser must take it too, and see the same token by token.
    fn is_taken(text: &str) -> bool {
        let Some(test) = only_test(text) else { return false };
        assert_eq!(parsed(text), test);
        // With a comment in it the test has to go through the tokens.
        const COMMENT: &str = "/**/";
        let colon = text.find(':').unwrap();
        let commented = [&text[..colon], COMMENT, &text[colon..]].concat();
        assert_eq!(only_test(&commented), None);
        let slow = parsed(&commented);
        assert!(slow.path.same_as(&test.path), "{text}");
        assert_eq!(slow.value.as_str(), test.value.as_str());
        assert_eq!((slow.negated, slow.operator.kind), (test.negated, test.operator.kind));
        assert_eq!(slow.operator.spelling, test.operator.spelling);
        let moved = |offset| if offset > colon { offset + COMMENT.len() } else { offset };
        let expected: Vec<_> = spans(&test).iter().map(|span| Span::new(moved(span.start), moved(span.end))).collect();
        assert_eq!(spans(&slow), expected);
        true
    }

    #[test]
    fn plain_equalities_are_taken() {
        for text in [
            "[file:name = 'a']",
            "[ x-y:z  =  ''  ]",
            "[file:hashes.'SHA-256'='ab']",
            "[_:''.'é.]'.b_1 = 'ü']",
            "[a:b = 'x = \" ] /* // AND']",
            "[a:'AND'.'true' = 'OR']",
            "[AND-x:t.h.b = 'a']",
        ] {
            assert!(is_taken(text), "{text}");
        }
    }

    #[test]
    fn all_else_is_left_to_the_parser() {
        for text in [
            "",
            "[",
            "[]",
            "[a",
            "[a:b = 'c'",
            "[a:b = 'c",
            "[a:b = '",
            "[a:b = 'c'] ",
            " [a:b = 'c']",
            "([a:b = 'c'])",
            "[a:b = 'c'] WITHIN 5 SECONDS",
            "[a:b = 'c' OR a:b = 'd']",
            "[a:b == 'c']",
            "[a:b != 'c']",
            "[a:b NOT = 'c']",
            "[a:b LIKE 'c']",
            "[a:b = 5]",
            "[a:b = h'ff']",
            "[a:b[*] = 'c']",
            "[a:b[0].c = 'c']",
            r"[a:b = 'it\'s']",
            r"[a:'\\' = 'c']",
            "[a:b-c = 'd']",
            "[a:5 = 'd']",
            "[a:b. = 'd']",
            "[AND:b = 'c']",
            "[a:true = 'c']",
            "[a:LIKE = 'c']",
            // A name in STIX 2.0.
            "[a:EXISTS = 'c']",
            "[a:b\t= 'c']",
            "[a:b = /**/ 'c']",
            "[a:b = 'can't']",
            "[a:b.b.b.b.b.b.b.b.b = 'c']",
        ] {
            assert_eq!(only_test(text), None, "{text}");
        }
    }

    #[test]
    fn limits_hold() {
        let text = "[a:b.c = 'd']";
        for (nodes, is_enough) in [(0, false), (3, false), (4, true)] {
            let parser = Parser::new().with_max_nodes(nodes);
            assert_eq!((parser.equality(text).is_some(), parser.parse(text).is_ok()), (is_enough, is_enough));
        }
        for (length, is_enough) in [(text.len() - 1, false), (text.len(), true)] {
            let parser = Parser::new().with_max_length(length);
            assert_eq!((parser.equality(text).is_some(), parser.parse(text).is_ok()), (is_enough, is_enough));
        }
    }

    #[test]
    fn the_cases_of_the_language() {
        let cases = [
            include_str!("../../tests/fixtures/patterns/accepted.jsonl"),
            include_str!("../../tests/fixtures/patterns/refused.jsonl"),
            include_str!("../../tests/fixtures/patterns/odd-cases.jsonl"),
        ];
        let mut taken = 0;
        for line in cases.iter().flat_map(|file| file.lines()) {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            taken += usize::from(is_taken(case["pattern"].as_str().unwrap()));
        }
        assert!(taken > 0);
    }

    fn words() -> impl Strategy<Value = String> {
        let name = || prop::sample::select(vec!["a", "x-y", "t", "h", "AND", "IN", "true", "'SHA-256'", "'é'", "''"]);
        let blank = || prop::sample::select(vec!["", " ", "  ", "\t"]);
        let path =
            (name(), prop::collection::vec(name(), 1..4)).prop_map(|(of, steps)| format!("{of}:{}", steps.join(".")));
        let value = prop_oneof!["'[ -~]{0,9}'", "'[a-z0-9.]{0,9}'", "'.{0,9}'"];
        (blank(), path, blank(), blank(), value, blank())
            .prop_map(|(a, path, b, c, value, d)| format!("[{a}{path}{b}={c}{value}{d}]"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn what_is_taken_is_what_the_parser_sees(text in words()) {
            is_taken(&text);
        }

        #[test]
        fn also_after_a_mutation(text in words(), at in any::<prop::sample::Index>(), with in "[-'\\\\:.=\\[\\]/ aA5é]{0,2}") {
            let mut characters: Vec<char> = text.chars().collect();
            let at = at.index(characters.len());
            characters.splice(at..=at, with.chars());
            is_taken(&characters.into_iter().collect::<String>());
        }
    }
}
