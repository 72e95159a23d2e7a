//! Discovery: which version of TAXII a server speaks, and where its API roots are.
//!
//! It starts at a URL. If only a domain is known, [`srv`](super::srv) leads from its records in DNS
//! to URLs.

use http::Method;
use url::Url;

use super::address;
use super::answer::Answer;
use super::client::Client;
use super::error::{Error, ErrorKind};
use super::request::{Request, RootUrl};
use super::resource::{Collection, Discovery};
use super::transport::Transport;
use super::version::Version;

/// The result of discovery.
///
/// [`Client::discover`](super::Client::discover) returns it; [`Client`] has an
/// example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Discovered {
    /// The version of TAXII that the server speaks.
    pub version: Version,
    /// The discovery resource.
    pub discovery: Discovery,
    /// The URL of the resource, after redirects: relative API roots are relative to it.
    pub url: Url,
    /// The API roots that can be used.
    pub roots: Vec<RootUrl>,
    /// The default API root.
    pub default: Option<RootUrl>,
    /// Why the other API roots cannot be used.
    pub refused: Vec<String>,
}

impl<T: Transport> Client<T> {
    /// Sends a request in TAXII 2.1, and another one in 2.0 if the answer shows that the server
    /// does not speak 2.1.
    async fn ask_in_either<F>(&self, request: F) -> Result<(Version, Answer, Url), Error>
    where
        F: Fn(Version) -> Request,
    {
        let known = self.version();
        let first = known.unwrap_or(Version::V21);
        let asked = request(first);
        let outcome = match self.deliver(&asked).await {
            Ok(sent) => Answer::read(&asked, sent.response, self.options()).map(|answer| (answer, sent.url)),
            Err(error) => Err(error),
        };
        let is_foreign = |error: &Error| {
            let kinds = [ErrorKind::NotAcceptable, ErrorKind::NotFound, ErrorKind::Refused, ErrorKind::NotTaxii];
            error.status().is_some() && kinds.contains(&error.kind())
        };
        match outcome {
            Ok((answer, url)) if known.is_some() || answer.version() != Some(Version::V20) => {
                self.set_version(first);
                Ok((first, answer, url))
            }
            Err(error) if known.is_some() || !is_foreign(&error) => Err(error),
            Ok(_) => self.ask_in_20(&request(Version::V20)).await,
            // If both are refused, the first error is the one that helps.
            Err(error) => self.ask_in_20(&request(Version::V20)).await.map_err(|_| error),
        }
    }

    async fn ask_in_20(&self, request: &Request) -> Result<(Version, Answer, Url), Error> {
        let sent = self.deliver(request).await?;
        let answer = Answer::read(request, sent.response, self.options())?;
        self.set_version(Version::V20);
        Ok((Version::V20, answer, sent.url))
    }

    /// Requests the discovery resource. Detects the version of TAXII, with a second request if it
    /// is not 2.1.
    ///
    /// # Errors
    ///
    /// Returns an error if the server refuses the request or cannot be reached, of kind
    /// [`ErrorKind::NotFound`] if it has no discovery: then the caller needs to know an API root.
    pub async fn discover(&self) -> Result<Discovered, Error> {
        let ask = |version| Request::discovery(address::discovery(self.url(), version), version);
        let (version, answer, url) = self.ask_in_either(ask).await?;
        let discovery = answer.discovery().map_err(|error| error.with_request(&Method::GET, &url))?;
        let (mut roots, mut refused) = (Vec::new(), Vec::new());
        for text in &discovery.api_roots {
            match address::root(text, &url, self.options()) {
                Ok(root) => roots.push(RootUrl::from_url(root, version)),
                Err(error) => refused.push(error.to_string()),
            }
        }
        let default = discovery.default.as_ref().and_then(|text| address::root(text, &url, self.options()).ok());
        let default = default.map(|url| RootUrl::from_url(url, version));
        Ok(Discovered { version, discovery, url, roots, default, refused })
    }

    /// Returns the API roots, the default one first. A default that is not one of the listed roots
    /// is used only if no others are listed. If the client's URL is that of an API root and not of
    /// discovery, it is the only one.
    ///
    /// # Errors
    ///
    /// Returns an error as [`discover`](Self::discover) does, and one of kind [`ErrorKind::Url`] if
    /// there are API roots and none of them can be used.
    pub async fn roots(&self) -> Result<Vec<RootUrl>, Error> {
        let found = self.discover().await?;
        let is_root = found.discovery.api_roots.is_empty() && found.discovery.default.is_none();
        if is_root && address::discovery(self.url(), found.version) == *self.url() && !is_discovery(self.url()) {
            return Ok(vec![RootUrl::from_url(found.url, found.version)]);
        }
        let mut roots = found.roots;
        if let Some(default) = found.default {
            match roots.iter().position(|root| *root == default) {
                Some(place) => roots[..=place].rotate_right(1),
                None if roots.is_empty() => roots.push(default),
                None => {}
            }
        }
        match found.refused.first() {
            Some(why) if roots.is_empty() => Err(Error::new(ErrorKind::Url).with_detail(why.as_str())),
            _ => Ok(roots),
        }
    }

    /// Returns an API root whose URL is known: an absolute one, or one relative to the client's. A
    /// request is sent only if the version of TAXII is not known.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Url`] if it cannot be the URL of a root, and an error
    /// if the server refuses the request or cannot be reached.
    pub async fn root(&self, url: &str) -> Result<RootUrl, Error> {
        let url = address::root(url, self.url(), self.options())?;
        if let Some(version) = self.version() {
            return Ok(RootUrl::from_url(url, version));
        }
        let (mut version, answer, _) =
            self.ask_in_either(|version| RootUrl::from_url(url.clone(), version).information()).await?;
        let other = if version == Version::V21 { Version::V20 } else { Version::V21 };
        // Some servers answer in any version, and say which one they mean.
        let root = answer.api_root().unwrap_or_default();
        if !root.speaks(version) && root.speaks(other) {
            self.set_version(other);
            version = other;
        }
        Ok(RootUrl::from_url(url, version))
    }

    /// Returns a collection by its id, alias or title, and the first API root that lists it. Roots
    /// that refuse to list their collections, or answer with something else than TAXII, are passed
    /// over. If the server names no root, the client's URL counts as one.
    ///
    /// # Errors
    ///
    /// Returns an error as [`roots`](Self::roots) does, and one if no root lists the collection: of
    /// kind [`ErrorKind::NotFound`] if all roots listed theirs, otherwise of the kind of the first
    /// refusal. Its detail tells what each root answered. A temporary error of a root is returned
    /// at once, since it may be the right one.
    pub async fn locate_collection(&self, name: &str) -> Result<(RootUrl, Collection), Error> {
        let mut roots = self.roots().await?;
        if roots.is_empty() {
            roots.push(self.root(self.url().as_str()).await?);
        }
        let (mut kind, mut answers) = (ErrorKind::NotFound, Vec::new());
        for root in roots {
            match self.find_collection(&root, name).await {
                Ok(collection) => return Ok((root, collection)),
                Err(error) if error.kind().is_temporary() => return Err(error),
                Err(error) => {
                    if kind == ErrorKind::NotFound {
                        kind = error.kind();
                    }
                    answers.push(format!("{}: {error}", root.url()));
                }
            }
        }
        Err(Error::new(kind).with_detail(format!("no API root shows a collection {name:?}; {}", answers.join("; "))))
    }
}

/// Whether a URL looks like that of discovery.
fn is_discovery(url: &Url) -> bool {
    let path = url.path();
    path == "/" || path.ends_with("/taxii2/") || path.ends_with("/taxii/")
}
