//! Servers that a domain names in DNS, in records of type SRV.
//!
//! The crate does not perform DNS lookups: the usual resolver would add 29 crates to the 110 that
//! the feature `reqwest` has. It returns the name to look up, and sorts the records into the order
//! in which the servers should be tried (TAXII 2.1 section 2.2, RFC 2782). Use any resolver in
//! between.
//!
//! ```
//! use stixkit::taxii::{Version, srv};
//!
//! assert_eq!(srv::name("example.com", Version::V21), "_taxii2._tcp.example.com.");
//! // What a resolver gives for it.
//! let records = vec![
//!     srv::Record { priority: 20, weight: 0, port: 443, target: "spare.example.com.".into() },
//!     srv::Record { priority: 10, weight: 0, port: 8443, target: "taxii.example.com.".into() },
//! ];
//! let urls = srv::urls(records, Version::V21, 0);
//! assert_eq!(urls[0].as_str(), "https://taxii.example.com:8443/taxii2/");
//! assert_eq!(urls[1].as_str(), "https://spare.example.com/taxii2/");
//! ```
//!
//! A program that resolves names already does it with its own resolver, for example with
//! `hickory_resolver`:
//!
//! ```ignore
//! let lookup = resolver.srv_lookup(srv::name("example.com", Version::V21)).await?;
//! let records = lookup.iter().map(|it| srv::Record {
//!     priority: it.priority(), weight: it.weight(), port: it.port(), target: it.target().to_string(),
//! });
//! for url in srv::urls(records.collect(), Version::V21, seed) {
//!     // Client::over_http(url.as_str(), …), until one answers.
//! }
//! ```
//!
//! Without a resolver, `dig +short SRV _taxii2._tcp.example.com` prints the same four fields, and
//! the URL that follows from them is the one to configure.
//!
//! DNS answers are mostly not authenticated, so a record may point anywhere: TLS proves that the
//! server is the target, and not that the target belongs to the domain. Only send
//! [`Credentials`](super::Credentials) to known hosts.

use url::{Host, Url};

use super::address;
use super::retry::Chance;
use super::version::Version;

/// A record of type SRV.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "RFC 2782 has these four")]
pub struct Record {
    /// Records with a lower priority are tried before those with a higher one.
    pub priority: u16,
    /// The share of tries in which the record is the first among those of its priority.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host's name, with or without a dot at its end. A dot alone means that there is no such
    /// service.
    pub target: String,
}

/// Returns the name whose records list the servers of a domain.
pub fn name(domain: &str, version: Version) -> String {
    let service = match version {
        Version::V21 => "_taxii2",
        Version::V20 => "_taxii",
    };
    format!("{service}._tcp.{}.", domain.trim_end_matches('.'))
}

/// Returns the URLs of discovery at the servers that records name, in the order in which to try
/// them. The seed decides between records of one priority; programs should use different seeds.
///
/// Records whose target is not a host name are left out. The list is empty if the domain has no
/// such service.
pub fn urls(mut records: Vec<Record>, version: Version, seed: u64) -> Vec<Url> {
    let mut chance = Chance::new(seed);
    // Records without a weight come first, so that they are chosen only if 0 is drawn: RFC 2782.
    records.sort_by_key(|record| (record.priority, record.weight));
    let mut urls = Vec::with_capacity(records.len());
    while let Some(first) = records.first() {
        let same = records.iter().take_while(|record| record.priority == first.priority).count();
        let total: u64 = records[..same].iter().map(|record| u64::from(record.weight)).sum();
        let drawn = chance.up_to(total);
        let mut sum = 0;
        let reaches = |record: &Record| {
            sum += u64::from(record.weight);
            sum >= drawn
        };
        let chosen = records[..same].iter().position(reaches).unwrap_or(0);
        urls.extend(url(&records.remove(chosen), version));
    }
    urls
}

fn url(record: &Record, version: Version) -> Option<Url> {
    let target = record.target.strip_suffix('.').unwrap_or(&record.target);
    let host = Host::parse(target).ok().filter(|host| matches!(host, Host::Domain(_)))?;
    let server = Url::parse(&format!("https://{host}:{}/", record.port)).ok()?;
    Some(address::discovery(&server, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(priority: u16, weight: u16, target: &str) -> Record {
        Record { priority, weight, port: 443, target: target.to_owned() }
    }

    fn order(records: &[Record], seed: u64) -> Vec<String> {
        let urls = urls(records.to_vec(), Version::V21, seed);
        urls.iter().map(|url| url.host_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn names_are_those_of_each_version() {
        assert_eq!(name("example.com.", Version::V21), "_taxii2._tcp.example.com.");
        assert_eq!(name("example.com", Version::V20), "_taxii._tcp.example.com.");
    }

    #[test]
    fn priority_goes_before_weight() {
        let records = [record(20, 65535, "c.example."), record(10, 0, "a.example."), record(15, 1, "b.example")];
        for seed in 0..20 {
            assert_eq!(order(&records, seed), ["a.example", "b.example", "c.example"]);
        }
    }

    #[test]
    fn weight_is_the_share_of_being_first() {
        let records = [record(1, 0, "none.example"), record(1, 10, "some.example"), record(1, 30, "most.example")];
        let mut firsts = [0, 0, 0];
        for seed in 0..4000 {
            let order = order(&records, seed * 7919);
            assert_eq!(order.len(), 3);
            firsts[records.iter().position(|record| record.target == order[0]).unwrap()] += 1;
        }
        let [none, some, most] = firsts;
        // Drawn are the whole numbers from 0 to 40: one of them is for what has no weight.
        assert!((40..200).contains(&none), "{firsts:?}");
        assert!((800..1200).contains(&some) && (2700..3200).contains(&most), "{firsts:?}");
    }

    #[test]
    fn what_is_no_host_is_left_out() {
        assert!(order(&[record(0, 0, ".")], 0).is_empty(), "there is no such service");
        for target in ["", "10.0.0.1", "a b.example", "user@a.example", "a.example/path", "a.example:1"] {
            assert!(order(&[record(0, 0, target)], 0).is_empty(), "{target}");
        }
        assert!(order(&[], 0).is_empty());
    }
}
