//! The `IndicatorId` of rows.

use uuid::Uuid;

use crate::json::push::push_string;
use crate::row::name_uuid::NameUuid;
use crate::{Identifier, Kind};

/// The namespace of `IndicatorId`s if the indicator's `id` cannot be one.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b1f_7d0e_3c52_4b8a_9f6d_2e84_c0a7_5193);

/// What the ids of an indicator's rows are made of.
pub(super) struct IndicatorId {
    /// The name is a JSON array without the bracket at its end.
    name: NameUuid,
    /// Up to here it is the same for all rows.
    shared: usize,
}

impl IndicatorId {
    pub(super) fn new(source: &str, id: &Identifier) -> Self {
        let is_namespace = id.kind() == Some(Kind::Indicator) && id.is_canonical();
        let namespace = id.uuid().filter(|_| is_namespace);
        let mut name = NameUuid::new(&namespace.unwrap_or(NAMESPACE));
        let bytes = name.bytes();
        bytes.push(b'[');
        push_string(bytes, source);
        if namespace.is_none() {
            bytes.push(b',');
            id.with_text(|id| push_string(bytes, id));
        }
        let shared = bytes.len();
        Self { name, shared }
    }

    /// The id of the row with this key and value in normal form, or of the row without a value.
    pub(super) fn id(&mut self, value: Option<(&str, &str)>) -> Uuid {
        let bytes = self.name.bytes();
        bytes.truncate(self.shared);
        for text in value.into_iter().flat_map(|(key, norm)| [key, norm]) {
            bytes.push(b',');
            push_string(bytes, text);
        }
        bytes.push(b']');
        self.name.finish()
    }
}
