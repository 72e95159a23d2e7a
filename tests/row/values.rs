//! Normal forms and kinds of values.

use stixkit::row::{Direction, ValueKind};

use super::row;

/// Key, value, normal form, kind, and whether the form is right.
#[track_caller]
fn value(test: &str, key: &str, norm: &str, kind: ValueKind, well_formed: bool) -> String {
    let observable = row(&format!("[{test}]")).observable.unwrap();
    assert_eq!((&*observable.key, &*observable.norm), (key, norm), "{test}");
    assert_eq!((observable.kind, observable.well_formed), (kind, well_formed), "{test}");
    assert_eq!(observable.object_type, key.split(':').next().unwrap());
    observable.value.into_owned()
}

#[test]
fn hash_names_have_one_spelling() {
    let hash = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
    for name in ["'SHA-256'", "SHA256", "sha256", "'sha-256'", "sha_256", "'SHA 256'"] {
        let test = format!("file:hashes.{name} = '{hash}'");
        let key = "file:hashes.'SHA-256'";
        let value = value(&test, key, &hash.to_lowercase(), ValueKind::Hash, true);
        assert_eq!(value, hash);
    }
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    for name in ["MD5", "'MD5'", "md5"] {
        value(&format!("file:hashes.{name} = '{md5}'"), "file:hashes.MD5", md5, ValueKind::Hash, true);
    }
    value(&format!("file:hashes.imphash = '{md5}'"), "file:hashes.IMPHASH", md5, ValueKind::Hash, true);
    value(&format!("file:hashes.x_own = '{md5}'"), "file:hashes.x_own", md5, ValueKind::Hash, true);
    value(&format!("file:hashes.'SHA-1' = '{md5}'"), "file:hashes.'SHA-1'", md5, ValueKind::Hash, false);
}

#[test]
fn numbers_in_strings() {
    value("network-traffic:dst_port = '8443'", "network-traffic:dst_port", "8443", ValueKind::Port, true);
    value("file:size = '1234'", "file:size", "1234", ValueKind::Number, true);
    value("autonomous-system:number = '174'", "autonomous-system:number", "174", ValueKind::Asn, true);
    value("autonomous-system:number = 'AS174'", "autonomous-system:number", "174", ValueKind::Asn, true);
    value("network-traffic:dst_port = 8443", "network-traffic:dst_port", "8443", ValueKind::Port, true);
    value("network-traffic:dst_port = 'https'", "network-traffic:dst_port", "https", ValueKind::Text, false);
}

#[test]
fn addresses() {
    let value4 = |text: &str, norm, kind, well_formed| {
        value(&format!("ipv4-addr:value = '{text}'"), "ipv4-addr:value", norm, kind, well_formed);
    };
    value4("192.0.2.1", "192.0.2.1", ValueKind::Ipv4, true);
    value4("192.0.2.1/32", "192.0.2.1", ValueKind::Ipv4, true);
    value4("192.0.2.9/24", "192.0.2.0/24", ValueKind::Cidr, true);
    value4("2001:DB8::1", "2001:db8::1", ValueKind::Ipv6, false);
    value4("192.0.2.999", "192.0.2.999", ValueKind::Text, false);
    let value6 = |text: &str, norm, kind| {
        value(&format!("ipv6-addr:value = '{text}'"), "ipv6-addr:value", norm, kind, true);
    };
    value6("2001:0DB8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1", ValueKind::Ipv6);
    value6("2001:DB8::/32", "2001:db8::/32", ValueKind::Cidr);
    value6("2001:DB8::1/128", "2001:db8::1", ValueKind::Ipv6);
}

#[test]
fn names_and_urls() {
    let text = value(
        "domain-name:value = 'WWW.Example.ORG.'",
        "domain-name:value",
        "www.example.org",
        ValueKind::Domain,
        true,
    );
    assert_eq!(text, "WWW.Example.ORG.");
    value("domain-name:value = '192.0.2.1'", "domain-name:value", "192.0.2.1", ValueKind::Domain, false);
    let url = "HTTP://Example.org/A%20b?C=D";
    let norm = "http://example.org/A%20b?C=D";
    value(&format!("url:value = '{url}'"), "url:value", norm, ValueKind::Url, true);
    value("email-addr:value = 'Ab@Example.ORG'", "email-addr:value", "Ab@example.org", ValueKind::Email, true);
    value("mac-addr:value = '00-00-5E-00-53-01'", "mac-addr:value", "00:00:5e:00:53:01", ValueKind::Mac, true);
}

#[test]
fn literals_are_decoded_once() {
    let text = value(r"file:name = 'C:\\new \'x\''", "file:name", r"C:\new 'x'", ValueKind::Name, true);
    assert_eq!(text, r"C:\new 'x'");
    value(r"url:value = 'http://a/\\\\b'", "url:value", "http://a///b", ValueKind::Url, true);
}

#[test]
fn directions() {
    let direction = |test: &str| row(&format!("[{test}]")).observable.unwrap().direction;
    assert_eq!(direction("network-traffic:src_ref.value = '192.0.2.1'"), Some(Direction::Src));
    assert_eq!(direction("network-traffic:dst_port = 22"), Some(Direction::Dst));
    assert_eq!(direction("email-message:from_ref.value = 'a@example.org'"), Some(Direction::Src));
    assert_eq!(direction("email-message:to_refs[*].value = 'a@example.org'"), Some(Direction::Dst));
    assert_eq!(direction("ipv4-addr:value = '192.0.2.1'"), None);
}
