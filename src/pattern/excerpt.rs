//! The line of a text that a place is on, with a marker under it.

use std::fmt;

use super::characters::visible;
use super::span::Span;

/// The line of a pattern that a span starts on, with a marker under the span; see
/// [`Span::excerpt`].
///
/// The lines are cut around the marker where they are long, and show no control characters.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'t> {
    text: &'t str,
    span: Span,
}

impl Span {
    /// The line of the text that the span starts on, with a marker under it, for people to read.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("[file:size > 100 AND\n file:name LIKE '%.scr']")?;
    /// let path = pattern.paths().nth(1).unwrap();
    /// assert_eq!(
    ///     path.span.excerpt(pattern.text()).to_string(),
    ///     "\
    /// line 2, column 2
    ///   |
    /// 2 |  file:name LIKE '%.scr']
    ///   |  ^^^^^^^^^",
    /// );
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    ///
    /// A span of another text marks what comes nearest.
    pub fn excerpt(self, text: &str) -> Excerpt<'_> {
        let boundary = |place: usize| {
            let place = place.min(text.len());
            (0..=place).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(place)
        };
        let start = boundary(self.start);
        Excerpt { text, span: Span::new(start, boundary(self.end).max(start)) }
    }
}

impl Excerpt<'_> {
    fn line_start(&self) -> usize {
        self.text[..self.span.start].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Line and column where the span starts, both counted from 1, the column in characters.
    pub(crate) fn line_column(&self) -> (usize, usize) {
        let line = self.text[..self.span.start].bytes().filter(|&byte| byte == b'\n').count() + 1;
        (line, self.text[self.line_start()..self.span.start].chars().count() + 1)
    }
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A terminal line holds the place and what stands around it; patterns of one line may have
        /// 57 kB.
        const AROUND: usize = 60;

        let Self { text, span } = *self;
        let (line, column) = self.line_column();
        let line_start = self.line_start();
        let line_end = text[span.start..].find('\n').map_or(text.len(), |newline| span.start + newline);

        let start = text[line_start..span.start]
            .char_indices()
            .rev()
            .nth(AROUND - 1)
            .map_or(line_start, |(offset, _)| line_start + offset);
        let end =
            text[span.start..line_end].char_indices().nth(AROUND).map_or(line_end, |(offset, _)| span.start + offset);
        let marked_end = span.end.clamp(span.start, end);
        let (left, right) = (if start > line_start { "…" } else { "" }, if end < line_end { "…" } else { "" });

        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let before: String = text[start..span.start].chars().map(visible).collect();
        let after: String = text[span.start..end].chars().map(visible).collect();
        let indent = " ".repeat(left.chars().count() + before.chars().count());
        let carets = "^".repeat(text[span.start..marked_end].chars().count().max(1));
        write!(
            f,
            "line {line}, column {column}\
             \n{margin} |\
             \n{number} | {left}{before}{after}{right}\
             \n{margin} | {indent}{carets}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, start: usize, end: usize) -> String {
        Span::new(start, end).excerpt(text).to_string()
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}~{}", "é".repeat(100), "ö".repeat(100));
        let shown = shown(&text, 200, 201);
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines[0], "line 1, column 101");
        assert_eq!(lines[2], format!("1 | …{}~{}…", "é".repeat(60), "ö".repeat(59)));
        assert_eq!(lines[3], format!("  | {}^", " ".repeat(61)));
    }

    #[test]
    fn the_mark_stays_on_its_line() {
        let shown = shown("[a:b =\n 'c\nd'", 8, 13);
        assert!(shown.ends_with("2 |  'c\n  |  ^^"), "{shown}");
    }

    #[test]
    fn control_characters_are_not_printed() {
        let shown = shown("\u{1b}[2J\u{202e}\r", 0, 8);
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\r']), "{shown:?}");
    }

    #[test]
    fn a_place_in_another_text_does_no_harm() {
        assert_eq!(shown("é", 1, 2), "line 1, column 1\n  |\n1 | é\n  | ^");
        assert_eq!(shown("a", 7, 9), "line 1, column 2\n  |\n1 | a\n  |  ^");
        assert_eq!(shown("", 7, 0), "line 1, column 1\n  |\n1 | \n  | ^");
        assert_eq!(shown("abc", 2, 1), "line 1, column 3\n  |\n1 | abc\n  |   ^");
    }
}
