use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use vita_app::JobDetail;
use vita_jobs::{Job, JobAttempt, JobState, JobStep};
use vita_model::{JobId, Progress, Timestamp, UserId};
use vita_store::Page;

use super::job::JobErrorOut;
use super::page::NextCursor;
use super::word::JobStatus;

/// Fields of a payload whose names hold one of these are not shown, whatever a kind of job puts
/// there.
const HIDDEN: [&str; 3] = ["password", "secret", "token"];

/// Another place in the queue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobPriorityIn {
    /// A higher one goes first; jobs are written with 0.
    #[schema(minimum = -100, maximum = 100)]
    pub(crate) priority: i64,
}

/// A job as administrators see it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdminJobOut {
    #[schema(value_type = String)]
    id: JobId,
    #[schema(example = "render")]
    queue: String,
    #[schema(example = "make_clip")]
    kind: String,
    /// Whom it belongs to; null for the installation's own.
    #[schema(value_type = Option<String>, required)]
    owner_id: Option<UserId>,
    #[schema(value_type = JobStatus)]
    status: JobState,
    /// A higher one goes first.
    priority: i64,
    /// Per cent of the present attempt.
    #[schema(value_type = u8, maximum = 100)]
    progress: Progress,
    #[schema(required)]
    stage: Option<String>,
    /// Attempts begun, without those whose worker was lost.
    attempts: u32,
    attempts_max: u32,
    /// How often its worker was lost.
    lost_leases: u32,
    /// Why its last attempt failed.
    #[schema(required)]
    error: Option<JobErrorOut>,
    /// When it is, or was last, due.
    #[schema(value_type = String, format = DateTime)]
    run_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    ended_at: Option<Timestamp>,
    /// When somebody asked that it be called off.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    cancel_requested_at: Option<Timestamp>,
}

/// All that is known of a job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdminJobDetailOut {
    #[serde(flatten)]
    #[schema(inline)]
    job: AdminJobOut,
    /// What it has to know; what could be a secret is hidden.
    #[schema(value_type = Value)]
    payload: Value,
    /// What it resulted in.
    #[schema(value_type = Value)]
    result: Value,
    /// The latest first.
    attempt_history: Vec<AttemptOut>,
    /// Its finished steps, which another attempt does not do again.
    steps: Vec<StepOut>,
}

/// One attempt at a job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttemptOut {
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// Null while it runs.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    ended_at: Option<Timestamp>,
    /// Such as `completed`, `retried`, `lease_lost` or `handed_back`; null while it runs.
    #[schema(required)]
    outcome: Option<String>,
    #[schema(required)]
    error: Option<JobErrorOut>,
}

/// A finished step of a job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepOut {
    name: String,
    #[schema(value_type = String, format = DateTime)]
    finished_at: Timestamp,
    /// How long its result is, in characters of JSON.
    result_chars: u32,
}

/// A page of the jobs of a queue.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdminJobsOut {
    jobs: Vec<AdminJobOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl From<Job> for AdminJobOut {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            queue: job.queue,
            kind: job.kind,
            owner_id: job.owner,
            status: job.state,
            priority: job.priority,
            progress: job.progress,
            stage: job.stage,
            attempts: job.attempts,
            attempts_max: job.attempts_max,
            lost_leases: job.lost_leases,
            error: job.failure.map(JobErrorOut::from),
            run_at: job.run_at,
            created_at: job.created_at,
            updated_at: job.updated_at,
            started_at: job.started_at,
            ended_at: job.ended_at,
            cancel_requested_at: job.cancel_requested_at,
        }
    }
}

impl From<JobDetail> for AdminJobDetailOut {
    fn from(detail: JobDetail) -> Self {
        let read = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        let mut payload = read(&detail.job.payload);
        hide_secrets(&mut payload);
        let mut result = detail.job.result.as_deref().map_or(Value::Null, read);
        hide_secrets(&mut result);
        Self {
            job: detail.job.into(),
            payload,
            result,
            attempt_history: detail.attempts.into_iter().map(AttemptOut::from).collect(),
            steps: detail.steps.into_iter().map(StepOut::from).collect(),
        }
    }
}

impl From<JobAttempt> for AttemptOut {
    fn from(attempt: JobAttempt) -> Self {
        Self {
            started_at: attempt.started_at,
            ended_at: attempt.ended_at,
            outcome: attempt.outcome,
            error: attempt.failure.map(JobErrorOut::from),
        }
    }
}

impl From<JobStep> for StepOut {
    fn from(step: JobStep) -> Self {
        Self {
            name: step.name,
            finished_at: step.finished_at,
            result_chars: step.result_chars,
        }
    }
}

impl From<Page<Job>> for AdminJobsOut {
    fn from(page: Page<Job>) -> Self {
        Self {
            jobs: page.items.into_iter().map(AdminJobOut::from).collect(),
            next_cursor: page.next.into(),
        }
    }
}

/// Depth is bounded by how deep `serde_json` reads.
fn hide_secrets(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.to_lowercase();
                if HIDDEN.iter().any(|hidden| name.contains(hidden)) {
                    *field = Value::from("[hidden]");
                } else {
                    hide_secrets(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_secrets),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_could_be_a_secret_is_hidden_wherever_it_stands() {
        let mut payload = json!({
            "generationId": "gen_1",
            "callbacks": [{"url": "https://example.com", "signingSecret": "x"}],
            "accessToken": {"of": "somebody"},
        });
        hide_secrets(&mut payload);
        let hidden = json!({
            "generationId": "gen_1",
            "callbacks": [{"url": "https://example.com", "signingSecret": "[hidden]"}],
            "accessToken": "[hidden]",
        });
        assert_eq!(payload, hidden);
    }
}
