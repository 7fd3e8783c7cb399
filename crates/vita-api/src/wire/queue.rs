use serde::Serialize;
use utoipa::ToSchema;
use vita_jobs::QueueOverview;
use vita_model::Timestamp;

/// A queue, and how it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueOut {
    #[schema(example = "render")]
    name: String,
    /// Whether nothing of it is started.
    paused: bool,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    paused_at: Option<Timestamp>,
    /// Jobs that run at once.
    concurrency: u32,
    /// Jobs by state, of those that are kept; each at most 10,000, which then means "or more".
    counts: QueueCountsOut,
    /// Since when the job has been due that has waited longest.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    oldest_waiting_since: Option<Timestamp>,
    /// How long its jobs took of late; null before the first has completed.
    #[schema(required)]
    mean_duration_seconds: Option<f64>,
    /// How long a job that came now would probably wait; null while the queue is paused.
    #[schema(required)]
    estimated_wait_seconds: Option<u64>,
}

/// How many jobs of a queue are in each state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueCountsOut {
    queued: u32,
    running: u32,
    completed: u32,
    failed: u32,
    cancelled: u32,
    /// Dead letters.
    dead: u32,
}

/// Every queue, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueuesOut {
    queues: Vec<QueueOut>,
}

impl From<QueueOverview> for QueueOut {
    fn from(queue: QueueOverview) -> Self {
        Self {
            name: queue.name,
            paused: queue.paused_at.is_some(),
            paused_at: queue.paused_at,
            concurrency: queue.concurrency,
            counts: QueueCountsOut {
                queued: queue.queued,
                running: queue.running,
                completed: queue.completed,
                failed: queue.failed,
                cancelled: queue.cancelled,
                dead: queue.dead,
            },
            oldest_waiting_since: queue.oldest_due,
            mean_duration_seconds: queue.mean_run_time.map(|mean| mean.as_secs_f64()),
            estimated_wait_seconds: queue.estimated_wait.map(|wait| wait.as_secs()),
        }
    }
}

impl From<Vec<QueueOverview>> for QueuesOut {
    fn from(queues: Vec<QueueOverview>) -> Self {
        Self {
            queues: queues.into_iter().map(QueueOut::from).collect(),
        }
    }
}
