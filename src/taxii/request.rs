//! Requests as values, which are built here and sent elsewhere.

use std::fmt;

use chrono::{DateTime, Utc};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, RANGE, USER_AGENT};
use http::{HeaderMap, Method};
use url::Url;

use super::address;
use super::error::{Error, ErrorKind};
use super::filter::Filter;
use super::media::{Content, media_type};
use super::options::Options;
use super::version::Version;
use crate::Timestamp;

/// The operation of a request.
///
/// ```
/// use stixkit::taxii::{Operation, Options, RootUrl, Version};
///
/// let root = RootUrl::new("https://taxii.example/api1/", Version::V21, &Options::default())?;
/// assert_eq!(root.collections()?.operation(), Operation::Collections);
/// # Ok::<(), stixkit::taxii::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Reads the description of a server: [`Discovery`](super::Discovery).
    Discovery,
    /// Reads the description of an API root: [`ApiRoot`](super::ApiRoot).
    ApiRoot,
    /// Reads how far the server is with added objects: [`Status`](super::Status).
    Status,
    /// Reads the list of collections: [`Collections`](super::Collections).
    Collections,
    /// Reads one collection: [`Collection`](super::Collection).
    Collection,
    /// Reads the manifest of a collection: a [`Page`](super::Page) of records.
    Manifest,
    /// Reads objects of a collection: a [`Page`](super::Page).
    Objects,
    /// Reads one object: a [`Page`](super::Page).
    Object,
    /// Reads the versions of an object: [`Versions`](super::Versions).
    Versions,
    /// Adds objects to a collection: [`Status`](super::Status).
    Add,
    /// Removes an object.
    Delete,
}

/// A part of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Up to this many objects from the start.
    First {
        /// How many objects.
        limit: u32,
    },
    /// Up to this many objects more (TAXII 2.1).
    Next {
        /// How many objects.
        limit: u32,
        /// The `next` of the last page, byte for byte.
        next: String,
    },
    /// Objects by their place, counted from 0 (TAXII 2.0).
    Range {
        /// The place of the first object.
        start: u64,
        /// How many objects.
        limit: u32,
        /// Whether the range is written as in the text of the standard, `items 0-99`, and not as in
        /// HTTP, `items=0-99`.
        blank: bool,
    },
}

/// When a request may be sent a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resend {
    /// Whatever happened to the first one.
    Always,
    /// If the server has not seen the first one, or has answered that it did not accept it.
    IfUnsent,
    /// As `IfUnsent`, but 503 counts only with `Retry-After`: servers answer 503 to what they do
    /// not implement.
    IfRefused,
    /// As `Always`, but 503 counts only with `Retry-After`.
    Delete,
}

/// A request to a TAXII server.
///
/// It has no credentials: the client adds them when it sends the request.
#[derive(Clone, PartialEq)]
pub struct Request {
    operation: Operation,
    version: Version,
    method: Method,
    url: Url,
    accept: Content,
    content: Option<Content>,
    range: Option<String>,
    body: Vec<u8>,
    resend: Resend,
}

impl Request {
    fn get(operation: Operation, version: Version, url: Url, accept: Content) -> Self {
        Self {
            operation,
            version,
            method: Method::GET,
            url,
            accept,
            content: None,
            range: None,
            body: Vec::new(),
            resend: Resend::Always,
        }
    }

    /// Creates a request for the description of a server. The URL is complete; the standard has
    /// `https://host/taxii2/` for TAXII 2.1 and `https://host/taxii/` for 2.0.
    pub fn discovery(url: Url, version: Version) -> Self {
        Self::get(Operation::Discovery, version, url, Content::Taxii)
    }

    /// Returns the operation.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Returns the version of TAXII.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the URL, without credentials.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the body; empty if there is none.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    pub(super) fn resend(&self) -> Resend {
        self.resend
    }

    /// Returns the same request, marked as one that may be sent again whatever happened to the
    /// first one.
    pub(super) fn repeatable(self) -> Self {
        Self { resend: Resend::Always, ..self }
    }

    /// Returns the same request for another URL, from a redirect.
    pub(super) fn redirected(&self, url: Url) -> Self {
        Self { url, ..self.clone() }
    }

    /// Returns the headers.
    pub fn headers(&self, user_agent: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let value = |content| HeaderValue::from_static(media_type(self.version, content));
        headers.insert(ACCEPT, value(self.accept));
        if let Some(content) = self.content {
            headers.insert(CONTENT_TYPE, value(content));
        }
        if let Some(range) = self.range.as_deref().and_then(|range| HeaderValue::from_str(range).ok()) {
            headers.insert(RANGE, range);
        }
        if let Ok(user_agent) = HeaderValue::from_str(user_agent) {
            headers.insert(USER_AGENT, user_agent);
        }
        headers
    }

    /// Converts the request for any HTTP stack.
    ///
    /// ```
    /// use stixkit::taxii::{Filter, Options, Part, RootUrl, Version};
    ///
    /// let root = RootUrl::new("https://taxii.example/api1/", Version::V21, &Options::default())?;
    /// let request = root.objects("91a7b528", &Filter::new().with_types(["indicator"]), &Part::First { limit: 100 })?;
    /// let request = request.to_http("example/1.0")?;
    /// assert_eq!(
    ///     request.uri(),
    ///     "https://taxii.example/api1/collections/91a7b528/objects/?match%5Btype%5D=indicator&limit=100"
    /// );
    /// assert_eq!(request.headers()["accept"], "application/taxii+json;version=2.1");
    /// # Ok::<(), stixkit::taxii::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Request`] if the URL is longer than HTTP libraries
    /// accept: 64 KiB.
    pub fn to_http(&self, user_agent: &str) -> Result<http::Request<Vec<u8>>, Error> {
        self.build(&self.url, self.headers(user_agent))
    }

    pub(super) fn build(&self, url: &Url, headers: HeaderMap) -> Result<http::Request<Vec<u8>>, Error> {
        let built = http::Request::builder().method(self.method.clone()).uri(url.as_str()).body(self.body.clone());
        let mut request = built.map_err(|error| {
            let detail = format!("a URL of {} bytes", url.as_str().len());
            Error::new(ErrorKind::Request).with_detail(detail).with_source(error).with_request(&self.method, &self.url)
        })?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        match &self.range {
            Some(range) => write!(f, " ({range})"),
            None => Ok(()),
        }
    }
}

/// The URL of an API root, and the version of TAXII spoken there. It builds all requests except for
/// discovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootUrl {
    url: Url,
    version: Version,
}

impl RootUrl {
    /// Creates an API root whose URL is known.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Url`] if it cannot be the URL of a root: if it is not
    /// `https` (and not allowed by [`Options::allow_http`]), or has a user or a query.
    pub fn new(url: &str, version: Version, options: &Options) -> Result<Self, Error> {
        Ok(Self { url: address::base(url, options)?, version })
    }

    pub(super) fn from_url(url: Url, version: Version) -> Self {
        Self { url, version }
    }

    /// Returns the URL.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the version of TAXII spoken there.
    pub fn version(&self) -> Version {
        self.version
    }

    fn get(&self, operation: Operation, segments: &[&str], accept: Content) -> Result<Request, Error> {
        let url = address::below(&self.url, segments)?;
        Ok(Request::get(operation, self.version, url, accept))
    }

    /// Requests the description of the root.
    pub fn information(&self) -> Request {
        Request::get(Operation::ApiRoot, self.version, self.url.clone(), Content::Taxii)
    }

    /// Requests the status of objects that were added.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Request`] if the id is empty, `.` or `..`.
    pub fn status(&self, id: &str) -> Result<Request, Error> {
        self.get(Operation::Status, &["status", id], Content::Taxii)
    }

    /// Requests the list of collections.
    pub fn collections(&self) -> Result<Request, Error> {
        self.get(Operation::Collections, &["collections"], Content::Taxii)
    }

    /// Requests one collection.
    ///
    /// # Errors
    ///
    /// Returns an error as [`status`](Self::status) does.
    pub fn collection(&self, id: &str) -> Result<Request, Error> {
        self.get(Operation::Collection, &["collections", id], Content::Taxii)
    }

    /// Requests a part of the objects.
    ///
    /// # Errors
    ///
    /// Returns an error as [`status`](Self::status) does, of kind [`ErrorKind::Request`] if the
    /// filter has a condition twice, and of kind [`ErrorKind::Unsupported`] if the version does not
    /// support this kind of part.
    pub fn objects(&self, collection: &str, filter: &Filter, part: &Part) -> Result<Request, Error> {
        self.part(Operation::Objects, collection, "", filter, filter.added_after().map(Timestamp::instant), part)
    }

    /// Requests a part of the manifest.
    ///
    /// # Errors
    ///
    /// Returns an error as [`objects`](Self::objects) does.
    pub fn manifest(&self, collection: &str, filter: &Filter, part: &Part) -> Result<Request, Error> {
        self.part(Operation::Manifest, collection, "", filter, filter.added_after().map(Timestamp::instant), part)
    }

    /// Requests a part of a result that starts at an instant. `object` is for the operations on one
    /// object.
    pub(super) fn part(
        &self,
        operation: Operation,
        collection: &str,
        object: &str,
        filter: &Filter,
        added_after: Option<DateTime<Utc>>,
        part: &Part,
    ) -> Result<Request, Error> {
        if operation == Operation::Versions {
            self.only_21("the versions of an object")?;
        }
        let (segments, accept, only): (&[&str], _, Option<&[&str]>) = match operation {
            Operation::Manifest => (&["collections", collection, "manifest"], Content::Taxii, None),
            Operation::Object => {
                (&["collections", collection, "objects", object], Content::Stix, Some(&["version", "spec_version"]))
            }
            Operation::Versions => {
                (&["collections", collection, "objects", object, "versions"], Content::Taxii, Some(&["spec_version"]))
            }
            _ => (&["collections", collection, "objects"], Content::Stix, None),
        };
        let mut request = self.get(operation, segments, accept)?;
        match only {
            Some(names) => self.page(&mut request, &filter.only(names), added_after, part)?,
            None => self.page(&mut request, filter, added_after, part)?,
        }
        Ok(request)
    }

    fn page(
        &self,
        request: &mut Request,
        filter: &Filter,
        added_after: Option<DateTime<Utc>>,
        part: &Part,
    ) -> Result<(), Error> {
        let unsupported = |what| Err(Error::new(ErrorKind::Unsupported).with_detail(what));
        let mut more = Vec::new();
        match (self.version, part) {
            (Version::V21, Part::First { limit }) => more.push(("limit", limit.to_string())),
            (Version::V21, Part::Next { limit, next }) => {
                more.extend([("limit", limit.to_string()), ("next", next.clone())]);
                request.resend = Resend::IfUnsent;
            }
            (Version::V20, Part::First { limit }) => request.range = Some(range(0, *limit, false)),
            (Version::V20, Part::Range { start, limit, blank }) => request.range = Some(range(*start, *limit, *blank)),
            (Version::V20, Part::Next { .. }) => return unsupported("TAXII 2.0 has no `next`"),
            (Version::V21, Part::Range { .. }) => return unsupported("TAXII 2.1 has no ranges"),
        }
        let query = filter.query(added_after, &more)?;
        request.url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
        Ok(())
    }

    /// Requests one object. Only `added_after`, `version` and `spec_version` of the filter are
    /// used.
    ///
    /// # Errors
    ///
    /// Returns an error as [`objects`](Self::objects) does.
    pub fn object(&self, collection: &str, id: &str, filter: &Filter, part: &Part) -> Result<Request, Error> {
        self.part(Operation::Object, collection, id, filter, filter.added_after().map(Timestamp::instant), part)
    }

    /// Requests the versions of an object. Only `added_after` and `spec_version` of the filter are
    /// used.
    ///
    /// # Errors
    ///
    /// Returns an error as [`objects`](Self::objects) does. TAXII 2.0 does not support it: its
    /// manifest contains the versions.
    pub fn versions(&self, collection: &str, id: &str, filter: &Filter, part: &Part) -> Result<Request, Error> {
        self.part(Operation::Versions, collection, id, filter, filter.added_after().map(Timestamp::instant), part)
    }

    /// Adds objects: `body` is an envelope in TAXII 2.1 and a bundle in 2.0.
    ///
    /// # Errors
    ///
    /// Returns an error as [`status`](Self::status) does.
    pub fn add(&self, collection: &str, body: Vec<u8>) -> Result<Request, Error> {
        let mut request = self.get(Operation::Add, &["collections", collection, "objects"], Content::Taxii)?;
        request.method = Method::POST;
        request.content = Some(Content::Stix);
        request.body = body;
        request.resend = Resend::IfRefused;
        Ok(request)
    }

    /// Removes an object. Only `version` and `spec_version` of the filter are used.
    ///
    /// # Errors
    ///
    /// Returns an error as [`objects`](Self::objects) does. TAXII 2.0 does not support deletion.
    pub fn delete(&self, collection: &str, id: &str, filter: &Filter) -> Result<Request, Error> {
        self.only_21("deletion")?;
        let mut request = self.get(Operation::Delete, &["collections", collection, "objects", id], Content::Taxii)?;
        request.method = Method::DELETE;
        request.resend = Resend::Delete;
        let query = filter.only(&["version", "spec_version"]).query(None, &[])?;
        request.url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
        Ok(request)
    }

    fn only_21(&self, what: &str) -> Result<(), Error> {
        match self.version {
            Version::V21 => Ok(()),
            Version::V20 => {
                Err(Error::new(ErrorKind::Unsupported).with_detail(format!("TAXII 2.0 does not know {what}")))
            }
        }
    }
}

fn range(start: u64, limit: u32, blank: bool) -> String {
    let end = start.saturating_add(u64::from(limit.max(1)) - 1);
    format!("items{}{start}-{end}", if blank { ' ' } else { '=' })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(version: Version) -> RootUrl {
        RootUrl::new("https://a.example/r", version, &Options::default()).unwrap()
    }

    fn line(request: Request) -> String {
        let headers = request.headers("t");
        let header = |name: &str| headers.get(name).map_or("-", |value| value.to_str().unwrap()).to_owned();
        let url = request.url().as_str().trim_start_matches("https://a.example");
        format!("{} {url} {} {} {}", request.method(), header("accept"), header("content-type"), header("range"))
    }

    #[test]
    fn every_operation_of_21() {
        let (root, filter, part) = (root(Version::V21), Filter::new().with_types(["a"]), Part::First { limit: 5 });
        let next = Part::Next { limit: 5, next: "a=".into() };
        let version = Filter::new().with_types(["a"]).with_versions([VersionFilter::All]);
        use super::super::filter::VersionFilter;
        let discovery = Url::parse("https://a.example/taxii2/").unwrap();
        let lines = [
            (Request::discovery(discovery, Version::V21), "GET /taxii2/"),
            (root.information(), "GET /r/"),
            (root.status("s").unwrap(), "GET /r/status/s/"),
            (root.collections().unwrap(), "GET /r/collections/"),
            (root.collection("c").unwrap(), "GET /r/collections/c/"),
            (root.manifest("c", &filter, &part).unwrap(), "GET /r/collections/c/manifest/?match%5Btype%5D=a&limit=5"),
            (
                root.objects("c", &filter, &next).unwrap(),
                "GET /r/collections/c/objects/?match%5Btype%5D=a&limit=5&next=a%3D",
            ),
            (
                root.object("c", "o", &version, &part).unwrap(),
                "GET /r/collections/c/objects/o/?match%5Bversion%5D=all&limit=5",
            ),
            (root.versions("c", "o", &version, &part).unwrap(), "GET /r/collections/c/objects/o/versions/?limit=5"),
            (root.delete("c", "o", &version).unwrap(), "DELETE /r/collections/c/objects/o/?match%5Bversion%5D=all"),
        ];
        for (request, expected) in lines {
            assert_eq!(line(request), format!("{expected} application/taxii+json;version=2.1 - -"));
        }
        let expected =
            "POST /r/collections/c/objects/ application/taxii+json;version=2.1 application/taxii+json;version=2.1 -";
        assert_eq!(line(root.add("c", Vec::new()).unwrap()), expected);
    }

    #[test]
    fn every_operation_of_20() {
        let (root, filter) = (root(Version::V20), Filter::new());
        let part = |start, blank| Part::Range { start, limit: 100, blank };
        let (taxii, stix) =
            ("application/vnd.oasis.taxii+json; version=2.0", "application/vnd.oasis.stix+json; version=2.0");
        let lines = [
            (root.information(), format!("GET /r/ {taxii} - -")),
            (root.status("s").unwrap(), format!("GET /r/status/s/ {taxii} - -")),
            (root.collections().unwrap(), format!("GET /r/collections/ {taxii} - -")),
            (
                root.objects("c", &filter, &part(99, false)).unwrap(),
                format!("GET /r/collections/c/objects/ {stix} - items=99-198"),
            ),
            (
                root.manifest("c", &filter, &part(0, true)).unwrap(),
                format!("GET /r/collections/c/manifest/ {taxii} - items 0-99"),
            ),
            (root.add("c", Vec::new()).unwrap(), format!("POST /r/collections/c/objects/ {taxii} {stix} -")),
        ];
        for (request, expected) in lines {
            assert_eq!(line(request), expected);
        }
        for error in [
            root.delete("c", "o", &filter).unwrap_err(),
            root.versions("c", "o", &filter, &part(0, false)).unwrap_err(),
            root.objects("c", &filter, &Part::Next { limit: 1, next: String::new() }).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
    }
}
