//! The values of observables and of their predefined extensions.

use super::collected::Collected;
use super::finding::Finding;
use super::forms;
use super::language;
use crate::finding::FindingKind;
use crate::json::Properties;
use crate::object::property::findings::Version;
use crate::object::property::view::PropertyValue;
use crate::object::{Extension, Hashes, Object};

/// Checks an observable. `at` is its path, which is empty unless it is in observed data.
pub(super) fn check(object: &Object, at: &str, version: Version, found: &mut Collected<'_>) {
    let mut values = Values { at, version, found };
    values.own(object);
    for extension in object.common().extensions.predefined() {
        values.extension(extension);
    }
}

/// Checks the hashes of one property.
pub(super) fn check_hashes(hashes: &Hashes, path: &str, found: &mut Collected<'_>) {
    for (algorithm, hash) in hashes.iter() {
        let name = algorithm.as_str();
        if !forms::is_hash_name(name) {
            let message =
                "The name of a hash algorithm has 3 to 250 letters, digits, hyphens and underscores: rename it.";
            found.add_in("2.7", FindingKind::DictionaryKey, format!("{path}.{name}"), message);
        }
        if !forms::has_hash_characters(name, hash) {
            let message = format!("This is not a hash by {name}: it has other characters.");
            found.add(FindingKind::HashLength, format!("{path}.{name}"), message);
        }
        let Some(digits) = forms::hash_digits(name) else { continue };
        if hash.len() != digits || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let message = format!("{name} has {digits} hexadecimal digits: write all of them.");
            found.add(FindingKind::HashLength, format!("{path}.{name}"), message);
        }
    }
}

struct Values<'a, 'f, 'p> {
    at: &'a str,
    version: Version,
    found: &'f mut Collected<'p>,
}

impl Values<'_, '_, '_> {
    fn path(&self, path: &str) -> String {
        format!("{}.{path}", self.at)
    }

    fn form(&mut self, is_good: bool, path: &str, section: &'static str, message: &str) {
        if !is_good {
            self.found.add_in(section, FindingKind::ValueForm, self.path(path), message);
        }
    }

    fn own(&mut self, object: &Object) {
        match object {
            Object::Artifact(artifact) => {
                let payload = artifact.payload_bin.as_deref();
                let is_base64 = payload.is_none_or(forms::is_base64);
                self.form(is_base64, "payload_bin", "6.1", "This is not Base64: encode the bytes by RFC 4648.");
                self.media_type(artifact.mime_type.as_deref(), "mime_type");
                self.url(artifact.url.as_deref(), "url", "6.1");
                self.hashes(&artifact.hashes, "hashes");
            }
            Object::Directory(directory) => self.charset(directory.path_enc.as_deref(), "path_enc", "6.3"),
            Object::DomainName(domain) => {
                let message = "This is not a domain name: write one by RFC 1034 or RFC 5890.";
                self.form(forms::is_domain(&domain.value), "value", "6.4", message);
            }
            Object::EmailAddr(address) => {
                let message = "This is not an address of RFC 5322: put a name into `display_name`.";
                self.form(forms::is_email(&address.value), "value", "6.5", message);
            }
            Object::EmailMessage(message) => {
                self.dictionary(&message.additional_header_fields, "additional_header_fields");
                self.header_lists(&message.additional_header_fields, "additional_header_fields", "6.6");
            }
            Object::File(file) => {
                self.hashes(&file.hashes, "hashes");
                self.charset(file.name_enc.as_deref(), "name_enc", "6.7");
                self.hex(file.magic_number_hex.as_deref(), "magic_number_hex");
                self.media_type(file.mime_type.as_deref(), "mime_type");
            }
            Object::Ipv4Addr(address) => {
                let message = "This is not an IPv4 address or network: write it as 198.51.100.7 or 198.51.100.0/24.";
                self.form(forms::is_ipv4(&address.value), "value", "6.8", message);
            }
            Object::Ipv6Addr(address) => {
                let message = "This is not an IPv6 address or network: write it as 2001:db8::1 or 2001:db8::/32.";
                self.form(forms::is_ipv6(&address.value), "value", "6.9", message);
            }
            Object::MacAddr(address) => self.mac(&address.value),
            Object::NetworkTraffic(traffic) => {
                self.dictionary(&traffic.ipfix, "ipfix");
                let has_ports = traffic.protocols.iter().any(|protocol| matches!(protocol.as_str(), "tcp" | "udp"));
                if has_ports && (traffic.src_port.is_none() || traffic.dst_port.is_none()) {
                    let message = "Traffic over TCP or UDP has ports: add `src_port` and `dst_port` if they are known.";
                    self.found.add(FindingKind::Ports, self.at, message);
                }
            }
            Object::Process(process) => self.dictionary(&process.environment_variables, "environment_variables"),
            Object::Software(software) => {
                let is_cpe = software.cpe.as_deref().is_none_or(forms::is_cpe);
                self.form(is_cpe, "cpe", "6.14", "This is not a name of CPE 2.3: write cpe:2.3: and eleven parts.");
                // STIX 2.0 takes the codes with three letters, too.
                let is_bad = |tag: &str| self.version != Version::V20 || !language::is_well_formed(tag);
                for (index, tag) in software.languages.iter().enumerate().filter(|(_, tag)| is_bad(tag)) {
                    check_language(tag, &self.path(&format!("languages[{index}]")), "6.14", self.found);
                }
            }
            Object::Url(url) => self.url(Some(&url.value), "value", "6.15"),
            Object::WindowsRegistryKey(key) => {
                if let Some(full) = key.key.as_deref().and_then(forms::full_hive) {
                    let message = "The hive of a registry key must not be abbreviated: write its full name.";
                    self.found.suggest(FindingKind::RegistryHive, self.path("key"), message, Some(full));
                }
            }
            Object::X509Certificate(certificate) => self.hashes(&certificate.hashes, "hashes"),
            _ => {}
        }
    }

    fn extension(&mut self, extension: &Extension) {
        let name = extension.name();
        let path = |property: &str| format!("extensions.{name}.{property}");
        match extension {
            Extension::HttpRequest(request) => {
                self.dictionary(&request.request_header, &path("request_header"));
                self.header_lists(&request.request_header, &path("request_header"), "6.12.3");
            }
            Extension::Icmp(icmp) => {
                self.hex(Some(&icmp.icmp_type_hex), &path("icmp_type_hex"));
                self.hex(Some(&icmp.icmp_code_hex), &path("icmp_code_hex"));
            }
            Extension::Ntfs(ntfs) => {
                for (index, stream) in ntfs.alternate_data_streams.iter().enumerate() {
                    self.hashes(&stream.hashes, &path(&format!("alternate_data_streams[{index}].hashes")));
                }
            }
            Extension::Pdf(pdf) => self.pdf_keys(&pdf.document_info_dict, &path("document_info_dict")),
            Extension::RasterImage(image) => self.dictionary(&image.exif_tags, &path("exif_tags")),
            Extension::Socket(socket) => self.socket_options(&socket.options, &path("options")),
            Extension::Tcp(tcp) => {
                self.hex(tcp.src_flags_hex.as_deref(), &path("src_flags_hex"));
                self.hex(tcp.dst_flags_hex.as_deref(), &path("dst_flags_hex"));
            }
            Extension::WindowsPebinary(binary) => {
                self.hex(binary.machine_hex.as_deref(), &path("machine_hex"));
                self.hex(binary.pointer_to_symbol_table_hex.as_deref(), &path("pointer_to_symbol_table_hex"));
                self.hex(binary.characteristics_hex.as_deref(), &path("characteristics_hex"));
                self.hashes(&binary.file_header_hashes, &path("file_header_hashes"));
                if let Some(header) = &binary.optional_header {
                    let path = |property: &str| path(&format!("optional_header.{property}"));
                    self.hex(header.magic_hex.as_deref(), &path("magic_hex"));
                    self.hex(header.win32_version_value_hex.as_deref(), &path("win32_version_value_hex"));
                    self.hex(header.checksum_hex.as_deref(), &path("checksum_hex"));
                    self.hex(header.subsystem_hex.as_deref(), &path("subsystem_hex"));
                    self.hex(header.dll_characteristics_hex.as_deref(), &path("dll_characteristics_hex"));
                    self.hex(header.loader_flags_hex.as_deref(), &path("loader_flags_hex"));
                    self.hashes(&header.hashes, &path("hashes"));
                }
                for (index, section) in binary.sections.iter().enumerate() {
                    self.hashes(&section.hashes, &path(&format!("sections[{index}].hashes")));
                }
            }
            Extension::WindowsProcess(process) => {
                self.dictionary(&process.startup_info, &path("startup_info"));
                if process.priority.as_deref().is_some_and(|priority| !priority.ends_with("_CLASS")) {
                    let message = "The priority of a process ends with `_CLASS`: write it as in HIGH_PRIORITY_CLASS.";
                    self.found.add(FindingKind::ProcessPriority, self.path(&path("priority")), message);
                }
            }
            _ => {}
        }
    }

    fn mac(&mut self, value: &str) {
        if !forms::is_mac(value) {
            let normal = value.to_ascii_lowercase().replace('-', ":");
            let suggestion = forms::is_mac(&normal).then_some(normal);
            let message = "This is not a MAC address in lower case with colons: write it as d2:fb:49:24:37:18.";
            self.found.suggest(FindingKind::ValueForm, self.path("value"), message, suggestion);
        }
    }

    fn hashes(&mut self, hashes: &Hashes, path: &str) {
        if !hashes.is_empty() {
            check_hashes(hashes, &self.path(path), self.found);
        }
    }

    fn hex(&mut self, value: Option<&str>, path: &str) {
        if value.is_some_and(|value| !forms::is_hex(value)) {
            let message = "A hexadecimal value has two digits for each byte: add the leading zero, leave out `0x`.";
            self.found.add(FindingKind::Hex, self.path(path), message);
        }
    }

    fn url(&mut self, value: Option<&str>, path: &str, section: &'static str) {
        if value.is_some_and(|value| !forms::is_url(value)) {
            let message = "This is not a URL of RFC 3986: write the scheme, and percent-encode other characters.";
            self.found.add_in(section, FindingKind::Url, self.path(path), message);
        }
    }

    fn charset(&mut self, value: Option<&str>, path: &str, section: &'static str) {
        let message = "This cannot be the name of a character set: use a name that IANA registered.";
        self.form(value.is_none_or(forms::is_charset), path, section, message);
    }

    fn media_type(&mut self, value: Option<&str>, path: &str) {
        if value.is_some_and(|value| !forms::is_media_type(value)) {
            let message = "This is not a registered media type: use one of IANA's list, as in application/pdf.";
            self.found.add(FindingKind::MediaType, self.path(path), message);
        }
    }

    /// Checks the keys of a dictionary.
    fn dictionary(&mut self, dictionary: &Properties, path: &str) {
        for name in dictionary.names() {
            if self.found.is_full() {
                return;
            }
            if !forms::is_key(&name) {
                let message = "A key has 1 to 250 letters, digits, hyphens and underscores: rename it.";
                self.found.add(FindingKind::DictionaryKey, self.path(&format!("{path}.{name}")), message);
            } else if path == "environment_variables" && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                let message = "Keys of dictionaries should be in lower case, unless case has a meaning.";
                self.found.add(FindingKind::DictionaryKeyCase, self.path(&format!("{path}.{name}")), message);
            }
        }
    }

    /// Checks that the values of headers are lists of strings, which is so since STIX 2.1.
    fn header_lists(&mut self, headers: &Properties, path: &str, section: &'static str) {
        for (name, value) in headers.iter() {
            if self.found.is_full() {
                return;
            }
            let is_text = |item: PropertyValue<'_>| item.as_str().is_some();
            let is_list = matches!(value.view(), PropertyValue::List(list) if list.iter().all(is_text));
            if self.version == Version::V21 && !is_list {
                let message = "The value of a header is a list of strings: put it in brackets.";
                let path = self.path(&format!("{path}.{name}"));
                self.found.add_in(section, FindingKind::HeaderList, path, message);
            }
            if name.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("x-")) {
                let message = "RFC 6648 deprecates header names with `X-`, and IANA's list has none: check the name.";
                self.found.add_in(section, FindingKind::HeaderName, self.path(&format!("{path}.{name}")), message);
            }
        }
    }

    fn pdf_keys(&mut self, keys: &Properties, path: &str) {
        const KEYS: &[&str] =
            &["Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate", "Trapped"];
        for name in keys.names().filter(|name| !KEYS.contains(&name.as_ref())) {
            if self.found.is_full() {
                return;
            }
            let suggestion = KEYS.iter().find(|key| key.eq_ignore_ascii_case(&name)).map(|key| (*key).to_owned());
            let message = format!("The PDF standard has no key `{name}` here: use one of {}.", KEYS.join(", "));
            self.found.suggest(FindingKind::PdfKey, self.path(&format!("{path}.{name}")), message, suggestion);
        }
    }

    fn socket_options(&mut self, options: &Properties, path: &str) {
        const PREFIXES: &[&str] =
            &["SO_", "ICMP_", "ICMP6_", "IP_", "IPV6_", "MCAST_", "TCP_", "UDP_", "SCTP_", "IRLMP_"];
        let is_known = |name: &str| PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        for name in options.names().filter(|name| !is_known(name)) {
            if self.found.is_full() {
                return;
            }
            let message = "Names of socket options have a prefix: write them as in SO_ACCEPTCONN.";
            self.found.add(FindingKind::SocketOption, self.path(&format!("{path}.{name}")), message);
        }
    }
}

/// Checks a language tag.
pub(super) fn check_language(tag: &str, path: &str, section: &'static str, found: &mut Collected<'_>) {
    if language::is_tag(tag) {
        return;
    }
    let suggestion = language::shorter(tag).filter(|tag| language::is_tag(tag));
    let message = "This is not a language tag of RFC 5646: write it as in `en` or `de-AT`.";
    let mut finding = Finding::new(FindingKind::Language, path, message);
    finding.section = section;
    finding.suggestion = suggestion;
    found.push(finding);
}
