//! Made-up indicators and log events for the benches and examples of matching.
//!
//! The same numbers give the same text on every platform. Nothing is taken from a real source: names are random
//! syllables, hashes random digits.
//!
//! Of the indicators, 45 % are hashes, 25 % domains, 15 % IPv4 addresses, 3 % networks, 10 % URLs and 2 % patterns of
//! more than one value or with `LIKE` and `MATCHES`. Of the events, 40 % are connections, 25 % DNS queries and 15 % HTTP
//! requests as Zeek logs them, and 20 % starts of processes as Sysmon logs them, 1.2 kB each. One in a thousand hits.

use std::fmt::Write as _;

/// A generator of random numbers (xorshift64*).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() >> 11) as usize % end.max(1)
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.next());
        }
        text.truncate(digits);
        text
    }

    /// Syllables.
    pub(crate) fn word(&mut self, least: usize, most: usize) -> String {
        let length = least + self.below(most - least + 1);
        let mut letter = |letters: &[u8]| char::from(*self.pick(letters));
        (0..length).map(|at| letter(if at % 2 == 1 { b"aeiou" } else { b"bcdfghjklmnprstvwz" })).collect()
    }

    pub(crate) fn domain(&mut self) -> String {
        const SUFFIXES: &[&str] = &["com", "net", "org", "info", "xyz", "ru", "top", "co.uk", "com.br", "io"];
        let labels: String = (0..1 + self.below(3)).map(|_| self.word(7, 13) + ".").collect();
        labels + *self.pick(SUFFIXES)
    }

    pub(crate) fn address(&mut self) -> String {
        let [_, _, _, _, a, b, c, d] = self.next().to_be_bytes();
        format!("{}.{b}.{c}.{d}", 11 + a % 200)
    }

    pub(crate) fn url(&mut self) -> String {
        let mut url = format!("http://{}/", self.domain());
        for _ in 0..1 + self.below(4) {
            url += &self.word(3, 9);
            url.push('/');
        }
        url + &self.word(3, 8) + ".php"
    }

    /// A place in a list of which the first are more common.
    fn common(&mut self, end: usize) -> usize {
        self.below(end) * self.below(end) / end.max(1)
    }
}

/// The pattern of an indicator by its number.
pub(crate) fn pattern(number: usize) -> String {
    let random = &mut Random::new(number as u64 + 1);
    random.next();
    match random.below(1000) {
        0..450 => {
            let (name, digits) = *random.pick(&[("MD5", 32), ("'SHA-1'", 40), ("'SHA-256'", 64)]);
            format!("[file:hashes.{name} = '{}']", random.hex(digits))
        }
        450..700 => format!("[domain-name:value = '{}']", random.domain()),
        700..850 => format!("[ipv4-addr:value = '{}']", random.address()),
        850..880 => {
            let prefix = 20 + random.below(8);
            format!("[ipv4-addr:value ISSUBSET '{}/{prefix}']", random.address())
        }
        880..980 => format!("[url:value = '{}']", random.url()),
        _ => match random.below(10) {
            0..4 => format!("[file:name = '{}.exe' AND file:size = {}]", random.word(6, 10), random.below(1_000_000)),
            4..7 => format!("[domain-name:value = '{}' OR ipv4-addr:value = '{}']", random.domain(), random.address()),
            7..9 => format!("[file:name LIKE '%{}%.exe']", random.word(7, 11)),
            _ => format!("[url:value MATCHES '^https?://[a-z]+\\\\.{}\\\\.(com|net)/']", random.word(7, 11)),
        },
    }
}

/// The program that logged an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Log {
    Connection,
    Dns,
    Http,
    Sysmon,
}

/// An event as the fields in it that matter.
#[derive(Clone, Debug)]
pub(crate) struct LogEvent {
    pub(crate) log: Log,
    pub(crate) number: usize,
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// Values that events have again and again, as real traffic does, and some of the indicators.
#[derive(Debug)]
pub(crate) struct Population {
    domains: Vec<String>,
    addresses: Vec<String>,
    hashes: Vec<[String; 3]>,
    bad: [Vec<String>; 4],
}

impl Population {
    /// With values of indicators whose numbers are below this one.
    pub(crate) fn new(indicators: usize) -> Self {
        let random = &mut Random::new(77);
        let domains = (0..50_000).map(|_| format!("{}.{}", random.word(2, 6), random.domain())).collect();
        let addresses = (0..100_000).map(|_| random.address()).collect();
        let hashes = (0..20_000).map(|_| [random.hex(32), random.hex(40), random.hex(64)]).collect();
        let mut bad: [Vec<String>; 4] = Default::default();
        for number in (0..indicators).step_by((indicators / 10_000).max(1)) {
            let pattern = pattern(number);
            let kinds = ["[ipv4-addr:value = '", "[domain-name:value = '", "[url:value = '", "[file:hashes."];
            let Some(kind) = kinds.iter().position(|kind| pattern.starts_with(kind)) else { continue };
            let value = pattern.rsplit_once(" = '").and_then(|(_, value)| value.strip_suffix("']"));
            bad[kind].extend(value.filter(|_| !pattern.contains(" OR ")).map(str::to_owned));
        }
        Self { domains, addresses, hashes, bad }
    }

    /// An event by its number.
    pub(crate) fn event(&self, number: usize) -> LogEvent {
        let random = &mut Random::new(number as u64 + 0x5eed);
        random.next();
        let is_bad = number % 1000 == 500;
        let bad = |random: &mut Random, kind: usize| {
            let list = &self.bad[kind];
            if is_bad && !list.is_empty() { Some(random.pick(list).clone()) } else { None }
        };
        let source = format!("10.{}.{}.{}", random.below(4), random.below(256), random.below(256));
        let address = self.addresses[random.common(self.addresses.len())].clone();
        let domain = self.domains[random.common(self.domains.len())].clone();
        let (log, fields) = match random.below(100) {
            0..40 => {
                let address = bad(random, 0).unwrap_or(address);
                (Log::Connection, vec![("id.orig_h", source), ("id.resp_h", address)])
            }
            40..65 => {
                let domain = bad(random, 1).unwrap_or(domain);
                let other = self.addresses[random.common(self.addresses.len())].clone();
                let fields = vec![
                    ("id.orig_h", source),
                    ("id.resp_h", "10.0.0.53".to_owned()),
                    ("query", domain),
                    ("answers", address),
                    ("answers", other),
                ];
                (Log::Dns, fields)
            }
            65..80 => {
                let url = bad(random, 2).unwrap_or_else(|| {
                    let (a, b, c) = (random.word(3, 8), random.word(3, 8), random.word(3, 9));
                    format!("http://{domain}/{a}/{b}/{c}.html?id={}&session={}", random.below(99_999), random.hex(24))
                });
                let rest = &url["http://".len()..];
                let (host, uri) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                let fields = vec![
                    ("id.orig_h", source),
                    ("id.resp_h", address),
                    ("host", host.to_owned()),
                    ("uri", uri.to_owned()),
                ];
                (Log::Http, fields)
            }
            _ => {
                let mut hashes = self.hashes[random.common(self.hashes.len())].clone();
                if let Some(hash) = bad(random, 3) {
                    let at = [32, 40, 64].iter().position(|digits| *digits == hash.len()).unwrap_or(0);
                    hashes[at] = hash;
                }
                let [md5, sha1, sha256] = hashes.map(|hash| hash.to_uppercase());
                let image = format!("C:\\Windows\\System32\\{}.exe", random.word(5, 9));
                let command =
                    format!("{image} -k {} -p -s {} --flag={}", random.word(5, 9), random.word(5, 9), random.hex(20));
                let fields = vec![
                    ("Image", image),
                    ("CommandLine", command),
                    ("SHA1", sha1),
                    ("MD5", md5),
                    ("SHA256", sha256),
                    ("ParentImage", "C:\\Windows\\System32\\services.exe".to_owned()),
                    ("DestinationIp", address),
                ];
                (Log::Sysmon, fields)
            }
        };
        LogEvent { log, number, fields }
    }
}

impl LogEvent {
    /// The first value of a field.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(other, _)| *other == name).map_or("", |(_, value)| value)
    }

    /// The event as a line of JSON with all that such logs have, without the line break: 1.2 kB.
    pub(crate) fn line(&self) -> String {
        const LENGTH: usize = 1200;
        let random = &mut Random::new(self.number as u64 + 0x11e);
        random.next();
        let time = 1_748_000_000.0 + self.number as f64 * 0.01;
        let mut line = String::with_capacity(LENGTH + 100);
        let port = 1024 + random.below(60_000);
        let _ = match self.log {
            Log::Connection | Log::Dns | Log::Http => write!(
                line,
                r#"{{"_path":"{}","_system_name":"sensor-07.corp.example","_write_ts":"2025-05-23T11:33:20.{:06}Z","ts":{time:.6},"uid":"C{}","id.orig_h":"{}","id.orig_p":{port},"id.resp_h":"{}","#,
                match self.log {
                    Log::Dns => "dns",
                    Log::Http => "http",
                    _ => "conn",
                },
                self.number % 1_000_000,
                random.hex(17),
                self.get("id.orig_h"),
                self.get("id.resp_h"),
            ),
            Log::Sysmon => write!(
                line,
                r#"{{"@timestamp":"2025-05-23T11:33:20.123Z","Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"WS-{}.corp.example","EventID":1,"EventRecordID":{},"Level":4,"ProviderName":"Microsoft-Windows-Sysmon","ts":{time:.3},"#,
                random.below(30_000),
                self.number,
            ),
        };
        let _ = match self.log {
            Log::Connection => write!(
                line,
                r#""id.resp_p":443,"proto":"tcp","service":"ssl","duration":{}.{:06},"orig_bytes":{},"resp_bytes":{},"conn_state":"SF","local_orig":true,"local_resp":false,"missed_bytes":0,"history":"ShADadFf","orig_pkts":{},"resp_pkts":{},"tunnel_parents":[],"orig_l2_addr":"00:50:56:{}:{}:{}","resp_l2_addr":"00:0c:29:aa:bb:cc","community_id":"1:{}","orig_cc":"DE","resp_cc":"US","resp_as_name":"Example Hosting Autonomous System LLC","app":["https","tls"],"ja3":"{}","ja3s":"{}","tags":["egress","monitored"],"#,
                random.below(300),
                random.below(1_000_000),
                random.below(1 << 20),
                random.below(1 << 24),
                random.below(5000),
                random.below(9000),
                random.hex(2),
                random.hex(2),
                random.hex(2),
                random.hex(28),
                random.hex(32),
                random.hex(32),
            ),
            Log::Dns => {
                let answers: Vec<_> =
                    self.fields.iter().filter(|(name, _)| *name == "answers").map(|(_, value)| value).collect();
                write!(
                    line,
                    r#""id.resp_p":53,"proto":"udp","trans_id":{},"rtt":0.0{},"query":"{}","qclass":1,"qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR","AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"answers":{answers:?},"TTLs":[300.0,300.0],"rejected":false,"resolver_name":"resolver-a.corp.example","client_hostname":"ws-{}.corp.example","policy":"default-allow","view":"internal","edns_udp":1232,"opcode_name":"QUERY","zone":"corp-recursive","#,
                    random.below(65_536),
                    random.below(9999),
                    self.get("query"),
                    random.below(30_000),
                )
            }
            Log::Http => write!(
                line,
                r#""id.resp_p":80,"trans_depth":1,"method":"GET","host":"{}","uri":"{}","referrer":"http://{}/{}","version":"1.1","user_agent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36","request_body_len":0,"response_body_len":{},"status_code":200,"status_msg":"OK","tags":[],"resp_fuids":["F{}"],"resp_mime_types":["text/html"],"client_header_names":["HOST","USER-AGENT","ACCEPT","ACCEPT-LANGUAGE","ACCEPT-ENCODING"],"#,
                self.get("host"),
                self.get("uri"),
                random.domain(),
                random.word(4, 12),
                random.below(1 << 20),
                random.hex(17),
            ),
            Log::Sysmon => {
                let escaped = |name| self.get(name).replace('\\', "\\\\");
                write!(
                    line,
                    r#""EventData":{{"RuleName":"-","UtcTime":"2025-05-23 11:33:20.123","ProcessGuid":"{{{}}}","ProcessId":{},"Image":"{}","FileVersion":"10.0.19041.1","Description":"Host Process for Windows Services","Product":"Microsoft® Windows® Operating System","Company":"Microsoft Corporation","CommandLine":"{}","CurrentDirectory":"C:\\Windows\\system32\\","User":"NT AUTHORITY\\SYSTEM","LogonGuid":"{{{}}}","LogonId":"0x3e7","TerminalSessionId":0,"IntegrityLevel":"System","Hashes":"SHA1={},MD5={},SHA256={}","ParentProcessGuid":"{{{}}}","ParentProcessId":700,"ParentImage":"{}","ParentCommandLine":"C:\\Windows\\system32\\services.exe","DestinationIp":"{}"}},"#,
                    random.hex(32),
                    random.below(30_000),
                    escaped("Image"),
                    escaped("CommandLine"),
                    random.hex(32),
                    self.get("SHA1"),
                    self.get("MD5"),
                    self.get("SHA256"),
                    random.hex(32),
                    escaped("ParentImage"),
                    self.get("DestinationIp"),
                )
            }
        };
        let note = random.hex(LENGTH.saturating_sub(line.len() + 12));
        let _ = write!(line, r#""note":"{note}"}}"#);
        line
    }
}
