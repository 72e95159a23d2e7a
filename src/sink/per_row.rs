//! Documents for all rows of an indicator.

use std::borrow::Cow;

use crate::row::Row;

/// The most bytes of a text, or of the texts of a list, that every document of an indicator
/// repeats. Longer ones are in the first document alone: otherwise the output of a long pattern
/// with many values would grow with the square of the pattern.
pub(super) const MAX_REPEATED: usize = 4096;

/// A document for each row of an indicator: what they share is made once, since an indicator may
/// have very many rows. `shorten` takes out what only the first document has.
pub(super) fn document_per_row<'r, 'i, D: Clone>(
    rows: &'r [Row<'i>],
    about: impl FnOnce(&'r Row<'i>) -> D,
    mut set: impl FnMut(&mut D, &'r Row<'i>),
    shorten: impl Fn(&mut D),
) -> impl Iterator<Item = D> {
    let mut shared = rows.first().map(about);
    rows.iter().enumerate().filter_map(move |(place, row)| {
        let mut document = if place + 1 < rows.len() { shared.clone() } else { shared.take() }?;
        if place == 0
            && let Some(shared) = &mut shared
        {
            shorten(shared);
        }
        set(&mut document, row);
        Some(document)
    })
}

/// Takes out a text that is too long to be repeated.
pub(super) fn shorten_text(text: &mut Option<Cow<'_, str>>) {
    if text.as_ref().is_some_and(|text| text.len() > MAX_REPEATED) {
        *text = None;
    }
}

/// Empties a list of texts that are too long to be repeated.
pub(super) fn shorten_list<T>(list: &mut Vec<T>, len: impl Fn(&T) -> usize) {
    // Quotes and comma count, too.
    if list.iter().map(|item| len(item) + 3).sum::<usize>() > MAX_REPEATED {
        list.clear();
    }
}

/// Returns as much of a text as every document of an indicator may repeat, cut between characters.
pub(super) fn repeatable(text: &str) -> &str {
    if text.len() <= MAX_REPEATED {
        return text;
    }
    let end = (0..=MAX_REPEATED).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_not_repeated() {
        let mut texts = [Some(Cow::Owned("a".repeat(MAX_REPEATED))), Some(Cow::Owned("a".repeat(MAX_REPEATED + 1)))];
        texts.iter_mut().for_each(shorten_text);
        assert!(texts[0].is_some() && texts[1].is_none());
        let mut list = vec!["a"; MAX_REPEATED / 4];
        shorten_list(&mut list, |text| text.len());
        assert_eq!(list.len(), MAX_REPEATED / 4);
        list.push("b");
        shorten_list(&mut list, |text| text.len());
        assert!(list.is_empty());
        assert_eq!(repeatable(&"\u{20ac}".repeat(MAX_REPEATED)).len(), 4095);
        assert_eq!(repeatable("a"), "a");
    }
}
