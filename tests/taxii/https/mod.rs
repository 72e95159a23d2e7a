//! The bundled transport against sockets: timeouts, compression, limits, proxies, TLS.

mod server;

use std::error::Error as StdError;
use std::future::Future;
use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use http::{Request, Response};
use stixkit::taxii::{
    Client, ClientIdentity, Credentials, ErrorKind, Filter, HttpOptions, HttpTransport, Options, Proxy, Tls, Transport,
    TransportError, TransportErrorKind, Version,
};

use crate::certificates::CERTIFICATES;
#[cfg(feature = "pkcs12")]
use crate::certificates::Signed;
use server::{Piece, Server, answer, closed_port, silent};

const TAXII: &str = "Content-Type: application/taxii+json;version=2.1";

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Options under which no environment changes a test, and no test takes long.
fn options() -> HttpOptions {
    HttpOptions::default()
        .with_connect_timeout(Duration::from_secs(5))
        .with_read_timeout(Duration::from_secs(5))
        .with_proxy(Proxy::none())
        .with_tls(Tls::default().with_only_roots(CERTIFICATES.issuer.as_bytes()).unwrap())
}

fn send(options: HttpOptions, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
    let transport = HttpTransport::new(options).unwrap();
    run(transport.send(request, 1 << 20))
}

fn get(options: HttpOptions, url: &str) -> Result<Response<Vec<u8>>, TransportError> {
    send(options, Request::get(url).body(Vec::new()).unwrap())
}

/// The error with all that is behind it, as a log would have it.
fn whole(error: &(dyn StdError + 'static)) -> String {
    let mut text = format!("{error} {error:?}");
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(&format!(" / {error} {error:?}"));
        next = error.source();
    }
    text
}

#[test]
fn a_request_goes_as_it_is_and_comes_back_whole() {
    let server = Server::plain(|_| answer("202 Accepted", &["X-Taxii: yes"], b"{}"));
    let request =
        Request::post(server.url("/api1/?a=%5Bb%5D&c=d%2Be")).header("X-Own", "1").body(b"{\"objects\":[]}".to_vec());
    let response = send(options(), request.unwrap()).unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_slice()), (202, b"{}".as_slice()));
    assert_eq!(response.headers()["x-taxii"], "yes");
    let received = &server.received()[0];
    assert_eq!(received.head[0], "POST /api1/?a=%5Bb%5D&c=d%2Be HTTP/1.1");
    assert_eq!(received.header("x-own"), Some("1"));
    assert_eq!(received.body, b"{\"objects\":[]}");

    get(options(), &server.url("/")).unwrap();
    let received = &server.received()[1];
    assert_eq!(received.header("content-length"), None, "some servers refuse it on a GET");
    assert_eq!(received.header("accept-encoding"), Some("gzip,deflate"));
}

#[test]
fn compressed_answers_are_taken_apart() {
    let text = b"{\"objects\":[]}".repeat(1000);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&text).unwrap();
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(&text).unwrap();
    for (coding, bytes) in [("gzip", gzip.finish().unwrap()), ("deflate", deflate.finish().unwrap())] {
        let cut = bytes[..bytes.len() / 2].to_vec();
        let field = format!("Content-Encoding: {coding}");
        let whole = Server::plain(move |_| answer("200 OK", &[&field], &bytes));
        assert_eq!(*get(options(), &whole.url("/")).unwrap().body(), text, "{coding}");

        let field = format!("Content-Encoding: {coding}");
        let half = Server::plain(move |_| answer("200 OK", &[&field], &cut));
        assert_eq!(get(options(), &half.url("/")).unwrap_err().kind(), TransportErrorKind::Broken, "{coding}");
    }
}

#[test]
fn the_limit_counts_what_comes_out_of_compression() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    (0..64).for_each(|_| bomb.write_all(&[b' '; 1 << 20]).unwrap());
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 100_000, "its length is within the limit");
    let server = Server::plain(move |_| answer("200 OK", &["Content-Encoding: gzip"], &bomb));
    assert_eq!(get(options(), &server.url("/")).unwrap_err().kind(), TransportErrorKind::TooLarge);
}

#[test]
fn an_answer_that_says_that_it_is_too_large_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{".to_vec();
    let server = Server::plain(move |_| vec![Piece::Bytes(head.clone()), Piece::Wait(Duration::from_secs(3))]);
    let start = Instant::now();
    assert_eq!(get(options(), &server.url("/")).unwrap_err().kind(), TransportErrorKind::TooLarge);
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_body_that_ends_early_is_broken() {
    for head in ["Content-Length: 50", "Transfer-Encoding: chunked"] {
        let bytes = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n9\r\n{{\"objects\r\n");
        let server = Server::plain(move |_| vec![Piece::Bytes(bytes.clone().into())]);
        assert_eq!(get(options(), &server.url("/")).unwrap_err().kind(), TransportErrorKind::Broken, "{head}");
    }
}

#[test]
fn a_server_that_says_nothing_takes_the_read_timeout() {
    let (port, _listener) = silent();
    let options = options().with_read_timeout(Duration::from_millis(100));
    let error = get(options, &format!("http://127.0.0.1:{port}/")).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
}

#[test]
fn a_slow_body_takes_the_read_timeout_between_bytes_and_the_whole_one_in_all() {
    let drip = |wait: u64| {
        let mut pieces = vec![Piece::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".to_vec())];
        for _ in 0..10 {
            pieces.extend([Piece::Wait(Duration::from_millis(wait)), Piece::Bytes(b" ".to_vec())]);
        }
        pieces
    };
    let server = Server::plain(move |received| drip(if received.head[0].contains("/slow/") { 1000 } else { 60 }));
    let read = options().with_read_timeout(Duration::from_millis(400)).with_min_rate(0);
    assert_eq!(get(read.clone(), &server.url("/slow/")).unwrap_err().kind(), TransportErrorKind::Timeout);
    assert_eq!(get(read, &server.url("/steady/")).unwrap().body().len(), 10);
    let total = options().with_timeout(Duration::from_millis(300));
    assert_eq!(get(total, &server.url("/steady/")).unwrap_err().kind(), TransportErrorKind::Timeout);
}

#[test]
fn t07_a_body_below_the_lowest_rate_is_given_up() {
    let server = Server::plain(move |_| {
        let mut pieces = vec![Piece::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".to_vec())];
        for _ in 0..1000 {
            pieces.extend([Piece::Wait(Duration::from_millis(20)), Piece::Bytes(b" ".to_vec())]);
        }
        pieces
    });
    let start = Instant::now();
    let slow = options().with_read_timeout(Duration::from_millis(200));
    assert_eq!(get(slow, &server.url("/")).unwrap_err().kind(), TransportErrorKind::Timeout);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let default = HttpOptions::default();
    assert_eq!((default.timeout, default.min_rate), (Some(Duration::from_secs(900)), 1024));
}

#[test]
fn t15_a_head_that_is_none_is_not_asked_for_again() {
    for head in ["NOT HTTP AT ALL\r\n\r\n".to_owned(), format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(1 << 20))]
    {
        let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let count = asked.clone();
        let server = Server::plain(move |_| {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            vec![Piece::Bytes(head.clone().into_bytes())]
        });
        let error = get(options(), &server.url("/")).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Head, "{}", whole(&error));
        let error = stixkit::taxii::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::NotTaxii);
        assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 1);
    }
}

#[test]
fn nobody_listening_is_no_connection_and_no_secret_is_told() {
    let url = format!("http://127.0.0.1:{}/?api-key=hunter2", closed_port());
    let request = Request::get(url).header("X-Key", "hunter3").body(Vec::new()).unwrap();
    let error = send(options(), request).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(!whole(&error).contains("hunter"), "{}", whole(&error));
}

#[test]
fn redirects_are_answers_and_not_followed() {
    let other = Server::plain(|_| answer("200 OK", &[], b"{}"));
    let location = format!("Location: {}", other.url("/stolen/"));
    let server = Server::plain(move |_| answer("307 Temporary Redirect", &[&location], b""));
    let request = || Request::get(server.url("/")).header("X-Key", "hunter2").body(Vec::new()).unwrap();
    assert_eq!(send(options(), request()).unwrap().status(), 307);
    assert!(other.received().is_empty());
}

#[test]
fn a_client_of_the_callers_that_follows_redirects_is_told_on() {
    let server = Server::plain(|received| match received.head[0].contains("/moved/") {
        true => answer("200 OK", &[], b"{}"),
        false => answer("302 Found", &["Location: /moved/"], b""),
    });
    // The crate's own way to a client with TLS is not needed here: one that is made by hand has to name a backend.
    let following = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(no_tls()).build().unwrap();
    let transport = HttpTransport::from_client(following);
    let error = run(transport.send(Request::get(server.url("/")).body(Vec::new()).unwrap(), 100)).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Redirect);
}

/// A configuration that trusts nobody, for clients that speak no TLS.
fn no_tls() -> rustls::ClientConfig {
    let provider = rustls::crypto::ring::default_provider();
    let builder = rustls::ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions();
    builder.unwrap().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
}

#[test]
fn a_proxy_gets_its_credentials_and_servers_do_not() {
    let server = Server::plain(|_| answer("200 OK", &[], b"direct"));
    let proxy = Server::plain(|_| answer("200 OK", &[], b"by proxy"));
    let through = Proxy::url(proxy.url("")).with_basic_auth("user", "hunter2");
    assert!(!format!("{through:?}").contains("hunter2"));
    let over = |proxy: Proxy| get(options().with_proxy(proxy), &server.url("/x/")).unwrap().into_body();
    assert_eq!(over(through.clone()), b"by proxy");
    assert_eq!(proxy.received()[0].head[0], format!("GET {} HTTP/1.1", server.url("/x/")));
    assert_eq!(proxy.received()[0].header("proxy-authorization"), Some("Basic dXNlcjpodW50ZXIy"));
    assert_eq!(over(through.with_exceptions("127.0.0.1")), b"direct");
    assert_eq!(server.received()[0].header("proxy-authorization"), None);

    let broken = options().with_proxy(Proxy::url("http://user:hunter2@"));
    let error = HttpTransport::new(broken).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Options);
    assert!(!whole(&error).contains("hunter2"), "{}", whole(&error));
}

#[test]
fn a_proxy_that_refuses_is_no_connection() {
    let server = Server::tls(false, |_| answer("200 OK", &[], b"{}"));
    let proxy = Server::plain(|_| answer("407 Proxy Authentication Required", &[], b""));
    let through = options().with_proxy(Proxy::url(proxy.url("")));
    let error = get(through, &server.tls_url("/?key=hunter2")).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{}", whole(&error));
    assert_eq!(proxy.received()[0].head[0], format!("CONNECT localhost:{} HTTP/1.1", server.port));
    assert!(!whole(&error).contains("hunter2"));
}

#[test]
fn an_issuer_is_trusted_where_it_is_given() {
    let server = Server::tls(false, |_| answer("200 OK", &[], b"{}"));
    let with = |tls: Tls| get(options().with_tls(tls), &server.tls_url("/"));
    assert_eq!(with(Tls::default().with_only_roots(CERTIFICATES.issuer.as_bytes()).unwrap()).unwrap().status(), 200);
    assert_eq!(with(Tls::default().with_extra_roots(CERTIFICATES.issuer.as_bytes()).unwrap()).unwrap().status(), 200);
    assert_eq!(with(Tls::default()).unwrap_err().kind(), TransportErrorKind::Tls);
    assert_eq!(with(Tls::default().danger_accept_any_certificate()).unwrap().status(), 200);
    for broken in [b"".as_slice(), b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        assert_eq!(Tls::default().with_only_roots(broken).unwrap_err().kind(), TransportErrorKind::Options);
    }
}

#[test]
fn tls_that_ends_in_a_body_is_an_answer_that_broke_off() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{".to_vec();
    let server = Server::tls(false, move |_| vec![Piece::Bytes(head.clone())]);
    assert_eq!(get(options(), &server.tls_url("/")).unwrap_err().kind(), TransportErrorKind::Broken);
}

#[test]
fn another_name_is_refused() {
    let server = Server::tls(false, |_| answer("200 OK", &[], b"{}"));
    let error = get(options(), &format!("https://127.0.0.1:{}/", server.port)).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
}

#[test]
fn what_is_no_tls_is_no_secure_connection() {
    let server = Server::plain(|_| answer("200 OK", &[], b"{}"));
    assert_eq!(get(options(), &server.tls_url("/")).unwrap_err().kind(), TransportErrorKind::Tls);
}

#[test]
fn a_pinned_key_has_to_be_the_servers_own() {
    let server = Server::tls(false, |_| answer("200 OK", &[], b"{}"));
    let trusted = || Tls::default().with_only_roots(CERTIFICATES.issuer.as_bytes()).unwrap();
    let with = |tls: Tls| get(options().with_tls(tls), &server.tls_url("/")).map_err(|error| error.kind());
    let (right, wrong) = (CERTIFICATES.pin.parse().unwrap(), "A".repeat(43) + "=");
    let wrong = format!("sha256//{wrong}").parse().unwrap();
    assert!(with(trusted().with_pin(right)).is_ok());
    assert!(with(trusted().with_pin(wrong).with_pin(right)).is_ok());
    assert_eq!(with(trusted().with_pin(wrong)).unwrap_err(), TransportErrorKind::Tls);
    assert_eq!(with(Tls::default().with_pin(right)).unwrap_err(), TransportErrorKind::Tls, "a pin is no trust");
    assert!(with(Tls::default().danger_accept_any_certificate().with_pin(right)).is_ok());
    assert_eq!(
        with(Tls::default().danger_accept_any_certificate().with_pin(wrong)).unwrap_err(),
        TransportErrorKind::Tls
    );
}

/// A certificate and a key in one file.
fn pem(certificate: &str, key: &str) -> String {
    format!("{certificate}{key}")
}

#[test]
fn a_client_comes_with_its_certificate() {
    let client = &CERTIFICATES.client;
    let server = Server::tls(true, |_| answer("200 OK", &[], b"{}"));
    let with = |tls: Tls| get(options().with_tls(tls), &server.tls_url("/"));
    let trusted = || Tls::default().with_only_roots(CERTIFICATES.issuer.as_bytes()).unwrap();
    let identity = ClientIdentity::from_pem(pem(&client.certificate, &client.key).as_bytes()).unwrap();
    assert_eq!(format!("{identity:?}"), "ClientIdentity(1 certificates)");
    assert_eq!(with(trusted().with_identity(identity)).unwrap().status(), 200);
    // In TLS 1.3 the server refuses after the handshake, where the request may be on its way.
    let error = with(trusted()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls, "{}", whole(&error));
    assert_eq!(
        ClientIdentity::from_pem(CERTIFICATES.issuer.as_bytes()).unwrap_err().kind(),
        TransportErrorKind::Options
    );
}

/// A PKCS#12 file as OpenSSL writes it, with the password `test`.
#[cfg(feature = "pkcs12")]
fn pkcs12(Signed { certificate, key }: &Signed, options: &[&str]) -> Vec<u8> {
    use std::process::Command;

    // From a pipe it reads only one of the two.
    let file = std::env::temp_dir().join(format!("stixkit-{}.pem", std::process::id()));
    std::fs::write(&file, pem(certificate, key)).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["pkcs12", "-export", "-passout", "pass:test", "-in"]).arg(&file).args(options);
    let output = openssl.output().expect("openssl is there");
    std::fs::remove_file(&file).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[cfg(feature = "pkcs12")]
#[test]
#[ignore = "needs the program openssl"]
fn a_client_comes_with_its_pkcs12_file() {
    let server = Server::tls(true, |_| answer("200 OK", &[], b"{}"));
    let trusted = || Tls::default().with_only_roots(CERTIFICATES.issuer.as_bytes()).unwrap();
    for form in [&[][..], &["-legacy"]] {
        let file = &*pkcs12(&CERTIFICATES.client, form);
        let tls = trusted().with_identity(ClientIdentity::from_pkcs12(file, "test").unwrap());
        assert_eq!(get(options().with_tls(tls), &server.tls_url("/")).unwrap().status(), 200);
        for (file, password) in [(file, "hunter2"), (&file[..file.len() / 2], "test"), (b"".as_slice(), "test")] {
            let error = ClientIdentity::from_pkcs12(file, password).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Options);
            assert!(!whole(&error).contains("hunter2"));
        }
    }
}

#[test]
fn a_key_that_is_of_another_certificate_is_refused() {
    let other = pem(&CERTIFICATES.client.certificate, &CERTIFICATES.server.key);
    let tls = Tls::default().with_identity(ClientIdentity::from_pem(other.as_bytes()).unwrap());
    let error = HttpTransport::new(options().with_tls(tls)).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Options, "{}", whole(&error));
}

#[test]
fn a_client_walks_over_sockets() {
    let server = Server::tls(false, |received| {
        let line = &received.head[0];
        let object = |n: u8| {
            format!(
                r#"{{"type":"ipv4-addr","id":"ipv4-addr--00000000-0000-4000-8000-00000000000{n}","value":"10.0.0.{n}"}}"#
            )
        };
        let body = match () {
            () if line.contains("next=a") => format!(r#"{{"more":false,"objects":[{}]}}"#, object(2)),
            () => format!(r#"{{"more":true,"next":"a","objects":[{}]}}"#, object(1)),
        };
        answer("200 OK", &[TAXII], body.as_bytes())
    });
    let transport = HttpTransport::new(options()).unwrap();
    let options = Options::default().with_version(Version::V21);
    let client = Client::new(transport, &server.tls_url("/api1/"), options).unwrap();
    let client = client.with_credentials(Credentials::bearer("hunter2")).with_timer(tokio::time::sleep);
    let pages = run(async {
        let root = client.root(client.url().as_str()).await?;
        client.objects(&root, "indicators", Filter::new()).collect().await
    });
    assert_eq!(super::ids(&pages.unwrap()).len(), 2);
    assert!(server.received().iter().all(|received| received.header("authorization") == Some("Bearer hunter2")));
    assert!(server.received().iter().all(|received| received.header("user-agent").unwrap().starts_with("stixkit/")));
}

#[test]
fn a_client_that_meets_no_certificate_it_trusts_says_so() {
    let server = Server::tls(false, |_| answer("200 OK", &[TAXII], b"{}"));
    let transport = HttpTransport::new(options().with_tls(Tls::default())).unwrap();
    let client =
        Client::new(transport, &server.tls_url("/"), Options::default()).unwrap().with_timer(tokio::time::sleep);
    let start = Instant::now();
    let error = run(client.discover()).unwrap_err();
    assert_eq!((error.kind(), error.transport()), (ErrorKind::Tls, Some(TransportErrorKind::Tls)));
    assert!(start.elapsed() < Duration::from_secs(1), "trying again does not help");
    assert!(server.received().is_empty());
}
