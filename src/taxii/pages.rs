//! The pages of a walk, fetched by a client.

use std::collections::VecDeque;

use futures_util::stream::{self, Stream, TryStreamExt as _};

use super::client::Client;
use super::error::Error;
use super::event::Event;
use super::filter::Filter;
use super::page::{Page, PageObject};
use super::request::RootUrl;
use super::transport::Transport;
use super::walk::Walk;

/// The pages of a walk, fetched by a client one after the other.
///
/// Dropping a future of [`next_page`](Self::next_page) does no harm: the walk continues where it
/// was, in another way if that future had sent a `next`.
#[derive(Debug)]
pub struct Pages<'c, T> {
    client: &'c Client<T>,
    walk: Walk,
    ahead: usize,
    fetched: VecDeque<Page>,
    /// Why fetching ahead ended. It is returned after the pages.
    failure: Option<Error>,
}

impl<T: Transport> Client<T> {
    /// Returns the objects of a collection, page by page.
    pub fn objects(&self, root: &RootUrl, collection: &str, filter: Filter) -> Pages<'_, T> {
        Pages::new(self, Walk::objects(root, collection, filter, self.options()))
    }

    /// Returns the manifest of a collection, page by page.
    pub fn manifest(&self, root: &RootUrl, collection: &str, filter: Filter) -> Pages<'_, T> {
        Pages::new(self, Walk::manifest(root, collection, filter, self.options()))
    }

    /// Returns one object, in the versions that the filter selects; mostly one page with one
    /// object.
    pub fn object(&self, root: &RootUrl, collection: &str, id: &str, filter: Filter) -> Pages<'_, T> {
        Pages::new(self, Walk::object(root, collection, id, filter, self.options()))
    }

    /// Returns the versions of an object, page by page.
    pub fn versions(&self, root: &RootUrl, collection: &str, id: &str, filter: Filter) -> Pages<'_, T> {
        Pages::new(self, Walk::versions(root, collection, id, filter, self.options()))
    }

    /// Returns the pages of any walk.
    pub fn pages(&self, walk: Walk) -> Pages<'_, T> {
        Pages::new(self, walk)
    }
}

impl<'c, T: Transport> Pages<'c, T> {
    fn new(client: &'c Client<T>, walk: Walk) -> Self {
        Self { client, walk, ahead: 1, fetched: VecDeque::new(), failure: None }
    }

    /// Sets how many pages are fetched before the first of them is returned. This is for slow
    /// consumers of servers that forget their cursors: with [`usize::MAX`], the whole walk comes
    /// first. All of these pages are in memory.
    #[must_use]
    pub fn with_read_ahead(mut self, pages: usize) -> Self {
        self.ahead = pages.max(1);
        self
    }

    /// Returns the walk, with its [progress](Walk::progress) and its [dates](Walk::dates).
    pub fn walk(&self) -> &Walk {
        &self.walk
    }

    /// Returns the next page; `None` once the walk is over.
    ///
    /// # Errors
    ///
    /// Returns an error if the server refuses a request or cannot be reached, and one of kind
    /// [`NoProgress`](super::ErrorKind::NoProgress) if there is no way to the next page. After a
    /// temporary error, the next call tries again.
    pub async fn next_page(&mut self) -> Result<Option<Page>, Error> {
        if self.fetched.is_empty() {
            self.fetch_ahead().await?;
        }
        Ok(self.fetched.pop_front())
    }

    /// Fetches as many pages as are to be fetched ahead. An error after the first page is kept for
    /// later.
    async fn fetch_ahead(&mut self) -> Result<(), Error> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        while self.fetched.len() < self.ahead {
            match self.fetch().await {
                Ok(Some(page)) => self.fetched.push_back(page),
                Ok(None) => break,
                Err(error) if self.fetched.is_empty() => return Err(error),
                Err(error) => {
                    self.failure = Some(error);
                    break;
                }
            }
        }
        Ok(())
    }

    async fn fetch(&mut self) -> Result<Option<Page>, Error> {
        loop {
            let now = self.client.now_if_timed();
            self.walk.sending(now)?;
            let left = self.walk.time_left(now);
            let Some(request) = self.walk.request()? else { return Ok(None) };
            let page = match self.client.deliver_for(&request, left).await {
                Ok(sent) => self.walk.receive(sent.response)?,
                Err(error) => match self.walk.failed(error) {
                    Ok(()) => None,
                    Err(error) => return Err(self.client.name_cap(Some(&self.walk), error)),
                },
            };
            if let Some(page) = page {
                self.client.notify(&Event::from_page(&page));
                return Ok(Some(page));
            }
        }
    }

    /// Returns all remaining pages at once.
    ///
    /// # Errors
    ///
    /// Returns an error as [`next_page`](Self::next_page) does. The pages before it are lost.
    pub async fn collect(mut self) -> Result<Vec<Page>, Error> {
        let mut pages = Vec::new();
        while let Some(page) = self.next_page().await? {
            pages.push(page);
        }
        Ok(pages)
    }

    /// Returns the pages as a [`Stream`], for the combinators of `futures`. It ends after the first
    /// error.
    ///
    /// ```
    /// # use stixkit::taxii::{Client, Error, Filter, RootUrl, Transport};
    /// # async fn example(client: &Client<impl Transport>, root: &RootUrl) -> Result<(), Error> {
    /// use futures_util::TryStreamExt;
    ///
    /// let mut pages = std::pin::pin!(client.objects(root, "indicators", Filter::new()).into_stream());
    /// while let Some(page) = pages.try_next().await? {
    ///     println!("{} objects", page.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_stream(self) -> impl Stream<Item = Result<Page, Error>> + Send + 'c {
        stream::unfold(Some(self), async |pages| {
            let mut pages = pages?;
            match pages.next_page().await {
                Ok(Some(page)) => Some((Ok(page), Some(pages))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    /// Returns the objects of all pages as a [`Stream`], including those that could not be read. It
    /// ends after the first error.
    ///
    /// It is empty for a walk over a manifest: records are in [`Page::records`].
    pub fn into_objects(self) -> impl Stream<Item = Result<PageObject, Error>> + Send + 'c {
        self.into_stream().map_ok(|page| stream::iter(page.objects.into_iter().map(Ok))).try_flatten()
    }
}
