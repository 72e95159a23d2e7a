//! Random collections, servers, faults and crashes: polling loses nothing, or says so.

use std::collections::{BTreeMap, BTreeSet};

use chrono::SecondsFormat;
use stixkit::reader::Item;
use stixkit::taxii::{Checkpoint, Error, ErrorKind, Filter, Options, Page, Poller, Retries, Version};

use super::server::{Fault, Held, Next, Server, Ways, time};
use super::{block_on, client, root};

/// How many runs: all of them where the code is fast, or as many as `STIXKIT_TAXII_RUNS` says.
fn runs() -> u64 {
    let asked = std::env::var("STIXKIT_TAXII_RUNS").ok().and_then(|runs| runs.parse().ok());
    asked.unwrap_or(if cfg!(debug_assertions) { 400 } else { 10_000 })
}

/// Runs that found something, each once: objects of the instant before (26), a manifest whose dates were not those of the
/// headers (1896), a `next` that was sent again after an error (9069), a probe of dates from before the chain's start (18704).
const FOUND: [u64; 5] = [26, 1354, 1896, 9069, 18704];

/// SplitMix64: the same on every machine.
#[derive(Clone)]
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ bits >> 31) % end
    }

    /// In so many of a hundred cases.
    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// What came of a run.
struct Outcome {
    all: Vec<Held>,
    /// How often each came.
    stored: BTreeMap<(String, i64), u32>,
    crashed: bool,
}

/// Everything that a run is made of.
struct Run {
    chance: Chance,
    ways: Ways,
    options: Options,
    is_manifest: bool,
    faults: u64,
    crashes: u64,
    clock: i64,
    made: u64,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let next = chance.pick(&[Next::None, Next::Moving, Next::Place, Next::Number]);
        let mut ways = match chance.percent(25) {
            true => Ways { is_short: chance.percent(50), ..Ways::v20(1 + chance.below(20) as usize) },
            false => Ways::v21(next, 1 + chance.below(20) as usize),
        };
        ways.has_dates = chance.percent(85);
        ways.is_inclusive = chance.percent(20);
        if chance.percent(20) {
            ways.uses = chance.below(4) as usize;
        }
        if chance.percent(20) {
            ways.format = SecondsFormat::Millis;
        }
        let mut limit = 1 + chance.below(20) as u32;
        // Servers that nobody expected: cursors that expire always, 416 behind the end, a refused
        // limit, ties as large as a page (where `next` is absent, the manifest helps or does not).
        let is_v21 = ways.version == Version::V21;
        let mut luck = Chance(seed ^ 0x5bd1_e995);
        if is_v21 && luck.percent(30) {
            match luck.below(4) {
                0 => (ways.uses, ways.refusal) = (0, luck.pick(&[400, 404, 410])),
                1 if ways.has_dates => {
                    ways.next = Next::Offset;
                    (ways.is_eager, ways.refusal) = (true, luck.pick(&[404, 416]));
                    (ways.uses, ways.is_inclusive) = (usize::MAX, false);
                }
                2 => ways.max_limit = Some((1 + luck.below(10) as usize, luck.pick(&[400, 413, 422]))),
                _ => {
                    ways.next = Next::None;
                    ways.cap = 1 + luck.below(4) as usize;
                    ways.manifest_cap = Some(luck.pick(&[1, 10, 1000]));
                }
            }
        }
        // Servers in the order of identifiers, on which dates are in order by chance alone: on small pages often.
        if is_v21 && ways.next == Next::Number && chance.percent(50) {
            ways = Ways { is_by_id: true, uses: usize::MAX, ..ways };
        }
        if is_v21 && luck.percent(20) {
            // Without `next`, the standard leaves no way but that of dates.
            let next = luck.pick(&[Next::Place, Next::Number, Next::Offset]);
            ways = Ways { is_by_id: true, has_dates: true, next, is_eager: false, ..ways };
            (ways.cap, limit) = (1 + luck.below(6) as usize, 1 + luck.below(12) as u32);
            ways.uses = luck.pick(&[0, usize::MAX]);
        }
        let options = Options::default()
            .with_version(ways.version)
            .with_limit(limit)
            .with_retries(Retries::default().with_max(chance.below(4) as u32).with_seed(seed));
        let percents = [0, 0, 5, 20];
        let (faults, crashes) = (chance.pick(&percents), chance.pick(&percents));
        Self { is_manifest: chance.percent(30), chance, ways, options, faults, crashes, clock: 0, made: 0 }
    }

    /// Objects that are added at one time, some at the same instant; later than all before.
    fn batch(&mut self, most: u64) -> Vec<Held> {
        let len = self.chance.below(most + 1);
        let step = self.chance.pick(&[1, 1000, 1_000_000]);
        let ties = self.chance.pick(&[20, 50, 90]);
        // Headers with milliseconds cannot tell what is closer.
        let unit = if self.ways.format == SecondsFormat::Millis { 1000 } else { step };
        self.clock = (self.clock / unit + 1) * unit;
        let mut batch: Vec<Held> = Vec::new();
        for _ in 0..len {
            if !self.chance.percent(ties) {
                self.clock += unit;
            }
            // A new object, or a new version of one.
            let name = if self.chance.percent(80) { self.made } else { self.chance.below(self.made + 1) };
            self.made += 1;
            let held = Held { id: format!("x-a--{name:05}"), added: self.clock, modified: self.made as i64 * 1000 };
            // Servers know one version of an object at an instant.
            if batch.iter().all(|other| other.id != held.id || other.added != held.added) {
                batch.push(held);
            }
        }
        if self.ways.is_by_id {
            for held in &mut batch {
                held.modified += self.chance.below(1_000_000) as i64 * 1000;
            }
        }
        batch
    }

    fn poller(&self) -> Poller {
        let root = root(self.ways.version);
        match self.is_manifest {
            true => Poller::manifest(&root, "c", Filter::new(), &self.options),
            false => Poller::objects(&root, "c", Filter::new(), &self.options),
        }
    }

    /// Polls until a poll is complete that began when nothing was added any more. Gives what was stored, how often.
    fn go(&mut self) -> Result<Outcome, Error> {
        let mut all = self.batch(60);
        let (percent, mut luck) = (self.faults, Chance(self.chance.below(u64::MAX)));
        // Likewise: in the end a server is well.
        let mut left = 60;
        let faults = move |_: usize, _: &http::Request<Vec<u8>>| {
            use Fault::{Connect, Cut, Lost, Status};
            let fault = luck.pick(&[Connect, Lost, Lost, Cut, Status(503), Status(429)]);
            let is_faulty = left > 0 && luck.percent(percent);
            left -= i32::from(is_faulty);
            is_faulty.then_some(fault)
        };
        let server = Server::new(self.ways.clone(), all.clone()).faults(faults).max_requests(20_000);
        let client = client(&server, self.options.clone());
        let mut poller = self.poller();
        let mut stored = BTreeMap::new();
        let (mut crashed, mut rounds, mut tries, mut crashes) = (false, 3, 0, 0);
        while rounds > 0 {
            // A poll that has to start over each time needs some luck to come to its end.
            if crashes == 12 {
                self.crashes = 0;
            }
            match block_on(client.poll(&mut poller)) {
                Ok(Some(polled)) => {
                    let is_stored = !self.chance.percent(self.crashes / 2);
                    if is_stored {
                        keys(&polled.page).into_iter().for_each(|key| *stored.entry(key).or_default() += 1);
                    }
                    let is_crash = !is_stored || self.chance.percent(self.crashes);
                    if is_stored && !(is_crash && self.chance.percent(50)) {
                        poller.acknowledge(polled.ticket);
                    }
                    if is_crash {
                        (crashed, crashes) = (true, crashes + 1);
                        poller = revive(self.poller(), poller.checkpoint());
                    }
                }
                Ok(None) => {
                    assert!(poller.checkpoint().is_some_and(Checkpoint::is_complete));
                    rounds -= 1;
                    poller = revive(self.poller(), poller.checkpoint());
                }
                Err(error) if error.kind() == ErrorKind::Temporary => {
                    tries += 1;
                    assert!(tries < 10_000, "{error}");
                    if crashes < 12 && self.chance.percent(10) {
                        // Giving up does no harm either.
                        (crashed, crashes) = (true, crashes + 1);
                        poller.restart();
                    }
                }
                Err(error) => return Err(error),
            }
            if rounds > 1 && !self.ways.is_by_id && self.chance.percent(10) {
                let batch = self.batch(10);
                batch.iter().cloned().for_each(|held| server.add(held));
                all.extend(batch);
            }
        }
        Ok(Outcome { all, stored, crashed })
    }
}

/// A program that starts again: all it has is the text that it kept.
fn revive(poller: Poller, kept: Option<&Checkpoint>) -> Poller {
    let Some(kept) = kept else { return poller };
    let text = serde_json::to_string(kept).unwrap();
    poller.resume(serde_json::from_str(&text).unwrap()).unwrap()
}

fn keys(page: &Page) -> Vec<(String, i64)> {
    let micros = |version: &stixkit::Timestamp| (version.instant() - time(0)).num_microseconds().unwrap();
    let mut keys = Vec::new();
    for object in &page.objects {
        let Item::Object(accepted) = &object.item else { panic!("a server of good objects") };
        let version = accepted.object.common().version().unwrap();
        keys.push((accepted.object.id().to_string(), micros(version)));
    }
    for record in &page.records {
        keys.push((record.id.clone(), micros(&record.versions[0].parse().unwrap())));
    }
    keys
}

#[test]
fn polling_loses_nothing_or_says_so() {
    let mut errors: BTreeMap<String, u32> = BTreeMap::new();
    let (mut complete, runs) = (0, runs());
    for seed in FOUND.into_iter().chain(0..runs) {
        let mut run = Run::new(seed);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run.go()));
        let about =
            || format!("seed {seed}, {:?}, limit {}, manifest {}", run.ways, run.options.limit, run.is_manifest);
        let Ok(outcome) = outcome else { panic!("{}", about()) };
        let Outcome { all, stored, crashed } = match outcome {
            Ok(good) => good,
            Err(error) => {
                assert!(
                    matches!(error.kind(), ErrorKind::NoProgress | ErrorKind::Refused | ErrorKind::NotFound),
                    "{error:?}, {}",
                    about()
                );
                *errors.entry(format!("{:?}: {}", error.kind(), error.detail())).or_default() += 1;
                continue;
            }
        };
        complete += 1;
        let wanted: BTreeSet<_> = all.iter().map(Held::key).collect();
        let lost: Vec<_> = wanted.iter().filter(|key| !stored.contains_key(*key)).collect();
        assert!(lost.is_empty(), "{} of {} lost: {lost:?}, {}", lost.len(), wanted.len(), about());
        assert_eq!(stored.len(), wanted.len(), "{}", about());
        // Servers that show no dates, or false ones, have to be read whole each time.
        let is_datable = run.ways.has_dates && !run.ways.is_by_id;
        if is_datable && !crashed {
            let doubles: Vec<_> = stored.iter().filter(|(_, count)| **count > 1).collect();
            assert!(doubles.is_empty(), "{doubles:?}, {}", about());
        }
    }
    eprintln!("{complete} of {runs} runs complete, {errors:#?}");
    assert!(complete > runs / 2, "{errors:#?}");
}
