//! Field maps from text.

use std::borrow::Cow;

use super::definition::{Definition, Field, Where};
use super::map_error::{MapError, MapErrorKind};
use super::outcome::EventOutcome;
use super::reading::Reading;
use crate::row::Direction;

/// Reads the lines of a map.
pub(super) fn parse(text: &str) -> Result<Vec<(usize, Definition)>, MapError> {
    let mut definitions = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words = Words { rest: line, line: number }.collect::<Result<Vec<_>, _>>()?;
        if let Some(definition) = definition(&words, number)? {
            definitions.push((number, definition));
        }
    }
    Ok(definitions)
}

fn definition(words: &[Word<'_>], line: usize) -> Result<Option<Definition>, MapError> {
    let missing = |kind| MapError::new(kind, line, "");
    Ok(match words {
        [] => None,
        [word, names @ ..] if word.is("time") => {
            let [name] = names else { return Err(MapError::new(MapErrorKind::Name, line, "time")) };
            Some(Definition::Time(field_name(&name.text, line)?))
        }
        [word, rest @ ..] if word.is("outcome") => {
            let [name, words @ ..] = rest else { return Err(missing(MapErrorKind::Name)) };
            Some(Definition::Outcome(field_name(&name.text, line)?, outcomes(words, line)?))
        }
        [word, names @ ..] if word.is("under") => {
            let names = names.iter().map(|name| field_name(&name.text, line)).collect::<Result<_, _>>()?;
            Some(Definition::Under(names))
        }
        [name, rest @ ..] => Some(Definition::Field(field(name, rest, line)?)),
    })
}

fn field(name: &Word<'_>, rest: &[Word<'_>], line: usize) -> Result<Field, MapError> {
    let (joined, name) = match name.text.split_once('+').filter(|_| !name.is_quoted) {
        Some((joined, name)) => (Some(field_name(joined, line)?), field_name(name, line)?),
        None => (None, field_name(&name.text, line)?),
    };
    let [word, rest @ ..] = rest else { return Err(MapError::new(MapErrorKind::Reading, line, "")) };
    let reading = Reading::named(&word.text).ok_or_else(|| MapError::new(MapErrorKind::Reading, line, &*word.text))?;
    if joined.is_some() && !matches!(reading, Reading::Url | Reading::Hash) {
        return Err(MapError::new(MapErrorKind::Join, line, &*word.text));
    }
    let (places, direction) = match rest {
        [places @ .., word] if word.is("src") => (places, Some(Direction::Src)),
        [places @ .., word] if word.is("dst") => (places, Some(Direction::Dst)),
        places => (places, None),
    };
    let places = places.split(|word| word.is(",")).map(|words| place(words, reading, line));
    Ok(Field { name, joined, reading, places: places.collect::<Result<_, _>>()?, direction })
}

fn place(words: &[Word<'_>], reading: Reading, line: usize) -> Result<Where, MapError> {
    let fault = |word: &str| MapError::new(MapErrorKind::Place, line, word);
    let (slot, path) = match words {
        [] => return Err(fault("")),
        [slot] => (slot, None),
        [slot, path] => (slot, Some(path.text.as_ref().into())),
        [_, _, word, ..] => return Err(fault(&word.text)),
    };
    if path.is_none() && reading.yields().iter().any(|value| value.path.is_none()) {
        return Err(fault(&slot.text));
    }
    Ok(Where { slot: slot.text.as_ref().into(), path })
}

fn outcomes(words: &[Word<'_>], line: usize) -> Result<Vec<(Box<str>, EventOutcome)>, MapError> {
    let mut outcomes = Vec::new();
    let mut meaning = None;
    for word in words {
        let text = match word.text.split_once('=').filter(|_| !word.is_quoted) {
            Some((name, text)) => {
                let all = [EventOutcome::Success, EventOutcome::Failure, EventOutcome::Denied];
                let own = all.into_iter().find(|outcome| outcome.as_str() == name);
                meaning = Some(own.ok_or_else(|| MapError::new(MapErrorKind::Outcome, line, name))?);
                text
            }
            None => &word.text,
        };
        let meaning = meaning.ok_or_else(|| MapError::new(MapErrorKind::Outcome, line, &*word.text))?;
        let is_one = word.is_quoted;
        let texts = text.split(|character| character == ',' && !is_one).filter(|text| !text.is_empty());
        outcomes.extend(texts.map(|text| (text.into(), meaning)));
    }
    Ok(outcomes)
}

fn field_name(name: &str, line: usize) -> Result<Box<str>, MapError> {
    const MAX_PARTS: usize = 16;
    let is_name = name.split('.').all(|part| !part.is_empty()) && name.split('.').count() <= MAX_PARTS;
    if is_name { Ok(name.into()) } else { Err(MapError::new(MapErrorKind::Name, line, name)) }
}

/// A word of a line.
struct Word<'a> {
    text: Cow<'a, str>,
    is_quoted: bool,
}

impl Word<'_> {
    fn is(&self, text: &str) -> bool {
        self.text == text && !self.is_quoted
    }
}

/// The words of a line. Commas between places are words.
struct Words<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = Result<Word<'a>, MapError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start();
        match rest.as_bytes().first()? {
            b'#' => None,
            b',' => {
                self.rest = &rest[1..];
                Some(Ok(Word { text: Cow::Borrowed(","), is_quoted: false }))
            }
            b'"' => Some(self.quoted(rest)),
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let word = &rest[..end];
                // A comma at the end of a word is the one between two places, unless it ends the words of an outcome.
                let word =
                    word.strip_suffix(',').filter(|word| !word.is_empty() && !word.contains('=')).unwrap_or(word);
                self.rest = &rest[word.len()..];
                Some(Ok(Word { text: Cow::Borrowed(word), is_quoted: false }))
            }
        }
    }
}

impl<'a> Words<'a> {
    fn quoted(&mut self, rest: &'a str) -> Result<Word<'a>, MapError> {
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        match stream.next() {
            Some(Ok(text)) => {
                self.rest = &rest[stream.byte_offset()..];
                Ok(Word { text: Cow::Owned(text), is_quoted: true })
            }
            _ => Err(MapError::new(MapErrorKind::Name, self.line, rest)),
        }
    }
}
