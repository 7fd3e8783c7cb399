use serde::Serialize;
use vita_blob::BlobKey;
use vita_db::Announcement;
use vita_jobs::QueuePlace;
use vita_model::{GenerationFailure, GenerationId, GenerationStatus, Progress, Stage, Timestamp};
use vita_store::generations::Generation;

use crate::app::Inner;
use crate::{App, AppError, Caller};

/// What a client that waits for a clip wants to know; also the body of what is announced when it
/// changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerationStatusView {
    /// The generation.
    pub id: GenerationId,
    /// Its state.
    pub status: GenerationStatus,
    /// How much is done, in percent.
    pub progress: Progress,
    /// What is being done.
    pub stage: Option<Stage>,
    /// Where the poster is, for a while.
    pub thumbnail_url: Option<String>,
    /// Where the clip is, for a while.
    pub video_url: Option<String>,
    /// Why it failed.
    pub error: Option<GenerationFailure>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Its place in the queue, from 1; only where it was looked for, and only while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_position: Option<u32>,
    /// How long until it begins, estimated from how long others took; as the place, and nobody knows
    /// while the queue is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_wait_seconds: Option<EstimatedWait>,
    /// Whether its queue is paused; as the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_paused: Option<bool>,
}

/// How long until something begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EstimatedWait {
    /// This many seconds.
    Seconds(u64),
    /// Nobody knows, as its queue is paused; null in JSON.
    Unknown,
}

impl From<&QueuePlace> for EstimatedWait {
    fn from(place: &QueuePlace) -> Self {
        let secs = place.estimated_wait_secs();
        secs.map_or(Self::Unknown, Self::Seconds)
    }
}

impl App {
    /// The status of a generation, with addresses that work now.
    pub fn view_status(&self, generation: &Generation) -> GenerationStatusView {
        view_status(&self.0, generation)
    }

    /// The status of the caller's generation, with its place in the queue while it waits. One
    /// statement for a generation that does not wait, four for one that does.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn find_status(
        &self,
        caller: &Caller,
        id: &GenerationId,
    ) -> Result<GenerationStatusView, AppError> {
        let generation = self.find_generation(caller, id).await?;
        let mut view = self.view_status(&generation);
        if generation.status == GenerationStatus::Queued {
            let job = generation.job_id;
            let place: Option<QueuePlace> = self
                .query(caller, job, |tx, query| {
                    Box::pin(async move {
                        Ok(vita_jobs::queue_place(tx, &query.args, query.now).await?)
                    })
                })
                .await?;
            if let Some(place) = place {
                view.queue_position = Some(place.position);
                view.estimated_wait_seconds = Some(EstimatedWait::from(&place));
                view.queue_paused = Some(place.estimated_wait.is_none());
            }
        }
        Ok(view)
    }

    /// Where the poster of a generation is, for a while; for one that has a clip.
    pub fn poster_url(&self, id: &GenerationId) -> String {
        self.0.media_url(&BlobKey::generation_poster(id))
    }
}

pub(super) fn view_status(app: &Inner, generation: &Generation) -> GenerationStatusView {
    let id = &generation.id;
    let url = |key: BlobKey| generation.has_clip.then(|| app.media_url(&key));
    GenerationStatusView {
        id: id.clone(),
        status: generation.status,
        progress: generation.progress,
        stage: generation.stage,
        thumbnail_url: url(BlobKey::generation_poster(id)),
        video_url: url(BlobKey::generation_clip(id)),
        error: generation.failure.clone(),
        updated_at: generation.updated_at,
        queue_position: None,
        estimated_wait_seconds: None,
        queue_paused: None,
    }
}

/// The topic on which a generation's changes are announced.
fn generation_topic(id: &GenerationId) -> String {
    format!("generation:{id}")
}

pub(super) fn announcement(app: &Inner, generation: &Generation) -> Announcement {
    Announcement {
        topic: generation_topic(&generation.id),
        body: serde_json::to_string(&view_status(app, generation))
            .expect("text and numbers can be written as JSON"),
    }
}
