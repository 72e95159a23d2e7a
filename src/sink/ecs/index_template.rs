//! The index template: the type of every field that documents have.

use serde_json::{Map, Value, json};

use super::fields::VERSION;
use super::options::Options;

/// The fields by their paths and types. Those outside of `stix` have the type that ECS gives them.
const FIELDS: &[(&str, &str)] = &[
    ("@timestamp", "date"),
    ("ecs.version", "keyword"),
    ("event.kind", "keyword"),
    ("event.category", "keyword"),
    ("event.type", "keyword"),
    ("event.module", "keyword"),
    ("event.dataset", "keyword"),
    ("tags", "keyword"),
    ("threat.feed.name", "keyword"),
    ("threat.framework", "keyword"),
    ("threat.group.name", "keyword"),
    ("threat.software.name", "keyword"),
    ("threat.tactic.id", "keyword"),
    ("threat.tactic.name", "keyword"),
    ("threat.technique.id", "keyword"),
    ("threat.technique.subtechnique.id", "keyword"),
    ("threat.indicator.id", "keyword"),
    ("threat.indicator.type", "keyword"),
    ("threat.indicator.name", "keyword"),
    ("threat.indicator.description", "keyword"),
    ("threat.indicator.first_seen", "date"),
    ("threat.indicator.modified_at", "date"),
    ("threat.indicator.confidence", "keyword"),
    ("threat.indicator.marking.tlp", "keyword"),
    ("threat.indicator.marking.tlp_version", "keyword"),
    ("threat.indicator.provider", "keyword"),
    ("threat.indicator.reference", "keyword"),
    ("threat.indicator.ip", "ip"),
    ("threat.indicator.port", "long"),
    ("threat.indicator.email.address", "keyword"),
    ("threat.indicator.as.number", "long"),
    ("threat.indicator.as.organization.name", "keyword"),
    ("threat.indicator.file.name", "keyword"),
    ("threat.indicator.file.directory", "keyword"),
    ("threat.indicator.file.path", "keyword"),
    ("threat.indicator.file.size", "long"),
    ("threat.indicator.file.mime_type", "keyword"),
    ("threat.indicator.file.created", "date"),
    ("threat.indicator.file.hash.md5", "keyword"),
    ("threat.indicator.file.hash.sha1", "keyword"),
    ("threat.indicator.file.hash.sha256", "keyword"),
    ("threat.indicator.file.hash.sha384", "keyword"),
    ("threat.indicator.file.hash.sha512", "keyword"),
    ("threat.indicator.file.hash.ssdeep", "keyword"),
    ("threat.indicator.file.hash.tlsh", "keyword"),
    ("threat.indicator.file.pe.imphash", "keyword"),
    ("threat.indicator.url.full", "wildcard"),
    ("threat.indicator.url.original", "wildcard"),
    ("threat.indicator.url.scheme", "keyword"),
    ("threat.indicator.url.domain", "keyword"),
    ("threat.indicator.url.port", "long"),
    ("threat.indicator.url.path", "wildcard"),
    ("threat.indicator.url.query", "keyword"),
    ("threat.indicator.url.fragment", "keyword"),
    ("threat.indicator.url.extension", "keyword"),
    ("threat.indicator.url.username", "keyword"),
    ("threat.indicator.url.password", "keyword"),
    ("threat.indicator.registry.hive", "keyword"),
    ("threat.indicator.registry.key", "keyword"),
    ("threat.indicator.registry.path", "keyword"),
    ("threat.indicator.registry.value", "keyword"),
    ("threat.indicator.registry.data.strings", "wildcard"),
    ("threat.indicator.x509.serial_number", "keyword"),
    ("threat.indicator.x509.issuer.distinguished_name", "keyword"),
    ("threat.indicator.x509.issuer.common_name", "keyword"),
    ("threat.indicator.x509.issuer.organization", "keyword"),
    ("threat.indicator.x509.issuer.organizational_unit", "keyword"),
    ("threat.indicator.x509.issuer.locality", "keyword"),
    ("threat.indicator.x509.issuer.state_or_province", "keyword"),
    ("threat.indicator.x509.issuer.country", "keyword"),
    ("threat.indicator.x509.subject.distinguished_name", "keyword"),
    ("threat.indicator.x509.subject.common_name", "keyword"),
    ("threat.indicator.x509.subject.organization", "keyword"),
    ("threat.indicator.x509.subject.organizational_unit", "keyword"),
    ("threat.indicator.x509.subject.locality", "keyword"),
    ("threat.indicator.x509.subject.state_or_province", "keyword"),
    ("threat.indicator.x509.subject.country", "keyword"),
    ("related.ip", "ip"),
    ("related.hosts", "keyword"),
    ("related.hash", "keyword"),
    ("related.user", "keyword"),
    ("stix.pattern", "keyword"),
    ("stix.pattern_type", "keyword"),
    ("stix.confidence", "short"),
    ("stix.indicator_types", "keyword"),
    ("stix.created", "date"),
    ("stix.valid_from", "date"),
    ("stix.valid_until", "date"),
    ("stix.revoked", "boolean"),
    ("stix.ioc_expiration_date", "date"),
    ("stix.ioc_expiration_reason", "keyword"),
    ("stix.row.row_id", "keyword"),
    ("stix.row.key", "keyword"),
    ("stix.row.value", "keyword"),
    ("stix.row.value_as_sent", "keyword"),
    ("stix.row.type", "keyword"),
    ("stix.row.direction", "keyword"),
    ("stix.row.network", "ip_range"),
    ("stix.row.relation", "keyword"),
    ("stix.row.row_group", "keyword"),
    ("stix.row.standalone", "boolean"),
    ("stix.row.state", "keyword"),
    ("stix.row.reason", "keyword"),
];

/// Returns the JSON of a composable index template for the documents: the body of
/// `PUT _index_template/<name>`. It covers every field that documents have, and takes effect for
/// indices whose names begin with `logs-` and the module, `logs-ti_stixkit`. Elastic's rules look
/// for indicators in `logs-ti_*`.
///
/// The index is not a data stream, because a newer document has to replace the one with its `_id`.
///
/// ```
/// use stixkit::sink::ecs;
///
/// let template: serde_json::Value = serde_json::from_str(&ecs::index_template(&ecs::Options::new()))?;
/// assert_eq!(template["index_patterns"][0], "logs-ti_stixkit*");
/// let indicator = &template["template"]["mappings"]["properties"]["threat"]["properties"]["indicator"];
/// assert_eq!(indicator["properties"]["ip"]["type"], "ip");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn index_template(options: &Options) -> String {
    let mut properties = Map::new();
    for (path, kind) in FIELDS {
        insert(&mut properties, path, field(kind));
    }
    let strings = json!({"strings": {"match_mapping_type": "string", "mapping": field("keyword")}});
    let template = json!({
        "index_patterns": [format!("logs-{}*", options.module())],
        // Above the templates that Elastic has for `logs-*-*`.
        "priority": 500,
        "template": {
            "mappings": {
                "date_detection": false,
                "dynamic_templates": [strings],
                "properties": properties,
            }
        },
        "_meta": {"description": "STIX indicators", "ecs_version": VERSION},
    });
    format!("{template:#}\n")
}

/// The mapping of a field. Longer keywords are kept and not indexed: the index refuses a document
/// with a term of more than 32,766 bytes.
fn field(kind: &str) -> Value {
    match kind {
        "keyword" => json!({"type": kind, "ignore_above": 1024}),
        kind => json!({"type": kind}),
    }
}

/// Inserts a field under the objects that its path names.
fn insert(properties: &mut Map<String, Value>, path: &str, field: Value) {
    match path.split_once('.') {
        None => drop(properties.insert(path.to_owned(), field)),
        Some((object, rest)) => {
            let object = properties.entry(object).or_insert_with(|| json!({"properties": {}}));
            if let Some(inner) = object["properties"].as_object_mut() {
                insert(inner, rest, field);
            }
        }
    }
}
