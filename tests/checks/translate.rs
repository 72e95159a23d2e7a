use stixkit::pattern::Pattern;
use stixkit::pattern::ast::Literal;
use stixkit::translate::{Fidelity, FieldMap, Language, Policy, Target, translate_many};

const TARGETS: [&str; 12] = [
    "kql:microsoft",
    "kql:asim",
    "sql:duckdb",
    "sql:clickhouse",
    "sql:postgres",
    "sql:trino:ocsf",
    "eql:ecs",
    "esql:ecs",
    "lucene:ecs",
    "spl:cim",
    "sigma",
    "sigma:cased",
];
/// Each with whether a backslash escapes in its literals.
const LANGUAGES: [(Language, bool); 7] = [
    (Language::Kql, true),
    (Language::ClickHouse, true),
    (Language::Spark, true),
    (Language::DuckDb, false),
    (Language::DataFusion, false),
    (Language::Trino, false),
    (Language::Postgres, false),
];
/// Their literals have other quotes, or more than one form.
const OTHER_LANGUAGES: [Language; 6] =
    [Language::Eql, Language::Esql, Language::Lucene, Language::Spl, Language::Sigma, Language::SigmaCased];
const OWN_MAP: &str = r#"{"tables": [{"table": "t", "objects": [{"type": "file", "columns": {"name": "c"}}]}]}"#;

/// Any text: as a pattern it is translated or refused with a place in it, and as a value it stays
/// in one literal.
pub(crate) fn translate(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    if let Ok(pattern) = Pattern::parse(text) {
        for name in TARGETS {
            let target = Target::named(name).expect("it is a ready target").with_scope("host");
            translated(&pattern, &target);
        }
    }
    stays_a_literal(text);
    OTHER_LANGUAGES.iter().for_each(|language| stays_in_quotes(*language, text));
}

fn translated(pattern: &Pattern<'_>, target: &Target) {
    let any = pattern.translate(&target.clone().with_policy(Policy::AllowAny));
    let exact = pattern.translate(&target.clone().with_policy(Policy::ExactOnly));
    match any {
        Ok(translation) => {
            assert!(!translation.queries.is_empty());
            let combined = translation.notes.iter().fold(Fidelity::Exact, |all, note| all.and(note.fidelity));
            assert_eq!(combined, translation.fidelity);
            assert_eq!(exact.is_ok(), translation.fidelity == Fidelity::Exact);
            for note in &translation.notes {
                assert!(pattern.text().get(note.span.range()).is_some(), "{note:?} is about no place in the text");
            }
            let length: usize = translation.queries.iter().map(|query| query.text.len()).sum();
            // A table has some dozens of columns, and a network of addresses is a regular
            // expression of 4 KiB. Joins have at most 64 alternatives.
            assert!(length <= (pattern.text().len() + 100) * 40_000, "{length} bytes of queries");
        }
        Err(error) => {
            assert!(exact.is_err());
            assert!(!error.to_string().is_empty() && !format!("{error:#}").is_empty());
            assert!(error.span().is_none_or(|span| pattern.text().get(span.range()).is_some()));
        }
    }
    let batch = translate_many([("indicator--1", pattern)], target);
    assert!(batch.others.len() <= 1 && (batch.queries.is_empty() || batch.others.is_empty()));
}

fn stays_a_literal(text: &str) {
    let map = FieldMap::from_json(OWN_MAP).expect("it is a map");
    let plain = Pattern::parse("[file:name = 'plain']").expect("it is a pattern");
    let hostile = format!("[file:name = {}]", Literal::from(text));
    let hostile = Pattern::parse(&hostile).unwrap_or_else(|error| panic!("{error:#}"));
    for (language, has_escapes) in LANGUAGES {
        let target = Target::new(language, map.clone()).with_policy(Policy::AllowAny);
        let query = |pattern: &Pattern<'_>| pattern.translate(&target).map(|own| own.queries[0].text.clone());
        let shape = query(&plain).expect("a plain value can be expressed");
        let (before, after) = shape.split_once("plain").expect("the value is in the query");
        let Ok(query) = query(&hostile) else {
            assert!(text.contains('\0'), "{language:?}");
            continue;
        };
        let inner = query.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        let inner = inner.unwrap_or_else(|| panic!("{language:?}: {query}"));
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' if has_escapes => assert!(characters.next().is_some(), "{language:?}: {query}"),
                '\'' => assert!(!has_escapes && characters.next() == Some('\''), "{language:?}: {query}"),
                '\n' => assert!(language != Language::Kql, "{query}"),
                _ => {}
            }
        }
    }
}

fn stays_in_quotes(language: Language, text: &str) {
    let target = Target::new(language, FieldMap::from_json(OWN_MAP).expect("it is a map"));
    let target = target.with_policy(Policy::AllowAny);
    let query = |text: &str| {
        let pattern = format!("[file:name = {}]", Literal::from(text));
        let pattern = Pattern::parse(&pattern).unwrap_or_else(|error| panic!("{error:#}"));
        pattern.translate(&target).map(|own| own.queries[0].text.clone())
    };
    let plain = without_literals(language, &query("plain").expect("a plain value can be expressed"));
    let Ok(hostile) = query(text) else {
        return assert!(text.contains('\0'), "{language:?}");
    };
    let remains = without_literals(language, &hostile);
    let is_right = match language {
        // Without letters there is no case to mark.
        Language::SigmaCased => remains == plain || remains == plain.replace("|cased", ""),
        // A part of the text may be put in by a function, and what looks like a number is an
        // expression.
        Language::Spl => {
            let remains = remains.replace(".urldecode(§).§", "").replace("(§)", "§");
            remains == plain || remains == plain.replace("c==§", "match(c, §)")
        }
        _ => remains == plain,
    };
    assert!(is_right, "{language:?}: {hostile}");
}

/// A query with `§` in place of each literal.
fn without_literals(language: Language, query: &str) -> String {
    let is_sigma = matches!(language, Language::Sigma | Language::SigmaCased);
    let mut remains = String::new();
    let mut rest = query.chars().peekable();
    while let Some(first) = rest.next() {
        if first != '"' && !(is_sigma && first == '\'') {
            remains.push(first);
            continue;
        }
        loop {
            match rest.next() {
                None => panic!("{language:?}: a literal without its end in {query}"),
                Some('\\') if first == '"' => assert!(rest.next().is_some(), "{language:?}: {query}"),
                // A quote that is doubled is in the literal.
                Some('\'') if first == '\'' => {
                    if rest.next_if_eq(&'\'').is_none() {
                        break;
                    }
                }
                Some('"') if first == '"' => break,
                Some('\n' | '\r') => assert!(language == Language::Lucene, "{query}"),
                Some(_) => {}
            }
        }
        remains.push('§');
    }
    remains
}
