//! Discovery: which version of TAXII a server speaks, and where its API roots are.

use http::Method;
use url::Url;

use super::address;
use super::answer::Answer;
use super::client::Client;
use super::error::{Error, ErrorKind};
use super::request::{Request, RootUrl};
use super::resource::Discovery;
use super::transport::Transport;
use super::version::Version;

/// The result of discovery.
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

    /// Returns the API roots. If the client's URL is that of an API root and not of discovery, it
    /// is the only one.
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
        if let Some(default) = found.default.filter(|default| !roots.contains(default)) {
            roots.insert(0, default);
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
        let (version, _, _) =
            self.ask_in_either(|version| RootUrl::from_url(url.clone(), version).information()).await?;
        Ok(RootUrl::from_url(url, version))
    }
}

/// Whether a URL looks like that of discovery.
fn is_discovery(url: &Url) -> bool {
    let path = url.path();
    path == "/" || path.ends_with("/taxii2/") || path.ends_with("/taxii/")
}
