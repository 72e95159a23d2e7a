//! Numbers of vulnerabilities: CVE.

use std::borrow::Cow;

/// `CVE-2014-0160`: upper case with hyphens, also if it was written with other dashes, blanks or
/// underscores.
pub(crate) fn normal(text: &str) -> Option<Cow<'_, str>> {
    let name = text.get(..3).filter(|name| name.eq_ignore_ascii_case("CVE"))?;
    let (year, number) = separated(&text[name.len()..])?.split_at_checked(4)?;
    let number = separated(number)?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(year) || !(4..=19).contains(&number.len()) || !is_number(number) {
        return None;
    }
    let normal = format!("CVE-{year}-{number}");
    Some(if normal == text { Cow::Borrowed(text) } else { Cow::Owned(normal) })
}

/// The text after one separator.
fn separated(text: &str) -> Option<&str> {
    text.strip_prefix(['-', '_', ' ', '\u{2010}', '\u{2011}', '\u{2013}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for text in ["CVE-2014-0160", "cve-2014-0160", "CVE 2014-0160", "Cve_2014_0160", "CVE\u{2011}2014\u{2011}0160"]
        {
            assert_eq!(normal(text).as_deref(), Some("CVE-2014-0160"), "{text}");
        }
        for text in ["CVE-2014", "CVE-2014-160", "CVE-14-0160", "CVE-2014-0160a", "CVE20140160", "CV\u{e9}", ""] {
            assert_eq!(normal(text), None, "{text}");
        }
    }
}
