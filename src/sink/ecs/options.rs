//! What the caller decides about the documents.

use crate::Timestamp;

/// Fields of the documents that the indicators do not fill.
///
/// ```
/// use stixkit::sink::ecs;
///
/// let options = ecs::Options::new()
///     .with_timestamp("2024-05-20T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?)
///     .with_module("ti_example");
/// assert_eq!((options.module(), options.dataset()), ("ti_example", "ti_example.indicator"));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    pub(super) timestamp: Option<Timestamp>,
    module: String,
    dataset: String,
}

impl Options {
    /// Returns the default options.
    pub fn new() -> Self {
        Self { timestamp: None, module: String::new(), dataset: String::new() }.with_module("ti_stixkit")
    }

    /// Sets `@timestamp`, the instant at which the documents are written. Elastic's rules match
    /// only documents of the last 30 days by it, so a program that feeds them sets it to the
    /// present and writes valid indicators anew before that time is over. Default: when the
    /// indicator was made.
    #[must_use]
    pub fn with_timestamp(mut self, now: impl Into<Timestamp>) -> Self {
        self.timestamp = Some(now.into());
        self
    }

    /// Sets `event.module`, and `event.dataset` to the same with `.indicator`. Elastic's rules
    /// match only documents whose module begins with `ti_`. Default: `ti_stixkit`.
    #[must_use]
    pub fn with_module(mut self, name: impl Into<String>) -> Self {
        self.module = name.into();
        self.dataset = format!("{}.indicator", self.module);
        self
    }

    /// Sets `event.dataset`. Default: the module's name with `.indicator`.
    #[must_use]
    pub fn with_dataset(mut self, name: impl Into<String>) -> Self {
        self.dataset = name.into();
        self
    }

    /// Returns `event.module`.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// Returns `event.dataset`.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
