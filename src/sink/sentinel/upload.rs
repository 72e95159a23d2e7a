//! Bodies for the STIX objects upload API, and what its answers say.
//!
//! Nothing here sends anything: a client of any kind posts the JSON of a [`Body`] to [`url`](url())
//! with the headers below, and gives status and text of the answer to [`Answer::parse`].
//!
//! | | |
//! |---|---|
//! | request | `POST` to [`url`](url()) |
//! | header `Authorization` | `Bearer` and a token, which [`token_url`] gives for the scope [`TOKEN_SCOPE`] |
//! | header `Content-Type` | [`CONTENT_TYPE`] |
//! | objects in a request | [`MAX_OBJECTS`] at most, relationships too |
//! | requests in a minute | [`MAX_REQUESTS_PER_MINUTE`] |
//!
//! ```
//! use std::collections::VecDeque;
//! use stixkit::sink::sentinel::upload::{self, Answer, Batches};
//! use stixkit::{Bundle, Object};
//!
//! # let mut answers: VecDeque<(u16, String)> = [
//! #     (429, r#"{"statusCode": 429, "message": "Rate limit is exceeded. Try again in 2 seconds."}"#.into()),
//! #     (200, r#"{"errors": [{"recordIndex": 1, "errorMessages": ["Error for Property=id: no."]}]}"#.into()),
//! # ].into();
//! # let mut post = |_url: &str, _body: String| answers.pop_front().unwrap_or((200, String::new()));
//! # let feed = include_bytes!("../../../tests/fixtures/feed.json");
//! let bundle = Bundle::from_slice(feed)?;
//! let url = upload::url("2f9d1c4e-6a53-4b4c-8a0e-0d3a4b1f2a11");
//! // Objects of STIX 2.0 lack what the API asks of an indicator.
//! let objects = bundle.objects().iter().cloned().flat_map(Object::upgrade);
//! for body in Batches::new("example", objects) {
//!     let json = serde_json::to_string(&body)?;
//!     loop {
//!         // `post` is the client's.
//!         let (status, text) = post(&url, json.clone());
//!         match Answer::parse(status, &text, &body) {
//!             Answer::Accepted => {}
//!             Answer::Partial(errors) => errors.iter().for_each(|error| eprintln!("{error}")),
//!             // The same body again: none of its objects was taken.
//!             Answer::RateLimited { wait } => {
//! #               let wait = wait.min(std::time::Duration::from_millis(1));
//!                 std::thread::sleep(wait);
//!                 continue;
//!             }
//!             answer => panic!("{answer:?}"),
//!         }
//!         break;
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An object that is uploaded again with a newer `modified` is updated. The API deletes nothing; a
//! last version that is [revoked](Object::revoke) takes an indicator out of use.
//!
//! # What is lost
//!
//! Nothing on this side: bodies hold the objects whole. Sentinel keeps [what a row
//! has](super::ThreatIntelIndicators). It takes the five types of [`SUPPORTED`]; the others are
//! left out and [counted](Batches::left_out), unless [`with_all_types`](Batches::with_all_types)
//! says otherwise. Marking definitions are not among them, so markings are known by the well-known
//! identifiers alone.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use crate::Identifier;
use crate::marking::{Limit, Markings};
use crate::object::{Kind, Object};

/// The most objects that a request may have.
pub const MAX_OBJECTS: usize = 100;

/// The most requests in a minute. More are answered with status 429.
pub const MAX_REQUESTS_PER_MINUTE: u32 = 100;

/// The version of the API.
pub const API_VERSION: &str = "2024-02-01-preview";

/// The value of the header `Content-Type`.
pub const CONTENT_TYPE: &str = "application/json";

/// The scope of tokens, for the form field `scope` of a request to [`token_url`] with
/// `grant_type=client_credentials`.
pub const TOKEN_SCOPE: &str = "https://management.azure.com/.default";

/// The name of a source that the service keeps for itself. It refuses requests under it.
pub const RESERVED_SOURCE: &str = "Microsoft Sentinel";

/// The types of objects that the API says it supports.
pub const SUPPORTED: &[Kind] =
    &[Kind::Indicator, Kind::AttackPattern, Kind::Identity, Kind::ThreatActor, Kind::Relationship];

/// How long to wait where a 429 does not say: the limit is by the minute.
pub const DEFAULT_WAIT: Duration = Duration::from_secs(60);

/// The longest wait that a 429 is believed.
pub const MAX_WAIT: Duration = Duration::from_secs(600);

/// As much of an answer's text as is kept, in characters.
const MOST_TEXT: usize = 1000;

/// Where bodies go. The workspace is the GUID of the Log Analytics workspace.
///
/// ```
/// use stixkit::sink::sentinel::upload;
///
/// assert_eq!(
///     upload::url("2f9d1c4e-6a53-4b4c-8a0e-0d3a4b1f2a11"),
///     "https://api.ti.sentinel.azure.com/workspaces/2f9d1c4e-6a53-4b4c-8a0e-0d3a4b1f2a11/\
///      threat-intelligence-stix-objects:upload?api-version=2024-02-01-preview"
/// );
/// ```
pub fn url(workspace_id: &str) -> String {
    let workspace = escaped(workspace_id);
    format!(
        "https://api.ti.sentinel.azure.com/workspaces/{workspace}/threat-intelligence-stix-objects:upload\
         ?api-version={API_VERSION}"
    )
}

/// Where a client gets its token: Microsoft Entra, with the form fields `grant_type`, `client_id`,
/// `client_secret` and `scope`.
///
/// ```
/// use stixkit::sink::sentinel::upload;
///
/// assert_eq!(upload::token_url("contoso.com"), "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token");
/// ```
pub fn token_url(tenant_id: &str) -> String {
    format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", escaped(tenant_id))
}

/// A segment of a URL's path.
fn escaped(segment: &str) -> String {
    let mut text = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(byte.into());
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Groups objects into bodies of at most [`MAX_OBJECTS`], in their order. It holds the objects of
/// one body at a time.
///
/// ```
/// use stixkit::object::Identity;
/// use stixkit::sink::sentinel::upload::Batches;
/// use stixkit::{Object, Timestamp};
///
/// let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
/// let objects = (0..250).map(|number| Object::from(Identity::new(now.clone(), format!("Organization {number}"))));
/// let sizes: Vec<_> = Batches::new("example", objects).map(|body| body.objects().len()).collect();
/// assert_eq!(sizes, [100, 100, 50]);
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batches<I> {
    objects: I,
    source_system: Arc<str>,
    size: usize,
    all_types: bool,
    limit: Option<(Markings, Limit)>,
    left_out: u64,
    withheld: u64,
    is_done: bool,
}

impl<I: Iterator<Item: Borrow<Object>>> Batches<I> {
    /// Bodies for these objects, as coming from this source. The name of the source must not be
    /// empty, nor [`RESERVED_SOURCE`].
    pub fn new(source_system: impl Into<Arc<str>>, objects: impl IntoIterator<IntoIter = I>) -> Self {
        Self {
            objects: objects.into_iter(),
            source_system: source_system.into(),
            size: MAX_OBJECTS,
            all_types: false,
            limit: None,
            left_out: 0,
            withheld: 0,
            is_done: false,
        }
    }

    /// Sets how many objects a body may have, 1 to [`MAX_OBJECTS`]; numbers outside are taken for
    /// the nearest inside. Default: `MAX_OBJECTS`.
    #[must_use]
    pub fn with_max_objects(mut self, objects: usize) -> Self {
        self.size = objects.clamp(1, MAX_OBJECTS);
        self
    }

    /// Sets whether objects of other types than the [`SUPPORTED`] are sent too. What the service
    /// makes of them is not documented. Default: they are left out.
    #[must_use]
    pub fn with_all_types(mut self, all_types: bool) -> Self {
        self.all_types = all_types;
        self
    }

    /// Sets which objects may go to the service, and what is known of their markings: learn the
    /// definitions first. Default: all may.
    #[must_use]
    pub fn with_limit(mut self, limit: impl Into<Limit>, markings: Markings) -> Self {
        self.limit = Some((markings, limit.into()));
        self
    }

    fn may_go(&self, object: &Object) -> bool {
        self.limit.as_ref().is_none_or(|(markings, limit)| limit.allows(markings.of(object).summary()))
    }

    /// Returns how many objects were left out so far because they may not go to the service.
    pub fn withheld(&self) -> u64 {
        self.withheld
    }

    /// How many objects were left out so far, for their types.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl<I: Iterator<Item: Borrow<Object>>> Iterator for Batches<I> {
    type Item = Body<I::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut objects = Vec::new();
        while !self.is_done && objects.len() < self.size {
            match self.objects.next() {
                Some(object) => {
                    let kind = object.borrow().kind();
                    let is_supported = self.all_types || kind.is_some_and(|kind| SUPPORTED.contains(&kind));
                    match () {
                        () if !is_supported => self.left_out += 1,
                        () if !self.may_go(object.borrow()) => self.withheld += 1,
                        () => objects.push(object),
                    }
                }
                None => self.is_done = true,
            }
        }
        (!objects.is_empty()).then(|| Body { source_system: Arc::clone(&self.source_system), objects })
    }
}

/// The body of a request: serialize it as JSON. It stays as it is, so that it can be sent again.
///
/// [`Batches`] makes them; see its example.
#[derive(Clone, Debug, PartialEq)]
pub struct Body<O> {
    source_system: Arc<str>,
    objects: Vec<O>,
}

impl<O: Borrow<Object>> Body<O> {
    /// The name of the source.
    pub fn source_system(&self) -> &str {
        &self.source_system
    }

    /// The objects in their order. Answers name them by their places in it.
    pub fn objects(&self) -> &[O] {
        &self.objects
    }

    /// The identifiers of the objects, in the same order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &Identifier> {
        self.objects.iter().map(|object| object.borrow().id())
    }
}

impl<O: Borrow<Object>> Serialize for Body<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// Objects after their container.
        struct Objects<'o, O>(&'o [O]);

        impl<O: Borrow<Object>> Serialize for Objects<'_, O> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.iter().map(Borrow::borrow))
            }
        }

        let mut body = serializer.serialize_struct("Body", 2)?;
        body.serialize_field("sourcesystem", &*self.source_system)?;
        body.serialize_field("stixobjects", &Objects(&self.objects))?;
        body.end()
    }
}

/// What became of a request, by what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// All objects were accepted: send the next body. It takes minutes until they are seen.
    Accepted,
    /// Some objects were not accepted, for these reasons. All others were: correct these, and go
    /// on.
    Partial(Vec<RecordError>),
    /// Too many requests (429). Nothing was accepted: send the same body again after `wait`.
    RateLimited {
        /// How long: 1 second to [`MAX_WAIT`].
        wait: Duration,
    },
    /// The service failed (500 and above), or it was not the service that answered (a status of
    /// success with text that it does not write). What was accepted is not known: send the same
    /// body again, later. What has arrived already does no harm.
    Unavailable {
        /// The status.
        status: u16,
        /// What the answer says, the beginning of it.
        message: String,
    },
    /// The request was refused, and will be again: malformed (400), without a right (401, 403), to
    /// a workspace that is not there (404). Nothing was accepted.
    Refused {
        /// The status.
        status: u16,
        /// What the answer says, the beginning of it.
        message: String,
        /// What it says of single objects.
        errors: Vec<RecordError>,
    },
}

/// Why an object was not accepted.
///
/// An [`Answer`] has them; [`Batches`] has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordError {
    /// The object's place in the body, as the answer has it.
    pub index: Option<u64>,
    /// The object's identifier. `None` where the answer names no place, or one after the last.
    pub id: Option<Identifier>,
    /// What the service says.
    pub messages: Vec<String>,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.id, self.index) {
            (Some(id), _) => write!(f, "{id}: ")?,
            (None, Some(index)) => write!(f, "record {index}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.messages.join(" "))
    }
}

impl Answer {
    /// Reads the answer to a request with this body: its status and its text. Any text reads.
    ///
    /// ```
    /// use stixkit::object::Identity;
    /// use stixkit::sink::sentinel::upload::{Answer, Batches};
    /// use stixkit::{Object, Timestamp};
    ///
    /// let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
    /// let objects = ["A", "B"].map(|name| Object::from(Identity::new(now.clone(), name)));
    /// let body = Batches::new("example", &objects).next().unwrap();
    ///
    /// let text = r#"{"errors": [{"recordIndex": 1, "errorMessages": ["Error for Property=id."]}]}"#;
    /// let Answer::Partial(errors) = Answer::parse(200, text, &body) else { panic!("one is not accepted") };
    /// assert_eq!(errors[0].id.as_ref(), Some(objects[1].id()));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn parse<O: Borrow<Object>>(status: u16, text: &str, body: &Body<O>) -> Self {
        let json = serde_json::from_str::<Value>(text).ok();
        let errors = || json.as_ref().map(|json| record_errors(json, body)).unwrap_or_default();
        match status {
            200..=299 if text.trim().is_empty() => Self::Accepted,
            200..=299 => match &json {
                Some(Value::Object(_) | Value::Null) => match errors() {
                    errors if errors.is_empty() => Self::Accepted,
                    errors => Self::Partial(errors),
                },
                _ => Self::Unavailable { status, message: message(json.as_ref(), text) },
            },
            429 => Self::RateLimited { wait: wait(json.as_ref(), text) },
            // A request that took too long is no worse than one that failed.
            408 | 500.. => Self::Unavailable { status, message: message(json.as_ref(), text) },
            _ => Self::Refused { status, message: message(json.as_ref(), text), errors: errors() },
        }
    }

    /// The identifiers of the objects that were accepted, as far as the answer tells: an error
    /// without a place may be about any of them.
    ///
    /// ```
    /// # use stixkit::object::Identity;
    /// # use stixkit::sink::sentinel::upload::{Answer, Batches};
    /// # use stixkit::{Object, Timestamp};
    /// # let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
    /// # let objects = ["A", "B"].map(|name| Object::from(Identity::new(now.clone(), name)));
    /// # let body = Batches::new("example", &objects).next().unwrap();
    /// let text = r#"{"errors": [{"recordIndex": 1, "errorMessages": ["Error for Property=id."]}]}"#;
    /// let answer = Answer::parse(200, text, &body);
    /// assert_eq!(answer.accepted(&body), [objects[0].id()]);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn accepted<'b, O: Borrow<Object>>(&self, body: &'b Body<O>) -> Vec<&'b Identifier> {
        match self {
            Self::Accepted => body.ids().collect(),
            Self::Partial(errors) => {
                let mut is_failed = vec![false; body.objects.len()];
                for index in errors.iter().filter_map(|error| usize::try_from(error.index?).ok()) {
                    if let Some(is_failed) = is_failed.get_mut(index) {
                        *is_failed = true;
                    }
                }
                body.ids().zip(is_failed).filter(|(_, is_failed)| !is_failed).map(|(id, _)| id).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn record_errors<O: Borrow<Object>>(json: &Value, body: &Body<O>) -> Vec<RecordError> {
    let read = |error: &Value| {
        let index = match &error["recordIndex"] {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_u64(),
        };
        let object = index.and_then(|index| body.objects.get(usize::try_from(index).ok()?));
        let messages = match &error["errorMessages"] {
            Value::Array(messages) => messages.iter().map(text_of).collect(),
            Value::Null => vec![text_of(error)],
            other => vec![text_of(other)],
        };
        RecordError { index, id: object.map(|object| object.borrow().id().clone()), messages }
    };
    match &json["errors"] {
        Value::Null => Vec::new(),
        Value::Array(errors) => errors.iter().map(read).collect(),
        other => vec![read(other)],
    }
}

/// The text of a string, the JSON of anything else.
fn text_of(value: &Value) -> String {
    beginning(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn beginning(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MOST_TEXT) {
        text.truncate(end);
    }
    text
}

/// What the service or a gateway before it says in words, as JSON.
fn said(json: Option<&Value>) -> Option<&str> {
    let json = json?;
    [&json["message"], &json["error"]["message"]].into_iter().find_map(Value::as_str)
}

fn message(json: Option<&Value>, text: &str) -> String {
    beginning(said(json).unwrap_or(text.trim()).to_owned())
}

/// The seconds that a message names: the first whole number of it. In text that is not JSON a 429
/// is the status.
fn wait(json: Option<&Value>, text: &str) -> Duration {
    let (message, status) = match (said(json), json) {
        (Some(message), _) => (message, ""),
        (None, Some(_)) => ("", ""),
        (None, None) => (text, "429"),
    };
    let mut numbers = message.split(|letter: char| !letter.is_ascii_digit());
    match numbers.find(|digits| !digits.is_empty() && *digits != status) {
        // A number that is too large for its type is larger than the most.
        Some(digits) => digits.parse().map_or(MAX_WAIT, Duration::from_secs).clamp(Duration::from_secs(1), MAX_WAIT),
        None => DEFAULT_WAIT,
    }
}
