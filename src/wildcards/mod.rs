//! Text with the wildcards of `LIKE`, for patterns and for filters of a store.

mod convolution;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod wildcards;

pub(crate) use wildcards::Wildcards;
