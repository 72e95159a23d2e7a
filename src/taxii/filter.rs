//! Filters: which objects to request.

use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use uuid::Uuid;

use super::address;
use super::error::{Error, ErrorKind};
use crate::Timestamp;

/// Selects objects of a collection (TAXII 2.1 section 3.4). An object must fulfil all conditions,
/// each by one of its values.
///
/// ```
/// use stixkit::taxii::Filter;
///
/// let filter = Filter::new()
///     .with_added_after("2024-01-01T00:00:10Z".parse::<stixkit::Timestamp>()?)
///     .with_types(["indicator", "malware"])
///     .with_match("confidence-gte", ["80"]);
/// assert_eq!(
///     filter.to_query()?,
///     "added_after=2024-01-01T00%3A00%3A10.000000Z&match%5Btype%5D=indicator%2Cmalware&match%5Bconfidence-gte%5D=80"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    added_after: Option<Timestamp>,
    fields: Vec<(String, Vec<String>)>,
}

/// Selects versions of an object.
///
/// ```
/// use stixkit::taxii::{Filter, VersionFilter};
///
/// let filter = Filter::new().with_types(["indicator"]).with_versions([VersionFilter::All]);
/// # drop(filter);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VersionFilter {
    /// The last one, which is the server's default.
    Last,
    /// The first one.
    First,
    /// All. It cannot be combined with others.
    All,
    /// The version of this instant.
    At(Timestamp),
}

impl Filter {
    /// Creates a filter that selects all objects.
    pub fn new() -> Self {
        Self::default()
    }

    /// Selects objects that the server received after this instant, by its own clock. It has
    /// nothing to do with the times in the objects. Servers take microseconds; further digits are
    /// cut off.
    #[must_use]
    pub fn with_added_after(mut self, instant: impl Into<Timestamp>) -> Self {
        self.added_after = Some(instant.into());
        self
    }

    /// Selects objects of these types.
    #[must_use]
    pub fn with_types<S: Into<String>>(self, types: impl IntoIterator<Item = S>) -> Self {
        self.with_match("type", types)
    }

    /// Selects objects with these identifiers.
    #[must_use]
    pub fn with_ids<S: Into<String>>(self, ids: impl IntoIterator<Item = S>) -> Self {
        self.with_match("id", ids)
    }

    /// Selects these versions of objects.
    #[must_use]
    pub fn with_versions(self, versions: impl IntoIterator<Item = VersionFilter>) -> Self {
        let text = |version| match version {
            VersionFilter::Last => "last".to_owned(),
            VersionFilter::First => "first".to_owned(),
            VersionFilter::All => "all".to_owned(),
            VersionFilter::At(instant) => instant.to_string(),
        };
        self.with_match("version", versions.into_iter().map(text))
    }

    /// Selects objects of these versions of STIX.
    #[must_use]
    pub fn with_spec_versions<S: Into<String>>(self, versions: impl IntoIterator<Item = S>) -> Self {
        self.with_match("spec_version", versions)
    }

    /// Adds any other condition: `match[name]=value,…`.
    #[must_use]
    pub fn with_match<S: Into<String>>(mut self, name: &str, values: impl IntoIterator<Item = S>) -> Self {
        self.fields.push((name.to_owned(), values.into_iter().map(Into::into).collect()));
        self
    }

    /// Returns the same filter for these objects alone.
    pub(super) fn for_ids(&self, ids: impl IntoIterator<Item = String>) -> Self {
        let fields = self.fields.iter().filter(|(name, _)| name != "id").cloned().collect();
        Self { added_after: self.added_after.clone(), fields }.with_ids(ids)
    }

    /// Returns this filter for parts of a list of identifiers, each part so short that the query
    /// has at most `max_bytes`: servers and proxies refuse URLs of more than about 8,000 bytes.
    /// Each part has at least one identifier.
    ///
    /// ```
    /// use stixkit::taxii::Filter;
    ///
    /// let ids = ["indicator--a", "indicator--b", "indicator--c"];
    /// assert_eq!(Filter::new().split_by_ids(ids, 45).len(), 2);
    /// ```
    pub fn split_by_ids<S: Into<String>>(&self, ids: impl IntoIterator<Item = S>, max_bytes: usize) -> Vec<Self> {
        let base = self.to_query().map_or(0, |query| query.len()) + "&match%5Bid%5D=".len();
        let (mut filters, mut part, mut len) = (Vec::new(), Vec::new(), base);
        for id in ids {
            let id: String = id.into();
            let mut encoded = String::from("%2C");
            address::encode(&id, &mut encoded);
            if !part.is_empty() && len + encoded.len() > max_bytes {
                filters.push(self.clone().with_ids(std::mem::take(&mut part)));
                len = base;
            }
            len += encoded.len();
            part.push(id);
        }
        if !part.is_empty() {
            filters.push(self.clone().with_ids(part));
        }
        filters
    }

    /// Returns the instant that [`with_added_after`](Self::with_added_after) set.
    pub fn added_after(&self) -> Option<&Timestamp> {
        self.added_after.as_ref()
    }

    /// Returns the filter as the query of a URL.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Request`] if a condition is given twice, has no value
    /// or a value with a comma, or combines all versions with others. Servers handle these in
    /// different ways.
    pub fn to_query(&self) -> Result<String, Error> {
        self.query(self.added_after.as_ref().map(Timestamp::instant), &[])
    }

    /// Returns the query with another start, and with more parameters after it.
    pub(super) fn query(&self, added_after: Option<DateTime<Utc>>, more: &[(&str, String)]) -> Result<String, Error> {
        let bad =
            |name: &str, why: &str| Err(Error::new(ErrorKind::Request).with_detail(format!("match[{name}]: {why}")));
        let mut query = String::new();
        if let Some(instant) = added_after {
            address::append(&mut query, "added_after", &with_microseconds(instant));
        }
        for (at, (name, values)) in self.fields.iter().enumerate() {
            if self.fields[..at].iter().any(|(earlier, _)| earlier == name) {
                return bad(name, "given twice");
            }
            if values.is_empty() || values.iter().any(String::is_empty) {
                return bad(name, "without a value");
            }
            if values.iter().any(|value| value.contains(',')) {
                return bad(name, "a value with a comma, which would be two");
            }
            if name == "version" && values.len() > 1 && values.iter().any(|value| value == "all") {
                return bad(name, "`all` has to stand alone");
            }
            address::append(&mut query, &format!("match[{name}]"), &values.join(","));
        }
        for (name, value) in more {
            address::append(&mut query, name, value);
        }
        Ok(query)
    }

    /// Returns the conditions with these names, without the start.
    pub(super) fn only(&self, names: &[&str]) -> Self {
        let fields = self.fields.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect();
        Self { added_after: None, fields }
    }

    /// Returns the same value for equal filters, in whatever order they were built, and different
    /// values for different filters.
    pub(super) fn fingerprint(&self) -> Uuid {
        let mut parts: Vec<String> = Vec::new();
        for (name, values) in &self.fields {
            let mut values = values.clone();
            values.sort();
            parts.push(format!("{name:?}={values:?}"));
        }
        parts.sort();
        parts.push(self.added_after.as_ref().map(|start| with_microseconds(start.instant())).unwrap_or_default());
        Uuid::new_v5(&Uuid::NAMESPACE_URL, parts.join("&").as_bytes())
    }
}

/// Formats an instant as servers require it: six digits, `Z`.
pub(super) fn with_microseconds(instant: DateTime<Utc>) -> String {
    let instant = Timestamp::exact(instant).instant();
    // A leap second is written as the last microsecond of its minute, which no parser refuses.
    let instant = match instant.nanosecond() {
        1_000_000_000.. => instant.with_nanosecond(999_999_000).unwrap_or(instant),
        _ => instant,
    };
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_would_guess_at_is_refused() {
        for filter in [
            Filter::new().with_types(["a"]).with_types(["b"]),
            Filter::new().with_types(Vec::<String>::new()),
            Filter::new().with_types(["a,b"]),
            Filter::new().with_versions([VersionFilter::All, VersionFilter::First]),
        ] {
            assert_eq!(filter.to_query().unwrap_err().kind(), ErrorKind::Request, "{filter:?}");
        }
    }

    #[test]
    fn a_start_has_six_digits_and_no_offset() {
        for (text, expected) in [
            ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000000Z"),
            ("2024-01-01T02:00:00.123456789+02:00", "2024-01-01T00:00:00.123456Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(with_microseconds(Timestamp::parse(text).unwrap().instant()), expected);
        }
    }

    #[test]
    fn the_fingerprint_is_of_the_meaning() {
        let a = Filter::new().with_types(["a", "b"]).with_ids(["c"]);
        assert_eq!(a.fingerprint(), Filter::new().with_ids(["c"]).with_types(["b", "a"]).fingerprint());
        assert_ne!(a.fingerprint(), Filter::new().with_types(["a"]).with_ids(["b", "c"]).fingerprint());
        let start = "2024-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
        assert_ne!(a.fingerprint(), a.clone().with_added_after(start).fingerprint());
    }
}
