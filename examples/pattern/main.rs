//! Checks STIX patterns: for programs a line of JSON each, for people a tree. Matches them against observed data.
//!
//! ```text
//! pattern
//! pattern --match
//! pattern --pretty [--version 2.1|2.0] [PATTERN|-]
//! ```
//!
//! Without `--pretty` it reads lines from the standard input, each a JSON object with `pattern` and, unless it is 2.1,
//! `version`. Other properties do not matter. Every line gets a line in return:
//!
//! ```text
//! {"ok":true,"canonical":"[file:size = 1]","findings":[{"kind":"NumberSpelling","span":[13,15],"message":"…"}]}
//! {"ok":false,"kind":"UnclosedBracket","span":[14,14],"message":"…"}
//! {"ok":false,"kind":"InvalidInput","span":null,"message":"…"}
//! ```
//!
//! The kinds are those of `pattern::ErrorKind` and `pattern::FindingKind`; spans are byte offsets in the pattern, start
//! and end. `InvalidInput` is a line without a pattern in it. It holds one line at a time, of 8 MiB at most, and
//! answers as soon as nothing more is there to be read, so that a program can ask and wait.
//!
//! With `--match`, a line also has `observed_data`: a list of observed data and observables, or of bundles of them. The
//! answer says whether the pattern matches, or why that is unknown, with a kind of `pattern::ErrorKind` or
//! `matching::ErrorKind`. A line may have 64 MiB. This needs the feature `match`.
//!
//! ```text
//! {"matches":true}
//! {"error":"TooComplex","message":"…"}
//! ```
//!
//! `--pretty` shows one pattern, an argument or the whole standard input: its tree, its canonical text if it is written
//! otherwise, and the places of what was found. Long lines are cut to the width of the terminal (`COLUMNS`, else 100).
//!
//! Exits with 0, or with 2 when the input could not be read or what `--pretty` was given is no pattern.

#[path = "../feed_to_rows/help.rs"]
mod help;
#[cfg(feature = "match")]
mod matching;

use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read, Write};
use std::process::ExitCode;

use lexopt::ValueExt as _;
use lexopt::prelude::{Long, Short, Value};
use stixkit::Properties;
use stixkit::pattern::ast::{ComparisonExpression, ObservationExpression, Qualifier};
use stixkit::pattern::{Parser, Pattern, Span, Version, Visitor};

const USAGE: &str = "usage: pattern
       pattern --match
       pattern --pretty [--version 2.1|2.0] [PATTERN|-]
       pattern --help|--version";

/// Room for the longest pattern that the parser takes with each of its bytes as `\u0000`, and for what is around it.
const MAX_LINE: usize = 8 << 20;

/// Room for observed data next to the pattern.
#[cfg(feature = "match")]
const MAX_MATCH_LINE: usize = 64 << 20;

fn main() -> ExitCode {
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(message) => {
            tell(format_args!("pattern: {message}\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let result = match options {
        Options::Lines => lines(&mut stdin(), &mut out, MAX_LINE, answer, invalid_input),
        #[cfg(feature = "match")]
        Options::Match => lines(&mut stdin(), &mut out, MAX_MATCH_LINE, matching::answer, matching::invalid_input),
        Options::Pretty { version, source } => pretty(source, &Parser::new().with_version(version), &mut out),
    };
    match result.and_then(|code| out.flush().map_err(Failure::Output).map(|()| code)) {
        Ok(code) => code,
        // Whoever reads the output has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            // What was answered before stands.
            let _ = out.flush();
            tell(format_args!("pattern: {failure}"));
            ExitCode::from(2)
        }
    }
}

fn stdin() -> BufReader<io::StdinLock<'static>> {
    BufReader::with_capacity(1 << 16, io::stdin().lock())
}

enum Options {
    Lines,
    #[cfg(feature = "match")]
    Match,
    Pretty {
        version: Version,
        /// The pattern, unless it is to be read from the standard input.
        source: Option<String>,
    },
}

impl Options {
    /// `None` if the program was asked about itself, and has answered.
    fn parse(mut args: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let (mut is_pretty, mut is_match, mut version, mut source) = (false, false, None, None);
        while let Some(arg) = args.next()? {
            match arg {
                Long("help") | Short('h') => {
                    help::print_help("pattern", USAGE);
                    return Ok(None);
                }
                Long("pretty") => is_pretty = true,
                Long("match") => is_match = true,
                Long("version") => match args.value() {
                    Ok(value) => version = Some(named(&value.string()?).ok_or("--version is 2.1 or 2.0")?),
                    // Without one it is the program's own.
                    Err(_) => {
                        help::print_version("pattern");
                        return Ok(None);
                    }
                },
                Value(_) if source.is_some() => {
                    return Err("there is more than one pattern; quote it for the shell".into());
                }
                Value(pattern) => source = Some(pattern.string()?),
                _ => return Err(arg.unexpected()),
            }
        }
        Self::new(is_pretty, is_match, version, source).map(Some).map_err(lexopt::Error::from)
    }

    fn new(is_pretty: bool, is_match: bool, version: Option<Version>, source: Option<String>) -> Result<Self, String> {
        if is_match && is_pretty {
            return Err("--match and --pretty do not go together".to_owned());
        }
        if !is_pretty {
            return match (version, source) {
                #[cfg(feature = "match")]
                (None, None) if is_match => Ok(Self::Match),
                #[cfg(not(feature = "match"))]
                (None, None) if is_match => {
                    Err("--match needs the feature `match`: build the program with it".to_owned())
                }
                (None, None) => Ok(Self::Lines),
                _ => Err("without --pretty the patterns and versions are read from the standard input".to_owned()),
            };
        }
        let source = source.filter(|source| source != "-");
        Ok(Self::Pretty { version: version.unwrap_or_default(), source })
    }
}

fn named(version: &str) -> Option<Version> {
    match version {
        "2.0" => Some(Version::V20),
        "2.1" => Some(Version::V21),
        _ => None,
    }
}

/// A line on the standard error. If nobody reads it, there is nobody to tell.
fn tell(line: std::fmt::Arguments<'_>) {
    _ = writeln!(io::stderr(), "{line}");
}

enum Failure {
    Input(String),
    Output(io::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(error) => write!(f, "the standard input could not be read: {error}"),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Answers each line of the input with a line.
fn lines<W: Write>(
    input: &mut BufReader<impl Read>,
    out: &mut W,
    max: usize,
    answer: fn(&[u8], &mut W) -> io::Result<()>,
    refuse: fn(String, &mut W) -> io::Result<()>,
) -> Result<ExitCode, Failure> {
    let mut line = Vec::new();
    loop {
        if input.buffer().is_empty() {
            out.flush()?;
        }
        match read_line(input, &mut line, max) {
            Ok(Line::End) => return Ok(ExitCode::SUCCESS),
            Ok(Line::Whole) => answer(&line, out)?,
            Ok(Line::TooLong) => refuse(format!("the line has more than {} MiB", max >> 20), out)?,
            Err(error) => return Err(Failure::Input(error.to_string())),
        }
    }
}

enum Line {
    Whole,
    TooLong,
    End,
}

/// Reads a line, without its newline. Of one that is too long nothing is kept.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, max: usize) -> io::Result<Line> {
    line.clear();
    let (mut has_begun, mut is_too_long) = (false, false);
    loop {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let newline = memchr::memchr(b'\n', chunk);
        let read = newline.map_or(chunk.len(), |newline| newline + 1);
        let text = &chunk[..newline.unwrap_or(chunk.len())];
        is_too_long |= line.len() + text.len() > max;
        if is_too_long {
            line.clear();
        } else {
            line.extend_from_slice(text);
        }
        let is_end = read == 0;
        has_begun |= !is_end;
        input.consume(read);
        if newline.is_some() || is_end {
            return Ok(match (has_begun, is_too_long) {
                (false, _) => Line::End,
                (true, true) => Line::TooLong,
                (true, false) => Line::Whole,
            });
        }
    }
}

fn answer(line: &[u8], out: &mut impl Write) -> io::Result<()> {
    let request = match Request::read(line) {
        Ok(request) => request,
        Err(message) => return invalid_input(message, out),
    };
    match Parser::new().with_version(request.version).parse(&request.pattern) {
        // By hand, so that what matters most comes first.
        Ok(pattern) => {
            write!(out, "{{\"ok\":true,\"canonical\":{},\"findings\":[", quoted(&pattern))?;
            let mut comma = "";
            for finding in pattern.check() {
                write!(out, "{comma}{{{},\"message\":{}}}", labels(finding.kind, finding.span), quoted(finding))?;
                comma = ",";
            }
            writeln!(out, "]}}")
        }
        Err(error) => {
            writeln!(out, "{{\"ok\":false,{},\"message\":{}}}", labels(error.kind(), error.span()), quoted(error))
        }
    }
}

/// What a line asks about.
struct Request {
    pattern: String,
    version: Version,
    /// All properties of the line.
    #[cfg_attr(not(feature = "match"), expect(dead_code, reason = "only `--match` asks for more"))]
    properties: Properties,
}

impl Request {
    /// Reads a line. An error says what is wrong with it.
    fn read(line: &[u8]) -> Result<Self, String> {
        let line = std::str::from_utf8(line).map_err(|error| format!("the line is not UTF-8: {error}"))?;
        let properties: Properties =
            serde_json::from_str(line).map_err(|error| format!("the line is no JSON object: {error}"))?;
        let version = match properties.get("version") {
            Some(version) if version.as_json() != "null" => {
                version.as_str().and_then(|name| named(&name)).ok_or(r#"`version` is "2.1" or "2.0""#)?
            }
            _ => Version::default(),
        };
        let pattern = properties.get("pattern").ok_or("the line has no `pattern`")?;
        let pattern = pattern.as_str().ok_or("`pattern` is no string of Unicode characters")?.into_owned();
        Ok(Self { pattern, version, properties })
    }
}

fn invalid_input(message: String, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, r#"{{"ok":false,"kind":"InvalidInput","span":null,"message":{}}}"#, quoted(message))
}

fn labels(kind: impl std::fmt::Debug, span: Span) -> String {
    format!(r#""kind":"{}","span":[{},{}]"#, kind_name(kind), span.start, span.end)
}

/// The name of a kind. Its data is in the message.
fn kind_name(kind: impl std::fmt::Debug) -> String {
    let mut kind = format!("{kind:?}");
    kind.truncate(kind.find(' ').unwrap_or(kind.len()));
    kind
}

fn quoted(text: impl ToString) -> serde_json::Value {
    serde_json::Value::String(text.to_string())
}

/// Shows one pattern.
fn pretty(source: Option<String>, parser: &Parser, out: &mut impl Write) -> Result<ExitCode, Failure> {
    let source = match source {
        Some(source) => source,
        None => read_source().map_err(Failure::Input)?,
    };
    let pattern = match parser.parse(&source) {
        Ok(pattern) => pattern,
        Err(error) => {
            writeln!(out, "{error:#}")?;
            return Ok(ExitCode::from(2));
        }
    };
    let version = match pattern.version() {
        Version::V20 => "STIX 2.0",
        _ => "STIX 2.1",
    };
    let types: Vec<_> = pattern.object_types().into_iter().collect();
    writeln!(out, "{version} pattern, {} on {}\n", counted(pattern.tests().count(), "test"), types.join(", "))?;
    let mut tree = Tree { out: &mut *out, width: width(), open: Vec::new(), entered: Vec::new(), is_shown: false };
    pattern.expression().visit(&mut tree)?;

    let canonical = pattern.to_string();
    if canonical != source {
        writeln!(out, "\nCanonical text\n\n{}", visible(&canonical))?;
    }
    findings(&pattern, out)?;
    Ok(ExitCode::SUCCESS)
}

/// The standard input, without the newline that a shell leaves at its end.
fn read_source() -> Result<String, String> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_LINE as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > MAX_LINE {
        return Err(format!("it has more than {} MiB", MAX_LINE >> 20));
    }
    let mut source = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    source.truncate(source.trim_end_matches(['\r', '\n']).len());
    Ok(source)
}

/// The findings with their places, of those that say the same the first.
fn findings(pattern: &Pattern<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut shown: Vec<(String, Span, usize)> = Vec::new();
    let found = pattern.check();
    for finding in &found {
        let message = finding.to_string();
        match shown.iter_mut().find(|(other, ..)| *other == message) {
            Some((.., count)) => *count += 1,
            None => shown.push((message, finding.span, 1)),
        }
    }
    if !found.is_empty() {
        writeln!(out, "\n{}", counted(found.len(), "finding"))?;
    }
    for (message, span, count) in shown {
        let places = if count > 1 { format!(" ({count} places)") } else { String::new() };
        let excerpt = span.excerpt(pattern.text()).to_string();
        // The arrow stands in the margin that the line's number is as wide as.
        let margin = excerpt.lines().nth(1).map_or(0, |bar| bar.len() - 2);
        writeln!(out, "\n{message}{places}\n{:margin$}--> {excerpt}", "")?;
    }
    Ok(())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// How wide a line may be, if there is a limit.
fn width() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.or_else(|| io::stdout().is_terminal().then_some(100))
}

/// Draws a tree, a line a node: `[OR]` is an `OR` in brackets, and a test that fills the brackets stands in them.
struct Tree<W> {
    out: W,
    width: Option<usize>,
    /// For each node that is open, how many of its parts are still to come.
    open: Vec<usize>,
    /// For each expression that was entered, whether it has a node of its own.
    entered: Vec<bool>,
    /// Whether the next expression stands on the line before it.
    is_shown: bool,
}

/// What is to be seen of an expression that brackets are around, and of how many parts; `None` if it is another pair.
type Inside = Option<(String, usize)>;

impl<W: Write> Tree<W> {
    /// Whether the expression is on the line of the one around it.
    fn enter(&mut self) -> bool {
        self.entered.push(!self.is_shown);
        std::mem::take(&mut self.is_shown)
    }

    fn leave(&mut self) {
        if self.entered.pop() == Some(true) {
            self.open.pop();
        }
    }

    fn open(&mut self, label: &str, parts: usize) -> io::Result<()> {
        let mut line = String::new();
        if let Some((parent, others)) = self.open.split_last_mut() {
            *parent -= 1;
            line.extend(others.iter().map(|left| if *left > 0 { "│  " } else { "   " }));
            line.push_str(if *parent > 0 { "├─ " } else { "└─ " });
        }
        line.push_str(&visible(label));
        self.open.push(parts);
        writeln!(self.out, "{}", fitted(line, self.width))
    }

    fn bracketed(&mut self, brackets: [char; 2], inside: Inside, qualifiers: &[Qualifier<'_>]) -> io::Result<()> {
        self.is_shown = inside.is_some();
        let (inside, parts) = inside.unwrap_or((" ".to_owned(), 1));
        let label = format!("{}{inside}{}", brackets[0], brackets[1]);
        let label = qualifiers.iter().fold(label, |label, qualifier| format!("{label} {qualifier}"));
        self.open(&label, parts)
    }

    fn inside(&self, expression: &ComparisonExpression<'_>) -> Inside {
        match expression {
            ComparisonExpression::Group(_) => None,
            ComparisonExpression::And(list) => Some(("AND".to_owned(), list.operands.len())),
            ComparisonExpression::Or(list) => Some(("OR".to_owned(), list.operands.len())),
            test => Some((test.to_string(), 0)).filter(|(test, _)| self.fits(test)),
        }
    }

    /// Whether the text and two brackets fit into what the lines of the tree leave of the width.
    fn fits(&self, text: &str) -> bool {
        self.width.is_none_or(|width| 3 * self.open.len() + text.chars().count() + 2 <= width)
    }
}

fn list(expression: &ObservationExpression<'_>) -> Inside {
    match expression {
        ObservationExpression::And(list) => Some(("AND".to_owned(), list.operands.len())),
        ObservationExpression::Or(list) => Some(("OR".to_owned(), list.operands.len())),
        ObservationExpression::FollowedBy(list) => Some(("FOLLOWEDBY".to_owned(), list.operands.len())),
        ObservationExpression::Observation(_) | ObservationExpression::Group(_) => None,
    }
}

impl<'t, 'a, W: Write> Visitor<'t, 'a> for Tree<W> {
    type Error = io::Error;

    fn enter_observation(&mut self, expression: &'t ObservationExpression<'a>) -> io::Result<()> {
        if self.enter() {
            return Ok(());
        }
        match expression {
            ObservationExpression::Observation(node) => {
                self.bracketed(['[', ']'], self.inside(&node.comparison), &node.qualifiers)
            }
            ObservationExpression::Group(node) => self.bracketed(['(', ')'], list(&node.inner), &node.qualifiers),
            other => list(other).map_or(Ok(()), |(word, parts)| self.open(&word, parts)),
        }
    }

    fn leave_observation(&mut self, _: &'t ObservationExpression<'a>) -> io::Result<()> {
        self.leave();
        Ok(())
    }

    fn enter_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> io::Result<()> {
        if self.enter() {
            return Ok(());
        }
        match (expression, self.inside(expression)) {
            (ComparisonExpression::Group(node), _) => self.bracketed(['(', ')'], self.inside(&node.inner), &[]),
            (_, Some((label, parts))) => self.open(&label, parts),
            (ComparisonExpression::In(node), None) => {
                let not = if node.negated { " NOT" } else { "" };
                self.open(&format!("{}{not} IN", node.path), node.values.len())?;
                for value in &node.values {
                    self.open(&value.to_string(), 0)?;
                    self.open.pop();
                }
                Ok(())
            }
            (long, None) => self.open(&long.to_string(), 0),
        }
    }

    fn leave_comparison(&mut self, _: &'t ComparisonExpression<'a>) -> io::Result<()> {
        self.leave();
        Ok(())
    }
}

/// The text without what would move the cursor or turn the direction of the line.
fn visible(text: &str) -> String {
    let upsets = |character: char| {
        character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if upsets(character) { '\u{fffd}' } else { character }).collect()
}

/// The line, cut to the width.
fn fitted(mut line: String, width: Option<usize>) -> String {
    if let Some(width) = width
        && line.chars().count() > width
        && let Some((last, _)) = line.char_indices().nth(width.saturating_sub(1))
    {
        line.truncate(last);
        line.push('…');
    }
    line
}
