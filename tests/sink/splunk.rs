//! Lookups of Splunk Enterprise Security.

use std::collections::HashSet;

use serde_json::json;
use stixkit::row::{Row, SplitMode};
use stixkit::sink::splunk::{self, Collection, Lookup};
use stixkit::table::Record;

use super::documents::lookup;
use crate::golden::{assert_golden, json as text};
use crate::row::mapper;

#[test]
fn golden_splunk() {
    let line = |row: &Row<'_>| {
        let lookup = Lookup::from_row(row)?;
        Some(format!(r#"{{"collection":"{}","row":{}}}"#, lookup.collection(), text(&lookup)))
    };
    assert_golden("splunk.jsonl", SplitMode::Split, |_, outcome| outcome.rows.iter().filter_map(line).collect());
}

#[test]
fn wildcards_make_no_lookup() {
    for test in ["file:name = '*'", "url:value = 'http://example.org/*'", "domain-name:value = '*.example.org'"] {
        assert_eq!(lookup(test, json!({})), None, "{test}");
    }
    assert_eq!(lookup("file:name = ''", json!({})), None);
}

#[test]
fn bare_observables_make_no_lookup() {
    let object =
        json!({"type": "ipv4-addr", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "value": "192.0.2.1"});
    let (object, mapper) = (serde_json::from_value(object).unwrap(), mapper());
    assert_eq!(Lookup::from_row(&mapper.map_observable(&object).unwrap().rows[0]), None);
}

/// The headers that Splunk documents for the local lookup files.
#[test]
fn lookups_have_the_columns_that_splunk_names() {
    fn header<R: Record>() -> String {
        R::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
    }
    assert_eq!(header::<splunk::IpIntel<'_>>(), "description,ip,weight");
    assert_eq!(header::<splunk::DomainIntel<'_>>(), "description,domain,weight");
    assert_eq!(header::<splunk::FileIntel<'_>>(), "description,file_hash,file_name,weight");
    assert_eq!(header::<splunk::EmailIntel<'_>>(), "description,src_user,subject,weight");
    assert_eq!(header::<splunk::HttpIntel<'_>>(), "description,http_referrer,http_user_agent,url,weight");
    let registry = "description,registry_path,registry_value_name,registry_value_text,weight";
    assert_eq!(header::<splunk::RegistryIntel<'_>>(), registry);
    assert_eq!(header::<splunk::ProcessIntel<'_>>(), "description,process,process_file_name,weight");
    assert_eq!(header::<splunk::UserIntel<'_>>(), "description,user,weight");
    let certificate = "certificate_issuer,certificate_subject,certificate_issuer_organization,\
        certificate_subject_organization,certificate_serial,certificate_issuer_unit,certificate_subject_unit,\
        description,weight";
    assert_eq!(header::<splunk::CertificateIntel<'_>>(), certificate);
    let files: HashSet<_> = Collection::ALL.into_iter().map(Collection::lookup).collect();
    assert_eq!(files.len(), Collection::ALL.len());
}
