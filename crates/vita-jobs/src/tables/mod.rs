//! The statements: everything that reads or writes the queue's tables, each within its caller's
//! transaction.

mod choice;
mod claim;
mod control;
mod end;
mod enqueue;
mod forget;
mod inspect;
mod lease;
mod list;
mod many;
mod overview;
mod place;
mod progress;
mod retain;
mod schedule;
mod steps;
#[cfg(test)]
mod tests;

pub(crate) use claim::json_list;
pub(crate) use claim::{Claim, claim, claim_one, is_anything_due};
pub(crate) use control::is_paused;
pub use control::{pause_queue, resume_queue};
pub(crate) use end::{EndPolicy, Ended, Verdict, average_run_time, end_attempt};
pub(crate) use enqueue::{CANCEL_TOPIC, QUEUE_TOPIC, announce_job};
pub use enqueue::{Cancelling, enqueue, request_cancel, requeue, set_priority};
pub use forget::{ForgottenJob, forget_owner};
pub use inspect::{
    JobCursor, attempts, find_by_id_and_owner, list_for_owner, list_steps, lookup_job,
};
pub(crate) use lease::{
    Fence, Leased, assert_lease, list_expired_leases, list_leases, renew_leases,
};
pub use list::{WaitingCursor, list_ended, list_running, list_waiting};
pub use many::{list_ids_of_key, request_cancel_all};
pub use overview::{QueueOverview, is_known_queue, list_queues};
pub(crate) use place::{QueueDepth, add_queue, measure_queue};
pub use place::{QueuePlace, queue_place};
pub(crate) use progress::write_progress;
pub use retain::{Retention, retain};
pub(crate) use schedule::{add_schedule, take_due_time};
pub use steps::{lookup_step, save_step};
