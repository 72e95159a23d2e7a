//! What is known of marking definitions, and what they mean for objects.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::audience::Audience;
use super::definition::Definition;
use super::effective::{Effective, Notice};
use super::meaning::{Applied, Meaning};
use super::path::Path;
use super::reason::Verdict;
use super::summary::Summary;
use crate::Identifier;
use crate::object::{GranularMarking, MarkingDefinition, Object, ObservedData, Tlp, Unclear};

/// So many selectors of an object are looked up in it. What the others select is not certain.
const MAX_LOOKED_UP: usize = 1000;

/// What is known of marking definitions: the well-known ones, and those that were
/// [learnt](Self::learn).
///
/// See the [module](super) for what is returned, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markings {
    // A tree, since nobody can make its keys collide.
    learnt: BTreeMap<Identifier, Definition>,
    /// Whether a well-known marking has a definition with another meaning. If not, their levels
    /// need no search, and most markings are of these.
    redefines_well_known: bool,
    /// Whether definitions of a marking disagree, which is rare.
    has_conflicts: bool,
    reads_tlp_labels: bool,
}

/// What is known of one marking.
enum Lookup<'m> {
    Fixed(Tlp),
    Learnt(&'m Definition, Option<Tlp>),
    Unknown,
}

/// A marking that was found in an object.
pub(super) struct Found {
    pub(super) applied: Applied,
    /// What is marked; `None` is the whole object.
    pub(super) path: Option<Path>,
    /// Whether there is something at the path.
    pub(super) is_there: bool,
}

/// All that was found in an object.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) markings: Vec<Found>,
    languages: Vec<(Path, String, bool)>,
    notices: Vec<Notice>,
    looked_up: usize,
}

/// What a question is about.
#[derive(Clone, Copy)]
enum Scope<'p> {
    Object,
    /// The value at a path.
    Value(&'p Path),
    /// The value at a path, and all that is in it.
    Tree(&'p Path),
}

impl Markings {
    /// Creates a table of the well-known definitions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a table of the well-known definitions and those among the objects.
    pub fn from_objects<'o>(objects: impl IntoIterator<Item = &'o Object>) -> Self {
        let mut markings = Self::new();
        for object in objects {
            markings.learn(object);
        }
        markings
    }

    /// Sets whether labels such as `tlp:amber` count as markings. Some producers write the level
    /// there, and a label of this form may also be about something else. Default: they do not count.
    #[must_use]
    pub fn with_tlp_labels(mut self, count: bool) -> Self {
        self.reads_tlp_labels = count;
        self
    }

    /// Takes in a marking definition; other objects teach nothing. Returns whether that changes what
    /// is known. Markings have no versions, so of definitions that disagree the strictest one counts,
    /// in whatever order they come.
    pub fn learn(&mut self, object: &Object) -> bool {
        match object {
            Object::MarkingDefinition(marking) => self.learn_definition(marking),
            _ => false,
        }
    }

    pub(crate) fn learn_definition(&mut self, marking: &MarkingDefinition) -> bool {
        let id = &marking.common.id;
        let new = Definition::new(marking);
        let before = self.learnt.get(id).cloned();
        let definition = match self.learnt.entry(id.clone()) {
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert(new),
            std::collections::btree_map::Entry::Occupied(entry) => {
                let own = entry.into_mut();
                own.merge(new);
                own
            }
        };
        let fixed = Tlp::from_marking_id(id);
        self.redefines_well_known |= fixed.is_some_and(|level| !definition.is_only(level));
        self.has_conflicts |= definition.is_conflicting || fixed.is_some_and(|level| definition.contradicts(level));
        before.as_ref() != Some(&*definition)
    }

    /// Returns the markings that count for an object as a whole: its own, and those of all of its
    /// parts. Those of objects that it refers to do not count, and neither do those of its marking
    /// definitions.
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::marking::Markings;
    /// use stixkit::object::Tlp;
    ///
    /// let tool: Object = serde_json::from_str(r#"{
    ///     "type": "tool", "spec_version": "2.1", "id": "tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
    ///     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "name": "Example",
    ///     "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
    ///     "granular_markings": [{"selectors": ["name"],
    ///         "marking_ref": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"}]
    /// }"#)?;
    /// let markings = Markings::new();
    /// assert_eq!(markings.of(&tool).tlp(), Some(Tlp::Red));
    /// assert_eq!(markings.at(&tool, "name").tlp(), Some(Tlp::Red));
    /// assert_eq!(markings.at(&tool, "created").tlp(), Some(Tlp::Green));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn of(&self, object: &Object) -> Effective {
        self.collect(object, Scope::Object)
    }

    /// Returns the markings that count for the value at a selector: those of the object, of the value,
    /// and of what contains it. Granular markings are compared component by component, and they never
    /// relax the object's.
    pub fn at(&self, object: &Object, selector: &str) -> Effective {
        self.collect(object, Scope::Value(&Path::new(selector)))
    }

    /// Returns the markings that count for the value at a selector and everything in it, for a part
    /// that is to be shared as it is: those of [`at`](Self::at), and those of its parts.
    pub fn within(&self, object: &Object, selector: &str) -> Effective {
        self.collect(object, Scope::Tree(&Path::new(selector)))
    }

    /// Returns whether an audience may get an object, and why not.
    pub fn may_share(&self, object: &Object, audience: Audience) -> Verdict {
        self.of(object).verdict(audience)
    }

    /// Returns the markings of a set of objects as one package: the strictest of them counts. An
    /// empty set counts as unmarked.
    pub fn closure<'o>(&self, objects: impl IntoIterator<Item = &'o Object>) -> Effective {
        let all = objects.into_iter().map(|object| self.of(object)).reduce(Effective::merge);
        all.unwrap_or_else(|| Effective { has_unmarked: true, ..Effective::new() })
    }

    /// Returns the markings of an object whose decisive properties these are, without names and
    /// texts. `labels` is `None` if they cannot be read.
    #[cfg_attr(not(feature = "rows"), allow(dead_code, reason = "rows have summaries"))]
    pub(crate) fn summarize(
        &self,
        whole: &Result<Cow<'_, [Identifier]>, Unclear>,
        parts: &Result<Cow<'_, [GranularMarking]>, Unclear>,
        labels: Option<&[String]>,
    ) -> Summary {
        let mut summary = Summary::nothing();
        let mut is_unmarked = true;
        self.each_whole(whole, labels, |meaning, id| {
            is_unmarked = false;
            summary.add(&meaning);
            summary.note_conflict(id.is_some_and(|id| self.has_conflict(id)));
        });
        self.each_part(parts, |meaning, part| {
            summary.add(&meaning);
            let id = part.and_then(|part| part.marking_ref.as_ref());
            summary.note_conflict(id.is_some_and(|id| self.has_conflict(id)));
            is_unmarked &= part.is_some_and(|part| !part.selectors.is_empty());
        });
        summary.note_unmarked(is_unmarked);
        summary
    }

    fn collect(&self, object: &Object, scope: Scope<'_>) -> Effective {
        let findings = self.findings(object);
        let mut effective = Effective::new();
        effective.has_unmarked = true;
        for found in findings.markings {
            if scope.includes(&found) {
                effective.has_unmarked &= !scope.is_covered_by(found.path.as_ref());
                effective.applied.insert(found.applied);
            }
        }
        for (path, language, is_there) in findings.languages {
            if is_there && scope.has(&path) {
                effective.languages.insert((path.text().clone(), language.into()));
            }
        }
        effective.notices.extend(findings.notices);
        effective
    }

    /// Finds all markings of an object.
    pub(super) fn findings(&self, object: &Object) -> Findings {
        let mut findings = Findings::default();
        self.find(object, object, None, &mut findings);
        if let Object::ObservedData(observed) = object {
            self.find_in_observables(object, observed, &mut findings);
        }
        findings
    }

    /// Observables in the dictionary of observed data are parts of it, and may have markings of their
    /// own.
    fn find_in_observables(&self, object: &Object, observed: &ObservedData, findings: &mut Findings) {
        for (name, observable) in observed.objects.iter() {
            self.find(object, observable, Some(&Path::of_observable(name)), findings);
        }
        for (name, json) in observed.objects.other().iter() {
            let property = ["object_marking_refs", "granular_markings"];
            let view = json.view();
            for property in property.into_iter().filter(|property| view.property(property).is_some()) {
                findings.add(Meaning::Unreadable(property), None, Some(Path::of_observable(&name)), true);
            }
        }
    }

    /// Finds the markings of an object, which may be a part of another one.
    fn find(&self, root: &Object, object: &Object, place: Option<&Path>, findings: &mut Findings) {
        let labels = object.effective_labels();
        let whole = object.effective_object_marking_refs();
        self.each_whole(&whole, labels.as_deref().ok(), |meaning, id| {
            findings.notices.extend(id.and_then(|id| self.notice(id)));
            findings.add(meaning, id, place.cloned(), true);
        });
        let parts = object.effective_granular_markings();
        self.each_part(&parts, |meaning, part| {
            let id = part.and_then(|part| part.marking_ref.as_ref());
            findings.notices.extend(id.and_then(|id| self.notice(id)));
            let selectors = part.map_or(&[][..], |part| &part.selectors);
            if selectors.is_empty() {
                findings.add(meaning.clone(), id, place.cloned(), true);
            }
            for selector in selectors {
                let (path, is_there) = findings.look_up(selector, root, place);
                findings.add(meaning.clone(), id, Some(path), is_there);
            }
        });
        for part in parts.iter().flat_map(|parts| parts.iter()) {
            for (selector, language) in
                part.lang.iter().flat_map(|lang| part.selectors.iter().map(move |own| (own, lang)))
            {
                let (path, is_there) = findings.look_up(selector, root, place);
                findings.languages.push((path, language.clone(), is_there));
            }
        }
    }

    /// Calls `visit` with each meaning of the markings of a whole object, and the definition.
    fn each_whole<'i>(
        &self,
        whole: &'i Result<Cow<'_, [Identifier]>, Unclear>,
        labels: Option<&[String]>,
        mut visit: impl FnMut(Meaning, Option<&'i Identifier>),
    ) {
        match whole {
            Err(unclear) => visit(Meaning::Unreadable(unclear.property()), None),
            Ok(ids) => ids.iter().for_each(|id| self.each_meaning(id, |meaning| visit(meaning, Some(id)))),
        }
        match labels {
            _ if !self.reads_tlp_labels => {}
            None => visit(Meaning::Unreadable("labels"), None),
            Some(labels) => {
                let levels = labels.iter().filter_map(|label| Tlp::parse_prefixed(label));
                levels.for_each(|level| visit(Meaning::Tlp(level), None));
            }
        }
    }

    /// Calls `visit` with each meaning of the granular markings, and the marking; `None` if they
    /// cannot be read. Languages are not among them.
    fn each_part<'i>(
        &self,
        parts: &'i Result<Cow<'_, [GranularMarking]>, Unclear>,
        mut visit: impl FnMut(Meaning, Option<&'i GranularMarking>),
    ) {
        let parts = match parts {
            Err(unclear) => return visit(Meaning::Unreadable(unclear.property()), None),
            Ok(parts) => parts,
        };
        for part in parts.iter() {
            match &part.marking_ref {
                Some(id) => self.each_meaning(id, |meaning| visit(meaning, Some(part))),
                // It marks something as something that is not there.
                None if part.lang.is_none() => visit(Meaning::Unreadable("granular_markings"), Some(part)),
                None => {}
            }
        }
    }

    fn each_meaning(&self, id: &Identifier, mut visit: impl FnMut(Meaning)) {
        match self.look_up(id) {
            Lookup::Fixed(level) => visit(Meaning::Tlp(level)),
            Lookup::Unknown => visit(Meaning::Unknown),
            Lookup::Learnt(definition, level) => {
                if let Some(level) = level {
                    visit(Meaning::Tlp(level));
                }
                definition.visit(visit);
            }
        }
    }

    fn look_up(&self, id: &Identifier) -> Lookup<'_> {
        match Tlp::from_marking_id(id) {
            Some(level) if !self.redefines_well_known => Lookup::Fixed(level),
            level => match (self.learnt.get(id), level) {
                (Some(definition), level) => Lookup::Learnt(definition, level),
                (None, Some(level)) => Lookup::Fixed(level),
                (None, None) => Lookup::Unknown,
            },
        }
    }

    /// Whether two definitions of a marking disagree.
    fn has_conflict(&self, id: &Identifier) -> bool {
        matches!(self.notice(id), Some(Notice::Conflict(_)))
    }

    /// What is odd about the definitions of a marking.
    fn notice(&self, id: &Identifier) -> Option<Notice> {
        if !self.has_conflicts {
            return None;
        }
        match self.look_up(id) {
            Lookup::Learnt(definition, _) if definition.is_conflicting => Some(Notice::Conflict(id.clone())),
            Lookup::Learnt(definition, Some(level)) if definition.contradicts(level) => {
                Some(Notice::Contradiction(id.clone()))
            }
            _ => None,
        }
    }
}

impl Findings {
    fn add(&mut self, meaning: Meaning, id: Option<&Identifier>, path: Option<Path>, is_there: bool) {
        let selector = path.as_ref().map(|path| path.text().clone());
        let applied = Applied { meaning, marking: id.cloned(), selector };
        self.markings.push(Found { applied, path, is_there });
    }

    /// The path of a selector, and whether there is something at it.
    fn look_up(&mut self, selector: &str, root: &Object, place: Option<&Path>) -> (Path, bool) {
        let own = Path::new(selector);
        let path = place.map_or_else(|| own.clone(), |place| place.join(&own));
        self.looked_up += 1;
        let is_there = self.looked_up <= MAX_LOOKED_UP && path.is_in(root.view());
        if !is_there {
            self.notices.push(Notice::SelectsNothing(path.text().clone()));
        }
        (path, is_there)
    }
}

impl Scope<'_> {
    /// Whether a marking counts. One that selects nothing counts everywhere.
    fn includes(self, found: &Found) -> bool {
        found.path.as_ref().is_none_or(|path| !found.is_there || self.has(path))
    }

    /// Whether what is at a path is asked about, contains it, or is a part of it.
    fn has(self, path: &Path) -> bool {
        match self {
            Self::Object => true,
            Self::Value(own) => path.covers(own),
            Self::Tree(own) => path.covers(own) || own.covers(path),
        }
    }

    /// Whether all that is asked about is at the path.
    fn is_covered_by(self, path: Option<&Path>) -> bool {
        match (self, path) {
            (_, None) => true,
            (Self::Object, Some(_)) => false,
            (Self::Value(own) | Self::Tree(own), Some(path)) => path.covers(own),
        }
    }
}
