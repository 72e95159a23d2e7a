//! The places of properties in the text of their object.

use std::collections::HashMap;

use super::finding::Finding;
use crate::error::Position;
use crate::json::cursor::{Cursor, Fault, MAX_DEPTH, decode_name};

/// The offset of each path that findings have, and of each part around it. `None` if it is not
/// there.
type Offsets = HashMap<String, Option<usize>>;

/// Sets the positions of findings of an object: to the property, or if that is absent to the
/// nearest part around it. `text` is the object, and `start` its place. One pass over the text
/// finds all.
pub(super) fn locate(findings: &mut [Finding], text: &str, start: Position) {
    let is_open = |finding: &&mut Finding| finding.position.is_none();
    let mut offsets = Offsets::new();
    for finding in findings.iter_mut().filter(is_open) {
        around(&finding.path, |path| _ = offsets.insert(path.to_owned(), None));
    }
    // OK because what was found before a fault is right, and other findings get the place of the
    // object.
    let _ = walk(&mut Cursor::new(text, MAX_DEPTH), &mut String::new(), &mut offsets);
    let mut placed: Vec<_> = findings
        .iter_mut()
        .filter(is_open)
        .map(|finding| {
            let mut nearest = None;
            around(&finding.path, |path| nearest = nearest.or(offsets.get(path).copied().flatten()));
            (nearest.unwrap_or_default(), finding)
        })
        .collect();
    placed.sort_by_key(|(offset, _)| *offset);
    let (mut position, mut last) = (start, 0);
    for (offset, finding) in placed {
        position = position.after(text.as_bytes().get(last..offset).unwrap_or_default());
        last = offset;
        finding.position = Some(position);
    }
}

/// Calls `visit` with a path, and then with those of the parts around it, without the empty one.
fn around(path: &str, mut visit: impl FnMut(&str)) {
    // A path from the document is not one in the object.
    let mut rest = if path.starts_with('$') { "" } else { path };
    while !rest.is_empty() {
        visit(rest);
        rest = &rest[..rest.rfind(['.', '[']).unwrap_or(0)];
    }
}

/// Notes where the paths are in a value. Only parts that some path leads into are looked at.
fn walk(cursor: &mut Cursor<'_>, path: &mut String, offsets: &mut Offsets) -> Result<(), Fault> {
    let bracket = cursor.peek();
    let is_wanted = path.is_empty() || offsets.contains_key(path.as_str());
    if !is_wanted || !matches!(bracket, b'{' | b'[') {
        return cursor.raw().map(drop);
    }
    cursor.open(bracket, "a value")?;
    let (length, mut index) = (path.len(), 0_usize);
    loop {
        let offset = if bracket == b'{' {
            let Some(name) = cursor.next_name(index == 0)? else { return Ok(()) };
            path.push('.');
            path.push_str(&decode_name(name).unwrap_or(name.into()));
            // The quote before the name.
            cursor.offset_of(name).saturating_sub(1)
        } else {
            if !cursor.next_element(index == 0)? {
                return Ok(());
            }
            path.push_str(&format!("[{index}]"));
            cursor.peek();
            cursor.at()
        };
        if let Some(place) = offsets.get_mut(path.as_str()) {
            // The last of several members with one name counts.
            *place = Some(offset);
        }
        walk(cursor, path, offsets)?;
        path.truncate(length);
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FindingKind;

    #[test]
    fn places_are_those_of_members_and_elements() {
        let text = "{\"a\": 1,\n \"b\" : [1, {\"c\\u0064\": 2}],\n \"a\": {\"x\": {}}}";
        let start = Position { offset: 100, line: 7, column: 3 };
        let paths = [
            (".a", 9, 2),
            (".b", 8, 2),
            (".b[1].cd", 8, 13),
            (".b[9].z", 8, 2),
            (".a.x.y", 9, 8),
            (".z", 7, 3),
            ("", 7, 3),
        ];
        let mut findings: Vec<_> = paths.iter().map(|(path, ..)| Finding::new(FindingKind::Empty, *path, "")).collect();
        locate(&mut findings, text, start);
        for (finding, (path, line, column)) in findings.iter().zip(paths) {
            let at = finding.position.unwrap();
            assert_eq!((at.line, at.column), (line, column), "{path}");
            let offset = (at.offset - 100) as usize;
            assert!(matches!(text.as_bytes()[offset], b'"' | b'{'), "{path}");
        }
        let mut broken = [Finding::new(FindingKind::Empty, ".a", "")];
        locate(&mut broken, "{\"a\": 1, oops", start);
        assert_eq!(broken[0].position.map(|at| at.column), Some(4));
    }
}
