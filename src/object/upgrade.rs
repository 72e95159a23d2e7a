//! From STIX 2.0 to 2.1.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::common::Common;
use super::domain::ObservedData;
use super::extension::{ArchiveExt, HttpRequestExt, RasterImageExt, SocketExt};
use super::object::Object;
use super::observable::{Directory, File, Process, UserAccount, WindowsRegistryKey};
use super::property::findings::Version;
use super::reference;
use crate::json::properties::quoted;
use crate::vocab::{PatternType, SpecVersion, Vocabulary};
use crate::{Identifier, Json, Properties};

impl Object {
    /// Turns an object of STIX 2.0 into one of 2.1, and the observables that observed data holds into objects of their
    /// own, which come first. An object of 2.1 stays as it is, and so does an observable at the top: STIX 2.0 has none.
    ///
    /// The rules:
    ///
    /// - `spec_version` is `2.1`.
    /// - `labels` of indicators, malware, reports, threat actors and tools that are in the vocabulary of the new property
    ///   (`indicator_types`, `malware_types` …) go there; the others stay labels. All labels of an identity become `roles`.
    ///   Where the new property has values already, nothing moves.
    /// - An indicator gets `pattern_type: stix` and `pattern_version: 2.0`: its pattern is not changed.
    /// - Malware gets `is_family: true`: in STIX 2.0 it has a name, and stands for all of its instances.
    /// - A TLP marking gets the name that STIX 2.1 gives it: `TLP:WHITE`.
    /// - The members of `objects` of observed data become objects with deterministic identifiers, and `object_refs`
    ///   lists them. References by local names become references by identifiers, in custom properties named `…_ref` and
    ///   `…_refs` too. Observables that have the same identifier and properties become one. Those without properties to
    ///   follow from, or whose identifiers would follow from one another in a circle, get random identifiers.
    /// - Renamed properties of observables get their new names: `created`, `modified` and `accessed` of files and
    ///   directories are `ctime`, `mtime` and `atime`; of a process `created` and `binary_ref` are `created_time` and
    ///   `image_ref`; of a user account `password_last_changed` is `credential_last_changed`; of a registry key `modified` is
    ///   `modified_time`. The values of HTTP request headers become lists.
    /// - Properties that STIX 2.1 dropped become custom ones with the prefix `x_` (and `_20` behind, where there is one of
    ///   that name): `name` and `arguments` of a process,
    ///   `is_encrypted`, `encryption_algorithm` and `decryption_key` of a file, `version` of an archive, `protocol_family` of a
    ///   socket, `image_compression_algorithm` of an image, and what stands in `objects` and is no observable. So does what was
    ///   set aside under the name of a property that gets a value.
    /// - Hash algorithms get the spelling of the 2.1 vocabulary: `ssdeep` is `SSDEEP`.
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
    pub fn upgrade(mut self) -> Vec<Self> {
        if self.standard_version() != Version::V20 {
            return vec![self];
        }
        upgrade_common(self.common_mut());
        match &mut self {
            Self::Identity(identity) if identity.roles.is_empty() => {
                identity.roles = std::mem::take(&mut identity.common.labels);
            }
            Self::Indicator(indicator) => {
                move_labels(&mut indicator.common.labels, &mut indicator.indicator_types);
                if *indicator.pattern_type.get_or_insert(PatternType::Stix) == PatternType::Stix {
                    indicator.pattern_version.get_or_insert_with(|| "2.0".to_owned());
                }
            }
            Self::Malware(malware) => {
                move_labels(&mut malware.common.labels, &mut malware.malware_types);
                malware.is_family.get_or_insert(true);
            }
            Self::Report(report) => move_labels(&mut report.common.labels, &mut report.report_types),
            Self::ThreatActor(actor) => move_labels(&mut actor.common.labels, &mut actor.threat_actor_types),
            Self::Tool(tool) => move_labels(&mut tool.common.labels, &mut tool.tool_types),
            Self::MarkingDefinition(marking) if marking.name.is_none() => {
                let level =
                    marking.definition.get("tlp").and_then(|level| level.as_str().map(|level| level.to_uppercase()));
                marking.name = level.map(|level| format!("TLP:{level}"));
            }
            Self::ObservedData(observed) => {
                let mut objects = upgrade_observables(observed);
                keep_hidden(&mut self);
                objects.push(self);
                return objects;
            }
            _ => {}
        }
        keep_hidden(&mut self);
        vec![self]
    }
}

/// Moves what was set aside under the name of a property that has a value by now: it would not be written.
fn keep_hidden(object: &mut Object) {
    let hidden = object.custom().names().filter(|name| object.has(name));
    let hidden: Vec<String> = hidden.map(Cow::into_owned).collect();
    for name in hidden {
        if let Some(value) = object.custom_mut().remove(&name) {
            set_custom(object.custom_mut(), &name, &value);
        }
    }
}

fn upgrade_common(common: &mut Common) {
    common.spec_version = Some(SpecVersion::V21);
    common.external_references.iter_mut().for_each(|reference| reference.hashes.canonicalize());
}

/// Moves the labels that the vocabulary knows.
fn move_labels<T: Vocabulary>(labels: &mut Vec<String>, types: &mut Vec<T>) {
    if types.is_empty() {
        labels.retain(|label| {
            let value = T::from(label);
            let is_known = value.is_standard();
            if is_known {
                types.push(value);
            }
            !is_known
        });
    }
}

/// The observables of an observed-data object as objects of their own, with the references to them put in.
fn upgrade_observables(observed: &mut ObservedData) -> Vec<Object> {
    let (mut entries, other) = std::mem::take(&mut observed.objects).into_parts();
    if !other.is_empty() {
        set_custom(&mut observed.custom, "objects", &other);
    }
    entries.iter_mut().for_each(|(_, object)| upgrade_observable(object));
    identify(&mut entries);
    let mut seen: HashMap<Identifier, usize> = observed.object_refs.iter().map(|id| (id.clone(), usize::MAX)).collect();
    let mut objects: Vec<Object> = Vec::with_capacity(entries.len());
    for (_, object) in entries {
        let known = *seen.entry(object.id().clone()).or_insert_with(|| {
            observed.object_refs.push(object.id().clone());
            objects.len()
        });
        if objects.get(known) != Some(&object) {
            objects.push(object);
        }
    }
    objects
}

/// Gives the objects identifiers in the place of their local names, and puts them into the references.
///
/// An identifier may follow from references, whose identifiers have to be known before: so objects are taken up when
/// all that they follow from are done. Those that remain go round in circles.
fn identify(entries: &mut [(Box<str>, Object)]) {
    let places: HashMap<Box<str>, usize> =
        entries.iter().enumerate().map(|(place, (name, _))| (name.clone(), place)).collect();
    let mut waiting_for = vec![0_usize; entries.len()];
    let mut awaited_by: Vec<Vec<usize>> = vec![Vec::new(); entries.len()];
    for (place, (_, object)) in entries.iter().enumerate() {
        let Some(kind) = object.kind() else { continue };
        let mut names = HashSet::new();
        for property in kind.identified_by() {
            let references =
                object.property(property).into_iter().flat_map(|value| reference::collect((*property).into(), value));
            names.extend(
                references.filter_map(|reference| reference.target.with_text(|name| places.get(name).copied())),
            );
        }
        waiting_for[place] = names.len();
        names.into_iter().for_each(|name| awaited_by[name].push(place));
    }
    let mut ids: HashMap<Box<str>, Identifier> = HashMap::with_capacity(entries.len());
    let mut ready: Vec<usize> = (0..entries.len()).filter(|place| waiting_for[*place] == 0).collect();
    while let Some(place) = ready.pop() {
        let (name, object) = &mut entries[place];
        replace(object, &ids);
        let id = own_id(object, name).or_else(|| object.deterministic_id());
        ids.insert(name.clone(), id.unwrap_or_else(|| random_id(object)));
        for waiting in &awaited_by[place] {
            waiting_for[*waiting] -= 1;
            if waiting_for[*waiting] == 0 {
                ready.push(*waiting);
            }
        }
    }
    for (name, object) in entries.iter() {
        ids.entry(name.clone()).or_insert_with(|| own_id(object, name).unwrap_or_else(|| random_id(object)));
    }
    for (name, object) in entries.iter_mut() {
        if let Some(id) = ids.get(&**name) {
            object.common_mut().id = id.clone();
        }
        replace(object, &ids);
    }
}

/// An identifier that the object has although it need not, if it is one.
fn own_id(object: &Object, name: &str) -> Option<Identifier> {
    let id = object.id();
    (!id.is(name) && id.is_canonical() && id.prefix() == Some(object.type_name())).then(|| id.clone())
}

fn random_id(object: &Object) -> Identifier {
    match object.kind() {
        Some(kind) => Identifier::random(kind),
        None => Identifier::from(format!("{}--{}", object.type_name(), uuid::Uuid::new_v4()).as_str()),
    }
}

/// Replaces local names by identifiers.
fn replace(object: &mut Object, ids: &HashMap<Box<str>, Identifier>) {
    object.each_id(&mut |id| {
        if let Some(new) = id.with_text(|name| ids.get(name)) {
            *id = new.clone();
        }
    });
    let custom = object.custom();
    let mut changed = Vec::new();
    for (name, value) in custom.iter() {
        let new = |value: &Json<'_>| ids.get(&*value.as_str()?).map(|id| quoted(&id.to_string()));
        let text = if name.ends_with("_ref") {
            new(&value)
        } else if name.ends_with("_refs") {
            value.parse::<Vec<Json<'static>>>().ok().map(|elements| {
                let elements = elements.iter().map(|element| new(element).unwrap_or_else(|| element.to_string()));
                format!("[{}]", elements.collect::<Vec<_>>().join(","))
            })
        } else {
            None
        };
        changed.extend(text.map(|text| (name.into_owned(), text)));
    }
    for (name, text) in changed {
        object.custom_mut().insert(&name, &Json::trusted(&text));
    }
}

fn upgrade_observable(object: &mut Object) {
    upgrade_common(object.common_mut());
    upgrade_extensions(object.common_mut());
    match object {
        Object::Artifact(artifact) => artifact.hashes.canonicalize(),
        Object::Directory(directory) => {
            let Directory { common, ctime, mtime, atime, accessed, custom, .. } = &mut **directory;
            rename("created", &mut common.created, ctime, custom);
            rename("modified", &mut common.modified, mtime, custom);
            rename("accessed", accessed, atime, custom);
        }
        Object::File(file) => {
            let File { common, ctime, mtime, atime, accessed, custom, .. } = &mut **file;
            rename("created", &mut common.created, ctime, custom);
            rename("modified", &mut common.modified, mtime, custom);
            rename("accessed", accessed, atime, custom);
            drop_property("is_encrypted", &mut file.is_encrypted, &mut file.custom);
            drop_property("encryption_algorithm", &mut file.encryption_algorithm, &mut file.custom);
            drop_property("decryption_key", &mut file.decryption_key, &mut file.custom);
            file.hashes.canonicalize();
        }
        Object::Process(process) => {
            let Process { common, created_time, image_ref, binary_ref, name, arguments, custom, .. } = &mut **process;
            rename("created", &mut common.created, created_time, custom);
            rename("binary_ref", binary_ref, image_ref, custom);
            drop_property("name", name, custom);
            if !arguments.is_empty() {
                set_custom(custom, "arguments", &std::mem::take(arguments));
            }
        }
        Object::UserAccount(account) => {
            let UserAccount { password_last_changed, credential_last_changed, custom, .. } = &mut **account;
            rename("password_last_changed", password_last_changed, credential_last_changed, custom);
        }
        Object::WindowsRegistryKey(key) => {
            let WindowsRegistryKey { common, modified_time, custom, .. } = &mut **key;
            rename("modified", &mut common.modified, modified_time, custom);
        }
        Object::X509Certificate(certificate) => certificate.hashes.canonicalize(),
        _ => {}
    }
    keep_hidden(object);
}

fn upgrade_extensions(common: &mut Common) {
    let extensions = &mut common.extensions;
    if let Some(archive) = extensions.get_mut::<ArchiveExt>() {
        drop_property("version", &mut archive.version, &mut archive.custom);
    }
    if let Some(socket) = extensions.get_mut::<SocketExt>() {
        drop_property("protocol_family", &mut socket.protocol_family, &mut socket.custom);
    }
    if let Some(image) = extensions.get_mut::<RasterImageExt>() {
        drop_property("image_compression_algorithm", &mut image.image_compression_algorithm, &mut image.custom);
    }
    if let Some(request) = extensions.get_mut::<HttpRequestExt>() {
        let single = request.request_header.iter().filter(|(_, value)| value.as_json().starts_with('"'));
        let single: Vec<_> = single.map(|(name, value)| (name.into_owned(), format!("[{value}]"))).collect();
        for (name, list) in single {
            request.request_header.insert(&name, &Json::trusted(&list));
        }
    }
}

/// Moves a value to its new name; where that is taken, to a custom property.
fn rename<T: Serialize>(name: &str, old: &mut Option<T>, new: &mut Option<T>, custom: &mut Properties) {
    if new.is_none() {
        *new = old.take();
    } else {
        drop_property(name, old, custom);
    }
}

/// Moves a value to a custom property.
fn drop_property<T: Serialize>(name: &str, old: &mut Option<T>, custom: &mut Properties) {
    if let Some(value) = old.take() {
        set_custom(custom, name, &value);
    }
}

fn set_custom(custom: &mut Properties, name: &str, value: &impl Serialize) {
    // OK because what an object holds always has a JSON form.
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut name = format!("x_{name}");
    while custom.get(&name).is_some() {
        name.push_str("_20");
    }
    custom.insert(&name, &Json::trusted(&text));
}
