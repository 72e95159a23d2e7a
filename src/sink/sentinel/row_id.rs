//! The identifier of rows in the tables of today.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Identifier;

/// The identifier of a row or of several: queries take the source out of it with
/// `base64_decode_tostring(split(Id, '---')[0])`, and the UUID with `split(Id, '--')[2]`.
pub(super) fn row_id(source: &str, id: &Identifier) -> String {
    let mut text = STANDARD.encode(source);
    text.push_str("---");
    id.with_text(|id| text.push_str(id));
    text
}
