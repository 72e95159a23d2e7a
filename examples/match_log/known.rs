//! What is looked for, and what is not worth an alert.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use stixkit::Object;
use stixkit::matching::set::{IndicatorSet, Inserted};
use stixkit::matching::suppress::{Special, Suppress};
use stixkit::reader::{Item, Reader, Source};
use stixkit::row::Mapper;

use crate::options::Options;
use crate::samples;

pub(crate) struct Known {
    pub(crate) set: IndicatorSet,
    /// Parts of indicators that cannot be found, by reason.
    pub(crate) skipped: BTreeMap<String, u64>,
    /// Indicators about several observations, which a log line alone cannot match.
    pub(crate) several: u64,
}

impl Known {
    pub(crate) fn read(options: &Options, fail: &mut dyn FnMut(&OsString, &dyn Display)) -> Self {
        let special = Special::ALL.into_iter().filter(|special| *special != Special::Documentation);
        let mut suppress = Suppress::special(special);
        for file in &options.allowed {
            if let Err(error) = allow(&mut suppress, file) {
                fail(file, &error);
            }
        }
        let set = IndicatorSet::new().with_suppress(suppress);
        let mut known = Self { set, skipped: BTreeMap::new(), several: 0 };
        for feed in &options.feeds {
            let name = Path::new(feed).file_stem().unwrap_or(feed).to_string_lossy();
            let read = Reader::open(feed).and_then(|reader| known.feed(&name, reader));
            if let Err(error) = read {
                fail(feed, &error);
            }
        }
        if options.feeds.is_empty()
            && let Err(error) = known.feed("sample", Reader::from_slice(samples::FEED))
        {
            fail(&"the sample".into(), &error);
        }
        known
    }

    fn feed<S: Source>(&mut self, name: &str, reader: Reader<S>) -> Result<(), stixkit::Error> {
        // What is active depends on the time of an event. As of the first instant, nothing is over.
        let mut mapper = Mapper::new(DateTime::<Utc>::MIN_UTC).with_source(name);
        for item in reader {
            let Item::Object(accepted) = item? else { continue };
            let Object::Indicator(indicator) = &accepted.object else {
                mapper.learn(&accepted.object);
                continue;
            };
            let inserted = self.set.upsert_rows(&mapper.map(indicator).rows);
            self.count(&inserted);
        }
        Ok(())
    }

    fn count(&mut self, inserted: &Inserted) {
        self.several += u64::from(inserted.several);
        for skipped in &inserted.skipped {
            *self.skipped.entry(format!("{:?}", skipped.reason)).or_default() += 1;
        }
    }
}

/// Adds the lists of a file.
fn allow(suppress: &mut Suppress, file: &OsString) -> Result<(), Box<dyn std::error::Error>> {
    let text = fs::read_to_string(file)?;
    let list = if text.trim_start().starts_with('{') {
        Suppress::misp_warninglist(&text)?
    } else {
        Suppress::plain_list(&Path::new(file).file_name().unwrap_or(file).to_string_lossy(), &text)?
    };
    Ok(suppress.merge(list)?)
}
