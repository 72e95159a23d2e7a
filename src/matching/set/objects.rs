//! The objects of an event, as tests of patterns see them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::folded::has_normal_form;
use crate::matching::event::{Event, Form, Place, Value};
use crate::matching::root::Root;
use crate::object::PropertyValue;
use crate::pattern::ast::Step;
use crate::row::{ValueKind, normalize};

/// The objects of an event. They are made for events that may satisfy a pattern.
#[derive(Debug)]
pub(in crate::matching) struct Objects {
    written: Roots,
    /// With values in normal form, if others are written.
    normal: Option<Roots>,
}

/// Objects that tests start from.
#[derive(Debug, Default)]
pub(in crate::matching) struct Roots {
    roots: Vec<Object>,
    /// The objects that references lead to, as JSON.
    targets: Vec<String>,
}

#[derive(Debug)]
struct Object {
    object_type: String,
    json: String,
}

/// Where a reference leads to.
const TARGET: &str = "target--";

impl Objects {
    pub(in crate::matching) fn new(event: &Event<'_>) -> Self {
        let is_normal = |value: Value<'_>| normal(&value).is_none_or(|normal| normal == value.text);
        let normal = (!event.values().all(is_normal)).then(|| Roots::new(event, true));
        Self { written: Roots::new(event, false), normal }
    }

    /// One object as it is.
    pub(super) fn of_object(object: &crate::Object) -> Self {
        let object_type = object.type_name().to_owned();
        // OK because objects are always JSON.
        let json = serde_json::to_string(object).unwrap_or_default();
        let written = Roots { roots: vec![Object { object_type, json }], targets: Vec::new() };
        Self { written, normal: None }
    }

    pub(in crate::matching) fn written(&self) -> &Roots {
        &self.written
    }

    pub(in crate::matching) fn normal(&self) -> &Roots {
        self.normal.as_ref().unwrap_or(&self.written)
    }
}

/// The normal form of text that is looked up and has one.
fn normal<'e>(value: &Value<'e>) -> Option<Cow<'e, str>> {
    let kind = value.rule.kind().filter(|kind| has_normal_form(*kind) && value.form == Form::Text)?;
    Some(normalize(kind, value.text))
}

impl Roots {
    fn new(event: &Event<'_>, is_normal: bool) -> Self {
        let json = |value: &Value<'_>| match normal(value).filter(|_| is_normal) {
            Some(text) => quoted(&text),
            None => json(value),
        };
        let mut known = HashMap::new();
        let mut groups: Vec<Group<'_>> = Vec::new();
        for value in event.values() {
            let json = json(&value);
            for place in value.rule.places() {
                let id = (place.slot(), place.object_type(), value.instance_at(place));
                let at = *known.entry(id).or_insert_with(|| {
                    groups.push(Group::new(place.object_type()));
                    groups.len() - 1
                });
                groups[at].add(place, value, json.clone());
            }
        }
        let drafts = groups.iter().flat_map(Group::drafts);
        let mut roots = Self::default();
        for draft in drafts {
            let mut json = format!("{{\"type\":{}", quoted(draft.object_type));
            for (name, node) in draft.properties.iter().filter(|(name, _)| *name != "type") {
                json.push(',');
                roots.member(name, node, &mut json);
            }
            json.push('}');
            roots.roots.push(Object { object_type: draft.object_type.to_owned(), json });
        }
        roots
    }

    pub(in crate::matching) fn iter(&self) -> impl Iterator<Item = EventRoot<'_>> {
        self.roots.iter().map(|object| EventRoot { object, targets: &self.targets })
    }

    fn member(&mut self, name: &str, node: &Node<'_>, json: &mut String) {
        json.push_str(&quoted(name));
        json.push(':');
        self.write(node, json);
    }

    // It recurses as deep as paths of rules are long.
    fn write(&mut self, node: &Node<'_>, json: &mut String) {
        match node {
            Node::Value(value) => json.push_str(value),
            Node::Map(members) => {
                json.push('{');
                for (at, (name, node)) in members.iter().enumerate() {
                    json.push_str(if at > 0 { "," } else { "" });
                    self.member(name, node, json);
                }
                json.push('}');
            }
            Node::List(elements) => {
                json.push('[');
                for (at, node) in elements.iter().enumerate() {
                    json.push_str(if at > 0 { "," } else { "" });
                    self.write(node, json);
                }
                json.push(']');
            }
            Node::Reference(members) => {
                let mut target = String::from("{");
                for (at, (name, node)) in members.iter().enumerate() {
                    target.push_str(if at > 0 { "," } else { "" });
                    self.member(name, node, &mut target);
                }
                target.push('}');
                // OK because a `String` takes all that is written.
                let _ = write!(json, "\"{TARGET}{}\"", self.targets.len());
                self.targets.push(target);
            }
        }
    }
}

/// The values of one slot, which is one object unless several values have the same path.
struct Group<'e> {
    object_type: &'e str,
    values: Vec<Placed<'e>>,
    /// How many values have a path.
    counts: HashMap<&'e str, u32>,
}

struct Placed<'e> {
    path: &'e str,
    steps: &'e [Step<'static>],
    value: Value<'e>,
    json: String,
    /// How many values before it have the path. Zero in lists.
    order: u32,
}

/// The most values that objects of a slot share. A line with many values at two paths would be
/// multiplied otherwise.
const MAX_SHARED: usize = 4096;

impl<'e> Group<'e> {
    fn new(object_type: &'e str) -> Self {
        Self { object_type, values: Vec::new(), counts: HashMap::new() }
    }

    fn add(&mut self, place: &'e Place, value: Value<'e>, json: String) {
        let (path, steps) = (place.as_str(), &*place.path().steps);
        let is_list = steps.iter().any(|step| !matches!(step, Step::Property(_)));
        let count = self.counts.entry(path).or_default();
        let order = *count;
        *count += u32::from(!is_list);
        self.values.push(Placed { path, steps, value, json, order });
    }

    /// The objects: the n-th has the n-th value of each path, and all of them have the only value
    /// of a path, and lists.
    fn drafts(&self) -> Vec<Draft<'e>> {
        let count = self.values.iter().map(|placed| placed.order as usize + 1).max().unwrap_or(0);
        let mut own: Vec<Vec<&Placed<'e>>> = Vec::new();
        own.resize_with(count, Vec::new);
        let mut shared = Vec::new();
        for placed in &self.values {
            // A list has no count.
            if self.counts.get(placed.path).is_some_and(|count| *count > 1) {
                own[placed.order as usize].push(placed);
            } else {
                shared.push(placed);
            }
        }
        let sharing = (MAX_SHARED / shared.len().max(1)).max(1);
        let mut drafts = Vec::new();
        let mut others = Vec::new();
        for (at, own) in own.iter().enumerate() {
            let shared = if at < sharing { &*shared } else { &[] };
            let mut draft = Draft { object_type: self.object_type, properties: Vec::new() };
            for placed in shared.iter().chain(own) {
                if !put(&mut draft.properties, placed.steps, &placed.value, &placed.json) && at == 0 {
                    // A value and an object in the same place: it belongs to another object.
                    let mut other = Draft { object_type: self.object_type, properties: Vec::new() };
                    put(&mut other.properties, placed.steps, &placed.value, &placed.json);
                    others.push(other);
                }
            }
            drafts.push(draft);
        }
        drafts.extend(others);
        drafts
    }
}

struct Draft<'e> {
    object_type: &'e str,
    properties: Vec<(&'e str, Node<'e>)>,
}

enum Node<'e> {
    /// JSON.
    Value(String),
    Map(Vec<(&'e str, Self)>),
    List(Vec<Self>),
    Reference(Vec<(&'e str, Self)>),
}

/// Puts a value at a path. Returns `false` if there is one already.
fn put<'e>(members: &mut Vec<(&'e str, Node<'e>)>, steps: &'e [Step<'static>], value: &Value<'e>, json: &str) -> bool {
    let Some((Step::Property(property), rest)) = steps.split_first() else { return false };
    let name = &*property.name;
    let known = members.iter().position(|(other, _)| *other == name);
    let Some((step, after)) = rest.split_first() else {
        if known.is_none() {
            members.push((name, Node::Value(json.to_owned())));
        }
        return known.is_none();
    };
    let at = known.unwrap_or_else(|| {
        let node = match step {
            Step::Property(_) if name.ends_with("_ref") => Node::Reference(of_kind(value)),
            Step::Property(_) => Node::Map(Vec::new()),
            _ => Node::List(Vec::new()),
        };
        members.push((name, node));
        members.len() - 1
    });
    match (&mut members[at].1, step) {
        (Node::Reference(inner) | Node::Map(inner), Step::Property(_)) => put(inner, rest, value, json),
        (Node::List(elements), Step::AnyIndex(_) | Step::Index(_)) => {
            if after.is_empty() {
                elements.push(Node::Value(json.to_owned()));
                return true;
            }
            let mut inner = if name.ends_with("_refs") { of_kind(value) } else { Vec::new() };
            let is_put = put(&mut inner, after, value, json);
            elements.push(if name.ends_with("_refs") { Node::Reference(inner) } else { Node::Map(inner) });
            is_put
        }
        _ => false,
    }
}

/// The type of an object that has a value of a kind as its `value`.
fn of_kind<'e>(value: &Value<'e>) -> Vec<(&'e str, Node<'e>)> {
    let object_type = match value.rule.kind() {
        Some(ValueKind::Ipv4) => "ipv4-addr",
        Some(ValueKind::Ipv6) => "ipv6-addr",
        Some(ValueKind::Domain) => "domain-name",
        Some(ValueKind::Url) => "url",
        Some(ValueKind::Email) => "email-addr",
        Some(ValueKind::Mac) => "mac-addr",
        _ => return Vec::new(),
    };
    vec![("type", Node::Value(format!("\"{object_type}\"")))]
}

fn json(value: &Value<'_>) -> String {
    match value.to_property() {
        PropertyValue::Text(text) => quoted(&text),
        // A number or boolean in the syntax of JSON.
        _ => value.text.to_owned(),
    }
}

fn quoted(text: &str) -> String {
    // OK because text is always JSON.
    serde_json::to_string(text).unwrap_or_default()
}

/// An object of an event.
#[derive(Debug)]
pub(in crate::matching) struct EventRoot<'o> {
    object: &'o Object,
    targets: &'o [String],
}

impl<'o> Root<'o> for EventRoot<'o> {
    fn object_type(&self) -> &str {
        &self.object.object_type
    }

    fn value(&self) -> PropertyValue<'o> {
        PropertyValue::from_json(&self.object.json)
    }

    fn resolve(&self, reference: &str) -> Option<(usize, PropertyValue<'o>)> {
        let place = reference.strip_prefix(TARGET)?.parse().ok()?;
        Some((place, PropertyValue::from_json(self.targets.get(place)?)))
    }
}
