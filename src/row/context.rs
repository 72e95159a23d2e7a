//! What an indicator says about its values.

use std::borrow::Cow;

use crate::Identifier;
use crate::object::{ExternalReference, KillChainPhase};
use crate::vocab::IndicatorType;

/// What an indicator says about its values; the same in all rows of the indicator.
///
/// It is a field of [`Row`](super::Row), which has an example.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The indicator's name.
    pub name: Option<Cow<'a, str>>,
    /// The indicator's description.
    pub description: Option<Cow<'a, str>>,
    /// How confident the producer is, 0 to 100. `None` is not 0. Numbers above 100 mean nothing in
    /// STIX and are `None` here.
    pub confidence: Option<u8>,
    /// How severe the indicator is, 0 to 5, by the property `severity` of Microsoft's extension
    /// `sentinel-ext`.
    pub severity: Option<u8>,
    /// The indicator's labels.
    pub labels: Cow<'a, [String]>,
    /// The indicator types. For a STIX 2.0 indicator, those labels that are indicator types.
    pub indicator_types: Cow<'a, [IndicatorType]>,
    /// The kill chain phases of the indicator.
    pub kill_chain: Cow<'a, [KillChainPhase]>,
    /// The names of the malware and tools that the indicator indicates, by the relationships that
    /// the mapper has learnt.
    pub malware: Vec<Cow<'a, str>>,
    /// The names of the threat actors, intrusion sets and campaigns that the indicator indicates,
    /// by the relationships that the mapper has learnt.
    pub actors: Vec<Cow<'a, str>>,
    /// The name of the identity that created the indicator, or its id if the mapper has not learnt
    /// the identity.
    pub provider: Option<Cow<'a, str>>,
    /// The id of the identity that created the indicator.
    pub created_by: Option<Cow<'a, Identifier>>,
    /// The external references of the indicator.
    pub references: Cow<'a, [ExternalReference]>,
}

/// More bytes of text than one field has in rows other than the first of an indicator.
pub(super) const MAX_REPEATED: usize = 4096;

impl Context<'_> {
    /// Returns the same context, owning its text.
    pub fn into_owned(self) -> Context<'static> {
        Context {
            name: self.name.map(owned),
            description: self.description.map(owned),
            confidence: self.confidence,
            severity: self.severity,
            labels: owned(self.labels),
            indicator_types: owned(self.indicator_types),
            kill_chain: owned(self.kill_chain),
            malware: self.malware.into_iter().map(owned).collect(),
            actors: self.actors.into_iter().map(owned).collect(),
            provider: self.provider.map(owned),
            created_by: self.created_by.map(owned),
            references: owned(self.references),
        }
    }

    /// Returns the URLs of the external references.
    pub fn reference_urls(&self) -> impl Iterator<Item = &str> {
        self.references.iter().filter_map(|reference| reference.url.as_deref())
    }

    /// Drops each text and each list with more than [`MAX_REPEATED`] bytes of text, and returns
    /// whether there was one.
    pub(super) fn drop_long_text(&mut self) -> bool {
        fn drop_long(text: &mut Option<Cow<'_, str>>) -> bool {
            text.take_if(|text| text.len() > MAX_REPEATED).is_some()
        }
        fn is_long<T>(list: &[T], len: impl Fn(&T) -> usize) -> bool {
            list.iter().map(len).fold(0, usize::saturating_add) > MAX_REPEATED
        }
        fn clear<T: Clone>(list: &mut Cow<'_, [T]>, len: impl Fn(&T) -> usize) -> bool {
            let is_long = is_long(list, len);
            if is_long {
                *list = Cow::Borrowed(&[]);
            }
            is_long
        }
        let texts = [&mut self.name, &mut self.description, &mut self.provider];
        let mut is_dropped = texts.into_iter().fold(false, |is_dropped, text| drop_long(text) | is_dropped);
        is_dropped |= self.created_by.take_if(|id| id.text_len() > MAX_REPEATED).is_some();
        is_dropped |= clear(&mut self.labels, String::len);
        is_dropped |= clear(&mut self.indicator_types, |kind| kind.as_str().len());
        is_dropped |= clear(&mut self.kill_chain, |phase| phase.kill_chain_name.len() + phase.phase_name.len());
        is_dropped |= clear(&mut self.references, |reference| reference.url.as_ref().map_or(0, String::len));
        for names in [&mut self.malware, &mut self.actors] {
            if is_long(names, |name| name.len()) {
                names.clear();
                is_dropped = true;
            }
        }
        is_dropped
    }
}

fn owned<T: ToOwned + ?Sized>(value: Cow<'_, T>) -> Cow<'static, T> {
    Cow::Owned(value.into_owned())
}
