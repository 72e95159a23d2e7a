//! Text of feeds, made fit for a format.

/// The number of characters of a label after which it is cut.
const MAX_LABEL: usize = 80;

/// A label of one line, without control characters, cut if it is long.
pub(super) fn label(text: &str) -> String {
    let mut characters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut label: String = characters.by_ref().take(MAX_LABEL).collect();
    if characters.next().is_some() {
        label.push('…');
    }
    label
}

/// Text with the characters replaced for which there is something else.
pub(super) fn replace(text: &str, by: impl Fn(char) -> Option<&'static str>) -> String {
    let mut replaced = String::with_capacity(text.len());
    for letter in text.chars() {
        match by(letter) {
            Some(other) => replaced.push_str(other),
            None => replaced.push(letter),
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short_and_of_one_line() {
        assert_eq!(label("a\nb\u{0}c"), "a b c");
        assert_eq!(label(&"é".repeat(90)), format!("{}…", "é".repeat(80)));
        assert_eq!(replace("a\"b", |letter| (letter == '"').then_some("''")), "a''b");
    }
}
