//! What a caller may decide about matching.

/// Options of a [`Matcher`](super::Matcher).
///
/// ```
/// use stixkit::matching::{Instants, Options};
///
/// let options = Options::default().with_instants(Instants::FirstObserved).with_steps(1_000_000);
/// assert_eq!(options.steps(), 1_000_000);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    instants: Instants,
    steps: u64,
}

/// At which instants of its interval an observation may have been made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Instants {
    /// At any from `first_observed` to `last_observed`: each of the
    /// [`number_observed`](crate::object::ObservedData::number_observed) occurrences has its own.
    #[default]
    Interval,
    /// At `first_observed` alone.
    FirstObserved,
}

impl Options {
    /// Sets at which instants an observation may have been made.
    #[must_use]
    pub fn with_instants(mut self, instants: Instants) -> Self {
        self.instants = instants;
        self
    }

    /// Sets how many steps a search for a binding may take. The default is 5,000,000, some tens of milliseconds.
    ///
    /// A step looks at one group of equal observations for one `[ ]`, or at one constraint of time. Only patterns of
    /// several observations need a search; the tests of the objects do not count.
    #[must_use]
    pub fn with_steps(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// Returns at which instants an observation may have been made.
    pub fn instants(&self) -> Instants {
        self.instants
    }

    /// Returns how many steps a search may take.
    pub fn steps(&self) -> u64 {
        self.steps
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { instants: Instants::default(), steps: 5_000_000 }
    }
}
