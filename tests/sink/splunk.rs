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

#[test]
#[cfg(feature = "csv")]
fn r13_each_collection_has_a_file_with_values_as_they_are() {
    let own = crate::row::indicator(
        "[process:command_line = '-enc AAAA' OR url:value = 'http://example.org/a,\"b\"' OR ipv4-addr:value = '192.0.2.1' \
         OR domain-name:value = 'a.example' OR file:name = '=cmd()']",
    );
    let mapper = mapper();
    let outcome = mapper.map(&own);
    let files = |neutralizes| {
        let files = splunk::LookupFiles::new(|_| Ok(Vec::new())).unwrap();
        let mut files = files.with_neutralized_formulas(neutralizes);
        outcome.rows.iter().filter_map(Lookup::from_row).for_each(|lookup| files.write(&lookup).unwrap());
        let files = files.finish().unwrap().into_iter();
        files.map(|(own, text)| (own.file_name(), String::from_utf8(text).unwrap())).collect::<Vec<_>>()
    };
    let text = |name: &str, neutralizes| files(neutralizes).into_iter().find(|(own, _)| own == name).unwrap().1;
    assert_eq!(files(false).len(), Collection::ALL.len());
    assert_eq!(
        text("local_process_intel.csv", false),
        "description,process,process_file_name,weight\n,-enc AAAA,,60\n"
    );
    assert_eq!(
        text("local_process_intel.csv", true),
        "description,process,process_file_name,weight\n,'-enc AAAA,,60\n"
    );
    let url = "description,http_referrer,http_user_agent,url,weight\n,,,\"http://example.org/a,%22b%22\",60\n";
    assert_eq!(text("local_http_intel.csv", false), url);
    assert_eq!(text("local_ip_intel.csv", false), "description,ip,weight\n,192.0.2.1,60\n");
    assert_eq!(text("local_domain_intel.csv", false), "description,domain,weight\n,a.example,60\n");
    assert_eq!(text("local_file_intel.csv", false), "description,file_hash,file_name,weight\n,,=cmd(),60\n");
    // A file without rows replaces the one with rows of yesterday.
    assert_eq!(text("local_user_intel.csv", false), "description,user,weight\n");
}

#[test]
#[cfg(feature = "csv")]
fn a_file_that_cannot_be_opened_is_an_error() {
    let open = |collection| match collection {
        Collection::Email => Err(std::io::Error::other("full")),
        _ => Ok(Vec::new()),
    };
    let error = splunk::LookupFiles::new(open).unwrap_err();
    assert_eq!(error.kind(), stixkit::error::ErrorKind::Output);
}

#[test]
fn long_descriptions_are_cut() {
    let row = lookup("file:name = 'a'", json!({"description": "\u{e9}".repeat(3000)})).unwrap().1;
    let description = row["description"].as_str().unwrap();
    assert_eq!((description.len(), description.ends_with('\u{2026}')), (4096 + 3, true));
}
