//! What follows an attempt to send a request.

use std::time::Duration;

use http::header::LOCATION;
use http::{Method, Response, StatusCode};

use super::address;
use super::answer::retry_after;
use super::credentials::Origin;
use super::error::{Error, ErrorKind};
use super::options::Options;
use super::request::{Request, Resend};
use super::retry::{Backoff, Chance};
use super::transport::TransportErrorKind;

/// What follows an attempt.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// Send the request again after this wait.
    Again(Duration),
    /// Send the request again with new credentials.
    Refresh,
    /// Send this request instead, which a redirect asks for.
    Redirect(Request),
    /// Return the answer or the error.
    Done,
}

/// The delivery of one request, over all of its attempts.
#[derive(Debug)]
pub(super) struct Delivery {
    request: Request,
    backoff: Backoff,
    redirects: u8,
    has_refreshed: bool,
}

/// What a client can do between two attempts.
pub(super) struct Means<'a> {
    pub(super) options: &'a Options,
    pub(super) chance: &'a mut Chance,
    /// Whether there is a way to sleep. Without one no request is sent again after a wait.
    pub(super) can_sleep: bool,
    /// Whether there are credentials that can be renewed.
    pub(super) can_refresh: bool,
}

impl Delivery {
    pub(super) fn new(request: Request) -> Self {
        Self { request, backoff: Backoff::new(), redirects: 0, has_refreshed: false }
    }

    /// Returns the request to send: the first one, or the one that a redirect asked for.
    pub(super) fn request(&self) -> &Request {
        &self.request
    }

    /// Returns how often the request was sent again.
    pub(super) fn retries(&self) -> u32 {
        self.backoff.attempts()
    }

    /// Names the request in an error.
    pub(super) fn name_in(&self, error: Error) -> Error {
        error.with_request(self.request.method(), self.request.url())
    }

    /// Follows a redirect.
    pub(super) fn follow(&mut self, request: Request) {
        self.request = request;
        self.redirects += 1;
    }

    /// Decides what follows an attempt with this result.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Redirect`] or [`ErrorKind::Url`] if a redirect must
    /// not be followed.
    pub(super) fn after(
        &mut self,
        attempt: &Result<Response<Vec<u8>>, Error>,
        means: Means<'_>,
    ) -> Result<Next, Error> {
        let (options, can_refresh) = (means.options, means.can_refresh);
        if let Some(wait) = self.wait(attempt, means) {
            return Ok(Next::Again(wait));
        }
        let Ok(response) = attempt else { return Ok(Next::Done) };
        if response.status() == StatusCode::UNAUTHORIZED && can_refresh && !self.has_refreshed {
            self.has_refreshed = true;
            return Ok(Next::Refresh);
        }
        let redirect = redirect(&self.request, response, self.redirects, options);
        let request = redirect.map_err(|error| self.name_in(error))?;
        Ok(request.map_or(Next::Done, Next::Redirect))
    }

    /// Returns how long to wait before the request is sent again; `None` if it is not.
    fn wait(&mut self, attempt: &Result<Response<Vec<u8>>, Error>, means: Means<'_>) -> Option<Duration> {
        let resend = self.request.resend();
        let asked = attempt.as_ref().ok().and_then(|response| retry_after(response.headers()));
        let is_again = match attempt {
            Ok(response) => may_resend(resend, response.status(), asked.is_some()),
            Err(error) => error.transport().is_some_and(|kind| may_resend_after(resend, kind)),
        };
        if !is_again || !means.can_sleep {
            return None;
        }
        self.backoff.next(&means.options.retries, asked, means.chance)
    }
}

fn may_resend(resend: Resend, status: StatusCode, is_asked: bool) -> bool {
    match (status.as_u16(), resend) {
        (429, _) | (503, Resend::Always | Resend::IfUnsent) => true,
        (503, Resend::IfRefused | Resend::Delete) => is_asked,
        (502 | 504, Resend::Always | Resend::Delete) => true,
        _ => false,
    }
}

fn may_resend_after(resend: Resend, kind: TransportErrorKind) -> bool {
    match kind {
        TransportErrorKind::Connect => true,
        TransportErrorKind::Timeout | TransportErrorKind::Broken | TransportErrorKind::Other => {
            matches!(resend, Resend::Always | Resend::Delete)
        }
        _ => false,
    }
}

/// Returns the request that a redirect asks for; `None` if the answer is not a redirect.
fn redirect(
    request: &Request,
    response: &Response<Vec<u8>>,
    redirects: u8,
    options: &Options,
) -> Result<Option<Request>, Error> {
    let status = response.status().as_u16();
    let is_redirect = matches!(status, 301 | 302 | 303 | 307 | 308);
    let Some(location) = response.headers().get(LOCATION).filter(|_| is_redirect) else { return Ok(None) };
    let refused =
        |detail: String| Err(Error::new(ErrorKind::Redirect).with_detail(detail).with_status(response.status()));
    let location = String::from_utf8_lossy(location.as_bytes());
    let Ok(target) = request.url().join(&location) else { return refused("to no URL".to_owned()) };
    let Some(origin) = Origin::from_url(&target) else { return refused("to no URL of the web".to_owned()) };
    // The path is not shown: it may contain what the query contained.
    let is_own = Origin::from_url(request.url()).as_ref() == Some(&origin);
    if !is_own && !options.redirects.allow.contains(&origin) {
        return refused(format!("to {origin}"));
    }
    address::check_scheme(&target, options)?;
    if request.method() != Method::GET && !matches!(status, 307 | 308) {
        return refused(format!("of a {}, which would become a GET", request.method()));
    }
    if redirects >= options.redirects.max {
        return refused(format!("more than {} times", options.redirects.max));
    }
    Ok(Some(request.redirected(target)))
}

#[cfg(test)]
mod tests {
    use super::super::filter::Filter;
    use super::super::options::{Redirects, Retries};
    use super::super::request::{Part, RootUrl};
    use super::super::transport::TransportError;
    use super::super::version::Version;
    use super::*;

    fn options() -> Options {
        // The server decides how long to wait, so that nothing is random.
        let retries = Retries { max: 2, longest: Duration::from_secs(9), ..Retries::default() };
        let redirects = Redirects::default().with_max(1).with_allow(["https://b.example".parse().unwrap()]);
        Options::default().with_retries(retries).with_redirects(redirects)
    }

    fn root() -> RootUrl {
        RootUrl::new("https://a.example/r/", Version::V21, &Options::default()).unwrap()
    }

    fn get() -> Request {
        root().information()
    }

    fn next_page() -> Request {
        root().objects("c", &Filter::new(), &Part::Next { limit: 1, next: "n".into() }).unwrap()
    }

    fn post() -> Request {
        root().add("c", Vec::new()).unwrap()
    }

    fn delete() -> Request {
        root().delete("c", "x-a--1", &Filter::new()).unwrap()
    }

    fn answer(status: u16, headers: &[(&str, &str)]) -> Result<Response<Vec<u8>>, Error> {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        Ok(response.body(Vec::new()).unwrap())
    }

    fn failure(kind: TransportErrorKind) -> Result<Response<Vec<u8>>, Error> {
        Err(Error::from(TransportError::new(kind)))
    }

    fn after(delivery: &mut Delivery, attempt: &Result<Response<Vec<u8>>, Error>) -> Result<Next, Error> {
        let (options, mut chance) = (options(), Chance::new(0));
        delivery.after(attempt, Means { options: &options, chance: &mut chance, can_sleep: true, can_refresh: true })
    }

    #[test]
    fn requests_are_sent_again_if_the_first_one_cannot_have_done_anything() {
        // For a GET, a GET with `next`, a POST and a DELETE.
        let asked = &[("retry-after", "7")][..];
        let cases = [
            (answer(200, &[]), [false; 4]),
            (answer(200, asked), [false; 4]),
            (answer(429, &[]), [true; 4]),
            (answer(503, &[]), [true, true, false, false]),
            (answer(503, asked), [true; 4]),
            (answer(502, &[]), [true, false, false, true]),
            (answer(504, asked), [true, false, false, true]),
            (answer(500, asked), [false; 4]),
            (failure(TransportErrorKind::Connect), [true; 4]),
            (failure(TransportErrorKind::Timeout), [true, false, false, true]),
            (failure(TransportErrorKind::Broken), [true, false, false, true]),
            (failure(TransportErrorKind::Tls), [false; 4]),
            (failure(TransportErrorKind::TooLarge), [false; 4]),
            (Err(Error::new(ErrorKind::Credentials)), [false; 4]),
        ];
        for (attempt, expected) in cases {
            for (request, expected) in [get(), next_page(), post(), delete()].into_iter().zip(expected) {
                let next = after(&mut Delivery::new(request.clone()), &attempt).unwrap();
                assert_eq!(matches!(next, Next::Again(_)), expected, "{request:?} {attempt:?}");
                assert!(expected || next == Next::Done);
            }
        }
    }

    #[test]
    fn waits_are_as_long_as_the_server_asks_and_end() {
        let mut delivery = Delivery::new(get());
        let busy = answer(503, &[("retry-after", "7")]);
        let wait = Next::Again(Duration::from_secs(7));
        assert_eq!(after(&mut delivery, &busy).unwrap(), wait);
        assert_eq!(after(&mut delivery, &busy).unwrap(), wait);
        assert_eq!(after(&mut delivery, &busy).unwrap(), Next::Done);
        assert_eq!(delivery.retries(), 2);
        let too_long = answer(503, &[("retry-after", "10")]);
        assert_eq!(after(&mut Delivery::new(get()), &too_long).unwrap(), Next::Done);
        let (options, mut chance) = (options(), Chance::new(0));
        let means = Means { options: &options, chance: &mut chance, can_sleep: false, can_refresh: false };
        assert_eq!(Delivery::new(get()).after(&busy, means).unwrap(), Next::Done);
    }

    #[test]
    fn credentials_are_renewed_once() {
        let mut delivery = Delivery::new(get());
        let unauthorized = answer(401, &[]);
        assert_eq!(after(&mut delivery, &unauthorized).unwrap(), Next::Refresh);
        assert_eq!(after(&mut delivery, &unauthorized).unwrap(), Next::Done);
        let (options, mut chance) = (options(), Chance::new(0));
        let means = Means { options: &options, chance: &mut chance, can_sleep: true, can_refresh: false };
        assert_eq!(Delivery::new(get()).after(&unauthorized, means).unwrap(), Next::Done);
    }

    #[test]
    fn redirects_are_followed_or_refused() {
        for (request, status, location, expected) in [
            (get(), 301, "/x/", Ok("https://a.example/x/")),
            (get(), 308, "https://b.example/x/", Ok("https://b.example/x/")),
            (post(), 307, "/x/", Ok("https://a.example/x/")),
            (get(), 200, "/x/", Ok("")),
            (get(), 304, "/x/", Ok("")),
            (get(), 302, "https://c.example/x/", Err("to https://c.example")),
            (get(), 302, "http://a.example/x/", Err("to http://a.example")),
            (get(), 302, "https://", Err("to no URL")),
            (get(), 302, "mailto:a@b.example", Err("to no URL of the web")),
            (post(), 302, "/x/", Err("of a POST, which would become a GET")),
            (delete(), 303, "/x/", Err("of a DELETE, which would become a GET")),
        ] {
            let next = after(&mut Delivery::new(request.clone()), &answer(status, &[("location", location)]));
            match (next, expected) {
                (Ok(Next::Redirect(next)), Ok(url)) => {
                    assert_eq!((next.url().as_str(), next.method()), (url, request.method()));
                }
                (Ok(next), Ok(url)) => assert!(next == Next::Done && url.is_empty(), "{status} {location}"),
                (Err(error), Err(detail)) => {
                    assert_eq!((error.kind(), error.detail()), (ErrorKind::Redirect, detail));
                    assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
                    assert_eq!(error.method(), Some(request.method()));
                }
                (next, _) => panic!("{status} {location}: {next:?}"),
            }
        }
    }

    #[test]
    fn redirects_end() {
        let mut delivery = Delivery::new(get());
        let elsewhere = answer(302, &[("location", "/x/")]);
        let Next::Redirect(request) = after(&mut delivery, &elsewhere).unwrap() else { panic!("a redirect") };
        delivery.follow(request);
        assert_eq!(delivery.request().url().as_str(), "https://a.example/x/");
        assert_eq!(after(&mut delivery, &elsewhere).unwrap_err().detail(), "more than 1 times");
    }
}
