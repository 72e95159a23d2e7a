//! Predefined extensions and hashes in the form of STIX 2.0.

use super::draft::aside_name;
use crate::json::tree::{Members, Tree};
use crate::object::change::{ChangeKind, Changes};
use crate::object::property::findings::Place;

/// Properties of predefined extensions that STIX 2.1 dropped: an upgrade keeps them with the prefix
/// `x_`.
const DROPPED: &[(&str, &str)] = &[
    ("archive-ext", "version"),
    ("raster-image-ext", "image_compression_algorithm"),
    ("socket-ext", "protocol_family"),
];

/// Predefined extensions, and lists in them, whose members have hashes of their own.
const WITH_HASHES: &[(&str, &str)] = &[
    ("ntfs-ext", "alternate_data_streams"),
    ("windows-pebinary-ext", "sections"),
    ("windows-pebinary-ext", "optional_header"),
];

/// Gives the predefined extensions of an observable the form of STIX 2.0.
pub(super) fn downgrade_extensions(extensions: &mut Members, place: &Place<'_>, changes: &mut Changes) {
    for (name, dropped) in DROPPED {
        let Some(extension) = extensions.get(name).and_then(Tree::as_map) else { continue };
        restore(extension, dropped, is_string);
    }
    for (name, property) in WITH_HASHES {
        let Some(extension) = extensions.get(name).and_then(Tree::as_map) else { continue };
        match extension.get(property) {
            Some(Tree::List(elements)) => elements.iter_mut().filter_map(Tree::as_map).for_each(downgrade_hashes),
            Some(Tree::Map(part)) => downgrade_hashes(part),
            _ => {}
        }
    }
    if let Some(binary) = extensions.get("windows-pebinary-ext").and_then(Tree::as_map)
        && let Some(hashes) = binary.get("file_header_hashes").and_then(Tree::as_map)
    {
        rename_ssdeep(hashes);
    }
    if let Some(request) = extensions.get("http-request-ext").and_then(Tree::as_map) {
        lists_to_values(request, "request_header");
    }
    downgrade_process(extensions, place, changes);
    let service = extensions.get("windows-service-ext").and_then(Tree::as_map);
    if service.is_some_and(|service| !service.has("service_name")) {
        let detail = "STIX 2.0 requires service_name; the extension is kept as x-windows-service-ext";
        changes.add(ChangeKind::Kept, &place.property("windows-service-ext"), detail);
        extensions.rename("windows-service-ext", "x-windows-service-ext");
    }
}

/// STIX 2.0 has no integrity level, and no process extension without any property.
fn downgrade_process(extensions: &mut Members, place: &Place<'_>, changes: &mut Changes) {
    const NAME: &str = "windows-process-ext";

    let Some(process) = extensions.get(NAME).and_then(Tree::as_map) else { return };
    if !process.has("integrity_level") {
        return;
    }
    let place = place.property(NAME);
    if process.names().any(|name| name != "integrity_level" && !name.starts_with("x_")) {
        let new = aside_name(process, "integrity_level");
        process.rename("integrity_level", &new);
        changes.add(ChangeKind::Kept, &place.property("integrity_level"), format!("integrity_level is kept as {new}"));
    } else {
        changes.add(ChangeKind::Kept, &place, format!("the extension is kept as x-{NAME}"));
        extensions.rename(NAME, &format!("x-{NAME}"));
    }
}

/// Gives `hashes` of an object or a part of one the spelling of STIX 2.0.
pub(super) fn downgrade_hashes(members: &mut Members) {
    if let Some(hashes) = members.get("hashes").and_then(Tree::as_map) {
        rename_ssdeep(hashes);
    }
}

fn rename_ssdeep(hashes: &mut Members) {
    if !hashes.has("ssdeep") {
        hashes.rename("SSDEEP", "ssdeep");
    }
}

/// Turns lists of one in a dictionary of header fields into strings.
pub(super) fn lists_to_values(members: &mut Members, name: &str) {
    let headers = members.get(name).and_then(Tree::as_map);
    for header in headers.into_iter().flat_map(|headers| headers.iter_mut()) {
        if let Some([value]) = header.value.as_list().map(|list| &list[..])
            && is_string(value)
        {
            header.value = value.clone();
        }
    }
}

/// Gives a custom property the name that it has in STIX 2.0, if that is free and the value fits.
pub(super) fn restore(members: &mut Members, name: &str, fits: fn(&Tree) -> bool) -> bool {
    let custom = format!("x_{name}");
    let is_restored = !members.has(name) && members.get(&custom).is_some_and(|value| fits(value));
    if is_restored {
        members.rename(&custom, name);
    }
    is_restored
}

pub(super) fn is_string(value: &Tree) -> bool {
    value.as_json().is_some_and(|json| json.starts_with('"'))
}
