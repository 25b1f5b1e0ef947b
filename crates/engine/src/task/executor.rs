//! The executor: the threads on which tasks continue after their first time slice, which they share by taking turns.
//!
//! ```text
//!           spawn                   take                ┌ Yielded ──→ to the end of the queue
//! Task ──────────────→ the queue ──────────→ one step ──┤
//!                                                       └ otherwise → back to its owner
//! ```
//!
//! Each step is one time slice, so a guest waits for at most one time slice of every other. Threads start when there is
//! work for them, up to the cap, and end after a while without any.

use crate::engine::Engine;
use crate::task::{Step, Task};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The owner of a task on an executor thread.
pub trait TaskOwner: Send {
    /// Receives the task once it has completed or waits for a host call, with its last step. Called on an executor
    /// thread; must not block.
    fn returned(self: Box<Self>, task: Task, step: Step);
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
    started: u64,
}

struct Job {
    task: Task,
    owner: Box<dyn TaskOwner>,
}

/// The time that a thread waits for work before it ends.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

impl Engine {
    /// The threads on which the engine's tasks continue after their first time slice.
    pub fn executor(&self) -> Arc<Executor> {
        Executor::with_cap(self.config().limits.guest_threads())
    }
}

impl Executor {
    /// The executor of at most `cap` threads, and at least 1.
    pub fn with_cap(cap: u32) -> Arc<Self> {
        static ALL: Mutex<BTreeMap<u32, Arc<Executor>>> = Mutex::new(BTreeMap::new());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        let executor = all.entry(cap).or_insert_with(|| {
            Arc::new(Self {
                cap: cap.max(1),
                queue: Mutex::default(),
                wake: Condvar::new(),
            })
        });
        executor.clone()
    }

    /// Continues `task` on a thread, and returns it to `owner` once it completes or waits for its host. Returns false, and
    /// drops both, if the operating system refuses even the first thread.
    pub fn spawn(self: &Arc<Self>, task: Task, owner: Box<dyn TaskOwner>) -> bool {
        let mut queue = self.queue();
        queue.jobs.push_back(Job { task, owner });
        // Idle threads may have been woken already, for jobs that are still in the queue.
        if queue.idle as usize >= queue.jobs.len() {
            drop(queue);
            self.wake.notify_one();
            return true;
        }
        if queue.threads < self.cap && !self.start_thread(&mut queue) && queue.threads == 0 {
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

    fn start_thread(self: &Arc<Self>, queue: &mut Queue) -> bool {
        let executor = self.clone();
        queue.started += 1;
        let name = format!("airssys-wasm-{}", queue.started);
        let thread = std::thread::Builder::new()
            .name(name)
            .spawn(move || executor.work());
        let has_started = thread.is_ok();
        queue.threads += u32::from(has_started);
        has_started
    }

    fn work(&self) {
        let mut queue = self.queue();
        loop {
            match queue.jobs.pop_front() {
                Some(job) => {
                    drop(queue);
                    let unfinished = step(job);
                    queue = self.queue();
                    queue.jobs.extend(unfinished);
                }
                None => {
                    queue.idle += 1;
                    let (woken, waited) = self
                        .wake
                        .wait_timeout(queue, IDLE_TIMEOUT)
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
}

/// Runs one step; returns the job again if it only used up its time slice.
fn step(mut job: Job) -> Option<Job> {
    match job.task.step() {
        Step::Yielded => Some(job),
        step => {
            let Job { task, owner } = job;
            owner.returned(task, step);
            None
        }
    }
}
