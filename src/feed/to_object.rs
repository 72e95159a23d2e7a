//! From entries to STIX objects.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::entry::Entry;
use crate::object::{Common, ExternalReference, Identity, Indicator, Tlp, Vulnerability};
use crate::vocab::PatternType;
use crate::{Identifier, Kind, Object, Timestamp};

/// The namespace of the identifiers of what entries become (UUID version 5): itself the UUID of
/// version 5 for the URL `https://docs.rs/stixkit/row/feed`.
///
/// The name in it is JSON without blanks (RFC 8785), a list of strings: `["source","pattern"]` for
/// an indicator, `["source","CVE-2014-0160"]` for a vulnerability, `["source"]` for an identity.
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
    /// The STIX object that says what the entry says: an [`Indicator`], or a [`Vulnerability`]
    /// where the value is the number of one, which no observable has and so no pattern can look
    /// for.
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
    /// | `tags` | `labels` |
    /// | `source` | `created_by_ref` |
    /// | `tlp` | `object_marking_refs`: the marking of STIX 2.1, for `amber+strict` that of TLP 2.0 |
    /// | `reference` | an external reference: `url`, or `external_id` where it is none |
    /// | `written`, `line` | lost |
    ///
    /// It says nothing of `indicator_types` and `kill_chain_phases`: no feed of bare values does.
    pub fn to_object(&self, source: &str, now: DateTime<Utc>) -> Object {
        match self.to_indicator(source, now) {
            Some(indicator) => indicator.into(),
            None => self.to_vulnerability(source, now).into(),
        }
    }

    /// The indicator; `None` where the value is the number of a weakness: see
    /// [`to_object`](Self::to_object).
    ///
    /// ```
    /// use stixkit::feed::Entry;
    ///
    /// let entry = Entry::detect("hxxp://login[.]example[.]org/")?;
    /// let now = "2024-05-01T00:00:00Z".parse()?;
    /// let indicator = entry.to_indicator("example", now).unwrap();
    /// assert_eq!(indicator.pattern, "[url:value = 'http://login.example.org/']");
    /// assert_eq!(indicator.common.id.to_string(), "indicator--ed23e35e-b0a2-5664-9b25-b35a391fe5f0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_indicator(&self, source: &str, now: DateTime<Utc>) -> Option<Indicator> {
        let pattern = self.pattern.as_deref()?;
        let (modified, valid_from) = self.times(now);
        let mut indicator = Indicator::new(modified.clone(), pattern, PatternType::Stix, valid_from.clone());
        let id = identifier(Kind::Indicator, &[self.context.source.as_deref().unwrap_or(source), pattern]);
        self.fill(&mut indicator.common, id, source, modified.min(valid_from));
        indicator.name = Some(self.context.name.clone().unwrap_or_else(|| self.value.clone()));
        indicator.description.clone_from(&self.context.description);
        indicator.valid_until.clone_from(&self.valid_until);
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
        weakness
    }

    /// The identity that the entry's own source is. It has the same identifier at every reading.
    ///
    /// A [`Mapper`](crate::row::Mapper) that has learnt it puts its name into the rows.
    pub fn provider(&self, now: DateTime<Utc>) -> Option<Identity> {
        let name = self.context.source.as_deref()?;
        let mut identity = Identity::new(Timestamp::from(now), name);
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
        common.object_marking_refs.extend(self.context.tlp.map(marking));
        if let Some(place) = &self.context.reference {
            let name = Some(self.context.source.as_deref().unwrap_or(source)).filter(|name| !name.is_empty());
            let mut reference = reference(name.unwrap_or("feed"));
            let is_url = place.contains("://");
            *(if is_url { &mut reference.url } else { &mut reference.external_id }) = Some(place.clone());
            common.external_references.push(reference);
        }
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

/// The marking of a level: one of those that the standard itself defines, and so one that everybody
/// knows. It has none for the level that came with version 2 of the protocol.
fn marking(level: Tlp) -> Identifier {
    let uuid = match level {
        Tlp::Clear => 0x613f2e26_407d_48c7_9eca_b8e91df99dc9,
        Tlp::Green => 0x34098fce_860f_48ae_8e50_ebd3cc5e41da,
        Tlp::Amber => 0xf88d31f6_486f_44da_b317_01333bde0b82,
        Tlp::AmberStrict => 0x939a9414_2ddd_4d32_a0cd_375ea402b003,
        Tlp::Red => 0x5e57c739_391a_4eb3_b6be_7d15ca92d5ed,
    };
    Identifier::new(Kind::MarkingDefinition, Uuid::from_u128(uuid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markings_are_those_that_are_known() {
        for level in [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red] {
            assert_eq!(Tlp::from_marking_id(&marking(level)), Some(level));
        }
    }
}
