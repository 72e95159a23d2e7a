//! What a set finds.

/// Options of an [`IndicatorSet`](super::IndicatorSet).
///
/// ```
/// use stixkit::matching::set::{IndicatorSet, SetOptions, Subdomains, Urls};
///
/// let options = SetOptions::default().with_subdomains(Subdomains::Never).with_urls(Urls::Prefixes);
/// let set = IndicatorSet::with_options(options);
/// assert_eq!(set.options().urls(), Urls::Prefixes);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetOptions {
    subdomains: Subdomains,
    urls: Urls,
    folds_case: bool,
    derives: bool,
    max_always: usize,
}

/// Whether a domain also matches the names below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subdomains {
    /// Only the name itself.
    Never,
    /// All names below it, unless it is a public suffix such as `com`. Without the feature `psl`, only
    /// names of one label count as public suffixes.
    #[default]
    BelowRegistrable,
}

/// What a URL matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Urls {
    /// The URLs with the same [normal form](crate::row::normalize()).
    #[default]
    Normalized,
    /// Also the URLs that continue it with a path segment or a query: `http://example.org/a` matches
    /// `http://example.org/a/b` and `http://example.org/a?b`, and not `http://example.org/ab`. Up to 32
    /// segments of a URL and 2,048 bytes are tried.
    Prefixes,
}

impl SetOptions {
    /// Sets whether domains match the names below them. Default: [`Subdomains::BelowRegistrable`].
    #[must_use]
    pub fn with_subdomains(mut self, subdomains: Subdomains) -> Self {
        self.subdomains = subdomains;
        self
    }

    /// Sets which URLs a URL matches. Default: [`Urls::Normalized`].
    #[must_use]
    pub fn with_urls(mut self, urls: Urls) -> Self {
        self.urls = urls;
        self
    }

    /// Sets whether names, paths, registry keys and other text are compared without regard to the case
    /// of ASCII letters, as Windows compares them. Patterns that need more than one value to be equal
    /// keep the exact comparison of the standard. Default: yes.
    #[must_use]
    pub fn with_folded_case(mut self, folds: bool) -> Self {
        self.folds_case = folds;
        self
    }

    /// Sets whether the host of a URL is an indicator, too. Hits on it are
    /// [`is_derived`](super::Hit::is_derived): on shared hosting they are mostly noise. Default: no.
    #[must_use]
    pub fn with_derived(mut self, derives: bool) -> Self {
        self.derives = derives;
        self
    }

    /// Sets how many patterns may be evaluated for each event with an object of their type, because no
    /// value or text in them can be looked up. More are skipped with
    /// [`SkipReason::TooManyAlways`](super::SkipReason::TooManyAlways). Default: 1,000.
    #[must_use]
    pub fn with_max_always(mut self, max: usize) -> Self {
        self.max_always = max;
        self
    }

    /// Returns whether domains match the names below them.
    pub fn subdomains(&self) -> Subdomains {
        self.subdomains
    }

    /// Returns which URLs a URL matches.
    pub fn urls(&self) -> Urls {
        self.urls
    }

    /// Returns whether text is compared without regard to case.
    pub fn folds_case(&self) -> bool {
        self.folds_case
    }

    /// Returns whether the host of a URL is an indicator, too.
    pub fn derives(&self) -> bool {
        self.derives
    }

    /// Returns how many patterns may be evaluated for each event.
    pub fn max_always(&self) -> usize {
        self.max_always
    }
}

impl Default for SetOptions {
    fn default() -> Self {
        Self {
            subdomains: Subdomains::default(),
            urls: Urls::default(),
            folds_case: true,
            derives: false,
            max_always: 1000,
        }
    }
}
