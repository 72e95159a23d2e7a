//! The types of objects that references may lead to, as a table.

use super::collected::Collected;
use crate::finding::FindingKind;
use crate::id::Identifier;
use crate::kind::{Category, Kind};
use crate::object::property::findings::Version;
use crate::object::property::view::PropertyValue;
use crate::object::{Extension, Object};

/// What a reference may lead to.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// Objects of these types.
    Kinds(&'static [Kind]),
    /// Observables, and types that the standard does not define.
    Observable,
    /// Observables and relationships.
    Observation,
    /// Domain objects and observables: the ends of relationships.
    End,
    /// Domain objects: what can be sighted.
    Domain,
    /// Everything but bundles.
    Any,
}

impl Target {
    fn takes(self, prefix: &str) -> bool {
        let kind = Kind::from_name(prefix);
        let category = kind.map(Kind::category);
        if kind == Some(Kind::Bundle) {
            return false;
        }
        match self {
            Self::Kinds(kinds) => kind.is_some_and(|kind| kinds.contains(&kind)),
            Self::Observable => matches!(category, None | Some(Category::Observable)),
            Self::Observation => matches!(category, None | Some(Category::Observable | Category::Relationship)),
            Self::End => matches!(category, None | Some(Category::Observable | Category::Domain)),
            Self::Domain => matches!(category, None | Some(Category::Domain)),
            Self::Any => true,
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Kinds(kinds) => {
                let names: Vec<_> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
                names.join(" or ")
            }
            Self::Observable => "an observable".to_owned(),
            Self::Observation => "an observable or relationship".to_owned(),
            Self::End => "a domain object or observable".to_owned(),
            Self::Domain => "a domain object".to_owned(),
            Self::Any => "an object other than a bundle".to_owned(),
        }
    }
}

/// A property of a type that is a reference or a list of references, what it takes, and the section.
type Row = (Kind, &'static str, Target, &'static str);

/// The properties of the standard's types.
const TARGETS: &[Row] = {
    use Kind::{
        Artifact, AutonomousSystem, Directory, DomainName, EmailAddr, EmailMessage, File, Grouping, Identity, Ipv4Addr,
        Ipv6Addr, LanguageContent, Location, MacAddr, Malware, MalwareAnalysis, NetworkTraffic, Note, ObservedData,
        Opinion, Process, Relationship, Report, Sighting, Software, UserAccount, WindowsRegistryKey,
    };
    use Target::{Any, Domain, End, Kinds, Observable, Observation};
    const ADDRESSES: Target = Kinds(&[DomainName, Ipv4Addr, Ipv6Addr]);
    const HOSTS: Target = Kinds(&[Ipv4Addr, Ipv6Addr, MacAddr, DomainName]);
    &[
        (Grouping, "object_refs", Any, "4.5"),
        (Malware, "operating_system_refs", Kinds(&[Software]), "4.11"),
        (Malware, "sample_refs", Kinds(&[File, Artifact]), "4.11"),
        (MalwareAnalysis, "host_vm_ref", Kinds(&[Software]), "4.12"),
        (MalwareAnalysis, "operating_system_ref", Kinds(&[Software]), "4.12"),
        (MalwareAnalysis, "installed_software_refs", Kinds(&[Software]), "4.12"),
        (MalwareAnalysis, "analysis_sco_refs", Observable, "4.12"),
        (MalwareAnalysis, "sample_ref", Kinds(&[File, NetworkTraffic, Artifact]), "4.12"),
        (Note, "object_refs", Any, "4.13"),
        (ObservedData, "object_refs", Observation, "4.14"),
        (Opinion, "object_refs", Any, "4.15"),
        (Report, "object_refs", Any, "4.16"),
        (Relationship, "source_ref", End, "5.1"),
        (Relationship, "target_ref", End, "5.1"),
        (Sighting, "sighting_of_ref", Domain, "5.2"),
        (Sighting, "observed_data_refs", Kinds(&[ObservedData]), "5.2"),
        (Sighting, "where_sighted_refs", Kinds(&[Identity, Location]), "5.2"),
        (LanguageContent, "object_ref", Any, "7.1"),
        (Directory, "contains_refs", Kinds(&[File, Directory]), "6.3"),
        (DomainName, "resolves_to_refs", ADDRESSES, "6.4"),
        (EmailAddr, "belongs_to_ref", Kinds(&[UserAccount]), "6.5"),
        (EmailMessage, "from_ref", Kinds(&[EmailAddr]), "6.6"),
        (EmailMessage, "sender_ref", Kinds(&[EmailAddr]), "6.6"),
        (EmailMessage, "to_refs", Kinds(&[EmailAddr]), "6.6"),
        (EmailMessage, "cc_refs", Kinds(&[EmailAddr]), "6.6"),
        (EmailMessage, "bcc_refs", Kinds(&[EmailAddr]), "6.6"),
        (EmailMessage, "raw_email_ref", Kinds(&[Artifact]), "6.6"),
        (File, "parent_directory_ref", Kinds(&[Directory]), "6.7"),
        (File, "contains_refs", Observable, "6.7"),
        (File, "content_ref", Kinds(&[Artifact]), "6.7"),
        (Ipv4Addr, "resolves_to_refs", Kinds(&[MacAddr]), "6.8"),
        (Ipv4Addr, "belongs_to_refs", Kinds(&[AutonomousSystem]), "6.8"),
        (Ipv6Addr, "resolves_to_refs", Kinds(&[MacAddr]), "6.9"),
        (Ipv6Addr, "belongs_to_refs", Kinds(&[AutonomousSystem]), "6.9"),
        (NetworkTraffic, "src_ref", HOSTS, "6.12"),
        (NetworkTraffic, "dst_ref", HOSTS, "6.12"),
        (NetworkTraffic, "src_payload_ref", Kinds(&[Artifact]), "6.12"),
        (NetworkTraffic, "dst_payload_ref", Kinds(&[Artifact]), "6.12"),
        (NetworkTraffic, "encapsulates_refs", Kinds(&[NetworkTraffic]), "6.12"),
        (NetworkTraffic, "encapsulated_by_ref", Kinds(&[NetworkTraffic]), "6.12"),
        (Process, "opened_connection_refs", Kinds(&[NetworkTraffic]), "6.13"),
        (Process, "creator_user_ref", Kinds(&[UserAccount]), "6.13"),
        (Process, "image_ref", Kinds(&[File]), "6.13"),
        (Process, "binary_ref", Kinds(&[File]), "6.13"),
        (Process, "parent_ref", Kinds(&[Process]), "6.13"),
        (Process, "child_refs", Kinds(&[Process]), "6.13"),
        (WindowsRegistryKey, "creator_user_ref", Kinds(&[UserAccount]), "6.17"),
    ]
};

/// Resolves a reference to the name of a type. `None` if it leads nowhere.
pub(super) type Resolve<'r> = &'r dyn Fn(&Identifier) -> Option<&'r str>;

/// Checks the references of the object's type and of its predefined extensions. `at` is the path of
/// the object; `resolve` is for local names in observed data.
pub(super) fn check(
    object: &Object,
    at: &str,
    version: Version,
    resolve: Option<Resolve<'_>>,
    found: &mut Collected<'_>,
) {
    let checker = References { at, resolve };
    if let Some(kind) = object.kind() {
        for (_, name, target, section) in TARGETS.iter().filter(|(own, ..)| *own == kind) {
            if let Some(value) = object.typed_property(name) {
                checker.value(name, value, (*target, section), found);
            }
        }
    }
    for extension in object.common().extensions.predefined() {
        let name = extension.name();
        let mut one = |property: &str, id: &Identifier, target, section| {
            checker.one(id, &format!("extensions.{name}.{property}"), (target, section), found);
        };
        match extension {
            Extension::Archive(archive) => {
                // In STIX 2.0, an archive contains files only.
                let kinds = &[Kind::File, Kind::Directory];
                let target = Target::Kinds(if version == Version::V20 { &kinds[..1] } else { kinds });
                archive.contains_refs.iter().for_each(|id| one("contains_refs", id, target, "6.7.2"));
            }
            Extension::HttpRequest(request) => {
                let body = request.message_body_data_ref.iter();
                body.for_each(|id| one("message_body_data_ref", id, Target::Kinds(&[Kind::Artifact]), "6.12.3"));
            }
            Extension::WindowsService(service) => {
                let libraries = service.service_dll_refs.iter();
                libraries.for_each(|id| one("service_dll_refs", id, Target::Kinds(&[Kind::File]), "6.13.3"));
            }
            _ => {}
        }
    }
    if let Object::EmailMessage(message) = object {
        for (index, part) in message.body_multipart.iter().enumerate() {
            let target = Target::Kinds(&[Kind::Artifact, Kind::File]);
            let path = format!("body_multipart[{index}].body_raw_ref");
            part.body_raw_ref.iter().for_each(|id| checker.one(id, &path, (target, "6.6"), found));
        }
    }
}

/// Checks the common references of an object.
pub(super) fn check_common(object: &Object, found: &mut Collected<'_>) {
    const MARKING: (Target, &str) = (Target::Kinds(&[Kind::MarkingDefinition]), "7.2.2");
    let checker = References { at: "", resolve: None };
    let common = object.common();
    if let Some(id) = &common.created_by_ref {
        checker.one(id, "created_by_ref", (Target::Kinds(&[Kind::Identity]), "3.2"), found);
    }
    for (index, id) in common.object_marking_refs.iter().enumerate() {
        checker.element(id, "object_marking_refs", index, MARKING, found);
    }
    for (index, marking) in common.granular_markings.iter().enumerate() {
        let Some(id) = &marking.marking_ref else { continue };
        if !MARKING.0.takes(id.prefix().unwrap_or("marking-definition")) {
            checker.one(id, &format!("granular_markings[{index}].marking_ref"), (MARKING.0, "7.2.3"), found);
        }
    }
}

struct References<'a, 'r> {
    at: &'a str,
    resolve: Option<Resolve<'r>>,
}

impl References<'_, '_> {
    fn value(&self, name: &str, value: PropertyValue<'_>, rule: (Target, &'static str), found: &mut Collected<'_>) {
        match value {
            PropertyValue::Id(id) => self.one(id, name, rule, found),
            PropertyValue::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    if let PropertyValue::Id(id) = item {
                        self.element(id, name, index, rule, found);
                    }
                }
            }
            _ => {}
        }
    }

    fn element(
        &self,
        id: &Identifier,
        name: &str,
        index: usize,
        rule: (Target, &'static str),
        found: &mut Collected<'_>,
    ) {
        if let Some((kind, message)) = self.problem(id, rule.0) {
            found.add_in(rule.1, kind, format!("{}.{name}[{index}]", self.at), message);
        }
    }

    fn one(&self, id: &Identifier, path: &str, rule: (Target, &'static str), found: &mut Collected<'_>) {
        if let Some((kind, message)) = self.problem(id, rule.0) {
            found.add_in(rule.1, kind, format!("{}.{path}", self.at), message);
        }
    }

    fn problem(&self, id: &Identifier, target: Target) -> Option<(FindingKind, String)> {
        // An identifier without a prefix is a local name, or is found for its form.
        let prefix = match (id.prefix(), self.resolve) {
            (Some(prefix), _) => prefix,
            (None, None) => return None,
            (None, Some(resolve)) => match resolve(id) {
                Some(type_name) => type_name,
                None => {
                    let message = format!("No object of this observed data has the name {id}: add it, or remove this.");
                    return Some((FindingKind::LocalReference, message));
                }
            },
        };
        if target.takes(prefix) {
            return None;
        }
        let message = format!("The reference leads to `{prefix}`: refer to {}.", target.describe());
        Some((FindingKind::ReferenceTarget, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::property::definition::Shape;

    #[test]
    fn every_reference_of_the_property_lists_has_a_row() {
        for kind in Kind::ALL {
            for definition in kind.definitions() {
                let is_reference = match definition.shape {
                    Shape::Id => true,
                    Shape::List(element) => matches!(element, Shape::Id),
                    _ => false,
                };
                let has_row = TARGETS.iter().any(|(own, name, ..)| own == kind && *name == definition.name);
                assert_eq!(is_reference, has_row, "{kind} {}", definition.name);
            }
        }
    }
}
