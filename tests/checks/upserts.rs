use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use stixkit::Timestamp;
use stixkit::object::Indicator;
use stixkit::row::{Action, Mapper, RowChange, RowKey, State, Upserts};

/// A state that was kept, if it begins with `[`; else letters in fours, each four a step. Whatever comes, each change fits
/// the table that the changes before it made, and a state is read as it was written.
pub(crate) fn upserts(data: &[u8]) {
    if data.trim_ascii_start().starts_with(b"[") {
        let Ok(mut state) = serde_json::from_slice::<Upserts>(data) else { return };
        assert_eq!(again(&state), state);
        for day in [0, 5, 10, 40] {
            state.expire(instant(day)).for_each(drop);
            assert_eq!(again(&state), state);
        }
        let len = state.len();
        let applied: Vec<_> = [b"aazz", b"abz\0"].into_iter().filter_map(|letters| Step::new(letters)).collect();
        let mapper = Mapper::new(instant(5)).with_source("a");
        for indicator in applied.iter().map(Step::indicator) {
            state.apply(mapper.map(&indicator));
            let once_more = state.apply(mapper.map(&indicator));
            assert!(once_more.is_empty(), "the same again changes nothing: {once_more:?}");
        }
        assert!(state.len() <= len + applied.len());
        state.prune(instant(100)).for_each(drop);
        assert_eq!(again(&state), state);
        return;
    }
    let (mut state, mut table, mut now) = (Upserts::new(), Table::new(), 0);
    for step in data.chunks_exact(4).filter_map(Step::new).take(64) {
        step.run(&mut state, &mut table, &mut now);
    }
    // What expires later than time goes by is in the table as it is in the state.
    apply(&mut table, state.expire(instant(1_000)));
    assert!(table.values().all(|state| *state != State::Pending), "{table:?}");
}

type Table = BTreeMap<RowKey, State>;

fn again(state: &Upserts) -> Upserts {
    let text = serde_json::to_string(state).expect("a state can be written");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn instant(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + day)
}

/// Each change as a statement on the table.
fn apply<'a>(table: &mut Table, changes: impl IntoIterator<Item = RowChange<'a>>) {
    for change in changes {
        let RowChange { action, key, row, .. } = &change;
        let is_known = table.contains_key(key);
        match (action, row) {
            (Action::Insert, Some(row)) if !is_known => _ = table.insert(*key, row.validity.state),
            (Action::Update, Some(row)) if is_known => _ = table.insert(*key, row.validity.state),
            (Action::Expire | Action::Revoke, Some(row)) => _ = table.insert(*key, row.validity.state),
            (Action::Activate, None) if is_known => _ = table.insert(*key, State::Active),
            (Action::Expire, None) if is_known => _ = table.insert(*key, State::Expired),
            (Action::Delete, None) if is_known => _ = table.remove(key),
            _ => panic!("{change:?} does not fit {table:?}"),
        }
        if let Some(row) = row {
            assert_eq!(RowKey::from_row(row), *key);
        }
    }
}

/// What happens, to which indicator, in which version, and how it is.
struct Step {
    what: u8,
    id: u8,
    modified: i64,
    form: u8,
}

impl Step {
    fn new(letters: &[u8]) -> Option<Self> {
        let &[what, id, modified, form] = letters else { return None };
        Some(Self { what: what % 8, id: id % 4, modified: i64::from(modified % 8), form })
    }

    fn indicator(&self) -> Indicator {
        let values: Vec<_> =
            (0..3).filter(|bit| self.form >> bit & 1 == 1).map(|bit| format!("'192.0.2.{bit}'")).collect();
        let pattern = match values.len() {
            // A pattern without values has a row, too.
            0 => "[network-traffic:src_port > 1]".to_owned(),
            _ => format!("[ipv4-addr:value IN ({})]", values.join(", ")),
        };
        let time = |day| Timestamp::from(instant(day));
        let mut object = json!({
            "type": "indicator", "id": format!("indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4{}", self.id),
            "created": time(0), "modified": time(self.modified), "labels": ["benign"], "pattern": pattern,
            "valid_from": time(i64::from(self.form >> 3 & 3) * 4), "revoked": self.form >> 7 == 1,
        });
        if self.form >> 5 & 1 == 1 {
            object["valid_until"] = json!(time(10 + i64::from(self.form >> 6 & 1) * 10));
        }
        serde_json::from_value(object).expect("it is an indicator")
    }

    fn run(&self, state: &mut Upserts, table: &mut Table, now: &mut i64) {
        let source = if self.id == 3 { "b" } else { "a" };
        match self.what {
            // Time goes by.
            4 => {
                *now += self.modified;
                apply(table, state.expire(instant(*now)));
            }
            5 => state.begin_full(source),
            6 => apply(table, state.end_full(source, 0).expect("it is whole")),
            7 if self.form & 1 == 1 => apply(table, state.prune(instant(*now - self.modified))),
            7 => {
                // Kept and read again. That a feed is being read whole is not kept.
                let kept = again(state);
                assert_eq!(kept.len(), state.len());
                *state = kept;
            }
            _ => {
                let (mapper, indicator) = (Mapper::new(instant(*now)).with_source(source), self.indicator());
                apply(table, state.apply(mapper.map(&indicator)));
                let once_more = state.apply(mapper.map(&indicator));
                assert!(once_more.is_empty(), "the same again changes nothing: {once_more:?}");
            }
        }
    }
}
