//! Checks the rules of a property list: what the versions of the standard say of properties beside
//! their types.

use super::definition::{Definition, Rule};
use super::findings::{Findings, Place, Version};

/// Checks the rules of an object or a part of one. `has` reports whether a property is present.
pub(crate) fn check_rules(
    definitions: &[Definition],
    has: impl Fn(&str) -> bool,
    place: &Place<'_>,
    findings: &mut Findings,
) {
    let (required, other) = match findings.version() {
        Version::V20 => (Rule::Required20, Rule::Since21),
        Version::V21 => (Rule::Required21, Rule::Until20),
        Version::Either | Version::Unknown => return,
    };
    for Definition { name, rules, .. } in definitions.iter().filter(|definition| !definition.rules.is_empty()) {
        if has(name) {
            if rules.contains(&other) {
                findings.other_version(name, place);
            }
        } else if rules.contains(&Rule::Required) || rules.contains(&required) {
            findings.missing(name, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::definition::Shape;
    use super::*;
    use crate::finding::FindingKind::{self, Missing, OtherVersion};

    #[test]
    fn each_rule_in_each_version() {
        use Rule::{Labels20, Required, Required20, Required21, Since21, Until20};
        use Version::{Either, Unknown, V20, V21};
        let cases: [(&'static [Rule], Version, bool, Option<FindingKind>); 18] = [
            (&[], V21, false, None),
            (&[Required], V20, false, Some(Missing)),
            (&[Required], V21, false, Some(Missing)),
            (&[Required], V21, true, None),
            (&[Required], Either, false, None),
            (&[Required], Unknown, false, None),
            (&[Required20], V20, false, Some(Missing)),
            (&[Required20], V21, false, None),
            (&[Required21], V20, false, None),
            (&[Required21], V21, false, Some(Missing)),
            (&[Since21], V20, true, Some(OtherVersion)),
            (&[Since21], V20, false, None),
            (&[Since21], V21, true, None),
            (&[Until20], V20, true, None),
            (&[Until20], V21, true, Some(OtherVersion)),
            (&[Since21, Required21], V20, true, Some(OtherVersion)),
            (&[Since21, Required21], V21, false, Some(Missing)),
            (&[Labels20], V20, false, None),
        ];
        for (rules, version, is_present, expected) in cases {
            let mut findings = Findings::new(version);
            let definitions = [Definition { name: "a", shape: Shape::Text, rules }];
            check_rules(&definitions, |_| is_present, &Place::Object, &mut findings);
            let found: Vec<_> = findings.into_vec().into_iter().map(|finding| (finding.kind, finding.path)).collect();
            let expected: Vec<_> = expected.into_iter().map(|kind| (kind, ".a".to_owned())).collect();
            assert_eq!(found, expected, "{rules:?} in {version:?}, present: {is_present}");
        }
    }
}
