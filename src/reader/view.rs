//! Views of indicators: what rows need, read without making objects.

use std::borrow::Cow;

use super::frame::{Frame, FrameKind};
use super::item::{Accepted, Item, Rejected, Step};
use super::reader::Reader;
use super::source::Source;
use super::view_place::OddIndicator;
use crate::Identifier;
use crate::error::Error;
use crate::finding::Finding;
use crate::json::cursor::{Fault, MAX_DEPTH};
use crate::json::scan;
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
/// `row::Mapper::map_view` makes rows from it, and [`to_indicator`](Self::to_indicator) the object.
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

#[cfg(feature = "parallel")]
impl ItemView<'_> {
    /// The same item, with an index that counts from `first`.
    pub(super) fn counted_from(mut self, first: u64) -> Self {
        match &mut self {
            Self::Indicator(view) => view.index -= first,
            Self::Object(accepted) => accepted.index -= first,
            Self::Rejected(rejected) => rejected.index -= first,
        }
        self
    }
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

    /// Makes the indicator an object, with all of its properties. This takes the time that was
    /// saved, so a program that needs all indicators as objects should use the reader as an
    /// iterator.
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

    /// Compares the indicator with the standard, and returns what
    /// [`Object::check`](crate::Object::check) returns for the object. An object is made only if
    /// something may be odd about the indicator.
    ///
    /// ```
    /// use stixkit::Reader;
    /// use stixkit::reader::ItemView;
    ///
    /// let feed = r#"[{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    ///     "spec_version": "2.1", "created": "2024-05-01T10:00:00.000Z", "modified": "2024-04-01T10:00:00.000Z",
    ///     "pattern": "[file:size = 5]", "pattern_type": "stix", "valid_from": "2024-05-01T10:00:00Z"}]"#;
    /// let mut reader = Reader::from_str(feed);
    /// let Some(Ok(ItemView::Indicator(view))) = reader.next_view() else { panic!("it is an indicator") };
    /// assert_eq!(view.check()[0].path, ".modified");
    /// ```
    pub fn check(&self) -> Vec<Finding> {
        match self.form {
            Form::Excerpt(excerpt) if excerpt.conforms(self.json) => Vec::new(),
            // OK because the text is an indicator: see `to_indicator`.
            Form::Excerpt(_) => parse(self.json, MAX_DEPTH).map(|parsed| parsed.object.check()).unwrap_or_default(),
            Form::Object(odd) => Object::from((*odd.indicator).clone()).check(),
        }
    }

    pub(crate) fn parts(&self) -> IndicatorParts<'r> {
        match self.form {
            Form::Excerpt(excerpt) => excerpt.parts(self.json),
            Form::Object(odd) => IndicatorParts::from(&*odd.indicator),
        }
    }
}

impl<'r> From<&IndicatorView<'r>> for IndicatorParts<'r> {
    fn from(view: &IndicatorView<'r>) -> Self {
        view.parts()
    }
}

impl<S: Source> Reader<S> {
    /// Reads the next item as the iterator does, except that an indicator is a view in the reader's
    /// memory instead of an object: for rows, in three quarters of the time.
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
        let step = match self.next_in_list() {
            Some(true) => Ok(Step::Excerpt),
            Some(false) => self.step_to_object()?,
            None => self.step()?,
        };
        match step {
            Ok(Step::Excerpt) => {}
            Ok(Step::Item(item)) => return Some(Ok(self.item_view(item))),
            Err(error) => return Some(Err(error)),
        }
        let form = Form::Excerpt(&self.views.as_deref()?.excerpt);
        let json = self.source.text().get(..self.last).unwrap_or_default();
        let (index, offset) = (self.index.saturating_sub(1), self.source.consumed());
        Some(Ok(ItemView::Indicator(IndicatorView { form, json, index, offset })))
    }

    /// Reads the next item if it is an indicator in a list that continues as most do, and returns
    /// whether there is an excerpt of it. If there is none, or with `None` for anything else, the
    /// reader is where it was.
    fn next_in_list(&mut self) -> Option<bool> {
        if self.done {
            return None;
        }
        let views = self.views.get_or_insert_default();
        let Some(Frame { kind: FrameKind::List { next }, comma_due: true, .. }) = self.stack.last_mut() else {
            return None;
        };
        let text = self.source.text();
        let comma = scan::skip_whitespace(text.as_bytes(), self.last);
        if text.as_bytes().get(comma) != Some(&b',') {
            return None;
        }
        let start = scan::skip_whitespace(text.as_bytes(), comma + 1);
        let (limits, object) = (&self.limits, text.get(start..).unwrap_or_default());
        let Some(len) = views.excerpt.read(limits.window(object), limits.depth) else { return Some(false) };
        let is_followed = scan::skip_whitespace(object.as_bytes(), len) < object.len();
        let is_within_limits = len <= limits.object_bytes.min(limits.string_bytes)
            && self.index < limits.objects
            && self.source.consumed() + start as u64 <= limits.total_bytes;
        if !is_followed || !is_within_limits {
            return None;
        }
        *next += 1;
        self.source.consume(start);
        self.last = len;
        self.index += 1;
        Some(true)
    }

    fn item_view(&mut self, item: Item) -> ItemView<'_> {
        let accepted = match item {
            Item::Rejected(rejected) => return ItemView::Rejected(rejected),
            Item::Object(accepted) => accepted,
        };
        let Object::Indicator(indicator) = accepted.object else { return ItemView::Object(accepted) };
        let place = self.views.get_or_insert_default();
        let odd: &OddIndicator = place.odd.insert(OddIndicator { indicator, findings: accepted.findings });
        let json = self.source.text().get(..self.last).unwrap_or_default();
        let (index, offset) = (accepted.index, accepted.offset);
        ItemView::Indicator(IndicatorView { form: Form::Object(odd), json, index, offset })
    }
}
