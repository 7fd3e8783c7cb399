use vita_db::Tx;
use vita_jobs::{Job, JobAttempt, JobCursor, JobState, JobStep, WaitingCursor};
use vita_model::{JobId, Timestamp};
use vita_store::{Cursor, Page, PageSize};

use crate::{App, AppError, Caller, PageIn};

/// All that is known of a job.
#[derive(Clone, Debug)]
pub struct JobDetail {
    /// The job.
    pub job: Job,
    /// Its attempts, the latest first.
    pub attempts: Vec<JobAttempt>,
    /// Its finished steps.
    pub steps: Vec<JobStep>,
}

impl App {
    /// The jobs of a queue in one state: those that wait in the order in which they will be taken,
    /// the others latest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such queue.
    pub async fn list_queue_jobs(
        &self,
        caller: &Caller,
        queue: &str,
        state: JobState,
        page: &PageIn,
    ) -> Result<Page<Job>, AppError> {
        let (size, after) = page.parse()?;
        let place = Place::new(state, after);
        let args = (queue.to_owned(), state, size, place);
        self.query(caller, args, |tx, query| {
            Box::pin(async move {
                let (queue, state, size, place) = &query.args;
                if !vita_jobs::is_known_queue(tx, queue).await? {
                    return Err(AppError::NotFound("queue"));
                }
                list(tx, queue, *state, *size, place).await
            })
        })
        .await
    }

    /// All that is known of a job, whosever it is.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn inspect_job(&self, caller: &Caller, id: &JobId) -> Result<JobDetail, AppError> {
        self.query(caller, id.clone(), |tx, query| {
            Box::pin(async move {
                let id = &query.args;
                let found = vita_jobs::lookup_job(tx, id).await?;
                Ok(JobDetail {
                    job: found.ok_or(AppError::NotFound("job"))?,
                    attempts: vita_jobs::attempts(tx, id).await?,
                    steps: vita_jobs::list_steps(tx, id).await?,
                })
            })
        })
        .await
    }
}

/// Where the page before ended.
enum Place {
    Waiting(Option<WaitingCursor>),
    Other(Option<JobCursor>),
}

impl Place {
    fn new(state: JobState, after: Option<Cursor>) -> Self {
        let Some(cursor) = after else {
            return match state {
                JobState::Queued => Self::Waiting(None),
                _ => Self::Other(None),
            };
        };
        if state == JobState::Queued {
            return Self::Waiting(Some(parse_waiting(&cursor)));
        }
        Self::Other(Some(JobCursor {
            at: Timestamp::from_micros(cursor.order),
            id: JobId::from_trusted(cursor.id),
        }))
    }
}

/// The cursor of a list of waiting jobs is ordered by priority, and its id is `<run_at>-<job>`. One
/// of another list begins somewhere, as in all lists.
fn waiting_cursor(job: &Job) -> Cursor {
    Cursor {
        order: job.priority,
        id: format!("{}-{}", job.run_at.as_micros(), job.id),
    }
}

fn parse_waiting(cursor: &Cursor) -> WaitingCursor {
    let (run_at, id) = cursor.id.split_once('-').unwrap_or(("", &cursor.id));
    WaitingCursor {
        priority: cursor.order,
        run_at: Timestamp::from_micros(run_at.parse().unwrap_or(i64::MIN)),
        id: JobId::from_trusted(id),
    }
}

async fn list(
    tx: &mut Tx,
    queue: &str,
    state: JobState,
    size: PageSize,
    place: &Place,
) -> Result<Page<Job>, AppError> {
    let limit = size.with_lookahead() as u32;
    let (rows, cursor): (_, fn(&Job) -> Cursor) = match place {
        Place::Waiting(after) => {
            let rows = vita_jobs::list_waiting(tx, queue, after.as_ref(), limit).await?;
            (rows, waiting_cursor)
        }
        Place::Other(after) if state == JobState::Running => {
            let rows = vita_jobs::list_running(tx, queue, after.as_ref(), limit).await?;
            (rows, |job| Cursor::at(job.created_at, &job.id))
        }
        Place::Other(after) => {
            let rows = vita_jobs::list_ended(tx, queue, state, after.as_ref(), limit).await?;
            let ended = |job: &Job| Cursor::at(job.ended_at.unwrap_or(job.updated_at), &job.id);
            (rows, ended)
        }
    };
    Ok(Page::from_rows(rows, size, cursor))
}
