//! An object of any type of STIX 2.1, as one of 2.0.

use super::domain::{downgrade_domain, refuse};
use super::draft::Draft;
use super::extensions::downgrade_hashes;
use super::observed_data::{Surroundings, embed, is_observable, tree};
use super::references::{id_in_20, rename_types};
use super::selectors::follow_all;
use crate::Identifier;
use crate::error::{Error, ErrorKind};
use crate::json::cursor::MAX_DEPTH;
use crate::json::tree::Tree;
use crate::object::change::{Changes, Downgraded};
use crate::object::levels::Levels;
use crate::object::object::Object;
use crate::object::property::findings::{Place, Version};
use crate::object::read;
use crate::object::requirements::{NEW_COMMON, NEW_TYPES};

impl Object {
    /// Turns an object of STIX 2.1 into one of 2.0, for partners on TAXII 2.0. An object of 2.0
    /// stays as it is. An object that has no place in STIX 2.0 is an error, and nothing else is
    /// left out without a [`Change`](crate::object::Change):
    /// [`downgrade_with`](Self::downgrade_with) reports them.
    /// [`Bundle::downgrade`](crate::Bundle::downgrade) takes a whole bundle, and has the
    /// observables that observed data needs. [`upgrade`](Self::upgrade) is the way back.
    ///
    /// | STIX 2.1 | STIX 2.0 |
    /// |---|---|
    /// | `spec_version` | left out |
    /// | `confidence`, `lang`, `extensions` (other than of observables and custom types), and what 2.1 added to a type | custom properties: `x_confidence`; if there is one of that name, `x_confidence_21` |
    /// | granular markings of languages | `x_granular_markings` |
    /// | `indicator_types`, `malware_types`, `report_types`, `threat_actor_types`, `tool_types`, `roles` of an identity | `labels`, before the others. `unknown` if there are none and 2.0 requires them |
    /// | a STIX pattern | in the dialect of 2.0: `START t'…'` is `START '…'`, and properties of observables have their old names. One of `pattern_version` 2.0 stays as it is |
    /// | a pattern of another type, or with `EXISTS` | an error |
    /// | `is_family` of malware | left out if it is true, `x_is_family` if it is false. A missing `name` is `unknown` |
    /// | a missing `identity_class` | `unknown` |
    /// | `name` of a marking definition | left out if it is that of its level, else `x_name` |
    /// | a marking definition without a definition, such as TLP 2.0 | a statement with the level or name: `TLP:AMBER+STRICT` |
    /// | an observable that observed data refers to, at first or second hand | a member of `objects`, named `0`, `1`, …. Its identifier is left out |
    /// | the markings of an observable that the observed data does not have, unless they are weaker | granular markings of the observed data: `objects.0` |
    /// | `ctime`, `mtime`, `atime`, `image_ref`, `created_time` … of observables | the names of 2.0: `created`, `modified`, `accessed`, `binary_ref` … |
    /// | `x_name`, `x_arguments`, `x_is_encrypted` … that an upgrade made | the properties of 2.0 |
    /// | header fields with one value | a string. Lists of several stay lists |
    /// | `SSDEEP` | `ssdeep` |
    /// | a reference from an observable to another that is not there | a custom property: `x_parent_directory_ref` |
    /// | a user account without `user_id`, a registry key without `key`, a Windows service without `service_name` | `x-user-account`, `x-windows-registry-key`, `x-windows-service-ext` |
    /// | registry values without a name | `x_values` |
    /// | observables among the `object_refs` of a report, locations in `where_sighted_refs` | `x_object_refs`, `x_where_sighted_refs` |
    /// | grouping, incident, infrastructure, location, malware analysis, note, opinion, language content, extension definition | custom types: `x-grouping`, with the identifier `x-grouping--…`, in references, too |
    /// | an observable that no observed data refers to | an error |
    /// | a relationship with an observable at an end, a sighting of one, a report about observables alone, observed data whose observables are not there | an error |
    ///
    /// An object that was upgraded and is downgraded is equal to what it was, but for
    ///
    /// - the order of its labels, since those of the vocabulary come first;
    /// - the names of observables, which are numbers, and observables that were alike, which are
    ///   one;
    /// - the spelling of hash algorithms other than `ssdeep`, and header fields with a list of one
    ///   value;
    /// - properties that only 2.1 has, which had no place in the object of 2.0 either: they have
    ///   the prefix `x_`;
    /// - `spec_version`, which 2.0 has on bundles only;
    /// - markings that are left out next to stricter ones, and granular markings of a part of an
    ///   observable, which are markings of the whole observable;
    /// - what 2.0 requires and the object did not have.
    ///
    /// ```
    /// use stixkit::Object;
    ///
    /// let new: Object = serde_json::from_str(r#"{
    ///     "type": "malware",
    ///     "spec_version": "2.1",
    ///     "id": "malware--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
    ///     "created": "2016-05-12T08:17:27.000Z",
    ///     "modified": "2016-05-12T08:17:27.000Z",
    ///     "name": "Cryptolocker",
    ///     "is_family": true,
    ///     "malware_types": ["ransomware"],
    ///     "confidence": 80
    /// }"#)?;
    /// let old = new.downgrade()?;
    /// assert_eq!(old.common().spec_version, None);
    /// assert_eq!(old.common().labels, ["ransomware"]);
    /// assert_eq!(old.custom().parse::<u8>("x_confidence").transpose()?, Some(80));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::NoPlace`] if the object has no place in STIX 2.0: see
    /// the table. The same if `spec_version` is neither 2.1 nor 2.0.
    pub fn downgrade(&self) -> Result<Self, Error> {
        self.downgrade_with(|_| None).map(|downgraded| downgraded.object)
    }

    /// Turns an object of STIX 2.1 into one of 2.0 by the rules of [`downgrade`](Self::downgrade),
    /// and reports what that did. `find` returns the object with an identifier: the observables
    /// that observed data refers to become parts of it.
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::object::{Ipv4Addr, ObservedData};
    ///
    /// let address = Object::from(Ipv4Addr::new("198.51.100.3"));
    /// let now: stixkit::Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
    /// let observed = ObservedData::new(now.clone(), now.clone(), now, 1, [address.id().clone()]);
    /// let old = Object::from(observed).downgrade_with(|id| (id == address.id()).then_some(&address))?;
    /// let Object::ObservedData(observed) = old.object else { panic!("it is observed data") };
    /// assert_eq!(observed.objects.get("0").unwrap().property("value").unwrap().as_str().as_deref(), Some("198.51.100.3"));
    /// assert_eq!(old.observables, [address.id().clone()]);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`downgrade`](Self::downgrade).
    pub fn downgrade_with<'o>(&self, find: impl Fn(&Identifier) -> Option<&'o Self>) -> Result<Downgraded, Error> {
        let mut around = Surroundings { find: &find, levels: &Levels::default(), budget: &mut MAX_COPIED.clone() };
        convert(self, &mut around)
    }
}

/// So many bytes of observables become parts of one observed-data object at most.
const MAX_COPIED: usize = 1 << 28;

/// Turns an object of STIX 2.1 into one of 2.0.
pub(crate) fn convert(object: &Object, around: &mut Surroundings<'_, '_>) -> Result<Downgraded, Error> {
    match object.standard_version() {
        Version::V21 => {}
        Version::V20 | Version::Either => return Ok(Downgraded::new(object.clone(), Vec::new(), Vec::new())),
        Version::Unknown => {
            return Err(Error::new(ErrorKind::NoPlace).with_detail("it is neither of STIX 2.1 nor of 2.0"));
        }
    }
    if is_observable(object) && object.kind().is_some() {
        let detail = "an observable is a part of observed data, and none refers to this one";
        return Err(Error::new(ErrorKind::NoPlace).with_detail(detail));
    }
    refuse(object)?;
    let mut changes = Changes::new(object.id().clone());
    let mut draft = Draft::new(tree(object)?);
    draft.take("spec_version");
    let mut observables = Vec::new();
    let is_new_type = object.kind().is_some_and(|kind| NEW_TYPES.contains(&kind));
    let is_custom = matches!(object, Object::Custom(_));
    for name in NEW_COMMON.iter().filter(|_| !is_new_type && !is_custom) {
        draft.aside(name, &Place::Object, &mut changes);
    }
    if is_new_type {
        rename_type(object, &mut draft);
    } else {
        if let Object::ObservedData(observed) = object {
            observables = embed(observed, &mut draft, around, &mut changes)?;
        }
        downgrade_domain(object, &mut draft, &mut changes)?;
    }
    follow_all(&mut draft, &mut changes);
    for reference in
        draft.members.get("external_references").and_then(Tree::as_list).into_iter().flatten().filter_map(Tree::as_map)
    {
        downgrade_hashes(reference);
    }
    for member in draft.members.iter_mut().filter(|member| member.name() != "objects") {
        let name = member.name().into_owned();
        rename_types(&mut member.value, &name);
    }
    let text = draft.members.to_json();
    let parsed = read::parse(&text, MAX_DEPTH);
    let parsed = parsed.map_err(|fault| Error::new(ErrorKind::NoPlace).with_detail(fault.describe(&text)))?;
    Ok(Downgraded::new(parsed.object, observables, changes.into_vec()))
}

/// Types that came with STIX 2.1 are custom ones in 2.0.
fn rename_type(object: &Object, draft: &mut Draft) {
    draft.members.set("type", Tree::string(&format!("x-{}", object.type_name())));
    if let Some(id) = id_in_20(&object.id().to_string()) {
        draft.members.set("id", Tree::string(&id));
    }
}
