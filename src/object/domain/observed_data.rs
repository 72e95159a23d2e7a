use crate::object::common::Common;
use crate::object::observables::Observables;
use crate::object::property::list::properties;
use crate::{Identifier, Properties, Timestamp};

/// What was seen on systems and networks, and when, without a judgement on it (STIX 2.1 section
/// 4.14).
///
/// In STIX 2.1 the observables are objects of their own, and `object_refs` points to them. In STIX
/// 2.0 they stand inside, in `objects`, under names that hold in this one object only; 2.1 still
/// allows this form, deprecated, but not together with the other.
///
/// ```
/// use stixkit::object::ObservedData;
///
/// let seen: ObservedData = serde_json::from_str(r#"{
///     "type": "observed-data",
///     "spec_version": "2.1",
///     "id": "observed-data--2bbde5e8-c1f7-470f-a9f6-b7d213ad7260",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "first_observed": "2024-04-30T22:15:00Z",
///     "last_observed": "2024-05-01T06:40:12Z",
///     "number_observed": 17,
///     "object_refs": [
///         "domain-name--32472809-e824-5772-8633-d29f88f8e68a",
///         "ipv4-addr--da63e7e6-2a15-5f2a-9a87-4d57382fa92e"
///     ]
/// }"#)?;
/// assert_eq!(seen.number_observed, 17);
/// assert_eq!(seen.object_refs.len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct ObservedData {
    /// The common properties.
    pub common: Common,
    /// When it was first seen. Required in STIX 2.0 and 2.1. `None` if it is absent or cannot be
    /// read: see [`effective_first_observed`](Self::effective_first_observed).
    pub first_observed: Option<Timestamp>,
    /// When it was last seen, not before `first_observed`. Required in STIX 2.0 and 2.1. `None` if
    /// it is absent or cannot be read: see
    /// [`effective_last_observed`](Self::effective_last_observed).
    pub last_observed: Option<Timestamp>,
    /// How often it was seen between the two times, 1 to 999,999,999.
    pub number_observed: u64,
    /// The observables themselves, by local names such as `0`. Required in STIX 2.0. Deprecated in
    /// 2.1, and required there where there are no `object_refs`.
    pub objects: Observables,
    /// The observables that were seen, and the relationships that belong to them. Not in STIX 2.0.
    /// Required in STIX 2.1 where there are no `objects`.
    pub object_refs: Vec<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(ObservedData, "observed-data" {
    first_observed: Timestamp [required], last_observed: Timestamp [required], number_observed: u64,
    objects [required_20], object_refs: Vec<Identifier> [since_21],
});

impl ObservedData {
    /// Returns when it was first seen: `first_observed`, or `last_observed` if `first_observed` is
    /// absent or cannot be read. It was seen at that time, and maybe earlier.
    ///
    /// `created` is not a substitute, because it does not tell when anything was seen.
    pub fn effective_first_observed(&self) -> Option<&Timestamp> {
        self.first_observed.as_ref().or(self.last_observed.as_ref())
    }

    /// Returns when it was last seen: `last_observed`, or `first_observed` if `last_observed` is
    /// absent or cannot be read. It was seen at that time, and maybe later.
    pub fn effective_last_observed(&self) -> Option<&Timestamp> {
        self.last_observed.as_ref().or(self.first_observed.as_ref())
    }
}
