//! What a validation found in a whole input.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::base;
use super::checker::Checker;
use super::finding::Finding;
use super::profile::Profile;
use crate::error::Error;
use crate::finding::{FindingKind, Level};
use crate::reader::{Bundle, Reader, Source};

/// So many findings are kept. The others are counted.
const MAX_KEPT: usize = 100_000;

/// The findings of an input, with their counts.
///
/// ```
/// use stixkit::Reader;
/// use stixkit::validate::{Profile, Report};
///
/// let text = r#"{"type": "bundle", "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11", "objects": [
///     {"type": "mac-addr", "id": "mac-addr--65cfcf98-8a6e-5a1b-8f61-379ac4f92d00",
///      "value": "D2-FB-49-24-37-18"}]}"#;
/// let report = Report::read(Profile::spec(), Reader::from_str(text))?;
/// assert!(!report.is_valid());
/// let finding = &report.findings()[0];
/// assert_eq!(finding.to_string(), "3:6: error[value-form]: This is not a MAC address in lower case with colons: \
///     write it as d2:fb:49:24:37:18. Suggestion: `d2:fb:49:24:37:18`. \
///     (mac-addr--65cfcf98-8a6e-5a1b-8f61-379ac4f92d00.value)");
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    profile: Profile,
    findings: Vec<Finding>,
    counts: BTreeMap<FindingKind, u64>,
    items: u64,
}

impl Report {
    /// A report without findings.
    pub fn new(profile: Profile) -> Self {
        Self { profile, findings: Vec::new(), counts: BTreeMap::new(), items: 0 }
    }

    /// Reads an input and checks it.
    ///
    /// # Errors
    ///
    /// Returns the reader's own error: the stream fails, or the input exceeds a limit.
    pub fn read<S: Source>(profile: Profile, reader: Reader<S>) -> Result<Self, Error> {
        let mut report = Self::new(profile.clone());
        let mut checker = Checker::new(profile);
        checker.read(reader, |finding| report.add(finding))?;
        report.items = checker.count();
        Ok(report)
    }

    /// Adds a finding. The first 100,000 are kept; all are counted.
    pub fn add(&mut self, finding: Finding) {
        *self.counts.entry(finding.kind).or_default() += 1;
        if self.findings.len() < MAX_KEPT {
            self.findings.push(finding);
        }
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The findings in the order of the input.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The number of objects and items that were checked.
    pub fn items(&self) -> u64 {
        self.items
    }

    /// The number of findings that were counted and are not in [`findings`](Self::findings).
    pub fn left_out(&self) -> u64 {
        self.counts.values().sum::<u64>() - self.findings.len() as u64
    }

    /// The number of findings of each kind.
    pub fn counts(&self) -> impl Iterator<Item = (FindingKind, u64)> {
        self.counts.iter().map(|(kind, count)| (*kind, *count))
    }

    /// The number of findings of a level.
    pub fn count(&self, level: Level) -> u64 {
        self.counts().filter(|(kind, _)| kind.level() == level).map(|(_, count)| count).sum()
    }

    /// The findings by kind.
    pub fn groups(&self) -> BTreeMap<FindingKind, Vec<&Finding>> {
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        self.findings.iter().for_each(|finding| groups.entry(finding.kind).or_default().push(finding));
        groups
    }

    /// Whether there are no errors.
    pub fn is_valid(&self) -> bool {
        self.count(Level::Error) == 0
    }
}

impl Bundle {
    /// Compares the objects with the standard and with each other, and returns the findings that a
    /// profile contains.
    ///
    /// ```
    /// use stixkit::Bundle;
    /// use stixkit::validate::Profile;
    ///
    /// let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/feed.json"))?;
    /// let report = bundle.check(&Profile::reading());
    /// assert_eq!(report.items() as usize, bundle.objects().len() + bundle.rejected().len());
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn check(&self, profile: &Profile) -> Report {
        let mut report = Report::new(profile.clone());
        let mut checker = Checker::new(profile.clone());
        let of_reader = self.findings().iter().map(base::of_reader);
        of_reader.filter(|own| profile.contains(own.kind)).for_each(|own| report.add(own));
        for (place, object) in self.objects().iter().enumerate() {
            let findings = checker.check_in(object, Some((self.objects(), place)));
            findings.into_iter().for_each(|finding| report.add(finding));
        }
        for rejected in self.rejected() {
            for mut finding in checker.check_rejected(rejected) {
                finding.index = Some(rejected.index);
                report.add(finding);
            }
        }
        let at_end = checker.check_container(self.members()).into_iter().chain(checker.finish());
        at_end.for_each(|finding| report.add(finding));
        report.items = checker.count();
        report
    }
}

/// A map with `profile`, `items`, `errors`, `warnings`, `advice`, `left_out`, `counts` by code, and
/// `findings`.
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Counts<'a>(&'a BTreeMap<FindingKind, u64>);

        impl Serialize for Counts<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(kind, count)| (kind.code(), count)))
            }
        }

        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("profile", self.profile.name())?;
        map.serialize_entry("items", &self.items)?;
        map.serialize_entry("errors", &self.count(Level::Error))?;
        map.serialize_entry("warnings", &self.count(Level::Warning))?;
        map.serialize_entry("advice", &self.count(Level::Advice))?;
        map.serialize_entry("left_out", &self.left_out())?;
        map.serialize_entry("counts", &Counts(&self.counts))?;
        map.serialize_entry("findings", &self.findings)?;
        map.end()
    }
}

/// A line for each finding, and one with the counts.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        if self.left_out() > 0 {
            writeln!(f, "… and {} more", self.left_out())?;
        }
        let of = |level| self.count(level);
        let (errors, warnings, advice) = (of(Level::Error), of(Level::Warning), of(Level::Advice));
        write!(f, "{} items: {errors} errors, {warnings} warnings, {advice} pieces of advice", self.items)
    }
}
