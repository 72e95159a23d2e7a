//! A TAXII server in memory, with the ways of real ones.

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::{Request, Response};
use stixkit::taxii::{Transport, TransportError, TransportErrorKind, Version};

/// How a server pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// No `next`: by the date of the last object.
    None,
    /// A token that stays the same on every page, and moves on with each use, whether or not the answer arrives. It is
    /// valid for its options alone.
    Moving,
    /// The date and id of the last object. Repeating it does no harm.
    Place,
    /// The page's number.
    Number,
    /// How many objects came so far.
    Offset,
}

/// The ways of a server.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    pub(super) version: Version,
    pub(super) next: Next,
    /// The most objects on a page.
    pub(super) cap: usize,
    pub(super) has_dates: bool,
    /// `added_after` is "at or after".
    pub(super) is_inclusive: bool,
    /// Sorted by id, while `added_after` and the date headers are about creation.
    pub(super) is_by_id: bool,
    /// Of fractions of seconds in headers.
    pub(super) format: SecondsFormat,
    /// In TAXII 2.0, a page is one short of what was asked for.
    pub(super) is_short: bool,
    /// After so many uses a token is not valid any more; after none, no `next` of any kind is.
    pub(super) uses: usize,
    /// The status for a `next` that is not valid.
    pub(super) refusal: u16,
    /// The last page says that there is more, and what its `next` leads to is refused.
    pub(super) is_eager: bool,
    /// A `limit` over this one is refused with this status.
    pub(super) max_limit: Option<(usize, u16)>,
    /// The most records on a page of the manifest, if there can be more than objects.
    pub(super) manifest_cap: Option<usize>,
    /// Dates have no trailing zeros, and are compared as texts.
    pub(super) is_by_text: bool,
    /// How ranges are written, in TAXII 2.0: others are refused with 416.
    pub(super) range: &'static str,
    /// What tokens begin with.
    pub(super) cursor: &'static str,
}

impl Ways {
    pub(super) fn v21(next: Next, cap: usize) -> Self {
        Self {
            version: Version::V21,
            next,
            cap,
            has_dates: true,
            is_inclusive: false,
            is_by_id: false,
            format: SecondsFormat::Micros,
            is_short: false,
            uses: usize::MAX,
            refusal: 400,
            is_eager: false,
            max_limit: None,
            manifest_cap: None,
            is_by_text: false,
            range: "items=",
            cursor: "t",
        }
    }

    pub(super) fn v20(cap: usize) -> Self {
        Self { version: Version::V20, ..Self::v21(Next::None, cap) }
    }
}

/// An object of the collection.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) id: String,
    /// Microseconds from the start of 2024.
    pub(super) added: i64,
    /// Of the version.
    pub(super) modified: i64,
}

impl Held {
    fn added_at(&self) -> DateTime<Utc> {
        time(self.added)
    }

    pub(super) fn key(&self) -> (String, i64) {
        (self.id.clone(), self.modified)
    }
}

pub(super) fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_704_067_200, 0).unwrap() + TimeDelta::microseconds(micros)
}

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Before the server sees it.
    Connect,
    /// After the server dealt with it.
    Lost,
    /// The end of the answer is missing.
    Cut,
    Status(u16),
}

type Faults = Box<dyn FnMut(usize, &Request<Vec<u8>>) -> Option<Fault> + Send>;

pub(super) struct Server {
    pub(super) ways: Ways,
    state: Mutex<State>,
}

struct State {
    held: Vec<Held>,
    faults: Faults,
    requests: usize,
    max_requests: usize,
    tokens: HashMap<String, Token>,
    log: Vec<String>,
}

struct Token {
    options: String,
    rest: Vec<Held>,
    uses: usize,
}

impl Server {
    pub(super) fn new(ways: Ways, held: impl IntoIterator<Item = Held>) -> Self {
        let state = State {
            held: held.into_iter().collect(),
            faults: Box::new(|_, _| None),
            requests: 0,
            max_requests: 5000,
            tokens: HashMap::new(),
            log: Vec::new(),
        };
        Self { ways, state: Mutex::new(state) }
    }

    /// With faults, by the number of the request from 0.
    pub(super) fn faults(self, faults: impl FnMut(usize, &Request<Vec<u8>>) -> Option<Fault> + Send + 'static) -> Self {
        self.state.lock().unwrap().faults = Box::new(faults);
        self
    }

    pub(super) fn max_requests(self, max: usize) -> Self {
        self.state.lock().unwrap().max_requests = max;
        self
    }

    pub(super) fn add(&self, held: Held) {
        self.state.lock().unwrap().held.push(held);
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Vec<Held>)) {
        change(&mut self.state.lock().unwrap().held);
    }

    pub(super) fn log(&self) -> Vec<String> {
        self.state.lock().unwrap().log.clone()
    }

    pub(super) fn requests(&self) -> usize {
        self.state.lock().unwrap().requests
    }

    fn answer(&self, request: &Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let mut guard = self.state.lock().unwrap();
        let state = &mut *guard;
        let number = state.requests;
        state.requests += 1;
        let range = request.headers().get("range").map_or("", |range| range.to_str().unwrap()).to_owned();
        state.log.push(format!("{} {range}", request.uri()).trim_end().to_owned());
        assert!(
            number < state.max_requests,
            "too many requests: {:?}",
            state.log.iter().rev().take(9).collect::<Vec<_>>()
        );
        let fault = (state.faults)(number, request);
        match fault {
            Some(Fault::Connect) => return Err(TransportError::new(TransportErrorKind::Connect)),
            Some(Fault::Status(status)) => return Ok(empty(status)),
            _ => {}
        }
        let mut response = match self.ways.version {
            Version::V21 => self.page_21(state, request),
            Version::V20 => self.page_20(state, request, &range),
        };
        match fault {
            Some(Fault::Lost) => Err(TransportError::new(TransportErrorKind::Timeout)),
            Some(Fault::Cut) => {
                let len = response.body().len();
                response.body_mut().truncate(len.saturating_sub(len / 3 + 1));
                Ok(response)
            }
            _ => Ok(response),
        }
    }

    /// What is asked for, in order.
    fn select(&self, state: &State, query: &HashMap<String, String>) -> Vec<Held> {
        let after = query.get("added_after").map(|text| {
            assert!(text.len() == 27 && text.ends_with('Z'), "{text}");
            text.parse::<DateTime<Utc>>().unwrap()
        });
        let date = |held: &Held| if self.ways.is_by_id { time(held.modified) } else { held.added_at() };
        let is_after = |held: &Held| match after {
            Some(after) if self.ways.is_by_text => {
                self.text(date(held)) > after.to_rfc3339_opts(SecondsFormat::Micros, true)
            }
            Some(after) if self.ways.is_inclusive => date(held) >= after,
            Some(after) => date(held) > after,
            None => true,
        };
        let ids: Option<Vec<_>> = query.get("match[id]").map(|ids| ids.split(',').collect());
        let is_asked = |held: &Held| ids.as_ref().is_none_or(|ids| ids.contains(&held.id.as_str()));
        let mut held: Vec<_> = state.held.iter().filter(|held| is_after(held) && is_asked(held)).cloned().collect();
        match self.ways.is_by_id {
            _ if self.ways.is_by_text => {
                held.sort_by_key(|held| (self.text(date(held)), held.id.clone(), held.modified))
            }
            true => held.sort_by_key(|held| (held.id.clone(), held.modified)),
            false => held.sort_by_key(|held| (held.added, held.id.clone(), held.modified)),
        }
        held
    }

    /// A date as the server writes it.
    fn text(&self, date: DateTime<Utc>) -> String {
        let text = date.to_rfc3339_opts(self.ways.format, true);
        match self.ways.is_by_text {
            true => format!("{}Z", text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.')),
            false => text,
        }
    }

    fn page_21(&self, state: &mut State, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let url = url::Url::parse(&request.uri().to_string()).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let limit: usize = query.get("limit").expect("a limit on every request").parse().unwrap();
        assert!(limit > 0);
        if let Some((_, status)) = self.ways.max_limit.filter(|(max, _)| limit > *max) {
            return empty(status);
        }
        if self.ways.uses == 0 && query.contains_key("next") {
            return empty(self.ways.refusal);
        }
        let is_manifest = request.uri().path().ends_with("/manifest/");
        let len = limit.min(self.ways.manifest_cap.filter(|_| is_manifest).unwrap_or(self.ways.cap));
        let mut options: Vec<_> = query.iter().filter(|(name, _)| *name != "next" && *name != "limit").collect();
        options.sort();
        let options = format!("{} {options:?}", url.path());
        let all = self.select(state, &query);
        let (held, rest, next): (Vec<Held>, Vec<Held>, Option<String>) = match (self.ways.next, query.get("next")) {
            (Next::Moving, Some(next)) => {
                let Some(token) = state.tokens.get_mut(next) else { return empty(self.ways.refusal) };
                if token.options != options || token.uses >= self.ways.uses {
                    return empty(self.ways.refusal);
                }
                token.uses += 1;
                let rest = token.rest.split_off(len.min(token.rest.len()));
                let held = std::mem::replace(&mut token.rest, rest);
                (held, token.rest.clone(), Some(next.clone()))
            }
            (Next::Place, Some(next)) => {
                let start = all.iter().position(|held| format!("{}|{}=", held.added, held.id) == *next);
                let Some(start) = start else { return empty(self.ways.refusal) };
                let mut held = all[start + 1..].to_vec();
                let rest = held.split_off(len.min(held.len()));
                let next = held.last().map(|held| format!("{}|{}=", held.added, held.id));
                (held, rest, next)
            }
            (Next::Number, Some(next)) => {
                let page: usize = next.parse().unwrap();
                let held: Vec<_> = all.iter().skip(page * len).take(len).cloned().collect();
                (held, all.iter().skip((page + 1) * len).cloned().collect(), Some((page + 1).to_string()))
            }
            (Next::Offset, Some(next)) => {
                let start: usize = next.parse().unwrap();
                let held: Vec<_> = all.iter().skip(start).take(len).cloned().collect();
                let end = start + held.len();
                (held, all.iter().skip(end).cloned().collect(), Some(end.to_string()))
            }
            (way, _) => {
                let mut held = all;
                let rest = held.split_off(len.min(held.len()));
                let next = match way {
                    Next::None => None,
                    Next::Place => held.last().map(|held| format!("{}|{}=", held.added, held.id)),
                    Next::Number => Some("1".to_owned()),
                    Next::Offset => Some(held.len().to_string()),
                    Next::Moving => {
                        let token = format!("{}{}", self.ways.cursor, state.tokens.len());
                        if !rest.is_empty() || self.ways.is_eager {
                            state.tokens.insert(token.clone(), Token { options, rest: rest.clone(), uses: 0 });
                        }
                        Some(token)
                    }
                };
                (held, rest, next)
            }
        };
        if self.ways.is_eager && held.is_empty() && query.contains_key("next") {
            return empty(self.ways.refusal);
        }
        let more = !rest.is_empty() || (self.ways.is_eager && !held.is_empty());
        let mut members = Vec::new();
        if more {
            members.push(r#""more":true"#.to_owned());
            members.extend(next.map(|next| match self.ways.next {
                Next::Number | Next::Offset => format!(r#""next":{next}"#),
                _ => format!(r#""next":"{next}""#),
            }));
        }
        if !held.is_empty() {
            members.push(format!(r#""objects":[{}]"#, self.write(&held, request)));
        }
        let response =
            self.dated(Response::builder().header("content-type", "application/taxii+json;version=2.1"), &held);
        response.body(format!("{{{}}}", members.join(",")).into_bytes()).unwrap()
    }

    fn page_20(&self, state: &State, request: &Request<Vec<u8>>, range: &str) -> Response<Vec<u8>> {
        let url = url::Url::parse(&request.uri().to_string()).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let all = self.select(state, &query);
        let Some((first, last)) = range.strip_prefix(self.ways.range).and_then(|range| range.split_once('-')) else {
            return empty(416);
        };
        let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        if first >= all.len() {
            let response = Response::builder().status(416).header("content-range", format!("items */{}", all.len()));
            return response.body(Vec::new()).unwrap();
        }
        let asked = last + 1 - first - usize::from(self.ways.is_short && last > first);
        let held: Vec<_> = all.iter().skip(first).take(asked.min(self.ways.cap)).cloned().collect();
        let body = format!(
            r#"{{"type":"bundle","id":"bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11","objects":[{}]}}"#,
            self.write(&held, request)
        );
        let content_range = format!("items {first}-{}/{}", first + held.len() - 1, all.len());
        let response = Response::builder().status(206).header("content-range", content_range);
        let response = response.header("content-type", "application/vnd.oasis.stix+json; version=2.0");
        self.dated(response, &held).body(body.into_bytes()).unwrap()
    }

    fn write(&self, held: &[Held], request: &Request<Vec<u8>>) -> String {
        let is_manifest = request.uri().path().ends_with("/manifest/");
        let write = |held: &Held| {
            let version = time(held.modified).to_rfc3339_opts(SecondsFormat::Micros, true);
            if is_manifest {
                let added = if self.ways.is_by_id { time(held.modified) } else { held.added_at() };
                let added = self.text(added);
                format!(r#"{{"id":"{}","date_added":"{added}","version":"{version}"}}"#, held.id)
            } else {
                format!(r#"{{"type":"x-a","id":"{}","modified":"{version}"}}"#, held.id)
            }
        };
        held.iter().map(write).collect::<Vec<_>>().join(",")
    }

    fn dated(&self, response: http::response::Builder, held: &[Held]) -> http::response::Builder {
        let date = |held: &Held| if self.ways.is_by_id { time(held.modified) } else { held.added_at() };
        let (first, last) = (held.iter().map(date).min(), held.iter().map(date).max());
        let Some((first, last)) = first.zip(last).filter(|_| self.ways.has_dates) else { return response };
        let text = |date: DateTime<Utc>| self.text(date);
        response.header("x-taxii-date-added-first", text(first)).header("X-TAXII-Date-Added-Last", text(last))
    }
}

fn empty(status: u16) -> Response<Vec<u8>> {
    Response::builder().status(status).body(Vec::new()).unwrap()
}

impl Transport for Server {
    async fn send(&self, request: Request<Vec<u8>>, _: u64) -> Result<Response<Vec<u8>>, TransportError> {
        self.answer(&request)
    }
}

/// This many objects, each `ties` of them added at one instant, a millisecond apart.
pub(super) fn collection(len: usize, ties: usize) -> Vec<Held> {
    let held = |at: usize| Held {
        id: format!("x-a--{at:05}"),
        added: (at / ties) as i64 * 1000,
        // In no order.
        modified: (at as i64 * 7919) % 10_007 * 1000,
    };
    (0..len).map(held).collect()
}
