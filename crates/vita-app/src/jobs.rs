//! The jobs of the product: which there are, and what their owners may know of them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use vita_blob::BlobKey;
use vita_jobs::{Job, JobHandler, JobSummary, Schedule};
use vita_model::JobId;

use crate::exports::MakeExport;
use crate::generations::MakeClip;
use crate::housekeeping::{APPLY_RETENTION, ApplyRetention, RemoveBlobs, housekeeping_job};
use crate::images::MakeThumbnail;
use crate::{App, AppError, Caller};

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
        let mut summary = job.ok_or(AppError::NotFound("job"))?.summary();
        if let Some(result) = &mut summary.result {
            self.sign_result(result);
        }
        Ok(summary)
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
