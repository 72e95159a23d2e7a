//! A whole feed in memory.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::index::Index;
use super::item::{Item, Rejected};
use super::reader::Reader;
use super::source::Source;
use crate::error::{Error, ErrorKind};
use crate::finding::{Finding, FindingKind};
use crate::json::properties::quoted;
use crate::object::downgrade::{self, Surroundings};
use crate::object::identify::identify_all;
use crate::object::levels::Levels;
use crate::object::upgrade::{self, Merger};
use crate::object::{Category, Change, Kind, Object};
use crate::{Identifier, Json, Properties};

/// The objects of a bundle (STIX 2.1 section 8), of a TAXII envelope or of any other input that
/// [`Reader`] takes, with what could not be read beside them.
///
/// References that lead nowhere, repeated objects and several versions of one object are normal in
/// feeds and no errors. [`get`](Self::get) returns the newest version of an object,
/// [`versions`](Self::versions) all.
///
/// ```
/// use stixkit::{Bundle, Identifier};
/// use stixkit::object::Identity;
///
/// let feed = br#"{
///     "type": "bundle",
///     "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11",
///     "objects": [
///         {"type": "identity", "id": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e", "name": "Old",
///          "modified": "2023-01-01T00:00:00Z"},
///         {"type": "identity", "id": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e", "name": "New",
///          "modified": "2024-01-01T00:00:00Z"},
///         {"type": "identity", "name": "No id"}
///     ]
/// }"#;
/// let bundle = Bundle::from_slice(feed)?;
/// assert_eq!((bundle.objects().len(), bundle.rejected().len()), (2, 1));
/// let id = Identifier::from("identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e");
/// let names: Vec<_> = bundle.of_type::<Identity>().map(|identity| identity.name.as_str()).collect();
/// assert_eq!(names, ["Old", "New"]);
/// assert_eq!(bundle.get(&id), Some(&bundle.objects()[1]));
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Bundle {
    members: Properties,
    objects: Vec<Object>,
    rejected: Vec<Rejected>,
    findings: Vec<Finding>,
    /// Made when it is first asked for.
    index: OnceLock<Index>,
}

/// A bundle of STIX 2.0 that was one of 2.1: what [`Bundle::downgrade`] returns.
#[derive(Debug)]
#[non_exhaustive]
pub struct Downgrade {
    /// The bundle.
    pub bundle: Bundle,
    /// The objects that have no place in it, and why.
    pub refused: Vec<(Object, Error)>,
    /// What was done to the objects of the bundle.
    pub changes: Vec<Change>,
}

impl Bundle {
    /// A bundle of these objects, with a random identifier.
    ///
    /// ```
    /// use stixkit::object::{Malware, Relationship, ThreatActor};
    /// use stixkit::vocab::RelationshipType;
    /// use stixkit::{Bundle, Object, Timestamp};
    ///
    /// let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
    /// let mut malware = Malware::new(now.clone(), "Poison", true);
    /// malware.aliases = vec!["Ivy".into()];
    /// let actor = ThreatActor::new(now.clone(), "Gardeners");
    /// let link = Relationship::new(now, RelationshipType::Uses, actor.common.id.clone(), malware.common.id.clone());
    /// let bundle = Bundle::new([Object::from(actor), malware.into(), link.into()]);
    /// let json = serde_json::to_string(&bundle)?;
    /// assert_eq!(Bundle::from_slice(json.as_bytes())?.objects(), bundle.objects());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(objects: impl IntoIterator<Item = Object>) -> Self {
        let mut members = Properties::new();
        members.insert("id", Json::trusted(&quoted(&Identifier::random(Kind::Bundle).to_string())));
        Self { members, objects: objects.into_iter().collect(), ..Self::default() }
    }

    /// Reads a whole input in memory.
    ///
    /// # Errors
    ///
    /// When the input passes a limit on its size. Objects that cannot be read are not an error:
    /// they are [`rejected`](Self::rejected).
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(Reader::from_slice(bytes))
    }

    /// Reads a whole stream.
    ///
    /// # Errors
    ///
    /// When the stream fails, or the input passes a limit on its size.
    pub fn from_reader(reader: impl Read) -> Result<Self, Error> {
        Self::read(Reader::from_reader(reader))
    }

    /// Reads a whole file: see [`Reader::open`].
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be opened or read, or if it passes a limit on its size.
    ///
    /// ```no_run
    /// let bundle = stixkit::Bundle::open("feed.json")?;
    /// println!("{} objects, {} rejected", bundle.objects().len(), bundle.rejected().len());
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::read(Reader::open(path)?)
    }

    /// Returns the bundle if everything in the input was read, for programs that take all or
    /// nothing.
    ///
    /// # Errors
    ///
    /// Returns the error of the first rejected item, with its place, or an error of kind
    /// [`ErrorKind::UnexpectedEnd`] if the input was cut off.
    ///
    /// ```
    /// use stixkit::Bundle;
    ///
    /// let bundle: Bundle = r#"[{"type": "url", "id": "url--1", "value": "a"}, {"type": "url"}]"#.parse()?;
    /// assert_eq!((bundle.objects().len(), bundle.rejected().len()), (1, 1));
    /// let error = bundle.complete().unwrap_err();
    /// assert_eq!(error.path(), "$[1]");
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn complete(self) -> Result<Self, Error> {
        if let Some(rejected) = self.rejected.first() {
            return Err(rejected.error.clone());
        }
        match self.findings.iter().find(|finding| finding.kind == FindingKind::Unfinished) {
            Some(finding) => {
                let error = Error::new(ErrorKind::UnexpectedEnd).with_detail(&*finding.detail);
                Err(error.at(&*finding.path, finding.position.unwrap_or_default()))
            }
            None => Ok(self),
        }
    }

    /// Reads all that a reader returns.
    ///
    /// # Errors
    ///
    /// The reader's own: its stream fails, or the input passes a limit.
    pub fn read<S: Source>(mut reader: Reader<S>) -> Result<Self, Error> {
        let mut bundle = Self::default();
        for item in reader.by_ref() {
            bundle.add_item(item?);
        }
        bundle.finish(reader.container().clone(), reader.findings());
        Ok(bundle)
    }

    /// Adds what a reader returns.
    pub(super) fn add_item(&mut self, item: Item) {
        match item {
            Item::Object(accepted) => {
                self.objects.push(accepted.object);
                self.findings.extend(accepted.findings);
            }
            Item::Rejected(rejected) => self.rejected.push(rejected),
        }
    }

    /// Adds what a reader knows when it has returned everything.
    pub(super) fn finish(&mut self, members: Properties, findings: &[Finding]) {
        self.findings.extend_from_slice(findings);
        self.members = members;
    }

    /// The bundle's own identifier. STIX gives it no meaning; a TAXII envelope and a plain list
    /// have none.
    pub fn id(&self) -> Option<Identifier> {
        Some(Identifier::from(self.members.get("id")?.as_str()?.as_ref()))
    }

    /// The members of the bundle or envelope other than `objects`, of the last one where there were
    /// several.
    pub fn members(&self) -> &Properties {
        &self.members
    }

    /// The objects in the order of the input.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The objects, to change them. The next [`get`](Self::get) makes its index again.
    pub fn objects_mut(&mut self) -> &mut [Object] {
        self.index = OnceLock::new();
        &mut self.objects
    }

    /// The objects, to be kept without the rest.
    pub fn into_objects(self) -> Vec<Object> {
        self.objects
    }

    /// The items that could not be read.
    pub fn rejected(&self) -> &[Rejected] {
        &self.rejected
    }

    /// What was odd about the input: set-aside properties, repeated keys, stray commas.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Turns objects of STIX 2.0 into objects of 2.1: see [`Object::upgrade`]. A bundle of 2.1 has
    /// no `spec_version`.
    ///
    /// Observables that several observed-data objects contain alike become one. If their markings
    /// differ, the strictest level of the Traffic Light Protocol counts for all of them, and the
    /// other markings add up. What level a marking is follows from its identifier or from its
    /// definition in the bundle.
    #[must_use]
    pub fn upgrade(self) -> Self {
        self.upgrade_with_changes().0
    }

    /// Turns objects of STIX 2.0 into objects of 2.1, as [`upgrade`](Self::upgrade) does, and
    /// reports what that did beyond giving properties new names and places.
    #[must_use]
    pub fn upgrade_with_changes(mut self) -> (Self, Vec<Change>) {
        let levels = Levels::learn(&self.objects);
        let mut merger = Merger::new(&levels);
        let mut changes = Vec::new();
        for object in self.objects {
            let upgraded = upgrade::convert(object, &levels);
            let mut objects = upgraded.objects;
            let last = objects.pop();
            objects.into_iter().for_each(|observable| _ = merger.merge(observable));
            last.into_iter().for_each(|object| merger.push(object));
            changes.extend(upgraded.changes);
        }
        let objects = merger.finish();
        self.members.remove("spec_version");
        (Self { objects, index: OnceLock::new(), ..self }, changes)
    }

    /// Turns objects of STIX 2.1 into objects of 2.0, for partners on TAXII 2.0: see
    /// [`Object::downgrade`] for the rules. The observables that observed data refers to become
    /// parts of it. Objects that have no place in STIX 2.0 are in [`Downgrade::refused`], with the
    /// reason; among them are observables that no observed data refers to.
    ///
    /// An observable that several observed-data objects refer to is copied into each. The copies
    /// take at most 16 times the text of all observables, and 16 MiB; observed data that would need
    /// more is refused.
    ///
    /// ```
    /// use stixkit::{Bundle, Timestamp};
    /// use stixkit::object::{Ipv4Addr, ObservedData, Url};
    ///
    /// let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
    /// let address = Ipv4Addr::new("198.51.100.3");
    /// let observed = ObservedData::new(now.clone(), now.clone(), now, 1, [address.common.id.clone()]);
    /// let lonely = Url::new("https://example.org/");
    /// let downgrade = Bundle::new([address.into(), observed.into(), lonely.into()]).downgrade();
    /// assert_eq!(downgrade.bundle.of_type::<ObservedData>().next().unwrap().objects.len(), 1);
    /// assert_eq!(downgrade.bundle.members().parse::<String>("spec_version").transpose()?, Some("2.0".to_owned()));
    /// let [(object, reason)] = &downgrade.refused[..] else { panic!("there is one") };
    /// assert_eq!(object.type_name(), "url");
    /// assert!(reason.to_string().contains("no place in STIX 2.0"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn downgrade(mut self) -> Downgrade {
        let levels = Levels::learn(&self.objects);
        let written = |object: &Object| serde_json::to_string(object).map_or(0, |text| text.len());
        let is_observable = |object: &&Object| object.kind().is_none_or(|kind| kind.category() == Category::Observable);
        let observables: usize = self.objects.iter().filter(is_observable).map(written).sum();
        let mut budget = observables.saturating_mul(16).saturating_add(1 << 24);
        let find = |id: &Identifier| self.get(id);
        let mut around = Surroundings { find: &find, levels: &levels, budget: &mut budget };
        let results: Vec<_> = self.objects.iter().map(|object| downgrade::convert(object, &mut around)).collect();
        let parts: HashSet<Identifier> =
            results.iter().flatten().flat_map(|downgraded| downgraded.observables.iter().cloned()).collect();
        let is_part = |object: &Object| parts.contains(object.id()) && self.get(object.id()) == Some(object);
        let is_part: Vec<bool> = self.objects.iter().map(is_part).collect();
        let (mut objects, mut refused, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for ((object, result), is_part) in std::mem::take(&mut self.objects).into_iter().zip(results).zip(is_part) {
            match result {
                _ if is_part => {}
                Ok(downgraded) => {
                    objects.push(downgraded.object);
                    changes.extend(downgraded.changes);
                }
                Err(error) => refused.push((object, error)),
            }
        }
        self.members.insert("spec_version", Json::trusted("\"2.0\""));
        Downgrade { bundle: Self { objects, index: OnceLock::new(), ..self }, refused, changes }
    }

    /// Gives observables the identifiers that follow from their properties, and changes the
    /// references of all objects to them. Returns the number of identifiers that changed. Time is
    /// linear in the objects and their references.
    ///
    /// Call it before objects are written or sent whose properties were set one by one. It changes
    /// what [`Object::check`] finds as [`StaleId`](crate::FindingKind::StaleId) and
    /// [`RandomId`](crate::FindingKind::RandomId), except that observables which share an
    /// identifier, or determine each other in a circle, keep theirs. References in custom
    /// properties stay as they are.
    ///
    /// ```
    /// use stixkit::object::{Ipv4Addr, NetworkTraffic};
    /// use stixkit::{Bundle, Object};
    ///
    /// let mut address = Ipv4Addr::new("198.51.100.3");
    /// let traffic = NetworkTraffic::new(["tcp".to_owned()])
    ///     .with(|traffic| traffic.src_ref = Some(address.common.id.clone()));
    /// address.value = "198.51.100.4".into();
    ///
    /// let mut bundle = Bundle::new([Object::from(address), traffic.into()]);
    /// assert_eq!(bundle.identify(), 2);
    /// let [Object::Ipv4Addr(address), Object::NetworkTraffic(traffic)] = bundle.objects() else { panic!() };
    /// assert_eq!(traffic.src_ref.as_ref(), Some(&address.common.id));
    /// assert!(bundle.objects().iter().all(|object| object.check().is_empty()));
    /// ```
    pub fn identify(&mut self) -> usize {
        self.index = OnceLock::new();
        identify_all(&mut self.objects)
    }

    /// Adds an object at the end. It may alternate with [`get`](Self::get): both take constant time
    /// on average.
    pub fn push(&mut self, object: impl Into<Object>) {
        self.objects.push(object.into());
        if let Some(index) = self.index.get_mut() {
            index.add(&self.objects, self.objects.len() - 1);
        }
    }

    /// The objects of one type, in the order of the input.
    pub fn of_type<'a, T: 'a>(&'a self) -> impl Iterator<Item = &'a T>
    where
        &'a T: TryFrom<&'a Object>,
    {
        self.objects.iter().filter_map(|object| object.try_into().ok())
    }

    /// The newest version of an object; of equal versions the last one in the input.
    ///
    /// The first call makes an index of all objects, which takes 50 to 100 bytes of memory for
    /// each. Later calls look up the identifier in it.
    pub fn get(&self, id: &Identifier) -> Option<&Object> {
        self.objects.get(self.index().newest(id)?)
    }

    /// The newest version of an object, if it is of a type.
    ///
    /// ```
    /// use stixkit::object::{Malware, Tool};
    /// use stixkit::{Bundle, Timestamp};
    ///
    /// let malware = Malware::new(Timestamp::now(), "Poison Ivy", true);
    /// let id = malware.common.id.clone();
    /// let bundle = Bundle::new([malware.into()]);
    /// assert_eq!(bundle.get_as::<Malware>(&id).map(|malware| malware.is_family), Some(Some(true)));
    /// assert!(bundle.get_as::<Tool>(&id).is_none());
    /// ```
    pub fn get_as<'b, T>(&'b self, id: &Identifier) -> Option<&'b T>
    where
        &'b T: TryFrom<&'b Object>,
    {
        self.get(id)?.downcast_ref()
    }

    /// All versions of an object, from the oldest to the newest. Versions are told apart by
    /// `modified`, as instants.
    pub fn versions<'a>(&'a self, id: &Identifier) -> impl DoubleEndedIterator<Item = &'a Object> + use<'a> {
        self.index().all(id).filter_map(|place| self.objects.get(place))
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.objects))
    }
}

impl Clone for Bundle {
    /// Clones everything but the index of [`get`](Bundle::get), which is made again when it is
    /// needed.
    fn clone(&self) -> Self {
        Self {
            members: self.members.clone(),
            objects: self.objects.clone(),
            rejected: self.rejected.clone(),
            findings: self.findings.clone(),
            index: OnceLock::new(),
        }
    }
}

impl Serialize for Bundle {
    /// Writes a bundle: `type`, the other members, `objects`. Rejected items are not written: not
    /// all of them are JSON.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "bundle")?;
        self.members.write(&mut map, |name| matches!(name, "type" | "objects"))?;
        map.serialize_entry("objects", &self.objects)?;
        map.end()
    }
}
