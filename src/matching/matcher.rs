//! One pattern, ready to be matched.

use super::binding;
use super::binding::{Binder, Binding};
use super::budget::Budget;
use super::classes::{Class, Classes};
use super::compile::Compiled;
use super::error::{Error, ErrorKind};
use super::explanation::{ExplainedObservation, ExplainedTest, Explanation};
use super::ground::Ground;
use super::instant::Interval;
use super::observation::{Member, Observation};
use super::observations::Observations;
use super::options::{Instants, Options};
use super::plan::{Leaf, Plan};
use super::search;
use super::search::Taken;
use super::test::{Brackets, Outcome, Test};
use crate::object::Object;
use crate::pattern::{Pattern, Span};

/// A pattern that is compiled once and matched any number of times, also from several threads.
///
/// ```
/// use stixkit::Json;
/// use stixkit::matching::{Matcher, Observations};
/// use stixkit::pattern::Pattern;
///
/// let pattern = Pattern::parse("[file:size > 1000 AND file:name LIKE '%.exe'] REPEATS 2 TIMES")?;
/// let matcher = Matcher::new(&pattern)?;
/// let json = Json::new(r#"{"type": "observed-data", "number_observed": 2,
///     "first_observed": "2024-05-01T09:00:00Z", "last_observed": "2024-05-01T09:30:00Z",
///     "objects": {"0": {"type": "file", "name": "a.exe", "size": 2048}}}"#)?;
/// let observations = Observations::from_json(&json);
/// let binding = matcher.matches(&observations)?.expect("it was observed twice");
/// for bound in &binding {
///     assert_eq!((bound.count, bound.objects[0].name()), (2, "0"));
///     let paths: Vec<_> = bound.values.iter().map(|(span, _)| &pattern.text()[span.range()]).collect();
///     assert_eq!(paths, ["file:size", "file:name"]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Matcher {
    compiled: Compiled,
    options: Options,
}

impl Matcher {
    /// Compiles a pattern with the default options.
    ///
    /// # Errors
    ///
    /// Returns an error with its place in the pattern if a regular expression or network is invalid or not
    /// supported, if a bound is not a timestamp, or if a pattern of STIX 2.1 has a qualifier twice. See [`ErrorKind`].
    pub fn new(pattern: &Pattern<'_>) -> Result<Self, Error> {
        Self::with_options(pattern, Options::default())
    }

    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn with_options(pattern: &Pattern<'_>, options: Options) -> Result<Self, Error> {
        Ok(Self { compiled: Compiled::new(pattern)?, options })
    }

    /// Returns observations that satisfy the pattern, or `None` if there are none.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::TooComplex`] if the search took more than [`Options::steps`].
    pub fn matches<'o>(&self, observations: &'o Observations<'_>) -> Result<Option<Binding<'o>>, Error> {
        let binder = Binder { brackets: &self.compiled.brackets, observations };
        if let Plan::Leaf(leaf) = &self.compiled.plan
            && leaf.demand() == 1
        {
            return Ok(self.first(leaf, observations).map(|(observation, alternative)| {
                let place = leaf.origins[0].places[alternative];
                binder.single(observation, leaf.alternatives[alternative].brackets, place)
            }));
        }
        self.search(observations, &mut |ground, taken| binder.all(ground, taken))
    }

    /// Whether there are observations that satisfy the pattern. Faster than [`matches`](Self::matches) if there are.
    ///
    /// # Errors
    ///
    /// As for [`matches`](Self::matches).
    pub fn is_match(&self, observations: &Observations<'_>) -> Result<bool, Error> {
        match &self.compiled.plan {
            Plan::Leaf(leaf) if leaf.demand() == 1 => Ok(self.first(leaf, observations).is_some()),
            _ => Ok(self.search(observations, &mut |_, _| ())?.is_some()),
        }
    }

    /// Whether an object satisfies the pattern by itself, regardless of who observed it when. Its references lead
    /// nowhere.
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::matching::Matcher;
    /// use stixkit::pattern::Pattern;
    ///
    /// let object: Object = serde_json::from_str(
    ///     r#"{"type": "ipv4-addr", "id": "ipv4-addr--1", "value": "198.51.100.7"}"#,
    /// )?;
    /// let pattern = Pattern::parse("[ipv4-addr:value ISSUBSET '198.51.100.0/24']")?;
    /// assert!(Matcher::new(&pattern)?.matches_object(&object)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::NeedsObservations`] if the pattern needs more than one observation, or has
    /// `START` and `STOP`.
    pub fn matches_object(&self, object: &Object) -> Result<bool, Error> {
        match &self.compiled.plan {
            Plan::Leaf(leaf) if !self.needs_observations() => {
                let mut alternatives = leaf.alternatives.iter();
                Ok(alternatives.any(|alternative| self.compiled.brackets[alternative.brackets].holds(&object)))
            }
            _ => Err(Error::new(ErrorKind::NeedsObservations)),
        }
    }

    /// Whether the pattern is about several observations, or about their times. If so, it is for
    /// [`matches`](Self::matches) or a [`Correlator`](super::correlator::Correlator), and otherwise
    /// [`matches_object`](Self::matches_object) decides.
    ///
    /// ```
    /// use stixkit::matching::Matcher;
    /// use stixkit::pattern::Pattern;
    ///
    /// for (pattern, expected) in [
    ///     ("[file:name = 'a'] OR [file:name = 'b']", false),
    ///     ("[file:name = 'a'] AND [file:name = 'b']", true),
    ///     ("[file:name = 'a'] REPEATS 2 TIMES", true),
    /// ] {
    ///     assert_eq!(Matcher::new(&Pattern::parse(pattern)?)?.needs_observations(), expected);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn needs_observations(&self) -> bool {
        match &self.compiled.plan {
            Plan::Leaf(leaf) => leaf.demand() != 1 || !leaf.is_timeless(),
            _ => true,
        }
    }

    /// Returns what became of each test and each `[…]`, for users who ask why a pattern does not match.
    ///
    /// ```
    /// use stixkit::Json;
    /// use stixkit::matching::{Matcher, Observations, Outcome};
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("[file:name = 'a' AND file:size = '5' AND file:hashes.MD5 = 'ab']")?;
    /// let json = Json::new(r#"{"type": "observed-data", "number_observed": 1,
    ///     "first_observed": "2024-05-01T09:00:00Z", "last_observed": "2024-05-01T09:30:00Z",
    ///     "objects": {"0": {"type": "file", "name": "b", "size": 5}}}"#)?;
    /// let explanation = Matcher::new(&pattern)?.explain(&Observations::from_json(&json));
    /// let outcomes: Vec<_> = explanation.tests.iter().map(|test| test.outcome).collect();
    /// assert_eq!(outcomes, [Outcome::False, Outcome::Incompatible, Outcome::Absent]);
    /// assert_eq!(explanation.observations[0].satisfied_by, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, observations: &Observations<'_>) -> Explanation {
        let compiled = &self.compiled;
        let explained: Vec<_> = compiled.brackets.iter().map(|brackets| outcomes(brackets, observations)).collect();
        let mut explanation = Explanation { tests: Vec::new(), observations: Vec::new() };
        for (brackets, place) in &compiled.places {
            let (tests, satisfied_by) = &explained[*brackets];
            explanation.tests.extend(tests.iter().map(|(test, outcome)| {
                let span = Span::new(test.span.start + place.inner, test.span.end + place.inner);
                ExplainedTest { span, outcome: *outcome }
            }));
            let observation = ExplainedObservation { span: place.span, satisfied_by: *satisfied_by };
            explanation.observations.push(observation);
        }
        explanation
    }

    /// The first observation that satisfies a leaf, and by which alternative.
    fn first(&self, leaf: &Leaf, observations: &Observations<'_>) -> Option<(usize, usize)> {
        observations.list().iter().enumerate().find_map(|(place, observation)| {
            let times = self.times(observation);
            let alternative = leaf.alternatives.iter().position(|alternative| {
                !times.and(alternative.window).is_empty()
                    && self.is_satisfied(alternative.brackets, observation, observations)
            });
            Some((place, alternative?))
        })
    }

    fn times(&self, observation: &Observation<'_>) -> Interval {
        match self.options.instants() {
            Instants::Interval => observation.times,
            Instants::FirstObserved => observation.times.start(),
        }
    }

    fn is_satisfied(&self, brackets: usize, observation: &Observation<'_>, observations: &Observations<'_>) -> bool {
        let brackets = &self.compiled.brackets[brackets];
        Member::all(observation, observations.observables()).any(|member| brackets.holds(&member))
    }

    /// Searches for observations and hands what was found to `found`.
    fn search<T>(
        &self,
        observations: &Observations<'_>,
        found: &mut dyn FnMut(&Ground<'_>, &[Taken]) -> T,
    ) -> Result<Option<T>, Error> {
        let mut classes = Classes::default();
        for (place, observation) in observations.list().iter().enumerate() {
            let brackets = 0..self.compiled.brackets.len();
            let passed: Vec<u32> = brackets
                .filter(|brackets| self.is_satisfied(*brackets, observation, observations))
                .map(|brackets| brackets as u32)
                .collect();
            if !passed.is_empty() {
                classes.add(place, passed, self.times(observation), observation.count);
            }
        }
        self.solve(&classes.finish(), self.options.steps(), found)
    }

    /// Searches among classes of observations.
    fn solve<T>(
        &self,
        classes: &[Class],
        steps: u64,
        found: &mut dyn FnMut(&Ground<'_>, &[Taken]) -> T,
    ) -> Result<Option<T>, Error> {
        let mut budget = Budget::new(steps);
        let Some((ground, root)) = Ground::new(&self.compiled.plan, classes, &mut budget)? else { return Ok(None) };
        let taken = search::solve(&ground, &root, &mut budget)?;
        Ok(taken.map(|taken| found(&ground, &taken)))
    }

    /// What satisfies each brackets, of observations in classes, of which `count_of` returns how many occurrences each
    /// has.
    pub(super) fn bind(
        &self,
        classes: &[Class],
        count_of: &dyn Fn(usize) -> u64,
        steps: u64,
    ) -> Result<Option<Vec<binding::Part>>, Error> {
        self.solve(classes, steps, &mut |ground, taken| binding::parts(ground, taken, count_of))
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.compiled.plan
    }

    pub(super) fn brackets(&self) -> &[Brackets] {
        &self.compiled.brackets
    }

    pub(super) fn instants(&self) -> Instants {
        self.options.instants()
    }
}

/// The best outcome of each test in some brackets, and the number of observations that satisfy the brackets.
fn outcomes<'m>(brackets: &'m Brackets, observations: &Observations<'_>) -> (Vec<(&'m Test, Outcome)>, u64) {
    let mut tests = Vec::new();
    brackets.expression.each_test(&mut |test| tests.push((test, Outcome::NoObject)));
    let mut satisfied_by = 0_u64;
    for observation in observations.list() {
        let mut holds = false;
        for member in Member::all(observation, observations.observables()) {
            holds |= brackets.holds(&member);
            for (test, outcome) in &mut tests {
                *outcome = (*outcome).max(test.outcome(&member));
            }
        }
        satisfied_by = satisfied_by.saturating_add(if holds { observation.count } else { 0 });
    }
    (tests, satisfied_by)
}
