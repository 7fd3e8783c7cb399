//! The queues as those see them who run the installation. Only an administrator gets here: the
//! interface makes the caller from a credential with that role.

use vita_jobs::QueueOverview;

use crate::{App, AppError, Caller};

impl App {
    /// Every queue, and how it stands.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_queues(&self, caller: &Caller) -> Result<Vec<QueueOverview>, AppError> {
        self.query(caller, (), |tx, query| {
            Box::pin(async move { Ok(vita_jobs::list_queues(tx, query.now).await?) })
        })
        .await
    }
}
