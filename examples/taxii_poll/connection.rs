//! The server: where it is, whom to trust and as whom to come. Options of all examples that talk to one.

use std::env;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use lexopt::ValueExt;
use stixkit::taxii::{
    Client, ClientIdentity, Collection, Credentials, Error, HttpOptions, HttpTransport, Options, Origin, Proxy, Rate,
    Retries, RootUrl, Tls, Version,
};

use crate::server;
use crate::traffic::{Traffic, reason};

pub(crate) const USAGE: &str = "[--url URL|--api-root URL|both --collection ID|ALIAS|TITLE]
    [--user U --password-env V | --bearer-env V | --header NAME --header-env V]
    [--ca FILE] [--client-cert FILE [--client-cert-password-env V]] [--allow-http] [--version 2.1|2.0|auto] [--retries N]
    [--timeout SECONDS] [--rate REQUESTS/SECONDS] [--accept-gaps] [--empty-not-found]";

/// The port of the server for trying things out, unless it is taken. A checkpoint is valid for one URL, so that a state
/// file wants the same port again.
const PORT: u16 = 21021;

#[derive(Default)]
pub(crate) struct Connection {
    url: Option<String>,
    api_root: Option<String>,
    collection: Option<String>,
    user: Option<String>,
    password: Option<String>,
    bearer: Option<String>,
    header: Option<String>,
    header_value: Option<String>,
    ca: Option<String>,
    certificate: Option<String>,
    certificate_password: Option<String>,
    allow_http: bool,
    version: Option<Version>,
    retries: Option<u32>,
    timeout: Option<Duration>,
    rate: Option<Rate>,
    accept_gaps: bool,
    empty_not_found: bool,
    is_sample: bool,
    needs_no_collection: bool,
}

impl Connection {
    /// Takes an option, and its value from `args`. Whether it is one of these.
    pub(crate) fn take(&mut self, option: &str, args: &mut lexopt::Parser) -> Result<bool, lexopt::Error> {
        let mut value = || args.value().and_then(ValueExt::string);
        match option {
            "url" => self.url = Some(value()?),
            "api-root" => self.api_root = Some(value()?),
            "collection" => self.collection = Some(value()?),
            "user" => self.user = Some(value()?),
            "password-env" => self.password = Some(secret(&value()?)?),
            "bearer-env" => self.bearer = Some(secret(&value()?)?),
            "header" => self.header = Some(value()?),
            "header-env" => self.header_value = Some(secret(&value()?)?),
            "ca" => self.ca = Some(value()?),
            "client-cert" => self.certificate = Some(value()?),
            "client-cert-password-env" => self.certificate_password = Some(secret(&value()?)?),
            "allow-http" => self.allow_http = true,
            "version" => {
                self.version = match value()?.as_str() {
                    "2.1" => Some(Version::V21),
                    "2.0" => Some(Version::V20),
                    "auto" => None,
                    other => return Err(format!("--version is one of 2.1, 2.0, auto, not {other}").into()),
                }
            }
            "timeout" => self.timeout = Some(Duration::from_secs(number("--timeout", &value()?)?)),
            "rate" => self.rate = Some(rate(&value()?)?),
            "accept-gaps" => self.accept_gaps = true,
            "empty-not-found" => self.empty_not_found = true,
            "retries" => self.retries = Some(number("--retries", &value()?)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Looks whether the options go together. Without a URL it starts a server.
    pub(crate) fn complete(&mut self) -> Result<(), String> {
        self.split_url()?;
        let pairs = [
            (self.user.is_some() != self.password.is_some(), "--user and --password-env go together"),
            (self.header.is_some() != self.header_value.is_some(), "--header and --header-env go together"),
            (self.user.is_some() && self.bearer.is_some(), "--user and --bearer-env are the same header"),
            (self.timeout.is_some_and(|timeout| timeout.is_zero()), "--timeout is at least 1"),
            (
                self.url.is_some() && self.collection.is_none() && !self.needs_no_collection,
                "--collection is missing; taxii_poll --list shows which there are",
            ),
        ];
        if let Some((_, why)) = pairs.iter().find(|(is_wrong, _)| *is_wrong) {
            return Err((*why).to_owned());
        }
        if self.url.is_none() {
            let url = server::start(PORT).or_else(|_| server::start(0));
            let url = url.map_err(|error| format!("no server to try things out with: {error}"))?;
            _ = writeln!(io::stderr(), "no --url: talking to a sample server at {url}");
            self.url = Some(url);
            self.is_sample = true;
            self.allow_http = true;
            self.user.get_or_insert(server::USER.to_owned());
            self.password.get_or_insert(server::PASSWORD.to_owned());
            self.collection.get_or_insert(server::COLLECTION.to_owned());
        }
        Ok(())
    }

    /// Takes the parts from a URL that says more than where the server is.
    fn split_url(&mut self) -> Result<(), String> {
        if self.url.is_none()
            && let Some(root) = &self.api_root
        {
            let origin = root.parse::<Origin>().map_err(|_| "--api-root without --url is a whole URL".to_owned())?;
            self.url = Some(format!("{origin}/"));
        }
        // The URL of a collection, or of something below one.
        if let Some(url) = &self.url
            && let Some((root, rest)) = url.split_once("/collections/")
            && let Some(id) = rest.split('/').next().filter(|id| !id.is_empty())
        {
            self.collection.get_or_insert_with(|| id.to_owned());
            self.api_root.get_or_insert_with(|| format!("{root}/"));
            self.url = Some(format!("{root}/"));
        }
        Ok(())
    }

    /// Says that the options need not name a collection.
    #[allow(dead_code, reason = "not every example lists")]
    pub(crate) fn need_no_collection(&mut self) {
        self.needs_no_collection = true;
    }

    #[allow(dead_code, reason = "not every example lists")]
    pub(crate) fn api_root(&self) -> Option<&str> {
        self.api_root.as_deref()
    }

    /// Whether the server is the one for trying things out.
    #[allow(dead_code, reason = "not every example asks")]
    pub(crate) fn is_sample(&self) -> bool {
        self.is_sample
    }

    #[allow(dead_code, reason = "not every example asks")]
    pub(crate) fn has_url(&self) -> bool {
        self.url.is_some()
    }

    /// The client. What keeps it from being made is a fault of the command line.
    pub(crate) fn client(&self, limit: Option<u32>, traffic: Arc<Traffic>) -> Result<Client<HttpTransport>, String> {
        let url = self.url.as_deref().unwrap_or_default();
        let origin = url.parse::<Origin>().map_err(|error| reason(&error))?;
        let mut origins = vec![origin];
        // A relative one has no origin of its own.
        if let Some(root) = self.api_root.as_deref().and_then(|root| root.parse().ok())
            && !origins.contains(&root)
        {
            origins.push(root);
        }
        let seed = RandomState::new().hash_one(());
        let mut options = Options::default().with_retries(Retries::default().with_seed(seed));
        options.version = self.version;
        if let Some(limit) = limit {
            options.limit = limit;
        }
        if let Some(retries) = self.retries {
            options.retries.max = retries;
        }
        options.rate = self.rate;
        options.walk.accept_gaps = self.accept_gaps;
        options.walk.empty_not_found = self.empty_not_found;
        if self.allow_http {
            options.allow_http.clone_from(&origins);
        }
        let mut http = HttpOptions::default().with_tls(self.tls()?);
        if self.is_sample {
            http.proxy = Proxy::none();
        }
        if let Some(timeout) = self.timeout {
            options.timeout = timeout;
            http.timeout = Some(timeout);
        }
        let transport = HttpTransport::new(http).map_err(|error| reason(&error))?;
        let client = Client::new(transport, url, options).map_err(|error| reason(&error))?;
        let mut client = client.with_timer(tokio::time::sleep).with_observer(move |event| traffic.note(event));
        for credentials in self.credentials() {
            for origin in &origins {
                client = client.with_credentials_for(origin.clone(), credentials.clone());
            }
        }
        Ok(client)
    }

    fn credentials(&self) -> impl Iterator<Item = Credentials> {
        let basic = self.user.clone().zip(self.password.clone());
        let header = self.header.clone().zip(self.header_value.clone());
        let basic = basic.map(|(user, password)| Credentials::basic(user, password));
        let bearer = self.bearer.clone().map(Credentials::bearer);
        let header = header.map(|(name, value)| Credentials::header(name, value));
        [basic, bearer, header].into_iter().flatten()
    }

    fn tls(&self) -> Result<Tls, String> {
        let mut tls = Tls::default();
        if let Some(file) = &self.ca {
            tls = tls.with_only_roots(&read(file)?).map_err(|error| format!("{file}: {}", reason(&error)))?;
        }
        if let Some(file) = &self.certificate {
            let identity = self.identity(file).map_err(|why| format!("{file}: {why}"))?;
            tls = tls.with_identity(identity);
        }
        Ok(tls)
    }

    fn identity(&self, file: &str) -> Result<ClientIdentity, String> {
        let is_pkcs12 = [".p12", ".pfx"].iter().any(|ending| file.to_ascii_lowercase().ends_with(ending));
        #[cfg(feature = "pkcs12")]
        if is_pkcs12 {
            let password = self.certificate_password.as_deref().unwrap_or_default();
            return ClientIdentity::from_pkcs12(&read(file)?, password).map_err(|error| reason(&error));
        }
        if is_pkcs12 {
            return Err("PKCS#12 needs the feature: cargo run --features pkcs12 …".to_owned());
        }
        if self.certificate_password.is_some() {
            return Err("a password is for .p12 and .pfx files; keys in PEM must not be encrypted".to_owned());
        }
        ClientIdentity::from_pem(&read(file)?).map_err(|error| reason(&error))
    }

    /// The API root and the collection that are meant: without `--api-root` of all roots the first that has it.
    pub(crate) async fn find(&self, client: &Client<HttpTransport>) -> Result<(RootUrl, Collection), Error> {
        let name = self.collection.as_deref().unwrap_or_default();
        if let Some(root) = &self.api_root {
            let root = client.root(root).await?;
            let collection = client.find_collection(&root, name).await?;
            return Ok((root, collection));
        }
        client.locate_collection(name).await
    }
}

/// So many requests in so many seconds.
fn rate(text: &str) -> Result<Rate, String> {
    let parts = text.split_once('/').ok_or_else(|| format!("--rate is REQUESTS/SECONDS, not {text}"))?;
    let (requests, seconds) = (number("--rate", parts.0)?, number("--rate", parts.1)?);
    match requests {
        0 => Err("--rate is at least one request".to_owned()),
        requests => Ok(Rate::new(requests, Duration::from_secs(seconds))),
    }
}

fn secret(variable: &str) -> Result<String, String> {
    env::var(variable).map_err(|_| format!("the environment variable {variable} is not set"))
}

pub(crate) fn number<N: std::str::FromStr>(option: &str, text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{option} is a number, not {text}"))
}

fn read(file: &str) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{file}: {error}"))
}
