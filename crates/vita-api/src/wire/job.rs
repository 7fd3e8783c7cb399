use serde::Serialize;
use utoipa::ToSchema;
use vita_jobs::{JobFailure, JobState, JobSummary};
use vita_model::{JobId, Progress, Timestamp};
use vita_store::Page;

use super::page::NextCursor;
use super::word::JobStatus;

/// A job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobOut {
    #[schema(value_type = String)]
    id: JobId,
    kind: String,
    #[schema(value_type = JobStatus)]
    status: JobState,
    /// Per cent of the present attempt.
    #[schema(value_type = u8, maximum = 100)]
    progress: Progress,
    #[schema(required)]
    stage: Option<String>,
    /// What it made.
    #[schema(value_type = Option<JobResultOut>, required)]
    result: Option<serde_json::Value>,
    #[schema(required)]
    error: Option<JobErrorOut>,
    /// Attempts begun.
    attempts: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A page of jobs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobsOut {
    jobs: Vec<JobOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

/// What a job made: an export or a thumbnail.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the results of jobs, which are kept as JSON"
)]
pub(crate) struct JobResultOut {
    /// Where the file is; works for an hour or two.
    url: String,
}

/// Why a job was given up.
#[derive(Serialize, ToSchema)]
pub(crate) struct JobErrorOut {
    /// A stable word.
    #[schema(example = "TIMED_OUT")]
    code: String,
    /// For people.
    message: String,
}

impl From<JobFailure> for JobErrorOut {
    fn from(failure: JobFailure) -> Self {
        Self {
            code: failure.code.into_owned(),
            message: failure.message,
        }
    }
}

impl From<JobSummary> for JobOut {
    fn from(job: JobSummary) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            status: job.status,
            progress: job.progress,
            stage: job.stage,
            // A clip is found by its generation, so its job has nothing to tell.
            result: job.result.filter(|made| made.get("url").is_some()),
            error: job.error.map(JobErrorOut::from),
            attempts: job.attempts,
            created_at: job.created_at,
            updated_at: job.updated_at,
        }
    }
}

impl From<Page<JobSummary>> for JobsOut {
    fn from(page: Page<JobSummary>) -> Self {
        Self {
            jobs: page.items.into_iter().map(JobOut::from).collect(),
            next_cursor: page.next.into(),
        }
    }
}
