//! The properties of an observable of STIX 2.0 under the names and in the shapes of 2.1.

use super::aside::Aside;
use crate::Properties;
use crate::json::tree::Tree;
use crate::object::change::{ChangeKind, Changes};
use crate::object::common::Common;
use crate::object::extension::{ArchiveExt, HttpRequestExt, RasterImageExt, SocketExt};
use crate::object::object::Object;
use crate::object::observable::{Directory, File, Process, UserAccount, WindowsRegistryKey};
use crate::object::property::findings::Place;
use crate::object::property::traits::Part;
use crate::vocab::{HashAlgorithm, SpecVersion};

/// Sets the version, and gives all hashes in the object the spelling of STIX 2.1.
pub(super) fn upgrade_common(object: &mut Object, place: &Place<'_>, changes: &mut Changes) {
    object.common_mut().spec_version = Some(SpecVersion::V21);
    object.each_part(&mut |part| {
        if let Part::Hashes(hashes) = part {
            canonicalize(hashes, place, changes);
        }
    });
}

/// Gives hash algorithms their standard names. A name stays as it is if the standard one is taken
/// by another hash.
fn canonicalize(hashes: &mut Vec<(HashAlgorithm, String)>, place: &Place<'_>, changes: &mut Changes) {
    let mut at = 0;
    while at < hashes.len() {
        let (name, hash) = &hashes[at];
        let canonical = name.canonical();
        let taken = hashes.iter().position(|(own, _)| *own == canonical && canonical != *name);
        match taken {
            Some(other) if hashes[other].1.eq_ignore_ascii_case(hash) => {
                let detail = format!("the hash {name} is there as {canonical} too");
                changes.add(ChangeKind::Merged, place, detail);
                hashes.remove(at);
                continue;
            }
            Some(_) => {}
            None => hashes[at].0 = canonical,
        }
        at += 1;
    }
}

/// Turns an observable of STIX 2.0 into one of 2.1, but for its identifier and references.
pub(super) fn upgrade_observable(object: &mut Object, place: &Place<'_>, changes: &mut Changes) {
    upgrade_common(object, place, changes);
    upgrade_extensions(object.common_mut(), place, changes);
    match object {
        Object::Directory(directory) => {
            let Directory { common, ctime, mtime, atime, accessed, custom, .. } = &mut **directory;
            let mut aside = Aside { custom, place, changes };
            aside.rename("created", &mut common.created, ctime);
            aside.rename("modified", &mut common.modified, mtime);
            aside.rename("accessed", accessed, atime);
        }
        Object::EmailMessage(message) => values_to_lists(&mut message.additional_header_fields),
        Object::File(file) => {
            let file: &mut File = file;
            let mut aside = Aside { custom: &mut file.custom, place, changes };
            aside.rename("created", &mut file.common.created, &mut file.ctime);
            aside.rename("modified", &mut file.common.modified, &mut file.mtime);
            aside.rename("accessed", &mut file.accessed, &mut file.atime);
            aside.drop_property("is_encrypted", &mut file.is_encrypted);
            aside.drop_property("encryption_algorithm", &mut file.encryption_algorithm);
            aside.drop_property("decryption_key", &mut file.decryption_key);
        }
        Object::Process(process) => {
            let Process { common, created_time, image_ref, binary_ref, name, arguments, custom, .. } = &mut **process;
            let mut aside = Aside { custom, place, changes };
            aside.rename("created", &mut common.created, created_time);
            aside.rename("binary_ref", binary_ref, image_ref);
            aside.drop_property("name", name);
            if !arguments.is_empty() {
                aside.keep("arguments", &std::mem::take(arguments));
            }
        }
        Object::UserAccount(account) => {
            let UserAccount { password_last_changed, credential_last_changed, custom, .. } = &mut **account;
            let mut aside = Aside { custom, place, changes };
            aside.rename("password_last_changed", password_last_changed, credential_last_changed);
        }
        Object::WindowsRegistryKey(key) => {
            let WindowsRegistryKey { common, modified_time, custom, .. } = &mut **key;
            Aside { custom, place, changes }.rename("modified", &mut common.modified, modified_time);
        }
        _ => {}
    }
    keep_hidden(object, place, changes);
}

fn upgrade_extensions(common: &mut Common, place: &Place<'_>, changes: &mut Changes) {
    let extensions = &mut common.extensions;
    let all = place.property("extensions");
    if let Some(archive) = extensions.get_mut::<ArchiveExt>() {
        let mut aside = Aside { custom: &mut archive.custom, place: &all.property("archive-ext"), changes };
        aside.drop_property("version", &mut archive.version);
    }
    if let Some(socket) = extensions.get_mut::<SocketExt>() {
        let mut aside = Aside { custom: &mut socket.custom, place: &all.property("socket-ext"), changes };
        aside.drop_property("protocol_family", &mut socket.protocol_family);
    }
    if let Some(image) = extensions.get_mut::<RasterImageExt>() {
        let mut aside = Aside { custom: &mut image.custom, place: &all.property("raster-image-ext"), changes };
        aside.drop_property("image_compression_algorithm", &mut image.image_compression_algorithm);
    }
    if let Some(request) = extensions.get_mut::<HttpRequestExt>() {
        values_to_lists(&mut request.request_header);
    }
}

/// Turns the strings in a dictionary of header fields into lists of one.
fn values_to_lists(headers: &mut Properties) {
    if headers.iter().all(|(_, value)| !value.as_json().starts_with('"')) {
        return;
    }
    let mut tree = Tree::from(&*headers);
    for header in tree.as_map().into_iter().flat_map(|headers| headers.iter_mut()) {
        if header.value.as_json().is_some_and(|json| json.starts_with('"')) {
            header.value = Tree::List(vec![header.value.clone()]);
        }
    }
    if let Some(lists) = tree.to_properties() {
        *headers = lists;
    }
}

/// Moves what was set aside under the name of a property that has a value by now: it would not be
/// written.
pub(super) fn keep_hidden(object: &mut Object, place: &Place<'_>, changes: &mut Changes) {
    let hidden: Vec<String> =
        object.custom().names().filter(|name| object.has(name)).map(std::borrow::Cow::into_owned).collect();
    for name in hidden {
        if let Some(value) = object.custom_mut().remove(&name) {
            Aside { custom: object.custom_mut(), place, changes }.keep(&name, &value);
        }
    }
}
