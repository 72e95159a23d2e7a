//! Profiles: which kinds of findings are of interest.

use std::borrow::Cow;

use super::checks::{CHECKS, Check, Scope};
use crate::finding::{FindingKind, Level};

/// A set of the kinds of findings that a validation reports.
///
/// ```
/// use stixkit::FindingKind;
/// use stixkit::validate::Profile;
///
/// let ours = Profile::spec().with(FindingKind::Vocabulary).without(FindingKind::UnknownProperty);
/// assert!(ours.contains(FindingKind::Missing) && ours.contains(FindingKind::Vocabulary));
/// assert!(!ours.contains(FindingKind::UnknownProperty));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    name: Cow<'static, str>,
    /// A bit for each kind.
    kinds: u128,
}

impl Profile {
    /// A profile of one's own, which has no kinds yet.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), kinds: 0 }
    }

    /// What the standard forbids or requires (MUST).
    pub fn spec() -> Self {
        Self::of("spec", |check| check.scope == Scope::Standard && check.kind.level() == Level::Error)
    }

    /// Everything that the standard requires, recommends or advises (MUST and SHOULD), and what
    /// harms readers. The default.
    pub fn strict() -> Self {
        Self::of("strict", |check| check.scope == Scope::Standard)
    }

    /// [`spec`](Self::spec), and what the interoperability tests of OASIS require beyond the
    /// standard: domain objects and relationships have a `created_by_ref` that leads to an identity
    /// in the same input, objects are marked with one of the four levels of version 1 of the
    /// Traffic Light Protocol, and lists do not repeat items.
    pub fn interop() -> Self {
        let is_spec = Self::spec();
        Self::of("interop", |check| check.scope == Scope::Interop || is_spec.contains(check.kind))
    }

    /// What harms a reader: the findings of [`Object::check`](crate::Object::check) and of
    /// [`Reader`](crate::Reader).
    pub fn reading() -> Self {
        Self::of("reading", |check| check.is_reading)
    }

    /// Returns the profile of a name: `spec`, `strict`, `interop` or `reading`.
    ///
    /// ```
    /// use stixkit::validate::Profile;
    ///
    /// assert_eq!(Profile::from_name("spec"), Some(Profile::spec()));
    /// assert_eq!(Profile::from_name("lenient"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "spec" => Self::spec(),
            "strict" => Self::strict(),
            "interop" => Self::interop(),
            "reading" => Self::reading(),
            _ => return None,
        })
    }

    fn of(name: &'static str, is_in: impl Fn(&Check) -> bool) -> Self {
        CHECKS.iter().filter(|check| is_in(check)).fold(Self::new(name), |profile, check| profile.with(check.kind))
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a kind.
    #[must_use]
    pub fn with(mut self, kind: FindingKind) -> Self {
        self.kinds |= bit(kind);
        self
    }

    /// Removes a kind.
    #[must_use]
    pub fn without(mut self, kind: FindingKind) -> Self {
        self.kinds &= !bit(kind);
        self
    }

    /// Removes all kinds of a level, for example [`Level::Advice`].
    #[must_use]
    pub fn without_level(self, level: Level) -> Self {
        let kinds = CHECKS.iter().map(|check| check.kind).filter(|kind| kind.level() == level);
        kinds.fold(self, Self::without)
    }

    /// Whether findings of a kind are reported.
    pub fn contains(&self, kind: FindingKind) -> bool {
        self.kinds & bit(kind) != 0
    }

    /// Whether there are kinds that neither reading nor `Object::check` finds.
    pub(super) fn has_more_than_reading(&self) -> bool {
        // Those come after it.
        self.kinds >> (FindingKind::Unreadable as u32 + 1) != 0
    }

    /// Whether findings of one of these kinds are reported.
    pub(super) fn contains_any(&self, kinds: &[FindingKind]) -> bool {
        kinds.iter().any(|kind| self.contains(*kind))
    }

    /// The kinds in the order of [`CHECKS`].
    pub fn kinds(&self) -> impl Iterator<Item = FindingKind> {
        CHECKS.iter().map(|check| check.kind).filter(|kind| self.contains(*kind))
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::strict()
    }
}

/// The bit of a kind. A test shows that there are fewer kinds than bits.
fn bit(kind: FindingKind) -> u128 {
    1_u128.checked_shl(kind as u32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_bit_of_its_own() {
        let all = CHECKS.iter().fold(0, |all, check| all | bit(check.kind));
        assert_eq!(all.count_ones() as usize, CHECKS.len());
    }

    #[test]
    fn profiles_contain_each_other() {
        let (spec, strict) = (Profile::spec(), Profile::strict());
        assert!(spec.kinds().all(|kind| strict.contains(kind) && Profile::interop().contains(kind)));
        assert!(
            Profile::reading().kinds().all(|kind| CHECKS.iter().any(|check| check.kind == kind && check.is_reading))
        );
        assert!(strict.clone().without_level(Level::Advice).kinds().all(|kind| kind.level() > Level::Advice));
        assert_eq!(strict.without(FindingKind::Null).with(FindingKind::Null), Profile::default());
    }
}
