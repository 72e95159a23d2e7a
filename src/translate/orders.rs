//! The orders in which several observations may be made.

use super::joint::Joint;

/// So many orders become queries.
const MOST_ORDERS: usize = 24;
/// So many observations are put in order.
const LONGEST: usize = 16;

/// Observations of a joint one by one, in every order that it allows.
///
/// Each order is a list of the numbers of elements, in which an element comes as often as it is
/// needed. Returns `None` if there are more orders or observations than fit into queries.
pub(super) fn all(joint: &Joint<'_>) -> Option<Vec<Vec<usize>>> {
    let total = joint.elements.iter().try_fold(0_u64, |total, element| total.checked_add(element.times))?;
    if joint.elements.len() > 1 && total > LONGEST as u64 {
        return None;
    }
    let mut found = Vec::new();
    if let [element] = &joint.elements[..] {
        found.push(vec![0; usize::try_from(element.times).ok()?]);
        return Some(found);
    }
    let mut left: Vec<u64> = joint.elements.iter().map(|element| element.times).collect();
    extend(joint, &mut left, &mut Vec::new(), &mut found).then_some(found)
}

/// Returns false if there are too many. No more than 16 levels deep.
fn extend(joint: &Joint<'_>, left: &mut [u64], order: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) -> bool {
    if left.iter().all(|times| *times == 0) {
        found.push(order.clone());
        return found.len() <= MOST_ORDERS;
    }
    for own in 0..left.len() {
        let is_next = left[own] > 0 && !joint.orders.iter().any(|(first, second)| *second == own && left[*first] > 0);
        if is_next {
            left[own] -= 1;
            order.push(own);
            let is_fit = extend(joint, left, order, found);
            order.pop();
            left[own] += 1;
            if !is_fit {
                return false;
            }
        }
    }
    true
}

/// The elements in their order, if there is only one.
pub(super) fn chain(joint: &Joint<'_>) -> Option<Vec<usize>> {
    let mut order = all(joint).filter(|orders| orders.len() == 1)?.swap_remove(0);
    order.dedup();
    Some(order)
}
