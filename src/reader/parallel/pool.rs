//! Threads that work off a queue.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A queue of jobs, and what the threads made of them, in the order in which they are done.
pub(super) struct Pool<J, R> {
    jobs: Sender<J>,
    results: Receiver<Result<R, Box<dyn Any + Send>>>,
}

impl<J: Send, R: Send> Pool<J, R> {
    /// Runs `drive` beside threads that work, and ends them when it returns. If not one thread can
    /// be started, returns `None` without calling `drive`.
    pub(super) fn run<O>(threads: usize, work: impl Fn(J) -> R + Sync, drive: impl FnOnce(&Self) -> O) -> Option<O> {
        let (jobs, queue) = channel();
        let (done, results) = channel();
        let queue = Mutex::new(queue);
        thread::scope(|scope| {
            let (queue, work) = (&queue, &work);
            let mut started = 0;
            for _ in 0..threads {
                let done = done.clone();
                let thread = thread::Builder::new().name("stixkit".to_owned());
                started += usize::from(thread.spawn_scoped(scope, move || serve(queue, work, &done)).is_ok());
            }
            drop(done);
            // Without the sender of `pool`, which is dropped here in either case, the threads end.
            let pool = Self { jobs, results };
            (started > 0).then(|| drive(&pool))
        })
    }

    pub(super) fn send(&self, job: J) {
        // The queue lives as long as the pool.
        _ = self.jobs.send(job);
    }

    /// Waits for a result. `None` if no thread is left. A panic of a job goes on here.
    pub(super) fn receive(&self) -> Option<R> {
        self.results.recv().ok().map(unwound)
    }

    /// Takes a result if there is one. A panic of a job goes on here.
    pub(super) fn try_receive(&self) -> Option<R> {
        self.results.try_recv().ok().map(unwound)
    }
}

fn unwound<R>(result: Result<R, Box<dyn Any + Send>>) -> R {
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

fn serve<J, R>(queue: &Mutex<Receiver<J>>, work: impl Fn(J) -> R, done: &Sender<Result<R, Box<dyn Any + Send>>>) {
    loop {
        // A thread panics only in `work`, where it does not hold the lock.
        let Ok(job) = queue.lock().map(|queue| queue.recv()) else { return };
        let Ok(job) = job else { return };
        let result = catch_unwind(AssertUnwindSafe(|| work(job)));
        if done.send(result).is_err() {
            return;
        }
    }
}
