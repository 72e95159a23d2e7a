//! Between client and server: discovery, versions, credentials, redirects, retries, rates.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stixkit::taxii::{
    Client, Credentials, ErrorKind, Event, Filter, Options, Provider, ProviderError, Rate, Redirects, Retries,
    TransportErrorKind, Version,
};

use super::script::{Answer, Script, ok, page, status, with};
use super::{Clock, block_on, client, origin, root, v21};

const DISCOVERY: &str = r#"{"title":"t","default":"https://taxii.example/api2","api_roots":["/api1","https://other.example/x/","//evil.example/"]}"#;

#[test]
fn discovery_resolves_what_can_be_used() {
    let script = Script::new([ok(DISCOVERY)]);
    let found = block_on(client(&script, Options::default()).discover()).unwrap();
    assert_eq!(script.asked(), ["GET https://taxii.example/taxii2/"]);
    assert_eq!(script.headers("accept"), ["application/taxii+json;version=2.1"]);
    assert_eq!(script.headers("user-agent"), [concat!("stixkit/", env!("CARGO_PKG_VERSION"))]);
    let roots: Vec<_> = found.roots.iter().map(|root| root.url().as_str()).collect();
    assert_eq!(roots, ["https://taxii.example/api1/", "https://other.example/x/"]);
    assert_eq!(found.default.unwrap().url().as_str(), "https://taxii.example/api2/");
    assert!(found.refused[0].contains("//evil.example/"), "{:?}", found.refused);
}

#[test]
fn roots_behind_a_proxy_are_moved_by_name_alone() {
    let answer = || ok(r#"{"title":"t","api_roots":["http://localhost:5000/api1/"]}"#);
    let script = Script::new([answer(), answer()]);
    let error = block_on(client(&script, Options::default()).roots()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Url);
    let roots = block_on(client(&script, Options::default().with_rebase_roots(true)).roots()).unwrap();
    assert_eq!(roots[0].url().as_str(), "https://taxii.example/api1/");
}

#[test]
fn a_redirect_moves_what_relative_roots_are_relative_to() {
    let script =
        Script::new([with(308, &[("location", "/prefix/taxii2/")], ""), ok(r#"{"title":"t","api_roots":["api1"]}"#)]);
    let found = block_on(client(&script, Options::default()).discover()).unwrap();
    assert_eq!(found.roots[0].url().as_str(), "https://taxii.example/prefix/taxii2/api1/");
}

#[test]
fn an_api_root_is_enough() {
    let script = Script::new([ok(r#"{"title":"a root","versions":["application/taxii+json;version=2.1"]}"#)]);
    let client = Client::new(&script, "https://taxii.example/api1", Options::default()).unwrap();
    let roots = block_on(client.roots()).unwrap();
    assert_eq!(roots[0].url().as_str(), "https://taxii.example/api1/");
    // Without a default, without roots: nothing to use, and no error.
    let script = Script::new([ok(r#"{"title":"t"}"#), status(404, "")]);
    let client = super::client(&script, v21(1));
    assert!(block_on(client.roots()).unwrap().is_empty());
    assert_eq!(block_on(client.discover()).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(block_on(client.root("/api1")).unwrap().url().as_str(), "https://taxii.example/api1/");
}

#[test]
fn version_20_is_found_and_remembered() {
    let oasis = ("content-type", "application/vnd.oasis.taxii+json; version=2.0");
    for refusal in
        [status(406, ""), status(415, ""), status(404, ""), status(400, ""), with(200, &[oasis], r#"{"title":"t"}"#)]
    {
        let discovery = with(200, &[oasis], r#"{"title":"t","api_roots":["/api1/"]}"#);
        let script = Script::new([refusal, discovery, with(200, &[oasis], r#"{"collections":[{"id":"c"}]}"#)]);
        let client = client(&script, Options::default());
        let roots = block_on(client.roots()).unwrap();
        assert_eq!(roots[0].version(), Version::V20);
        assert!(block_on(client.collections(&roots[0])).unwrap().get("c").is_some());
        assert_eq!(script.asked()[1], "GET https://taxii.example/taxii/");
        assert_eq!(script.headers("accept")[2], "application/vnd.oasis.taxii+json; version=2.0");
        // Known by now, so nothing is sent.
        assert_eq!(block_on(client.root("/api2/")).unwrap().version(), Version::V20);
    }
    let script = Script::new([status(401, "")]);
    assert_eq!(block_on(client(&script, Options::default()).roots()).unwrap_err().kind(), ErrorKind::Unauthorized);
    let script = Script::new([status(404, "first"), status(404, "second")]);
    assert_eq!(block_on(client(&script, Options::default()).discover()).unwrap_err().snippet(), "first");
}

#[test]
fn http_goes_where_it_is_allowed_by_name() {
    let script = Script::default();
    let error = Client::new(&script, "http://taxii.example/", Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Url);
    let options = Options::default().with_allow_http([origin("http://taxii.example/")]);
    assert!(Client::new(&script, "http://taxii.example/", options).is_ok());
}

#[test]
fn credentials_stay_at_their_origin() {
    let script = Script::new([ok("{}"), ok("{}"), ok("{}")]);
    let client = client(&script, v21(1))
        .with_credentials(Credentials::basic("user", "secret"))
        .with_credentials(Credentials::header("X-Key", "key"))
        .with_credentials_for(origin("https://third.example"), Credentials::bearer("token"));
    for url in ["/api1/", "https://other.example/", "https://third.example/"] {
        let root = block_on(client.root(url)).unwrap();
        block_on(client.information(&root)).unwrap();
    }
    assert_eq!(script.headers("authorization"), ["Basic dXNlcjpzZWNyZXQ=", "-", "Bearer token"]);
    assert_eq!(script.headers("x-key"), ["key", "-", "-"]);
    let shown = format!("{:?}", client.url()) + &format!("{:?}", client.options());
    assert!(!shown.contains("secret"));
}

#[test]
fn redirects_of_the_same_origin_are_followed() {
    let script = Script::new([
        with(307, &[("location", "https://taxii.example/b/collections/c/objects/")], ""),
        with(308, &[("location", "/c/")], ""),
        with(202, &[("content-type", "application/taxii+json;version=2.1")], r#"{"id":"s","status":"complete"}"#),
    ]);
    let client = client(&script, v21(1)).with_credentials(Credentials::bearer("token"));
    let request = root(Version::V21).add("c", b"body".to_vec()).unwrap();
    block_on(client.send(&request)).unwrap();
    assert_eq!(script.asked()[2], "POST https://taxii.example/c/");
    assert_eq!(script.bodies(), ["body", "body", "body"]);
    assert_eq!(script.headers("authorization"), ["Bearer token"; 3]);
}

#[test]
fn redirects_elsewhere_are_not_followed() {
    for location in [
        "https://evil.example/x",
        "http://taxii.example/x",
        "https://taxii.example:8443/x",
        "//evil.example/",
        "ftp://x/",
        "http://[",
    ] {
        let script = Script::new([with(307, &[("location", location)], "")]);
        let client = client(&script, v21(1)).with_credentials(Credentials::bearer("token"));
        let error = block_on(client.information(&root(Version::V21))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{location}");
        assert_eq!(script.asked().len(), 1);
    }
    // Where it is allowed, credentials do not go along.
    let script = Script::new([with(302, &[("location", "https://mirror.example/x")], ""), ok("{}")]);
    let options = v21(1).with_redirects(Redirects::default().with_allow([origin("https://mirror.example")]));
    let client = client(&script, options).with_credentials(Credentials::header("X-Key", "key"));
    block_on(client.information(&root(Version::V21))).unwrap();
    assert_eq!(script.headers("x-key"), ["key", "-"]);
}

#[test]
fn redirects_end() {
    let script = Script::new((0..6).map(|_| with(301, &[("location", "/api1/")], "")));
    let error = block_on(client(&script, v21(1)).information(&root(Version::V21))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_eq!(script.asked().len(), 6);
    let script = Script::new([with(302, &[("location", "/x/")], "")]);
    let delete = block_on(client(&script, v21(1)).delete(&root(Version::V21), "c", "o", &Filter::new()));
    assert_eq!(delete.unwrap_err().kind(), ErrorKind::Redirect, "it would become a GET");
}

/// Gives numbered tokens, the next one when it is asked to refresh.
#[derive(Clone, Default)]
struct Tokens(Arc<AtomicU32>);

impl Provider for Tokens {
    fn credentials<'a>(
        &'a self,
        refresh: bool,
    ) -> Pin<Box<dyn Future<Output = Result<Credentials, ProviderError>> + Send + 'a>> {
        let number = self.0.fetch_add(u32::from(refresh), Ordering::Relaxed) + u32::from(refresh);
        Box::pin(async move {
            match number {
                5 => Err(ProviderError::from("no more")),
                number => Ok(Credentials::bearer(format!("token-{number}"))),
            }
        })
    }
}

#[test]
fn a_provider_is_asked_once_more_after_401() {
    let script = Script::new([status(401, ""), ok("{}"), status(401, ""), status(401, "")]);
    let client = client(&script, v21(1)).with_credentials(Credentials::provider(Tokens::default()));
    block_on(client.information(&root(Version::V21))).unwrap();
    let error = block_on(client.information(&root(Version::V21))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(
        script.headers("authorization"),
        ["Bearer token-0", "Bearer token-1", "Bearer token-1", "Bearer token-2"]
    );
    script.assert_used_up();
    let broken =
        super::client(&script, v21(1)).with_credentials(Credentials::provider(Tokens(Arc::new(AtomicU32::new(5)))));
    let error = block_on(broken.information(&root(Version::V21))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

#[test]
fn no_secret_gets_out() {
    let events = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&events);
    let script = Script::new([
        status(403, r#"{"title":"who is Basic dXNlcjpodW50ZXIy? key-of-mine"}"#),
        with(200, &[("content-type", "text/html")], "<p>key-of-mine</p>"),
        Answer::Failure(TransportErrorKind::Tls),
    ]);
    let client = client(&script, v21(1))
        .with_credentials(Credentials::basic("user", "hunter2"))
        .with_credentials(Credentials::query("apikey", "key-of-mine"))
        .with_observer(move |event| seen.lock().unwrap().push_str(&format!("{event:?}")));
    let mut told = String::new();
    for kind in [ErrorKind::Forbidden, ErrorKind::NotTaxii, ErrorKind::Tls] {
        let error = block_on(client.information(&root(Version::V21))).unwrap_err();
        assert_eq!(error.kind(), kind);
        told.push_str(&format!("{error} {error:?}"));
    }
    assert!(script.asked()[0].contains("apikey=key-of-mine"));
    told.push_str(&events.lock().unwrap());
    for secret in ["hunter2", "key-of-mine", "dXNlcjpodW50ZXIy"] {
        assert!(!told.contains(secret), "{told}");
    }
}

/// The answers to one request, the time slept, and how it ended.
#[track_caller]
fn retried(answers: Vec<Answer>, retries: Retries) -> (Duration, Result<(), (ErrorKind, Option<Duration>)>) {
    let (script, clock) = (Script::new(answers), Clock::default());
    let options = v21(1).with_retries(retries);
    let client = Client::new(&script, "https://taxii.example/", options).unwrap().with_timer(clock.clone());
    let outcome = block_on(client.information(&root(Version::V21)));
    script.assert_used_up();
    (clock.slept(), outcome.map(drop).map_err(|error| (error.kind(), error.retry_after())))
}

#[test]
fn retry_after_in_each_form() {
    let seconds = Duration::from_secs;
    let now = ("date", "Mon, 01 Jan 2024 00:00:00 GMT");
    for code in [429, 503] {
        let answers = vec![with(code, &[("retry-after", "1")], ""), ok("{}")];
        assert_eq!(retried(answers, Retries::default()), (seconds(1), Ok(())));
        let answers = vec![with(code, &[("retry-after", "Mon, 01 Jan 2024 00:00:07 GMT"), now], ""), ok("{}")];
        assert_eq!(retried(answers, Retries::default()), (seconds(7), Ok(())));
        let (slept, outcome) = retried(vec![status(code, ""), ok("{}")], Retries::default());
        assert!(slept >= seconds(1) / 2 && slept <= seconds(2) && outcome.is_ok(), "{slept:?}");
        let answers = vec![with(code, &[("retry-after", "86400")], "")];
        assert_eq!(
            retried(answers, Retries::default()),
            (seconds(0), Err((ErrorKind::Temporary, Some(seconds(86400)))))
        );
    }
}

#[test]
fn retries_end() {
    let answers = (0..5).map(|_| status(502, "")).collect();
    let (slept, outcome) = retried(answers, Retries::default());
    assert_eq!(outcome, Err((ErrorKind::Temporary, None)));
    assert!(slept >= Duration::from_millis(7500) && slept <= Duration::from_secs(16), "{slept:?}");
    let answers =
        vec![Answer::Failure(TransportErrorKind::Connect), Answer::Failure(TransportErrorKind::Timeout), ok("{}")];
    assert_eq!(retried(answers, Retries::default()).1, Ok(()));
    for kind in [TransportErrorKind::Tls, TransportErrorKind::Request, TransportErrorKind::Redirect] {
        assert!(retried(vec![Answer::Failure(kind)], Retries::default()).1.is_err());
    }
    let none = Retries::default().with_max(0);
    assert_eq!(retried(vec![status(503, "")], none).1, Err((ErrorKind::Temporary, None)));
}

#[test]
fn without_a_timer_nothing_waits() {
    let script = Script::new([with(429, &[("retry-after", "1")], "")]);
    let client = Client::new(&script, "https://taxii.example/", v21(1)).unwrap();
    let error = block_on(client.information(&root(Version::V21))).unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Temporary, Some(Duration::from_secs(1))));
}

#[test]
fn objects_are_not_sent_twice_by_chance() {
    let added = || status(202, r#"{"id":"s","status":"complete"}"#);
    let post = |answers: Vec<Answer>| {
        let script = Script::new(answers);
        let request = root(Version::V21).add("c", Vec::new()).unwrap();
        let outcome = block_on(client(&script, v21(1)).send(&request));
        script.assert_used_up();
        outcome.map(|response| response.status().as_u16()).map_err(|error| error.transport().unwrap())
    };
    assert_eq!(post(vec![Answer::Failure(TransportErrorKind::Connect), added()]), Ok(202));
    assert_eq!(post(vec![with(429, &[], ""), added()]), Ok(202));
    assert_eq!(post(vec![with(503, &[("retry-after", "1")], ""), added()]), Ok(202));
    assert_eq!(post(vec![status(503, "")]), Ok(503), "which may mean that it is not implemented");
    assert_eq!(post(vec![status(502, "")]), Ok(502));
    assert_eq!(post(vec![Answer::Failure(TransportErrorKind::Timeout)]), Err(TransportErrorKind::Timeout));
}

#[test]
fn ten_requests_in_ten_minutes() {
    let (script, clock) = (Script::new((0..25).map(|_| ok("{}"))), Clock::default());
    let rate = Rate::new(10, Duration::from_secs(600));
    let client =
        Client::new(&script, "https://taxii.example/", v21(1).with_rate(rate)).unwrap().with_timer(clock.clone());
    for number in 0..25 {
        block_on(client.information(&root(Version::V21))).unwrap();
        assert_eq!(clock.slept(), Duration::from_secs(number / 10 * 600), "request {number}");
    }
}

#[test]
fn every_request_is_told() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let script = Script::new([status(503, ""), page("a b", "", Some((1, 2)))]);
    let client = client(&script, v21(2)).with_observer(move |event| seen.lock().unwrap().push(event.clone()));
    block_on(client.objects(&root(Version::V21), "c", Filter::new()).collect()).unwrap();
    let events = events.lock().unwrap();
    let [
        Event::Exchange(first),
        Event::Wait { time, is_retry: true, .. },
        Event::Exchange(second),
        Event::Page { objects: 2, added_last: Some(_), .. },
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert!(*time >= Duration::from_millis(500));
    assert_eq!((first.status.unwrap().as_u16(), first.attempt, second.attempt), (503, 0, 1));
    assert!(second.received > 100 && second.url.ends_with("/objects/?limit=2"));
}

#[cfg(feature = "tracing")]
#[test]
fn every_request_is_traced_without_secrets() {
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Level, Metadata, Subscriber};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<String>>);

    impl Subscriber for Log {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target().starts_with("stixkit::taxii") && *metadata.level() == Level::DEBUG
        }

        fn event(&self, event: &tracing::Event<'_>) {
            self.0.lock().unwrap().push_str(&format!("{event:?}\n"));
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    let log = Log::default();
    let script = Script::new([status(503, ""), page("a b", "", Some((1, 2)))]);
    let client = client(&script, v21(2)).with_credentials(Credentials::query("key", "hunter2"));
    tracing::subscriber::with_default(log.clone(), || {
        block_on(client.objects(&root(Version::V21), "c", Filter::new()).collect()).unwrap();
    });
    let text = log.0.lock().unwrap().clone();
    assert_eq!(text.lines().count(), 4, "{text}");
    for (line, found) in text.lines().zip(["503", "wait", "attempt: 1", "2024-01-01T00:00:02"]) {
        assert!(line.contains(found), "{found} in {line}");
    }
    assert!(!text.contains("hunter2"));
}

#[test]
fn the_servers_clock_is_the_one_to_count_from() {
    let script = Script::new([with(200, &[("date", "Mon, 01 Jan 2024 00:00:07 GMT")], "{}"), ok("{}")]);
    let client = client(&script, v21(1));
    let root = root(Version::V21);
    assert_eq!(block_on(client.server_time(&root)).unwrap().unwrap().to_string(), "2024-01-01T00:00:07.000Z");
    assert_eq!(block_on(client.server_time(&root)).unwrap(), None);
}

#[test]
fn futures_go_to_any_thread() {
    fn send<F: Future + Send>(future: F) -> F {
        future
    }

    let script = Script::new([page("a", "", None), page("b", "", None), ok("{}")]);
    let client = client(&script, v21(1));
    let root = root(Version::V21);
    let mut poller = stixkit::taxii::Poller::objects(&root, "c", Filter::new(), client.options());
    assert!(block_on(send(client.poll(&mut poller))).unwrap().is_some());
    let mut pages = client.objects(&root, "c", Filter::new());
    assert!(block_on(send(pages.next_page())).unwrap().is_some());
    block_on(send(client.add(&root, "c", &[], &Default::default()))).unwrap();
    block_on(send(client.discover())).unwrap();
}
