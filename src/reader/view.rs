//! Views of indicators: what rows need, read without making objects.

use std::borrow::Cow;

use super::item::{Accepted, Item, Rejected, Step};
use super::reader::Reader;
use super::source::Source;
use crate::Identifier;
use crate::error::Error;
use crate::finding::Finding;
use crate::json::cursor::{Fault, MAX_DEPTH};
use crate::object::indicator_excerpt::IndicatorExcerpt;
use crate::object::indicator_parts::IndicatorParts;
use crate::object::read::{error, parse};
use crate::object::{Indicator, Object};

/// One item of a feed, as [`Reader::next_view`] returns it.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "an item is read or it is not, and indicators are views")]
pub enum ItemView<'r> {
    /// An indicator was read.
    Indicator(IndicatorView<'r>),
    /// An object of another type was read.
    Object(Accepted),
    /// An item could not be read as an object.
    Rejected(Rejected),
}

/// An indicator that lives in its [`Reader`] until the next item is read.
///
/// Most indicators are not made into an object. The reader knows the parts that rows are made from,
/// and leaves long text in the JSON; custom properties are stepped over. An indicator about which
/// anything is odd (a property of the wrong shape, a repeated name) is read as an object, with its
/// [`findings`](Self::findings). The rows are the same.
///
/// `Mapper::map_view` of the module `row` makes rows from it, and [`to_indicator`](Self::to_indicator)
/// the object.
#[derive(Debug)]
pub struct IndicatorView<'r> {
    form: Form<'r>,
    json: &'r str,
    index: u64,
    offset: u64,
}

#[derive(Debug)]
enum Form<'r> {
    Excerpt(&'r IndicatorExcerpt),
    Object(&'r OddIndicator),
}

/// Where a reader keeps the indicator that it returned last.
#[derive(Debug, Default)]
pub(super) struct ViewPlace {
    pub(super) excerpt: Option<IndicatorExcerpt>,
    odd: Option<OddIndicator>,
}

/// An indicator that was read as an object.
#[derive(Debug)]
struct OddIndicator {
    indicator: Box<Indicator>,
    findings: Vec<Finding>,
}

impl<'r> IndicatorView<'r> {
    /// Returns which item of the input the indicator is, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Returns where the indicator starts, in bytes from the start of the input.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns what was odd about the indicator in the input. Empty for most.
    pub fn findings(&self) -> &'r [Finding] {
        match self.form {
            Form::Excerpt(_) => &[],
            Form::Object(odd) => &odd.findings,
        }
    }

    /// Returns the indicator as it was sent.
    pub fn json(&self) -> &'r str {
        self.json
    }

    /// Returns the identifier.
    pub fn id(&self) -> &'r Identifier {
        &self.parts().common.id
    }

    /// Returns the name.
    pub fn name(&self) -> Option<&'r str> {
        self.parts().name
    }

    /// Returns the pattern.
    pub fn pattern(&self) -> &'r str {
        self.parts().pattern
    }

    /// Makes the indicator an object, with all of its properties. This takes the time that was saved,
    /// so a program that needs all indicators as objects should use the reader as an iterator.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not an indicator, which the view of a reader always is.
    pub fn to_indicator(&self) -> Result<Cow<'r, Indicator>, Error> {
        if let Form::Object(odd) = self.form {
            return Ok(Cow::Borrowed(&odd.indicator));
        }
        let parsed = parse(self.json, MAX_DEPTH).map_err(|fault| error(fault, self.json))?;
        match parsed.object {
            Object::Indicator(indicator) => Ok(Cow::Owned(*indicator)),
            _ => Err(error(Fault::OtherType, self.json)),
        }
    }

    pub(crate) fn parts(&self) -> IndicatorParts<'r> {
        match self.form {
            Form::Excerpt(excerpt) => excerpt.parts(self.json),
            Form::Object(odd) => IndicatorParts::from(&*odd.indicator),
        }
    }
}

impl<S: Source> Reader<S> {
    /// Reads the next item as the iterator does, except that an indicator is a view in the reader's
    /// memory instead of an object: for rows, in two thirds of the time.
    ///
    /// Both ways of reading may take turns.
    ///
    /// ```
    /// use stixkit::Reader;
    /// use stixkit::reader::ItemView;
    ///
    /// let feed = r#"[{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    ///     "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}]"#;
    /// let mut reader = Reader::from_str(feed);
    /// while let Some(item) = reader.next_view() {
    ///     match item? {
    ///         ItemView::Indicator(view) => assert_eq!(view.pattern(), "[file:size = 5]"),
    ///         ItemView::Object(accepted) => panic!("{} is not an indicator", accepted.object.id()),
    ///         ItemView::Rejected(rejected) => return Err(rejected.error),
    ///     }
    /// }
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn next_view(&mut self) -> Option<Result<ItemView<'_>, Error>> {
        self.views.get_or_insert_default();
        let (step, views) = (self.step()?, self.views.as_deref_mut()?);
        let (index, offset) = (self.index.saturating_sub(1), self.source.consumed());
        let form = match step {
            Ok(Step::Excerpt) => Form::Excerpt(views.excerpt.as_ref()?),
            Ok(Step::Item(Item::Rejected(rejected))) => return Some(Ok(ItemView::Rejected(rejected))),
            Ok(Step::Item(Item::Object(accepted))) => match accepted.object {
                Object::Indicator(indicator) => {
                    let findings = accepted.findings;
                    Form::Object(views.odd.insert(OddIndicator { indicator, findings }))
                }
                _ => return Some(Ok(ItemView::Object(accepted))),
            },
            Err(error) => return Some(Err(error)),
        };
        let json = self.source.text().get(..self.last).unwrap_or_default();
        Some(Ok(ItemView::Indicator(IndicatorView { form, json, index, offset })))
    }
}
