//! An object of any type of STIX 2.0, as one of 2.1.

use super::observable::{keep_hidden, upgrade_common};
use super::observed_data::take_observables;
use crate::object::change::{Changes, Upgraded};
use crate::object::common::Common;
use crate::object::granular_marking::GranularMarking;
use crate::object::levels::Levels;
use crate::object::object::Object;
use crate::object::property::findings::{Place, Version};
use crate::vocab::{PatternType, Vocabulary};

impl Object {
    /// Turns an object of STIX 2.0 into one of 2.1, and the observables in observed data into
    /// objects of their own, which come first. An object of 2.1 stays as it is, and so does an
    /// observable at the top: STIX 2.0 has none.
    /// [`upgrade_with_changes`](Self::upgrade_with_changes) also reports what was done,
    /// [`Bundle::upgrade`](crate::Bundle::upgrade) upgrades a whole bundle, and
    /// [`downgrade`](Self::downgrade) is the way back.
    ///
    /// The rules:
    ///
    /// - `spec_version` is `2.1`.
    /// - `labels` of indicators, malware, reports, threat actors and tools that are in the
    ///   vocabulary of the new property (`indicator_types`, `malware_types` …) go there; the others
    ///   stay labels. All labels of an identity become `roles`. Where the new property has values
    ///   already, nothing moves.
    /// - An indicator gets `pattern_type: stix` and `pattern_version: 2.0`: its pattern is not
    ///   changed.
    /// - Malware gets `is_family: true`: in STIX 2.0 it has a name, and stands for all of its
    ///   instances.
    /// - A TLP marking gets the name that STIX 2.1 gives it: `TLP:WHITE`.
    /// - The members of `objects` of observed data become objects with deterministic identifiers,
    ///   and `object_refs` lists them. References by local names become references by identifiers,
    ///   in custom properties named `…_ref` and `…_refs` too, at any depth of custom properties and
    ///   extensions. Observables that have the same identifier and properties become one. Those
    ///   without properties to follow from, or whose identifiers would follow from one another in a
    ///   circle, get random identifiers. A reference that leads to no observable stays as it is.
    /// - The markings of observed data are those of its observables, too. A granular marking of an
    ///   observable or a part of it marks the whole observable, and the reference to it
    ///   (`objects.0.value` becomes `object_refs.[0]`). If it selects nothing, it marks all
    ///   observables. Of several levels of the Traffic Light Protocol, the strictest one stays.
    ///   Observed data with more than 64 markings for all of its observables keeps its dictionary,
    ///   which 2.1 allows.
    /// - Renamed properties of observables get their new names: `created`, `modified` and
    ///   `accessed` of files and directories are `ctime`, `mtime` and `atime`; of a process
    ///   `created` and `binary_ref` are `created_time` and `image_ref`; of a user account
    ///   `password_last_changed` is `credential_last_changed`; of a registry key `modified` is
    ///   `modified_time`. The values of the headers of HTTP requests and e-mail messages become
    ///   lists.
    /// - Properties that STIX 2.1 dropped become custom ones with the prefix `x_` (and `_20` after
    ///   it, where there is one of that name): `name` and `arguments` of a process, `is_encrypted`,
    ///   `encryption_algorithm` and `decryption_key` of a file, `version` of an archive,
    ///   `protocol_family` of a socket, `image_compression_algorithm` of an image, and what is in
    ///   `objects` and not an observable. So does what was set aside under the name of a property
    ///   that gets a value.
    /// - Hash algorithms get the spelling of the 2.1 vocabulary, wherever in the object: `ssdeep`
    ///   is `SSDEEP`. If the object has another hash under that name, both stay as they are.
    ///
    /// Whether the result is valid depends on the object: see [`check`](Self::check).
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::vocab::MalwareType;
    ///
    /// let old: Object = serde_json::from_str(r#"{
    ///     "type": "malware",
    ///     "id": "malware--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
    ///     "created": "2016-05-12T08:17:27.000Z",
    ///     "modified": "2016-05-12T08:17:27.000Z",
    ///     "name": "Cryptolocker",
    ///     "labels": ["ransomware", "seen-in-2016"]
    /// }"#)?;
    /// let Object::Malware(new) = old.upgrade().remove(0) else { panic!("it is malware") };
    /// assert_eq!(new.malware_types, [MalwareType::Ransomware]);
    /// assert_eq!(new.common.labels, ["seen-in-2016"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn upgrade(self) -> Vec<Self> {
        self.upgrade_with_changes().objects
    }

    /// Turns an object of STIX 2.0 into one of 2.1 by the rules of [`upgrade`](Self::upgrade), and
    /// reports what that did beyond giving properties new names and places.
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::object::ChangeKind;
    ///
    /// let old: Object = serde_json::from_str(r#"{
    ///     "type": "observed-data",
    ///     "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
    ///     "created": "2016-04-06T19:58:16.000Z",
    ///     "modified": "2016-04-06T19:58:16.000Z",
    ///     "first_observed": "2015-12-21T19:00:00Z",
    ///     "last_observed": "2015-12-21T19:00:00Z",
    ///     "number_observed": 1,
    ///     "objects": {"0": {"type": "file", "name": "a.zip", "is_encrypted": true}}
    /// }"#)?;
    /// let new = old.upgrade_with_changes();
    /// assert_eq!(new.objects[0].custom().parse::<bool>("x_is_encrypted").transpose()?, Some(true));
    /// let [change] = &new.changes[..] else { panic!("there is one") };
    /// assert_eq!((change.kind, change.path.as_str()), (ChangeKind::Kept, ".objects.0.is_encrypted"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn upgrade_with_changes(self) -> Upgraded {
        convert(self, &Levels::default())
    }
}

/// Turns an object of STIX 2.0 into one of 2.1, and the observables that it contains into objects
/// of their own, which come first.
pub(crate) fn convert(mut object: Object, levels: &Levels) -> Upgraded {
    if object.standard_version() != Version::V20 {
        return Upgraded::new(vec![object], Vec::new());
    }
    let mut changes = Changes::new(object.id().clone());
    upgrade_common(&mut object, &Place::Object, &mut changes);
    let mut objects = Vec::new();
    match &mut object {
        Object::Identity(identity) if identity.roles.is_empty() => {
            identity.roles = std::mem::take(&mut identity.common.labels);
            let roles = (0..identity.roles.len()).map(|place| Label { property: "roles", place });
            let roles: Vec<_> = roles.collect();
            select_labels(&mut identity.common.granular_markings, &roles);
        }
        Object::Indicator(indicator) => {
            move_labels(&mut indicator.common, &mut indicator.indicator_types, "indicator_types");
            if *indicator.pattern_type.get_or_insert(PatternType::Stix) == PatternType::Stix {
                indicator.pattern_version.get_or_insert_with(|| "2.0".to_owned());
            }
        }
        Object::Malware(malware) => {
            move_labels(&mut malware.common, &mut malware.malware_types, "malware_types");
            malware.is_family.get_or_insert(true);
        }
        Object::Report(report) => move_labels(&mut report.common, &mut report.report_types, "report_types"),
        Object::ThreatActor(actor) => {
            move_labels(&mut actor.common, &mut actor.threat_actor_types, "threat_actor_types");
        }
        Object::Tool(tool) => move_labels(&mut tool.common, &mut tool.tool_types, "tool_types"),
        Object::MarkingDefinition(marking) if marking.name.is_none() => {
            let level =
                marking.definition.get("tlp").and_then(|level| level.as_str().map(|level| level.to_uppercase()));
            marking.name = level.map(|level| format!("TLP:{level}"));
        }
        Object::ObservedData(observed) => objects = take_observables(observed, levels, &mut changes),
        _ => {}
    }
    keep_hidden(&mut object, &Place::Object, &mut changes);
    objects.push(object);
    Upgraded::new(objects, changes.into_vec())
}

/// Where a label went.
struct Label {
    property: &'static str,
    place: usize,
}

/// Moves the labels that the vocabulary knows.
fn move_labels<T: Vocabulary>(common: &mut Common, types: &mut Vec<T>, property: &'static str) {
    if !types.is_empty() {
        return;
    }
    let mut kept = Vec::new();
    let mut went = Vec::with_capacity(common.labels.len());
    for label in std::mem::take(&mut common.labels) {
        let value = T::from(&label);
        if value.is_standard() {
            went.push(Label { property, place: types.len() });
            types.push(value);
        } else {
            went.push(Label { property: "labels", place: kept.len() });
            kept.push(label);
        }
    }
    common.labels = kept;
    select_labels(&mut common.granular_markings, &went);
}

/// Makes selectors of labels lead to where these went.
fn select_labels(markings: &mut [GranularMarking], went: &[Label]) {
    let mut properties: Vec<&str> = went.iter().map(|label| label.property).collect();
    properties.sort_unstable();
    properties.dedup();
    for marking in markings {
        let mut also = Vec::new();
        for selector in &mut marking.selectors {
            if selector == "labels" {
                if let Some((first, others)) = properties.split_first() {
                    *selector = (*first).to_owned();
                    also.extend(others.iter().map(|property| (*property).to_owned()));
                }
                continue;
            }
            let index = selector.strip_prefix("labels.[").and_then(|rest| rest.strip_suffix(']'));
            if let Some(label) = index.and_then(|index| went.get(index.parse::<usize>().ok()?)) {
                *selector = format!("{}.[{}]", label.property, label.place);
            }
        }
        marking.selectors.append(&mut also);
    }
}
