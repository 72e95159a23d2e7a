//! The pattern of an indicator.

use super::collected::Collected;
use crate::finding::FindingKind;
use crate::object::Indicator;
use crate::pattern::{AnyPattern, Finding, FindingKind as PatternFinding, Pattern};

/// The kinds that need the pattern to be parsed.
const KINDS: &[FindingKind] = &[
    FindingKind::PatternSyntax,
    FindingKind::PatternRule,
    FindingKind::PatternTypeForm,
    FindingKind::PatternForm,
    FindingKind::PatternName,
];

/// Checks the pattern of an indicator, if it is a STIX pattern.
pub(super) fn check(indicator: &Indicator, found: &mut Collected<'_>) {
    if !found.profile.contains_any(KINDS) {
        return;
    }
    match indicator.parse_pattern() {
        Ok(AnyPattern::Stix(pattern)) => check_pattern(&pattern, found),
        Ok(AnyPattern::Opaque(_)) => {}
        Err(error) => {
            let (line, column) = error.line_column();
            let message = format!("The pattern cannot be parsed, line {line}, column {column}: {error}.");
            found.add(FindingKind::PatternSyntax, ".pattern", message);
        }
    }
}

fn check_pattern(pattern: &Pattern<'_>, found: &mut Collected<'_>) {
    for finding in pattern.check() {
        if found.is_full() {
            return;
        }
        let text = pattern.text().get(finding.span.start..finding.span.end).unwrap_or_default();
        let kind = kind_of(&finding, text);
        let part: String = text.chars().take(60).collect();
        let message = format!("In the pattern at byte {}, `{part}`: {finding}.", finding.span.start);
        found.suggest(kind, ".pattern", message, suggestion(finding.kind).map(str::to_owned));
    }
}

fn kind_of(finding: &Finding, text: &str) -> FindingKind {
    match finding.kind {
        PatternFinding::UnknownType { .. } if !is_type_name(text) => FindingKind::PatternTypeForm,
        PatternFinding::DuplicateQualifier
        | PatternFinding::ZeroRepeats
        | PatternFinding::ZeroWithin
        | PatternFinding::EmptyWindow
        | PatternFinding::BoundNotTimestamp => FindingKind::PatternRule,
        kind if kind.is_about_names() => FindingKind::PatternName,
        _ => FindingKind::PatternForm,
    }
}

/// Whether the text has the characters of an object type. The span may go on to the end of the path.
fn is_type_name(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or_default().trim();
    name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn suggestion(kind: PatternFinding) -> Option<&'static str> {
    match kind {
        PatternFinding::UnknownType { nearest }
        | PatternFinding::UnknownProperty { nearest }
        | PatternFinding::UnknownHash { nearest } => nearest,
        _ => None,
    }
}
