//! Made-up events: rows of the tables of a map, and the observations that they are.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::maps::{Column, columns};

const ROWS: usize = 24;
/// Seconds after the first event: a window of 300 seconds has something at each end, and some
/// events are at once.
const SECONDS: [i64; 9] = [0, 0, 100, 200, 299, 300, 301, 500, 600];
pub(super) const HOSTS: [&str; 5] = ["h1", "h2", "h3", "h4", "h5"];

/// A generator of numbers that are good enough to mix values.
pub(super) struct Mixer(pub(super) u64);

impl Mixer {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    pub(super) fn one<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }
}

/// Values that a column may hold.
pub(super) fn pool(path: &str, column: &Column) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    match (&*column.form, &*column.kind) {
        (_, "ip") => texts(&["198.51.100.7", "198.51.100.77", "203.0.113.9", "2001:db8::1", "fe80::1"]),
        // Hosts and URLs.
        ("host", _) | ("same", "text") if column.form == "host" || (column.is_shared && path == "value") => texts(&[
            "c2.example",
            "https://c2.example/x",
            "http://u@c2.example:8/",
            "c2.example.org",
            "xc2.example",
            "https://c2.example",
        ]),
        ("file_name" | "folder", _) => {
            texts(&["C:\\Windows\\a.exe", "C:\\Temp\\b%c_d.exe", "/tmp/a.exe", "/tmp/x/A.exe", "a.exe"])
        }
        ("hyphen_mac", _) => texts(&["00-00-5E-00-53-01", "00-00-5E-00-53-AF"]),
        ("hash_list", _) => {
            let hashes = |letter: &str| {
                format!("MD5={},SHA1={},SHA256={}", letter.repeat(32), letter.repeat(40), letter.repeat(64))
            };
            ["A", "B", "C"].map(hashes).to_vec()
        }
        ("short_hive_folder", _) => texts(&["HKLM\\Software\\Evil\\a.exe", "HKCU\\Software\\Evil\\b"]),
        ("short_hive", _) => texts(&["HKLM\\Software\\Evil", "HKCU\\Software\\Evil"]),
        // A column that holds hashes of all algorithms, which differ in length.
        _ if column.is_shared && path.contains("hashes.") => {
            let hash = |length: usize| "ab".repeat(length / 2);
            [32, 40, 56, 64, 70, 96, 128].map(hash).to_vec()
        }
        _ if path.contains("hashes.") => texts(&["d41d8cd98f00b204e9800998ecf8427e", "aa", "bb", "cc"]),
        ("lower" | "upper", _) => texts(&["tcp", "udp", "c2.example", "x.example"]),
        ("any_case", _) => texts(&["tcp", "TCP", "c2.example", "C2.Example", "x@y.example"]),
        _ if path.ends_with("key") => texts(&["HKEY_LOCAL_MACHINE\\Software\\Evil", "HKEY_USERS\\x"]),
        _ => texts(&["a.exe", "A.exe", "b%c_d*?.exe", "O'Br\"ien\\x", "é😀", "it's\nline", "xa.exe.bak", "C:\\a"]),
    }
}

/// A table with its rows.
pub(super) struct Events {
    pub(super) name: String,
    /// What queries read from instead of the name.
    pub(super) source: Option<String>,
    pub(super) is_nested: bool,
    pub(super) has_hosts: bool,
    /// By name, with its type.
    pub(super) columns: BTreeMap<String, String>,
    pub(super) rows: Vec<BTreeMap<String, Value>>,
    pub(super) objects: Vec<Value>,
    time: Option<String>,
    host: Option<String>,
}

impl Events {
    pub(super) fn all(map: &Value, mixer: &mut Mixer) -> Vec<Self> {
        let is_nested = map["nested"] == true;
        map["tables"].as_array().unwrap().iter().map(|table| Self::new(table, is_nested, mixer)).collect()
    }

    fn new(table: &Value, is_nested: bool, mixer: &mut Mixer) -> Self {
        let objects = table["objects"].as_array().unwrap().clone();
        let mut all: BTreeMap<String, (String, String, Column)> = BTreeMap::new();
        for (path, value) in objects.iter().flat_map(|object| object["columns"].as_object().unwrap()) {
            for column in columns(value) {
                let kind = match &column.list {
                    Some(member) => format!("list {member}").trim().to_owned(),
                    None if column.kind == "ip" => "text".to_owned(),
                    None => column.kind.clone(),
                };
                // A column has the values of the path that asks for the most particular ones.
                let is_better = matches!(&*column.form, "host" | "folder" | "file_name" | "short_hive_folder")
                    || column.kind == "ip"
                    || (column.is_shared && path.contains("hashes."));
                if is_better || !all.contains_key(&column.name) {
                    all.insert(column.name.clone(), (kind, path.clone(), column));
                }
            }
        }
        let text = |name: &str| table[name].as_str().map(str::to_owned);
        let host = table["scopes"]["host"].as_str().map(str::to_owned);
        let (time, id) = (text("time"), text("id"));
        let mut rows: Vec<BTreeMap<_, _>> = Vec::new();
        for number in 0..ROWS {
            let mut row = BTreeMap::new();
            // ClickHouse takes lists whose names start alike for one table inside, so they are of
            // one length.
            let count = mixer.below(3);
            for (name, (kind, path, column)) in &all {
                let pool = pool(path, column);
                if column.list.is_some() {
                    let elements: Vec<_> = (0..count).map(|_| mixer.one(&pool).clone()).collect();
                    row.insert(name.clone(), json!(elements));
                } else if mixer.below(5) > 0 {
                    row.insert(name.clone(), value(kind, &pool, &column.form, mixer));
                }
            }
            row.extend(id.clone().map(|id| (id, json!(format!("e{number}")))));
            row.extend(time.clone().map(|time| (time, json!(instant(*mixer.one(&SECONDS))))));
            if let Some(host) = &host {
                row.insert(host.clone(), if mixer.below(8) == 0 { Value::Null } else { json!(mixer.one(&HOSTS)) });
            }
            rows.push(row);
        }
        let mut columns: BTreeMap<_, _> = all.into_iter().map(|(name, (kind, ..))| (name, kind)).collect();
        let scopes = table["scopes"].as_object().unwrap().values().map(|name| name.as_str().unwrap().to_owned());
        columns.extend(scopes.chain(id).map(|name| (name, "text".to_owned())));
        columns.extend(time.clone().map(|time| (time, "time".to_owned())));
        columns.insert("row_id_".to_owned(), "text".to_owned());
        let name = text("table").unwrap();
        rows.iter_mut().zip(0..).for_each(|(row, number)| {
            row.insert("row_id_".to_owned(), json!(format!("{name}:{number}")));
        });
        Self {
            name,
            source: text("source"),
            is_nested,
            has_hosts: host.is_some() && time.is_some(),
            columns,
            rows,
            objects,
            time,
            host,
        }
    }

    /// What the script makes a table of.
    pub(super) fn to_json(&self) -> Value {
        let columns: Vec<_> = self.columns.iter().map(|(name, kind)| json!([name, kind])).collect();
        let cells = |row: &BTreeMap<String, Value>| {
            self.columns.keys().map(|name| row.get(name).cloned().unwrap_or(Value::Null)).collect::<Vec<_>>()
        };
        let rows: Vec<_> = self.rows.iter().map(cells).collect();
        json!({"name": self.name, "columns": columns, "nested": self.is_nested, "rows": rows})
    }

    /// The host that a row is about, if its time is known.
    pub(super) fn host_of<'r>(&self, row: &'r BTreeMap<String, Value>) -> Option<&'r str> {
        self.time.as_ref()?;
        row.get(self.host.as_ref()?)?.as_str()
    }

    /// The observed data that a row is.
    pub(super) fn observation(&self, row: &BTreeMap<String, Value>) -> Value {
        let mut objects = Map::new();
        for (number, object) in self.objects.iter().enumerate() {
            let object_type = object["type"].as_str().unwrap();
            let paths = object["columns"].as_object().unwrap();
            let lists = paths.iter().flat_map(|(path, value)| columns(value).into_iter().map(move |own| (path, own)));
            let lists: Vec<_> = lists.filter(|(path, column)| has_objects(path, column)).collect();
            let length =
                |(_, column): &(_, Column)| row.get(&column.name).and_then(Value::as_array).map_or(0, Vec::len);
            let count = lists.iter().map(length).max().unwrap_or(1);
            // Other properties may make an object without elements.
            let is_empty = count == 0 && lists.len() == paths.len();
            for element in 0..if is_empty { 0 } else { count.max(1) } {
                let key = format!("{number}.{element}");
                objects.insert(key.clone(), json!({"type": object_type}));
                for (path, value) in paths {
                    let values = values(object_type, path, &columns(value), row, element);
                    if !values.is_empty() {
                        let steps: Vec<_> = path.split('.').collect();
                        set(&mut objects, &key, "", &steps, &values);
                    }
                }
            }
        }
        let time = self.time.as_ref().map_or_else(|| json!(instant(0)), |time| row[time].clone());
        json!({"type": "observed-data", "first_observed": time, "last_observed": time, "number_observed": 1,
            "objects": objects})
    }
}

fn value(kind: &str, pool: &[String], form: &str, mixer: &mut Mixer) -> Value {
    match kind {
        "integer" => json!(mixer.one(&[5, 443, 8443])),
        _ if form == "upper" => json!(mixer.one(pool).to_uppercase()),
        _ => json!(mixer.one(pool)),
    }
}

/// Whether each element of a list is a value of an object of its own.
fn has_objects(path: &str, column: &Column) -> bool {
    column.list.is_some() && !path.contains("[*]") && !(column.is_shared && path.contains("hashes."))
}

/// The values of a property in a row.
fn values(
    object_type: &str,
    path: &str,
    columns: &[Column],
    row: &BTreeMap<String, Value>,
    element: usize,
) -> Vec<Value> {
    let mut values = Vec::new();
    for column in columns {
        let Some(value) = row.get(&column.name).filter(|value| !value.is_null()) else { continue };
        let list = match value.as_array() {
            Some(list) if has_objects(path, column) => list.get(element).cloned().into_iter().collect(),
            Some(list) => list.clone(),
            None => vec![value.clone()],
        };
        values.extend(list.iter().filter_map(|value| property(object_type, path, column, value)));
    }
    values
}

pub(super) fn instant(seconds: i64) -> String {
    format!("2020-01-01T00:{:02}:{:02}Z", seconds / 60, seconds % 60)
}

/// What a value of a column is as the value of a property, or `None` if it is not one.
pub(super) fn property(object_type: &str, path: &str, column: &Column, value: &Value) -> Option<Value> {
    let Some(text) = value.as_str() else { return Some(value.clone()) };
    let split = |text: &str| {
        let at = text.rfind(['\\', '/'])?;
        Some((text[..at].to_owned(), text[at + 1..].to_owned()))
    };
    if !is_own(object_type, path, column, text) {
        return None;
    }
    let text = match &*column.form {
        "file_name" => split(text).map_or(text.to_owned(), |(_, name)| name),
        "folder" => split(text).filter(|(_, name)| !name.is_empty())?.0,
        "host" => match text.split_once("://") {
            Some((_, rest)) => {
                let authority = rest.split(['/', '?', '#']).next()?;
                authority.rsplit('@').next()?.split(':').next()?.to_owned()
            }
            None => text.to_owned(),
        },
        "hyphen_mac" => text.to_lowercase().replace('-', ":"),
        "hash_list" => {
            let name = path.rsplit('.').next()?.replace('-', "");
            text.split(',').find_map(|hash| hash.strip_prefix(&format!("{name}=")))?.to_lowercase()
        }
        "short_hive_folder" => long_hive(&split(text)?.0),
        "short_hive" => long_hive(text),
        _ => text.to_owned(),
    };
    Some(json!(text))
}

fn long_hive(text: &str) -> String {
    text.replacen("HKLM", "HKEY_LOCAL_MACHINE", 1).replacen("HKCU", "HKEY_CURRENT_USER", 1)
}

/// Whether a value of a column with values of several properties is one of this property.
fn is_own(object_type: &str, path: &str, column: &Column, text: &str) -> bool {
    match object_type {
        "ipv4-addr" => !text.contains(':'),
        "ipv6-addr" => text.contains(':'),
        "url" if column.is_shared => text.contains("://"),
        _ if column.is_shared && path.contains("hashes.") => {
            let length = match path.rsplit('.').next().unwrap() {
                "MD5" | "IMPHASH" => 32,
                "SHA-1" => 40,
                "SHA-224" | "SHA3-224" => 56,
                "SHA-256" | "SHA3-256" => 64,
                "SHA-384" | "SHA3-384" => 96,
                "SHA-512" | "SHA3-512" => 128,
                _ => 70,
            };
            text.len() == length
        }
        _ => true,
    }
}

/// Sets a property by its path. References lead to objects of a type that no pattern is about.
fn set(objects: &mut Map<String, Value>, key: &str, pointer: &str, steps: &[&str], values: &[Value]) {
    let (name, is_list) = steps[0].strip_suffix("[*]").map_or((steps[0], false), |name| (name, true));
    let rest = &steps[1..];
    let object = objects.get_mut(key).unwrap().pointer_mut(pointer).unwrap().as_object_mut().unwrap();
    if rest.is_empty() {
        object.insert(name.into(), if is_list { json!(values) } else { values[0].clone() });
    } else if name.ends_with("_ref") || name.ends_with("_refs") {
        let count = if is_list { values.len() } else { 1 };
        let place = pointer.replace('/', "-");
        let targets: Vec<_> = (0..count).map(|index| format!("{key}{place}-{name}-{index}")).collect();
        object.insert(name.into(), if is_list { json!(targets) } else { json!(targets[0]) });
        for (target, value) in targets.into_iter().zip(values) {
            objects.entry(&target).or_insert_with(|| json!({"type": "x-target"}));
            set(objects, &target, "", rest, std::slice::from_ref(value));
        }
    } else if is_list {
        let list = object.entry(name).or_insert_with(|| json!([])).as_array_mut().unwrap();
        let missing = values.len().saturating_sub(list.len());
        list.extend((0..missing).map(|_| json!({})));
        for (index, value) in values.iter().enumerate() {
            set(objects, key, &format!("{pointer}/{name}/{index}"), rest, std::slice::from_ref(value));
        }
    } else {
        object.entry(name).or_insert_with(|| json!({}));
        set(objects, key, &format!("{pointer}/{name}"), rest, values);
    }
}
