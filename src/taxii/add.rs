//! Adding objects to a collection: split into requests, followed until they are processed, with an
//! outcome for each object.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::answer::Answer;
use super::client::Client;
use super::error::{Error, ErrorKind};
use super::filter::{Filter, VersionFilter};
use super::request::{Part, RootUrl};
use super::resource::{Status, StatusDetails, StatusWord};
use super::transport::Transport;
use super::version::Version;
use crate::json::properties::quoted;
use crate::marking::{Limit, Markings, Reason};
use crate::object::Kind;
use crate::{Identifier, Object, Timestamp};

/// How objects are added to a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddOptions {
    /// The largest request in bytes: the API root's `max_content_length`, which
    /// [`Client::information`] returns. Default no bound.
    pub max_content_length: Option<u64>,
    /// How many objects go into one request. Default 1,000.
    pub max_objects: usize,
    /// How long to follow a request that is not completed at once. Default five minutes; zero does
    /// not follow. It requires a [timer](Client::with_timer).
    pub follow: Duration,
    /// The first wait before the status is requested again. Default one second; it doubles up to 30
    /// seconds.
    pub first_wait: Duration,
    /// Whether objects that the server reports as failed are looked for: some servers report those
    /// that they already have. This takes one request for each. Default no.
    pub look_for_failed: bool,
    /// Which objects may go to those who read the collection. Default all.
    pub limit: Option<Limit>,
    /// What is known of marking definitions, for the limit. Default the well-known ones.
    pub markings: Markings,
}

impl Default for AddOptions {
    fn default() -> Self {
        Self {
            max_content_length: None,
            max_objects: 1000,
            follow: Duration::from_secs(300),
            first_wait: Duration::from_secs(1),
            look_for_failed: false,
            limit: None,
            markings: Markings::new(),
        }
    }
}

impl AddOptions {
    /// Sets the largest request in bytes.
    #[must_use]
    pub fn with_max_content_length(mut self, bytes: u64) -> Self {
        self.max_content_length = Some(bytes);
        self
    }

    /// Sets how many objects go into one request.
    #[must_use]
    pub fn with_max_objects(mut self, objects: usize) -> Self {
        self.max_objects = objects;
        self
    }

    /// Sets how long to follow a request that is not completed at once.
    #[must_use]
    pub fn with_follow(mut self, time: Duration) -> Self {
        self.follow = time;
        self
    }

    /// Sets the first wait before the status is requested again.
    #[must_use]
    pub fn with_first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// Sets whether objects that the server reports as failed are looked for.
    #[must_use]
    pub fn with_look_for_failed(mut self, look_for_failed: bool) -> Self {
        self.look_for_failed = look_for_failed;
        self
    }

    /// Sets which objects may go to those who read the collection, and what is known of marking
    /// definitions. The others have the outcome [`Outcome::Withheld`].
    #[must_use]
    pub fn with_limit(mut self, limit: impl Into<Limit>, markings: Markings) -> Self {
        (self.limit, self.markings) = (Some(limit.into()), markings);
        self
    }

    /// Why an object is not sent.
    fn refusal(&self, object: &Object) -> Option<Reason> {
        self.limit.as_ref()?.refusal(&self.markings.of(object))
    }
}

/// The outcomes of adding objects.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Added {
    /// The outcome of each object, in the order of the objects.
    pub outcomes: Vec<Outcome>,
    /// Each request that was sent, in order.
    pub parts: Vec<AddedPart>,
}

/// One of the requests that added objects.
///
/// [`Added`] has one for each request; [`Client`] returns it.
#[derive(Debug)]
#[non_exhaustive]
pub struct AddedPart {
    /// The identifiers of the request's objects.
    pub ids: Vec<String>,
    /// The last status; `None` if the request failed.
    pub status: Option<Status>,
    /// Why the request failed, or why its status is not known.
    pub error: Option<Error>,
}

/// The outcome of adding one object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server has it.
    Added,
    /// The server reports that it failed, and yet it has the object.
    AlreadyThere,
    /// The server refuses it, with the reason if there is one.
    Failed(Option<String>),
    /// The server has not processed it yet.
    Pending,
    /// Unknown: the status is gone, or has counts and no identifiers.
    Unknown,
    /// Its request failed. The number is the place in [`Added::parts`].
    RequestFailed(usize),
    /// It was not sent, because a request before failed for a reason that applies to all.
    NotSent,
    /// It was not sent, because it may not go to those who read the collection.
    Withheld(Reason),
}

impl Added {
    /// Whether the server has all objects.
    pub fn is_complete(&self) -> bool {
        self.outcomes.iter().all(|outcome| matches!(outcome, Outcome::Added | Outcome::AlreadyThere))
    }
}

impl Added {
    /// Notes that the request with these pieces failed.
    fn note_failure(&mut self, part: &[Piece], span: Span, error: Error) {
        self.outcomes[span].fill(Outcome::RequestFailed(self.parts.len()));
        self.parts.push(AddedPart { ids: ids(part), status: None, error: Some(error) });
    }

    /// Notes the last status of the request with these pieces, and why there is no later one.
    fn note_status(&mut self, part: &[Piece], span: Span, status: Status, error: Option<Error>) {
        self.outcomes[span].clone_from_slice(&outcomes(part, &status, error.is_some()));
        self.parts.push(AddedPart { ids: ids(part), status: Some(status), error });
    }
}

fn ids(part: &[Piece]) -> Vec<String> {
    part.iter().map(|piece| piece.id.clone()).collect()
}

/// An object as it is sent.
struct Piece {
    id: String,
    version: Option<String>,
    json: String,
}

/// A range of pieces.
type Span = std::ops::Range<usize>;

impl<T: Transport> Client<T> {
    /// Adds objects to a collection: in as few requests as the options allow, each followed until
    /// the server has processed it. A request that is refused as too large (413) is halved.
    ///
    /// A request that fails only affects its own objects. If it fails for a reason that applies to
    /// all that follow (no permission, no such collection, no connection), these are not sent.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::ContentTooLarge`] if a single object is larger than
    /// [`AddOptions::max_content_length`], and of kind [`ErrorKind::Request`] if the collection
    /// cannot be a name in a URL. Nothing was sent then. All later errors are in [`Added`].
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::taxii::{AddOptions, Client, Error, RootUrl, Transport};
    ///
    /// async fn publish<T: Transport>(client: &Client<T>, root: &RootUrl, objects: &[Object]) -> Result<(), Error> {
    ///     let options = AddOptions::default().with_max_objects(100);
    ///     let added = client.add(root, "91a7b528", objects, &options).await?;
    ///     for (object, outcome) in objects.iter().zip(&added.outcomes) {
    ///         println!("{} {outcome:?}", object.id());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub async fn add<'o>(
        &self,
        root: &RootUrl,
        collection: &str,
        objects: impl IntoIterator<Item = &'o Object>,
        options: &AddOptions,
    ) -> Result<Added, Error> {
        let mut withheld = Vec::new();
        let mut pieces = Vec::new();
        for object in objects {
            let reason = options.refusal(object);
            if reason.is_none() {
                pieces.push(Piece::from_object(object));
            }
            withheld.push(reason);
        }
        let mut spans: VecDeque<_> = split(&pieces, root.version(), options)?.into();
        root.add(collection, Vec::new())?;
        let mut added = Added { outcomes: vec![Outcome::NotSent; pieces.len()], parts: Vec::new() };
        let mut is_over = false;
        while !is_over && let Some(span) = spans.pop_front() {
            let part = &pieces[span.clone()];
            match self.send_part(root, collection, part).await {
                Err(error) if error.kind() == ErrorKind::ContentTooLarge && part.len() > 1 => {
                    let middle = span.start + part.len() / 2;
                    spans.push_front(middle..span.end);
                    spans.push_front(span.start..middle);
                }
                Err(error) => {
                    is_over = concerns_all(error.kind());
                    let error = error.with_max_content_length(options.max_content_length);
                    added.note_failure(part, span, error);
                }
                Ok(status) => {
                    let (status, error) = self.follow(root, status, options).await;
                    added.note_status(part, span, status, error);
                }
            }
        }
        if options.look_for_failed {
            self.look_for_failed(root, collection, &pieces, &mut added.outcomes).await;
        }
        let mut sent = std::mem::take(&mut added.outcomes).into_iter();
        // OK because an object is either withheld or a piece with an outcome.
        let outcome = |reason: Option<Reason>| match reason {
            Some(reason) => Outcome::Withheld(reason),
            None => sent.next().unwrap_or(Outcome::NotSent),
        };
        added.outcomes = withheld.into_iter().map(outcome).collect();
        Ok(added)
    }

    /// Looks for objects that the server reports as failed, since it may have had them before.
    async fn look_for_failed(&self, root: &RootUrl, collection: &str, pieces: &[Piece], outcomes: &mut [Outcome]) {
        for (piece, outcome) in pieces.iter().zip(outcomes) {
            if matches!(outcome, Outcome::Failed(_)) && self.has(root, collection, piece).await {
                *outcome = Outcome::AlreadyThere;
            }
        }
    }

    async fn send_part(&self, root: &RootUrl, collection: &str, pieces: &[Piece]) -> Result<Status, Error> {
        self.ask_for(&root.add(collection, body(pieces, root.version()))?, Answer::added).await
    }

    /// Requests the status until it is no longer pending.
    async fn follow(&self, root: &RootUrl, mut status: Status, options: &AddOptions) -> (Status, Option<Error>) {
        let (mut wait, mut waited) = (options.first_wait.max(Duration::from_millis(1)), Duration::ZERO);
        while status.is_pending() && !status.id.is_empty() && waited < options.follow {
            if !self.sleep(wait).await {
                break;
            }
            waited = waited.saturating_add(wait);
            wait = wait.saturating_mul(2).min(Duration::from_secs(30));
            match self.status(root, &status.id).await {
                Ok(newer) => status = newer,
                Err(error) if error.kind().is_temporary() && waited < options.follow => {}
                Err(error) => return (status, Some(error)),
            }
        }
        (status, None)
    }

    /// Whether a collection has an object in exactly this version.
    async fn has(&self, root: &RootUrl, collection: &str, piece: &Piece) -> bool {
        let version = piece.version.as_deref().and_then(|version| version.parse().ok());
        let filter =
            version.map_or_else(Filter::new, |version| Filter::new().with_versions([VersionFilter::At(version)]));
        let Ok(request) = root.object(collection, &piece.id, &filter, &Part::First { limit: 1 }) else { return false };
        let Ok(response) = self.send(&request).await else { return false };
        let page = Answer::read(&request, response, self.options()).and_then(Answer::page);
        page.is_ok_and(|page| !page.is_empty())
    }
}

/// Whether a refusal applies to the requests that follow, too.
fn concerns_all(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::Refused
            | ErrorKind::Unprocessable
            | ErrorKind::ContentTooLarge
            | ErrorKind::Server
            | ErrorKind::NotTaxii
            | ErrorKind::AnswerTooLarge
    )
}

impl Piece {
    fn from_object(object: &Object) -> Self {
        Self {
            id: object.id().to_string(),
            version: object.common().version().map(ToString::to_string),
            // OK because every object has a JSON form.
            json: serde_json::to_string(object).unwrap_or_default(),
        }
    }
}

/// Returns the beginning of a body, before the objects. TAXII 2.0 uses a bundle.
fn head(version: Version) -> String {
    match version {
        Version::V21 => r#"{"objects":["#.to_owned(),
        Version::V20 => {
            let id = quoted(&Identifier::random(Kind::Bundle).to_string());
            format!(r#"{{"type":"bundle","id":{id},"spec_version":"2.0","objects":["#)
        }
    }
}

fn body(pieces: &[Piece], version: Version) -> Vec<u8> {
    let mut body = head(version);
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        body.push_str(&piece.json);
    }
    body.push_str("]}");
    body.into_bytes()
}

/// Splits objects into requests.
fn split(pieces: &[Piece], version: Version, options: &AddOptions) -> Result<Vec<Span>, Error> {
    let max = options.max_content_length.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX);
    let frame = head(version).len() + "]}".len();
    let mut spans = Vec::new();
    let (mut start, mut len) = (0, frame);
    for (at, piece) in pieces.iter().enumerate() {
        let alone = frame.saturating_add(piece.json.len());
        if alone > max {
            let detail = format!("{} alone has {} bytes", piece.id, piece.json.len());
            let error = Error::new(ErrorKind::ContentTooLarge).with_detail(detail);
            return Err(error.with_max_content_length(options.max_content_length));
        }
        let is_full = at - start >= options.max_objects.max(1);
        if at > start && (is_full || len.saturating_add(piece.json.len() + 1) > max) {
            spans.push(start..at);
            (start, len) = (at, frame);
        }
        len += piece.json.len() + usize::from(at > start);
    }
    if start < pieces.len() {
        spans.push(start..pieces.len());
    }
    Ok(spans)
}

/// Returns the outcome of each object according to a status.
fn outcomes(pieces: &[Piece], status: &Status, is_lost: bool) -> Vec<Outcome> {
    let by_id = |details: &'_ [StatusDetails]| {
        let mut found: HashMap<String, Vec<StatusDetails>> = HashMap::new();
        for detail in details {
            found.entry(detail.id.clone()).or_default().push(detail.clone());
        }
        found
    };
    let (failures, pendings, successes) = (by_id(&status.failures), by_id(&status.pendings), by_id(&status.successes));
    let is_pending = status.is_pending();
    let is_all = status.status == StatusWord::Complete
        && status.failure_count.unwrap_or(status.failures.len() as u64) == 0
        && status.success_count.is_none_or(|count| count >= pieces.len() as u64);
    let find = |details: &HashMap<String, Vec<StatusDetails>>, piece: &Piece| {
        let details = details.get(&piece.id)?;
        details.iter().find(|detail| is_same_version(detail, piece)).cloned()
    };
    let outcome = |piece: &Piece| match () {
        () if find(&failures, piece).is_some() => Outcome::Failed(find(&failures, piece).and_then(|it| it.message)),
        () if find(&successes, piece).is_some() || is_all => Outcome::Added,
        () if is_lost => Outcome::Unknown,
        () if find(&pendings, piece).is_some() || is_pending => Outcome::Pending,
        () => Outcome::Unknown,
    };
    pieces.iter().map(outcome).collect()
}

/// Compares versions as instants, since servers rewrite them. An absent version matches any.
fn is_same_version(detail: &StatusDetails, piece: &Piece) -> bool {
    let (Some(reported), Some(sent)) = (&detail.version, &piece.version) else { return true };
    match (reported.parse::<Timestamp>(), sent.parse::<Timestamp>()) {
        (Ok(reported), Ok(sent)) => reported == sent,
        _ => reported == sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(id: &str, len: usize) -> Piece {
        Piece { id: id.into(), version: None, json: "x".repeat(len) }
    }

    #[test]
    fn requests_are_as_large_as_they_may_be() {
        let pieces = [piece("a", 10), piece("b", 10), piece("c", 30), piece("d", 5)];
        let frame = r#"{"objects":[]}"#.len() as u64;
        let spans = |max, max_objects| {
            let options = AddOptions { max_content_length: max, max_objects, ..AddOptions::default() };
            split(&pieces, Version::V21, &options)
        };
        assert_eq!(spans(None, 4).unwrap(), vec![0..4; 1]);
        assert_eq!(spans(None, 3).unwrap(), [0..3, 3..4]);
        assert_eq!(spans(Some(frame + 36), 1000).unwrap(), [0..2, 2..4]);
        assert_eq!(spans(Some(frame + 35), 1000).unwrap(), [0..2, 2..3, 3..4]);
        assert_eq!(
            spans(Some(frame + 36), 1000)
                .unwrap()
                .iter()
                .map(|span| body(&pieces[span.clone()], Version::V21).len())
                .max(),
            Some(frame as usize + 36)
        );
        let error = spans(Some(frame + 29), 1000).unwrap_err();
        assert_eq!((error.kind(), error.max_content_length()), (ErrorKind::ContentTooLarge, Some(frame + 29)));
        assert!(error.detail().starts_with("c alone has 30 bytes"));
        assert!(split(&[], Version::V20, &AddOptions::default()).unwrap().is_empty());
    }

    #[test]
    fn a_status_tells_of_each_object() {
        let pieces = [piece("a", 1), piece("b", 1), piece("c", 1), piece("d", 1)];
        let of = |text: &str| outcomes(&pieces, &Status::from_slice(text.as_bytes()).unwrap(), false);
        let all = of(r#"{"status":"complete","success_count":4,"failure_count":0}"#);
        assert_eq!(all, vec![Outcome::Added; 4]);
        let some =
            of(r#"{"status":"pending","successes":["a"],"failures":[{"id":"b","message":"no"}],"pendings":["c"]}"#);
        let expected = [Outcome::Added, Outcome::Failed(Some("no".into())), Outcome::Pending, Outcome::Pending];
        assert_eq!(some, expected);
        assert_eq!(of(r#"{"status":"complete","success_count":2,"failure_count":2}"#), vec![Outcome::Unknown; 4]);
    }
}
