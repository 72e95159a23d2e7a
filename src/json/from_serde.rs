//! JSON text from any deserializer.
//!
//! The types of this crate are read from JSON text. `serde_json` hands out its own text, in which
//! numbers have all their digits; what other deserializers produce is written as JSON text first.

use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cursor::{MAX_DEPTH, is_plain, value_end};
use super::scan;

/// A value from another format than JSON may be this large as JSON text. It is the default limit on
/// objects in JSON, and it bounds what formats with references to other parts of the document (the
/// aliases of YAML) can make of a short input.
const MAX_TEXT: usize = 64 << 20;

/// Reads a value through its JSON text. The text is one JSON value if it comes from `serde_json` or
/// was written here.
pub(crate) fn read<'de, D, T>(deserializer: D, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_newtype_struct(raw_name(), TextOrValue(parse))
}

/// The name of the newtype for which `serde_json` hands out its text: the one that `RawValue` asks
/// for. If there is none, text is written from values, as for every other format.
fn raw_name() -> &'static str {
    match Box::<RawValue>::deserialize(Probe) {
        Err(Asked(name)) => name,
        Ok(_) => "",
    }
}

/// Fails with the name that it is asked for.
struct Probe;

#[derive(Debug, thiserror::Error)]
#[error("asked for {0}")]
struct Asked(&'static str);

impl de::Error for Asked {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("")
    }
}

impl<'de> Deserializer<'de> for Probe {
    type Error = Asked;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Asked> {
        Err(Asked(""))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, _: V) -> Result<V::Value, Asked> {
        Err(Asked(name))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The name of the only member of the map that `serde_json` presents a number as, if its feature
/// `arbitrary_precision` is on. Another crate may have turned it on.
fn number_name() -> Option<&'static str> {
    struct Name(Option<String>);

    struct NameVisitor;

    impl<'de> Visitor<'de> for NameVisitor {
        type Value = Name;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number")
        }

        fn visit_f64<E>(self, _: f64) -> Result<Name, E> {
            Ok(Name(None))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Name, A::Error> {
            let name = map.next_key()?;
            map.next_value::<IgnoredAny>()?;
            Ok(Name(name))
        }
    }

    impl<'de> Deserialize<'de> for Name {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(NameVisitor)
        }
    }

    static NAME: OnceLock<Option<String>> = OnceLock::new();
    NAME.get_or_init(|| serde_json::from_str::<Name>("0.5").ok()?.0).as_deref()
}

/// Reads the text that `serde_json` hands out, or writes a value of another format as text and
/// reads that.
struct TextOrValue<F>(F);

/// Passes on what a deserializer presents without the newtype around it.
macro_rules! write_then_parse {
    ($($visit:ident($Value:ty)),+) => { $(
        fn $visit<E: de::Error>(self, value: $Value) -> Result<T, E> {
            self.write_then_parse(|writer| writer.$visit(value))
        }
    )+ };
}

impl<T, F: FnOnce(&str) -> Result<T, String>> TextOrValue<F> {
    fn write_then_parse<E: de::Error>(self, write: impl FnOnce(Writer<'_>) -> Result<(), E>) -> Result<T, E> {
        let mut text = String::new();
        write(Writer::new(&mut text))?;
        (self.0)(&text).map_err(E::custom)
    }
}

impl<'de, T, F: FnOnce(&str) -> Result<T, String>> Visitor<'de> for TextOrValue<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        self.write_then_parse(|writer| writer.deserialize(deserializer))
    }

    /// The text of `serde_json` is a map with one member.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut text = String::new();
        let mut members = Members::open(Writer::new(&mut text))?;
        let Some(name) = members.next_name(&mut map)? else {
            return (self.0)("{}").map_err(de::Error::custom);
        };
        if unquoted(name) == raw_name() {
            return map.next_value_seed(Text(self.0));
        }
        members.next_value(&mut map)?;
        members.finish(map)?;
        (self.0)(&text).map_err(de::Error::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        self.write_then_parse(|writer| writer.visit_seq(seq))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        self.write_then_parse(|writer| writer.deserialize(deserializer))
    }

    fn visit_none<E: de::Error>(self) -> Result<T, E> {
        self.write_then_parse(|writer| writer.visit_none())
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        self.write_then_parse(|writer| writer.visit_unit())
    }

    write_then_parse! {
        visit_bool(bool), visit_i64(i64), visit_i128(i128), visit_u64(u64), visit_u128(u128), visit_f64(f64),
        visit_str(&str), visit_bytes(&[u8])
    }
}

/// Reads a string and parses it.
struct Text<F>(F);

impl<'de, T, F: FnOnce(&str) -> Result<T, String>> DeserializeSeed<'de> for Text<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> Result<T, String>> Visitor<'_> for Text<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// Writes the value that it is given as JSON text.
struct Writer<'w> {
    out: &'w mut String,
    /// Lists and maps that are open around the value.
    depth: usize,
}

impl<'w> Writer<'w> {
    fn new(out: &'w mut String) -> Self {
        Self { out, depth: 0 }
    }

    /// An error with the path of the value that is about to be written.
    #[cold]
    fn error<E: de::Error>(&self, what: &str) -> E {
        E::custom(format_args!("{what}, at ${}", scan::path_at(self.out, self.out.len())))
    }

    /// A writer for what is inside the value. Wrappers without a form in JSON count, so that the
    /// recursion is bounded in any case.
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.error("nested deeper than 128 levels"));
        }
        Ok(Self { out: self.out, depth: self.depth + 1 })
    }

    fn inner(&mut self) -> Writer<'_> {
        Writer { out: self.out, depth: self.depth }
    }

    fn push<E: de::Error>(self, text: &str) -> Result<(), E> {
        if self.out.len() + text.len() > MAX_TEXT {
            return Err(self.error("larger than 64 MiB as JSON"));
        }
        self.out.push_str(text);
        Ok(())
    }

    fn push_string<E: de::Error>(mut self, text: &str) -> Result<(), E> {
        if !is_plain(text) {
            // OK because a string always has a JSON form.
            return self.push(&serde_json::to_string(text).unwrap_or_default());
        }
        self.inner().push("\"")?;
        self.inner().push(text)?;
        self.push("\"")
    }
}

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.push(if value { "true" } else { "false" })
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.push(&value.to_string())
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<(), E> {
        self.push(&value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.push(&value.to_string())
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<(), E> {
        self.push(&value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        if !value.is_finite() {
            return Err(self.error(&format!("{value} is not a number in JSON")));
        }
        // OK because a finite number always has a JSON form.
        self.push(&serde_json::to_string(&value).unwrap_or_default())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.push_string(text)
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<(), E> {
        Err(self.error("bytes have no form in JSON; STIX writes them as Base64 text"))
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.push("null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.push("null")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deeper()?.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deeper()?.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut writer = self.deeper()?;
        writer.inner().push("[")?;
        let start = writer.out.len();
        while seq.next_element_seed(writer.inner())?.is_some() {
            writer.inner().push(",")?;
        }
        if writer.out.len() > start {
            writer.out.pop();
        }
        writer.push("]")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let number = number_name();
        let mut members = Members::open(self)?;
        let Some(name) = members.next_name(&mut map)? else { return members.close() };
        if number.is_some_and(|number| unquoted(name) == number) {
            let text: String = map.next_value()?;
            return members.replace_with_number(&text);
        }
        members.next_value(&mut map)?;
        members.finish(map)
    }

    /// Tags of YAML and CBOR, and variants of enums.
    fn visit_enum<A: de::EnumAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.error("a tag has no form in JSON"))
    }
}

/// The text between the quotes of a name; for a name with escapes, which is no name of
/// `serde_json`, its text in JSON.
fn unquoted(quoted: &str) -> &str {
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default()
}

/// The members of a map while they are written.
struct Members<'w> {
    writer: Writer<'w>,
    /// Where the map starts.
    start: usize,
}

impl<'w> Members<'w> {
    fn open<E: de::Error>(writer: Writer<'w>) -> Result<Self, E> {
        let start = writer.out.len();
        let mut writer = writer.deeper()?;
        writer.inner().push("{")?;
        Ok(Self { writer, start })
    }

    /// Writes the next name and returns it in its quotes.
    fn next_name<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Option<&str>, A::Error> {
        let start = self.writer.out.len();
        match map.next_key_seed(Name(self.writer.inner()))? {
            Some(()) => Ok(Some(&self.writer.out[start..])),
            None => Ok(None),
        }
    }

    fn next_value<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        self.writer.inner().push(":")?;
        map.next_value_seed(self.writer.inner())?;
        self.writer.inner().push(",")
    }

    /// Writes all members that follow, and the end.
    fn finish<'de, A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while self.next_name(&mut map)?.is_some() {
            self.next_value(&mut map)?;
        }
        self.close()
    }

    /// Writes the end. Once a map has returned no name it must not be asked again.
    fn close<E: de::Error>(self) -> Result<(), E> {
        if self.writer.out.ends_with(',') {
            self.writer.out.pop();
        }
        self.writer.push("}")
    }

    /// Writes a number where the map was to be.
    fn replace_with_number<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.writer.out.truncate(self.start);
        let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
            && value_end(text, 0).is_ok_and(|end| end == text.len());
        if is_number { self.writer.push(text) } else { Err(self.writer.error("expected a number")) }
    }
}

/// Writes the name of a member. Numbers and booleans become text, as `serde_json` writes them.
struct Name<'w>(Writer<'w>);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name of a property, at ${}", scan::path_at(self.0.out, self.0.out.len()))
    }

    fn visit_bool<E: de::Error>(self, name: bool) -> Result<(), E> {
        self.0.push_string(if name { "true" } else { "false" })
    }

    fn visit_i64<E: de::Error>(self, name: i64) -> Result<(), E> {
        self.0.push_string(&name.to_string())
    }

    fn visit_u64<E: de::Error>(self, name: u64) -> Result<(), E> {
        self.0.push_string(&name.to_string())
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<(), E> {
        self.0.push_string(name)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, MapDeserializer, SeqDeserializer};

    use super::*;

    fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        read(deserializer, |text| Ok(text.to_owned()))
    }

    #[test]
    fn serde_json_hands_out_its_text() {
        let json = r#"{"a" : 1.50, "b": [1e400]}"#;
        let mut deserializer = serde_json::Deserializer::from_str(json);
        assert_eq!(text(&mut deserializer).unwrap(), json);
        let mut deserializer = serde_json::Deserializer::from_reader(json.as_bytes());
        assert_eq!(text(&mut deserializer).unwrap(), json);
        assert_eq!(text(serde_json::json!({"a": [1, null]})).unwrap(), r#"{"a":[1,null]}"#);
    }

    #[test]
    fn values_become_text() {
        let member = |name: &'static str, value: u8| (name, value);
        let map = |members: Vec<(&'static str, u8)>| MapDeserializer::<_, Error>::new(members.into_iter());
        assert_eq!(text(map(vec![])).unwrap(), "{}");
        assert_eq!(text(map(vec![member("a", 1), member("b \"c\"\n", 2)])).unwrap(), r#"{"a":1,"b \"c\"\n":2}"#);
        let list = |list: Vec<f64>| SeqDeserializer::<_, Error>::new(list.into_iter());
        assert_eq!(text(list(vec![])).unwrap(), "[]");
        assert_eq!(text(list(vec![1.0, -0.5, 1e300])).unwrap(), "[1.0,-0.5,1e+300]");
        let error = text(list(vec![1.0, f64::NAN])).unwrap_err();
        assert_eq!(error.to_string(), "NaN is not a number in JSON, at $[1]");
        let bytes: serde::de::value::BytesDeserializer<'_, Error> = b"ab"[..].into_deserializer();
        assert_eq!(
            text(bytes).unwrap_err().to_string(),
            "bytes have no form in JSON; STIX writes them as Base64 text, at $"
        );
    }

    /// The name means something only if `serde_json` handed out the map.
    #[test]
    fn the_private_names_are_those_of_serde_json() {
        assert!(raw_name().contains("RawValue"), "{}", raw_name());
        for json in [format!(r#"{{"{}":"]"}}"#, raw_name()), format!(r#"{{"a":{{"{}":"]"}}}}"#, raw_name())] {
            assert_eq!(text(serde_yaml_ng::Deserializer::from_str(&json)).unwrap(), json);
        }
    }
}
