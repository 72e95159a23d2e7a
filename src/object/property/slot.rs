//! From the text of a property to the slot that becomes a field.
//!
//! While an object is read, each of its properties has a slot: `None` until the property was read.
//! At the end, the property's type decides what an empty slot means: an [`Option`] is `None`, a
//! [`Vec`] is empty, anything else is a missing required property.
//!
//! Values that a type cannot represent are set aside among the custom properties, so that they are
//! written back: `null` for an [`Option`], `[]` for a [`Vec`], `{}` for a dictionary, and any value
//! that does not fit, the latter with a misfit in the [`Context`].

use super::context::Context;
use super::fields::{Fields, Mark};
use super::traits::Property;
use crate::json::Properties;
use crate::json::cursor::{Fault, Raw};
use crate::json::properties::Members;

/// Reads one property into its slot. `custom` takes what the type cannot represent or hold.
#[inline]
pub(crate) fn read_into<'de, T: Property>(
    slot: &mut Option<T>,
    name: &'static str,
    custom: &mut Members<'de>,
    fields: &mut Fields<'_, 'de>,
    context: &mut Context,
) -> Result<(), Fault> {
    let mark = fields.mark();
    match fields.next_value(context) {
        Ok(value) => {
            fill(slot, value, name, custom, context);
            Ok(())
        }
        Err(fault @ Fault::Unfit { .. }) => {
            // If a property is repeated, the last one counts, even if it does not fit.
            context.repeated_key |= slot.take().is_some();
            set_aside(mark, fault, name, custom, fields, context)
        }
        Err(fault) => Err(fault),
    }
}

/// Goes back to a value that does not fit, and keeps it as it is.
#[cold]
fn set_aside<'de>(
    mark: Mark<'de>,
    fault: Fault,
    name: &'static str,
    custom: &mut Members<'de>,
    fields: &mut Fields<'_, 'de>,
    context: &mut Context,
) -> Result<(), Fault> {
    fields.return_to(mark);
    custom.push(name, fields.next_raw()?);
    context.set_aside(name, fault);
    Ok(())
}

/// Reads one property of a part. A property that does not fit makes the part unfit: the object sets
/// it aside whole.
#[inline]
pub(crate) fn read_part<'de, T: Property>(
    slot: &mut Option<T>,
    name: &'static str,
    custom: &mut Members<'de>,
    fields: &mut Fields<'_, 'de>,
    context: &mut Context,
) -> Result<(), Fault> {
    let value = fields.next_value(context)?;
    fill(slot, value, name, custom, context);
    Ok(())
}

/// Puts a value into its slot, and JSON that the value's type cannot represent into `custom`.
#[inline]
fn fill<'de, T>(slot: &mut Option<T>, value: T, name: &'static str, custom: &mut Members<'de>, context: &mut Context) {
    match slot {
        None => *slot = Some(value),
        Some(earlier) => {
            *earlier = value;
            context.repeated_key = true;
        }
    }
    if context.has_unrepresentable() {
        keep_unrepresentable(name, custom, context);
    }
}

#[cold]
fn keep_unrepresentable(name: &'static str, custom: &mut Members<'_>, context: &mut Context) {
    if let Some(json) = context.take_unrepresentable() {
        custom.push(name, Raw { text: json, spaced: false });
    }
}

/// The value of a slot of a part after the last property was read. A missing one makes the part
/// unfit, at its end.
#[inline]
pub(crate) fn finish_part<T: Property>(
    slot: Option<T>,
    name: &'static str,
    fields: &Fields<'_, '_>,
) -> Result<T, Fault> {
    slot.or_else(T::absent).ok_or_else(|| fields.unfit(name))
}

/// The custom properties of an object after the last property was read.
pub(crate) fn finish_custom(custom: Members<'_>, context: &mut Context) -> Properties {
    let (properties, repeated) = custom.finish();
    context.repeated_key |= repeated;
    properties
}

/// Drops values that were set aside and then repeated in a form that fits: of repeated keys, the
/// last one counts.
#[inline]
pub(crate) fn drop_outdated<T>(
    object: &mut T,
    custom: fn(&mut T) -> &mut Properties,
    is_present: fn(&T, &str) -> bool,
    context: &mut Context,
) {
    if context.has_kept_own() {
        let mut kept = std::mem::take(custom(object));
        context.repeated_key |= kept.retain(|name| !is_present(object, name));
        *custom(object) = kept;
    }
}

/// The value of a slot after the last property was read.
#[inline]
pub(crate) fn finish<T: Property>(slot: Option<T>, name: &'static str, context: &Context) -> Result<T, Fault> {
    match slot.or_else(T::absent) {
        Some(value) => Ok(value),
        None => Err(missing(name, context)),
    }
}

/// The fault of a required property that is absent, or that was set aside because it did not fit.
#[cold]
pub(crate) fn missing(name: &'static str, context: &Context) -> Fault {
    context.fault_of(name).unwrap_or(Fault::Missing { name })
}
