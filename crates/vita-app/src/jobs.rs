//! The jobs of the product: which there are, and what their owners may know of them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use vita_blob::BlobKey;
use vita_jobs::{Job, JobCursor, JobHandler, JobSummary, Schedule};
use vita_model::{JobId, Timestamp};
use vita_store::{Cursor, Page};

use crate::exports::MakeExport;
use crate::generations::MakeClip;
use crate::housekeeping::{APPLY_RETENTION, ApplyRetention, RemoveBlobs, housekeeping_job};
use crate::images::MakeThumbnail;
use crate::{App, AppError, Caller, PageIn};

/// How often records past their retention are looked for.
const RETENTION_EVERY: Duration = Duration::from_hours(1);

/// What the jobs can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobsConfig {
    /// How long ended jobs are kept.
    pub kept_for: Duration,
    /// How long dead letters are kept: longer, as somebody has to look at them.
    pub dead_kept_for: Duration,
}

impl App {
    /// The handlers of every kind of job.
    pub fn job_handlers(&self, config: JobsConfig) -> Vec<Arc<dyn JobHandler>> {
        let app = &self.0;
        vec![
            Arc::new(MakeClip(Arc::clone(app))),
            Arc::new(MakeExport(Arc::clone(app))),
            Arc::new(MakeThumbnail(Arc::clone(app))),
            Arc::new(RemoveBlobs(Arc::clone(app))),
            Arc::new(ApplyRetention {
                app: Arc::clone(app),
                config,
            }),
        ]
    }

    /// What the installation does by itself, again and again.
    pub fn schedules(&self) -> Vec<Schedule> {
        let make = |now| housekeeping_job(APPLY_RETENTION, now);
        vec![Schedule {
            name: APPLY_RETENTION,
            every: RETENTION_EVERY,
            make,
        }]
    }

    /// What the caller may know of their job.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn find_job(&self, caller: &Caller, id: &JobId) -> Result<JobSummary, AppError> {
        let job: Option<Job> = self
            .query(caller, id.clone(), |tx, query| {
                Box::pin(async move {
                    let owner = query.owner();
                    Ok(vita_jobs::find_by_id_and_owner(tx, owner, &query.args).await?)
                })
            })
            .await?;
        Ok(self.summary_of(&job.ok_or(AppError::NotFound("job"))?))
    }

    /// The caller's jobs, the latest first.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a page that cannot be.
    pub async fn list_jobs(
        &self,
        caller: &Caller,
        page: &PageIn,
    ) -> Result<Page<JobSummary>, AppError> {
        let page = self
            .query(caller, page.parse()?, |tx, query| {
                Box::pin(async move {
                    let (size, after) = &query.args;
                    let after = after.as_ref().map(|cursor| JobCursor {
                        at: Timestamp::from_micros(cursor.order),
                        id: JobId::from_trusted(cursor.id.as_str()),
                    });
                    let rows = size.with_lookahead() as u32;
                    let jobs =
                        vita_jobs::list_for_owner(tx, query.owner(), after.as_ref(), rows).await?;
                    let cursor = |job: &Job| Cursor::at(job.created_at, &job.id);
                    Ok::<_, AppError>(Page::from_rows(jobs, *size, cursor))
                })
            })
            .await?;
        Ok(page.map(|job| self.summary_of(&job)))
    }

    fn summary_of(&self, job: &Job) -> JobSummary {
        let mut summary = job.summary();
        if let Some(result) = &mut summary.result {
            self.sign_result(result);
        }
        summary
    }

    /// Puts an address that works now in the place of the key of a stored file, in what a job
    /// resulted in. Results keep keys, as addresses expire.
    pub fn sign_result(&self, result: &mut Value) {
        let Some(fields) = result.as_object_mut() else {
            return;
        };
        let key = fields
            .get("key")
            .and_then(Value::as_str)
            .map(BlobKey::parse);
        if let Some(Ok(key)) = key {
            fields.remove("key");
            fields.insert("url".to_owned(), Value::String(self.0.media_url(&key)));
        }
    }
}
