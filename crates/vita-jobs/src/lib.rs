//! The durable queue: claim, lease, steps, retry, dead letters, schedules. It knows no concrete job.
//!
//! - [`enqueue`] writes a [`NewJob`] in the caller's transaction: the work exists exactly if what
//!   it follows from does.
//! - [`Workers`] claim jobs, renew their leases, run them and write down how they ended.
//! - A [`JobHandler`] does the work of one kind of job, through a [`JobRun`].
//!
//! Invariants:
//! - A job runs at least once, and more often only after its worker was lost or an attempt failed.
//!   Every write of a run is fenced by its lease: whoever lost the lease can write nothing more.
//! - A step that finished is not done again ([`JobRun::step`]).
//! - A job that has ended never changes, but for one that was given up and is queued again.
//! - Of a paused queue nothing is started, by whatever process, until it is resumed.
//! - Lost leases are counted apart from failures, so restarts never push a job into the dead letters.
//! - The hooks of [`JobHandler`] run in the transaction that changes the job, so that a job and what
//!   it is about never part.
//!
//! Must not: know what a job does, keep a job in memory only, or hold a database transaction while
//! a job runs.

mod backoff;
mod handler;
mod job;
mod queue;
mod run;
mod tables;
mod workers;

pub use backoff::Backoff;
pub use handler::{JobEnd, JobError, JobHandler, LeaseLost};
pub use job::{Job, JobAttempt, JobFailure, JobState, JobStep, JobSummary, NewJob};
pub use queue::{Pace, QueueConfig, QueueName, Rate};
pub use run::JobRun;
pub use tables::{
    Cancelling, ForgottenJob, JobCursor, QueueOverview, QueuePlace, Retention, WaitingCursor,
    attempts, enqueue, find_by_id_and_owner, forget_owner, is_known_queue, list_ended,
    list_for_owner, list_ids_of_key, list_queues, list_running, list_steps, list_waiting,
    lookup_job, lookup_step, pause_queue, queue_place, request_cancel, request_cancel_all, requeue,
    resume_queue, retain, save_step, set_priority,
};
pub use workers::{DrainReport, Leases, Schedule, WakeUp, Workers, WorkersSetup};
