//! What an indicator says about its values.

use std::borrow::Cow;

use crate::object::KillChainPhase;
use crate::vocab::IndicatorType;

/// What an indicator says about its values; the same in all rows of the indicator.
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
}

impl Context<'_> {
    /// Returns the same context, owning its text.
    pub fn into_owned(self) -> Context<'static> {
        Context {
            name: self.name.map(owned),
            description: self.description.map(owned),
            confidence: self.confidence,
            labels: owned(self.labels),
            indicator_types: owned(self.indicator_types),
            kill_chain: owned(self.kill_chain),
            malware: self.malware.into_iter().map(owned).collect(),
            actors: self.actors.into_iter().map(owned).collect(),
            provider: self.provider.map(owned),
        }
    }
}

fn owned<T: ToOwned + ?Sized>(value: Cow<'_, T>) -> Cow<'static, T> {
    Cow::Owned(value.into_owned())
}
