use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use vita_db::{Announcement, DbError, Row};
use vita_model::{JobId, Progress, Timestamp, UserId};

use crate::QueueName;

/// Most characters of a failure's message that are kept.
const FAILURE_MESSAGE_CHARS_MAX: usize = 2_000;

/// The state of a job. The four at the end are final, but for `failed` and `dead`, which can be queued
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Waits: for a worker, for its time, or for another attempt.
    Queued,
    /// A worker has it.
    Running,
    /// Done; it has a result.
    Completed,
    /// Given up at once, because another attempt would fail, too.
    Failed,
    /// Not wanted any more.
    Cancelled,
    /// Given up after its last attempt, or after its worker was lost too often: a dead letter.
    Dead,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Dead,
    ];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
        }
    }

    /// Whether the job has ended.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for JobState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == text);
        known.ok_or(())
    }
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobFailure {
    /// A stable word in capitals, such as `TIMED_OUT`.
    pub code: Cow<'static, str>,
    /// What happened, for people.
    pub message: String,
}

impl JobFailure {
    /// A failure. A long message is shortened; NUL characters, which PostgreSQL refuses, are left
    /// out.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl AsRef<str>) -> Self {
        let message = message.as_ref().chars().filter(|&char| char != '\0');
        Self {
            code: code.into(),
            message: message.take(FAILURE_MESSAGE_CHARS_MAX).collect(),
        }
    }
}

impl fmt::Display for JobFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

/// A job to be written into a queue.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The queue it waits in.
    pub queue: QueueName,
    /// Which handler runs it.
    pub kind: &'static str,
    /// Whom it belongs to; none for the installation's own jobs.
    pub owner: Option<UserId>,
    /// Whose limits it falls under, such as the owner's id; empty for nobody's.
    pub concurrency_key: String,
    /// A higher priority goes first.
    pub priority: i64,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// What the handler has to know; at most 65,536 characters as JSON.
    pub payload: Value,
    /// Most attempts, from 1; failures beyond make it a dead letter.
    pub attempts_max: u32,
}

/// A job as it stands in the database.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The queue it is in.
    pub queue: String,
    /// Which handler runs it.
    pub kind: String,
    /// Whom it belongs to.
    pub owner: Option<UserId>,
    /// Whose limits it falls under; empty for nobody's.
    pub concurrency_key: String,
    /// Its state.
    pub state: JobState,
    /// A higher priority goes first.
    pub priority: i64,
    /// When it is, or was last, due.
    pub run_at: Timestamp,
    /// What the handler has to know, as JSON text.
    pub payload: String,
    /// How much of the present attempt is done.
    pub progress: Progress,
    /// What the present attempt does.
    pub stage: Option<String>,
    /// Attempts begun, without those that ended by a lost lease or were handed back.
    pub attempts: u32,
    /// Most attempts.
    pub attempts_max: u32,
    /// How often its worker was lost.
    pub lost_leases: u32,
    /// When somebody asked for its cancellation.
    pub cancel_requested_at: Option<Timestamp>,
    /// What it resulted in, as JSON text.
    pub result: Option<String>,
    /// Why its last attempt failed.
    pub failure: Option<JobFailure>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it first started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    pub(crate) lease_token: Option<String>,
}

/// The columns that [`read_job`] reads, in its order.
macro_rules! job_columns {
    () => {
        "id, queue, kind, owner_id, concurrency_key, state, priority, run_at, payload, progress, stage, \
         attempts, attempts_max, lost_leases, cancel_requested_at, result, error_code, error_message, \
         created_at, updated_at, started_at, ended_at, lease_token"
    };
}
pub(crate) use job_columns;

/// Reads a row of [`job_columns`].
pub(crate) fn read_job(row: &Row<'_>) -> Result<Job, DbError> {
    Ok(Job {
        id: row.get(0)?,
        queue: row.get(1)?,
        kind: row.get(2)?,
        owner: row.get(3)?,
        concurrency_key: row.get(4)?,
        state: row.get_word(5)?,
        priority: row.get(6)?,
        run_at: row.get(7)?,
        payload: row.get(8)?,
        progress: row.get(9)?,
        stage: row.get(10)?,
        attempts: row.get(11)?,
        attempts_max: row.get(12)?,
        lost_leases: row.get(13)?,
        cancel_requested_at: row.get(14)?,
        result: row.get(15)?,
        failure: read_failure(row, 16)?,
        created_at: row.get(18)?,
        updated_at: row.get(19)?,
        started_at: row.get(20)?,
        ended_at: row.get(21)?,
        lease_token: row.get(22)?,
    })
}

/// Reads a failure's code and message from `column` and the one after it.
pub(crate) fn read_failure(row: &Row<'_>, column: usize) -> Result<Option<JobFailure>, DbError> {
    let code: Option<String> = row.get(column)?;
    let message: Option<String> = row.get(column + 1)?;
    Ok(code.map(|code| JobFailure {
        code: code.into(),
        message: message.unwrap_or_default(),
    }))
}

impl Job {
    /// The payload as the type that the kind of job has.
    ///
    /// # Errors
    /// What serde says when it is none.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.payload)
    }

    /// What clients see of the job.
    pub fn summary(&self) -> JobSummary {
        let result = self.result.as_deref();
        JobSummary {
            id: self.id.clone(),
            kind: self.kind.clone(),
            status: self.state,
            progress: self.progress,
            stage: self.stage.clone(),
            result: result.and_then(|text| serde_json::from_str(text).ok()),
            error: self.failure.clone().filter(|_| self.state.is_final()),
            attempts: self.attempts,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// The topic on which the job's changes are announced.
    pub fn topic(id: &JobId) -> String {
        format!("job:{id}")
    }

    pub(crate) fn announcement(&self) -> Announcement {
        Announcement {
            topic: Self::topic(&self.id),
            body: serde_json::to_string(&self.summary())
                .expect("text, numbers and a JSON value can be written as JSON"),
        }
    }
}

/// What clients see of a job; also the body of what is announced on `job:<id>`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSummary {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Its state.
    pub status: JobState,
    /// How much is done.
    pub progress: Progress,
    /// What is being done.
    pub stage: Option<String>,
    /// What it resulted in.
    pub result: Option<Value>,
    /// Why it was given up; none while another attempt is due.
    pub error: Option<JobFailure>,
    /// Attempts begun.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A finished step of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobStep {
    /// Its name within the kind of job.
    pub name: String,
    /// When it finished.
    pub finished_at: Timestamp,
    /// How long what it resulted in is, in characters of JSON.
    pub result_chars: u32,
}

/// One attempt at a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobAttempt {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it runs.
    pub ended_at: Option<Timestamp>,
    /// How it ended: `completed`, `retried`, `failed`, `dead`, `cancelled`, `lease_lost` or
    /// `handed_back`.
    pub outcome: Option<String>,
    /// Why it failed.
    pub failure: Option<JobFailure>,
}
