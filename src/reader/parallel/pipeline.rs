//! One thread that makes parts, others that map them, and results in order.

use super::joined::Joined;
use super::pool::Pool;

/// Maps parts with so many threads, besides the one that calls and makes the parts, and hands out
/// what comes of them in order. No more than a few parts are on the way at a time.
///
/// Without other threads, the one that calls does everything.
pub(super) fn run<J: Send, T: Send, E>(
    threads: usize,
    mut next: impl FnMut() -> Option<J>,
    map: impl Fn(J) -> T + Sync,
    mut each: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    if threads > 0 {
        let work = |(number, part): (u64, J)| (number, map(part));
        let most = 2 * threads as u64 + 1;
        if let Some(done) = Pool::run(threads, work, |pool| drive(pool, most, &mut next, &mut each)) {
            return done;
        }
    }
    while let Some(part) = next() {
        each(map(part))?;
    }
    Ok(())
}

fn drive<J: Send, T: Send, E>(
    pool: &Pool<(u64, J), (u64, T)>,
    most: u64,
    next: &mut impl FnMut() -> Option<J>,
    each: &mut impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let mut joined = Joined::new();
    let mut is_done = false;
    while !is_done || joined.open() > 0 {
        if !is_done && joined.open() < most {
            match next() {
                Some(part) => pool.send((joined.next_number(), part)),
                None => is_done = true,
            }
        }
        // There is something better to do than to wait as long as parts can be made.
        let can_wait = joined.open() > 0 && (is_done || joined.open() >= most);
        let Some(done) = (if can_wait { pool.receive() } else { pool.try_receive() }) else {
            // No thread is left: a panic of one has been passed on.
            if can_wait {
                break;
            }
            continue;
        };
        joined.put(done.0, done.1);
        while let Some(result) = joined.next() {
            each(result)?;
        }
    }
    Ok(())
}
