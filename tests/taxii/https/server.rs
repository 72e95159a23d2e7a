//! A server on a socket of this machine that answers each request as a test says, byte by byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::certificates::CERTIFICATES;

/// What a client sent: the lines of the head, and the body.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) head: Vec<String>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.iter().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

/// A piece of an answer.
#[derive(Clone)]
pub(crate) enum Piece {
    Bytes(Vec<u8>),
    Wait(Duration),
}

/// An answer with a status line's end, header lines and a body of its whole length.
pub(crate) fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<Piece> {
    let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for line in headers {
        head.push_str(line);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    vec![Piece::Bytes([head.as_bytes(), body].concat())]
}

/// A server that lives until the test's process ends.
pub(crate) struct Server {
    pub(crate) port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// One without TLS.
    pub(crate) fn plain(answers: impl Fn(&Received) -> Vec<Piece> + Send + Sync + 'static) -> Self {
        Self::start(None, answers)
    }

    /// One with TLS, for the name `localhost`, that wants a client's certificate or none.
    pub(crate) fn tls(wants_client: bool, answers: impl Fn(&Received) -> Vec<Piece> + Send + Sync + 'static) -> Self {
        Self::start(Some(Arc::new(config(wants_client))), answers)
    }

    fn start(
        tls: Option<Arc<ServerConfig>>,
        answers: impl Fn(&Received) -> Vec<Piece> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let answers = Arc::new(answers);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, answers, tls) = (Arc::clone(&log), Arc::clone(&answers), tls.clone());
                // A client that breaks off is a part of some tests, so errors of one connection are nothing.
                thread::spawn(move || {
                    stream.set_read_timeout(Some(Duration::from_secs(10))).ok();
                    match tls {
                        Some(config) => {
                            let connection = ServerConnection::new(config).unwrap();
                            serve(StreamOwned::new(connection, stream), &log, &*answers).ok();
                        }
                        None => serve(stream, &log, &*answers).ok().unwrap_or_default(),
                    }
                });
            }
        });
        Self { port, received }
    }

    /// Its URL with a path and a query.
    pub(crate) fn url(&self, rest: &str) -> String {
        format!("http://127.0.0.1:{}{rest}", self.port)
    }

    /// Its URL for TLS.
    pub(crate) fn tls_url(&self, rest: &str) -> String {
        format!("https://localhost:{}{rest}", self.port)
    }

    /// All that clients sent so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

/// One request, and its answer; then the connection is closed.
fn serve(
    stream: impl Read + Write,
    log: &Mutex<Vec<Received>>,
    answers: &dyn Fn(&Received) -> Vec<Piece>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut received = Received { head: Vec::new(), body: Vec::new() };
    loop {
        let mut line = String::new();
        match stream.read_line(&mut line) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            // No text: TLS, where there is none.
            Err(_) => return stream.get_mut().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        }
        match line.trim_end() {
            "" => break,
            line => received.head.push(line.to_owned()),
        }
    }
    let length = received.header("content-length").map_or(0, |length| length.parse().unwrap());
    received.body.resize(length, 0);
    stream.read_exact(&mut received.body)?;
    log.lock().unwrap().push(received.clone());
    let stream = stream.get_mut();
    for piece in answers(&received) {
        match piece {
            Piece::Bytes(bytes) => stream.write_all(&bytes)?,
            Piece::Wait(time) => thread::sleep(time),
        }
        stream.flush()?;
    }
    Ok(())
}

fn config(wants_client: bool) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let builder = if wants_client {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(CERTIFICATES.issuer.as_bytes()).unwrap()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build().unwrap();
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATES.server.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(CERTIFICATES.server.key.as_bytes()).unwrap();
    builder.with_single_cert(chain, key).unwrap()
}

/// A port where nobody listens.
pub(crate) fn closed_port() -> u16 {
    // The listener is gone when this returns.
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A port where connections come about, and nothing more.
pub(crate) fn silent() -> (u16, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (listener.local_addr().unwrap().port(), listener)
}
