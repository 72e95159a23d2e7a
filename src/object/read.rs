//! From the text of one object to an [`Object`]: finding its type, and reading it.

use serde::de::{self, Deserialize, Deserializer};

use super::common::CommonReader;
use super::custom::Custom;
use super::indicator_excerpt::IndicatorExcerpt;
use super::object::Object;
use super::property::context::{Context, Misfit};
use super::property::fields::Fields;
use super::property::slot::missing;
use super::type_name::TypeName;
use crate::error::{Error, ErrorKind};
use crate::id::Identifier;
use crate::json::cursor::{Cursor, Fault, MAX_DEPTH};
use crate::json::{from_serde, scan};
use crate::kind::{Kind, each_kind};

/// An object and what reading it found out.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) object: Object,
    /// Where it ends in the text.
    pub(crate) end: usize,
    /// Whether it, or a struct in it, repeats a key.
    pub(crate) repeated_key: bool,
    /// What did not fit and was set aside.
    pub(crate) misfits: Vec<Misfit>,
}

/// An object that was read, of indicators an excerpt if that is sufficient.
#[derive(Debug)]
pub(crate) enum ParsedView {
    /// An indicator, whose excerpt is where the caller asked for it; it ends here in the text.
    Excerpt(usize),
    Object(Parsed),
}

/// Reads the object that `text` starts with as [`parse`] does, except that an indicator about which
/// nothing is odd is read into `excerpt`.
pub(crate) fn parse_view(text: &str, max_depth: usize, excerpt: &mut IndicatorExcerpt) -> Result<ParsedView, Fault> {
    match excerpt.read(text, max_depth) {
        Some(end) => Ok(ParsedView::Excerpt(end)),
        None => parse(text, max_depth).map(ParsedView::Object),
    }
}

/// Reads the object that `text` starts with.
#[inline]
pub(crate) fn parse(text: &str, max_depth: usize) -> Result<Parsed, Fault> {
    match parse_as(None, text, max_depth) {
        // The identifier's prefix is another type's. That is rare enough to look for the type and
        // start again.
        Err(Fault::OtherType) => parse_as(Some(find_type_name(text, max_depth)?), text, max_depth),
        result => result,
    }
}

fn parse_as(known: Option<TypeName>, text: &str, max_depth: usize) -> Result<Parsed, Fault> {
    let mut cursor = Cursor::new(text, max_depth);
    let mut context = Context::default();
    let object = read_object(known, &mut CommonReader::default(), &mut cursor, &mut context)?;
    Ok(Parsed { object, end: cursor.at(), repeated_key: context.repeated_key, misfits: context.misfits })
}

#[inline]
fn read_object<'de>(
    known: Option<TypeName>,
    common: &mut CommonReader<'de>,
    cursor: &mut Cursor<'de>,
    context: &mut Context,
) -> Result<Object, Fault> {
    let mut fields = Fields::open(cursor, CommonReader::find_name)?;
    let kind = match known {
        Some(type_name) => type_name.kind(),
        None => find_type(common, &mut fields, context)?,
    };
    if kind == Some(Kind::Bundle) {
        return Err(Fault::Bundle);
    }
    Object::read_as(kind, common, &mut fields, context)
}

impl Object {
    /// Reads an object that is called `name` if it has no `id`, and reports whether it has one.
    pub(super) fn parse_local(
        name: &str,
        cursor: &mut Cursor<'_>,
        context: &mut Context,
    ) -> Result<(Self, bool), Fault> {
        let start = cursor.clone();
        let mut known = None;
        loop {
            let mut common = CommonReader::local(Identifier::from(name));
            *cursor = start.clone();
            *context = Context::default();
            match read_object(known.take(), &mut common, cursor, context) {
                Ok(object) => return Ok((object, common.had_id())),
                // As in `parse`. The second time the type is known, so that there is no third.
                Err(Fault::OtherType) => known = Some(type_name_of(&mut start.clone())?),
                Err(fault) => return Err(fault),
            }
        }
    }
}

/// Reads on until the type is clear: from `type`, or from the prefix of `id`, which comes early
/// where keys are sorted and is checked against `type` later. Common properties are read on the
/// way, since they are the same for all types; others are put back, as text: stepping over a value
/// is much faster than reading it.
fn find_type<'de>(
    common: &mut CommonReader<'de>,
    fields: &mut Fields<'_, 'de>,
    context: &mut Context,
) -> Result<Option<Kind>, Fault> {
    let mut ahead = Vec::new();
    let kind = loop {
        let Some(name) = fields.next_name() else {
            fields.end()?;
            return Err(missing("type", context));
        };
        match name {
            "type" => {
                common.read(name, fields, context)?;
                if let Some(type_name) = common.type_name() {
                    break type_name.kind();
                }
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

/// The value of the last `type` of an object that has one.
fn find_type_name(text: &str, max_depth: usize) -> Result<TypeName, Fault> {
    type_name_of(&mut Cursor::new(text, max_depth))
}

fn type_name_of(cursor: &mut Cursor<'_>) -> Result<TypeName, Fault> {
    let mut fields = Fields::open(cursor, CommonReader::find_name)?;
    let mut type_name = None;
    while let Some(name) = fields.next_name() {
        match name {
            "type" => type_name = Some(fields.next_value(&mut Context::default())?),
            _ => {
                fields.next_raw()?;
            }
        }
    }
    fields.end()?;
    type_name.ok_or(Fault::Missing { name: "type" })
}

/// The error for a fault, without its place.
pub(crate) fn error(fault: Fault, text: &str) -> Error {
    Error::new(kind(fault, text)).with_detail(fault.describe(text))
}

/// The error for a fault in words, with its path.
fn explain(fault: Fault, text: &str) -> String {
    let (error, path) = (error(fault, text), scan::path_at(text, fault.at()));
    if path.is_empty() { error.reason() } else { format!("{}, at ${path}", error.reason()) }
}

fn kind(fault: Fault, text: &str) -> ErrorKind {
    match fault {
        Fault::Syntax { .. } => ErrorKind::Syntax,
        Fault::End { .. } => ErrorKind::UnexpectedEnd,
        Fault::Unfit { .. } | Fault::Bundle | Fault::OtherType if !text.starts_with('{') => ErrorKind::NotAnObject,
        Fault::Unfit { .. } | Fault::Bundle | Fault::OtherType => ErrorKind::InvalidProperty,
        Fault::Missing { .. } => ErrorKind::MissingProperty,
        Fault::TooDeep { .. } => ErrorKind::TooDeep,
    }
}

impl<'de> Deserialize<'de> for Object {
    /// Reads one object, from JSON or from any other format that describes itself: see
    /// [Serde](crate#serde). For whole feeds [`Reader`](crate::Reader) is faster, and continues
    /// after an object that cannot be read.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_serde::read(deserializer, |text| {
            parse(text, MAX_DEPTH).map(|parsed| parsed.object).map_err(|fault| explain(fault, text))
        })
    }
}

macro_rules! deserialize_types {
    ($( $Category:ident { $( $(#[$meta:meta])* $Type:ident = $name:literal, )+ } )+) => { $( $(
        impl<'de> Deserialize<'de> for super::$Type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match Object::deserialize(deserializer)? {
                    Object::$Type(object) => Ok(*object),
                    other => Err(wrong_type($name, &other)),
                }
            }
        }
    )+ )+ };
}

each_kind!(deserialize_types);

fn wrong_type<E: de::Error>(expected: &str, found: &Object) -> E {
    E::custom(format_args!("expected the type {expected}, found {}", found.type_name()))
}

impl<'de> Deserialize<'de> for Custom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Object::deserialize(deserializer)? {
            Object::Custom(object) => Ok(*object),
            other => {
                Err(de::Error::custom(format_args!("{} is a type of its own, not a custom one", other.type_name())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unrepresentable_values_are_kept_and_written_back() {
        let text = r#"{"type":"identity","id":"identity--1","name":"A","revoked":null,"labels":[],"roles":null,
            "extensions":{},"external_references":[{"source_name":"a","hashes":null,"url":null}],"sectors":["x"]}"#;
        let parsed = parse(text, 100).unwrap();
        assert!(parsed.misfits.is_empty() && !parsed.repeated_key);
        let written = serde_json::to_string(&parsed.object).unwrap();
        assert_eq!(crate::Json::new(&written).unwrap(), crate::Json::new(text).unwrap());
        let text = r#"{"type":"identity","id":"identity--1","name":"A","extensions":null}"#;
        let parsed = parse(text, 100).unwrap();
        assert!(parsed.misfits.is_empty());
        assert_eq!(serde_json::to_string(&parsed.object).unwrap(), text);
    }

    #[test]
    fn escaped_names_are_found_in_every_order() {
        for text in [
            r#"{"t\u0079pe":"identity","id":"identity--1","n\u0061me":"A","x_\u0061":1}"#,
            r#"{"n\u0061me":"A","\u0069d":"identity--1","type":"identity","x_a":1}"#,
            r#"{"x_a":1,"revok\u0065d":null,"name":"A","id":"identity--1","typ\u0065":"identity"}"#,
        ] {
            let parsed = parse(text, 100).unwrap();
            let Object::Identity(identity) = &parsed.object else { panic!("{text}") };
            assert_eq!(
                (identity.name.as_str(), identity.common.id.to_string().as_str()),
                ("A", "identity--1"),
                "{text}"
            );
            assert_eq!(identity.custom.parse::<u8>("x_a").unwrap().unwrap(), 1);
            assert!(parsed.misfits.is_empty() && !parsed.repeated_key, "{text}");
        }
    }

    #[test]
    fn a_struct_reads_its_own_type_only() {
        let text = r#"{"type":"url","id":"url--1","value":"a"}"#;
        let error = serde_json::from_str::<super::super::Mutex>(text).unwrap_err();
        assert_eq!(error.to_string(), "expected the type mutex, found url");
        let error = serde_json::from_str::<Custom>(text).unwrap_err();
        assert_eq!(error.to_string(), "url is a type of its own, not a custom one");
    }
}
