//! A client for programs without an async runtime.
//!
//! It has the methods of [`taxii::Client`](super::Client), and each waits until its answer is
//! there. Everything else is the same: options, credentials, retries, walks and polls.
//!
//! ```no_run
//! use stixkit::taxii::{Credentials, Filter, Options, blocking};
//!
//! let client = blocking::Client::over_http("https://taxii.example/", Options::default())?
//!     .with_credentials(Credentials::basic("reader", "password"));
//! for root in client.roots()? {
//!     for collection in client.collections(&root)?.collections {
//!         for page in client.objects(&root, &collection.id, Filter::new()) {
//!             println!("{}: {} objects", collection.id, page?.len());
//!         }
//!     }
//! }
//! # Ok::<(), stixkit::taxii::Error>(())
//! ```
//!
//! The client has a runtime of Tokio of its own, on the thread that calls. It cannot wait inside of
//! another one, where its methods return an error of kind [`ErrorKind::Request`].

use std::future::Future;

use tokio::runtime::{Builder, Handle, Runtime};

use super::add::{AddOptions, Added};
use super::client;
use super::credentials::{Credentials, Origin};
use super::discovery::Discovered;
use super::error::{Error, ErrorKind};
use super::filter::Filter;
use super::https::HttpTransport;
use super::options::Options;
use super::page::Page;
use super::pages;
use super::poll::{Polled, Poller};
use super::request::RootUrl;
use super::resource::{ApiRoot, Collection, Collections, Status};
use super::transport::Transport;
use super::walk::Walk;
use crate::Object;

/// A client of one TAXII server whose methods wait for their answers. See the [module](self).
#[derive(Debug)]
pub struct Client<T = HttpTransport> {
    client: client::Client<T>,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

impl Client {
    /// Creates a client over the bundled transport with its defaults.
    ///
    /// # Errors
    ///
    /// Returns an error as [`taxii::Client::over_http`](super::Client::over_http) does, and one of
    /// kind [`ErrorKind::Temporary`] if the system refuses what a runtime needs.
    pub fn over_http(url: &str, options: Options) -> Result<Self, Error> {
        Self::new(client::Client::over_http(url, options)?)
    }
}

impl<T: Transport> Client<T> {
    /// Creates a client from an async one, for example one over a transport with other options. Its
    /// timer should be `tokio::time::sleep`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Temporary`] if the system refuses what a runtime
    /// needs.
    pub fn new(client: client::Client<T>) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::new(ErrorKind::Temporary).with_source(error))?;
        Ok(Self { client, runtime: Some(runtime) })
    }

    /// Adds credentials for the origin of the client's URL: see
    /// [`taxii::Client::with_credentials`](super::Client::with_credentials).
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        self.client.add_credentials(credentials);
        self
    }

    /// Adds credentials for another origin.
    #[must_use]
    pub fn with_credentials_for(mut self, origin: Origin, credentials: Credentials) -> Self {
        self.client.add_credentials_for(origin, credentials);
        self
    }

    /// Returns the async client, for [`run`](Self::run).
    pub fn client(&self) -> &client::Client<T> {
        &self.client
    }

    /// Waits for a future of the async client: for its methods that this client lacks.
    ///
    /// # Errors
    ///
    /// Returns the future's error, and one of kind [`ErrorKind::Request`] inside of an async
    /// runtime.
    ///
    /// ```no_run
    /// # use stixkit::taxii::{Error, RootUrl, blocking};
    /// # fn example(client: &blocking::Client, root: &RootUrl) -> Result<(), Error> {
    /// let time = client.run(client.client().server_time(root))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn run<R>(&self, future: impl Future<Output = Result<R, Error>>) -> Result<R, Error> {
        match &self.runtime {
            // Waiting inside of another runtime would block its thread, and Tokio panics.
            Some(runtime) if Handle::try_current().is_err() => runtime.block_on(future),
            _ => {
                let detail = "a blocking client cannot wait inside of an async runtime: use `taxii::Client` there";
                Err(Error::new(ErrorKind::Request).with_detail(detail))
            }
        }
    }

    /// Returns the objects of a collection, page by page.
    pub fn objects(&self, root: &RootUrl, collection: &str, filter: Filter) -> Pages<'_, T> {
        self.pages(Walk::objects(root, collection, filter, self.client.options()))
    }

    /// Returns the pages of any walk: over a manifest, over the versions of an object.
    pub fn pages(&self, walk: Walk) -> Pages<'_, T> {
        Pages { client: self, pages: self.client.pages(walk), is_over: false }
    }

    /// Adds objects to a collection: see [`taxii::Client::add`](super::Client::add).
    ///
    /// # Errors
    ///
    /// Returns an error as the async method does.
    pub fn add<'o>(
        &self,
        root: &RootUrl,
        collection: &str,
        objects: impl IntoIterator<Item = &'o Object>,
        options: &AddOptions,
    ) -> Result<Added, Error> {
        self.run(self.client.add(root, collection, objects, options))
    }
}

/// The methods of the async client that this client only waits for.
macro_rules! waits {
    ($($(#[doc = $doc:literal])+ fn $name:ident($($argument:ident: $Type:ty),*) -> $Answer:ty;)+) => {
        impl<T: Transport> Client<T> {
            $(
                $(#[doc = $doc])+
                ///
                /// # Errors
                ///
                /// Returns an error as the async method does.
                pub fn $name(&self, $($argument: $Type),*) -> Result<$Answer, Error> {
                    self.run(self.client.$name($($argument),*))
                }
            )+
        }
    };
}

waits! {
    /// Asks the server what it offers: see [`taxii::Client::discover`](super::Client::discover).
    fn discover() -> Discovered;

    /// Returns the API roots: see [`taxii::Client::roots`](super::Client::roots).
    fn roots() -> Vec<RootUrl>;

    /// Returns an API root by its URL: see [`taxii::Client::root`](super::Client::root).
    fn root(url: &str) -> RootUrl;

    /// Returns the description of an API root.
    fn information(root: &RootUrl) -> ApiRoot;

    /// Returns the collections of an API root.
    fn collections(root: &RootUrl) -> Collections;

    /// Finds a collection in all API roots by its id, alias or title.
    fn locate_collection(name: &str) -> (RootUrl, Collection);

    /// Returns the next page of a poll; `None` once the poll is over.
    fn poll(poller: &mut Poller) -> Option<Polled>;

    /// Returns how far the server is with objects that were added.
    fn status(root: &RootUrl, id: &str) -> Status;

    /// Removes an object, in the versions that the filter selects.
    fn delete(root: &RootUrl, collection: &str, id: &str, filter: &Filter) -> ();
}

impl<T> Drop for Client<T> {
    fn drop(&mut self) {
        // A runtime that is dropped inside of another one panics, because it waits for its threads.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The pages of a walk, as an iterator, from a [`Client`]. It ends after the first error.
#[derive(Debug)]
pub struct Pages<'c, T = HttpTransport> {
    client: &'c Client<T>,
    pages: pages::Pages<'c, T>,
    is_over: bool,
}

impl<T: Transport> Pages<'_, T> {
    /// Returns the walk, with its progress.
    pub fn walk(&self) -> &Walk {
        self.pages.walk()
    }

    /// Returns the next page; `None` once the walk is over. After a temporary error, the next call
    /// tries again.
    ///
    /// # Errors
    ///
    /// Returns an error as [`taxii::Pages::next_page`](super::Pages::next_page) does.
    pub fn next_page(&mut self) -> Result<Option<Page>, Error> {
        self.client.run(self.pages.next_page())
    }
}

impl<T: Transport> Iterator for Pages<'_, T> {
    type Item = Result<Page, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let page = self.next_page().transpose();
        self.is_over = !matches!(page, Some(Ok(_)));
        page
    }
}
