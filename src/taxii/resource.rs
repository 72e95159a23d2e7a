//! The resources of TAXII, read leniently.
//!
//! A property of the wrong type counts as absent, and stays in `custom` together with the
//! properties that the standard does not define. Lists may be missing, `null` or empty.

use std::borrow::Cow;

use super::error::{Error, ErrorKind};
use super::message::ErrorMessage;
use super::version::Version;
use crate::json::scan::{Lexer, TokenKind};
use crate::{Json, Properties, Timestamp};

/// The description of a server, with its API roots (TAXII 2.1 section 4.1).
///
/// It is a part of what [`Client::discover`](super::Client::discover) returns;
/// [`Client`](super::Client) has an example.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Discovery {
    /// The server's name.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Whom to contact about it.
    pub contact: Option<String>,
    /// The default API root, as it was sent.
    pub default: Option<String>,
    /// The API roots as they were sent: absolute or relative.
    pub api_roots: Vec<String>,
    /// All other properties.
    pub custom: Properties,
}

/// A group of collections with its own access control (section 4.2).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ApiRoot {
    /// Its name.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The supported versions: `application/taxii+json;version=2.1`, `taxii-2.0`.
    pub versions: Vec<String>,
    /// The largest request body in bytes. `None` if it is absent, not a number, or 0.
    pub max_content_length: Option<u64>,
    /// All other properties.
    pub custom: Properties,
}

/// The collections of an API root (section 5.1).
///
/// [`Client`](super::Client) has an example that lists them.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Collections {
    /// The collections that have an id, in the server's order.
    pub collections: Vec<Collection>,
    /// Members of the list that are not collections.
    pub rejected: Vec<Json<'static>>,
    /// All other properties.
    pub custom: Properties,
}

/// A collection of objects (section 5.2).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Collection {
    /// Its identifier. The standard requires a UUID; servers have others.
    pub id: String,
    /// Its name.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Another name for use in URLs.
    pub alias: Option<String>,
    /// Whether the user may read it. `None` if the server does not send it.
    pub can_read: Option<bool>,
    /// Whether the user may write to it. `None` if the server does not send it.
    pub can_write: Option<bool>,
    /// The media types of its objects.
    pub media_types: Vec<String>,
    /// All other properties.
    pub custom: Properties,
}

/// Metadata of an object in a collection (section 5.3.1). In TAXII 2.0 one record has all versions
/// of the object.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ManifestRecord {
    /// The object's identifier.
    pub id: String,
    /// When the server received the object. `None` if it is absent or not a timestamp.
    pub date_added: Option<Timestamp>,
    /// The object's version, or its versions, as the server writes them.
    pub versions: Vec<String>,
    /// The object's media type, or its media types.
    pub media_types: Vec<String>,
    /// All other properties.
    pub custom: Properties,
}

/// The versions of one object (section 5.8).
///
/// [`Client`](super::Client) asks for them.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Versions {
    /// The versions as the server writes them.
    pub versions: Vec<String>,
    /// Whether there are more. `None` if the server does not send it.
    pub more: Option<bool>,
    /// All other properties.
    pub custom: Properties,
}

/// How far the server is with objects that were added (section 4.3.1).
///
/// [`Client`](super::Client) returns it when it adds objects.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// Its identifier, to request it again.
    pub id: String,
    /// How far the server is.
    pub status: StatusWord,
    /// When the server received the objects.
    pub request_timestamp: Option<Timestamp>,
    /// How many objects there are.
    pub total_count: Option<u64>,
    /// How many objects were added.
    pub success_count: Option<u64>,
    /// The objects that were added. The list is optional and may be shorter than the count.
    pub successes: Vec<StatusDetails>,
    /// How many objects failed.
    pub failure_count: Option<u64>,
    /// The objects that failed, and why.
    pub failures: Vec<StatusDetails>,
    /// How many objects are not yet processed.
    pub pending_count: Option<u64>,
    /// The objects that are not yet processed.
    pub pendings: Vec<StatusDetails>,
    /// All other properties.
    pub custom: Properties,
}

/// How far the server is.
///
/// It is the word of a [`Status`], from a [`Client`](super::Client).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusWord {
    /// Not all objects are processed.
    Pending,
    /// All objects are processed.
    Complete,
    /// Another word; empty if there was none.
    Other(Box<str>),
}

impl Default for StatusWord {
    fn default() -> Self {
        Self::Other("".into())
    }
}

/// The status of one object (section 4.3.2).
///
/// It is an element of a [`Status`], from a [`Client`](super::Client).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StatusDetails {
    /// The object's identifier.
    pub id: String,
    /// The object's version.
    pub version: Option<String>,
    /// Information about the status, such as the reason for a failure.
    pub message: Option<String>,
    /// All other properties.
    pub custom: Properties,
}

impl Collections {
    /// Returns the collection with this id, alias or title, tried in this order.
    pub fn get(&self, name: &str) -> Option<&Collection> {
        let find = |is: fn(&Collection, &str) -> bool| self.collections.iter().find(|collection| is(collection, name));
        find(|collection, name| collection.id == name)
            .or_else(|| find(|collection, name| collection.alias.as_deref() == Some(name)))
            .or_else(|| find(|collection, name| collection.title.as_deref() == Some(name)))
    }
}

impl ApiRoot {
    /// Whether the root lists this version of TAXII.
    ///
    /// ```
    /// use stixkit::taxii::{ApiRoot, Version};
    ///
    /// let root = ApiRoot::from_slice(br#"{"title": "t", "versions": ["taxii-2.0"]}"#)?;
    /// assert!(root.speaks(Version::V20) && !root.speaks(Version::V21));
    /// # Ok::<(), stixkit::taxii::Error>(())
    /// ```
    pub fn speaks(&self, version: Version) -> bool {
        let number = if version == Version::V20 { "2.0" } else { "2.1" };
        self.versions.iter().any(|listed| listed.trim().trim_end_matches('"').ends_with(number))
    }
}

impl Status {
    /// Whether objects are still being processed, so that the status may change.
    pub fn is_pending(&self) -> bool {
        self.status == StatusWord::Pending
    }
}

/// A JSON object whose known properties are removed one by one.
pub(super) struct Fields(Properties);

impl From<Properties> for Fields {
    fn from(properties: Properties) -> Self {
        Self(properties)
    }
}

impl Fields {
    /// Reads the body of an answer, which has to be one JSON object. A byte order mark and bytes
    /// that are not UTF-8 do no harm.
    pub(super) fn read(body: &[u8]) -> Result<Self, Error> {
        Self::read_loosely(body).map(|(fields, _)| fields)
    }

    /// Reads the properties of a JSON object. Values that are not JSON, such as `NaN`, count as
    /// `null`: returns whether there were any.
    pub(super) fn read_loosely(body: &[u8]) -> Result<(Self, bool), Error> {
        let text = String::from_utf8_lossy(body);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        match serde_json::from_str(text) {
            Ok(properties) => Ok((Self(properties), false)),
            Err(error) if error.is_eof() && !text.trim_ascii().is_empty() => {
                Err(Error::new(ErrorKind::Temporary).with_detail("the answer is cut").with_source(error))
            }
            Err(error) => {
                let not_json = || Error::new(ErrorKind::NotTaxii).with_detail("a JSON object was expected");
                match serde_json::from_str(&without_bare_words(text)) {
                    Ok(properties) => Ok((Self(properties), true)),
                    Err(again) if again.is_eof() => {
                        Err(Error::new(ErrorKind::Temporary).with_detail("the answer is cut").with_source(error))
                    }
                    Err(_) => Err(not_json().with_source(error)),
                }
            }
        }
    }

    /// Returns a property whatever it is, and removes it.
    pub(super) fn take(&mut self, name: &str) -> Option<Json<'static>> {
        self.take_if_fit(name, |json| Some(json.clone().into_owned()))
    }

    /// Returns a property that was not removed.
    pub(super) fn member(&self, name: &str) -> Option<Json<'_>> {
        self.0.get(name)
    }

    /// Whether there is such a property that was not removed.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// Returns the properties that were not removed, with their names.
    pub(super) fn members(&self) -> Vec<(String, Json<'static>)> {
        self.0.iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }

    pub(super) fn from_json(json: &Json<'_>) -> Option<Self> {
        json.parse().ok().map(Self)
    }

    /// Returns the properties that were not removed.
    pub(super) fn rest(self) -> Properties {
        self.0
    }

    /// Removes a property and returns it, if it has the right type.
    fn take_if_fit<T>(&mut self, name: &str, fit: impl FnOnce(&Json<'_>) -> Option<T>) -> Option<T> {
        let value = fit(&self.0.get(name)?)?;
        self.0.remove(name);
        Some(value)
    }

    /// Removes a text; a number or a boolean counts as its text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take_if_fit(name, text)
    }

    /// Removes the first of these texts that exists.
    fn first_text(&mut self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    /// Removes the first of these properties that exists: a text, or any other value as JSON.
    fn first_text_or_json(&mut self, names: &[&str]) -> Option<String> {
        let json = |json: &Json<'_>| text(json).or_else(|| (json.as_json() != "null").then(|| json.to_string()));
        names.iter().find_map(|name| self.take_if_fit(name, json))
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        self.take_if_fit(name, |json| match text(json)?.as_str() {
            "true" | "True" | "1" => Some(true),
            "false" | "False" | "0" => Some(false),
            _ => None,
        })
    }

    fn number(&mut self, name: &str) -> Option<u64> {
        self.take_if_fit(name, |json| text(json)?.trim().parse().ok())
    }

    fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.take_if_fit(name, |json| Timestamp::parse(&json.as_str()?).ok())
    }

    /// Removes a list of texts, or one text.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let fit = |json: &Json<'_>| match list(json) {
            Some(list) => list.iter().map(text).collect(),
            None => Some(vec![text(json)?]),
        };
        self.take_if_fit(name, fit).unwrap_or_default()
    }

    pub(super) fn list(&mut self, name: &str) -> Vec<Json<'static>> {
        self.take_if_fit(name, list).unwrap_or_default()
    }

    fn details(&mut self, name: &str) -> Vec<StatusDetails> {
        self.list(name).iter().map(StatusDetails::from_json).collect()
    }
}

/// Replaces words outside of strings that are not JSON.
fn without_bare_words(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut last = 0;
    for token in Lexer::new(text.as_bytes(), 0) {
        let word = &text[token.start..token.end];
        let is_number = || serde_json::from_str::<serde::de::IgnoredAny>(word).is_ok();
        if token.kind == TokenKind::Scalar && !matches!(word, "true" | "false" | "null") && !is_number() {
            cleaned.push_str(&text[last..token.start]);
            cleaned.push_str("null");
            last = token.end;
        }
    }
    cleaned.push_str(&text[last..]);
    cleaned
}

pub(super) fn text(json: &Json<'_>) -> Option<String> {
    match json.as_json().as_bytes().first()? {
        b'"' => json.as_str().map(Cow::into_owned),
        b'{' | b'[' | b'n' => None,
        _ => Some(json.as_json().to_owned()),
    }
}

fn list(json: &Json<'_>) -> Option<Vec<Json<'static>>> {
    json.as_json().starts_with('[').then(|| json.parse().ok())?
}

/// Writes the public constructor of resources, and its documentation.
macro_rules! resources {
    ($($Resource:ident |$fields:ident| $body:expr;)+) => { $(
        impl $Resource {
            /// Reads the body of an answer.
            ///
            /// # Errors
            ///
            /// Returns an error of kind [`ErrorKind::NotTaxii`] if it is not one JSON object, and
            /// of kind [`ErrorKind::Temporary`] if the object is cut.
            pub fn from_slice(body: &[u8]) -> Result<Self, Error> {
                Fields::read(body).map(Self::from_fields)
            }

            fn from_fields(#[allow(unused_mut, reason = "each takes its own")] mut $fields: Fields) -> Self {
                $body
            }
        }
    )+ };
}

resources! {
    Discovery |fields| Self {
        title: fields.text("title"),
        description: fields.text("description"),
        contact: fields.text("contact"),
        default: fields.text("default"),
        api_roots: fields.texts("api_roots"),
        custom: fields.rest(),
    };
    ApiRoot |fields| Self {
        title: fields.text("title"),
        description: fields.text("description"),
        versions: fields.texts("versions"),
        max_content_length: fields.number("max_content_length").filter(|bytes| *bytes > 0),
        custom: fields.rest(),
    };
    Collections |fields| {
        let (collections, rejected) = partition(fields.list("collections"), |json| {
            Some(Collection::from_fields(Fields::from_json(json)?)).filter(|collection| !collection.id.is_empty())
        });
        Self { collections, rejected, custom: fields.rest() }
    };
    Collection |fields| Self {
        id: fields.text("id").unwrap_or_default(),
        title: fields.text("title"),
        description: fields.text("description"),
        alias: fields.text("alias"),
        can_read: fields.flag("can_read"),
        can_write: fields.flag("can_write"),
        media_types: fields.texts("media_types"),
        custom: fields.rest(),
    };
    ManifestRecord |fields| {
        let some = |list: Vec<String>, one: Option<String>| if list.is_empty() { one.into_iter().collect() } else { list };
        Self {
            id: fields.text("id").unwrap_or_default(),
            date_added: fields.time("date_added"),
            versions: some(fields.texts("versions"), fields.text("version")),
            media_types: some(fields.texts("media_types"), fields.text("media_type")),
            custom: fields.rest(),
        }
    };
    Versions |fields| Self {
        versions: fields.texts("versions"),
        more: fields.flag("more"),
        custom: fields.rest(),
    };
    Status |fields| Self {
        id: fields.text("id").unwrap_or_default(),
        status: fields.text("status").map_or_else(StatusWord::default, |word| StatusWord::from(word.as_str())),
        request_timestamp: fields.time("request_timestamp"),
        total_count: fields.number("total_count"),
        success_count: fields.number("success_count"),
        successes: fields.details("successes"),
        failure_count: fields.number("failure_count"),
        failures: fields.details("failures"),
        pending_count: fields.number("pending_count"),
        pendings: fields.details("pendings"),
        custom: fields.rest(),
    };
    ErrorMessage |fields| Self {
        title: fields.first_text(&["title", "name", "error"]),
        description: fields.first_text_or_json(&["description", "detail", "message"]),
        error_id: fields.text("error_id"),
        error_code: fields.first_text(&["error_code", "code"]),
        http_status: fields.text("http_status"),
        external_details: fields.text("external_details"),
        details: fields.take_if_fit("details", |json| Some(json.clone().into_owned())),
        custom: fields.rest(),
    };
}

impl ManifestRecord {
    pub(super) fn from_version(version: String) -> Self {
        Self { versions: vec![version], ..Self::default() }
    }

    /// Reads a record of a manifest; `None` if it has no id.
    pub(super) fn from_json(json: &Json<'_>) -> Option<Self> {
        Some(Self::from_fields(Fields::from_json(json)?)).filter(|record| !record.id.is_empty())
    }
}

impl From<&str> for StatusWord {
    fn from(word: &str) -> Self {
        match word {
            "pending" => Self::Pending,
            "complete" => Self::Complete,
            other => Self::Other(other.into()),
        }
    }
}

impl StatusDetails {
    /// Reads an object in TAXII 2.1; in 2.0 it may also be the id alone.
    fn from_json(json: &Json<'_>) -> Self {
        let Some(mut fields) = Fields::from_json(json) else {
            return Self { id: text(json).unwrap_or_else(|| json.to_string()), ..Self::default() };
        };
        Self {
            id: fields.text("id").unwrap_or_default(),
            version: fields.text("version"),
            message: fields.first_text_or_json(&["message"]),
            custom: fields.rest(),
        }
    }
}

/// Separates the values that can be read from the others.
pub(super) fn partition<T>(
    list: Vec<Json<'static>>,
    read: impl Fn(&Json<'static>) -> Option<T>,
) -> (Vec<T>, Vec<Json<'static>>) {
    let (mut good, mut bad) = (Vec::with_capacity(list.len()), Vec::new());
    for json in list {
        match read(&json) {
            Some(value) => good.push(value),
            None => bad.push(json),
        }
    }
    (good, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_at_all_is_a_resource() {
        for body in ["{}", r#"{"collections":null,"versions":null,"api_roots":null}"#] {
            assert!(Collections::from_slice(body.as_bytes()).unwrap().collections.is_empty());
            assert!(Versions::from_slice(body.as_bytes()).unwrap().versions.is_empty());
            assert!(Discovery::from_slice(body.as_bytes()).unwrap().api_roots.is_empty());
            assert_eq!(ApiRoot::from_slice(body.as_bytes()).unwrap().max_content_length, None);
        }
        assert_eq!(Status::from_slice(b"[]").unwrap_err().kind(), ErrorKind::NotTaxii);
    }

    #[test]
    fn a_misfit_costs_its_property_alone_and_is_kept() {
        let root =
            ApiRoot::from_slice(br#"{"title":"t","max_content_length":"10485760","versions":"v","x":[1]}"#).unwrap();
        assert_eq!((root.max_content_length, root.versions), (Some(10_485_760), vec!["v".to_owned()]));
        assert_eq!(root.custom.get("x").unwrap().as_json(), "[1]");
        for length in ["0", "null", "\"many\"", "-1", "1.5", "[]"] {
            let body = format!(r#"{{"title":"t","max_content_length":{length}}}"#);
            let root = ApiRoot::from_slice(body.as_bytes()).unwrap();
            assert_eq!((root.max_content_length, root.title.as_deref()), (None, Some("t")));
        }
    }

    #[test]
    fn collections_are_found_by_id_then_alias_then_title() {
        let body = br#"{"collections":[5,{"title":"no id"},{"id":"a","title":"b"},{"id":"c","alias":"d","title":"a"},
            {"id":"x-mitre-collection--1","alias":"b","can_read":"true"}]}"#;
        let collections = Collections::from_slice(body).unwrap();
        assert_eq!(collections.rejected.len(), 2);
        let id = |name| collections.get(name).map(|collection| collection.id.as_str());
        assert_eq!((id("a"), id("d"), id("b")), (Some("a"), Some("c"), Some("x-mitre-collection--1")));
        assert_eq!(id("e"), None);
        assert_eq!(collections.collections[2].can_read, Some(true));
    }

    #[test]
    fn a_status_has_details_as_objects_or_ids() {
        let body = br#"{"id":"s","status":"partial","successes":["indicator--1",{"id":"indicator--2","version":"v"}],
            "failures":[{"id":"f","message":{"why":1}}]}"#;
        let status = Status::from_slice(body).unwrap();
        assert_eq!(status.status, StatusWord::Other("partial".into()));
        assert_eq!(status.successes[0].id, "indicator--1");
        assert_eq!(status.successes[1].version.as_deref(), Some("v"));
        assert_eq!(status.failures[0].message.as_deref(), Some(r#"{"why":1}"#));
    }

    #[test]
    fn a_manifest_record_is_of_either_version() {
        let of = |text: &str| ManifestRecord::from_json(&Json::new(text).unwrap());
        let new =
            of(r#"{"id":"a","date_added":"2024-01-01T00:00:00.000001Z","version":"v","media_type":"m"}"#).unwrap();
        let old = of(r#"{"id":"a","date_added":"undefined","versions":["v","w"],"media_types":["m"]}"#).unwrap();
        assert_eq!((new.versions.len(), old.versions.len()), (1, 2));
        assert!(new.date_added.is_some() && old.date_added.is_none());
        assert!(old.custom.get("date_added").is_some());
        assert_eq!(of(r#"{"version":"v"}"#), None);
    }
}
