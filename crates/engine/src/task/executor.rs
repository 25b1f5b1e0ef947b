//! On which threads do guests go on that outlast their first slice? A few, shared by all of them in step.
//!
//! ```text
//!            push                  take                ┌ Yielded ────→ to the end of the queue
//! Task ──────────────→ the queue ──────────→ one step ──┤
//!                                                      └ otherwise → back to its owner
//! ```
//!
//! Each step is one slice, so that a guest waits for at most one slice of every other. Executor come when there is work
//! for them, up to the cap, and go when there is none for a while.

use crate::engine::Engine;
use crate::task::{Step, Task};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Takes a run back that came to its end or wants its host.
pub trait TaskOwner: Send {
    /// Called on one of the threads; it must not wait.
    fn complete(self: Box<Self>, run: Task, step: Step);
}

/// The threads of all engines with the same cap.
pub struct Executor {
    cap: u32,
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    threads: u32,
    idle: u32,
    spawned: u64,
}

struct Job {
    run: Task,
    owner: Box<dyn TaskOwner>,
}

/// How long a thread waits for work before it ends.
const PATIENCE: Duration = Duration::from_secs(5);

impl Engine {
    /// The threads on which its guests go on that outlast a slice.
    pub fn executor(&self) -> Arc<Executor> {
        Executor::with_cap(self.config().limits.guest_threads())
    }
}

impl Executor {
    /// The threads with this cap, at least 1.
    pub fn with_cap(cap: u32) -> Arc<Self> {
        static ALL: Mutex<BTreeMap<u32, Arc<Executor>>> = Mutex::new(BTreeMap::new());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        let threads = all.entry(cap).or_insert_with(|| {
            Arc::new(Self {
                cap: cap.max(1),
                queue: Mutex::default(),
                wake: Condvar::new(),
            })
        });
        threads.clone()
    }

    /// Has `run` go on, and `owner` have it back where it ends or wants its host. False, with both gone, where the operating
    /// system gives not a single thread.
    pub fn push(self: &Arc<Self>, run: Task, owner: Box<dyn TaskOwner>) -> bool {
        let mut queue = self.queue();
        queue.jobs.push_back(Job { run, owner });
        // Those that are idle may have been woken already, for what was pushed before.
        if queue.idle as usize >= queue.jobs.len() {
            drop(queue);
            self.wake.notify_one();
            return true;
        }
        if queue.threads < self.cap && !self.spawn(&mut queue) && queue.threads == 0 {
            let job = queue.jobs.pop_back();
            drop(queue);
            drop(job);
            return false;
        }
        true
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(self: &Arc<Self>, queue: &mut Queue) -> bool {
        let threads = self.clone();
        queue.spawned += 1;
        let name = format!("airssys-wasm-{}", queue.spawned);
        let spawned = std::thread::Builder::new()
            .name(name)
            .spawn(move || threads.work());
        let is_there = spawned.is_ok();
        queue.threads += u32::from(is_there);
        is_there
    }

    fn work(&self) {
        let mut queue = self.queue();
        loop {
            match queue.jobs.pop_front() {
                Some(job) => {
                    drop(queue);
                    let unfinished = self.run(job);
                    queue = self.queue();
                    queue.jobs.extend(unfinished);
                }
                None => {
                    queue.idle += 1;
                    let (woken, waited) = self
                        .wake
                        .wait_timeout(queue, PATIENCE)
                        .unwrap_or_else(PoisonError::into_inner);
                    queue = woken;
                    queue.idle -= 1;
                    if waited.timed_out() && queue.jobs.is_empty() {
                        queue.threads -= 1;
                        return;
                    }
                }
            }
        }
    }

    /// One step; the job again where it only used its slice up.
    fn run(&self, mut job: Job) -> Option<Job> {
        match job.run.step() {
            Step::Yielded => Some(job),
            step => {
                let Job { run, owner } = job;
                owner.complete(run, step);
                None
            }
        }
    }
}
