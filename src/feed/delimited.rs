//! The columns of a line of a list.

use super::format::Delimiter;

/// The columns of a line without its comment.
pub(super) fn columns(line: &str, delimiter: Delimiter) -> Vec<&str> {
    match delimiter {
        Delimiter::None => vec![line],
        Delimiter::Char(letter) => line.split(letter).map(str::trim).collect(),
        Delimiter::Whitespace => line.split_whitespace().collect(),
    }
}

/// The columns of a line, and the comment after them: it follows a blank, and its mark does not
/// begin with the delimiter.
pub(super) fn without_comment<'l>(line: &'l str, delimiter: Delimiter, marks: &[String]) -> (&'l str, Option<&'l str>) {
    let is_delimiter = |mark: &str| matches!(delimiter, Delimiter::Char(letter) if mark.starts_with(letter));
    let starts = marks.iter().filter(|mark| !mark.is_empty() && !is_delimiter(mark)).filter_map(|mark| {
        line.match_indices(mark.as_str())
            .map(|(place, _)| place)
            .find(|place| line[..*place].ends_with(char::is_whitespace))
            .map(|place| (place, mark.len()))
    });
    match starts.min() {
        Some((place, len)) => (line[..place].trim_end(), Some(line[place + len..].trim())),
        None => (line, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_into_columns() {
        let marks = ["#".to_owned(), ";".to_owned()];
        let cut = |line: &'static str, delimiter| {
            let (line, comment) = without_comment(line, delimiter, &marks);
            (columns(line, delimiter), comment)
        };
        assert_eq!(cut("0.0.0.0 \t a.example # c", Delimiter::Whitespace), (vec!["0.0.0.0", "a.example"], Some("c")));
        assert_eq!(cut("192.0.2.0/24 ; SBL1", Delimiter::Char(';')), (vec!["192.0.2.0/24", "SBL1"], None));
        assert_eq!(cut("a#b\tc", Delimiter::Char('\t')), (vec!["a#b", "c"], None));
        assert_eq!(cut("a ; b # c", Delimiter::None), (vec!["a"], Some("b # c")));
    }
}
