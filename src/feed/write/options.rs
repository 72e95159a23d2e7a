//! What a list says, and which rows it takes.

use chrono::{DateTime, Utc};

use crate::marking::{Audience, Limit};

/// The last category of a reputation list that Suricata takes.
const MAX_CATEGORY: u8 = 59;

/// Which rows a list takes, and what it says about itself.
///
/// ```
/// use stixkit::feed::write::Options;
/// use stixkit::marking::Audience;
/// use stixkit::object::Tlp;
///
/// let now: stixkit::Timestamp = "2024-05-20T00:00:00Z".parse()?;
/// let options = Options::new(now, Tlp::Amber).with_name("Example CERT").with_unmarked(false);
/// assert_eq!(options.limit.audience, Audience::Clients);
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// The instant of the list: the serial of a zone, the version of a warning list.
    pub now: DateTime<Utc>,
    /// Which rows are written. Those of indicators without a marking are by default, those with a
    /// statement or a marking of another family are not, and those whose marking is not known never
    /// are.
    pub limit: Limit,
    /// The name of the list. Control characters in it are written as blanks.
    pub name: String,
    /// Whether a zone answers for the names below a domain, too: `false`, because the rows say so
    /// of the domain alone.
    pub has_subdomains: bool,
    /// The number of the category in a reputation list, 1 to 59: 1.
    pub category: u8,
}

impl Options {
    /// Creates options for a list that an audience reads, or the audience that a level allows.
    pub fn new(now: impl Into<DateTime<Utc>>, audience: impl Into<Audience>) -> Self {
        let limit = Limit::new(audience.into()).with_unmarked(true);
        Self { now: now.into(), limit, name: "stixkit".to_owned(), has_subdomains: false, category: 1 }
    }

    /// Sets whether rows without any marking are written.
    #[must_use]
    pub fn with_unmarked(mut self, unmarked: bool) -> Self {
        self.limit = self.limit.with_unmarked(unmarked);
        self
    }

    /// Sets which rows are written.
    #[must_use]
    pub fn with_limit(mut self, limit: impl Into<Limit>) -> Self {
        self.limit = limit.into();
        self
    }

    /// Sets the name of the list.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets whether a zone answers for the names below a domain, too.
    #[must_use]
    pub fn with_subdomains(mut self, has_subdomains: bool) -> Self {
        self.has_subdomains = has_subdomains;
        self
    }

    /// Sets the number of the category in a reputation list. Numbers outside of 1 to 59 become the
    /// nearest one of these.
    #[must_use]
    pub fn with_category(mut self, category: u8) -> Self {
        self.category = category.clamp(1, MAX_CATEGORY);
        self
    }
}
