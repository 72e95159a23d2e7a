//! Media types of requests and answers.

use super::version::Version;

/// What a body contains, which decides about its media type in TAXII 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Taxii,
    Stix,
}

/// Returns the only media range to accept, and the media type of what is sent. A blank before the
/// parameter, a second range or a quoted version make some servers refuse the request.
pub(super) fn media_type(version: Version, content: Content) -> &'static str {
    match (version, content) {
        (Version::V21, _) => "application/taxii+json;version=2.1",
        (Version::V20, Content::Taxii) => "application/vnd.oasis.taxii+json; version=2.0",
        (Version::V20, Content::Stix) => "application/vnd.oasis.stix+json; version=2.0",
    }
}

/// The meaning of a `Content-Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// The type of this version of TAXII.
    Expected(Version),
    /// Another type, or none: the body decides.
    Other,
    Html,
}

impl Media {
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let version = parts.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("version").then(|| value.trim().trim_matches('"'))
        });
        match (essence.as_str(), version) {
            ("application/taxii+json", None | Some("2.1")) => Self::Expected(Version::V21),
            ("application/vnd.oasis.taxii+json" | "application/vnd.oasis.stix+json", None | Some("2.0")) => {
                Self::Expected(Version::V20)
            }
            ("text/html" | "application/xhtml+xml", _) => Self::Html,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_come_in_any_form() {
        for text in [
            "application/taxii+json;version=2.1",
            "application/taxii+json; charset=utf-8; version=2.1",
            "Application/TAXII+JSON ; Version=\"2.1\" ; charset=utf-8",
            "application/taxii+json",
        ] {
            assert_eq!(Media::parse(text), Media::Expected(Version::V21), "{text}");
        }
        assert_eq!(Media::parse("application/vnd.oasis.stix+json; version=2.0"), Media::Expected(Version::V20));
        assert_eq!(Media::parse("text/html; charset=utf-8"), Media::Html);
        for text in ["", "application/json", "application/stix+json;version=2.1", "application/taxii+json;version=2.2"]
        {
            assert_eq!(Media::parse(text), Media::Other, "{text}");
        }
    }
}
