//! Rows as records and as JSON.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use uuid::fmt::Hyphenated;

use super::ip_range::IpRange;
use super::observable::Observable;
use super::row::Row;
use super::row_key::RowKey;
use crate::id::MAX_STANDARD_LEN;
use crate::table::{Cell, Cells, Column, ColumnKind, JsonLine, Record};

/// Writes the column list and the record from one table.
macro_rules! columns {
    ($row:ident, $observable:ident, $texts:ident; $($name:literal: $Kind:ident $(.$with:ident)? = $value:expr;)+) => {
        impl Row<'_> {
            /// The names of all columns, in the order in which they are written.
            ///
            /// Written as JSON a row is one flat object of strings, numbers, booleans and lists of
            /// strings. A column without a value, an empty list included, is left out, so that
            /// lines stay short and a sink needs no notion of `null`; this list is the stable set
            /// for programs that need every column in every line.
            ///
            /// ```
            /// use stixkit::row::{Mapper, Row};
            /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
            /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
            /// #     "labels": ["benign"], "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
            /// # let indicator = serde_json::from_str(text)?;
            ///
            /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
            /// let json = serde_json::to_value(&mapper.map(&indicator).rows[0])?;
            /// assert_eq!((&json["key"], &json["value"]), (&"file:size".into(), &"5".into()));
            /// assert_eq!(json.get("confidence"), None);
            /// assert!(json.as_object().unwrap().keys().all(|name| Row::COLUMNS.contains(&name.as_str())));
            /// # Ok::<(), Box<dyn std::error::Error>>(())
            /// ```
            pub const COLUMNS: &'static [&'static str] = &[$($name),+];
        }

        impl Record for Row<'_> {
            const TABLE: &'static str = "rows";
            const SORTED_BY: &'static [&'static str] = &["type", "value"];
            const COLUMNS: &'static [Column] = &[$( Column::new($name, ColumnKind::$Kind)$(.$with(true))? ),+];

            fn cells(&self, cells: &mut Cells<'_>) {
                let $row = self;
                let $observable = self.observable.as_ref();
                let mut buffers = Buffers::new();
                let $texts = Texts::new(self, &mut buffers);
                $( cells.show($value); )+
            }
        }
    };
}

columns! { row, observable, texts;
    // Which row it is.
    "row_id": Text .with_required = texts.row_id;
    "source": Category .with_required = &*row.source;
    "record": Category .with_required = row.kind.as_str();
    "stix_id": Text .with_required = texts.stix_id;
    "created": Time = row.created.as_ref();
    "created_by": Category = texts.created_by;
    "modified": Time = row.modified.as_ref();
    // What to look for.
    "observable_type": Category = observable.map(|observable| &*observable.object_type);
    "key": Category = observable.map(|observable| &*observable.key);
    "type": Category = observable.map(|observable| observable.kind.as_str());
    "hash_type": Category = observable.and_then(Observable::hash_type);
    "value": Text .with_lookup = observable.map(|observable| &*observable.norm);
    "value_as_sent": Text = observable.map(|observable| &*observable.value);
    "url_host": Text = observable.and_then(Observable::url_host);
    "ip_from": Text = texts.ip.as_ref().map(IpRange::first);
    "ip_to": Text = texts.ip.as_ref().map(IpRange::last);
    "well_formed": Boolean = observable.map(|observable| observable.well_formed);
    "direction": Category = observable.and_then(|observable| observable.direction).map(|direction| direction.as_str());
    // How it belongs to the other rows of the indicator.
    "relation": Category .with_required = row.relation.kind.as_str();
    "row_group": Text = row.group().map(|group| group.text());
    "standalone": Boolean .with_required = row.relation.standalone;
    "is_primary": Boolean .with_required = row.relation.primary;
    // What the indicator says about it.
    "confidence": Integer = row.context.confidence;
    "severity": Integer = row.context.severity;
    "tlp": Category = row.tlp.map(|tlp| tlp.as_str());
    "valid_from": Time = row.validity.from.as_ref();
    "valid_until": Time = row.validity.until.as_ref();
    "expiry_source": Category = row.validity.expiry_source.map(|source| source.as_str());
    "state": Category .with_required = row.validity.state.as_str();
    "labels": List = Cell::list(row.context.labels.iter().map(|label| Cow::Borrowed(label.as_str())));
    "indicator_types": List = Cell::list(row.context.indicator_types.iter().map(|kind| Cow::Borrowed(kind.as_str())));
    "kill_chain": List = Cell::list(row.context.kill_chain.iter().map(|phase| {
        // As text, `mitre-attack:initial-access`, so that the row stays flat.
        [&phase.kill_chain_name, ":", &phase.phase_name].concat().into()
    }));
    "malware": List = Cell::list(row.context.malware.iter().map(|name| Cow::Borrowed(&**name)));
    "actors": List = Cell::list(row.context.actors.iter().map(|name| Cow::Borrowed(&**name)));
    "references": List = Cell::list(row.context.reference_urls().map(Cow::Borrowed));
    "provider": Category = row.context.provider.as_deref();
    "name": Text = row.context.name.as_deref();
    "description": Text = row.context.description.as_deref();
    "pattern": Text = (row.relation.pattern_of.is_none() || !row.pattern.is_empty()).then_some(&*row.pattern);
    "pattern_of": Text = row.relation.pattern_of.map(|row| row.to_string());
    "pattern_type": Category .with_required = row.pattern_type.as_str();
    "reason": Category = row.reason_code();
    // For people; `reason` is for queries.
    "reason_text": Text = row.reason_text();
    "doubts": List = Cell::list(row.doubts.iter().map(|doubt| Cow::Borrowed(doubt.code())));
}

/// Cells that are texts made for the row, in memory that is on the stack.
struct Texts<'b> {
    row_id: &'b str,
    stix_id: &'b str,
    created_by: Option<&'b str>,
    ip: Option<IpRange>,
}

/// The memory.
struct Buffers {
    row_id: [u8; Hyphenated::LENGTH],
    stix_id: [u8; MAX_STANDARD_LEN],
    created_by: [u8; MAX_STANDARD_LEN],
}

impl Buffers {
    fn new() -> Self {
        Self { row_id: [0; Hyphenated::LENGTH], stix_id: [0; MAX_STANDARD_LEN], created_by: [0; MAX_STANDARD_LEN] }
    }
}

impl<'b> Texts<'b> {
    fn new(row: &'b Row<'_>, buffers: &'b mut Buffers) -> Self {
        let stix_id = row.stix_id.text_in(&mut buffers.stix_id);
        let key = RowKey::with_id_text(&row.identity(), stix_id);
        Self {
            row_id: key.uuid().hyphenated().encode_lower(&mut buffers.row_id),
            stix_id,
            created_by: row.context.created_by.as_ref().map(|id| id.text_in(&mut buffers.created_by)),
            ip: row.observable.as_ref().and_then(Observable::ip_range),
        }
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        JsonLine(self).serialize(serializer)
    }
}
