//! From the text of one object to an [`Object`]: finding its type, reading it, and salvaging what does not fit.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::common::{CommonReader, TypeName};
use super::properties::{Context, Fields, Misfit, RawFields};
use super::{Kind, Object};
use crate::error::{Error, ErrorKind};

/// An object and what reading it found out. The fast path: it fails where [`salvage`] looks closer.
#[derive(Debug)]
pub(crate) struct Parsed<'de> {
    pub(crate) object: Object,
    pub(crate) context: Context<'de>,
}

impl<'de> Deserialize<'de> for Parsed<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut context = Context::default();
        let object =
            deserializer.deserialize_map(ObjectVisitor { known: None, ahead: Vec::new(), context: &mut context })?;
        Ok(Self { object, context })
    }
}

struct ObjectVisitor<'c, 'de> {
    /// The type, where it is known before the first property.
    known: Option<TypeName>,
    ahead: Vec<(Cow<'de, str>, &'de RawValue)>,
    context: &'c mut Context<'de>,
}

impl<'de> Visitor<'de> for ObjectVisitor<'_, 'de> {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a STIX object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
        let Self { known, ahead, context } = self;
        let mut fields = Fields::new(ahead, map);
        let mut common = CommonReader::default();
        let kind = match known {
            Some(type_name) => {
                let kind = type_name.kind();
                common.set_type_name(type_name);
                kind
            }
            None => find_type(&mut common, &mut fields, context)?,
        };
        if kind == Some(Kind::Bundle) {
            context.is_bundle = true;
            return Err(A::Error::custom("a bundle"));
        }
        Object::read(kind, &mut common, &mut fields, context)
    }
}

/// Reads on until the type is clear: from `type`, or from the prefix of `id`, which comes early where keys are sorted
/// and is checked against `type` later. Common properties are read on the way, since they are the same for all types;
/// others are put back, as text: skipping is much faster than reading.
fn find_type<'de, A: MapAccess<'de>>(
    common: &mut CommonReader<'de>,
    fields: &mut Fields<'de, A>,
    context: &mut Context<'de>,
) -> Result<Option<Kind>, A::Error> {
    let mut ahead = Vec::new();
    let kind = loop {
        let Some(name) = fields.next_name()? else {
            context.missing = Some("type");
            return Err(A::Error::missing_field("type"));
        };
        match &*name {
            "type" => {
                common.read(name, fields, context)?;
                break common.type_name().and_then(TypeName::kind);
            }
            "id" => {
                common.read(name, fields, context)?;
                if let Some(prefix) = common.id().and_then(|id| id.prefix()) {
                    break Kind::from_name(prefix);
                }
            }
            common_name if CommonReader::is_common(common_name) => common.read(name, fields, context)?,
            _ => {
                let value = fields.next_raw()?;
                ahead.push((name, value));
            }
        }
    };
    fields.put_back(ahead);
    Ok(kind)
}

/// Reads one object from text that holds nothing else.
pub(crate) fn read(text: &str) -> Result<Object, Error> {
    match serde_json::from_str::<Parsed<'_>>(text) {
        Ok(parsed) => Ok(parsed.object),
        Err(_) => match salvage(text) {
            Salvage::Object(parsed) => Ok(parsed.object),
            Salvage::Bundle => Err(Error::new(ErrorKind::InvalidProperty).with_detail("a bundle is not an object")),
            Salvage::Nothing(nothing) => Err(Error::new(nothing.kind).with_detail(nothing.detail)),
        },
    }
}

/// What can be had from an object that did not read as it is.
#[derive(Debug)]
pub(crate) enum Salvage<'de> {
    /// The object; its misfits are in the context and, as JSON, among its custom properties.
    Object(Box<Parsed<'de>>),
    /// It is no object but a bundle.
    Bundle,
    /// Nothing.
    Nothing(Nothing<'de>),
}

/// Why nothing could be had.
#[derive(Debug)]
pub(crate) struct Nothing<'de> {
    pub(crate) kind: ErrorKind,
    pub(crate) detail: String,
    /// The value at fault, where it is one.
    pub(crate) value: Option<&'de RawValue>,
    /// The parser's error; its place is relative to `value`, or to the whole text.
    pub(crate) error: Option<serde_json::Error>,
}

impl Nothing<'_> {
    fn missing(name: &str) -> Self {
        Self { kind: ErrorKind::MissingProperty, detail: format!("`{name}`"), value: None, error: None }
    }
}

/// Reads an object property by property and takes each that fits. `text` must be one JSON value.
pub(crate) fn salvage(text: &str) -> Salvage<'_> {
    let fields = match serde_json::from_str::<RawFields<'_>>(text) {
        Ok(fields) => fields.0,
        Err(error) => {
            let kind = match text.trim_start().as_bytes().first() {
                Some(b'{') => ErrorKind::Syntax,
                _ => ErrorKind::NotAnObject,
            };
            return Salvage::Nothing(Nothing { kind, detail: message(&error), value: None, error: Some(error) });
        }
    };
    let mut context = Context::salvaging();
    let fields = last_of_each(fields, &mut context);
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
    let Some(type_value) = field("type") else { return Salvage::Nothing(Nothing::missing("type")) };
    let type_name = match serde_json::from_str::<String>(type_value.get()) {
        Ok(type_name) => type_name,
        Err(error) => return Salvage::Nothing(unfit("type", type_value, error)),
    };
    if type_name == Kind::Bundle.name() {
        return Salvage::Bundle;
    }
    let visitor = ObjectVisitor {
        known: Some(TypeName::from(&*type_name)),
        ahead: fields.into_iter().filter(|(name, _)| name != "type").collect(),
        context: &mut context,
    };
    // The properties come from what was read ahead; the parser has an empty object to add.
    let read = serde_json::Deserializer::from_str("{}").deserialize_map(visitor);
    match read {
        Ok(mut object) => {
            if !context.misfits.is_empty() {
                let misfits = context.misfits.iter().map(|misfit| (&*misfit.name, misfit.value.get()));
                object.custom_mut().extend(misfits);
            }
            Salvage::Object(Box::new(Parsed { object, context }))
        }
        Err(error) => {
            let missing = context.missing.unwrap_or("type");
            let misfits = std::mem::take(&mut context.misfits);
            Salvage::Nothing(match misfits.into_iter().find(|misfit| misfit.name == missing) {
                Some(Misfit { value, error, .. }) => unfit(missing, value, error),
                None if context.missing.is_some() => Nothing::missing(missing),
                None => Nothing { kind: ErrorKind::InvalidProperty, detail: message(&error), value: None, error: None },
            })
        }
    }
}

fn unfit<'de>(name: &str, value: &'de RawValue, error: serde_json::Error) -> Nothing<'de> {
    let detail = format!("`{name}`: {}", message(&error));
    Nothing { kind: ErrorKind::InvalidProperty, detail, value: Some(value), error: Some(error) }
}

/// Of properties with one name keeps the last, at the first one's place.
fn last_of_each<'de>(
    fields: Vec<(Cow<'de, str>, &'de RawValue)>,
    context: &mut Context<'de>,
) -> Vec<(Cow<'de, str>, &'de RawValue)> {
    let mut places = std::collections::HashMap::<_, usize>::with_capacity(fields.len());
    let mut kept: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        match places.entry(name.clone()) {
            std::collections::hash_map::Entry::Occupied(place) => {
                context.repeated_key = true;
                kept[*place.get()].1 = value;
            }
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push((name, value));
            }
        }
    }
    kept
}

/// The parser's words without its place, which is relative to what it was given.
pub(crate) fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.strip_suffix(&format!(" at line {} column {}", error.line(), error.column())) {
        Some(message) => message.to_owned(),
        None => text,
    }
}

/// Whether text starts with a JSON value, and where that ends.
pub(crate) fn value_end(text: &str) -> Result<usize, serde_json::Error> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => Ok(values.byte_offset()),
        Some(Err(error)) => Err(error),
        None => Err(serde_json::Error::custom("no value")),
    }
}
