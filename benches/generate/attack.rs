//! A knowledge base in the shape of MITRE ATT&CK, release 18.

use super::{DAY, Document, KeyOrder, Layout, Object, Random, Style, Value, YEAR_2018, identifier, timestamp};
use std::io::{self, Write};

/// Types between the first two objects (collection, matrix) and the relationships, with their share
/// in 10,000 objects. The shares are those of the published domain for industrial control systems,
/// except that `tool`, which that domain has not, took some of `malware`.
const SHARES: &[(&str, usize)] = &[
    ("course-of-action", 285),
    ("malware", 124),
    ("tool", 40),
    ("x-mitre-tactic", 66),
    ("attack-pattern", 520),
    ("x-mitre-analytic", 449),
    ("x-mitre-data-component", 197),
    ("x-mitre-data-source", 93),
    ("x-mitre-asset", 99),
    ("campaign", 44),
    ("intrusion-set", 88),
    ("x-mitre-detection-strategy", 455),
];

/// A matrix has a dozen columns, however many techniques there are.
const TACTICS: usize = 14;

/// Source, type, target and share in 1,000 relationships.
const RELATIONSHIPS: &[(&str, &str, &str, usize)] = &[
    ("attack-pattern", "targets", "x-mitre-asset", 499),
    ("course-of-action", "mitigates", "attack-pattern", 241),
    ("malware", "uses", "attack-pattern", 107),
    ("tool", "uses", "attack-pattern", 12),
    ("x-mitre-detection-strategy", "detects", "attack-pattern", 60),
    ("campaign", "uses", "attack-pattern", 46),
    ("intrusion-set", "uses", "attack-pattern", 15),
    ("intrusion-set", "uses", "malware", 10),
    ("intrusion-set", "uses", "tool", 4),
    ("campaign", "attributed-to", "intrusion-set", 4),
    ("intrusion-set", "revoked-by", "intrusion-set", 2),
];

const DOMAINS: &[&str] = &["ics-attack", "enterprise-attack", "mobile-attack"];

#[rustfmt::skip]
const PLATFORMS: &[&str] = &[
    "Windows", "Linux", "macOS", "Network Devices", "ESXi", "IaaS", "SaaS", "Containers",
    "Identity Provider", "Office Suite", "None",
];

#[rustfmt::skip]
const VENDORS: &[&str] = &[
    "Northlight", "Harborwatch", "Palisade Labs", "Quiet Ridge", "Tern Analytics", "Ostrava CERT",
    "Bluefjord", "Kestrel & Howe", "Ministry of Networks", "Grid Assurance Forum",
];

/// Writes an ATT&CK-shaped bundle of exactly `objects` objects.
///
/// They come grouped by type as published: a collection that lists all others, a matrix, the types
/// of the knowledge base, three quarters relationships, and at the end the identity and the marking
/// definition to which all refer. A count under a hundred or so distorts the shares, as each type
/// occurs; under 17 the bundle ends before all types have.
///
/// Text is markdown with citations and links. Non-ASCII characters are `\u` escapes, as published.
///
/// # Errors
///
/// Fails only where `out` does.
pub fn attack(objects: usize, order: KeyOrder, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let style = Style { order, layout, ascii: true };
    let base = Base::new(objects);
    let mut document = Document::open(style, identifier("bundle", 0), out);
    for (kind, number) in base.all().take(objects) {
        document.object(base.object(kind, number, objects))?;
    }
    document.close()
}

/// How many objects of each type there are: enough to refer to any of them.
struct Base(Vec<(&'static str, usize)>);

impl Base {
    fn new(objects: usize) -> Self {
        let mut counts = vec![("x-mitre-collection", 1), ("x-mitre-matrix", 1)];
        for &(kind, share) in SHARES {
            let most = if kind == "x-mitre-tactic" { TACTICS } else { usize::MAX };
            counts.push((kind, (objects * share / 10_000).clamp(1, most)));
        }
        let others: usize = counts.iter().map(|(_, count)| count).sum();
        counts.push(("relationship", objects.saturating_sub(others + 2).max(1)));
        counts.extend([("identity", 1), ("marking-definition", 1)]);
        Base(counts)
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        self.0.iter().flat_map(|&(kind, count)| (0..count).map(move |number| (kind, number)))
    }

    fn count(&self, kind: &str) -> usize {
        self.0.iter().find(|(name, _)| *name == kind).map_or(1, |(_, count)| *count)
    }

    fn any(&self, kind: &str, random: &mut Random) -> String {
        identifier(kind, random.below(self.count(kind)))
    }

    fn object(&self, kind: &'static str, number: usize, objects: usize) -> Object {
        let mut random = Random::new(kind, number);
        // What `identifier` and `times` draw from the same stream.
        for _ in 0..4 {
            random.next();
        }
        let (created, modified) = times(kind, number);
        let mut object = Object::new([
            ("type", kind),
            ("spec_version", "2.1"),
            ("id", &identifier(kind, number)),
            ("created", &created),
        ]);
        if kind != "identity" {
            object.set("created_by_ref", identifier("identity", 0));
        }
        if kind == "marking-definition" {
            let statement = "© 2015-2025, The Example Corporation. All names are registered.";
            object.set("definition_type", "statement");
            object.set("definition", Object::new([("statement", statement)]));
            object.set("x_mitre_attack_spec_version", "3.2.0");
            return object;
        }
        let named = kind != "relationship";
        let revocable = !kind.starts_with("x-mitre-detection") && kind != "x-mitre-analytic";
        if revocable && random.percent(if named { 83 } else { 74 }) {
            object.set("revoked", random.rarely(15));
        }

        let relationship = random.weighted(RELATIONSHIPS, |row| row.3);
        let cites = if named { kind } else { relationship.1 };
        let sources = sources(cites, &mut random);
        let mut references: Vec<Object> = Vec::new();
        if let Some((folder, prefix)) = page(kind) {
            let external = format!("{prefix}{:04}", number + 1);
            references.push(Object::new([
                ("source_name", "mitre-attack"),
                ("url", &format!("https://attack.example.org/{folder}/{external}")),
                ("external_id", &external),
            ]));
        }
        references.extend(sources.iter().map(|source| source.reference()));
        if !references.is_empty() {
            object.set("external_references", references);
        }
        object.set("object_marking_refs", vec![identifier("marking-definition", 0)]);
        object.set("modified", modified);

        let name = name(kind, number, &mut random);
        if named {
            object.set("name", name.clone());
        }
        match kind {
            "relationship" => self.relationship(relationship, &sources, &mut random, &mut object),
            "x-mitre-detection-strategy" => {
                let analytics = identifier("x-mitre-analytic", number % self.count("x-mitre-analytic"));
                object.set("x_mitre_analytic_refs", vec![analytics]);
            }
            "identity" => {
                object.set("description", "").set("identity_class", "organization");
            }
            _ => {
                let length = random.spread(description_lengths(kind));
                object.set("description", markdown(None, length, &sources, &mut random));
            }
        }
        self.specific(kind, &name, &sources, objects, &mut random, &mut object);
        if kind != "identity" && kind != "x-mitre-collection" {
            object.set("x_mitre_modified_by_ref", identifier("identity", 0));
            object.set("x_mitre_deprecated", random.percent(2));
        }
        if named && kind != "identity" {
            let version = format!("{}.{}", 1 + random.below(3), random.below(5));
            object.set("x_mitre_version", version);
            if kind != "x-mitre-collection" {
                let first = random.below(2);
                let last = first + 1 + random.below(2);
                object.set("x_mitre_domains", &DOMAINS[first..last.min(first + 2)]);
            }
        }
        let specification = random.pick(&["3.2.0", "3.2.0", "3.3.0"]);
        object.set("x_mitre_attack_spec_version", specification);
        object
    }

    fn relationship(
        &self,
        &(source, kind, target, _): &(&str, &str, &str, usize),
        sources: &[Source],
        random: &mut Random,
        object: &mut Object,
    ) {
        match kind {
            // Published with an empty text.
            "targets" => {
                object.set("description", "");
            }
            "mitigates" | "uses" => {
                let length = random.spread(&[50, 110, 150, 190, 230, 270, 320, 400, 1000]);
                let mut text = markdown(Some(link(random)), length, sources, random);
                if random.percent(40) {
                    text.push_str(" \n");
                }
                object.set("description", text);
            }
            _ => {}
        }
        object.set("relationship_type", kind);
        object.set("source_ref", self.any(source, random));
        object.set("target_ref", self.any(target, random));
    }

    /// The properties that only some types have.
    fn specific(
        &self,
        kind: &str,
        name: &str,
        sources: &[Source],
        objects: usize,
        random: &mut Random,
        object: &mut Object,
    ) {
        match kind {
            "x-mitre-collection" => {
                let contents: Vec<Object> = self
                    .all()
                    .take(objects)
                    .skip(1)
                    .map(|(kind, number)| {
                        Object::new([
                            ("object_ref", &*identifier(kind, number)),
                            ("object_modified", &times(kind, number).1),
                        ])
                    })
                    .collect();
                object.set("x_mitre_contents", contents);
            }
            "x-mitre-matrix" => {
                let tactics: Vec<String> =
                    (0..self.count("x-mitre-tactic")).map(|number| identifier("x-mitre-tactic", number)).collect();
                object.set("tactic_refs", tactics);
            }
            "x-mitre-tactic" => {
                object.set("x_mitre_shortname", short_name(name));
            }
            "attack-pattern" => {
                let tactics = self.count("x-mitre-tactic");
                let phases: Vec<Object> = (0..random.spread(&[1, 1, 1, 1, 1, 2, 3]))
                    .map(|_| {
                        let tactic = random.below(tactics);
                        let phase = self::name("x-mitre-tactic", tactic, &mut Random(0));
                        Object::new([("kill_chain_name", "mitre-attack"), ("phase_name", &short_name(&phase))])
                    })
                    .collect();
                object.set("kill_chain_phases", phases);
                object.set("x_mitre_detection", "");
                object.set("x_mitre_is_subtechnique", random.percent(50));
                object.set("x_mitre_platforms", some(PLATFORMS, &[1, 1, 1, 2, 6], random));
            }
            "x-mitre-analytic" => {
                object.set("x_mitre_platforms", some(PLATFORMS, &[1, 1], random));
                let logs: Vec<Object> = (0..random.spread(&[0, 2, 4, 6, 10]))
                    .map(|_| {
                        let mut log =
                            Object::new([("x_mitre_data_component_ref", &*self.any("x-mitre-data-component", random))]);
                        let (name, channel) = log_source(random);
                        log.set("name", name).set("channel", channel);
                        log
                    })
                    .collect();
                object.set("x_mitre_log_source_references", logs);
            }
            "x-mitre-data-component" => {
                // Few objects are this big, but they are a tenth of the bytes.
                let logs: Vec<Object> = (0..random.spread(&[1, 4, 12, 22, 45, 110, 320]))
                    .map(|_| {
                        let (name, channel) = log_source(random);
                        Object::new([("name", &*name), ("channel", &*channel)])
                    })
                    .collect();
                object.set("x_mitre_log_sources", logs);
            }
            "x-mitre-data-source" => {
                object.set("x_mitre_platforms", some(PLATFORMS, &[1, 5, 9], random));
                object.set("x_mitre_collection_layers", some(&["Host", "Network", "Container"], &[1, 3], random));
                object.set("x_mitre_contributors", people(1, random));
            }
            "x-mitre-asset" => {
                let sectors: &[&str] = &["General", "Electric", "Water and Wastewater"];
                object.set("x_mitre_sectors", some(sectors, &[1, 1, 3], random));
                let related: Vec<Object> = (0..random.spread(&[0, 1, 2, 3, 8]))
                    .map(|_| {
                        let mut asset = Object::new([("name", &*random.title())]);
                        asset.set("related_asset_sectors", some(sectors, &[1, 2], random));
                        asset.set("description", markdown(None, 150, &[], random));
                        asset
                    })
                    .collect();
                object.set("x_mitre_related_assets", related);
                object.set("x_mitre_platforms", some(PLATFORMS, &[1, 2, 4], random));
            }
            "course-of-action" => {
                let labels: Vec<String> = (0..random.below(5))
                    .map(|_| format!("NIST SP 800-53 Rev. 5 - AC-{}", 1 + random.below(25)))
                    .collect();
                object.set("labels", labels);
            }
            "malware" | "tool" => {
                if kind == "malware" {
                    object.set("is_family", true);
                }
                object.set("x_mitre_aliases", aliases(name, &[1, 1, 2, 3, 6], random));
                object.set("x_mitre_platforms", some(PLATFORMS, &[1, 1, 4], random));
                if random.percent(23) {
                    object.set("x_mitre_contributors", people(2, random));
                }
            }
            "intrusion-set" => {
                object.set("aliases", aliases(name, &[1, 5, 7, 12], random));
                if random.percent(81) {
                    object.set("x_mitre_contributors", people(4, random));
                }
            }
            "campaign" => {
                object.set("aliases", vec![name.to_owned()]);
                let seen = YEAR_2018 + random.below(2_000) as u64 * DAY;
                let until = seen + random.below(300) as u64 * DAY;
                object.set("first_seen", timestamp(seen, 3));
                object.set("last_seen", timestamp(until, 3));
                let cited = sources.first().map_or_else(String::new, Source::cite);
                object.set("x_mitre_first_seen_citation", cited.clone());
                object.set("x_mitre_last_seen_citation", cited);
            }
            _ => {}
        }
    }
}

/// `created` and `modified` of an object; the collection repeats the latter.
fn times(kind: &str, number: usize) -> (String, String) {
    // The first two numbers are the identifier's.
    let mut random = Random::new(kind, number);
    random.next();
    random.next();
    let created = YEAR_2018 + random.next() % (7 * 365 * DAY);
    let modified = created + random.next() % (300 * DAY);
    (timestamp(created, 3), timestamp(modified, 3))
}

/// A published source that texts cite by name.
struct Source {
    name: String,
    title: String,
    vendor: &'static str,
    year: usize,
}

impl Source {
    fn new(random: &mut Random) -> Self {
        let vendor = random.pick(VENDORS);
        let title = random.title();
        let year = 2014 + random.below(12);
        let month = random.pick(&["January", "April", "July", "September", "November"]);
        Source {
            name: format!("{vendor} {} {month} {year}", random.name(2).to_uppercase()),
            title: format!("{title} and {}", random.title()),
            vendor,
            year,
        }
    }

    fn reference(&self) -> Object {
        let Source { name, title, vendor, year } = self;
        let slug = short_name(title).replace("-and-", "/");
        Object::new([
            ("source_name", &**name),
            ("description", &format!("{vendor}. ({year}, March 2). {title}. Retrieved May 24, {}.", year + 1)),
            ("url", &format!("https://www.research.example/{year}/03/{slug}/report.html")),
        ])
    }

    fn cite(&self) -> String {
        format!("(Citation: {})", self.name)
    }
}

fn sources(kind: &str, random: &mut Random) -> Vec<Source> {
    let quantiles: &[usize] = match kind {
        "uses" | "mitigates" => &[0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 5],
        "attack-pattern" => &[0, 0, 1, 1, 2, 3, 8],
        "malware" | "tool" => &[0, 2, 3, 5, 13],
        "intrusion-set" => &[2, 5, 8, 14, 26],
        "campaign" => &[1, 2, 3, 4],
        "course-of-action" | "x-mitre-analytic" | "x-mitre-asset" | "x-mitre-data-source" => &[0, 0, 0, 1, 3],
        _ => &[0, 0],
    };
    (0..random.spread(quantiles)).map(|_| Source::new(random)).collect()
}

fn description_lengths(kind: &str) -> &'static [usize] {
    match kind {
        "attack-pattern" => &[300, 450, 650, 830, 950, 1100, 1500, 2700],
        "x-mitre-analytic" => &[40, 260, 520, 680, 770, 1050, 1500, 2400],
        "x-mitre-data-component" => &[100, 200, 300, 700, 2200],
        "course-of-action" => &[80, 120, 170, 300, 970],
        "intrusion-set" => &[300, 700, 900, 1500],
        "x-mitre-tactic" => &[400, 1000, 1800],
        "x-mitre-asset" => &[380, 500, 600, 800, 1200],
        "malware" | "tool" | "campaign" => &[150, 400, 600, 1200],
        _ => &[100, 300],
    }
}

/// Folder and prefix of the number under which a type is published.
fn page(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "attack-pattern" => ("techniques", "T"),
        "course-of-action" => ("mitigations", "M"),
        "malware" | "tool" => ("software", "S"),
        "intrusion-set" => ("groups", "G"),
        "campaign" => ("campaigns", "C"),
        "x-mitre-tactic" => ("tactics", "TA"),
        "x-mitre-analytic" => ("analytics", "AN"),
        "x-mitre-data-component" => ("datacomponents", "DC"),
        "x-mitre-data-source" => ("datasources", "DS"),
        "x-mitre-asset" => ("assets", "A"),
        "x-mitre-detection-strategy" => ("detectionstrategies", "DET"),
        "x-mitre-matrix" => ("matrices", "X"),
        _ => return None,
    })
}

fn name(kind: &str, number: usize, random: &mut Random) -> String {
    match kind {
        "x-mitre-collection" => "Example ATT&CK".to_owned(),
        "x-mitre-matrix" => "Example Matrix".to_owned(),
        "identity" => "The Example Corporation".to_owned(),
        "x-mitre-analytic" => format!("Analytic {:04}", number + 1),
        "x-mitre-detection-strategy" => format!("Detection of {}", random.title()),
        // Of the number alone, as the techniques repeat it.
        "x-mitre-tactic" => Random::new("phase", number).title(),
        "malware" => random.name(3).to_uppercase(),
        "tool" => random.name(3),
        "intrusion-set" => format!("{} Team", random.name(3).to_uppercase()),
        "campaign" => format!("Operation {}", random.title()),
        _ => random.title(),
    }
}

fn short_name(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

fn aliases(name: &str, quantiles: &[usize], random: &mut Random) -> Vec<String> {
    let mut aliases = vec![name.to_owned()];
    for _ in 1..random.spread(quantiles) {
        aliases.push(match random.below(3) {
            0 => format!("UNC-{:04}", random.below(9_999)),
            1 => format!("{} {}", random.pick(VENDORS), random.name(2)),
            _ => random.name(3),
        });
    }
    aliases
}

fn people(most: usize, random: &mut Random) -> Vec<String> {
    (0..=random.below(most))
        .map(|_| {
            let given = random.pick(&["Ana", "Bo", "Chidi", "Dagny", "Emre", "Zoë", "Li", "Sam"]);
            format!("{given} {}, {}", random.name(2), random.pick(VENDORS))
        })
        .collect()
}

/// Different words in the order of the list.
fn some(words: &[&str], quantiles: &[usize], random: &mut Random) -> Value {
    let mut left = random.spread(quantiles);
    let mut chosen = Vec::new();
    for (position, word) in words.iter().enumerate() {
        if random.below(words.len() - position) < left {
            chosen.push(*word);
            left -= 1;
        }
    }
    chosen.into()
}

fn log_source(random: &mut Random) -> (String, String) {
    let name = random.pick(&[
        "EventLog:Security",
        "EventLog:System",
        "auditd:SYSCALL",
        "networkflow:session",
        "cloudtrail:management",
        "kubernetes:audit",
        "esxi:hostd",
        "macos:unifiedlog",
    ]);
    let channel = match random.below(50) {
        0..=21 => format!("EventCode={}", 1 + random.below(9_000)),
        22 => format!("message contains \"{}\"", random.name(3)),
        _ => format!("{} within {} seconds of {}", random.title(), random.below(600), random.title()),
    };
    (name.to_owned(), channel)
}

fn link(random: &mut Random) -> String {
    let title = random.title();
    format!("[{title}](https://attack.example.org/techniques/T{:04})", random.below(2_000))
}

/// Sentences with citations and links, in paragraphs, of about `length` bytes. The first is about
/// `subject`, if there is one.
fn markdown(mut subject: Option<String>, length: usize, sources: &[Source], random: &mut Random) -> String {
    let mut text = String::with_capacity(length + 200);
    let mut sources = sources.iter();
    let mut paragraph = 0;
    loop {
        match subject.take() {
            Some(subject) => text.push_str(&format!("{subject} {}", random.clause())),
            None => text.push_str(&random.sentence()),
        }
        if random.percent(2) {
            text.push_str(&format!(", for example by {}", link(random)));
        }
        if random.rarely(60) {
            text.push_str(&format!(", called \"{}\" by its authors", random.name(3)));
        }
        if random.rarely(150) {
            text.push_str(&format!(r", usually in `C:\ProgramData\{}`", random.name(3)));
        }
        if random.rarely(150) {
            text.push_str(random.pick(&[
                " – if it’s there",
                " (“living off the land”)",
                " → see below",
                " in the Zürich office",
            ]));
        }
        text.push('.');
        if random.percent(90) {
            text.push_str(&sources.next().map_or_else(String::new, Source::cite));
        }
        // Half a sentence too early rather than always late.
        if text.len() + 55 >= length {
            return text;
        }
        if text.len() - paragraph > 250 && random.percent(60) {
            text.push_str(random.pick(&["\n\n", "\n\n", "\n", "\n* ", "\n    - "]));
            paragraph = text.len();
        } else {
            text.push(' ');
        }
    }
}
