//! JSON strings through serde: reading types that any text can make, and writing names.

use std::fmt;
use std::marker::PhantomData;

use serde::de::Visitor;
use serde::ser::Serializer;

/// A visitor that makes a `T` from a string. No string is refused.
pub(crate) struct TextVisitor<T>(PhantomData<T>);

impl<T> TextVisitor<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: for<'s> From<&'s str>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text))
    }
}

/// Writes the name of an enumeration's variant, as its derived `Debug` has it, in snake case:
/// `TooDeep { limit: 4 }` as `too_deep`.
pub(crate) fn serialize_name<S: Serializer>(value: &impl fmt::Debug, serializer: S) -> Result<S::Ok, S::Error> {
    let mut name = String::new();
    for letter in format!("{value:?}").chars().take_while(|letter| letter.is_alphanumeric()) {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    serializer.serialize_str(&name)
}
