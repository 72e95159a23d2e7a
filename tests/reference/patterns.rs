//! Patterns as the official validator sees them: `stix2-patterns`, the Python package of those who wrote the standard.
//!
//! Patterns are generated, half of them spoiled in one to three places, and given to both. Whatever they disagree about
//! has to be among the known differences, of which each is a rule with its reason.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};
use stixkit::pattern::ast::*;
use stixkit::pattern::{Error, ErrorKind, FindingKind, Parser, Pattern, Token, TokenKind, Version};

use super::python;
use crate::pattern::generated::{Comparisons, Observations, WORDS, grouped, loose_observations};
use crate::pattern::{fixture, lines, text, version};

/// The release of `stix2-patterns` that the rules are about.
const RELEASE: &str = "2.1.2";

/// How many patterns are generated, all different, and with which seed.
const GENERATED: usize = 22_000;
const SEED: u64 = 4;

/// What the validator said of a pattern.
#[derive(Debug)]
enum Verdict {
    Accepted,
    Refused(Vec<String>),
    /// The exception that it died of.
    Crashed(String),
}

impl Verdict {
    fn new(answer: Value) -> Self {
        match answer {
            Value::Array(errors) if errors.is_empty() => Self::Accepted,
            Value::Array(errors) => Self::Refused(errors.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            Value::String(exception) => Self::Crashed(exception),
            other => panic!("{other}"),
        }
    }
}

struct Case {
    text: String,
    version: Version,
    verdict: Verdict,
}

/// One thing that is to be explained.
#[derive(Clone, Copy, Debug)]
enum Fault<'c> {
    /// The validator accepts what the crate refuses.
    Accepts,
    /// It has this error in what the crate accepts.
    Refuses(&'c str),
    /// It dies of this exception.
    Dies(&'c str),
}

/// The pattern as the crate sees it.
type Parsed<'c> = Result<Pattern<'c>, Error>;

/// A disagreement that is as it should be.
struct Rule {
    name: &'static str,
    /// Why the crate sees it otherwise.
    reason: &'static str,
    explains: fn(Fault<'_>, &Parsed<'_>) -> bool,
}

/// The numbers are those of the odd cases, as in `fixtures/patterns/odd-cases.jsonl`.
const RULES: &[Rule] = &[
    Rule {
        name: "3: line breaks in Base64",
        reason: "the text of the standard wants them accepted, the validator's grammar does not have them",
        explains: |fault, parsed| {
            let is_broken = |literal: &Literal<'_>| matches!(literal, Literal::Binary(it) if it.text().contains('\n'));
            is_refused(fault, is_syntax) && accepted(parsed, |pattern| pattern.literals().any(is_broken))
        },
    },
    Rule {
        name: "4: a day that the calendar does not have",
        reason: "the grammar counts every month up to 31, but there is no instant to compare with",
        explains: |fault, parsed| is_not_refused(fault) && refused(parsed, ErrorKind::NoSuchDate),
    },
    Rule {
        name: "6: the same qualifier twice",
        reason: "STIX 2.0 allows it, so it parses in both versions; in 2.1 it is a finding",
        explains: |fault, parsed| {
            let is_found = |pattern: &Pattern<'_>| {
                pattern.check().iter().any(|finding| finding.kind == FindingKind::DuplicateQualifier)
            };
            is_refused(fault, |error| error.contains("Duplicate qualifier type")) && accepted(parsed, is_found)
        },
    },
    Rule {
        name: "7: no text at all",
        reason: "the validator looks at the first character without asking whether there is one",
        explains: |fault, parsed| is_death(fault, "UnboundLocalError") && refused(parsed, ErrorKind::Empty),
    },
    Rule {
        name: "7: an index below 0",
        reason: "the validator looks for the index in a tree that it could not put one into",
        explains: |fault, parsed| is_death(fault, "AttributeError") && refused(parsed, ErrorKind::NegativeIndex),
    },
    Rule {
        name: "14: values of hashes",
        reason: "the grammar knows no hashes. The validator wants whole ones, after any operator and in a set, so that no \
                 pattern can look for a part of one or for one of several",
        explains: |fault, parsed| {
            let is_hash = |error: &str| error.contains("is not a valid") && error.ends_with(" hash");
            is_refused(fault, is_hash) && accepted(parsed, |pattern| pattern.paths().any(is_into_hashes))
        },
    },
    Rule {
        name: "14: an index behind a hash",
        reason: "the validator takes the index for the name of an algorithm",
        explains: |fault, parsed| {
            let is_indexed = |path: &Path<'_>| matches!(path.steps.last(), Some(Step::Index(_)));
            is_death(fault, "AttributeError")
                && accepted(parsed, |pattern| pattern.paths().any(|path| is_into_hashes(path) && is_indexed(path)))
        },
    },
    Rule {
        name: "15: a comment before the first bracket",
        reason: "the grammar has comments; the validator looks for the bracket without the grammar",
        explains: |fault, parsed| {
            let is_first = |pattern: &Pattern<'_>| {
                let opens = |token: &Token| pattern.text()[token.span.range()].starts_with(['[', '/']);
                pattern.tokens().find(opens).is_some_and(|token| token.kind == TokenKind::Comment)
            };
            is_refused(fault, |error| error.ends_with("input is missing square brackets")) && accepted(parsed, is_first)
        },
    },
    Rule {
        name: "16: bounds of STIX 2.0",
        reason: "STIX 2.0 writes START and STOP with strings; the validator has the form of 2.1 for both versions",
        explains: |fault, parsed| {
            let is_bounded = |pattern: &Pattern<'_>| {
                pattern.version() == Version::V20
                    && pattern.tokens().any(|token| &pattern.text()[token.span.range()] == "START")
            };
            is_refused(fault, is_syntax) && accepted(parsed, is_bounded)
                || is_not_refused(fault) && refused(parsed, ErrorKind::ExpectedTimestampString)
        },
    },
    Rule {
        name: "a number that does not fit",
        reason: "an index has to count elements, and a number with a fraction has to be a float; the grammar has no \
                 largest number",
        explains: |fault, parsed| is_not_refused(fault) && refused(parsed, ErrorKind::NumberOutOfRange),
    },
];

fn accepted(parsed: &Parsed<'_>, with: impl Fn(&Pattern<'_>) -> bool) -> bool {
    parsed.as_ref().is_ok_and(with)
}

fn refused(parsed: &Parsed<'_>, kind: ErrorKind) -> bool {
    parsed.as_ref().is_err_and(|error| error.kind() == kind)
}

fn is_refused(fault: Fault<'_>, like: fn(&str) -> bool) -> bool {
    matches!(fault, Fault::Refuses(error) if like(error))
}

fn is_death(fault: Fault<'_>, of: &str) -> bool {
    matches!(fault, Fault::Dies(exception) if exception == of)
}

/// Whether the validator got through the grammar, whatever became of it then.
fn is_not_refused(fault: Fault<'_>) -> bool {
    matches!(fault, Fault::Accepts) || is_death(fault, "AttributeError")
}

fn is_syntax(error: &str) -> bool {
    error.contains("Error found at line")
}

fn is_into_hashes(path: &Path<'_>) -> bool {
    path.steps.iter().any(|step| step.property() == Some("hashes"))
}

/// What there is to be explained.
fn faults<'c>(case: &'c Case, parsed: &Parsed<'_>) -> Vec<Fault<'c>> {
    match (parsed, &case.verdict) {
        (Ok(_), Verdict::Accepted) | (Err(_), Verdict::Refused(_)) => Vec::new(),
        (Err(_), Verdict::Accepted) => vec![Fault::Accepts],
        (Ok(_), Verdict::Refused(errors)) => errors.iter().map(|error| Fault::Refuses(error)).collect(),
        (_, Verdict::Crashed(exception)) => vec![Fault::Dies(exception)],
    }
}

/// The pattern as STIX 2.0 has it: without `EXISTS`, and with strings for bounds.
fn old(mut expression: Observations) -> Observations {
    use ObservationExpression as O;

    fn take<T>(list: &mut List<T>, old: fn(T) -> T) {
        list.operands = std::mem::take(&mut list.operands).into_iter().map(old).collect();
    }
    fn old_comparison(mut expression: Comparisons) -> Comparisons {
        use ComparisonExpression as C;
        match &mut expression {
            C::Exists(node) => {
                let (path, values) = (node.path.clone(), Vec::new());
                return C::In(Box::new(In { span: node.span, path, negated: node.negated, values }));
            }
            C::Group(node) => node.inner = old_comparison(node.inner.clone()),
            C::And(list) | C::Or(list) => take(list, old_comparison),
            C::Comparison(_) | C::In(_) => {}
        }
        expression
    }
    fn old_qualifiers(qualifiers: &mut [Qualifier<'_>]) {
        for qualifier in qualifiers {
            let Qualifier::StartStop(window) = qualifier else { continue };
            for bound in [&mut window.start, &mut window.stop] {
                if let Bound::Timestamp(timestamp) = bound {
                    let value = timestamp.text().to_owned().into();
                    *bound = Bound::String(StringLiteral { span: Span::default(), value });
                }
            }
        }
    }
    match &mut expression {
        O::Observation(node) => {
            node.comparison = old_comparison(node.comparison.clone());
            old_qualifiers(&mut node.qualifiers);
        }
        O::Group(node) => {
            node.inner = old(node.inner.clone());
            old_qualifiers(&mut node.qualifiers);
        }
        O::And(list) | O::Or(list) | O::FollowedBy(list) => take(list, old),
    }
    expression
}

/// Patterns that look like those of feeds, with what the rules are about more often than chance would have it.
fn of_feeds() -> impl Strategy<Value = String> {
    let hashes = vec![
        "file:hashes.MD5",
        "file:hashes.md5",
        "file:hashes.'SHA-1'",
        "artifact:hashes.SHA1",
        "file:hashes.TLSH",
        "file:hashes[*]",
        "x509-certificate:hashes.'SHA-1'[0]",
    ];
    let others = vec!["file:name", "url:value", "ipv4-addr:value", "windows-registry-key:values[*].name", "a:b[0][1]"];
    let faulty = vec!["a:b[-1]", "a:b[18446744073709551616]"];
    let path = prop_oneof![20 => select(hashes), 50 => select(others), 2 => select(faulty)];
    let text = prop_oneof![
        3 => select(vec!["'d41d8cd98f00b204e9800998ecf8427e'", "'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'"])
            .prop_map(str::to_owned),
        2 => "'[a-z0-9.%/:]{0,20}'",
        1 => Just(r"'it\'s \\ '".to_owned()),
    ];
    let others = vec![
        "5",
        "-0.5",
        "+01.5",
        "9223372036854775808",
        "-18446744073709551617",
        "h'ff'",
        "h''",
        "b'AAAA'",
        "b'AA\n=='",
        "t'2014-01-13T07:03:17Z'",
        "t'2014-02-30T00:00:60.5Z'",
    ];
    let ordered = prop_oneof![4 => text.clone(), 1 => select(others).prop_map(str::to_owned)];
    let value = prop_oneof![9 => ordered.clone(), 1 => select(vec!["true".to_owned(), "false".to_owned()])];
    let compared = prop_oneof![
        6 => (select(vec!["=", "=", "==", "!=", "<>", "NOT ="]), value.clone()),
        1 => (select(vec![">", "<=", "NOT <"]), ordered),
        1 => (select(vec!["LIKE", "MATCHES", "ISSUBSET", "NOT ISSUPERSET"]), text),
    ];
    let test = prop_oneof![
        5 => (path.clone(), compared).prop_map(|(path, (operator, value))| format!("{path} {operator} {value}")),
        1 => (path, prop::collection::vec(value, 0..3))
            .prop_map(|(path, values)| format!("{path} IN ({})", values.join(", "))),
    ];
    let tests = (prop::collection::vec(test, 1..4), select(vec![" OR ", " AND "]))
        .prop_map(|(tests, connective)| format!("[{}]", tests.join(connective)));
    let qualifier = select(vec!["", "", "", " WITHIN 5 SECONDS", " REPEATS 2 TIMES WITHIN .5 SECONDS"]);
    let connective = select(vec![" OR ", " AND ", " FOLLOWEDBY "]);
    (prop::collection::vec((tests, qualifier), 1..3), connective).prop_map(|(observations, connective)| {
        let observations: Vec<_> =
            observations.iter().map(|(tests, qualifier)| format!("{tests}{qualifier}")).collect();
        observations.join(connective)
    })
}

/// What is between words that may have something between them.
const BLANKS: &[&str] =
    &["", " ", "  ", "\n", "\t", "\r\n", "\u{b}", "\u{85}", "\u{a0}", "\u{2003}", "/* c */", "// c\n"];

/// A pattern of one of the versions, which is nearly always valid in it.
fn valid() -> impl Strategy<Value = (String, Version)> {
    let tree =
        (loose_observations(2).prop_map(grouped), any::<bool>(), any::<bool>()).prop_map(|(tree, is_old, faithful)| {
            let (tree, version) = if is_old { (old(tree), Version::V20) } else { (tree, Version::V21) };
            (if faithful { format!("{tree:#}") } else { tree.to_string() }, version)
        });
    let feed = (of_feeds(), select(vec![Version::V20, Version::V21]));
    let spaced =
        prop_oneof![3 => tree, 2 => feed].prop_filter("short, for the sake of time", |(text, _)| text.len() < 200);
    (spaced, prop::collection::vec(any::<Index>(), 9), prop::bool::weighted(0.3)).prop_map(
        |((text, version), blanks, is_respaced)| {
            if !is_respaced {
                return (text, version);
            }
            let mut blanks = blanks.iter().cycle();
            let words = words(&text, version).into_iter().map(|(blank, word)| {
                // Where there is nothing there may stay nothing.
                let choice = if blank.is_empty() { BLANKS } else { &BLANKS[1..] };
                let blank = blanks.next().map_or("", |index| choice[index.index(choice.len())]);
                format!("{blank}{word}")
            });
            (words.collect(), version)
        },
    )
}

/// The words of a text with the blanks before each. A text that is no pattern is one word.
fn words(text: &str, version: Version) -> Vec<(String, String)> {
    let Ok(pattern) = Parser::new().with_version(version).parse(text) else {
        return vec![(String::new(), text.to_owned())];
    };
    let mut end = 0;
    let word = |token: Token| {
        let blank = text[end..token.span.start].to_owned();
        end = token.span.end;
        (blank, text[token.span.range()].to_owned())
    };
    pattern.tokens().map(word).collect()
}

/// A change of a text.
#[derive(Clone, Debug)]
enum Edit {
    DeleteWord(Index),
    DoubleWord(Index),
    SwapWords(Index, Index),
    PutWord(Index, &'static str),
    ReplaceWord(Index, &'static str),
    DeleteCharacter(Index),
    SwapCharacters(Index),
    PutCharacter(Index, char),
    ReplaceCharacter(Index, char),
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = any::<Index>;
    let character = || {
        prop_oneof![
            9 => select("'\\[]()=!<>:.,*+-_/0123456789aehtbzETZI \n\t\"~‘é\u{a0}\u{200b}\u{0}".chars().collect::<Vec<_>>()),
            1 => any::<char>(),
        ]
    };
    prop_oneof![
        3 => place().prop_map(Edit::DeleteWord),
        2 => place().prop_map(Edit::DoubleWord),
        3 => (place(), place()).prop_map(|(a, b)| Edit::SwapWords(a, b)),
        2 => (place(), select(WORDS)).prop_map(|(place, word)| Edit::PutWord(place, word)),
        2 => (place(), select(WORDS)).prop_map(|(place, word)| Edit::ReplaceWord(place, word)),
        3 => place().prop_map(Edit::DeleteCharacter),
        2 => place().prop_map(Edit::SwapCharacters),
        2 => (place(), character()).prop_map(|(place, character)| Edit::PutCharacter(place, character)),
        3 => (place(), character()).prop_map(|(place, character)| Edit::ReplaceCharacter(place, character)),
    ]
}

fn edited(text: &str, version: Version, edits: &[Edit]) -> String {
    let mut words: Vec<String> = words(text, version).into_iter().map(|(blank, word)| blank + &word).collect();
    for edit in edits {
        let count = words.len();
        match edit {
            _ if count == 0 => {}
            Edit::DeleteWord(place) => _ = words.remove(place.index(count)),
            Edit::DoubleWord(place) => words.insert(place.index(count), words[place.index(count)].clone()),
            Edit::SwapWords(a, b) => words.swap(a.index(count), b.index(count)),
            Edit::PutWord(place, word) => words.insert(place.index(count), format!(" {word}")),
            Edit::ReplaceWord(place, word) => words[place.index(count)] = format!(" {word}"),
            _ => {}
        }
    }
    let mut characters: Vec<char> = words.concat().chars().collect();
    for edit in edits {
        let count = characters.len();
        match edit {
            _ if count < 2 => {}
            Edit::DeleteCharacter(place) => _ = characters.remove(place.index(count)),
            Edit::SwapCharacters(place) => characters.swap(place.index(count - 1), place.index(count - 1) + 1),
            Edit::PutCharacter(place, character) => characters.insert(place.index(count), *character),
            Edit::ReplaceCharacter(place, character) => characters[place.index(count)] = *character,
            _ => {}
        }
    }
    characters.into_iter().collect()
}

/// The cases of the language, and generated patterns: half of them as they are, half spoiled.
fn texts() -> Vec<(String, Version)> {
    let case = |case: &Value| (text(case, "pattern").to_owned(), version(case));
    let files = ["accepted.jsonl", "refused.jsonl", "odd-cases.jsonl"].map(|file| lines(&fixture(file)));
    let mut texts: Vec<_> = files.iter().flatten().map(case).collect();

    let edits = prop_oneof![Just(Vec::new()), prop::collection::vec(edit(), 1..4)];
    let strategy = (valid(), edits).prop_map(|((text, version), edits)| {
        let text = if edits.is_empty() { text } else { edited(&text, version, &edits) };
        (text, version)
    });
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(SEED), ..Config::default() });
    let mut generated = HashSet::new();
    while generated.len() < GENERATED {
        let new = strategy.new_tree(&mut runner).expect("filters let enough through").current();
        if generated.insert(new.clone()) {
            texts.push(new);
        }
    }
    texts
}

fn ask(python: &std::ffi::OsStr, texts: Vec<(String, Version)>) -> Vec<Case> {
    let question = |(text, version): &(String, Version)| {
        let version = if *version == Version::V20 { "2.0" } else { "2.1" };
        format!("{}\n", json!({"pattern": text, "version": version}))
    };
    let answers = python::run(python, "stix2_patterns.py", &[], texts.iter().map(question).collect());
    let answers: Vec<Value> =
        answers.lines().map(|line| serde_json::from_str(line).expect("an answer is JSON")).collect();
    assert_eq!(answers.len(), texts.len());
    let case = |((text, version), answer)| Case { text, version, verdict: Verdict::new(answer) };
    texts.into_iter().zip(answers).map(case).collect()
}

#[test]
#[ignore = "needs the Python package stix2-patterns"]
fn the_validator_disagrees_where_a_rule_says_so() {
    let python = python::with("stix2-patterns", Some(RELEASE));
    let python = python.unwrap_or_else(|missing| panic!("{missing}"));
    let mut texts = texts();
    // It takes most of the time, so two of it run.
    let rest = texts.split_off(texts.len() / 2);
    let cases: Vec<Case> = std::thread::scope(|scope| {
        let halves = [texts, rest].map(|texts| scope.spawn(|| ask(&python, texts)));
        halves.into_iter().flat_map(|half| half.join().expect("a half has been asked about")).collect()
    });

    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut accepted, mut unexplained) = (0, Vec::new());
    for case in &cases {
        let parsed = Parser::new().with_version(case.version).parse(&case.text);
        accepted += usize::from(parsed.is_ok() && matches!(case.verdict, Verdict::Accepted));
        for fault in faults(case, &parsed) {
            match RULES.iter().find(|rule| (rule.explains)(fault, &parsed)) {
                Some(rule) => *met.entry(rule.name).or_default() += 1,
                None => {
                    let kind = parsed.as_ref().map_err(Error::kind).err();
                    unexplained.push(format!("{:?} {:?}: {kind:?}, {fault:?}", case.version, case.text));
                }
            }
        }
    }
    assert!(
        unexplained.is_empty(),
        "{} disagreements are not explained, among them\n{}",
        unexplained.len(),
        unexplained[..unexplained.len().min(40)].join("\n")
    );
    // Otherwise it would compare nothing but faults, or explain what is not so.
    assert!(accepted > GENERATED / 3, "only {accepted} of {} are patterns to both: {met:?}", cases.len());
    for rule in RULES {
        assert!(met.contains_key(rule.name), "{} is a rule for nothing: {}", rule.name, rule.reason);
    }
}
