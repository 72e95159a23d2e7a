//! Field maps as JSON.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::column::{Column, ColumnKind, Form};
use super::error::{Error, ErrorKind};
use super::field_map::{FieldMap, Object, Table};

impl FieldMap {
    /// Reads a map.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Map`] if the text is not JSON or not a map; the
    /// message names the member that is at fault.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let value = serde_json::from_str(json).map_err(|error| fault(format!("it is not JSON: {error}")))?;
        map(value).map_err(fault)
    }
}

fn fault(detail: String) -> Error {
    Error::new(ErrorKind::Map, detail)
}

fn map(value: Value) -> Result<FieldMap, String> {
    let mut tables = Vec::new();
    let mut nested = false;
    for (key, value) in object(value, "the map")? {
        match &*key {
            "tables" => {
                tables = list(value, "tables")?.into_iter().map(table).collect::<Result<_, _>>()?;
            }
            "nested" => nested = boolean(&value, "nested")?,
            _ => return Err(unknown(&key, "the map", "tables, nested")),
        }
    }
    if tables.is_empty() {
        return Err("`tables`: there are none".to_owned());
    }
    Ok(FieldMap::from_tables(tables, nested))
}

fn table(value: Value) -> Result<Table, String> {
    let mut table = Table {
        name: Box::default(),
        source: None,
        condition: None,
        id: None,
        time: None,
        scopes: BTreeMap::new(),
        objects: Vec::new(),
    };
    for (key, value) in object(value, "a table")? {
        match &*key {
            "table" => table.name = text(value, &key)?,
            "source" => table.source = Some(text(value, &key)?),
            "where" => table.condition = Some(text(value, &key)?),
            "id" => table.id = Some(text(value, &key)?),
            "time" => table.time = Some(Column::time(&text(value, &key)?)),
            "scopes" => {
                for (scope, value) in object(value, "scopes")? {
                    table.scopes.insert(scope.into(), text(value, "scopes")?);
                }
            }
            "objects" => {
                table.objects = list(value, &key)?.into_iter().map(observable).collect::<Result<_, _>>()?;
            }
            _ => return Err(unknown(&key, "a table", "table, source, where, id, time, scopes, objects")),
        }
    }
    if table.name.is_empty() {
        return Err("`table`: a table has no name".to_owned());
    }
    Ok(table)
}

fn observable(value: Value) -> Result<Object, String> {
    let mut observable = Object { object_type: Box::default(), columns: HashMap::new() };
    for (key, value) in object(value, "an object")? {
        match &*key {
            "type" => observable.object_type = text(value, &key)?,
            "columns" => {
                for (path, value) in object(value, "columns")? {
                    observable.columns.insert(path.into(), columns(value)?);
                }
            }
            _ => return Err(unknown(&key, "an object", "type, columns")),
        }
    }
    if observable.object_type.is_empty() {
        return Err("`type`: an object has none".to_owned());
    }
    Ok(observable)
}

fn columns(value: Value) -> Result<Vec<Column>, String> {
    match value {
        Value::Array(values) if !values.is_empty() => values.into_iter().map(column).collect(),
        value => Ok(vec![column(value)?]),
    }
}

fn column(value: Value) -> Result<Column, String> {
    if let Value::String(name) = &value {
        return named(Column::new(name));
    }
    let mut column = Column::new("");
    for (key, value) in object(value, "a column")? {
        match &*key {
            "column" => column.name = text(value, &key)?,
            "type" => {
                let word = text(value, &key)?;
                column.kind = ColumnKind::from_word(&word)
                    .ok_or_else(|| format!("`type`: it is text, integer, float, boolean, time or ip, not `{word}`"))?;
            }
            "form" => {
                let word = text(value, &key)?;
                column.form = Form::from_word(&word).ok_or_else(|| format!("`form`: there is no form `{word}`"))?;
            }
            "shared" => column.shared = boolean(&value, &key)?,
            "list" => {
                column.list = match value {
                    Value::Bool(false) => None,
                    Value::Bool(true) => Some(Box::default()),
                    value => Some(text(value, &key)?),
                };
            }
            _ => return Err(unknown(&key, "a column", "column, type, form, shared, list")),
        }
    }
    named(column)
}

fn named(column: Column) -> Result<Column, String> {
    if column.name.is_empty() { Err("`column`: it has no name".to_owned()) } else { Ok(column) }
}

fn unknown(key: &str, of: &str, known: &str) -> String {
    format!("`{key}`: {of} has no such member; there are {known}")
}

fn object(value: Value, what: &str) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(format!("`{what}`: it is an object")),
    }
}

fn list(value: Value, key: &str) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(values) => Ok(values),
        _ => Err(format!("`{key}`: it is a list")),
    }
}

fn text(value: Value, key: &str) -> Result<Box<str>, String> {
    match value {
        Value::String(text) => Ok(text.into()),
        _ => Err(format!("`{key}`: it is a text")),
    }
}

fn boolean(value: &Value, key: &str) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("`{key}`: it is true or false"))
}
