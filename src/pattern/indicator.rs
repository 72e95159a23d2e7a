//! The pattern of an indicator, whatever language it is in.

use super::error::Error;
use super::parse::Parser;
use super::pattern::Pattern;
use super::version::Version;
use crate::object::Indicator;
use crate::object::indicator_parts::IndicatorParts;
use crate::vocab::{PatternType, SpecVersion};

/// The pattern of an indicator: parsed if it is a STIX pattern, and text if it is in another
/// language.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a pattern is in the language of this module or in another")]
pub enum AnyPattern<'a> {
    /// A STIX pattern.
    Stix(Pattern<'a>),
    /// A rule or expression of another language.
    Opaque(Opaque<'a>),
}

impl<'a> AnyPattern<'a> {
    /// Returns the parsed pattern, or `None` if it is in another language.
    pub fn stix(&self) -> Option<&Pattern<'a>> {
        match self {
            Self::Stix(pattern) => Some(pattern),
            Self::Opaque(_) => None,
        }
    }

    /// Returns the text of the pattern in any language.
    pub fn text(&self) -> &str {
        match self {
            Self::Stix(pattern) => pattern.text(),
            Self::Opaque(opaque) => opaque.text,
        }
    }
}

/// A pattern in another language than STIX, such as a Sigma rule. It is not parsed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Opaque<'a> {
    /// The language.
    pub pattern_type: &'a PatternType,
    /// The version of the language, if the indicator states it.
    pub pattern_version: Option<&'a str>,
    /// The pattern.
    pub text: &'a str,
}

impl Indicator {
    /// Returns the pattern, parsed if it is a STIX pattern. [`Parser::parse_indicator`] does the
    /// same with other limits.
    ///
    /// # Errors
    ///
    /// Returns a [`pattern::Error`](Error) if the language is STIX and the text is not a valid
    /// pattern.
    ///
    /// ```
    /// use stixkit::object::Indicator;
    /// use stixkit::pattern::AnyPattern;
    /// use stixkit::vocab::PatternType;
    /// # let text = r#"{"type": "indicator", "spec_version": "2.1",
    /// #     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "created": "2024-05-01T10:00:00.000Z",
    /// #     "modified": "2024-05-01T10:00:00.000Z", "pattern": "[file:size = 1]", "pattern_type": "stix",
    /// #     "valid_from": "2024-05-01T10:00:00Z"}"#;
    ///
    /// let indicator: Indicator = serde_json::from_str(text)?;
    /// match indicator.parse_pattern()? {
    ///     AnyPattern::Stix(pattern) => assert_eq!(pattern.tests().count(), 1),
    ///     AnyPattern::Opaque(_) => panic!(),
    /// }
    ///
    /// let mut other = indicator.clone();
    /// other.pattern_type = Some(PatternType::Yara);
    /// other.pattern = "rule empty { condition: false }".to_owned();
    /// let AnyPattern::Opaque(rule) = other.parse_pattern()? else { panic!() };
    /// assert_eq!((rule.pattern_type.as_str(), rule.text), ("yara", "rule empty { condition: false }"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_pattern(&self) -> Result<AnyPattern<'_>, Error> {
        Parser::new().parse_indicator(self)
    }
}

impl Parser {
    /// Parses the pattern of an indicator, if it is a STIX pattern.
    ///
    /// The language is that of `pattern_type`, or `stix` if there is none, as in STIX 2.0. Feeds
    /// also write `STIX` and `stix2`.
    ///
    /// The text is parsed as STIX 2.1 regardless of [`with_version`](Self::with_version), and if
    /// that fails as STIX 2.0, unless the indicator states version 2.1. Many feeds write patterns
    /// of 2.1 in objects without a version.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] with the first fault in the text as STIX 2.1, or with the limit that it
    /// breaks.
    pub fn parse_indicator<'a>(&self, indicator: &'a Indicator) -> Result<AnyPattern<'a>, Error> {
        if let Some(pattern_type) = foreign(indicator.pattern_type.as_ref()) {
            return Ok(AnyPattern::Opaque(Opaque {
                pattern_type,
                pattern_version: indicator.pattern_version.as_deref(),
                text: &indicator.pattern,
            }));
        }
        self.parse_stix(&indicator.into()).map(AnyPattern::Stix)
    }

    /// Parses the pattern of an indicator that is in STIX.
    pub(crate) fn parse_stix<'a>(&self, indicator: &IndicatorParts<'a>) -> Result<Pattern<'a>, Error> {
        let error = match self.clone().with_version(Version::V21).parse(indicator.pattern) {
            Ok(pattern) => return Ok(pattern),
            Err(error) => error,
        };
        let is_21 = match indicator.pattern_version {
            Some("2.0") => false,
            Some("2.1") => true,
            _ => indicator.common.spec_version == Some(SpecVersion::V21),
        };
        if is_21 {
            return Err(error);
        }
        self.clone().with_version(Version::V20).parse(indicator.pattern).map_err(|_| error)
    }
}

/// The language of an indicator's pattern, if it is another one than STIX.
pub(crate) fn foreign(pattern_type: Option<&PatternType>) -> Option<&PatternType> {
    pattern_type.filter(|pattern_type| match pattern_type {
        PatternType::Stix => false,
        PatternType::Other(name) => !["stix", "stix2"].iter().any(|own| name.eq_ignore_ascii_case(own)),
        _ => true,
    })
}
