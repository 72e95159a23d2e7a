//! Language tags: the form of RFC 5646. The registry of subtags is not looked up.

/// Whether the text has the form of a language tag, and its language is written as short as RFC 5646 requires.
pub(super) fn is_tag(text: &str) -> bool {
    is_well_formed(text) && shorter(text).is_none()
}

/// The tag with the language of two letters, if the language of the tag has one and is written with three.
pub(super) fn shorter(text: &str) -> Option<String> {
    let (language, rest) = text.split_at(text.find('-').unwrap_or(text.len()));
    let (_, short) = SHORT.iter().find(|(long, _)| long.eq_ignore_ascii_case(language))?;
    Some(format!("{short}{rest}"))
}

/// The common languages whose codes of two and of three letters both exist.
const SHORT: &[(&str, &str)] = &[
    ("ara", "ar"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("chi", "zh"),
    ("cze", "cs"),
    ("dan", "da"),
    ("deu", "de"),
    ("dut", "nl"),
    ("ell", "el"),
    ("eng", "en"),
    ("est", "et"),
    ("fas", "fa"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("gre", "el"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("ind", "id"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kat", "ka"),
    ("kaz", "kk"),
    ("kor", "ko"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("msa", "ms"),
    ("nld", "nl"),
    ("nor", "no"),
    ("per", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("rus", "ru"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tha", "th"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("vie", "vi"),
    ("zho", "zh"),
];

/// The grammar of RFC 5646, section 2.1, without the irregular tags of the past.
pub(super) fn is_well_formed(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    let Some(language) = parts.next() else { return false };
    if language.eq_ignore_ascii_case("x") {
        return is_private(parts);
    }
    if !is_alpha(language) || !(2..=8).contains(&language.len()) {
        return false;
    }
    if language.len() <= 3 {
        for _ in 0..3 {
            parts.next_if(|part| part.len() == 3 && is_alpha(part));
        }
    }
    parts.next_if(|part| part.len() == 4 && is_alpha(part));
    parts.next_if(|part| (part.len() == 2 && is_alpha(part)) || (part.len() == 3 && is_digits(part)));
    while parts.next_if(|part| is_variant(part)).is_some() {}
    while let Some(singleton) = parts.next() {
        if singleton.eq_ignore_ascii_case("x") {
            return is_private(parts);
        }
        let is_extension = |part: &&str| (2..=8).contains(&part.len()) && is_alphanumeric(part);
        if singleton.len() != 1 || !is_alphanumeric(singleton) || parts.next_if(is_extension).is_none() {
            return false;
        }
        while parts.next_if(is_extension).is_some() {}
    }
    true
}

fn is_variant(part: &str) -> bool {
    let starts_with_digit = part.starts_with(|first: char| first.is_ascii_digit());
    is_alphanumeric(part) && ((5..=8).contains(&part.len()) || (part.len() == 4 && starts_with_digit))
}

fn is_private<'a>(parts: impl Iterator<Item = &'a str>) -> bool {
    let mut count = 0;
    parts.inspect(|_| count += 1).all(|part| (1..=8).contains(&part.len()) && is_alphanumeric(part)) && count > 0
}

fn is_alpha(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_digits(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_alphanumeric(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        for good in
            ["en", "de-AT", "zh-Hant-TW", "de-CH-1996", "es-419", "x-a", "en-x-a", "en-u-co-phonebk", "sgn-ase", "gsw"]
        {
            assert!(is_tag(good), "{good}");
        }
        for bad in [
            "",
            "e",
            "foo!",
            "C#",
            "en_US",
            "en-",
            "-en",
            "english-",
            "x",
            "en-x",
            "en-a",
            "ENG",
            "deu-AT",
            "a-DE",
            "en-aaaaaaaaa",
        ] {
            assert!(!is_tag(bad), "{bad}");
        }
    }

    #[test]
    fn the_shorter_tag_is_suggested() {
        assert_eq!(shorter("deu-AT").as_deref(), Some("de-AT"));
        assert_eq!(shorter("gsw"), None);
    }
}
