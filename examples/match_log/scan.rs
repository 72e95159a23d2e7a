//! Logs against the set.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Stdout, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use stixkit::Timestamp;
use stixkit::matching::event::{Event, FieldMap, Scratch};
use stixkit::matching::set::Scanner;

use crate::counts::Counts;
use crate::input::{Guess, read_line};
use crate::known::Known;
use crate::options::Options;
use crate::output::{Place, write};
use crate::progress::Progress;
use crate::{samples, tell};

pub(crate) struct Scan<'k> {
    scanner: Scanner<'k>,
    scratch: Scratch,
    now: Timestamp,
    out: BufWriter<Stdout>,
    pub(crate) progress: Progress,
    pub(crate) counts: Counts,
}

/// A log that is being read.
struct Log<'l, R> {
    name: &'l str,
    input: R,
    maps: &'l [(&'static str, FieldMap)],
    /// The one that was chosen.
    map: Option<(&'l str, &'l FieldMap)>,
    guess: Guess,
}

impl<'k> Scan<'k> {
    pub(crate) fn new(known: &'k Known, now: DateTime<Utc>) -> Self {
        Self {
            // Those on lists are counted by list.
            scanner: known.set.scanner().with_suppressed(true),
            scratch: Scratch::new(),
            now: Timestamp::exact(now),
            out: BufWriter::with_capacity(1 << 16, io::stdout()),
            progress: Progress::new(),
            counts: Counts::default(),
        }
    }

    /// Reads all logs. An error is one of the output.
    pub(crate) fn all(&mut self, options: &Options, fail: &mut dyn FnMut(&OsString, &dyn Display)) -> io::Result<()> {
        let chosen = match options.map.as_ref().map(|name| Ok((name, map(name)?))).transpose() {
            Ok(chosen) => chosen,
            Err((name, error)) => {
                fail(&name, &error);
                return Ok(());
            }
        };
        let chosen = chosen.as_ref().map(|(name, map)| (name.to_string_lossy(), map));
        let named = FieldMap::NAMES.iter().filter_map(|name| Some((*name, FieldMap::named(name)?)));
        let maps: Vec<_> = named.collect();
        if options.feeds.is_empty() {
            for (name, lines) in samples::logs() {
                let map = maps.iter().find(|(own, _)| *own == name).map(|(name, map)| (*name, map));
                _ = self.log(Log { name, input: lines.as_bytes(), maps: &maps, map, guess: Guess::new() })?;
            }
            return self.out.flush();
        }
        let stdin = [OsString::from("-")];
        let logs = if options.logs.is_empty() { &stdin[..] } else { &options.logs };
        for file in logs {
            let map = chosen.as_ref().map(|(name, map)| (&**name, *map));
            let guess = Guess::new();
            let name = Path::new(file).file_name().unwrap_or(file).to_string_lossy();
            let result = if file == "-" {
                self.log(Log { name: "stdin", input: io::stdin().lock(), maps: &maps, map, guess })?
            } else {
                match File::open(file) {
                    Ok(opened) => {
                        let input = BufReader::with_capacity(1 << 18, opened);
                        self.log(Log { name: &name, input, maps: &maps, map, guess })?
                    }
                    Err(error) => Err(error),
                }
            };
            if let Err(error) = result {
                self.progress.clear();
                fail(file, &error);
            }
        }
        self.out.flush()
    }

    /// Reads a log. The error inside is one of the log.
    fn log<R: BufRead>(&mut self, mut log: Log<'_, R>) -> io::Result<io::Result<()>> {
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            match read_line(&mut log.input, &mut line) {
                Ok(0) => return Ok(Ok(())),
                Ok(bytes) => self.counts.bytes += bytes,
                Err(error) => return Ok(Err(error)),
            }
            number += 1;
            self.counts.lines += 1;
            if !line.trim_ascii().is_empty() {
                self.line(&mut log, number, &line)?;
            }
            self.progress.show(self.counts.lines, self.counts.bytes);
        }
    }

    fn line<R>(&mut self, log: &mut Log<'_, R>, number: u64, line: &[u8]) -> io::Result<()> {
        const TOLD: u64 = 20;
        let maps = log.maps;
        // Before a value is known, any map finds the faults.
        let mut guessed = || maps.get(log.guess.best(maps, line).unwrap_or(0)).map(|(name, map)| (*name, map));
        let Some((map_name, map)) = log.map.or_else(&mut guessed) else { return Ok(()) };
        let event = match map.extract(line, &mut self.scratch) {
            Ok(event) => event,
            Err(error) => {
                self.counts.invalid += 1;
                if self.counts.invalid <= TOLD {
                    self.progress.clear();
                    tell(format_args!("match_log: {}, line {number}: {error}", log.name));
                }
                return Ok(());
            }
        };
        self.counts.events += 1;
        match self.counts.by_map.get_mut(map_name) {
            Some(count) => *count += 1,
            None => _ = self.counts.by_map.insert(map_name.to_owned(), 1),
        }
        let time = event.time().cloned().unwrap_or_else(|| self.now.clone());
        let event = event.with_time(time);
        let place = Place { log: log.name, line: number, time: event.time() };
        scan_event(&mut self.scanner, &event, place, &mut self.out, &mut self.counts)
    }
}

/// Writes the hits of an event.
fn scan_event(
    scanner: &mut Scanner<'_>,
    event: &Event<'_>,
    place: Place<'_>,
    out: &mut BufWriter<Stdout>,
    counts: &mut Counts,
) -> io::Result<()> {
    let mut result = Ok(());
    let scanned = scanner.event(event, |hit| {
        if let Some(list) = hit.suppressed() {
            counts.suppressed += 1;
            *counts.by_list.entry(list.name().to_owned()).or_default() += 1;
        } else if result.is_ok() {
            counts.hits += 1;
            *counts.by_source.entry(hit.source().to_owned()).or_default() += 1;
            result = write(out, place, &hit);
        }
    });
    counts.dropped += scanned.dropped as u64;
    result
}

/// The map with a name, or from a file.
fn map(name: &OsString) -> Result<FieldMap, (OsString, Box<dyn std::error::Error>)> {
    if let Some(map) = name.to_str().and_then(FieldMap::named) {
        return Ok(map);
    }
    let read = || -> Result<_, Box<dyn std::error::Error>> { Ok(FieldMap::parse(&std::fs::read_to_string(name)?)?) };
    read().map_err(|error| (name.clone(), error))
}
