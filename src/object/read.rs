//! From the text of one object to an [`Object`]: finding its type, and reading it.

use super::common::{CommonReader, TypeName};
use super::property::fields::{Context, Fields, Misfit};
use super::property::list::missing;
use super::{Kind, Object};
use crate::Identifier;
use crate::error::{Error, ErrorKind};
use crate::json::cursor::{Cursor, Fault, MAX_DEPTH};

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

/// Reads the object that `text` starts with.
#[inline]
pub(crate) fn parse(text: &str, max_depth: usize) -> Result<Parsed, Fault> {
    match parse_as(None, text, max_depth) {
        // The identifier's prefix is another type's. That is rare enough to look for the type and start again.
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
    let mut fields = Fields::open(cursor)?;
    let kind = match known {
        Some(type_name) => type_name.kind(),
        None => find_type(common, &mut fields, context)?,
    };
    if kind == Some(Kind::Bundle) {
        return Err(Fault::Bundle);
    }
    Object::read(kind, common, &mut fields, context)
}

/// Reads an object that is called `name` where it has no `id`, and tells whether it has one.
pub(crate) fn parse_local(name: &str, cursor: &mut Cursor<'_>, context: &mut Context) -> Result<(Object, bool), Fault> {
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

/// Reads on until the type is clear: from `type`, or from the prefix of `id`, which comes early where keys are sorted
/// and is checked against `type` later. Common properties are read on the way, since they are the same for all types;
/// others are put back, as text: stepping over a value is much faster than reading it.
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
    let mut fields = Fields::open(cursor)?;
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

/// Reads one object from text that holds nothing else.
pub(crate) fn read(text: &str) -> Result<Object, Error> {
    parse(text, MAX_DEPTH).map(|parsed| parsed.object).map_err(|fault| error(fault, text))
}

/// The error for a fault, without its place.
pub(crate) fn error(fault: Fault, text: &str) -> Error {
    Error::new(kind(fault, text)).with_detail(fault.describe(text))
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
