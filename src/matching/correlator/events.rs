//! Events of logs as observations.

use std::sync::Arc;

use super::alert::Alert;
use super::correlator::Correlator;
use crate::matching::event::Event;
use crate::matching::instant::{Interval, nanos};
use crate::matching::set::objects::Objects;

impl Correlator {
    /// Takes an event as one observation of its objects at its time, and returns the alerts that it completes. `id` is
    /// what alerts call it, for example a place in a file.
    ///
    /// A test holds if it does so for the values as the log has them or in their [normal form](crate::row::normalize()).
    /// An event without a time cannot be placed; it is dropped and counted.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use stixkit::Timestamp;
    /// use stixkit::matching::Matcher;
    /// use stixkit::matching::correlator::{Correlator, Options};
    /// use stixkit::matching::event::{Event, Place, Rule, Value};
    /// use stixkit::pattern::Pattern;
    /// use stixkit::row::ValueKind;
    ///
    /// let query = Rule::new("query", Place::new("query", "domain-name:value")?).with_kind(ValueKind::Domain);
    /// let pattern = Pattern::parse(
    ///     "([domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']) WITHIN 60 SECONDS",
    /// )?;
    /// let mut correlator = Correlator::new([Matcher::new(&pattern)?], Options::default())?;
    ///
    /// let mut alerts = Vec::new();
    /// for (line, time, name) in [("1", "10:00:00", "A.example"), ("2", "10:00:30", "c.example"), ("3", "10:00:40", "b.example")] {
    ///     let values = [Value::new(&query, name)];
    ///     let event = Event::new(&values).with_time(Timestamp::parse(&format!("2024-05-01T{time}Z"))?);
    ///     alerts.extend(correlator.push_event_in("pc-1", &event, Some(line)));
    /// }
    /// let lines: Vec<_> = alerts[0].parts.iter().map(|part| part.id.as_deref()).collect();
    /// assert_eq!((&*alerts[0].partition, lines), ("pc-1", vec![Some("1"), Some("3")]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn push_event(&mut self, event: &Event<'_>, id: Option<&str>) -> Vec<Alert> {
        self.push_objects(event, id, None)
    }

    /// Takes an event of a partition that the caller knows, such as a host, instead of that of
    /// [`Options::with_partition_by`](super::Options::with_partition_by).
    pub fn push_event_in(&mut self, partition: &str, event: &Event<'_>, id: Option<&str>) -> Vec<Alert> {
        self.push_objects(event, id, Some(partition))
    }

    fn push_objects(&mut self, event: &Event<'_>, id: Option<&str>, partition: Option<&str>) -> Vec<Alert> {
        let Some(time) = event.time().map(|time| nanos(time.instant())) else {
            self.skip_untimed();
            return Vec::new();
        };
        // Most events have no object that any pattern is about.
        let is_tested =
            event.values().flat_map(|value| value.rule.places()).any(|place| self.tests(place.object_type()));
        let (mut passed, mut name) = (Box::default(), Arc::default());
        if is_tested {
            let objects = Objects::new(event);
            let (written, normal) = (objects.written(), objects.normal());
            let is_written = std::ptr::eq(written, normal);
            passed = self.passed(written.iter().chain(normal.iter().take_while(|_| !is_written)));
            if !passed.is_empty() {
                name = match partition {
                    Some(partition) => self.partition(partition),
                    None => self.partition(&self.partition_of(normal.iter())),
                };
            }
        }
        self.push_one(id, Interval::closed(time, time), 1, name, passed);
        self.release()
    }
}
