//! The ready field maps, as data.

use serde_json::Value;

/// A column of a map, with the defaults filled in.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// `text`, `integer`, `ip` and so on.
    pub(super) kind: String,
    pub(super) form: String,
    pub(super) is_shared: bool,
    /// For a list the member of its elements, empty if there is none.
    pub(super) list: Option<String>,
}

/// The maps of a ready target.
pub(super) fn map(target: &str) -> Value {
    let json = match target {
        "kql:defender" => include_str!("../../../src/translate/maps/defender.json"),
        "kql:sentinel" => include_str!("../../../src/translate/maps/sentinel.json"),
        "kql:asim" => include_str!("../../../src/translate/maps/asim.json"),
        "spl:cim" => include_str!("../../../src/translate/maps/cim.json"),
        "sigma" | "sigma:cased" => include_str!("../../../src/translate/maps/sigma.json"),
        name if name.ends_with(":ocsf") => include_str!("../../../src/translate/maps/ocsf.json"),
        _ => include_str!("../../../src/translate/maps/ecs.json"),
    };
    serde_json::from_str(json).unwrap()
}

/// The columns of one path.
pub(super) fn columns(value: &Value) -> Vec<Column> {
    let one = |value: &Value| Column {
        name: value.as_str().or(value["column"].as_str()).unwrap().into(),
        kind: value["type"].as_str().unwrap_or("text").into(),
        form: value["form"].as_str().unwrap_or("same").into(),
        is_shared: value["shared"] == true,
        list: match &value["list"] {
            Value::Bool(true) => Some(String::new()),
            Value::String(member) => Some(member.clone()),
            _ => None,
        },
    };
    value.as_array().map_or_else(|| vec![one(value)], |values| values.iter().map(one).collect())
}

/// A path of a map as patterns spell it.
pub(super) fn spelled(path: &str) -> String {
    let is_plain =
        |step: &str| !step.contains(['-', '/', ' ']) && !step.starts_with(|first: char| first.is_ascii_digit());
    let steps = path.split('.').map(|step| if is_plain(step) { step.to_owned() } else { format!("'{step}'") });
    steps.collect::<Vec<_>>().join(".")
}
