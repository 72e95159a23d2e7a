//! The validation of objects one after the other, and of what they are to each other.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::base;
use super::content::Fingerprints;
use super::finding::Finding;
use super::places;
use super::profile::Profile;
use crate::error::Error;
use crate::finding::FindingKind;
use crate::id::Identifier;
use crate::json::Properties;
use crate::kind::{Category, Kind};
use crate::object::Object;
use crate::reader::{Item, Reader, Rejected, Source};
use crate::vocab::SpecVersion;

/// Checks objects one at a time, and how they fit together: repeated ones, versions and definitions
/// that contradict each other, references that lead nowhere.
///
/// Memory is linear in the number of objects and of different references, about 100 bytes for each.
/// Nothing of the objects themselves is kept.
///
/// ```
/// use stixkit::object::Identity;
/// use stixkit::validate::{Checker, Profile};
/// use stixkit::{Object, Timestamp};
///
/// let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
/// let one = Identity::new(now, "Example CERT");
/// let mut other = one.clone();
/// other.name = "Another name".to_owned();
///
/// let mut checker = Checker::new(Profile::spec());
/// assert_eq!(checker.check(&Object::from(one)), []);
/// let findings = checker.check(&Object::from(other));
/// assert_eq!(findings[0].code(), "version-conflict");
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Debug)]
pub struct Checker {
    profile: Profile,
    index: u64,
    fingerprints: Fingerprints,
    /// The first object with each version of each identifier.
    versions: HashMap<(Identifier, Option<DateTime<Utc>>), Seen>,
    ids: HashSet<Identifier>,
    /// Where references lead to, and the first one that does.
    wanted: HashMap<Wanted, Place>,
    has_21: bool,
}

/// The content of a version that was seen.
#[derive(Debug)]
enum Seen {
    Fingerprint(u64),
    /// That of an object in the list that is checked. Most have no other with their version.
    Listed(usize),
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Wanted {
    target: Identifier,
    kind: FindingKind,
}

/// The object and property of a reference.
#[derive(Debug)]
struct Place {
    index: u64,
    id: Identifier,
    property: Box<str>,
}

impl Checker {
    /// A checker that reports the kinds of a profile. Add [`FindingKind::DanglingReference`] to it
    /// to find references that lead nowhere.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            index: 0,
            fingerprints: Fingerprints::new(),
            versions: HashMap::new(),
            ids: HashSet::new(),
            wanted: HashMap::new(),
            has_21: false,
        }
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The number of objects and items that were checked so far.
    pub fn count(&self) -> u64 {
        self.index
    }

    /// Checks the next object.
    pub fn check(&mut self, object: &Object) -> Vec<Finding> {
        self.check_in(object, None)
    }

    /// Checks the next object, which is in a list at a place. Its content is looked at only if
    /// another one has its version.
    pub(super) fn check_in(&mut self, object: &Object, list: Option<(&[Object], usize)>) -> Vec<Finding> {
        let index = self.index;
        self.index += 1;
        self.has_21 |= object.common().spec_version == Some(SpecVersion::V21);
        let mut findings = object.validate(&self.profile);
        findings.extend(self.compare(object, list));
        self.remember_references(object, index);
        findings.iter_mut().for_each(|finding| finding.index = Some(index));
        findings
    }

    /// Checks an item that could not be read as an object.
    pub fn check_rejected(&mut self, rejected: &Rejected) -> Vec<Finding> {
        let index = self.index;
        self.index += 1;
        if !self.profile.contains(FindingKind::Unreadable) {
            return Vec::new();
        }
        let message = format!("The item cannot be read as an object: {}. Correct it.", rejected.error.reason());
        let mut finding = Finding::new(FindingKind::Unreadable, rejected.error.path(), message);
        finding.position = Some(rejected.position);
        finding.index = Some(index);
        finding.id.clone_from(&rejected.id);
        vec![finding]
    }

    /// Checks the members of a bundle other than `objects`: see [`Reader::container`].
    pub fn check_container(&self, members: &Properties) -> Vec<Finding> {
        let is_bundle = members.get("type").is_some_and(|name| name.as_str().as_deref() == Some("bundle"));
        if !is_bundle {
            return Vec::new();
        }
        let mut findings = Vec::new();
        let id = members.get("id").and_then(|id| Some(Identifier::from(id.as_str()?.as_ref())));
        if id.is_none_or(|id| id.kind() != Some(Kind::Bundle)) {
            let message = "A bundle has an identifier: add an `id` of the form `bundle--UUID`.";
            findings.push(Finding::new(FindingKind::BundleId, "$.id", message));
        }
        if self.has_21 && members.get("spec_version").is_some() {
            let message = "Bundles of STIX 2.1 have no `spec_version`: remove it.";
            findings.push(Finding::new(FindingKind::BundleVersion, "$.spec_version", message));
        }
        findings.retain(|finding| self.profile.contains(finding.kind));
        findings
    }

    /// Returns the findings that only the end of the input shows: references that lead to objects
    /// that did not come. There is one for each target.
    pub fn finish(&self) -> Vec<Finding> {
        let missing = self.wanted.iter().filter(|(wanted, _)| !self.ids.contains(&wanted.target));
        let mut findings: Vec<_> = missing.map(|(wanted, place)| unresolved(wanted, place)).collect();
        // Targets in one list have one path, and each is in its message.
        findings.sort_by(|a, b| (a.index, &a.path, a.kind, &a.message).cmp(&(b.index, &b.path, b.kind, &b.message)));
        findings
    }

    /// Checks all that a reader returns and calls `found` for each finding.
    ///
    /// # Errors
    ///
    /// Returns the reader's own error: the stream fails, or the input exceeds a limit.
    pub fn read<S: Source>(&mut self, mut reader: Reader<S>, mut found: impl FnMut(Finding)) -> Result<(), Error> {
        while let Some(item) = reader.next() {
            match item? {
                Item::Object(accepted) => {
                    let own = accepted.findings.iter().map(base::of_reader);
                    let mut findings: Vec<_> = own.filter(|own| self.profile.contains(own.kind)).collect();
                    let index = self.index;
                    findings.extend(self.check(&accepted.object));
                    if findings.is_empty() {
                        continue;
                    }
                    places::locate(&mut findings, reader.raw(), reader.position());
                    let id = accepted.object.id().to_string();
                    for mut finding in findings {
                        finding.index = Some(index);
                        finding.id.get_or_insert_with(|| id.clone());
                        found(finding);
                    }
                }
                Item::Rejected(rejected) => self.check_rejected(&rejected).into_iter().for_each(&mut found),
            }
        }
        let of_containers = reader.findings().iter().map(base::of_reader);
        of_containers.filter(|own| self.profile.contains(own.kind)).for_each(&mut found);
        self.check_container(reader.container()).into_iter().chain(self.finish()).for_each(found);
        Ok(())
    }

    /// Compares an object with the same version of it, if there was one.
    fn compare(&mut self, object: &Object, list: Option<(&[Object], usize)>) -> Option<Finding> {
        const KINDS: &[FindingKind] =
            &[FindingKind::Duplicate, FindingKind::VersionConflict, FindingKind::DefinitionConflict];
        if !self.profile.contains_any(KINDS) {
            return None;
        }
        let category = object.kind().map(Kind::category);
        let is_marking = object.kind() == Some(Kind::MarkingDefinition);
        // Definitions of markings have no versions, and observables merge.
        let version = object.common().version().filter(|_| !is_marking && category != Some(Category::Observable));
        let key = (object.id().clone(), version.map(|version| version.instant()));
        let fingerprints = &self.fingerprints;
        let known = match self.versions.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(
                    list.map_or_else(|| Seen::Fingerprint(fingerprints.of(object)), |(_, place)| Seen::Listed(place)),
                );
                return None;
            }
            Entry::Occupied(known) => known.into_mut(),
        };
        if let (Seen::Listed(place), Some((objects, _))) = (&*known, list) {
            let first = objects.get(*place)?;
            *known = Seen::Fingerprint(fingerprints.of(first));
        }
        let is_same = matches!(known, Seen::Fingerprint(known) if *known == fingerprints.of(object));
        let (kind, path, message) = if is_same {
            (FindingKind::Duplicate, ".id", "The input has this object already: remove one.")
        } else if category == Some(Category::Observable) {
            return None;
        } else if category == Some(Category::Meta) {
            let message = "The input has another definition with this identifier: make a new identifier for one.";
            (FindingKind::DefinitionConflict, ".id", message)
        } else {
            let message = "The input has this version with other content: set a later `modified` on one.";
            (FindingKind::VersionConflict, ".modified", message)
        };
        let mut finding = Finding::new(kind, path, message);
        finding.id = Some(object.id().to_string());
        self.profile.contains(kind).then_some(finding)
    }

    fn remember_references(&mut self, object: &Object, index: u64) {
        let (has_dangling, has_creators) = (
            self.profile.contains(FindingKind::DanglingReference),
            self.profile.contains(FindingKind::UnresolvedCreator),
        );
        if !has_dangling && !has_creators {
            return;
        }
        self.ids.insert(object.id().clone());
        let wanted = &mut self.wanted;
        object.visit_references(|reference| {
            let is_creator = reference.property == "created_by_ref";
            let kind = match (is_creator, has_creators, has_dangling) {
                (true, true, _) => FindingKind::UnresolvedCreator,
                (_, _, true) => FindingKind::DanglingReference,
                _ => return,
            };
            let place = || Place { index, id: object.id().clone(), property: reference.property.as_ref().into() };
            wanted.entry(Wanted { target: reference.target.into_owned(), kind }).or_insert_with(place);
        });
    }
}

fn unresolved(wanted: &Wanted, place: &Place) -> Finding {
    let message = match wanted.kind {
        FindingKind::UnresolvedCreator => format!("The identity {} is not in the input: add it.", wanted.target),
        _ => format!("The object {} is not in the input: add it, or send it before.", wanted.target),
    };
    let mut finding = Finding::new(wanted.kind, format!(".{}", place.property), message);
    finding.index = Some(place.index);
    finding.id = Some(place.id.to_string());
    finding
}
