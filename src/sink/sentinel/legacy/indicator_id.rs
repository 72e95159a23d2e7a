//! The `IndicatorId` of rows.

use uuid::Uuid;

use crate::sink::sentinel::json_text::quote;
use crate::{Identifier, Kind};

/// The namespace of `IndicatorId`s if the indicator's `id` cannot be one.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b1f_7d0e_3c52_4b8a_9f6d_2e84_c0a7_5193);

/// What the ids of an indicator's rows are made of.
pub(super) struct IndicatorId {
    namespace: Uuid,
    /// A JSON array without the bracket at its end.
    text: String,
    /// Up to here it is the same for all rows.
    shared: usize,
}

impl IndicatorId {
    pub(super) fn new(source: &str, id: &Identifier) -> Self {
        // Most keys and values are shorter than a hundred bytes together.
        let mut text = String::with_capacity(source.len() + 160);
        text.push('[');
        quote(source, &mut text);
        let is_namespace = id.kind() == Some(Kind::Indicator) && id.is_canonical();
        let namespace = id.uuid().filter(|_| is_namespace).unwrap_or_else(|| {
            text.push(',');
            id.with_text(|id| quote(id, &mut text));
            NAMESPACE
        });
        Self { namespace, shared: text.len(), text }
    }

    /// The id of the row with this key and value in normal form, or of the row without a value.
    pub(super) fn id(&mut self, value: Option<(&str, &str)>) -> Uuid {
        self.text.truncate(self.shared);
        for text in value.into_iter().flat_map(|(key, norm)| [key, norm]) {
            self.text.push(',');
            quote(text, &mut self.text);
        }
        self.text.push(']');
        Uuid::new_v5(&self.namespace, self.text.as_bytes())
    }
}
