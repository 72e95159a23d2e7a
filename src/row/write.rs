//! Rows as JSON.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Group, Row};
use crate::object::KillChainPhase;

/// Writes the column list and the writer from one table.
macro_rules! columns {
    ($row:ident, $observable:ident; $($name:ident = $value:expr;)+) => {
        impl Row<'_> {
            /// The names of all columns, in the order in which they are written.
            ///
            /// Written as JSON a row is one flat object of strings, numbers, booleans and lists of strings. A column
            /// without a value, an empty list included, is left out, so that lines stay short and a sink needs no
            /// notion of `null`; this list is the stable set for whoever needs every column in every line.
            ///
            /// ```
            /// use stixkit::row::{Mapper, Row};
            /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
            /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
            /// #     "labels": ["benign"], "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
            /// # let indicator = serde_json::from_str(text)?;
            ///
            /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?);
            /// let json = serde_json::to_value(&mapper.map(&indicator).rows[0])?;
            /// assert_eq!((&json["key"], &json["value"]), (&"file:size".into(), &"5".into()));
            /// assert_eq!(json.get("confidence"), None);
            /// assert!(json.as_object().unwrap().keys().all(|name| Row::COLUMNS.contains(&name.as_str())));
            /// # Ok::<(), Box<dyn std::error::Error>>(())
            /// ```
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($name)),+];
        }

        impl Serialize for Row<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                let $row = self;
                let $observable = self.observable.as_ref();
                $( if let Some(value) = $value {
                    map.serialize_entry(stringify!($name), &value)?;
                } )+
                map.end()
            }
        }
    };
}

columns! { row, observable;
    source = Some(&row.source);
    stix_id = Some(&*row.stix_id);
    modified = row.modified.as_ref();
    observable_type = observable.map(|observable| &observable.object_type);
    key = observable.map(|observable| &observable.key);
    value = observable.map(|observable| &observable.value);
    value_norm = observable.map(|observable| &observable.norm);
    value_kind = observable.map(|observable| observable.kind.as_str());
    well_formed = observable.map(|observable| observable.well_formed);
    direction = observable.and_then(|observable| observable.direction).map(|direction| direction.as_str());
    relation = Some(row.relation.as_str());
    group = row.group().map(Printed::<Group<'_>>);
    standalone = Some(row.standalone);
    primary = Some(row.primary);
    confidence = row.confidence;
    tlp = row.tlp.map(|tlp| tlp.as_str());
    valid_from = Some(&row.valid_from);
    valid_until = row.valid_until.as_ref();
    expiry_source = row.expiry_source.map(|source| source.as_str());
    state = Some(row.state.as_str());
    labels = some(&row.labels);
    indicator_types = some(&row.indicator_types);
    kill_chain = some(&row.kill_chain).map(Phases);
    provider = row.provider.as_ref();
    name = row.name.as_ref();
    description = row.description.as_ref();
    pattern = Some(&row.pattern);
    pattern_type = Some(&*row.pattern_type);
    reason = row.reason.as_ref().map(|reason| reason.code());
    // For people; `reason` is for queries.
    reason_text = row.reason.as_ref().map(Printed);
}

fn some<T>(list: &[T]) -> Option<&[T]> {
    (!list.is_empty()).then_some(list)
}

struct Printed<T>(T);

impl<T: fmt::Display> Serialize for Printed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Phases as text, `mitre-attack:initial-access`, so that the row stays flat.
struct Phases<'a>(&'a [KillChainPhase]);

impl Serialize for Phases<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|phase| {
            let (chain, name) = (&phase.kill_chain_name, &phase.phase_name);
            Printed(format!("{chain}:{name}"))
        }))
    }
}
