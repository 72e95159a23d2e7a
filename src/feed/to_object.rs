//! From entries to STIX objects.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::entry::Entry;
use super::value_type::ValueType;
use crate::object::{
    Common, ExternalReference, Identity, Indicator, Malware, Relationship, ThreatActor, Tlp, Vulnerability,
};
use crate::vocab::{PatternType, RelationshipType};
use crate::{Identifier, Json, Kind, Object, Properties, Timestamp};

/// The namespace of the identifiers of what entries become (UUID version 5): itself the UUID of
/// version 5 for the URL `https://docs.rs/stixkit/row/feed`.
///
/// The name in it is JSON without blanks (RFC 8785), a list of strings: `["source","pattern"]` for
/// an indicator, `["source","CVE-2014-0160"]` for a vulnerability, `["source"]` for an identity,
/// `["name"]` for a malware family or threat actor, and `["indicator--…","indicates","malware--…"]`
/// for a relationship.
///
/// ```
/// use stixkit::feed::NAMESPACE;
/// use uuid::Uuid;
///
/// assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_URL, b"https://docs.rs/stixkit/row/feed"));
/// ```
pub const NAMESPACE: Uuid = Uuid::from_u128(0x39d567b5_78fb_5eb7_b8c8_e9e2585b91ea);

fn identifier(kind: Kind, names: &[&str]) -> Identifier {
    // OK because strings cannot fail to be written.
    let name = serde_json::to_vec(names).unwrap_or_default();
    Identifier::new(kind, Uuid::new_v5(&NAMESPACE, &name))
}

impl Entry {
    /// Returns the STIX object that says what the entry says: an [`Indicator`], or a
    /// [`Vulnerability`] if the value is the number of one, because that is how the standard states
    /// it. [`to_indicator`](Self::to_indicator) returns an indicator for each value, for rows.
    ///
    /// `source` is the name of the feed; an entry with a [`source`](super::EntryContext::source) of
    /// its own has that instead, and refers to it as its [`provider`](Self::provider). The
    /// identifier follows from the source and the pattern, so the same value of the same source is
    /// the same object at every reading.
    ///
    /// | entry | object |
    /// |---|---|
    /// | `value` | `pattern`, and `name` where there is no other |
    /// | `value_type` | the path in `pattern` |
    /// | `name`, `description`, `confidence`, `valid_until` | the same |
    /// | `valid_from` | the same, and `created` where it is not later than `modified`; without it `now`, or a millisecond before `valid_until` where that is over |
    /// | `modified` | the same; without it `now`, so that each reading makes a new version |
    /// | `revoked`, `indicator_types` | the same |
    /// | `tags` | `labels` |
    /// | `source` | `created_by_ref` |
    /// | `tlp` | `object_marking_refs`: the marking of STIX 2.1, for `amber+strict` that of TLP 2.0 |
    /// | `references` | external references: `url`, or `external_id` if it is not a URL |
    /// | `kill_chain` | `kill_chain_phases` |
    /// | `severity` | `severity` of the extension `sentinel-ext` |
    /// | `malware`, `actors` | objects of their own: [`related`](Self::related) |
    /// | `valid_until`, `revoked` in `set_aside` | a property of that name with the text as it is, so that rows are [unclear](crate::row::State::Unclear) |
    /// | `written`, `line`, the others of `set_aside` | lost |
    ///
    /// A vulnerability has neither validity nor what belongs to indicators alone.
    pub fn to_object(&self, source: &str, now: impl Into<DateTime<Utc>>) -> Object {
        let now = now.into();
        match self.to_indicator(source, now).filter(|_| self.value_type != ValueType::Cve) {
            Some(indicator) => indicator.into(),
            None => self.to_vulnerability(source, now).into(),
        }
    }

    /// Returns the indicator of the entry: see [`to_object`](Self::to_object). `None` if the entry
    /// has no pattern, which none of a reader's entries lacks.
    ///
    /// ```
    /// use stixkit::feed::Entry;
    ///
    /// let entry = Entry::detect("hxxp://login[.]example[.]org/")?;
    /// let now: stixkit::Timestamp = "2024-05-01T00:00:00Z".parse()?;
    /// let indicator = entry.to_indicator("example", now).unwrap();
    /// assert_eq!(indicator.pattern, "[url:value = 'http://login.example.org/']");
    /// assert_eq!(indicator.common.id.to_string(), "indicator--ed23e35e-b0a2-5664-9b25-b35a391fe5f0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_indicator(&self, source: &str, now: impl Into<DateTime<Utc>>) -> Option<Indicator> {
        let pattern = self.pattern.as_deref()?;
        let (modified, valid_from) = self.times(now.into());
        let mut indicator = Indicator::new(modified.clone(), pattern, PatternType::Stix, valid_from.clone());
        let id = identifier(Kind::Indicator, &[self.context.source.as_deref().unwrap_or(source), pattern]);
        self.fill(&mut indicator.common, id, source, modified.min(valid_from));
        indicator.name = Some(self.context.name.clone().unwrap_or_else(|| self.value.clone()));
        indicator.description.clone_from(&self.context.description);
        indicator.valid_until.clone_from(&self.valid_until);
        indicator.common.revoked = self.revoked;
        indicator.indicator_types = self.context.indicator_types.iter().map(|own| own.as_str().into()).collect();
        indicator.kill_chain_phases.clone_from(&self.context.kill_chain);
        if let Some(severity) = self.context.severity {
            insert(indicator.common.extensions.other_mut(), "sentinel-ext", &json!({ "severity": severity }));
        }
        for aside in self.set_aside.iter().filter(|aside| matches!(aside.field, "valid_until" | "revoked")) {
            insert(&mut indicator.custom, aside.field, &json!(aside.text));
        }
        Some(indicator)
    }

    fn to_vulnerability(&self, source: &str, now: DateTime<Utc>) -> Vulnerability {
        let (modified, valid_from) = self.times(now);
        let mut weakness = Vulnerability::new(modified.clone(), self.value.as_str());
        let id = identifier(Kind::Vulnerability, &[self.context.source.as_deref().unwrap_or(source), &self.value]);
        let mut number = reference("cve");
        number.external_id = Some(self.value.clone());
        weakness.common.external_references.push(number);
        self.fill(&mut weakness.common, id, source, modified.min(valid_from));
        weakness.description.clone_from(&self.context.description);
        weakness.common.revoked = self.revoked;
        weakness
    }

    /// The malware families and threat actors that the value indicates, with the relationships to
    /// its indicator. They have the same identifiers at every reading.
    ///
    /// A [`Mapper`](crate::row::Mapper) that has learnt them puts their names into the rows. It
    /// keeps about a hundred bytes for each relationship.
    ///
    /// ```
    /// use stixkit::feed::{FeedItem, FeedReader, FieldMap, Fields, Format};
    /// use stixkit::row::Mapper;
    ///
    /// let map = FieldMap::new(Format::JsonLines)
    ///     .with_fields(Fields::default().with_value("ioc").with_malware("family"));
    /// let feed = br#"{"ioc": "198.51.100.7", "family": "ExampleBot"}"#;
    /// let Some(Ok(FeedItem::Entry(entry))) = FeedReader::new(map, &feed[..])?.next() else { panic!() };
    /// let now: stixkit::Timestamp = "2024-05-20T00:00:00Z".parse()?;
    /// let mut mapper = Mapper::new(&now);
    /// entry.related("feed", &now).iter().for_each(|object| mapper.learn(object));
    /// let indicator = entry.to_indicator("feed", &now).unwrap();
    /// assert_eq!(mapper.map(&indicator).rows[0].context.malware, ["ExampleBot"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn related(&self, source: &str, now: impl Into<DateTime<Utc>>) -> Vec<Object> {
        let Some(pattern) = self.pattern.as_deref() else { return Vec::new() };
        let source = self.context.source.as_deref().unwrap_or(source);
        let indicator = identifier(Kind::Indicator, &[source, pattern]);
        let now = Timestamp::from(now.into());
        let link = |target: &Identifier| {
            let (from, to) = (indicator.to_string(), target.to_string());
            let mut link =
                Relationship::new(now.clone(), RelationshipType::Indicates, indicator.clone(), target.clone());
            link.common.id = identifier(Kind::Relationship, &[&from, "indicates", &to]);
            Object::from(link)
        };
        let mut objects = Vec::new();
        for name in &self.context.malware {
            let mut malware = Malware::new(now.clone(), name.as_str(), true);
            malware.common.id = identifier(Kind::Malware, &[name]);
            objects.extend([link(&malware.common.id), malware.into()]);
        }
        for name in &self.context.actors {
            let mut actor = ThreatActor::new(now.clone(), name.as_str());
            actor.common.id = identifier(Kind::ThreatActor, &[name]);
            objects.extend([link(&actor.common.id), actor.into()]);
        }
        objects
    }

    /// The identity that the entry's own source is. It has the same identifier at every reading.
    ///
    /// A [`Mapper`](crate::row::Mapper) that has learnt it puts its name into the rows.
    pub fn provider(&self, now: impl Into<DateTime<Utc>>) -> Option<Identity> {
        let name = self.context.source.as_deref()?;
        let mut identity = Identity::new(Timestamp::from(now.into()), name);
        identity.common.id = identifier(Kind::Identity, &[name]);
        Some(identity)
    }

    /// `modified` and `valid_from`.
    fn times(&self, now: DateTime<Utc>) -> (Timestamp, Timestamp) {
        let now = Timestamp::from(now);
        let valid_from = match (&self.valid_from, &self.valid_until) {
            (Some(from), _) => from.clone(),
            (None, Some(until)) if *until <= now => {
                let before = until.instant().checked_sub_signed(TimeDelta::milliseconds(1));
                before.map_or_else(|| until.clone(), Timestamp::exact)
            }
            (None, _) => now.clone(),
        };
        (self.modified.clone().unwrap_or(now), valid_from)
    }

    fn fill(&self, common: &mut Common, id: Identifier, source: &str, created: Timestamp) {
        common.id = id;
        common.created = Some(created);
        common.created_by_ref = self.context.source.as_deref().map(|name| identifier(Kind::Identity, &[name]));
        common.labels.clone_from(&self.context.tags);
        common.confidence = self.context.confidence;
        common.object_marking_refs.extend(self.context.tlp.map(Tlp::marking_id));
        for place in &self.context.references {
            let name = Some(self.context.source.as_deref().unwrap_or(source)).filter(|name| !name.is_empty());
            let mut reference = reference(name.unwrap_or("feed"));
            let is_url = place.contains("://");
            *(if is_url { &mut reference.url } else { &mut reference.external_id }) = Some(place.clone());
            common.external_references.push(reference);
        }
    }
}

/// Sets a property to a JSON value.
fn insert(properties: &mut Properties, name: &str, value: &serde_json::Value) {
    // OK because the text of a JSON value is JSON.
    if let Ok(value) = Json::new(&value.to_string()) {
        properties.insert(name, &value);
    }
}

fn reference(source_name: &str) -> ExternalReference {
    ExternalReference {
        source_name: source_name.to_owned(),
        description: None,
        url: None,
        hashes: Default::default(),
        external_id: None,
        custom: Default::default(),
    }
}
