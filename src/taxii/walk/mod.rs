//! The paginator: reads a whole result page by page, without sending anything itself.
//!
//! [`Walk::request`] returns the next request, or `None` once the walk is over. [`Walk::receive`]
//! takes the answer, and returns a page if the answer contained anything new. If there was no
//! answer, [`Walk::failed`] decides whether there is another way. A walk can continue after an
//! error: its next request is one that may be sent.
//!
//! # The contract
//!
//! **Every object once.** A walk returns every object that the collection contained at the start of
//! the walk and still contains at its end, at least once, and no (id, version) twice; otherwise it
//! ends with an error. It relies on the one thing that the standard promises: results are in the
//! order in which the server received them. It checks whatever it relies on.
//!
//! **Three ways on.** With `next`, the same request is sent once more with `next` and no other
//! change: not the limit, not the start. With `more` and no `next`, the walk continues from a
//! microsecond before `X-TAXII-Date-Added-Last` and drops what it already has: "after" that instant
//! would lose objects that were added at the same instant and did not fit on the page. In TAXII
//! 2.0, it continues after the objects that it received, which may be fewer than it asked for and
//! fewer than the server claims.
//!
//! **A lost cursor is a restart.** A `next` that has expired, or whose answer was lost, is not sent
//! again, since some servers then continue with the page after it. The walk restarts at the last
//! date instead. This requires proof that the server's dates keep its order. Before that, and if
//! dates are missing, the walk restarts at its start.
//!
//! **Proof of the order** is so many objects in the order of their dates that in any other order
//! they would have come like this in one of a million walks. Two pages of twelve are enough, but
//! not two pages of five, which chance puts in order once in 252 times; ties prove nothing.
//!
//! A server whose every `next` is refused is walked by dates without proof. The walk asks for the
//! first half of its page again, and continues at the date where that half ends: then the other
//! half has to come again, and nothing else from the page. Each such step adds to the proof. If
//! the walk comes to its end without enough of it, everything is requested on one page. If the
//! server does not send that either, the walk ends with an error, and its
//! [`Checkpoint`](crate::taxii::Checkpoint) does not leave its start. A proof excludes an order
//! that has nothing to do with dates; it cannot exclude one that follows them except for a few
//! objects.
//!
//! Without `next`, the standard leaves no way but that of dates, so they are relied on without
//! proof. Until there is one, the walk looks at every restart whether other objects of the last
//! page come again than those at its end. That is an error: the server goes by another order.
//!
//! **The end is where the server says it is.** A page that says in any way that there is more is
//! not the last one. There is one exception, which [`Progress::is_end_inferred`] reports: a `next`
//! behind a page with room for more objects, or one that is the offset after all pages, that is
//! refused (404, 416), and refused again at the same object after a restart that brought nothing
//! new. In TAXII 2.0, 416 is the end if the total is reached, or if there is no total and both
//! spellings of a range are refused behind objects that came.
//!
//! **A page that is not understood is not an empty page.** If the objects are in another place or
//! shape than the standard says, they are read where they are found, with a finding; if there are
//! none, it is an error.
//!
//! **Progress is new objects.** A `next` may be the same on every page. Pages without anything new,
//! while the server claims that there is more, are tolerated a few times; then they are an error.
//! If more objects than fit on a page were added at one instant, and there is no `next`, the page
//! is made larger until the walk is past the instant or the server sends no more. Then the manifest
//! shows the identifiers of the instant's objects, and they are asked for by these. If that does
//! not help, the walk ends with an error, or passes over the rest of the instant and counts it, if
//! [`WalkOptions::accept_gaps`](crate::taxii::WalkOptions::accept_gaps) is set.
//!
//! **Memory** is a page and the keys of the objects that a restart would bring again: those of the
//! last instant, or of the whole walk until the order of dates is proven.

mod chain;
mod cursor;
mod flight;
mod instant;
mod last_page;
mod page_size;
mod paginator;
mod patience;
mod position;
mod probe;
mod progress;
mod proof;
mod ranges;
mod refusals;
mod seen;
mod target;
mod ties;
mod trust;

pub use paginator::Walk;
pub(super) use position::Position;
pub use progress::Progress;
pub use trust::Dates;
