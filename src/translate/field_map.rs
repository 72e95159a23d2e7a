//! Field maps: which columns of which tables hold a property.

use std::collections::{BTreeMap, HashMap};

use super::column::Column;

/// Which columns of which tables hold the properties of observables.
///
/// A map is JSON:
///
/// ```
/// use stixkit::pattern::Pattern;
/// use stixkit::translate::{FieldMap, Language, Target};
///
/// let map = FieldMap::from_json(r#"{"tables": [{
///     "table": "flows", "id": "flow_id", "time": "seen_at", "scopes": {"host": "sensor"},
///     "objects": [
///         {"type": "ipv4-addr", "columns": {"value": {"column": "src", "shared": true}}},
///         {"type": "ipv4-addr", "columns": {"value": {"column": "dst", "shared": true}}},
///         {"type": "network-traffic", "columns": {
///             "dst_ref.value": "dst", "dst_port": {"column": "port", "type": "integer"}}}
///     ]
/// }]}"#)?;
/// let pattern = Pattern::parse("[network-traffic:dst_port = 4444]")?;
/// let translation = pattern.translate(&Target::new(Language::DuckDb, map))?;
/// assert_eq!(translation.queries[0].text, r#"SELECT * FROM "flows" WHERE "port" = 4444"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Each entry of `objects` is one object that a row describes, and tests that are joined by `AND`
/// are about one object. A row of a connection describes its two addresses, which are two objects,
/// and the traffic between them, which is another one. `columns` are the paths of its properties,
/// without type, with the columns that hold them: a name, an object, or a list of these. Dots in a
/// name separate the parts of a nested column if `nested` of the map is true.
///
/// | member of a column | meaning |
/// |---|---|
/// | `column` | the name |
/// | `type` | `text` (default), `integer`, `float`, `boolean`, `time`, `ip` |
/// | `form` | how values are written: `same` as in STIX (default), in `lower`, `upper` or `any_case`, a path that ends with the `file_name`, a path in the `folder`, a `host` or a URL with it, `hyphen_mac`, keys with a `short_hive`, paths of values of such keys (`short_hive_folder`), hashes with their names (`hash_list`) |
/// | `shared` | true if the column also holds values of other properties, such as addresses of both versions |
/// | `list` | true if the column is a list; a text if it is a list of structs: the member that holds the value. Each element is a value of an object of its own, unless the path has `[*]` or is one of hashes in a shared list |
///
/// `time` is the column of the time of the event, `id` identifies a row, and `scopes` are columns
/// by which several observations belong together. `source` is text of the query language that takes
/// the place of the table's name, for example the call of a function; `where` is a condition in
/// that language that rows of this table have to fulfil.
#[derive(Clone, Debug)]
pub struct FieldMap {
    pub(super) tables: Vec<Table>,
    /// By type and path, `file:name`: the places as indexes of table and object.
    pub(super) places: HashMap<Box<str>, Vec<(usize, usize)>>,
}

/// A table of a map.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: Box<str>,
    /// What a query reads from, if not the name.
    pub(super) source: Option<Box<str>>,
    /// A condition in the query language.
    pub(super) condition: Option<Box<str>>,
    pub(super) id: Option<Box<str>>,
    pub(super) time: Option<Column>,
    pub(super) scopes: BTreeMap<Box<str>, Box<str>>,
    pub(super) objects: Vec<Object>,
}

/// An object that a row describes.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) object_type: Box<str>,
    pub(super) columns: HashMap<Box<str>, Vec<Column>>,
}

impl FieldMap {
    pub(super) fn from_tables(mut tables: Vec<Table>, nested: bool) -> Self {
        let mut places: HashMap<Box<str>, Vec<_>> = HashMap::new();
        for (index, table) in tables.iter_mut().enumerate() {
            for (path, columns) in table.objects.iter_mut().flat_map(|object| &mut object.columns) {
                // An object has one hash of each kind, whatever else is in the list.
                let is_list_of_object =
                    |column: &Column| path.contains("[*]") || (column.shared && path.contains("hashes."));
                for column in columns {
                    column.nested |= nested;
                    column.has_objects = column.list.is_some() && !is_list_of_object(column);
                }
            }
            table.time.iter_mut().for_each(|column| column.nested |= nested);
            for (number, object) in table.objects.iter().enumerate() {
                for path in object.columns.keys() {
                    let key = format!("{}:{path}", object.object_type).into_boxed_str();
                    places.entry(key).or_default().push((index, number));
                }
            }
        }
        // The order of a hash map's keys is random.
        places.values_mut().for_each(|places| places.sort_unstable());
        Self { tables, places }
    }

    /// Returns the places of all objects of a type, as indexes of table and object.
    pub(super) fn objects_of(&self, object_type: &str) -> impl Iterator<Item = (usize, usize)> {
        self.tables.iter().enumerate().flat_map(move |(index, table)| {
            let own = table.objects.iter().enumerate();
            own.filter(move |(_, object)| &*object.object_type == object_type).map(move |(number, _)| (index, number))
        })
    }

    /// Adds the tables of another map.
    pub fn with(self, other: Self) -> Self {
        Self::from_tables(self.tables.into_iter().chain(other.tables).collect(), false)
    }

    /// Renames all tables.
    pub(super) fn with_table(mut self, name: &str) -> Self {
        self.tables.iter_mut().for_each(|table| table.name = name.into());
        self
    }

    /// Returns the names of the tables.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|table| &*table.name)
    }

    /// Returns the paths that the map knows, such as `file:hashes.SHA-256`, sorted.
    pub fn paths(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self.places.keys().map(|path| &**path).collect();
        paths.sort_unstable();
        paths
    }
}

impl Table {
    /// Returns the columns of an object for a path.
    pub(super) fn columns(&self, object: usize, path: &str) -> &[Column] {
        self.objects.get(object).and_then(|object| object.columns.get(path)).map_or(&[], Vec::as_slice)
    }
}
