use std::cell::LazyCell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use stixkit::matching::event::{ErrorKind, FieldMap, Form, Scratch, Value};

const MAP: &str = "
    a tested a thing:a
    a.b tested ab thing:b, ab[] thing:bs
    a.b.c tested abc[] thing:c
    a.l tested l[] thing:l
    s.e.v.e.r.a.l tested s thing:s
    n number n thing:n
    \"a b\" text blank thing:blank
    \"é\\\"\" text accent thing:accent
    h+u url request
    l.h+l.u url requests[]
";
const JOINS: [(&str, &str); 2] = [("h", "u"), ("l.h", "l.u")];
const MAX_DEPTH: usize = 128;

thread_local! {
    static MAPS: LazyCell<(FieldMap, Vec<FieldMap>)> = LazyCell::new(|| {
        let usual = FieldMap::NAMES.iter().map(|name| FieldMap::named(name).expect("it is one of the names"));
        (FieldMap::parse(MAP).expect("it is a map"), usual.collect())
    });
}

/// A line: what is read in one pass is what `serde_json` reads and a walk over its values finds, and a line is refused
/// exactly if `serde_json` refuses it, or if it is too deep or not an object.
pub(crate) fn scan_json(data: &[u8]) {
    MAPS.with(|maps| {
        let (own, usual) = &**maps;
        let (mut scratch, mut other) = (Scratch::new(), Scratch::new());
        let is_valid = own.extract(data, &mut scratch).is_ok();
        for map in usual {
            let values = match map.extract(data, &mut other) {
                Ok(event) => event.values().map(|value| value.text.len()).sum(),
                Err(error) => {
                    assert!(!is_valid && error.offset() <= data.len(), "{error:?}");
                    0
                }
            };
            assert!(values <= 400 * data.len(), "{values} bytes of values");
        }
        let found = own.extract(data, &mut scratch);
        let tree = std::str::from_utf8(data).ok().and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
        let Some(tree) = tree else {
            assert!(matches!(found.unwrap_err().kind(), ErrorKind::Json | ErrorKind::Utf8 | ErrorKind::TooDeep));
            return;
        };
        let depth = depth(tree.get());
        if !tree.get().starts_with('{') || depth > MAX_DEPTH {
            assert!(matches!(found.unwrap_err().kind(), ErrorKind::NotAnObject | ErrorKind::TooDeep));
            return;
        }
        let event = found.unwrap_or_else(|error| panic!("{error}: {}", tree.get()));
        let mut walk = Walk::default();
        // Strings with half of a surrogate pair have no value.
        if walk.value(String::new(), tree, (0, 0)).is_some() {
            walk.join();
            let found: Vec<_> = event.values().map(|value| Found::new(&value)).collect();
            assert_eq!(found, walk.found, "{}", tree.get());
        }
    });
}

/// How deep lists and objects are in each other, in text that is JSON.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut is_in_string, mut is_escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            b'{' | b'[' if !is_in_string => depth += 1,
            b'}' | b']' if !is_in_string => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// A value of an event: field, text, form, and the objects that it belongs to.
#[derive(PartialEq, Eq)]
struct Found {
    field: String,
    text: String,
    form: Form,
    instances: Vec<u32>,
}

impl Found {
    fn new(value: &Value<'_>) -> Self {
        Self {
            field: value.rule.field().to_owned(),
            text: value.text.to_owned(),
            form: value.form,
            instances: value.rule.places().iter().map(|place| value.instance_at(place)).collect(),
        }
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {:?} {:?}", self.field, self.text, self.form, self.instances)
    }
}

/// A part of a joined value: which join, the innermost and the outermost element, and whether it is the second.
type Part = ((usize, u32, bool), u32, String);

/// Goes over values as `serde_json` reads them. Elements of lists are numbered in their order.
#[derive(Default)]
struct Walk {
    found: Vec<Found>,
    parts: Vec<Part>,
    elements: u32,
}

impl Walk {
    /// `path` has the names on the way with dots between them.
    fn value(&mut self, path: String, value: &RawValue, (outermost, innermost): (u32, u32)) -> Option<()> {
        let text = value.get();
        let (text, form) = match text.as_bytes()[0] {
            b'{' => {
                let Members(members) = serde_json::from_str(text).ok()?;
                for (name, value) in members {
                    let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                    // A name without letters at the top is not one of a field, and neither is what is in it.
                    let path = if path.is_empty() { ".".to_owned() } else { path };
                    self.value(path, value, (outermost, innermost))?;
                }
                return Some(());
            }
            b'[' => {
                let list: Vec<&RawValue> = serde_json::from_str(text).ok()?;
                for value in list {
                    self.elements += 1;
                    let own = self.elements;
                    self.value(path.clone(), value, (if outermost == 0 { own } else { outermost }, own))?;
                }
                return Some(());
            }
            b'"' => (serde_json::from_str(text).ok()?, Form::Text),
            b't' | b'f' => (text.to_owned(), Form::Boolean),
            b'n' => return Some(()),
            _ => (text.to_owned(), Form::Number),
        };
        self.scalar(&path, text, form, (outermost, innermost));
        Some(())
    }

    fn scalar(&mut self, path: &str, text: String, form: Form, (outermost, innermost): (u32, u32)) {
        for (place, (first, second)) in JOINS.iter().enumerate() {
            if path == *first || path == *second {
                self.parts.push(((place, innermost, path == *second), outermost, text.clone()));
            }
        }
        let (form, instances) = match path {
            "a" | "s.e.v.e.r.a.l" => (form, vec![0]),
            "a.b" => (form, vec![0, outermost]),
            "a.b.c" | "a.l" => (form, vec![outermost]),
            "n" => (if is_number(&text) { Form::Number } else { Form::Text }, vec![0]),
            "a b" | "é\"" => (Form::Text, vec![0]),
            _ => return,
        };
        if !is_empty(&text) {
            self.found.push(Found { field: path.to_owned(), text, form, instances });
        }
    }

    fn join(&mut self) {
        // The sort is stable.
        self.parts.sort_by_key(|(key, ..)| *key);
        let mut first: Option<&Part> = None;
        for part @ ((place, innermost, is_second), outermost, text) in &self.parts {
            if !is_second {
                first = Some(part);
                continue;
            }
            let host = first.filter(|((join, element, _), ..)| (join, element) == (place, innermost));
            let host = host.map(|(.., host)| host).filter(|host| !is_empty(host) && host.len() <= 300);
            let scheme = text.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| !scheme.is_empty());
            let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
            let texts = match (scheme, host) {
                _ if is_empty(text) => continue,
                (Some(scheme), _) if scheme.bytes().all(is_scheme) => vec![text.clone()],
                // The map has no field that tells the scheme.
                (_, Some(host)) => ["http", "https"]
                    .map(|scheme| format!("{scheme}://{host}/{}", text.strip_prefix('/').unwrap_or(text)))
                    .to_vec(),
                (_, None) => continue,
            };
            let (first, second) = JOINS[*place];
            let instances = vec![if *place == 0 { 0 } else { *outermost }];
            for text in texts {
                let (field, instances) = (format!("{first}+{second}"), instances.clone());
                self.found.push(Found { field, text, form: Form::Text, instances });
            }
        }
    }
}

fn is_empty(text: &str) -> bool {
    ["", "-", "(empty)"].contains(&text)
}

fn is_number(text: &str) -> bool {
    let is_json = serde_json::from_str::<&RawValue>(text).is_ok_and(|value| value.get() == text);
    is_json && text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// The members of an object, also those whose names are repeated.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(member) = members.next_entry()? {
                    list.push(member);
                }
                Ok(Members(list))
            }
        }

        deserializer.deserialize_map(All)
    }
}
