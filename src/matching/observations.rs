//! Observations: what observed data says was seen, and when.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::instant::{Interval, nanos};
use super::observation::{Observable, Observation};
use super::skipped::{SkipReason, Skipped};
use crate::object::{Object, ObservedData, PropertyMap, PropertyValue};
use crate::{Json, Timestamp};

/// The observations that patterns are matched against, grouped once for any number of patterns.
///
/// An observation is one of the [`number_observed`](ObservedData::number_observed) occurrences that one
/// observed-data object reports, at some instant from `first_observed` to `last_observed`. Its objects are those in
/// `objects`, or those that `object_refs` lists and that are among the objects given. An object that no
/// observed-data object lists was not observed.
///
/// ```
/// use stixkit::Bundle;
/// use stixkit::matching::Observations;
///
/// let bundle = Bundle::from_slice(br#"{"type": "bundle", "id": "bundle--1", "objects": [
///     {"type": "mutex", "spec_version": "2.1", "id": "mutex--1", "name": "a"},
///     {"type": "observed-data", "spec_version": "2.1", "id": "observed-data--1",
///      "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z",
///      "first_observed": "2024-05-01T09:00:00Z", "last_observed": "2024-05-01T09:30:00Z",
///      "number_observed": 3, "object_refs": ["mutex--1"]}
/// ]}"#)?;
/// let observations = Observations::new(bundle.objects());
/// assert_eq!((observations.len(), observations.skipped().len()), (1, 0));
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Observations<'o> {
    observations: Vec<Observation<'o>>,
    observables: Vec<Observable<'o>>,
    skipped: Vec<Skipped>,
}

impl<'o> Observations<'o> {
    /// Groups the observables among some objects by the observed data that lists them. Objects of other types are
    /// ignored.
    ///
    /// If an identifier occurs more than once, the newest version counts, or the last one if there is no newest.
    pub fn new(objects: impl IntoIterator<Item = &'o Object>) -> Self {
        let mut input = Input::default();
        for object in objects {
            match object {
                Object::ObservedData(observed) => input.observed(Source::Typed(object, observed)),
                object => {
                    let PropertyValue::Map(map) = object.view() else { continue };
                    let observable = Observable::new(Cow::Owned(object.id().to_string()), map, Some(object));
                    input.observable(observable);
                }
            }
        }
        input.finish()
    }

    /// Takes the objects in JSON: an object, a bundle, or a list of both.
    ///
    /// Here observed data does not need to have the properties that the object model requires: an identifier and
    /// times of its own are optional, and so is the type if there are `number_observed` and `objects`.
    ///
    /// ```
    /// use stixkit::Json;
    /// use stixkit::matching::Observations;
    ///
    /// let json = Json::new(r#"{"type": "observed-data", "number_observed": 1,
    ///     "first_observed": "2024-05-01T09:00:00Z", "last_observed": "2024-05-01T09:30:00Z",
    ///     "objects": {"0": {"type": "mutex", "name": "a"}}}"#)?;
    /// assert_eq!(Observations::from_json(&json).len(), 1);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn from_json(json: &'o Json<'_>) -> Self {
        let mut input = Input::default();
        let mut open = vec![json.view()];
        while let Some(value) = open.pop() {
            match value {
                PropertyValue::List(list) => {
                    let first = open.len();
                    open.extend(list.iter());
                    open[first..].reverse();
                }
                PropertyValue::Map(map) => match (text(&map, "type").as_deref(), text(&map, "id")) {
                    (Some("bundle"), _) => open.extend(map.get("objects")),
                    (Some("observed-data"), _) => input.observed(Source::Json(map)),
                    _ if is_observed(&map) => input.observed(Source::Json(map)),
                    (_, Some(id)) => input.observable(Observable::new(id, map, None)),
                    _ => {}
                },
                _ => {}
            }
        }
        input.finish()
    }

    /// Returns the number of observed-data objects. Each may stand for more than one observation.
    pub fn len(&self) -> usize {
        self.observations.len()
    }

    /// Whether nothing was observed.
    pub fn is_empty(&self) -> bool {
        self.observations.is_empty()
    }

    /// Returns the observed data that was left out, with the reasons.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    pub(super) fn list(&self) -> &[Observation<'o>] {
        &self.observations
    }

    pub(super) fn observables(&self) -> &[Observable<'o>] {
        &self.observables
    }
}

/// Observed data, however it was given.
#[derive(Clone, Copy)]
enum Source<'o> {
    Typed(&'o Object, &'o ObservedData),
    Json(PropertyMap<'o>),
}

impl<'o> Source<'o> {
    fn property(self, name: &str) -> Option<PropertyValue<'o>> {
        match self {
            Self::Typed(object, _) => object.property(name),
            Self::Json(map) => map.get(name),
        }
    }

    fn id(self) -> Option<Cow<'o, str>> {
        self.property("id").and_then(into_text)
    }

    fn object(self) -> Option<&'o Object> {
        match self {
            Self::Typed(object, _) => Some(object),
            Self::Json(_) => None,
        }
    }

    /// The objects of its dictionary.
    fn objects(self) -> Vec<Observable<'o>> {
        match self {
            Self::Typed(_, observed) => {
                let views = observed.objects.views();
                views.filter_map(|(name, object, value)| Some(Observable::new(name, as_map(value)?, object))).collect()
            }
            Self::Json(map) => {
                let Some(PropertyValue::Map(objects)) = map.get("objects") else { return Vec::new() };
                objects.iter().filter_map(|(name, value)| Some(Observable::new(name, as_map(value)?, None))).collect()
            }
        }
    }

    fn times(self) -> Result<Interval, SkipReason> {
        let (Some(first), Some(last)) =
            (instant(self.property("first_observed")), instant(self.property("last_observed")))
        else {
            return Err(SkipReason::Times);
        };
        if first > last { Err(SkipReason::Reversed) } else { Ok(Interval::closed(first, last)) }
    }

    fn count(self) -> Result<u64, SkipReason> {
        let count = match self.property("number_observed") {
            Some(PropertyValue::Integer(count)) => u64::try_from(count).ok(),
            // OK because the cast saturates, and no search can tell such numbers apart.
            Some(PropertyValue::Float(count)) if count.fract() == 0.0 && count >= 1.0 => Some(count as u64),
            Some(PropertyValue::Number(text)) if !text.starts_with('-') => Some(u64::MAX),
            _ => None,
        };
        count.filter(|count| *count > 0).ok_or(SkipReason::Count)
    }
}

/// Whether an object of another type says what was observed how often.
fn is_observed(map: &PropertyMap<'_>) -> bool {
    map.get("number_observed").is_some() && matches!(map.get("objects"), Some(PropertyValue::Map(_)))
}

fn as_map(value: PropertyValue<'_>) -> Option<PropertyMap<'_>> {
    match value {
        PropertyValue::Map(map) => Some(map),
        _ => None,
    }
}

fn into_text(value: PropertyValue<'_>) -> Option<Cow<'_, str>> {
    match value {
        PropertyValue::Text(text) => Some(text),
        PropertyValue::Id(id) => Some(Cow::Owned(id.to_string())),
        _ => None,
    }
}

fn text<'o>(map: &PropertyMap<'o>, name: &str) -> Option<Cow<'o, str>> {
    map.get(name).and_then(into_text)
}

/// The instant of a timestamp of any form.
fn instant(value: Option<PropertyValue<'_>>) -> Option<i128> {
    match value? {
        PropertyValue::Time(time) => Some(nanos(time.instant())),
        PropertyValue::Text(text) => Timestamp::parse(&text).ok().map(|time| nanos(time.instant())),
        _ => None,
    }
}

/// What was given, each identifier once.
#[derive(Default)]
struct Input<'o> {
    observed: Vec<Source<'o>>,
    observed_by_id: HashMap<Cow<'o, str>, usize>,
    observables: Vec<Observable<'o>>,
    observables_by_id: HashMap<Cow<'o, str>, u32>,
}

impl<'o> Input<'o> {
    fn observed(&mut self, source: Source<'o>) {
        let Some(id) = source.id() else {
            self.observed.push(source);
            return;
        };
        match self.observed_by_id.entry(id) {
            Entry::Occupied(known) => {
                let known = &mut self.observed[*known.get()];
                if instant(source.property("modified")) >= instant(known.property("modified")) {
                    *known = source;
                }
            }
            Entry::Vacant(new) => {
                new.insert(self.observed.len());
                self.observed.push(source);
            }
        }
    }

    fn observable(&mut self, observable: Observable<'o>) {
        match self.observables_by_id.entry(observable.name.clone()) {
            Entry::Occupied(known) => {
                let known = &mut self.observables[*known.get() as usize];
                if instant(observable.property("modified")) >= instant(known.property("modified")) {
                    *known = observable;
                }
            }
            Entry::Vacant(new) => {
                // OK because so many objects do not fit into memory.
                new.insert(self.observables.len() as u32);
                self.observables.push(observable);
            }
        }
    }

    fn finish(self) -> Observations<'o> {
        let Self { observed, observables, observables_by_id, .. } = self;
        let mut new = Observations { observations: Vec::new(), observables, skipped: Vec::new() };
        for source in observed {
            let (times, count) = match (source.times(), source.count()) {
                (Ok(times), Ok(count)) => (times, count),
                (Err(reason), _) | (_, Err(reason)) => {
                    new.skipped.push(Skipped { id: source.id().map(Cow::into_owned), reason });
                    continue;
                }
            };
            let mut members = Vec::new();
            let mut names = Vec::new();
            for observable in source.objects() {
                let place = new.observables.len() as u32;
                names.push((observable.name.clone(), place));
                // Observed data of STIX 2.1 may refer to an object by either.
                if let Some(id) = observable.property("id").and_then(into_text).filter(|id| *id != observable.name) {
                    names.push((id, place));
                }
                members.push(place);
                new.observables.push(observable);
            }
            if let Some(PropertyValue::List(references)) = source.property("object_refs") {
                for id in references.iter().filter_map(into_text) {
                    if let Some(place) = observables_by_id.get(&id) {
                        members.push(*place);
                        names.push((id, *place));
                    }
                }
            }
            new.observations.push(Observation::new(source.id(), source.object(), times, count, members, names));
        }
        new
    }
}
