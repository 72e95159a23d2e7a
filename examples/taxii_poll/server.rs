//! A TAXII 2.1 server for trying things out: an API root with one collection, in memory, on a loopback port.
//!
//! It answers one request after the other, each on a connection of its own. It is small, not complete: of the filters it
//! knows `added_after`, `match[type]` and `match[id]`.

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use stixkit::Timestamp;

use crate::sample;

pub(crate) const USER: &str = "demo";
pub(crate) const PASSWORD: &str = "demo";
/// The collection's alias.
pub(crate) const COLLECTION: &str = "indicators";

const COLLECTION_ID: &str = "9a2f6d7e-3c1b-4e5f-8a90-1b2c3d4e5f60";
/// `demo:demo`
const AUTHORIZATION: &str = "Basic ZGVtbzpkZW1v";
const MEDIA_TYPE: &str = "application/taxii+json;version=2.1";

const MAX_HEAD: u64 = 16 << 10;
const MAX_BODY: u64 = 1 << 20;
const MAX_OBJECTS: usize = 100_000;
const MAX_STATUSES: usize = 100;
const MAX_PAGE: usize = 100;
/// For a client that is slow to ask or to listen: others wait that long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Listens on this port of the loopback address, or on any where it is 0, and answers in a thread of its own. Gives the
/// server's URL.
pub(crate) fn start(port: u16) -> io::Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let url = format!("http://{}/", listener.local_addr()?);
    std::thread::Builder::new().name("server".to_owned()).spawn(move || {
        let mut state = State::new();
        for stream in listener.incoming().flatten() {
            // A client that went away costs its own connection.
            _ = serve(&mut state, &stream);
        }
    })?;
    Ok(url)
}

struct Held {
    added: DateTime<Utc>,
    id: String,
    kind: String,
    version: Timestamp,
    json: String,
}

struct State {
    /// In the order of their dates of addition.
    held: Vec<Held>,
    /// What to say of those whose answer was "pending".
    statuses: VecDeque<Value>,
    added: u64,
}

struct Request {
    method: String,
    path: String,
    query: HashMap<String, String>,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

struct Answer {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    fn new(status: &'static str, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    fn error(status: &'static str) -> Self {
        Self::new(status, json!({ "title": status, "http_status": status[..3] }).to_string())
    }
}

fn serve(state: &mut State, stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut answer = match read(&mut BufReader::new(stream))? {
        Ok(request) => state.answer(&request),
        Err(refusal) => refusal,
    };
    let Answer { status, body, .. } = &answer;
    let mut text = format!("HTTP/1.1 {status}\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {}\r\n", body.len());
    answer.headers.push(("Connection", "close".to_owned()));
    for (name, value) in &answer.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = stream;
    stream.write_all((text + "\r\n" + &answer.body).as_bytes())?;
    stream.flush()
}

/// A request, or what to answer to something that is none.
fn read(stream: &mut impl BufRead) -> io::Result<Result<Request, Answer>> {
    let mut head = stream.take(MAX_HEAD);
    let mut line = String::new();
    head.read_line(&mut line)?;
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(Err(Answer::error("400 Bad Request")));
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let (method, path) = (method.to_owned(), path.to_owned());
    let mut headers = HashMap::new();
    loop {
        line.clear();
        head.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.trim().to_owned()),
            None if line == "\r\n" => break,
            None => return Ok(Err(Answer::error("400 Bad Request"))),
        };
    }
    let length: u64 = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if length > MAX_BODY {
        // Read all the same: to close before the client is done sending would cost it the answer.
        io::copy(&mut stream.take(length.min(16 * MAX_BODY)), &mut io::sink())?;
        return Ok(Err(Answer::error("413 Content Too Large")));
    }
    let mut body = Vec::new();
    stream.take(length).read_to_end(&mut body)?;
    Ok(Ok(Request { method, path, query, headers, body }))
}

impl State {
    fn new() -> Self {
        let mut state = Self { held: Vec::new(), statuses: VecDeque::new(), added: 0 };
        // Seven come at a time, so that there are ties where a page of 50 or 100 ends.
        for (place, object) in (0..).zip(sample::objects()) {
            // OK because the sample is good.
            _ = state.hold(&object, DateTime::UNIX_EPOCH + TimeDelta::days(20_500) + TimeDelta::seconds(place / 7));
        }
        state
    }

    fn answer(&mut self, request: &Request) -> Answer {
        if request.headers.get("authorization").is_none_or(|sent| sent != AUTHORIZATION) {
            let mut answer = Answer::error("401 Unauthorized");
            answer.headers.push(("WWW-Authenticate", "Basic realm=\"sample\"".to_owned()));
            return answer;
        }
        let accept = request.headers.get("accept").map_or("*/*", String::as_str);
        if !accept.contains("application/taxii+json") && !accept.contains("*/*") {
            return Answer::error("406 Not Acceptable");
        }
        let path: Vec<_> = request.path.trim_matches('/').split('/').collect();
        let is_ours = |name: &str| name == COLLECTION || name == COLLECTION_ID;
        let body = match (request.method.as_str(), path.as_slice()) {
            ("GET", ["taxii2"]) => json!({ "title": "Sample", "default": "/root/", "api_roots": ["/root/"] }),
            ("GET", ["root"]) => json!({
                "title": "Sample", "versions": ["application/taxii+json;version=2.1"], "max_content_length": MAX_BODY,
            }),
            ("GET", ["root", "collections"]) => json!({ "collections": [collection()] }),
            ("GET", ["root", "collections", name]) if is_ours(name) => collection(),
            ("GET", ["root", "collections", name, "objects"]) if is_ours(name) => {
                return self.page(request, "objects", |held| held.json.clone());
            }
            ("GET", ["root", "collections", name, "manifest"]) if is_ours(name) => {
                return self.page(request, "objects", |held| {
                    let record = json!({
                        "id": held.id, "date_added": micros(held.added), "version": held.version.to_string(),
                        "media_type": "application/stix+json;version=2.1",
                    });
                    record.to_string()
                });
            }
            ("POST", ["root", "collections", name, "objects"]) if is_ours(name) => return self.add(&request.body),
            ("GET", ["root", "status", id]) => match self.statuses.iter().find(|status| status["id"] == *id) {
                Some(status) => status.clone(),
                None => return Answer::error("404 Not Found"),
            },
            _ => return Answer::error("404 Not Found"),
        };
        Answer::new("200 OK", body.to_string())
    }

    /// A page of what the filters leave, of each object the newest version.
    fn page(&self, request: &Request, list: &str, show: impl Fn(&Held) -> String) -> Answer {
        let query = |name: &str| request.query.get(name).map(String::as_str);
        let after = query("added_after").map(Timestamp::parse);
        let place = query("next").map(str::parse::<usize>);
        let limit = query("limit").map(str::parse::<usize>);
        let (Ok(after), Ok(place), Ok(limit)) = (after.transpose(), place.transpose(), limit.transpose()) else {
            return Answer::error("400 Bad Request");
        };
        let limit = limit.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
        let is_one_of = |name: &str, own: &str| query(name).is_none_or(|all| all.split(',').any(|one| one == own));
        let mut newest: HashMap<&str, &Timestamp> = HashMap::new();
        for held in &self.held {
            let version = newest.entry(&held.id).or_insert(&held.version);
            if held.version.instant() > version.instant() {
                *version = &held.version;
            }
        }
        let is_wanted = |held: &Held| {
            after.as_ref().is_none_or(|after| held.added > after.instant())
                && is_one_of("match[type]", &held.kind)
                && is_one_of("match[id]", &held.id)
                && newest.get(held.id.as_str()).is_some_and(|version| version.instant() == held.version.instant())
        };
        let all = self.held.iter().enumerate().skip(place.unwrap_or(0));
        let mut wanted = all.filter(|(_, held)| is_wanted(held));
        let page: Vec<_> = wanted.by_ref().take(limit).collect();
        let next = wanted.next().map(|(place, _)| place);
        let (Some((_, first)), Some((_, last))) = (page.first(), page.last()) else {
            return Answer::new("200 OK", "{}");
        };
        let shown: Vec<_> = page.iter().map(|(_, held)| show(held)).collect();
        let more = next.map_or_else(|| r#""more":false"#.into(), |next| format!(r#""more":true,"next":"{next}""#));
        let mut answer = Answer::new("200 OK", format!(r#"{{{more},"{list}":[{}]}}"#, shown.join(",")));
        answer.headers.push(("X-TAXII-Date-Added-First", micros(first.added)));
        answer.headers.push(("X-TAXII-Date-Added-Last", micros(last.added)));
        answer
    }

    /// Takes objects, and says at first that they are pending, as servers do that put them into a queue.
    fn add(&mut self, body: &[u8]) -> Answer {
        let Ok(Value::Object(mut envelope)) = serde_json::from_slice(body) else {
            return Answer::error("422 Unprocessable Content");
        };
        let Some(Value::Array(objects)) = envelope.remove("objects") else {
            return Answer::error("422 Unprocessable Content");
        };
        let now = DateTime::from(SystemTime::now());
        let (mut successes, mut failures, mut pendings) = (Vec::new(), Vec::new(), Vec::new());
        for object in &objects {
            let details = json!({ "id": object["id"], "version": version(object).unwrap_or(micros(now)) });
            pendings.push(details.clone());
            match self.hold(object, now) {
                Ok(()) => successes.push(details),
                Err(why) => {
                    let mut details = details;
                    details["message"] = why.into();
                    failures.push(details);
                }
            }
        }
        self.added += 1;
        let mut pending = json!({
            "id": format!("00000000-0000-4000-8000-{:012x}", self.added), "request_timestamp": micros(now),
            "status": "complete", "total_count": objects.len(), "success_count": successes.len(),
            "failure_count": failures.len(), "pending_count": 0, "successes": successes, "failures": failures,
        });
        self.statuses.push_back(pending.clone());
        if self.statuses.len() > MAX_STATUSES {
            self.statuses.pop_front();
        }
        let nothing = json!({
            "status": "pending", "success_count": 0, "failure_count": 0, "pending_count": pendings.len(),
            "successes": [], "failures": [], "pendings": pendings,
        });
        for (name, value) in nothing.as_object().into_iter().flatten() {
            pending[name] = value.clone();
        }
        Answer::new("202 Accepted", pending.to_string())
    }

    /// Keeps an object, unless this version of it is there. Why it cannot.
    fn hold(&mut self, object: &Value, now: DateTime<Utc>) -> Result<(), &'static str> {
        let (Some(id), Some(kind)) = (object["id"].as_str(), object["type"].as_str()) else {
            return Err("an object has an id and a type");
        };
        if id.strip_prefix(kind).is_none_or(|rest| !rest.starts_with("--")) {
            return Err("the id does not begin with the type");
        }
        let version = version(object).unwrap_or_else(|| micros(now));
        let version = Timestamp::parse(&version).map_err(|_| "the version is no timestamp")?;
        if self.held.iter().any(|held| held.id == id && held.version.instant() == version.instant()) {
            return Ok(());
        }
        if self.held.len() >= MAX_OBJECTS {
            return Err("the sample is full");
        }
        // Dates of addition are whole microseconds, and never go back.
        let now = Timestamp::parse(&micros(now)).map_or(now, |now| now.instant());
        let added = self.held.last().map_or(now, |last| last.added.max(now));
        self.held.push(Held { added, id: id.into(), kind: kind.into(), version, json: object.to_string() });
        Ok(())
    }
}

fn collection() -> Value {
    json!({
        "id": COLLECTION_ID, "alias": COLLECTION, "title": "Sample indicators", "can_read": true, "can_write": true,
        "media_types": ["application/stix+json;version=2.1"],
    })
}

fn version(object: &Value) -> Option<String> {
    let text = object["modified"].as_str().or_else(|| object["created"].as_str());
    text.map(ToOwned::to_owned)
}

fn micros(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}
